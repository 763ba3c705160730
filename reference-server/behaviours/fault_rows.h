/* SPDX-License-Identifier: MIT
 * The faults that break one rule each of how an event stream is to be served,
 * by family; part of the table in faults.h.  The conformance checks are
 * proven against them: one row, one broken rule, nothing else. */
#ifndef WEIR_SERVER_BEHAVIOURS_FAULT_ROWS_H
#define WEIR_SERVER_BEHAVIOURS_FAULT_ROWS_H

/* What the response head says */
#define FAULT_HEAD_LIST(X)                                                    \
  X(STATUS_203, "status-203", FAULT_ARG_NONE, 0,                              \
    "answer a stream with 203, as a transforming proxy does")                 \
  X(STATUS_206, "status-206", FAULT_ARG_NONE, 0, "answer a stream with 206")  \
  X(CT_MISSING, "ct-missing", FAULT_ARG_NONE, 0, "send no Content-Type")      \
  X(CT_HTML, "ct-html", FAULT_ARG_NONE, 0, "say text/html")                   \
  X(CT_TWICE, "ct-twice", FAULT_ARG_NONE, 0, "send two Content-Type lines")   \
  X(CT_LATIN1, "ct-latin1", FAULT_ARG_NONE, 0, "say charset=iso-8859-1")      \
  X(CT_PARAM, "ct-param", FAULT_ARG_NONE, 0,                                  \
    "add a parameter that is not charset")                                    \
  X(NO_NOSNIFF, "no-nosniff", FAULT_ARG_NONE, 0,                              \
    "leave out X-Content-Type-Options")                                       \
  X(CACHE_MISSING, "cache-missing", FAULT_ARG_NONE, 0,                        \
    "leave out Cache-Control")                                                \
  X(CACHE_PUBLIC, "cache-public", FAULT_ARG_NONE, 0,                          \
    "say that shared caches may keep the stream")                             \
  X(TRANSFORMABLE, "transformable", FAULT_ARG_NONE, 0,                        \
    "leave out no-transform")                                                 \
  X(AGE, "age", FAULT_ARG_NONE, 0, "send Age and X-Cache, as a cache does")   \
  X(ETAG, "etag", FAULT_ARG_NONE, 0, "send an ETag")                          \
  X(NOT_MODIFIED, "304", FAULT_ARG_NONE, 0,                                   \
    "answer 304 to If-None-Match and If-Modified-Since")                      \
  X(RANGE_206, "range-206", FAULT_ARG_NONE, 0,                                \
    "answer 206 to a Range and announce ranges")                              \
  X(NO_VARY, "no-vary", FAULT_ARG_NONE, 0,                                    \
    "compress where the client offers gzip, and say neither Vary nor "        \
    "no-store")                                                               \
  X(COLLAPSE, "collapse", FAULT_ARG_NONE, 0,                                  \
    "let a request wait for the end of one that is equal to the byte")        \
  X(NO_DATE, "no-date", FAULT_ARG_NONE, 0, "leave out Date")                  \
  X(SET_COOKIE_ALWAYS, "set-cookie-always", FAULT_ARG_NONE, 0,                \
    "set a new session cookie in every response")                             \
  X(ACCEPT_STRICT, "accept-strict", FAULT_ARG_NONE, 0,                        \
    "answer 406 unless Accept names text/event-stream")                       \
  X(BROWSER_400, "browser-400", FAULT_ARG_NONE, 0,                            \
    "answer 400 to a request with Pragma, as browsers send it")               \
  X(HTTP10, "http10", FAULT_ARG_NONE, 0,                                      \
    "answer an HTTP/1.1 request with HTTP/1.0")                               \
  X(OBS_FOLD, "obs-fold", FAULT_ARG_NONE, 0,                                  \
    "continue a header line on the next one")                                 \
  X(HEADER_16K, "header-16k", FAULT_ARG_NONE, 0,                              \
    "send 16 KiB of header lines")                                            \
  X(NO_ACCEL, "no-accel", FAULT_ARG_NONE, 0, "leave out X-Accel-Buffering")   \
  X(CORS_NONE, "cors-none", FAULT_ARG_NONE, 0,                                \
    "leave out Access-Control-Allow-Origin")                                  \
  X(CORS_TWICE, "cors-twice", FAULT_ARG_NONE, 0,                              \
    "send Access-Control-Allow-Origin twice")                                 \
  X(CORS_STAR_CREDENTIALS, "cors-star-credentials", FAULT_ARG_NONE, 0,        \
    "allow every origin with credentials by *")                               \
  X(CORS_REFLECT, "cors-reflect", FAULT_ARG_NONE, 0,                          \
    "allow whatever origin asks, with credentials")                           \
  X(CORS_NO_VARY, "cors-no-vary", FAULT_ARG_NONE, 0,                          \
    "reflect the origin and not say Vary: Origin")                            \
  X(PREFLIGHT_403, "preflight-403", FAULT_ARG_NONE, 0,                        \
    "refuse preflights with 403")                                             \
  X(PREFLIGHT_HANG, "preflight-hang", FAULT_ARG_NONE, 0,                      \
    "never answer a preflight")

