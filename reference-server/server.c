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
#include "behaviours/gate.h"
#include "http/listen.h"
#include "routes.h"
#include "streams/audience.h"
#include "worker.h"

#define BACKLOG       4096
#define WATCH_NS      (100 * NS_PER_MS)
#define FORCE_NS      (3 * NS_PER_SEC)
#define FDS_BESIDE    48u
#define CLOCK_STEP_NS 1000000

static struct server *server_of_timer(struct timer *t, size_t at)
{
  return (struct server *)(void *)((char *)t - at);
}

/* Whether a further connection is to be refused. */
static bool is_full(const struct streams *sv)
{
  const struct server_options *o = sv->http.options;
  uint64_t total = 0;
  if(HUB_GET(sv->http.count->connections) + FDS_BESIDE >= o->fd_limit)
    return true;
  if(!o->max_connections)
    return false;
  for(uint32_t i = 0; i < sv->hub->workers; i++)
    total += HUB_GET(sv->hub->slots[i].count.connections);
  return total + sv->memory.leaked > o->max_connections;
}

/* Takes over the hub's faults. */
static void reload_faults(struct streams *sv)
{
  struct hub *h = sv->hub;
  hub_faults_read(h, &sv->faults);
  hold_read(&sv->hold, &sv->faults);
  sv->hold.once_from_ns = atomic_load(&h->stall_from_ns);
  sv->hold.once_until_ns = atomic_load(&h->stall_until_ns);
  sv->any_fault = fault_set_any(&sv->faults) || hold_active(&sv->hold);
}

/* --- commands for all workers ------------------------------------------- */

static bool is_meant(const struct stream *s, const struct hub_command *cmd)
{
  if(!s || s->ending)
    return false;
  return cmd->topic < 0 ||
         (s->audience && s->audience->index == (uint32_t)cmd->topic);
}

/* Does a /control/drop on this worker's streams: a share of them, evenly
 * spread over the list, so that the sum over all workers is near the share of
 * all.  Returns how many were cut. */
static uint64_t cut_streams(struct streams *sv, const struct hub_command *cmd)
{
  struct conn *next;
  double sum = 0;
  uint64_t cut = 0;
  for(struct conn *c = sv->http.conns; c; c = next) {
    next = c->next;
    if(!is_meant(stream_of(c), cmd))
      continue;
    sum += cmd->share;
    if(sum < 1 - 1e-9)
      continue;
    sum -= 1;
    cut++;
    stream_cut(stream_of(c), cmd->how);
  }
  HUB_ADD(sv->http.count->cut, cut);
  return cut;
}

static void refresh_streams(struct streams *sv)
{
  struct conn *next;
  uint64_t now = clock_mono_ns();
  reload_faults(sv);
  for(struct conn *c = sv->http.conns; c; c = next) {
    next = c->next;
    if(stream_of(c))
      stream_feed(stream_of(c), now);
  }
}

static void run_commands(struct server *sv)
{
  struct hub *h = sv->streams.hub;
  uint64_t head = atomic_load(&h->command_head);
  uint64_t done = atomic_load(&sv->slot->command_tail);
  while(done < head) {
    struct hub_command *cmd = hub_command_at(h, ++done);
    if(cmd->kind == HUB_CUT)
      atomic_fetch_add(&cmd->cut, cut_streams(&sv->streams, cmd));
    else
      refresh_streams(&sv->streams);
    atomic_store(&sv->slot->command_tail, done);
    if(atomic_fetch_sub(&cmd->remaining, 1) == 1)
      hub_wake(h, cmd->requester);
  }
  control_poll(sv);
}

/* --- stopping ----------------------------------------------------------- */

static void on_force(struct timer *t, uint64_t now_ns)
{
  struct server *sv = server_of_timer(t, offsetof(struct server, force));
  struct conn *next;
  (void)now_ns;
  for(struct conn *c = sv->streams.http.conns; c; c = next) {
    next = c->next;
    conn_reset(c);
  }
}

/* The loop ends with the last connection: nothing else counts any more. */
static void stop(struct server *sv)
{
  uv_close((uv_handle_t *)&sv->listener, NULL);
  uv_unref((uv_handle_t *)&sv->wake);
  ticker_unref(&sv->ticker);
  conn_stop_all(&sv->streams.http);
  sv->force.fn = on_force;
  schedule_set(&sv->ticker.schedule, &sv->force, clock_mono_ns() + FORCE_NS);
}

