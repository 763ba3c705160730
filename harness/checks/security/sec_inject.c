/* SPDX-License-Identifier: MIT
 * sec.inject.*: does what a publisher writes stay inside its event?  See
 * plan/inject_samples.h for what is sent and what a leak looks like. */
#include <stdio.h>
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/roles.h"
#include "checks/core/specs.h"
#include "plan/inject_samples.h"

static const char *const row_name[] = {
#define X(name, text, key, value, payload) text,
    INJECT_LIST(X)
#undef X
};

static const struct recorded_event *find_data(const struct recording *r,
                                              const char *text)
{
  for(size_t i = 0; i < r->events; i++) {
    if(slice_find(r->event[i].data, text) >= 0)
      return &r->event[i];
  }
  return NULL;
}

static bool has_line(struct slice data, const char *line)
{
  while(data.n) {
    if(slice_eq_cstr(slice_cut(&data, '\n'), line))
      return true;
  }
  return false;
}

/* The event in which something forged shows: a data line that is the row's
 * mark alone. */
static const struct recorded_event *find_forged(const struct recording *r,
                                                enum inject_row row)
{
  char mark[64];
  (void)snprintf(mark, sizeof(mark), INJECT_TYPE "-%s", row_name[row]);
  for(size_t i = 0; i < r->events; i++) {
    if(has_line(r->event[i].data, mark))
      return &r->event[i];
  }
  return NULL;
}

/* The marker that the row's payload begins with. */
static const struct recorded_event *find_sample(const struct recording *r,
                                                enum inject_row row)
{
  char text[64];
  (void)snprintf(text, sizeof(text), "weir-%s", row_name[row]);
  return find_data(r, text);
}

static const struct recording *post_of(const struct check_input *in,
                                       enum inject_row row)
{
  return input_script(in, SCRIPT_INJECT, (size_t)row + 1);
}

static void show_forged(struct finding *f, const struct recording *r,
                        const struct recorded_event *e, enum inject_row row)
{
  finding_note(f, "row \"%s\" brought forth:", row_name[row]);
  finding_show_body(f, r, e->offset, e->end - e->offset);
}

struct tally {
  size_t forged, refused, arrived, swallowed, unknown;
};

static void judge_row(const struct check_input *in, struct finding *f,
                      enum inject_row row, struct tally *t)
{
  const struct recording *r = input_script(in, SCRIPT_INJECT, 0);
  const struct recording *post = post_of(in, row);
  const struct recorded_event *e = find_forged(r, row);
  if(e) {
    t->forged++;
    show_forged(f, r, e, row);
  } else if(!post || post->head.status == 0)
    t->unknown++;
  else if(post->head.status >= 400)
    t->refused++;
  else if(find_sample(r, row))
    t->arrived++;
  else if(find_sample(r, INJECT_END))
    t->swallowed++;
  else
    t->unknown++;
}

static bool inject_ready(const struct check_input *in, struct finding *f)
{
  const struct recording *r;
  if(!in->target->publish_url) {
    finding_set(f, VERDICT_UNTESTABLE, "needs a publish hook");
    return false;
  }
  r = input_script(in, SCRIPT_INJECT, 0);
  f->recording = r;
  if(input_is_stream(r))
    return true;
  finding_set(f, VERDICT_UNTESTABLE, "no stream: \"%s\" was answered %d (%s)",
              r->name, r->head.status, recording_end_name(r->end));
  return false;
}

static void judge_rows(const struct check_input *in, struct finding *f,
                       const enum inject_row *rows, size_t n)
{
  struct tally t = {0, 0, 0, 0, 0};
  for(size_t i = 0; i < n; i++)
    judge_row(in, f, rows[i], &t);
  if(t.forged)
    finding_broken(f, "%zu of %zu hostile values broke out of their field",
                   t.forged, n);
  else if(t.unknown)
    finding_set(f, VERDICT_UNTESTABLE,
                "%zu of %zu published values neither were refused nor came on "
                "the stream",
                t.unknown, n);
  else
    finding_set(f, VERDICT_PASS,
                "%zu hostile values: %zu refused, %zu contained, %zu dropped",
                n, t.refused, t.arrived, t.swallowed);
}

