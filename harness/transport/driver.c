/* SPDX-License-Identifier: MIT
 * libcurl on libuv; see driver.h.
 *
 * Five things differ from the usual example code, each for a measured reason:
 * a 0 ms deadline is an idle callback (no 1 ms tax, no timer starvation on
 * libuv < 1.48); deadlines are told behind a look at the sockets, since
 * libcurl reads then, too, and nobody would have looked at the receive time,
 * which matters after a process was held up; finished transfers are drained
 * after every action; after a poll error the rest is read before the error is
 * passed on; and the kernel's receive time is peeked at before libcurl takes
 * the bytes. */
#include "transport/driver.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/assert.h"
#include "base/clock.h"
#include "transport/arrival.h"
#include "transport/received.h"

#define READS_BEFORE_ERROR 1024
#define HELD_UP_NS         (2 * NS_PER_MS)
#define PEEK_ALL_MAX       256 /* sockets; more would hold up even longer */

/* What is known of the bytes of one socket.  libcurl reads on for as long as
 * more comes, so what came in behind the mark is told from what had waited. */
struct mark {
  struct arrival when; /* of the newest; real_ns 0: nothing is known */
  uint64_t received;   /* bytes that had come by then; 0: not told */
  bool watched;
};

struct driver {
  uv_loop_t *loop;
  CURLM *multi;
  uv_timer_t timer; /* libcurl's single deadline */
  uv_idle_t kick;   /* libcurl's "call me as soon as possible" */
  uv_check_t late;  /* the deadline is over: told behind the sockets */
  driver_done_fn on_done;
  void *ctx;
  /* By fd: libcurl hands out one socket's bytes to several HTTP/2 streams, to
   * some of them only from a timer. */
  struct mark *mark; /* owned */
  size_t marks;
  uint32_t watches; /* sockets under watch */
  int open_handles; /* uv handles not yet closed */
  bool closing;
};

struct watch { /* one per socket, owned by the loop until closed */
  uv_poll_t poll;
  curl_socket_t fd;
  struct driver *d;
  bool dropped; /* closing; fd may belong to another socket by now */
};

static void reap(struct driver *d)
{
  CURLMsg *m;
  int left;
  for(m = curl_multi_info_read(d->multi, &left); m;
      m = curl_multi_info_read(d->multi, &left)) {
    if(m->msg == CURLMSG_DONE) {
      CURL *easy = m->easy_handle; /* copy before removal: m dies with it */
      CURLcode code = m->data.result;
      curl_multi_remove_handle(d->multi, easy);
      d->on_done(easy, code, d->ctx);
    }
  }
}

static void act(struct driver *d, curl_socket_t fd, int flags)
{
  int running; /* deliberately unused: reap() must never depend on it */
  curl_multi_socket_action(d->multi, fd, flags, &running);
  if(!d->closing)
    reap(d);
}

static struct mark *mark_of(struct driver *d, curl_socket_t fd)
{
  size_t n = d->marks ? d->marks : 64;
  struct mark *more;
  weir_assert(fd >= 0);
  if((size_t)fd < d->marks)
    return &d->mark[fd];
  while(n <= (size_t)fd)
    n *= 2;
  more = realloc(d->mark, n * sizeof(*more));
  if(!more)
    return NULL;
  memset(more + d->marks, 0, (n - d->marks) * sizeof(*more));
  d->mark = more;
  d->marks = n;
  return &more[fd];
}

/* Counted before looking: what comes in between passes for newer than the
 * time, which errs to the late side. */
static void peek_arrival(struct driver *d, curl_socket_t fd)
{
  struct mark *m = mark_of(d, fd);
  if(!m)
    return;
  m->received = received_bytes(fd);
  if(!arrival_peek(fd, &m->when))
    m->when.real_ns = 0;
}

/* Asked about one socket, libcurl may read others whose own deadline is over.
 * Where this process was held up, they hold what came long ago. */
static void peek_others(struct driver *d, curl_socket_t fd)
{
  const struct mark *m = mark_of(d, fd);
  size_t i;
  if(!m || !m->when.real_ns || d->watches > PEEK_ALL_MAX ||
     clock_real_ns() < m->when.real_ns + HELD_UP_NS)
    return;
  for(i = 0; i < d->marks; i++) {
    struct mark other = d->mark[i];
    if(!other.watched || i == (size_t)fd)
      continue;
    other.received = received_bytes((int)i);
    if(arrival_peek((int)i, &other.when))
      d->mark[i] = other;
  }
}

/* libuv reports POLLERR as UV_EBADF and stops watching.  Told of an error,
 * libcurl would drop what the socket still holds: have it read up to the
 * error itself, and only then insist. */
static void on_error(struct watch *w)
{
  int i;
  for(i = 0; i < READS_BEFORE_ERROR && !w->dropped; i++) {
    peek_arrival(w->d, w->fd);
    act(w->d, w->fd, CURL_CSELECT_IN);
  }
  if(!w->dropped)
    act(w->d, w->fd, CURL_CSELECT_ERR);
}

static void on_io(uv_poll_t *p, int status, int events)
{
  struct watch *w = p->data;
  int flags = 0;
  if(status < 0) {
    on_error(w);
    return;
  }
  if(events & UV_READABLE) {
    flags |= CURL_CSELECT_IN;
    peek_arrival(w->d, w->fd);
    peek_others(w->d, w->fd);
  }
  if(events & UV_WRITABLE)
    flags |= CURL_CSELECT_OUT;
  act(w->d, w->fd, flags);
}

static void on_kick(uv_idle_t *k)
{
  (void)k; /* that it is there keeps the loop from sleeping */
}