/* --- connections -------------------------------------------------------- */

/* The list is newest first: the last stream in it is the oldest. */
static bool evict_oldest(struct http *h)
{
  struct conn *oldest = NULL;
  for(struct conn *c = h->conns; c; c = c->next) {
    if(stream_of(c))
      oldest = c;
  }
  if(oldest)
    conn_reset(oldest);
  return oldest != NULL;
}

static bool accepted(struct conn *c)
{
  struct streams *sv = streams_of(c);
  enum gate_full full;
  if(c->http->options->origin && origin_accepted(c, &server_of(c)->logs)) {
    conn_close(c);
    return false;
  }
  if(!is_full(sv))
    return true;
  full = gate_when_full(&sv->faults);
  if(full == FULL_DROP)
    conn_close(c);
  c->refused = full != FULL_EVICT_OLDEST || !evict_oldest(c->http);
  return full != FULL_DROP;
}

static const struct http_app APP = {accepted, routes_dispatch};

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
      struct audience *a = sv->streams.audiences[64 * i + bit];
      if((word >> bit & 1) && a && a->count)
        fanout_pump(a, now);
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
  if(atomic_load(&sv->streams.hub->stopping) && !sv->streams.http.stopping)
    stop(sv);
}

static bool parent_is_stopped(const struct server *sv)
{
  char text[256];
  ssize_t n;
  const char *p;
  if(sv->streams.hub->parent_stat_fd < 0)
    return false;
  n = pread(sv->streams.hub->parent_stat_fd, text, sizeof(text) - 1, 0);
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
  if(llabs(offset - atomic_load(&sv->streams.hub->real_offset_ns)) >
     CLOCK_STEP_NS)
    atomic_store(&sv->streams.hub->real_offset_ns, offset);
  schedule_set(&sv->ticker.schedule, &sv->watch, now_ns + WATCH_NS);
}

/* Events come late in a lump because this process did not run: the streams
 * get time to take it before a full queue counts against them. */
static void on_late(struct ticker *t, uint64_t now_ns, uint64_t late_ns)
{
  struct server *sv = t->owner;
  uint64_t until = now_ns + NS_PER_SEC + 10 * late_ns;
  if(until > sv->streams.grace_until_ns)
    sv->streams.grace_until_ns = until;
}

static void on_connection(uv_stream_t *listener, int status)
{
  if(!status)
    conn_accept(&((struct server *)listener->data)->streams.http, listener);
}

static int start(struct server *sv, uint16_t port, struct err *e)
{
  int fd = listen_bind(sv->streams.http.options, port, e);
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
  uv_close((uv_handle_t *)&sv->wake, NULL);
  ticker_close(&sv->ticker);
  uv_run(&sv->loop, UV_RUN_DEFAULT);
  for(uint32_t i = 0; i < HUB_MAX_TOPICS; i++)
    audience_free(sv->streams.audiences[i]);
  uv_loop_close(&sv->loop);
  ticker_free(&sv->ticker);
  origin_logs_fini(&sv->logs);
  http_fini(&sv->streams.http);
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

static int init(struct server *sv, struct hub *hub,
                const struct server_options *o, uint32_t index)
{
  struct http *http = &sv->streams.http;
  sv->slot = &hub->slots[index];
  sv->streams.hub = hub;
  encoder_init(&sv->streams.encoder);
  reload_faults(&sv->streams);
  http->app = &APP;
  http->loop = &sv->loop;
  http->schedule = &sv->ticker.schedule;
  http->options = o;
  http->count = &sv->slot->count;
  http->index = index;
  return http_init(http);
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
  if(init(sv, hub, o, index) || start(sv, port, &e)) {
    log_error("worker %u: %s", index, e.text[0] ? e.text : "out of memory");
    http_fini(&sv->streams.http);
    free(sv);
    return 3;
  }
  n = write(hub->parent_fd, &one, sizeof(one));
  (void)n;
  uv_run(&sv->loop, UV_RUN_DEFAULT);
  fini(sv);
  return 0;
}
