/* SPDX-License-Identifier: MIT
 * A location of the stream's own: where the block that answers serves more
 * than the stream, what mends the stream is made in a copy of that block,
 * which answers the stream's path alone.  Pure. */
#ifndef WEIR_CONFEDIT_CARVE_H
#define WEIR_CONFEDIT_CARVE_H
#include "confedit/edit.h"
#include "confedit/text_edit.h"
#include "nginxconf/locate.h"

/* What is copied, and what has to be different in the copy.  All borrowed. */
struct conf_carve {
  const struct conf *conf;
  const struct conf_directive *from;   /* the location that answers */
  const struct conf_directive *server; /* in which the copy goes */
  bool beside;       /* right behind `from`; else first in the server */
  char match[400];   /* "= /api/chat": what the copy answers */
  char rewrite[900]; /* its first line, "rewrite ^ /index.php break;"; "" */
  char pass[900];    /* the argument of its proxy_pass; "" as it is */
  const struct conf_directive *handler; /* of pass */
};

/* carve_plan tells whether the end of a route serves more than the path that
 * was asked for, and can be copied for it; fills c then.  What cannot be
 * copied without a change of meaning (captures of a regular expression, what
 * guards a location on the way) is not. */
bool carve_plan(struct conf_carve *c, const struct conf *conf,
                const struct conf_route *route, const char *asked);
/* carve_takes: the edit is one of what is copied. */
bool carve_takes(const struct conf_carve *c, const struct conf_edit *edit);
/* carve_shared: d stands in a file that is included in several places. */
bool carve_shared(const struct conf *conf, const struct conf_directive *d);
/* carve_write adds the copy, with those of n edits made in it that are for it,
 * to the edits of each file, all[].  0, E_NOMEM, E_RANGE. */
int carve_write(const struct conf_carve *c,
                const struct conf_edit *const *edit, size_t n,
                struct text_edits *all);

#endif
