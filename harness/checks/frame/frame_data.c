/* SPDX-License-Identifier: MIT
 * frame.data.*: whether payloads arrive as they were published, through the
 * recordings of the script "publish" (plan/publish_samples.h); and
 * whether data that looks like JSON is JSON. */
#include "base/json.h"
#include "checks/frame/frame_judges.h"
#include "checks/frame/frame_walk.h"
#include "plan/publish_samples.h"

#define SHOWN               3
#define STATUS_IS_2(status) ((status) >= 200 && (status) < 300)

/* The last event whose data is this text; r->events when there is none.  The
 * last, since a stream may begin with what earlier runs published. */
static size_t find_last(const struct recording *r, struct slice data)
{
  size_t i;
  for(i = r->events; i > 0; i--) {
    if(slice_eq(r->event[i - 1].data, data))
      return i - 1;
  }
  return r->events;
}

/* Where a sample's events stand: behind its own mark, before the next. */
struct window {
  const struct recording *stream;
  size_t first, end; /* events */
  const struct publish_sample *sample;
};

static bool is_posted(const struct check_input *in, size_t row,
                      struct finding *f)
{
  const struct recording *post = input_script(in, SCRIPT_PUBLISH, row + 1);
  if(post && STATUS_IS_2(post->head.status))
    return true;
  finding_set(f, VERDICT_UNTESTABLE,
              "the publish hook did not take \"%s\": %s",
              publish_sample_at(row)->name,
              post ? "its answer was not 2xx" : "it was not sent");
  if(post)
    finding_show_head(f, post);
  return false;
}

static bool find_window(const struct check_input *in, const char *name,
                        struct window *w, struct finding *f)
{
  size_t row = publish_sample_find(name), i;
  const struct recording *r = input_script(in, SCRIPT_PUBLISH, 0);
  f->recording = w->stream = r;
  w->sample = publish_sample_at(row);
  if(!input_is_stream(r)) {
    finding_set(f, VERDICT_UNTESTABLE, "the subscriber got no stream");
    finding_show_head(f, r);
    return false;
  }
  for(i = row - 1; i <= row + 1; i++) {
    if(!is_posted(in, i, f))
      return false;
  }
  w->first = find_last(r, publish_sample_at(row - 1)->payload);
  w->end = find_last(r, publish_sample_at(row + 1)->payload);
  if(w->first < w->end && w->end < r->events)
    return true;
  finding_set(f, VERDICT_UNTESTABLE,
              "the plain texts published before and after the sample \"%s\" "
              "did not arrive as they are; the hook must publish its body, "
              "unchanged, on this stream",
              name);
  return false;
}

/* What conforming clients get: line ends become LF, all else stays. */
static int expected_data(struct slice payload, struct buf *out)
{
  size_t i;
  for(i = 0; i < payload.n; i++) {
    bool pair =
        payload.p[i] == '\r' && i + 1 < payload.n && payload.p[i + 1] == '\n';
    if(!pair)
      buf_addc(out, payload.p[i] == '\r' ? '\n' : payload.p[i]);
  }
  return out->rc;
}

/* Between its marks; behind them too where its bytes tell it from all else,
 * since a server may handle two publications at the same time. */
static bool has_arrived(const struct window *w, struct slice data)
{
  size_t end = data.n ? w->stream->events : w->end, i;
  for(i = w->first + 1; i < end; i++) {
    if(slice_eq(w->stream->event[i].data, data))
      return true;
  }
  return false;
}

static void show_window(struct finding *f, const struct window *w,
                        struct slice expected)
{
  const struct recorded_event *from = &w->stream->event[w->first];
  const struct recorded_event *to = &w->stream->event[w->end];
  size_t i;
  finding_show_bytes(f, "published", w->sample->payload);
  finding_show_bytes(f, "expected data", expected);
  for(i = w->first + 1; i < w->end && i <= w->first + SHOWN; i++)
    finding_show_bytes(f, "received data", w->stream->event[i].data);
  if(w->first + 1 == w->end)
    finding_note(f, "received: no event");
  finding_show_body(f, w->stream, from->end, to->offset - from->end);
}

/* True when the sample arrived; otherwise the finding says how not. */
static bool sample_survives(const struct check_input *in, const char *name,
                            const char *sentence, struct finding *f)
{
  struct window w;
  struct buf expected;
  bool survives = false;
  buf_init(&expected, 0);
  if(!find_window(in, name, &w, f))
    return false;
  if(expected_data(w.sample->payload, &expected))
    finding_set(f, VERDICT_ERROR, "out of memory");
  else if(has_arrived(&w, buf_slice(&expected)))
    survives = true;
  else {
    finding_broken(f, "the sample \"%s\" %s", name, sentence);
    show_window(f, &w, buf_slice(&expected));
  }
  buf_free(&expected);
  if(survives)
    finding_set(f, VERDICT_PASS, "the sample \"%s\" arrived as published",
                name);
  return survives;
}

