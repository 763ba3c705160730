/* SPDX-License-Identifier: MIT
 * What the head of a response shows of the software that made it.  Pure. */
#ifndef WEIR_CHECKS_CORE_STACK_H
#define WEIR_CHECKS_CORE_STACK_H
#include "recording/recording.h"

/* stack_of names the stack as fixes do ("Python/Starlette"); NULL where the
 * head does not show it.  *sign is the value that does ("uvicorn"), within
 * h. */
const char *stack_of(const struct message_head *h, struct slice *sign);

#endif
