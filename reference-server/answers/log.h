/* SPDX-License-Identifier: MIT
 * When each event of an answer was written, as a line of JSON in a file that
 * all workers append to: what a client's times are held against.
 *
 *   {"api", "number", "asked_ns", "lead_ns", "token_ns": [...], "end_ns",
 *    "how"}; times are CLOCK_MONOTONIC, the instant before send(). */
#ifndef WEIR_SERVER_ANSWERS_LOG_H
#define WEIR_SERVER_ANSWERS_LOG_H
#include <stdint.h>

#define ANSWER_LOG_TOKENS 4096u /* of one answer; more are not kept */

struct answer_log {
  const char *api;
  uint64_t number, asked_ns, lead_ns, end_ns;
  uint32_t tokens, room;
  uint64_t *token_ns; /* owned */
};

void answer_log_token(struct answer_log *l, uint64_t now_ns);
/* answer_log_write appends the line to the file; "" = none is kept. */
void answer_log_write(const struct answer_log *l, const char *file,
                      const char *how);
void answer_log_fini(struct answer_log *l);

#endif
