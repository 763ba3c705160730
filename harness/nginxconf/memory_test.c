/* SPDX-License-Identifier: MIT
 * Every allocation of this room fails once: an error comes back, nothing is
 * left behind (the sanitizer build sees leaks) and nothing crashes. */
#include "nginxconf/conf_testing.h"

#include "base/memory_testing.h"
#include "nginxconf/effective.h"

static const char dump[] =
    "# configuration file /n/main:\n"
    "events {}\nhttp { include /n/c/*; include gone; map $uri $m { ~x 1; } }\n"
    "# configuration file /n/c/a:\n"
    "server { server_name ~^(?<n>a) b; content_by_lua_block { } }\n"
    "# configuration file /n/c/b:\n"
    "server { server_name c; location / { set $x $uri$args; if ($cookie_a) { "
    "break; } "
    "rewrite ^/(a) /b/$1?q; try_files $uri @x; } location @x { proxy_pass "
    "http://$host/y; } location /b/ { error_page 404 /c/d?$args; return 404; "
    "} "
    "location /c/d/ { proxy_pass http://u; } }\n";

static int ask(const struct conf *c, const char *host, const char *target)
{
  struct conf_route *r = NULL;
  struct conf_request q;
  struct buf out;
  int rc;
  memset(&q, 0, sizeof(q));
  q.uri = "/a?x=1";
  q.host = host;
  rc = conf_locate(c, &q, &r, NULL);
  buf_init(&out, 0);
  if(rc == 0)
    rc = conf_path(r->block, &out);
  if(rc == 0 && target)
    assert_string_equal(r->target ? r->target : "", target);
  buf_free(&out);
  conf_route_free(r);
  return rc;
}

/* Everything the doctor does with a configuration. */
static bool use(void *ctx)
{
  struct conf *c;
  struct conf_fault fault;
  int rc = conf_parse_text(&c, slice_of(dump), "t.conf", &fault);
  (void)ctx;
  if(rc == 0)
    rc = ask(c, NULL, NULL);
  if(rc == 0)
    rc = ask(c, "c", "/c/d/?q&x=1");
  conf_free(c);
  assert_true(rc == 0 || rc == E_NOMEM);
  return rc == 0;
}

static void test_every_failing_allocation_is_reported(void **state)
{
  long n = memory_sweep(use, NULL);
  (void)state;
  assert_true(n > 50 && n < 5000);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_failing_allocation_is_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
