/* SPDX-License-Identifier: MIT
 * weir load --repeat, --against, --interleave; see load_once.h. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/units.h"
#include "cli/load_once.h"
#include "cli/turn.h"
#include "document/doc.h"
#include "load/load_doc.h"

struct turns {
  const struct load_args *a;
  const char *command;
  struct compare_side base, now; /* base: --against, or server A */
  uint32_t spare; /* runs that may be made again because they were invalid */
  int code;       /* why it ended early; EXIT_PASS: it did not */
};

static void tell(const struct turns *s, const struct compare_side *side,
                 json_t *doc)
{
  if(!s->a->common.quiet)
    fprintf(stderr, "%s run %zu of %u: %s\n",
            side == &s->base  ? "A:"
            : s->a->server[1] ? "B:"
                              : "  ",
            side->runs, s->a->repeat, doc_text(doc, "sentence"));
}

/* One valid run for a side.  An invalid one is kept out and made again while
 * there are spare ones: it would say nothing about the server. */
static int one_run(struct turns *s, struct compare_side *side, struct err *e)
{
  for(;;) {
    json_t *doc = load_once(s->a, s->command, e);
    int code;
    if(!doc) {
      s->code = load_exit_of(e->code);
      return e->code;
    }
    code = load_doc_exit_code(doc);
    if(code == EXIT_INVALID && s->spare > 0) {
      s->spare--;
      log_info("an invalid run is made again: %s", doc_text(doc, "sentence"));
      json_decref(doc);
      continue;
    }
    side->run[side->runs++] = doc;
    tell(s, side, doc);
    if(code == EXIT_INTERRUPTED || code == EXIT_UNREACHABLE) {
      s->code = code;
      return err_set(e, E_CLOSED, "%s", doc_text(doc, "sentence"));
    }
    return 0;
  }
}

/* One run against a server that is started for it. */
static int one_turn(struct turns *s, struct compare_side *side,
                    const char *server, struct err *e)
{
  struct turn t;
  int rc = turn_start(&t, server, s->a->scenario, e);
  if(!rc)
    rc = one_run(s, side, e);
  else
    s->code = EXIT_UNREACHABLE;
  turn_end(&t);
  return rc;
}

static int make_runs(struct turns *s, struct err *e)
{
  uint32_t i;
  int rc = 0;
  for(i = 0; i < s->a->repeat && !rc; i++) {
    if(s->a->server[0])
      rc = one_turn(s, &s->base, s->a->server[0], e);
    if(!rc && s->a->server[1])
      rc = one_turn(s, &s->now, s->a->server[1], e);
    else if(!rc)
      rc = one_run(s, &s->now, e);
  }
  return rc;
}

static int save(const struct compare_side *side, const char *path,
                struct err *e)
{
  json_t *doc = series_new(side->run, side->runs);
  int rc = doc ? output_write(doc, OUTPUT_JSON, path, e)
               : err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  json_decref(doc);
  return rc;
}

static int save_runs(const struct turns *s, struct err *e)
{
  struct buf path;
  int rc = 0;
  if(!s->a->save_runs)
    return 0;
  if(s->now.runs)
    rc = save(&s->now, s->a->save_runs, e);
  buf_init(&path, 0);
  if(!rc && s->a->server[0] && s->base.runs) {
    rc = buf_addf(&path, "%s.base", s->a->save_runs);
    if(!rc)
      rc = save(&s->base, buf_text(&path), e);
  }
  buf_free(&path);
  return rc;
}

static int code_of_runs(const struct turns *s)
{
  size_t i;
  int code = EXIT_PASS;
  for(i = 0; i < s->now.runs; i++) {
    int one = load_doc_exit_code(s->now.run[i]);
    code = one > code ? one : code;
  }
  return code;
}

static int publish(const struct turns *s, json_t *doc, int code)
{
  struct err e = {0};
  if(common_publish(&s->a->common, doc, &e)) {
    log_error("%s", e.text);
    code = EXIT_USAGE;
  }
  json_decref(doc);
  return code;
}

/* What the runs come to: a comparison, or the series itself. */
static int conclude(struct turns *s)
{
  struct err e = {0};
  json_t *doc;
  if(!s->base.runs) {
    doc = series_new(s->now.run, s->now.runs);
    return publish(s, doc, s->code ? s->code : code_of_runs(s));
  }
  doc = compare_loads(&s->base, &s->now, 1, s->a->gate, s->a->gates, &e);
  if(!doc) {
    log_error("%s", e.text);
    return e.code == E_LIMIT ? EXIT_INVALID : EXIT_USAGE;
  }
  return publish(s, doc, s->code ? s->code : compare_exit_code(doc, false));
}

int load_series(const struct load_args *a, const char *command)
{
  struct turns s = {.a = a, .command = command, .spare = a->repeat};
  struct err e = {0};
  int code = EXIT_USAGE, rc = 0;
  s.base.name = a->server[0];
  s.now.name = a->server[1] ? a->server[1] : "these runs";
  s.base.owned = s.now.owned = true;
  if(a->against)
    rc = compare_side_read(&s.base, a->against, &e);
  if(rc)
    log_error("%s", e.text);
  else {
    rc = make_runs(&s, &e);
    if(rc)
      log_error("%s", e.text);
    if(save_runs(&s, &e))
      log_error("%s", e.text);
    code = s.now.runs ? conclude(&s) : s.code;
  }
  compare_side_free(&s.base);
  compare_side_free(&s.now);
  return code;
}
