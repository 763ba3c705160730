/* SPDX-License-Identifier: MIT
 * h2.same-events: the stream over HTTP/2 against the one over HTTP/1.1. */
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/h2/h2_common.h"

#define COMMON_LEAST 2u
#define EVENTS_MOST  4096u /* compared; more are left out */

static bool is_same(const struct recorded_event *a,
                    const struct recorded_event *b)
{
  return slice_eq(a->type, b->type) && slice_eq(a->data, b->data) &&
         slice_eq(a->id, b->id);
}

struct pairing {
  size_t a, b;   /* the first event that both got */
  size_t common; /* from there on, in step */
  bool differs;  /* then one each, and not the same */
};

/* Readers begin and end at different times, so that only what follows the
 * first event that both got is compared, as far as both read. */
static void pair(const struct recording *a, const struct recording *b,
                 struct pairing *p)
{
  size_t an = a->events < EVENTS_MOST ? a->events : EVENTS_MOST;
  size_t bn = b->events < EVENTS_MOST ? b->events : EVENTS_MOST;
  size_t i, k = bn;
  *p = (struct pairing){0};
  for(i = 0; i < an; i++) {
    for(k = 0; k < bn && !is_same(&a->event[i], &b->event[k]); k++)
      ;
    if(k < bn)
      break;
  }
  if(i == an) {
    p->differs = a->events >= COMMON_LEAST && b->events >= COMMON_LEAST;
    return;
  }
  p->a = i;
  p->b = k;
  for(; i < an && k < bn; i++, k++, p->common++) {
    if(!is_same(&a->event[i], &b->event[k])) {
      p->differs = true;
      return;
    }
  }
}

/* Where readers over HTTP/1.1 get different things, nothing can be said. */
static bool is_shared(const struct check_input *in, struct finding *f)
{
  const struct recording *plain = input_stream(in, EX_PLAIN, f);
  const struct recording *second =
      plain ? input_stream(in, EX_SECOND, f) : NULL;
  struct pairing p;
  if(!second)
    return false;
  pair(plain, second, &p);
  if(in->target->broadcast && !p.differs)
    return true;
  finding_set(f, VERDICT_SKIP,
              "two readers over HTTP/1.1 do not get the same events, so that "
              "none can be compared");
  return false;
}

static void show_difference(struct finding *f, const struct recording *h1,
                            const struct recording *h2,
                            const struct pairing *p)
{
  size_t i = p->a + p->common, k = p->b + p->common;
  finding_note(f, "%zu events in step", p->common);
  if(i < h1->events) {
    finding_show_bytes(f, "HTTP/1.1 id", h1->event[i].id);
    finding_show_bytes(f, "HTTP/1.1 data", h1->event[i].data);
  }
  if(k < h2->events) {
    finding_show_bytes(f, "HTTP/2 id", h2->event[k].id);
    finding_show_bytes(f, "HTTP/2 data", h2->event[k].data);
  }
}

/* What a client saw of HTTP/2 in place of a stream; NULL where it saw one, or
 * where we broke off ourselves. */
static const struct recording *find_dead(const struct check_input *in)
{
  const struct recording *c = role_find(in, SCRIPT_H2, ROLE_CONNECTION, 0);
  const struct recording *look = role_find(in, SCRIPT_H2, ROLE_LOOK, 0);
  const struct recording *r = look ? look : c;
  if(!c || strcmp(c->label.alpn, "h2") != 0 ||
     (r->end == REC_END_OURS && !r->head.status) ||
     (look && input_is_stream(look)))
    return NULL;
  return r;
}

/* A stream over HTTP/1.1, and none over the protocol that every browser will
 * choose. */
static bool is_dead(const struct check_input *in, struct finding *f)
{
  const struct recording *dead = find_dead(in);
  const struct recording *h1 = role_find(in, SCRIPT_H2, ROLE_PEER, 0);
  if(!h1)
    h1 = input_exchange(in, EX_PLAIN);
  if(!dead || !h1 || !input_is_stream(h1))
    return false;
  f->recording = dead;
  f->timing = dead->end == REC_END_TIMEOUT;
  finding_show_head(f, h1);
  if(dead->head.status) {
    finding_show_head(f, dead);
    finding_broken(f, "a stream over HTTP/1.1; over HTTP/2 the answer is %d",
                   dead->head.status);
  } else
    finding_broken(f, "a stream over HTTP/1.1, none over HTTP/2: %s",
                   dead->detail);
  return true;
}

static void h2_judge_same_events(const struct check_input *in,
                                 struct finding *f)
{
  const struct recording *h1, *h2;
  struct pairing p;
  if(is_dead(in, f))
    return;
  h2 = h2_stream(in, SCRIPT_H2, ROLE_LOOK, f);
  h1 =
      h2 && is_shared(in, f) ? role_stream(in, SCRIPT_H2, ROLE_PEER, f) : NULL;
  if(!h1)
    return;
  f->recording = h2;
  pair(h1, h2, &p);
  if(p.differs) {
    show_difference(f, h1, h2, &p);
    finding_broken(f,
                   "behind %zu equal events HTTP/2 and HTTP/1.1 deliver "
                   "different ones",
                   p.common);
  } else if(p.common < COMMON_LEAST)
    finding_set(f, VERDICT_UNTESTABLE,
                "too few events came over both to compare (%zu over HTTP/1.1, "
                "%zu over HTTP/2)",
                h1->events, h2->events);
  else
    finding_set(f, VERDICT_PASS, "%zu events are the same, one by one",
                p.common);
}

#define LOOK SCRIPT(SCRIPT_H2)

static const struct check rows[] = {
    {.id = "h2.same-events",
     .title = "HTTP/2 and HTTP/1.1 deliver the same events",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_PLAIN) | EX(EX_SECOND), .scripts = {LOOK}},
     .anchor = HTML_SSE "event-stream-interpretation",
     .reference = "HTML: interpreting an event stream",
     .rationale = "Developers look with curl over HTTP/1.1, users with "
                  "browsers over HTTP/2. What is lost, doubled or changed on "
                  "one of the ways only is looked for in the wrong place, and "
                  "a stream that exists over HTTP/1.1 only is there for "
                  "nobody.",
     .causes = "A handler that works with HTTP/1.1 connections only "
               "(hijacking, Upgrade); another code path, buffer or "
               "compression for HTTP/2; a proxy "
               "that ends TLS for one of them only.",
     .fix = {{"any", "Serve both from the same code, and compare them behind "
                     "the same proxy."},
             {"nginx", "The same location serves both; look for a second "
                       "server block, and for gzip."}},
     .reproduce = "curl -sN -m 3 --http1.1 {url} > 1 & curl -sN -m 3 --http2 "
                  "{url} > 2; wait; diff 1 2",
     .judge = h2_judge_same_events,
     .skip = h2_skip_plain},
};

CHECK_GROUP(group_h2_same, "h2", rows);
