/* SPDX-License-Identifier: MIT
 * What the text alone cannot tell; see unjudged.h. */
#include "rules/unjudged.h"

#include <stdio.h>
#include <string.h>

/* ---- Includes that are not here ---- */

/* Files that come with nginx and set nothing that a stream depends on. */
static bool is_harmless(const struct conf_directive *include)
{
  static const char *const names[] = {
      "mime.types",   "fastcgi_params", "uwsgi_params",  "scgi_params",
      "proxy_params", "modules",        "fastcgi.conf",  "koi-utf",
      "koi-win",      "win-utf",        "snakeoil.conf", "dhparam"};
  for(size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    if(strstr(conf_arg(include, 0), names[i]))
      return true;
  }
  return false;
}

const struct conf_directive *unjudged_include(
    const struct conf *c, const struct conf_directive *block)
{
  for(; block && block != c->root; block = block->parent) {
    for(size_t i = 0; i < c->nnotes; i++) {
      const struct conf_directive *at = c->notes[i]->at;
      if(c->notes[i]->kind == CONF_NOTE_INCLUDE && at && at->parent == block &&
         !is_harmless(at))
        return at;
    }
  }
  return NULL;
}

/* What stands in the judged block itself holds whatever is set around it, and
 * nginx takes no second one beside it. */
static bool is_settled(const struct doctor_finding *f)
{
  return f->directive[0] && f->effective[0] && !f->inherited_from[0];
}

void unjudged_cap(const struct doctor_facts *f, struct doctor_finding *out)
{
  const struct conf_directive *in = unjudged_include(f->conf, f->block);
  if(!in || out->severity == DOCTOR_INFO || is_settled(out))
    return;
  out->confidence = DOCTOR_POSSIBLE;
  if(out->severity == DOCTOR_ERROR)
    out->severity = DOCTOR_WARN;
  doctor_finding_say(out,
                     "Possible only: %.120s (line %u) is not here, and what "
                     "it sets may change this.",
                     conf_arg(in, 0), in->line);
  if(in->parent != f->block)
    return;
  memset(out->edit, 0, sizeof(out->edit));
  out->edits = 0;
  out->state = FIX_NONE;
}

/* ---- Nothing of a stream ---- */

/* One to the same path with a slash is judged, too. */
static bool by_redirect(const struct doctor_facts *f, char *why, size_t size)
{
  const struct conf_route *r = f->route;
  if(f->family != CONF_RETURN || r->status / 100 != 3 || r->nbranches ||
     conf_route_adds_slash(r))
    return false;
  snprintf(why, size,
           "the request is only redirected (%d to %.200s), so that nothing "
           "of a stream is here; give the configuration of the server that "
           "it leads to",
           r->status, r->target ? r->target : "elsewhere");
  return true;
}

static bool by_handler(const struct doctor_facts *f, char *why, size_t size)
{
  const char *name = f->route->handler ? f->route->handler->name : "";
  if(f->family != CONF_OTHER)
    return false;
  if(strncmp(name, "nchan_", 6) == 0 || strncmp(name, "push_stream", 11) == 0)
    snprintf(why, size,
             "nginx itself is the event server here (%.60s), and its module "
             "decides what clients see; run `weir check URL` on it, and "
             "`weir load URL` for many streams",
             name);
  else
    snprintf(why, size,
             "the answer is made inside nginx by %.60s, which the "
             "configuration does not tell of; run `weir check URL` on the "
             "running server",
             name[0] ? name : "a module");
  return true;
}

/* The handler, or another location, may stand in what is missing. */
static bool by_include(const struct doctor_facts *f, char *why, size_t size)
{
  const struct conf_directive *in = unjudged_include(f->conf, f->block);
  if(f->family != CONF_STATIC || !in || !conf_outer(in, "server"))
    return false;
  snprintf(why, size,
           "what answers stands in %.200s (line %u), which is not here; give "
           "the folder that holds it, or what `nginx -T` prints",
           conf_arg(in, 0), in->line);
  return true;
}

bool doctor_unjudged(const struct doctor_facts *f, char *why, size_t size)
{
  return by_redirect(f, why, size) || by_handler(f, why, size) ||
         by_include(f, why, size);
}

static bool has_brought(const struct conf *c, const struct conf_directive *in)
{
  const struct conf_directive *d = conf_walk(c->root, c->root);
  while(d && d->via != in)
    d = conf_walk(c->root, d);
  return d != NULL;
}

bool doctor_unjudged_text(const struct conf *c, char *why, size_t size)
{
  const struct conf_directive *d;
  for(d = conf_walk(c->root, c->root); d; d = conf_walk(c->root, d)) {
    if(!conf_is(d, "include") || is_harmless(d) || has_brought(c, d))
      continue;
    snprintf(why, size,
             "there is no server{} here, and the include of %.200s (line %u) "
             "found no file; give the folder (weir nginx /etc/nginx), the "
             "file with the server{}, or what `nginx -T` prints where nginx "
             "runs",
             conf_arg(d, 0), d->line);
    return true;
  }
  return false;
}
