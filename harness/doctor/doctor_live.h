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
#include "doctor/facts.h"
#include "doctor/patch.h"

#define DOCTOR_LIVE_NOTES  40
#define DOCTOR_LIVE_POINTS 64
#define DOCTOR_BUSY_MS     20.0

struct doctor_live_options {
  const char *nginx_binary;  /* NULL: PATH, then the usual places */
  const char *server_binary; /* weir-server; NULL: beside this program, PATH */
  bool keep;                 /* leave the private folder behind */
  /* Asked often; true ends the run with E_CLOSED.  May be NULL. */
  bool (*is_stopped)(void *ctx);
  /* "starting nginx", "probing", ...: for a progress line.  May be NULL. */
  void (*on_progress)(const char *what, void *ctx);
  void *ctx;
};

/* The nginx at hand. */
struct doctor_nginx {
  char path[512];
  struct conf_version version;
  char version_text[80]; /* "nginx/1.22.1" */
  char prefix[256], modules_path[256];
  char *built; /* owned: "configure arguments: ..." whole */
};

/* doctor_nginx_find looks for the binary (wanted NULL: everywhere) and asks it
 * what it is.  0, E_NOT_FOUND or E_IO with a sentence. */
int doctor_nginx_find(const char *wanted, struct doctor_nginx *out,
                      struct err *e);
void doctor_nginx_free(struct doctor_nginx *n);

/* What was left out of the copy or could not be made as the user has it. */
struct doctor_live_note {
  const char *file; /* borrowed from the conf; NULL: no place */
  uint32_t line;
  /* nginx itself refused the directive: it is a mistake in the user's own
   * configuration, or a module that this machine does not have. */
  bool refused;
  char text[300];
};

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
  struct doctor_live_note note[DOCTOR_LIVE_NOTES];
  size_t notes;
  struct doctor_nginx nginx;
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
int doctor_live_run(const struct doctor_live_options *o,
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

/* doctor_prove takes the corrected texts (patch_apply), runs, judges, and sets
 * state and after of every finding that has edits: proven where the rule says
 * nothing worse than info any more about what was measured; not proven where
 * it still does, or nginx refuses the result.  Without a live run the states
 * stay as they are.  before may be NULL; request is what the route was located
 * with.  0 or E_* as above; call doctor_proof_free after any outcome. */
int doctor_prove(const struct doctor_live_options *o,
                 const struct doctor_facts *f,
                 const struct conf_request *request,
                 const struct patched *patched,
                 const struct doctor_live *before,
                 struct doctor_findings *findings, struct doctor_proof *out,
                 struct err *e);
void doctor_proof_free(struct doctor_proof *p);

#endif
