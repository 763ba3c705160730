/* SPDX-License-Identifier: MIT
 * http.coding: compression that was asked for, is known, and lets each event
 * out when it happens. */
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/roles.h"
#include "checks/core/specs.h"
#include "checks/frame/event_match.h"
#include "checks/http/http_common.h"

#define SHARED_EVENTS 8 /* that come to one of two readers by chance only */

/* A Content-Encoding that changes bytes. */
static bool is_coded(const struct recording *r)
{
  size_t i;
  for(i = 0; i < recording_count_field(&r->head, "Content-Encoding"); i++) {
    struct slice v = recording_field(&r->head, "Content-Encoding", i);
    if(v.n && !slice_ieq_cstr(v, "identity") && !slice_ieq_cstr(v, "none"))
      return true;
  }
  return false;
}

static bool request_accepts_coding(const struct recording *r)
{
  struct slice accepted = sent_header(r, "Accept-Encoding");
  return accepted.p && !slice_ieq_cstr(slice_trim(accepted), "identity");
}

static void http_judge_coding_honoured(const struct check_input *in,
                                       struct finding *f)
{
  static const enum exchange_id id[] = {EX_IDENTITY, EX_PLAIN};
  size_t i;
  for(i = 0; i < 2; i++) {
    const struct recording *r = input_answer(in, id[i], f);
    if(!r)
      return;
    finding_show_head(f, r);
    finding_show_field(f, r, "Content-Encoding");
    if(is_coded(r) && !request_accepts_coding(r)) {
      finding_broken(f, "\"%s\" accepts no coding and gets one", r->name);
      return;
    }
  }
  finding_set(f, VERDICT_PASS, "no coding unless it is accepted");
}

static bool is_known_coding(struct slice c)
{
  static const char *const known[] = {"gzip", "x-gzip", "deflate", "br",
                                      "zstd"};
  size_t i;
  for(i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
    if(slice_ieq_cstr(c, known[i]))
      return true;
  }
  return false;
}

/* The first coding of r that no client knows; empty when all are known. */
static struct slice unknown_coding(const struct recording *r)
{
  size_t i;
  for(i = 0; i < recording_count_field(&r->head, "Content-Encoding"); i++) {
    struct slice rest = recording_field(&r->head, "Content-Encoding", i);
    while(rest.p) {
      struct slice c = slice_trim(slice_cut(&rest, ','));
      if(c.n && !is_known_coding(c))
        return c;
    }
  }
  return (struct slice){NULL, 0};
}

/* Bytes that do not decode are a FAIL although the row is W: no client can
 * read such a stream. */
static void http_judge_coding_known(const struct check_input *in,
                                    struct finding *f)
{
  static const enum exchange_id id[] = {EX_PLAIN, EX_CODED};
  size_t i, coded = 0;
  for(i = 0; i < 2; i++) {
    const struct recording *r = input_exchange(in, id[i]);
    struct slice odd;
    if(!r || !recording_count_field(&r->head, "Content-Encoding"))
      continue;
    coded++;
    finding_show_head(f, r);
    finding_show_field(f, r, "Content-Encoding");
    odd = unknown_coding(r);
    if(odd.n) {
      finding_broken(f, "\"%.*s\" is no registered coding for responses",
                     (int)(odd.n < 60 ? odd.n : 60), odd.p);
      return;
    }
    if(r->coding_error) {
      finding_set(f, VERDICT_FAIL, "the bytes do not decode as labelled");
      finding_show_wire(f, r, 0, 32);
      return;
    }
  }
  if(coded)
    finding_set(f, VERDICT_PASS, "a coding that clients know");
  else
    finding_set(f, VERDICT_SKIP, "no content coding was used");
}

/* The pair of readers, one coded; false with the finding set. */
static bool coded_pair(const struct check_input *in, struct finding *f,
                       const struct recording **coded,
                       const struct recording **peer)
{
  *coded = input_stream(in, EX_CODED, f);
  *peer = *coded ? input_stream(in, EX_CODED_PEER, f) : NULL;
  if(!*peer)
    return false;
  finding_show_field(f, *coded, "Content-Encoding");
  if(!is_coded(*coded)) {
    finding_set(f, VERDICT_SKIP, "the stream is not compressed");
    return false;
  }
  /* zstd and br are not undone; their events cannot be seen. */
  if(!(*coded)->coding[0] || (*coded)->coding_error) {
    finding_set(f, VERDICT_UNTESTABLE, "the coding could not be undone");
    return false;
  }
  return true;
}

