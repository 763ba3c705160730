/* SPDX-License-Identifier: MIT
 * http.cache: nobody on the way keeps, ages, revalidates or cuts a stream. */
#include <ctype.h>
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/mime.h"
#include "checks/core/specs.h"
#include "checks/http/cache_control.h"
#include "checks/http/http_common.h"

static void http_judge_cache_no_store(const struct check_input *in,
                                      struct finding *f)
{
  const struct recording *r = input_stream(in, EX_PLAIN, f);
  struct cache_control cc;
  if(!r)
    return;
  finding_show_field(f, r, "Cache-Control");
  cache_control_parse(&r->head, &cc);
  if(cc.no_store)
    finding_set(f, VERDICT_PASS, "no-store");
  else if(cc.no_cache || cc.is_private)
    finding_set(f, VERDICT_PASS, "%s; no-store would say it fully",
                cc.no_cache ? "no-cache" : "private");
  else
    finding_broken(f, cc.present
                          ? "Cache-Control has none of no-store, no-cache, "
                            "private"
                          : "no Cache-Control");
}

/* The directives that call the stream fresh or shared. */
static void name_offenders(struct finding *f, const struct cache_control *cc,
                           int64_t expires_in_s)
{
  if(cc->is_public)
    finding_note(f, "public: any shared cache may keep it");
  if(cc->s_maxage_s > 0)
    finding_note(f, "s-maxage=%lld: fresh for shared caches",
                 (long long)cc->s_maxage_s);
  if(cc->max_age_s > 0)
    finding_note(f, "max-age=%lld: fresh", (long long)cc->max_age_s);
  if(cc->immutable)
    finding_note(f, "immutable: never asked for again");
  if(cc->max_age_s < 0 && expires_in_s > 0)
    finding_note(f, "Expires lies %lld s ahead", (long long)expires_in_s);
}

/* public and s-maxage fail only where nothing forbids the cache to use what it
 * keeps: beside no-store or no-cache they are a contradiction that no cache
 * resolves in favour of serving it. */
static void http_judge_cache_not_fresh(const struct check_input *in,
                                       struct finding *f)
{
  const struct recording *r = input_stream(in, EX_PLAIN, f);
  struct cache_control cc;
  int64_t now_s, expires_s = 0;
  bool shared, fresh;
  if(!r)
    return;
  finding_show_field(f, r, "Cache-Control");
  finding_show_field(f, r, "Expires");
  now_s = (int64_t)(r->started_real_ns / 1000000000u);
  cache_control_parse(&r->head, &cc);
  if(!cache_expires_in(&r->head, now_s, &expires_s))
    expires_s = 0;
  name_offenders(f, &cc, expires_s);
  shared = cc.is_public || cc.s_maxage_s > 0;
  fresh =
      cc.max_age_s > 0 || cc.immutable || (cc.max_age_s < 0 && expires_s > 0);
  if(!shared && !fresh)
    finding_set(f, VERDICT_PASS, "nothing calls the stream fresh");
  else if(cc.no_store || cc.no_cache)
    finding_set(f, VERDICT_WARN,
                "contradictory: %s beside directives that "
                "call it fresh or public",
                cc.no_store ? "no-store" : "no-cache");
  else if(shared)
    finding_set(f, VERDICT_FAIL,
                "shared caches may keep the stream and serve "
                "the copy to others");
  else
    finding_set(f, VERDICT_WARN,
                "clients' caches may take a kept copy for "
                "the live stream");
}

static void http_judge_cache_no_transform(const struct check_input *in,
                                          struct finding *f)
{
  const struct recording *r = input_stream(in, EX_PLAIN, f);
  struct cache_control cc;
  if(!r)
    return;
  finding_show_field(f, r, "Cache-Control");
  cache_control_parse(&r->head, &cc);
  if(cc.no_transform)
    finding_set(f, VERDICT_PASS, "no-transform");
  else
    finding_broken(f, "no no-transform: compressing proxies and middleware "
                      "may hold events back");
}

static bool holds_word(struct slice s, const char *word)
{
  size_t n = strlen(word), i, k;
  for(i = 0; i + n <= s.n; i++) {
    for(k = 0; k < n && tolower((unsigned char)s.p[i + k]) == word[k];)
      k++;
    if(k == n)
      return true;
  }
  return false;
}

