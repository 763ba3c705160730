/* SPDX-License-Identifier: MIT
 * Comparing what events hold across connections: which JSON members are the
 * connection's own (a time of sending), and hashes without them; see
 * resume_walk.h. */
#include <stdlib.h>
#include <string.h>

#include "checks/resume/resume_walk.h"

#define LEARN_EVENTS   24 /* of the victim's first connection */
#define LEARN_KEYS     32
#define SHARED_PART    0.8 /* of its values that the control has too */
#define NEAR_NS        (600.0 * 1e9)
#define CHECKSUM_LEAST 8 /* hexadecimal digits */

struct member {
  const char *key; /* borrowed from the JSON */
  size_t seen, shared;
};

static uint64_t add_bytes(uint64_t h, const void *p, size_t n)
{
  const unsigned char *b = p;
  for(size_t i = 0; i < n; i++)
    h = (h ^ b[i]) * UINT64_C(1099511628211);
  return (h ^ n) * UINT64_C(1099511628211);
}

/* The victim's first connection asked for no replay: what it got is live. */
static bool is_live(const struct resume_walk *w, const struct walk_event *v)
{
  return !w->piece[v->piece].last_id.p;
}

static bool control_has(const struct resume_walk *w, const char *key,
                        const json_t *value)
{
  for(size_t i = 0; i < w->control.n; i++) {
    const json_t *j = w->control.at[i].json;
    if(j && json_equal(json_object_get(j, key), value))
      return true;
  }
  return false;
}

static struct member *find_member(struct member *m, const char *key)
{
  size_t i = 0;
  while(i < LEARN_KEYS && m[i].key && strcmp(m[i].key, key) != 0)
    i++;
  if(i == LEARN_KEYS)
    return NULL;
  m[i].key = key;
  return &m[i];
}

static void learn_event(const struct resume_walk *w, struct member *m,
                        json_t *j)
{
  const char *key;
  json_t *value;
  json_object_foreach(j, key, value)
  {
    struct member *at = find_member(m, key);
    if(at) {
      at->seen++;
      at->shared += control_has(w, key, value);
    }
  }
}

static void learn(const struct resume_walk *w, struct member *m)
{
  size_t n = 0;
  for(size_t i = 0; i < w->victim.n && n < LEARN_EVENTS; i++) {
    const struct walk_event *v = &w->victim.at[i];
    if(v->json && is_live(w, v)) {
      learn_event(w, m, v->json);
      n++;
    }
  }
}

static bool is_volatile(const struct member *m, const char *key)
{
  for(size_t i = 0; i < LEARN_KEYS && m[i].key; i++) {
    if(strcmp(m[i].key, key) == 0)
      return (double)m[i].shared < SHARED_PART * (double)m[i].seen;
  }
  return false;
}

/* A number that is a time near the event's own, in s, ms, us or ns; a date in
 * text. */
static bool is_time(const struct walk_event *e, const json_t *value)
{
  const char *s = json_string_value(value);
  double now = (double)e->real_ns, v = json_number_value(value);
  if(s)
    return strlen(s) > 10 && strspn(s, "0123456789") == 4 && s[4] == '-' &&
           s[7] == '-' && (s[10] == 'T' || s[10] == ' ');
  for(double unit = 1; v > 0 && unit <= 1e9; unit *= 1000) {
    if(v * unit > now - NEAR_NS && v * unit < now + NEAR_NS)
      return true;
  }
  return false;
}

static bool has_time(const struct walk_event *e)
{
  const char *key;
  json_t *value;
  json_object_foreach(e->json, key, value)
  {
    if(is_time(e, value))
      return true;
  }
  return false;
}

/* A time of sending is a server's right, and a checksum that covers it
 * changes with it: neither says that the event is another one. */
static bool is_stamp(const struct walk_event *e, const json_t *value,
                     bool timed)
{
  const char *s = json_string_value(value);
  if(is_time(e, value))
    return true;
  return timed && s && strlen(s) >= CHECKSUM_LEAST &&
         strspn(s, "0123456789abcdefABCDEF") == strlen(s);
}

static uint64_t hash_member(uint64_t h, const char *key, const json_t *value)
{
  char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_SORT_KEYS);
  uint64_t own = add_bytes(UINT64_C(14695981039346656037), key, strlen(key));
  if(text)
    own = add_bytes(own, text, strlen(text));
  free(text);
  return h + own; /* the order of members means nothing */
}

static void hash_list(struct walk_list *l, const struct member *m)
{
  for(size_t i = 0; i < l->n; i++) {
    struct walk_event *e = &l->at[i];
    uint64_t h =
        add_bytes(UINT64_C(14695981039346656037), e->e->type.p, e->e->type.n);
    const char *key;
    json_t *value;
    bool timed = e->json && has_time(e);
    if(!e->json) {
      e->hash = add_bytes(h, e->e->data.p, e->e->data.n);
      continue;
    }
    json_object_foreach(e->json, key, value)
    {
      if(!is_volatile(m, key) && !is_stamp(e, value, timed))
        h = hash_member(h, key, value);
    }
    e->hash = h;
  }
}

static bool control_has_hash(const struct resume_walk *w, uint64_t hash)
{
  for(size_t i = 0; i < w->control.n; i++) {
    if(w->control.at[i].hash == hash)
      return true;
  }
  return false;
}

void walk_hash_content(struct resume_walk *w)
{
  struct member m[LEARN_KEYS];
  size_t live = 0, shared = 0;
  memset(m, 0, sizeof(m));
  learn(w, m);
  hash_list(&w->control, m);
  hash_list(&w->victim, m);
  for(size_t i = 0; i < w->victim.n; i++) {
    if(is_live(w, &w->victim.at[i])) {
      live++;
      shared += control_has_hash(w, w->victim.at[i].hash);
    }
  }
  w->comparable = live && (double)shared >= SHARED_PART * (double)live;
}
