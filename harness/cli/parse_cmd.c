/* SPDX-License-Identifier: MIT
 * weir parse: bytes in, one JSON object per event out.  The parser, alone, as
 * a filter: what has come in so far is printed before more is waited for. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/units.h"
#include "cli/commands.h"
#include "load/gate.h"
#include "sse/parser.h"

#define READ_BYTES ((size_t)64 << 10)

struct parsing {
  const char *path; /* borrowed; "-" is standard input */
  uint64_t chunk;   /* bytes per feed */
  uint64_t max_line;
  uint64_t max_event;
  bool observations;
  bool state;
};

/* What the callbacks add to. */
struct printer {
  struct buf out; /* owned; printed after every read */
  int rc;         /* the first error */
};

static const char help[] =
    "Usage: weir parse [OPTION]... [FILE]\n"
    "Parse an event stream and print one JSON object per event and line:\n"
    "{\"type\":...,\"data\":...,\"lastEventId\":...}.  Without FILE, or when "
    "FILE is -,\n"
    "standard input is read, and events appear as their bytes come.\n"
    "\n"
    "      --chunk N        feed the parser N bytes at a time (the events "
    "are\n"
    "                       the same; this is for seeing that they are)\n"
    "      --observations   also print what a parser accepts in silence:\n"
    "                       "
    "{\"observation\":...,\"offset\":...,\"line\":...}\n"
    "      --state          at the end print {\"lastEventId\":...,"
    "\"retry\":...}\n"
    "      --max-line N     longest line in bytes (default 1MiB, 0 = any)\n"
    "      --max-event N    most data in one event (default 16MiB, 0 = any)\n"
    "  -h, --help           show this\n"
    "\n"
    "Examples:\n"
    "  printf 'id: 1\\ndata: hello\\n\\n' | weir parse --state\n"
    "  curl -sN https://example.com/events | weir parse --observations\n"
    "  weir parse --max-event 64KiB recorded.txt | jq -r .data\n"
    "\n"
    "Exit code: 0 parsed to the end, 1 a limit was exceeded, 2 bad usage or\n"
    "the input cannot be read.\n";

static void keep(struct printer *p, int rc)
{
  if(!p->rc)
    p->rc = rc;
}

static void add_member(struct printer *p, const char *before,
                       struct slice text)
{
  keep(p, buf_adds(&p->out, before));
  keep(p, json_quote(&p->out, text));
}

static void on_event(const struct sse_event *event, void *ctx)
{
  struct printer *p = ctx;
  add_member(p, "{\"type\":", event->type);
  add_member(p, ",\"data\":", event->data);
  add_member(p, ",\"lastEventId\":", event->id);
  keep(p, buf_adds(&p->out, "}\n"));
}

static void on_observation(const struct sse_observation *o, void *ctx)
{
  struct printer *p = ctx;
  keep(p, buf_addf(&p->out, "{\"observation\":\"%s\",\"offset\":%" PRIu64,
                   sse_observation_name(o->kind), o->offset));
  add_member(p, ",\"line\":", o->line);
  keep(p, buf_adds(&p->out, "}\n"));
}

static void add_state(struct printer *p, const struct parser *parser)
{
  uint64_t retry_ms = parser_retry_ms(parser);
  add_member(p, "{\"lastEventId\":", parser_last_event_id(parser));
  if(retry_ms == UINT64_MAX)
    keep(p, buf_adds(&p->out, ",\"retry\":null}\n"));
  else
    keep(p, buf_addf(&p->out, ",\"retry\":%" PRIu64 "}\n", retry_ms));
}

static void flush(struct printer *p)
{
  size_t n = p->out.n;
  if(fwrite(buf_text(&p->out), 1, n, stdout) != n || fflush(stdout))
    keep(p, E_IO);
  buf_clear(&p->out);
}

static int feed(struct parser *parser, const struct parsing *s,
                const char *bytes, size_t n)
{
  size_t at = 0;
  int rc = 0;
  while(at < n && !rc) {
    size_t piece = n - at < s->chunk ? n - at : (size_t)s->chunk;
    rc = parser_feed(parser, bytes + at, piece);
    at += piece;
  }
  return rc;
}

/* Reads to the end.  *read_errno tells of a failure to read. */
static int run(int fd, const struct parsing *s, struct parser *parser,
               struct printer *p, int *read_errno)
{
  static char bytes[READ_BYTES];
  int rc = 0;
  *read_errno = 0;
  while(!rc && !p->rc) {
    ssize_t n = read(fd, bytes, sizeof(bytes));
    if(n < 0 && errno == EINTR)
      continue;
    if(n < 0)
      *read_errno = errno;
    if(n <= 0)
      break;
    rc = feed(parser, s, bytes, (size_t)n);
    flush(p);
  }
  if(!rc && !*read_errno)
    parser_end(parser);
  return rc;
}

