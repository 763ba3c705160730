/* SPDX-License-Identifier: MIT
 * Command line of weir-server; see options.h. */
#include "options.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <string.h>
#include <sys/resource.h>
#include <uv.h>

#include "base/clock.h"
#include "base/rng.h"
#include "base/units.h"
#include "topics/hub.h"

#define FDS_BESIDE_CONNECTIONS 64u

static const char HELP[] =
    "Usage: weir-server [OPTION]...\n"
    "A Server-Sent Events server to measure with and against: several\n"
    "worker processes on one port, exact counts, faults on request.\n"
    "\n"
    "  --host ADDRESS        listen address (127.0.0.1)\n"
    "  --port N              port, 0 = any free one (8080)\n"
    "  --ready-fd N          write \"PORT\\n\" to this file descriptor when\n"
    "                        all workers accept\n"
    "  --workers N           processes (one per core; more when\n"
    "                        --max-connections needs more descriptors)\n"
    "  --history N           events kept per topic for replay (10000)\n"
    "  --history-bytes SIZE  bytes of published events kept per topic "
    "(4MiB)\n"
    "  --max-queue SIZE      unsent bytes per stream before a slow consumer\n"
    "                        is dropped (256KiB)\n"
    "  --max-connections N   answer 503 beyond (what the descriptor limit\n"
    "                        allows)\n"
    "  --max-body SIZE       largest request body (1MiB)\n"
    "  --head-timeout TIME   for a whole request to arrive (10s)\n"
    "  --heartbeat TIME      of streams that do not ask with hb=; 0 = none\n"
    "                        (15s)\n"
    "  --cors ORIGIN         let only this origin read, with credentials\n"
    "  --answer-log FILE     append when each event of an answer was written\n"
    "  --fault NAME[=N]      commit a fault, repeatable; see --list-faults\n"
    "  --list-faults         what the faults are\n"
    "  --origin              one worker; answer every path as its query "
    "says\n"
    "                        and log it: GET /origin/page\n"
    "  --seed N              of jitter (random; /stats shows it)\n"
    "  --help                this text\n"
    "  --version, -V         the version\n"
    "\n"
    "Prints \"listening on http://HOST:PORT\" when all workers accept.\n"
    "GET / lists the endpoints.  SIGTERM and SIGINT end all streams\n"
    "properly and exit 0.\n"
    "\n"
    "Examples:\n"
    "  weir-server --port 8080 &\n"
    "  curl -N 'http://127.0.0.1:8080/stream?rate=5&size=200'\n"
    "  curl -N http://127.0.0.1:8080/stream/news &\n"
    "  curl -d hello 'http://127.0.0.1:8080/publish/news?type=note'\n"
    "  weir-server --port 0 --workers 4 --fault drop-every=1000\n";

#define SIZE_MOST (1ull << 30)

/* X(id, "name", field, its type, reader, least, most) */
#define NUMBER_LIST(X)                                                        \
  X(PORT, "port", port, uint16_t, whole, 0, 65535)                            \
  X(READY_FD, "ready-fd", ready_fd, int, whole, 0, 1 << 20)                   \
  X(WORKERS, "workers", workers, uint32_t, whole, 1, HUB_MAX_WORKERS)         \
  X(HISTORY, "history", history, uint64_t, whole, 1, 1000000)                 \
  X(HISTORY_BYTES, "history-bytes", history_bytes, uint64_t, size, 4096,      \
    SIZE_MOST)                                                                \
  X(MAX_QUEUE, "max-queue", max_queue, uint64_t, size, 4096, SIZE_MOST)       \
  X(MAX_CONNECTIONS, "max-connections", max_connections, uint64_t, whole, 1,  \
    100000000)                                                                \
  X(MAX_BODY, "max-body", max_body, uint64_t, size, 1, SIZE_MOST)             \
  X(SEED, "seed", seed, uint64_t, whole, 0, UINT64_MAX)

enum option_id {
  OPT_HOST = 256,
  OPT_HEAD_TIMEOUT,
  OPT_HEARTBEAT,
  OPT_FAULT,
  OPT_CORS,
  OPT_ANSWER_LOG,
  OPT_ORIGIN,
  OPT_LIST_FAULTS,
  OPT_HELP,
#define X(id, name, field, type, reader, least, most) OPT_##id,
  NUMBER_LIST(X)
#undef X
      OPT_VERSION
};