/* Errors, methods and redirects */
#define FAULT_ERROR_LIST(X)                                                   \
  X(FINISH_200_REPLAY, "finish-200-replay", FAULT_ARG_NONE, 0,                \
    "begin a finished stream again instead of answering 204")                 \
  X(BODY_204, "204-with-body", FAULT_ARG_NONE, 0, "send a body with a 204")   \
  X(CACHEABLE_204, "204-cacheable", FAULT_ARG_NONE, 0,                        \
    "let caches keep a 204")                                                  \
  X(TOPICS_500, "topics-500", FAULT_ARG_NONE, 0,                              \
    "answer 500 to more than 100 parameters")                                 \
  X(GET_405, "get-405", FAULT_ARG_NONE, 0, "refuse GET of a stream")          \
  X(ERROR_AS_200, "error-as-200", FAULT_ARG_NONE, 0,                          \
    "answer errors with 200 and text")                                        \
  X(ERROR_CT_SSE, "error-ct-sse", FAULT_ARG_NONE, 0,                          \
    "label error responses text/event-stream")                                \
  X(ERROR_CACHEABLE, "404-cacheable", FAULT_ARG_NONE, 0,                      \
    "let caches keep error responses")                                        \
  X(LOGIN_REDIRECT, "login-redirect", FAULT_ARG_NONE, 0,                      \
    "send who lacks credentials to an HTML login page")                       \
  X(NO_WWW_AUTH, "401-no-www-auth", FAULT_ARG_NONE, 0,                        \
    "answer 401 without WWW-Authenticate")                                    \
  X(HEAD_HANG, "head-hang", FAULT_ARG_NONE, 0, "never answer HEAD")           \
  X(HEAD_LEAK, "head-leak", FAULT_ARG_NONE, 0,                                \
    "let each HEAD use up one connection of the limit")                       \
  X(OPTIONS_HANG, "options-hang", FAULT_ARG_NONE, 0, "never answer OPTIONS")  \
  X(PUT_STREAMS, "put-streams", FAULT_ARG_NONE, 0,                            \
    "answer any method with a stream")                                        \
  X(REDIRECT_NO_LOCATION, "redirect-no-location", FAULT_ARG_NONE, 0,          \
    "redirect without Location")                                              \
  X(REDIRECT_EMPTY, "redirect-empty", FAULT_ARG_NONE, 0,                      \
    "redirect with an empty Location")                                        \
  X(REDIRECT_LOOP, "redirect-loop", FAULT_ARG_NONE, 0, "redirect to itself")  \
  X(REDIRECT_DROPS_QUERY, "redirect-drops-query", FAULT_ARG_NONE, 0,          \
    "redirect and lose the query")                                            \
  X(REDIRECT_TO_HTTP, "redirect-to-http", FAULT_ARG_NONE, 0,                  \
    "redirect to an absolute http URL")                                       \
  X(REDIRECT_NEEDS_AUTH, "redirect-needs-auth", FAULT_ARG_NONE, 0,            \
    "redirect to another origin, and demand credentials there")               \
  X(REDIRECT_302_POST, "redirect-302-post", FAULT_ARG_NONE, 0,                \
    "redirect POST with 302")                                                 \
  X(REDIRECT_NO_CORS, "redirect-no-cors", FAULT_ARG_NONE, 0,                  \
    "redirect without Access-Control-Allow-Origin")                           \
  X(REDIRECT_DROPS_ID, "redirect-drops-id", FAULT_ARG_NONE, 0,                \
    "redirect, and ignore Last-Event-ID behind it")

