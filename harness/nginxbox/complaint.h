/* SPDX-License-Identifier: MIT
 * What nginx says when it refuses a configuration:
 * "unknown directive "x" in /path/f0.conf:12". */
#ifndef WEIR_NGINXBOX_COMPLAINT_H
#define WEIR_NGINXBOX_COMPLAINT_H
#include <stdbool.h>
#include <stdint.h>

struct complaint {
  char text[400]; /* without the place */
  char path[432]; /* "" no place */
  char name[64];  /* of the directive, where it tells */
  uint32_t line;  /* 0: no place */
};

/* complaint_read takes the first [emerg] of what nginx wrote; false where
 * there is none. */
bool complaint_read(const char *log, struct complaint *out);

#endif
