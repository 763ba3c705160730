/* SPDX-License-Identifier: MIT
 * The route and its settings for a program; see nginx_effective.h. */
#include "cli/nginx_effective.h"
#include "cli/nginx_names.h"

static json_t *title_of(const struct nginx_effective *ask,
                        const struct conf_directive *d)
{
  struct buf b;
  json_t *j;
  buf_init(&b, 0);
  j = nginx_effective_title(ask, d, &b) == 0 ? json_text(buf_slice(&b)) : NULL;
  buf_free(&b);
  return j;
}

/* The blocks around it, and its own words. */
static json_t *path_of(const struct nginx_effective *ask,
                       const struct conf_directive *d)
{
  struct buf b;
  json_t *j = NULL;
  int rc = 0;
  buf_init(&b, 0);
  if(d->parent && d->parent->parent) {
    rc = conf_path(d->parent, &b);
    rc = rc || !b.n ? rc : buf_adds(&b, " > ");
  }
  rc = rc ? rc : nginx_effective_title(ask, d, &b);
  if(!rc)
    j = json_text(buf_slice(&b));
  buf_free(&b);
  return j;
}

static json_t *string_or_null(const char *text)
{
  return text ? json_text(slice_of(text)) : json_null();
}

/* What stands where. */
static json_t *spot(const struct nginx_effective *ask,
                    const struct conf_directive *d)
{
  json_t *j;
  if(!d)
    return json_null();
  j = json_object();
  json_object_set_new(j, "title", title_of(ask, d));
  json_object_set_new(j, "path", path_of(ask, d));
  if(d->file) {
    json_object_set_new(j, "file", string_or_null(d->file->path));
    json_object_set_new(j, "line", json_integer(d->line));
    json_object_set_new(j, "column", json_integer(d->column));
  }
  return j;
}

static json_t *values_of(const struct nginx_effective *ask,
                         const struct conf_setting *s)
{
  json_t *values = json_array();
  size_t i, j;
  for(i = 0; i < conf_setting_count(s); i++) {
    json_t *words = json_array();
    for(j = 0; conf_setting_word(s, i, j).p; j++) {
      struct buf word;
      buf_init(&word, 0);
      if(nginx_effective_word(ask, s, i, j, &word) == 0)
        json_array_append_new(words, json_text(buf_slice(&word)));
      buf_free(&word);
    }
    json_array_append_new(values, words);
  }
  return values;
}

static json_t *setting_json(const struct nginx_effective *ask,
                            const struct conf_setting *s)
{
  static const char *const origins[] = {"own", "inherited", "default",
                                        "unset"};
  json_t *j = json_object(), *from = json_array();
  size_t i;
  for(i = 0; i < s->n; i++)
    json_array_append_new(from, spot(ask, s->from[i]));
  json_object_set_new(j, "values", values_of(ask, s));
  json_object_set_new(j, "origin", json_string(origins[s->origin]));
  json_object_set_new(j, "from", from);
  json_object_set_new(j, "depends_on_version", json_boolean(s->by_version));
  return j;
}

static json_t *settings_json(const struct conf_route *r,
                             const struct conf_directive *block,
                             const struct nginx_effective *ask)
{
  const char *names[NGINX_NAMES_MAX];
  size_t n = nginx_names(r, ask, names), i;
  json_t *j = json_object();
  for(i = 0; i < n; i++) {
    struct conf_setting s =
        block == r->block ? conf_effective(r, names[i], ask->version)
                          : conf_effective_at(block, names[i], ask->version);
    json_object_set_new(j, names[i], setting_json(ask, &s));
  }
  return j;
}

static json_t *steps_json(const struct nginx_effective *ask,
                          const struct conf_route *r)
{
  json_t *j = json_array();
  size_t i;
  for(i = 0; i < r->nsteps; i++) {
    json_t *step = json_object();
    json_object_set_new(step, "text", string_or_null(r->steps[i].text));
    json_object_set_new(step, "at", spot(ask, r->steps[i].at));
    json_array_append_new(j, step);
  }
  return j;
}

static json_t *branches_json(const struct conf_route *r,
                             const struct nginx_effective *ask)
{
  json_t *j = json_array();
  size_t i;
  for(i = 0; i < r->nbranches; i++) {
    const struct conf_branch *b = &r->branches[i];
    json_t *branch = json_object();
    json_object_set_new(branch, "block", spot(ask, b->block));
    json_object_set_new(branch, "family",
                        json_string(conf_family_name(b->family)));
    json_object_set_new(branch, "handler", spot(ask, b->handler));
    json_object_set_new(branch, "settings", settings_json(r, b->block, ask));
    json_array_append_new(j, branch);
  }
  return j;
}

static json_t *notes_json(const struct nginx_effective *ask,
                          const struct conf *c)
{
  json_t *j = json_array();
  size_t i;
  for(i = 0; i < c->nnotes; i++) {
    json_t *note = json_object();
    json_object_set_new(note, "text", string_or_null(c->notes[i]->text));
    json_object_set_new(note, "at", spot(ask, c->notes[i]->at));
    json_array_append_new(j, note);
  }
  return j;
}

static json_t *listener_json(const struct conf_listener *l)
{
  json_t *j = json_object();
  json_object_set_new(j, "address", string_or_null(l->address));
  json_object_set_new(j, "port", json_integer(l->port));
  json_object_set_new(j, "ssl", json_boolean(l->ssl));
  json_object_set_new(j, "http2", json_boolean(l->http2));
  return j;
}

static json_t *target_json(const struct nginx_effective *ask,
                           const struct conf_route *r)
{
  json_t *j = json_object();
  json_object_set_new(j, "host", string_or_null(r->pass_host));
  json_object_set_new(j, "uri", string_or_null(r->pass_uri));
  json_object_set_new(j, "tls", json_boolean(r->pass_tls));
  json_object_set_new(j, "variable", json_boolean(r->pass_variable));
  json_object_set_new(j, "upstream", spot(ask, r->upstream));
  return j;
}

json_t *nginx_effective_json(const struct conf *c,
                             const struct nginx_effective *ask, struct err *e)
{
  struct conf_route *r;
  json_t *j;
  if(conf_locate(c, &ask->request, &r, e))
    return NULL;
  j = json_object();
  json_object_set_new(j, "uri", string_or_null(ask->request.uri));
  json_object_set_new(j, "path", string_or_null(r->uri));
  json_object_set_new(j, "args", string_or_null(r->args));
  json_object_set_new(j, "certain", json_boolean(r->certain));
  json_object_set_new(j, "server", spot(ask, r->server));
  json_object_set_new(j, "listener", listener_json(&r->listener));
  json_object_set_new(j, "block", spot(ask, r->block));
  json_object_set_new(j, "location", spot(ask, r->location));
  json_object_set_new(j, "family", json_string(conf_family_name(r->family)));
  json_object_set_new(j, "handler", spot(ask, r->handler));
  json_object_set_new(j, "target", target_json(ask, r));
  json_object_set_new(j, "status", json_integer(r->status));
  json_object_set_new(j, "answer", string_or_null(r->target));
  json_object_set_new(j, "steps", steps_json(ask, r));
  json_object_set_new(j, "settings", settings_json(r, r->block, ask));
  json_object_set_new(j, "branches", branches_json(r, ask));
  json_object_set_new(j, "notes", notes_json(ask, c));
  conf_route_free(r);
  return j;
}
