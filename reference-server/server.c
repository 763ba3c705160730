/* SPDX-License-Identifier: MIT
 * One worker: start, wake-ups, stop; see server.h. */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/listen.h"
#include "http/reply.h"
#include "origin/origin.h"
#include "origin/play_log.h"
#include "routes.h"

#define BACKLOG       4096
#define WATCH_NS      (100 * NS_PER_MS)
#define FORCE_NS      (3 * NS_PER_SEC)
#define FDS_BESIDE    48u
#define CLOCK_STEP_NS 1000000

static struct server *server_of_timer(struct timer *t, size_t at)
{
  return (struct server *)(void *)((char *)t - at);
}

const char *server_date(struct server *sv)
{
  uint64_t now = hub_real_ns(sv->hub, clock_mono_ns());
  if(now / NS_PER_SEC != sv->date_second) {
    sv->date_second = now / NS_PER_SEC;
    response_date(now, sv->date);
  }
  return sv->date;
}

struct request *server_request(struct server *sv)
{
  struct request *r = sv->spare;
  if(!r)
    return request_new();
  sv->spare = r->next_free;
  sv->spare_count--;
  return r;
}

void server_recycle(struct server *sv, struct request *r)
{
  if(sv->spare_count >= SERVER_POOL || r->body.cap > SERVER_READ_BYTES) {
    request_free(r);
    return;
  }
  r->next_free = sv->spare;
  sv->spare = r;
  sv->spare_count++;
}

bool server_is_full(struct server *sv)
{
  const struct server_options *o = sv->options;
  uint64_t total = 0;
  if(HUB_GET(sv->count->connections) + FDS_BESIDE >= o->fd_limit)
    return true;
  if(!o->max_connections)
    return false;
  for(uint32_t i = 0; i < sv->hub->workers; i++)
    total += HUB_GET(sv->hub->slots[i].count.connections);
  return total + sv->leaked > o->max_connections;
}

/* Takes over the hub's faults. */
static void reload_faults(struct server *sv)
{
  struct hub *h = sv->hub;
  hub_faults_read(h, &sv->faults);
  sv->hold.burst_ns = sv->faults.v[FAULT_BURST] * NS_PER_MS;
  sv->hold.stall_ns = sv->faults.v[FAULT_STALL] * NS_PER_MS;
  sv->hold.once_from_ns = atomic_load(&h->stall_from_ns);
  sv->hold.once_until_ns = atomic_load(&h->stall_until_ns);
  sv->any_fault = fault_set_any(&sv->faults) || hold_active(&sv->hold);
}

/* --- commands for all workers ------------------------------------------- */

bool server_await(struct server *sv, struct conn *c, uint64_t command)
{
  for(uint32_t i = 0; i < SERVER_WAITERS; i++) {
    if(sv->waiters[i])
      continue;
    sv->waiters[i] = c;
    c->phase = CONN_WAITING;
    c->wait_command = command;
    return true;
  }
  return false;
}

void server_forget_waiter(struct server *sv, struct conn *c)
{
  for(uint32_t i = 0; i < SERVER_WAITERS; i++) {
    if(sv->waiters[i] == c)
      sv->waiters[i] = NULL;
  }
}

static void answer_waiters(struct server *sv)
{
  for(uint32_t i = 0; i < SERVER_WAITERS; i++) {
    struct conn *c = sv->waiters[i];
    if(!c)
      continue;
    if(!atomic_load(&hub_command_at(sv->hub, c->wait_command)->remaining)) {
      sv->waiters[i] = NULL;
      control_done(c);
    }
  }
}

static bool is_meant(const struct conn *c, const struct hub_command *cmd)
{
  const struct view *v = c->stream.view;
  if(c->phase != CONN_STREAM || c->stream.ending)
    return false;
  return cmd->topic < 0 || (v && v->index == (uint32_t)cmd->topic);
}

/* Cuts a share evenly spread over the list, so that the sum over all workers
 * is near the share of all. */
/* Does a /control/drop on this worker's streams; returns how many were cut. */
static uint64_t cut_streams(struct server *sv, const struct hub_command *cmd)
{
  struct conn *next;
  double sum = 0;
  uint64_t cut = 0;
  for(struct conn *c = sv->conns; c; c = next) {
    next = c->next;
    if(!is_meant(c, cmd))
      continue;
    sum += cmd->share;
    if(sum < 1 - 1e-9)
      continue;
    sum -= 1;
    cut++;
    stream_cut(&c->stream, cmd->how);
  }
  HUB_ADD(sv->count->cut, cut);
  return cut;
}