/* "; hit" as a parameter of any member (RFC 9211 section 2.1). */
static bool status_says_hit(struct slice line)
{
  while(line.p) {
    struct slice member = slice_cut(&line, ',');
    (void)slice_cut(&member, ';');
    while(member.p) {
      struct slice parameter = slice_trim(slice_cut(&member, ';'));
      if(slice_ieq_cstr(parameter, "hit"))
        return true;
    }
  }
  return false;
}

/* An Age of 0 is INFO: Varnish and Fastly send one with answers that they pass
 * through, so it proves a cache on the way and no copy. */
static void http_judge_cache_no_age(const struct check_input *in,
                                    struct finding *f)
{
  const struct recording *r = input_stream(in, EX_PLAIN, f);
  struct slice age;
  if(!r)
    return;
  finding_show_field(f, r, "Age");
  finding_show_field(f, r, "X-Cache");
  finding_show_field(f, r, "Cache-Status");
  age = recording_field(&r->head, "Age", 0);
  if(holds_word(recording_field(&r->head, "X-Cache", 0), "hit") ||
     status_says_hit(recording_field(&r->head, "Cache-Status", 0)))
    finding_broken(f, "a cache says that it served this stream");
  else if(age.n && !slice_eq_cstr(age, "0"))
    finding_broken(f, "Age: the stream comes out of a cache");
  else if(age.n)
    finding_set(f, VERDICT_INFO, "Age: 0, there is a cache on the way");
  else
    finding_set(f, VERDICT_PASS, "no sign of a cache");
}

/* Rack needs some Last-Modified to keep its ETag middleware off a stream; such
 * a dummy is the time of the answer itself. */
static bool is_dummy_date(const struct recording *r)
{
  int64_t now_s = (int64_t)(r->started_real_ns / 1000000000u);
  int64_t modified_s, date_s;
  if(!http_date_parse(recording_field(&r->head, "Last-Modified", 0), now_s,
                      &modified_s))
    return true;
  if(!http_date_parse(recording_field(&r->head, "Date", 0), now_s, &date_s))
    date_s = now_s;
  return modified_s >= date_s - 2 && modified_s <= date_s + 2;
}

static void http_judge_cache_no_validator(const struct check_input *in,
                                          struct finding *f)
{
  const struct recording *r = input_stream(in, EX_PLAIN, f);
  if(!r)
    return;
  finding_show_field(f, r, "ETag");
  finding_show_field(f, r, "Last-Modified");
  if(recording_count_field(&r->head, "ETag"))
    finding_broken(f, "an ETag on a stream: something digests, and so "
                      "buffers, responses");
  else if(!recording_count_field(&r->head, "Last-Modified"))
    finding_set(f, VERDICT_PASS, "no validators");
  else if(is_dummy_date(r))
    finding_set(f, VERDICT_INFO,
                "a Last-Modified of the answer's own time, "
                "as used against Rack's ETag middleware");
  else
    finding_broken(f, "a Last-Modified on a stream: is it served as a file?");
}

static bool is_conditional_answer(int status)
{
  return status == 304 || status == 412;
}

static void http_judge_cache_no_304(const struct check_input *in,
                                    struct finding *f)
{
  static const enum exchange_id id[] = {EX_IF_NONE_MATCH, EX_IF_MODIFIED};
  const struct recording *r, *odd = NULL;
  size_t i;
  if(!input_stream(in, EX_PLAIN, f))
    return;
  for(i = 0; i < 2; i++) {
    r = input_answer(in, id[i], f);
    if(!r)
      return;
    finding_show_head(f, r);
    if(is_conditional_answer(r->head.status)) {
      finding_broken(f, "\"%s\" is answered %d: EventSource stops for good",
                     r->name, r->head.status);
      return;
    }
    odd = r->head.status == 200 ? odd : r;
  }
  if(odd)
    finding_set(f, VERDICT_WARN,
                "\"%s\" is answered %d, the plain request "
                "200",
                odd->name, odd->head.status);
  else
    finding_set(f, VERDICT_PASS, "conditional requests get the stream");
}

