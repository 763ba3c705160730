/* SPDX-License-Identifier: MIT
 * Whether nginx takes the configuration as it is written.
 *
 * Asked is a real nginx (-t) on a private copy in which only listens, logs,
 * certificates, addresses and paths are mapped; without one, the tables of
 * nginxconf/verify.h.  What only this machine lacks (a file, a module, a name,
 * another version) is no refusal: it is left out and told. */
#ifndef WEIR_DOCTOR_REFUSAL_H
#define WEIR_DOCTOR_REFUSAL_H
#include "doctor/doctor_live.h"
#include "nginxconf/verify.h"
#include "rules/rule.h"

#define REFUSALS_MAX      20
#define REFUSAL_LACKS_MAX 40

struct refusals {
  bool asked; /* a real nginx */
  struct conf_refusal at[REFUSALS_MAX];
  size_t n;
  /* What was left out, since it is not to be had here. */
  struct edit_note lack[REFUSAL_LACKS_MAX];
  size_t lacks;
};

/* refusals_ask lets nginx read the copy, again and again without what it
 * refused.  0; E_NOT_FOUND without nginx, E_CLOSED when stopped, E_IO, E_NOMEM
 * with a sentence. */
int refusals_ask(const struct sandbox_options *o,
                 const struct nginx_program *nginx, const struct conf *c,
                 struct refusals *out, struct err *e);
/* refusals_read does it by the text alone. */
void refusals_read(const struct conf *c, struct conf_version v,
                   struct refusals *out);
/* refusals_tell appends a finding for each, with the likely repair.  0 or
 * E_NOMEM. */
int refusals_tell(const struct refusals *r, struct doctor_findings *out);

/* Private to refusal*.c. */
/* refusal_repair.c: what the author may have meant, in out->fix and edits. */
void refusal_repair(const struct conf_refusal *r, struct doctor_finding *out);
/* refusal_word.c: nginx's sentence about a line of a file: what kind it is,
 * which directive it is about.  at stays NULL where that cannot be told. */
void refusal_word(const struct conf *c, const struct conf_file *file,
                  unsigned int line, const char *sentence,
                  struct conf_refusal *out);
/* Why it is no mistake of the text's: what this machine or this nginx lacks;
 * false where it is one. */
bool refusal_is_lack(const struct conf *c, const struct conf_refusal *r,
                     char *why, size_t size);
/* refusal_map.c: what is mapped in the copy. */
struct rewrite;
int refusal_map(struct rewrite *r, const struct conf_directive *d);
/* Puts the user's words back into a sentence about the copy. */
void refusal_unmap(const struct rewrite *r, const struct conf_directive *d,
                   char *sentence, size_t size);
/* Text for the outermost block of http. */
int refusal_common(struct rewrite *r, struct buf *out);

#endif
