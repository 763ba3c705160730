/* SPDX-License-Identifier: MIT
 * The ways through rewrites, error pages and conditions, and what stands at
 * their end. */
#include "nginxconf/conf_testing.h"

static const char ways[] =
    "upstream app { server 127.0.0.1:1; }"
    "server { server_name h;"
    "location /a { try_files $uri $uri/ @app; }"
    "location /b { try_files $uri /index.php?q=$uri; }"
    "location ~ \\.php$ { fastcgi_pass unix:/run/php.sock; }"
    "location /c { rewrite ^/c/(.*)$ /a/$1 last; }"
    "location /d { error_page 418 = @app; return 418; }"
    "location /e { error_page 404 = @app; root /srv; }"
    "location /f { error_page 404 /404.html; root /srv; }"
    "location /g { try_files $uri =404; error_page 404 @app; }"
    "location ~ \\.fcgi$ { try_files $uri =404; fastcgi_pass unix:/x; }"
    "location /h { rewrite ^ /nowhere break; proxy_pass http://app/x; }"
    "location /i { internal; proxy_pass http://app; }"
    "location /j { rewrite ^/j /i last; }"
    "location /k { rewrite ^/k(.*) /k$1x last; }"
    "location /l { return 301 https://$host$request_uri; }"
    "location /m { rewrite ^ https://x/y? permanent; }"
    "location @app { proxy_pass http://app; proxy_buffering off; } }";

static void test_internal_ways_are_followed(void **state)
{
  struct conf *c = conf_of(ways);
  struct conf_route *r;
  (void)state;
  ends_in(c, "/a/x", "location @app");
  ends_in(c, "/b", "location ~ \\.php$");
  ends_in(c, "/c/x", "location @app");
  ends_in(c, "/d", "location @app");
  ends_in(c, "/e", "location @app");
  ends_in(c, "/f", "location /f");
  ends_in(c, "/g", "location @app");
  ends_in(c, "/x.fcgi", "location ~ \\.fcgi$");
  ends_in(c, "/i", "location /i");
  ends_in(c, "/j", "location /i");
  ends_in(c, "/l/1?a=b", "301 https://h/l/1?a=b");
  ends_in(c, "/m", "301 https://x/y?");
  conf_free(c);
  c = conf_of("server { location /h { rewrite ^ /nowhere break; proxy_pass "
              "http://app/x; } location /i { internal; proxy_pass http://app;"
              " } location /k { rewrite ^/k(.*) /k$1x last; } }");
  r = route_to(c, "/h?q", NULL);
  assert_string_equal(r->uri, "/nowhere");
  assert_string_equal(r->args, "q");
  assert_string_equal(r->pass_uri, "/x");
  conf_route_free(r);
  r = route_to(c, "/i", NULL);
  assert_int_equal(r->status, 404);
  conf_route_free(r);
  r = route_to(c, "/k", NULL);
  assert_int_equal(r->status, 500);
  assert_false(r->certain);
  conf_route_free(r);
  conf_free(c);
}

static const char conditions[] =
    "map $http_accept $sse { default 0; ~event-stream 1; }"
    "server { if ($scheme = https) { return 403; }"
    "if ($host !~ ^h) { return 402; }"
    "location /a { if ($http_accept ~* event-stream) { proxy_pass http://s;"
    "} proxy_pass http://web; }"
    "location /b { if ($sse) { rewrite ^ /a last; } return 200; }"
    "location /c { if ($cookie_x) { proxy_pass http://s; } "
    "proxy_pass http://web; }"
    "location /d { set $up app; if ($arg_v = 2) { set $up app2; } "
    "proxy_pass http://$up:8080/x; }"
    "location /e { if (!-f $request_filename) { proxy_pass http://app; } }"
    "location /f { if ( $request_method = POST ) { return 405; } "
    "limit_except GET { deny all; } proxy_pass http://app; } }";

