/* SPDX-License-Identifier: MIT
 * Corners of a request's way that a real nginx showed: what hides try_files,
 * what empties $1, whose merge_slashes counts. */
#include "nginxconf/conf_testing.h"

static void answers(const struct conf *c, const char *uri, const char *host,
                    int status, const char *text)
{
  struct conf_route *r = route_to(c, uri, host);
  if(r->status != status || strcmp(r->target ? r->target : "", text) != 0)
    fail_msg("%s is answered with %d %s", uri, r->status, r->target);
  conf_route_free(r);
}

static void test_a_condition_that_holds_hides_try_files(void **state)
{
  struct conf *c = conf_of(
      "server { location / { if ($arg_x) { set $y 1; } error_page 404 @e; "
      "try_files $uri @n; } location @n { return 200 n; } location @e { "
      "return 200 e; } }");
  (void)state;
  answers(c, "/a", "h", 200, "n");
  answers(c, "/a?x=1", "h", 200, "e");
  conf_free(c);
}

static void test_a_test_that_fails_empties_the_groups(void **state)
{
  struct conf *c = conf_of(
      "server { location ~ ^/a/(.*)$ { return 200 <$1>; }"
      "location ~ ^/b/(?<n>.*)$ { rewrite ^/x / ; return 200 <$1$n>; }"
      "location ~ ^/c/(.*)$ { if ($args ~ x(y)) { break; } return 200 <$1>; }"
      "location ~ ^/d/(.*)$ { rewrite ^/d(.) /$1 break; return 200 $uri; } }");
  (void)state;
  answers(c, "/a/1", "h", 200, "<1>");
  answers(c, "/b/1", "h", 200, "<1>");
  answers(c, "/c/1", "h", 200, "<>");
  conf_free(c);
}

static void test_a_failed_error_page_belongs_to_the_last_place(void **state)
{
  struct conf *c =
      conf_of("server { error_page 404 @s; location = /a { error_page 404 @l; "
              "if ($args = '') { set $x 1; } rewrite ^ /none; }"
              "location @s { return 200 s; } location @l { return 200 l; } }");
  (void)state;
  answers(c, "/a", "h", 200, "s");
  conf_free(c);
}

static void test_merge_slashes_is_the_default_servers(void **state)
{
  struct conf *c = conf_of(
      "server { server_name d; merge_slashes off; location / { return 200 "
      "$uri; } } server { server_name m; location / { return 200 $uri; } }"
      "server { listen 81; server_name n; location / { return 200 $uri; } }");
  (void)state;
  answers(c, "/a//b", "m", 200, "/a//b");
  answers(c, "/a//b", "n", 200, "/a/b");
  answers(c, "/a//../b", "m", 200, "/a/b");
  conf_free(c);
}

static void test_hosts_are_in_small_letters_and_maps_asked_once(void **state)
{
  struct conf *c = conf_of(
      "map $uri $m { default $uri; } map $args $v { volatile; default $uri; }"
      "server { location /a { set $x $m; set $x $v; rewrite ^ /b last; }"
      "location /b { return 200 $m$v$host$http_host; } }");
  (void)state;
  answers(c, "/a", "H.Example:80", 200, "/a/bh.exampleH.Example:80");
  conf_free(c);
}

static void test_circles_end_where_nginx_gives_up(void **state)
{
  struct conf *c = conf_of("server { location / { try_files $uri @a; }"
                           "location @a { try_files $uri @b; }"
                           "location @b { try_files $uri @a; } }");
  struct conf_route *r = route_to(c, "/", NULL);
  (void)state;
  assert_int_equal(r->status, 500);
  assert_string_equal(conf_arg(r->location, 0), "@b");
  assert_false(r->certain);
  conf_route_free(r);
  conf_free(c);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_condition_that_holds_hides_try_files),
      cmocka_unit_test(test_a_test_that_fails_empties_the_groups),
      cmocka_unit_test(test_a_failed_error_page_belongs_to_the_last_place),
      cmocka_unit_test(test_merge_slashes_is_the_default_servers),
      cmocka_unit_test(test_hosts_are_in_small_letters_and_maps_asked_once),
      cmocka_unit_test(test_circles_end_where_nginx_gives_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
