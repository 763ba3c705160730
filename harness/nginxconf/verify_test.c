/* SPDX-License-Identifier: MIT
 * What the tables refuse and what they do not, in nginx's words. */
#include "nginxconf/conf_testing.h"

#include "nginxconf/odd.h"
#include "nginxconf/verify_value.h"

static struct conf_refusal first;
static size_t count;

static bool keep(const struct conf_refusal *r, void *ctx)
{
  (void)ctx;
  if(!count++)
    first = *r;
  return true;
}

static void verify(const char *text, struct conf_version v)
{
  struct conf *c;
  struct conf_fault fault;
  count = 0;
  memset(&first, 0, sizeof(first));
  if(conf_parse_text(&c, slice_of(text), "a.conf", &fault))
    fail_msg("%s", fault.e.text);
  conf_verify(c, v, keep, NULL);
  first.at = first.other = NULL;
  first.file = NULL;
  conf_free(c);
}

static void refused(const char *text, const char *sentence, unsigned int line)
{
  verify(text, (struct conf_version){1, 22, 1});
  if(!count || !strstr(first.sentence, sentence) || first.line != line)
    fail_msg("%s: said \"%s\" of line %u", text, first.sentence, first.line);
}

static void taken(const char *text)
{
  verify(text, (struct conf_version){1, 22, 1});
  if(count)
    fail_msg("%s: said \"%s\"", text, first.sentence);
}

static void test_names_blocks_and_numbers_are_nginx_s(void **state)
{
  (void)state;
  refused("server { foo 1; }", "unknown directive \"foo\"", 1);
  refused("events { } http { location / { } }",
          "\"location\" directive is not allowed here", 1);
  refused("location / {\n if ($a) {\n gzip_types a; } }",
          "\"gzip_types\" directive is not allowed here", 3);
  refused("server { listen; }", "invalid number of arguments in \"listen\"",
          1);
  refused("server {\n gzip\n on off;\n }",
          "invalid number of arguments in \"gzip\"", 3);
  taken("upstream a { server b:1; server c:2; keepalive 2; }");
  taken("events { } stream { server { listen 1; proxy_pass a:2; } }");
  taken("types { text/html html; } map $a $b { default x; y z; }");
}

static void test_values_are_what_nginx_reads(void **state)
{
  (void)state;
  refused("gzip yes;", "it must be \"on\" or \"off\"", 1);
  refused("proxy_read_timeout 1hour;", "directive invalid value", 1);
  refused("proxy_buffers 0 4k;", "directive invalid value", 1);
  refused("gzip_comp_level x;", "directive invalid number", 1);
  refused("proxy_http_version 3;", "invalid value \"3\"", 1);
  taken("proxy_read_timeout 1h30m; proxy_send_timeout '1d 2h'; gzip ON;");
  taken("client_max_body_size 10G; proxy_next_upstream error http_429;");
  taken("proxy_read_timeout ${TIMEOUT};");
}

static void test_words_that_modules_read_themselves(void **state)
{
  (void)state;
  refused("upstream a { server b:1 wieght=2; }",
          "invalid parameter \"wieght=2\"", 1);
  refused("upstream a { server b:1 max_fails=x; }",
          "invalid value \"max_fails=x\"", 1);
  refused("upstream a { server b:1; keepalive 0; }",
          "invalid value \"0\" in \"keepalive\"", 1);
  refused("server { listen 80 sll; }", "invalid parameter \"sll\"", 1);
  refused("limit_req zone=a burst=0;", "invalid value \"burst=0\"", 1);
  refused("events {\n worker_connections 4k;\n}\nhttp { }",
          "invalid number \"4k\"", 2);
  refused("location / { error_page 502 = @a b; }", "invalid value \"=\"", 1);
  refused("add_header A b c;", "invalid parameter \"c\"", 1);
  refused("expires 1.5h;", "\"expires\" directive invalid value", 1);
  taken("upstream a { server b:1 weight=2 max_fails=0 fail_timeout=1m "
        "slow_start=30s backup; }");
  taken("server { listen 443 ssl http2 backlog=9 so_keepalive=on; }");
  taken("location / { error_page 502 504 =200 @a; error_page 404 /b; }");
  taken("expires modified +24h; add_header A b always;");
}

static void test_blocks_that_do_not_fit_in_each_other(void **state)
{
  (void)state;
  refused("upstream a {\n keepalive 2;\n}", "no servers are inside upstream",
          3);
  refused("upstream a {\n sever b:1;\n}", "unknown directive \"sever\"", 2);
  refused("location /a { location /b { } }",
          "location \"/b\" is outside location \"/a\"", 1);
  refused("location = /a { location /a/b { } }", "inside the exact location",
          1);
  refused("location /a { location @b { } }", "on the server level only", 1);
  refused("server {\n listen 80;\n listen 80;\n}", "a duplicate listen 80", 3);
  taken("location /a { location /a/b { } location ~ c { } }");
  taken("upstream a { include servers/*.conf; }");
}

