/* SPDX-License-Identifier: MIT
 * Private to subscriber/: subscriber.c keeps the life cycle, and
 * subscriber_attempt.c makes one attempt and judges the answer. */
#ifndef WEIR_SUBSCRIBER_PRIVATE_H
#define WEIR_SUBSCRIBER_PRIVATE_H
#include "subscriber/subscriber.h"

/* subscriber_attempt starts one exchange.  False when none could be started:
 * on_request declined, or the request is impossible (then told as a failure).
 */
bool subscriber_attempt(struct subscriber *s);
/* subscriber_failed and subscriber_ended tell the listener and arrange what
 * follows: waiting for the retry time, or the stop. */
void subscriber_failed(struct subscriber *s, const struct subscriber_cause *c);
void subscriber_ended(struct subscriber *s, const struct subscriber_cause *c);

#endif
