/* SPDX-License-Identifier: MIT
 * The log of answers; see log.h. */
#include "answers/log.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"

void answer_log_token(struct answer_log *l, uint64_t now_ns)
{
  if(l->tokens == ANSWER_LOG_TOKENS)
    return;
  if(l->tokens == l->room) {
    uint32_t room = l->room ? 2 * l->room : 32;
    uint64_t *more = realloc(l->token_ns, room * sizeof(*more));
    if(!more)
      return;
    l->token_ns = more;
    l->room = room;
  }
  l->token_ns[l->tokens++] = now_ns;
}

/* One write: lines of several workers do not mix. */
static void append(const char *file, struct slice line)
{
  int fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if(fd < 0)
    return;
  if(write(fd, line.p, line.n) < 0) {
    /* the log is a help, and no reason to answer otherwise */
  }
  close(fd);
}

void answer_log_write(const struct answer_log *l, const char *file,
                      const char *how)
{
  struct buf line;
  uint32_t i;
  if(!file[0])
    return;
  buf_init(&line, 0);
  buf_addf(&line,
           "{\"api\":\"%s\",\"number\":%llu,\"asked_ns\":%llu,"
           "\"lead_ns\":%llu,\"end_ns\":%llu,\"how\":\"%s\",\"token_ns\":[",
           l->api, (unsigned long long)l->number,
           (unsigned long long)l->asked_ns, (unsigned long long)l->lead_ns,
           (unsigned long long)l->end_ns, how);
  for(i = 0; i < l->tokens; i++)
    buf_addf(&line, "%s%llu", i ? "," : "",
             (unsigned long long)l->token_ns[i]);
  buf_adds(&line, "]}\n");
  if(!line.rc)
    append(file, buf_slice(&line));
  buf_free(&line);
}

void answer_log_fini(struct answer_log *l)
{
  free(l->token_ns);
}
