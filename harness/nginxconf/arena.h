/* SPDX-License-Identifier: MIT
 * Memory that is given back all at once, for trees of small things.
 *
 * Private to nginxconf/. */
#ifndef WEIR_NGINXCONF_ARENA_H
#define WEIR_NGINXCONF_ARENA_H
#include "base/slice.h"

struct conf_arena;

/* All return NULL without memory. */
struct conf_arena *conf_arena_new(void);
void conf_arena_free(struct conf_arena *a);
/* Zeroed, aligned for any object. */
void *conf_arena_get(struct conf_arena *a, size_t bytes);
/* A copy with a NUL byte behind. */
char *conf_arena_text(struct conf_arena *a, struct slice text);

#endif
