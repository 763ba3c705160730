/* SPDX-License-Identifier: MIT
 * nginx versions, and the built-in defaults that differ between them (nginx's
 * CHANGES); see effective.h. */
#include "nginxconf/version.h"

#include <string.h>

/* Debian 12's, the oldest one weir is tested with. */
static const struct conf_version assumed = {1, 22, 1};

static bool read_part(const char **at, unsigned int *out)
{
  unsigned int value = 0, digits = 0;
  for(; **at >= '0' && **at <= '9' && digits < 6; (*at)++) {
    value = value * 10 + (unsigned int)(**at - '0');
    digits++;
  }
  *out = value;
  return digits > 0 && digits < 6;
}

static bool read_version(const char *at, struct conf_version *out)
{
  if(!read_part(&at, &out->major) || *at++ != '.')
    return false;
  if(!read_part(&at, &out->minor))
    return false;
  out->patch = 0;
  return *at != '.' || (at++, read_part(&at, &out->patch));
}

int conf_version_parse(const char *text, struct conf_version *out)
{
  struct conf_version v;
  const char *at = strstr(text, "nginx/"), *slash = strchr(text, '/');
  if(at)
    at += 6;
  else
    at = slash ? slash + 1 : text;
  at += strspn(at, " \tv");
  if(!read_version(at, &v) || !conf_version_known(v))
    return E_SYNTAX;
  *out = v;
  return 0;
}

bool conf_version_known(struct conf_version v)
{
  return v.major > 0 || v.minor > 0 || v.patch > 0;
}

bool conf_version_from(struct conf_version v, unsigned int major,
                       unsigned int minor, unsigned int patch)
{
  if(!conf_version_known(v))
    v = assumed;
  if(v.major != major)
    return v.major > major;
  if(v.minor != minor)
    return v.minor > minor;
  return v.patch >= patch;
}

/* What held before that version; the table has what holds from it on. */
static const struct {
  const char *name, *before;
  struct conf_version from;
} changes[] = {
    {"keepalive_requests", "100", {1, 19, 10}},
    {"ssl_protocols", "TLSv1 TLSv1.1 TLSv1.2", {1, 23, 4}},
    {"proxy_ssl_protocols", "TLSv1 TLSv1.1 TLSv1.2", {1, 23, 4}},
    {"http2", NULL, {1, 25, 1}},
    {"ssl_protocols", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", {1, 27, 3}},
    {"proxy_ssl_protocols", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", {1, 27, 3}},
    {"add_header_inherit", NULL, {1, 29, 3}},
    {"keepalive", NULL, {1, 29, 7}},
    {"proxy_http_version", "1.0", {1, 29, 7}},
    {"proxy_set_header", "Host $proxy_host Connection close", {1, 29, 7}},
};

const char *version_default(const struct conf_known *known,
                            struct conf_version v, bool *by_version)
{
  size_t i;
  *by_version = false;
  for(i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
    const struct conf_version *from = &changes[i].from;
    if(strcmp(changes[i].name, known->name) != 0)
      continue;
    *by_version = !conf_version_known(v);
    if(!conf_version_from(v, from->major, from->minor, from->patch))
      return changes[i].before;
  }
  return known->fallback;
}