static void refresh_streams(struct server *sv)
{
  struct conn *next;
  uint64_t now = clock_mono_ns();
  reload_faults(sv);
  for(struct conn *c = sv->conns; c; c = next) {
    next = c->next;
    if(c->phase == CONN_STREAM)
      stream_feed(&c->stream, now);
  }
}

static void run_commands(struct server *sv)
{
  struct hub *h = sv->hub;
  uint64_t head = atomic_load(&h->command_head);
  uint64_t done = atomic_load(&sv->slot->command_tail);
  while(done < head) {
    struct hub_command *cmd = hub_command_at(h, ++done);
    if(cmd->kind == HUB_CUT)
      atomic_fetch_add(&cmd->cut, cut_streams(sv, cmd));
    else
      refresh_streams(sv);
    atomic_store(&sv->slot->command_tail, done);
    if(atomic_fetch_sub(&cmd->remaining, 1) == 1)
      hub_wake(h, cmd->requester);
  }
  answer_waiters(sv);
}

/* --- stopping ----------------------------------------------------------- */

static void close_handles(struct server *sv)
{
  if(sv->closing)
    return;
  sv->closing = true;
  uv_close((uv_handle_t *)&sv->wake, NULL);
  ticker_close(&sv->ticker);
}

static void on_force(struct timer *t, uint64_t now_ns)
{
  struct server *sv = server_of_timer(t, offsetof(struct server, force));
  struct conn *next;
  (void)now_ns;
  for(struct conn *c = sv->conns; c; c = next) {
    next = c->next;
    conn_reset(c);
  }
}

static void stop(struct server *sv)
{
  struct conn *next;
  sv->stopping = true;
  uv_close((uv_handle_t *)&sv->listener, NULL);
  for(struct conn *c = sv->conns; c; c = next) {
    next = c->next;
    c->keep_alive = false;
    if(c->phase == CONN_STREAM)
      stream_end(&c->stream);
    else if(c->phase == CONN_MUTE ||
            (c->phase == CONN_READING && !c->request->started))
      conn_close(c);
  }
  sv->force.fn = on_force;
  schedule_set(&sv->ticker.schedule, &sv->force, clock_mono_ns() + FORCE_NS);
  if(!sv->conns)
    close_handles(sv);
}

void server_connection_closed(struct server *sv)
{
  if(sv->stopping && !sv->conns)
    close_handles(sv);
}

/* --- running ------------------------------------------------------------ */

static void pump_dirty(struct server *sv)
{
  uint64_t now = clock_mono_ns();
  for(uint32_t i = 0; i < HUB_DIRTY_WORDS; i++) {
    uint64_t word = atomic_load(&sv->slot->dirty[i]);
    if(!word)
      continue;
    word = atomic_exchange(&sv->slot->dirty[i], 0);
    for(uint32_t bit = 0; bit < 64; bit++) {
      struct view *v = sv->views[64 * i + bit];
      if((word >> bit & 1) && v && v->count)
        view_pump(v, now);
    }
  }
}

static void on_wake(uv_poll_t *handle, int status, int events)
{
  struct server *sv = handle->data;
  uint64_t count;
  ssize_t n = read(sv->slot->wake_fd, &count, sizeof(count));
  (void)n;
  (void)status;
  (void)events;
  pump_dirty(sv);
  run_commands(sv);
  if(atomic_load(&sv->hub->stopping) && !sv->stopping)
    stop(sv);
}

static bool parent_is_stopped(const struct server *sv)
{
  char text[256];
  ssize_t n;
  const char *p;
  if(sv->hub->parent_stat_fd < 0)
    return false;
  n = pread(sv->hub->parent_stat_fd, text, sizeof(text) - 1, 0);
  if(n <= 0)
    return false;
  text[n] = '\0';
  p = strrchr(text, ')');
  return p && p[1] == ' ' && (p[2] == 'T' || p[2] == 't');
}

