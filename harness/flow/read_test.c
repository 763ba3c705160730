/* SPDX-License-Identifier: MIT
 * Flow files: what is understood, and where and how a mistake is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "flow/flow.h"

#define HEAD "weir: flow/1\nflow: f\ntarget: http://a\nsteps:\n"
#define OPEN "- subscribe: {as: s, GET: /events}\n"

static struct flow *reads(const char *text)
{
  struct err e = {0};
  struct flow *f = flow_read(slice_of(text), "t.yaml", &e);
  if(!f)
    fail_msg("%s", e.text);
  return f;
}

static void refuses(const char *text, const char *place, const char *sentence)
{
  struct err e = {0};
  struct flow *f = flow_read(slice_of(text), "t.yaml", &e);
  if(f)
    fail_msg("taken: %s", text);
  if(strncmp(e.text, place, strlen(place)) != 0 || !strstr(e.text, sentence))
    fail_msg("%s\n  wanted %s ... %s", e.text, place, sentence);
}

static void test_steps_have_numbers_rounds_and_streams(void **state)
{
  struct flow *f =
      reads(HEAD "- subscribe: {as: a, GET: /a}\n"
                 "- subscribe: {as: b, GET: /b}\n"
                 "- request: {POST: /x, take: {id: /id}}\n"
                 "- expect: {stream: b, event: y, data: {/id: \"{{id}}\"}}\n"
                 "- expect: {stream: a, event: z}\n"
                 "- request: {POST: /x}\n"
                 "- expect: {stream: a, event: z}\n");
  const struct flow_step *s = f->step[PHASE_STEPS];
  (void)state;
  assert_int_equal(f->steps, 7);
  assert_int_equal(f->streams, 2);
  assert_int_equal(s->round, 1);
  s = flow_step_find(f, 4);
  assert_int_equal(s->verb, VERB_EXPECT);
  assert_int_equal(s->stream, 1);
  assert_int_equal(s->round, 1);
  assert_int_equal(s->at.line, 8);
  assert_int_equal(s->at.column, 3);
  assert_int_equal(flow_step_find(f, 6)->round, 2);
  assert_int_equal(flow_step_find(f, 7)->round, 2);
  flow_free(f);
}

static void test_a_step_is_told_as_one_reads_it(void **state)
{
  struct flow *f =
      reads(HEAD OPEN "- expect: {within: 2s, event: [a, b], times: 2..}\n"
                      "- expect: {in-order: [{event: a}, {is: x}]}\n");
  struct buf text;
  (void)state;
  buf_init(&text, 0);
  flow_step_text(f, flow_step_find(f, 2), &text);
  assert_string_equal(buf_text(&text), "expect s a or b times 2.. within 2s");
  buf_clear(&text);
  flow_step_text(f, flow_step_find(f, 3), &text);
  assert_string_equal(buf_text(&text), "expect s in-order a, is x");
  buf_free(&text);
  flow_free(f);
}

/* Mistakes of newcomers, each with its place and what was meant. */
static const struct {
  const char *text, *place, *sentence;
} mistakes[] = {
    {"flow: f\nsteps: []\n", "t.yaml:1:1: ", "begins with \"weir: flow/1\""},
    {"weir: flow/2\nflow: f\n", "t.yaml:1:7: ", "reads flow/1"},
    {"weir: flow/1\nflow: f\n", "t.yaml:1:1: ", "steps are missing"},
    {"weir: flow/1\nflw: f\nsteps: []\n",
     "t.yaml:2:1: ", "(did you mean \"flow\"?)"},
    {HEAD OPEN "- expect: {on: s, event: x}\n",
     "t.yaml:6:12: ", "(did you mean \"stream\"?)"},
    {HEAD "- request: {POST: /orders/{{id}}/ship}\n", "t.yaml:5:", "quote a"},
    {HEAD OPEN "- expect: {event: x, data: {/a: != 3}}\n",
     "t.yaml:6:", "belongs into where"},
    {HEAD OPEN "- expect:\n    event: x\n    text: > 5\n",
     "t.yaml:8:", "belongs into where"},
    {HEAD OPEN "- expect:\n\tevent: x\n", "t.yaml:7:", "tab"},
    {HEAD OPEN "- expect: {event: x, event: y}\n",
     "t.yaml:6:22: ", "given twice; first at 6:12"},
    {HEAD OPEN "- expect: {event: x, evnt: y}\n",
     "t.yaml:6:22: ", "(did you mean \"event\"?)"},
    {HEAD OPEN "- expect: {stream: t, event: x}\n",
     "t.yaml:6:20: ", "no stream \"t\""},
    {HEAD "- subscribe: {as: a, GET: /a}\n- subscribe: {as: b, GET: /b}\n"
          "- expect: {event: x}\n",
     "t.yaml:7:3: ", "which stream?"},
    {HEAD "- expect: {event: x}\n", "t.yaml:5:3: ", "which stream?"},
    {HEAD OPEN "- subscribe: {as: s, GET: /b}\n",
     "t.yaml:6:19: ", "subscribed before"},
    {HEAD OPEN "- expect: {event: x, within: 2}\n",
     "t.yaml:6:30: ", "which unit?"},
    {HEAD OPEN "- expect: {event: x, within: soon}\n",
     "t.yaml:6:30: ", "is not a time"},
    {HEAD OPEN "- expect: {event: x, times: 3..1}\n",
     "t.yaml:6:29: ", "a number or a range"},
    {HEAD "- subscribe: {GET: /a, ready: soon}\n",
     "t.yaml:5:31: ", "head, sent, or a pattern"},
    {HEAD "- subscribe: {GET: /a, ready: {evnt: x}}\n",
     "t.yaml:5:32: ", "(did you mean \"event\"?)"},
    {HEAD "- parallel: {a: [wait: {for: 1s}]}\n",
     "t.yaml:5:3: ", "what beside what?"},
    {HEAD "- parallel: {a: [], b: []}\n", "t.yaml:5:17: ", "an empty one"},
    {HEAD "- parallel: {a: x, b: y}\n", "t.yaml:5:17: ", "a list of steps"},
    {HEAD "- parallel:\n    a: [{parallel: {}}]\n    b: []\n",
     "t.yaml:6:10: ", "parallel inside of parallel"},
    {HEAD "- parallel:\n    a: [{request: {GET: /a, take: {id: /id}}}]\n"
          "    b: [{request: {GET: \"/{{id}}\"}}]\n",
     "t.yaml:7:25: ", "{{id}} has no value here"},
    {HEAD "- parallel:\n    a: [{request: {GET: /a, take: {id: /id}}}]\n"
          "    b: [{request: {GET: /b, take: {id: /id}}}]\n",
     "t.yaml:7:36: ", "written once"},
    {HEAD OPEN "- expect: {event: x, times: 65}\n",
     "t.yaml:6:29: ", "at most 64"},
    {HEAD OPEN "- expect: {for: 1s, none: {event: x}, rising: /n}\n",
     "t.yaml:6:39: ", "no event that it could"},
    {HEAD OPEN "- expect: {joined: {pointer: /a}}\n",
     "t.yaml:6:20: ", "what do they say"},
    {HEAD OPEN "- expect: {fragment: {select: \"li:hover\"}}\n",
     "t.yaml:6:31: ", "is no selector"},
    {HEAD OPEN "- expect: {fragment: {text: x}}\n",
     "t.yaml:6:22: ", "which element?"},
    {HEAD OPEN "- expect: {lines: {a b: x}}\n",
     "t.yaml:6:20: ", "is not one word"},
    {HEAD OPEN "- expect: {lines: {signals: {count: 1}}}\n",
     "t.yaml:6:30: ", "did you mean \"/count\"?"},
    {HEAD OPEN "- expect: {none: {event: x}}\n",
     "t.yaml:6:12: ", "needs a window"},
    {HEAD OPEN "- expect: {silence: events}\n",
     "t.yaml:6:12: ", "needs a window"},
    {HEAD OPEN "- expect: {event: x, for: 1s}\n",
     "t.yaml:6:22: ", "did you mean \"within\"?"},
    {HEAD OPEN "- expect: {event: x, in-order: [{event: a}]}\n",
     "t.yaml:6:12: ", "put it inside"},
    {HEAD OPEN "- expect: {for: 1s, none: {event: x}, only: [{event: y}]}\n",
     "t.yaml:6:", "one expect says one thing"},
    {HEAD OPEN "- expect: {data: {id: 3}}\n",
     "t.yaml:6:19: ", "(did you mean \"/id\"?)"},
    {HEAD OPEN "- expect: {data: {/id: [3]}}\n",
     "t.yaml:6:24: ", "a longer pointer"},
    {HEAD OPEN "- expect: {where: total > 5}\n", "t.yaml:6:19: ", "total"},
    {HEAD OPEN "- expect: {where: /a = 5}\n",
     "t.yaml:6:19: ", "did you mean \"==\"?"},
    {HEAD OPEN "- expect: {event: \"{{nme}}\"}\n",
     "t.yaml:6:19: ", "{{nme}} has no value here"},
    {HEAD "- request: {POST: \"/x/{{id}}\", take: {id: /id}}\n",
     "t.yaml:5:19: ", "{{id}} has no value here"},
    {HEAD "- request: {POST: /a, take: {id: /id}}\n"
          "- request: {POST: /b, take: {id: /id}}\n",
     "t.yaml:6:30: ", "written once"},
    {HEAD "- request: {POST: /a, take: {id: id2}}\n",
     "t.yaml:5:34: ", "expected a pointer"},
    {HEAD "- request: {POST: a}\n", "t.yaml:5:19: ", "a path such as"},
    {HEAD "- request: {POST: /a, GET: /b}\n",
     "t.yaml:5:23: ", "a second method"},
    {HEAD "- request: {json: {a: 1}}\n",
     "t.yaml:5:12: ", "a method and a path"},
    {HEAD "- request: {user: bob, GET: /a}\n",
     "t.yaml:5:19: ", "no user \"bob\""},
    {HEAD "- request: {GET: /a, status: ok}\n",
     "t.yaml:5:30: ", "a status such as"},
    {HEAD "- reqest: {GET: /a}\n",
     "t.yaml:5:3: ", "(did you mean \"request\"?)"},
    {HEAD "- request: {GET: /a}\n  wait: {for: 1s}\n",
     "t.yaml:6:3: ", "a step is one"},
    {HEAD "- wait: {}\n", "t.yaml:5:3: ", "how long?"},
    {HEAD "- request\n", "t.yaml:5:3: ", "expected a step"},
    {HEAD OPEN "- cut: {stream: s, how: hard}\n",
     "t.yaml:6:25: ", "one of fin rst"},
    {HEAD OPEN "- expect: {after: order, event: x}\n",
     "t.yaml:6:19: ", "no request or other trigger"},
    {HEAD "- request: {GET: \"/{{x\"}\n", "t.yaml:5:18: ", "without \"}}\""},
    {HEAD "- request: {GET: \"/{{uuid|hex}}\"}\n",
     "t.yaml:5:18: ", "|url, |json and |b64"},
    {"weir: flow/1\nflow: f\nsteps: no\n", "t.yaml:3:8: ", "a list of steps"},
};

