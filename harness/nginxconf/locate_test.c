/* SPDX-License-Identifier: MIT
 * Which server and location answer: golden vectors from nginx 1.22.1, and the
 * ways through rewrites, error pages and conditions. */
#include "nginxconf/conf_testing.h"

#include <stdio.h>

#include "nginxconf/effective.h"

static struct conf_route *route_to(const struct conf *c, const char *uri,
                                   const char *host)
{
  struct conf_request q;
  struct conf_route *r = NULL;
  struct err e = {0, ""};
  memset(&q, 0, sizeof(q));
  q.uri = uri;
  q.host = host;
  if(conf_locate(c, &q, &r, &e))
    fail_msg("%s: %s", uri, e.text);
  return r;
}

static void title_of(const struct conf_directive *d, char *out, size_t size)
{
  struct buf b;
  buf_init(&b, 0);
  if(d)
    conf_title(d, &b);
  snprintf(out, size, "%s", buf_text(&b));
  buf_free(&b);
}

/* uri ends in the block whose title is expected; "301 x" is a redirect. */
static void ends_in(const struct conf *c, const char *uri,
                    const char *expected)
{
  struct conf_route *r = route_to(c, uri, NULL);
  char title[200];
  if(r->status >= 300 && r->status < 400)
    snprintf(title, sizeof(title), "%d %s", r->status, r->target);
  else
    title_of(r->block, title, sizeof(title));
  if(strcmp(title, expected) != 0)
    fail_msg("%s ends in %s, not in %s", uri, title, expected);
  conf_route_free(r);
}

static const char golden[] =
    "server { location = /exact { return 200 1; }"
    "location /exact { return 200 2; }"
    "location /events { return 200 3; }"
    "location /events/ { return 200 4; }"
    "location ^~ /static/ { return 200 5; }"
    "location ~ ^/ev { return 200 r1; }"
    "location ~* \\.STREAM$ { return 200 r2; }"
    "location ~ \\.stream$ { return 200 r3; }"
    "location /nest/ { return 200 n; location /nest/a/ { return 200 na;"
    "  location ~ \\.x$ { return 200 nax; } }"
    " location ~ \\.y$ { return 200 ny; } location = /nest/e { return 200 e; }"
    "}"
    "location ^~ /nn/ { return 200 nn; location /nn/a/ { return 200 nna; }"
    " location ~ \\.y$ { return 200 nny; } }"
    "location ^~ /mm { return 200 mm; }"
    "location /mm/deep/ { return 200 deep; }"
    "location ~ \\.x$ { return 200 r4; }"
    "location ~ \\.y$ { return 200 r5; }"
    "location /pp/ { proxy_pass http://127.0.0.1:1; }"
    "location = /qq/ { proxy_pass http://127.0.0.1:1; }"
    "location \"/with space/\" { return 200 s; }"
    "location /a%20b { return 200 enc; }"
    "location ^/lit { return 200 lit; }"
    "location / { return 200 root; } }";

