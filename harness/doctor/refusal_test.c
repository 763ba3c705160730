/* SPDX-License-Identifier: MIT
 * nginx's sentences: which directive is meant, whether it is a mistake, and
 * the likely repair. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "doctor/refusal.h"

static struct conf *conf;

static void parse(const char *text)
{
  struct conf_fault fault;
  if(conf_parse_text(&conf, slice_of(text), "a.conf", &fault))
    fail_msg("%s", fault.e.text);
}

static int end(void **state)
{
  (void)state;
  conf_free(conf);
  conf = NULL;
  return 0;
}

static struct conf_refusal word(unsigned int line, const char *sentence)
{
  struct conf_refusal r;
  refusal_word(conf, line ? conf->files[0] : NULL, line, sentence, &r);
  return r;
}

static void test_the_directive_is_the_one_that_is_named(void **state)
{
  struct conf_refusal r;
  (void)state;
  parse("server {\n location /a { proxy_pass http://b; gzip no; }\n"
        " location /a { root x; }\n}\n");
  r = word(2, "invalid value \"no\" in \"gzip\" directive, it must be \"on\" "
              "or \"off\"");
  assert_int_equal(r.kind, REFUSED_VALUE);
  assert_string_equal(r.at->name, "gzip");
  assert_int_equal(r.column, 42);
  r = word(3, "duplicate location \"/a\"");
  assert_int_equal(r.kind, REFUSED_DUPLICATE);
  assert_string_equal(r.at->name, "location");
  assert_int_equal(r.other->line, 2);
}

static void test_a_variable_without_a_place_is_found_by_its_name(void **state)
{
  struct conf_refusal r;
  (void)state;
  parse(
      "events { }\nhttp {\n server {\n  add_header A \"x$nobody\";\n }\n}\n");
  r = word(0, "unknown \"nobody\" variable");
  assert_int_equal(r.line, 4);
  assert_string_equal(r.at->name, "add_header");
}

static bool is_lack(unsigned int line, const char *sentence)
{
  struct conf_refusal r = word(line, sentence);
  char why[300];
  return refusal_is_lack(conf, &r, why, sizeof(why));
}

static void test_what_a_machine_lacks_is_no_mistake(void **state)
{
  (void)state;
  parse("events { }\nhttp {\n http2 on;\n brotli on;\n gzip_on 1;\n"
        " add_header A $b;\n proxy_http_version 2;\n}\n");
  assert_true(is_lack(3, "unknown directive \"http2\""));
  assert_true(is_lack(4, "unknown directive \"brotli\""));
  assert_false(is_lack(5, "unknown directive \"gzip_on\""));
  assert_false(is_lack(0, "unknown \"b\" variable"));
  assert_true(is_lack(7, "invalid value \"2\""));
  assert_true(is_lack(6, "open() \"/x\" failed (2: No such file or "
                         "directory)"));
}

static void test_what_a_part_does_not_define_may_stand_elsewhere(void **state)
{
  (void)state;
  parse("location / { add_header A $b; }");
  assert_true(is_lack(0, "unknown \"b\" variable"));
  assert_true(is_lack(0, "zero size shared memory zone \"b\""));
}

static void repaired(const char *text, unsigned int line, const char *sentence,
                     const char *fix, const char *edit)
{
  struct doctor_finding f;
  struct conf_refusal r;
  parse(text);
  memset(&f, 0, sizeof(f));
  r = word(line, sentence);
  refusal_repair(&r, &f);
  if(!strstr(f.fix, fix) || f.edits != (edit ? 1 : 0) ||
     (edit && strcmp(f.edit[0].text, edit) != 0))
    fail_msg("said \"%s\", edit \"%s\"", f.fix, f.edits ? f.edit[0].text : "");
  conf_free(conf);
  conf = NULL;
}

static void test_the_likely_repair_is_told(void **state)
{
  (void)state;
  repaired("Proxy-Pass http://a;", 1, "unknown directive \"Proxy-Pass\"",
           "proxy_pass is likely meant", "proxy_pass");
  repaired("gzip=on;", 1, "unknown directive \"gzip=on\"", "no `=` stands",
           "gzip on");
  repaired("proxy_pass a:1;", 1, "invalid URL prefix", "proxy_pass http://a:1",
           "http://a:1");
  repaired("gzip perhaps;", 1,
           "invalid value \"perhaps\" in \"gzip\" directive", "`on` or `off`",
           NULL);
  repaired("keepalive_timeout 75 seconds;", 1,
           "\"keepalive_timeout\" directive invalid value", "", NULL);
  repaired("sendfile on\ngzip on;", 2,
           "invalid number of arguments in \"sendfile\" directive",
           "end of line 1", "on;");
  repaired("proxy_read_timeout 30sec;", 1,
           "\"proxy_read_timeout\" directive invalid value", "30s", "30s");
  repaired("client_body_buffer_size 1g;", 1,
           "\"client_body_buffer_size\" directive invalid value", "1024m",
           "1024m");
  repaired("proxy_http_version 1,1;", 1, "invalid value \"1,1\"", "1.1",
           "1.1");
}

static void test_an_unheard_name_gets_no_guess(void **state)
{
  (void)state;
  repaired("zzz_qqq_unheard 1;", 1, "unknown directive \"zzz_qqq_unheard\"",
           "take it out", NULL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_teardown(test_the_directive_is_the_one_that_is_named,
                                end),
      cmocka_unit_test_teardown(
          test_a_variable_without_a_place_is_found_by_its_name, end),
      cmocka_unit_test_teardown(test_what_a_machine_lacks_is_no_mistake, end),
      cmocka_unit_test_teardown(
          test_what_a_part_does_not_define_may_stand_elsewhere, end),
      cmocka_unit_test_teardown(test_the_likely_repair_is_told, end),
      cmocka_unit_test_teardown(test_an_unheard_name_gets_no_guess, end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
