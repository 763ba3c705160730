/* SPDX-License-Identifier: MIT
 * Parent of the workers; see supervisor.h. */
#include "supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "base/log.h"
#include "http/listen.h"
#include "server.h"
#include "topics/hub.h"

/* Workers stop within 3 s by themselves, or a little later with many streams
 * on a busy machine. */
#define KILL_AFTER_MS 10000u

struct supervisor {
  uv_loop_t loop;
  uv_signal_t on_int, on_term, on_child;
  uv_poll_t notify;
  uv_timer_t kill_timer;
  const struct server_options *options;
  struct hub *hub;
  supervisor_ready_fn on_ready;
  uint16_t port;
  uint32_t alive;
  bool announced;
  int code;
};

static void close_one(uv_handle_t *handle, void *arg)
{
  (void)arg;
  if(!uv_is_closing(handle))
    uv_close(handle, NULL);
}

static void begin_stop(struct supervisor *sup)
{
  atomic_store(&sup->hub->stopping, true);
  hub_wake_all(sup->hub);
}

static void on_kill(uv_timer_t *timer)
{
  struct supervisor *sup = timer->data;
  for(uint32_t i = 0; i < sup->hub->workers; i++) {
    int pid = atomic_load(&sup->hub->slots[i].pid);
    if(pid)
      kill(pid, SIGKILL);
  }
}

static void on_stop(uv_signal_t *handle, int signum)
{
  struct supervisor *sup = handle->data;
  (void)signum;
  begin_stop(sup);
  uv_timer_start(&sup->kill_timer, on_kill, KILL_AFTER_MS, 0);
}

static void describe_death(char *out, size_t size, int status)
{
  if(WIFSIGNALED(status))
    snprintf(out, size, "was killed by signal %d (%s)", WTERMSIG(status),
             strsignal(WTERMSIG(status)));
  else
    snprintf(out, size, "ended with code %d", WEXITSTATUS(status));
}

/* Nobody must wait for, or count on, a dead worker. */
static void forget_worker(struct hub *h, uint32_t i)
{
  struct hub_slot *slot = &h->slots[i];
  uint64_t head, tail;
  uint32_t topics = atomic_load(&h->topic_count);
  for(uint32_t t = 0; t < topics; t++)
    atomic_store(&hub_topic_at(h, t)->subscribers[i], 0);
  atomic_store(&slot->count.connections, 0);
  atomic_store(&slot->count.streams, 0);
  hub_lock(&h->lock);
  atomic_store(&slot->pid, 0);
  head = atomic_load(&h->command_head);
  tail = atomic_load(&slot->command_tail);
  while(tail < head) {
    struct hub_command *cmd = hub_command_at(h, ++tail);
    if(atomic_fetch_sub(&cmd->remaining, 1) == 1)
      hub_wake(h, cmd->requester);
  }
  atomic_store(&slot->command_tail, head);
  hub_unlock(&h->lock);
}

static void reap(struct supervisor *sup, uint32_t i, int status)
{
  struct hub_slot *slot = &sup->hub->slots[i];
  char how[128];
  int pid = atomic_load(&slot->pid);
  bool asked = atomic_load(&sup->hub->stopping);
  atomic_store(&slot->status, status);
  forget_worker(sup->hub, i);
  sup->alive--;
  if(asked && status == 0)
    return;
  describe_death(how, sizeof(how), status);
  log_error("worker %u (pid %d) %s; its streams are gone, %u of %u workers "
            "remain",
            i, pid, how, sup->alive, sup->hub->workers);
  sup->code = 1;
}

/* From here on the exit code is settled: an impatient second signal must not
 * change it once libuv has given the handlers back. */
static void finish(struct supervisor *sup)
{
  sigset_t late;
  sigemptyset(&late);
  sigaddset(&late, SIGTERM);
  sigaddset(&late, SIGINT);
  sigprocmask(SIG_BLOCK, &late, NULL);
  uv_walk(&sup->loop, close_one, NULL);
}

