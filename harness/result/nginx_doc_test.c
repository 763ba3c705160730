/* SPDX-License-Identifier: MIT
 * The doctor's document: what is told once, how it is decided, what is masked,
 * and every form of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "doctor/document.h"
#include "document/doc.h"
#include "result/output.h"

#define EVENTS                                                                \
  "events {}\nhttp {\n  server {\n    listen 8443 ssl;\n"                     \
  "    location /events {\n      proxy_pass http://127.0.0.1:9;\n"

struct made {
  struct conf *conf;
  struct conf_route *route;
  struct doctor_facts facts;
  struct doctor_findings findings;
  const struct doctor_live *live, *fixed; /* borrowed; NULL */
};

static void make(struct made *m, const char *location)
{
  const struct conf_request request = {.uri = "/events"};
  struct conf_version version = {1, 22, 1};
  struct conf_fault fault;
  struct err e;
  struct buf text;
  m->live = m->fixed = NULL;
  buf_init(&text, 0);
  buf_addf(&text, EVENTS "%s\n    }\n  }\n}\n", location);
  if(conf_parse_text(&m->conf, buf_slice(&text), "a.conf", &fault))
    fail_msg("%s", fault.e.text);
  assert_int_equal(conf_locate(m->conf, &request, &m->route, &e), 0);
  facts_init(&m->facts, m->conf, m->route, version);
  doctor_findings_init(&m->findings);
  assert_int_equal(doctor_judge(&m->facts, &m->findings), 0);
  doctor_findings_sort(&m->findings);
  buf_free(&text);
}

static void unmake(struct made *m)
{
  doctor_findings_free(&m->findings);
  conf_route_free(m->route);
  conf_free(m->conf);
}

static json_t *build(struct made *m, size_t targets, bool strict,
                     bool interrupted)
{
  struct document_target target[2] = {
      {"/events", NULL, &m->facts, &m->findings, m->live, m->fixed, NULL},
      {"/events", "b.example", &m->facts, &m->findings, NULL, NULL, NULL}};
  const char *assumption[] = {"nginx 1.22.1"};
  struct document_input in = {.path = "a.conf",
                              .conf = m->conf,
                              .target = target,
                              .targets = targets,
                              .assumption = assumption,
                              .assumptions = 1,
                              .version = "1.22.1",
                              .version_from = "given",
                              .static_why = "--static-only",
                              .command = "weir nginx a.conf",
                              .strict = strict,
                              .interrupted = interrupted};
  json_t *doc = doctor_document(&in);
  assert_non_null(doc);
  return doc;
}

static json_t *find(json_t *doc, const char *rule)
{
  json_t *j;
  size_t i;
  json_array_foreach(doc_array(doc, "findings"), i, j)
  {
    if(strcmp(doc_text(j, "rule"), rule) == 0)
      return j;
  }
  return NULL;
}

static void test_an_error_fails_and_stands_first(void **state)
{
  struct made m;
  json_t *doc, *first;
  (void)state;
  make(&m, "");
  doc = build(&m, 1, false, false);
  first = json_array_get(doc_array(doc, "findings"), 0);
  assert_string_equal(doc_text(doc, "verdict"), "fail");
  assert_int_equal(doctor_exit_code(doc), 1);
  assert_string_equal(doc_text(first, "severity"), "error");
  assert_true(doc_bool(first, "fails"));
  assert_int_equal(doc_count(first, "line"), 5);
  assert_string_equal(doc_text(first, "source"), "    location /events {");
  assert_non_null(
      strstr(doc_text(doc, "sentence"), "Events on /events do not reach"));
  assert_non_null(strstr(doc_text(doc, "sentence"), "nginx was not run"));
  json_decref(doc);
  unmake(&m);
}

