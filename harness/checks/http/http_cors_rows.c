/* SPDX-License-Identifier: MIT
 * The rows of http.cors; see http_cors.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/http/http_common.h"
#include "checks/http/http_judges.h"

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
