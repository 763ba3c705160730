/* SPDX-License-Identifier: MIT
 * Messages between coordinator and workers: one JSON object a line, its kind
 * in the member "is".
 *
 * To a worker: setup, pilot, go {t0}, measure {m0, m1}, publish {p0, until},
 * failed {known, runs}, stop-publishing, drain {published}, finish.
 *
 * From a worker: ready, pilot, settled, slice, failed {known, runs},
 * published {count, unsent}, over {last}, drained, final {snapshot, ...},
 * trouble {sentence}. */
#ifndef WEIR_LOAD_MESSAGE_H
#define WEIR_LOAD_MESSAGE_H
#include <stdint.h>

#include "base/json.h"
#include "loop/channel.h"

/* message_new returns a new object of that kind, NULL without memory. */
json_t *message_new(const char *kind);
/* message_set takes over value; NULL values and messages are ignored. */
void message_set(json_t *m, const char *key, json_t *value);
void message_set_u64(json_t *m, const char *key, uint64_t value);
void message_set_text(json_t *m, const char *key, const char *text);
/* message_send prints m on the channel and releases it.  0 or an E_* code. */
int message_send(struct channel *c, json_t *m);
/* Readers: 0, "" or false when the member is missing. */
bool message_is(json_t *m, const char *kind);
uint64_t message_u64(json_t *m, const char *key);
double message_real(json_t *m, const char *key);
const char *message_text(json_t *m, const char *key);
bool message_flag(json_t *m, const char *key);

#endif
