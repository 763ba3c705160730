/* SPDX-License-Identifier: MIT
 * The server under test; see server.h. */
#include "ci/server.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/units.h"
#include "ci/ready.h"
#include "endpoint/endpoint.h"
#include "loop/listening.h"
#include "loop/procstat.h"

#define LOOK_MS   25
#define ANSWER_NS (2 * NS_PER_SEC) /* of one question */
#define TREE_MAX  4096
#define TAIL      4096 /* bytes of the log that are looked through */
#define SHOWN     200

/* What a look at the address found. */
enum found { NOBODY, OURS, FOREIGN };

/* --- what it said last --- */

/* The line that tells most: the first with "rror" in it, else the last. */
static struct slice telling_line(struct slice text)
{
  struct slice best = {NULL, 0}, line;
  while(text.n) {
    line = slice_trim(slice_cut(&text, '\n'));
    if(!line.n)
      continue;
    best = line;
    if(slice_find(line, "rror") >= 0)
      break;
  }
  if(best.n > SHOWN)
    best.n = SHOWN;
  return best;
}

static void add_log(const struct server *s, struct err *e)
{
  size_t used = strlen(e->text);
  FILE *f = fopen(s->plan->log, "re");
  char tail[TAIL];
  struct slice said;
  if(!f)
    return;
  if(fseek(f, -TAIL, SEEK_END))
    rewind(f); /* shorter than that */
  said = telling_line((struct slice){tail, fread(tail, 1, TAIL, f)});
  fclose(f);
  if(said.n)
    snprintf(e->text + used, sizeof(e->text) - used, "; it printed: %.*s",
             (int)said.n, said.p);
}

static void add_status(int status, char *out, size_t size)
{
  if(status > 128)
    snprintf(out, size, "was ended by signal %d (%s)", status - 128,
             strsignal(status - 128));
  else
    snprintf(out, size, "ended with exit code %d", status);
}

/* --- the address --- */

static int resolve(struct server *s, struct err *e)
{
  const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
  char port[8];
  int rc;
  if(endpoint_is_local(s->plan->url))
    return err_set(e, E_UNSUPPORTED,
                   "%s: a server is awaited at a port, and a unix: address "
                   "has none",
                   s->plan->url);
  rc = url_split(s->plan->url, &s->at, e);
  if(rc)
    return rc;
  snprintf(port, sizeof(port), "%u", (unsigned)s->at.port);
  rc = getaddrinfo(s->at.host, port, &hints, &s->address);
  if(rc)
    return err_set(e, E_UNREACHABLE, "%s does not resolve: %s", s->at.host,
                   gai_strerror(rc));
  return 0;
}

/* One can listen there on this machine. */
static bool is_here(const struct addrinfo *a)
{
  struct sockaddr_storage any = {0};
  int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool here;
  memcpy(&any, a->ai_addr, a->ai_addrlen);
  if(a->ai_family == AF_INET)
    ((struct sockaddr_in *)(void *)&any)->sin_port = 0;
  else
    ((struct sockaddr_in6 *)(void *)&any)->sin6_port = 0;
  here = fd >= 0 && bind(fd, (struct sockaddr *)&any, a->ai_addrlen) == 0;
  if(fd >= 0)
    close(fd);
  return here;
}

static int check_here(const struct server *s, struct err *e)
{
  const struct addrinfo *a;
  for(a = s->address; a; a = a->ai_next) {
    if(is_here(a))
      return 0;
  }
  return err_set(e, E_MISMATCH,
                 "%s is not an address of this machine: what is started here "
                 "cannot serve it",
                 s->at.host);
}

static bool accepts(const struct server *s)
{
  const struct addrinfo *a;
  bool up = false;
  for(a = s->address; a && !up; a = a->ai_next) {
    int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, 0);
    if(fd < 0)
      continue;
    up = connect(fd, a->ai_addr, a->ai_addrlen) == 0;
    close(fd);
  }
  return up;
}

static void look(const struct server *s, struct listening *l)
{
  const struct addrinfo *a;
  l->count = 0;
  for(a = s->address; a; a = a->ai_next)
    listening_on(a->ai_addr, l);
}

/* " (process 123, node)", or nothing where it is not seen. */
static void holder_text(const struct listening *l, char *out, size_t size)
{
  char path[64];
  pid_t pid = listening_holder(l);
  struct buf name;
  out[0] = '\0';
  if(!pid)
    return;
  buf_init(&name, 64);
  snprintf(path, sizeof(path), "/proc/%ld/comm", (long)pid);
  if(file_read(path, 64, &name, NULL) == 0) {
    struct slice text = slice_trim(buf_slice(&name));
    snprintf(out, size, " (process %ld, %.*s)", (long)pid, (int)text.n,
             text.p);
  }
  buf_free(&name);
}

static int refuse_taken(const struct server *s, struct err *e)
{
  char who[100];
  struct listening l;
  look(s, &l);
  if(!l.count && !accepts(s))
    return 0;
  holder_text(&l, who, sizeof(who));
  return err_set(
      e, E_UNREACHABLE,
      "something listens on %s:%u already%s, and would be tested in "
      "place of what is started: end it first",
      s->at.host, (unsigned)s->at.port, who);
}

