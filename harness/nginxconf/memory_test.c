/* SPDX-License-Identifier: MIT
 * Every allocation of this room fails once: an error comes back, nothing is
 * left behind (the sanitizer build sees leaks) and nothing crashes.
 *
 * The linker puts the __wrap_ functions in front of malloc and its like for
 * weir's own code; libraries keep theirs. */
#include "nginxconf/conf_testing.h"

#include "nginxconf/effective.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

static long left = -1; /* allocations until one fails; -1 = none does */

static int fails(void)
{
  if(left < 0)
    return 0;
  return left-- == 0;
}

void *__wrap_malloc(size_t n)
{
  return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
  return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
  return fails() ? NULL : __real_realloc(p, n);
}

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

/* Everything the doctor does with a configuration; 0 when all worked. */
static int use(void)
{
  struct conf *c;
  struct conf_fault fault;
  int rc = conf_parse_text(&c, slice_of(dump), "t.conf", &fault);
  if(rc == 0)
    rc = ask(c, NULL, NULL);
  if(rc == 0)
    rc = ask(c, "c", "/c/d/?q&x=1");
  conf_free(c);
  return rc;
}

static void test_every_failing_allocation_is_reported(void **state)
{
  long n;
  int rc = E_NOMEM;
  (void)state;
  for(n = 0; rc && n < 5000; n++) {
    left = n;
    rc = use();
    if(rc && left >= 0)
      fail_msg("failed without need at %ld: %d", n, rc);
    if(rc && rc != E_NOMEM)
      fail_msg("allocation %ld: %d", n, rc);
    if(!rc && left < 0)
      fail_msg("allocation %ld failed unseen", n);
  }
  left = -1;
  assert_int_equal(rc, 0);
  assert_true(n > 50);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_failing_allocation_is_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
