/* SPDX-License-Identifier: MIT
 * Asking what a protocol on top asks. */
#ifndef WEIR_CONFORMANCE_CHECK_ASK_H
#define WEIR_CONFORMANCE_CHECK_ASK_H
#include "endpoint/endpoint.h"
#include "profile/profile.h"

/* check_ask makes a request the profile's, but for what was said of it
 * otherwise: method, body, headers, a path of the URL.  0 or E_* with a
 * sentence. */
int check_ask(struct profile_asked *a, struct endpoint *to, bool method_given,
              struct err *e);
/* check_ask_anew fills what the profile said in again, with variables that
 * answers brought meanwhile. */
int check_ask_anew(struct profile_asked *a, struct endpoint *to,
                   struct err *e);

#endif
