/* SPDX-License-Identifier: MIT
 * What a terminal may be sent: nothing but text where there is none. */
#ifndef WEIR_CLI_TERMINAL_H
#define WEIR_CLI_TERMINAL_H
#include <stdbool.h>

/* terminal_draws: fd is a terminal that can draw a line anew; one of
 * TERM=dumb, or without TERM, cannot. */
bool terminal_draws(int fd);
/* terminal_wants_colour: it draws, and NO_COLOR is unset or empty. */
bool terminal_wants_colour(int fd);
/* terminal_line draws the last line of standard error anew, "" removes it;
 * nothing where that cannot be. */
void terminal_line(const char *text);

#endif
