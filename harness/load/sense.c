/* SPDX-License-Identifier: MIT
 * Finding numbers and stamps; see sense.h. */
#include "load/sense.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

/* A stamp further off than this is some other time, not the send time. */
#define STAMP_PLAUSIBLE_NS (24 * 3600 * NS_PER_SEC)

static const char *const unit_names[] = {"auto", "ns", "us", "ms", "s"};

static void set(char out[64], const char *text)
{
  snprintf(out, 64, "%s", text ? text : "");
}

/* A server that wraps what was published wraps all its members alike. */
static void set_beside(char out[64], const char *pointer, const char *name)
{
  const char *last = strrchr(pointer, '/');
  int dir = last ? (int)(last - pointer) : 0;
  if(snprintf(out, 64, "%.*s/%s", dir, pointer, name) >= 64)
    out[0] = '\0';
}

static void init_key(struct sense *s, const struct scenario *sc)
{
  s->given = s->numbers == SENSE_DATA || s->numbers == SENSE_ID;
  s->key_given = sc->sequence_key != SEQ_KEY_AUTO;
  s->on_trial = s->given && !s->key_given;
  s->by = sc->sequence_key == SEQ_KEY_EVENT  ? TRIAL_BY_TYPE
          : sc->sequence_key == SEQ_KEY_DATA ? TRIAL_BY_TOPIC
                                             : TRIAL_BY_STREAM;
  set(s->spec.key, s->key_given ? sc->sequence_key_pointer : "/topic");
}

void sense_init(struct sense *s, const struct scenario *sc)
{
  memset(s, 0, sizeof(*s));
  s->spec.unit = sc->stamp_unit;
  if(sc->publish.enabled) { /* weir writes both itself */
    set(s->spec.seq, sc->publish.match_seq);
    set(s->spec.stamp, sc->publish.match_stamp);
    s->numbers = s->spec.seq[0] ? SENSE_DATA : SENSE_NONE;
    set_beside(s->spec.sent, s->spec.stamp, "s");
  } else {
    s->numbers = sc->sequence == SEQ_AUTO   ? SENSE_OPEN
                 : sc->sequence == SEQ_ID   ? SENSE_ID
                 : sc->sequence == SEQ_DATA ? SENSE_DATA
                                            : SENSE_NONE;
    if(sc->sequence == SEQ_DATA)
      set(s->spec.seq, sc->sequence_pointer);
    init_key(s, sc);
    s->stamps_open = sc->stamp == STAMP_AUTO;
    s->stamp_given = sc->stamp == STAMP_DATA;
    if(s->stamp_given) {
      set(s->spec.stamp, sc->stamp_pointer);
      set_beside(s->spec.sent, s->spec.stamp, "s");
    }
  }
  if(sc->user_count)
    set_beside(s->spec.user, s->spec.seq, "user");
  payload_spec_finish(&s->spec);
}

bool sense_id_number(struct slice id, uint64_t *out)
{
  uint64_t v = 0;
  size_t i;
  if(id.n == 0 || id.n > 18)
    return false;
  for(i = 0; i < id.n; i++) {
    if(id.p[i] < '0' || id.p[i] > '9')
      return false;
    v = v * 10 + (uint64_t)(id.p[i] - '0');
  }
  *out = v;
  return true;
}

static bool near_now(uint64_t t_ns, uint64_t now_ns)
{
  return t_ns + STAMP_PLAUSIBLE_NS > now_ns &&
         t_ns < now_ns + STAMP_PLAUSIBLE_NS;
}

static const char *unit_name(uint64_t t_ns, struct slice data,
                             const struct payload_spec *spec)
{
  /* The unit is the one that yields the same instant. */
  enum stamp_unit u;
  for(u = UNIT_NS; u <= UNIT_S; u++) {
    struct payload_spec probe = *spec;
    struct payload p;
    probe.unit = u;
    payload_read(&probe, data, &p);
    if(p.has_stamp && p.stamp_ns == t_ns)
      return unit_names[u];
  }
  return unit_names[UNIT_AUTO];
}

