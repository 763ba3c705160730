/* SPDX-License-Identifier: MIT
 * frame.data.*: whether payloads arrive as they were published, through the
 * recordings of the script "publish" (plan/publish_samples.h); and
 * whether data that looks like JSON is JSON. */
#include "base/json.h"
#include "checks/core/groups.h"
#include "checks/core/specs.h"
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

static void frame_judge_data_join(const struct check_input *in,
                                  struct finding *f)
{
  (void)sample_survives(in, "join",
                        "of two lines did not arrive as two lines of one "
                        "event",
                        f);
}

static void frame_judge_data_raw_crlf(const struct check_input *in,
                                      struct finding *f)
{
  (void)sample_survives(in, "raw-crlf",
                        "with CRLF and CR inside lost or changed a line", f);
}

static void frame_judge_data_leading_space(const struct check_input *in,
                                           struct finding *f)
{
  (void)sample_survives(in, "leading-space", "lost its first space", f);
}

static void frame_judge_data_trailing_newline(const struct check_input *in,
                                              struct finding *f)
{
  (void)sample_survives(in, "trailing-newline", "lost its last line end", f);
}

static void frame_judge_data_empty(const struct check_input *in,
                                   struct finding *f)
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

static void frame_judge_data_unicode(const struct check_input *in,
                                     struct finding *f)
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
static void frame_judge_data_json(const struct check_input *in,
                                  struct finding *f)
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

#define INTERPRETATION HTML_SSE "event-stream-interpretation"
#define PUBLISH(payload)                                                      \
  "curl -sN -m 3 {url} | cat -A & sleep 1; printf '" payload                  \
  "' | curl -s --data-binary @- PUBLISH_URL; wait"

