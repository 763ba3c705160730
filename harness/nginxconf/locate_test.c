/* SPDX-License-Identifier: MIT
 * Which location answers: golden vectors from nginx 1.22.1, and the URIs that
 * lead there. */
#include "nginxconf/conf_testing.h"

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
      cmocka_unit_test(test_no_regular_expression_takes_forever),
      cmocka_unit_test(test_candidates_put_event_streams_first),
      cmocka_unit_test(test_a_configuration_without_http_has_no_route),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