static void test_times_and_sizes(void **state)
{
  (void)state;
  assert_true(verify_time("90", true) && verify_time("1w2d3h4m5s6ms", true));
  assert_false(verify_time("1s1h", true) || verify_time("", true) ||
               verify_time("h", true) || verify_time("1y", true) ||
               verify_time("-1", true) || verify_time("1.5h", true));
  assert_true(verify_time("1y6M", false));
  assert_false(verify_time("5ms", false));
  assert_true(verify_size("16k", false) && verify_size("2G", true));
  assert_false(verify_size("2g", false) || verify_size("16kb", true) ||
               verify_size("k", true));
}

static void test_a_second_one_is_refused_where_nginx_does(void **state)
{
  (void)state;
  refused("server {\n gzip on;\n gzip off; }",
          "\"gzip\" directive is duplicate", 3);
  refused("server {\n location /a { }\n location /a { } }",
          "duplicate location \"/a\"", 3);
  taken("server { location /a { } location = /a { } location ~ /a { } "
        "location ~ /a { } }");
  taken("proxy_set_header A b; proxy_set_header A c; allow all; allow 1.2.3.4;"
        " add_header X y; add_header X y;");
  taken("server { gzip on; location / { gzip off; } }");
}

static void test_others_modules_and_versions_are_no_mistake(void **state)
{
  (void)state;
  taken("server { http2 on; }");
  taken("more_set_headers 'A: b'; brotli on; lua_code_cache off;");
  taken("load_module modules/ngx_of_mine.so; events { } http { of_mine on; }");
  refused("load_module modules/ngx_of_mine.so; events { } http { gzipp on; }",
          "unknown directive \"gzipp\"", 1);
  taken("upstream a { server b; sticky cookie c; check interval=1; }");
  verify("server { http2 perhaps; }", (struct conf_version){1, 26, 0});
  assert_int_equal(count, 1);
}

static void test_a_location_beside_a_server_is_outside_of_it(void **state)
{
  (void)state;
  refused("server { listen 80; }\nlocation / { }",
          "\"location\" directive is not allowed here", 2);
  taken("upstream a { server b:1; }\nlocation / { proxy_pass http://a; }");
}

static void test_near_names_are_found(void **state)
{
  (void)state;
  assert_string_equal(conf_form_nearest("proxy_bufering", CONTEXT_LOCATION),
                      "proxy_buffering");
  assert_string_equal(conf_form_nearest("sever_name", CONTEXT_SERVER),
                      "server_name");
  assert_null(conf_form_nearest("zzz_qqq_unheard", 0));
  assert_string_equal(conf_form_module("content_by_lua_block"),
                      "the Lua module");
  assert_null(conf_form_module("proxy_pass"));
  assert_null(conf_form_module("zzz_qqq_unheard"));
}

static void test_odd_characters_are_named(void **state)
{
  size_t at = 0;
  const struct conf_odd *o = conf_odd_in(slice_of("a\xc2\xa0"
                                                  "b"),
                                         &at);
  (void)state;
  assert_non_null(o);
  assert_int_equal(at, 1);
  assert_string_equal(o->plain, " ");
  assert_null(conf_odd_in(slice_of("gr\xc3\xbc\xc3\x9f"), &at));
}

static void test_templates_are_known_by_their_marks(void **state)
{
  struct slice mark;
  (void)state;
  assert_true(conf_looks_like_template(slice_of("listen {{ p }};"), &mark));
  assert_true(conf_looks_like_template(slice_of("a b;\n  ${MORE}\n"), &mark));
  assert_true(conf_looks_like_template(slice_of("listen @PORT@;"), &mark));
  assert_int_equal(mark.n, 6);
  assert_true(conf_looks_like_template(slice_of("<% if a %>"), &mark));
  assert_true(conf_looks_like_template(slice_of("a;\n@@SERVERS@@"), &mark));
  assert_false(conf_looks_like_template(slice_of("# {{ p }}\na;"), &mark));
  assert_false(
      conf_looks_like_template(slice_of("try_files $uri @a;"), &mark));
  assert_false(conf_looks_like_template(slice_of("set $a \"${b}c\";"), &mark));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names_blocks_and_numbers_are_nginx_s),
      cmocka_unit_test(test_values_are_what_nginx_reads),
      cmocka_unit_test(test_words_that_modules_read_themselves),
      cmocka_unit_test(test_blocks_that_do_not_fit_in_each_other),
      cmocka_unit_test(test_times_and_sizes),
      cmocka_unit_test(test_a_second_one_is_refused_where_nginx_does),
      cmocka_unit_test(test_others_modules_and_versions_are_no_mistake),
      cmocka_unit_test(test_a_location_beside_a_server_is_outside_of_it),
      cmocka_unit_test(test_near_names_are_found),
      cmocka_unit_test(test_odd_characters_are_named),
      cmocka_unit_test(test_templates_are_known_by_their_marks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
