/* SPDX-License-Identifier: MIT
 * http.framing: where an HTTP/1.1 body begins and ends, from the raw bytes. */
#include <string.h>

#include "checks/http/http_common.h"
#include "checks/http/http_judges.h"

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

void http_judge_framing_no_cl(const struct check_input *in, struct finding *f)
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

void http_judge_framing_te_cl(const struct check_input *in, struct finding *f)
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

void http_judge_framing_self_delimited(const struct check_input *in,
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

void http_judge_framing_te_value(const struct check_input *in,
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

void http_judge_framing_no_te_10(const struct check_input *in,
                                 struct finding *f)
{
  const struct recording *r = input_answer(in, EX_HTTP10, f);
  if(!r)
    return;
  finding_show_head(f, r);
  finding_show_field(f, r, "Transfer-Encoding");
  if(recording_count_field(&r->head, "Transfer-Encoding"))
    finding_broken(f, "an HTTP/1.0 request is answered with a "
                      "Transfer-Encoding: old clients and proxies (nginx's "
                      "default upstream) read chunk sizes as data");
  else
    finding_set(f, VERDICT_PASS, "HTTP/1.0 gets no Transfer-Encoding");
}

void http_judge_framing_chunk_syntax(const struct check_input *in,
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

void http_judge_framing_chunk_ext(const struct check_input *in,
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

void http_judge_framing_trailers(const struct check_input *in,
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

void http_judge_framing_chunk_aligned(const struct check_input *in,
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
