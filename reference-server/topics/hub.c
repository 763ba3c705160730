/* SPDX-License-Identifier: MIT
 * Shared memory of all workers; see hub.h. */
#include "topics/hub.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"

#define ALIGN 128u

static size_t aligned(uint64_t n)
{
  return (size_t)((n + ALIGN - 1) / ALIGN * ALIGN);
}

static int lock_init(pthread_mutex_t *m)
{
  pthread_mutexattr_t attr;
  int rc;
  if(pthread_mutexattr_init(&attr))
    return E_NOMEM;
  rc = pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
  rc = rc ? rc : pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
  rc = rc ? rc : pthread_mutex_init(m, &attr);
  pthread_mutexattr_destroy(&attr);
  return rc ? E_UNSUPPORTED : 0;
}

void hub_lock(pthread_mutex_t *m)
{
  if(pthread_mutex_lock(m) == EOWNERDEAD)
    pthread_mutex_consistent(m);
}

void hub_unlock(pthread_mutex_t *m)
{
  pthread_mutex_unlock(m);
}

static int open_fds(struct hub *h)
{
  char path[64];
  h->parent_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if(h->parent_fd < 0)
    return E_LIMIT;
  for(uint32_t i = 0; i < h->workers; i++) {
    h->slots[i].wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if(h->slots[i].wake_fd < 0)
      return E_LIMIT;
  }
  snprintf(path, sizeof(path), "/proc/%d/stat", (int)getpid());
  h->parent_stat_fd = open(path, O_RDONLY | O_CLOEXEC);
  return 0;
}

static void hub_setup(struct hub *h, const struct hub_limits *limits,
                      size_t mapped, size_t stride)
{
  h->workers = limits->workers;
  h->max_topics = HUB_MAX_TOPICS;
  h->history = limits->history;
  h->history_bytes = limits->history_bytes;
  h->seed = limits->seed;
  h->started_ns = clock_mono_ns();
  h->parent = getpid();
  h->mapped = mapped;
  h->topic_stride = stride;
  h->topics = (char *)h + aligned(sizeof(*h));
  h->parent_fd = h->parent_stat_fd = -1;
  atomic_store(&h->real_offset_ns, clock_offset_ns());
  for(uint32_t i = 0; i < HUB_MAX_WORKERS; i++)
    h->slots[i].wake_fd = -1;
}

struct hub *hub_new(const struct hub_limits *limits, struct err *e)
{
  size_t stride =
      aligned(sizeof(struct hub_topic)) +
      aligned(replay_log_bytes(limits->history, limits->history_bytes));
  size_t bytes = aligned(sizeof(struct hub)) + HUB_MAX_TOPICS * stride;
  struct hub *h = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if(h == MAP_FAILED) {
    err_set(e, E_NOMEM,
            "cannot map %zu bytes of shared memory: %s; lower --history or "
            "--history-bytes",
            bytes, strerror(errno));
    return NULL;
  }
  hub_setup(h, limits, bytes, stride);
  if(lock_init(&h->lock) || open_fds(h)) {
    err_set(e, E_LIMIT, "cannot set up %u workers: %s", limits->workers,
            strerror(errno));
    hub_free(h);
    return NULL;
  }
  return h;
}

static void close_fd(int fd)
{
  if(fd >= 0)
    close(fd);
}

void hub_free(struct hub *h)
{
  if(!h)
    return;
  for(uint32_t i = 0; i < h->workers; i++)
    close_fd(h->slots[i].wake_fd);
  close_fd(h->parent_fd);
  close_fd(h->parent_stat_fd);
  munmap(h, h->mapped);
}

void hub_wake(struct hub *h, uint32_t worker)
{
  uint64_t one = 1;
  /* A full counter means that the wake-up is pending already. */
  ssize_t n = write(h->slots[worker].wake_fd, &one, sizeof(one));
  (void)n;
}

void hub_wake_all(struct hub *h)
{
  for(uint32_t i = 0; i < h->workers; i++)
    hub_wake(h, i);
}

struct hub_topic *hub_topic_at(struct hub *h, uint32_t index)
{
  return (struct hub_topic *)(void *)(h->topics + index * h->topic_stride);
}

static uint64_t hash_of(struct slice name)
{
  uint64_t hash = 0xcbf29ce484222325ull;
  for(size_t i = 0; i < name.n; i++)
    hash = (hash ^ (uint8_t)name.p[i]) * 0x100000001b3ull;
  return hash;
}

int32_t hub_topic_find(struct hub *h, struct slice name)
{
  uint32_t count = atomic_load(&h->topic_count);
  uint64_t hash = hash_of(name);
  for(uint32_t i = 0; i < count; i++) {
    struct hub_topic *t = hub_topic_at(h, i);
    if(t->hash == hash && slice_eq_cstr(name, t->name))
      return (int32_t)i;
  }
  return -1;
}

