/* SPDX-License-Identifier: MIT
 * Whom to ask, and how: one description for everything that sends requests.
 *
 * Loads, checks, watching and publishing hold one; its rows of options are the
 * same for all of them, so that --proxy or -k mean the same everywhere.  Texts
 * may hold {{templates}} where their owner fills those in. */
#ifndef WEIR_ENDPOINT_ENDPOINT_H
#define WEIR_ENDPOINT_ENDPOINT_H
#include "option/option.h"

enum http_version { HTTP_AUTO, HTTP_1_1, HTTP_2 };

struct endpoint {
  char *url;    /* http, https or unix:SOCKET:PATH */
  char *method; /* GET, or POST where a body is given and no method */
  char *body;   /* NULL or empty: none */
  struct name_value *header;
  uint32_t header_count;
  char *user;            /* NAME:PASSWORD; NULL once it is a header */
  bool location_trusted; /* all headers follow redirects to other origins */
  enum http_version http;
  char *ca_file;                  /* PEM; NULL: the system's */
  char *client_cert, *client_key; /* PEM */
  char *server_name; /* SNI, and whose certificate it has to be; NULL: the
                        URL's host */
  bool insecure;     /* take any certificate */
  char *proxy;       /* URL, or host:port; NULL: none */
  char **source_ip;  /* addresses to connect from; none: the system's choice */
  uint32_t source_ip_count;
  char **resolve; /* "host:port:address" as curl's --resolve */
  uint32_t resolve_count;
  bool compression; /* offer gzip */
  /* Of a url that was taken apart by endpoint_split_local; NULL: TCP. */
  char *unix_socket;
  uint64_t connect_timeout_ns;
  uint64_t head_timeout_ns; /* from the request to its whole answer's head */
};

/* Rows of the table, in this order; the first ones of its owner's table. */
enum endpoint_row {
  ENDPOINT_URL,
  ENDPOINT_METHOD,
  ENDPOINT_HEADERS,
  ENDPOINT_USER,
  ENDPOINT_LOCATION_TRUSTED,
  ENDPOINT_BODY,
  ENDPOINT_HTTP,
  ENDPOINT_TLS_CA,
  ENDPOINT_TLS_CERT,
  ENDPOINT_TLS_KEY,
  ENDPOINT_TLS_SERVER_NAME,
  ENDPOINT_TLS_INSECURE,
  ENDPOINT_PROXY,
  ENDPOINT_SOURCE_IP,
  ENDPOINT_RESOLVE,
  ENDPOINT_COMPRESSION,
  ENDPOINT_CONNECT_TIMEOUT,
  ENDPOINT_HEAD_TIMEOUT,
  ENDPOINT_ROWS
};

extern const char *const endpoint_http_words[]; /* by enum http_version */

/* endpoint_set_body takes text, the content of a file for "@file", or "@text"
 * for "@@text".  For the row alone. */
int endpoint_set_body(void *object, const struct option_row *o,
                      struct slice text, const struct option_source *from,
                      struct err *e);

/* endpoint_set_user takes NAME:PASSWORD.  For the row alone. */
int endpoint_set_user(void *object, const struct option_row *o,
                      struct slice text, const struct option_source *from,
                      struct err *e);

/* ENDPOINT_OPTIONS(S, M): the rows, as initialisers of an array of struct
 * option whose values stand in member M (a struct endpoint) of struct S.
 * ENDPOINT_OPTIONS_BY says what holds without --http and the timeouts, too.
 */
