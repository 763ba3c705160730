/* SPDX-License-Identifier: MIT
 * The private copy: what moves, what goes, and that all else stays on its
 * line. */
#include "confedit/rewrite_testing.h"

#include <stdio.h>

static size_t lines(const char *text)
{
  size_t n = 0;
  for(; *text; text++)
    n += *text == '\n';
  return n;
}

static void test_listens_move_to_loopback_and_keep_their_flags(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  copy_begin(&c,
             SERVER("listen 443 ssl http2 default_server;\n"
                    "listen [::]:80 ipv6only=on;",
                    "", "proxy_pass http://app:3000;"),
             "/events");
  text = copy_text(&c, "f0.conf");
  assert_non_null(
      strstr(text, "listen 127.0.0.1:5001 ssl http2 default_server;"));
  assert_non_null(strstr(text, "listen 127.0.0.1:5002 ;"));
  free(text);
  copy_drop(&c);
}

static void test_servers_that_share_a_listen_still_do(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  copy_begin(&c,
             "events { }\nhttp {\n"
             "server { listen 80; server_name a;\n"
             "location /events { proxy_pass http://x; } }\n"
             "server { listen 80; server_name b; }\n"
             "server { server_name c; }\n}\n",
             "/events");
  text = copy_text(&c, "f0.conf");
  assert_int_equal(c.r.listens, 1);
  assert_non_null(strstr(text, "listen 127.0.0.1:5001; server_name a"));
  assert_non_null(strstr(text, "listen 127.0.0.1:5001; server_name b"));
  /* The one without a listen is nginx's *:80, which is the same. */
  assert_non_null(
      strstr(text, "{ return 404; listen 127.0.0.1:5001; server_name c"));
  free(text);
  copy_drop(&c);
}

static void test_nothing_else_listens_either(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  copy_begin(&c,
             "events { }\nstream { server { listen 9; proxy_pass x:1; } }\n"
             "rtmp {\nserver { listen 1935; } }\nhttp {\n"
             "server { listen 443 ssl; listen 443 quic reuseport;\n"
             "location /events { proxy_pass http://x; } } }\n",
             "/events");
  text = copy_text(&c, "f0.conf");
  assert_null(strstr(text, "listen 9"));
  assert_null(strstr(text, "1935"));
  assert_non_null(strstr(text, "listen 127.0.0.1:5001 ssl;"));
  assert_non_null(strstr(text, "listen 127.0.0.1:5002  reuseport;"));
  assert_true(copy_has_note(&c, "rtmp { } is left out"));
  free(text);
  assert_true(rewrite_drop(&c.r, 0, 6, "listen", "refused"));
  copy_drop(&c);
}

static void test_only_the_examined_upstream_is_the_origin(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  copy_begin(&c,
             "events { }\nhttp {\n"
             "upstream app { server app1:3000 weight=2; server app2:3000; }\n"
             "upstream other { server 10.0.0.9:80; }\n"
             "server { listen 80;\n"
             "location /events { proxy_pass https://app;\n"
             "error_page 500 /rest; error_page 501 /far;\n"
             "error_page 502 /php; }\n"
             "location /rest { proxy_pass http://other; }\n"
             "location /far { proxy_pass http://far.example/x; }\n"
             "location /php { fastcgi_pass unix:/run/php.sock; }\n"
             "} }\n",
             "/events");
  text = copy_text(&c, "f0.conf");
  assert_non_null(strstr(text, "server 127.0.0.1:4001 weight=2; "
                               "server 127.0.0.1:4001;"));
  assert_non_null(strstr(text, "other { server 127.0.0.1:4002; }"));
  assert_non_null(strstr(text, "proxy_pass \"http://app\";"));
  assert_non_null(strstr(text, "proxy_pass http://other;"));
  assert_non_null(strstr(text, "proxy_pass \"http://127.0.0.1:4002/x\";"));
  assert_non_null(strstr(text, "fastcgi_pass 127.0.0.1:4002;"));
  free(text);
  copy_drop(&c);
}

static void test_a_variable_target_keeps_what_follows_the_host(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  copy_begin(&c,
             SERVER("listen 80;",
                    "\nset $backend app:3000;\nresolver 10.0.0.1;",
                    "proxy_pass http://$backend$request_uri;"),
             "/events");
  text = copy_text(&c, "f0.conf");
  assert_non_null(strstr(text, "\"http://127.0.0.1:4001$request_uri\""));
  assert_non_null(strstr(text, "resolver 127.0.0.1:4002;"));
  free(text);
  copy_drop(&c);
}

static void test_files_and_doors_are_taken_away_with_a_note(void **state)
{
  static const char TEXT[] =
      SERVER("listen 443 ssl;",
             "\nssl_certificate /a;\nssl_certificate_key /b;"
             "\nssl_dhparam\n  /c;\nauth_basic \"x\";\ndeny all;"
             "\naccess_log /var/log/x;",
             "proxy_pass http://app;");
  struct copy c;
  char *text;
  (void)state;
  copy_begin(&c, TEXT, "/events");
  text = copy_text(&c, "f0.conf");
  assert_non_null(strstr(text, "ssl_certificate \"/own/cert.pem\";"));
  assert_non_null(strstr(text, "ssl_certificate_key \"/own/key.pem\";"));
  assert_null(strstr(text, "dhparam"));
  assert_null(strstr(text, "auth_basic"));
  assert_null(strstr(text, "/var/log/x"));
  assert_int_equal(lines(text), lines(TEXT));
  assert_true(copy_has_note(&c, "ssl_dhparam is left out"));
  assert_true(copy_has_note(&c, "auth_basic is left out"));
  free(text);
  copy_drop(&c);
}