#define JUDGE(in, f, ...)                                                     \
  do {                                                                        \
    static const enum inject_row rows[] = {__VA_ARGS__};                      \
    judge_rows(in, f, rows, sizeof(rows) / sizeof(rows[0]));                  \
  } while(0)

static void sec_judge_data_lf(const struct check_input *in, struct finding *f)
{
  if(inject_ready(in, f))
    JUDGE(in, f, INJECT_DATA_LF, INJECT_DATA_CRLF);
}

static void sec_judge_data_cr(const struct check_input *in, struct finding *f)
{
  if(inject_ready(in, f))
    JUDGE(in, f, INJECT_DATA_CR);
}

static void sec_judge_id(const struct check_input *in, struct finding *f)
{
  const struct recording *r = input_script(in, SCRIPT_INJECT, 0);
  const struct recorded_event *plain;
  if(!inject_ready(in, f))
    return;
  plain = find_sample(r, INJECT_ID_PLAIN);
  if(plain && !slice_eq_cstr(plain->id, "weirplain")) {
    finding_set(f, VERDICT_SKIP, "the publish hook takes no id");
    return;
  }
  JUDGE(in, f, INJECT_ID_LF, INJECT_ID_CR, INJECT_ID_NUL);
  for(size_t i = 0; i < r->lines; i++) {
    struct slice s = {r->body.p + r->line[i].offset, r->line[i].n};
    if(!slice_starts(s, "id") || !memchr(s.p, '\0', s.n))
      continue;
    if(f->verdict == VERDICT_PASS)
      finding_broken(f, "an id with NUL went out: clients ignore the whole "
                        "field and lose their position");
    finding_show_body(f, r, r->line[i].offset, r->line[i].n);
  }
}

static void sec_judge_event(const struct check_input *in, struct finding *f)
{
  const struct recording *r = input_script(in, SCRIPT_INJECT, 0);
  const struct recorded_event *plain;
  if(!inject_ready(in, f))
    return;
  plain = find_sample(r, INJECT_TYPE_PLAIN);
  if(plain && !slice_eq_cstr(plain->type, "weirplain")) {
    finding_set(f, VERDICT_SKIP, "the publish hook takes no type");
    return;
  }
  JUDGE(in, f, INJECT_TYPE_LF, INJECT_TYPE_CR);
}

/* A line that begins so on the stream. */
static const struct recorded_line *find_line(const struct recording *r,
                                             const char *start)
{
  for(size_t i = 0; i < r->lines; i++) {
    struct slice s = {r->body.p + r->line[i].offset, r->line[i].n};
    if(slice_starts(s, start))
      return &r->line[i];
  }
  return NULL;
}

static void sec_judge_retry(const struct check_input *in, struct finding *f)
{
  const struct recording *r = input_script(in, SCRIPT_INJECT, 0);
  const struct recorded_line *word;
  if(!inject_ready(in, f))
    return;
  if(find_sample(r, INJECT_RETRY_PLAIN) && !find_line(r, "retry: 432") &&
     !find_line(r, "retry:432")) {
    finding_set(f, VERDICT_SKIP, "the publish hook takes no retry");
    return;
  }
  JUDGE(in, f, INJECT_RETRY_LF, INJECT_RETRY_WORD);
  word = find_line(r, "retry: weirsoon");
  if(!word)
    word = find_line(r, "retry:weirsoon");
  if(word) {
    finding_broken(f, "a retry that is no number went out");
    finding_show_body(f, r, word->offset, word->n);
  }
}

static void sec_judge_comment(const struct check_input *in, struct finding *f)
{
  const struct recording *r = input_script(in, SCRIPT_INJECT, 0);
  if(!inject_ready(in, f))
    return;
  if(find_sample(r, INJECT_COMMENT_PLAIN) &&
     !find_line(r, ": weirplain remark") && !find_line(r, ":weirplain remark"))
    finding_set(f, VERDICT_SKIP, "the publish hook takes no comment");
  else
    JUDGE(in, f, INJECT_COMMENT_LF, INJECT_COMMENT_CR);
}

#define INTERPRET HTML_SSE "event-stream-interpretation"
#define INJECTED                                                              \
  .needs = {.scripts = {SCRIPT(SCRIPT_INJECT)}},                              \
  .skip = input_skip_unpublished, .anchor = INTERPRET,                        \
  .reference = "HTML: interpreting an event stream", .side = "S",             \
  .modes = "K"
