/* SPDX-License-Identifier: MIT
 * The exchanges that checks can ask for, by name: declared once, performed by
 * probe/, all at the same time, so that ten checks cost one connection.
 *
 * A check lists what it needs; the union over the selected checks is the run.
 * A new exchange is a row here. */
#ifndef WEIR_PLAN_EXCHANGES_H
#define WEIR_PLAN_EXCHANGES_H
#include <stdbool.h>
#include <stdint.h>

/* What an exchange is allowed to be (conformance modes). */
enum plan_mode { MODE_LINT, MODE_PROBE, MODE_FULL };

/* How long it reads after the response head. */
enum plan_window {
  WINDOW_HEAD,  /* close when the head is there */
  WINDOW_SHORT, /* a second, or the first event */
  WINDOW_LOOK,  /* the observation window (target.window) */
  WINDOW_IDLE,  /* the heartbeat window (target.idle_window) */
  WINDOW_END    /* to the server's end, at most the idle window */
};

/* X(enumerator, name, mode, method, window, http10, headers, what it is for)
 * headers: lines joined by '\n'; "-Name" leaves out a default header; a value
 * may hold {origin}, and is not asked for when the target declares none. */
#define EXCHANGE_LIST(X)                                                      \
  X(EX_PLAIN, "plain", MODE_LINT, "GET", WINDOW_LOOK, false, "",              \
    "one ordinary connection")                                                \
  X(EX_SECOND, "second", MODE_PROBE, "GET", WINDOW_LOOK, false, "",           \
    "a second reader of the same stream")                                     \
  X(EX_IDLE, "idle", MODE_FULL, "GET", WINDOW_IDLE, false, "",                \
    "long enough to see heartbeats")                                          \
  X(EX_TO_END, "to-end", MODE_FULL, "GET", WINDOW_END, false, "",             \
    "until the server ends it")                                               \
  X(EX_HTTP10, "http10", MODE_PROBE, "GET", WINDOW_SHORT, true, "",           \
    "an HTTP/1.0 request")                                                    \
  X(EX_HEAD, "head", MODE_PROBE, "HEAD", WINDOW_HEAD, false, "",              \
    "HEAD of the stream")                                                     \
  X(EX_OPTIONS, "options", MODE_PROBE, "OPTIONS", WINDOW_HEAD, false, "",     \
    "OPTIONS of the stream")                                                  \
  X(EX_PUT, "put", MODE_FULL, "PUT", WINDOW_SHORT, false, "",                 \
    "a method that may change something: of one's own targets only")          \
  X(EX_DELETE, "delete", MODE_FULL, "DELETE", WINDOW_SHORT, false, "",        \
    "a method that may change something: of one's own targets only")          \
  X(EX_FOO, "foo", MODE_PROBE, "FOO", WINDOW_SHORT, false, "",                \
    "a method that does not exist")                                           \
  X(EX_SEARCH, "search", MODE_PROBE, "SEARCH", WINDOW_SHORT, false, "",       \
    "a safe method that parsers know and no stream is meant for")             \
  X(EX_ACCEPT_NONE, "accept-none", MODE_PROBE, "GET", WINDOW_HEAD, false,     \
    "-Accept", "no Accept header")                                            \
  X(EX_ACCEPT_ANY, "accept-any", MODE_PROBE, "GET", WINDOW_HEAD, false,       \
    "Accept: */*", "Accept: */*")                                             \
  X(EX_ACCEPT_LIST, "accept-list", MODE_PROBE, "GET", WINDOW_HEAD, false,     \
    "Accept: text/event-stream;q=0.9, */*;q=0.1", "Accept with weights")      \
  X(EX_ACCEPT_JSON, "accept-json", MODE_PROBE, "GET", WINDOW_SHORT, false,    \
    "Accept: application/json", "Accept that does not fit")                   \
  X(EX_BROWSER, "browser", MODE_PROBE, "GET", WINDOW_SHORT, false,            \
    "Cache-Control: no-cache\nPragma: no-cache\n"                             \
    "Accept-Language: en\nUser-Agent: Mozilla/5.0 (weir check)",              \
    "the headers a browser sends")                                            \
  X(EX_IF_NONE_MATCH, "if-none-match", MODE_PROBE, "GET", WINDOW_HEAD, false, \
    "If-None-Match: *", "a conditional request")                              \
  X(EX_IF_MODIFIED, "if-modified-since", MODE_PROBE, "GET", WINDOW_HEAD,      \
    false, "If-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT",                \
    "a conditional request")                                                  \
  X(EX_RANGE, "range", MODE_PROBE, "GET", WINDOW_HEAD, false,                 \
    "Range: bytes=0-", "a range request")                                     \
  X(EX_IDENTITY, "identity", MODE_PROBE, "GET", WINDOW_SHORT, false,          \
    "Accept-Encoding: identity", "no coding accepted")                        \
  X(EX_CODED, "coded", MODE_PROBE, "GET", WINDOW_LOOK, false,                 \
    "Accept-Encoding: gzip, deflate", "codings accepted")                     \
  X(EX_CODED_PEER, "coded-peer", MODE_PROBE, "GET", WINDOW_LOOK, false, "",   \
    "the same at the same time without coding, to compare times with")        \
  X(EX_ORIGIN, "origin", MODE_PROBE, "GET", WINDOW_HEAD, false,               \
    "Origin: {origin}", "cross-origin request")                               \
  X(EX_ORIGIN_COOKIE, "origin-cookie", MODE_PROBE, "GET", WINDOW_HEAD, false, \
    "Origin: {origin}\nCookie: weir=1", "cross-origin with credentials")      \
  X(EX_ORIGIN_EVIL, "origin-evil", MODE_PROBE, "GET", WINDOW_HEAD, false,     \
    "Origin: https://evil.example\nCookie: weir=1",                           \
    "an origin nobody allowed")                                               \
  X(EX_PREFLIGHT, "preflight", MODE_PROBE, "OPTIONS", WINDOW_HEAD, false,     \
    "Origin: {origin}\nAccess-Control-Request-Method: GET\n"                  \
    "Access-Control-Request-Headers: last-event-id",                          \
    "a fetch-based client's preflight")                                       \
  X(EX_WRONG_PATH, "wrong-path", MODE_PROBE, "GET", WINDOW_SHORT, false, "",  \
    "a path beside the stream's that should not exist")                       \
  X(EX_WRONG_PATH_ORIGIN, "wrong-path-origin", MODE_PROBE, "GET",             \
    WINDOW_HEAD, false, "Origin: {origin}", "the same, cross-origin")         \
  X(EX_NO_AUTH, "no-auth", MODE_PROBE, "GET", WINDOW_SHORT, false,            \
    "-Authorization\n-Cookie", "without the credentials that were given")     \
  X(EX_MANY_PARAMETERS, "many-parameters", MODE_PROBE, "GET", WINDOW_SHORT,   \
    false, "", "200 topic parameters")                                        \
  X(EX_LONG_PARAMETER, "long-parameter", MODE_PROBE, "GET", WINDOW_SHORT,     \
    false, "", "a 16 KiB parameter")

