/* SPDX-License-Identifier: MIT
 * Whether nginx takes the configuration at all.  The finding is made of the
 * whole text, before a location is chosen: see refusal.h. */
#include "rules/rules.h"

/* Of one location there is nothing to say. */
static void judge_none(const struct doctor_facts *f,
                       struct doctor_finding *out)
{
  (void)f;
  (void)out;
}

static const struct doctor_rule rows[] = {
    {.id = "nginx.refused",
     .title = "nginx refuses the configuration",
     .severity = DOCTOR_ERROR,
     .graded = "error; certain",
     .side = SIDE_BOTH,
     .families = FAMILY_ANY,
     .why =
         "nginx does not start with this text, and a running one does not "
         "take it at a reload: it goes on with the old configuration, so that "
         "nothing of what was changed holds. nginx's own sentence and place "
         "are given. What only this machine or this version of nginx lacks (a "
         "file, a module, a name, a newer directive) is no refusal: it is "
         "left out and told. The rest is judged by its text, and nothing is "
         "called proven, before nginx takes the whole.",
     .fix = "",
     .block = "wherever it stands",
     .kind = FIX_KIND_NONE,
     .caveats = "With nginx on this machine it is asked (nginx -t on a "
                "private copy); without one, names, blocks, numbers of "
                "arguments, values and duplicates are held against the "
                "tables of nginx's own modules.",
     .doc = NGX_MAIN "include",
     .judge = judge_none},
};

DOCTOR_GROUP(rules_refused, "Whether nginx takes it", rows);
