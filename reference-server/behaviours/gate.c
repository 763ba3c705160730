/* SPDX-License-Identifier: MIT
 * What a request meets; see gate.h. */
#include "behaviours/gate.h"

#define SAY(status, text)                                                     \
  {                                                                           \
    GATE_ERROR, status, text, WHERE_NOWHERE                                   \
  }
#define REFUSE(allowed)                                                       \
  {                                                                           \
    GATE_REFUSE, 405, allowed, WHERE_NOWHERE                                  \
  }
#define PAGE(html)                                                            \
  {                                                                           \
    GATE_PAGE, 200, html, WHERE_NOWHERE                                       \
  }
#define BARE(status)                                                          \
  {                                                                           \
    GATE_PAGE, status, NULL, WHERE_NOWHERE                                    \
  }
#define MUTE                                                                  \
  {                                                                           \
    GATE_MUTE, 0, NULL, WHERE_NOWHERE                                         \
  }
#define SEND(status, to)                                                      \
  {                                                                           \
    GATE_SEND_ON, status, NULL, WHERE_##to                                    \
  }

/* clang-format off */
static const struct {
  enum gate_point point;
  enum fault fault;
  unsigned facts; /* that must all hold */
  struct gate_answer answer;
} ROWS[] = {
    {GATE_METHOD, FAULT_HEAD_HANG, GATE_IS_HEAD, MUTE},
    {GATE_METHOD, FAULT_OPTIONS_HANG, GATE_IS_OPTIONS, MUTE},
    {GATE_METHOD, FAULT_PREFLIGHT_HANG, GATE_IS_PREFLIGHT, MUTE},
    {GATE_METHOD, FAULT_PREFLIGHT_403, GATE_IS_PREFLIGHT,
     SAY(403, "preflights are refused")},
    {GATE_REDIRECT, FAULT_REDIRECT_NO_LOCATION, 0, SEND(302, NOWHERE)},
    {GATE_REDIRECT, FAULT_REDIRECT_EMPTY, 0, SEND(302, EMPTY)},
    {GATE_REDIRECT, FAULT_REDIRECT_LOOP, 0, SEND(302, SELF)},
    {GATE_REDIRECT, FAULT_REDIRECT_DROPS_QUERY, 0, SEND(307, BARE)},
    {GATE_REDIRECT, FAULT_REDIRECT_TO_HTTP, 0, SEND(302, ABSOLUTE)},
    {GATE_REDIRECT, FAULT_REDIRECT_NEEDS_AUTH, 0, SEND(302, ABROAD)},
    {GATE_REDIRECT, FAULT_REDIRECT_302_POST, 0, SEND(302, DIRECT)},
    {GATE_REDIRECT, FAULT_REDIRECT_NO_CORS, 0, SEND(307, DIRECT)},
    {GATE_REDIRECT, FAULT_REDIRECT_DROPS_ID, 0, SEND(307, DIRECT)},
    {GATE_REQUEST, FAULT_GET_405, GATE_IS_GET, REFUSE("HEAD, POST, OPTIONS")},
    {GATE_REQUEST, FAULT_BROWSER_400, GATE_PRAGMA,
     SAY(400, "Pragma is not understood")},
    {GATE_REQUEST, FAULT_EMPTY_ID_400, GATE_EMPTY_ID,
     SAY(400, "Last-Event-ID is empty")},
    {GATE_REQUEST, FAULT_TOPICS_500, GATE_MANY_PARAMETERS,
     SAY(500, "too many parameters")},
    {GATE_LOGIN, FAULT_LOGIN_REDIRECT, GATE_IS_DIRECT,
     PAGE("<!doctype html><title>Log in</title>\n")},
    {GATE_LOGIN, FAULT_LOGIN_REDIRECT, 0, SEND(302, DIRECT)},
    {GATE_CONTENT, FAULT_ACCEPT_STRICT, GATE_OTHER_TYPES,
     SAY(406, "Accept must name text/event-stream")},
    {GATE_CONTENT, FAULT_NOT_MODIFIED, GATE_CONDITIONAL, BARE(304)},
    {GATE_ID, FAULT_MALFORMED_500, GATE_ODD_ID,
     SAY(500, "the id cannot be read")},
    {GATE_ID, FAULT_UNKNOWN_500, GATE_UNKNOWN_ID,
     SAY(500, "the id is unknown")},
    {GATE_ID, FAULT_UNKNOWN_HANG, GATE_UNKNOWN_ID, MUTE},
    {GATE_ID, FAULT_EXPIRED_500, GATE_EXPIRED_ID,
     SAY(500, "the id is too old")},
};
/* clang-format on */

const struct gate_answer *gate_ask(enum gate_point point,
                                   const struct fault_set *f, unsigned facts)
{
  for(size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
    if(ROWS[i].point == point && f->v[ROWS[i].fault] &&
       (facts & ROWS[i].facts) == ROWS[i].facts)
      return &ROWS[i].answer;
  }
  return NULL;
}

bool gate_takes_method(const struct fault_set *f, bool is_post)
{
  return f->v[FAULT_PUT_STREAMS] || (is_post && f->v[FAULT_REDIRECT_302_POST]);
}

bool gate_demands(const struct fault_set *f)
{
  return f->v[FAULT_REDIRECT_NEEDS_AUTH] != 0;
}

bool gate_redirect_is_readable(const struct fault_set *f)
{
  return !f->v[FAULT_REDIRECT_NO_CORS];
}

bool gate_collapses(const struct fault_set *f)
{
  return f->v[FAULT_COLLAPSE] != 0;
}

enum gate_full gate_when_full(const struct fault_set *f)
{
  if(f->v[FAULT_EVICT_AT_CAP])
    return FULL_EVICT_OLDEST;
  return f->v[FAULT_OVERLOAD_ACCEPT_DROP] ? FULL_DROP : FULL_REFUSE;
}
