/* SPDX-License-Identifier: MIT
 * http.framing: where an HTTP/1.1 body begins and ends, from the raw bytes. */
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/http/http_common.h"
#include "checks/http/http_framing.h"

/* The stream if it came by HTTP/1.x; otherwise SKIP or UNTESTABLE is set. */
static const struct recording *http1_stream(const struct check_input *in,
                                            struct finding *f)
{
  const struct recording *r = input_stream(in, EX_PLAIN, f);
  if(!r || r->head.major < 2)
    return r;
  finding_set(f, VERDICT_SKIP, "HTTP/%d has framing of its own",
              r->head.major);
  return NULL;
}

/* And it is chunked. */
static const struct recording *chunked_stream(const struct check_input *in,
                                              struct finding *f)
{
  const struct recording *r = http1_stream(in, f);
  if(!r || r->framing == FRAMING_CHUNKED)
    return r;
  finding_set(f, VERDICT_SKIP, "the body is not chunked");
  return NULL;
}

static void http_judge_framing_no_cl(const struct check_input *in,
                                     struct finding *f)
{
  const struct recording *r = http1_stream(in, f);
  if(!r)
    return;
  finding_show_field(f, r, "Content-Length");
  if(!recording_count_field(&r->head, "Content-Length"))
    finding_set(f, VERDICT_PASS, "no Content-Length");
  else if(in->target->stream == STREAM_ENDLESS)
    finding_broken(f, "an endless stream with a Content-Length: clients stop "
                      "reading there");
  else
    finding_set(f, VERDICT_WARN,
                "a Content-Length, and the stream is not "
                "known to be finite");
}

static void http_judge_framing_te_cl(const struct check_input *in,
                                     struct finding *f)
{
  const struct recording *r = input_answer(in, EX_PLAIN, f);
  if(!r)
    return;
  finding_show_field(f, r, "Transfer-Encoding");
  finding_show_field(f, r, "Content-Length");
  if(recording_count_field(&r->head, "Transfer-Encoding") &&
     recording_count_field(&r->head, "Content-Length"))
    finding_broken(f, "Transfer-Encoding and Content-Length together: two "
                      "readers may see two different bodies");
  else
    finding_set(f, VERDICT_PASS, "not both");
}

static void http_judge_framing_self_delimited(const struct check_input *in,
                                              struct finding *f)
{
  const struct recording *r = http1_stream(in, f);
  if(!r)
    return;
  finding_show_head(f, r);
  finding_show_field(f, r, "Transfer-Encoding");
  finding_show_field(f, r, "Content-Length");
  if(r->head.minor == 0)
    finding_set(f, VERDICT_SKIP,
                "an HTTP/1.0 answer cannot be chunked; see "
                "http.framing.version");
  else if(r->framing == FRAMING_CHUNKED || r->framing == FRAMING_LENGTH)
    finding_set(f, VERDICT_PASS, "%s",
                r->framing == FRAMING_CHUNKED ? "chunked" : "has a length");
  else
    finding_broken(f, "the end of the connection ends the body: nobody can "
                      "tell a broken stream from a finished one");
}

static void http_judge_framing_te_value(const struct check_input *in,
                                        struct finding *f)
{
  const struct recording *r = input_answer(in, EX_PLAIN, f);
  size_t lines;
  if(!r)
    return;
  lines = recording_count_field(&r->head, "Transfer-Encoding");
  finding_show_field(f, r, "Transfer-Encoding");
  if(lines == 0)
    finding_set(f, VERDICT_SKIP, "no Transfer-Encoding");
  else if(lines == 1 &&
          slice_ieq_cstr(recording_field(&r->head, "Transfer-Encoding", 0),
                         "chunked"))
    finding_set(f, VERDICT_PASS, "chunked");
  else
    finding_broken(f, "Transfer-Encoding is not exactly \"chunked\"");
}

