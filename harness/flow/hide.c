/* SPDX-License-Identifier: MIT
 * Secrets by value; see hide.h. */
#include "flow/hide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/b64.h"
#include "document/secrets.h"

static void add_form(struct hide *h, struct buf *form, const char *name)
{
  uint32_t i;
  for(i = 0; i < h->forms; i++) {
    if(strcmp(h->form[i], buf_text(form)) == 0)
      break;
  }
  if(i == h->forms && h->forms < HIDE_MAX && form->n >= HIDE_LEAST) {
    h->form[i] = slice_dup(buf_slice(form));
    h->length[i] = form->n;
    snprintf(h->name[i], sizeof(h->name[i]), "%s", name);
    h->forms += h->form[i] != NULL;
  }
  buf_free(form);
}

/* As it stands, percent-encoded, inside of JSON, as Base64. */
static void add(struct hide *h, struct slice value, const char *name)
{
  struct buf form;
  if(value.n < HIDE_LEAST)
    return;
  buf_init(&form, 0);
  buf_add(&form, value.p, value.n);
  add_form(h, &form, name);
  buf_add_percent(&form, value);
  add_form(h, &form, name);
  json_quote_inside(&form, value);
  add_form(h, &form, name);
  b64_encode(&form, value);
  add_form(h, &form, name);
}

/* Each ${NAME} of a value as it stood in the file; "$${" is none. */
static void add_variables(struct hide *h, struct slice raw)
{
  long at = slice_find(raw, "${");
  while(at >= 0) {
    struct slice name = {raw.p + at + 2, raw.n - (size_t)at - 2};
    char text[YAML_ENV_NAME_MAX + 1];
    size_t n = 0;
    bool escaped = at > 0 && raw.p[at - 1] == '$';
    while(n < name.n && n < sizeof(text) - 1 && name.p[n] != '}' &&
          name.p[n] != ':') {
      text[n] = name.p[n];
      n++;
    }
    text[n] = '\0';
    if(!escaped && getenv(text))
      add(h, slice_of(getenv(text)), text);
    raw = name;
    at = slice_find(raw, "${");
  }
}

/* All values below a node but target:, which is no secret. */
static void add_environment(struct hide *h, const struct yaml_node *n)
{
  if(n->raw.p && !slice_eq_cstr(n->key, "target"))
    add_variables(h, n->raw);
  for(n = n->child; n; n = n->next)
    add_environment(h, n);
}

static void add_logins(struct hide *h, const struct flow *f,
                       const struct vars *v)
{
  uint32_t i, u;
  for(i = 0; i < v->count; i++) {
    for(u = 0; u < f->users; u++) {
      size_t n = strlen(f->user[u].name);
      if(strncmp(v->var[i].name, f->user[u].name, n) == 0 &&
         v->var[i].name[n] == '.')
        add(h, (struct slice){v->var[i].value.text, v->var[i].value.n}, "");
    }
  }
}

static void add_named(struct hide *h, const struct flow *f,
                      const struct vars *v)
{
  const struct yaml_node *list = yaml_get(f->root, "secrets"), *i = NULL;
  for(i = node_each(list, NULL); i; i = node_each(list, i)) {
    const struct literal *l = vars_find(v, "", i->text);
    if(l)
      add(h, (struct slice){l->text, l->n}, "");
  }
}

void hide_init(struct hide *h, const struct flow *f, const struct vars *v)
{
  memset(h, 0, sizeof(*h));
  add_environment(h, f->root);
  add_logins(h, f, v);
  add_named(h, f, v);
}

void hide_fini(struct hide *h)
{
  uint32_t i;
  for(i = 0; i < h->forms; i++)
    free(h->form[i]);
  h->forms = 0;
}

static uint32_t form_at(const struct hide *h, const char *text)
{
  uint32_t i, best = h->forms;
  for(i = 0; i < h->forms; i++) {
    if(strncmp(text, h->form[i], h->length[i]) == 0 &&
       (best == h->forms || h->length[i] > h->length[best]))
      best = i;
  }
  return best;
}

json_t *hide_text(const struct hide *h, const char *text)
{
  struct buf out, masked;
  bool named = false;
  json_t *j;
  buf_init(&out, 0);
  buf_init(&masked, 0);
  while(text && *text) {
    uint32_t i = form_at(h, text);
    if(i == h->forms) {
      buf_addc(&out, *text++);
      continue;
    }
    named |= h->name[i][0] != '\0';
    if(h->name[i][0])
      buf_addf(&out, "$%s", h->name[i]);
    else
      buf_adds(&out, "***");
    text += h->length[i];
  }
  /* What stands in the file itself is known by the name before it. */
  if(!named)
    secrets_mask(buf_slice(&out), &masked);
  j = json_text(buf_slice(named ? &out : &masked));
  buf_free(&masked);
  buf_free(&out);
  return j;
}
