/* SPDX-License-Identifier: MIT
 * A private folder with everything a live run needs running in it:
 * weir-server as the application, nginx on the user's configuration as it is,
 * and nginx once more with timeouts divided and limits taken out. */
#ifndef WEIR_DOCTOR_SANDBOX_H
#define WEIR_DOCTOR_SANDBOX_H
#include "doctor/private_dir.h"
#include "doctor/rewrite.h"
#include "loop/process.h"

enum sandbox_copy { COPY_AS_IS, COPY_SCALED, COPY_COUNT };

#define SANDBOX_DROPS_MAX 40

/* What nginx refused: a directive, or (line 0) a variable. */
struct sandbox_drop {
  size_t file;
  uint32_t line;
  char name[64]; /* "" any */
};

struct sandbox {
  const struct doctor_live_options *o; /* borrowed */
  const struct doctor_facts *facts;    /* borrowed */
  struct doctor_live *live;            /* borrowed */
  struct private_dir dir;
  struct process_user user; /* of nginx */
  struct process server, nginx[COPY_COUNT];
  struct rewrite copy[COPY_COUNT];
  bool copied[COPY_COUNT]; /* its rewrite is initialised */
  uint16_t origin_port, closed_port;
  int closed_fd; /* bound, nobody listens: -1 none */
  struct sandbox_drop drop[SANDBOX_DROPS_MAX];
  size_t drops;
  uint64_t scaled_ms; /* COPY_SCALED's read timeout; 0: as it is */
};

/* sandbox_open brings all up and returns when both nginx accept.  After an
 * error sandbox_close is still to be called. */
int sandbox_open(struct sandbox *s, const struct doctor_live_options *o,
                 const struct doctor_facts *f, struct doctor_live *live,
                 struct err *e);
/* sandbox_check only lets nginx read the copy (-t), E_MISMATCH where it
 * refuses all of it; what it refuses one by one is in the notes. */
int sandbox_check(struct sandbox *s, const struct doctor_live_options *o,
                  const struct doctor_facts *f, struct doctor_live *live,
                  struct err *e);
/* sandbox_port of a listener of the examined server; 0 none. */
uint16_t sandbox_port(const struct sandbox *s, enum sandbox_copy c,
                      const struct conf_listener *l);
/* sandbox_log appends the error log of a copy. */
void sandbox_log(const struct sandbox *s, enum sandbox_copy c,
                 struct buf *out);
void sandbox_close(struct sandbox *s);

/* sandbox_ports.c: n free ports of 127.0.0.1, all different. */
int sandbox_free_ports(uint16_t *out, size_t n, struct err *e);
/* A port that stays taken and refuses; returns its descriptor or E_*. */
int sandbox_closed_port(uint16_t *out, struct err *e);
bool sandbox_accepts(uint16_t port);
/* sandbox_copy.c */
int sandbox_make_copy(struct sandbox *s, enum sandbox_copy c, struct err *e);
int sandbox_start_copy(struct sandbox *s, enum sandbox_copy c, struct err *e);

#endif
