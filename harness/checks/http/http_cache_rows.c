/* SPDX-License-Identifier: MIT
 * The rows of http.cache; see http_cache.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/http/http_judges.h"

#define SHOW_HEAD "curl -sN -m 2 -D - -o /dev/null {url}"

static const struct check rows[] = {
    {.id = "http.cache.no-store",
     .title = "Caches are told not to keep the stream",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9111 "5.2.2.5",
     .reference = "RFC 9111 sections 3, 5.2.2",
     .rationale =
         "A 200 to a GET may be stored without being told to. A cache that "
         "records a stream holds events back until it ends, or replays old "
         "ones to new clients. Browsers ask with no-store; proxies and other "
         "clients do not.",
     .causes = "No header set; a framework's default for dynamic pages.",
     .fix = {{"nginx", "add_header Cache-Control \"no-store, no-transform\";"},
             {"Node/Express",
              "res.set('Cache-Control', 'no-store, no-transform')."},
             {"Python/Starlette", "headers={\"Cache-Control\": \"no-store, "
                                  "no-transform\"}."},
             {"Go", "w.Header().Set(\"Cache-Control\", \"no-store, "
                    "no-transform\")."},
             {"Spring", "ResponseEntity.ok().cacheControl(noStore()."
                        "noTransform())."}},
     .reproduce = SHOW_HEAD " | grep -i cache-control",
     .judge = http_judge_cache_no_store},
    {.id = "http.cache.not-fresh",
     .title = "Nothing calls the stream fresh or public",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9111 "4.2",
     .reference = "RFC 9111 sections 3, 4.2",
     .rationale =
         "s-maxage and public let a CDN keep one client's stream and serve "
         "the record to others as if it were live: events arrive late, twice "
         "or at the wrong user. max-age does the same in one client's cache.",
     .causes = "Cache rules for a whole site; a CDN's override; a static "
               "file middleware in front of the handler.",
     .fix = {{"nginx", "expires off; in the stream's location; proxy_cache "
                       "off;"},
             {"Node/Express", "Mount the stream before express.static and "
                              "cache middleware."},
             {"Go", "Do not wrap the handler into a caching one."},
             {"any", "Send no-store and nothing beside it but no-transform; "
                     "exempt the path in the CDN."}},
     .reproduce = SHOW_HEAD " | grep -iE 'cache-control|expires|^date'",
     .judge = http_judge_cache_not_fresh},
    {.id = "http.cache.no-transform",
     .title = "The stream forbids transformation",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9111 "5.2.2.6",
     .reference = "RFC 9110 section 7.7; RFC 9111 section 5.2.2.6",
     .rationale =
         "Compression on the way collects bytes until a block is full. "
         "no-transform keeps CDNs, mobile proxies and several middlewares "
         "(Express's compression, Next.js, webpack's server) from doing it; "
         "without it events arrive in bunches in production only.",
     .causes = "Not known; no-cache alone was copied from an example.",
     .fix = {{"nginx", "add_header Cache-Control \"no-store, no-transform\"; "
                       "and gzip off; (nginx itself does not look)."},
             {"Node/Express", "res.set('Cache-Control', 'no-store, "
                              "no-transform'): compression obeys it."},
             {"Python/Starlette", "Same header; GZipMiddleware needs the path "
                                  "excluded as well."},
             {"any", "Add no-transform to Cache-Control."}},
     .reproduce = SHOW_HEAD " | grep -i no-transform",
     .judge = http_judge_cache_no_transform},
    {.id = "http.cache.no-age",
     .title = "The stream does not come out of a cache",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9111 "5.1",
     .reference = "RFC 9111 section 5.1; RFC 9211",
     .rationale =
         "Age, X-Cache: HIT or Cache-Status: hit say that these bytes were "
         "kept from an earlier request: the client reads somebody else's "
         "past and takes it for its own present.",
     .causes = "A CDN or reverse proxy that caches by path; a missing bypass "
               "for the stream.",
     .fix = {{"nginx", "proxy_cache off; in the stream's location."},
             {"any", "Bypass the cache for the path; in Varnish return(pipe) "
                     "or (pass) with beresp.do_stream."}},
     .reproduce = SHOW_HEAD " | grep -iE '^(age|x-cache|cache-status)'",
     .judge = http_judge_cache_no_age},
    {.id = "http.cache.no-validator",
     .title = "The stream has no ETag or Last-Modified",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9110 "8.8",
     .reference = "RFC 9110 section 8.8",
     .rationale =
         "Nobody can compute an ETag of a body that has no end. Where one is "
         "seen, a middleware digests whole bodies, which means buffering "
         "them: Rack's ETag held every event of Rails' live streams back.",
     .causes = "Rack::ETag, Express's etag with res.send, a proxy's ETag "
               "filter; a file served as a stream.",
     .fix = {{"nginx", "etag off; for a file; otherwise look upstream."},
             {"Node/Express", "res.write(), never res.send(), for streams."},
             {"Spring", "Exclude the path from ShallowEtagHeaderFilter."},
             {"any", "Take the digest middleware off the stream's route; in "
                     "Rack 2 set a Last-Modified of now to keep it off."}},
     .reproduce = SHOW_HEAD " | grep -iE '^(etag|last-modified)'",
     .judge = http_judge_cache_no_validator},
    {.id = "http.cache.no-304",
     .title = "Conditional requests get the stream, not 304 or 412",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges =
                   EX(EX_PLAIN) | EX(EX_IF_NONE_MATCH) | EX(EX_IF_MODIFIED)},
     .anchor = RFC_9110 "13.1.2",
     .reference = "RFC 9110 section 13; HTML: processing model",
     .rationale =
         "A cache between client and server makes requests conditional on "
         "its own. The 304 that comes back is no 200, so EventSource stops "
         "for good although the server is fine.",
     .causes = "Generic ETag or freshness middleware in front of the stream; "
               "Express's req.fresh.",
     .fix = {{"nginx", "if_modified_since off;"},
             {"Node/Express", "app.set('etag', false) or write the stream "
                              "with res.write()."},
             {"Spring", "Exclude the path from ShallowEtagHeaderFilter."},
             {"any", "Take the stream out of conditional handling."}},
     .reproduce = "curl -sN -m 2 -o /dev/null -w '%{http_code}\\n' -H "
                  "'If-None-Match: *' {url}",
     .judge = http_judge_cache_no_304},
    {.id = "http.cache.no-range",
     .title = "The stream is not offered in ranges",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_PLAIN) | EX(EX_RANGE)},
     .anchor = RFC_9110 "14.2",
     .reference = "RFC 9110 section 14; HTML: processing model",
     .rationale =
         "Players, download tools and some proxies ask for ranges when they "
         "may. A 206 or 416 ends an EventSource for good, and a stored part "
         "of a stream is joined to the wrong place.",
     .causes = "A file handler serves the stream; a proxy forces ranges.",
     .fix = {{"nginx", "max_ranges 0; and no proxy_force_ranges."},
             {"Go", "Do not use http.ServeContent for a growing file."},
             {"any", "Answer 200 and leave Accept-Ranges out."}},
     .reproduce = "curl -sN -m 2 -D - -o /dev/null -H 'Range: bytes=0-' {url}",
     .judge = http_judge_cache_no_range},
    {.id = "http.cache.vary",
     .title = "Vary names what the answer depends on",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_PLAIN) | EX(EX_ACCEPT_JSON) | EX(EX_CODED)},
     .anchor = RFC_9110 "12.5.5",
     .reference = "RFC 9110 section 12.5.5",
     .rationale =
         "One URL that serves JSON and a stream, or coded and plain bytes, "
         "needs Vary: otherwise a cache hands the JSON to an EventSource, "
         "which stops for good, or gzip to a client that did not ask.",
     .causes = "Content negotiation written by hand; gzip without Vary.",
     .fix = {{"nginx", "gzip_vary on;"},
             {"Node/Express", "res.vary('Accept') beside req.accepts()."},
             {"Spring", "Add Vary: Accept where produces is negotiated."},
             {"any", "Send Vary: Accept, Accept-Encoding as it applies."}},
     .reproduce = "curl -sN -m 2 -D - -o /dev/null -H 'Accept: "
                  "application/json' {url} | grep -iE 'vary|content-type'",
     .judge = http_judge_cache_vary},
    {.id = "http.cache.two-readers",
     .title = "Two readers at a time each get a live stream",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "N",
     .needs = {.exchanges = EX(EX_PLAIN) | EX(EX_SECOND)},
     .anchor = RFC_9111 "4",
     .reference = "RFC 9111 section 4",
     .rationale =
         "A cache that collapses equal requests lets the second client wait "
         "until the first one's stream ends, which is never, or gives it a "
         "record. With two tabs open, the second stays empty.",
     .causes = "proxy_cache_lock; request coalescing of a CDN or Varnish; a "
               "server that can serve one stream at a time.",
     .fix = {{"nginx", "proxy_cache off; (proxy_cache_lock waits)."},
             {"Python/Starlette", "No blocking calls in the generator; more "
                                  "than one thread under WSGI servers."},
             {"any", "return(pipe) in Varnish; bypass the CDN's cache."}},
     .reproduce = "curl -N -m 5 {url} & curl -N -m 5 {url}; wait",
     .judge = http_judge_cache_two_readers},
};

CHECK_GROUP(group_http_cache, "http.cache", rows);