static const char *const golden_vectors[][2] = {
    {"/exact", "location = /exact"},
    {"/exact?x=1", "location = /exact"},
    {"//exact", "location = /exact"},
    {"/foo/../exact", "location = /exact"},
    {"/%65xact", "location = /exact"},
    {"/exact/", "location /exact"},
    {"/exactly", "location /exact"},
    {"/exact;v=1", "location /exact"},
    {"/events", "location ~ ^/ev"},
    {"/events/", "location ~ ^/ev"},
    {"/events/7", "location ~ ^/ev"},
    {"/evil", "location ~ ^/ev"},
    {"/EXACT", "location /"},
    {"/static/a.stream", "location ^~ /static/"},
    {"/x.stream", "location ~* \\.STREAM$"},
    {"/x.STREAM", "location ~* \\.STREAM$"},
    {"/nest/a/b.x", "location ~ \\.x$"},
    {"/nest/b.x", "location ~ \\.x$"},
    {"/nest/b.y", "location ~ \\.y$"},
    {"/nest/a/b.y", "location ~ \\.y$"},
    {"/nest/e", "location = /nest/e"},
    {"/nn/a/b", "location /nn/a/"},
    {"/nn/a/b.y", "location ~ \\.y$"},
    {"/nn/b.x", "location ^~ /nn/"},
    {"/mm/b.x", "location ^~ /mm"},
    {"/mm/deep/b.x", "location ~ \\.x$"},
    {"/pp", "301 /pp/"},
    {"/pp?x=1", "301 /pp/?x=1"},
    {"/qq", "301 /qq/"},
    {"/with%20space/q", "location \"/with space/\""},
    {"/a%20b", "location /"},
    {"/lit", "location /"},
    {"/nest", "location /"},
};
static const char *const golden_levels[][2] = {
    {"/nest/a/b.x", "location /nest/a/"}, {"/nest/b.x", "server"},
    {"/nest/b.y", "location /nest/"},     {"/nest/a/b.y", "location /nest/"},
    {"/nn/a/b.y", "location ^~ /nn/"},    {"/mm/deep/b.x", "server"}};

static void test_golden_vectors_of_the_location_search(void **state)
{
  struct conf *c = conf_of(golden);
  char title[200];
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(golden_vectors) / sizeof(golden_vectors[0]); i++)
    ends_in(c, golden_vectors[i][0], golden_vectors[i][1]);
  for(i = 0; i < sizeof(golden_levels) / sizeof(golden_levels[0]); i++) {
    struct conf_route *r = route_to(c, golden_levels[i][0], NULL);
    title_of(r->location->parent, title, sizeof(title));
    assert_string_equal(title, golden_levels[i][1]);
    conf_route_free(r);
  }
  conf_free(c);
}

static void test_the_slash_redirect_comes_before_regular_expressions(void **s)
{
  struct conf *c = conf_of(
      "server { location /events/ { proxy_pass http://a; }"
      "location ~ ^/ev { return 200; }"
      "location /a/ { location /a/b/ { proxy_pass http://a; } "
      " location ~ b$ { return 200; } }"
      "location /f/ { fastcgi_pass a:1; } location /s/ { root /x; } }");
  (void)s;
  ends_in(c, "/events", "301 /events/");
  ends_in(c, "/events/x", "location ~ ^/ev");
  ends_in(c, "/a/b", "301 /a/b/");
  ends_in(c, "/f", "301 /f/");
  ends_in(c, "/s", "server");
  conf_free(c);
}

static void test_uris_are_normalised_and_bad_ones_refused(void **state)
{
  struct conf *c = conf_of("server { location / { return 200; } }");
  static const char *const bad[] = {"events", "",     "/%",   "/%4",
                                    "/%zz",   "/%00", "/../x"};
  static const char *const good[][2] = {
      {"/a/./b/../c/", "/a/c/"}, {"/a/..", "/"},     {"/a/.", "/a/"},
      {"/%2e%2e%2Fx/..", NULL},  {"/a%2Fb", "/a/b"}, {"/a%3Fb?c", "/a?b"},
      {"/a//b///c", "/a/b/c"},   {"/a#b", "/a"},     {"/a/...", "/a/..."}};
  struct conf_request q;
  struct conf_route *r;
  struct err e;
  size_t i;
  (void)state;
  memset(&q, 0, sizeof(q));
  for(i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    q.uri = bad[i];
    assert_int_equal(conf_locate(c, &q, &r, &e), E_SYNTAX);
  }
  for(i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
    q.uri = good[i][0];
    assert_int_equal(conf_locate(c, &q, &r, &e), good[i][1] ? 0 : E_SYNTAX);
    if(good[i][1])
      assert_string_equal(r->uri, good[i][1]);
    conf_route_free(r);
  }
  conf_free(c);
}

/* ---- Servers ---- */