static void http_judge_framing_no_te_10(const struct check_input *in,
                                        struct finding *f)
{
  const struct recording *r = input_answer(in, EX_HTTP10, f);
  if(!r)
    return;
  finding_show_head(f, r);
  finding_show_field(f, r, "Transfer-Encoding");
  if(recording_count_field(&r->head, "Transfer-Encoding"))
    finding_broken(f, "an HTTP/1.0 request is answered with a "
                      "Transfer-Encoding: who takes 1.0 at its word reads "
                      "chunk sizes as data");
  else
    finding_set(f, VERDICT_PASS, "HTTP/1.0 gets no Transfer-Encoding");
}

static void http_judge_framing_chunk_syntax(const struct check_input *in,
                                            struct finding *f)
{
  const struct recording *r = chunked_stream(in, f);
  if(!r)
    return;
  if(r->chunk_error) {
    finding_broken(f, "the chunk framing breaks at byte %zu behind the head",
                   r->chunk_error_at);
    finding_show_wire(f, r, r->chunk_error_at, 16);
  } else if(r->chunks == 0 && !r->last_chunk)
    finding_set(f, VERDICT_UNTESTABLE, "no chunk came while it was watched");
  else
    finding_set(f, VERDICT_PASS, "%zu chunk(s), all well-formed", r->chunks);
}

static void http_judge_framing_chunk_ext(const struct check_input *in,
                                         struct finding *f)
{
  const struct recording *r = chunked_stream(in, f);
  size_t i, n = 0;
  if(!r)
    return;
  for(i = 0; i < r->chunks; i++) {
    if(r->chunk[i].has_extension && n++ == 0)
      finding_show_wire(f, r, r->chunk[i].wire_offset, 16);
  }
  if(n)
    finding_broken(f, "%zu of %zu chunks have extensions", n, r->chunks);
  else
    finding_set(f, VERDICT_PASS, "no chunk extensions");
}

/* Trailers come at a stream's end: any look that saw one will do. */
static const struct recording *with_trailer(const struct check_input *in)
{
  static const enum exchange_id id[] = {EX_PLAIN, EX_IDLE, EX_TO_END};
  size_t i;
  for(i = 0; i < sizeof(id) / sizeof(id[0]); i++) {
    const struct recording *r = input_exchange(in, id[i]);
    if(r && r->trailer.lines)
      return r;
  }
  return NULL;
}

static void http_judge_framing_trailers(const struct check_input *in,
                                        struct finding *f)
{
  const struct recording *r = http1_stream(in, f);
  const struct recording *ended;
  size_t i;
  if(!r)
    return;
  finding_show_field(f, r, "Trailer");
  ended = with_trailer(in);
  for(i = 0; ended && i < ended->trailer.lines; i++)
    finding_show_bytes(f, "behind the zero chunk", ended->trailer.line[i].raw);
  if(ended)
    finding_broken(f, "%zu trailer field(s); EventSource never sees them",
                   ended->trailer.lines);
  else if(recording_count_field(&r->head, "Trailer"))
    finding_broken(f, "trailers are announced; EventSource never sees them");
  else
    finding_set(f, VERDICT_PASS, "no trailers");
}

/* Events that begin in one chunk and end in another. */
static size_t count_split_events(const struct recording *r)
{
  size_t i, k = 0, n = 0;
  for(i = 0; i < r->events; i++) {
    const struct recorded_event *e = &r->event[i];
    while(k < r->chunks &&
          r->chunk[k].body_offset + r->chunk[k].n <= e->offset)
      k++;
    n += k < r->chunks && r->chunk[k].body_offset + r->chunk[k].n < e->end;
  }
  return n;
}

