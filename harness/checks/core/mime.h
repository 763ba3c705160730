/* SPDX-License-Identifier: MIT
 * Content-Type as the MIME Sniffing and Fetch standards read it, as far as an
 * event stream needs it. */
#ifndef WEIR_CHECKS_CORE_MIME_H
#define WEIR_CHECKS_CORE_MIME_H
#include <stdbool.h>

#include "recording/recording.h"

struct mime {
  bool valid;           /* type "/" subtype, both tokens */
  bool is_event_stream; /* the essence, compared without case */
  bool usual_case;      /* and written in lower case */
  struct slice essence; /* borrowed */
  struct slice charset; /* value of the first charset, without quotes */
  bool has_charset;     /* a charset parameter is there */
  size_t others;        /* parameters that are not the charset */
  struct slice other;   /* the name of the first of those */
  bool trailing;        /* a ';' with nothing behind it */
};

/* mime_parse reads one value.  Everything in m borrows from it. */
void mime_parse(struct slice value, struct mime *m);
/* mime_deciding gives the value that decides where there are several: the last
 * one that parses (Fetch, "extract a MIME type"; its charset rules are not
 * needed here).  Empty when there is none. */
struct slice mime_deciding(const struct message_head *h);
/* How many values all Content-Type lines hold, commas counted. */
size_t mime_values(const struct message_head *h);

#endif
