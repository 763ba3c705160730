/* SPDX-License-Identifier: MIT
 * How an exchange ended, in the terms reports use. */
#ifndef WEIR_TRANSPORT_END_H
#define WEIR_TRANSPORT_END_H
#include <stdbool.h>

/* X(enumerator, cause, sentence) */
#define END_LIST(X)                                                           \
  X(END_CLEAN, "clean-end", "the response ended properly")                    \
  X(END_TRUNCATED, "truncated",                                               \
    "the connection closed before the end of the response")                   \
  X(END_RESET, "reset", "the connection was reset by the other side")         \
  X(END_NO_RESPONSE, "no-response",                                           \
    "the connection closed before any response")                              \
  X(END_REFUSED, "refused", "the connection was refused")                     \
  X(END_UNREACHABLE, "unreachable", "there is no route to the host")          \
  X(END_CONNECT_TIMEOUT, "connect-timeout",                                   \
    "no connection within the connect timeout")                               \
  X(END_HEAD_TIMEOUT, "head-timeout",                                         \
    "connected, but no response head within the head timeout")                \
  X(END_DNS, "dns", "the host name does not resolve")                         \
  X(END_TLS, "tls", "the TLS handshake or certificate check failed")          \
  X(END_PROTOCOL, "protocol", "the response is not valid HTTP")               \
  X(END_HTTP2, "http2", "the HTTP/2 stream ended abnormally")                 \
  X(END_LOCAL_LIMIT, "local-limit",                                           \
    "this machine ran out of file descriptors or ports")                      \
  X(END_OTHER, "other", "the transfer failed")                                \
  X(END_ABORTED, "aborted", "weir ended it")

enum end_kind {
#define X(name, cause, sentence) name,
  END_LIST(X)
#undef X
};

const char *end_cause(enum end_kind kind);
const char *end_sentence(enum end_kind kind);
/* end_of_errno maps a socket error; connecting tells an attempt from a
 * connection that was up. */
enum end_kind end_of_errno(int error, bool connecting);

#endif
