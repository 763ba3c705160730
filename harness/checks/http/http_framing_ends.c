/* SPDX-License-Identifier: MIT
 * http.framing, the rest: how streams end, and the head as raw bytes. */
#include <ctype.h>
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/http/http_common.h"
#include "checks/http/http_framing.h"

#define HEAD_LIMIT_BYTES 8192

static void judge_chunked_end(struct finding *f, const struct recording *r)
{
  if(r->complete)
    finding_set(f, VERDICT_PASS, "the stream ended with the zero chunk");
  else if(r->end == REC_END_RESET)
    finding_broken(f, "the server reset the stream after %.1f s",
                   http_ms(r->end_ns) / 1000);
  else
    finding_broken(f,
                   "the server closed after %.1f s without the zero "
                   "chunk: clients report a broken transfer",
                   http_ms(r->end_ns) / 1000);
}

static void http_judge_framing_terminator(const struct check_input *in,
                                          struct finding *f)
{
  const struct recording *r = input_ended_stream(in);
  if(!r) {
    if(input_stream(in, EX_PLAIN, f))
      finding_set(f, VERDICT_SKIP, "the stream did not end while watched");
    return;
  }
  f->recording = r;
  finding_note(f, "%s: %s after %.1f s %s", r->name,
               recording_end_name(r->end), http_ms(r->end_ns) / 1000,
               r->detail);
  if(r->framing == FRAMING_CLOSE)
    finding_set(f, VERDICT_SKIP,
                "not chunked: every end looks the same; see "
                "http.framing.self-delimited");
  else if(r->framing == FRAMING_LENGTH && r->complete)
    finding_set(f, VERDICT_PASS, "the stream ended at its Content-Length");
  else
    judge_chunked_end(f, r);
}

static void http_judge_framing_tls_close(const struct check_input *in,
                                         struct finding *f)
{
  const struct recording *r = input_ended_stream(in);
  if(!r || !(r->end == REC_END_CLEAN || r->end == REC_END_CLOSE ||
             r->end == REC_END_TRUNCATED)) {
    finding_set(f, VERDICT_SKIP, "the server did not close while watched");
    return;
  }
  f->recording = r;
  finding_note(f, "%s: %s", r->name, recording_end_name(r->end));
  /* An end that the framing told comes before the connection's own. */
  if(r->close_notify)
    finding_set(f, VERDICT_PASS, "TLS was closed properly");
  else if(r->complete && r->framing != FRAMING_CLOSE)
    finding_set(f, VERDICT_SKIP, "the body's own framing told the end");
  else
    finding_broken(f, "TLS ended without close_notify: truncation cannot be "
                      "told from the end");
}

static bool is_name_char(unsigned char c)
{
  return c > 0x20 && c < 0x7f && (isalnum(c) || strchr("!#$%&'*+-.^_`|~", c));
}

/* What is wrong with a field name, or NULL. */
static const char *name_trouble(struct slice name)
{
  size_t i;
  if(name.n == 0)
    return "an empty field name";
  if(name.p[name.n - 1] == ' ' || name.p[name.n - 1] == '\t')
    return "a space before the colon";
  for(i = 0; i < name.n; i++) {
    if(!is_name_char((unsigned char)name.p[i]))
      return "a field name that is no token";
  }
  return NULL;
}

/* What is wrong with one line without its LF, or NULL. */
static const char *line_trouble(struct slice line)
{
  struct slice name;
  if(line.n && line.p[line.n - 1] == '\r')
    line.n--;
  if(line.n == 0)
    return NULL;
  if(line.p[0] == ' ' || line.p[0] == '\t')
    return "a folded line";
  if(memchr(line.p, '\r', line.n))
    return "a bare CR";
  if(memchr(line.p, '\0', line.n))
    return "a NUL";
  if(!memchr(line.p, ':', line.n))
    return "a line without a colon";
  name = slice_cut(&line, ':');
  return name_trouble(name);
}

/* The first trouble in the head, its line into *at; counts lines that end in
 * LF alone. */