#define ENDPOINT_OPTIONS(S, M) ENDPOINT_OPTIONS_BY(S, M, "1.1", "10s", "30s")
#define ENDPOINT_OPTIONS_BY(S, M, HTTP, CONNECT, HEAD)                        \
  [ENDPOINT_URL] = {.name = "url",                                            \
                    .also = "target",                                         \
                    .type = OPTION_URL,                                       \
                    OPTION_MEMBER(S, M.url),                                  \
                    .group = "Target",                                        \
                    .argument = "URL",                                        \
                    .help = "The event stream to subscribe to; "              \
                            "unix:/run/app.sock:/path for a socket of this "  \
                            "machine"},                                       \
  [ENDPOINT_METHOD] = {.name = "method",                                      \
                       .type = OPTION_METHOD,                                 \
                       OPTION_MEMBER(S, M.method),                            \
                       .fallback = "GET",                                     \
                       .argument = "METHOD",                                  \
                       .help = "Request method; POST when a body is given"},  \
  [ENDPOINT_HEADERS] = {.name = "headers",                                    \
                        .also = "header",                                     \
                        .letter = 'H',                                        \
                        .type = OPTION_HEADERS,                               \
                        OPTION_LIST(S, M.header),                             \
                        .argument = "NAME: VALUE",                            \
                        .help = "Request headers; on the command line once "  \
                                "per header"},                                \
  [ENDPOINT_USER] = {.name = "user",                                          \
                     .letter = 'u',                                           \
                     .type = OPTION_TEXT,                                     \
                     OPTION_MEMBER(S, M.user),                                \
                     .set = endpoint_set_user,                                \
                     .expected = "NAME:PASSWORD",                             \
                     .argument = "NAME:PASSWORD",                             \
                     .help = "Send them in an Authorization header, Basic"},  \
  [ENDPOINT_LOCATION_TRUSTED] =                                               \
      {.name = "location-trusted",                                            \
       .type = OPTION_BOOL,                                                   \
       OPTION_MEMBER(S, M.location_trusted),                                  \
       .fallback = "false",                                                   \
       .help = "Send all headers to any origin that a redirect leads to; "    \
               "otherwise Accept, User-Agent, Last-Event-ID and their like "  \
               "go along, and no others"},                                    \
  [ENDPOINT_BODY] = {.name = "body",                                          \
                     .type = OPTION_LINES,                                    \
                     OPTION_MEMBER(S, M.body),                                \
                     .set = endpoint_set_body,                                \
                     .argument = "TEXT",                                      \
                     .help = "Request body; @FILE reads it from there"},      \
  [ENDPOINT_HTTP] = {.name = "http",                                          \
                     .type = OPTION_CHOICE,                                   \
                     OPTION_MEMBER(S, M.http),                                \
                     .choice = endpoint_http_words,                           \
                     .expected = "1.1, 2 or auto",                            \
                     .fallback = HTTP,                                        \
                     .argument = "VERSION",                                   \
                     .help = "HTTP version: 1.1, 2 or auto"},                 \
  [ENDPOINT_TLS_CA] = {.name = "tls.ca",                                      \
                       .also = "ca cacert",                                   \
                       .type = OPTION_PATH,                                   \
                       OPTION_MEMBER(S, M.ca_file),                           \
                       .argument = "FILE",                                    \
                       .help = "Trust the certificate authorities in this "   \
                               "PEM file"},                                   \
  [ENDPOINT_TLS_CERT] = {.name = "tls.cert",                                  \
                         .also = "cert",                                      \
                         .type = OPTION_PATH,                                 \
                         OPTION_MEMBER(S, M.client_cert),                     \
                         .argument = "FILE",                                  \
                         .help = "Client certificate, PEM"},                  \
  [ENDPOINT_TLS_KEY] = {.name = "tls.key",                                    \
                        .also = "key",                                        \
                        .type = OPTION_PATH,                                  \
                        OPTION_MEMBER(S, M.client_key),                       \
                        .argument = "FILE",                                   \
                        .help = "Key of the client certificate, PEM"},        \
  [ENDPOINT_TLS_SERVER_NAME] = {.name = "tls.server-name",                    \
                                .type = OPTION_TEXT,                          \
                                OPTION_MEMBER(S, M.server_name),              \
                                .argument = "NAME",                           \
                                .help =                                       \
                                    "Ask for this name in TLS, and take "     \
                                    "its certificate, whatever the URL's "    \
                                    "host is"},                               \
  [ENDPOINT_TLS_INSECURE] = {.name = "tls.insecure",                          \
                             .also = "insecure",                              \
                             .letter = 'k',                                   \
                             .type = OPTION_BOOL,                             \
                             OPTION_MEMBER(S, M.insecure),                    \
                             .fallback = "false",                             \
                             .help = "Accept any server certificate"},        \
  [ENDPOINT_PROXY] = {.name = "proxy",                                        \
                      .letter = 'x',                                          \
                      .type = OPTION_PROXY,                                   \
                      .type_name = "text",                                    \
                      OPTION_MEMBER(S, M.proxy),                              \
                      .argument = "URL",                                      \
                      .help = "Go through this proxy (http, https, socks4 "   \
                              "or socks5)"},                                  \
  [ENDPOINT_SOURCE_IP] = {.name = "source-ip",                                \
                          .type = OPTION_ADDRESSES,                           \
                          OPTION_LIST(S, M.source_ip),                        \
                          .anew = true,                                       \
                          .argument = "ADDRESS",                              \
                          .help = "Local addresses to connect from, in "      \
                                  "turn; loopback targets are spread "        \
                                  "without it"},                              \
  [ENDPOINT_RESOLVE] = {.name = "resolve",                                    \
                        .type = OPTION_RESOLVES,                              \
                        OPTION_LIST(S, M.resolve),                            \
                        .argument = "HOST:PORT:ADDRESS",                      \
                        .help = "Use ADDRESS for HOST:PORT instead of "       \
                                "asking DNS"},                                \
  [ENDPOINT_COMPRESSION] = {.name = "compression",                            \
                            .type = OPTION_BOOL,                              \
                            OPTION_MEMBER(S, M.compression),                  \
                            .fallback = "false",                              \
                            .help = "Offer gzip and unpack what comes "       \
                                    "compressed"},                            \
  [ENDPOINT_CONNECT_TIMEOUT] = {.name = "connect-timeout",                    \
                                .type = OPTION_DURATION,                      \
                                OPTION_MEMBER(S, M.connect_timeout_ns),       \
                                .fallback = CONNECT,                          \
                                .least = 1e6,                                 \
                                .most = 86400e9,                              \
                                .argument = "TIME",                           \
                                .help = "Give up a connection that does "     \
                                        "not come about"},                    \
  [ENDPOINT_HEAD_TIMEOUT] = {                                                 \
      .name = "head-timeout",                                                 \
      .type = OPTION_DURATION,                                                \
      OPTION_MEMBER(S, M.head_timeout_ns),                                    \
      .fallback = HEAD,                                                       \
      .least = 1e6,                                                           \
      .most = 86400e9,                                                        \
      .argument = "TIME",                                                     \
      .help = "Give up when the response head is not complete in time"}

