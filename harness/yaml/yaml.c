/* SPDX-License-Identifier: MIT
 * libfyaml's events into a tree; see yaml.h. */
#include "yaml/yaml.h"

#include <stdlib.h>
#include <string.h>

#include <libfyaml.h>

#include "base/utf8.h"
#include "yaml/env.h"

struct reader {
  const char *name;
  struct err *e;
  struct fy_diag *diag;
  struct fy_parser *parser;
  unsigned int nodes;
};

static struct yaml_node *read_node(struct reader *r, struct fy_event *event,
                                   unsigned int depth);

const char *yaml_kind_name(enum yaml_kind kind)
{
  return kind == YAML_MAP ? "a map" : kind == YAML_LIST ? "a list" : "a value";
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *name)
{
  const struct yaml_node *n = map && map->kind == YAML_MAP ? map->child : NULL;
  while(n && !slice_eq_cstr(n->key, name))
    n = n->next;
  return n;
}

const struct yaml_node *yaml_first(const struct yaml_node *map,
                                   const struct yaml_node *n)
{
  const struct yaml_node *m = map->child;
  while(m != n && !slice_eq(m->key, n->key))
    m = m->next;
  return m;
}

void yaml_free(struct yaml_node *n)
{
  while(n) {
    struct yaml_node *next = n->next;
    yaml_free(n->child);
    free((char *)n->text.p);
    free((char *)n->raw.p);
    free((char *)n->key.p);
    free(n);
    n = next;
  }
}

static void fail_at(struct reader *r, struct yaml_mark at,
                    const char *sentence)
{
  err_set(r->e, E_SYNTAX, "%s:%u:%u: %s", r->name, at.line, at.column,
          sentence);
}

static void fail_memory(struct reader *r)
{
  err_set(r->e, E_NOMEM, "%s: %s", r->name, err_name(E_NOMEM));
}

/* libfyaml's messages go into its list of errors, never to a stream. */
static void fail_syntax(struct reader *r)
{
  void *at = NULL;
  const struct fy_diag_error *d = fy_diag_errors_iterate(r->diag, &at);
  if(d)
    err_set(r->e, E_SYNTAX, "%s:%d:%d: not valid YAML: %s", r->name, d->line,
            d->column, d->msg);
  else
    err_set(r->e, E_SYNTAX, "%s: not valid YAML", r->name);
}

static void drop_output(struct fy_diag *diag, void *user, const char *text,
                        size_t n)
{
  (void)diag;
  (void)user;
  (void)text;
  (void)n;
}

static struct fy_diag *quiet_diag(void)
{
  struct fy_diag_cfg cfg;
  struct fy_diag *diag;
  fy_diag_cfg_default(&cfg);
  cfg.fp = NULL;
  cfg.output_fn = drop_output;
  cfg.level = FYET_ERROR;
  cfg.colorize = false;
  diag = fy_diag_create(&cfg);
  if(diag)
    fy_diag_set_collect_errors(diag, true);
  return diag;
}

/* The next event; NULL with the sentence set when there is none. */
static struct fy_event *next_event(struct reader *r)
{
  struct fy_event *event = fy_parser_parse(r->parser);
  if(!event)
    fail_syntax(r);
  return event;
}

static bool is_quoted(struct fy_event *event)
{
  enum fy_scalar_style style;
  if(event->type != FYET_SCALAR || !event->scalar.value)
    return false;
  style = fy_scalar_token_get_style(event->scalar.value);
  return style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
}

/* libfyaml's marks stand behind an opening quote and behind the '*' of an
 * alias. */
static struct yaml_mark mark_of(struct fy_event *event)
{
  const struct fy_mark *m = fy_event_start_mark(event);
  struct yaml_mark at = {0, 0};
  if(m) {
    at.line = (unsigned int)m->line + 1;
    at.column = (unsigned int)m->column + 1;
    if(at.column > 1 && (is_quoted(event) || event->type == FYET_ALIAS))
      at.column--;
  }
  return at;
}

static bool copy_text(struct fy_event *event, struct slice *out)
{
  size_t n = 0;
  const char *p =
      event->scalar.value ? fy_token_get_text(event->scalar.value, &n) : NULL;
  out->p = slice_dup((struct slice){p, p ? n : 0});
  out->n = p ? n : 0;
  return out->p != NULL;
}

/* What weir has no use for, or NULL. */
static const char *refusal(struct fy_event *event)
{
  if(event->type == FYET_ALIAS)
    return "aliases (*name) are not supported here";
  if(fy_event_get_anchor_token(event))
    return "anchors (&name) are not supported here; quote the value if it "
           "is text";
  if(fy_event_get_tag_token(event))
    return "tags (!name) are not supported here; quote the value if it is "
           "text";
  return NULL;
}