static const struct option LONG[] = {
#define X(id, name, field, type, reader, least, most)                         \
  {name, required_argument, NULL, OPT_##id},
    NUMBER_LIST(X)
#undef X
        {"host", required_argument, NULL, OPT_HOST},
    {"head-timeout", required_argument, NULL, OPT_HEAD_TIMEOUT},
    {"heartbeat", required_argument, NULL, OPT_HEARTBEAT},
    {"cors", required_argument, NULL, OPT_CORS},
    {"answer-log", required_argument, NULL, OPT_ANSWER_LOG},
    {"fault", required_argument, NULL, OPT_FAULT},
    {"origin", no_argument, NULL, OPT_ORIGIN},
    {"list-faults", no_argument, NULL, OPT_LIST_FAULTS},
    {"help", no_argument, NULL, OPT_HELP},
    {"version", no_argument, NULL, OPT_VERSION},
    {NULL, 0, NULL, 0}};

const char *server_options_help(void)
{
  return HELP;
}

static uint64_t raise_fd_limit(void)
{
  struct rlimit limit;
  if(getrlimit(RLIMIT_NOFILE, &limit))
    return 1024;
  if(limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
  }
  return limit.rlim_cur;
}

static void set_defaults(struct server_options *o)
{
  memset(o, 0, sizeof(*o));
  memcpy(o->host, "127.0.0.1", sizeof("127.0.0.1"));
  o->port = 8080;
  o->ready_fd = -1;
  o->history = 10000;
  o->history_bytes = 4u << 20;
  o->max_queue = 256u << 10;
  o->max_body = 1u << 20;
  o->head_ns = 10 * NS_PER_SEC;
  o->heartbeat_ns = 15 * NS_PER_SEC;
  o->seed = rng_fresh_seed();
}

static int bad(struct err *e, const char *name, const char *want)
{
  return err_set(e, E_SYNTAX, "--%s %s (--help shows all options)", name,
                 want);
}

static int whole(const char *name, uint64_t min, uint64_t max, uint64_t *out,
                 struct err *e)
{
  uint64_t v;
  if(units_count(slice_of(optarg), &v))
    return bad(e, name, "needs a whole number");
  if(v < min || v > max)
    return err_set(e, E_RANGE, "--%s must be %llu to %llu", name,
                   (unsigned long long)min, (unsigned long long)max);
  *out = v;
  return 0;
}

static int size(const char *name, uint64_t min, uint64_t max, uint64_t *out,
                struct err *e)
{
  uint64_t v;
  if(units_bytes(slice_of(optarg), &v))
    return bad(e, name, "needs a size like 256KiB");
  if(v < min || v > max)
    return err_set(e, E_RANGE, "--%s must be %llu bytes to 1GiB", name,
                   (unsigned long long)min);
  *out = v;
  return 0;
}

static int take_head_timeout(struct server_options *o, struct err *e)
{
  uint64_t v;
  if(units_duration_ns(slice_of(optarg), &v) || v < NS_PER_MS ||
     v > 3600 * NS_PER_SEC)
    return bad(e, "head-timeout", "needs a time from 1ms to 1h like 10s");
  o->head_ns = v;
  return 0;
}

static int take_heartbeat(struct server_options *o, struct err *e)
{
  uint64_t v = 0;
  if(strcmp(optarg, "0") != 0 &&
     (units_duration_ns(slice_of(optarg), &v) || v > 86400 * NS_PER_SEC))
    return bad(e, "heartbeat", "needs a time up to 1d like 15s, or 0");
  o->heartbeat_ns = v;
  return 0;
}

static int take_host(struct server_options *o, struct err *e)
{
  unsigned char address[16];
  size_t n = strlen(optarg);
  if(n >= sizeof(o->host) || (inet_pton(AF_INET, optarg, address) != 1 &&
                              inet_pton(AF_INET6, optarg, address) != 1))
    return bad(e, "host", "needs a numeric address like 127.0.0.1 or ::1");
  memcpy(o->host, optarg, n + 1);
  return 0;
}

static int take_cors(struct server_options *o, struct err *e)
{
  size_t n = strlen(optarg);
  if(n >= sizeof(o->cors) || !strstr(optarg, "://") ||
     strcspn(optarg, " \r\n\t") != n)
    return bad(e, "cors", "needs an origin like https://example.org");
  memcpy(o->cors, optarg, n + 1);
  return 0;
}

static int take_answer_log(struct server_options *o, struct err *e)
{
  size_t n = strlen(optarg);
  if(!n || n >= sizeof(o->answer_log))
    return bad(e, "answer-log", "needs the name of a file");
  memcpy(o->answer_log, optarg, n + 1);
  return 0;
}

static int take_fault(struct server_options *o, struct err *e)
{
  enum fault f;
  uint64_t value;
  int rc = fault_parse(slice_of(optarg), &f, &value, e);
  if(rc)
    return rc;
  if(fault_is_hold(f) && value > FAULT_STALL_MAX)
    return err_set(e, E_RANGE,
                   "--fault stall=N holds for N ms of every second: N must "
                   "be 1 to 999");
  o->faults.v[f] = value;
  return 0;
}

static int take(struct server_options *o, int id, struct err *e)
{
  uint64_t v = 0;
  int rc = 0;
  switch(id) {
  case OPT_HOST:
    return take_host(o, e);
#define X(id, name, field, type, reader, least, most)                         \
  case OPT_##id:                                                              \
    rc = reader(name, least, most, &v, e);                                    \
    o->field = (type)v;                                                       \
    return rc;
    NUMBER_LIST(X)
#undef X
  case OPT_HEAD_TIMEOUT:
    return take_head_timeout(o, e);
  case OPT_HEARTBEAT:
    return take_heartbeat(o, e);
  case OPT_FAULT:
    return take_fault(o, e);
  case OPT_CORS:
    return take_cors(o, e);
  case OPT_ANSWER_LOG:
    return take_answer_log(o, e);
  default:
    return E_SYNTAX;
  }
}

/* One worker per core; more where one process may not open enough files. */
static void choose_workers(struct server_options *o)
{
  uint64_t per_worker = o->fd_limit > 2 * FDS_BESIDE_CONNECTIONS
                            ? (o->fd_limit - FDS_BESIDE_CONNECTIONS) * 9 / 10
                            : 1;
  uint64_t want = uv_available_parallelism();
  if(o->origin) /* one log */
    o->workers = 1;
  if(o->workers)
    return;
  if(o->max_connections / per_worker + 1 > want && o->max_connections)
    want = o->max_connections / per_worker + 1;
  o->workers = want < HUB_MAX_WORKERS ? (uint32_t)want : HUB_MAX_WORKERS;
}

int server_options_parse(struct server_options *o, int argc, char **argv,
                         enum options_action *action, struct err *e)
{
  int id, rc = 0;
  set_defaults(o);
  *action = OPTIONS_RUN;
  optind = 1;
  opterr = 0;
  while(!rc) {
    id = getopt_long(argc, argv, "+:V", LONG, NULL);
    if(id == -1)
      break;
    if(id == 'V')
      id = OPT_VERSION;
    if(id == OPT_HELP || id == OPT_VERSION || id == OPT_LIST_FAULTS) {
      *action = id == OPT_HELP      ? OPTIONS_HELP
                : id == OPT_VERSION ? OPTIONS_VERSION
                                    : OPTIONS_LIST_FAULTS;
      return 0;
    }
    if(id == ':')
      rc = err_set(e, E_SYNTAX, "%s needs a value", argv[optind - 1]);
    else if(id == '?')
      rc = err_set(e, E_SYNTAX, "unknown option %s (--help shows all)",
                   argv[optind - 1]);
    else if(id == OPT_ORIGIN)
      o->origin = true;
    else
      rc = take(o, id, e);
  }
  if(!rc && optind < argc)
    rc = err_set(e, E_SYNTAX, "unexpected argument \"%s\"", argv[optind]);
  if(rc)
    return rc;
  o->fd_limit = raise_fd_limit();
  choose_workers(o);
  return 0;
}
