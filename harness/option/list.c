/* SPDX-License-Identifier: MIT
 * Lists; see option.h and list.h. */
#include "option/list.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "option/text.h"

uint32_t *option_count(void *object, const struct option_row *o)
{
  return (uint32_t *)(void *)((char *)object + o->count_at);
}

uint32_t option_count_of(const void *object, const struct option_row *o)
{
  uint32_t n;
  memcpy(&n, (const char *)object + o->count_at, sizeof(n));
  return n;
}

static void *entries(void *object, const struct option_row *o)
{
  void *list;
  memcpy(&list, (char *)object + o->at, sizeof(list));
  return list;
}

static int no_memory(struct err *e)
{
  return err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
}

void *option_next_entry(void *object, const struct option_row *o, size_t size,
                        const char *where, struct err *e)
{
  size_t n = *option_count(object, o);
  char *grown;
  if(n >= OPTION_LIST_MAX) {
    err_set(e, E_TOO_LONG, "%s: %s: more than %d entries", where, o->name,
            OPTION_LIST_MAX);
    return NULL;
  }
  grown = realloc(entries(object, o), (n + 1) * size);
  if(!grown) {
    no_memory(e);
    return NULL;
  }
  memcpy((char *)object + o->at, &grown, sizeof(grown));
  memset(grown + n * size, 0, size);
  return grown + n * size;
}

static void drop_header(struct name_value *h)
{
  free(h->name);
  free(h->value);
}

void option_clear(void *object, const struct option_row *o)
{
  void *list = entries(object, o);
  uint32_t i, *n = option_count(object, o);
  for(i = 0; i < *n; i++) {
    if(o->type == OPTION_HEADERS)
      drop_header((struct name_value *)list + i);
    else
      free(((char **)list)[i]);
  }
  *n = 0;
}

/* The inherited header of this name, or NULL. */
static struct name_value *inherited(void *object, const struct option_row *o,
                                    const char *name, uint32_t n)
{
  struct name_value *list = entries(object, o);
  uint32_t i;
  for(i = 0; i < n && i < *option_count(object, o); i++) {
    if(strcasecmp(list[i].name, name) == 0)
      return &list[i];
  }
  return NULL;
}

static int put_header(void *object, const struct option_row *o,
                      struct name_value copy, const struct option_source *from,
                      struct err *e)
{
  struct name_value *at = inherited(object, o, copy.name, from->inherited);
  if(at)
    drop_header(at);
  else {
    at = option_next_entry(object, o, sizeof(*at), from->where, e);
    if(!at) {
      drop_header(&copy);
      return e ? e->code : E_NOMEM;
    }
    (*option_count(object, o))++;
  }
  *at = copy;
  return 0;
}

int option_add_header(void *object, const struct option_row *o,
                      struct name_value header,
                      const struct option_source *from, struct err *e)
{
  struct slice name = slice_of(header.name);
  struct slice value = slice_trim(slice_of(header.value));
  struct name_value copy;
  if(!text_is_token(name))
    return option_wrong(o, name, from->where,
                        "a header name of letters and dashes", e);
  if(text_bad_byte(value) != value.n)
    return option_wrong(o, name, from->where,
                        "a header value without control characters", e);
  copy.name = slice_dup(name);
  copy.value = slice_dup(value);
  if(copy.name && copy.value)
    return put_header(object, o, copy, from, e);
  drop_header(&copy);
  return no_memory(e);
}

static int add_header_line(void *object, const struct option_row *o,
                           struct slice text, const struct option_source *from,
                           struct err *e)
{
  struct slice rest = text;
  struct slice name = slice_cut(&rest, ':');
  struct name_value header;
  int rc;
  if(!rest.p || memchr(text.p, '\0', text.n))
    return option_wrong(o, text, from->where, NULL, e);
  if(text_bad_byte(rest) != rest.n) /* a line end would be trimmed off */
    return option_wrong(o, name, from->where,
                        "a header value without control characters", e);
  header.name = slice_dup(slice_trim(name));
  header.value = slice_dup(slice_trim(rest));
  rc = header.name && header.value
           ? option_add_header(object, o, header, from, e)
           : no_memory(e);
  drop_header(&header);
  return rc;
}

static bool is_entry(enum option_type type, const char *text)
{
  return type == OPTION_ADDRESSES  ? text_is_address(text)
         : type == OPTION_RESOLVES ? text_is_resolve(text)
                                   : true;
}

static int add_text(void *object, const struct option_row *o,
                    struct slice text, const struct option_source *from,
                    struct err *e)
{
  char *copy, **at;
  text = slice_trim(text);
  if(text.n == 0 || text_bad_byte(text) != text.n)
    return option_wrong(o, text, from->where, NULL, e);
  copy = slice_dup(text);
  if(!copy)
    return no_memory(e);
  if(!is_entry(o->type, copy)) {
    free(copy);
    return option_wrong(o, text, from->where, NULL, e);
  }
  at = option_next_entry(object, o, sizeof(*at), from->where, e);
  if(!at) {
    free(copy);
    return e ? e->code : E_NOMEM;
  }
  *at = copy;
  (*option_count(object, o))++;
  return 0;
}

/* Addresses stand between commas; empty parts are skipped. */
static int add_addresses(void *object, const struct option_row *o,
                         struct slice text, const struct option_source *from,
                         struct err *e)
{
  bool some = false;
  int rc = 0;
  while(rc == 0 && text.p) {
    struct slice part = slice_trim(slice_cut(&text, ','));
    if(part.n == 0)
      continue;
    some = true;
    rc = add_text(object, o, part, from, e);
  }
  return some ? rc
              : option_wrong(o, (struct slice){NULL, 0}, from->where, NULL, e);
}

int list_add(void *object, const struct option_row *o, struct slice text,
             const struct option_source *from, struct err *e)
{
  if(slice_ieq_cstr(slice_trim(text), "none")) {
    option_clear(object, o);
    return 0;
  }
  if(o->type == OPTION_HEADERS)
    return add_header_line(object, o, text, from, e);
  if(o->type == OPTION_ADDRESSES)
    return add_addresses(object, o, text, from, e);
  return add_text(object, o, text, from, e);
}
