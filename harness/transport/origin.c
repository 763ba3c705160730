/* SPDX-License-Identifier: MIT
 * Origins; see origin.h. */
#include "transport/origin.h"

#include <string.h>
#include <strings.h>

#include "transport/url.h"

bool origin_is_same(const char *a, const char *b)
{
  struct url_parts x, y;
  return url_split(a, &x, NULL) == 0 && url_split(b, &y, NULL) == 0 &&
         strcmp(x.scheme, y.scheme) == 0 && x.port == y.port &&
         strcasecmp(x.host, y.host) == 0;
}

bool origin_lets_go(struct slice name)
{
  static const char *const harmless[] = {
      "Accept",        "Accept-Encoding", "Accept-Language",
      "Cache-Control", "Content-Type",    "Content-Language",
      "Last-Event-ID", "Pragma",          "User-Agent"};
  size_t i;
  for(i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
    if(slice_ieq_cstr(name, harmless[i]))
      return true;
  }
  return false;
}
