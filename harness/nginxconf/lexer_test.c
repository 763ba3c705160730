/* SPDX-License-Identifier: MIT
 * Words and complaints, as nginx 1.22.1 gives them for the same bytes. */
#include "nginxconf/conf_testing.h"

#include <stdio.h>
#include <stdlib.h>

#define HEAD "events{} http{server{return 200 "
#define TAIL ";}}"

static void one_word(const char *token, const char *expected)
{
  char text[256];
  struct conf *c;
  const struct conf_directive *d;
  snprintf(text, sizeof(text), HEAD "%s" TAIL, token);
  c = conf_of(text);
  d = conf_nth(c, "return", 0);
  if(d->nargs != 2 || strcmp(conf_arg(d, 1), expected) != 0)
    fail_msg("%s became %zu words, %s", token, d->nargs, conf_arg(d, 1));
  assert_int_equal(d->args[1].end - d->args[1].start, strlen(token));
  conf_free(c);
}

static void refused_word(const char *token, const char *sentence)
{
  char text[256];
  struct conf *c;
  struct conf_fault fault;
  snprintf(text, sizeof(text), HEAD "%s" TAIL, token);
  assert_int_equal(conf_parse_text(&c, slice_of(text), "t.conf", &fault),
                   E_SYNTAX);
  assert_string_equal(fault.sentence, sentence);
}

static void test_words_are_those_of_nginx(void **state)
{
  (void)state;
  one_word("a}b", "a}b");
  one_word("a\"b\"c", "a\"b\"c");
  one_word("a#b", "a#b");
  one_word("a\\;b", "a\\;b");
  one_word("\"a\\\"b\"", "a\"b");
  one_word("\"a\\tb\\nc\"", "a\tb\nc");
  one_word("a\\\\b", "a\\b");
  one_word("\"a\\\\b\"", "a\\b");
  one_word("\"a\\d{3}\"", "a\\d{3}");
  one_word("${host}x", "${host}x");
  one_word("\"\"", "");
  one_word("(a", "(a");
  one_word("a)b", "a)b");
  one_word("a'b", "a'b");
  one_word("a\\ b", "a\\ b");
  one_word("'a\\'b'", "a'b");
  one_word("a\\tb", "a\tb");
  one_word("\"\\x41\"", "\\x41");
  one_word("a\\{b", "a\\{b");
  one_word("\"a;b{c}\"", "a;b{c}");
  one_word("\"a\nb\"", "a\nb");
  one_word("\\\"a", "\"a");
  one_word("a\\rb", "a\rb");
  one_word("$", "$");
}

static void test_words_nginx_refuses_are_refused_in_its_words(void **state)
{
  (void)state;
  refused_word("\"a\"b", "unexpected \"b\"");
  refused_word("#c", "unexpected end of file, expecting \";\" or \"}\"");
  refused_word("a\\d{3}", "directive \"return\" is not terminated by \";\"");
  refused_word("\"a", "unexpected end of file, expecting \";\" or \"}\"");
  refused_word("x }", "unexpected \"}\"");
}

static void test_a_bracket_behind_a_quote_is_a_word_of_its_own(void **state)
{
  struct conf *c = conf_of(HEAD "\"a\")" TAIL);
  const struct conf_directive *d = conf_nth(c, "return", 0);
  (void)state;
  assert_int_equal(d->nargs, 3);
  assert_string_equal(conf_arg(d, 2), ")");
  conf_free(c);
}

static void test_accepted_layouts_give_the_same_tree(void **state)
{
  struct conf *c = conf_of("http{server{listen 80;location /a{return 200 x;}"
                           "if ($a ~* \"x\"){set $b 1;} if ( $a = x ) {\n}}}"
                           "events{}");
  const struct conf_directive *d = conf_nth(c, "location", 0);
  (void)state;
  assert_string_equal(conf_arg(d, 0), "/a");
  assert_string_equal(conf_arg(d->child, 1), "x");
  d = conf_nth(c, "if", 0);
  assert_int_equal(d->nargs, 4);
  assert_string_equal(conf_arg(d, 3), ")");
  d = conf_nth(c, "if", 1);
  assert_int_equal(d->nargs, 5);
  assert_null(d->child);
  conf_free(c);
}

