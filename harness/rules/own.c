/* SPDX-License-Identifier: MIT
 * Whom a fix may touch; see own.h. */
#include "rules/own.h"

#include <stdio.h>
#include <string.h>

#include "nginxconf/form.h"

/* The innermost directive that the edit is of. */
static const struct conf_directive *edited(const struct conf *c,
                                           const struct conf_edit *e)
{
  const struct conf_directive *d, *best = NULL;
  for(d = conf_walk(c->root, c->root); d; d = conf_walk(c->root, d)) {
    if(d->file && strcmp(d->file->path, e->file) == 0 &&
       e->start_bytes >= d->start && e->end_bytes <= d->end)
      best = d;
  }
  return best;
}

/* It changes what others get. */
static bool touches_others(const struct doctor_facts *f,
                           const struct conf_edit *e)
{
  const struct conf_directive *d = e->file ? edited(f->conf, e) : NULL;
  const struct conf_directive *location =
      f->block ? conf_outer(f->block, "location") : NULL;
  if(!d)
    return false;
  if(carve_shared(f->conf, d))
    return true;
  return e->kind != EDIT_INSERT && location && !conf_within(d, location) &&
         d->body == CONF_SIMPLE && !conf_outer(d, "location") &&
         conf_form_stands(d->name, CONTEXT_LOCATION);
}

static void tell(const struct doctor_facts *f, struct doctor_finding *out)
{
  struct buf from;
  size_t n = strlen(out->fix);
  buf_init(&from, 0);
  if(n && n + 1 < sizeof(out->fix) && conf_title(f->carve->from, &from) == 0)
    snprintf(out->fix + n, sizeof(out->fix) - n,
             "; %.100s serves more than the stream: in `location %.200s`, a "
             "copy for it alone",
             buf_text(&from), f->carve->match);
  buf_free(&from);
}

void own_place(const struct doctor_facts *f, struct doctor_finding *out)
{
  size_t i, kept = 0;
  bool carved = false;
  for(i = 0; i < out->edits; i++) {
    struct conf_edit *e = &out->edit[i];
    if(f->carve && carve_takes(f->carve, e)) {
      e->carve = f->carve;
      snprintf(e->block, sizeof(e->block), "location %.110s", f->carve->match);
      carved = true;
    } else if(touches_others(f, e))
      continue;
    out->edit[kept++] = *e;
  }
  if(kept < out->edits)
    memset(&out->edit[kept], 0, (out->edits - kept) * sizeof(out->edit[0]));
  out->edits = kept;
  if(!kept && out->state == FIX_PROPOSED)
    out->state = FIX_NONE;
  if(carved)
    tell(f, out);
}
