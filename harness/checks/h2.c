/* SPDX-License-Identifier: MIT
 * h2.*: whether HTTP/2 is offered, and what its heads look like. */
#include <string.h>

#include "checks/h2_judges.h"
#include "checks/http_common.h"

#define STREAMS_LEAST 100u /* RFC 9113 section 6.5.2 */

const char *h2_skip_plain(const struct check_input *in)
{
  return in->target->tls
             ? NULL
             : "no TLS: browsers speak HTTP/2 to https targets only";
}

const char *h2_skip_not_finite(const struct check_input *in)
{
  const char *why = h2_skip_plain(in);
  return why ? why : http_skip_not_finite(in);
}

const char *h2_words(const struct recording *r)
{
  const char *p = strchr(r->detail, ';');
  return p && p[1] == ' ' ? p + 2 : "";
}

static const struct recording *find_part(const struct check_input *in,
                                         enum script_id id, const char *part)
{
  const struct recording *r;
  size_t n = 0;
  do {
    r = role_find(in, id, "connection", n++);
  } while(r && !slice_eq_cstr(role_attribute(r, "part"), part));
  return r;
}

static bool is_h2(const struct recording *connection)
{
  return slice_eq_cstr(role_attribute(connection, "alpn"), "h2");
}

static bool speaks_h2(const struct recording *connection)
{
  return is_h2(connection) && role_number(connection, "settings");
}

/* Where the script did not come so far, the connection it began with tells
 * why. */
static const struct recording *find_connection(const struct check_input *in,
                                               enum script_id id,
                                               const char *part)
{
  const struct recording *r = find_part(in, id, part);
  const struct recording *first = role_find(in, id, "connection", 0);
  return r || !first || speaks_h2(first) ? r : first;
}

/* The handshake was over: what was chosen is a choice. */
static bool has_chosen(const struct recording *connection)
{
  return connection->connected_ns >= 0;
}

const struct recording *h2_connection(const struct check_input *in,
                                      enum script_id id, const char *part,
                                      struct finding *f)
{
  const struct recording *r = find_connection(in, id, part);
  if(!r) {
    finding_set(f, VERDICT_UNTESTABLE,
                "the script \"%s\" made no connection \"%s\"", script_name(id),
                part);
    return NULL;
  }
  f->recording = r;
  if(speaks_h2(r))
    return r;
  finding_note(f, "%s", r->detail);
  if(is_h2(r))
    finding_set(f, VERDICT_UNTESTABLE,
                "h2 was chosen by ALPN but is not spoken: %s", h2_words(r));
  else if(has_chosen(r))
    finding_set(f, VERDICT_SKIP, "no HTTP/2 is offered by ALPN: %s",
                h2_words(r));
  else
    finding_set(f, VERDICT_UNTESTABLE, "no TLS connection: %s, %s",
                recording_end_name(r->end), h2_words(r));
  return NULL;
}

static const char *part_of(enum script_id id, const char *role)
{
  if(id != SCRIPT_H2_MANY)
    return id == SCRIPT_H2 ? "look" : "end";
  return strcmp(role, "after") == 0 ? "cancel" : "shared";
}

const struct recording *h2_head(const struct check_input *in,
                                enum script_id id, const char *role,
                                struct finding *f)
{
  const struct recording *r;
  if(!h2_connection(in, id, part_of(id, role), f))
    return NULL;
  r = role_find(in, id, role, 0);
  if(r && r->head.complete_ns >= 0) {
    f->recording = r;
    return r;
  }
  if(r)
    finding_set(f, VERDICT_UNTESTABLE, "no response over HTTP/2: %s",
                h2_words(r));
  else
    finding_set(f, VERDICT_UNTESTABLE, "no stream \"%s\" was opened", role);
  return NULL;
}

const struct recording *h2_stream(const struct check_input *in,
                                  enum script_id id, const char *role,
                                  struct finding *f)
{
  const struct recording *r = h2_head(in, id, role, f);
  if(!r || input_is_stream(r))
    return r;
  finding_show_head(f, r);
  finding_set(f, VERDICT_UNTESTABLE,
              "no stream: answered %d over HTTP/2, or without Content-Type: "
              "text/event-stream",
              r->head.status);
  return NULL;
}

void h2_judge_available(const struct check_input *in, struct finding *f)
{
  const struct recording *r = find_part(in, SCRIPT_H2, "look");
  struct slice max;
  if(h2_connection(in, SCRIPT_H2, "look", f)) {
    max = role_attribute(r, "max-streams");
    finding_set(f, VERDICT_PASS,
                "h2 is offered: streams share a connection (at most %.*s)",
                (int)max.n, max.p);
  } else if(r && is_h2(r))
    finding_broken(f, "h2 is chosen by ALPN but is not spoken: %s",
                   h2_words(r));
  else if(r && has_chosen(r))
    finding_broken(f,
                   "no HTTP/2: a browser keeps six connections to a host, so "
                   "that the seventh stream waits (%s)",
                   h2_words(r));
}

