/* SPDX-License-Identifier: MIT
 * The values of directives whose module leaves them to nginx's own readers.
 *
 * Private to nginxconf/. */
#ifndef WEIR_NGINXCONF_VERIFY_VALUE_H
#define WEIR_NGINXCONF_VERIFY_VALUE_H
#include "nginxconf/verify.h"

/* verify_value tells whether d's arguments are such as f takes; where not,
 * out->sentence has nginx's words. */
bool verify_value(const struct conf_directive *d, const struct conf_form *f,
                  struct conf_refusal *out);
/* Whether a word is a time (milliseconds allowed or not), a size, a number. */
bool verify_time(const char *text, bool ms);
bool verify_size(const char *text, bool giga);
bool verify_number(const char *text);
/* verify_words.c: the words of a directive whose module reads them itself;
 * true for those that are not looked at. */
bool verify_own_words(const struct conf_directive *d,
                      struct conf_refusal *out);

#endif
