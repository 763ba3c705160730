/* SPDX-License-Identifier: MIT
 * Lists of a scenario; see list.h. */
#include "scenario/list.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/units.h"
#include "scenario/origin.h"
#include "scenario/threshold.h"
#include "scenario/value.h"

static uint32_t *count_of(struct scenario *s, const struct key *k)
{
  switch((int)k->id) {
  case KEY_HEADERS:
    return &s->header_count;
  case KEY_PUBLISH_HEADERS:
    return &s->publish.header_count;
  case KEY_SOURCE_IP:
    return &s->source_ip_count;
  case KEY_RESOLVE:
    return &s->resolve_count;
  case KEY_STAGES:
    return &s->stage_count;
  default:
    return &s->threshold_count;
  }
}

uint32_t list_count(const struct scenario *s, const struct key *k)
{
  return *count_of((struct scenario *)s, k);
}

/* Makes room for one more entry of `size` bytes and returns it zeroed; the
 * count is raised by the caller once the entry is filled. */
static void *next_entry(struct scenario *s, const struct key *k, size_t size)
{
  char **list = (char **)(void *)((char *)s + k->offset);
  size_t n = *count_of(s, k);
  char *grown = realloc(*list, (n + 1) * size);
  if(!grown)
    return NULL;
  *list = grown;
  memset(grown + n * size, 0, size);
  return grown + n * size;
}

static int full(const struct scenario *s, const struct key *k,
                const char *where, struct err *e)
{
  if(list_count(s, k) < LIST_MAX)
    return 0;
  return err_set(e, E_TOO_LONG, "%s: %s: more than %d entries", where, k->name,
                 LIST_MAX);
}

static int no_memory(struct err *e)
{
  return err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
}

static void clear_headers(struct name_value *list, uint32_t n)
{
  uint32_t i;
  for(i = 0; i < n; i++) {
    free(list[i].name);
    free(list[i].value);
  }
}

void list_clear(struct scenario *s, const struct key *k)
{
  uint32_t i, *n = count_of(s, k);
  char **texts = k->id == KEY_SOURCE_IP ? s->source_ip : s->resolve;
  if(k->type == VALUE_HEADERS) {
    bool publish = k->id == KEY_PUBLISH_HEADERS;
    clear_headers(publish ? s->publish.header : s->header, *n);
    *(publish ? &s->origin->file_publish_headers : &s->origin->file_headers) =
        0;
  }
  for(i = 0; i < *n && k->type == VALUE_STRINGS; i++)
    free(texts[i]);
  for(i = 0; i < *n && k->type == VALUE_THRESHOLDS; i++)
    threshold_fini(&s->threshold[i]);
  *n = 0;
}

static bool is_token(struct slice name)
{
  size_t i;
  for(i = 0; i < name.n; i++) {
    unsigned char c = (unsigned char)name.p[i];
    if(c <= ' ' || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c))
      return false;
  }
  return name.n > 0;
}

/* The header of this name that came with the file, or NULL. */
static struct name_value *from_file(struct scenario *s, const struct key *k,
                                    const char *name)
{
  bool publish = k->id == KEY_PUBLISH_HEADERS;
  struct name_value *list = publish ? s->publish.header : s->header;
  uint32_t i,
      n = publish ? s->origin->file_publish_headers : s->origin->file_headers;
  for(i = 0; i < n && s->origin->now == LAYER_COMMAND; i++) {
    if(strcasecmp(list[i].name, name) == 0)
      return &list[i];
  }
  return NULL;
}

static int put_header(struct scenario *s, const struct key *k,
                      struct name_value copy, struct err *e)
{
  struct name_value *at = from_file(s, k, copy.name);
  if(at)
    clear_headers(at, 1);
  else {
    at = next_entry(s, k, sizeof(*at));
    if(!at) {
      clear_headers(&copy, 1);
      return no_memory(e);
    }
    (*count_of(s, k))++;
  }
  *at = copy;
  return 0;
}

int list_add_header(struct scenario *s, const struct key *k,
                    struct name_value header, const char *where, struct err *e)
{
  struct slice name = slice_of(header.name);
  struct slice value = slice_trim(slice_of(header.value));
  struct name_value copy;
  if(!is_token(name))
    return value_wrong(k, name, where, "a header name of letters and dashes",
                       e);
  if(value_bad_byte(value) != value.n)
    return value_wrong(k, name, where,
                       "a header value without control characters", e);
  if(full(s, k, where, e))
    return E_TOO_LONG;
  copy.name = slice_dup(name);
  copy.value = slice_dup(value);
  if(copy.name && copy.value)
    return put_header(s, k, copy, e);
  clear_headers(&copy, 1);
  return no_memory(e);
}

static int add_header_line(struct scenario *s, const struct key *k,
                           struct slice text, const char *where, struct err *e)
{
  struct slice rest = text;
  struct slice name = slice_cut(&rest, ':');
  struct name_value header;
  int rc;
  if(!rest.p || memchr(text.p, '\0', text.n))
    return value_wrong(k, text, where, NULL, e);
  header.name = slice_dup(slice_trim(name));
  header.value = slice_dup(slice_trim(rest));
  rc = header.name && header.value ? list_add_header(s, k, header, where, e)
                                   : no_memory(e);
  clear_headers(&header, 1);
  return rc;
}

