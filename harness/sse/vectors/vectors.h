/* SPDX-License-Identifier: MIT
 * The parser test vectors as plain data: inputs, chunk borders, expectations.
 *
 * A library of its own (weir_vectors) without a byte of parser code, so that
 * the reference server can serve the inputs and still share nothing with the
 * parser that reads them.  The tables are written by generate.py from
 * sse-vectors.json; everything in them is constant. */
#ifndef WEIR_SSE_VECTORS_H
#define WEIR_SSE_VECTORS_H
#include <stddef.h>
#include <stdint.h>

#define SSE_VECTOR_NO_RETRY UINT64_MAX

/* A run of bytes that may contain NUL. */
struct sse_vector_text {
  const char *p;
  size_t n;
};

/* Expectations are as an EventSource shows them: ill-formed UTF-8 replaced. */
struct sse_vector_event {
  struct sse_vector_text type;
  struct sse_vector_text data;
  struct sse_vector_text last_event_id;
};

struct sse_vector {
  const char *id; /* permanent, e.g. "g.cr-crlf" */
  const char *note;
  const unsigned char *bytes;
  size_t n;
  const size_t *cuts; /* offsets where a new chunk begins; equal ones stand for
                         an empty chunk */
  size_t cut_count;
  const struct sse_vector_event *events;
  size_t event_count;
  struct sse_vector_text last_event_id; /* committed at the end */
  uint64_t retry_ms; /* SSE_VECTOR_NO_RETRY when none was accepted */
};

/* The vectors in the order of their ids' groups; count in *count. */
const struct sse_vector *sse_vectors(size_t *count);
/* sse_vector_find returns the vector of that id, or NULL. */
const struct sse_vector *sse_vector_find(const char *id);

#endif