static void test_mistakes_have_a_place_and_a_hint(void **state)
{
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++)
    refuses(mistakes[i].text, mistakes[i].place, mistakes[i].sentence);
}

/* A key on each line, so that one can be misspelt by itself. */
static const char good[] = "weir: flow/1\n"
                           "flow: all kinds of keys\n"
                           "target: http://a\n"
                           "timeout: 30s\n"
                           "settle: 100ms\n"
                           "defaults:\n"
                           "  within: 2s\n"
                           "  answer: 3s\n"
                           "users:\n"
                           "  anna:\n"
                           "    headers:\n"
                           "      X-Who: anna\n"
                           "    login:\n"
                           "      POST: /login\n"
                           "      status: 200\n"
                           "setup:\n"
                           "  - request:\n"
                           "      POST: /reset\n"
                           "      answer: 4s\n"
                           "steps:\n"
                           "  - subscribe:\n"
                           "      GET: /events\n"
                           "      query:\n"
                           "        a: b\n"
                           "      last-event-id: 7\n"
                           "      ready:\n"
                           "        event: hello\n"
                           "        probe:\n"
                           "          POST: /hello\n"
                           "        every: 50ms\n"
                           "  - request:\n"
                           "      GET: /jobs/1\n"
                           "      until:\n"
                           "        where: /done == true\n"
                           "  - expect:\n"
                           "      event: a\n"
                           "      where: /x > 5\n"
                           "      fragment:\n"
                           "        select: li\n"
                           "        count: 1\n"
                           "      lines:\n"
                           "        mode: append\n"
                           "      rising: /n\n"
                           "      distinct: /n\n"
                           "      joined:\n"
                           "        pointer: /d\n"
                           "        text: x\n"
                           "  - resume:\n"
                           "      open: 1s\n"
                           "  - expect:\n"
                           "      any-order:\n"
                           "        - event: b\n"
                           "      replayed: yes\n"
                           "      duplicates: 0\n"
                           "  - repeat:\n"
                           "      times: 2\n"
                           "      steps:\n"
                           "        - close: {}\n"
                           "teardown:\n"
                           "  - request:\n"
                           "      DELETE: /all\n";

