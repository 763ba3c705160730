/* SPDX-License-Identifier: MIT
 * Requests of a flow; see instance.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/shell.h"
#include "flow/instance.h"
#include "option/text.h"

static const char *user_of(const struct call *c)
{
  return instance_user_name(c->inst, c->user);
}

static int add_text(struct call *c, struct slice text, struct buf *out,
                    struct err *e)
{
  return vars_text(&c->inst->vars, user_of(c), text, out, e);
}

static int add_form(struct call *c, const struct yaml_node *map,
                    struct buf *out, struct err *e)
{
  const struct yaml_node *m;
  int rc = 0;
  for(m = map->child; m && !rc; m = m->next) {
    struct buf value;
    size_t i;
    buf_init(&value, 0);
    rc = add_text(c, m->text, &value, e);
    buf_addf(out, "%s%s=", m == map->child ? "" : "&", m->key.p);
    for(i = 0; i < value.n; i++) {
      unsigned char b = (unsigned char)value.p[i];
      if((b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') ||
         (b >= 'a' && b <= 'z') || b == '-' || b == '_' || b == '.')
        buf_addc(out, (char)b);
      else
        buf_addf(out, "%%%02X", b);
    }
    buf_free(&value);
  }
  return rc;
}

static int fill_url(struct call *c, const struct yaml_node *call,
                    struct err *e)
{
  const struct yaml_node *query = yaml_get(c->map, "query");
  const char *target =
      c->inst->o->target ? c->inst->o->target : c->inst->f->target;
  size_t n = strlen(target);
  int rc;
  if(slice_starts(call->text, "/")) {
    if(!n)
      return err_set(e, E_SYNTAX,
                     "there is no target: for the path %s (target: URL, or "
                     "--target)",
                     call->text.p);
    buf_add(&c->url, target, target[n - 1] == '/' ? n - 1 : n);
  }
  rc = add_text(c, call->text, &c->url, e);
  if(!rc && query) {
    buf_addc(&c->url, strchr(buf_text(&c->url), '?') ? '&' : '?');
    rc = add_form(c, query, &c->url, e);
  }
  return rc;
}

static int fill_body(struct call *c, const char **type, struct err *e)
{
  const struct yaml_node *n = yaml_get(c->map, "json");
  if(n) {
    *type = "application/json";
    return vars_json(&c->inst->vars, user_of(c), n, &c->body, e);
  }
  n = yaml_get(c->map, "form");
  if(n) {
    *type = "application/x-www-form-urlencoded";
    return add_form(c, n, &c->body, e);
  }
  n = yaml_get(c->map, "text");
  if(!n)
    return 0;
  *type = "text/plain; charset=utf-8";
  return add_text(c, n->text, &c->body, e);
}

/* Names and values lie in c->texts, which must not move any more when they
 * are pointed at: offsets first. */
struct filling {
  struct call *c;
  size_t name[CALL_HEADERS_MAX], value[CALL_HEADERS_MAX];
  uint32_t n;
};

static bool has(const struct filling *f, const char *name)
{
  uint32_t i;
  for(i = 0; i < f->n; i++) {
    if(slice_ieq_cstr(slice_of(f->c->texts.p + f->name[i]), name))
      return true;
  }
  return false;
}

static int add_header(struct filling *f, const char *name, struct slice value,
                      struct err *e)
{
  struct buf *t = &f->c->texts;
  int rc;
  if(has(f, name))
    return 0;
  if(f->n == CALL_HEADERS_MAX)
    return err_set(e, E_LIMIT, "more than %d headers", CALL_HEADERS_MAX);
  f->name[f->n] = t->n;
  buf_add(t, name, strlen(name) + 1);
  f->value[f->n++] = t->n;
  rc = add_text(f->c, value, t, e);
  if(!rc && text_bad_byte(slice_of(t->p + f->value[f->n - 1])) <
                t->n - f->value[f->n - 1])
    rc = err_set(e, E_SYNTAX,
                 "the header %s would have a line end or control character "
                 "in it",
                 name);
  buf_addc(t, '\0');
  return rc;
}