static void http_judge_framing_chunk_aligned(const struct check_input *in,
                                             struct finding *f)
{
  const struct recording *r = chunked_stream(in, f);
  size_t n;
  if(!r)
    return;
  if(r->coding[0]) {
    finding_set(f, VERDICT_SKIP, "%s bytes do not align with events",
                r->coding);
    return;
  }
  if(r->events == 0) {
    finding_set(f, VERDICT_UNTESTABLE, "no event came while it was watched");
    return;
  }
  n = count_split_events(r);
  finding_note(f, "%zu events, %zu chunks", r->events, r->chunks);
  if(n)
    finding_broken(f,
                   "%zu of %zu events (%.0f %%) are spread over several "
                   "chunks",
                   n, r->events, 100.0 * (double)n / (double)r->events);
  else
    finding_set(f, VERDICT_PASS, "every event came in one chunk");
}

#define SHOW_HEAD "curl -sN -m 2 -D - -o /dev/null {url}"
#define SHOW_WIRE "curl -sN -m 3 --raw {url} | xxd | head"
static const struct check rows[] = {
    {.id = "http.framing.no-cl",
     .title = "An endless stream has no Content-Length",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9112 "6.3",
     .reference = "RFC 9112 section 6.3",
     .rationale =
         "Every client stops reading at the length and takes that for the "
         "end: it reconnects, or reports the stream as complete.",
     .causes = "Middleware that measures bodies; a length copied from an "
               "upstream answer.",
     .fix = {NODE_RAW, ASGI_RAW, GO_RAW, SPRING_RAW},
     .reproduce = SHOW_HEAD " | grep -i content-length",
     .judge = http_judge_framing_no_cl,
     .skip = http_skip_finite},
    {.id = "http.framing.te-cl",
     .title = "Transfer-Encoding and Content-Length are never together",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9112 "6.2",
     .reference = "RFC 9112 sections 6.1, 6.2",
     .rationale =
         "Two readers on the way may take two different ends, the way "
         "request smuggling works. Node's parser and several proxies refuse "
         "such an answer outright.",
     .causes = "A header set by hand beside the framework's own.",
     .fix = {{"nginx", "Repair the upstream; nginx itself answers 502."},
             NODE_RAW,
             ASGI_RAW,
             GO_RAW,
             SPRING_RAW},
     .reproduce = SHOW_HEAD " | grep -iE 'transfer-encoding|content-length'",
     .judge = http_judge_framing_te_cl},
    {.id = "http.framing.self-delimited",
     .title = "The end of the stream can be told from a broken connection",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9112 "6.3",
     .reference = "RFC 9112 section 6.3",
     .rationale =
         "Where only the connection's end ends the body, a crash, a proxy "
         "time-out and a finished answer look alike. Clients that are not "
         "browsers then treat half an answer as a whole one.",
     .causes = "Connection: close with a raw socket; WSGI servers such as "
               "wsgiref; a proxy that talks HTTP/1.0 upstream.",
     .fix = {{"nginx", "proxy_http_version 1.1; proxy_set_header Connection "
                       "\"\";"},
             {"Node/Express", "Do not set useChunkedEncodingByDefault to "
                              "false; no raw socket."},
             {"Python/Starlette", "Serve with uvicorn, hypercorn or gunicorn "
                                  "(not wsgiref or http.server)."},
             GO_RAW,
             SPRING_RAW},
     .reproduce = SHOW_HEAD " | grep -iE 'transfer-encoding|content-length'",
     .judge = http_judge_framing_self_delimited},
    {.id = "http.framing.te-value",
     .title = "Transfer-Encoding is exactly chunked",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9112 "7",
     .reference = "RFC 9112 sections 6.1, 7",
     .rationale =
         "No browser decodes \"gzip, chunked\" as a transfer coding, and "
         "\"chunked, chunked\" or \"identity\" is refused or read wrongly: "
         "the client sees garbage or an error.",
     .causes = "A proxy adds chunked where the upstream had it already; "
               "compression as a transfer coding.",
     .fix = {{"nginx", "Do not add the header with add_header."},
             NODE_RAW,
             ASGI_RAW,
             GO_RAW,
             SPRING_RAW},
     .reproduce = SHOW_HEAD " | grep -i transfer-encoding",
     .judge = http_judge_framing_te_value},
    {.id = "http.framing.no-te-10",
     .title = "An HTTP/1.0 request gets no Transfer-Encoding",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_HTTP10)},
     .anchor = RFC_9112 "6.1",
     .reference = "RFC 9112 section 6.1",
     .rationale =
         "A client of 1.0 takes chunk sizes for data: events get stray lines "
         "of hex digits between them. nginx asks upstreams with HTTP/1.0 "
         "unless told otherwise; it and curl undo the chunks all the same.",
     .causes = "uvicorn with httptools, Sanic, Hono and Netty do it by "
               "themselves; chunks written by hand.",
     .fix = {{"nginx", "proxy_http_version 1.1; hides it for this proxy."},
             {"Node/Express", "res.write() alone; it knows the version. Hono "
                              "sets the field itself in streamSSE()."},
             {"Python/Starlette", "uvicorn --http h11: httptools answers "
                                  "HTTP/1.0 in chunks."},
             GO_RAW,
             SPRING_RAW},
     .reproduce = "curl -sN -0 -m 2 -D - -o /dev/null {url}",
     .judge = http_judge_framing_no_te_10},
    {.id = "http.framing.chunk-syntax",
     .title = "Chunks are well-formed",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9112 "7.1",
     .reference = "RFC 9112 section 7.1",
     .rationale =
         "A wrong size or a missing CRLF ends the stream with a protocol "
         "error in every client, at an event that depends on the data.",
     .causes = "Sizes counted in characters where bytes are meant; two "
               "threads that write to one connection; LF for CRLF.",
     .fix = {NODE_RAW,
             ASGI_RAW,
             GO_RAW,
             SPRING_RAW,
             {"any", "One writer per connection; count bytes, not "
                     "characters."}},
     .reproduce = SHOW_WIRE,
     .judge = http_judge_framing_chunk_syntax},
    {.id = "http.framing.chunk-ext",
     .title = "Chunks have no extensions",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9112 "7.1.1",
     .reference = "RFC 9112 section 7.1.1",
     .rationale = "Nobody reads them, proxies drop them, and small clients "
                  "with a parser of their own stumble.",
     .causes = "A server library's signature or debugging feature.",
     .fix = {{"any", "Switch the extension off; put data into events."}},
     .reproduce = SHOW_WIRE,
     .judge = http_judge_framing_chunk_ext},
};