#define MISSPELT_LEAST 5 /* letters: shorter words are near to too many */

/* Spells a key wrong: a letter doubled, left out, swapped, or another one. */
static void misspell(char *key, size_t n, struct rng *rng)
{
  size_t at = 1 + (size_t)rng_below(rng, n - 2);
  char letter = key[at];
  switch(rng_below(rng, 4)) {
  case 0:
    memmove(key + at + 1, key + at, n - at + 1);
    break;
  case 1:
    memmove(key + at, key + at + 1, n - at);
    break;
  case 2:
    key[at] = key[at + 1];
    key[at + 1] = letter;
    break;
  default:
    key[at] = letter == 'z' ? 'q' : 'z';
  }
}

/* The file with the key of that length at `at` misspelt: place and word of
 * the message must be the key's.  False where nothing was changed. */
static bool misspelt_is_told(size_t at, size_t n, struct rng *rng)
{
  struct yaml_mark mark = {1, 1};
  char key[64], wrong[64], place[48], meant[96];
  struct buf text;
  size_t i;
  for(i = 0; i < at; i++) {
    mark.column = good[i] == '\n' ? 1 : mark.column + 1;
    mark.line += good[i] == '\n';
  }
  snprintf(key, sizeof(key), "%.*s", (int)n, good + at);
  snprintf(wrong, sizeof(wrong), "%s", key);
  misspell(wrong, n, rng);
  if(strcmp(key, wrong) == 0)
    return false;
  snprintf(place, sizeof(place), "t.yaml:%u:%u: ", mark.line, mark.column);
  snprintf(meant, sizeof(meant), "(did you mean \"%s\"?)", key);
  buf_init(&text, 0);
  buf_add(&text, good, at);
  buf_adds(&text, wrong);
  buf_adds(&text, good + at + n);
  refuses(buf_text(&text), place, meant);
  buf_free(&text);
  return true;
}

