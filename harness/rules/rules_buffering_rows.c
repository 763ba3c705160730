/* SPDX-License-Identifier: MIT
 * The rows of the rules about buffering; see rules_buffering.c. */
#include "rules/rules.h"
#include "rules/rules_judges.h"

static const struct doctor_rule rows[] = {
    {.id = "nginx.buffering-tls-hold",
     .headline =
         "do not reach HTTPS clients on HTTP/1.1 before 16 KiB have gathered",
     .title = "the TLS buffer holds the stream for HTTPS clients on HTTP/1.1",
     .severity = DOCTOR_ERROR,
     .graded = "error; certain where a TLS listener has no HTTP/2",
     .side = SIDE_BOTH,
     .families = FAMILY_BUFFERED,
     .why = "A buffered response is written to the TLS layer without a flush, "
            "and that layer gathers ssl_buffer_size bytes (16 KiB) before it "
            "encrypts. Over http:// the same configuration streams, over "
            "HTTP/2 it does too; over HTTPS with HTTP/1.1 clients see no "
            "headers, no events, no heartbeats. This is why the often copied "
            "recipe without proxy_buffering off fails once TLS is added.",
     .fix = "proxy_buffering off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "A smaller ssl_buffer_size only makes smaller bursts.",
     .doc = NGX_HTTP "ssl_module.html#ssl_buffer_size",
     .judge = rule_judge_tls_hold},
    {.id = "nginx.buffering-on",
     .headline = "reach clients late, in bursts",
     .title = "responses of the stream are buffered",
     .severity = DOCTOR_ERROR,
     .graded = "error when events were measured late, or where they surely "
               "are (FastCGI, uwsgi, SCGI, HTTP/1.0 to the application, TLS "
               "without HTTP/2, compression); else warn",
     .side = SIDE_BOTH,
     .families = FAMILY_BUFFERED,
     .why = "With buffering on, nginx passes a response on when a buffer is "
            "full. Events come in bursts of 4 or 16 KiB or all at the end, "
            "and the response headers wait with them: EventSource stays "
            "CONNECTING. Whether it shows depends on the framing of the "
            "application's response, the client's transport, compression and "
            "the size of events, so it may work in a test and fail in "
            "production.",
     .fix = "proxy_buffering off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "Not allowed inside `if`. Without touching nginx, the "
                "application can send X-Accel-Buffering: no on the stream. "
                "Unbuffered, a slow client slows the application's writes.",
     .doc = NGX_PROXY "proxy_buffering",
     .judge = rule_judge_buffering_on},
    {.id = "nginx.buffering-large-event-tail",
     .headline = "of more than 4 KiB arrive one interval late",
     .title = "the end of a large event waits for the next one",
     .severity = DOCTOR_ERROR,
     .graded = "error when measured, else warn; not where all declared "
               "events are small",
     .side = SIDE_BOTH,
     .families = FAMILY_BIT(CONF_PROXY),
     .why = "Small events pass a buffering nginx at once when the "
            "application sends chunks. An event above one buffer (4 KiB) "
            "leaves in full buffers only: its rest goes out with the next "
            "event. Tests with small events do not show it.",
     .fix = "proxy_buffering off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "Larger buffers only move the threshold.",
     .doc = NGX_PROXY "proxy_buffer_size",
     .judge = rule_judge_large_tail},
    {.id = "nginx.small-buffers-folklore",
     .title = "small buffers instead of no buffering",
     .severity = DOCTOR_INFO,
     .graded = "info",
     .side = SIDE_STATIC,
     .families = FAMILY_BUFFERED,
     .why = "proxy_buffer_size 1k and the like are copied as a cure; measured "
            "they give bursts of 1 KiB. The same goes for padding: a comment "
            "of 2 KiB does nothing, one of 4 KiB releases the headers only.",
     .fix = "proxy_buffering off;",
     .block = "location",
     .kind = FIX_KIND_NONE,
     .caveats = "",
     .doc = NGX_PROXY "proxy_buffer_size",
     .judge = rule_judge_small_buffers},
    {.id = "nginx.temp-file-spool",
     .title = "a slow reader's stream is written to disk",
     .severity = DOCTOR_WARN,
     .graded = "warn",
     .side = SIDE_BOTH,
     .families = FAMILY_BUFFERED,
     .why = "With buffering on the application never learns that a client is "
            "slow: nginx spools up to proxy_max_temp_file_size (1 GiB) per "
            "connection and delivers events that are long out of date.",
     .fix = "proxy_buffering off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "proxy_max_temp_file_size 0; also ends the spooling.",
     .doc = NGX_PROXY "proxy_max_temp_file_size",
     .judge = rule_judge_temp_spool},
    {.id = "nginx.header-buffer-too-small",
     .title = "the buffer for response headers is very small",
     .severity = DOCTOR_ERROR,
     .graded = "error when 502 was measured, else warn; only below 4k",
     .side = SIDE_BOTH,
     .families = FAMILY_BUFFERED,
     .why = "The whole response head must fit into proxy_buffer_size, with "
            "buffering off too. Long cookies or a Content-Security-Policy "
            "then give 502.",
     .fix = "proxy_buffer_size 16k; proxy_buffers 8 16k; "
            "proxy_busy_buffers_size 32k;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "nginx checks the three against each other when it starts.",
     .doc = NGX_PROXY "proxy_buffer_size",
     .judge = rule_judge_header_buffer},
    {.id = "nginx.unbuffered-read-size",
     .title = "large events leave in many small pieces",
     .severity = DOCTOR_INFO,
     .graded = "info, where events of 16 buffers or more were declared",
     .side = SIDE_STATIC,
     .families = FAMILY_BUFFERED,
     .why = "Unbuffered, each pass moves at most proxy_buffer_size bytes. The "
            "delay is below 2 ms even for 64 KiB, but one event is many "
            "chunks.",
     .fix = "proxy_buffer_size 64k;",
     .block = "location",
     .kind = FIX_KIND_NONE,
     .caveats = "",
     .doc = NGX_PROXY "proxy_buffer_size",
     .judge = rule_judge_read_size},
    {.id = "nginx.postpone-output",
     .title = "output settings that do nothing for a proxied stream",
     .severity = DOCTOR_INFO,
     .graded = "info, where they stand in the stream's own location",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "postpone_output, tcp_nopush, sendfile, output_buffers and aio "
            "are often copied next to proxy_buffering. None had a measurable "
            "effect on events.",
     .fix = "",
     .block = "location",
     .kind = FIX_KIND_REMOVE,
     .caveats = "",
     .doc = NGX_CORE "postpone_output",
     .judge = rule_judge_postpone},
    {.id = "nginx.tcp-nodelay-off",
     .title = "small writes may wait for an acknowledgement",
     .severity = DOCTOR_WARN,
     .graded = "warn, possible: it shows on real networks only",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "tcp_nodelay off keeps Nagle's algorithm even for unbuffered "
            "responses.",
     .fix = "tcp_nodelay on;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "On loopback only merged segments were seen.",
     .doc = NGX_CORE "tcp_nodelay",
     .judge = rule_judge_nodelay_off},
};

DOCTOR_GROUP(rules_buffering, "Buffering", rows);