/* How the body is framed and coded */
#define FAULT_FRAMING_LIST(X)                                                 \
  X(CL_ENDLESS, "cl-endless", FAULT_ARG_NONE, 0,                              \
    "give an endless stream a Content-Length")                                \
  X(CL_AND_TE, "cl-and-te", FAULT_ARG_NONE, 0,                                \
    "send Content-Length and Transfer-Encoding together")                     \
  X(CLOSE_DELIMITED, "close-delimited", FAULT_ARG_NONE, 0,                    \
    "end the body by closing only")                                           \
  X(TE_GZIP, "te-gzip", FAULT_ARG_NONE, 0,                                    \
    "say Transfer-Encoding: gzip, chunked")                                   \
  X(TE_ON_10, "te-on-10", FAULT_ARG_NONE, 0,                                  \
    "send chunks to an HTTP/1.0 client")                                      \
  X(BAD_CHUNK_SIZE, "bad-chunk-size", FAULT_ARG_NONE, 0,                      \
    "write every third chunk size one too small")                             \
  X(CHUNK_EXT, "chunk-ext", FAULT_ARG_NONE, 0,                                \
    "add an extension to every chunk")                                        \
  X(NO_TERMINATOR, "no-terminator", FAULT_ARG_NONE, 0,                        \
    "end a stream without its last chunk")                                    \
  X(TRAILERS, "trailers", FAULT_ARG_NONE, 0,                                  \
    "send a field behind the last chunk")                                     \
  X(SPLIT_WRITES, "split-writes", FAULT_ARG_NONE, 0,                          \
    "spread every event over two chunks")                                     \
  X(FORCE_GZIP, "force-gzip", FAULT_ARG_NONE, 0,                              \
    "compress although the client does not offer it")                         \
  X(CE_IDENTITY, "ce-identity", FAULT_ARG_NONE, 0,                            \
    "say Content-Encoding: identity")                                         \
  X(CE_NONE, "ce-none", FAULT_ARG_NONE, 0, "say Content-Encoding: none")      \
  X(GZIP_NOFLUSH, "gzip-noflush", FAULT_ARG_NONE, 0,                          \
    "compress when offered and never flush")                                  \
  X(GZIP_ONE_LATE, "gzip-one-late", FAULT_ARG_NONE, 0,                        \
    "compress when offered, each event one late")                             \
  X(GZIP_32K, "gzip-32k", FAULT_ARG_NONE, 0,                                  \
    "compress when offered and hold back up to 32 KiB")                       \
  X(HEADERS_WITH_FIRST_EVENT, "headers-with-first-event", FAULT_ARG_NONE, 0,  \
    "hold the head until the first event, 2 s or more")                       \
  X(NO_PRELUDE, "no-prelude", FAULT_ARG_NONE, 0,                              \
    "send no comment with the head")

