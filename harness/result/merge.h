/* SPDX-License-Identifier: MIT
 * Exact merge of weir.load/1 documents: several machines against one target,
 * counted as one.  Histograms are added bucket by bucket, the summary, the
 * thresholds and the verdict are made anew. */
#ifndef WEIR_RESULT_MERGE_H
#define WEIR_RESULT_MERGE_H
#include <stddef.h>

#include "base/err.h"
#include "base/json.h"

struct merge_input {
  const char *name; /* borrowed: the file, for messages and the record */
  json_t *doc;      /* borrowed; as load_read gives it */
};

/* merge_docs returns a new document, or NULL: E_MISMATCH when they do not
 * belong together (another scenario or target, other ledgers, one given
 * twice), E_SYNTAX when a snapshot is damaged, E_NOMEM.  What may differ is
 * what belongs to the machine: workers, source addresses, seed. */
json_t *merge_docs(const struct merge_input *in, size_t count, struct err *e);

#endif
