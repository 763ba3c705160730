/* SPDX-License-Identifier: MIT
 * Which server answers: names, addresses, what listeners share, and the best
 * one where no host is given. */
#include "nginxconf/conf_testing.h"

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

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_server_names_rank_exact_wildcard_prefix_regex),
      cmocka_unit_test(test_a_specific_address_comes_before_the_wildcard),
      cmocka_unit_test(test_listeners_share_the_options_of_their_socket),
      cmocka_unit_test(test_without_a_host_the_best_location_decides),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
