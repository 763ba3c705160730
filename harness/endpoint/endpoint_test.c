/* SPDX-License-Identifier: MIT
 * Rows of an endpoint, and what spans several of them. */
#include "endpoint/endpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct owner {
  int before;
  struct endpoint to;
};

static const struct option_row rows[] = {ENDPOINT_OPTIONS(struct owner, to)};
static const struct option_table table = {rows, ENDPOINT_ROWS};

static int set(struct owner *w, const char *name, const char *value,
               struct err *e)
{
  const struct option_row *o = option_find(&table, slice_of(name));
  struct option_source from = {.where = "--test"};
  assert_non_null(o);
  return option_set(w, o, slice_of(value), &from, e);
}

static void takes(struct owner *w, const char *name, const char *value)
{
  struct err e = {0, ""};
  if(set(w, name, value, &e))
    fail_msg("%s: %s", name, e.text);
}

static void refuses(const char *name, const char *value, const char *part)
{
  struct owner w = {0};
  struct err e = {0, ""};
  assert_int_not_equal(set(&w, name, value, &e), 0);
  if(!strstr(e.text, part))
    fail_msg("\"%s\" lacks \"%s\"", e.text, part);
  option_free(&w, &table);
}

static struct owner fresh(void)
{
  struct owner w = {0};
  assert_int_equal(option_set_default(&w, &table), 0);
  return w;
}

static void test_every_row_stands_in_its_place(void **state)
{
  size_t i;
  (void)state;
  assert_int_equal(sizeof(rows) / sizeof(rows[0]), ENDPOINT_ROWS);
  for(i = 0; i < ENDPOINT_ROWS; i++) {
    assert_non_null(rows[i].name);
    assert_true(rows[i].at >= offsetof(struct owner, to));
    assert_true(rows[i].size > 0);
    assert_true(strlen(rows[i].help) > 10);
    assert_int_equal(option_takes_argument(&rows[i]),
                     rows[i].argument != NULL);
  }
  assert_string_equal(rows[ENDPOINT_TLS_CERT].name, "tls.cert");
  assert_string_equal(rows[ENDPOINT_HEAD_TIMEOUT].name, "head-timeout");
}

static void test_older_names_lead_to_the_same_rows(void **state)
{
  static const char *const names[][2] = {{"ca", "tls.ca"},
                                         {"insecure", "tls.insecure"},
                                         {"header", "headers"},
                                         {"target", "url"},
                                         {"cert", "tls.cert"}};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    assert_ptr_equal(option_find(&table, slice_of(names[i][0])),
                     option_find(&table, slice_of(names[i][1])));
  assert_ptr_equal(option_find_letter(&table, 'k'),
                   &rows[ENDPOINT_TLS_INSECURE]);
}

static void test_values_go_where_they_belong(void **state)
{
  struct owner w = fresh();
  (void)state;
  takes(&w, "url", "http://h/");
  takes(&w, "header", "A: b: c");
  takes(&w, "http", "2");
  takes(&w, "resolve", "h:80:::1");
  takes(&w, "source-ip", "127.0.0.2, ::1");
  takes(&w, "insecure", "true");
  assert_string_equal(w.to.url, "http://h/");
  assert_string_equal(w.to.header[0].value, "b: c");
  assert_int_equal(w.to.http, HTTP_2);
  assert_int_equal(w.to.source_ip_count, 2);
  assert_true(w.to.insecure);
  assert_int_equal(w.to.head_timeout_ns, UINT64_C(30000000000));
  assert_int_equal(w.before, 0);
  option_free(&w, &table);
  assert_null(w.to.header);
}

static void test_a_user_becomes_a_header(void **state)
{
  struct owner w = fresh();
  (void)state;
  takes(&w, "user", "bob:s:ecret");
  assert_int_equal(endpoint_finish(&w.to, false), 0);
  assert_null(w.to.user);
  assert_int_equal(w.to.header_count, 1);
  assert_string_equal(w.to.header[0].name, "Authorization");
  assert_string_equal(w.to.header[0].value, "Basic Ym9iOnM6ZWNyZXQ=");
  assert_string_equal(w.to.method, "GET");
  takes(&w, "user", "eve:x");
  assert_int_equal(endpoint_finish(&w.to, false), 0);
  assert_int_equal(w.to.header_count, 1);
  option_free(&w, &table);
  refuses("user", "secret", "--test: expected NAME:PASSWORD");
  refuses("user", "{{user.id}}:x", "without templates");
}

static void splits(const char *url, const char *socket, const char *http)
{
  struct buf path, asked;
  buf_init(&path, 0);
  buf_init(&asked, 0);
  assert_true(endpoint_is_local(url));
  assert_int_equal(endpoint_split_local(url, &path, &asked), 0);
  assert_string_equal(buf_text(&path), socket);
  assert_string_equal(buf_text(&asked), http);
  buf_free(&path);
  buf_free(&asked);
}