static void answers(const struct conf *c, const struct conf_request *q,
                    const char *name)
{
  struct conf_route *r;
  struct err e = {0, ""};
  if(conf_locate(c, q, &r, &e))
    fail_msg("%s", e.text);
  assert_string_equal(conf_arg(conf_child(r->server, "server_name"), 0), name);
  conf_route_free(r);
}

static void test_server_names_rank_exact_wildcard_prefix_regex(void **state)
{
  static const char *const vectors[][2] = {
      {"www.example.com", "www.example.com"},
      {"a.example.com", "*.example.com"},
      {"b.a.example.com", "*.a.example.com"},
      {"www.example.org", "www.example.*"},
      {"dot.net", ".dot.net"},
      {"x.dot.net", ".dot.net"},
      {"app7.test", "~^app\\d\\.test$"},
      {"app77.test", "~^app"},
      {"WWW.Example.COM:8080", "www.example.com"},
      {"www.example.com.", "www.example.com"},
      {"other", "fallback"},
      {"example.com", "fallback"}};
  struct conf *c =
      conf_of("server { server_name first; }"
              "server { listen 80 default_server; server_name fallback; }"
              "server { server_name ~^app\\d\\.test$; }"
              "server { server_name ~^app; }"
              "server { server_name www.example.*; }"
              "server { server_name *.example.com; }"
              "server { server_name *.a.example.com; }"
              "server { server_name www.example.com; }"
              "server { server_name .dot.net; }"
              "server { listen 81; server_name www81 www.example.com; }");
  struct conf_request q;
  size_t i;
  (void)state;
  memset(&q, 0, sizeof(q));
  q.uri = "/";
  for(i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
    q.host = vectors[i][0];
    q.port = 80;
    answers(c, &q, vectors[i][1]);
  }
  q.port = 81;
  q.host = "nobody";
  answers(c, &q, "www81");
  conf_free(c);
}

static void test_a_specific_address_comes_before_the_wildcard(void **state)
{
  struct conf *c = conf_of("server { listen 80; server_name a; }"
                           "server { listen 127.0.0.1:80; server_name b; }"
                           "server { listen 443 ssl; server_name c; }");
  struct conf_request q;
  (void)state;
  memset(&q, 0, sizeof(q));
  q.uri = "/";
  q.host = "a";
  q.address = "127.0.0.1";
  answers(c, &q, "b");
  q.address = "127.0.0.2";
  answers(c, &q, "a");
  q.address = NULL;
  q.tls = CONF_TLS_ON;
  answers(c, &q, "c");
  conf_free(c);
}

static void test_listeners_share_the_options_of_their_socket(void **state)
{
  struct conf *c = conf_of(
      "server { listen 443 ssl http2 backlog=1000 so_keepalive=60s:15s:4; }"
      "server { listen 0.0.0.0:443; listen [::]:443 ssl; listen unix:/x; "
      "listen localhost:8080 default_server; http2 on; }"
      "server { }");
  const struct conf_directive *servers[3];
  struct conf_listener l[8];
  (void)state;
  assert_int_equal(conf_servers(c, servers, 3), 3);
  assert_int_equal(conf_listeners(c, servers[1], l, 8), 4);
  assert_string_equal(l[0].address, "*");
  assert_true(l[0].ssl && l[0].http2 && l[0].port == 443);
  assert_int_equal(l[0].backlog, 1000);
  assert_string_equal(l[0].so_keepalive, "60s:15s:4");
  assert_string_equal(l[1].address, "[::]");
  assert_int_equal(l[1].backlog, 511);
  assert_string_equal(l[2].address, "unix:/x");
  assert_int_equal(l[2].port, 0);
  assert_string_equal(l[3].address, "localhost");
  assert_true(l[3].default_server && !l[3].ssl && l[3].port == 8080);
  assert_int_equal(conf_listeners(c, servers[2], l, 8), 1);
  assert_null(l[0].directive);
  assert_int_equal(l[0].port, 80);
  conf_free(c);
}