static struct yaml_node *new_node(struct reader *r, struct fy_event *event,
                                  unsigned int depth)
{
  const char *no = refusal(event);
  struct yaml_node *n;
  if(!no && depth > YAML_MAX_DEPTH)
    no = "nested too deeply";
  if(!no && ++r->nodes > YAML_MAX_NODES)
    no = "too many values";
  if(no) {
    fail_at(r, mark_of(event), no);
    return NULL;
  }
  n = calloc(1, sizeof(*n));
  if(n)
    n->at = mark_of(event);
  else
    fail_memory(r);
  return n;
}

/* The key of a member: a scalar, kept in *key. */
static bool read_key(struct reader *r, struct fy_event *event,
                     struct slice *key, struct yaml_mark *at)
{
  const char *no = refusal(event);
  if(!no && event->type != FYET_SCALAR)
    no = "a key must be a plain word (text that begins with a brace needs "
         "quotes)";
  if(no) {
    fail_at(r, mark_of(event), no);
    return false;
  }
  *at = mark_of(event);
  if(copy_text(event, key))
    return true;
  fail_memory(r);
  return false;
}

static struct yaml_node *read_member(struct reader *r, struct fy_event *event,
                                     unsigned int depth)
{
  struct yaml_node *n = NULL;
  struct slice key = {NULL, 0};
  struct yaml_mark at = {0, 0};
  struct fy_event *value;
  if(!read_key(r, event, &key, &at))
    return NULL;
  value = next_event(r);
  if(value) {
    n = read_node(r, value, depth);
    fy_parser_event_free(r->parser, value);
  }
  if(!n) {
    free((char *)key.p);
    return NULL;
  }
  n->key = key;
  n->key_at = at;
  if(!n->at.line) /* an empty value has no place of its own */
    n->at = at;
  return n;
}

static bool read_children(struct reader *r, struct yaml_node *parent,
                          unsigned int depth)
{
  struct yaml_node **tail = &parent->child;
  for(;;) {
    struct fy_event *event = next_event(r);
    bool end;
    if(!event)
      return false;
    end = event->type == FYET_MAPPING_END || event->type == FYET_SEQUENCE_END;
    if(!end)
      *tail = parent->kind == YAML_MAP ? read_member(r, event, depth + 1)
                                       : read_node(r, event, depth + 1);
    fy_parser_event_free(r->parser, event);
    if(end)
      return true;
    if(!*tail)
      return false;
    tail = &(*tail)->next;
  }
}

/* Fills variables of the environment in.  A plain scalar stands in the file as
 * it is here, so that the very place can be told. */
static bool fill_in(struct reader *r, struct yaml_node *n)
{
  struct err why = {0, ""};
  struct yaml_mark place = n->at;
  struct buf text;
  size_t at = 0;
  int rc;
  if(env_is_plain(n->text))
    return true;
  buf_init(&text, ENV_MAX_BYTES);
  rc = env_expand(n->text, &text, &at, &why);
  if(rc == 0) {
    n->raw = n->text;
    n->text.n = text.n;
    n->text.p = slice_dup(buf_slice(&text));
    rc = n->text.p ? 0 : E_NOMEM;
  }
  buf_free(&text);
  if(!n->quoted)
    place.column += (unsigned int)at;
  if(rc == E_NOMEM)
    fail_memory(r);
  else if(rc)
    fail_at(r, place,
            rc == E_SYNTAX ? why.text : "too long with its variables");
  return rc == 0;
}

static bool read_scalar(struct reader *r, struct fy_event *event,
                        struct yaml_node *n)
{
  n->kind = YAML_SCALAR;
  n->quoted = event->scalar.value &&
              fy_scalar_token_get_style(event->scalar.value) != FYSS_PLAIN;
  if(copy_text(event, &n->text))
    return fill_in(r, n);
  fail_memory(r);
  return false;
}

static struct yaml_node *read_node(struct reader *r, struct fy_event *event,
                                   unsigned int depth)
{
  struct yaml_node *n = new_node(r, event, depth);
  bool good = true;
  if(!n)
    return NULL;
  if(event->type == FYET_SCALAR) {
    good = read_scalar(r, event, n);
  } else {
    n->kind = event->type == FYET_MAPPING_START ? YAML_MAP : YAML_LIST;
    good = read_children(r, n, depth);
  }
  if(good)
    return n;
  yaml_free(n);
  return NULL;
}

