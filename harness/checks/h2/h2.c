/* SPDX-License-Identifier: MIT
 * h2.*: whether HTTP/2 is offered, and what its heads look like. */
#include <stdio.h>
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/h2/h2_common.h"
#include "checks/http/http_common.h"

const char *h2_skip_plain(const struct check_input *in)
{
  return in->target->tls
             ? NULL
             : "no TLS: browsers speak HTTP/2 to https targets only";
}

const char *h2_skip_not_finite(const struct check_input *in)
{
  const char *why = h2_skip_plain(in);
  return why ? why : http_skip_not_finite(in);
}

static const struct recording *find_part(const struct check_input *in,
                                         enum script_id id, enum h2_part part)
{
  const struct recording *r;
  size_t n = 0;
  do {
    r = role_find(in, id, ROLE_CONNECTION, n++);
  } while(r && r->label.part != part);
  return r;
}

static bool is_h2(const struct recording *connection)
{
  return strcmp(connection->label.alpn, "h2") == 0;
}

static bool speaks_h2(const struct recording *connection)
{
  return is_h2(connection) && connection->label.settings;
}

/* Where the script did not come so far, the connection it began with tells
 * why. */
static const struct recording *find_connection(const struct check_input *in,
                                               enum script_id id,
                                               enum h2_part part)
{
  const struct recording *r = find_part(in, id, part);
  const struct recording *first = role_find(in, id, ROLE_CONNECTION, 0);
  return r || !first || speaks_h2(first) ? r : first;
}

/* The handshake was over: what was chosen is a choice. */
static bool has_chosen(const struct recording *connection)
{
  return connection->connected_ns >= 0;
}

const struct recording *h2_connection(const struct check_input *in,
                                      enum script_id id, enum h2_part part,
                                      struct finding *f)
{
  const struct recording *r = find_connection(in, id, part);
  char told[RECORDING_TOLD_MAX];
  if(!r) {
    finding_set(f, VERDICT_UNTESTABLE,
                "the script \"%s\" made no connection \"%s\"", script_name(id),
                label_word_name(ATTRIBUTE_PART, (int)part));
    return NULL;
  }
  f->recording = r;
  if(speaks_h2(r))
    return r;
  finding_note(f, "%s", recording_told(r, told));
  if(is_h2(r))
    finding_set(f, VERDICT_UNTESTABLE,
                "h2 was chosen by ALPN but is not spoken: %s", r->detail);
  else if(has_chosen(r))
    finding_set(f, VERDICT_SKIP, "no HTTP/2 is offered by ALPN: %s",
                r->detail);
  else
    finding_set(f, VERDICT_UNTESTABLE, "no TLS connection: %s, %s",
                recording_end_name(r->end), r->detail);
  return NULL;
}

static enum h2_part part_of(enum script_id id, enum role role)
{
  if(id != SCRIPT_H2_MANY)
    return id == SCRIPT_H2 ? H2_PART_LOOK : H2_PART_END;
  return role == ROLE_AFTER ? H2_PART_CANCEL : H2_PART_SHARED;
}

const struct recording *h2_head(const struct check_input *in,
                                enum script_id id, enum role role,
                                struct finding *f)
{
  const struct recording *r;
  if(!h2_connection(in, id, part_of(id, role), f))
    return NULL;
  r = role_find(in, id, role, 0);
  if(r && r->head.complete_ns >= 0) {
    f->recording = r;
    return r;
  }
  if(r)
    finding_set(f, VERDICT_UNTESTABLE, "no response over HTTP/2: %s",
                r->detail);
  else
    finding_set(f, VERDICT_UNTESTABLE, "no stream \"%s\" was opened",
                role_name(role));
  return NULL;
}

const struct recording *h2_stream(const struct check_input *in,
                                  enum script_id id, enum role role,
                                  struct finding *f)
{
  const struct recording *r = h2_head(in, id, role, f);
  if(!r || input_is_stream(r))
    return r;
  finding_show_head(f, r);
  finding_set(f, VERDICT_UNTESTABLE,
              "no stream: answered %d over HTTP/2, or without Content-Type: "
              "text/event-stream",
              r->head.status);
  return NULL;
}

static void h2_judge_available(const struct check_input *in, struct finding *f)
{
  const struct recording *r = find_part(in, SCRIPT_H2, H2_PART_LOOK);
  char max[24] = "none";
  if(h2_connection(in, SCRIPT_H2, H2_PART_LOOK, f)) {
    if(r->label.max_streams != LABEL_NO_LIMIT)
      (void)snprintf(max, sizeof(max), "%lld",
                     (long long)r->label.max_streams);
    finding_set(f, VERDICT_PASS,
                "h2 is offered: streams share a connection (at most %s)", max);
  } else if(r && is_h2(r))
    finding_broken(f, "h2 is chosen by ALPN but is not spoken: %s", r->detail);
  else if(r && has_chosen(r))
    finding_broken(f,
                   "no HTTP/2: a browser keeps six connections to a host, so "
                   "that the seventh stream waits (%s)",
                   r->detail);
}

