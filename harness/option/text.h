/* SPDX-License-Identifier: MIT
 * What texts from outside may not hold.  Pure functions. */
#ifndef WEIR_OPTION_TEXT_H
#define WEIR_OPTION_TEXT_H
#include "option/option.h"

/* text_bad_byte returns the offset of the first byte that may not stand in one
 * line of a request (control characters, ill-formed UTF-8), or text.n. */
size_t text_bad_byte(struct slice text);
/* text_is_token: the name of a header, RFC 9110 section 5.6.2. */
bool text_is_token(struct slice name);
/* text_is_pointer: a JSON pointer that begins with '/'. */
bool text_is_pointer(struct slice text);
/* text_is_address: an IPv4 or IPv6 address. */
bool text_is_address(const char *text);
/* text_is_resolve: "host:port:address[,address]", an IPv6 address in brackets
 * or bare. */
bool text_is_resolve(const char *text);
/* text_fault says what was expected where text is no value of a text type;
 * NULL: nothing is wrong. */
const char *text_fault(enum option_type type, struct slice text);

#endif