static int topic_create(struct hub *h, uint32_t index, struct slice name)
{
  struct hub_topic *t = hub_topic_at(h, index);
  memset(t, 0, sizeof(*t));
  if(name.n > HUB_NAME_MAX || lock_init(&t->lock))
    return E_RANGE;
  memcpy(t->name, name.p, name.n);
  t->hash = hash_of(name);
  t->next_seq = 1;
  replay_log_init(&t->log, (char *)t + aligned(sizeof(*t)), h->history,
                  h->history_bytes);
  return 0;
}

int32_t hub_topic_open(struct hub *h, struct slice name)
{
  int32_t found = hub_topic_find(h, name);
  if(found >= 0)
    return found;
  hub_lock(&h->lock);
  found = hub_topic_find(h, name);
  if(found < 0) {
    uint32_t index = atomic_load(&h->topic_count);
    if(index < h->max_topics && !topic_create(h, index, name)) {
      atomic_store(&h->topic_count, index + 1);
      found = (int32_t)index;
    }
  }
  hub_unlock(&h->lock);
  return found;
}

void hub_topic_configure(struct hub *h, struct hub_topic *t,
                         const struct topic_request *r, uint64_t now_ns,
                         bool force)
{
  size_t n = r->type.n < HUB_TYPE_MAX ? r->type.n : HUB_TYPE_MAX;
  if(r->history && r->history < h->history &&
     (force || t->log.history == h->history))
    t->log.history = r->history;
  if(!force && (t->generating || r->rate <= 0))
    return;
  hub_topic_advance(t, now_ns);
  t->generating = r->rate > 0;
  if(!t->generating)
    return;
  memset(&t->gen, 0, sizeof(t->gen)); /* compared as bytes by the log */
  t->gen.t0_ns = now_ns;
  t->gen.first_seq = t->next_seq;
  t->gen.interval_ns = 1e9 / r->rate;
  t->gen.jitter = r->jitter;
  t->gen.seed = h->seed ^ t->hash;
  t->size = r->size;
  memset(t->type, 0, sizeof(t->type));
  if(n)
    memcpy(t->type, r->type.p, n);
}

void hub_topic_advance(struct hub_topic *t, uint64_t now_ns)
{
  uint64_t last;
  if(!t->generating)
    return;
  last = generator_due_seq(&t->gen, now_ns);
  if(last < t->next_seq)
    return;
  replay_log_generate(&t->log, &t->gen, t->size, t->next_seq,
                      last - t->next_seq + 1);
  t->next_seq = last + 1;
}

uint64_t hub_topic_due_ns(const struct hub_topic *t)
{
  return t->generating ? generator_due_ns(&t->gen, t->next_seq) : UINT64_MAX;
}

void hub_topic_announce(struct hub *h, uint32_t index, uint32_t self)
{
  struct hub_topic *t = hub_topic_at(h, index);
  for(uint32_t i = 0; i < h->workers; i++) {
    if(i == self || !atomic_load(&t->subscribers[i]))
      continue;
    atomic_fetch_or(&h->slots[i].dirty[index / 64], 1ull << (index % 64));
    hub_wake(h, i);
  }
}

struct hub_command *hub_command_at(struct hub *h, uint64_t number)
{
  return &h->commands[number % HUB_COMMANDS];
}

/* The slowest living worker must have done what the ring would overwrite. */
static uint32_t workers_to_do(struct hub *h, uint64_t number, bool *full)
{
  uint32_t alive = 0;
  *full = false;
  for(uint32_t i = 0; i < h->workers; i++) {
    if(!atomic_load(&h->slots[i].pid))
      continue;
    alive++;
    if(number > atomic_load(&h->slots[i].command_tail) + HUB_COMMANDS / 2)
      *full = true;
  }
  return alive;
}

uint64_t hub_command_post(struct hub *h, const struct hub_command *c)
{
  struct hub_command *slot;
  uint64_t number;
  uint32_t alive;
  bool full;
  hub_lock(&h->lock);
  number = atomic_load(&h->command_head) + 1;
  alive = workers_to_do(h, number, &full);
  if(full) {
    hub_unlock(&h->lock);
    return 0;
  }
  slot = hub_command_at(h, number);
  slot->kind = c->kind;
  slot->how = c->how;
  slot->share = c->share;
  slot->topic = c->topic;
  slot->requester = c->requester;
  atomic_store(&slot->cut, 0);
  atomic_store(&slot->remaining, alive);
  atomic_store(&h->command_head, number);
  hub_unlock(&h->lock);
  hub_wake_all(h);
  return number;
}

void hub_faults_read(struct hub *h, struct fault_set *out)
{
  for(int i = 0; i < FAULT_COUNT; i++)
    out->v[i] = atomic_load(&h->faults[i]);
}

uint64_t hub_real_ns(const struct hub *h, uint64_t mono_ns)
{
  return mono_ns + (uint64_t)atomic_load_explicit(&h->real_offset_ns,
                                                  memory_order_relaxed);
}
