/* SPDX-License-Identifier: MIT
 * frame.data.*: payloads that are not what their publisher meant, as an
 * ordinary reader gets them: marks of broken text, values that nobody set,
 * prefixes written twice, blanks that were lost, two things in one event.
 * Each row stands in front of its judge. */
#include <string.h>

#include "base/json.h"
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/frame/frame_walk.h"

#define SHOWN          3
#define INTERPRETATION HTML_SSE "event-stream-interpretation"
#define BAD_UTF8       "\xEF\xBF\xBD" /* U+FFFD */

/* A stream's events, and how many of them are struck so far. */
struct look {
  const struct recording *r;
  struct finding *f;
  size_t hits;
};

static bool begin(const struct check_input *in, struct finding *f,
                  struct look *k)
{
  if(in->target->publish_url) {
    finding_set(f, VERDICT_SKIP,
                "with a publish hook, payloads are what weir itself made up");
    k->r = NULL;
    return false;
  }
  k->r = frame_stream(in, EX_PLAIN, FRAME_NEED_EVENTS, f);
  k->f = f;
  k->hits = 0;
  return k->r != NULL;
}

static void strike(struct look *k, const struct recorded_event *e)
{
  if(k->hits++ < SHOWN)
    finding_show_body(k->f, k->r, e->offset, e->end - e->offset);
}

/* Applies is_struck to each event's data. */
static void strike_where(struct look *k, bool (*is_struck)(struct slice data))
{
  size_t i;
  for(i = 0; i < k->r->events; i++) {
    if(is_struck(k->r->event[i].data))
      strike(k, &k->r->event[i]);
  }
}

static bool has_replacement(struct slice data)
{
  return slice_find(data, BAD_UTF8) >= 0;
}

static void judge_fffd(const struct check_input *in, struct finding *f)
{
  struct look k;
  if(!begin(in, f, &k))
    return;
  strike_where(&k, has_replacement);
  if(k.hits)
    finding_broken(f,
                   "%zu of %zu events hold U+FFFD, what decoders write in "
                   "place of bytes that are no UTF-8",
                   k.hits, k.r->events);
  else
    finding_set(f, VERDICT_PASS, "no U+FFFD in %zu events", k.r->events);
}

static bool is_placeholder(struct slice data)
{
  static const char *const words[] = {"undefined",
                                      "null",
                                      "NaN",
                                      "None",
                                      "nil",
                                      "<nil>",
                                      "Infinity",
                                      "[object Object]",
                                      "[object Promise]"};
  size_t i;
  data = slice_trim(data);
  for(i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if(slice_eq_cstr(data, words[i]))
      return true;
  }
  return false;
}

static void judge_placeholder(const struct check_input *in, struct finding *f)
{
  struct look k;
  size_t i;
  if(!begin(in, f, &k))
    return;
  for(i = 0; i < k.r->events; i++) {
    const struct recorded_event *e = &k.r->event[i];
    if(is_placeholder(e->data) || (e->id_in_block && is_placeholder(e->id)))
      strike(&k, e);
  }
  if(k.hits)
    finding_broken(f,
                   "in %zu of %zu events the whole payload, or the id, is "
                   "what a program prints where a value is missing",
                   k.hits, k.r->events);
  else
    finding_set(f, VERDICT_PASS, "%zu payloads are values", k.r->events);
}

static bool has_prefix(struct slice data)
{
  return slice_starts(data, "data:");
}

static void judge_prefix(const struct check_input *in, struct finding *f)
{
  struct look k;
  if(!begin(in, f, &k))
    return;
  strike_where(&k, has_prefix);
  if(k.hits)
    finding_broken(f,
                   "%zu of %zu payloads begin with \"data:\": the prefix was "
                   "written in front of lines that had it already",
                   k.hits, k.r->events);
  else
    finding_set(f, VERDICT_PASS, "no payload begins with \"data:\"");
}

static bool is_json_like(struct slice text)
{
  return text.n && (text.p[0] == '{' || text.p[0] == '[' || text.p[0] == '"');
}

/* What data lines begin with, JSON left out: a writer that puts no space
 * behind the colon shows it in some lines, and in others the space that the
 * payload began with takes its place. */
struct spaces {
  size_t none, one;
};

static void count_line(const struct frame_line *l, const char *colon,
                       struct spaces *n)
{
  const char *at = colon + 1;
  size_t left = (size_t)(l->text.p + l->text.n - at);
  if(l->field != FRAME_DATA || !l->finished || !left)
    return;
  if(at[0] != ' ')
    n->none += !is_json_like((struct slice){at, left});
  else if(left > 1 && at[1] != ' ' &&
          !is_json_like((struct slice){at + 1, left - 1}))
    n->one++;
}

