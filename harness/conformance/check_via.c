/* SPDX-License-Identifier: MIT
 * The origin behind a proxy under test; see check_via.h. */
#include "conformance/check_via.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/rng.h"
#include "checks/core/stack.h"
#include "checks/proxy/proxy_name.h"

#define READY_NS (10 * NS_PER_SEC)
#define SIGN_MAX 60 /* of what shows a stack, as it is told */

bool check_via_selects(const struct check_job *job, const char *modes)
{
  bool is_via = strchr(modes, 'O') != NULL;
  if(job->target->via)
    return is_via || job->onlys > 0;
  return !is_via;
}

/* Where the proxy forwards to, cut at its last colon. */
static void split(const char *via, char host[64], char port[8])
{
  const char *colon = strrchr(via, ':');
  size_t n = colon ? (size_t)(colon - via) : 0;
  if(n > 1 && via[0] == '[')
    (void)snprintf(host, 64, "%.*s", (int)(n - 2), via + 1);
  else
    (void)snprintf(host, 64, "%.*s", (int)n, via);
  if(!n)
    (void)snprintf(host, 64, "127.0.0.1");
  (void)snprintf(port, 8, "%.7s", colon ? colon + 1 : via);
}

/* How weir itself reaches an address that stands for all of them. */
static const char *own_way(const char *host)
{
  if(strcmp(host, "0.0.0.0") == 0)
    return "127.0.0.1";
  return strcmp(host, "::") == 0 ? "::1" : host;
}

static int name_place(struct target *t, const char *host, const char *port)
{
  const char *at = own_way(host);
  bool v6 = strchr(at, ':') != NULL;
  struct buf b;
  int rc;
  buf_init(&b, 0);
  rc =
      buf_addf(&b, "http://%s%s%s:%s", v6 ? "[" : "", at, v6 ? "]" : "", port);
  free(t->via_url);
  t->via_url = rc ? NULL : slice_dup(buf_slice(&b));
  buf_free(&b);
  return t->via_url ? 0 : E_NOMEM;
}

int check_via_name_run(struct check_run *r, struct err *e)
{
  struct target *t = r->job->target;
  char name[40];
  if(!r->job->via)
    return 0;
  (void)snprintf(name, sizeof(name), "%016llx%016llx",
                 (unsigned long long)rng_fresh_seed(),
                 (unsigned long long)rng_fresh_seed());
  free(t->via_run);
  t->via_run = slice_dup(slice_of(name));
  return t->via_run ? 0 : err_set(e, E_NOMEM, "out of memory");
}

/* The last line of what the server said, without its name. */
static const char *last_words(struct buf *said)
{
  static const char name[] = "weir-server: error: ";
  char *text = said->p, *nl;
  if(!text)
    return "no word";
  while(said->n && text[said->n - 1] == '\n')
    text[--said->n] = '\0';
  nl = strrchr(text, '\n');
  text = nl ? nl + 1 : text;
  return strncmp(text, name, sizeof(name) - 1) == 0 ? text + sizeof(name) - 1
                                                    : text;
}

static int await_ready(struct check_run *r, struct err *e)
{
  const struct process_stop nobody = {NULL, NULL};
  struct buf said;
  int rc;
  buf_init(&said, 0);
  rc = process_await(&r->origin, "listening on ", READY_NS, &said, nobody);
  if(rc)
    rc = err_set(e, E_UNREACHABLE,
                 "weir's origin cannot take the place of your application on "
                 "%s: %s",
                 r->job->via, last_words(&said));
  buf_free(&said);
  return rc;
}

int check_via_start(struct check_run *r, struct err *e)
{
  char host[64], port[8];
  const char *argv[] = {r->job->server_program,
                        "--origin",
                        "--host",
                        host,
                        "--port",
                        port,
                        NULL};
  int rc;
  if(!r->job->via || r->job->from)
    return 0;
  split(r->job->via, host, port);
  rc = name_place(r->job->target, host, port)
           ? err_set(e, E_NOMEM, "out of memory")
           : check_via_name_run(r, e);
  if(!rc)
    rc = process_start(&r->origin, argv, e);
  if(!rc)
    rc = await_ready(r, e);
  if(rc)
    check_via_stop(r);
  return rc;
}

void check_via_stop(struct check_run *r)
{
  if(r->origin.pid)
    process_end(&r->origin);
}

static bool has_origin_side(const struct probe_result *p)
{
  size_t i;
  for(i = 0; i < p->recordings; i++) {
    if(p->recording[i]->origin_side)
      return true;
  }
  return false;
}

int check_via_meet(struct check_run *r, struct err *e)
{
  const struct exchange_set hello = {.scripts = {SCRIPT(SCRIPT_PROXY_HELLO)}};
  size_t n = strlen(r->stopped);
  struct probe_result met;
  int rc;
  if(!r->job->via || r->interrupted)
    return 0;
  if(n) {
    (void)snprintf(r->stopped + n, sizeof(r->stopped) - n,
                   "; does the proxy forward to %.100s?", r->job->via);
    return 0;
  }
  rc = check_record(r, &hello, &met, e);
  if(!rc && !has_origin_side(&met) && !r->interrupted)
    (void)snprintf(r->stopped, sizeof(r->stopped),
                   "what is sent to %.150s does not reach weir's origin: let "
                   "the proxy forward to %.100s while the check runs",
                   r->job->target->endpoint.url, r->job->via);
  probe_result_free(&met);
  return rc;
}

const char *check_via_stack(const struct check_run *r)
{
  struct check_input in = {r->job->target, r->first.recording,
                           r->first.recordings};
  return r->job->target->via ? proxy_name(&in) : NULL;
}

static const char *seen(const struct check_run *r, struct slice *sign)
{
  struct check_input in = {r->job->target, r->first.recording,
                           r->first.recordings};
  const struct recording *plain = input_exchange(&in, EX_PLAIN);
  return plain ? stack_of(&plain->head, sign) : NULL;
}

const char *check_via_seen(const struct check_run *r)
{
  struct slice sign;
  return seen(r, &sign);
}

int check_via_assume(struct check_run *r, struct err *e)
{
  const char *name = check_via_stack(r), *stack = NULL;
  struct slice sign;
  int rc = 0;
  if(name)
    rc = buf_addf(&r->first.assumptions, "the proxy looks like %s\n", name);
  else
    stack = seen(r, &sign);
  if(stack)
    rc = buf_addf(&r->first.assumptions,
                  "the target looks like %s (%.*s): its fixes come first\n",
                  stack, (int)(sign.n < SIGN_MAX ? sign.n : SIGN_MAX), sign.p);
  return rc ? err_set(e, E_NOMEM, "out of memory") : 0;
}
