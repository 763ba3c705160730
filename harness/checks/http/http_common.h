/* SPDX-License-Identifier: MIT
 * Small questions that several http.* groups ask.  Private to checks/. */
#ifndef WEIR_CHECKS_HTTP_HTTP_COMMON_H
#define WEIR_CHECKS_HTTP_HTTP_COMMON_H
#include "checks/core/check.h"

/* Reasons to skip, for rows; NULL where the check applies. */
const char *http_skip_without_origin(const struct check_input *in);
const char *http_skip_without_credentials(const struct check_input *in);
const char *http_skip_other_method(
    const struct check_input *in); /* GET only */
const char *http_skip_not_finite(const struct check_input *in);
const char *http_skip_finite(const struct check_input *in);
const char *http_skip_without_tls(const struct check_input *in);
const char *http_skip_not_redirected(const struct check_input *in);
const char *http_skip_redirect_get(const struct check_input *in);
const char *http_skip_redirect_cors(const struct check_input *in);
const char *http_skip_redirect_resume(const struct check_input *in);
const char *http_skip_without_cap(const struct check_input *in);

/* A 3xx that clients follow: 301, 302, 303, 307, 308. */
bool http_is_redirect(int status);
/* The server ended the exchange, however. */
bool http_ended_by_server(const struct recording *r);
/* Nanoseconds from the request being sent to its complete head; -1. */
int64_t http_head_time(const struct recording *r);
/* ms for people, with one decimal where it is short. */
double http_ms(int64_t ns);
/* The deadline for a head with the connection's own time added. */
int64_t http_head_limit(const struct check_input *in,
                        const struct recording *r);

#endif
