/* SPDX-License-Identifier: MIT
 * Test help: one private copy, from a text to the files in its folder. */
#ifndef WEIR_CONFEDIT_REWRITE_TESTING_H
#define WEIR_CONFEDIT_REWRITE_TESTING_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "confedit/rewrite.h"

struct copy {
  struct conf *conf;
  struct conf_route *route;
  struct edit_notes notes;
  char dir[64];
  struct rewrite r;
};

#define SERVER(listen, more, location)                                        \
  "events { }\nhttp {\nserver {\n" listen more                                \
  "\nlocation /events {\n" location "\n}\n}\n}\n"

/* copy_begin: the route of uri in text, called n.conf; the first listen moves
 * to port 5001, the origin is on 4001, the closed port is 4002. */
void copy_begin(struct copy *c, const char *text, const char *uri);
/* The same of a configuration that was parsed already; takes conf.  c is all
 * zeros. */
void copy_begin_conf(struct copy *c, struct conf *conf, const char *uri);
void copy_drop(struct copy *c);
/* The text of a file of the copy, which is made and written first; the caller
 * frees it. */
char *copy_text(struct copy *c, const char *name);
/* The same of a copy that was changed after it was made. */
char *copy_text_again(struct copy *c, const char *name);
/* The text of a file that was written already. */
char *copy_file(const struct copy *c, const char *name);
/* copy_has_note: a note of the copy holds part. */
bool copy_has_note(const struct copy *c, const char *part);

#endif
