/* SPDX-License-Identifier: MIT
 * Printing: what scenario_print writes, scenario_parse reads back equal; and
 * the ready scenarios are valid. */
#include "scenario/scenario_testing.h"

#include <glob.h>
#include <stdio.h>
#include <unistd.h>

#include "base/rng.h"
#include "scenario/keys.h"
#include "scenario/own.h"

#define ROUNDS 400

static char users_path[64];

/* Text of a few code points, the awkward ones among them. */
static void add_text(struct rng *r, struct buf *out, bool one_line)
{
  static const char *const bits[] = {"a",
                                     "Z",
                                     " ",
                                     "\"",
                                     "\\",
                                     "'",
                                     ":",
                                     "# ",
                                     "- ",
                                     "\xC3\xA9",
                                     "\xE2\x82\xAC",
                                     "\xF0\x9F\x98\x80",
                                     "{",
                                     "}",
                                     "%",
                                     "\xC2\x80",
                                     "\xC2\xA0",
                                     "\xEF\xBB\xBF",
                                     "0x",
                                     "~",

                                     "null",
                                     "\t",
                                     "\xE2\x80\xA8",
                                     "\xEF\xBF\xBE",
                                     "\n",
                                     "\x01"};
  uint64_t n = 1 + rng_below(r, 12);
  uint64_t kinds = sizeof(bits) / sizeof(bits[0]) - (one_line ? 2 : 0);
  while(n--)
    assert_int_equal(buf_adds(out, bits[rng_below(r, kinds)]), 0);
}

static void add_duration(struct rng *r, struct buf *out)
{
  static const char *const unit[] = {"ns", "us", "ms", "s", "m"};
  uint64_t u = rng_below(r, 5);
  uint64_t n = 1000000 + rng_below(r, 5000000);
  if(u == 3 || u == 4)
    n = 1 + rng_below(r, 20);
  if(u == 2)
    n = 1 + rng_below(r, 5000);
  assert_int_equal(buf_addf(out, "%llu%s", (unsigned long long)n, unit[u]), 0);
}

static void add_list_item(struct rng *r, const struct option_row *k,
                          struct buf *out)
{
  switch((int)key_id(k)) {
  case KEY_SOURCE_IP:
    buf_addf(out, "127.0.%u.%u", (unsigned)rng_below(r, 256),
             (unsigned)rng_below(r, 256));
    break;
  case KEY_RESOLVE:
    buf_addf(out, "h%u:443:::1", (unsigned)rng_below(r, 9));
    break;
  case KEY_THRESHOLDS:
    buf_addf(out, "a.b%u <= %u.5%%", (unsigned)rng_below(r, 9),
             (unsigned)rng_below(r, 9));
    break;
  case KEY_STAGES:
    buf_addf(out, "%u:%ums:%us", 1 + (unsigned)rng_below(r, 1000),
             (unsigned)rng_below(r, 2000), 2 + (unsigned)rng_below(r, 9));
    break;
  default:
    buf_addf(out, "X-%u: v", (unsigned)rng_below(r, 100));
    add_text(r, out, true);
  }
}

static void add_whole(struct rng *r, const struct option_row *k,
                      struct buf *out)
{
  uint64_t least = (uint64_t)k->least;
  uint64_t span = (uint64_t)(k->most - k->least);
  uint64_t v = least + rng_below(r, rng_below(r, 2) ? span : span % 5000 + 1);
  buf_addf(out, "%llu", (unsigned long long)v);
}

static void add_text_value(struct rng *r, const struct option_row *k,
                           struct buf *out)
{
  if(k->type == OPTION_URL)
    buf_adds(out, rng_below(r, 2) ? "http://h:1/{{n}}?a=b#c" : "https://h");
  else if(k->type == OPTION_METHOD)
    buf_adds(out, rng_below(r, 2) ? "PUT" : "QUERY");
  else if(k->type == OPTION_PATH)
    buf_adds(out, users_path);
  else if(key_id(k) == KEY_USER)
    buf_adds(out, "bob:s:ecret");
  else if(key_id(k) == KEY_PROXY)
    buf_adds(out, "http://u:p@h:1");
  else if(k->type == OPTION_TEXT || k->type == OPTION_LINES)
    add_text(r, out, k->type == OPTION_TEXT);
  else
    buf_adds(out, rng_below(r, 2) ? "/a~1b/ \"c" : "none");
}

