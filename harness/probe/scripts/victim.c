/* SPDX-License-Identifier: MIT
 * When the victim is cut, and what it keeps; see victim.h. */
#include "probe/scripts/victim.h"

#include <string.h>

#define SEAM_LATE_MS 60 /* the latest cut behind the head */
#define LIVE_EVENTS  2  /* of the first connection, to learn from */

/* Those that take no event in are drawn less often. */
static const enum victim_phase drawn[] = {
    VICTIM_BETWEEN,      VICTIM_BETWEEN,  VICTIM_IN_DATA,
    VICTIM_IN_DATA,      VICTIM_AFTER_ID, VICTIM_BEFORE_BLANK,
    VICTIM_BEFORE_BLANK, VICTIM_HEAD,     VICTIM_COMMENT};

/* The first rounds are the same in every run, so that a short one tells what
 * matters most. */
static const struct {
  enum victim_phase phase;
  enum cut_how cut;
} sure[] = {{VICTIM_BETWEEN, CUT_FIN},
            {VICTIM_IN_DATA, CUT_RST},
            {VICTIM_BEFORE_BLANK, CUT_FIN},
            {VICTIM_AFTER_ID, CUT_STALL}};

static const enum told_cut told[] = {[CUT_FIN] = TOLD_FIN,
                                     [CUT_RST] = TOLD_RST,
                                     [CUT_HALF] = TOLD_HALF,
                                     [CUT_STALL] = TOLD_STALL};

/* A comment has come that is more than the greeting. */
static bool has_comment(const struct recording *r)
{
  for(size_t i = 0; i < r->lines; i++) {
    if(r->line[i].kind == LINE_COMMENT)
      return true;
  }
  return false;
}

static bool keeps_last(enum victim_phase p)
{
  return p != VICTIM_IN_DATA && p != VICTIM_AFTER_ID &&
         p != VICTIM_BEFORE_BLANK;
}

bool victim_is_due(const struct victim *v, const struct recording *r)
{
  if(r->head.complete_ns < 0 || !r->head.status)
    return false;
  switch(v->phase) {
  case VICTIM_HEAD:
    return true;
  case VICTIM_COMMENT:
    return has_comment(r);
  case VICTIM_BETWEEN:
    return r->events >= v->want;
  default:
    return r->events > v->want;
  }
}

static void commit_id(struct victim *v, struct slice id)
{
  if(!id.n || id.n > VICTIM_ID_MAX)
    return;
  memcpy(v->last_id, id.p, id.n);
  v->id_n = id.n;
}

/* What a client that was cut like this would send next time. */
void victim_commit(struct victim *v, const struct recording *r)
{
  size_t n = r->events;
  bool whole = v->seam || keeps_last(v->phase) || !v->is_cut;
  if(whole && v->phase != VICTIM_HEAD) {
    commit_id(v, buf_slice(&r->last_id));
    return;
  }
  if(v->phase == VICTIM_HEAD && v->is_cut)
    return;
  if(n)
    n--;
  while(n > 0 && !r->event[n - 1].id_in_block)
    n--;
  if(n)
    commit_id(v, r->event[n - 1].id);
}

void victim_draw(struct victim *v, unsigned round, bool brisk,
                 struct probe_request *q)
{
  v->phase = drawn[rng_below(&v->rng, sizeof(drawn) / sizeof(drawn[0]))];
  v->cut = (enum cut_how)rng_below(&v->rng, v->seam ? 2 : 4);
  v->want = 1 + (brisk ? rng_below(&v->rng, 4) : 0);
  v->is_cut = false;
  if(round < sizeof(sure) / sizeof(sure[0])) {
    v->phase = sure[round].phase;
    v->cut = sure[round].cut;
  }
  if(round == 0)
    v->want = LIVE_EVENTS;
  q->stop = (struct stop_rule){.when = STOP_AT_LIMIT,
                               .how = v->cut,
                               .limit_ns = MS(VICTIM_PIECE_MS),
                               .stall_ns = MS(100)};
  if(v->id_n)
    q->last_id = (struct slice){v->last_id, v->id_n};
  if(!v->seam)
    return;
  v->phase = VICTIM_BETWEEN;
  q->stop.when = v->id_n ? STOP_AFTER_HEAD : STOP_AFTER_EVENTS;
  q->stop.n = LIVE_EVENTS;
  q->stop.delay_ns = MS(1 + rng_below(&v->rng, SEAM_LATE_MS));
}

void victim_label(const struct victim *v, struct recording *r)
{
  bool ours = v->is_cut || r->end == REC_END_OURS;
  r->label = (struct label){.role = ROLE_VICTIM,
                            .cut = ours ? told[v->cut] : TOLD_SERVER,
                            .phase = v->seam ? VICTIM_SOON : v->phase};
}
