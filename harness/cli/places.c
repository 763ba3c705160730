/* SPDX-License-Identifier: MIT
 * Paths of weir's own files; see places.h. */
#include "cli/places.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"

/* The folder of the running program, "" when the kernel does not tell. */
static void own_folder(char out[PATH_MAX])
{
  file_self(out, PATH_MAX);
  out[file_dir_of(out)] = '\0';
}

static int try_path(const char *root, const char *middle, const char *name,
                    struct buf *out)
{
  int rc;
  buf_clear(out);
  rc = buf_addf(out, "%s%s%s", root, middle, name);
  if(rc)
    return rc;
  return access(buf_text(out), R_OK) ? E_NOT_FOUND : 0;
}

int places_data(const char *name, struct buf *out)
{
  char own[PATH_MAX];
  int rc = E_NOT_FOUND;
  own_folder(own);
  if(strncmp(own, WEIR_SOURCE_DIR "/", sizeof(WEIR_SOURCE_DIR)) == 0)
    rc = try_path(WEIR_SOURCE_DIR, "/", name, out);
  if(rc == E_NOT_FOUND && own[0])
    rc = try_path(own, "/../share/weir/", name, out);
  if(rc == E_NOT_FOUND)
    rc = try_path(WEIR_DATADIR, "/", name, out);
  if(rc == E_NOT_FOUND)
    rc = try_path(WEIR_SOURCE_DIR, "/", name, out);
  return rc;
}

int places_program(const char *name, struct buf *out)
{
  char own[PATH_MAX];
  own_folder(own);
  if(own[0] && try_path(own, "/", name, out) == 0)
    return 0;
  buf_clear(out);
  return buf_adds(out, name);
}