/* A valid value for the key, as the command line would give it. */
static void add_value(struct rng *r, const struct option_row *k,
                      struct buf *out)
{
  if(option_is_list(k))
    add_list_item(r, k, out);
  else if(own_is_text(k))
    add_text_value(r, k, out);
  else if(k->type == OPTION_CHOICE)
    buf_adds(out, k->choice[rng_below(r, 2)]);
  else if(k->type == OPTION_BOOL)
    buf_adds(out, rng_below(r, 2) ? "true" : "false");
  else if(k->type == OPTION_SEED)
    buf_addf(out, "%llu", (unsigned long long)rng_next(r));
  else if(k->type == OPTION_RATE)
    buf_addf(out, "%.17g/m", rng_unit(r) * 1e5 + 0.001);
  else if(k->type == OPTION_SHARE)
    buf_addf(out, "%.17g", rng_unit(r) * 0.999 + 0.001);
  else if(k->type == OPTION_COUNT || k->type == OPTION_BYTES)
    add_whole(r, k, out);
  else {
    buf_adds(out, key_id(k) == KEY_CLOCK_OFFSET && rng_below(r, 2) ? "-" : "");
    add_duration(r, out);
  }
}

/* Keys that would have to fit others; each test round adds its own. */
static bool is_tied(const struct option_row *k)
{
  switch((int)key_id(k)) {
  case KEY_URL:
  case KEY_CARRIER:
  case KEY_CONNECTIONS:
  case KEY_RAMP:
  case KEY_STAGES:
  case KEY_ARRIVAL_RATE:
  case KEY_ARRIVAL_LIFETIME:
  case KEY_STREAMS_PER_CONNECTION:
  case KEY_WARMUP:
  case KEY_TLS_KEY:
  case KEY_PUBLISH_BODY:
  case KEY_SLOW_BYTES:
  case KEY_SERVER_PID:
  case KEY_RECONNECT_RETRY:
  case KEY_RECONNECT_RETRY_MAX:
  case KEY_STORM_AT:
  case KEY_APP:
  case KEY_VAR:
  case KEY_REQUESTS:
  case KEY_THINK:
  case KEY_STALL:
  case KEY_GOODPUT:
  case KEY_MAX_INFLIGHT:
  case KEY_ARRIVAL_SHAPE:
    return true;
  default:
    return false;
  }
}

static void set_random(struct rng *r, struct scenario *s, enum key_id id)
{
  struct buf value;
  buf_init(&value, 0);
  add_value(r, key_at(id), &value);
  set_good(s, key_at(id)->name, buf_text(&value));
  buf_free(&value);
}

static void set_workload(struct rng *r, struct scenario *s)
{
  switch(rng_below(r, 4)) {
  case 0:
    set_random(r, s, KEY_CONNECTIONS);
    set_random(r, s, KEY_RAMP);
    break;
  case 1:
    set_random(r, s, KEY_STAGES);
    set_random(r, s, KEY_STAGES);
    break;
  case 2:
    set_random(r, s, KEY_ARRIVAL_RATE);
    set_random(r, s, KEY_ARRIVAL_LIFETIME);
    break;
  default:
    break;
  }
}