/* Bytes, lines and blocks of the stream */
#define FAULT_BODY_LIST(X)                                                    \
  X(UTF8_BAD, "utf8-bad", FAULT_ARG_NONE, 0, "write bytes that are no UTF-8") \
  X(UTF8_CUT, "utf8-cut", FAULT_ARG_NONE, 0, "cut a character in its middle") \
  X(UTF16, "utf16", FAULT_ARG_NONE, 0, "write the stream as UTF-16")          \
  X(BOM, "bom", FAULT_ARG_NONE, 0, "begin with a byte order mark")            \
  X(INNER_BOM, "inner-bom", FAULT_ARG_NONE, 0,                                \
    "begin a later line with a byte order mark")                              \
  X(MIXED_EOL, "mixed-eol", FAULT_ARG_NONE, 0,                                \
    "end the lines of some events with CRLF")                                 \
  X(CR_ONLY, "cr-only", FAULT_ARG_NONE, 0, "end lines with CR")               \
  X(CRLF, "crlf", FAULT_ARG_NONE, 0, "end lines with CRLF")                   \
  X(UNKNOWN_FIELD, "unknown-field", FAULT_ARG_NONE, 0,                        \
    "write a field that nobody knows")                                        \
  X(HTML_LINE, "html-line", FAULT_ARG_NONE, 0,                                \
    "write a line of HTML between the fields")                                \
  X(NAME_CASE, "name-case", FAULT_ARG_NONE, 0,                                \
    "write a field name with a capital")                                      \
  X(NAME_SPACE, "name-space", FAULT_ARG_NONE, 0,                              \
    "write a space before a field name")                                      \
  X(LONG_LINE, "long-line", FAULT_ARG_NONE, 0,                                \
    "write one comment of more than 1 MiB")                                   \
  X(NUL_DATA, "nul-data", FAULT_ARG_NONE, 0,                                  \
    "write a NUL character in a line")                                        \
  X(UNTERMINATED_END, "unterminated-end", FAULT_ARG_NONE, 0,                  \
    "end in the middle of a block")                                           \
  X(EVENT_NO_DATA, "event-no-data", FAULT_ARG_NONE, 0,                        \
    "write a block with a type and no data")                                  \
  X(BARE_CONTROL, "bare-control", FAULT_ARG_NONE, 0,                          \
    "write blocks of an id alone")                                            \
  X(NAME_ERROR, "name-error", FAULT_ARG_NONE, 0, "name events \"error\"")     \
  X(NAME_SPACE_PAD, "name-space-pad", FAULT_ARG_NONE, 0,                      \
    "put spaces around the event type")                                       \
  X(DUP_FIELDS, "dup-fields", FAULT_ARG_NONE, 0,                              \
    "write the id twice in a block")                                          \
  X(SPLIT_STALL, "split-stall", FAULT_ARG_NONE, 0,                            \
    "pause 600 ms in the middle of an event")                                 \
  X(EVENT_2M, "event-2m", FAULT_ARG_NONE, 0, "write one event of 2 MiB")      \
  X(BAD_JSON, "bad-json", FAULT_ARG_NONE, 0,                                  \
    "leave out the last brace of every twelfth event")                        \
  X(ID_NUL, "id-nul", FAULT_ARG_NONE, 0, "put a NUL into ids")                \
  X(ID_SPACE, "id-space", FAULT_ARG_NONE, 0, "put a space behind ids")        \
  X(ID_UTF8, "id-utf8", FAULT_ARG_NONE, 0,                                    \
    "put a character beyond ASCII into ids")                                  \
  X(ID_9K, "id-9k", FAULT_ARG_NONE, 0, "write ids of 9000 bytes")             \
  X(ID_DUP, "id-dup", FAULT_ARG_NONE, 0,                                      \
    "give an event the id of the one before")                                 \
  X(ID_GAP, "id-gap", FAULT_ARG_NONE, 0,                                      \
    "leave out every third event and its id")                                 \
  X(ID_SOMETIMES, "id-sometimes", FAULT_ARG_NONE, 0,                          \
    "leave out the id of every third event")                                  \
  X(ID_RESET, "id-reset", FAULT_ARG_NONE, 0,                                  \
    "write an empty id with every third event")                               \
  X(RETRY_UNIT, "retry-unit", FAULT_ARG_NONE, 0, "write retry with a unit")   \
  X(RETRY_0, "retry-0", FAULT_ARG_NONE, 0, "write retry 0")                   \
  X(RETRY_NEVER, "retry-never", FAULT_ARG_NONE, 0,                            \
    "write no retry, even where it was asked for")                            \
  X(RETRY_LATE, "retry-late", FAULT_ARG_NONE, 0,                              \
    "write retry in the fourth block only")                                   \
  X(HB_NONE, "hb-none", FAULT_ARG_NONE, 0, "send no heartbeats")              \
  X(HB_60, "hb-60", FAULT_ARG_NONE, 0, "send heartbeats every 60 s only")     \
  X(HB_EMPTY_EVENT, "hb-empty-event", FAULT_ARG_NONE, 0,                      \
    "send an empty event as heartbeat")                                       \
  X(HB_IN_BLOCK, "hb-in-block", FAULT_ARG_NONE, 0,                            \
    "write a comment between the lines of a block")                           \
  X(HB_LATE_FIRST, "hb-late-first", FAULT_ARG_NONE, 0,                        \
    "send the first heartbeat after three times its time")                    \
  X(IDLE_CUT, "idle-cut", FAULT_ARG_NONE, 0,                                  \
    "end a stream 1.3 s behind its last event, heartbeats or not")