static void test_line_column_and_bytes_of_each_word_are_kept(void **state)
{
  const char *text = "events {}\n# c\nhttp {\n\tserver {\n  listen\n"
                     "    \"8080\" ssl;\n}}\n";
  struct conf *c = conf_of(text);
  const struct conf_directive *d = conf_nth(c, "listen", 0);
  (void)state;
  assert_int_equal(d->line, 5);
  assert_int_equal(d->column, 3);
  assert_int_equal(d->args[0].line, 6);
  assert_int_equal(d->args[0].column, 5);
  assert_int_equal(d->args[0].quote, '"');
  assert_memory_equal(text + d->args[0].start, "\"8080\"", 6);
  assert_memory_equal(text + d->start, "listen", 6);
  assert_memory_equal(text + d->end - 5, " ssl;", 5);
  d = d->parent;
  assert_memory_equal(text + d->start, "server {", 8);
  assert_memory_equal(text + d->body_start, "\n  listen", 9);
  assert_int_equal(text[d->body_end], '}');
  assert_int_equal(d->end, d->body_end + 1);
  conf_free(c);
}

static char *long_map(size_t n, char quote)
{
  static const char head[] = "events{}\nhttp{\n map $a $b { ";
  static const char tail[] = " 1; }\n}";
  size_t size = sizeof(head) + sizeof(tail) + 2 + n; /* and two quotes */
  char *text = malloc(size);
  size_t at;
  assert_non_null(text);
  at = (size_t)snprintf(text, size, "%s%c", head, quote);
  memset(text + at, 'x', n);
  snprintf(text + at + n, size - at - n, "%c%s", quote, tail);
  return text;
}

static void check_long(size_t n, const char *sentence)
{
  char *text = long_map(n, '"');
  struct conf *c = NULL;
  struct conf_fault fault;
  int rc = conf_parse_text(&c, slice_of(text), "t.conf", &fault);
  assert_int_equal(rc, sentence ? E_SYNTAX : 0);
  if(sentence) {
    assert_string_equal(fault.sentence, sentence);
    assert_int_equal(fault.line, 3);
  }
  conf_free(c);
  free(text);
}

static void test_a_word_longer_than_the_buffer_of_nginx_is_refused(void **s)
{
  (void)s;
  check_long(4093, NULL);
  check_long(4094, "too long parameter \"xxxxxxxxxx...\" started");
  check_long(4095, "too long parameter \"xxxxxxxxxx...\" started");
  check_long(4096, "too long parameter, probably missing terminating \"\"\" "
                   "character");
}

static void test_errors_have_the_place_the_line_and_a_caret(void **state)
{
  (void)state;
  conf_refused("events {}\nhttp {\n  server { return 200 \"a\"b; }\n}\n",
               "unexpected \"b\" in t.conf:3\n"
               "     3 |   server { return 200 \"a\"b; }\n"
               "       |                          ^");
  conf_refused("events{}\nhttp{\n server { return 200 x\n}",
               "unexpected \"}\" in t.conf:4\n"
               "     4 | }\n"
               "       | ^");
  conf_refused("events {}\nhttp {\n\tserver {\n\n",
               "unexpected end of file, expecting \"}\" in t.conf:5; the "
               "block opened in line 3 is not closed\n"
               "     3 | \tserver {\n"
               "       | \t^");
  conf_refused("events{}\nhttp{\n server { return 200 \"abc;}}\n\n",
               "unexpected end of file, expecting \";\" or \"}\" in t.conf:5; "
               "the quote opened in line 3 is not closed\n"
               "     3 |  server { return 200 \"abc;}}\n"
               "       |                      ^");
  conf_refused("events{}\nhttp{\n server; }",
               "directive \"server\" has no opening \"{\" in t.conf:3\n"
               "     3 |  server; }\n"
               "       |  ^");
  conf_refused("events{}\nhttp{\n map $a $b { x { y; } } }",
               "unexpected \"{\" in t.conf:3\n"
               "     3 |  map $a $b { x { y; } } }\n"
               "       |                ^");
  conf_refused("upstream u {\n server a{};\n}",
               "directive \"server\" is not terminated by \";\" in t.conf:2\n"
               "     2 |  server a{};\n"
               "       |  ^");
  conf_refused("events{}\n}\n", "unexpected \"}\" in t.conf:2\n"
                                "     2 | }\n"
                                "       | ^");
}

