/* SPDX-License-Identifier: MIT
 * Combinations of values that make no sense; see finish.h. */
#include <stdio.h>
#include <string.h>

#include "option/text.h"
#include "scenario/feeder.h"
#include "scenario/finish.h"
#include "scenario/own.h"
#include "scenario/template.h"

static int check_target(const struct scenario *s, struct err *e)
{
  if(!s->endpoint.url)
    return err_set(e, E_MISMATCH,
                   "%s%surl is missing: which event stream? Give \"url: "
                   "http://...\" in the file or a URL on the command line",
                   s->origin->file ? s->origin->file : "",
                   s->origin->file ? ": " : "");
  if(settings_given(s->origin, KEY_STREAMS_PER_CONNECTION) &&
     s->endpoint.http == HTTP_1_1)
    return settings_error(s->origin, KEY_STREAMS_PER_CONNECTION, e,
                          "HTTP/1.1 has one stream per connection; add "
                          "\"http: 2\"");
  if(s->retry_max_ns < s->retry_ns)
    return settings_error(s->origin, KEY_RECONNECT_RETRY_MAX, e,
                          "less than reconnect.retry");
  if(s->server_pid && s->server_name)
    return settings_error(s->origin, KEY_SERVER_NAME, e,
                          "excludes server-pid (%s): give one of them",
                          settings_where(s->origin, KEY_SERVER_PID));
  return 0;
}

static int check_endpoint(const struct scenario *s, struct err *e)
{
  struct err why = {0, ""};
  enum endpoint_row at;
  if(!endpoint_check(&s->endpoint, &at, &why))
    return 0;
  return settings_error(s->origin, (enum key_id)at, e, "%s", why.text);
}

/* The lean carrier speaks HTTP/1.1 to the origin itself; over TLS it is the
 * server who chooses, unless nothing else is offered. */
static int check_carrier(const struct scenario *s, struct err *e)
{
  const char *not_plain = s->endpoint.http == HTTP_2  ? "http: 2"
                          : s->endpoint.proxy         ? "a proxy"
                          : s->endpoint.compression   ? "compression"
                          : s->endpoint.resolve_count ? "resolve"
                          : strncmp(s->endpoint.url, "https", 5) == 0 &&
                                  s->endpoint.http != HTTP_1_1
                              ? "https:// without http: 1.1"
                              : NULL;
  if(s->carrier != CARRY_LEAN || !not_plain)
    return 0;
  return settings_error(s->origin, KEY_CARRIER, e,
                        "lean speaks HTTP/1.1 only; %s needs auto or "
                        "libcurl",
                        not_plain);
}

static int check_storm(const struct scenario *s, struct err *e)
{
  struct buf end;
  int rc = 0;
  if(!s->storm.enabled)
    return 0;
  if(!settings_given(s->origin, KEY_STORM_AT))
    return err_set(e, E_MISMATCH,
                   "%s: a storm needs a time: give storm.at, such as 10s",
                   settings_given(s->origin, KEY_STORM_SHARE)
                       ? settings_where(s->origin, KEY_STORM_SHARE)
                       : "storm");
  if(s->storm.share <= 0)
    return settings_error(s->origin, KEY_STORM_SHARE, e,
                          "must be more than 0");
  if(s->storm.at_ns < scenario_run_ns(s))
    return 0;
  buf_init(&end, 0);
  if(option_add_duration(&end, scenario_run_ns(s)) == 0)
    rc = settings_error(s->origin, KEY_STORM_AT, e,
                        "after the end of the run, which takes %s (ramp, "
                        "warm-up and duration together)",
                        end.p);
  buf_free(&end);
  return rc ? rc : E_NOMEM;
}

static int check_slow(const struct scenario *s, struct err *e)
{
  if(settings_given(s->origin, KEY_SLOW_BYTES) && s->slow.share <= 0)
    return settings_error(s->origin, KEY_SLOW_BYTES, e,
                          "needs slow.share beside it: which share of the "
                          "streams reads slowly?");
  return 0;
}

static bool publishes(const struct publish *p, const char *name)
{
  bool found = template_uses(p->url, name) || template_uses(p->body, name);
  uint32_t i;
  for(i = 0; i < p->header_count && !found; i++)
    found = template_uses(p->header[i].value, name);
  return found;
}

static enum key_id first_publish_key(const struct scenario *s)
{
  enum key_id id = KEY_PUBLISH_URL;
  while(id < KEY_PUBLISH_MATCH_STAMP && !settings_given(s->origin, id))
    id++;
  return id;
}

static int check_publish(const struct scenario *s, struct err *e)
{
  const struct publish *p = &s->publish;
  if(!p->enabled)
    return 0;
  if(!p->url)
    return settings_error(s->origin, first_publish_key(s), e,
                          "needs publish.url beside it: where to publish?");
  if(p->rate <= 0)
    return settings_error(s->origin, KEY_PUBLISH_RATE, e,
                          "must be more than 0/s");
  if(!p->body)
    return 0;
  if(p->match_seq && !publishes(p, "seq"))
    return settings_error(s->origin, KEY_PUBLISH_BODY, e,
                          "has no {{seq}}, so deliveries cannot be matched; "
                          "put one in, or set publish.match.sequence to none");
  if(p->match_stamp && !publishes(p, "t"))
    return settings_error(s->origin, KEY_PUBLISH_MATCH_STAMP, e,
                          "publish.body has no {{t}} that could arrive there");
  if(p->size && !publishes(p, "pad"))
    return settings_error(s->origin, KEY_PUBLISH_SIZE, e,
                          "without effect: publish.body has no {{pad}}");
  return 0;
}

