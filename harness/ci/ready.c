/* SPDX-License-Identifier: MIT
 * One GET; see ready.h. */
#include "ci/ready.h"

#include "transport/transport.h"

struct asking {
  int answer; /* 0: not known yet */
  struct err *e;
};

static bool on_head(const struct response_head *head, void *ctx)
{
  struct asking *a = ctx;
  a->answer = head->status;
  return false;
}

static bool on_data(struct slice bytes, const struct arrival *when, void *ctx)
{
  (void)bytes;
  (void)when;
  (void)ctx;
  return false;
}

static void on_end(const struct exchange_end *end, void *ctx)
{
  struct asking *a = ctx;
  if(!a->answer)
    a->answer = err_set(a->e, E_UNREACHABLE, "%s", end->sentence);
}

static const struct exchange_handler handler = {
    .on_head = on_head, .on_data = on_data, .on_end = on_end};

static int ask(uv_loop_t *loop, const struct request *r, struct asking *a)
{
  const struct transport_config config = {.loop = loop};
  struct transport *t = transport_new(&config, a->e);
  int rc = t ? transport_prepare(t, r->url, a->e) : E_NOMEM;
  if(!rc && !exchange_start(t, r, &handler, a, a->e))
    rc = a->e->code;
  while(!rc && !a->answer)
    uv_run(loop, UV_RUN_ONCE);
  if(t)
    transport_close(t);
  uv_run(loop, UV_RUN_DEFAULT);
  return rc ? rc : a->answer;
}

int ready_ask(const char *url, uint64_t limit_ns, struct err *e)
{
  static const struct header header[] = {{"Accept", "text/event-stream, */*"}};
  const struct request request = {.method = "GET",
                                  .url = url,
                                  .header = header,
                                  .header_count = 1,
                                  .insecure = true,
                                  .connect_timeout_ns = limit_ns,
                                  .head_timeout_ns = limit_ns};
  struct asking a = {.e = e};
  uv_loop_t loop;
  int rc = transport_global_init(e);
  if(rc)
    return rc;
  if(uv_loop_init(&loop))
    return err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  rc = ask(&loop, &request, &a);
  uv_loop_close(&loop);
  return rc;
}
