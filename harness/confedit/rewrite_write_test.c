/* SPDX-License-Identifier: MIT
 * The private copy as files: snippets, includes, and the second writing
 * without what nginx refused. */
#include "confedit/rewrite_testing.h"

#include <stdio.h>

static void test_a_refused_listen_does_not_become_port_80(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  copy_begin(&c, SERVER("listen 443 ssl;", "", "proxy_pass http://app;"),
             "/events");
  free(copy_text(&c, "f0.conf"));
  assert_true(rewrite_drop(&c.r, 0, 4, "listen", "refused"));
  text = copy_text_again(&c, "f0.conf");
  assert_non_null(strstr(text, "listen \"unix:"));
  assert_null(strstr(text, "443"));
  free(text);
  copy_drop(&c);
}

static void test_a_snippet_keeps_its_lines_in_each_block(void **state)
{
  static const char TEXT[] = "upstream app {\n  server a:1;\n}\n"
                             "location /events {\n"
                             "  proxy_pass http://app;\n}\n";
  struct copy c;
  char *text;
  (void)state;
  copy_begin(&c, TEXT, "/events");
  text = copy_text(&c, "main.conf");
  assert_non_null(strstr(text, "events { }\nhttp  {"));
  assert_non_null(strstr(text, "  listen 127.0.0.1:5001;\n"));
  free(text);
  text = copy_file(&c, "part_server.conf");
  assert_string_equal(text, "\n\n\nlocation /events {\n"
                            "  proxy_pass http://app;\n}\n");
  free(text);
  copy_drop(&c);
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
  copy_begin_conf(&c, conf, "/events");
  text = copy_text(&c, "f0.conf");
  snprintf(want, sizeof(want),
           "include \"%s/f1.conf\"; include \"%s/f2.conf\";\n\n}", c.dir,
           c.dir);
  assert_non_null(strstr(text, want));
  free(text);
  snprintf(want, sizeof(want), "%s/f2.conf", c.dir);
  assert_int_equal(rewrite_file(&c.r, want), 2);
  copy_drop(&c);
  conf_memory_fini(&m);
}

static void test_what_nginx_refuses_goes_by_line_and_name(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  copy_begin(&c,
             SERVER("listen 80;", "\nmore_set_headers\n  'X: y';",
                    "proxy_pass http://app;"),
             "/events");
  text = copy_text(&c, "f0.conf");
  assert_non_null(strstr(text, "more_set_headers"));
  free(text);
  assert_false(rewrite_drop(&c.r, 0, 7, "nothing_like_it", "x"));
  assert_true(rewrite_drop(&c.r, 0, 6, "more_set_headers", "unknown"));
  assert_true(copy_has_note(&c, "unknown"));
  text = copy_text_again(&c, "f0.conf");
  assert_null(strstr(text, "more_set_headers"));
  assert_non_null(strstr(text, "\n\n\nlocation /events"));
  free(text);
  copy_drop(&c);
}

static void test_an_unknown_variable_gets_a_value(void **state)
{
  struct copy c;
  char *text;
  (void)state;
  copy_begin(&c, SERVER("listen 80;", "\nset $a $b;", "proxy_pass http://$a;"),
             "/events");
  free(copy_text(&c, "f0.conf"));
  assert_int_equal(rewrite_define(&c.r, "b"), 0);
  text = copy_text_again(&c, "f0.conf");
  assert_non_null(strstr(text, " map \"\" $b { default weir; }\nserver"));
  free(text);
  copy_drop(&c);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_refused_listen_does_not_become_port_80),
      cmocka_unit_test(test_a_snippet_keeps_its_lines_in_each_block),
      cmocka_unit_test(test_includes_lead_to_the_copies),
      cmocka_unit_test(test_what_nginx_refuses_goes_by_line_and_name),
      cmocka_unit_test(test_an_unknown_variable_gets_a_value),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
