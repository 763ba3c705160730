/* SPDX-License-Identifier: MIT
 * Everything that a rule may look at: the route that a request takes, the
 * effective settings where it ends, the listeners, the version of nginx, what
 * the user declared, and what was measured.
 *
 * Facts borrow the configuration and the route, which must outlive them and
 * the findings made from them. */
#ifndef WEIR_RULES_FACTS_H
#define WEIR_RULES_FACTS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nginxconf/effective.h"
#include "rules/finding.h"
#include "rules/symptom.h"

#define DOCTOR_MAX_SIZES   8
#define DOCTOR_MAX_HEADERS 16

/* What only the user can tell; 0 where not declared. */
struct doctor_declared {
  uint64_t heartbeat_ms; /* the application sends this often */
  uint64_t quiet_ms;     /* the longest silence to survive */
  uint64_t streams;      /* at once, over all clients */
  uint64_t workers;      /* where nginx chooses (auto): as many as CPUs */
  uint64_t size_bytes[DOCTOR_MAX_SIZES]; /* of events */
  size_t sizes;
  uint32_t transports; /* bits 1u << DOCTOR_H1 ...; 0: as listeners offer */
  /* What opens a stream.  All borrowed. */
  const char *method;                     /* NULL: GET */
  const char *body;                       /* NULL: none */
  const char *header[DOCTOR_MAX_HEADERS]; /* "Name: value" */
  size_t headers;
};

struct doctor_facts {
  const struct conf *conf;
  const struct conf_route *route;
  /* The block whose settings are judged: route->block, or one of the route's
   * branches (an `if`). */
  const struct conf_directive *block;
  enum conf_family family;
  const char *asked; /* the URI as asked; NULL: route->uri, after rewrites */
  struct conf_version version; /* 0.0.0: unknown, taken for 1.22.1 */
  struct conf_listener listener[CONF_LISTENERS_MAX]; /* of the server */
  size_t listeners;
  struct doctor_declared declared;
  const struct doctor_symptoms *symptoms; /* NULL: static only */
  const struct conf_carve *carve; /* NULL: the block serves the stream alone */
};

/* facts_init fills f for the end of a route; nothing declared, nothing
 * measured. */
void facts_init(struct doctor_facts *f, const struct conf *c,
                const struct conf_route *route, struct conf_version version);
/* facts_branch makes f look at the i-th branch of its route instead. */
void facts_branch(struct doctor_facts *f, size_t i);

/* How clients may come: what listeners offer, narrowed by what was declared.
 */
bool facts_tls_h1(const struct doctor_facts *f); /* TLS without HTTP/2: a
                                                    listener without http2, or
                                                    declared */
bool facts_tls(const struct doctor_facts *f);    /* any TLS listener */
bool facts_h2(const struct doctor_facts *f);

/* ---- settings ------------------------------------------------------------
 */

struct conf_setting fact_get(const struct doctor_facts *f, const char *name);
/* The family's own: "buffering" gives proxy_buffering, ... */
struct conf_setting fact_family(const struct doctor_facts *f,
                                const char *rest);
/* family_name writes "proxy_buffering". */
void fact_name(const struct doctor_facts *f, const char *rest, char out[64]);
bool fact_is_on(const struct doctor_facts *f, const char *name);
/* The family buffers responses: FAM_buffering is not off.  Never of grpc. */
bool fact_is_buffered(const struct doctor_facts *f);
/* A list of MIME types (gzip_types) that holds covers text/event-stream. */
bool fact_covers_stream(const struct doctor_facts *f, const char *name);
/* nginx speaks HTTP/1.0 to the application (proxy only). */
bool fact_is_http10(const struct doctor_facts *f);
/* Its first word as text, terminated and cut to size. */
void fact_text(const struct conf_setting *s, char *out, size_t size);

/* ---- making a finding ----------------------------------------------------
 */

/* Points the finding at the setting: its last directive, or the location that
 * a default applies to. */
void fact_blame(const struct doctor_facts *f, const struct conf_setting *s,
                struct doctor_finding *out);
/* Points it at any directive. */
void fact_blame_directive(const struct conf_directive *d,
                          struct doctor_finding *out);
/* Points it at the block that answers. */
void fact_blame_block(const struct doctor_facts *f,
                      struct doctor_finding *out);
/* fact_home is the block that a directive ("gzip off;") for the judged one
 * goes into: itself, or the location around an `if` or limit_except that may
 * not hold it. */
const struct conf_directive *fact_home(const struct doctor_facts *f,
                                       const char *text);
/* Adds the edit that makes `name value;` hold where the route ends and nowhere
 * else: replaces the block's own one, or inserts one behind the handler. */
void fact_fix_set(const struct doctor_facts *f, const char *name,
                  const char *value, struct doctor_finding *out);
/* Adds an edit that inserts lines of directives behind the handler. */
void fact_fix_insert(const struct doctor_facts *f, const char *text,
                     struct doctor_finding *out);
/* Adds edits on a directive, wherever it stands. */
void fact_fix_replace(const struct conf_directive *d, const char *text,
                      struct doctor_finding *out);
void fact_fix_remove(const struct conf_directive *d,
                     struct doctor_finding *out);
/* Adds an edit that inserts lines in the main context. */
void fact_fix_main(const struct doctor_facts *f, const char *text,
                   struct doctor_finding *out);
/* Adds an edit that puts an option on a listen; nothing where several listens
 * share the socket, since nginx takes options from one of them only. */
void fact_fix_listen(const struct doctor_facts *f,
                     const struct conf_listener *l, const char *option,
                     struct doctor_finding *out);
/* Adds an edit that replaces the i-th argument of d. */
void fact_fix_argument(const struct conf_directive *d, size_t i,
                       const char *text, struct doctor_finding *out);
/* Adds an edit that inserts lines behind d, in the block that d stands in. */
void fact_fix_behind(const struct conf_directive *d, const char *text,
                     struct doctor_finding *out);
/* Adds an edit that inserts lines at the start of a block. */
void fact_fix_inside(const struct conf_directive *block, const char *text,
                     struct doctor_finding *out);

#endif
