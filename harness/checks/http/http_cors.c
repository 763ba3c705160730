/* SPDX-License-Identifier: MIT
 * http.cors: may pages of another origin read the stream, and which? */
#include "checks/http/http_cors.h"
#include "checks/core/groups.h"
#include "checks/core/specs.h"

#include <string.h>

#include "checks/http/http_common.h"

#define ALLOW_ORIGIN      "Access-Control-Allow-Origin"
#define ALLOW_CREDENTIALS "Access-Control-Allow-Credentials"
#define ALLOW_HEADERS     "Access-Control-Allow-Headers"
#define EVIL              "https://evil.example"

static struct slice allowed_origin(const struct recording *r)
{
  return recording_field(&r->head, ALLOW_ORIGIN, 0);
}

/* Exactly "true": the comparison keeps case. */
static bool allows_credentials(const struct recording *r)
{
  return recording_count_field(&r->head, ALLOW_CREDENTIALS) == 1 &&
         slice_eq_cstr(recording_field(&r->head, ALLOW_CREDENTIALS, 0),
                       "true");
}

bool http_cors_allows(const struct recording *r, const char *origin,
                      bool with_credentials)
{
  struct slice allowed = allowed_origin(r);
  if(recording_count_field(&r->head, ALLOW_ORIGIN) != 1)
    return false;
  if(!with_credentials && slice_eq_cstr(allowed, "*"))
    return true;
  return slice_eq_cstr(allowed, origin) &&
         (!with_credentials || allows_credentials(r));
}

/* How many values all the lines hold. */
static size_t count_values(const struct recording *r)
{
  size_t i, n = 0;
  for(i = 0; i < recording_count_field(&r->head, ALLOW_ORIGIN); i++) {
    struct slice rest = recording_field(&r->head, ALLOW_ORIGIN, i);
    do {
      (void)slice_cut(&rest, ',');
      n++;
    } while(rest.p);
  }
  return n;
}

/* The answer to a cross-origin request if it is a 200. */
static const struct recording *cross_origin(const struct check_input *in,
                                            enum exchange_id id,
                                            struct finding *f)
{
  const struct recording *r = input_stream(in, id, f);
  if(!r)
    return NULL;
  finding_show_head(f, r);
  finding_show_field(f, r, ALLOW_ORIGIN);
  return r;
}

/* Several values are http.cors.single's failure, not this one's. */
static void http_judge_cors_acao(const struct check_input *in,
                                 struct finding *f)
{
  const struct recording *r = cross_origin(in, EX_ORIGIN, f);
  if(!r)
    return;
  if(count_values(r) > 1)
    finding_set(f, VERDICT_UNTESTABLE,
                "several values: http.cors.single "
                "judges that");
  else if(http_cors_allows(r, in->target->origin, false))
    finding_set(f, VERDICT_PASS, "the origin is allowed");
  else
    finding_broken(f, "%s may not read the stream", in->target->origin);
}

static void http_judge_cors_single(const struct check_input *in,
                                   struct finding *f)
{
  const struct recording *r = cross_origin(in, EX_ORIGIN, f);
  size_t n;
  if(!r)
    return;
  n = count_values(r);
  if(n == 0)
    finding_set(f, VERDICT_UNTESTABLE, "no " ALLOW_ORIGIN " to count");
  else if(n == 1)
    finding_set(f, VERDICT_PASS, "one value");
  else
    finding_broken(f, "%zu values: browsers refuse them all", n);
}

/* A public stream that answers "*" and says nothing of credentials needs none:
 * SKIP, unless the target was declared with some. */
