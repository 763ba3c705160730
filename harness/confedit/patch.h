/* SPDX-License-Identifier: MIT
 * Edits on the texts of a configuration, and the difference they make.
 *
 * Pure: texts in, texts out.  What no edit touches stays as it is, byte by
 * byte. */
#ifndef WEIR_CONFEDIT_PATCH_H
#define WEIR_CONFEDIT_PATCH_H
#include "base/err.h"
#include "confedit/edit.h"
#include "nginxconf/tree.h"

/* The files of a configuration after edits; those without any are the same
 * text.  Owned. */
struct patched {
  struct patched_file {
    const char *path, *name; /* borrowed from the conf */
    struct buf text;         /* owned */
    bool changed;
  } * file;
  size_t files;
  size_t edits, lines; /* edits made; lines added, removed or replaced */
};

/* patch_apply makes n edits (the same one twice counts once; of two that
 * overlap the first in the list wins).  0,
 * E_NOMEM, or E_MISMATCH when an edit lies outside of its file. */
int patch_apply(const struct conf *c, const struct conf_edit *const *edit,
                size_t n, struct patched *out, struct err *e);
/* patched_conf parses the result: *out is the caller's (conf_free).  0, or E_*
 * with a sentence. */
int patched_conf(const struct patched *p, struct conf **out, struct err *e);
void patched_free(struct patched *p);

/* patch_diff appends a unified diff of three lines of context; "" where
 * nothing changed. */
int patch_diff(const struct conf *c, const struct patched *p, struct buf *out);
/* patch_diff_text: of one file. */
int patch_diff_text(const char *path, struct slice before, struct slice after,
                    struct buf *out);

/* patch_write writes the corrected configuration to where: the file itself
 * for a configuration of one file (or where `where` is no folder and one file
 * changed), else a tree of all files below the folder where.  Never replaces a
 * file that the configuration was read from unless over is set.  0 or E_* with
 * a sentence. */
int patch_write(const struct conf *c, const struct patched *p,
                const char *where, bool over, struct err *e);

#endif
