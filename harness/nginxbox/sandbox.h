/* SPDX-License-Identifier: MIT
 * A private folder with everything a live run needs running in it:
 * weir-server as the application, nginx on the user's configuration as it is,
 * and nginx once more with timeouts divided and limits taken out. */
#ifndef WEIR_NGINXBOX_SANDBOX_H
#define WEIR_NGINXBOX_SANDBOX_H
#include <limits.h>

#include "confedit/rewrite.h"
#include "loop/process.h"
#include "nginxbox/nginx_program.h"
#include "nginxbox/private_dir.h"

enum sandbox_copy { COPY_AS_IS, COPY_SCALED, COPY_COUNT };

#define SANDBOX_DROPS_MAX 40

/* What nginx refused: a directive, or (line 0) a variable. */
struct sandbox_drop {
  size_t file;
  uint32_t line;
  char name[64]; /* "" any */
};

struct sandbox_options {
  const char *nginx_binary;  /* NULL: PATH, then the usual places */
  const char *server_binary; /* weir-server; NULL: beside this program, PATH */
  bool keep;                 /* leave the private folder behind */
  bool plain;                /* no jail: see isolation.h */
  bool trust_code, trust_modules; /* see rewrite.h */
  /* Asked often; true ends the run with E_CLOSED.  May be NULL. */
  bool (*is_stopped)(void *ctx);
  /* "starting nginx", "probing", ...: for a progress line.  May be NULL. */
  void (*on_progress)(const char *what, void *ctx);
  void *ctx;
};

/* What to run.  All borrowed. */
struct sandbox_order {
  const struct sandbox_options *options;
  const struct nginx_program *nginx;
  struct examined of;
  struct edit_notes *notes; /* of the copy as it is */
};

struct sandbox {
  const struct sandbox_options *o;   /* borrowed */
  const struct nginx_program *nginx; /* borrowed */
  struct examined of;
  struct edit_notes *notes; /* borrowed */
  struct private_dir dir;
  struct process_user user; /* of all programs */
  struct jail jail;
  char code[PATH_MAX]; /* the folder of trusted code; "" none */
  struct process server, running[COPY_COUNT];
  struct rewrite copy[COPY_COUNT];
  bool copied[COPY_COUNT]; /* its rewrite is initialised */
  uint16_t origin_port, closed_port;
  int closed_fd; /* bound, nobody listens: -1 none */
  struct sandbox_drop drop[SANDBOX_DROPS_MAX];
  size_t drops;
  /* The family's read timeout as it holds, by what it is divided in
   * COPY_SCALED, and what it is then; 0: as it is. */
  uint64_t read_timeout_ms;
  double scale;
  uint64_t scaled_ms;
  char kept[300]; /* by sandbox_close: the folder that was kept, else "" */
};

/* sandbox_open brings all up and returns when both nginx accept.  After an
 * error sandbox_close is still to be called. */
int sandbox_open(struct sandbox *s, const struct sandbox_order *order,
                 struct err *e);
/* sandbox_check only lets nginx read the copy (-t), E_MISMATCH where it
 * refuses all of it; what it refuses one by one is in the notes. */
int sandbox_check(struct sandbox *s, const struct sandbox_order *order,
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
