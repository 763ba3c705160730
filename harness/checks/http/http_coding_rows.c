/* SPDX-License-Identifier: MIT
 * The rows of http.coding; see http_coding.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/http/http_judges.h"

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