/* The sentence for a parser that stopped, and the exit code. */
static int explain(int rc, const struct parsing *s)
{
  char line[UNITS_MAX], event[UNITS_MAX];
  if(rc != E_TOO_LONG) {
    log_error("%s: %s", s->path, err_name(rc));
    return EXIT_FAIL;
  }
  log_error("%s: a line is longer than %s, or an event has more data than %s "
            "(--max-line and --max-event set these limits, 0 lifts them)",
            s->path,
            s->max_line ? units_fmt_bytes((double)s->max_line, line) : "any",
            s->max_event ? units_fmt_bytes((double)s->max_event, event)
                         : "any");
  return EXIT_FAIL;
}

static int parse_fd(int fd, const struct parsing *s)
{
  struct parser_config config = {.on = {.on_event = on_event},
                                 .max_line = (size_t)s->max_line,
                                 .max_event = (size_t)s->max_event};
  struct printer p = {.rc = 0};
  struct parser parser;
  int rc, read_errno, code = EXIT_PASS;
  if(s->observations)
    config.on.on_observation = on_observation;
  parser_init(&parser, &config, &p);
  rc = run(fd, s, &parser, &p, &read_errno);
  if(s->state)
    add_state(&p, &parser);
  flush(&p);
  if(read_errno) {
    log_error("%s: cannot be read: %s", s->path, strerror(read_errno));
    code = EXIT_USAGE;
  } else if(p.rc) {
    log_error("cannot print events: %s", err_name(p.rc));
    code = EXIT_USAGE;
  } else if(rc)
    code = explain(rc, s);
  parser_fini(&parser);
  buf_free(&p.out);
  return code;
}

/* --- Arguments ----------------------------------------------------------- */

enum { OPT_CHUNK = 256, OPT_OBSERVATIONS, OPT_STATE, OPT_LINE, OPT_EVENT };

static const struct option options[] = {
    {"chunk", required_argument, NULL, OPT_CHUNK},
    {"observations", no_argument, NULL, OPT_OBSERVATIONS},
    {"state", no_argument, NULL, OPT_STATE},
    {"max-line", required_argument, NULL, OPT_LINE},
    {"max-event", required_argument, NULL, OPT_EVENT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static int bytes_of(const char *name, const char *text, uint64_t least,
                    uint64_t *out)
{
  uint64_t v;
  if(units_bytes(slice_of(text), &v) || v < least || v > SIZE_MAX / 4) {
    log_error("%s %s: give a number of bytes such as 512, 64KiB or 1MiB", name,
              text);
    return E_SYNTAX;
  }
  *out = v;
  return 0;
}

static int take_option(int c, struct parsing *s)
{
  switch(c) {
  case OPT_CHUNK:
    return bytes_of("--chunk", optarg, 1, &s->chunk);
  case OPT_LINE:
    return bytes_of("--max-line", optarg, 0, &s->max_line);
  case OPT_EVENT:
    return bytes_of("--max-event", optarg, 0, &s->max_event);
  case OPT_OBSERVATIONS:
    s->observations = true;
    return 0;
  case OPT_STATE:
    s->state = true;
    return 0;
  default:
    return E_SYNTAX;
  }
}

/* Returns 0, E_SYNTAX after saying why, or 1 when the help was shown. */
static int take_arguments(int argc, char **argv, struct parsing *s)
{
  int c;
  optind = 0; /* starts getopt anew, whoever used it before */
  for(c = getopt_long(argc, argv, "h", options, NULL); c != -1;
      c = getopt_long(argc, argv, "h", options, NULL)) {
    if(c == 'h') {
      fputs(help, stdout);
      return 1;
    }
    if(take_option(c, s)) {
      fputs("Try 'weir parse --help'.\n", stderr);
      return E_SYNTAX;
    }
  }
  if(argc - optind > 1) {
    log_error("one FILE at most, and %s is one more; try 'weir parse --help'",
              argv[optind + 1]);
    return E_SYNTAX;
  }
  if(optind < argc)
    s->path = argv[optind];
  return 0;
}

int parse_cmd(int argc, char **argv)
{
  struct parsing s = {.path = "-",
                      .chunk = READ_BYTES,
                      .max_line = PARSER_MAX_LINE_DEFAULT,
                      .max_event = PARSER_MAX_EVENT_DEFAULT};
  int fd = STDIN_FILENO, code, rc = take_arguments(argc, argv, &s);
  if(rc)
    return rc > 0 ? EXIT_PASS : EXIT_USAGE;
  if(strcmp(s.path, "-") == 0) {
    s.path = "standard input";
    return parse_fd(fd, &s);
  }
  fd = open(s.path, O_RDONLY | O_CLOEXEC);
  if(fd < 0) {
    log_error("%s: cannot be opened: %s", s.path, strerror(errno));
    return EXIT_USAGE;
  }
  code = parse_fd(fd, &s);
  close(fd);
  return code;
}