/* Whether a key that weir knows begins here, and its length. */
static size_t key_at(size_t at)
{
  size_t n = strspn(good + at, "abcdefghijklmnopqrstuvwxyz-");
  bool begins = at && (good[at - 1] == '\n' || good[at - 1] == ' ');
  return begins && n >= MISSPELT_LEAST && good[at + n] == ':' ? n : 0;
}

static void test_a_hundred_misspelt_files_are_told_by_place(void **state)
{
  struct rng rng;
  int told = 0, round;
  size_t at, n;
  (void)state;
  flow_free(reads(good));
  rng_seed(&rng, 15);
  for(round = 0; round < 4; round++) {
    for(at = 0; at < sizeof(good) - 1; at++) {
      n = key_at(at);
      told += n && misspelt_is_told(at, n, &rng);
    }
  }
  print_message("%d malformed files, each told by place and suggestion\n",
                told);
  assert_true(told >= 100);
}

static void test_a_plan_tells_rounds_and_windows(void **state)
{
  struct flow *f = reads(HEAD OPEN "- request: {POST: /a}\n"
                                   "- expect: {event: x, within: 2s}\n"
                                   "- expect: {for: 1s, none: {event: y}}\n");
  struct buf text;
  (void)state;
  buf_init(&text, 0);
  flow_plan_text(f, &text);
  assert_non_null(strstr(buf_text(&text),
                         "counts what comes after step 2 was sent, in time "
                         "until 2s after that"));
  assert_non_null(strstr(buf_text(&text), "watched for 1s"));
  buf_free(&text);
  flow_free(f);
}

#define CASES "weir: flow/1\nflow: f\ntarget: http://a\ncases:\n"
#define ASKS                                                                  \
  "steps:\n- request: {POST: \"/{{case}}\", json: {n: \"{{item}}\"}}\n"

static void test_a_file_with_cases_is_a_flow_for_each(void **state)
{
  const char *text = CASES "  paid: {item: 7}\n  free: {item: x}\n" ASKS;
  static const char *const name[] = {"f [paid]", "f [free]"};
  struct err e = {0};
  uint32_t i;
  (void)state;
  for(i = 0; i < 2; i++) {
    struct flow *f = flow_read_case(slice_of(text), "t.yaml", i, &e);
    assert_non_null(f);
    assert_int_equal(flow_cases(f), 2);
    assert_string_equal(f->name, name[i]);
    assert_true(flow_has_tag(f, "f"));
    assert_true(flow_has_tag(f, name[i]));
    assert_false(flow_has_tag(f, name[1 - i]));
    flow_free(f);
  }
  assert_null(flow_read_case(SLICE_LIT(CASES "  a: {item: 7}\n"
                                             "  b: {itme: 8}\n" ASKS),
                             "t.yaml", 1, &e));
  assert_string_equal(e.text, "t.yaml:6:3: case \"b\": item is missing, which "
                              "\"a\" has");
  refuses(CASES "  a: 7\n" ASKS, "t.yaml:5:", "cases: ");
  refuses(CASES "  a: {item: 7, case: 8}\n" ASKS, "t.yaml:5:", "written once");
  refuses(CASES "  []\n" ASKS, "t.yaml:5:", "cases: ");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_steps_have_numbers_rounds_and_streams),
      cmocka_unit_test(test_a_step_is_told_as_one_reads_it),
      cmocka_unit_test(test_mistakes_have_a_place_and_a_hint),
      cmocka_unit_test(test_a_hundred_misspelt_files_are_told_by_place),
      cmocka_unit_test(test_a_plan_tells_rounds_and_windows),
      cmocka_unit_test(test_a_file_with_cases_is_a_flow_for_each),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