static void test_a_socket_of_this_machine_is_a_url(void **state)
{
  struct owner w = fresh();
  (void)state;
  takes(&w, "url", "unix:/run/app.sock:/s?a=b:c");
  option_free(&w, &table);
  splits("unix:/run/app.sock:/s?a=b:c", "/run/app.sock",
         "http://localhost/s?a=b:c");
  splits("unix:/run/app.sock", "/run/app.sock", "http://localhost/");
  assert_false(endpoint_is_local("http://h/unix:"));
  refuses("url", "unix:app.sock:/s", "a socket's whole path");
  refuses("url", "unix:/app.sock:s", "a socket's whole path");
}

static void test_a_url_without_its_scheme_is_told_from_a_file(void **state)
{
  static const char *const bare[] = {
      "localhost:8080",  "localhost",          "127.0.0.1:8080/events",
      "10.0.0.1/events", "example.org/events", "[::1]:80/x"};
  static const char *const other[] = {"http://localhost:8080",
                                      "unix:/run/x.sock",
                                      "hello",
                                      "load/x.yaml",
                                      "../x/y",
                                      "a.b.yaml",
                                      "example.org",
                                      "x.d/load.yaml",
                                      "10.yml",
                                      ":8080"};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(bare) / sizeof(bare[0]); i++)
    assert_true(endpoint_lacks_scheme(bare[i]));
  for(i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
    if(endpoint_lacks_scheme(other[i]))
      fail_msg("%s", other[i]);
  }
}

static void test_what_would_break_a_request_is_refused(void **state)
{
  (void)state;
  refuses("header", "A: b\r\nC: d", "without control characters");
  refuses("header", "A: b\r\n", "without control characters");
  refuses("header", "A b: c", "letters and dashes");
  refuses("url", "ftp://h/", "http:// or https://");
  refuses("method", "get", "capital letters");
  refuses("proxy", "gopher://h", "a proxy such as");
  refuses("head-timeout", "2d", "out of range");
}

static void test_a_body_may_stand_in_a_file(void **state)
{
  char path[] = "/tmp/weir-endpoint-XXXXXX";
  int fd = mkstemp(path);
  struct owner w = fresh();
  struct err e = {0, ""};
  char value[64];
  (void)state;
  assert_true(fd >= 0);
  assert_int_equal(write(fd, "{\"a\":\n1}", 8), 8);
  close(fd);
  snprintf(value, sizeof(value), "@%s", path);
  takes(&w, "body", value);
  assert_string_equal(w.to.body, "{\"a\":\n1}");
  takes(&w, "body", "@@me");
  assert_string_equal(w.to.body, "@me");
  unlink(path);
  assert_int_not_equal(set(&w, "body", value, &e), 0);
  assert_non_null(strstr(e.text, "--test: /tmp/weir-endpoint-"));
  assert_string_equal(w.to.body, "@me");
  option_free(&w, &table);
}

static void test_a_body_makes_it_a_post_unless_a_method_was_given(void **state)
{
  struct owner w = fresh();
  (void)state;
  assert_int_equal(endpoint_finish(&w.to, false), 0);
  assert_string_equal(w.to.method, "GET");
  takes(&w, "body", "x");
  assert_int_equal(endpoint_finish(&w.to, true), 0);
  assert_string_equal(w.to.method, "GET");
  assert_int_equal(endpoint_finish(&w.to, false), 0);
  assert_string_equal(w.to.method, "POST");
  option_free(&w, &table);
}

static void judged(struct owner *w, enum endpoint_row row, const char *part)
{
  struct err e = {0, ""};
  enum endpoint_row at = ENDPOINT_ROWS;
  assert_int_equal(endpoint_check(&w->to, &at, &e), E_MISMATCH);
  assert_int_equal(at, row);
  assert_non_null(strstr(e.text, part));
  option_free(w, &table);
}

static void test_what_does_not_fit_together_is_told_with_its_row(void **state)
{
  struct owner w = fresh();
  (void)state;
  takes(&w, "tls.key", "/dev/null");
  judged(&w, ENDPOINT_TLS_KEY, "needs tls.cert");
  w = fresh();
  takes(&w, "ca", "/no/such.pem");
  judged(&w, ENDPOINT_TLS_CA, "/no/such.pem cannot be read");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_row_stands_in_its_place),
      cmocka_unit_test(test_older_names_lead_to_the_same_rows),
      cmocka_unit_test(test_values_go_where_they_belong),
      cmocka_unit_test(test_a_user_becomes_a_header),
      cmocka_unit_test(test_a_socket_of_this_machine_is_a_url),
      cmocka_unit_test(test_a_url_without_its_scheme_is_told_from_a_file),
      cmocka_unit_test(test_what_would_break_a_request_is_refused),
      cmocka_unit_test(test_a_body_may_stand_in_a_file),
      cmocka_unit_test(test_a_body_makes_it_a_post_unless_a_method_was_given),
      cmocka_unit_test(test_what_does_not_fit_together_is_told_with_its_row),
  };
  return cmocka_run_group_tests_name("endpoint", tests, NULL, NULL);
}