static void http_judge_cache_no_range(const struct check_input *in,
                                      struct finding *f)
{
  const struct recording *plain = input_stream(in, EX_PLAIN, f);
  const struct recording *r = plain ? input_answer(in, EX_RANGE, f) : NULL;
  if(!r)
    return;
  finding_show_head(f, r);
  finding_show_field(f, plain, "Accept-Ranges");
  if(r->head.status == 206 || r->head.status == 416)
    finding_broken(f, "a range of the stream is answered %d", r->head.status);
  else if(recording_list_has(&plain->head, "Accept-Ranges", "bytes"))
    finding_broken(f, "Accept-Ranges: bytes on a stream");
  else if(r->head.status == 200)
    finding_set(f, VERDICT_PASS, "a range request gets the whole stream");
  else
    finding_set(f, VERDICT_WARN, "a range request is answered %d",
                r->head.status);
}

static bool varies_by(const struct recording *r, const char *name)
{
  return recording_list_has(&r->head, "Vary", name) ||
         recording_list_has(&r->head, "Vary", "*");
}

/* True when the answers differ with that request field and do not say so. */
static bool hides_choice(struct finding *f, const struct recording *r,
                         const char *field, bool differs)
{
  if(!differs)
    return false;
  finding_note(f, "\"%s\" is answered differently because of %s", r->name,
               field);
  finding_show_field(f, r, "Vary");
  return !varies_by(r, field);
}

/* Origin is left to http.cors.vary: one cause, one finding.  Where the answer
 * is no-store there is no cache to mislead, so that a missing Vary (nginx's
 * gzip without gzip_vary) is INFO. */
static void http_judge_cache_vary(const struct check_input *in,
                                  struct finding *f)
{
  const struct recording *plain = input_stream(in, EX_PLAIN, f);
  const struct recording *json =
      plain ? input_answer(in, EX_ACCEPT_JSON, f) : NULL;
  const struct recording *coded = json ? input_answer(in, EX_CODED, f) : NULL;
  bool other_type, other_coding, hidden;
  if(!coded)
    return;
  other_type = json->head.status == 200 && !input_is_stream(json);
  other_coding = recording_count_field(&coded->head, "Content-Encoding") &&
                 !recording_count_field(&plain->head, "Content-Encoding");
  hidden = hides_choice(f, json, "Accept", other_type);
  hidden |= hides_choice(f, coded, "Accept-Encoding", other_coding);
  if(!other_type && !other_coding)
    finding_set(f, VERDICT_PASS, "nothing is negotiated");
  else if(!hidden)
    finding_set(f, VERDICT_PASS, "Vary names what is negotiated");
  else if(recording_list_has(&coded->head, "Cache-Control", "no-store"))
    finding_set(f, VERDICT_INFO,
                "Vary is incomplete, but the stream is "
                "no-store");
  else
    finding_broken(f, "content is negotiated and Vary does not say by what");
}

/* A judgement from outside of a requirement that only an origin behind the
 * proxy can prove: it sees a second reader who waits for the first one's end,
 * or is ended early with a copy. */
static void http_judge_cache_two_readers(const struct check_input *in,
                                         struct finding *f)
{
  const struct recording *a = input_stream(in, EX_PLAIN, f);
  const struct recording *b = a ? input_exchange(in, EX_SECOND) : NULL;
  if(!a)
    return;
  f->recording = b;
  finding_show_head(f, b);
  if(in->target->busy_status) {
    finding_set(f, VERDICT_SKIP,
                "one stream at a time is let in: the second "
                "reader is answered %d",
                b->head.status);
    return;
  }
  f->timing = true;
  finding_note(f, "%s: %zu event(s), %s after %.0f ms", a->name, a->events,
               recording_end_name(a->end), http_ms(a->end_ns));
  finding_note(f, "%s: %zu event(s), %s after %.0f ms", b->name, b->events,
               recording_end_name(b->end), http_ms(b->end_ns));
  if(b->head.status == 0)
    finding_broken(f, "a second reader gets no answer while the first one "
                      "reads: requests are collapsed");
  else if(!input_is_stream(b))
    finding_set(f, VERDICT_UNTESTABLE, "the second reader is answered %d",
                b->head.status);
  else if(http_ended_by_server(b) && a->end == REC_END_OURS)
    finding_broken(f, "the second reader's stream ended while the first one "
                      "went on: was it a copy?");
  else
    finding_set(f, VERDICT_PASS, "two readers, two live streams");
}

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
     .severity = SEVERITY_I,
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