static void test_the_caret_counts_characters_and_keeps_tabs(void **state)
{
  (void)state;
  conf_refused("\t# x\n\tset \xc3\xa9\xc3\xa9 \"a\"b;",
               "unexpected \"b\" in t.conf:2\n"
               "     2 | \tset \xc3\xa9\xc3\xa9 \"a\"b;\n"
               "       | \t          ^");
}

static void test_a_template_is_recognised(void **state)
{
  struct conf *c;
  (void)state;
  conf_refused("server { listen 80; {{ range }} }",
               "unexpected \"{\" in t.conf:1; this looks like a template, not "
               "like the configuration made from it\n"
               "     1 | server { listen 80; {{ range }} }\n"
               "       |                     ^");
  c = conf_of("server { listen ${PORT}; }");
  assert_int_equal(c->nnotes, 2);
  assert_int_equal(c->notes[0]->kind, CONF_NOTE_TEMPLATE);
  conf_free(c);
}

static void test_lua_is_skipped_whole(void **state)
{
  const char *text =
      "location /a { content_by_lua_block {\n"
      " -- a } in a comment\n --[[ and }\n } ]] local s = \"}\" .. '\\'}'\n"
      " local t = [==[ ]] } ]==] if x then y = { 1, { 2 } } end\n"
      "} proxy_buffering off; }\n"
      "location /b { set_by_lua_block $x { return { } } return 200 $x; }";
  struct conf *c = conf_of(text);
  const struct conf_directive *d = conf_nth(c, "content_by_lua_block", 0);
  (void)state;
  assert_int_equal(d->body, CONF_FOREIGN);
  assert_null(d->child);
  assert_string_equal(d->next->name, "proxy_buffering");
  assert_int_equal(d->next->line, 6);
  assert_int_equal(d->next->column, 3);
  d = conf_nth(c, "set_by_lua_block", 0);
  assert_string_equal(conf_arg(d, 0), "$x");
  assert_string_equal(d->next->name, "return");
  assert_int_equal(c->notes[0]->kind, CONF_NOTE_FOREIGN);
  conf_free(c);
  conf_refused("location /a {\n content_by_lua_block { x = \"}\n\n",
               "unexpected end of file, expecting \"}\" in t.conf:4; the Lua "
               "block opened in line 2 is not closed\n"
               "     2 |  content_by_lua_block { x = \"}\n"
               "       |                       ^");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_words_are_those_of_nginx),
      cmocka_unit_test(test_words_nginx_refuses_are_refused_in_its_words),
      cmocka_unit_test(test_a_bracket_behind_a_quote_is_a_word_of_its_own),
      cmocka_unit_test(test_accepted_layouts_give_the_same_tree),
      cmocka_unit_test(test_line_column_and_bytes_of_each_word_are_kept),
      cmocka_unit_test(test_a_word_longer_than_the_buffer_of_nginx_is_refused),
      cmocka_unit_test(test_errors_have_the_place_the_line_and_a_caret),
      cmocka_unit_test(test_the_caret_counts_characters_and_keeps_tabs),
      cmocka_unit_test(test_a_template_is_recognised),
      cmocka_unit_test(test_lua_is_skipped_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
