/* SPDX-License-Identifier: MIT
 * Messages for the person at the terminal, on stderr, one line each. */
#ifndef WEIR_BASE_LOG_H
#define WEIR_BASE_LOG_H
#include <stddef.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO };

/* log_set_level hides what is finer; the default is LOG_WARN. */
void log_set_level(enum log_level level);
/* log_set_name sets the program name in front of each line ("weir"). */
void log_set_name(const char *name);
/* log_set_mask has each line changed before it is shown; it keeps its length.
 */
void log_set_mask(void (*mask)(char *line, size_t n));
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