static void on_late(uv_check_t *c)
{
  struct driver *d = c->data;
  uv_check_stop(c);
  uv_idle_stop(&d->kick);
  act(d, CURL_SOCKET_TIMEOUT, 0);
}

static void tell_deadline(struct driver *d)
{
  uv_idle_start(&d->kick, on_kick);
  uv_check_start(&d->late, on_late);
}

static void on_deadline(uv_timer_t *t)
{
  tell_deadline(t->data);
}

static int set_deadline(CURLM *multi, long ms, void *ctx)
{
  struct driver *d = ctx;
  (void)multi;
  if(d->closing)
    return 0;
  uv_timer_stop(&d->timer);
  uv_idle_stop(&d->kick);
  uv_check_stop(&d->late);
  if(ms == 0)
    tell_deadline(d);
  else if(ms > 0) {
    uv_update_time(d->loop); /* uv deadlines count from the cached clock */
    uv_timer_start(&d->timer, on_deadline, (uint64_t)ms, 0);
  }
  return 0;
}

static void watch_freed(uv_handle_t *h)
{
  free(h->data);
}

static void set_watched(struct driver *d, curl_socket_t fd, bool watched)
{
  struct mark *m = mark_of(d, fd);
  if(!m || m->watched == watched)
    return;
  m->watched = watched;
  if(watched)
    d->watches++;
  else
    d->watches--;
}

static void drop_watch(struct driver *d, struct watch *w)
{
  if(!w)
    return;
  w->dropped = true;
  set_watched(d, w->fd, false);
  uv_poll_stop(&w->poll); /* before libcurl closes the fd */
  curl_multi_assign(d->multi, w->fd, NULL);
  uv_close((uv_handle_t *)&w->poll, watch_freed);
}

static struct watch *new_watch(struct driver *d, curl_socket_t fd)
{
  struct watch *w = calloc(1, sizeof(*w));
  if(!w)
    return NULL;
  w->fd = fd;
  w->d = d;
  if(uv_poll_init_socket(d->loop, &w->poll, fd)) {
    free(w);
    return NULL;
  }
  w->poll.data = w;
  set_watched(d, fd, true);
  curl_multi_assign(d->multi, fd, w);
  return w;
}

static int set_watch(CURL *easy, curl_socket_t fd, int what, void *ctx,
                     void *sockp)
{
  struct driver *d = ctx;
  struct watch *w = sockp;
  int events = 0;
  (void)easy;
  if(what == CURL_POLL_REMOVE) {
    drop_watch(d, w);
    return 0;
  }
  if(d->closing)
    return 0; /* curl_multi_cleanup() may ask; nothing will run */
  if(!w)
    w = new_watch(d, fd);
  if(!w)
    return -1; /* aborts every transfer of this multi: out of memory */
  if(what & CURL_POLL_IN)
    events |= UV_READABLE;
  if(what & CURL_POLL_OUT)
    events |= UV_WRITABLE;
  return uv_poll_start(&w->poll, events, on_io) ? -1 : 0;
}

struct driver *driver_new(uv_loop_t *loop, driver_done_fn on_done, void *ctx)
{
  struct driver *d = calloc(1, sizeof(*d));
  if(!d)
    return NULL;
  d->multi = curl_multi_init();
  if(!d->multi) {
    free(d);
    return NULL;
  }
  d->loop = loop;
  d->on_done = on_done;
  d->ctx = ctx;
  uv_timer_init(loop, &d->timer);
  uv_idle_init(loop, &d->kick);
  uv_check_init(loop, &d->late);
  d->timer.data = d->kick.data = d->late.data = d;
  d->open_handles = 3;
  curl_multi_setopt(d->multi, CURLMOPT_SOCKETFUNCTION, set_watch);
  curl_multi_setopt(d->multi, CURLMOPT_SOCKETDATA, d);
  curl_multi_setopt(d->multi, CURLMOPT_TIMERFUNCTION, set_deadline);
  curl_multi_setopt(d->multi, CURLMOPT_TIMERDATA, d);
  return d;
}

CURLM *driver_multi(struct driver *d)
{
  return d->multi;
}

int driver_add(struct driver *d, CURL *easy)
{
  return curl_multi_add_handle(d->multi, easy) == CURLM_OK ? 0 : E_INTERNAL;
}

void driver_remove(struct driver *d, CURL *easy)
{
  curl_multi_remove_handle(d->multi, easy);
}

static struct arrival arrival_now(void)
{
  return (struct arrival){clock_real_ns(), false};
}

struct arrival driver_arrival(struct driver *d, curl_socket_t fd)
{
  struct mark *m = fd >= 0 ? mark_of(d, fd) : NULL;
  if(!m || !m->when.real_ns)
    return arrival_now();
  if(m->received && received_taken(fd) > m->received) {
    m->received = received_bytes(fd);
    m->when = arrival_now(); /* asked last: all of it had come by then */
  }
  return m->when;
}

void driver_act(struct driver *d)
{
  tell_deadline(d);
}

static void part_freed(uv_handle_t *h)
{
  struct driver *d = h->data;
  if(--d->open_handles)
    return;
  free(d->mark);
  free(d);
}

void driver_close(struct driver *d)
{
  d->closing = true;
  curl_multi_cleanup(d->multi); /* still calls set_watch(REMOVE) */
  d->multi = NULL;
  uv_close((uv_handle_t *)&d->timer, part_freed);
  uv_close((uv_handle_t *)&d->kick, part_freed);
  uv_close((uv_handle_t *)&d->late, part_freed);
}
