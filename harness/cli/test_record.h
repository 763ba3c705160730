/* SPDX-License-Identifier: MIT
 * A first flow from a stream that is listened to. */
#ifndef WEIR_CLI_TEST_RECORD_H
#define WEIR_CLI_TEST_RECORD_H
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

/* test_record listens to url for so long and appends a flow file that expects
 * what came.  E_UNREACHABLE, E_MISMATCH with a sentence where no stream was
 * there, or nothing came. */
int test_record(const char *url, uint64_t for_ns, struct buf *out,
                struct err *e);
/* test_record_write is the part behind the listening: stream is a member of a
 * document's "streams". */
int test_record_write(const char *url, uint64_t for_ns, json_t *stream,
                      struct buf *out);

#endif
