/* SPDX-License-Identifier: MIT
 * Sentences about a document that several renderers share.  All append to
 * out and return 0 or a negative E_* code. */
#ifndef WEIR_RESULT_PHRASES_H
#define WEIR_RESULT_PHRASES_H
#include "base/buf.h"
#include "base/json.h"

typedef int phrase_fn(json_t *doc, struct buf *out);
/* "PASS", "FAIL", "INVALID", "INTERRUPTED"; never NULL. */
const char *phrases_verdict(json_t *doc);
/* "10,000 opened of 10,000 attempts, peak 10,000; 0 failed" */
/* What a load in requests has; nothing where it is none. */
bool phrases_of_requests(json_t *doc);
int phrases_requests(json_t *doc, struct buf *out);
int phrases_tokens(json_t *doc, struct buf *out);
int phrases_goodput(json_t *doc, struct buf *out);
int phrases_streams(json_t *doc, struct buf *out);
/* "12 timeout, 2 status-503"; nothing when there were no causes. */
int phrases_causes(json_t *doc, struct buf *out);
/* "3 ended by the server (2 broken); 3 reconnects, 3 opened, 3 resumed" */
int phrases_endings(json_t *doc, struct buf *out);
/* "1,000,000 received, 50,000/s, 9.5 MiB/s; 400 comments" */
int phrases_events(json_t *doc, struct buf *out);
/* "exact: 0 lost of 1,000,000, 0 duplicated, ..." */
int phrases_delivery(json_t *doc, struct buf *out);
/* "from the publish time to the kernel's receive time" */
int phrases_clock(json_t *doc, struct buf *out);
/* "2 workers, CPU 55% of a core, loop lag p99 0.10 ms, 13.2 KiB a stream" */
int phrases_generator(json_t *doc, struct buf *out);
/* The same for the server; nothing when it was not watched. */
int phrases_server(json_t *doc, struct buf *out);
/* "hello, 20 s measured of 23 s, seed 42, HTTP/1.1" */
int phrases_run(json_t *doc, struct buf *out);

#endif
