/* SPDX-License-Identifier: MIT
 * Offenders in documents and in sentences; see offenders.h. */
#include "load/offenders.h"

#include <inttypes.h>

#include "document/doc.h"
#include "document/secrets.h"

json_t *offenders_build(const struct snapshot *s)
{
  json_t *list = json_array();
  uint32_t i;
  for(i = 0; i < s->offender_count; i++) {
    const struct offender *o = &s->offender[i];
    json_t *j = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o}", "kind", json_text(slice_of(o->kind)),
        "stream", doc_integer(o->stream), "number", doc_integer(o->number),
        "count", doc_integer(o->count), "t_s", doc_real(o->t_s), "detail",
        o->detail[0] ? secrets_text(o->detail) : json_null());
    if(json_array_append_new(list, j)) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

int offenders_sentence(json_t *offender, struct buf *out)
{
  uint64_t first = doc_count(offender, "number");
  uint64_t count = doc_count(offender, "count");
  const char *detail = doc_text(offender, "detail");
  int rc = buf_addf(out, "%s: stream %" PRIu64 ", ",
                    doc_text(offender, "kind"), doc_count(offender, "stream"));
  if(!rc && count > 1)
    rc = buf_addf(out, "numbers %" PRIu64 "-%" PRIu64, first,
                  first + count - 1);
  else if(!rc)
    rc = buf_addf(out, "number %" PRIu64, first);
  if(!rc)
    rc = buf_addf(out, ", at %.1f s", doc_number(offender, "t_s", 0));
  if(!rc && detail[0])
    rc = buf_addf(out, " (%s)", detail);
  return rc;
}
