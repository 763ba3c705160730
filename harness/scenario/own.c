/* SPDX-License-Identifier: MIT
 * Values of a scenario's own types; see own.h. */
#include "scenario/own.h"

#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "option/text.h"
#include "scenario/threshold.h"

static int no_memory(struct err *e)
{
  return err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
}

/* The index of text among the words, or -1. */
static int word_of(struct slice text, const char *const *words)
{
  int i;
  for(i = 0; words[i]; i++) {
    if(slice_ieq_cstr(text, words[i]))
      return i;
  }
  return -1;
}

/* The index of a word, or `count` for a pointer, which goes into *pointer;
 * E_SYNTAX or E_NOMEM. */
static int read_source(char **pointer, struct slice text,
                       const char *const *words, int count)
{
  int word = word_of(text, words);
  char *copy = NULL;
  if(word < 0) {
    if(!text_is_pointer(text))
      return E_SYNTAX;
    copy = slice_dup(text);
    if(!copy)
      return E_NOMEM;
  }
  free(*pointer);
  *pointer = copy;
  return word < 0 ? count : word;
}

static int wrong_source(int rc, const struct option_row *o, struct slice text,
                        const char *where, struct err *e)
{
  return rc == E_NOMEM ? no_memory(e) : option_wrong(o, text, where, NULL, e);
}

static const char *const sequence_words[] = {"auto", "none", "id", NULL};
static const char *const key_words[] = {"auto", "none", "event", NULL};
static const char *const stamp_words[] = {"auto", "none", NULL};

int own_set_sequence(void *scenario, const struct option_row *o,
                     struct slice text, const struct option_source *from,
                     struct err *e)
{
  struct scenario *s = scenario;
  int is = read_source(&s->sequence_pointer, text, sequence_words, SEQ_DATA);
  if(is < 0)
    return wrong_source(is, o, text, from->where, e);
  s->sequence = (enum sequence_from)is;
  return 0;
}

int own_set_sequence_key(void *scenario, const struct option_row *o,
                         struct slice text, const struct option_source *from,
                         struct err *e)
{
  struct scenario *s = scenario;
  int is =
      read_source(&s->sequence_key_pointer, text, key_words, SEQ_KEY_DATA);
  if(is < 0)
    return wrong_source(is, o, text, from->where, e);
  s->sequence_key = (enum sequence_key)is;
  return 0;
}

int own_set_stamp(void *scenario, const struct option_row *o,
                  struct slice text, const struct option_source *from,
                  struct err *e)
{
  struct scenario *s = scenario;
  int is = read_source(&s->stamp_pointer, text, stamp_words, STAMP_DATA);
  if(is < 0)
    return wrong_source(is, o, text, from->where, e);
  s->stamp = (enum stamp_from)is;
  return 0;
}

int own_set_offset(void *scenario, const struct option_row *o,
                   struct slice text, const struct option_source *from,
                   struct err *e)
{
  struct scenario *s = scenario;
  struct slice time = slice_trim(text);
  bool negative = time.n && time.p[0] == '-';
  uint64_t ns = 0;
  if(time.n && (negative || time.p[0] == '+')) {
    time.p++;
    time.n--;
  }
  if(units_duration_ns(time, &ns) || (double)ns > o->most)
    return option_wrong(o, text, from->where, NULL, e);
  s->clock_offset_ns = negative ? -(int64_t)ns : (int64_t)ns;
  s->clock_offset_set = true;
  return 0;
}

int own_put_stage(struct scenario *s, const struct stage *stage,
                  const char *where, struct err *e)
{
  struct stage *at =
      option_next_entry(s, key_at(KEY_STAGES), sizeof(*at), where, e);
  if(!at)
    return e ? e->code : E_NOMEM;
  *at = *stage;
  s->stage_count++;
  return 0;
}

int own_stage_part(struct stage *stage, struct slice name, struct slice text,
                   const char *where, struct err *e)
{
  const struct option_row *o = key_at(KEY_STAGES);
  uint64_t *time = slice_eq_cstr(name, "ramp")   ? &stage->ramp_ns
                   : slice_eq_cstr(name, "hold") ? &stage->hold_ns
                                                 : NULL;
  uint64_t v = 0;
  if(time) {
    if(units_duration_ns(text, &v) || (double)v > KEY_MONTH_NS)
      return option_wrong(o, text, where, "a duration such as 30s or 5m", e);
    *time = v;
    return 0;
  }
  if(!slice_eq_cstr(name, "connections"))
    return err_set(e, E_SYNTAX,
                   "%s: stages: unknown key \"%.*s\": a stage has "
                   "connections, ramp and hold",
                   where, (int)(name.n < 60 ? name.n : 60), name.p);
  if(units_count(text, &v) || v > 10000000)
    return option_wrong(o, text, where, "a number of streams up to 10M", e);
  stage->connections = v;
  return 0;
}

static bool is_none(struct slice text)
{
  return slice_ieq_cstr(slice_trim(text), "none");
}

static int add_stage(void *scenario, const struct option_row *o,
                     struct slice text, const struct option_source *from,
                     struct err *e)
{
  static const char *const part[] = {"connections", "ramp", "hold"};
  struct stage stage = {0, 0, 0};
  struct slice rest = text;
  size_t i;
  int rc;
  for(i = 0; i < 3; i++) {
    if(!rest.p)
      return option_wrong(o, text, from->where, NULL, e);
    rc = own_stage_part(&stage, slice_of(part[i]), slice_cut(&rest, ':'),
                        from->where, e);
    if(rc)
      return rc;
  }
  if(rest.p)
    return option_wrong(o, text, from->where, NULL, e);
  return own_put_stage(scenario, &stage, from->where, e);
}

