/* SPDX-License-Identifier: MIT
 * The private copy: what stays open in it, and that it serves no file and
 * loads no program of the user's. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "confedit/rewrite_testing.h"

#define CLOSED " return 404;"

static char *begin(struct copy *c, const char *text, const char *uri)
{
  copy_begin(c, text, uri);
  return copy_text(c, "f0.conf");
}

static void test_what_no_request_gets_to_is_closed(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  text = begin(&c,
               "events { }\nhttp {\n"
               "server { listen 80; location /events { "
               "proxy_pass http://app; }\n"
               "location /a { gzip on; location /a/b { set $b 1; } }\n"
               "location ~ x { }\nlocation @y { }\n}\n"
               "server { listen 81; location /c { } } }\n",
               "/events");
  assert_non_null(strstr(text, "location /events { proxy_pass"));
  assert_non_null(strstr(text, "location /a {" CLOSED " set $b \"\"; }"));
  assert_non_null(strstr(text, "location ~ x {" CLOSED " }"));
  assert_non_null(strstr(text, "location @y {" CLOSED " }"));
  assert_non_null(strstr(text, "server {" CLOSED " listen"));
  assert_non_null(strstr(text, "location /c {" CLOSED " }"));
  free(text);
  copy_drop(&c);
}

static void test_other_servers_keep_what_connections_need(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  text = begin(&c,
               "events { }\nhttp {\n"
               "server { listen 443 ssl; ssl_protocols TLSv1.2; gzip on; }\n"
               "server { listen 443 ssl; server_name a;\n"
               "location /events { proxy_pass http://app; } }\n"
               "server { listen 443 ssl; ssl_protocols TLSv1.3; }\n"
               "server { listen 8443 ssl default_server; ssl_ciphers X;\n"
               "client_header_timeout 9s; } }\n",
               "/events");
  assert_non_null(strstr(text, "TLSv1.2"));
  assert_null(strstr(text, "gzip on"));
  assert_null(strstr(text, "TLSv1.3"));
  assert_non_null(strstr(text, "ssl_ciphers X;\nclient_header_timeout 9s;"));
  free(text);
  copy_drop(&c);
}

static void test_what_the_examined_location_leads_to_stays_open(void **state)
{
  static const char *const OPEN[] = {"/events {", "@app {",       "= /auth {",
                                     "/copy {",   "/error {",     "@again {",
                                     "/moved {",  "= /50x.html {"};
  struct copy c;
  char *text, want[80];
  (void)state;
  text = begin(&c,
               "events { }\nhttp { error_page 500 /50x.html;\n"
               "server { listen 80;\n"
               "location /events { auth_request /auth; mirror /copy;\n"
               "if ($http_x) { rewrite ^ /moved/$uri last; }\n"
               "try_files $uri @app; }\n"
               "location @app { error_page 502 /error/page?x=$uri;\n"
               "proxy_pass http://app; }\n"
               "location = /auth { }\nlocation /copy { }\n"
               "location /error { error_page 404 = @again; }\n"
               "location @again { }\nlocation /moved { }\n"
               "location = /50x.html { }\nlocation /other { }\n} }\n",
               "/events");
  for(size_t i = 0; i < sizeof(OPEN) / sizeof(OPEN[0]); i++) {
    snprintf(want, sizeof(want), "location %s" CLOSED, OPEN[i]);
    assert_null(strstr(text, want));
  }
  assert_non_null(strstr(text, "location /other {" CLOSED " }"));
  free(text);
  copy_drop(&c);
}

static void test_access_rules_go_where_they_concern_the_stream(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  text = begin(&c,
               "events { }\nhttp { deny 10.0.0.1;\n"
               "server { listen 80; deny 10.0.0.2;\n"
               "location /events { deny 10.0.0.3; proxy_pass http://app; }\n"
               "location /x { deny 10.0.0.4; auth_basic x; } }\n"
               "server { listen 81; deny 10.0.0.5; } }\n",
               "/events");
  assert_null(strstr(text, "10.0.0.1"));
  assert_null(strstr(text, "10.0.0.2"));
  assert_null(strstr(text, "10.0.0.3"));
  assert_null(strstr(text, "10.0.0.4"));
  assert_null(strstr(text, "10.0.0.5"));
  free(text);
  copy_drop(&c);
}

/* The folder of the copy between both. */
static void assert_has(const struct copy *c, const char *text,
                       const char *before, const char *behind)
{
  char want[600];
  snprintf(want, sizeof(want), "%s%s%s", before, c->dir, behind);
  assert_non_null(strstr(text, want));
}

static void test_no_file_of_this_machine_is_served(void **state)
{
  struct copy c;
  struct stat st;
  char *text, path[600];
  (void)state;
  text = begin(&c,
               "events { }\nhttp { autoindex on;\n"
               "server { listen 80; root /; dav_methods PUT;\n"
               "error_page 404 /errors/no.html;\n"
               "location /events { alias /etc/; proxy_pass http://app;\n"
               "error_page 500 /one; error_page 501 /r/a; }\n"
               "location = /one { alias /etc/shadow; }\n"
               "location ~ ^/r(.*)$ { alias $1; }\n"
               "location /x { alias /etc/; }\n} }\n",
               "/events");
  assert_null(strstr(text, "autoindex"));
  assert_null(strstr(text, "dav_methods"));
  assert_null(strstr(text, "/etc"));
  assert_has(&c, text, "http { access_log off; root \"", "/files\";");
  assert_has(&c, text, "listen 127.0.0.1:5001; root \"", "/files\";");
  assert_has(&c, text, "location /events { alias \"", "/files/events\";");
  assert_has(&c, text, "alias \"", "/files/one\";");
  assert_has(&c, text, "alias \"", "/files$uri\";");
  assert_non_null(strstr(text, "location /x {" CLOSED " }"));
  snprintf(path, sizeof(path), "%s/files/errors/no.html", c.dir);
  assert_int_equal(stat(path, &st), 0);
  free(text);
  copy_drop(&c);
}