static const char *head_trouble(const struct message_head *h, struct slice *at,
                                size_t *bare_lf)
{
  struct slice rest = buf_slice(&h->bytes);
  bool first = true;
  *bare_lf = 0;
  while(rest.p && rest.n) {
    const char *trouble;
    *at = slice_cut(&rest, '\n');
    *bare_lf += at->n == 0 || at->p[at->n - 1] != '\r';
    trouble = first ? NULL : line_trouble(*at);
    if(trouble)
      return trouble;
    first = false;
  }
  return NULL;
}

/* An answer that is no HTTP at all is this check's failure.  Lines that end in
 * LF alone break the grammar, but recipients may take them (RFC 9112 section
 * 2.2): WARN, since strict parsers such as Node's do not. */
static void http_judge_framing_header_syntax(const struct check_input *in,
                                             struct finding *f)
{
  const struct recording *r = input_exchange(in, EX_PLAIN);
  const char *trouble;
  struct slice line;
  size_t bare_lf;
  f->recording = r;
  if(r->end == REC_END_PROTOCOL ||
     (r->head.bytes.n && !r->head.status && r->head.complete_ns >= 0)) {
    finding_broken(f, "the answer is not HTTP");
    finding_show_bytes(f, "received", buf_slice(&r->head.bytes));
    finding_show_bytes(f, "then", buf_slice(&r->wire));
    return;
  }
  r = input_answer(in, EX_PLAIN, f);
  if(!r)
    return;
  if(!r->head.exact) {
    finding_set(f, VERDICT_UNTESTABLE, "the head was not seen as raw bytes");
    return;
  }
  trouble = head_trouble(&r->head, &line, &bare_lf);
  if(trouble) {
    finding_broken(f, "the head has %s", trouble);
    finding_show_bytes(f, "line", line);
  } else if(bare_lf) {
    finding_set(f, VERDICT_WARN,
                "%zu head line(s) end in LF without CR; "
                "strict parsers refuse that",
                bare_lf);
    finding_show_bytes(f, "head", buf_slice(&r->head.bytes));
  } else
    finding_set(f, VERDICT_PASS, "%zu field lines, all well-formed",
                r->head.lines);
}

static void http_judge_framing_header_size(const struct check_input *in,
                                           struct finding *f)
{
  const struct recording *r = input_answer(in, EX_PLAIN, f);
  if(!r)
    return;
  finding_note(f, "%zu bytes in %zu lines", r->head.bytes.n, r->head.lines);
  if(r->head.bytes.n > HEAD_LIMIT_BYTES)
    finding_broken(f,
                   "a head of %zu bytes; proxies' buffers end at 4 to 8 "
                   "KiB",
                   r->head.bytes.n);
  else
    finding_set(f, VERDICT_PASS, "a head of %zu bytes", r->head.bytes.n);
}

static void http_judge_framing_version(const struct check_input *in,
                                       struct finding *f)
{
  const struct recording *r = input_answer(in, EX_PLAIN, f);
  if(!r)
    return;
  finding_show_head(f, r);
  if(r->head.major >= 2)
    finding_set(f, VERDICT_SKIP, "HTTP/%d", r->head.major);
  else if(r->head.major == 1 && r->head.minor == 0)
    finding_broken(f, "HTTP/1.0 to an HTTP/1.1 request: no chunks, no "
                      "reuse, no way to see a truncated stream");
  else
    finding_set(f, VERDICT_PASS, "HTTP/%d.%d", r->head.major, r->head.minor);
}

#define SHOW_HEAD "curl -sN -m 2 -D - -o /dev/null {url}"
static const struct check rows[] = {
    {.id = "http.framing.terminator",
     .title = "A stream that ends says so with the zero chunk",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .optional = {.exchanges = EX(EX_IDLE) | EX(EX_TO_END)},
     .anchor = RFC_9112 "8",
     .reference = "RFC 9112 sections 7.1, 8",
     .rationale =
         "A close without the zero chunk is an incomplete message: libraries "
         "raise errors such as 'premature close' or 'incomplete chunked "
         "read' and monitors count a failure for every normal end.",
     .causes = "The process or worker is killed at its time limit; a proxy's "
               "read time-out; the socket is destroyed in place of ended.",
     .fix = {{"nginx", "proxy_read_timeout above the heartbeat; "
                       "worker_shutdown_timeout for reloads."},
             {"Node/Express", "res.end(), not res.destroy() or "
                              "socket.destroy()."},
             {"Python/Starlette",
              "Return from the generator; raise gunicorn's "
              "--timeout or use async workers."},
             {"Go", "Return from the handler; WriteTimeout 0 for streams."},
             {"Spring", "emitter.complete(); set the async time-out to -1."}},
     .reproduce = "curl -sN --raw {url} | tail -c 16 | xxd",
     .judge = http_judge_framing_terminator},
};

