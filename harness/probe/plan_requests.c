/* SPDX-License-Identifier: MIT
 * The simple exchanges' requests; see plan_requests.h. */
#include "probe/plan_requests.h"
#include "probe/route.h"

#include <string.h>

#include "base/clock.h"

#define MANY_PARAMETERS 200
#define LONG_PARAMETER  16384
#define SHORT_NS        NS_PER_SEC
#define SHORT_BYTES     ((size_t)1 << 20) /* room for a large first event */
#define HEAD_BYTES      ((size_t)256 << 10)

bool plan_applies(const struct target *t, enum exchange_id id)
{
  if(id == EX_NO_AUTH)
    return t->has_credentials;
  if(exchange_may_change(id))
    return t->owned;
  return t->origin || !strstr(exchange_row(id)->headers, "{origin}");
}

static int fill_in_origin(const struct target *t, const char *headers,
                          struct buf *out)
{
  const char *hole = strstr(headers, "{origin}");
  while(hole) {
    if(buf_add(out, headers, (size_t)(hole - headers)) ||
       buf_adds(out, t->origin))
      return E_NOMEM;
    headers = hole + strlen("{origin}");
    hole = strstr(headers, "{origin}");
  }
  return buf_adds(out, headers);
}

/* Path and query of the target's URL. */
static struct slice target_path(const struct target *t)
{
  const char *host = strstr(t->endpoint.url, "://");
  const char *path = host ? host + 3 : t->endpoint.url;
  path += strcspn(path, "/?#");
  return (struct slice){path, strcspn(path, "#")};
}

static int add_path(struct buf *out, struct slice path)
{
  if(!path.n || path.p[0] != '/') {
    int rc = buf_addc(out, '/');
    if(rc)
      return rc;
  }
  return buf_add(out, path.p, path.n);
}

/* Another page in the same folder, so that the same routes and the same proxy
 * rules are asked. */
static int wrong_path(const struct target *t, struct buf *out)
{
  struct slice path = target_path(t);
  path = slice_cut(&path, '?');
  while(path.n && path.p[path.n - 1] != '/')
    path.n--;
  return add_path(out, path) || buf_adds(out, "weir-should-not-exist")
             ? E_NOMEM
             : 0;
}

static int begin_query(const struct target *t, struct buf *out)
{
  struct slice path = target_path(t);
  add_path(out, path);
  return buf_addc(out, slice_find(path, "?") < 0 ? '?' : '&');
}

static int many_parameters(const struct target *t, struct buf *out)
{
  int i, rc = begin_query(t, out);
  for(i = 0; !rc && i < MANY_PARAMETERS; i++)
    rc = buf_addf(out, "%stopic=weir%d", i ? "&" : "", i);
  return rc;
}

static int long_parameter(const struct target *t, struct buf *out)
{
  int i, rc = begin_query(t, out);
  if(!rc)
    rc = buf_adds(out, "topic=");
  for(i = 0; !rc && i < LONG_PARAMETER / 16; i++)
    rc = buf_adds(out, "weirweirweirweir");
  return rc;
}

static int special_path(const struct target *t, enum exchange_id id,
                        struct buf *out)
{
  switch(id) {
  case EX_WRONG_PATH:
  case EX_WRONG_PATH_ORIGIN:
    return wrong_path(t, out);
  case EX_MANY_PARAMETERS:
    return many_parameters(t, out);
  case EX_LONG_PARAMETER:
    return long_parameter(t, out);
  default:
    return 0;
  }
}

uint64_t plan_head_ns(const struct target *t, enum exchange_id id)
{
  uint64_t patience_ns = route_patience_ns(t);
  return id == EX_PLAIN && t->idle_window_ns > patience_ns ? t->idle_window_ns
                                                           : patience_ns;
}

/* What answers a request mostly ends, and may think before it speaks: the
 * ordinary look goes on to the end. */
static enum plan_window window_of(const struct target *t, enum exchange_id id)
{
  return id == EX_PLAIN && !target_is_get(t) ? WINDOW_END
                                             : exchange_row(id)->window;
}

static struct stop_rule stop_for(const struct target *t,
                                 enum plan_window window)
{
  struct stop_rule s = {.when = STOP_AT_LIMIT};
  switch(window) {
  case WINDOW_HEAD:
    s.when = STOP_AFTER_HEAD;
    break;
  case WINDOW_SHORT:
    s.when = STOP_AFTER_EVENTS;
    s.n = 1;
    s.limit_ns = SHORT_NS;
    s.max_bytes = SHORT_BYTES;
    break;
  case WINDOW_LOOK:
    s.limit_ns = t->window_ns;
    break;
  default:
    s.limit_ns = t->idle_window_ns;
    break;
  }
  return s;
}

int plan_request(const struct target *t, enum exchange_id id,
                 struct probe_request *q, struct buf text[2])
{
  const struct exchange_row *row = exchange_row(id);
  int rc = fill_in_origin(t, row->headers, &text[0]);
  if(!rc)
    rc = special_path(t, id, &text[1]);
  memset(q, 0, sizeof(*q));
  q->name = row->name;
  q->method = strcmp(row->method, "GET") == 0 ? NULL : row->method;
  q->http10 = row->http10;
  q->headers = buf_text(&text[0]);
  q->path = text[1].n ? buf_text(&text[1]) : NULL;
  q->stop = stop_for(t, window_of(t, id));
  q->stop.head_ns = plan_head_ns(t, id);
  return rc;
}

uint64_t plan_expected_ns(const struct target *t, enum exchange_id id)
{
  switch(window_of(t, id)) {
  case WINDOW_HEAD:
    return RECORDER_TAIL_NS;
  case WINDOW_SHORT:
    return SHORT_NS;
  case WINDOW_LOOK:
    return t->window_ns;
  default:
    return t->idle_window_ns;
  }
}