/* Compares the two; false with UNTESTABLE set where that says nothing: too
 * few events, or two readers that do not see the same ones.  Nothing at all
 * through the encoder, while the other reader gets events, does say it, but
 * only of a stream that gives all readers the same, or of many events: readers
 * that share a queue would each get some. */
static bool match_pair(const struct check_input *in, struct finding *f,
                       struct event_match *m)
{
  const struct recording *coded, *peer;
  int64_t limit_ns;
  if(!coded_pair(in, f, &coded, &peer))
    return false;
  limit_ns = (int64_t)in->target->event_ns +
             (coded->connected_ns > 0 ? coded->connected_ns : 0);
  event_match_read(coded, peer, limit_ns, m);
  f->timing = true;
  f->recording = coded;
  finding_note(f,
               "%zu event(s) compared: %zu came through %s, %zu later than "
               "%.0f ms (worst %.0f ms)",
               m->compared, m->found, coded->coding, m->late,
               http_ms(limit_ns), http_ms(m->max_late_ns));
  if(m->compared == 0)
    finding_set(f, VERDICT_UNTESTABLE, "no event came while both read");
  else if(m->early || (m->found == 0 &&
                       (coded->events > 0 || (!in->target->broadcast &&
                                              m->compared < SHARED_EVENTS))))
    finding_set(f, VERDICT_UNTESTABLE,
                "the two readers do not get the same events, so times say "
                "nothing");
  else
    return true;
  return false;
}

static void http_judge_coding_flush(const struct check_input *in,
                                    struct finding *f)
{
  struct event_match m;
  if(!match_pair(in, f, &m))
    return;
  if(m.late == 0)
    finding_set(f, VERDICT_PASS,
                "%zu event(s), none held back by the encoder "
                "(worst %.0f ms)",
                m.compared, http_ms(m.max_late_ns));
  else if(m.found == 0)
    finding_broken(f,
                   "no event came out of the encoder in %.1f s: it "
                   "collects a whole block first",
                   http_ms(m.max_late_ns) / 1000);
  else
    finding_broken(f,
                   "%zu of %zu events are held back by the encoder, up to "
                   "%.0f ms",
                   m.late, m.compared, http_ms(m.max_late_ns));
}

static void http_judge_coding_one_late(const struct check_input *in,
                                       struct finding *f)
{
  struct event_match m;
  if(!match_pair(in, f, &m))
    return;
  if(m.one_behind > 0 && m.one_behind * 5 >= m.late * 4 &&
     m.late * 2 > m.compared)
    finding_broken(f,
                   "%zu of %zu events come out only when the next one is "
                   "written: the encoder is written to, not flushed",
                   m.one_behind, m.compared);
  else
    finding_set(f, VERDICT_PASS, "events are not one behind");
}

static void http_judge_coding_ratio(const struct check_input *in,
                                    struct finding *f)
{
  const struct recording *coded, *peer;
  if(!coded_pair(in, f, &coded, &peer))
    return;
  if(coded->body.n == 0) {
    finding_set(f, VERDICT_UNTESTABLE, "no body was decoded");
    return;
  }
  finding_set(f, VERDICT_INFO,
              "%s: %zu bytes sent for %zu of content (%.0f %%), %zu event(s)",
              coded->coding, coded->wire.n, coded->body.n,
              100.0 * (double)coded->wire.n / (double)coded->body.n,
              coded->events);
}

#define PAIR                                                                  \
  {                                                                           \
    .exchanges = EX(EX_CODED) | EX(EX_CODED_PEER)                             \
  }

