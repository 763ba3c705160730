/* SPDX-License-Identifier: MIT
 * h2.*: streams beside each other on one connection. */
#include "base/clock.h"
#include "checks/h2/h2_judges.h"

#define EVENTS_LEAST 3u /* of each stream, to compare rates */

/* How streams of one role fared. */
struct crowd {
  size_t streams, good; /* good: an event stream */
  size_t events, bytes; /* of the one that got least */
  int64_t silence_ns;   /* the longest of all */
  const struct recording *worst;
};

/* The longest wait for bytes, from the head to the end. */
static int64_t silence_of(const struct recording *r)
{
  int64_t last = r->head.complete_ns, most = 0;
  size_t i;
  for(i = 0; i < r->body_reads; i++) {
    int64_t t = r->body_read[i].t_ns;
    most = t - last > most ? t - last : most;
    last = t;
  }
  return r->end_ns - last > most ? r->end_ns - last : most;
}

static void look_at(const struct check_input *in, enum role role,
                    struct crowd *c)
{
  size_t i;
  *c = (struct crowd){.streams = role_count(in, SCRIPT_H2_MANY, role),
                      .events = SIZE_MAX,
                      .bytes = SIZE_MAX};
  for(i = 0; i < c->streams; i++) {
    const struct recording *r = role_find(in, SCRIPT_H2_MANY, role, i);
    int64_t silence = silence_of(r);
    if(!input_is_stream(r)) {
      c->worst = r;
      continue;
    }
    c->good++;
    if(r->events < c->events && (c->good == 1 || c->good == i + 1))
      c->worst = r;
    c->events = r->events < c->events ? r->events : c->events;
    c->bytes = r->wire.n < c->bytes ? r->wire.n : c->bytes;
    c->silence_ns = silence > c->silence_ns ? silence : c->silence_ns;
  }
}

static void note(struct finding *f, const char *what, const struct crowd *c)
{
  if(c->good)
    finding_note(f,
                 "%s: %zu of %zu streams opened, at least %zu events each, "
                 "silent for at most %.0f ms",
                 what, c->good, c->streams, c->events,
                 (double)c->silence_ns / 1e6);
  else
    finding_note(f, "%s: 0 of %zu streams opened", what, c->streams);
}

/* Streams of one connection against connections of their own; false with the
 * finding set where that says nothing, or where it says it all. */
static bool compare(const struct check_input *in, struct finding *f,
                    const struct crowd *h2, const struct crowd *alone)
{
  int64_t event_ns = (int64_t)in->target->event_ns;
  f->recording = h2->worst;
  note(f, "on one HTTP/2 connection", h2);
  note(f, "on connections of their own", alone);
  if(!h2->streams || !alone->streams || alone->good < alone->streams) {
    finding_set(f, VERDICT_UNTESTABLE,
                "%zu streams on one connection, and %zu of %zu on their own, "
                "could be opened to compare",
                h2->good, alone->good, alone->streams);
    return false;
  }
  f->timing = true;
  if(h2->good < h2->streams)
    finding_broken(f, "only %zu of %zu streams opened: %s", h2->good,
                   h2->streams, h2->worst->detail);
  else if(alone->events < EVENTS_LEAST) {
    f->timing = false;
    finding_set(f, VERDICT_UNTESTABLE,
                "too few events came (%zu) to compare how streams progress",
                alone->events);
  } else if(h2->events * 2 < alone->events)
    finding_broken(f,
                   "a stream got %zu events, those on connections of their "
                   "own at least %zu",
                   h2->events, alone->events);
  else if(h2->silence_ns > alone->silence_ns + event_ns)
    finding_broken(f,
                   "a stream was silent for %.0f ms, those on connections of "
                   "their own for at most %.0f ms",
                   (double)h2->silence_ns / 1e6,
                   (double)alone->silence_ns / 1e6);
  else {
    f->timing = false;
    return true;
  }
  return false;
}