static void http_judge_cors_credentials(const struct check_input *in,
                                        struct finding *f)
{
  const struct recording *r = cross_origin(in, EX_ORIGIN_COOKIE, f);
  struct slice said;
  if(!r)
    return;
  finding_show_field(f, r, ALLOW_CREDENTIALS);
  said = recording_field(&r->head, ALLOW_CREDENTIALS, 0);
  if(count_values(r) > 1)
    finding_set(f, VERDICT_UNTESTABLE,
                "several values: http.cors.single "
                "judges that");
  else if(http_cors_allows(r, in->target->origin, true))
    finding_set(f, VERDICT_PASS, "allowed with credentials");
  else if(!said.n && !in->target->has_credentials)
    finding_set(f, VERDICT_SKIP, "the stream does not ask for credentials");
  else if(!said.n)
    finding_broken(f, "credentials are needed and not allowed");
  else if(!allows_credentials(r))
    finding_broken(f, ALLOW_CREDENTIALS " must be exactly \"true\"");
  else
    finding_broken(f, "credentials are allowed, but the origin is \"*\" or "
                      "another one: browsers refuse that");
}

static void http_judge_cors_no_reflection(const struct check_input *in,
                                          struct finding *f)
{
  const struct recording *r = input_answer(in, EX_ORIGIN_EVIL, f);
  if(!r)
    return;
  finding_show_head(f, r);
  finding_show_field(f, r, ALLOW_ORIGIN);
  finding_show_field(f, r, ALLOW_CREDENTIALS);
  if(http_cors_allows(r, EVIL, true))
    finding_broken(f, "any site may read the stream with its visitors' "
                      "cookies: " EVIL " was allowed");
  else if(slice_eq_cstr(allowed_origin(r), EVIL))
    finding_set(f, VERDICT_PASS,
                "origins are reflected, but without "
                "credentials");
  else
    finding_set(f, VERDICT_PASS, EVIL " is not allowed");
}

static void http_judge_cors_vary(const struct check_input *in,
                                 struct finding *f)
{
  const struct recording *r = cross_origin(in, EX_ORIGIN, f);
  const struct recording *evil =
      r ? input_answer(in, EX_ORIGIN_EVIL, f) : NULL;
  if(!evil)
    return;
  finding_show_field(f, evil, ALLOW_ORIGIN);
  finding_show_field(f, r, "Vary");
  if(slice_eq(allowed_origin(r), allowed_origin(evil)))
    finding_set(f, VERDICT_PASS, "the answer does not depend on the origin");
  else if(recording_list_has(&r->head, "Vary", "Origin") ||
          recording_list_has(&r->head, "Vary", "*"))
    finding_set(f, VERDICT_PASS, "Vary names Origin");
  else
    finding_broken(f, "the answer depends on the origin and Vary does not "
                      "say so");
}

/* Allowed by name, or by "*" where no credentials are used. */
static bool allows_last_event_id(const struct check_input *in,
                                 const struct recording *r)
{
  if(recording_list_has(&r->head, ALLOW_HEADERS, "last-event-id"))
    return true;
  return !in->target->has_credentials &&
         recording_list_has(&r->head, ALLOW_HEADERS, "*");
}

static void http_judge_cors_preflight_id(const struct check_input *in,
                                         struct finding *f)
{
  const struct recording *r = input_exchange(in, EX_PREFLIGHT);
  finding_show_head(f, r);
  f->timing = true;
  if(r->head.status == 0) {
    finding_broken(f, "the preflight gets no answer: %s",
                   recording_end_name(r->end));
    return;
  }
  finding_show_field(f, r, ALLOW_ORIGIN);
  finding_show_field(f, r, ALLOW_HEADERS);
  if(r->head.status < 200 || r->head.status > 299)
    finding_broken(f, "the preflight is answered %d, not 2xx", r->head.status);
  else if(!http_cors_allows(r, in->target->origin,
                            in->target->has_credentials))
    finding_broken(f, "the preflight does not allow the origin");
  else if(!allows_last_event_id(in, r))
    finding_broken(f, "the preflight does not allow Last-Event-ID: "
                      "fetch-based clients cannot resume");
  else if(http_head_time(r) > http_head_limit(in, r))
    finding_broken(f, "the preflight is answered after %.0f ms",
                   http_ms(http_head_time(r)));
  else
    finding_set(f, VERDICT_PASS, "the preflight allows Last-Event-ID");
}

