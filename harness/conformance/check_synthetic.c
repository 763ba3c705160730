/* SPDX-License-Identifier: MIT
 * Hand-made findings; see check_synthetic.h. */
#include "conformance/check_synthetic.h"

#include <stdlib.h>
#include <string.h>

static const struct check rows[] = {
    {.id = "http.ct.essence",
     .title = "Content-Type is text/event-stream",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .anchor = "https://html.spec.whatwg.org/multipage/"
               "server-sent-events.html#sse-processing-model",
     .reference = "HTML: processing model",
     .rationale = "EventSource fails for good on any other type.",
     .causes = "a framework's default",
     .fix = {{"Node/Express", "res.setHeader('Content-Type', "
                              "'text/event-stream')"},
             {"Go", "w.Header().Set(\"Content-Type\", "
                    "\"text/event-stream\")"}},
     .reproduce = "curl -sNi {url} | head -20"},
    {.id = "http.cache.no-store",
     .title = "Cache-Control keeps caches away",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .anchor = "https://www.rfc-editor.org/rfc/rfc9111#section-5.2",
     .reference = "RFC 9111 section 5.2",
     .rationale = "A cache may keep the stream & replay it <forever>.",
     .causes = "",
     .fix = {{"any", "Cache-Control: no-store"}},
     .reproduce = "curl -sNi '{url}'"},
    {.id = "http.ct.nosniff",
     .title = "X-Content-Type-Options: nosniff",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .anchor = "https://fetch.spec.whatwg.org/"
               "#x-content-type-options-header",
     .reference = "",
     .rationale = "",
     .causes = "",
     .reproduce = ""},
    {.id = "frame.utf8.valid",
     .title = "The stream is UTF-8",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "L",
     .anchor = "https://html.spec.whatwg.org/multipage/"
               "server-sent-events.html#parsing-an-event-stream",
     .reference = "HTML: parsing",
     .rationale = "Clients show replacement characters.",
     .causes = "a Latin-1 source",
     .fix = {{"any", "encode as UTF-8"}},
     .reproduce = "curl -sN '{url}' | iconv -f utf-8 >/dev/null"},
    {.id = "resume.no-loss",
     .title = "No event is lost over a reconnect",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "R",
     .anchor = "https://html.spec.whatwg.org/multipage/"
               "server-sent-events.html#the-last-event-id-header",
     .reference = "",
     .rationale = "Users miss messages.",
     .causes = "",
     .reproduce = ""},
    {.id = "sec.inject.data-lf",
     .title = "LF in a payload cannot forge an event",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "K",
     .anchor = "https://html.spec.whatwg.org/multipage/"
               "server-sent-events.html",
     .reference = "",
     .rationale = "Anyone who may publish can forge events.",
     .causes = "",
     .reproduce = ""},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static const char *const names[] = {
#define X(id, name) name,
    CHECK_SYNTHETIC_LIST(X)
#undef X
};

const char *check_synthetic_name(enum check_synthetic kind)
{
  return names[kind];
}

static struct recording *exchange(const char *url)
{
  static const char head[] =
      "HTTP/1.1 200 OK\r\nContent-Type: "
      "text/event-stream\r\nSet-Cookie: sid=hush\r\n\r\n";
  static const char wire[] = "data: caf\xe9\x1b[31m\n\nid: 7\n\n";
  struct recording *r = recording_new("plain");
  if(!r)
    return NULL;
  free(r->url);
  r->url = slice_dup(slice_of(url));
  buf_adds(&r->request,
           "GET / HTTP/1.1\r\nAuthorization: Bearer hush\r\n\r\n");
  buf_add(&r->head.bytes, head, sizeof(head) - 1);
  r->head.exact = true;
  r->head.complete_ns = 1500000;
  buf_add(&r->wire, wire, sizeof(wire) - 1);
  r->read = malloc(sizeof(*r->read));
  if(r->read) {
    r->read[0] = (struct timed_read){2500000, 0, sizeof(wire) - 1};
    r->reads = 1;
  }
  r->end = REC_END_OURS;
  r->end_ns = 2000000000;
  memcpy(r->local, "127.0.0.1:40000", sizeof("127.0.0.1:40000"));
  if(recording_digest(r) == 0)
    return r;
  recording_free(r);
  return NULL;
}

/* What each check says, by kind. */
static enum verdict verdict_of(enum check_synthetic kind, size_t row)
{
  static const enum verdict calm[ROWS] = {VERDICT_PASS,       VERDICT_PASS,
                                          VERDICT_INFO,       VERDICT_PASS,
                                          VERDICT_UNTESTABLE, VERDICT_SKIP};
  static const enum verdict bad[ROWS] = {VERDICT_PASS,       VERDICT_WARN,
                                         VERDICT_INFO,       VERDICT_FAIL,
                                         VERDICT_UNTESTABLE, VERDICT_ERROR};
  if(kind == CHECK_SYNTHETIC_FAIL)
    return bad[row];
  if(kind == CHECK_SYNTHETIC_STRICT && row == 1)
    return VERDICT_WARN;
  if(kind == CHECK_SYNTHETIC_TROUBLE && row == 5)
    return VERDICT_ERROR;
  return calm[row];
}

static void say(struct finding *f, size_t row, enum verdict v,
                const struct recording *r)
{
  finding_init(f);
  finding_set(f, v, "%s: what was seen of row %zu", verdict_name(v), row);
  f->recording = r;
  if(row == 3)
    finding_note(f, "body offset 9: \xe9 is not UTF-8\n  with \x1b[31m in it");
  if(row == 1)
    finding_note(f, "Cache-Control: (absent)\nCookie: sid=hush");
  f->flaky = row == 1;
}

json_t *check_synthetic_doc(enum check_synthetic kind, const char *url,
                            bool keep_secrets)
{
  struct recording *r = exchange(url);
  struct target *t = target_new(url);
  struct finding finding[ROWS];
  struct check_doc_input in = {
      .target = t,
      .finding = finding,
      .findings = ROWS,
      .assumptions = SLICE_LIT("the stream is endless\nids are numbers"),
      .started_real_ns = 1767225600000000000u,
      .elapsed_ns = 2000000000,
      .exchanges = 3,
      .libcurl = "7.88.1",
      .libuv = "1.44.2",
      .command = "weir check URL",
      .keep_secrets = keep_secrets};
  json_t *doc = NULL;
  size_t i;
  for(i = 0; i < ROWS; i++) {
    say(&finding[i], i, verdict_of(kind, i), r);
    finding[i].check = &rows[i];
  }
  in.interrupted = kind == CHECK_SYNTHETIC_INTERRUPTED;
  if(kind == CHECK_SYNTHETIC_STOPPED) {
    in.findings = 0;
    in.stopped = "the target answers with HTML, not with an event stream";
  }
  if(t && r) {
    t->strict = kind == CHECK_SYNTHETIC_STRICT;
    doc = check_doc_build(&in);
  }
  for(i = 0; i < ROWS; i++)
    finding_free(&finding[i]);
  target_free(t);
  recording_free(r);
  return doc;
}
