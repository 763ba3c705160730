/* SPDX-License-Identifier: MIT
 * Ends of exchanges; see end.h. */
#include "transport/end.h"

#include <errno.h>

const char *end_cause(enum end_kind kind)
{
  switch(kind) {
#define X(name, cause, sentence)                                              \
  case name:                                                                  \
    return cause;
    END_LIST(X)
#undef X
  }
  return "other";
}

const char *end_sentence(enum end_kind kind)
{
  switch(kind) {
#define X(name, cause, sentence)                                              \
  case name:                                                                  \
    return sentence;
    END_LIST(X)
#undef X
  }
  return "the transfer failed";
}

enum end_kind end_of_errno(int error, bool connecting)
{
  switch(error) {
  case ECONNREFUSED:
  case ENOENT: /* a socket of this machine that is not there */
  case EAGAIN: /* or whose queue is full */
    return END_REFUSED;
  case ECONNRESET:
  case EPIPE:
    return connecting ? END_NO_RESPONSE : END_RESET;
  case ENETUNREACH:
  case EHOSTUNREACH:
    return END_UNREACHABLE;
  case ETIMEDOUT:
    return connecting ? END_CONNECT_TIMEOUT : END_RESET;
  case EMFILE:
  case ENFILE:
  case EADDRNOTAVAIL:
  case ENOBUFS:
  case ENOMEM:
    return END_LOCAL_LIMIT;
  default:
    return END_OTHER;
  }
}
