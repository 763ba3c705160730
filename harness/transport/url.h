/* SPDX-License-Identifier: MIT
 * URLs, taken apart and joined by libcurl's parser. */
#ifndef WEIR_TRANSPORT_URL_H
#define WEIR_TRANSPORT_URL_H
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct url_parts {
  char scheme[8]; /* "http" or "https" */
  char host[256]; /* IPv6 without brackets */
  uint16_t port;
  bool has_user;    /* user:password@ */
  char origin[300]; /* "http://host:port" as it stands in the URL */
};

/* url_split takes an absolute http(s) URL apart; E_SYNTAX with a sentence. */
int url_split(const char *url, struct url_parts *out, struct err *e);
/* url_origin: bytes in front of the path, "http://host:port" as it stands; 0
 * where the text has no scheme. */
size_t url_origin(const char *url);
/* url_user appends "user:password" of the URL, percent signs decoded; nothing
 * where it has no user.  0, E_SYNTAX or E_NOMEM. */
int url_user(const char *url, struct buf *out);
/* url_join resolves a Location value against base.  Heap string, or NULL when
 * the result is not an http(s) URL. */
char *url_join(const char *base, const char *location);
/* url_is_loopback: literal 127.0.0.0/8, ::1 or localhost. */
bool url_is_loopback(const struct url_parts *u);

#endif
