/* SPDX-License-Identifier: MIT
 * The groups' tables, in the order of the catalogue, and what predicates
 * share.  Private to rules*.c.  A new group is one line here and
 * `DOCTOR_GROUP(NAME, "text", rows)` in its file, or in NAME_rows.c beside it
 * where the predicates alone fill one. */
#ifndef WEIR_RULES_RULES_H
#define WEIR_RULES_RULES_H
#include "base/units.h"
#include "rules/rule.h"

#define DOCTOR_GROUP_LIST(X)                                                  \
  X(rules_refused)                                                            \
  X(rules_route)                                                              \
  X(rules_buffering)                                                          \
  X(rules_accel)                                                              \
  X(rules_pace)                                                               \
  X(rules_compression)                                                        \
  X(rules_filters)                                                            \
  X(rules_timeouts)                                                           \
  X(rules_failover)                                                           \
  X(rules_http)                                                               \
  X(rules_cache)                                                              \
  X(rules_errors)                                                             \
  X(rules_answers)                                                            \
  X(rules_request)                                                            \
  X(rules_headers)                                                            \
  X(rules_capacity)                                                           \
  X(rules_limits)                                                             \
  X(rules_operations)

#define X(name) extern const struct doctor_rule_group name;
DOCTOR_GROUP_LIST(X)
#undef X

#define DOCTOR_GROUP(name, text, rows)                                        \
  const struct doctor_rule_group name = {text, rows,                          \
                                         sizeof(rows) / sizeof(*(rows))}

/* The documentation that rows point at. */
#define NGX_HTTP    "https://nginx.org/en/docs/http/ngx_http_"
#define NGX_PROXY   NGX_HTTP "proxy_module.html#"
#define NGX_CORE    NGX_HTTP "core_module.html#"
#define NGX_MAIN    "https://nginx.org/en/docs/ngx_core_module.html#"
#define NGX_HEADERS NGX_HTTP "headers_module.html#"

/* Silence or a lifetime beyond which nobody calls a timeout short. */
#define LONG_MS 3600000u

/* "location /events", "the server": what answers, for sentences. */
void rule_where(const struct doctor_facts *f, char out[120]);
/* "nginx.conf:12", or "nginx's default". */
void rule_origin(const struct conf_setting *s, char out[200]);
/* "60 s", "1 h". */
const char *rule_time(uint64_t ms, char out[UNITS_MAX]);
/* The finding that most rules are: points at s, says what to set where.  The
 * directive is the row's own family's: "buffering". */
void rule_set_family(const struct doctor_facts *f, const char *rest,
                     const char *value, struct doctor_finding *out);
void rule_set(const struct doctor_facts *f, const char *name,
              const char *value, struct doctor_finding *out);
/* Takes directive d out where it stands in the judged block; otherwise sets
 * `name value` in the block instead, so that others keep theirs. */
void rule_drop(const struct doctor_facts *f, const struct conf_setting *s,
               const char *value, struct doctor_finding *out);

/* The probe brought events late: says so in out and gives true. */
bool rule_late(const struct doctor_facts *f, enum doctor_probe p,
               struct doctor_finding *out);
/* The probe was made and nothing was late, over any transport. */
bool rule_prompt(const struct doctor_facts *f, enum doctor_probe p);

/* gzip, brotli or zstd works on event streams here. */
bool rule_gzip(const struct doctor_facts *f);
bool rule_brotli(const struct doctor_facts *f);
/* The application may be silent for longer than FAM_read_timeout, as far as
 * anyone knows.  *timeout_ms is set when it returns true. */
bool rule_may_time_out(const struct doctor_facts *f, uint64_t *timeout_ms);
/* FAM_cache is on here: neither off nor switched off by constants. */
bool rule_is_cached(const struct doctor_facts *f, struct conf_setting *out);
/* Servers that share the load, at most max. */
size_t rule_servers(const struct doctor_facts *f, struct conf_peer *out,
                    size_t max);
/* The location called name (@sse_retry or a path) in the route's server. */
const struct conf_directive *rule_location(const struct doctor_facts *f,
                                           const char *name);
/* An error page that an EventSource comes back from: a named location that
 * ends without an answer (444), or answers 200 with text/event-stream. */
bool rule_is_retry_page(const struct doctor_facts *f, const char *target);
/* Words of an error_page: the target, the code behind '=' (0: the error's own,
 * -1: the target's), and whether it covers status. */
const char *rule_page_target(const struct conf_directive *page, int *code);
bool rule_page_covers(const struct conf_directive *page, int status);
/* Gives the location error pages of its own in place of the inherited ones:
 * 502 and 504 become a reconnect, and those that turn an error into a page or
 * a redirect stay with the others.  Nothing where it has some already. */
void rule_own_pages(const struct doctor_facts *f,
                    const struct conf_setting *pages,
                    struct doctor_finding *out);
/* All streams that one worker can hold; workers 0: as many as CPUs. */
bool rule_slots(const struct doctor_facts *f, uint64_t *per_worker,
                uint64_t *workers);

#endif
