/* SPDX-License-Identifier: MIT
 * The faults that break one rule each of how an event stream is to be served,
 * by family; part of the table in faults.h.  The conformance checks are
 * proven against them: one row, one broken rule, nothing else. */
#ifndef WEIR_SERVER_BEHAVIOURS_FAULT_ROWS_H
#define WEIR_SERVER_BEHAVIOURS_FAULT_ROWS_H

/* What the response head says */
#define FAULT_HEAD_LIST(Y)                                                    \
  Y(STATUS_203, "status-203",                                                 \
    "answer a stream with 203, as a transforming proxy does")                 \
  Y(STATUS_206, "status-206", "answer a stream with 206")                     \
  Y(CT_MISSING, "ct-missing", "send no Content-Type")                         \
  Y(CT_HTML, "ct-html", "say text/html")                                      \
  Y(CT_TWICE, "ct-twice", "send two Content-Type lines")                      \
  Y(CT_LATIN1, "ct-latin1", "say charset=iso-8859-1")                         \
  Y(CT_PARAM, "ct-param", "add a parameter that is not charset")              \
  Y(NO_NOSNIFF, "no-nosniff", "leave out X-Content-Type-Options")             \
  Y(CACHE_MISSING, "cache-missing", "leave out Cache-Control")                \
  Y(CACHE_PUBLIC, "cache-public",                                             \
    "say that shared caches may keep the stream")                             \
  Y(TRANSFORMABLE, "transformable", "leave out no-transform")                 \
  Y(AGE, "age", "send Age and X-Cache, as a cache does")                      \
  Y(ETAG, "etag", "send an ETag")                                             \
  Y(NOT_MODIFIED, "304", "answer 304 to If-None-Match and If-Modified-Since") \
  Y(RANGE_206, "range-206", "answer 206 to a Range and announce ranges")      \
  Y(NO_VARY, "no-vary",                                                       \
    "compress where the client offers gzip, and say neither Vary nor "        \
    "no-store")                                                               \
  Y(COLLAPSE, "collapse",                                                     \
    "let a request wait for the end of one that is equal to the byte")        \
  Y(NO_DATE, "no-date", "leave out Date")                                     \
  Y(SET_COOKIE_ALWAYS, "set-cookie-always",                                   \
    "set a new session cookie in every response")                             \
  Y(ACCEPT_STRICT, "accept-strict",                                           \
    "answer 406 unless Accept names text/event-stream")                       \
  Y(BROWSER_400, "browser-400",                                               \
    "answer 400 to a request with Pragma, as browsers send it")               \
  Y(HTTP10, "http10", "answer an HTTP/1.1 request with HTTP/1.0")             \
  Y(OBS_FOLD, "obs-fold", "continue a header line on the next one")           \
  Y(HEADER_16K, "header-16k", "send 16 KiB of header lines")                  \
  Y(NO_ACCEL, "no-accel", "leave out X-Accel-Buffering")                      \
  Y(CORS_NONE, "cors-none", "leave out Access-Control-Allow-Origin")          \
  Y(CORS_TWICE, "cors-twice", "send Access-Control-Allow-Origin twice")       \
  Y(CORS_STAR_CREDENTIALS, "cors-star-credentials",                           \
    "allow every origin with credentials by *")                               \
  Y(CORS_REFLECT, "cors-reflect",                                             \
    "allow whatever origin asks, with credentials")                           \
  Y(CORS_NO_VARY, "cors-no-vary",                                             \
    "reflect the origin and not say Vary: Origin")                            \
  Y(PREFLIGHT_403, "preflight-403", "refuse preflights with 403")             \
  Y(PREFLIGHT_HANG, "preflight-hang", "never answer a preflight")

