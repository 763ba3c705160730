/* SPDX-License-Identifier: MIT
 * The private copy: what moves, what goes, and that all else stays on its
 * line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "doctor/private_dir.h"
#include "doctor/rewrite.h"

#define ORIGIN 4001
#define CLOSED 4002

struct copy {
  struct conf *conf;
  struct conf_route *route;
  struct doctor_facts facts;
  struct doctor_live live; /* its notes */
  struct private_dir dir;
  struct rewrite r;
};

static void begin_conf(struct copy *c, struct conf *conf, const char *uri)
{
  struct conf_request q = {.uri = uri};
  struct err e = {0};
  c->conf = conf;
  assert_int_equal(conf_locate(c->conf, &q, &c->route, &e), 0);
  facts_init(&c->facts, c->conf, c->route, (struct conf_version){1, 22, 1});
  assert_int_equal(private_dir_make(&c->dir, false, &e), 0);
  assert_int_equal(rewrite_init(&c->r, &c->facts, &c->live), 0);
  for(size_t i = 0; i < c->r.listens; i++)
    c->r.listen[i].port = (uint16_t)(5001 + i);
  snprintf(c->r.dir, sizeof(c->r.dir), "%s", c->dir.path);
  snprintf(c->r.cert, sizeof(c->r.cert), "/own/cert.pem");
  snprintf(c->r.key, sizeof(c->r.key), "/own/key.pem");
  c->r.binary = (struct conf_version){1, 22, 1};
  c->r.origin_port = ORIGIN;
  c->r.closed_port = CLOSED;
}

static void begin(struct copy *c, const char *text, const char *uri)
{
  struct conf *conf = NULL;
  memset(c, 0, sizeof(*c));
  assert_int_equal(conf_parse_text(&conf, slice_of(text), "n.conf", NULL), 0);
  begin_conf(c, conf, uri);
}

/* The text of a file of the copy; the caller frees it. */
static char *finish(struct copy *c, const char *name)
{
  char path[600];
  struct buf text;
  struct err e = {0};
  assert_int_equal(rewrite_make(&c->r), 0);
  assert_int_equal(rewrite_write(&c->r, &e), 0);
  snprintf(path, sizeof(path), "%s/%s", c->dir.path, name);
  buf_init(&text, 0);
  assert_int_equal(file_read(path, 0, &text, &e), 0);
  return text.p;
}

static void drop(struct copy *c)
{
  rewrite_fini(&c->r);
  private_dir_remove(&c->dir);
  conf_route_free(c->route);
  conf_free(c->conf);
}

static bool has_note(const struct copy *c, const char *part)
{
  for(size_t i = 0; i < c->live.notes; i++) {
    if(strstr(c->live.note[i].text, part))
      return true;
  }
  return false;
}

static size_t lines(const char *text)
{
  size_t n = 0;
  for(; *text; text++)
    n += *text == '\n';
  return n;
}

#define SERVER(listen, more, location)                                        \
  "events { }\nhttp {\nserver {\n" listen more                                \
  "\nlocation /events {\n" location "\n}\n}\n}\n"

static void test_listens_move_to_loopback_and_keep_their_flags(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  begin(&c,
        SERVER("listen 443 ssl http2 default_server;\n"
               "listen [::]:80 ipv6only=on;",
               "", "proxy_pass http://app:3000;"),
        "/events");
  text = finish(&c, "f0.conf");
  assert_non_null(
      strstr(text, "listen 127.0.0.1:5001 ssl http2 default_server;"));
  assert_non_null(strstr(text, "listen 127.0.0.1:5002 ;"));
  free(text);
  drop(&c);
}

static void test_servers_that_share_a_listen_still_do(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  begin(&c,
        "events { }\nhttp {\n"
        "server { listen 80; server_name a;\n"
        "location /events { proxy_pass http://x; } }\n"
        "server { listen 80; server_name b; }\n"
        "server { server_name c; }\n}\n",
        "/events");
  text = finish(&c, "f0.conf");
  assert_int_equal(c.r.listens, 1);
  assert_non_null(strstr(text, "listen 127.0.0.1:5001; server_name a"));
  assert_non_null(strstr(text, "listen 127.0.0.1:5001; server_name b"));
  /* The one without a listen is nginx's *:80, which is the same. */
  assert_non_null(strstr(text, "{ listen 127.0.0.1:5001; server_name c"));
  free(text);
  drop(&c);
}