/* Whoever stops the process they started (SIGSTOP, Ctrl-Z, a debugger) means
 * the server: then its workers stand still too, sockets and all. */
static void on_watch(struct timer *t, uint64_t now_ns)
{
  struct server *sv = server_of_timer(t, offsetof(struct server, watch));
  struct timespec pause = {0, 2000000};
  int64_t offset = clock_offset_ns();
  while(parent_is_stopped(sv))
    nanosleep(&pause, NULL);
  if(llabs(offset - atomic_load(&sv->hub->real_offset_ns)) > CLOCK_STEP_NS)
    atomic_store(&sv->hub->real_offset_ns, offset);
  schedule_set(&sv->ticker.schedule, &sv->watch, now_ns + WATCH_NS);
}

/* Events come late in a lump because this process did not run: the streams
 * get time to take it before a full queue counts against them. */
static void on_late(struct ticker *t, uint64_t now_ns, uint64_t late_ns)
{
  struct server *sv = t->owner;
  uint64_t until = now_ns + NS_PER_SEC + 10 * late_ns;
  if(until > sv->grace_until_ns)
    sv->grace_until_ns = until;
}

static void on_connection(uv_stream_t *listener, int status)
{
  if(!status)
    conn_accept(listener->data, listener);
}

static int start(struct server *sv, uint16_t port, struct err *e)
{
  int fd = listen_bind(sv->options, port, e);
  if(fd < 0)
    return fd;
  if(uv_loop_init(&sv->loop) || uv_tcp_init(&sv->loop, &sv->listener) ||
     uv_tcp_open(&sv->listener, fd) ||
     uv_poll_init(&sv->loop, &sv->wake, sv->slot->wake_fd) ||
     ticker_open(&sv->ticker, &sv->loop))
    return err_set(e, E_LIMIT, "cannot set up the event loop");
  sv->listener.data = sv->wake.data = sv;
  sv->ticker.owner = sv;
  sv->ticker.on_late = on_late;
  uv_poll_start(&sv->wake, UV_READABLE, on_wake);
  sv->watch.fn = on_watch;
  schedule_set(&sv->ticker.schedule, &sv->watch, clock_mono_ns() + WATCH_NS);
  if(uv_listen((uv_stream_t *)&sv->listener, BACKLOG, on_connection))
    return err_set(e, E_LIMIT, "cannot listen on port %u", port);
  atomic_store(&sv->slot->ready, true);
  return 0;
}

static void fini(struct server *sv)
{
  struct request *r;
  for(uint32_t i = 0; i < HUB_MAX_TOPICS; i++)
    view_free(sv->views[i]);
  while(sv->spare) {
    r = sv->spare;
    sv->spare = r->next_free;
    request_free(r);
  }
  uv_loop_close(&sv->loop);
  ticker_free(&sv->ticker);
  origin_log_free(sv->origin_log);
  play_log_free(sv->play_log);
  buf_free(&sv->scratch);
  buf_free(&sv->asked.lines);
  free(sv->read_buf);
  free(sv);
}

static void own_signals(pid_t parent)
{
  /* Ctrl-C reaches the whole group: the parent decides for all. */
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if(getppid() != parent)
    raise(SIGKILL);
}

int server_run(struct hub *hub, const struct server_options *o, uint32_t index,
               uint16_t port)
{
  struct server *sv = calloc(1, sizeof(*sv));
  struct err e = {0};
  uint64_t one = 1;
  ssize_t n;
  own_signals(hub->parent);
  if(!sv)
    return 3;
  sv->hub = hub;
  sv->index = index;
  sv->options = o;
  sv->slot = &hub->slots[index];
  sv->count = &sv->slot->count;
  sv->read_buf = malloc(SERVER_READ_BYTES);
  buf_init(&sv->scratch, 0);
  encoder_init(&sv->encoder);
  http_parser_set_max_header_size(REQUEST_HEAD_MAX);
  reload_faults(sv);
  if(!sv->read_buf || start(sv, port, &e)) {
    log_error("worker %u: %s", index, e.text[0] ? e.text : "out of memory");
    free(sv->read_buf);
    free(sv);
    return 3;
  }
  n = write(hub->parent_fd, &one, sizeof(one));
  (void)n;
  uv_run(&sv->loop, UV_RUN_DEFAULT);
  fini(sv);
  return 0;
}