/* Errors, methods and redirects */
#define FAULT_ERROR_LIST(Y)                                                   \
  Y(FINISH_200_REPLAY, "finish-200-replay",                                   \
    "begin a finished stream again instead of answering 204")                 \
  Y(BODY_204, "204-with-body", "send a body with a 204")                      \
  Y(CACHEABLE_204, "204-cacheable", "let caches keep a 204")                  \
  Y(TOPICS_500, "topics-500", "answer 500 to more than 100 parameters")       \
  Y(GET_405, "get-405", "refuse GET of a stream")                             \
  Y(ERROR_AS_200, "error-as-200", "answer errors with 200 and text")          \
  Y(ERROR_CT_SSE, "error-ct-sse", "label error responses text/event-stream")  \
  Y(ERROR_CACHEABLE, "404-cacheable", "let caches keep error responses")      \
  Y(LOGIN_REDIRECT, "login-redirect",                                         \
    "send who lacks credentials to an HTML login page")                       \
  Y(NO_WWW_AUTH, "401-no-www-auth", "answer 401 without WWW-Authenticate")    \
  Y(HEAD_HANG, "head-hang", "never answer HEAD")                              \
  Y(HEAD_LEAK, "head-leak",                                                   \
    "let each HEAD use up one connection of the limit")                       \
  Y(OPTIONS_HANG, "options-hang", "never answer OPTIONS")                     \
  Y(PUT_STREAMS, "put-streams", "answer any method with a stream")            \
  Y(REDIRECT_NO_LOCATION, "redirect-no-location",                             \
    "redirect without Location")                                              \
  Y(REDIRECT_EMPTY, "redirect-empty", "redirect with an empty Location")      \
  Y(REDIRECT_LOOP, "redirect-loop", "redirect to itself")                     \
  Y(REDIRECT_DROPS_QUERY, "redirect-drops-query",                             \
    "redirect and lose the query")                                            \
  Y(REDIRECT_TO_HTTP, "redirect-to-http", "redirect to an absolute http URL") \
  Y(REDIRECT_NEEDS_AUTH, "redirect-needs-auth",                               \
    "redirect to another origin, and demand credentials there")               \
  Y(REDIRECT_302_POST, "redirect-302-post", "redirect POST with 302")         \
  Y(REDIRECT_NO_CORS, "redirect-no-cors",                                     \
    "redirect without Access-Control-Allow-Origin")                           \
  Y(REDIRECT_DROPS_ID, "redirect-drops-id",                                   \
    "redirect, and ignore Last-Event-ID behind it")

/* How the body is framed and coded */
#define FAULT_FRAMING_LIST(Y)                                                 \
  Y(CL_ENDLESS, "cl-endless", "give an endless stream a Content-Length")      \
  Y(CL_AND_TE, "cl-and-te",                                                   \
    "send Content-Length and Transfer-Encoding together")                     \
  Y(CLOSE_DELIMITED, "close-delimited", "end the body by closing only")       \
  Y(TE_GZIP, "te-gzip", "say Transfer-Encoding: gzip, chunked")               \
  Y(TE_ON_10, "te-on-10", "send chunks to an HTTP/1.0 client")                \
  Y(BAD_CHUNK_SIZE, "bad-chunk-size",                                         \
    "write every third chunk size one too small")                             \
  Y(CHUNK_EXT, "chunk-ext", "add an extension to every chunk")                \
  Y(NO_TERMINATOR, "no-terminator", "end a stream without its last chunk")    \
  Y(TRAILERS, "trailers", "send a field behind the last chunk")               \
  Y(SPLIT_WRITES, "split-writes", "spread every event over two chunks")       \
  Y(FORCE_GZIP, "force-gzip",                                                 \
    "compress although the client does not offer it")                         \
  Y(CE_IDENTITY, "ce-identity", "say Content-Encoding: identity")             \
  Y(CE_NONE, "ce-none", "say Content-Encoding: none")                         \
  Y(GZIP_NOFLUSH, "gzip-noflush", "compress when offered and never flush")    \
  Y(GZIP_ONE_LATE, "gzip-one-late",                                           \
    "compress when offered, each event one late")                             \
  Y(GZIP_32K, "gzip-32k", "compress when offered and hold back up to 32 KiB") \
  Y(HOLD_4K, "hold-4k", "hold the body back until 4 KiB of it have gathered") \
  Y(HEADERS_WITH_FIRST_EVENT, "headers-with-first-event",                     \
    "hold the head until the first event, 2 s or more")                       \
  Y(NO_PRELUDE, "no-prelude", "send no comment with the head")

