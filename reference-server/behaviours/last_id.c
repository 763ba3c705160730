/* SPDX-License-Identifier: MIT
 * Which Last-Event-ID counts; see last_id.h. */
#include "behaviours/last_id.h"

static struct slice heeded(const struct fault_set *f, struct memory *m,
                           const struct id_offer *o)
{
  if(f->v[FAULT_QUERY_WINS] && o->query.n)
    return o->query;
  if(o->second.p && f->v[FAULT_DUP_HEADER_RANDOM] && m->doubles++ % 2)
    return o->second;
  return f->v[FAULT_RESUME_CASE_SENSITIVE] ? o->exact : o->first;
}

struct slice last_id_heed(const struct fault_set *f, struct memory *m,
                          const struct id_offer *o)
{
  static const struct slice NONE = {NULL, 0};
  struct slice id = heeded(f, m, o);
  if(!id.n)
    id = NONE;
  if((f->v[FAULT_REDIRECT_DROPS_ID] && o->direct) ||
     memory_forgets(m, f, id, o->peer))
    return NONE;
  return id;
}