void h2_judge_multiplex(const struct check_input *in, struct finding *f)
{
  struct crowd h2, alone;
  if(!h2_connection(in, SCRIPT_H2_MANY, H2_PART_SHARED, f))
    return;
  look_at(in, ROLE_SHARED, &h2);
  look_at(in, ROLE_ALONE, &alone);
  if(compare(in, f, &h2, &alone))
    finding_set(f, VERDICT_PASS,
                "%zu streams on one connection got at least %zu events each, "
                "%zu on their own at least %zu",
                h2.streams, h2.events, alone.streams, alone.events);
}

/* The one that is left unread; NULL with the finding set where it was not held
 * back, or where more was sent than it may. */
static const struct recording *find_unread(const struct check_input *in,
                                           struct finding *f, size_t others)
{
  const struct recording *r = role_find(in, SCRIPT_H2_MANY, ROLE_UNREAD, 0);
  size_t window = r ? (size_t)r->label.window : 0;
  if(!r || !input_is_stream(r))
    finding_set(f, VERDICT_UNTESTABLE, "no stream could be left unread: %s",
                r ? r->detail : "none was opened");
  else if(r->end == REC_END_PROTOCOL || r->wire.n > window) {
    f->recording = r;
    finding_broken(f,
                   "more was sent than the window of %zu bytes lets pass: %s",
                   window, r->detail);
  } else if(others <= window)
    finding_set(f, VERDICT_UNTESTABLE,
                "too little came (%zu bytes) to hold a stream back whose "
                "window is %zu bytes",
                others, window);
  else
    return r;
  return NULL;
}

void h2_judge_hol_stall(const struct check_input *in, struct finding *f)
{
  struct crowd siblings, alone;
  const struct recording *unread;
  if(!h2_connection(in, SCRIPT_H2_MANY, H2_PART_STALLED, f))
    return;
  look_at(in, ROLE_SIBLING, &siblings);
  look_at(in, ROLE_ALONE, &alone);
  unread = find_unread(in, f, alone.good ? alone.bytes : 0);
  if(unread && compare(in, f, &siblings, &alone))
    finding_set(f, VERDICT_PASS,
                "%zu streams went on (at least %zu events each) beside one "
                "that was held back after %zu bytes",
                siblings.streams, siblings.events, unread->wire.n);
}

/* The server takes no more requests and calls that no error: many do so after
 * a number of them. */
static bool is_retired(const struct recording *connection)
{
  return connection->label.goaway == H2_CODE_NO_ERROR;
}

void h2_judge_cancel(const struct check_input *in, struct finding *f)
{
  const struct recording *c =
      h2_connection(in, SCRIPT_H2_MANY, H2_PART_CANCEL, f);
  const struct recording *one = role_find(in, SCRIPT_H2_MANY, ROLE_CANCEL, 0);
  const struct recording *after = role_find(in, SCRIPT_H2_MANY, ROLE_AFTER, 0);
  unsigned long long n = one ? (unsigned long long)one->label.of : 0;
  char told[RECORDING_TOLD_MAX];
  if(!c)
    return;
  finding_note(f, "%s", recording_told(c, told));
  if(!one || !input_is_stream(one)) {
    finding_set(f, VERDICT_UNTESTABLE, "no stream could be cancelled: %s",
                one ? one->detail : "none was opened");
    return;
  }
  f->recording = after ? after : one;
  if(after && input_is_stream(after))
    finding_set(f, VERDICT_PASS,
                "a stream opened behind %llu that were cancelled, on the same "
                "connection",
                n);
  else if(is_retired(c))
    finding_set(f, VERDICT_INFO,
                "the server retired the connection (GOAWAY NO_ERROR) while "
                "%llu streams were cancelled on it",
                n);
  else if(after && after->head.status)
    finding_broken(f,
                   "behind %llu cancelled streams the next one on the "
                   "connection was answered %d",
                   n, after->head.status);
  else {
    f->timing = after && after->end == REC_END_TIMEOUT;
    finding_broken(f,
                   "behind cancelled streams (%llu planned) the connection is "
                   "of no use: %s",
                   n, (after && c->end == REC_END_OURS ? after : c)->detail);
  }
}
