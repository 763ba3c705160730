/* SPDX-License-Identifier: MIT
 * URLs; see url.h. */
#include "transport/url.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/slice.h"

static bool is_http(CURLU *u)
{
  char *scheme = NULL;
  bool yes = false;
  if(!curl_url_get(u, CURLUPART_SCHEME, &scheme, 0))
    yes = strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0;
  curl_free(scheme);
  return yes;
}

static void take(CURLU *u, CURLUPart part, unsigned flags, char *out,
                 size_t size)
{
  char *text = NULL;
  out[0] = '\0';
  if(!curl_url_get(u, part, &text, flags))
    snprintf(out, size, "%s", text);
  curl_free(text);
}

size_t url_origin(const char *url)
{
  const char *host = strstr(url, "://");
  return host ? (size_t)(host - url) + 3 + strcspn(host + 3, "/?#") : 0;
}

/* The origin must be the literal head of the URL, since it is compared with
 * other URLs as text. */
static void take_origin(const char *url, char *out, size_t size)
{
  size_t n = url_origin(url);
  n += n ? 0 : strcspn(url, "/?#");
  snprintf(out, size, "%.*s", (int)n, url);
}

int url_split(const char *url, struct url_parts *out, struct err *e)
{
  CURLU *u = curl_url();
  CURLUcode bad =
      u ? curl_url_set(u, CURLUPART_URL, url, 0) : CURLUE_OUT_OF_MEMORY;
  char port[8], user[4];
  size_t n;
  memset(out, 0, sizeof(*out));
  if(bad || !is_http(u)) {
    curl_url_cleanup(u);
    return err_set(e, E_SYNTAX, "\"%s\" is not an http:// or https:// URL%s%s",
                   url, bad ? ": " : "", bad ? curl_url_strerror(bad) : "");
  }
  take(u, CURLUPART_SCHEME, 0, out->scheme, sizeof(out->scheme));
  take(u, CURLUPART_HOST, 0, out->host, sizeof(out->host));
  take(u, CURLUPART_PORT, CURLU_DEFAULT_PORT, port, sizeof(port));
  take(u, CURLUPART_USER, 0, user, sizeof(user));
  curl_url_cleanup(u);
  out->port = (uint16_t)strtoul(port, NULL, 10);
  out->has_user = user[0] != '\0';
  take_origin(url, out->origin, sizeof(out->origin));
  n = strlen(out->host);
  if(n > 1 && out->host[0] == '[') {
    out->host[n - 1] = '\0';
    memmove(out->host, out->host + 1, n - 1);
  }
  return 0;
}

int url_user(const char *url, struct buf *out)
{
  CURLU *u = curl_url();
  char *user = NULL, *password = NULL;
  int rc = 0;
  if(!u || curl_url_set(u, CURLUPART_URL, url, 0))
    rc = E_SYNTAX;
  if(!rc && !curl_url_get(u, CURLUPART_USER, &user, CURLU_URLDECODE)) {
    curl_url_get(u, CURLUPART_PASSWORD, &password, CURLU_URLDECODE);
    rc = buf_addf(out, "%s:%s", user, password ? password : "");
  }
  curl_free(user);
  curl_free(password);
  curl_url_cleanup(u);
  return rc;
}

char *url_join(const char *base, const char *location)
{
  CURLU *u = curl_url();
  char *joined = NULL, *copy = NULL;
  if(u && !curl_url_set(u, CURLUPART_URL, base, 0) &&
     !curl_url_set(u, CURLUPART_URL, location, 0) && is_http(u) &&
     !curl_url_get(u, CURLUPART_URL, &joined, 0))
    copy = slice_dup(slice_of(joined));
  curl_free(joined);
  curl_url_cleanup(u);
  return copy;
}

bool url_is_loopback(const struct url_parts *u)
{
  /* 127.example.org is a name, and anybody's. */
  bool is_number = u->host[strspn(u->host, "0123456789.")] == '\0';
  return (is_number && strncmp(u->host, "127.", 4) == 0) ||
         strcmp(u->host, "::1") == 0 || strcmp(u->host, "localhost") == 0;
}