/* Bytes, lines and blocks of the stream */
#define FAULT_BODY_LIST(Y)                                                    \
  Y(UTF8_BAD, "utf8-bad", "write bytes that are no UTF-8")                    \
  Y(UTF8_CUT, "utf8-cut", "cut a character in its middle")                    \
  Y(UTF16, "utf16", "write the stream as UTF-16")                             \
  Y(BOM, "bom", "begin with a byte order mark")                               \
  Y(INNER_BOM, "inner-bom", "begin a later line with a byte order mark")      \
  Y(MIXED_EOL, "mixed-eol", "end the lines of some events with CRLF")         \
  Y(CR_ONLY, "cr-only", "end lines with CR")                                  \
  Y(CRLF, "crlf", "end lines with CRLF")                                      \
  Y(UNKNOWN_FIELD, "unknown-field", "write a field that nobody knows")        \
  Y(HTML_LINE, "html-line", "write a line of HTML between the fields")        \
  Y(NAME_CASE, "name-case", "write a field name with a capital")              \
  Y(NAME_SPACE, "name-space", "write a space before a field name")            \
  Y(LONG_LINE, "long-line", "write one comment of more than 1 MiB")           \
  Y(NUL_DATA, "nul-data", "write a NUL character in a line")                  \
  Y(NO_BLANK_LINE, "no-blank-line",                                           \
    "write no blank lines, so that no event is ever complete")                \
  Y(UNTERMINATED_END, "unterminated-end", "end in the middle of a block")     \
  Y(EVENT_NO_DATA, "event-no-data", "write a block with a type and no data")  \
  Y(BARE_CONTROL, "bare-control", "write blocks of an id alone")              \
  Y(NAME_ERROR, "name-error", "name events \"error\"")                        \
  Y(NAME_SPACE_PAD, "name-space-pad", "put spaces around the event type")     \
  Y(DUP_FIELDS, "dup-fields", "write the id twice in a block")                \
  Y(SPLIT_STALL, "split-stall", "pause 600 ms in the middle of an event")     \
  Y(EVENT_2M, "event-2m", "write one event of 2 MiB")                         \
  Y(BAD_JSON, "bad-json", "leave out the last brace of every twelfth event")  \
  Y(EVENT_ONE_LATE, "event-one-late",                                         \
    "write an event's blank line in front of the next event")                 \
  Y(PAYLOAD_RAW_LINE, "payload-raw-line",                                     \
    "write the second line of a payload without \"data:\"")                   \
  Y(PAYLOAD_FFFD, "payload-fffd", "write U+FFFD in some payloads")            \
  Y(PAYLOAD_UNDEFINED, "payload-undefined", "write \"undefined\" as payload") \
  Y(PAYLOAD_PREFIX, "payload-prefix", "write \"data: \" twice")               \
  Y(PAYLOAD_NO_SPACE, "payload-no-space",                                     \
    "write words right behind \"data:\", some of which begin with a blank")   \
  Y(PAYLOAD_MIXED, "payload-mixed", "write plain text between JSON payloads") \
  Y(PAYLOAD_TWO, "payload-two", "write a second JSON value into an event")    \
  Y(ID_NUL, "id-nul", "put a NUL into ids")                                   \
  Y(ID_SPACE, "id-space", "put a space behind ids")                           \
  Y(ID_UTF8, "id-utf8", "put a character beyond ASCII into ids")              \
  Y(ID_9K, "id-9k", "write ids of 9000 bytes")                                \
  Y(ID_DUP, "id-dup", "give an event the id of the one before")               \
  Y(ID_GAP, "id-gap", "leave out every third event and its id")               \
  Y(ID_SOMETIMES, "id-sometimes", "leave out the id of every third event")    \
  Y(ID_RESET, "id-reset", "write an empty id with every third event")         \
  Y(RETRY_UNIT, "retry-unit", "write retry with a unit")                      \
  Y(RETRY_0, "retry-0", "write retry 0")                                      \
  Y(RETRY_NEVER, "retry-never",                                               \
    "write no retry, even where it was asked for")                            \
  Y(RETRY_LATE, "retry-late", "write retry in the fourth block only")         \
  Y(HB_NONE, "hb-none", "send no heartbeats")                                 \
  Y(HB_60, "hb-60", "send heartbeats every 60 s only")                        \
  Y(HB_EMPTY_EVENT, "hb-empty-event", "send an empty event as heartbeat")     \
  Y(HB_IN_BLOCK, "hb-in-block",                                               \
    "write a comment between the lines of a block")                           \
  Y(HB_LATE_FIRST, "hb-late-first",                                           \
    "send the first heartbeat after three times its time")                    \
  Y(IDLE_CUT, "idle-cut",                                                     \
    "end a stream 1.3 s behind its last event, heartbeats or not")

/* What becomes of a published text */
#define FAULT_PUBLISH_LIST(Y)                                                 \
  Y(RAW_NEWLINE, "raw-newline", "write line feeds of the text as they are")   \
  Y(CR_NEWLINE_LOST, "cr-newline-lost", "drop carriage returns of the text")  \
  Y(NO_SPACE_AFTER_COLON, "no-space-after-colon",                             \
    "write no space behind \"data:\"")                                        \
  Y(TRIM_TRAILING_LF, "trim-trailing-lf",                                     \
    "drop line feeds at the end of the text")                                 \
  Y(DROP_EMPTY, "drop-empty", "accept an empty text and send nothing")        \
  Y(ESCAPE_UNICODE_WRONG, "escape-unicode-wrong",                             \
    "replace characters beyond ASCII by \"?\"")                               \
  Y(INJECT_DATA_LF, "inject-data-lf",                                         \
    "paste the text behind \"data: \", line feeds and all")                   \
  Y(INJECT_DATA_CR, "inject-data-cr",                                         \
    "paste carriage returns of the text as they are")                         \
  Y(INJECT_ID, "inject-id", "accept line ends in an id")                      \
  Y(INJECT_EVENT, "inject-event", "accept line ends in an event type")        \
  Y(INJECT_RETRY, "inject-retry", "accept anything as retry, line ends too")  \
  Y(INJECT_COMMENT, "inject-comment", "accept line ends in a comment")