CHECK_GROUP(group_http_framing_ends, "http.framing", rows);

static const struct check http_framing_ends_more_rows[] = {
    {.id = "http.framing.header-syntax",
     .title = "The head is well-formed",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9112 "5",
     .reference = "RFC 9112 sections 2.2, 5",
     .rationale =
         "Folded lines, spaces before a colon and bare CRs are read "
         "differently by every parser, which is how responses are split and "
         "smuggled. Node, Go and Envoy refuse the whole answer.",
     .causes = "Heads written by hand; a value with a newline in it that "
               "came from a user; CGI scripts.",
     .fix = {NODE_RAW,
             ASGI_RAW,
             GO_RAW,
             SPRING_RAW,
             {"any", "Refuse CR and LF in header values."}},
     .reproduce = "curl -sN -m 2 --raw -i {url} | head -c 600 | xxd",
     .judge = http_judge_framing_header_syntax},
    {.id = "http.framing.header-size",
     .title = "The head is not larger than 8 KiB",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9110 "5.4",
     .reference = "RFC 9110 section 5.4",
     .rationale =
         "nginx reads an upstream's head into one buffer of 4 or 8 KiB and "
         "answers 502 when it does not fit; Node stops at 16 KiB. A 502 ends "
         "browsers' EventSources for good.",
     .causes = "A Content-Security-Policy or many cookies on the stream.",
     .fix = {{"nginx", "proxy_buffer_size 16k; if the head cannot shrink."},
             {"any", "Leave page headers (CSP, Link, cookies) off streams."}},
     .reproduce = SHOW_HEAD " | wc -c",
     .judge = http_judge_framing_header_size},
    {.id = "http.framing.version",
     .title = "An HTTP/1.1 request is answered in HTTP/1.1",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9110 "6.2",
     .reference = "RFC 9110 section 6.2",
     .rationale =
         "HTTP/1.0 has no chunks: the stream's end cannot be told from a "
         "broken connection, no connection is reused, and some proxies "
         "collect a 1.0 body before they pass it on.",
     .causes = "Python's http.server and wsgiref; an old proxy.",
     .fix = {{"nginx", "nginx always answers 1.1; look behind it."},
             {"Python/Starlette", "Serve with uvicorn or gunicorn; in "
                                  "http.server set protocol_version = "
                                  "\"HTTP/1.1\"."},
             {"any", "Use a server that speaks HTTP/1.1."}},
     .reproduce = SHOW_HEAD " | head -1",
     .judge = http_judge_framing_version},
};

CHECK_GROUP(group_http_framing_ends_more, "http.framing",
            http_framing_ends_more_rows);

static const struct check http_framing_ends_later_rows[] = {
    {.id = "http.framing.tls-close",
     .title = "TLS ends with close_notify",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "W",
     .needs = {.exchanges = EX(EX_TO_END)},
     .anchor = RFC_9112 "9.8",
     .reference = "RFC 9112 section 9.8",
     .rationale =
         "Without it an attacker, or a crash, that cuts a close-delimited "
         "stream cannot be told from its end; OpenSSL 3 reports an error.",
     .causes = "The socket is closed below the TLS layer; a killed process.",
     .fix = {{"Node/Express", "socket.end(), not destroy()."},
             {"any", "Shut TLS down before the socket; use chunked."}},
     .reproduce = "openssl s_client -quiet -connect HOST:443",
     .judge = http_judge_framing_tls_close,
     .skip = http_skip_without_tls},
};

CHECK_GROUP(group_http_framing_ends_later, "http.framing",
            http_framing_ends_later_rows);