static const struct check rows[] = {
    {.id = "http.coding.honoured",
     .title = "No coding is used unless the client accepts it",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_PLAIN) | EX(EX_IDENTITY)},
     .anchor = RFC_9110 "12.5.3",
     .reference = "RFC 9110 section 12.5.3",
     .rationale =
         "A client that offered nothing has no decoder: it feeds gzip bytes "
         "to the event parser and sees no event, or an error about UTF-8.",
     .causes = "Compression without negotiation; a cached coded copy served "
               "to all; an upstream that always compresses.",
     .fix = {{"nginx", "gunzip on; for clients without gzip, or gzip off;"},
             {"Node/Express", "compression() negotiates; a gzip stream piped "
                              "by hand does not."},
             {"Python/Starlette", "GZipMiddleware negotiates; remove codings "
                                  "set by hand."},
             {"any", "Look at Accept-Encoding before coding."}},
     .reproduce = "curl -sN -m 2 -D - -o /dev/null -H 'Accept-Encoding: "
                  "identity' {url} | grep -i content-encoding",
     .judge = http_judge_coding_honoured},
    {.id = "http.coding.known",
     .title = "The coding is one that clients know, and decodes",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9110 "8.4",
     .reference = "RFC 9110 section 8.4",
     .rationale =
         "\"identity\" and \"none\" are meant to switch compression off and "
         "are no codings for a response: strict clients (.NET, Java) refuse "
         "what they cannot decode.",
     .causes = "Content-Encoding: identity or none set against buffering "
               "proxies.",
     .fix = {{"nginx", "gzip off; proxy_hide_header Content-Encoding; does "
                       "not undo a coding."},
             {"any", "Leave Content-Encoding out, and say Cache-Control: "
                     "no-transform to keep compression off."}},
     .reproduce = "curl -sN -m 2 -D - -o /dev/null {url} | grep -i "
                  "content-encoding",
     .judge = http_judge_coding_known},
    {.id = "http.coding.flush",
     .title = "Compression lets each event out when it happens",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "A",
     .needs = PAIR,
     .anchor = HTML_SSE "authoring-notes",
     .reference = "HTML: authoring notes (buffering)",
     .rationale =
         "Browsers always accept gzip. An encoder that is not flushed after "
         "each event keeps up to 32 KiB: events come in bunches, minutes "
         "late, while curl without --compressed shows nothing wrong.",
     .causes = "Compression middleware that covers streams; a flush of the "
               "socket in place of the encoder.",
     .fix = {{"nginx", "Leave text/event-stream out of gzip_types, or gzip "
                       "off; in the location."},
             {"Node/Express", "res.flush() after each res.write() under "
                              "compression(), or no-transform."},
             {"Python/Starlette", "A version whose GZipMiddleware leaves "
                                  "text/event-stream alone."},
             {"Go", "Flush the gzip.Writer, then the ResponseWriter."},
             {"Spring", "Leave text/event-stream out of "
                        "server.compression.mime-types."}},
     .reproduce = "curl -sN --compressed {url} | while read l; do date "
                  "+\"%T.%N $l\"; done",
     .judge = http_judge_coding_flush},
    {.id = "http.coding.one-late",
     .title = "No event waits for the next one",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "A",
     .needs = PAIR,
     .anchor = HTML_SSE "authoring-notes",
     .reference = "HTML: authoring notes (buffering)",
     .rationale =
         "The last event is always missing: a chat shows each message when "
         "the following one is sent, a progress bar never reaches its end.",
     .causes = "The encoder is flushed before the write, or the flush is "
               "asynchronous and only the next write carries it out.",
     .fix = {{"Node/Express", "Call res.flush() after res.write(), in this "
                              "order."},
             {"Go", "Flush after Write, gzip.Writer first."},
             {"any", "Flush the encoder behind the blank line, or do not "
                     "compress the stream."}},
     .reproduce = "curl -sN --compressed {url} | while read l; do date "
                  "+\"%T.%N $l\"; done",
     .judge = http_judge_coding_one_late},
    {.id = "http.coding.ratio",
     .title = "What compression saves",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "A",
     .needs = PAIR,
     .anchor = RFC_9110 "8.4.1",
     .reference = "RFC 9110 section 8.4.1",
     .rationale =
         "A flush after each event costs compression; small events can even "
         "grow, while every connection keeps an encoder of some 256 KiB in "
         "memory. The figure says whether it pays.",
     .causes = "Compression that was switched on for everything.",
     .fix = {{"any", "Leave compression off where it saves little."}},
     .reproduce = "curl -sN -m 10 -o /dev/null -w '%{size_download}\\n' -H "
                  "'Accept-Encoding: gzip' {url}",
     .judge = http_judge_coding_ratio},
};

CHECK_GROUP(group_http_coding, "http.coding", rows);