int list_add_stage(struct scenario *s, const struct stage *stage,
                   const char *where, struct err *e)
{
  const struct key *k = key_at(KEY_STAGES);
  struct stage *at;
  if(full(s, k, where, e))
    return E_TOO_LONG;
  at = next_entry(s, k, sizeof(*at));
  if(!at)
    return no_memory(e);
  *at = *stage;
  s->stage_count++;
  return 0;
}

int list_stage_field(struct stage *stage, struct slice name, struct slice text,
                     const char *where, struct err *e)
{
  const struct key *k = key_at(KEY_STAGES);
  uint64_t *time = slice_eq_cstr(name, "ramp")   ? &stage->ramp_ns
                   : slice_eq_cstr(name, "hold") ? &stage->hold_ns
                                                 : NULL;
  uint64_t v = 0;
  if(time) {
    if(units_duration_ns(text, &v) || (double)v > KEY_MONTH_NS)
      return value_wrong(k, text, where, "a duration such as 30s or 5m", e);
    *time = v;
    return 0;
  }
  if(!slice_eq_cstr(name, "connections"))
    return err_set(e, E_SYNTAX,
                   "%s: stages: unknown key \"%.*s\": a stage has "
                   "connections, ramp and hold",
                   where, (int)(name.n < 60 ? name.n : 60), name.p);
  if(units_count(text, &v) || v > 10000000)
    return value_wrong(k, text, where, "a number of streams up to 10M", e);
  stage->connections = v;
  return 0;
}

static int add_stage_text(struct scenario *s, const struct key *k,
                          struct slice text, const char *where, struct err *e)
{
  static const char *const part[] = {"connections", "ramp", "hold"};
  struct stage stage = {0, 0, 0};
  struct slice rest = text;
  size_t i;
  int rc;
  for(i = 0; i < 3; i++) {
    if(!rest.p)
      return value_wrong(k, text, where, NULL, e);
    rc = list_stage_field(&stage, slice_of(part[i]), slice_cut(&rest, ':'),
                          where, e);
    if(rc)
      return rc;
  }
  if(rest.p)
    return value_wrong(k, text, where, NULL, e);
  return list_add_stage(s, &stage, where, e);
}

static bool is_address(const char *text)
{
  unsigned char bytes[16];
  return inet_pton(AF_INET, text, bytes) == 1 ||
         inet_pton(AF_INET6, text, bytes) == 1;
}

/* "host:port:address[,address]", an IPv6 address in brackets or bare. */
static bool is_resolve(const char *text)
{
  const char *port = strchr(text, ':');
  const char *address = port ? strchr(port + 1, ':') : NULL;
  uint64_t n = 0;
  struct slice digits;
  if(!address || port == text || !address[1])
    return false;
  digits = (struct slice){port + 1, (size_t)(address - port - 1)};
  return strspn(digits.p, "0123456789") == digits.n &&
         units_count(digits, &n) == 0 && n > 0 && n < 65536;
}

static int add_text(struct scenario *s, const struct key *k, struct slice text,
                    const char *where, struct err *e)
{
  char *copy, **at;
  text = slice_trim(text);
  if(text.n == 0 || value_bad_byte(text) != text.n)
    return value_wrong(k, text, where, NULL, e);
  if(full(s, k, where, e))
    return E_TOO_LONG;
  copy = slice_dup(text);
  if(!copy)
    return no_memory(e);
  if(k->id == KEY_SOURCE_IP ? !is_address(copy) : !is_resolve(copy)) {
    free(copy);
    return value_wrong(k, text, where, NULL, e);
  }
  at = next_entry(s, k, sizeof(*at));
  if(!at) {
    free(copy);
    return no_memory(e);
  }
  *at = copy;
  (*count_of(s, k))++;
  return 0;
}

static int add_threshold(struct scenario *s, const struct key *k,
                         struct slice text, const char *where, struct err *e)
{
  struct threshold *at;
  int rc;
  if(full(s, k, where, e))
    return E_TOO_LONG;
  at = next_entry(s, k, sizeof(*at));
  if(!at)
    return no_memory(e);
  rc = threshold_parse(text, where, at, e);
  if(rc == 0)
    s->threshold_count++;
  return rc;
}

/* Adds what stands between separators; empty parts are skipped. */
static int add_parts(struct scenario *s, const struct key *k,
                     struct slice text, const char *where, struct err *e)
{
  char sep = k->type == VALUE_THRESHOLDS ? ';' : ',';
  bool some = false;
  int rc = 0;
  while(rc == 0 && text.p) {
    struct slice part = slice_trim(slice_cut(&text, sep));
    if(part.n == 0)
      continue;
    some = true;
    rc = k->type == VALUE_THRESHOLDS ? add_threshold(s, k, part, where, e)
                                     : add_text(s, k, part, where, e);
  }
  return some ? rc : value_wrong(k, (struct slice){NULL, 0}, where, NULL, e);
}

int list_add(struct scenario *s, const struct key *k, struct slice text,
             const char *where, struct err *e)
{
  if(slice_ieq_cstr(slice_trim(text), "none")) {
    list_clear(s, k);
    return 0;
  }
  if(k->type == VALUE_HEADERS)
    return add_header_line(s, k, text, where, e);
  if(k->type == VALUE_STAGES)
    return add_stage_text(s, k, text, where, e);
  if(k->id == KEY_RESOLVE)
    return add_text(s, k, text, where, e);
  return add_parts(s, k, text, where, e);
}