struct hint {
  uint64_t now_ns;
  char *out; /* of sense.stamp_hint's size */
  size_t size, n;
  bool found; /* a time; else numbers are listed */
};

/* One member of an event's data, in whose number a time may stand. */
static void look_at(struct hint *h, const char *name, double v, uint64_t whole)
{
  uint64_t t = payload_time_ns(v, whole, UNIT_AUTO);
  enum stamp_unit u;
  int n = 0;
  for(u = UNIT_NS; t && near_now(t, h->now_ns) && u <= UNIT_S; u++) {
    if(payload_time_ns(v, whole, u) != t)
      continue;
    snprintf(h->out, h->size,
             "/%.40s looks like %s since 1970: --stamp /%.40s", name,
             unit_names[u], name);
    h->found = true;
    return;
  }
  if(h->n < h->size / 2)
    n = snprintf(h->out + h->n, h->size - h->n, "%s/%.20s",
                 h->n ? " " : "its numbers are at ", name);
  h->n += n > 0 ? (size_t)n : 0;
}

/* What of the data may have been meant as its send time. */
static void hint_at(char *out, size_t size, struct slice data, uint64_t now_ns)
{
  struct hint h = {now_ns, out, size, 0, false};
  json_t *root = json_loadb(data.p, data.n, 0, NULL), *v;
  const char *name;
  out[0] = '\0';
  json_object_foreach(root, name, v)
  {
    if(h.found)
      break;
    if(json_is_integer(v) && json_integer_value(v) > 0)
      look_at(&h, name, json_number_value(v), (uint64_t)json_integer_value(v));
    else if(json_is_real(v))
      look_at(&h, name, json_real_value(v), 0);
  }
  json_decref(root);
}

void sense_stamped(struct sense *s, bool stamped, struct slice data,
                   uint64_t now_real_ns)
{
  if(!s->stamp_given || s->stamp_seen)
    return;
  s->stamp_seen = stamped;
  if(stamped || s->stamp_misses >= SENSE_STAMP_TRIES)
    return;
  s->stamp_misses++;
  if(!s->stamp_hint[0])
    hint_at(s->stamp_hint, sizeof(s->stamp_hint), data, now_real_ns);
}

int sense_check(const struct sense *s, uint8_t least, struct err *e)
{
  if(!s->stamp_given || s->stamp_seen || s->stamp_misses < least)
    return 0;
  return err_set(
      e, E_MISMATCH,
      "--stamp %s: none of the first %u events has a time there%s%s",
      s->spec.stamp, (unsigned)s->stamp_misses, s->stamp_hint[0] ? "; " : "",
      s->stamp_hint);
}

/* Nothing stands where it was looked for: something else may be one. */
static void suggest_stamp(struct sense *s, struct slice data, uint64_t now_ns)
{
  hint_at(s->stamp_hint, sizeof(s->stamp_hint), data, now_ns);
  if(strstr(s->stamp_hint, "--stamp"))
    snprintf(s->note[1], sizeof(s->note[1]), "send times: none; data %s",
             s->stamp_hint);
}

static void sense_stamp(struct sense *s, struct slice data, uint64_t now_ns)
{
  struct payload_spec probe = s->spec;
  struct payload p;
  set(probe.stamp, "/t");
  payload_spec_finish(&probe);
  payload_read(&probe, data, &p);
  if(!p.is_object || !p.has_stamp) {
    s->stamps_open = ++s->stamp_tries < SENSE_TRIES;
    if(!s->note[1][0])
      suggest_stamp(s, data, now_ns);
    return;
  }
  s->stamps_open = false;
  if(!near_now(p.stamp_ns, now_ns)) {
    snprintf(s->note[1], sizeof(s->note[1]),
             "send times: none; data /t is no time within a day of now, so no "
             "latency is measured");
    return;
  }
  set(s->spec.stamp, "/t");
  set(s->spec.sent, "/s");
  payload_spec_finish(&s->spec);
  snprintf(s->note[1], sizeof(s->note[1]),
           "send times: data /t, taken as %s since 1970%s (stamp: none to "
           "ignore it)",
           unit_name(p.stamp_ns, data, &probe),
           probe.unit == UNIT_AUTO ? " by its magnitude" : "");
}

