/* SPDX-License-Identifier: MIT
 * Everything that a rule may look at: the location that handles a request,
 * its effective settings and where each stands, the listeners, the version of
 * nginx, what the user declared, and what was measured.
 *
 * Rules read a configuration through fact_* only.  All pointers borrowed from
 * the configuration; nothing here outlives it. */
#ifndef WEIR_DOCTOR_FACTS_H
#define WEIR_DOCTOR_FACTS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "doctor/finding.h"
#include "doctor/symptom.h"

/* The handler of a location.  X(enumerator, prefix of its directives) */
#define DOCTOR_FAMILY_LIST(X)                                                 \
  X(FAMILY_PROXY, "proxy")                                                    \
  X(FAMILY_FASTCGI, "fastcgi")                                                \
  X(FAMILY_UWSGI, "uwsgi")                                                    \
  X(FAMILY_SCGI, "scgi")                                                      \
  X(FAMILY_GRPC, "grpc")                                                      \
  X(FAMILY_NONE, "") /* a file, return, a redirect */

enum doctor_family {
#define X(id, prefix) id,
  DOCTOR_FAMILY_LIST(X)
#undef X
      DOCTOR_FAMILY_COUNT
};

#define DOCTOR_MAX_SIZES     8
#define DOCTOR_MAX_LISTENERS 16

/* What only the user can tell; 0 where not declared. */
struct doctor_declared {
  uint64_t heartbeat_ns; /* the application sends at least so */
  uint64_t quiet_ns;     /* the longest silence to be survived */
  uint64_t streams;      /* at once, over all clients */
  uint64_t size_bytes[DOCTOR_MAX_SIZES]; /* of events */
  size_t sizes;
  uint32_t transports; /* bits 1u << DOCTOR_H1 ...; 0: as listeners offer */
};

/* One listen of the server that was chosen. */
struct doctor_listener {
  const char *file; /* borrowed */
  uint32_t line, column;
  char text[80]; /* "443 ssl" */
  bool tls, h2, quic;
  bool is_default;  /* no listen in the file: nginx's own *:80 */
  uint32_t backlog; /* 0: nginx's 511 */
  bool so_keepalive;
};

struct facts_private; /* the configuration's side, see facts.c */

struct doctor_facts {
  const char *uri;    /* "/events", as asked, borrowed */
  const char *host;   /* "" when not given, borrowed */
  uint32_t version;   /* nginx's: 1022001 for 1.22.1; never 0 */
  bool version_known; /* false: assumed */
  enum doctor_family family;
  char location[120]; /* "location /events", "server" */
  const char *file;   /* of that block, borrowed */
  uint32_t line, column;
  bool has_location; /* false: nothing of the configuration serves it */
  struct doctor_listener listener[DOCTOR_MAX_LISTENERS];
  size_t listeners;
  struct doctor_declared declared;
  const struct doctor_symptoms *symptoms; /* borrowed; NULL: static only */
  const struct facts_private *conf;       /* owned by facts_open */
};

#define NGINX_VERSION_NUM(a, b, c) ((a)*1000000u + (b)*1000u + (c))

/* ---- reading settings ----------------------------------------------------
 */

/* One directive that holds. */
struct fact {
  bool set;               /* false: nginx's default; then no place */
  bool own;               /* stands in the very location */
  const char *name;       /* "proxy_buffering" */
  const char *const *arg; /* without the name */
  size_t args;
  const char *file;
  uint32_t line, column;
  size_t start_bytes, end_bytes; /* of the directive, ';' included */
  char level[120];               /* "http", "server app.example.org" */
};

/* fact_get: the value of a scalar setting that holds in the location, nginx's
 * default of this version included.  false where there is neither. */
bool fact_get(const struct doctor_facts *f, const char *name,
              struct fact *out);
/* fact_at: the i-th entry that holds of a setting that may be repeated
 * (add_header, proxy_set_header, error_page, limit_conn). */
bool fact_at(const struct doctor_facts *f, const char *name, size_t i,
             struct fact *out);
/* fact_level: a directive of the main or events context, or its default. */
bool fact_main(const struct doctor_facts *f, const char *block,
               const char *name, struct fact *out);
/* The family's own: fact_family(f, "buffering", &x) reads proxy_buffering,
 * fastcgi_buffering, ...  family_name writes that name. */
bool fact_family(const struct doctor_facts *f, const char *suffix,
                 struct fact *out);
void family_name(const struct doctor_facts *f, const char *suffix,
                 char out[64]);
const char *family_prefix(enum doctor_family f);

/* "on" in any case; an absent one is off. */
bool fact_is_on(const struct doctor_facts *f, const char *name);
/* The first argument is this word, in any case. */
bool fact_is(const struct fact *x, const char *word);
/* Any argument is this word, in any case. */
bool fact_has(const struct fact *x, const char *word);
/* "60s" "1h 30m" "500ms"; a bare number counts seconds.  false when it is
 * not a time (a variable). */
bool fact_ms(const struct fact *x, size_t arg, uint64_t *out_ms);
bool fact_bytes(const struct fact *x, size_t arg, uint64_t *out);
bool fact_number(const struct fact *x, size_t arg, uint64_t *out);
bool fact_is_variable(const struct fact *x, size_t arg);
/* A list of MIME types (gzip_types) that holds covers text/event-stream. */
bool fact_types_cover_stream(const struct doctor_facts *f, const char *name,
                             struct fact *out);

/* ---- making a finding ----------------------------------------------------
 */

/* Points the finding at x, or at the location where x is a default. */
void fact_blame(const struct doctor_facts *f, const struct fact *x,
                struct doctor_finding *out);
/* Points it at the location itself. */
void fact_blame_location(const struct doctor_facts *f,
                         struct doctor_finding *out);
/* Adds the edit that makes `directive value;` hold in the location and nowhere
 * else: replaces the own one or inserts one. */
void fact_fix_set(const struct doctor_facts *f, const char *directive,
                  const char *value, struct doctor_finding *out);
/* Adds the edit that takes x out, where x is the location's own. */
void fact_fix_remove(const struct doctor_facts *f, const struct fact *x,
                     struct doctor_finding *out);
/* Adds the edit that replaces x by text, wherever it stands. */
void fact_fix_replace(const struct fact *x, const char *text,
                      struct doctor_finding *out);

#endif
