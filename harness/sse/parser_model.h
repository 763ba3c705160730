/* SPDX-License-Identifier: MIT
 * Test help: a second interpreter of event streams, written straight from the
 * text of HTML 9.2.6 with no regard to speed, for whole streams only.  What it
 * and the parser disagree on is a bug in one of them. */
#ifndef WEIR_SSE_PARSER_MODEL_H
#define WEIR_SSE_PARSER_MODEL_H
#include <stdint.h>

#include "base/buf.h"

struct parser_model {
  struct buf text;    /* events in the words of transcript_add_event */
  struct buf last_id; /* the committed last event ID string */
  uint64_t retry_ms;  /* UINT64_MAX when none was accepted */
  size_t blank_lines;
  struct buf data, type, id; /* the three buffers of the standard */
};

void parser_model_run(struct parser_model *m, struct slice stream);
void parser_model_free(struct parser_model *m);

#endif