static int add_headers(struct filling *f, const struct yaml_node *map,
                       struct err *e)
{
  const struct yaml_node *m;
  int rc = 0;
  for(m = map ? map->child : NULL; m && !rc; m = m->next)
    rc = add_header(f, m->key.p, m->text, e);
  return rc;
}

/* Those of the user; while it logs in, without those that the login gives. */
static int add_own_headers(struct filling *f, struct err *e)
{
  const struct call *c = f->c;
  const struct yaml_node *map, *m;
  int rc = 0;
  if(c->user < 0)
    return 0;
  map = yaml_get(c->inst->f->user[c->user].map, "headers");
  for(m = map ? map->child : NULL; m && !rc; m = m->next) {
    uint32_t n = f->n;
    rc = add_header(f, m->key.p, m->text, e);
    if(rc == E_NOT_FOUND && !c->inst->user[c->user].known) {
      f->n = n;
      rc = 0;
    }
  }
  return rc;
}

int call_prepare(struct call *c, const struct header *extra, struct err *e)
{
  const struct yaml_node *call = flow_method_of(c->map);
  struct filling f = {.c = c};
  const char *type = NULL;
  uint32_t i;
  int rc;
  buf_clear(&c->url);
  buf_clear(&c->body);
  buf_clear(&c->texts);
  rc = fill_url(c, call, e);
  if(!rc)
    rc = fill_body(c, &type, e);
  if(!rc && extra)
    rc = add_header(&f, extra->name, slice_of(extra->value), e);
  if(!rc)
    rc = add_headers(&f, yaml_get(c->map, "headers"), e);
  if(!rc)
    rc = add_own_headers(&f, e);
  if(!rc && type)
    rc = add_header(&f, "Content-Type", slice_of(type), e);
  if(!rc && (c->url.rc || c->body.rc || c->texts.rc))
    rc = err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  for(i = 0; i < f.n && !rc; i++)
    c->header[i] =
        (struct header){c->texts.p + f.name[i], c->texts.p + f.value[i]};
  c->headers = f.n;
  return rc;
}

void call_request(const struct call *c, struct request *r)
{
  const struct instance *in = c->inst;
  const struct yaml_node *d = yaml_get(in->f->root, "defaults");
  memset(r, 0, sizeof(*r));
  r->method = flow_method_of(c->map)->key.p;
  r->url = buf_text(&c->url);
  r->header = c->header;
  r->header_count = c->headers;
  if(c->body.n)
    r->body = buf_slice(&c->body);
  r->http = REQUEST_HTTP_1_1;
  r->insecure = node_bool(d, "insecure", false);
  r->ca_file = node_text(d, "ca", NULL);
  r->connect_timeout_ns = 10 * NS_PER_SEC;
  r->jar = in->user[c->user < 0 ? (int32_t)in->f->users : c->user].jar;
}

static void on_connected(void *ctx)
{
  struct call *c = ctx;
  c->sent_ns = instance_now(c->inst);
}

static bool on_head(const struct response_head *head, void *ctx)
{
  struct call *c = ctx;
  c->status = head->status;
  return true;
}

static bool on_data(struct slice bytes, const struct arrival *when, void *ctx)
{
  struct call *c = ctx;
  (void)when;
  c->too_long = buf_add(&c->answer, bytes.p, bytes.n) != 0;
  return !c->too_long;
}

static void on_end(const struct exchange_end *end, void *ctx)
{
  struct call *c = ctx;
  c->x = NULL;
  c->over = true;
  c->end = end->kind;
  c->over_ns = instance_now(c->inst);
  snprintf(c->sentence, sizeof(c->sentence), "%s",
           end->sentence ? end->sentence : end_sentence(end->kind));
}

void call_on_field(struct slice name, struct slice value, void *ctx)
{
  struct call *c = ctx;
  buf_add(&c->fields, name.p, name.n);
  buf_adds(&c->fields, ": ");
  buf_add(&c->fields, value.p, value.n);
  buf_addc(&c->fields, '\n');
}

static const struct exchange_handler handler = {on_connected, on_head, on_data,
                                                on_end, call_on_field};

void call_reset(struct call *c)
{
  c->status = 0;
  c->over = c->too_long = false;
  c->sentence[0] = '\0';
  c->sent_ns = c->over_ns = -1;
  c->answer.max = CALL_ANSWER_MAX;
  c->fields.max = 65536;
  buf_clear(&c->answer);
  buf_clear(&c->fields);
}

