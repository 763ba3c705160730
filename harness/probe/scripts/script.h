/* SPDX-License-Identifier: MIT
 * Scripts: exchanges that depend on each other.  One row each in rows.c,
 * one file each (NAME.c).  A script that has no row is not performed,
 * and checks that need it are UNTESTABLE.
 *
 * A script starts exchanges on the recorder, hands each finished recording in
 * with script_keep and says script_done when no exchange of it is open. */
#ifndef WEIR_PROBE_SCRIPTS_SCRIPT_H
#define WEIR_PROBE_SCRIPTS_SCRIPT_H
#include "probe/recorder.h"

/* When a script may run. */
enum script_phase {
  SCRIPT_BESIDE, /* at once, beside the simple exchanges */
  SCRIPT_AFTER,  /* when "plain" is over and the target's properties are
                    found out; beside others */
  SCRIPT_ALONE,  /* it disturbs: when all else is over, one at a time */
  SCRIPT_AROUND  /* the run's own requests around those */
};

struct script; /* one that runs */

struct script_row {
  enum script_id id;
  enum script_phase phase;
  /* Begins it.  Must lead to script_done, also on failure; may call it. */
  void (*start)(struct script *s);
  /* How long it takes, for the plan that is printed; may be NULL (= unknown,
   * counted as the target's window). */
  uint64_t (*expected_ns)(const struct target *t);
  bool single; /* it never has two streams open at the same time */
};

/* script_find: NULL when there is no such script yet. */
const struct script_row *script_find(enum script_id id);

enum script_id script_id(const struct script *s);
struct recorder *script_recorder(const struct script *s);
const struct target *script_target(const struct script *s);
/* The finished recording of a simple exchange or an earlier script, by its
 * name; NULL.  "plain" is there for SCRIPT_AFTER and SCRIPT_ALONE, unless it
 * was not selected. */
const struct recording *script_recording(const struct script *s,
                                         const char *name);
/* What the script wants to remember; freed with free() when the script is
 * done (or the run was stopped). */
void script_set_state(struct script *s, void *state);
void *script_state(const struct script *s);
/* script_next_name writes "NAME.n" into out, n counting from 0 with each call.
 */
void script_next_name(struct script *s, char *out, size_t size);
/* script_keep hands a recording over to the run. */
void script_keep(struct script *s, struct recording *r);
/* script_drop frees a recording nobody needs (one of 1,000 alike). */
void script_drop(struct script *s, struct recording *r);
/* script_after calls back once, ns from now.  At most one per script is
 * pending; a new one replaces it. */
void script_after(struct script *s, uint64_t ns,
                  void (*then)(struct script *));
/* script_prolong: it takes longer than any plan could know; the run is given
 * up so much later, unless somebody said when. */
void script_prolong(struct script *s, uint64_t ns);
void script_done(struct script *s);

#endif
