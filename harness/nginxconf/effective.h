/* SPDX-License-Identifier: MIT
 * The value of a directive at one place of a configuration: own, inherited or
 * built in, after nginx's rules for that directive.
 *
 * A setting is a plain value that borrows from the conf and from static
 * tables. */
#ifndef WEIR_NGINXCONF_EFFECTIVE_H
#define WEIR_NGINXCONF_EFFECTIVE_H
#include <stdint.h>

#include "nginxconf/locate.h"

#define CONF_VALUES_MAX 128

struct conf_version {
  unsigned int major, minor, patch; /* 0.0.0: unknown */
};

/* conf_version_parse takes "1.22.1", "nginx/1.22.1" and the whole output of
 * `nginx -v`; E_SYNTAX when there is no version in it. */
int conf_version_parse(const char *text, struct conf_version *out);
bool conf_version_known(struct conf_version v);
/* True from major.minor.patch on; an unknown version is taken for 1.22.1. */
bool conf_version_from(struct conf_version v, unsigned int major,
                       unsigned int minor, unsigned int patch);

enum conf_class {
  CONF_SCALAR,    /* own, else the parent's, else the default */
  CONF_LIST,      /* all entries of the innermost level that has any */
  CONF_MASK,      /* one directive with several words, replaced as a whole */
  CONF_HANDLER,   /* this location only (and `if` in it), never a parent's */
  CONF_STEP,      /* set, rewrite, if, break: run per level, not inherited */
  CONF_NOT_KNOWN, /* a directive without an entry here: as CONF_SCALAR */
};

enum conf_origin {
  CONF_OWN,       /* set in the block itself */
  CONF_INHERITED, /* set in a block around it */
  CONF_DEFAULT,   /* built in */
  CONF_UNSET,     /* nowhere, and there is no default */
};

struct conf_setting {
  const char *name;
  enum conf_class class;
  enum conf_origin origin;
  /* The directives it comes from, in order; n 0 for defaults. */
  const struct conf_directive *from[CONF_VALUES_MAX];
  size_t n;
  bool cut; /* there were more than CONF_VALUES_MAX */
  /* The block they stand in (the innermost when merged); NULL otherwise. */
  const struct conf_directive *level;
  const char *fallback; /* the built-in default, NULL when there is none;
                           words separated by one space */
  bool by_version;      /* the default differs between versions, and the
                           version is unknown */
};

/* conf_effective_at resolves name (a full directive name) for block: any
 * block from the root to an `if` inside of a location. */
struct conf_setting conf_effective_at(const struct conf_directive *block,
                                      const char *name,
                                      struct conf_version version);
/* conf_effective does it for the place where the route ends.  Names of main,
 * events and the upstream of the route work, too (worker_connections,
 * keepalive). */
struct conf_setting conf_effective(const struct conf_route *route,
                                   const char *name,
                                   struct conf_version version);
/* conf_effective_family puts the family's prefix before rest: "buffering"
 * gives proxy_buffering, fastcgi_buffering, ....  CONF_UNSET where the family
 * has no upstream or no such directive. */
struct conf_setting conf_effective_family(const struct conf_route *route,
                                          const char *rest,
                                          struct conf_version version);

/* ---- Reading a setting ---- */

/* The words of value i: argument j, or the j-th word of the default when n is
 * 0 and i is 0.  Empty slice where there is none. */
struct slice conf_setting_word(const struct conf_setting *s, size_t i,
                               size_t j);
/* How many values: n, or 1 for a default. */
size_t conf_setting_count(const struct conf_setting *s);
/* The first word equals text, without case. */
bool conf_setting_is(const struct conf_setting *s, const char *text);
/* Any word of any value equals text, without case. */
bool conf_setting_has(const struct conf_setting *s, const char *text);
/* The value whose first word equals key, without case, or NULL: for
 * proxy_set_header, add_header.  The last one when there are several. */
const struct conf_directive *conf_setting_entry(const struct conf_setting *s,
                                                const char *key);
/* Some word holds a variable: only a run can tell the value. */
bool conf_setting_varies(const struct conf_setting *s);
/* The first word as nginx reads times ("60s", "1h 30m", "60" are seconds) and
 * sizes ("4k").  0, E_SYNTAX or E_RANGE; E_NOT_FOUND when unset. */
int conf_setting_ms(const struct conf_setting *s, uint64_t *ms);
int conf_setting_bytes(const struct conf_setting *s, uint64_t *bytes);
int conf_setting_number(const struct conf_setting *s, uint64_t *number);
/* The same for any text. */
int conf_read_ms(struct slice text, uint64_t *ms);
int conf_read_bytes(struct slice text, uint64_t *bytes);
/* Appends the words of all values, values separated by "; ". */
int conf_setting_print(const struct conf_setting *s, struct buf *out);
/* Appends where it comes from: "/etc/nginx/nginx.conf:12", "inherited from
 * http, /etc/nginx/nginx.conf:4", "built-in default". */
int conf_setting_origin(const struct conf_setting *s, struct buf *out);

/* ---- The table behind it ---- */

struct conf_known {
  const char *name;
  enum conf_class class;
  const char *fallback; /* may be NULL */
};

/* The directives whose rule is known, in no order; fallback is the
 * newest version's.  conf_known_find returns NULL for any other name. */
const struct conf_known *conf_known_find(const char *name);
size_t conf_known_count(void);
const struct conf_known *conf_known_at(size_t i);

/* ---- Upstream servers ---- */

struct conf_peer {
  const struct conf_directive *directive; /* server ...; NULL: proxy_pass */
  const char *address;                    /* "10.0.0.1:8080", "unix:/x" */
  uint64_t max_conns;                     /* 0: no limit */
  uint64_t max_fails;                     /* 1 when not set */
  uint64_t fail_timeout_ms;               /* 10000 when not set */
  uint64_t weight;
  bool backup, down, resolve;
};

/* conf_peers fills out with the servers of the route's upstream, or the one
 * address of its *_pass; returns how many, at most max. */
size_t conf_peers(const struct conf_route *route, struct conf_peer *out,
                  size_t max);

#endif
