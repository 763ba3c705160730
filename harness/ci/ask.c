/* SPDX-License-Identifier: MIT
 * Asking; see ask.h. */
#include "ci/ask.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "document/exit_code.h"

#define LISTEN_NS    (5 * NS_PER_SEC)
#define LOAD_TIME    "4s"
#define DOCUMENT_MAX ((size_t)64 << 20)

/* Runs a command that writes a document, and takes that. */
static json_t *document_of(const struct ci_question *q, step_command *command,
                           struct step_line *l, struct err *e)
{
  const struct step_job job = {
      .command = command, .line = l, .server = q->server, .silent = true};
  struct step_end end = {0};
  struct buf path, text;
  json_t *doc = NULL;
  buf_init(&path, 0);
  buf_init(&text, 0);
  buf_addf(&path, "%s/asked.json", q->folder);
  step_add(l, "--out=%s", buf_text(&path));
  if(step_run(&job, &end, e) == 0 &&
     file_read(buf_text(&path), DOCUMENT_MAX, &text, NULL) == 0)
    doc = json_parse(buf_slice(&text), buf_text(&path), e);
  if(!doc)
    err_set(e, E_UNREACHABLE, "%s",
            end.why.text[0] ? end.why.text : "nothing was answered");
  unlink(buf_text(&path));
  buf_free(&text);
  buf_free(&path);
  step_line_free(l);
  return doc;
}

int ci_ask(const struct ci_question *q, struct ci_answer *out, struct err *e)
{
  struct step_line load = {.words = 0}, check = {.words = 0};
  int rc;
  memset(out, 0, sizeof(*out));
  buf_init(&out->flow, 0);
  step_add(&load, "load");
  step_add(&load, "%s", q->url);
  step_add(&load, "--connections=%d", ASK_STREAMS);
  step_add(&load, "--duration=" LOAD_TIME);
  step_add(&load, "--no-default-thresholds");
  out->load = document_of(q, q->tools->load, &load, e);
  if(!out->load)
    return e->code;
  step_add(&check, "check");
  step_add(&check, "%s", q->url);
  step_add(&check, "--fast");
  out->check = document_of(q, q->tools->check, &check, e);
  if(!out->check)
    return e->code;
  rc = q->record(q->url, LISTEN_NS, &out->flow, e);
  if(rc == E_MISMATCH) { /* not one event: a flow would have nothing to say */
    buf_clear(&out->flow);
    rc = 0;
  }
  return rc;
}

void ci_answer_free(struct ci_answer *a)
{
  json_decref(a->load);
  json_decref(a->check);
  buf_free(&a->flow);
}
