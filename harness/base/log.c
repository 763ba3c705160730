/* SPDX-License-Identifier: MIT
 * Messages on stderr; see log.h. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static enum log_level shown = LOG_WARN;
static const char *program = "weir";

static void (*mask)(char *line, size_t n);

void log_set_mask(void (*fn)(char *line, size_t n))
{
  mask = fn;
}

void log_set_level(enum log_level level)
{
  shown = level;
}

void log_set_name(const char *name)
{
  program = name;
}

static void emit(enum log_level level, const char *word, const char *fmt,
                 va_list ap) __attribute__((format(printf, 3, 0)));

static void emit(enum log_level level, const char *word, const char *fmt,
                 va_list ap)
{
  char line[2048];
  if(level > shown)
    return;
  vsnprintf(line, sizeof(line), fmt, ap);
  if(mask)
    mask(line, strlen(line));
  /* One call a line, so that lines of several processes do not mix. */
  fprintf(stderr, "%s: %s%s\n", program, word, line);
}

#define DEFINE(fn, level, word)                                               \
  void fn(const char *fmt, ...)                                               \
  {                                                                           \
    va_list ap;                                                               \
    va_start(ap, fmt);                                                        \
    emit(level, word, fmt, ap);                                               \
    va_end(ap);                                                               \
  }

DEFINE(log_error, LOG_ERROR, "error: ")
DEFINE(log_warn, LOG_WARN, "warning: ")
DEFINE(log_info, LOG_INFO, "")