static void test_nothing_else_listens_either(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  begin(&c,
        "events { }\nstream { server { listen 9; proxy_pass x:1; } }\n"
        "rtmp {\nserver { listen 1935; } }\nhttp {\n"
        "server { listen 443 ssl; listen 443 quic reuseport;\n"
        "location /events { proxy_pass http://x; } } }\n",
        "/events");
  text = finish(&c, "f0.conf");
  assert_null(strstr(text, "listen 9"));
  assert_null(strstr(text, "1935"));
  assert_non_null(strstr(text, "listen 127.0.0.1:5001 ssl;"));
  assert_non_null(strstr(text, "listen 127.0.0.1:5002  reuseport;"));
  assert_true(has_note(&c, "rtmp { } is left out"));
  free(text);
  assert_true(rewrite_drop(&c.r, 0, 6, "listen", "refused"));
  drop(&c);
}

static void test_a_refused_listen_does_not_become_port_80(void **state)
{
  struct copy c;
  struct err e = {0};
  struct buf out;
  char path[600];
  (void)state;
  begin(&c, SERVER("listen 443 ssl;", "", "proxy_pass http://app;"),
        "/events");
  free(finish(&c, "f0.conf"));
  assert_true(rewrite_drop(&c.r, 0, 4, "listen", "refused"));
  assert_int_equal(rewrite_write(&c.r, &e), 0);
  snprintf(path, sizeof(path), "%s/f0.conf", c.dir.path);
  buf_init(&out, 0);
  assert_int_equal(file_read(path, 0, &out, &e), 0);
  assert_non_null(strstr(buf_text(&out), "listen \"unix:"));
  assert_null(strstr(buf_text(&out), "443"));
  buf_free(&out);
  drop(&c);
}

static void test_only_the_examined_upstream_is_the_origin(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  begin(&c,
        "events { }\nhttp {\n"
        "upstream app { server app1:3000 weight=2; server app2:3000; }\n"
        "upstream other { server 10.0.0.9:80; }\n"
        "server { listen 80;\n"
        "location /events { proxy_pass https://app; }\n"
        "location /rest { proxy_pass http://other; }\n"
        "location /far { proxy_pass http://far.example/x; }\n"
        "location /php { fastcgi_pass unix:/run/php.sock; }\n"
        "} }\n",
        "/events");
  text = finish(&c, "f0.conf");
  assert_non_null(strstr(text, "server 127.0.0.1:4001 weight=2; "
                               "server 127.0.0.1:4001;"));
  assert_non_null(strstr(text, "other { server 127.0.0.1:4002; }"));
  assert_non_null(strstr(text, "proxy_pass \"http://app\";"));
  assert_non_null(strstr(text, "proxy_pass http://other;"));
  assert_non_null(strstr(text, "proxy_pass \"http://127.0.0.1:4002/x\";"));
  assert_non_null(strstr(text, "fastcgi_pass 127.0.0.1:4002;"));
  free(text);
  drop(&c);
}

static void test_a_variable_target_keeps_what_follows_the_host(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  begin(&c,
        SERVER("listen 80;", "\nset $backend app:3000;\nresolver 10.0.0.1;",
               "proxy_pass http://$backend$request_uri;"),
        "/events");
  text = finish(&c, "f0.conf");
  assert_non_null(strstr(text, "\"http://127.0.0.1:4001$request_uri\""));
  assert_non_null(strstr(text, "resolver 127.0.0.1:4002;"));
  free(text);
  drop(&c);
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
  begin(&c, TEXT, "/events");
  text = finish(&c, "f0.conf");
  assert_non_null(strstr(text, "ssl_certificate \"/own/cert.pem\";"));
  assert_non_null(strstr(text, "ssl_certificate_key \"/own/key.pem\";"));
  assert_null(strstr(text, "dhparam"));
  assert_null(strstr(text, "auth_basic"));
  assert_null(strstr(text, "/var/log/x"));
  assert_int_equal(lines(text), lines(TEXT));
  assert_true(has_note(&c, "ssl_dhparam is left out"));
  assert_true(has_note(&c, "auth_basic is left out"));
  free(text);
  drop(&c);
}

