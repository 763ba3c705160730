/* SPDX-License-Identifier: MIT
 * What a request meets; see gate.h. */
#include "behaviours/gate.h"

#define PARAMETERS 100

static bool always(const struct gate_facts *x)
{
  (void)x;
  return true;
}

static bool is_get(const struct gate_facts *x)
{
  return x->get;
}

static bool is_head(const struct gate_facts *x)
{
  return x->head;
}

static bool is_options(const struct gate_facts *x)
{
  return x->options;
}

static bool is_preflight(const struct gate_facts *x)
{
  return x->options && x->preflight;
}

static bool is_direct(const struct gate_facts *x)
{
  return x->direct;
}

static bool has_pragma(const struct gate_facts *x)
{
  return x->pragma;
}

static bool has_empty_id(const struct gate_facts *x)
{
  return x->empty_id;
}

static bool has_many_parameters(const struct gate_facts *x)
{
  return x->parameters > PARAMETERS;
}

static bool accepts_others(const struct gate_facts *x)
{
  return !x->accepts;
}

static bool is_conditional(const struct gate_facts *x)
{
  return x->conditional;
}

static bool has_odd_id(const struct gate_facts *x)
{
  return x->odd_id;
}

static bool has_unknown_id(const struct gate_facts *x)
{
  return x->known == ID_UNKNOWN || x->known == ID_FUTURE;
}

static bool has_expired_id(const struct gate_facts *x)
{
  return x->known == ID_EXPIRED;
}

#define SAY(status, text)                                                     \
  {                                                                           \
    GATE_ERROR, status, text, WHERE_NOWHERE, false                            \
  }
#define MUTE                                                                  \
  {                                                                           \
    GATE_MUTE, 0, NULL, WHERE_NOWHERE, false                                  \
  }
#define SEND(status, where, drops_query)                                      \
  {                                                                           \
    GATE_SEND_ON, status, NULL, where, drops_query                            \
  }

static const struct {
  enum gate_point point;
  enum fault fault;
  bool (*when)(const struct gate_facts *x);
  struct gate_answer answer;
} ROWS[] = {
    {GATE_METHOD, FAULT_HEAD_HANG, is_head, MUTE},
    {GATE_METHOD, FAULT_OPTIONS_HANG, is_options, MUTE},
    {GATE_METHOD, FAULT_PREFLIGHT_HANG, is_preflight, MUTE},
    {GATE_METHOD, FAULT_PREFLIGHT_403, is_preflight,
     SAY(403, "preflights are refused")},
    {GATE_REDIRECT, FAULT_REDIRECT_NO_LOCATION, always,
     SEND(302, WHERE_NOWHERE, false)},
    {GATE_REDIRECT, FAULT_REDIRECT_EMPTY, always,
     SEND(302, WHERE_EMPTY, false)},
    {GATE_REDIRECT, FAULT_REDIRECT_LOOP, always, SEND(302, WHERE_SELF, false)},
    {GATE_REDIRECT, FAULT_REDIRECT_DROPS_QUERY, always,
     SEND(307, WHERE_DIRECT, true)},
    {GATE_REDIRECT, FAULT_REDIRECT_TO_HTTP, always,
     SEND(302, WHERE_ABSOLUTE, false)},
    {GATE_REDIRECT, FAULT_REDIRECT_NEEDS_AUTH, always,
     SEND(302, WHERE_ABROAD, false)},
    {GATE_REDIRECT, FAULT_REDIRECT_302_POST, always,
     SEND(302, WHERE_DIRECT, false)},
    {GATE_REDIRECT, FAULT_REDIRECT_NO_CORS, always,
     SEND(307, WHERE_DIRECT, false)},
    {GATE_REDIRECT, FAULT_REDIRECT_DROPS_ID, always,
     SEND(307, WHERE_DIRECT, false)},
    {GATE_REQUEST,
     FAULT_GET_405,
     is_get,
     {GATE_REFUSE, 405, "HEAD, POST, OPTIONS", WHERE_NOWHERE, false}},
    {GATE_REQUEST, FAULT_BROWSER_400, has_pragma,
     SAY(400, "Pragma is not understood")},
    {GATE_REQUEST, FAULT_EMPTY_ID_400, has_empty_id,
     SAY(400, "Last-Event-ID is empty")},
    {GATE_REQUEST, FAULT_TOPICS_500, has_many_parameters,
     SAY(500, "too many parameters")},
    {GATE_LOGIN,
     FAULT_LOGIN_REDIRECT,
     is_direct,
     {GATE_PAGE, 200, "<!doctype html><title>Log in</title>\n", WHERE_NOWHERE,
      false}},
    {GATE_LOGIN, FAULT_LOGIN_REDIRECT, always, SEND(302, WHERE_DIRECT, false)},
    {GATE_REPRESENT, FAULT_ACCEPT_STRICT, accepts_others,
     SAY(406, "Accept must name text/event-stream")},
    {GATE_REPRESENT,
     FAULT_NOT_MODIFIED,
     is_conditional,
     {GATE_BARE, 304, NULL, WHERE_NOWHERE, false}},
    {GATE_ID, FAULT_MALFORMED_500, has_odd_id,
     SAY(500, "the id cannot be read")},
    {GATE_ID, FAULT_UNKNOWN_500, has_unknown_id,
     SAY(500, "the id is unknown")},
    {GATE_ID, FAULT_UNKNOWN_HANG, has_unknown_id, MUTE},
    {GATE_ID, FAULT_EXPIRED_500, has_expired_id,
     SAY(500, "the id is too old")},
};

const struct gate_answer *gate_ask(enum gate_point point,
                                   const struct fault_set *f,
                                   const struct gate_facts *facts)
{
  for(size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
    if(ROWS[i].point == point && f->v[ROWS[i].fault] && ROWS[i].when(facts))
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
