/* SPDX-License-Identifier: MIT
 * What the text alone cannot tell, and what may stand elsewhere.  Pure. */
#ifndef WEIR_RULES_UNJUDGED_H
#define WEIR_RULES_UNJUDGED_H
#include "rules/facts.h"
#include "rules/finding.h"

/* doctor_unjudged tells whether nothing of a stream can be judged at the end
 * of the route, and why, with what to run or give instead: it only redirects,
 * nginx or code in it writes the stream itself, or an include that is missing
 * decides. */
bool doctor_unjudged(const struct doctor_facts *f, char *why, size_t size);
/* doctor_unjudged_text: the same of a configuration without any server: an
 * include found no file. */
bool doctor_unjudged_text(const struct conf *c, char *why, size_t size);
/* unjudged_include is a missing include that holds, or stands in what holds,
 * for block, innermost first; NULL where none does.  Those that cannot matter
 * to a stream (mime.types, fastcgi_params) do not count. */
const struct conf_directive *unjudged_include(
    const struct conf *c, const struct conf_directive *block);
/* unjudged_cap makes a finding that such an include could overturn a possible
 * warning, and takes its edits where they might set twice in one block what
 * the include sets there. */
void unjudged_cap(const struct doctor_facts *f, struct doctor_finding *out);

#endif