/* What a load in requests has, where nothing is there that it excludes. */
static void set_app(struct rng *r, struct scenario *s)
{
  static const enum key_id keys[] = {KEY_APP,          KEY_REQUESTS,
                                     KEY_THINK,        KEY_STALL,
                                     KEY_MAX_INFLIGHT, KEY_ARRIVAL_SHAPE};
  size_t i;
  if(s->publish.enabled || s->storm.enabled || s->slow.share > 0 ||
     s->slow.bytes_per_second || s->stage_count || s->lifetime_ns)
    return;
  for(i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
    set_random(r, s, keys[i]);
}

static void set_tied(struct rng *r, struct scenario *s)
{
  set_random(r, s, KEY_URL);
  set_workload(r, s);
  if(rng_below(r, 2))
    set_good(s, "carrier", "libcurl"); /* lean does not fit every other */
  if(s->endpoint.http == HTTP_2)
    set_random(r, s, KEY_STREAMS_PER_CONNECTION);
  if(s->endpoint.client_cert)
    set_random(r, s, KEY_TLS_KEY);
  if(s->slow.share > 0)
    set_random(r, s, KEY_SLOW_BYTES);
  if(s->storm.enabled)
    set_good(s, "storm.at", "0s");
  if(s->publish.enabled) {
    set_random(r, s, KEY_PUBLISH_URL);
    if(rng_below(r, 2))
      set_good(s, "publish.body", "{{seq}} {{t}}\n{{pad}}");
  }
  set_app(r, s);
}

static struct scenario *random_scenario(struct rng *r)
{
  struct scenario *s = scenario_default();
  uint64_t density = 1 + rng_below(r, 4);
  size_t i;
  for(i = 0; i < KEY_COUNT; i++) {
    if(!is_tied(key_at(i)) && rng_below(r, 4) < density)
      set_random(r, s, (enum key_id)i);
    if(option_is_list(key_at(i)) && !is_tied(key_at(i)) && rng_below(r, 2))
      set_random(r, s, (enum key_id)i);
  }
  set_tied(r, s);
  return s;
}

static char *json_of(const struct scenario *s)
{
  json_t *j = scenario_to_json(s);
  struct buf out;
  assert_non_null(j);
  buf_init(&out, 0);
  assert_int_equal(json_print(j, true, &out), 0);
  json_decref(j);
  return out.p;
}

static void comes_back_equal(const struct scenario *s)
{
  char *first = printed(s);
  char *values = json_of(s);
  struct err e = {0, ""};
  struct scenario *back = scenario_parse(slice_of(first), "elsewhere/x", &e);
  char *second, *again;
  if(!back)
    fail_msg("%s in\n%s", e.text, first);
  second = printed(back);
  assert_string_equal(first, second);
  free(second);
  if(scenario_finish(back, &e))
    fail_msg("%s in\n%s", e.text, first);
  second = printed(back);
  again = json_of(back);
  assert_string_equal(first, second);
  assert_string_equal(values, again);
  free(first);
  free(second);
  free(values);
  free(again);
  scenario_free(back);
}

static void test_random_scenarios_come_back_equal(void **state)
{
  struct rng r;
  struct err e;
  int i, finished = 0;
  (void)state;
  rng_seed(&r, 20240229);
  for(i = 0; i < ROUNDS; i++) {
    struct scenario *s = random_scenario(&r);
    if(scenario_finish(s, &e) == 0) {
      comes_back_equal(s);
      finished++;
    }
    scenario_free(s);
  }
  /* Some hit a rule of scenario_finish; most must not. */
  assert_true(finished > ROUNDS * 3 / 4);
}

static void test_a_body_that_begins_with_an_at_sign_stays_itself(void **state)
{
  struct scenario *s =
      finish_good("url: http://h/\nbody: \"@@me ${HOME:-x}\"\n");
  (void)state;
  assert_int_equal(strncmp(s->endpoint.body, "@me ", 4), 0);
  comes_back_equal(s);
  scenario_free(s);
}

static void test_printing_keeps_the_opening_comment(void **state)
{
  struct scenario *s =
      finish_good("#  two\r#\n#three \r\n# \nurl: http://h/\n# not this\n");
  char *text = printed(s);
  (void)state;
  assert_string_equal(s->description, " two\n\nthree");
  assert_int_equal(strncmp(text, "#  two\n#\n# three\nurl:", 21), 0);
  comes_back_equal(s);
  free(text);
  scenario_free(s);
}

static bool has_threshold(const struct scenario *s, const char *field)
{
  uint32_t i;
  for(i = 0; i < s->threshold_count; i++) {
    if(strcmp(s->threshold[i].field, field) == 0)
      return true;
  }
  return false;
}

static void test_the_ready_scenarios_are_valid_and_explain_themselves(
    void **state)
{
  glob_t files;
  struct err e;
  size_t i;
  (void)state;
  assert_int_equal(
      glob(WEIR_SOURCE_DIR "/scenarios/load/*.yaml", 0, NULL, &files), 0);
  assert_true(files.gl_pathc >= 9);
  for(i = 0; i < files.gl_pathc; i++) {
    struct scenario *s = scenario_load(files.gl_pathv[i], &e);
    if(!s || scenario_finish(s, &e))
      fail_msg("%s", e.text);
    assert_non_null(strchr(s->description, '?'));
    assert_non_null(strstr(s->description, "weir-server --port 8080"));
    assert_non_null(strstr(s->description, "weir load scenarios/load/"));
    assert_non_null(strstr(s->description, s->name));
    assert_true(slice_starts(slice_of(s->endpoint.url),
                             s->app ? "http://127.0.0.1:8080/v1/"
                                    : "http://127.0.0.1:8080/stream"));
    assert_true(
        has_threshold(s, s->app ? "requests.failed" : "connections.failed"));
    comes_back_equal(s);
    scenario_free(s);
  }
  globfree(&files);
}

static int setup(void **state)
{
  FILE *f;
  (void)state;
  snprintf(users_path, sizeof(users_path), "/tmp/weir-print-%ld.csv",
           (long)getpid());
  f = fopen(users_path, "w");
  if(!f)
    return -1;
  fputs("id,token\na,b\n", f);
  return fclose(f);
}

static int teardown(void **state)
{
  (void)state;
  return unlink(users_path);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_random_scenarios_come_back_equal),
      cmocka_unit_test(test_a_body_that_begins_with_an_at_sign_stays_itself),
      cmocka_unit_test(test_printing_keeps_the_opening_comment),
      cmocka_unit_test(
          test_the_ready_scenarios_are_valid_and_explain_themselves),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
