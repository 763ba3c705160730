/* SPDX-License-Identifier: MIT
 * The route and its settings for a program; see nginx_effective.h. */
#include "cli/nginx_effective.h"
#include "cli/nginx_names.h"

static json_t *text_of(int (*print)(const struct conf_directive *,
                                    struct buf *),
                       const struct conf_directive *d)
{
  struct buf b;
  json_t *j;
  buf_init(&b, 0);
  j = print(d, &b) == 0 ? json_text(buf_slice(&b)) : NULL;
  buf_free(&b);
  return j;
}

static json_t *string_or_null(const char *text)
{
  return text ? json_text(slice_of(text)) : json_null();
}

/* What stands where. */
static json_t *spot(const struct conf_directive *d)
{
  json_t *j;
  if(!d)
    return json_null();
  j = json_object();
  json_object_set_new(j, "title", text_of(conf_title, d));
  json_object_set_new(j, "path", text_of(conf_path, d));
  if(d->file) {
    json_object_set_new(j, "file", string_or_null(d->file->path));
    json_object_set_new(j, "line", json_integer(d->line));
    json_object_set_new(j, "column", json_integer(d->column));
  }
  return j;
}

static json_t *values_of(const struct conf_setting *s)
{
  json_t *values = json_array();
  size_t i, j;
  for(i = 0; i < conf_setting_count(s); i++) {
    json_t *words = json_array();
    struct slice word = conf_setting_word(s, i, 0);
    for(j = 1; word.p; j++) {
      json_array_append_new(words, json_text(word));
      word = conf_setting_word(s, i, j);
    }
    json_array_append_new(values, words);
  }
  return values;
}

static json_t *setting_json(const struct conf_setting *s)
{
  static const char *const origins[] = {"own", "inherited", "default",
                                        "unset"};
  json_t *j = json_object(), *from = json_array();
  size_t i;
  for(i = 0; i < s->n; i++)
    json_array_append_new(from, spot(s->from[i]));
  json_object_set_new(j, "values", values_of(s));
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
    json_object_set_new(j, names[i], setting_json(&s));
  }
  return j;
}

static json_t *steps_json(const struct conf_route *r)
{
  json_t *j = json_array();
  size_t i;
  for(i = 0; i < r->nsteps; i++) {
    json_t *step = json_object();
    json_object_set_new(step, "text", string_or_null(r->steps[i].text));
    json_object_set_new(step, "at", spot(r->steps[i].at));
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
    json_object_set_new(branch, "block", spot(b->block));
    json_object_set_new(branch, "family",
                        json_string(conf_family_name(b->family)));
    json_object_set_new(branch, "handler", spot(b->handler));
    json_object_set_new(branch, "settings", settings_json(r, b->block, ask));
    json_array_append_new(j, branch);
  }
  return j;
}

static json_t *notes_json(const struct conf *c)
{
  json_t *j = json_array();
  size_t i;
  for(i = 0; i < c->nnotes; i++) {
    json_t *note = json_object();
    json_object_set_new(note, "text", string_or_null(c->notes[i]->text));
    json_object_set_new(note, "at", spot(c->notes[i]->at));
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

static json_t *target_json(const struct conf_route *r)
{
  json_t *j = json_object();
  json_object_set_new(j, "host", string_or_null(r->pass_host));
  json_object_set_new(j, "uri", string_or_null(r->pass_uri));
  json_object_set_new(j, "tls", json_boolean(r->pass_tls));
  json_object_set_new(j, "variable", json_boolean(r->pass_variable));
  json_object_set_new(j, "upstream", spot(r->upstream));
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
  json_object_set_new(j, "server", spot(r->server));
  json_object_set_new(j, "listener", listener_json(&r->listener));
  json_object_set_new(j, "block", spot(r->block));
  json_object_set_new(j, "location", spot(r->location));
  json_object_set_new(j, "family", json_string(conf_family_name(r->family)));
  json_object_set_new(j, "handler", spot(r->handler));
  json_object_set_new(j, "target", target_json(r));
  json_object_set_new(j, "status", json_integer(r->status));
  json_object_set_new(j, "answer", string_or_null(r->target));
  json_object_set_new(j, "steps", steps_json(r));
  json_object_set_new(j, "settings", settings_json(r, r->block, ask));
  json_object_set_new(j, "branches", branches_json(r, ask));
  json_object_set_new(j, "notes", notes_json(c));
  conf_route_free(r);
  return j;
}