static void test_one_change_that_mends_several_is_counted_once(void **state)
{
  struct made m;
  json_t *doc, *other;
  struct buf also;
  (void)state;
  make(&m, "proxy_http_version 1.1; proxy_read_timeout 1h; "
           "error_page 502 504 = @a;");
  doc = build(&m, 1, false, false);
  other = find(doc, "nginx.temp-file-spool");
  assert_int_equal(doc_count(doc, "summary.lines_to_change"), 1);
  assert_string_equal(doc_text(other, "same_fix_as"),
                      "nginx.buffering-tls-hold");
  buf_init(&also, 0);
  assert_int_equal(output_render(doc, OUTPUT_HTML, false, &also), 0);
  assert_non_null(strstr(buf_text(&also), "<dt>mends too</dt><dd>"));
  assert_non_null(strstr(buf_text(&also), "nginx.temp-file-spool"));
  buf_free(&also);
  json_decref(doc);
  unmake(&m);
}

static void test_what_two_locations_share_is_told_once(void **state)
{
  struct made m;
  json_t *one, *two;
  (void)state;
  make(&m, "");
  one = build(&m, 1, false, false);
  two = build(&m, 2, false, false);
  assert_int_equal(json_array_size(doc_array(one, "findings")),
                   json_array_size(doc_array(two, "findings")));
  assert_int_equal(
      json_array_size(doc_array(find(two, "nginx.buffering-on"), "targets")),
      2);
  json_decref(one);
  json_decref(two);
  unmake(&m);
}

static void test_warnings_fail_when_strict(void **state)
{
  const char *location = "proxy_buffering off; proxy_http_version 1.1; "
                         "proxy_read_timeout 1h; tcp_nodelay off;";
  struct made m;
  json_t *doc;
  (void)state;
  make(&m, location);
  doc = build(&m, 1, false, false);
  assert_int_equal(doc_count(doc, "summary.error"), 0);
  assert_int_equal(doc_count(doc, "summary.warn"), 2);
  assert_int_equal(doctor_exit_code(doc), 0);
  json_decref(doc);
  doc = build(&m, 1, true, false);
  assert_int_equal(doctor_exit_code(doc), 1);
  json_decref(doc);
  doc = build(&m, 1, false, true);
  assert_int_equal(doctor_exit_code(doc), 130);
  {
    struct buf text;
    buf_init(&text, 0);
    assert_int_equal(output_render(doc, OUTPUT_TEXT, false, &text), 0);
    assert_int_equal(strncmp(buf_text(&text), "INTERRUPTED ", 12), 0);
    buf_free(&text);
  }
  json_decref(doc);
  unmake(&m);
}

static void test_nothing_found_is_said_in_a_sentence(void **state)
{
  struct made m;
  json_t *doc;
  (void)state;
  make(&m, "proxy_buffering off; proxy_http_version 1.1; "
           "proxy_read_timeout 1h; error_page 502 504 = @a;");
  doc = build(&m, 1, false, false);
  assert_string_equal(doc_text(doc, "verdict"), "pass");
  assert_int_equal(strncmp(doc_text(doc, "sentence"), "Nothing was found", 17),
                   0);
  json_decref(doc);
  unmake(&m);
}

static void expect_masked(const char *line, const char *masked)
{
  struct buf out;
  buf_init(&out, 0);
  assert_int_equal(document_mask(slice_of(line), &out), 0);
  assert_string_equal(buf_text(&out), masked);
  buf_free(&out);
}