static const struct check rows[] = {
    {.id = "frame.data.join",
     .title = "A payload of several lines arrives as one event",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "K",
     .needs = {.scripts = {SCRIPT(SCRIPT_PUBLISH)}},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "Each line of a payload needs its own \"data:\". Without it every "
         "client, browsers included, drops the second line and all behind it "
         "as unknown fields, or ends the event at an empty line.",
     .causes = "\"data: \" + payload + two line ends, with a payload that was "
               "one line in all tests.",
     .fix = {{"Node/Express", "text.split(/\\r\\n|\\r|\\n/).map(l => `data: "
                              "${l}\\n`).join('') + '\\n'."},
             {"Python/Starlette", "sse-starlette's ServerSentEvent does it; "
                                  "an f-string does not."},
             {"Go", "for _, l := range strings.Split(s, \"\\n\") { "
                    "fmt.Fprintf(w, \"data: %s\\n\", l) }."},
             {"Spring", "Use a current Spring: SseEmitter and WebFlux split "
                        "at line ends."}},
     .reproduce = PUBLISH("a\\nb"),
     .judge = frame_judge_data_join,
     .skip = input_skip_unpublished},
    {.id = "frame.data.raw-crlf",
     .title = "CR and CRLF in a payload become line ends, nothing is lost",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "K",
     .needs = {.scripts = {SCRIPT(SCRIPT_PUBLISH)}},
     .anchor = HTML_PARSING,
     .reference = "HTML: parsing an event stream",
     .rationale =
         "A bare CR ends a line for every conforming client. What follows it "
         "in the payload is read as a field: lost at best, an event forged "
         "by whoever wrote the payload at worst.",
     .causes = "Splitting at \\n only; text from Windows, from forms or from "
               "progress output with CR.",
     .fix = {{"any", "Split at CRLF, CR and LF."},
             {"Node/Express", "split(/\\r\\n|\\r|\\n/), not split('\\n')."},
             {"Python/Starlette", "re.split(r\"\\r\\n|\\r|\\n\", text)."},
             {"Go", "strings.NewReplacer(\"\\r\\n\", \"\\n\", \"\\r\", "
                    "\"\\n\").Replace(s) before the split."},
             {"Spring", "Normalise before data(...): versions differ in "
                        "whether they see a bare CR."}},
     .reproduce = PUBLISH("a\\r\\nb\\rc"),
     .judge = frame_judge_data_raw_crlf,
     .skip = input_skip_unpublished},
    {.id = "frame.data.leading-space",
     .title = "A space at the start of a payload survives",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "K",
     .needs = {.scripts = {SCRIPT(SCRIPT_PUBLISH)}},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "Clients remove one space behind the colon. A server that writes "
         "\"data:\" without a space of its own loses the payload's: words of "
         "a language model run together, indented code shifts.",
     .causes = "\"data:\" + payload; text that is trimmed.",
     .fix = {{"any", "Write \"data: \", with the space, always."},
             {"Spring", "SseEmitter and WebFlux write \"data:\" without it: "
                        "put a space before the payload, or send JSON."}},
     .reproduce = PUBLISH(" x"),
     .judge = frame_judge_data_leading_space,
     .skip = input_skip_unpublished},
    {.id = "frame.data.trailing-newline",
     .title = "A line end at the end of a payload survives",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "K",
     .needs = {.scripts = {SCRIPT(SCRIPT_PUBLISH)}},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "Clients remove the last line end of the data, so a payload that "
         "ends with one needs a further, empty data line. Otherwise Markdown "
         "or code that is sent in pieces loses its line breaks. "
         "(fetch-event-source 2.0.1 loses it in any case.)",
     .causes = "splitlines or a trim before the data lines are written.",
     .fix = {{"any", "Split in a way that keeps the last, empty part; or send "
                     "JSON strings."},
             {"Python/Starlette", "text.split(\"\\n\"), not splitlines()."}},
     .reproduce = PUBLISH("x\\n"),
     .judge = frame_judge_data_trailing_newline,
     .skip = input_skip_unpublished},
    {.id = "frame.data.empty",
     .title = "An empty payload is an event with empty data",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "K",
     .needs = {.scripts = {SCRIPT(SCRIPT_PUBLISH)}},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "An event whose data line is missing is never dispatched, by no "
         "browser; one whose data line is empty is. A signal without content "
         "needs the line.",
     .causes = "A test for emptiness that also skips the data line.",
     .fix = {{"any", "Write \"data:\" even when there is nothing behind "
                     "it."}},
     .reproduce = PUBLISH(""),
     .judge = frame_judge_data_empty,
     .skip = input_skip_unpublished},
    {.id = "frame.data.unicode",
     .title = "All characters of a payload survive",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "K",
     .needs = {.scripts = {SCRIPT(SCRIPT_PUBLISH)}},
     .anchor = HTML_PARSING,
     .reference = "HTML: parsing an event stream",
     .rationale =
         "Only CR and LF end a line. A server that splits at U+2028, U+0085, "
         "VT or FF too gives its clients line breaks nobody wrote; one that "
         "recodes loses emoji or the BOM. A NUL that is lost is only a "
         "warning.",
     .causes = "Python's str.splitlines; Latin-1 on the way; a filter for "
               "\"unprintable\" characters; JSON with a broken escape.",
     .fix = {{"Python/Starlette", "re.split(r\"\\r\\n|\\r|\\n\", text), not "
                                  "splitlines()."},
             {"any", "Keep payloads as UTF-8 bytes from end to end."}},
     .reproduce = PUBLISH("a\\342\\200\\250b\\013c"),
     .judge = frame_judge_data_unicode,
     .skip = input_skip_unpublished},
    {.id = "frame.data.json",
     .title = "Data that begins like JSON parses as JSON",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "RFC 8259",
     .rationale =
         "A page calls JSON.parse in its handler; an exception there loses "
         "the event, and in many libraries ends the loop that reads the "
         "stream.",
     .causes = "Python's repr in place of json.dumps (NaN, single quotes); a "
               "text cut at a length; a pretty-printed document whose "
               "further lines had no \"data:\".",
     .fix = {{"Python/Starlette", "json.dumps(x, allow_nan=False)."},
             {"Node/Express", "JSON.stringify once, on the whole value."},
             {"any", "One line of JSON per event."}},
     .reproduce = "curl -sN -m 5 {url} | sed -n 's/^data: *//p' | jq -c . "
                  ">/dev/null",
     .judge = frame_judge_data_json},
};

CHECK_GROUP(group_frame_data, "frame.data", rows);
