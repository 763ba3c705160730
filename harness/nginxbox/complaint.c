/* SPDX-License-Identifier: MIT
 * nginx's complaints; see complaint.h. */
#include "nginxbox/complaint.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void read_name(struct complaint *k)
{
  const char *open = strchr(k->text, '"');
  const char *close = open ? strchr(open + 1, '"') : NULL;
  k->name[0] = '\0';
  if(close && (strncmp(k->text, "unknown directive", 17) == 0 ||
               strstr(close, "\" directive ")))
    snprintf(k->name, sizeof(k->name), "%.*s", (int)(close - open - 1),
             open + 1);
}

bool complaint_read(const char *log, struct complaint *k)
{
  const char *at = strstr(log, "[emerg] "), *in = NULL, *colon;
  size_t n;
  memset(k, 0, sizeof(*k));
  if(!at)
    return false;
  at += 8;
  if(isdigit((unsigned char)*at) && strstr(at, "#")) {
    const char *behind = strstr(at, ": ");
    at = behind ? behind + 2 : at;
  }
  n = strcspn(at, "\n");
  snprintf(k->text, sizeof(k->text), "%.*s", (int)n, at);
  for(const char *p = strstr(k->text, " in /"); p; p = strstr(p + 1, " in /"))
    in = p;
  colon = in ? strrchr(in, ':') : NULL;
  if(colon) {
    snprintf(k->path, sizeof(k->path), "%.*s", (int)(colon - in - 4), in + 4);
    k->line = (uint32_t)strtoul(colon + 1, NULL, 10);
    k->text[in - k->text] = '\0';
  }
  read_name(k);
  return true;
}
