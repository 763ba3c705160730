/* SPDX-License-Identifier: MIT
 * The rows of the rules about timeouts; see rules_timeouts.c. */
#include "rules/rules.h"
#include "rules/rules_judges.h"

static const struct doctor_rule rows[] = {
    {.id = "nginx.read-timeout",
     .headline = "are cut off in silence",
     .title = "a quiet stream is cut",
     .severity = DOCTOR_ERROR,
     .graded = "error where the cut was measured before 5 minutes, or is "
               "shorter than the declared heartbeat or silence; else warn; "
               "nothing where it is twice the declared heartbeat, or an hour",
     .side = SIDE_BOTH,
     .families = FAMILY_UPSTREAM,
     .why = "proxy_read_timeout (60 s by default) runs between two reads from "
            "the application. When it ends, HTTP/1.1 clients see the "
            "connection close without a last chunk "
            "(ERR_INCOMPLETE_CHUNKED_ENCODING), HTTP/2 clients RST_STREAM "
            "INTERNAL_ERROR, and the access log a 200. EventSource "
            "reconnects, so it shows as a reconnection every minute and lost "
            "events between.",
     .fix = "proxy_read_timeout 1h;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "A heartbeat comment (`:` and a blank line) every 15 to 25 s "
                "is the better half of the fix: it also finds dead clients. "
                "A long timeout alone lets them linger.",
     .doc = NGX_PROXY "proxy_read_timeout",
     .judge = rule_judge_read_timeout},
    {.id = "nginx.read-timeout-zero",
     .headline = "never come: every request gets 504 at once",
     .title = "a timeout of 0 fails every request",
     .severity = DOCTOR_ERROR,
     .graded = "error, certain",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "0 is no special value for proxy_read_timeout and "
            "proxy_connect_timeout: they run out at once, 504.",
     .fix = "proxy_read_timeout 1h;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "send_timeout 0, proxy_send_timeout 0 and keepalive_timeout 0 "
                "are harmless.",
     .doc = NGX_PROXY "proxy_read_timeout",
     .judge = rule_judge_timeout_zero},
    {.id = "nginx.headers-withheld",
     .title = "an application that holds its headers back gets 504",
     .severity = DOCTOR_INFO,
     .graded = "info, measured",
     .side = SIDE_LIVE,
     .families = FAMILY_UPSTREAM,
     .why = "Frameworks that send headers with the first byte of the body say "
            "nothing until the first event. nginx waits proxy_read_timeout "
            "for them, answers 504, and with several servers counts a "
            "failure of the application.",
     .fix = "",
     .block = "location",
     .kind = FIX_KIND_NONE,
     .caveats = "",
     .doc = NGX_PROXY "proxy_read_timeout",
     .judge = rule_judge_withheld},
    {.id = "nginx.send-timeout",
     .title = "clients that stall for a moment are cut off",
     .severity = DOCTOR_WARN,
     .graded = "warn, below 15 s, or where the connection is reset",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "send_timeout runs between two successful writes to a client that "
            "is blocked; idle streams are not affected. With "
            "reset_timedout_connection what was queued is thrown away.",
     .fix = "send_timeout 60s;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "Cutting readers that are really stuck is right.",
     .doc = NGX_CORE "send_timeout",
     .judge = rule_judge_send_timeout},
    {.id = "nginx.timeouts-noop",
     .title = "timeouts that do nothing to an open stream",
     .severity = DOCTOR_INFO,
     .graded = "info, where they stand in the stream's own location",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "proxy_send_timeout, keepalive_timeout, client_*_timeout and the "
            "old http2_*_timeout are copied next to proxy_read_timeout. None "
            "of them cuts or keeps an open stream.",
     .fix = "",
     .block = "location",
     .kind = FIX_KIND_REMOVE,
     .caveats = "",
     .doc = NGX_PROXY "proxy_send_timeout",
     .judge = rule_judge_timeouts_noop},
    {.id = "nginx.stream-proxy-timeout",
     .headline = "are cut off in silence",
     .title = "a TCP proxy in front cuts quiet connections",
     .severity = DOCTOR_ERROR,
     .graded = "error; where a stream{} server of the same configuration "
               "leads to this one, or there is nothing but stream{}",
     .side = SIDE_STATIC,
     .families = FAMILY_ANY,
     .why = "stream{} proxies bytes: it does not buffer, but proxy_timeout "
            "(10 minutes by default) closes a connection that is silent in "
            "both directions.",
     .fix = "proxy_timeout 1h;",
     .block = "stream server",
     .kind = FIX_KIND_SET,
     .caveats = "",
     .doc = "https://nginx.org/en/docs/stream/"
            "ngx_stream_proxy_module.html#proxy_timeout",
     .judge = rule_judge_stream_timeout},
    {.id = "nginx.dead-clients",
     .title = "clients that vanish are never noticed",
     .severity = DOCTOR_WARN,
     .graded = "warn, where the read timeout is over an hour, no heartbeat "
               "is declared and no listener probes with so_keepalive",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "Without a FIN or RST nginx notices a dead client only when it "
            "writes to it: on a quiet stream, never before the read timeout.",
     .fix = "listen 443 ssl so_keepalive=60s:15s:4;",
     .block = "server",
     .kind = FIX_KIND_ADD,
     .caveats = "so_keepalive belongs to the socket, for all servers on it.",
     .doc = NGX_CORE "listen",
     .judge = rule_judge_dead_clients},
};

DOCTOR_GROUP(rules_timeouts, "Timeouts", rows);