static bool is_of_connection(struct slice name)
{
  static const char *const names[] = {"Connection", "Keep-Alive",
                                      "Proxy-Connection", "Transfer-Encoding",
                                      "Upgrade"};
  size_t i;
  for(i = 0; i < sizeof(names) / sizeof(*names); i++) {
    if(slice_ieq_cstr(name, names[i]))
      return true;
  }
  return false;
}

static void h2_judge_no_connection_headers(const struct check_input *in,
                                           struct finding *f)
{
  const struct recording *r = h2_head(in, SCRIPT_H2, ROLE_LOOK, f);
  size_t i, bad = 0;
  if(!r)
    return;
  finding_show_head(f, r);
  for(i = 0; i < r->head.lines; i++) {
    if(!is_of_connection(r->head.line[i].name))
      continue;
    finding_show_bytes(f, "field", r->head.line[i].raw);
    bad++;
  }
  if(bad)
    finding_broken(f,
                   "%zu field(s) of HTTP/1.1 connections: browsers and curl "
                   "reset the stream with PROTOCOL_ERROR",
                   bad);
  else
    finding_set(f, VERDICT_PASS, "none of %zu fields belongs to HTTP/1.1",
                r->head.lines);
}

static bool has_capitals(struct slice name)
{
  size_t i;
  for(i = 0; i < name.n; i++) {
    if(name.p[i] >= 'A' && name.p[i] <= 'Z')
      return true;
  }
  return false;
}

static size_t show_capitals(struct finding *f, const struct recording *r)
{
  size_t i, n = 0;
  for(i = 0; i < r->head.lines; i++) {
    if(!has_capitals(r->head.line[i].name))
      continue;
    finding_show_bytes(f, "field", r->head.line[i].raw);
    n++;
  }
  return n;
}

static void h2_judge_lowercase(const struct check_input *in, struct finding *f)
{
  const struct recording *r = h2_head(in, SCRIPT_H2, ROLE_LOOK, f);
  enum h2_pseudo pseudo;
  size_t capitals;
  if(!r)
    return;
  finding_show_head(f, r);
  pseudo = r->label.pseudo;
  capitals = show_capitals(f, r);
  if(capitals)
    finding_broken(f, "%zu field name(s) with capital letters", capitals);
  else if(pseudo == PSEUDO_NONE)
    finding_broken(f, "the head has no :status of three digits");
  else if(pseudo == PSEUDO_TWICE)
    finding_broken(f, ":status stands there more than once");
  else if(pseudo == PSEUDO_LATE)
    finding_broken(f, ":status stands behind other fields");
  else if(pseudo == PSEUDO_OTHER)
    finding_broken(f, "a pseudo-header that answers do not have");
  else if(r->label.fields == H2_FIELDS_BAD)
    finding_broken(f, "a field holds octets that none may have (shown as "
                      "'?')");
  else
    finding_set(f, VERDICT_PASS, ":status first, all names in small letters");
}

static bool read_number(struct slice text, uint64_t *out)
{
  size_t i;
  *out = 0;
  for(i = 0; i < text.n && i < 18; i++) {
    if(text.p[i] < '0' || text.p[i] > '9')
      return false;
    *out = *out * 10 + (uint64_t)(text.p[i] - '0');
  }
  return text.n > 0 && text.n <= 18;
}

static void h2_judge_content_length(const struct check_input *in,
                                    struct finding *f)
{
  const struct recording *r = h2_head(in, SCRIPT_H2, ROLE_LOOK, f);
  struct slice said;
  uint64_t n;
  if(!r)
    return;
  finding_show_field(f, r, "Content-Length");
  said = recording_field(&r->head, "Content-Length", 0);
  if(!said.p)
    finding_set(f, VERDICT_PASS, "none is given");
  else if(!read_number(said, &n))
    finding_broken(f, "the Content-Length is no number");
  else if(r->wire.n > n || (r->end == REC_END_CLEAN && r->wire.n != n))
    finding_broken(f,
                   "Content-Length is %llu, and %zu bytes came: HTTP/2 "
                   "clients end the stream with PROTOCOL_ERROR",
                   (unsigned long long)n, r->wire.n);
  else if(r->end == REC_END_CLEAN)
    finding_set(f, VERDICT_PASS, "%llu bytes are announced and came",
                (unsigned long long)n);
  else
    finding_set(f, VERDICT_INFO,
                "Content-Length is %llu on a stream that goes on (%zu bytes "
                "so far)",
                (unsigned long long)n, r->wire.n);
}

