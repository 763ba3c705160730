/* SPDX-License-Identifier: MIT
 * Programs that a flow runs; see instance.h.  They have a time, what they
 * print is bounded, and nothing of them is left behind. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "flow/instance.h"

#define ARGUMENTS_MAX 64
#define LOOK_NS       (5 * (int64_t)NS_PER_MS)
#define SHOWN         300 /* bytes of what it printed last */

struct line {
  char *word[ARGUMENTS_MAX + 1]; /* owned, NULL behind the last */
  uint32_t words;
};

static int fill(struct instance *in, struct line *l, struct err *e)
{
  const struct yaml_node *list = yaml_get(in->at->step->map, "command"), *i;
  int rc = 0;
  for(i = list->child; i && !rc; i = i->next) {
    struct buf text;
    if(l->words == ARGUMENTS_MAX)
      return err_set(e, E_LIMIT, "more than %d arguments", ARGUMENTS_MAX);
    buf_init(&text, 0);
    rc = vars_text(&in->vars, "", i->text, &text, e);
    if(!rc) {
      l->word[l->words] = slice_dup(buf_slice(&text));
      rc =
          l->word[l->words] ? 0 : err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
      l->words += rc == 0;
    }
    buf_free(&text);
  }
  return rc;
}

int program_start(struct instance *in, struct err *e)
{
  struct line l = {.words = 0};
  char path[PATH_MAX];
  int rc = fill(in, &l, e);
  uint32_t i;
  if(!rc && !process_find(l.word[0], l.word[0], NULL, path, sizeof(path)))
    rc = err_set(e, E_NOT_FOUND, "there is no program \"%.200s\"", l.word[0]);
  if(!rc) {
    free(l.word[0]);
    l.word[0] = slice_dup(slice_of(path));
    buf_clear(&in->at->printed);
    rc = process_start(&in->at->program, (const char *const *)l.word, e);
  }
  for(i = 0; i < l.words; i++)
    free(l.word[i]);
  return rc;
}

void program_stop(struct lane *l)
{
  if(l->program.pid)
    process_end(&l->program);
  l->program = (struct process){.out = -1};
}

static void tell_end(const struct instance *in, int status, struct buf *why)
{
  int wanted = (int)node_count(in->at->step->map, "exit", 0);
  struct slice last = buf_slice(&in->at->printed);
  if(status == wanted)
    return;
  buf_addf(why, "it ended with %d, wanted %d", status, wanted);
  if(last.n > SHOWN)
    last = (struct slice){last.p + last.n - SHOWN, SHOWN};
  if(last.n)
    buf_addf(why, "; it printed: %.*s", (int)last.n, last.p);
}

bool program_poll(struct instance *in, struct buf *why)
{
  uint64_t limit = node_time_ns(in->at->step->map, "within", 10 * NS_PER_SEC);
  int64_t end =
      in->result[in->at->step->number].began_ns + step_scaled(in, limit);
  int status = 0;
  process_read(&in->at->program, &in->at->printed);
  if(!process_running(&in->at->program, &status)) {
    process_read(&in->at->program, &in->at->printed);
    tell_end(in, status, why);
  } else if(in->quiet_ns >= end)
    buf_adds(why, "it did not end in time, and was ended");
  else {
    instance_wake(in, instance_now(in) + LOOK_NS);
    return false;
  }
  program_stop(in->at);
  return true;
}
