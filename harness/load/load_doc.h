/* SPDX-License-Identifier: MIT
 * The weir.load/1 document: the one thing a load run leaves behind.
 * Everything that is printed or plotted later is read from it. */
#ifndef WEIR_LOAD_LOAD_DOC_H
#define WEIR_LOAD_LOAD_DOC_H
#include "base/json.h"
#include "load/gate.h"
#include "load/outcome.h"

#define LOAD_SCHEMA "weir.load/1"

/* What result/ cannot know by itself; any may be NULL. */
struct load_doc_context {
  const char *libcurl;      /* version */
  const char *libuv;        /* version */
  const char *command_line; /* secrets in it are masked */
};

/* load_doc_build returns a new document with its verdict, or NULL without
 * memory.  Credentials in URLs, headers and bodies are masked. */
json_t *load_doc_build(const struct load_outcome *o,
                       const struct load_doc_context *c);
/* load_doc_exit_code: 0 pass, 1 fail, 3 nothing could be measured, 4 invalid,
 * 130 interrupted. */
int load_doc_exit_code(json_t *doc);

#endif
