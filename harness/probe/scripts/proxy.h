/* SPDX-License-Identifier: MIT
 * What the scripts about proxies ask for, row by row; proxy.c performs
 * them.  Private to probe/.
 *
 * A row is a request through the proxy that says what our origin does with it
 * (a play, see weir-server's /origin/page).  In a play, capital letters stand
 * for times and counts that depend on --fast: H hold, G gap, N events, P
 * pause between pieces, L silence, S slow head, W the idle window. */
#ifndef WEIR_PROBE_SCRIPTS_PROXY_H
#define WEIR_PROBE_SCRIPTS_PROXY_H
#include "probe/scripts/script.h"

struct proxy_row {
  enum script_id script;
  enum role role;
  const char *play;
  const char *method;    /* NULL GET */
  const char *headers;   /* as of probe_request; NULL */
  const char *query;     /* further parameters; NULL */
  struct slice last_id;  /* p NULL: none */
  struct stop_rule stop; /* the limit is set by proxy.c */
  /* Rows of one role begin in the order of their steps, each when those with
   * a lower one are over. */
  unsigned step;
  bool shared_url; /* all rows of the role ask for the same URL */
  bool many;       /* a crowd of these */
  /* How long the origin goes on behind our end: 'L' as in plays, or 0. */
  char settle;
};

/* NULL behind the last. */
const struct proxy_row *proxy_row_at(size_t i);
/* proxy_letter is the number that a capital letter of a play stands for; ms or
 * a count. */
uint64_t proxy_letter(const struct target *t, char letter);
/* proxy_play_ns: how long a play goes on at most. */
uint64_t proxy_play_ns(const struct target *t, const char *play);
/* proxy_play_text appends the play with its letters replaced. */
int proxy_play_text(struct buf *out, const struct target *t, const char *play);

/* proxy_log_fetch (proxy_log.c) asks the origin itself what reached it
 * in this script, keeps recordings of it, then says script_done. */
void proxy_log_fetch(struct script *s);

#endif
