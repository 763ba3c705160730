/* SPDX-License-Identifier: MIT
 * What nginx's own modules declare of each directive: where it may stand, how
 * many arguments it takes, what they may be, whether a second one is refused.
 * After the sources of nginx 1.31.5; versions after its documentation. */
#ifndef WEIR_NGINXCONF_FORM_H
#define WEIR_NGINXCONF_FORM_H
#include "nginxconf/effective.h"

/* Blocks; a directive may stand in several. */
enum conf_context {
  CONTEXT_MAIN = 1u << 0,
  CONTEXT_EVENTS = 1u << 1,
  CONTEXT_HTTP = 1u << 2,
  CONTEXT_SERVER = 1u << 3,
  CONTEXT_LOCATION = 1u << 4,
  CONTEXT_UPSTREAM = 1u << 5,
  CONTEXT_SERVER_IF = 1u << 6,
  CONTEXT_LOCATION_IF = 1u << 7,
  CONTEXT_LIMIT_EXCEPT = 1u << 8,
  CONTEXT_STREAM = 1u << 9,
  CONTEXT_STREAM_SERVER = 1u << 10,
  CONTEXT_STREAM_UPSTREAM = 1u << 11,
  CONTEXT_MAIL = 1u << 12,
  CONTEXT_MAIL_SERVER = 1u << 13,
};

/* Bits 0 to 7: that many arguments are right. */
#define FORM_AT_LEAST_1 (1u << 8)
#define FORM_AT_LEAST_2 (1u << 9)
#define FORM_ANY        (1u << 10)
#define FORM_BLOCK      (1u << 11) /* it opens a block */

enum conf_value {
  VALUE_FREE, /* judged by the module itself */
  VALUE_FLAG, /* on or off */
  VALUE_MSEC, /* a time; in seconds where it has no unit */
  VALUE_SEC,  /* a time of whole seconds */
  VALUE_SIZE, /* bytes, k, m */
  VALUE_OFF,  /* bytes, k, m, g */
  VALUE_NUM,  /* a whole number */
  VALUE_BUFS, /* a number and a size */
  VALUE_ENUM, /* one of words */
  VALUE_MASK, /* each one of words */
  VALUE_STR,
  VALUE_LIST,
};

struct conf_form {
  const char *name;
  unsigned int where; /* enum conf_context, a bit each */
  unsigned int args;  /* FORM_* and bits */
  enum conf_value value;
  bool once;          /* a second one in the same block is refused */
  unsigned int since; /* CONF_SINCE(); 0: for long */
  const char *words;  /* of VALUE_ENUM and VALUE_MASK, by blanks */
};

#define CONF_SINCE(minor, patch) ((minor)*1000u + (patch)) /* of 1.x */

struct conf_forms {
  const char *module; /* "http_proxy" */
  const struct conf_form *form;
  size_t n;
};

/* conf_form_next walks the directives called name: prev NULL begins; NULL
 * behind the last.  *module is set where not NULL. */
const struct conf_form *conf_form_next(const char *name,
                                       const struct conf_form *prev,
                                       const char **module);
/* conf_form_stands: one that is called name may stand in one of these blocks
 * (enum conf_context, a bit each). */
bool conf_form_stands(const char *name, unsigned int where);
/* conf_form_nearest: the name that a misspelt one may have meant in a block of
 * that kind (0: any), or NULL where none is near. */
const char *conf_form_nearest(const char *name, unsigned int where);
/* conf_form_module: what brings a directive that nginx's own modules do not
 * have ("the Lua module"), or NULL for a name that nothing is known of. */
const char *conf_form_module(const char *name);
/* conf_form_has tells whether that version knows the directive. */
bool conf_form_has(const struct conf_form *f, struct conf_version v);
/* conf_context_of: what kind of block d is; 0 for none that is known. */
unsigned int conf_context_of(const struct conf_directive *d);
/* conf_context_words appends "http, server or location". */
int conf_context_words(unsigned int where, struct buf *out);

#endif