enum exchange_id {
#define X(name, text, mode, method, window, http10, headers, purpose) name,
  EXCHANGE_LIST(X)
#undef X
      EXCHANGE_COUNT
};

/* Exchanges that are scripts, several connections one after the other or side
 * by side: probe/ has one file each, their recordings are NAME.0, NAME.1, ...
 */
#define SCRIPT_LIST(X)                                                        \
  X(SCRIPT_REDIRECTS, "redirects", MODE_LINT,                                 \
    "the redirect chain walked by hand, hop by hop")                          \
  X(SCRIPT_HEAD_THEN_GET, "head-then-get", MODE_PROBE,                        \
    "HEAD and GET on one connection")                                         \
  X(SCRIPT_CONTROL, "control", MODE_PROBE,                                    \
    "ordinary requests around what disturbs: is the target still there?")     \
  X(SCRIPT_ABORTS, "aborts", MODE_FULL,                                       \
    "connections broken off in every way, then normal streams")               \
  X(SCRIPT_HEAD_LEAK, "head-leak", MODE_FULL, "50 HEADs, then a stream")      \
  X(SCRIPT_FINISHED, "finished", MODE_FULL,                                   \
    "a finite stream to its end, then the reconnect")                         \
  X(SCRIPT_RESUME, "resume", MODE_FULL,                                       \
    "one control connection, one victim cut and resumed")                     \
  X(SCRIPT_SEAM, "seam", MODE_FULL, "many quick cuts at full rate")           \
  X(SCRIPT_RESUME_IDS, "resume-ids", MODE_FULL,                               \
    "single resumes with special ids")                                        \
  X(SCRIPT_HOSTILE_IDS, "hostile-ids", MODE_FULL,                             \
    "malformed Last-Event-ID values, a normal request after each")            \
  X(SCRIPT_USERS, "users", MODE_FULL, "two identities and one replay")        \
  X(SCRIPT_FAST_ABORTS, "fast-aborts", MODE_FULL,                             \
    "many connections reset before the head")                                 \
  X(SCRIPT_OVERLOAD, "overload", MODE_FULL, "more streams than max_conns")    \
  X(SCRIPT_STORM, "storm", MODE_FULL,                                         \
    "many streams dropped at once, all coming back")                          \
  X(SCRIPT_LOOP, "loop", MODE_PROBE, "three lives of a stream in a row")      \
  X(SCRIPT_HELD, "held", MODE_PROBE,                                          \
    "where bytes seem to be held back: two readers, one later than the "      \
    "other")                                                                  \
  X(SCRIPT_PUBLISH, "publish", MODE_FULL,                                     \
    "payloads published through the target's own hook")                       \
  X(SCRIPT_INJECT, "inject", MODE_FULL,                                       \
    "hostile payloads, ids and types through the hook")                       \
  X(SCRIPT_H2, "h2", MODE_PROBE,                                              \
    "the stream over HTTP/2, and over HTTP/1.1 at the same time")             \
  X(SCRIPT_H2_END, "h2-end", MODE_FULL,                                       \
    "the stream over HTTP/2 until it ends, then the reconnect")               \
  X(SCRIPT_H2_MANY, "h2-many", MODE_FULL,                                     \
    "streams beside each other on one HTTP/2 connection")                     \
  X(SCRIPT_STEPS_BEFORE, "steps-before", MODE_LINT,                           \
    "what a protocol on top asks before all else: a session's beginning")     \
  X(SCRIPT_STEPS, "steps", MODE_PROBE,                                        \
    "what it asks beside the ordinary request")                               \
  X(SCRIPT_STEPS_LAST, "steps-last", MODE_LINT,                               \
    "what it asks when all else is over: the session's end")                  \
  X(SCRIPT_PROXY_HELLO, "proxy-hello", MODE_PROBE,                            \
    "does a request through a proxy reach our origin?")                       \
  X(SCRIPT_PROXY_FLOW, "proxy-flow", MODE_PROBE,                              \
    "events of our origin through a proxy, and when each arrives")            \
  X(SCRIPT_PROXY_PASS, "proxy-pass", MODE_PROBE,                              \
    "requests and heads through a proxy, compared with the origin's")         \
  X(SCRIPT_PROXY_BYTES, "proxy-bytes", MODE_PROBE,                            \
    "bodies of every kind through a proxy")                                   \
  X(SCRIPT_PROXY_ENDS, "proxy-ends", MODE_PROBE,                              \
    "either side leaving, seen from the other side of a proxy")               \
  X(SCRIPT_PROXY_IDLE, "proxy-idle", MODE_PROBE,                              \
    "a silent stream through a proxy")                                        \
  X(SCRIPT_PROXY_CROWD, "proxy-crowd", MODE_PROBE,                            \
    "many streams through a proxy at once")                                   \
  X(SCRIPT_PROXY_SLOW, "proxy-slow", MODE_PROBE,                              \
    "a client that reads nothing, behind a proxy")