#define SPLIT_FIX                                                             \
  "Split the payload at CRLF, CR and LF and write \"data: \" before each "    \
  "part, or send JSON, which escapes both."
#define REFUSE_FIX                                                            \
  "Refuse or strip CR, LF and NUL in ids, types and comments; accept digits " \
  "only in retry."

static const struct check rows[] = {
    {.id = "sec.inject.data-lf",
     .title = "A payload with LF cannot forge fields or events",
     .severity = SEVERITY_F,
     INJECTED,
     .rationale = "Whoever may publish a chat message could send any event "
                  "to everybody: a fake \"logout\", another user's name, a "
                  "false price.",
     .causes = "write(\"data: \" + payload + \"\\n\\n\") without splitting.",
     .fix = {{"any", SPLIT_FIX},
             {"Node/Express", "payload.split(/\\r\\n|\\r|\\n/)."},
             {"Go", "strings.NewReplacer(\"\\r\\n\", \"\\n\", \"\\r\", "
                    "\"\\n\"), then prefix each line."}},
     .reproduce = "printf 'x\\n\\nevent: forged\\ndata: y\\n\\n' | curl "
                  "--data-binary @- PUBLISH-URL",
     .judge = sec_judge_data_lf},
    {.id = "sec.inject.data-cr",
     .title = "A payload with a bare CR cannot forge fields or events",
     .severity = SEVERITY_F,
     INJECTED,
     .rationale = "CR alone ends a line of an event stream too. Libraries "
                  "that split at LF only let it through (several advisories "
                  "name just that).",
     .causes = "split(\"\\n\"); a test suite without CR.",
     .fix = {{"any", SPLIT_FIX},
             {"Node/Express", "payload.split(/\\r\\n|\\r|\\n/)."},
             {"Python/Starlette", "re.split(r\"\\r\\n|\\r|\\n\", payload); "
                                  "not splitlines(), which splits at more."}},
     .reproduce = "printf 'x\\rdata: forged\\r\\revent: evil' | curl "
                  "--data-binary @- PUBLISH-URL",
     .judge = sec_judge_data_cr},
    {.id = "sec.inject.id",
     .title = "An id with CR, LF or NUL does not get out",
     .severity = SEVERITY_F,
     INJECTED,
     .rationale = "An id that comes from outside (a message id, a file "
                  "name) can end its line and begin a data line. With NUL "
                  "clients ignore the id and lose their place.",
     .causes = "\"id: \" + id without a check.",
     .fix = {{"any", REFUSE_FIX}},
     .reproduce = "curl -d x 'PUBLISH-URL?id=1%0Adata:%20forged'",
     .judge = sec_judge_id},
    {.id = "sec.inject.event",
     .title = "An event type with CR or LF does not get out",
     .severity = SEVERITY_F,
     INJECTED,
     .rationale = "A type taken from a room name or a key of JSON becomes a "
                  "way to write data lines into everybody's stream.",
     .causes = "\"event: \" + type without a check.",
     .fix = {{"any", REFUSE_FIX}},
     .reproduce = "curl -d x 'PUBLISH-URL?type=a%0Adata:%20forged'",
     .judge = sec_judge_event},
    {.id = "sec.inject.retry",
     .title = "A retry that is no number does not get out",
     .severity = SEVERITY_F,
     INJECTED,
     .rationale = "Besides forging lines, a retry of 0 from outside makes "
                  "every client hammer the server.",
     .causes = "The value is passed through as text.",
     .fix = {{"any", REFUSE_FIX}},
     .reproduce = "curl -d x 'PUBLISH-URL?retry=1%0Adata:%20forged'",
     .judge = sec_judge_retry},
    {.id = "sec.inject.comment",
     .title = "CR and LF in a comment are neutralised",
     .severity = SEVERITY_W,
     INJECTED,
     .rationale = "A comment holds debug text, often with input in it; a "
                  "line end inside turns the rest into fields.",
     .causes = "\": \" + text without splitting.",
     .fix = {{"any", REFUSE_FIX}},
     .reproduce = "curl -d x 'PUBLISH-URL?comment=x%0Adata:%20forged'",
     .judge = sec_judge_comment},
};

CHECK_GROUP(group_sec, "sec", rows);
