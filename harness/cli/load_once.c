/* SPDX-License-Identifier: MIT
 * One load run; see load_once.h. */
#include "cli/load_once.h"

#include <stdio.h>
#include <string.h>
#include <uv.h>

#include "base/file.h"
#include "cli/progress.h"
#include "document/values.h"
#include "load/load.h"
#include "load/load_doc.h"
#include "transport/caps.h"

int load_exit_of(int rc)
{
  switch(rc) {
  case E_LIMIT:
    return EXIT_INVALID;
  case E_UNREACHABLE:
  case E_NOT_FOUND:
    return EXIT_UNREACHABLE;
  case E_CLOSED:
    return EXIT_INTERRUPTED;
  case E_SYNTAX:
  case E_RANGE:
  case E_UNSUPPORTED:
  case E_MISMATCH:
    return EXIT_USAGE;
  default:
    return EXIT_INVALID;
  }
}

int load_watch(struct load_args *a, struct err *e)
{
  int rc;
  if(!a->watched)
    return 0;
  rc = live_open(a->live.port, &a->live, e);
  if(!rc)
    fprintf(stderr,
            "weir: live view on http://127.0.0.1:%u/ (metrics at /metrics)\n",
            a->live.port);
  return rc;
}

void load_unwatch(struct load_args *a)
{
  if(a->watched)
    live_close(&a->live);
}

struct load_doc_context load_context(const char *command)
{
  struct caps caps;
  caps_read(&caps);
  return (struct load_doc_context){.libcurl = caps.curl_version,
                                   .libuv = uv_version_string(),
                                   .command_line = command};
}

int load_print_scenario(const struct scenario *s)
{
  struct buf text;
  buf_init(&text, 0);
  if(scenario_print(s, &text) == 0)
    fputs(buf_text(&text), stdout);
  buf_free(&text);
  return EXIT_PASS;
}

json_t *load_once(const struct load_args *a, const char *command,
                  struct err *e)
{
  struct load_doc_context context = load_context(command);
  struct load_options options;
  struct load_outcome outcome;
  struct progress progress;
  char program[4096];
  json_t *doc;
  int rc;
  if(file_self(program, sizeof(program))) {
    err_set(e, E_INTERNAL, "/proc/self/exe cannot be read: is /proc mounted?");
    return NULL;
  }
  progress_init(&progress, a->common.quiet);
  memset(&options, 0, sizeof(options));
  options.program = program;
  options.on_progress = progress_show;
  options.progress_ctx = &progress;
  options.live = a->watched ? &a->live : NULL;
  rc = load_run(a->scenario, &options, &outcome, e);
  progress_end(&progress);
  if(rc) {
    e->code = rc; /* what the exit code is made of */
    return NULL;
  }
  doc = load_doc_build(&outcome, &context);
  load_outcome_free(&outcome);
  if(doc && values_mask_json(doc)) {
    json_decref(doc);
    doc = NULL;
  }
  if(!doc)
    err_set(e, E_NOMEM, "out of memory while writing the result");
  return doc;
}