static void write_module(const struct copy *c, const char *name)
{
  char path[600];
  FILE *f;
  snprintf(path, sizeof(path), "%s/%s", c->dir, name);
  f = fopen(path, "we");
  assert_non_null(f);
  assert_int_equal(fclose(f), 0);
}

/* The folder of modules is one in the copy's. */
static void begin_modules(struct copy *c, char folder[600])
{
  char link[700];
  copy_begin(c,
             "load_module /bin/sh;\n"
             "load_module /elsewhere/ngx_http_echo_module.so;\n"
             "load_module modules/ngx_http_perl_module.so;\n"
             "load_module modules/ngx_http_geoip_module.so;\n"
             "load_module modules/../../ngx_nchan_module.so;\n"
             "events { }\nhttp {\nserver { listen 80;\n"
             "location /events { proxy_pass http://app; } } }\n",
             "/events");
  snprintf(folder, 600, "%s/modules", c->dir);
  assert_int_equal(mkdir(folder, 0700), 0);
  c->r.modules_path = folder;
  write_module(c, "modules/ngx_http_echo_module.so");
  write_module(c, "modules/ngx_http_perl_module.so");
  /* A link that leads out of it. */
  write_module(c, "outside.so");
  snprintf(link, sizeof(link), "%s/ngx_http_geoip_module.so", folder);
  assert_int_equal(symlink("../outside.so", link), 0);
}

static void test_only_known_modules_of_nginx_s_folder_are_loaded(void **state)
{
  struct copy c;
  char *text, folder[600];
  (void)state;
  begin_modules(&c, folder);
  text = copy_text(&c, "f0.conf");
  assert_null(strstr(text, "/bin/sh"));
  assert_null(strstr(text, "elsewhere"));
  assert_has(&c, text, "\"", "/modules/ngx_http_echo_module.so\";");
  assert_null(strstr(text, "perl"));
  assert_null(strstr(text, "geoip"));
  assert_null(strstr(text, "nchan"));
  assert_true(copy_has_note(&c, "/bin/sh is left out of the copy: it does not "
                                "lie in nginx's own module folder"));
  assert_true(copy_has_note(&c, "ngx_http_perl_module.so is left out"));
  free(text);
  copy_drop(&c);
}

static void test_trusted_modules_are_loaded_too(void **state)
{
  struct copy c;
  char *text, folder[600];
  (void)state;
  begin_modules(&c, folder);
  c.r.trust_code = true;
  text = copy_text(&c, "f0.conf");
  assert_has(&c, text, "\"", "/modules/ngx_http_perl_module.so\";");
  assert_null(strstr(text, "/bin/sh"));
  free(text);
  text_edits_free(&c.r.edits[0]);
  c.r.trust_modules = true;
  text = copy_text(&c, "f0.conf");
  assert_non_null(strstr(text, "load_module /bin/sh;"));
  free(text);
  copy_drop(&c);
}

static void test_what_talks_to_others_or_runs_code_is_left_out(void **state)
{
  static const char *const NAMES[] = {"modsecurity_rules_remote",
                                      "ModSecurityConfig",
                                      "nchan_redis_url",
                                      "access_by_lua_file",
                                      "lua_package_path",
                                      "nobody_knows_it",
                                      "js_import",
                                      "perl_modules",
                                      "passenger_root"};
  struct copy c;
  char *text, want[80];
  (void)state;
  text = begin(&c,
               SERVER("listen 80;",
                      "\nmodsecurity_rules_remote k http://x/;\n"
                      "ModSecurityConfig /x;\nnchan_redis_url redis://x;\n"
                      "lua_package_path /x;\njs_import x.js;\n"
                      "perl_modules /x;\npassenger_root /x;\n"
                      "access_by_lua_file /x;\nnobody_knows_it /x;",
                      "proxy_pass http://app;"),
               "/events");
  for(size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
    assert_null(strstr(text, NAMES[i]));
    snprintf(want, sizeof(want), "%s is left out", NAMES[i]);
    assert_true(copy_has_note(&c, want));
  }
  free(text);
  copy_drop(&c);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_no_request_gets_to_is_closed),
      cmocka_unit_test(test_other_servers_keep_what_connections_need),
      cmocka_unit_test(test_what_the_examined_location_leads_to_stays_open),
      cmocka_unit_test(test_access_rules_go_where_they_concern_the_stream),
      cmocka_unit_test(test_no_file_of_this_machine_is_served),
      cmocka_unit_test(test_only_known_modules_of_nginx_s_folder_are_loaded),
      cmocka_unit_test(test_trusted_modules_are_loaded_too),
      cmocka_unit_test(test_what_talks_to_others_or_runs_code_is_left_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
