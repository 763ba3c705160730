/* SPDX-License-Identifier: MIT
 * Recognising proxies; see proxy_name.h. */
#include "checks/proxy/proxy_name.h"

#include <string.h>

#include "checks/core/roles.h"
#include "checks/proxy/proxy_pair.h"

/* What a proxy calls itself in a response. */
static const char *by_server(const struct recording *r)
{
  static const struct {
    const char *word, *name;
  } known[] = {{"nginx", "nginx"},
               {"Caddy", "Caddy"},
               {"Apache", "Apache"},
               {"lighttpd", "lighttpd"}};
  struct slice server = recording_field(&r->head, "Server", 0);
  size_t i;
  for(i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
    if(slice_starts(server, known[i].word))
      return known[i].name;
  }
  if(recording_count_field(&r->head, "X-Varnish"))
    return "Varnish";
  return NULL;
}

/* What a proxy adds to a request. */
static const char *by_request(const struct recording *origin)
{
  if(sent_header(origin, "X-Varnish").p)
    return "Varnish";
  if(sent_header(origin, "X-Forwarded-Server").p)
    return "Apache";
  if(sent_header(origin, "X-Host").p)
    return "lighttpd";
  return NULL;
}

static bool has_line(const struct message_head *h, const char *name)
{
  size_t i;
  for(i = 0; i < h->lines; i++) {
    if(slice_eq_cstr(slice_trim(h->line[i].name), name))
      return true;
  }
  return false;
}

/* HAProxy writes all names in small letters, on HTTP/1.1 too; so does Envoy,
 * which says who it is. */
static bool is_haproxy(const struct recording *client,
                       const struct recording *origin)
{
  return has_line(&client->head, "content-type") &&
         has_line(&origin->head, "Content-Type") &&
         !slice_starts(recording_field(&client->head, "Server", 0), "envoy");
}

const char *proxy_name(const struct check_input *in)
{
  const char *name = NULL;
  bool small = false;
  size_t i;
  for(i = 0; i < in->recordings && !name; i++) {
    const struct recording *r = in->recording[i], *o;
    if(r->origin_side)
      continue;
    name = by_server(r);
    o = name ? NULL : proxy_origin(in, r);
    if(!o)
      continue;
    name = by_request(o);
    small = small || is_haproxy(r, o);
  }
  return name ? name : small ? "HAProxy" : NULL;
}