static void judge_no_space(const struct check_input *in, struct finding *f)
{
  struct look k;
  struct spaces n = {0, 0};
  struct frame_line l;
  size_t i, shown = 0;
  if(!begin(in, f, &k))
    return;
  for(i = 0; i < k.r->lines; i++) {
    const char *colon;
    size_t one = n.one;
    frame_line_at(k.r, i, &l);
    colon = l.text.n ? memchr(l.text.p, ':', l.text.n) : NULL;
    if(colon)
      count_line(&l, colon, &n);
    if(n.one > one && n.none && shown++ < SHOWN)
      frame_show_line(f, k.r, &l);
  }
  if(n.none && n.one)
    finding_broken(f,
                   "%zu data lines have text right behind the colon, and %zu "
                   "a blank there: this writer adds none, so the blank was "
                   "the payload's, and clients drop it",
                   n.none, n.one);
  else
    finding_set(f, VERDICT_PASS, "data lines begin alike");
}

enum payload_kind {
  PAYLOAD_EMPTY,
  PAYLOAD_DOCUMENT,
  PAYLOAD_TEXT,
  PAYLOAD_TWO,
  PAYLOAD_OTHER
};

/* Two values: a document that is whole, and another behind it. */
static enum payload_kind kind_of(struct slice data)
{
  json_error_t why;
  json_t *j;
  struct slice rest;
  /* What other checks speak of is left to them. */
  if(is_placeholder(data) || has_prefix(data))
    return PAYLOAD_EMPTY;
  data = slice_trim(data);
  if(!data.n || slice_eq_cstr(data, "[DONE]"))
    return PAYLOAD_EMPTY;
  j = json_loadb(data.p, data.n,
                 JSON_ALLOW_NUL | JSON_DISABLE_EOF_CHECK | JSON_DECODE_ANY,
                 &why);
  if(!j)
    return is_json_like(data) ? PAYLOAD_OTHER : PAYLOAD_TEXT;
  rest = slice_trim(
      (struct slice){data.p + why.position, data.n - (size_t)why.position});
  if(rest.n && (json_is_object(j) || json_is_array(j)) && is_json_like(rest)) {
    json_decref(j);
    return PAYLOAD_TWO;
  }
  if(rest.n) {
    json_decref(j);
    return PAYLOAD_TEXT;
  }
  json_decref(j);
  return is_json_like(data) ? PAYLOAD_DOCUMENT : PAYLOAD_OTHER;
}

static void judge_two_values(const struct check_input *in, struct finding *f)
{
  struct look k;
  size_t i;
  if(!begin(in, f, &k))
    return;
  for(i = 0; i < k.r->events; i++) {
    if(kind_of(k.r->event[i].data) == PAYLOAD_TWO)
      strike(&k, &k.r->event[i]);
  }
  if(k.hits)
    finding_broken(f,
                   "%zu of %zu events hold two JSON values; JSON.parse throws "
                   "at the second",
                   k.hits, k.r->events);
  else
    finding_set(f, VERDICT_PASS, "no event holds two JSON values");
}

/* Whether event i is the first of its type. */
static bool is_first_of_type(const struct recording *r, size_t i)
{
  size_t j;
  for(j = 0; j < i; j++) {
    if(slice_eq(r->event[j].type, r->event[i].type))
      return false;
  }
  return true;
}

/* Events of one type, from i on: documents and texts among them. */
static void count_type(const struct look *k, size_t i, size_t *documents,
                       size_t *texts)
{
  const struct recording *r = k->r;
  size_t j;
  *documents = *texts = 0;
  for(j = i; j < r->events; j++) {
    enum payload_kind is;
    if(!slice_eq(r->event[j].type, r->event[i].type))
      continue;
    is = kind_of(r->event[j].data);
    *documents += is == PAYLOAD_DOCUMENT || is == PAYLOAD_TWO;
    *texts += is == PAYLOAD_TEXT;
  }
}

static void strike_texts(struct look *k, size_t i)
{
  size_t j;
  for(j = i; j < k->r->events; j++) {
    const struct recorded_event *e = &k->r->event[j];
    if(slice_eq(e->type, k->r->event[i].type) &&
       kind_of(e->data) == PAYLOAD_TEXT)
      strike(k, e);
  }
}

#define MOST_TYPES 32 /* looked at; streams have a handful */

static void judge_mixed(const struct check_input *in, struct finding *f)
{
  struct look k;
  size_t i, types = 0, documents, texts, all = 0;
  if(!begin(in, f, &k))
    return;
  for(i = 0; i < k.r->events && types < MOST_TYPES; i++) {
    if(!is_first_of_type(k.r, i))
      continue;
    types++;
    count_type(&k, i, &documents, &texts);
    all += documents;
    /* Text that happens to parse now and then is no promise of JSON. */
    if(texts && documents > texts)
      strike_texts(&k, i);
  }
  if(k.hits)
    finding_broken(f,
                   "%zu events hold text that is no JSON, where most events "
                   "of their type are JSON documents",
                   k.hits);
  else if(!all)
    finding_set(f, VERDICT_SKIP, "no payload is a JSON document");
  else
    finding_set(f, VERDICT_PASS, "the events of each type are of one kind");
}

#define PAYLOAD_ROW                                                           \
  .severity = SEVERITY_W, .side = "S", .modes = "L",                          \
  .needs = {.exchanges = EX(EX_PLAIN)}, .anchor = INTERPRETATION,             \
  .reference = "HTML: interpreting an event stream"