static void on_child(uv_signal_t *handle, int signum)
{
  struct supervisor *sup = handle->data;
  (void)signum;
  for(uint32_t i = 0; i < sup->hub->workers; i++) {
    int pid = atomic_load(&sup->hub->slots[i].pid);
    int status;
    if(pid && waitpid(pid, &status, WNOHANG) == pid)
      reap(sup, i, status);
  }
  /* Before the ready line a missing worker is a failed start. */
  if(!sup->announced && sup->alive < sup->hub->workers &&
     !atomic_load(&sup->hub->stopping)) {
    sup->code = 3;
    begin_stop(sup);
  }
  if(!sup->alive)
    finish(sup);
}

static void on_notify(uv_poll_t *handle, int status, int events)
{
  struct supervisor *sup = handle->data;
  uint64_t count;
  ssize_t n = read(sup->hub->parent_fd, &count, sizeof(count));
  (void)n;
  (void)status;
  (void)events;
  for(uint32_t i = 0; i < sup->hub->workers; i++) {
    if(!atomic_load(&sup->hub->slots[i].ready))
      return;
  }
  if(!sup->announced)
    sup->on_ready(sup->options, sup->port);
  sup->announced = true;
}

static void watch_signal(struct supervisor *sup, uv_signal_t *handle,
                         uv_signal_cb fn, int signum)
{
  uv_signal_init(&sup->loop, handle);
  handle->data = sup;
  uv_signal_start(handle, fn, signum);
}

static int supervise(struct supervisor *sup)
{
  if(uv_loop_init(&sup->loop))
    return 3;
  watch_signal(sup, &sup->on_int, on_stop, SIGINT);
  watch_signal(sup, &sup->on_term, on_stop, SIGTERM);
  watch_signal(sup, &sup->on_child, on_child, SIGCHLD);
  uv_poll_init(&sup->loop, &sup->notify, sup->hub->parent_fd);
  uv_timer_init(&sup->loop, &sup->kill_timer);
  sup->notify.data = sup->kill_timer.data = sup;
  uv_poll_start(&sup->notify, UV_READABLE, on_notify);
  /* A worker may have died before SIGCHLD was watched. */
  on_child(&sup->on_child, SIGCHLD);
  uv_run(&sup->loop, UV_RUN_DEFAULT);
  uv_loop_close(&sup->loop);
  return sup->code;
}

/* Forks all workers.  Returns the index in a worker, workers in the parent,
 * or -1. */
static int64_t fork_workers(struct hub *h)
{
  for(uint32_t i = 0; i < h->workers; i++) {
    pid_t pid = fork();
    if(pid < 0)
      return -1;
    if(pid == 0)
      return i;
    atomic_store(&h->slots[i].pid, pid);
  }
  return h->workers;
}

static struct hub *make_hub(const struct server_options *o, struct err *e)
{
  struct hub_limits limits = {.workers = o->workers,
                              .history = o->history,
                              .history_bytes = o->history_bytes,
                              .seed = o->seed};
  struct hub *h = hub_new(&limits, e);
  if(!h)
    return NULL;
  for(int f = 0; f < FAULT_COUNT; f++)
    atomic_store(&h->faults[f], o->faults.v[f]);
  return h;
}

int supervisor_run(const struct server_options *o,
                   supervisor_ready_fn on_ready, struct err *e)
{
  struct supervisor sup = {.options = o, .on_ready = on_ready};
  int64_t who;
  int fd = listen_reserve(o, &sup.port, e), code = 3;
  if(fd < 0)
    return 3;
  sup.hub = make_hub(o, e);
  if(sup.hub) {
    who = fork_workers(sup.hub);
    sup.alive = o->workers;
    if(who < 0)
      err_set(e, E_LIMIT, "cannot start %u workers: %s", o->workers,
              strerror(errno));
    else if(who < o->workers)
      code = server_run(sup.hub, o, (uint32_t)who, sup.port);
    else
      code = supervise(&sup);
  }
  close(fd);
  hub_free(sup.hub);
  return code;
}