CHECK_GROUP(group_http_framing, "http.framing", rows);

static const struct check http_framing_more_rows[] = {
    {.id = "http.framing.trailers",
     .title = "The stream has no trailer fields",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9112 "7.1.2",
     .reference = "RFC 9110 section 6.5; RFC 9112 section 7.1.2",
     .rationale =
         "No EventSource and hardly any library hands trailers to the "
         "application, and proxies drop them: whatever they say is lost.",
     .causes = "gRPC-web or Server-Timing middleware; a status sent at the "
               "end.",
     .fix = {{"any", "Send the last word as an event of its own type."}},
     .reproduce = "curl -sN -m 5 --raw {url} | tail -c 200 | xxd",
     .judge = http_judge_framing_trailers},
};

CHECK_GROUP(group_http_framing_more, "http.framing", http_framing_more_rows);

static const struct check http_framing_later_rows[] = {
    {.id = "http.framing.chunk-aligned",
     .title = "Each chunk holds whole events",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_SSE "authoring-notes",
     .reference = "HTML: authoring notes",
     .rationale =
         "Legal, but home-made clients that parse what one read() gave them "
         "lose events at the borders, and an event in parts arrives when "
         "its last part does.",
     .causes = "One write per line; buffers of a fixed size on the way.",
     .fix = {{"Node/Express", "One res.write() per event."},
             {"Python/Starlette", "Yield whole events."},
             {"Go", "Fprintf the whole event, then Flush."},
             {"any", "Build the event, then write it in one call."}},
     .reproduce = SHOW_WIRE,
     .judge = http_judge_framing_chunk_aligned},
};

CHECK_GROUP(group_http_framing_later, "http.framing", http_framing_later_rows);
