/* SPDX-License-Identifier: MIT
 * The nginx at hand: where it is, and what it says of itself. */
#ifndef WEIR_NGINXBOX_NGINX_PROGRAM_H
#define WEIR_NGINXBOX_NGINX_PROGRAM_H
#include "base/err.h"
#include "nginxconf/effective.h"

struct nginx_program {
  char path[512];
  struct conf_version version;
  char version_text[80]; /* "nginx/1.22.1" */
  char prefix[256], modules_path[256];
  char *built; /* owned: "configure arguments: ..." whole */
};

/* nginx_program_find looks for the binary (wanted NULL: everywhere) and asks
 * it what it is.  0, E_NOT_FOUND or E_IO with a sentence. */
int nginx_program_find(const char *wanted, struct nginx_program *out,
                       struct err *e);
void nginx_program_free(struct nginx_program *n);

#endif