static void test_conditions_are_decided_where_the_text_allows(void **state)
{
  struct conf *c = conf_of(conditions);
  struct conf_route *r = route_to(c, "/a", "h");
  (void)state;
  assert_string_equal(r->block->name, "if");
  assert_string_equal(r->pass_host, "s");
  conf_route_free(r);
  r = route_to(c, "/b", "h");
  assert_string_equal(r->pass_host, "s");
  conf_route_free(r);
  r = route_to(c, "/c", "h");
  assert_false(r->certain);
  assert_string_equal(r->pass_host, "web");
  assert_int_equal(r->nbranches, 1);
  assert_int_equal(r->branches[0].family, CONF_PROXY);
  assert_string_equal(conf_arg(r->branches[0].handler, 0), "http://s");
  conf_route_free(r);
  conf_free(c);
}

static void test_variables_are_known_where_set_gives_them(void **state)
{
  struct conf *c = conf_of(conditions);
  struct conf_route *r;
  (void)state;
  r = route_to(c, "/d?v=2", "h");
  assert_string_equal(r->pass_host, "app2:8080");
  assert_true(r->pass_variable);
  conf_route_free(r);
  r = route_to(c, "/e", "h");
  assert_int_equal(r->family, CONF_PROXY);
  conf_route_free(r);
  r = route_to(c, "/f", "h");
  assert_string_equal(r->block->name, "location");
  conf_route_free(r);
  r = route_to(c, "/f", "x");
  assert_int_equal(r->status, 402);
  conf_route_free(r);
  conf_free(c);
}

static const char targets[] =
    "upstream app { server 127.0.0.1:1; } server {"
    "location /a { proxy_pass http://app/x/; }"
    "location /b { proxy_pass http://unix:/run/a.sock:/y; }"
    "location /c { proxy_pass https://h.example:8443; }"
    "location /d { fastcgi_pass unix:/run/php.sock; }"
    "location /e { uwsgi_pass 127.0.0.1:3031; }"
    "location /f { scgi_pass 127.0.0.1:4000; }"
    "location /g { grpc_pass grpcs://app; }"
    "location /h { content_by_lua_block { ngx.say('}') } } }";

static void test_targets_of_all_families_are_taken_apart(void **state)
{
  static const struct {
    const char *uri, *host, *pass_uri;
    enum conf_family family;
    bool tls, upstream;
  } rows[] = {
      {"/a", "app", "/x/", CONF_PROXY, false, true},
      {"/b", "unix:/run/a.sock", "/y", CONF_PROXY, false, false},
      {"/c", "h.example:8443", NULL, CONF_PROXY, true, false},
      {"/d", "unix:/run/php.sock", NULL, CONF_FASTCGI, false, false},
      {"/e", "127.0.0.1:3031", NULL, CONF_UWSGI, false, false},
      {"/f", "127.0.0.1:4000", NULL, CONF_SCGI, false, false},
      {"/g", "app", NULL, CONF_GRPC, true, true},
  };
  struct conf *c = conf_of(targets);
  struct conf_route *r;
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    r = route_to(c, rows[i].uri, NULL);
    assert_int_equal(r->family, rows[i].family);
    assert_string_equal(r->pass_host, rows[i].host);
    if(rows[i].pass_uri)
      assert_string_equal(r->pass_uri, rows[i].pass_uri);
    else
      assert_null(r->pass_uri);
    assert_true(r->pass_tls == rows[i].tls);
    assert_true((r->upstream != NULL) == rows[i].upstream);
    conf_route_free(r);
  }
  r = route_to(c, "/h", NULL);
  assert_int_equal(r->family, CONF_OTHER);
  conf_route_free(r);
  conf_free(c);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_internal_ways_are_followed),
      cmocka_unit_test(test_conditions_are_decided_where_the_text_allows),
      cmocka_unit_test(test_variables_are_known_where_set_gives_them),
      cmocka_unit_test(test_targets_of_all_families_are_taken_apart),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
