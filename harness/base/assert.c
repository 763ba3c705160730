/* SPDX-License-Identifier: MIT
 * What a broken invariant says; see assert.h. */
#include "base/assert.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"

/* The path as it stands in the project: compilers are given it from the root
 * of the file system, or from the build's folder. */
static const char *within(const char *file)
{
  size_t n = strlen(WEIR_SOURCE_DIR "/");
  if(strncmp(file, WEIR_SOURCE_DIR "/", n) == 0)
    return file + n;
  while(strncmp(file, "../", 3) == 0)
    file += 3;
  return file;
}

_Noreturn void assert_failed(const char *file, int line, const char *claim)
{
  log_error("%s:%d: %s does not hold; please report it", within(file), line,
            claim);
  abort();
}