/* Several stand between commas. */
int own_add_stage(void *scenario, const struct option_row *o,
                  struct slice text, const struct option_source *from,
                  struct err *e)
{
  int rc = 0;
  if(is_none(text)) {
    own_clear(scenario, o);
    return 0;
  }
  do
    rc = add_stage(scenario, o, slice_trim(slice_cut(&text, ',')), from, e);
  while(rc == 0 && text.p);
  return rc;
}

static int add_threshold(struct scenario *s, const struct option_row *o,
                         struct slice text, const char *where, struct err *e)
{
  struct threshold *at = option_next_entry(s, o, sizeof(*at), where, e);
  int rc;
  if(!at)
    return e ? e->code : E_NOMEM;
  rc = threshold_parse(text, where, at, e);
  if(rc == 0)
    s->threshold_count++;
  return rc;
}

/* Several stand between semicolons; empty parts are skipped. */
int own_add_thresholds(void *scenario, const struct option_row *o,
                       struct slice text, const struct option_source *from,
                       struct err *e)
{
  bool some = false;
  int rc = 0;
  if(is_none(text)) {
    own_clear(scenario, o);
    return 0;
  }
  while(rc == 0 && text.p) {
    struct slice part = slice_trim(slice_cut(&text, ';'));
    if(part.n == 0)
      continue;
    some = true;
    rc = add_threshold(scenario, o, part, from->where, e);
  }
  return some ? rc
              : option_wrong(o, (struct slice){NULL, 0}, from->where, NULL, e);
}

void own_clear(struct scenario *s, const struct option_row *o)
{
  uint32_t i;
  switch((int)key_id(o)) {
  case KEY_STAGES:
    s->stage_count = 0;
    break;
  case KEY_THRESHOLDS:
    for(i = 0; i < s->threshold_count; i++)
      threshold_fini(&s->threshold[i]);
    s->threshold_count = 0;
    break;
  default:
    option_clear(s, o);
  }
}

void own_free(struct scenario *s)
{
  own_clear(s, key_at(KEY_THRESHOLDS));
  free(s->threshold);
  free(s->stage);
  free(s->sequence_pointer);
  free(s->sequence_key_pointer);
  free(s->stamp_pointer);
}

bool own_is_text(const struct option_row *o)
{
  return option_is_text(o) || key_id(o) == KEY_SEQUENCE ||
         key_id(o) == KEY_SEQUENCE_KEY || key_id(o) == KEY_STAMP;
}

const char *own_text(const struct scenario *s, const struct option_row *o)
{
  switch((int)key_id(o)) {
  case KEY_SEQUENCE:
    return s->sequence == SEQ_DATA ? s->sequence_pointer
                                   : sequence_words[s->sequence];
  case KEY_SEQUENCE_KEY:
    return s->sequence_key == SEQ_KEY_DATA ? s->sequence_key_pointer
                                           : key_words[s->sequence_key];
  case KEY_STAMP:
    return s->stamp == STAMP_DATA ? s->stamp_pointer : stamp_words[s->stamp];
  default:
    return option_text(s, o);
  }
}

int own_format(const struct scenario *s, const struct option_row *o,
               struct buf *out)
{
  int64_t ns = s->clock_offset_ns;
  if(key_id(o) != KEY_CLOCK_OFFSET)
    return option_format(s, o, out);
  if(ns < 0)
    buf_addc(out, '-');
  return option_add_duration(out, (uint64_t)(ns < 0 ? -ns : ns));
}

const char *own_item(const struct scenario *s, const struct option_row *o,
                     uint32_t i)
{
  return key_id(o) == KEY_THRESHOLDS ? s->threshold[i].expression
         : key_id(o) == KEY_RESOLVE  ? s->endpoint.resolve[i]
                                     : s->endpoint.source_ip[i];
}

static int add_map(struct settings *set, const struct option_row *k,
                   const struct yaml_node *map, bool *taken, struct err *e)
{
  struct stage stage = {0, 0, 0};
  const struct yaml_node *n;
  char where[SETTINGS_WHERE_SIZE];
  int rc = 0;
  *taken = key_id(k) == KEY_STAGES;
  for(n = map->child; *taken && n && rc == 0; n = n->next) {
    if(n->kind != YAML_SCALAR)
      return settings_wrong_kind(set, n, "stages", "a number or a duration",
                                 e);
    rc = settings_twice(set, map, n, n->key.p, e);
    if(rc == 0)
      rc = own_stage_part(&stage, n->key, n->text,
                          settings_position(set, n->at, where), e);
  }
  return rc || !*taken
             ? rc
             : own_put_stage(set->object, &stage,
                             settings_position(set, map->at, where), e);
}

static const char *item_of(const struct option_row *k)
{
  return key_id(k) == KEY_STAGES ? "{connections: N, ramp: TIME, hold: TIME}"
                                 : NULL;
}

static void clear(void *scenario, const struct option_row *k)
{
  own_clear(scenario, k);
}

/* A section is on as soon as one of its keys is given. */
static void enable_section(void *scenario, const struct option_row *k)
{
  struct scenario *s = scenario;
  enum key_id id = key_id(k);
  if(id >= KEY_PUBLISH_URL && id <= KEY_PUBLISH_MATCH_STAMP)
    s->publish.enabled = true;
  if(id >= KEY_STORM_AT && id <= KEY_STORM_EVERY)
    s->storm.enabled = true;
}

const struct settings_owner scenario_owner = {.what = "scenario",
                                              .keys_page =
                                                  "weir list keys shows all",
                                              .is_text = own_is_text,
                                              .clear = clear,
                                              .on_given = enable_section,
                                              .add_map = add_map,
                                              .item = item_of};