/* What becomes of a published text */
#define FAULT_PUBLISH_LIST(X)                                                 \
  X(RAW_NEWLINE, "raw-newline", FAULT_ARG_NONE, 0,                            \
    "write line feeds of the text as they are")                               \
  X(CR_NEWLINE_LOST, "cr-newline-lost", FAULT_ARG_NONE, 0,                    \
    "drop carriage returns of the text")                                      \
  X(NO_SPACE_AFTER_COLON, "no-space-after-colon", FAULT_ARG_NONE, 0,          \
    "write no space behind \"data:\"")                                        \
  X(TRIM_TRAILING_LF, "trim-trailing-lf", FAULT_ARG_NONE, 0,                  \
    "drop line feeds at the end of the text")                                 \
  X(DROP_EMPTY, "drop-empty", FAULT_ARG_NONE, 0,                              \
    "accept an empty text and send nothing")                                  \
  X(ESCAPE_UNICODE_WRONG, "escape-unicode-wrong", FAULT_ARG_NONE, 0,          \
    "replace characters beyond ASCII by \"?\"")                               \
  X(INJECT_DATA_LF, "inject-data-lf", FAULT_ARG_NONE, 0,                      \
    "paste the text behind \"data: \", line feeds and all")                   \
  X(INJECT_DATA_CR, "inject-data-cr", FAULT_ARG_NONE, 0,                      \
    "paste carriage returns of the text as they are")                         \
  X(INJECT_ID, "inject-id", FAULT_ARG_NONE, 0, "accept line ends in an id")   \
  X(INJECT_EVENT, "inject-event", FAULT_ARG_NONE, 0,                          \
    "accept line ends in an event type")                                      \
  X(INJECT_RETRY, "inject-retry", FAULT_ARG_NONE, 0,                          \
    "accept anything as retry, line ends too")                                \
  X(INJECT_COMMENT, "inject-comment", FAULT_ARG_NONE, 0,                      \
    "accept line ends in a comment")

