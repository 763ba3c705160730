/* SPDX-License-Identifier: MIT
 * HTML that a stream brings for a page: elements that a selector finds, with
 * their text and attributes.  Only content/fragment.c knows the HTML parser.
 * Bounded: data of more than FRAGMENT_MAX bytes is not looked at. */
#ifndef WEIR_CONTENT_FRAGMENT_H
#define WEIR_CONTENT_FRAGMENT_H
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define FRAGMENT_MAX      ((size_t)256 << 10)
#define FRAGMENT_DEPTH    512 /* elements inside each other */
#define FRAGMENT_ANY      UINT32_MAX
#define FRAGMENT_ATTR_MAX 16

struct fragment;

/* fragment_new compiles a selector: tag, *, #id, .class, [a], [a=v], joined by
 * blanks (inside of) and > (directly inside of).  NULL with a sentence. */
struct fragment *fragment_new(struct slice selector, struct err *e);
void fragment_free(struct fragment *f);
/* fragment_text: those that count have this in their text. */
int fragment_text(struct fragment *f, struct slice text, struct err *e);
/* fragment_attr: those that count have this attribute with this value. */
int fragment_attr(struct fragment *f, struct slice name, struct slice value,
                  struct err *e);
/* fragment_count: so many, FRAGMENT_ANY (the default) for one or more. */
void fragment_count(struct fragment *f, uint32_t count);
/* fragment_judge: whether they stand in the data, or, where it has lines of
 * "elements", in those.  why (may be NULL) is appended where not. */
bool fragment_judge(const struct fragment *f, struct slice data,
                    struct buf *why);

#endif