static void http_judge_cors_on_error(const struct check_input *in,
                                     struct finding *f)
{
  const struct recording *r = input_answer(in, EX_WRONG_PATH_ORIGIN, f);
  if(!r)
    return;
  finding_show_head(f, r);
  finding_show_field(f, r, ALLOW_ORIGIN);
  if(r->head.status < 400)
    finding_set(f, VERDICT_SKIP, "a wrong path is answered %d",
                r->head.status);
  else if(http_cors_allows(r, in->target->origin, false))
    finding_set(f, VERDICT_PASS, "the origin may read the error");
  else
    finding_broken(f,
                   "the origin may not read the %d: pages see a network "
                   "error in its place",
                   r->head.status);
}

#define ORIGIN "-H 'Origin: https://app.example'"
#define SHOW_CORS                                                             \
  "curl -sN -m 2 -D - -o /dev/null " ORIGIN " {url} | grep -i access-control"

static const struct check rows[] = {
    {.id = "http.cors.acao",
     .title = "The origin is allowed to read the stream",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_ORIGIN)},
     .anchor = FETCH "cors-check",
     .reference = "Fetch: CORS check",
     .rationale =
         "Without the header, or with another origin in it, the browser "
         "throws the answer away and EventSource ends in CLOSED; curl and "
         "servers' logs show a perfect stream.",
     .causes = "CORS set for the API and not for the stream; \"null\" or a "
               "trailing slash in the origin.",
     .fix = {{"nginx", "add_header Access-Control-Allow-Origin $cors_origin "
                       "always; with a map of allowed origins."},
             {"Node/Express", "app.use(cors({origin: [...]}))."},
             {"Python/Starlette", "CORSMiddleware(allow_origins=[...])."},
             {"Go", "Set the header before the first Write."},
             {"Spring", "@CrossOrigin(origins = ...)."}},
     .reproduce = SHOW_CORS,
     .judge = http_judge_cors_acao,
     .skip = http_skip_without_origin},
    {.id = "http.cors.single",
     .title = "Access-Control-Allow-Origin has one value",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_ORIGIN)},
     .anchor = FETCH "cors-check",
     .reference = "Fetch: CORS check",
     .rationale =
         "Two lines, or a list, are joined and compared as one text, which "
         "never equals the origin: browsers refuse the answer even when all "
         "values are right.",
     .causes = "The application and the proxy both add the header.",
     .fix = {{"nginx", "proxy_hide_header Access-Control-Allow-Origin; or "
                       "leave it to the application."},
             {"any", "Add it in one place; choose one origin per answer."}},
     .reproduce = SHOW_CORS "-allow-origin",
     .judge = http_judge_cors_single,
     .skip = http_skip_without_origin},
    {.id = "http.cors.credentials",
     .title = "With credentials the origin is named and they are allowed",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_ORIGIN_COOKIE)},
     .anchor = FETCH "cors-check",
     .reference = "Fetch: CORS check",
     .rationale =
         "new EventSource(url, {withCredentials: true}) fails unless the "
         "origin itself, not \"*\", is allowed and credentials are exactly "
         "\"true\" (in lower case).",
     .causes = "\"*\" as a default; \"True\" from a language's own boolean.",
     .fix = {{"nginx", "add_header Access-Control-Allow-Credentials true "
                       "always; beside a mapped origin."},
             {"Node/Express", "cors({origin: [...], credentials: true})."},
             {"Python/Starlette", "allow_credentials=True with a list of "
                                  "origins."},
             {"Spring", "allowCredentials = \"true\" with origins named."}},
     .reproduce = "curl -sN -m 2 -D - -o /dev/null " ORIGIN
                  " -H 'Cookie: a=b' {url} | grep -i access-control",
     .judge = http_judge_cors_credentials,
     .skip = http_skip_without_origin},
    {.id = "http.cors.no-reflection",
     .title = "Unknown origins are not allowed with credentials",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_ORIGIN_EVIL)},
     .anchor = FETCH "cors-protocol-and-credentials",
     .reference = "Fetch: CORS protocol and credentials",
     .rationale =
         "Reflecting whatever Origin came, with credentials, lets any web "
         "site read the private stream of every visitor who is logged in.",
     .causes = "origin: true in middleware; $http_origin in a header.",
     .fix = {{"nginx", "A map of allowed origins, not $http_origin."},
             {"Node/Express", "cors({origin: [...]}), not origin: true."},
             {"Spring", "allowedOrigins, not allowedOriginPatterns = "
                        "\"*\"."},
             {"any", "Compare with a list of allowed origins."}},
     .reproduce = "curl -sN -m 2 -D - -o /dev/null -H 'Origin: "
                  "https://evil.example' {url} | grep -i access-control",
     .judge = http_judge_cors_no_reflection,
     .skip = http_skip_without_origin},
    {.id = "http.cors.vary",
     .title = "Vary names Origin where the answer depends on it",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_ORIGIN) | EX(EX_ORIGIN_EVIL)},
     .anchor = FETCH "cors-protocol-and-http-caches",
     .reference = "Fetch: CORS protocol and HTTP caches; RFC 9110 12.5.5",
     .rationale =
         "A cache that keeps the answer for one origin gives it to another, "
         "whose browser refuses it.",
     .causes = "Origins mapped by hand.",
     .fix = {{"nginx", "add_header Vary Origin always;"},
             {"any", "Send Vary: Origin with every answer of that URL."}},
     .reproduce =
         "curl -sN -m 2 -D - -o /dev/null " ORIGIN " {url} | grep -i vary",
     .judge = http_judge_cors_vary,
     .skip = http_skip_without_origin},
    {.id = "http.cors.preflight-id",
     .title = "The preflight allows Last-Event-ID",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_PREFLIGHT)},
     .anchor = FETCH "cors-preflight-fetch",
     .reference = "Fetch: CORS-preflight fetch",
     .rationale =
         "EventSource itself sends Last-Event-ID without asking; clients "
         "built on fetch() must ask first. They connect the first time and "
         "fail on every resume where it is not allowed.",
     .causes = "A list of allowed headers without it; OPTIONS that needs a "
               "login.",
     .fix = {{"nginx", "if ($request_method = OPTIONS) { add_header "
                       "Access-Control-Allow-Headers Last-Event-ID; ... "
                       "return 204; }"},
             {"Node/Express", "cors({allowedHeaders: ['Last-Event-ID', "
                              "...]})."},
             {"Python/Starlette", "allow_headers=[\"Last-Event-ID\", ...]."},
             {"Go", "Answer OPTIONS before authentication."},
             {"Spring", "allowedHeaders = \"Last-Event-ID\"."}},
     .reproduce = "curl -s -m 2 -i -X OPTIONS " ORIGIN
                  " -H 'Access-Control-Request-Method: GET' -H "
                  "'Access-Control-Request-Headers: last-event-id' {url}",
     .judge = http_judge_cors_preflight_id,
     .skip = http_skip_without_origin},
    {.id = "http.cors.on-error",
     .title = "Errors can be read by the origin too",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_WRONG_PATH_ORIGIN)},
     .anchor = FETCH "cors-check",
     .reference = "Fetch: CORS check",
     .rationale = "Without it fetch-based clients see 'network error' for a "
                  "401 or 404 and retry what cannot succeed.",
     .causes = "Error handlers run before the CORS middleware; nginx's "
               "add_header without always.",
     .fix = {{"nginx", "add_header ... always;"},
             {"Python/Starlette", "Put CORSMiddleware outermost."},
             {"any", "Add the headers to errors as well."}},
     .reproduce = "curl -s -m 2 -D - -o /dev/null " ORIGIN " {url}-wrong",
     .judge = http_judge_cors_on_error,
     .skip = http_skip_without_origin},
};

CHECK_GROUP(group_http_cors, "http.cors", rows);