/* What a resumed stream gets */
#define FAULT_RESUME_LIST(Y)                                                  \
  Y(RESUME_CASE_SENSITIVE, "resume-case-sensitive",                           \
    "know Last-Event-ID in this spelling only")                               \
  Y(RESUME_INCLUSIVE, "resume-inclusive",                                     \
    "begin with the event the client has")                                    \
  Y(RESUME_SKIP_ONE, "resume-skip-one",                                       \
    "leave out the first event of a resume")                                  \
  Y(RESUME_NEWEST_ALL, "resume-newest-all",                                   \
    "begin with the oldest event of all after the newest id")                 \
  Y(REPLAY_ALL, "replay-all",                                                 \
    "begin every stream with all that is kept, whatever id it came with")     \
  Y(RESUME_DUP_ONE, "resume-dup-one",                                         \
    "send the first event of a resume twice")                                 \
  Y(RESUME_REORDER, "resume-reorder",                                         \
    "exchange the first two events of a resume")                              \
  Y(RESUME_MUTATE, "resume-mutate",                                           \
    "change the data of the first event of a resume")                         \
  Y(IDS_RANDOM, "ids-random", "write random ids")                             \
  Y(IDS_PER_CONN, "ids-per-conn", "number events per connection")             \
  Y(SEAM_RACE, "seam-race", "lose the first live event after a replay")       \
  Y(CONSUME_QUEUE, "consume-queue", "replay each event to one client only")   \
  Y(IDLESS_AFTER_RESUME, "idless-after-resume",                               \
    "write no id with the first event of a resume")                           \
  Y(RESUME_AFTER_RST_LATE, "resume-after-rst-late",                           \
    "take what was written to a reset connection for received")               \
  Y(RESUME_ONCE, "resume-once",                                               \
    "forget an id when a connection resumed from it breaks early")            \
  Y(EXPIRED_500, "expired-500", "answer 500 to an id older than the history") \
  Y(FUTURE_STALL, "future-stall",                                             \
    "send nothing after an id that was not given yet")                        \
  Y(EMPTY_ID_400, "empty-id-400", "answer 400 to an empty Last-Event-ID")     \
  Y(DUP_HEADER_RANDOM, "dup-header-random",                                   \
    "heed the first or the second of two Last-Event-ID in turn")              \
  Y(QUERY_WINS, "query-wins",                                                 \
    "let lastEventId in the query win over the header")                       \
  Y(IP_BOUND, "ip-bound", "resume only for the address that came first")      \
  Y(UNKNOWN_500, "unknown-500", "answer 500 to an unknown id")                \
  Y(UNKNOWN_HANG, "unknown-hang", "never answer an unknown id")               \
  Y(MALFORMED_500, "malformed-500",                                           \
    "answer 500 to an id that is not a number")                               \
  Y(CROSS_USER, "cross-user", "replay one user's events to others")

/* How connections end and are refused */
#define FAULT_LIFE_LIST(Y)                                                    \
  Y(FINITE_LOOP, "finite-loop", "end every stream after its first event")     \
  Y(TIGHT_CLOSE, "tight-close", "end every stream at once")                   \
  Y(SYNC_CLOSE, "sync-close", "end all streams at each multiple of 5 s")      \
  Y(CLOSE_NO_RETRY, "close-no-retry", "end streams after 2 s without retry")  \
  Y(SLOT_LEAK, "slot-leak",                                                   \
    "let each ended stream use up one connection of the limit")               \
  Y(OVERLOAD_ACCEPT_DROP, "overload-accept-drop",                             \
    "accept beyond the limit and drop at once")                               \
  Y(EVICT_AT_CAP, "evict-at-cap",                                             \
    "reset the oldest stream to admit a new connection")                      \
  Y(OVERLOAD_503_BARE, "overload-503-bare", "refuse without Retry-After")     \
  Y(RETRY_AFTER_SAME, "retry-after-same",                                     \
    "tell everybody the same Retry-After")                                    \
  Y(STORM_REFUSE, "storm-refuse",                                             \
    "when ten streams or more were lost at once, refuse as many")             \
  Y(RST_CRASH, "rst-crash",                                                   \
    "drop all connections after 60 streams that were reset early")

#endif