static void test_a_scaled_timeout_replaces_or_joins_the_location_s(
    void **state)
{
  struct copy c;
  char *text;
  (void)state;
  begin(&c,
        SERVER("listen 80;", "",
               "proxy_read_timeout 60s;\nproxy_pass http://app;"),
        "/events");
  c.r.read_timeout_ms = 900;
  text = finish(&c, "f0.conf");
  assert_non_null(strstr(text, "proxy_read_timeout 900ms;"));
  assert_null(strstr(text, "60s"));
  free(text);
  drop(&c);
  begin(&c, SERVER("listen 80;", "", "proxy_pass http://app;"), "/events");
  c.r.read_timeout_ms = 900;
  text = finish(&c, "f0.conf");
  assert_non_null(
      strstr(text, "location /events { proxy_read_timeout 900ms;\n"));
  free(text);
  drop(&c);
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
  begin(&c, TEXT, "/events");
  text = finish(&c, "f0.conf");
  assert_non_null(strstr(text, "limit_conn z 2;"));
  assert_non_null(strstr(text, "worker_connections 20;"));
  free(text);
  drop(&c);
  begin(&c, TEXT, "/events");
  c.r.clear = true;
  text = finish(&c, "f0.conf");
  assert_null(strstr(text, "limit_conn z 2;"));
  assert_non_null(strstr(text, "worker_connections 2048;"));
  free(text);
  drop(&c);
}

static void test_what_is_stored_stays_in_the_folder(void **state)
{
  struct copy c;
  char *text, want[400];
  (void)state;
  begin(&c,
        SERVER("listen 80;", "",
               "proxy_store on;\nproxy_temp_path /var/tmp/x;\n"
               "proxy_pass http://app;"),
        "/events");
  text = finish(&c, "f0.conf");
  snprintf(want, sizeof(want), "proxy_store \"%s/store$uri.stored\";",
           c.dir.path);
  assert_non_null(strstr(text, want));
  assert_null(strstr(text, "/var/tmp/x"));
  free(text);
  drop(&c);
}

static void test_a_snippet_keeps_its_lines_in_each_block(void **state)
{
  static const char TEXT[] = "upstream app {\n  server a:1;\n}\n"
                             "location /events {\n"
                             "  proxy_pass http://app;\n}\n";
  struct copy c;
  char *text;
  struct buf part;
  struct err e = {0};
  char path[600];
  (void)state;
  begin(&c, TEXT, "/events");
  text = finish(&c, "main.conf");
  assert_non_null(strstr(text, "events { }\nhttp  {"));
  assert_non_null(strstr(text, "  listen 127.0.0.1:5001;\n"));
  free(text);
  snprintf(path, sizeof(path), "%s/part_server.conf", c.dir.path);
  buf_init(&part, 0);
  assert_int_equal(file_read(path, 0, &part, &e), 0);
  assert_string_equal(buf_text(&part), "\n\n\nlocation /events {\n"
                                       "  proxy_pass http://app;\n}\n");
  buf_free(&part);
  drop(&c);
}

static void test_includes_lead_to_the_copies(void **state)
{
  struct conf_memory m;
  struct conf_source source;
  struct conf *conf = NULL;
  struct copy c;
  char *text, want[700];
  (void)state;
  memset(&c, 0, sizeof(c));
  conf_memory_init(&m);
  conf_memory_add(&m, "/etc/nginx/nginx.conf",
                  slice_of("events { }\nhttp {\ninclude conf.d/*.conf;\n"
                           "include gone.conf;\n}\n"));
  conf_memory_add(&m, "/etc/nginx/conf.d/a.conf",
                  slice_of("server { listen 80;\nlocation /events {\n"
                           "proxy_pass http://app; } }\n"));
  conf_memory_add(&m, "/etc/nginx/conf.d/b.conf", slice_of("gzip on;\n"));
  source = conf_memory_source(&m);
  assert_int_equal(conf_parse(&conf, &source, "/etc/nginx/nginx.conf", NULL),
                   0);
  begin_conf(&c, conf, "/events");
  text = finish(&c, "f0.conf");
  snprintf(want, sizeof(want),
           "include \"%s/f1.conf\"; include \"%s/f2.conf\";\n\n}", c.dir.path,
           c.dir.path);
  assert_non_null(strstr(text, want));
  free(text);
  snprintf(want, sizeof(want), "%s/f2.conf", c.dir.path);
  assert_int_equal(rewrite_file(&c.r, want), 2);
  drop(&c);
  conf_memory_fini(&m);
}