enum script_id {
#define X(name, text, mode, purpose) name,
  SCRIPT_LIST(X)
#undef X
      SCRIPT_COUNT
};

/* A set of scripts: struct script_set s = {SCRIPT(SCRIPT_H2), ...}. */
struct script_set {
  bool has[SCRIPT_COUNT];
};

/* A set of exchanges and scripts. */
struct exchange_set {
  uint64_t exchanges; /* bits, 1 << enum exchange_id */
  struct script_set scripts;
};

#define EX(name)     (UINT64_C(1) << (name))
#define SCRIPT(name) .has[name] = true

struct exchange_row {
  const char *name;
  enum plan_mode mode;
  const char *method;
  enum plan_window window;
  bool http10;
  const char *headers;
};

const struct exchange_row *exchange_row(enum exchange_id id);
/* exchange_may_change: its method is one that changes or removes what is there
 * where a server obeys it (RFC 9110 section 9.2.1). */
bool exchange_may_change(enum exchange_id id);
const char *script_name(enum script_id id);
enum plan_mode script_mode(enum script_id id);
/* script_is_proxied: it goes through a proxy to our own origin. */
bool script_is_proxied(enum script_id id);

struct script_set script_set_of(enum script_id id);
struct script_set script_set_all(void);
bool script_set_is_empty(const struct script_set *s);
bool script_set_equal(const struct script_set *a, const struct script_set *b);

#endif