static void test_a_scaled_timeout_replaces_or_joins_the_location_s(
    void **state)
{
  struct copy c;
  char *text;
  (void)state;
  copy_begin(&c,
             SERVER("listen 80;", "",
                    "proxy_read_timeout 60s;\nproxy_pass http://app;"),
             "/events");
  c.r.read_timeout_ms = 900;
  text = copy_text(&c, "f0.conf");
  assert_non_null(strstr(text, "proxy_read_timeout 900ms;"));
  assert_null(strstr(text, "60s"));
  free(text);
  copy_drop(&c);
  copy_begin(&c, SERVER("listen 80;", "", "proxy_pass http://app;"),
             "/events");
  c.r.read_timeout_ms = 900;
  text = copy_text(&c, "f0.conf");
  assert_non_null(
      strstr(text, "location /events { proxy_read_timeout 900ms;\n"));
  free(text);
  copy_drop(&c);
}

static void test_limits_go_from_the_clear_copy_alone(void **state)
{
  static const char TEXT[] =
      "events { worker_connections 20; }\nhttp {\n"
      "limit_conn_zone $binary_remote_addr zone=z:1m;\n"
      "server { listen 80; location /events { limit_conn z 2;\n"
      "proxy_pass http://app; } } }\n";
  struct copy c;
  char *text;
  (void)state;
  copy_begin(&c, TEXT, "/events");
  text = copy_text(&c, "f0.conf");
  assert_non_null(strstr(text, "limit_conn z 2;"));
  assert_non_null(strstr(text, "worker_connections 20;"));
  free(text);
  copy_drop(&c);
  copy_begin(&c, TEXT, "/events");
  c.r.clear = true;
  text = copy_text(&c, "f0.conf");
  assert_null(strstr(text, "limit_conn z 2;"));
  assert_non_null(strstr(text, "worker_connections 2048;"));
  free(text);
  copy_drop(&c);
}

static void test_what_is_stored_stays_in_the_folder(void **state)
{
  struct copy c;
  char *text, want[400];
  (void)state;
  copy_begin(&c,
             SERVER("listen 80;", "",
                    "proxy_store on;\nproxy_temp_path /var/tmp/x;\n"
                    "proxy_pass http://app;"),
             "/events");
  text = copy_text(&c, "f0.conf");
  snprintf(want, sizeof(want), "proxy_store \"%s/run/store$uri.stored\";",
           c.dir);
  assert_non_null(strstr(text, want));
  assert_null(strstr(text, "/var/tmp/x"));
  free(text);
  copy_drop(&c);
}

static void test_no_code_is_run_and_no_name_looked_up(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  copy_begin(&c,
             SERVER("listen 80;",
                    "\nset_real_ip_from lb.internal;\nperl_set $x 'sub { }';",
                    "access_by_lua_block { os.execute('x') }\n"
                    "js_content main.run;\nproxy_bind 10.0.0.1;\n"
                    "proxy_pass http://app.internal;"),
             "/events");
  text = copy_text(&c, "f0.conf");
  assert_null(strstr(text, "internal"));
  assert_null(strstr(text, "execute"));
  assert_null(strstr(text, "js_content"));
  assert_null(strstr(text, "perl_set"));
  assert_null(strstr(text, "10.0.0.1"));
  assert_true(copy_has_note(&c, "access_by_lua_block is left out"));
  free(text);
  copy_drop(&c);
}

static void test_http2_on_becomes_a_parameter_for_an_older_nginx(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  copy_begin(
      &c, SERVER("listen 443 ssl;", "\nhttp2 on;", "proxy_pass http://app;"),
      "/events");
  text = copy_text(&c, "f0.conf");
  assert_non_null(strstr(text, "listen 127.0.0.1:5001 http2 ssl;"));
  assert_null(strstr(text, "http2 on"));
  free(text);
  copy_drop(&c);
}

static void test_code_is_run_where_it_is_trusted(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  copy_begin(&c,
             SERVER("listen 80;", "\nperl_set $x 'sub { }';\nunheard_of x;",
                    "access_by_lua_block { x }\nproxy_pass http://app;"),
             "/events");
  c.r.trust_code = true;
  text = copy_text(&c, "f0.conf");
  assert_non_null(strstr(text, "access_by_lua_block { x }"));
  assert_non_null(strstr(text, "perl_set $x"));
  assert_null(strstr(text, "unheard_of"));
  free(text);
  copy_drop(&c);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_listens_move_to_loopback_and_keep_their_flags),
      cmocka_unit_test(test_servers_that_share_a_listen_still_do),
      cmocka_unit_test(test_nothing_else_listens_either),
      cmocka_unit_test(test_only_the_examined_upstream_is_the_origin),
      cmocka_unit_test(test_a_variable_target_keeps_what_follows_the_host),
      cmocka_unit_test(test_files_and_doors_are_taken_away_with_a_note),
      cmocka_unit_test(test_a_scaled_timeout_replaces_or_joins_the_location_s),
      cmocka_unit_test(test_limits_go_from_the_clear_copy_alone),
      cmocka_unit_test(test_what_is_stored_stays_in_the_folder),
      cmocka_unit_test(test_no_code_is_run_and_no_name_looked_up),
      cmocka_unit_test(test_code_is_run_where_it_is_trusted),
      cmocka_unit_test(test_http2_on_becomes_a_parameter_for_an_older_nginx),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