/* Skips to the first event of a type; false when the stream ends before. */
static struct yaml_node *read_document(struct reader *r)
{
  struct yaml_node *root = NULL;
  for(;;) {
    struct fy_event *event = next_event(r);
    enum fy_event_type type;
    if(!event)
      break;
    type = event->type;
    if(root && type == FYET_DOCUMENT_START)
      fail_at(r, mark_of(event),
              "a second document begins here; a file holds one");
    else if(type == FYET_STREAM_END && !root)
      err_set(r->e, E_SYNTAX, "%s: the file is empty", r->name);
    else if(type == FYET_SCALAR || type == FYET_MAPPING_START ||
            type == FYET_SEQUENCE_START || type == FYET_ALIAS)
      root = read_node(r, event, 0);
    else {
      fy_parser_event_free(r->parser, event);
      if(type == FYET_STREAM_END)
        return root;
      continue;
    }
    fy_parser_event_free(r->parser, event);
    if(!root || type == FYET_DOCUMENT_START || type == FYET_STREAM_END)
      break;
  }
  yaml_free(root);
  return NULL;
}

/* NUL, other control characters and broken UTF-8 mean: not a text file. */
static bool is_text(struct slice text, const char *name, struct err *e)
{
  size_t i, good = utf8_check(text), line = 1, start = 0;
  for(i = 0; i < good; i++) {
    unsigned char c = (unsigned char)text.p[i];
    if(c < 0x20 && c != '\t' && c != '\n' && c != '\r')
      break;
    if(c == '\n') {
      line++;
      start = i + 1;
    }
  }
  if(i == text.n)
    return true;
  err_set(e, E_SYNTAX,
          "%s:%zu:%zu: not a text file: byte 0x%02x; YAML is UTF-8", name,
          line, i - start + 1, (unsigned char)text.p[i]);
  return false;
}

struct yaml_node *yaml_parse(struct slice text, const char *name,
                             struct err *e)
{
  struct reader r = {.name = name, .e = e};
  struct fy_parse_cfg cfg;
  struct yaml_node *root = NULL;
  if(!is_text(text, name, e))
    return NULL;
  memset(&cfg, 0, sizeof(cfg));
  r.diag = quiet_diag();
  cfg.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DISABLE_MMAP_OPT;
  cfg.diag = r.diag;
  if(r.diag)
    r.parser = fy_parser_create(&cfg);
  if(r.parser &&
     fy_parser_set_string(r.parser, text.n ? text.p : "", text.n) == 0)
    root = read_document(&r);
  else
    fail_memory(&r);
  if(r.parser)
    fy_parser_destroy(r.parser);
  if(r.diag)
    fy_diag_destroy(r.diag);
  return root;
}

/* The code point at p, whose bytes are known to be well-formed. */
static unsigned int code_point(const unsigned char *p, size_t *length)
{
  if(p[0] < 0x80) {
    *length = 1;
    return p[0];
  }
  if(p[0] < 0xe0) {
    *length = 2;
    return (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
  }
  if(p[0] < 0xf0) {
    *length = 3;
    return (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
  }
  *length = 4;
  return (p[0] & 0x07u) << 18 | (p[1] & 0x3fu) << 12 | (p[2] & 0x3fu) << 6 |
         (p[3] & 0x3fu);
}

static bool is_printable(unsigned int c)
{
  return (c >= 0x20 && c < 0x7f) || (c >= 0xa0 && c < 0x2028) ||
         (c > 0x2029 && c < 0xfeff) || (c > 0xfeff && c < 0xfffe) ||
         (c >= 0x10000 && c <= 0x10ffff);
}

int yaml_quote(struct slice text, struct buf *out)
{
  size_t i, length = 1;
  int rc = buf_addc(out, '"');
  for(i = 0; i < text.n && rc == 0; i += length) {
    unsigned int c = code_point((const unsigned char *)text.p + i, &length);
    if(c == '"' || c == '\\')
      rc = buf_addf(out, "\\%c", (char)c);
    else if(c == '\n')
      rc = buf_adds(out, "\\n");
    else if(c == '$' && i + 1 < text.n && text.p[i + 1] == '{')
      rc = buf_adds(out, "$$");
    else if(is_printable(c))
      rc = buf_add(out, text.p + i, length);
    else if(c <= 0xffff)
      rc = buf_addf(out, "\\u%04X", c);
    else
      rc = buf_addf(out, "\\U%08X", c);
  }
  return rc ? rc : buf_addc(out, '"');
}
