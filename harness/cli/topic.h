/* SPDX-License-Identifier: MIT
 * Pages of Markdown that weir help shows and man has too: headings, paragraphs
 * and fenced blocks. */
#ifndef WEIR_CLI_TOPIC_H
#define WEIR_CLI_TOPIC_H
#include "base/buf.h"

struct topic {
  const char *name, *summary;
  const char *text; /* Markdown */
};

/* The last one has no name. */
extern const struct topic topics[];

/* topic_find is NULL where there is none. */
const struct topic *topic_find(const char *name);
/* topic_text appends it for a terminal: blocks indented, marks left out. */
int topic_text(const char *markdown, struct buf *out);
/* topic_roff appends what stands below its title, for a man page. */
int topic_roff(const char *markdown, struct buf *out);

#endif