static void test_without_a_host_the_best_location_decides(void **state)
{
  struct conf *c = conf_of(
      "server { listen 80; server_name a; return 301 https://$host; }"
      "server { listen 443 ssl; server_name a; location / { proxy_pass "
      "http://web; } }"
      "server { listen 443 ssl; server_name b; location /events { proxy_pass "
      "http://app; } }");
  struct conf_route *r = route_to(c, "/events", NULL);
  (void)state;
  assert_string_equal(conf_arg(conf_child(r->server, "server_name"), 0), "b");
  assert_true(r->listener.ssl);
  assert_string_equal(r->pass_host, "app");
  conf_route_free(r);
  r = route_to(c, "/x", NULL);
  assert_string_equal(r->pass_host, "web");
  conf_route_free(r);
  r = route_to(c, "/x", "a");
  assert_string_equal(r->pass_host, "web");
  conf_route_free(r);
  conf_free(c);
}

/* ---- Ways ---- */

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

static void test_no_regular_expression_takes_forever(void **state)
{
  struct conf *c = conf_of(
      "server { location ~ ^(a+)+$ { return 200; } location ~ ^/(a+)+b { "
      "return 200; } location ~ \"(\" { return 200; } location / { return "
      "201; } }");
  struct conf_route *r = route_to(
      c, "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", NULL);
  (void)state;
  assert_false(r->certain);
  assert_int_equal(r->status, 201);
  conf_route_free(r);
  conf_free(c);
}

static void test_candidates_put_event_streams_first(void **state)
{
  struct conf *c = conf_of(
      "server { listen 80; return 301 https://$host$request_uri; }"
      "server { listen 443 ssl; "
      "location / { proxy_pass http://web; }"
      "location /api/ { proxy_pass http://web; proxy_read_timeout 5m; }"
      "location ~ ^/(sse|live)/\\d+$ { proxy_pass http://app; "
      "proxy_buffering off; }"
      "location /ws { proxy_pass http://app; proxy_set_header Upgrade "
      "$http_upgrade; } location /img { root /x; } }");
  struct conf_candidate found[8];
  (void)state;
  assert_int_equal(conf_candidates(c, found, 8), 4);
  assert_string_equal(found[0].uri, "/sse/1");
  assert_true(found[0].reached);
  assert_string_equal(found[0].why, "its name says sse; buffering is off");
  assert_string_equal(found[1].uri, "/api/");
  assert_string_equal(found[2].uri, "/");
  assert_string_equal(found[3].uri, "/ws");
  conf_free(c);
}

static void test_a_configuration_without_http_has_no_route(void **state)
{
  struct conf *c = conf_of("events {}");
  struct conf_request q;
  struct conf_route *r;
  struct err e;
  (void)state;
  memset(&q, 0, sizeof(q));
  q.uri = "/";
  assert_int_equal(conf_locate(c, &q, &r, &e), E_NOT_FOUND);
  assert_null(r);
  conf_free(c);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_golden_vectors_of_the_location_search),
      cmocka_unit_test(
          test_the_slash_redirect_comes_before_regular_expressions),
      cmocka_unit_test(test_uris_are_normalised_and_bad_ones_refused),
      cmocka_unit_test(test_server_names_rank_exact_wildcard_prefix_regex),
      cmocka_unit_test(test_a_specific_address_comes_before_the_wildcard),
      cmocka_unit_test(test_listeners_share_the_options_of_their_socket),
      cmocka_unit_test(test_without_a_host_the_best_location_decides),
      cmocka_unit_test(test_internal_ways_are_followed),
      cmocka_unit_test(test_conditions_are_decided_where_the_text_allows),
      cmocka_unit_test(test_variables_are_known_where_set_gives_them),
      cmocka_unit_test(test_targets_of_all_families_are_taken_apart),
      cmocka_unit_test(test_no_regular_expression_takes_forever),
      cmocka_unit_test(test_candidates_put_event_streams_first),
      cmocka_unit_test(test_a_configuration_without_http_has_no_route),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
