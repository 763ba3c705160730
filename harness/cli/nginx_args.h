/* SPDX-License-Identifier: MIT
 * The command line of weir nginx. */
#ifndef WEIR_CLI_NGINX_ARGS_H
#define WEIR_CLI_NGINX_ARGS_H
#include "cli/common.h"
#include "doctor/conf_place.h"
#include "rules/facts.h"

struct nginx_args {
  struct common common;
  /* Borrowed from argv; NULL where not given. */
  const char *path, *location, *host, *effective, *fix, *binary;
  const char *version_text;
  struct conf_version version;
  struct doctor_declared declared;
  struct conf_places places;         /* borrows from argv, too */
  uint64_t heartbeat_ns, silence_ns; /* as declared; 0 unknown */
  bool trust_code, trust_modules;
  bool static_only, plain_lab, keep, explain, strict, force, keep_secrets;
};

/* nginx_args_read fills a; E_* with a sentence. */
int nginx_args_read(struct nginx_args *a, int argc, char **argv,
                    struct err *e);
/* Its rows; the object is a struct nginx_args. */
extern const struct option_table nginx_options;

#endif
