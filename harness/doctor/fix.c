/* SPDX-License-Identifier: MIT
 * Findings made into corrected texts; see fix.h. */
#include "doctor/fix.h"

#include <stdlib.h>
#include <string.h>

int doctor_fix(const struct conf *c, const struct doctor_findings *f,
               struct patched *out, struct err *e)
{
  const struct conf_edit **edit =
      calloc(f->n * DOCTOR_MAX_EDITS + 1, sizeof(*edit));
  size_t n = 0;
  int rc;
  memset(out, 0, sizeof(*out));
  if(!edit)
    return err_set(e, E_NOMEM, "out of memory");
  for(size_t i = 0; i < f->n; i++) {
    for(size_t k = 0; k < f->at[i].edits; k++)
      edit[n++] = &f->at[i].edit[k];
  }
  rc = patch_apply(c, edit, n, out, e);
  free(edit);
  return rc;
}
