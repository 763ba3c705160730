/* SPDX-License-Identifier: MIT
 * Finding profiles: those that weir brings, by name, and a user's own, by
 * path. */
#ifndef WEIR_CLI_PROFILES_H
#define WEIR_CLI_PROFILES_H
#include "profile/profile.h"

#define PROFILES_FOLDER "scenarios/profiles"

/* profiles_load reads "openai-chat", or the file "./mine.yaml" (what holds a
 * "/" or ends with ".yaml").  NULL with a sentence: E_NOT_FOUND names the one
 * that was probably meant; else what is wrong with the file. */
struct profile *profiles_load(const char *name, struct err *e);
/* profiles_load_all reads all that weir brings into a new array of *count;
 * NULL with a sentence. */
struct profile **profiles_load_all(size_t *count, struct err *e);
void profiles_free_all(struct profile **all, size_t count);

#endif