int call_start(struct call *c, const struct yaml_node *map, int32_t user,
               struct err *e)
{
  struct request r;
  int rc;
  c->map = map;
  c->user = user;
  call_reset(c);
  rc = call_prepare(c, NULL, e);
  if(rc)
    return rc;
  call_request(c, &r);
  r.keep_alive = true;
  c->x = exchange_start(c->inst->transport, &r, &handler, c, e);
  return c->x ? 0 : e->code;
}

void call_stop(struct call *c)
{
  if(c->x)
    exchange_cancel(c->x, false);
  c->x = NULL;
}

void call_fini(struct call *c)
{
  call_stop(c);
  buf_free(&c->url);
  buf_free(&c->body);
  buf_free(&c->texts);
  buf_free(&c->answer);
  buf_free(&c->fields);
}

struct slice call_field(const struct call *c, struct slice name)
{
  struct slice rest = buf_slice(&c->fields);
  char wanted[100];
  snprintf(wanted, sizeof(wanted), "%.*s", (int)(name.n < 90 ? name.n : 90),
           name.p);
  while(rest.n) {
    struct slice line = slice_cut(&rest, '\n');
    struct slice found = slice_cut(&line, ':');
    if(slice_ieq_cstr(found, wanted))
      return slice_trim(line);
  }
  return (struct slice){NULL, 0};
}

static bool status_fits(const struct call *c, const struct yaml_node *map,
                        struct buf *why)
{
  const struct yaml_node *list = yaml_get(map, "status"), *i = NULL;
  const char *sep = "";
  char status[8];
  if(!list && c->status / 100 == 2)
    return true;
  snprintf(status, sizeof(status), "%d", c->status);
  for(i = node_each(list, NULL); i; i = node_each(list, i)) {
    if(slice_eq_cstr(i->text, status))
      return true;
  }
  buf_addf(why, "the status is %d, wanted ", c->status);
  if(!list)
    buf_adds(why, "2xx");
  for(i = node_each(list, NULL); i; i = node_each(list, i)) {
    buf_addf(why, "%s%s", sep, i->text.p);
    sep = " or ";
  }
  if(c->answer.n)
    buf_addf(why, "; it says: %.*s",
             (int)(c->answer.n < 200 ? c->answer.n : 200), c->answer.p);
  return false;
}

static bool head_fits(struct call *c, struct buf *why)
{
  const struct yaml_node *map = yaml_get(c->map, "head"), *m;
  struct err e;
  for(m = map ? map->child : NULL; m; m = m->next) {
    struct slice value = call_field(c, m->key);
    struct buf want;
    bool good;
    buf_init(&want, 0);
    good = add_text(c, m->text, &want, &e) == 0 && value.p &&
           slice_find(value, buf_text(&want)) >= 0;
    if(!good)
      buf_addf(why, "%s is %.*s, wanted %s in it", m->key.p,
               value.p ? (int)value.n : 7, value.p ? value.p : "missing",
               buf_text(&want));
    buf_free(&want);
    if(!good)
      return false;
  }
  return true;
}

/* The answer as if it were an event: the same language for both. */
static bool body_fits(struct call *c, const struct yaml_node *map,
                      struct buf *why)
{
  const struct flow *f = c->inst->f;
  struct flow_step step = {.verb = VERB_REQUEST, .map = map, .user = c->user};
  struct stream_item item = {
      .kind = ITEM_EVENT, .data = buf_slice(&c->answer), .gap_ns = GAP_NONE};
  struct pattern_miss miss;
  struct expect *x;
  struct err e = {0};
  bool good = false;
  if(!yaml_get(map, "data") && !yaml_get(map, "where"))
    return true;
  x = expect_answer(f, &step, &c->inst->vars, &e);
  if(!x) {
    buf_adds(why, e.text);
    return false;
  }
  look_at(&x->look, &item);
  good = pattern_judge(&x->pattern[0], &x->look) == HOLDS_YES;
  if(!good) {
    pattern_measure(&x->pattern[0], &x->look, &miss);
    buf_adds(why, "of the answer, ");
    pattern_explain(&x->pattern[0], &x->look, &miss, why);
  }
  expect_free(x);
  return good;
}

