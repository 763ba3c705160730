/* SPDX-License-Identifier: MIT
 * The first files of a project: what it is held to, by what it offers now, and
 * the job that runs it.  Pure but for a look at the project's own files. */
#ifndef WEIR_CI_INIT_H
#define WEIR_CI_INIT_H
#include "ci/ask.h"

#define CI_PROFILE "weir.profile"
#define CI_FLOWS   "weir-flows"

/* All borrowed. */
struct ci_project {
  const char *folder;
  const char *url, *start; /* start NULL: others start it */
  const char *package;     /* how weir comes onto the machine of the job: URL
                              or file of a .deb; NULL: it is there */
  const struct ci_answer *answer;
};

/* Each appends a file; 0 or E_NOMEM.
 *
 * init_file: weir-ci.yaml.  Of a stream without times it asks no latency, of
 * one without numbers no losses: gaps and first events take their place, with
 * room above what was measured. */
int init_file(const struct ci_project *p, struct buf *out);
/* init_profile: what fails today, so that what fails tomorrow is seen; nothing
 * where nothing fails. */
int init_profile(const struct ci_project *p, struct buf *out);
/* init_github, init_gitlab: the job. */
int init_github(const struct ci_project *p, struct buf *out);
int init_gitlab(const struct ci_project *p, struct buf *out);
/* init_start is the shell command that runs a project of which only the folder
 * is known; NULL where its files do not tell. */
const char *init_start(const char *folder);

#endif