/* Keys that only streams have which stand, and those that only requests have.
 */
static int check_app(const struct scenario *s, struct err *e)
{
  static const enum key_id standing[] = {KEY_STAGES, KEY_PUBLISH_URL,
                                         KEY_STORM_AT, KEY_SLOW_SHARE};
  static const enum key_id asking[] = {KEY_VAR,           KEY_REQUESTS,
                                       KEY_THINK,         KEY_MAX_INFLIGHT,
                                       KEY_ARRIVAL_SHAPE, KEY_GOODPUT};
  size_t i;
  for(i = 0; s->app && i < sizeof(standing) / sizeof(standing[0]); i++) {
    if(settings_given(s->origin, standing[i]))
      return settings_error(s->origin, standing[i], e,
                            "is for streams that stand; with app they answer "
                            "requests");
  }
  if(s->app && s->lifetime_ns)
    return settings_error(s->origin, KEY_ARRIVAL_LIFETIME, e,
                          "is for streams that stand; an answer ends by "
                          "itself");
  for(i = 0; !s->app && i < sizeof(asking) / sizeof(asking[0]); i++) {
    if(settings_given(s->origin, asking[i]))
      return settings_error(s->origin, asking[i], e,
                            "needs app: the protocol of the answers");
  }
  return 0;
}

int finish_check(const struct scenario *s, struct err *e)
{
  int rc = check_target(s, e);
  if(rc == 0)
    rc = check_app(s, e);
  if(rc == 0)
    rc = check_endpoint(s, e);
  if(rc == 0)
    rc = check_carrier(s, e);
  if(rc == 0)
    rc = check_storm(s, e);
  if(rc == 0)
    rc = check_slow(s, e);
  return rc ? rc : check_publish(s, e);
}

static const char *position(const struct scenario *s, enum key_id id,
                            struct buf *out)
{
  const char *where = settings_where(s->origin, id);
  buf_clear(out);
  if(where[0] == '-' || strcmp(where, key_at(id)->name) == 0)
    return where;
  return buf_addf(out, "%s: %s", where, key_at(id)->name) ? where : out->p;
}

/* A field with a line break would end a header or a request line early. */
static int check_inline(const struct scenario *s, const char *text,
                        const char *where, struct err *e)
{
  uint32_t u, f;
  for(f = 0; f < s->user_field_count; f++) {
    char name[128];
    bool first_as_id = f == 0 && template_uses(text, "user.id");
    snprintf(name, sizeof(name), "user.%s", s->user_field[f]);
    if(!first_as_id && !template_uses(text, name))
      continue;
    for(u = 0; u < s->user_count; u++) {
      struct slice value = slice_of(s->user[u].field[f]);
      if(text_bad_byte(value) != value.n)
        return err_set(e, E_MISMATCH,
                       "%s: {{%s}} of user %u in %s has a control character, "
                       "which cannot stand in a URL or header",
                       where, name, u + 1, s->users_file);
    }
  }
  return 0;
}

struct place { /* one text with templates */
  enum key_id id;
  const char *text; /* may be NULL */
  bool publishing, one_line;
};

static int check_place(const struct scenario *s, struct place at,
                       struct buf *where, struct err *e)
{
  const char *name = position(s, at.id, where);
  int rc = at.text ? template_check(s, at.text, at.publishing, name, e) : 0;
  if(rc == 0 && at.text && at.one_line)
    rc = check_inline(s, at.text, name, e);
  return rc;
}

static int check_headers(const struct scenario *s, bool publishing,
                         struct buf *where, struct err *e)
{
  const struct name_value *h =
      publishing ? s->publish.header : s->endpoint.header;
  uint32_t i,
      n = publishing ? s->publish.header_count : s->endpoint.header_count;
  int rc = 0;
  for(i = 0; i < n && rc == 0; i++)
    rc = check_place(
        s,
        (struct place){publishing ? KEY_PUBLISH_HEADERS : KEY_HEADERS,
                       h[i].value, publishing, true},
        where, e);
  return rc;
}

/* The default body puts the id between JSON quotes as it is. */
static int check_default_body(const struct scenario *s, struct err *e)
{
  int column = feeder_field(s, slice_of("id"));
  uint32_t u;
  if(!s->publish.enabled || s->publish.body || column < 0)
    return 0;
  for(u = 0; u < s->user_count; u++) {
    const char *id = s->user[u].field[column];
    if(strpbrk(id, "\"\\") || text_bad_byte(slice_of(id)) != strlen(id))
      return settings_error(s->origin, KEY_USERS, e,
                            "the id of user %u has a quote, backslash or "
                            "control character; give a publish.body with "
                            "{{user.id|json}}",
                            u + 1);
  }
  return 0;
}

int finish_check_templates(const struct scenario *s, struct err *e)
{
  const struct place places[] = {
      {KEY_URL, s->endpoint.url, false, true},
      {KEY_BODY, s->endpoint.body, false, false},
      {KEY_PUBLISH_URL, s->publish.url, true, true},
      {KEY_PUBLISH_BODY, s->publish.body, true, false},
  };
  struct buf where;
  size_t i;
  int rc = 0;
  buf_init(&where, 0);
  for(i = 0; i < sizeof(places) / sizeof(places[0]) && rc == 0; i++)
    rc = check_place(s, places[i], &where, e);
  if(rc == 0)
    rc = check_headers(s, false, &where, e);
  if(rc == 0)
    rc = check_headers(s, true, &where, e);
  buf_free(&where);
  return rc ? rc : check_default_body(s, e);
}