static void test_values_of_secret_names_are_masked(void **state)
{
  (void)state;
  expect_masked("  proxy_set_header Authorization \"Basic abc;\" ;",
                "  proxy_set_header Authorization ***;\" ;");
  expect_masked("fastcgi_param API_KEY abc;", "fastcgi_param API_KEY ***;");
  expect_masked("if ($arg_token != abc) { return 403; }",
                "if ($arg_token != ***) { return 403; }");
  expect_masked("if ($http_x_api_key = \"a b\")",
                "if ($http_x_api_key = ***)");
  expect_masked("if ($arg_page = abc) {", "if ($arg_page = abc) {");
  expect_masked("if ($cookie_a) { gzip on; }", "if ($cookie_a) { gzip on; }");
  expect_masked("secure_link_md5 \"$uri abc\";", "secure_link_md5 ***;");
  expect_masked("set $api_token abc; proxy_pass http://a;",
                "set $api_token ***; proxy_pass http://a;");
  expect_masked("proxy_set_header Authorization $http_authorization;",
                "proxy_set_header Authorization $http_authorization;");
  expect_masked("proxy_set_header Authorization \"\";",
                "proxy_set_header Authorization \"\";");
  expect_masked("proxy_set_header Host a.example;",
                "proxy_set_header Host a.example;");
  expect_masked("+ add_header", "+ add_header");
  expect_masked("", "");
}

static void expect_safe(const char *text, const char *safe)
{
  json_t *j = document_safe_text(slice_of(text), false);
  assert_string_equal(json_string_value(j), safe);
  json_decref(j);
}

static void test_tabs_stay_and_control_characters_do_not(void **state)
{
  (void)state;
  expect_safe("\tlisten 80;\t# a", "\tlisten 80;\t# a");
  expect_safe("a\t", "a\t");
  expect_safe("a\033[2J", "a\\u{1b}[2J");
  expect_safe("", "");
}

static void test_every_form_is_made(void **state)
{
  static const enum output_format form[] = {
      OUTPUT_JUNIT, OUTPUT_GITHUB, OUTPUT_MARKDOWN, OUTPUT_CSV,
      OUTPUT_HTML,  OUTPUT_TAP,    OUTPUT_SARIF};
  static const char *const part[] = {
      "<failure type=\"error\"",   "::error file=a.conf,line=5,col=5,title=",
      "| **error** | `nginx.",     "\r\n5,nginx.",
      "<title>weir nginx</title>", "\nnot ok 2 - nginx.",
      "\"startLine\": 5"};
  struct made m;
  struct buf out;
  json_t *doc;
  size_t i;
  (void)state;
  make(&m, "");
  doc = build(&m, 1, false, false);
  for(i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
    buf_init(&out, 0);
    assert_int_equal(output_render(doc, form[i], false, &out), 0);
    if(!strstr(buf_text(&out), part[i]))
      fail_msg("no %s in %.2000s", part[i], buf_text(&out));
    buf_free(&out);
  }
  json_decref(doc);
  unmake(&m);
}

/* Three events 100 ms apart; late_ms < 0: the last one never came. */
static void measure(struct doctor_live *live, double late_ms)
{
  struct doctor_timeline *line = &live->timeline[DOCTOR_TLS];
  struct symptom *s = &live->symptoms.of[PROBE_REGULAR][DOCTOR_TLS];
  size_t i;
  memset(live, 0, sizeof(*live));
  symptom_init(&live->symptoms);
  live->symptoms.made = s->made = true;
  for(i = 0; i < 3; i++) {
    double written = (double)i * 100;
    double came = late_ms < 0 ? i < 2 ? written + 1 : -1 : written + late_ms;
    line->point[i] = (struct doctor_point){written, came};
  }
  line->points = 3;
  s->status = 200;
  s->sent = s->bursts = 3;
  s->received = late_ms < 0 ? 2 : 3;
  s->p50_ms = late_ms;
}

static void expect_parts(const char *text, const char *const *part, size_t n)
{
  size_t i;
  for(i = 0; i < n; i++) {
    if(!strstr(text, part[i]))
      fail_msg("no %s in %s", part[i], text);
  }
}

