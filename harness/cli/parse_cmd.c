/* SPDX-License-Identifier: MIT
 * weir parse: bytes in, one JSON object per event out.  The parser, alone, as
 * a filter: what has come in so far is printed before more is waited for. */
#include <errno.h>
#include <fcntl.h>
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
#include "cli/help.h"
#include "load/gate.h"
#include "option/command.h"
#include "sse/parser.h"

#define READ_BYTES ((size_t)64 << 10)

struct parsing {
  const char *path; /* borrowed; NULL or "-" is standard input */
  uint64_t chunk;   /* bytes per feed */
  uint64_t max_line;
  uint64_t max_event;
  bool observations;
  bool state, help;
};

/* What the callbacks add to. */
struct printer {
  struct buf out; /* owned; printed after every read */
  int rc;         /* the first error */
};

static const char intro[] =
    "Usage: weir parse [OPTION]... [FILE]\n"
    "Parse an event stream and print one JSON object per event and line:\n"
    "{\"type\":...,\"data\":...,\"lastEventId\":...}.  Without FILE, or when "
    "FILE is -,\n"
    "standard input is read, and events appear as their bytes come.\n"
    "\n"
    "Examples:\n"
    "  printf 'id: 1\\ndata: hello\\n\\n' | weir parse --state\n"
    "  curl -sN https://example.com/events | weir parse --observations\n"
    "  weir parse --max-event 64KiB recorded.txt | jq -r .data\n"
    "\n"
    "Exit code: 0 parsed to the end, 1 a limit was exceeded, 2 bad usage or\n"
    "the input cannot be read.\n"
    "\n";

static void keep(struct printer *p, int rc)
{
  if(!p->rc)
    p->rc = rc;
}

static void add_member(struct printer *p, struct slice before,
                       struct slice text)
{
  keep(p, buf_add(&p->out, before.p, before.n));
  keep(p, json_quote(&p->out, text));
}

static void on_event(const struct sse_event *event, void *ctx)
{
  struct printer *p = ctx;
  add_member(p, SLICE_LIT("{\"type\":"), event->type);
  add_member(p, SLICE_LIT(",\"data\":"), event->data);
  add_member(p, SLICE_LIT(",\"lastEventId\":"), event->id);
  keep(p, buf_adds(&p->out, "}\n"));
}

static void on_observation(const struct sse_observation *o, void *ctx)
{
  struct printer *p = ctx;
  keep(p, buf_addf(&p->out, "{\"observation\":\"%s\",\"offset\":%" PRIu64,
                   sse_observation_name(o->kind), o->offset));
  add_member(p, SLICE_LIT(",\"line\":"), o->line);
  keep(p, buf_adds(&p->out, "}\n"));
}

static void add_state(struct printer *p, const struct parser *parser)
{
  uint64_t retry_ms = parser_retry_ms(parser);
  add_member(p, SLICE_LIT("{\"lastEventId\":"), parser_last_event_id(parser));
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

#define ARG(n, m) .name = n, OPTION_MEMBER(struct parsing, m)
#define MOST      ((double)(SIZE_MAX / 4))

static const struct option_row rows[] = {
    {ARG("chunk", chunk), .type = OPTION_BYTES, .least = 1, .most = MOST,
     .group = "Options", .argument = "N", .fallback = "64KiB",
     .help = "Feed the parser N bytes at a time (the events are the same; "
             "this is for seeing that they are)"},
    {ARG("observations", observations), .type = OPTION_BOOL,
     .help = "Also print what a parser accepts in silence: "
             "{\"observation\":...,\"offset\":...,\"line\":...}"},
    {ARG("state", state), .type = OPTION_BOOL,
     .help = "At the end print {\"lastEventId\":...,\"retry\":...}"},
    {ARG("max-line", max_line), .type = OPTION_BYTES, .most = MOST,
     .argument = "N", .fallback = "1MiB",
     .help = "Longest line in bytes; 0: any"},
    {ARG("max-event", max_event), .type = OPTION_BYTES, .most = MOST,
     .argument = "N", .fallback = "16MiB",
     .help = "Most data in one event; 0: any"},
    COMMAND_HELP(struct parsing),
};

static const struct option_table options = {rows,
                                            sizeof(rows) / sizeof(rows[0])};

static int take_arguments(int argc, char **argv, struct parsing *s)
{
  const struct command_part part = {&options, s, NULL};
  struct command_word path = {"files", NULL};
  const struct command_line line = {&part, 1, command_one, &path, false};
  struct err e = {0};
  int rc = option_set_default(s, &options);
  if(!rc)
    rc = command_read(&line, argc, argv, &e);
  if(rc)
    log_error("parse: %s", e.text);
  s->path = path.text;
  return rc;
}

int parse_cmd(int argc, char **argv)
{
  struct parsing s = {.path = NULL};
  int fd = STDIN_FILENO, code;
  if(take_arguments(argc, argv, &s))
    return EXIT_USAGE;
  if(s.help)
    return help_print(intro, &options, NULL);
  if(!s.path || strcmp(s.path, "-") == 0) {
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
