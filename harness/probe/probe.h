/* SPDX-License-Identifier: MIT
 * The recording half of a check: performs a set of exchanges and scripts, all
 * at the same time, finds out what the target is like, and keeps recordings
 * in files.  Judges nothing. */
#ifndef WEIR_PROBE_PROBE_H
#define WEIR_PROBE_PROBE_H
#include "probe/recorder.h"

/* Owned list of recordings, in the order of the plan. */
struct probe_result {
  struct recording **recording;
  size_t recordings;
  /* What was found out, sentence by sentence (newlines between). */
  struct buf assumptions;
  /* Scripts that the time was over for, "aborts, storm". */
  struct buf unmade;
};

struct probe_listener {
  /* One exchange or script is over; total counts both.  May be NULL. */
  void (*on_progress)(size_t over, size_t total, const char *name, void *ctx);
  /* Asked after each turn of the loop; true ends the run early (Ctrl-C): what
   * is open is cut and kept.  May be NULL. */
  bool (*is_stopped)(void *ctx);
  void *ctx;
};

/* probe_run performs the set and runs the loop until all is over.  Fills the
 * target's assumptions when "plain" is there.  listener may be NULL.  0, or
 * E_SYNTAX, E_NOMEM, E_IO with a sentence; a dead target is no error here: its
 * recordings say so. */
int probe_run(uv_loop_t *loop, struct target *target,
              const struct exchange_set *set, const struct probe_listener *l,
              struct probe_result *out, struct err *e);
/* probe_trim takes out what a run leaves out: exchanges and scripts about what
 * the target does not have (an origin, users, a publish hook, a proxy,
 * TLS). */
void probe_trim(const struct target *t, struct exchange_set *set);
/* probe_expected_ns: how long the set will take, for the plan that is printed
 * first. */
uint64_t probe_expected_ns(const struct target *t,
                           const struct exchange_set *set);
/* probe_limit_ns: after so long a run is given up.  Simple exchanges keep what
 * they have, scripts that are not over leave nothing, and target.late says
 * why. */
uint64_t probe_limit_ns(const struct target *t,
                        const struct exchange_set *set);
void probe_result_free(struct probe_result *r);

/* probe_detect fills what the target did not declare (ids, numeric ids,
 * endless, heartbeat, broadcast) and appends a printable sentence for each
 * assumption.  second may be NULL. */
int probe_detect(struct target *t, const struct recording *plain,
                 const struct recording *second, struct buf *sentences);

/* probe_save writes each recording to dir/NNN-NAME.recording.json and the
 * target to dir/target.json (making dir); probe_load reads such a folder.  0
 * or E_* with a sentence. */
int probe_save(const char *dir, const struct target *t,
               const struct probe_result *r, bool keep_secrets, struct err *e);
int probe_load(const char *dir, struct target **t, struct probe_result *out,
               struct err *e);

#endif