#define LOOK SCRIPT(SCRIPT_H2)

static const struct check rows[] = {
    {.id = "h2.available",
     .title = "HTTP/2 is offered",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "A",
     .needs = {.scripts = {LOOK}},
     .anchor = RFC_9113 "3.2",
     .reference = "RFC 9113 section 3.2",
     .rationale = "Over HTTP/1.1 a browser keeps six connections to a host, "
                  "for all tabs together: the seventh stream, and every page "
                  "and image behind it, waits for ever. Over HTTP/2 about a "
                  "hundred streams share one connection.",
     .causes = "HTTP/2 is not switched on, or the TLS library is too old for "
               "ALPN.",
     .fix = {{"nginx", "listen 443 ssl http2; from 1.25.1 on: http2 on;"},
             {"Caddy", "On by default; see that the site's protocols say h2."},
             {"Node/Express", "http2.createSecureServer({allowHTTP1: true}), "
                              "or a proxy in front."},
             {"Go", "net/http does it by itself with TLS, unless "
                    "TLSNextProto is set to an empty map."},
             {"any", "Let a proxy that speaks HTTP/2 end TLS."}},
     .reproduce = "curl -sN -m 2 --http2 -o /dev/null -w '%{http_version}\\n' "
                  "{url}",
     .judge = h2_judge_available,
     .skip = h2_skip_plain},
    {.id = "h2.no-connection-headers",
     .title = "No fields of HTTP/1.1 connections",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "A",
     .needs = {.scripts = {LOOK}},
     .anchor = RFC_9113 "8.2.2",
     .reference = "RFC 9113 section 8.2.2",
     .rationale = "Connection, Keep-Alive, Proxy-Connection, "
                  "Transfer-Encoding and Upgrade make an HTTP/2 message "
                  "malformed: Chromium says ERR_HTTP2_PROTOCOL_ERROR, curl "
                  "error 92, and the stream works in nobody's browser while "
                  "it works in development.",
     .causes = "Connection: keep-alive set by hand, as half of the tutorials "
               "do; a framework that writes Transfer-Encoding itself; a proxy "
               "that passes both on.",
     .fix = {{"any", "Do not set Connection, Keep-Alive or Transfer-Encoding "
                     "in the application: the server does."},
             {"Node/Express", "Leave 'Connection' out of res.writeHead()."},
             {"Go", "Leave w.Header().Set(\"Connection\", ...) out."},
             {"Python/Starlette", "Leave Connection out of the response's "
                                  "headers."},
             {"nginx", "proxy_hide_header for what the application sends; "
                       "nginx takes Connection out itself."}},
     .reproduce = "curl -sSN -m 2 --http2 -D - -o /dev/null {url}",
     .judge = h2_judge_no_connection_headers,
     .skip = h2_skip_plain},
    {.id = "h2.lowercase",
     .title = "Field names are in small letters, :status comes first",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "A",
     .needs = {.scripts = {LOOK}},
     .anchor = RFC_9113 "8.2.1",
     .reference = "RFC 9113 sections 8.2.1 and 8.3",
     .rationale = "A capital letter in a name, a field before :status, or a "
                  "line end inside a value makes the message malformed: the "
                  "client ends the stream with PROTOCOL_ERROR.",
     .causes = "HTTP/1.1 names copied into HTTP/2 frames by hand; a value "
               "that somebody else could write a line end into.",
     .fix = {{"any", "Leave the frames to the server's library, and update "
                     "it; write names in small letters where it does not."},
             {"Node/Express", "http2 lowers names itself; with "
                              "stream.respond() begin with ':status'."}},
     .reproduce = "curl -sSN -m 2 --http2 -D - -o /dev/null {url}",
     .judge = h2_judge_lowercase,
     .skip = h2_skip_plain},
    {.id = "h2.content-length",
     .title = "No Content-Length, or the right one",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "A",
     .needs = {.scripts = {LOOK}},
     .anchor = RFC_9113 "8.1.1",
     .reference = "RFC 9113 section 8.1.1",
     .rationale = "A Content-Length that differs from the DATA that came "
                  "makes the message malformed. Clients end the stream with "
                  "PROTOCOL_ERROR once more has come than was announced.",
     .causes = "A length set for the first event; a middleware that counts a "
               "body before it is complete; a proxy that passes the length "
               "on of a body that it changes.",
     .fix = {{"any", "Send no Content-Length with a stream."},
             {"Node/Express", "res.removeHeader('Content-Length')."},
             {"Go", "Delete w.Header()[\"Content-Length\"] before the first "
                    "write."}},
     .reproduce = "curl -sSN -m 2 --http2 -D - {url}",
     .judge = h2_judge_content_length,
     .skip = h2_skip_plain},
};

CHECK_GROUP(group_h2, "h2", rows);