/* Where the statuses that are right stand: with until, what that says. */
static const struct yaml_node *statuses_of(const struct yaml_node *map)
{
  const struct yaml_node *until = yaml_get(map, "until");
  return yaml_get(until, "status") && !yaml_get(map, "status") ? until : map;
}

enum miss call_judge(struct call *c, struct buf *why)
{
  if(!c->status || (c->end != END_CLEAN && !c->too_long)) {
    buf_adds(why, c->sentence);
    return MISS_REQUEST;
  }
  if(c->too_long) {
    buf_addf(why, "the answer has more than %zu bytes", CALL_ANSWER_MAX);
    return MISS_LIMIT;
  }
  return status_fits(c, statuses_of(c->map), why) && head_fits(c, why) &&
                 body_fits(c, c->map, why)
             ? MISS_NONE
             : MISS_ANSWER;
}

bool call_holds(struct call *c, const struct yaml_node *map, struct buf *why)
{
  return c->status && status_fits(c, map, why) && body_fits(c, map, why);
}

static int take_pointer(struct call *c, const char *name,
                        const struct yaml_node *n, struct err *e)
{
  return take_value(&c->inst->vars, name, n->text, buf_slice(&c->answer), e);
}

static struct slice cookie_of(const struct call *c, struct slice name)
{
  struct slice rest = buf_slice(&c->fields);
  while(rest.n) {
    struct slice line = slice_cut(&rest, '\n');
    struct slice field = slice_cut(&line, ':');
    if(!slice_ieq_cstr(field, "set-cookie"))
      continue;
    line = slice_trim(line);
    line = slice_cut(&line, ';');
    field = slice_cut(&line, '=');
    if(slice_eq(slice_trim(field), name))
      return slice_trim(line);
  }
  return (struct slice){NULL, 0};
}

static int take_one(struct call *c, const char *name,
                    const struct yaml_node *n, struct err *e)
{
  struct slice text = n->text, value = {NULL, 0};
  char status[12];
  if(text.p[0] == '/')
    return take_pointer(c, name, n, e);
  if(slice_eq_cstr(text, "status")) {
    snprintf(status, sizeof(status), "%d", c->status);
    return vars_set(&c->inst->vars, name, KIND_NUMBER, slice_of(status));
  }
  if(slice_eq_cstr(text, "data"))
    value = buf_slice(&c->answer);
  else if(slice_starts(text, "header "))
    value = call_field(c, (struct slice){text.p + 7, text.n - 7});
  else if(slice_starts(text, "cookie "))
    value = cookie_of(c, (struct slice){text.p + 7, text.n - 7});
  if(!value.p)
    return err_set(e, E_NOT_FOUND, "take: the answer has no %s", text.p);
  return vars_set(&c->inst->vars, name, KIND_STRING, value);
}

int call_take(struct call *c, const char *prefix, struct err *e)
{
  const struct yaml_node *map = yaml_get(c->map, "take"), *m;
  char name[200];
  int rc = 0;
  for(m = map ? map->child : NULL; m && !rc; m = m->next) {
    snprintf(name, sizeof(name), "%s%s%s", prefix ? prefix : "",
             prefix ? "." : "", m->key.p);
    rc = take_one(c, name, m, e);
  }
  return rc;
}

int call_again(const struct call *c, bool streams, struct buf *out)
{
  const char *method = flow_method_of(c->map)->key.p;
  uint32_t i;
  buf_adds(out, streams ? "curl -N" : "curl -i");
  if(strcmp(method, c->body.n ? "POST" : "GET") != 0)
    buf_addf(out, " -X %s", method);
  for(i = 0; i < c->headers; i++) {
    struct buf line;
    buf_init(&line, 0);
    buf_addf(&line, "%s: %s", c->header[i].name, c->header[i].value);
    buf_adds(out, " -H ");
    shell_quote(buf_text(&line), out);
    buf_free(&line);
  }
  if(c->body.n) {
    buf_adds(out, " -d ");
    shell_quote(buf_text(&c->body), out);
  }
  buf_addc(out, ' ');
  shell_quote(buf_text(&c->url), out);
  return out->rc;
}