static void sense_by_id(struct sense *s, const struct sse_event *event)
{
  uint64_t n;
  if(event->id_in_block && sense_id_number(event->id, &n)) {
    s->numbers = SENSE_ID;
    s->on_trial = true;
  } else if(++s->number_tries >= SENSE_TRIES)
    s->numbers = SENSE_NONE;
}

static void sense_numbers(struct sense *s, const struct sse_event *event)
{
  struct payload_spec probe = s->spec;
  struct payload p;
  set(probe.seq, "/seq");
  payload_spec_finish(&probe);
  payload_read(&probe, event->data, &p);
  if(!p.has_seq) {
    sense_by_id(s, event);
    return;
  }
  set(s->spec.seq, "/seq");
  payload_spec_finish(&s->spec);
  s->numbers = SENSE_DATA;
  s->on_trial = true;
}

void sense_event(struct sense *s, const struct sse_event *event,
                 uint64_t now_real_ns)
{
  if(s->numbers == SENSE_OPEN)
    sense_numbers(s, event);
  if(s->stamps_open)
    sense_stamp(s, event->data, now_real_ns);
}

static const char *what(const struct sense *s)
{
  return s->numbers == SENSE_ID ? "the event ids" : "data /seq";
}

/* No sequence.  Ids are often other numbers; what is called seq and jumps
 * before there is enough of it to tell is left in doubt. */
static void reject(struct sense *s, const struct trial *t)
{
  unsigned long long from = 0, to = 0;
  uint64_t a, b;
  if(trial_jump(t, &a, &b)) {
    from = a;
    to = b;
  }
  s->doubtful = s->numbers == SENSE_DATA &&
                trial_steps(t, TRIAL_BY_STREAM).all < SENSE_STEPS;
  snprintf(s->note[0], sizeof(s->note[0]),
           "sequence: none; %s are numbers but do not grow by one (%llu, then "
           "%llu), so nothing can be said about losses%s",
           what(s), from, to,
           s->doubtful ? "; say sequence: /seq or none" : "");
  s->numbers = SENSE_NONE;
  s->spec.seq[0] = '\0';
}

static void accept(struct sense *s)
{
  static const char *const whose[] = {"", ", each event type for itself",
                                      ", each topic for itself"};
  if(s->given && s->by == TRIAL_BY_STREAM)
    return;
  snprintf(s->note[0], sizeof(s->note[0]), "sequence: %s%s%s (%s)",
           s->given ? "the numbers" : what(s),
           s->numbers == SENSE_ID && !s->given ? ", which grow by one" : "",
           whose[s->by],
           s->by == TRIAL_BY_STREAM ? "sequence: none to ignore it"
                                    : "sequence.key: none for one sequence");
}

void sense_decide(struct sense *s, const struct trial *t)
{
  enum trial_by by = s->by;
  bool found = s->key_given ? trial_fits(t, by) : trial_find(t, &by);
  s->on_trial = false;
  s->by = by;
  if(found || s->given)
    accept(s);
  else
    reject(s, t);
  if(s->by != TRIAL_BY_TOPIC)
    s->spec.key[0] = '\0';
  payload_spec_finish(&s->spec);
}

void sense_sequence_text(const struct sense *s, char *out, size_t size)
{
  const char *by = s->by == TRIAL_BY_TYPE    ? " by event type"
                   : s->by == TRIAL_BY_TOPIC ? " by "
                                             : "";
  const char *key = s->by == TRIAL_BY_TOPIC ? s->spec.key : "";
  out[0] = '\0';
  if(s->numbers == SENSE_ID)
    snprintf(out, size, "id%s%s", by, key);
  else if(s->numbers == SENSE_DATA)
    snprintf(out, size, "data %s%s%s", s->spec.seq, by, key);
}

void sense_stamp_text(const struct sense *s, char *out, size_t size)
{
  out[0] = '\0';
  if(s->spec.stamp[0])
    snprintf(out, size, "data %s", s->spec.stamp);
}