void frame_judge_data_join(const struct check_input *in, struct finding *f)
{
  (void)sample_survives(in, "join",
                        "of two lines did not arrive as two lines of one "
                        "event",
                        f);
}

void frame_judge_data_raw_crlf(const struct check_input *in, struct finding *f)
{
  (void)sample_survives(in, "raw-crlf",
                        "with CRLF and CR inside lost or changed a line", f);
}

void frame_judge_data_leading_space(const struct check_input *in,
                                    struct finding *f)
{
  (void)sample_survives(in, "leading-space", "lost its first space", f);
}

void frame_judge_data_trailing_newline(const struct check_input *in,
                                       struct finding *f)
{
  (void)sample_survives(in, "trailing-newline", "lost its last line end", f);
}

void frame_judge_data_empty(const struct check_input *in, struct finding *f)
{
  size_t row = publish_sample_find("empty");
  const struct recording *post = input_script(in, SCRIPT_PUBLISH, row + 1);
  if(post && post->head.status >= 400 && post->head.status < 500) {
    finding_set(f, VERDICT_SKIP,
                "the publish hook refuses empty payloads with %d",
                post->head.status);
    return;
  }
  (void)sample_survives(in, "empty", "brought no event with empty data", f);
}

void frame_judge_data_unicode(const struct check_input *in, struct finding *f)
{
  static const char *const names[] = {"separators", "controls", "emoji",
                                      "bom"};
  const struct recording *post;
  size_t i;
  for(i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    if(!sample_survives(in, names[i], "did not arrive as published", f))
      return;
  }
  post = input_script(in, SCRIPT_PUBLISH, publish_sample_find("nul") + 1);
  /* A hook may well refuse NUL; one that takes it should not lose it. */
  if(post && post->head.status >= 400 && post->head.status < 500)
    finding_set(f, VERDICT_PASS,
                "all characters arrived; the hook refuses NUL with %d",
                post->head.status);
  else if(sample_survives(in, "nul", "did not arrive as published", f))
    finding_set(f, VERDICT_PASS, "all characters arrived, NUL too");
  else if(f->verdict == VERDICT_FAIL)
    finding_set(f, VERDICT_WARN, "NUL did not survive; all else did");
}

/* "[DONE]" is how streams of language models say that they are over; their
 * clients know it. */
static bool looks_like_json(struct slice data)
{
  if(slice_eq_cstr(data, "[DONE]"))
    return false;
  return data.n && (data.p[0] == '{' || data.p[0] == '[');
}

static bool is_json(struct slice data, json_error_t *why)
{
  json_t *j = json_loadb(data.p, data.n, JSON_ALLOW_NUL, why);
  json_decref(j);
  return j != NULL;
}

/* A whole document, and more behind it. */
static bool has_more(struct slice data)
{
  json_t *j = json_loadb(data.p, data.n,
                         JSON_ALLOW_NUL | JSON_DISABLE_EOF_CHECK, NULL);
  json_decref(j);
  return j != NULL;
}

/* Less than nine in ten, and it is another notation that begins alike; what
 * goes on behind a whole document is no other notation. */
void frame_judge_data_json(const struct check_input *in, struct finding *f)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_EVENTS, f);
  size_t i, like = 0, bad = 0, more = 0;
  for(i = 0; r && i < r->events; i++) {
    const struct recorded_event *e = &r->event[i];
    json_error_t why;
    if(!looks_like_json(e->data))
      continue;
    like++;
    if(is_json(e->data, &why))
      continue;
    more += has_more(e->data);
    if(bad++ >= SHOWN)
      continue;
    finding_note(f, "JSON position %d: %s", why.position, why.text);
    finding_show_body(f, r, e->offset, e->end - e->offset);
  }
  if(!r)
    return;
  if(!like)
    finding_set(f, VERDICT_SKIP, "no data looks like JSON");
  else if(!bad)
    finding_set(f, VERDICT_PASS, "%zu events parse as JSON", like);
  else if((like - bad + more) * 10 < like * 9)
    finding_set(f, VERDICT_SKIP,
                "only %zu of %zu events that begin like JSON parse; taken for "
                "another notation",
                like - bad, like);
  else
    finding_broken(f, "%zu of %zu events begin like JSON and do not parse",
                   bad, like);
}