/* What a resumed stream gets */
#define FAULT_RESUME_LIST(X)                                                  \
  X(RESUME_CASE_SENSITIVE, "resume-case-sensitive", FAULT_ARG_NONE, 0,        \
    "know Last-Event-ID in this spelling only")                               \
  X(RESUME_INCLUSIVE, "resume-inclusive", FAULT_ARG_NONE, 0,                  \
    "begin with the event the client has")                                    \
  X(RESUME_SKIP_ONE, "resume-skip-one", FAULT_ARG_NONE, 0,                    \
    "leave out the first event of a resume")                                  \
  X(RESUME_DUP_ONE, "resume-dup-one", FAULT_ARG_NONE, 0,                      \
    "send the first event of a resume twice")                                 \
  X(RESUME_REORDER, "resume-reorder", FAULT_ARG_NONE, 0,                      \
    "exchange the first two events of a resume")                              \
  X(RESUME_MUTATE, "resume-mutate", FAULT_ARG_NONE, 0,                        \
    "change the data of the first event of a resume")                         \
  X(IDS_RANDOM, "ids-random", FAULT_ARG_NONE, 0, "write random ids")          \
  X(IDS_PER_CONN, "ids-per-conn", FAULT_ARG_NONE, 0,                          \
    "number events per connection")                                           \
  X(SEAM_RACE, "seam-race", FAULT_ARG_NONE, 0,                                \
    "lose the first live event after a replay")                               \
  X(CONSUME_QUEUE, "consume-queue", FAULT_ARG_NONE, 0,                        \
    "replay each event to one client only")                                   \
  X(IDLESS_AFTER_RESUME, "idless-after-resume", FAULT_ARG_NONE, 0,            \
    "write no id with the first event of a resume")                           \
  X(RESUME_AFTER_RST_LATE, "resume-after-rst-late", FAULT_ARG_NONE, 0,        \
    "take what was written to a reset connection for received")               \
  X(RESUME_ONCE, "resume-once", FAULT_ARG_NONE, 0,                            \
    "forget an id when a connection resumed from it breaks early")            \
  X(EXPIRED_500, "expired-500", FAULT_ARG_NONE, 0,                            \
    "answer 500 to an id older than the history")                             \
  X(FUTURE_STALL, "future-stall", FAULT_ARG_NONE, 0,                          \
    "send nothing after an id that was not given yet")                        \
  X(EMPTY_ID_400, "empty-id-400", FAULT_ARG_NONE, 0,                          \
    "answer 400 to an empty Last-Event-ID")                                   \
  X(DUP_HEADER_RANDOM, "dup-header-random", FAULT_ARG_NONE, 0,                \
    "heed the first or the second of two Last-Event-ID in turn")              \
  X(QUERY_WINS, "query-wins", FAULT_ARG_NONE, 0,                              \
    "let lastEventId in the query win over the header")                       \
  X(IP_BOUND, "ip-bound", FAULT_ARG_NONE, 0,                                  \
    "resume only for the address that came first")                            \
  X(UNKNOWN_500, "unknown-500", FAULT_ARG_NONE, 0,                            \
    "answer 500 to an unknown id")                                            \
  X(UNKNOWN_HANG, "unknown-hang", FAULT_ARG_NONE, 0,                          \
    "never answer an unknown id")                                             \
  X(MALFORMED_500, "malformed-500", FAULT_ARG_NONE, 0,                        \
    "answer 500 to an id that is not a number")                               \
  X(CROSS_USER, "cross-user", FAULT_ARG_NONE, 0,                              \
    "replay one user's events to others")

/* How connections end and are refused */
#define FAULT_LIFE_LIST(X)                                                    \
  X(FINITE_LOOP, "finite-loop", FAULT_ARG_NONE, 0,                            \
    "end every stream after its first event")                                 \
  X(TIGHT_CLOSE, "tight-close", FAULT_ARG_NONE, 0,                            \
    "end every stream at once")                                               \
  X(SYNC_CLOSE, "sync-close", FAULT_ARG_NONE, 0,                              \
    "end all streams at each multiple of 5 s")                                \
  X(CLOSE_NO_RETRY, "close-no-retry", FAULT_ARG_NONE, 0,                      \
    "end streams after 2 s without retry")                                    \
  X(SLOT_LEAK, "slot-leak", FAULT_ARG_NONE, 0,                                \
    "let each ended stream use up one connection of the limit")               \
  X(OVERLOAD_ACCEPT_DROP, "overload-accept-drop", FAULT_ARG_NONE, 0,          \
    "accept beyond the limit and drop at once")                               \
  X(EVICT_AT_CAP, "evict-at-cap", FAULT_ARG_NONE, 0,                          \
    "reset the oldest stream to admit a new connection")                      \
  X(OVERLOAD_503_BARE, "overload-503-bare", FAULT_ARG_NONE, 0,                \
    "refuse without Retry-After")                                             \
  X(RETRY_AFTER_SAME, "retry-after-same", FAULT_ARG_NONE, 0,                  \
    "tell everybody the same Retry-After")                                    \
  X(STORM_REFUSE, "storm-refuse", FAULT_ARG_NONE, 0,                          \
    "when ten streams or more were lost at once, refuse as many")             \
  X(RST_CRASH, "rst-crash", FAULT_ARG_NONE, 0,                                \
    "drop all connections after 60 streams that were reset early")

#endif