/* endpoint_options: the rows with values that stand in a struct endpoint. */
const struct option_table *endpoint_options(void);
/* endpoint_add_header appends a copy; 0 or E_NOMEM. */
int endpoint_add_header(struct endpoint *p, const char *name,
                        const char *value);
/* endpoint_header finds one by its name, in letters of either case; NULL where
 * there is none. */
struct name_value *endpoint_header(const struct endpoint *p, const char *name);
/* endpoint_free frees what it holds, not p itself. */
void endpoint_free(struct endpoint *p);
/* endpoint_has_body: a request would carry one. */
bool endpoint_has_body(const struct endpoint *p);
/* endpoint_check judges what spans several options, and whether files can be
 * read: E_MISMATCH with a sentence that does not name the row, and that row in
 * *at. */
int endpoint_check(const struct endpoint *p, enum endpoint_row *at,
                   struct err *e);
/* endpoint_is_url tells a target that is asked for from a file. */
bool endpoint_is_url(const char *text);
/* endpoint_lacks_scheme: it is no URL, and would probably be one with http://
 * before it: localhost:8080, 10.0.0.1/events, example.org/events. */
bool endpoint_lacks_scheme(const char *text);
/* endpoint_is_local: the URL is of a socket of this machine. */
bool endpoint_is_local(const char *url);
/* endpoint_split_local appends the socket's path and the URL that is asked for
 * there, "http://localhost/path", of one that endpoint_is_local.  0 or
 * E_NOMEM. */
int endpoint_split_local(const char *url, struct buf *socket,
                         struct buf *http);
/* endpoint_finish fills what hangs on other options: POST where a body was
 * given and no method (method_given says whether one was); a user becomes a
 * header, unless Authorization was given, too.  0 or E_NOMEM. */
int endpoint_finish(struct endpoint *p, bool method_given);

/* endpoint_learn has all that is secret of it masked from now on, wherever it
 * comes back (document/values.h): before endpoint_finish or after it. */
void endpoint_learn(const struct endpoint *e);
void endpoint_learn_headers(const struct name_value *header, uint32_t count);

#endif
