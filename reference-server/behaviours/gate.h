/* SPDX-License-Identifier: MIT
 * What a request meets before there is a stream, by faults: refusals,
 * redirects, silence.  Each is a row of one table.  Pure. */
#ifndef WEIR_SERVER_BEHAVIOURS_GATE_H
#define WEIR_SERVER_BEHAVIOURS_GATE_H
#include "behaviours/faults.h"

/* When it is asked, in this order. */
enum gate_point {
  GATE_METHOD,   /* before the route is looked for */
  GATE_REDIRECT, /* a stream is wanted, not yet behind a redirect */
  GATE_REQUEST,  /* whether the request is understood */
  GATE_LOGIN,    /* credentials are missing */
  GATE_CONTENT,  /* whether there is anything new, and as wanted */
  GATE_ID        /* a Last-Event-ID came */
};

/* What is known of the request; a set. */
enum gate_fact {
  GATE_IS_GET = 1,
  GATE_IS_HEAD = 2,
  GATE_IS_OPTIONS = 4,
  GATE_IS_PREFLIGHT = 8,
  GATE_IS_DIRECT = 16,    /* behind a redirect */
  GATE_PRAGMA = 32,       /* browsers send it */
  GATE_CONDITIONAL = 64,  /* If-None-Match or If-Modified-Since */
  GATE_OTHER_TYPES = 128, /* Accept does not name text/event-stream */
  GATE_EMPTY_ID = 256,
  GATE_MANY_PARAMETERS = 512,
  GATE_ODD_ID = 1024, /* more than letters and digits */
  GATE_UNKNOWN_ID = 2048,
  GATE_EXPIRED_ID = 4096
};

enum gate_then {
  GATE_ERROR,  /* status and text */
  GATE_REFUSE, /* 405; text = the methods allowed */
  GATE_PAGE,   /* text as HTML, or the status alone */
  GATE_MUTE,   /* never answers */
  GATE_SEND_ON /* a redirect */
};

/* Where a redirect leads. */
enum gate_where {
  WHERE_NOWHERE, /* no Location */
  WHERE_EMPTY,
  WHERE_SELF,
  WHERE_DIRECT,   /* the same stream under /direct */
  WHERE_BARE,     /* there, without the query */
  WHERE_ABSOLUTE, /* there, by an absolute URL */
  WHERE_ABROAD    /* there, under another name of the host */
};

struct gate_answer {
  enum gate_then then;
  int status;
  const char *text;
  enum gate_where where;
};

/* gate_ask is the answer that a fault gives at this point, or NULL. */
const struct gate_answer *gate_ask(enum gate_point point,
                                   const struct fault_set *f, unsigned facts);
/* gate_takes_method tells that even a method that is not allowed opens a
 * stream. */
bool gate_takes_method(const struct fault_set *f, bool is_post);
/* gate_demands tells that credentials are wanted although nobody asked. */
bool gate_demands(const struct fault_set *f);
/* gate_redirect_is_readable: by pages of other origins. */
bool gate_redirect_is_readable(const struct fault_set *f);
/* gate_collapses: equal requests wait for each other. */
bool gate_collapses(const struct fault_set *f);

/* What becomes of a connection beyond the limit. */
enum gate_full { FULL_REFUSE, FULL_EVICT_OLDEST, FULL_DROP };
enum gate_full gate_when_full(const struct fault_set *f);

#endif