/* All sockets there must be held below the keeper. */
static enum found find(const struct server *s, struct err *e)
{
  pid_t pid[TREE_MAX];
  size_t i, n = procstat_pids(s->keeper.pid, pid, TREE_MAX);
  struct listening l;
  char who[100];
  bool blind = false;
  look(s, &l);
  if(!l.count)
    return NOBODY;
  for(i = 0; i < n && l.count; i++)
    blind |= !listening_drop(&l, pid[i]);
  if(!l.count)
    return OURS;
  holder_text(&l, who, sizeof(who));
  err_set(e, E_UNREACHABLE,
          "what listens on %s:%u%s is not a descendant of what was "
          "started%s",
          s->at.host, (unsigned)s->at.port, who,
          blind ? ", as far as can be seen of processes of another user" : "");
  return FOREIGN;
}

/* --- waiting --- */

bool server_lives(struct server *s, struct err *e)
{
  char how[80];
  if(!s->keeper.pid)
    return true;
  s->state = keeper_look(&s->keeper, s->state);
  if(!s->state.all_over && !(s->state.command_over && s->state.status))
    return true;
  add_status(s->state.status, how, sizeof(how));
  err_set(e, E_UNREACHABLE, "the server %s", how);
  add_log(s, e);
  return false;
}

bool server_serves(struct server *s, struct err *e)
{
  enum found found;
  if(!s->keeper.pid)
    return true;
  if(!server_lives(s, e))
    return false;
  found = find(s, e);
  if(found == NOBODY) {
    err_set(e, E_UNREACHABLE, "the server does not listen on %s:%u any more",
            s->at.host, (unsigned)s->at.port);
    add_log(s, e);
  }
  return found == OURS;
}

static bool is_ready(const struct server *s, int status)
{
  if(s->plan->ready_url)
    return status >= 200 && status < 300;
  return status > 0 && status != 502 && status != 503 && status != 504;
}

/* True when it answers as it should; why says what it did instead. */
static bool answers(const struct server *s, uint64_t end, struct err *why)
{
  uint64_t now = clock_mono_ns();
  uint64_t limit = end > now + NS_PER_MS ? end - now : NS_PER_MS;
  const char *url = s->plan->ready_url ? s->plan->ready_url : s->plan->url;
  int status;
  if(s->plan->listens)
    return true;
  status = ready_ask(url, limit < ANSWER_NS ? limit : ANSWER_NS, why);
  if(is_ready(s, status))
    return true;
  if(status > 0)
    err_set(why, E_UNREACHABLE, "%.300s answers with status %d", url, status);
  return false;
}

static int late(const struct server *s, bool listened, const struct err *why,
                struct err *e)
{
  char limit[UNITS_MAX];
  units_fmt_duration(s->plan->ready_ns, limit);
  if(listened)
    err_set(e, E_UNREACHABLE, "the server is not ready after %s: %.300s",
            limit, why->text);
  else
    err_set(e, E_UNREACHABLE, "the server does not listen on %s:%u after %s",
            s->at.host, (unsigned)s->at.port, limit);
  if(s->keeper.pid)
    add_log(s, e);
  return E_UNREACHABLE;
}

static int await(struct server *s, struct err *e)
{
  uint64_t end = clock_mono_ns() + s->plan->ready_ns;
  const struct process_stop *stop = &s->plan->stop;
  struct err why = {0};
  bool listened = false;
  for(;;) {
    enum found found;
    if(stop->asked && stop->asked(stop->ctx))
      return err_set(e, E_CLOSED, "interrupted");
    if(!server_lives(s, e))
      return e->code;
    found = !s->keeper.pid ? OURS : find(s, e);
    if(found == FOREIGN)
      return e->code;
    listened |= found == OURS;
    if(found == OURS && answers(s, end, &why))
      return 0;
    if(clock_mono_ns() > end)
      return late(s, listened, &why, e);
    poll(NULL, 0, LOOK_MS);
  }
}

int server_start(struct server *s, const struct server_plan *plan,
                 struct err *e)
{
  int rc;
  memset(s, 0, sizeof(*s));
  s->plan = plan;
  s->keeper.line = s->keeper.news = -1;
  rc = resolve(s, e);
  if(!rc && plan->command) {
    rc = check_here(s, e);
    if(!rc)
      rc = refuse_taken(s, e);
    if(!rc)
      rc = keeper_start(&s->keeper, plan->command, plan->log, e);
  }
  return rc ? rc : await(s, e);
}

int server_end(struct server *s, struct err *e)
{
  bool gone = keeper_end(&s->keeper, s->plan->grace_ns);
  if(s->address)
    freeaddrinfo(s->address);
  s->address = NULL;
  return gone ? 0
              : err_set(e, E_INTERNAL,
                        "not all processes of the server could be ended");
}
