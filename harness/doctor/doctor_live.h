/* SPDX-License-Identifier: MIT
 * The live side of the doctor: a real nginx on a rewritten copy of the
 * configuration in a private folder, weir-server behind it, probes through
 * it; and the proof of a fix by the same probes on the corrected copy.
 *
 * Listens on 127.0.0.1 only, reads the user's files, writes nothing outside of
 * the private folder, and leaves nothing behind: neither after success nor
 * after failure, Ctrl-C or SIGTERM (options.is_stopped), nor processes after
 * a kill -9.  Blocks, on a loop of its own; one run at a time per process. */
#ifndef WEIR_DOCTOR_LIVE_H
#define WEIR_DOCTOR_LIVE_H
#include "confedit/patch.h"
#include "nginxbox/sandbox.h"
#include "rules/facts.h"

#define DOCTOR_LIVE_POINTS 64
#define DOCTOR_BUSY_MS     20.0

/* One event of PROBE_REGULAR over one transport: for the delay plot.  ms since
 * the request was sent; arrived_ms < 0: never. */
struct doctor_point {
  double written_ms, arrived_ms;
};

struct doctor_timeline {
  struct doctor_point point[DOCTOR_LIVE_POINTS];
  size_t points;
};

struct doctor_live {
  struct doctor_symptoms symptoms;
  struct doctor_timeline timeline[DOCTOR_TRANSPORT_COUNT];
  struct edit_notes notes;
  struct nginx_program nginx;
  /* Why nothing was measured, or "" (made is in symptoms). */
  char why_not[400];
  bool refused; /* it was nginx that refused the copy */
  /* The family's read timeout as it holds, and by what it was divided. */
  uint64_t read_timeout_ms;
  double scale;
  double took_ms;
  /* p50 of the regular stream without nginx: what this machine adds itself;
   * < 0: not measured.  Above DOCTOR_BUSY_MS a note says so. */
  double noise_ms;
  char kept[300];   /* the private folder where it was kept, else "" */
  size_t log_lines; /* of nginx's error log that say something */
  char *log;        /* owned: its first 16 KiB; NULL none */
};

/* doctor_live_run runs the probes; request is what the route was located
 * with.  0 also where nothing could be measured
 * (why_not tells); E_NOT_FOUND without nginx or weir-server, E_CLOSED when
 * stopped, E_IO, E_NOMEM with a sentence.  Call doctor_live_free after any
 * outcome. */
int doctor_live_run(const struct sandbox_options *o,
                    const struct doctor_facts *f,
                    const struct conf_request *request,
                    struct doctor_live *out, struct err *e);
void doctor_live_free(struct doctor_live *l);

/* The proof: the corrected texts are parsed and located again, `nginx -t`
 * reads them, and all probes run once more. */
struct doctor_proof {
  bool made;
  bool accepted;     /* by `nginx -t` */
  char refusal[400]; /* nginx's word where not */
  struct doctor_live live;
  struct doctor_findings after; /* owned: the rules on the corrected copy */
  struct conf *conf;            /* owned: what after points into */
  struct conf_route *route;     /* owned */
  size_t proven, not_proven;
};

/* doctor_prove takes the corrected texts (doctor_fix), runs, judges, and sets
 * state and after of every finding that has edits: proven where the rule says
 * nothing worse than info any more about what was measured; not proven where
 * it still does, or nginx refuses the result.  Without a live run the states
 * stay as they are.  before may be NULL; request is what the route was located
 * with.  0 or E_* as above; call doctor_proof_free after any outcome. */
int doctor_prove(const struct sandbox_options *o, const struct doctor_facts *f,
                 const struct conf_request *request,
                 const struct patched *patched,
                 const struct doctor_live *before,
                 struct doctor_findings *findings, struct doctor_proof *out,
                 struct err *e);
void doctor_proof_free(struct doctor_proof *p);

#endif
