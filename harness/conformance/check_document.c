/* SPDX-License-Identifier: MIT
 * What a run becomes; see check_run.h. */
#include <uv.h>

#include "base/file.h"
#include "conformance/check_doc.h"
#include "conformance/check_run.h"
#include "conformance/check_via.h"
#include "transport/caps.h"

#define PROFILE_MAX_BYTES (1u << 20)

static int expect(json_t *doc, const char *path, struct err *e)
{
  struct buf text;
  int rc;
  if(!path)
    return 0;
  buf_init(&text, 0);
  rc = file_read(path, PROFILE_MAX_BYTES, &text, e);
  if(!rc)
    rc = check_doc_expect(doc, buf_slice(&text), path, e);
  buf_free(&text);
  return rc;
}

json_t *check_run_document(const struct check_run *r, struct err *e)
{
  struct check_doc_input in = {.target = r->job->target,
                               .finding = r->finding,
                               .findings = r->checks,
                               .started_real_ns = r->started_real_ns,
                               .elapsed_ns = r->elapsed_ns,
                               .from = r->job->from,
                               .libuv = uv_version_string(),
                               .command = r->job->command,
                               .keep_secrets = r->job->keep_secrets,
                               .stack = check_via_stack(r),
                               .seen = check_via_seen(r),
                               .interrupted = r->interrupted};
  struct caps caps;
  json_t *doc;
  caps_read(&caps);
  in.libcurl = caps.curl_version;
  in.events = input_events(&(struct check_input){
      r->job->target, r->first.recording, r->first.recordings});
  in.exchanges = (uint32_t)(r->first.recordings + r->again.recordings);
  in.lost = r->lost[0] && !r->stopped[0] ? r->lost : NULL;
  if(r->stopped[0])
    in.stopped = r->stopped;
  else
    in.assumptions = buf_slice(&r->first.assumptions);
  doc = check_doc_build(&in);
  e->code = doc ? expect(doc, r->job->profile, e)
                : err_set(e, E_NOMEM,
                          "out of memory while writing the "
                          "result");
  if(!e->code)
    return doc;
  json_decref(doc);
  return NULL;
}
