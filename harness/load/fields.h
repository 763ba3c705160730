/* SPDX-License-Identifier: MIT
 * The summary fields that thresholds and reports may name, as users write
 * them ("latency.p99", "connections.failed"): where each stands in the
 * document, in which unit, what a percentage of it refers to, and what it
 * means.  The only place where these names are listed. */
#ifndef WEIR_LOAD_FIELDS_H
#define WEIR_LOAD_FIELDS_H
#include <stddef.h>

#include "base/json.h"
#include "scenario/scenario.h"

enum field_kind {
  FIELD_COUNT, /* things */
  FIELD_MS,    /* a duration, milliseconds in the document */
  FIELD_US,    /* a duration, microseconds in the document */
  FIELD_BYTES,
  FIELD_RATE,    /* per second */
  FIELD_PERCENT, /* of one core: 0..100 and more */
  FIELD_SHARE,   /* 0..1 */
  FIELD_RATIO    /* a plain number */
};

/* What "0.1%" of a count refers to. */
enum share_base {
  BASE_NONE,
  BASE_ATTEMPTED,  /* connection attempts */
  BASE_OPENED,     /* streams that opened */
  BASE_RECONNECTS, /* reconnection attempts */
  BASE_OWED,       /* events expected, or received + lost by sequence */
  BASE_RECEIVED,   /* events received */
  BASE_PUBLISHED,  /* publish requests made */
  BASE_ENDED       /* requests that ended, the cancelled ones left out */
};

struct field {
  const char *name; /* as users write it */
  const char *path; /* the same inside the document's "summary" */
  enum field_kind kind;
  enum share_base base;
  int counter;      /* enum counter whose definition holds, or -1 */
  int histogram;    /* enum histogram whose definition holds, or -1 */
  const char *text; /* definition, or what is taken of the histogram */
};

size_t fields_count(void);
const struct field *fields_at(size_t i);
/* fields_find looks a name up; the path ("latency_ms.p99") is accepted too.
 * Any "connections.by_error.CAUSE" is found: causes come with the run.  NULL
 * when there is no such field. */
const struct field *fields_find(const char *name);
/* fields_nearest is the name most like the given one, never NULL. */
const char *fields_nearest(const char *name);
/* fields_definition appends the sentence that defines f. */
int fields_definition(const struct field *f, struct buf *out);
const char *fields_unit(const struct field *f);     /* "ms", "", ... */
const char *fields_base_text(enum share_base base); /* "attempts", "" */
/* fields_observe reads the value of `name` out of a document's summary, in
 * the unit that a threshold's literal of kind `unit` has ('d' ms, 'b' bytes,
 * '%' share 0..1, 'n' the document's own).  Returns 0, or E_NOT_FOUND when
 * the run has no such figure, with the reason in why (struct err). */
int fields_observe(json_t *summary, const char *name, char unit, double *out,
                   struct err *why);
/* fields_check_thresholds verifies that each threshold names a known field
 * and compares it with a quantity of its kind.  Returns 0 or E_SYNTAX with a
 * sentence that begins with the threshold's place. */
int fields_check_thresholds(const struct scenario *s, struct err *e);

#endif
