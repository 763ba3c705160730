/* SPDX-License-Identifier: MIT
 * What a request meets before there is a stream, by faults: refusals,
 * redirects, silence.  Each is a row of one table.  Pure. */
#ifndef WEIR_SERVER_BEHAVIOURS_GATE_H
#define WEIR_SERVER_BEHAVIOURS_GATE_H
#include <stddef.h>

#include "behaviours/faults.h"

/* When it is asked, in this order. */
enum gate_point {
  GATE_METHOD,   /* before the route is looked for */
  GATE_REDIRECT, /* a stream is wanted, not yet behind a redirect */
  GATE_REQUEST,  /* whether the request is understood */
  GATE_LOGIN,    /* credentials are missing */
  GATE_REPRESENT /* whether there is anything new, and as wanted */,
  GATE_ID /* a Last-Event-ID came */
};

/* What an id means to a stream. */
enum id_known {
  ID_UNKNOWN, /* it was never given */
  ID_FUTURE,  /* a number that is to come */
  ID_EXPIRED, /* older than the history */
  ID_KEPT
};

/* What is known of the request. */
struct gate_facts {
  bool get, head, options, preflight;
  bool direct;      /* behind a redirect */
  bool pragma;      /* browsers send it */
  bool conditional; /* If-None-Match or If-Modified-Since */
  bool accepts;     /* text/event-stream is named */
  bool empty_id;
  size_t parameters;
  bool odd_id; /* GATE_ID: it has more than letters and digits */
  enum id_known known;
};

enum gate_then {
  GATE_ERROR,  /* status and text */
  GATE_REFUSE, /* 405; text = the methods allowed */
  GATE_PAGE,   /* text as HTML */
  GATE_BARE,   /* status alone */
  GATE_MUTE,   /* never answers */
  GATE_SEND_ON /* a redirect */
};

/* Where a redirect leads. */
enum gate_where {
  WHERE_NOWHERE, /* no Location */
  WHERE_EMPTY,
  WHERE_SELF,
  WHERE_DIRECT,   /* the same stream under /direct */
  WHERE_ABSOLUTE, /* there, by an absolute URL */
  WHERE_ABROAD    /* there, under another name of the host */
};

struct gate_answer {
  enum gate_then then;
  int status;
  const char *text;
  enum gate_where where;
  bool drops_query;
};

/* gate_ask is the answer that a fault gives at this point, or NULL. */
const struct gate_answer *gate_ask(enum gate_point point,
                                   const struct fault_set *f,
                                   const struct gate_facts *facts);
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