#define SHOW_DATA "curl -sN -m 5 {url} | grep -a '^data' "

static const struct check rows[] = {
    {.id = "frame.data.fffd",
     .title = "No payload holds U+FFFD",
     PAYLOAD_ROW,
     .rationale =
         "The character stands where a decoder found bytes that are no "
         "UTF-8: the text was damaged before it was sent, mostly a character "
         "of several bytes cut where two reads met. No client can mend it.",
     .causes = "Each chunk of an upstream's bytes decoded by itself; a string "
               "cut at a number of bytes; Latin-1 read as UTF-8.",
     .fix = {{"Node/Express", "new TextDecoder() once per stream, "
                              "decode(chunk, {stream: true}); or "
                              "response.setEncoding('utf8')."},
             {"Python/Starlette", "codecs.getincrementaldecoder('utf-8')(), "
                                  "or httpx's aiter_text()."},
             {"Go", "Pass bytes on, or read whole lines."},
             {"any", "Decode the stream, not its pieces."}},
     .reproduce = SHOW_DATA "| grep -n $'\\xEF\\xBF\\xBD'",
     .judge = judge_fffd},
    {.id = "frame.data.placeholder",
     .title = "No payload is undefined, null, NaN, None or [object Object]",
     PAYLOAD_ROW,
     .rationale =
         "That is what a language prints where a value is missing, or where "
         "an object was pasted into text. The event fires and says nothing; "
         "as an id it makes every client resume from nowhere.",
     .causes = "A template around a variable that is not set; an object put "
               "into a string without JSON.stringify; a promise that was not "
               "awaited.",
     .fix = {{"Node/Express", "`data: ${JSON.stringify(value)}\\n\\n`, and no "
                              "event where value is undefined."},
             {"Python/Starlette", "json.dumps(value); skip None."},
             {"any", "Send no event where there is nothing to say."}},
     .reproduce = SHOW_DATA "| sort | uniq -c",
     .judge = judge_placeholder},
    {.id = "frame.data.prefix",
     .title = "No payload begins with data:",
     PAYLOAD_ROW,
     .rationale =
         "A prefix that stands twice is taken off once: the client gets "
         "\"data: {...}\" and JSON.parse throws.",
     .causes = "A relay that passes an upstream's lines on and writes "
               "\"data: \" in front of each; text that is formatted as an "
               "event, given to a library that formats it again.",
     .fix = {{"Python/Starlette",
              "Yield the payload alone: EventSourceResponse "
              "writes the field names."},
             {"Node/Express", "Pipe an upstream's bytes through unchanged, or "
                              "parse its events and write new ones."},
             {"any", "Write the prefix in one place."}},
     .reproduce = SHOW_DATA "| grep -n '^data: *data:'",
     .judge = judge_prefix},
    {.id = "frame.data.no-space",
     .title = "No payload loses its first blank",
     PAYLOAD_ROW,
     .rationale =
         "Clients drop one blank behind the colon. A writer that adds none "
         "loses the blank that a payload begins with: the words of a language "
         "model run together.",
     .causes = "\"data:\" + token, without a space.",
     .fix = {{"any", "Write \"data: \", with the space, always; or send "
                     "JSON."},
             {"Spring", "SseEmitter and WebFlux write \"data:\" without it: "
                        "put a space before the payload, or send JSON."}},
     .reproduce = SHOW_DATA "| cut -c1-12 | sort | uniq -c",
     .judge = judge_no_space},
    {.id = "frame.data.mixed",
     .title = "Events of one type are JSON all, or none",
     PAYLOAD_ROW,
     .rationale =
         "A handler that parses JSON throws at the text between: a greeting, "
         "an error message, a \"ping\". In most clients what follows in that "
         "read is lost with it.",
     .causes = "An error that is sent as it stands; \"connected\" as a "
               "greeting; keep-alives as events.",
     .fix = {{"any", "Send text as an event of a type of its own, or as "
                     "JSON; keep-alives as comments."}},
     .reproduce = SHOW_DATA "| cut -c7- | while read -r l; do echo \"$l\" | "
                            "jq -e . >/dev/null || echo \"$l\"; done",
     .judge = judge_mixed},
    {.id = "frame.data.two-values",
     .title = "No event holds two JSON values",
     PAYLOAD_ROW,
     .rationale =
         "JSON.parse takes one. Two in one event mostly are two events whose "
         "blank line is missing between them, often an error written behind "
         "an event that was not finished: both are lost.",
     .causes = "An error handler that writes \"data: ...\" while an event is "
               "open; two lines of JSON in one payload.",
     .fix = {{"any", "Finish the event before another is written; one value "
                     "per event."},
             {"Python/Starlette", "Yield whole events: never the field and "
                                  "its blank line apart."}},
     .reproduce = "curl -sN -m 5 {url} | awk -v RS= '/\\n?data:.*\\ndata:/'",
     .judge = judge_two_values},
};

CHECK_GROUP(group_frame_payload, "frame.data (payload)", rows);
