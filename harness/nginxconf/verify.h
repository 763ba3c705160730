/* SPDX-License-Identifier: MIT
 * What no nginx accepts, by the text alone: names, blocks, numbers of
 * arguments, values and duplicates, from the tables of form.h.  Pure. */
#ifndef WEIR_NGINXCONF_VERIFY_H
#define WEIR_NGINXCONF_VERIFY_H
#include "nginxconf/form.h"

enum conf_refusal_kind {
  REFUSED_SYNTAX,    /* braces, quotes, ";" */
  REFUSED_NAME,      /* nobody has such a directive */
  REFUSED_CONTEXT,   /* it may not stand in that block */
  REFUSED_COUNT,     /* too few or too many arguments */
  REFUSED_VALUE,     /* an argument is none that it takes */
  REFUSED_DUPLICATE, /* there is one already */
  REFUSED_OTHER,
};

struct conf_refusal {
  enum conf_refusal_kind kind;
  const struct conf_directive *at;    /* NULL for REFUSED_SYNTAX */
  const struct conf_directive *other; /* of a duplicate: the first one */
  const struct conf_file *file;       /* NULL: no place */
  unsigned int line, column; /* nginx's line: where the directive ends, or
                                where its block opens */
  char sentence[400];        /* in nginx's words */
};

/* Where nginx says that d is wrong: at its ";" or "{". */
unsigned int conf_said_line(const struct conf_directive *d);
/* conf_refusal_place fills file, line and column: of the argument or name of d
 * that stands in quotes in the sentence, or else begins on that line. */
void conf_refusal_place(struct conf_refusal *r, unsigned int line);
/* conf_incomplete tells whether something that a configuration may lack can
 * stand elsewhere: it is a part, an include is missing, or it is a template.
 */
bool conf_incomplete(const struct conf *c);
/* conf_may_be_brought tells whether a directive that nobody here knows, and
 * that is no misspelling, may come from a module that the configuration loads.
 */
bool conf_may_be_brought(const struct conf *c, const char *name);
/* conf_verify calls on_refusal for what is wrong, in reading order, until it
 * returns false. */
void conf_verify(const struct conf *c, struct conf_version v,
                 bool (*on_refusal)(const struct conf_refusal *r, void *ctx),
                 void *ctx);
/* conf_verify_one looks at a directive alone (nothing of duplicates); false
 * where it is wrong. */
bool conf_verify_one(const struct conf_directive *d, struct conf_version v,
                     struct conf_refusal *out);
/* conf_verify_stray: false for a part of a server that stands beside a server
 * in a text that is a part itself (its last brace came too early), which is
 * put into a server of its own to be read. */
bool conf_verify_stray(const struct conf *c, const struct conf_directive *d,
                       struct conf_refusal *out);
/* conf_looks_like_template: a text (that is no configuration) is an unrendered
 * template; *mark is its first sign in it, "{{ HOST }}". */
bool conf_looks_like_template(struct slice text, struct slice *mark);
/* conf_template_in: the same of one that could be read: the first directive
 * with such a sign where nginx wants a value, or NULL. */
const struct conf_directive *conf_template_in(const struct conf *c,
                                              struct slice *mark);

#endif
