/* SPDX-License-Identifier: MIT
 * What a profile's file says, and how it is told what is wrong with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "profile/profile.h"

#define BEGIN "weir: profile/1\nname: mine\n"

static struct profile *read_good(const char *text)
{
  struct err e = {0};
  struct profile *p = profile_read(slice_of(text), "mine.yaml", &e);
  if(!p)
    fail_msg("%s", e.text);
  return p;
}

static void assert_told(const char *text, const char *words)
{
  struct err e = {0};
  struct profile *p = profile_read(slice_of(text), "mine.yaml", &e);
  assert_null(p);
  if(!strstr(e.text, words))
    fail_msg("\"%s\" is not in: %s", words, e.text);
}

/* The profile of the page that tells how to write one. */
static void the_page_shows_one_that_can_be_read(void **state)
{
  static const char open[] = "```yaml\n";
  struct buf page;
  struct err e;
  struct slice text;
  struct profile *p;
  long at;
  (void)state;
  buf_init(&page, 0);
  assert_int_equal(file_read(WEIR_SOURCE_DIR "/scenarios/profiles/README.md",
                             1u << 20, &page, &e),
                   0);
  text = buf_slice(&page);
  at = slice_find(text, open);
  assert_true(at > 0);
  text.p += (size_t)at + strlen(open);
  text.n -= (size_t)at + strlen(open);
  text.n = (size_t)slice_find(text, "```");
  p = profile_read(text, "README.md", &e);
  if(!p)
    fail_msg("%s", e.text);
  assert_string_equal(p->name, "progress");
  assert_string_equal(p->method, "POST");
  assert_int_equal(p->grammar.rules, 3);
  assert_string_equal(p->rule[1].fix[1].name, "nginx");
  profile_free(p);
  buf_free(&page);
}

static void mistakes_are_told_with_their_place(void **state)
{
  (void)state;
  assert_told("name: x\n", "mine.yaml:1:1: a profile begins with");
  assert_told("weir: profile/9\nname: x\n", "mine.yaml:1:7: this weir reads");
  assert_told(BEGIN "clases: {}\n", "mine.yaml:3:1: unknown key \"clases\" "
                                    "(did you mean classes?)");
  assert_told(BEGIN "classes:\n  a: event = x\n", "mine.yaml:4:6: ");
  assert_told(BEGIN "classes: {a: event == x}\nstates:\n  s: {b: s}\n",
              "mine.yaml:5:10: there is no class \"b\"");
  assert_told(BEGIN "classes: {a: event == x}\nstates:\n  s: {a: t}\n",
              "there is no state \"t\"");
  assert_told(BEGIN "rules:\n- {id: r, title: t}\n",
              "mine.yaml:4:3: a rule says one thing");
  assert_told(BEGIN "rules:\n- {id: r, title: t, order: true, json: true}\n",
              "a rule says one thing");
  assert_told(BEGIN "rules:\n- {id: r, title: t, order: true}\n"
                    "- {id: r, title: t, json: true}\n",
              "mine.yaml:5:8: there are two rules \"r\"");
  assert_told(BEGIN "rules:\n- {id: r, title: t, end: cut}\n",
              "none of ok, empty, truncated");
  assert_told(BEGIN "request: {path: '/{{a}}'}\n", "is not in vars");
  assert_told(BEGIN "override: [{check: frame.*, as: skip}]\n",
              "for a reason");
  assert_told("weir: profile/1\nname: Mine\n", "is no name");
  assert_told(BEGIN "vars: [a]\n",
              "mine.yaml:3:7: this is a list, where a map is wanted");
  assert_told(BEGIN "about: a\nabout: b\n",
              "mine.yaml:4:1: \"about\" is given twice; first at 3:1");
  assert_told(BEGIN "vars: {a: 1, a: 2}\n",
              "mine.yaml:3:14: \"a\" is given twice; first at 3:8");
  assert_told(BEGIN "classes: {a: event == x}\n"
                    "states:\n  s: {a: s}\n  s: {a: s}\n",
              "mine.yaml:6:3: \"s\" is given twice; first at 5:3");
  assert_told(BEGIN "rules:\n- {id: r, title: t, order: true,\n"
                    "   fix: {any: a, any: b}}\n",
              "mine.yaml:5:18: \"any\" is given twice; first at 5:10");
}

static void faults_are_made_of_the_good_script(void **state)
{
  static const char rules[] =
      BEGIN "rules:\n- {id: r, title: t, json: true}\n"
            "proof:\n  good: \"data: 1\\n\\ndata: 2\\n\\n\"\n  faults:\n";
  struct buf text;
  struct profile *p;
  (void)state;
  buf_init(&text, 0);
  buf_addf(&text, "%s  - {breaks: r, replace: \"data: 2\", with: x}\n", rules);
  p = read_good(buf_text(&text));
  buf_clear(&text);
  assert_int_equal(profile_script(p, &p->fault[0], &text), 0);
  assert_string_equal(buf_text(&text), "data: 1\n\nx\n\n");
  profile_free(p);
  buf_clear(&text);
  buf_addf(&text, "%s  - {breaks: r, replace: \"data: \", with: x}\n", rules);
  assert_told(buf_text(&text), "exactly once");
  buf_clear(&text);
  buf_addf(&text, "%s  - {breaks: s, replace: \"data: 1\", with: x}\n", rules);
  assert_told(buf_text(&text), "there is no rule \"s\"");
  buf_free(&text);
}

static void variables_are_filled_in(void **state)
{
  struct profile *p = read_good(BEGIN "vars: {a: one, b: \"\"}\n");
  struct profile_vars vars = {.vars = 0};
  struct buf out;
  struct err e;
  (void)state;
  buf_init(&out, 0);
  assert_int_equal(profile_fill(p, NULL, "<{{a}}>{{b}}", false, &out), 0);
  assert_string_equal(buf_text(&out), "<one>");
  assert_int_equal(profile_set(p, &vars, SLICE_LIT("a=two \"\n"), &e), 0);
  assert_int_equal(profile_set(p, &vars, SLICE_LIT("c=x"), &e), E_NOT_FOUND);
  assert_int_equal(profile_set(p, &vars, SLICE_LIT("a"), &e), E_SYNTAX);
  buf_clear(&out);
  assert_int_equal(profile_fill(p, &vars, "\"{{a}}\"", true, &out), 0);
  assert_string_equal(buf_text(&out), "\"two \\\"\\n\"");
  assert_int_equal(profile_fill(p, &vars, "{{a}}", false, &out), E_RANGE);
  assert_int_equal(profile_fill(p, &vars, "{{b?}}", false, &out), 1);
  assert_int_equal(profile_fill(p, &vars, "{{c?}}", false, &out), 1);
  assert_int_equal(profile_fill(p, &vars, "{{c}}", false, &out), E_NOT_FOUND);
  assert_int_equal(profile_fill(p, &vars, "{{a", false, &out), E_SYNTAX);
  buf_free(&out);
  profile_vars_fini(&vars);
  profile_free(p);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_page_shows_one_that_can_be_read),
      cmocka_unit_test(mistakes_are_told_with_their_place),
      cmocka_unit_test(faults_are_made_of_the_good_script),
      cmocka_unit_test(variables_are_filled_in),
  };
  return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