static bool is_of_connection(struct slice name)
{
  static const char *const names[] = {"Connection", "Keep-Alive",
                                      "Proxy-Connection", "Transfer-Encoding",
                                      "Upgrade"};
  size_t i;
  for(i = 0; i < sizeof(names) / sizeof(*names); i++) {
    if(slice_ieq_cstr(name, names[i]))
      return true;
  }
  return false;
}

void h2_judge_no_connection_headers(const struct check_input *in,
                                    struct finding *f)
{
  const struct recording *r = h2_head(in, SCRIPT_H2, "look", f);
  size_t i, bad = 0;
  if(!r)
    return;
  finding_show_head(f, r);
  for(i = 0; i < r->head.lines; i++) {
    if(!is_of_connection(r->head.line[i].name))
      continue;
    finding_show_bytes(f, "field", r->head.line[i].raw);
    bad++;
  }
  if(bad)
    finding_broken(f,
                   "%zu field(s) of HTTP/1.1 connections: browsers and curl "
                   "reset the stream with PROTOCOL_ERROR",
                   bad);
  else
    finding_set(f, VERDICT_PASS, "none of %zu fields belongs to HTTP/1.1",
                r->head.lines);
}

static bool has_capitals(struct slice name)
{
  size_t i;
  for(i = 0; i < name.n; i++) {
    if(name.p[i] >= 'A' && name.p[i] <= 'Z')
      return true;
  }
  return false;
}

static size_t show_capitals(struct finding *f, const struct recording *r)
{
  size_t i, n = 0;
  for(i = 0; i < r->head.lines; i++) {
    if(!has_capitals(r->head.line[i].name))
      continue;
    finding_show_bytes(f, "field", r->head.line[i].raw);
    n++;
  }
  return n;
}

void h2_judge_lowercase(const struct check_input *in, struct finding *f)
{
  const struct recording *r = h2_head(in, SCRIPT_H2, "look", f);
  struct slice pseudo;
  size_t capitals;
  if(!r)
    return;
  finding_show_head(f, r);
  pseudo = role_attribute(r, "pseudo");
  capitals = show_capitals(f, r);
  if(capitals)
    finding_broken(f, "%zu field name(s) with capital letters", capitals);
  else if(slice_eq_cstr(pseudo, "none"))
    finding_broken(f, "the head has no :status of three digits");
  else if(slice_eq_cstr(pseudo, "twice"))
    finding_broken(f, ":status stands there more than once");
  else if(slice_eq_cstr(pseudo, "late"))
    finding_broken(f, ":status stands behind other fields");
  else if(slice_eq_cstr(pseudo, "other"))
    finding_broken(f, "a pseudo-header that answers do not have");
  else if(slice_eq_cstr(role_attribute(r, "field"), "bad"))
    finding_broken(f, "a field holds octets that none may have (shown as "
                      "'?')");
  else
    finding_set(f, VERDICT_PASS, ":status first, all names in small letters");
}

static bool read_number(struct slice text, uint64_t *out)
{
  size_t i;
  *out = 0;
  for(i = 0; i < text.n && i < 18; i++) {
    if(text.p[i] < '0' || text.p[i] > '9')
      return false;
    *out = *out * 10 + (uint64_t)(text.p[i] - '0');
  }
  return text.n > 0 && text.n <= 18;
}

void h2_judge_content_length(const struct check_input *in, struct finding *f)
{
  const struct recording *r = h2_head(in, SCRIPT_H2, "look", f);
  struct slice said;
  uint64_t n;
  if(!r)
    return;
  finding_show_field(f, r, "Content-Length");
  said = recording_field(&r->head, "Content-Length", 0);
  if(!said.p)
    finding_set(f, VERDICT_PASS, "none is given");
  else if(!read_number(said, &n))
    finding_broken(f, "the Content-Length is no number");
  else if(r->wire.n > n || (r->end == REC_END_CLEAN && r->wire.n != n))
    finding_broken(f,
                   "Content-Length is %llu, and %zu bytes came: HTTP/2 "
                   "clients end the stream with PROTOCOL_ERROR",
                   (unsigned long long)n, r->wire.n);
  else if(r->end == REC_END_CLEAN)
    finding_set(f, VERDICT_PASS, "%llu bytes are announced and came",
                (unsigned long long)n);
  else
    finding_set(f, VERDICT_INFO,
                "Content-Length is %llu on a stream that goes on (%zu bytes "
                "so far)",
                (unsigned long long)n, r->wire.n);
}

void h2_judge_max_streams(const struct check_input *in, struct finding *f)
{
  const struct recording *r = h2_connection(in, SCRIPT_H2, "look", f);
  struct slice max;
  uint64_t n;
  if(!r)
    return;
  max = role_attribute(r, "max-streams");
  if(!read_number(max, &n))
    finding_set(f, VERDICT_PASS, "no limit is set");
  else if(n < STREAMS_LEAST)
    finding_broken(f,
                   "SETTINGS_MAX_CONCURRENT_STREAMS is %llu: stream %llu of a "
                   "browser waits without a word",
                   (unsigned long long)n, (unsigned long long)n + 1);
  else
    finding_set(f, VERDICT_PASS, "%llu streams share a connection",
                (unsigned long long)n);
}