static void test_what_nginx_refuses_goes_by_line_and_name(void **state)
{
  struct copy c;
  struct buf out;
  struct err e = {0};
  char path[600], *text;
  (void)state;
  begin(&c,
        SERVER("listen 80;", "\nmore_set_headers\n  'X: y';",
               "proxy_pass http://app;"),
        "/events");
  text = finish(&c, "f0.conf");
  assert_non_null(strstr(text, "more_set_headers"));
  free(text);
  assert_false(rewrite_drop(&c.r, 0, 7, "nothing_like_it", "x"));
  assert_true(rewrite_drop(&c.r, 0, 6, "more_set_headers", "unknown"));
  assert_true(has_note(&c, "unknown"));
  assert_int_equal(rewrite_write(&c.r, &e), 0);
  snprintf(path, sizeof(path), "%s/f0.conf", c.dir.path);
  buf_init(&out, 0);
  assert_int_equal(file_read(path, 0, &out, &e), 0);
  assert_null(strstr(buf_text(&out), "more_set_headers"));
  assert_non_null(strstr(buf_text(&out), "\n\n\nlocation /events"));
  buf_free(&out);
  drop(&c);
}

static void test_no_code_is_run_and_no_name_looked_up(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  begin(&c,
        SERVER("listen 80;",
               "\nset_real_ip_from lb.internal;\nperl_set $x 'sub { }';",
               "access_by_lua_block { os.execute('x') }\n"
               "js_content main.run;\nproxy_bind 10.0.0.1;\n"
               "proxy_pass http://app.internal;"),
        "/events");
  text = finish(&c, "f0.conf");
  assert_null(strstr(text, "internal"));
  assert_null(strstr(text, "execute"));
  assert_null(strstr(text, "js_content"));
  assert_null(strstr(text, "perl_set"));
  assert_null(strstr(text, "10.0.0.1"));
  assert_true(has_note(&c, "access_by_lua_block is left out"));
  free(text);
  drop(&c);
}

static void test_an_unknown_variable_gets_a_value(void **state)
{
  struct copy c;
  struct err e = {0};
  struct buf out;
  char path[600];
  (void)state;
  begin(&c, SERVER("listen 80;", "\nset $a $b;", "proxy_pass http://$a;"),
        "/events");
  free(finish(&c, "f0.conf"));
  assert_int_equal(rewrite_define(&c.r, "b"), 0);
  assert_int_equal(rewrite_write(&c.r, &e), 0);
  snprintf(path, sizeof(path), "%s/f0.conf", c.dir.path);
  buf_init(&out, 0);
  assert_int_equal(file_read(path, 0, &out, &e), 0);
  assert_non_null(
      strstr(buf_text(&out), " map \"\" $b { default weir; }\nserver"));
  buf_free(&out);
  drop(&c);
}

static void test_http2_on_becomes_a_parameter_for_an_older_nginx(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  begin(&c, SERVER("listen 443 ssl;", "\nhttp2 on;", "proxy_pass http://app;"),
        "/events");
  text = finish(&c, "f0.conf");
  assert_non_null(strstr(text, "listen 127.0.0.1:5001 http2 ssl;"));
  assert_null(strstr(text, "http2 on"));
  free(text);
  drop(&c);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_listens_move_to_loopback_and_keep_their_flags),
      cmocka_unit_test(test_servers_that_share_a_listen_still_do),
      cmocka_unit_test(test_nothing_else_listens_either),
      cmocka_unit_test(test_a_refused_listen_does_not_become_port_80),
      cmocka_unit_test(test_only_the_examined_upstream_is_the_origin),
      cmocka_unit_test(test_a_variable_target_keeps_what_follows_the_host),
      cmocka_unit_test(test_files_and_doors_are_taken_away_with_a_note),
      cmocka_unit_test(test_a_scaled_timeout_replaces_or_joins_the_location_s),
      cmocka_unit_test(test_limits_go_from_the_clear_copy_alone),
      cmocka_unit_test(test_what_is_stored_stays_in_the_folder),
      cmocka_unit_test(test_a_snippet_keeps_its_lines_in_each_block),
      cmocka_unit_test(test_includes_lead_to_the_copies),
      cmocka_unit_test(test_what_nginx_refuses_goes_by_line_and_name),
      cmocka_unit_test(test_no_code_is_run_and_no_name_looked_up),
      cmocka_unit_test(test_an_unknown_variable_gets_a_value),
      cmocka_unit_test(test_http2_on_becomes_a_parameter_for_an_older_nginx),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