static void test_the_page_shows_both_runs_on_one_scale(void **state)
{
  static const char *const both[] = {
      "<h3>https http/1.1</h3>",
      ">As it is: 3 of 3 events came, p50 200 ms late<",
      "<line class=\"late\" x1=\"10.0\" y1=\"20\" x2=\"390.0\" y2=\"80\"/>",
      ">With the fix: 3 of 3 events came, p50 1.00 ms late<",
      "<line class=\"prompt\" x1=\"390.0\" y1=\"20\" x2=\"391.9\"",
      "<td>3 of 3 events, p50 200 ms late; ",
      "<ins>+ proxy_buffering off;</ins>\n<del>- a</del>\n<span> b</span>"};
  struct doctor_live before, after;
  struct made m;
  struct buf out;
  json_t *doc;
  (void)state;
  make(&m, "");
  buf_init(&out, 0);
  measure(&before, 200);
  measure(&after, 1);
  m.live = &before;
  m.fixed = &after;
  doc = build(&m, 1, false, false);
  json_object_set_new(doc, "diff",
                      json_string("+ proxy_buffering off;\n- a\n b\n"));
  assert_int_equal(output_render(doc, OUTPUT_HTML, false, &out), 0);
  expect_parts(buf_text(&out), both, sizeof(both) / sizeof(both[0]));
  json_decref(doc);
  buf_free(&out);
  unmake(&m);
}

static void test_the_page_shows_what_never_came(void **state)
{
  static const char *const lost[] = {
      "2 of 3 events came", "<line class=\"lost\" x1=\"770.0\" y1=\"20\" "
                            "x2=\"770.0\" y2=\"36\"/>"};
  struct doctor_live live;
  struct made m;
  struct buf out;
  json_t *doc;
  (void)state;
  make(&m, "");
  buf_init(&out, 0);
  measure(&live, -1);
  m.live = &live;
  doc = build(&m, 1, false, false);
  assert_int_equal(output_render(doc, OUTPUT_HTML, false, &out), 0);
  expect_parts(buf_text(&out), lost, sizeof(lost) / sizeof(lost[0]));
  assert_null(strstr(buf_text(&out), "With the fix: "));
  json_decref(doc);
  buf_clear(&out);
  live.symptoms.of[PROBE_REGULAR][DOCTOR_TLS].status = 0;
  doc = build(&m, 1, false, false);
  assert_int_equal(output_render(doc, OUTPUT_HTML, false, &out), 0);
  assert_non_null(strstr(buf_text(&out), "<td>no answer</td>"));
  json_decref(doc);
  buf_free(&out);
  unmake(&m);
}

static void test_text_shows_the_line_and_a_caret(void **state)
{
  struct made m;
  struct buf out;
  json_t *doc;
  (void)state;
  make(&m, "");
  doc = build(&m, 1, false, false);
  buf_init(&out, 0);
  assert_int_equal(output_render(doc, OUTPUT_TEXT, false, &out), 0);
  assert_int_equal(strncmp(buf_text(&out), "FAIL  ", 6), 0);
  assert_non_null(strstr(buf_text(&out), "       5 |     location /events {\n"
                                         "         |     ^\n"));
  assert_null(strstr(buf_text(&out), "\033["));
  assert_null(strstr(buf_text(&out), "  why "));
  buf_clear(&out);
  assert_int_equal(output_text(doc, true, &out), 0);
  assert_non_null(strstr(buf_text(&out), "\033["));
  assert_non_null(strstr(buf_text(&out), "  why "));
  buf_free(&out);
  json_decref(doc);
  unmake(&m);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_an_error_fails_and_stands_first),
      cmocka_unit_test(test_one_change_that_mends_several_is_counted_once),
      cmocka_unit_test(test_what_two_locations_share_is_told_once),
      cmocka_unit_test(test_warnings_fail_when_strict),
      cmocka_unit_test(test_nothing_found_is_said_in_a_sentence),
      cmocka_unit_test(test_values_of_secret_names_are_masked),
      cmocka_unit_test(test_tabs_stay_and_control_characters_do_not),
      cmocka_unit_test(test_every_form_is_made),
      cmocka_unit_test(test_the_page_shows_both_runs_on_one_scale),
      cmocka_unit_test(test_the_page_shows_what_never_came),
      cmocka_unit_test(test_text_shows_the_line_and_a_caret),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
