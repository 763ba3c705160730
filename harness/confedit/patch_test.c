/* SPDX-License-Identifier: MIT
 * Edits on configurations: minimal, in the author's own hand; and the
 * difference they make. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "confedit/patch.h"

/* Applies one edit: `mark` is where, up to `end` for removals. */
static void apply(const char *text, enum edit_kind kind, const char *mark,
                  const char *to, struct buf *out, struct buf *diff)
{
  struct conf_edit one = {.kind = kind}, *e = &one;
  const struct conf_edit *const all[] = {e};
  struct conf *c = NULL;
  struct patched p;
  struct err err = {0};
  const char *at = strstr(text, mark);
  assert_non_null(at);
  assert_int_equal(conf_parse_text(&c, slice_of(text), "nginx.conf", NULL), 0);
  e->file = c->files[0]->path;
  e->start_bytes = (size_t)(at - text);
  e->end_bytes = e->start_bytes + strlen(mark);
  if(kind == EDIT_INSERT)
    e->start_bytes = e->end_bytes;
  memcpy(e->text, to, strlen(to) + 1);
  assert_int_equal(patch_apply(c, all, 1, &p, &err), 0);
  buf_init(out, 0);
  buf_add(out, p.file[0].text.p, p.file[0].text.n);
  if(diff) {
    buf_init(diff, 0);
    assert_int_equal(patch_diff(c, &p, diff), 0);
  }
  patched_free(&p);
  conf_free(c);
}

static void expect(const char *text, enum edit_kind kind, const char *mark,
                   const char *to, const char *want)
{
  struct buf out;
  apply(text, kind, mark, to, &out, NULL);
  assert_string_equal(buf_text(&out), want);
  buf_free(&out);
}

static void test_a_value_is_replaced_in_place(void **state)
{
  (void)state;
  expect("location / {\n\tproxy_buffering  on ; # why\n}\n", EDIT_SET,
         "proxy_buffering  on ;", "proxy_buffering off;",
         "location / {\n\tproxy_buffering off; # why\n}\n");
}

static void test_a_removed_directive_takes_its_line_along(void **state)
{
  (void)state;
  expect("location / {\n  gzip on;\n  proxy_pass http://a;\n}\n", EDIT_REMOVE,
         "gzip on;", "", "location / {\n  proxy_pass http://a;\n}\n");
}

static void test_a_removed_directive_leaves_its_neighbours(void **state)
{
  (void)state;
  expect("location / { gzip on; proxy_pass http://a; }\n", EDIT_REMOVE,
         "gzip on;", "", "location / { proxy_pass http://a; }\n");
}

static void test_a_comment_stays_when_its_directive_goes(void **state)
{
  (void)state;
  expect("location / {\n  gzip on; # saves bytes\n  proxy_pass http://a;\n}\n",
         EDIT_REMOVE, "gzip on;", "",
         "location / {\n  # saves bytes\n  proxy_pass http://a;\n}\n");
}

static void test_an_insert_follows_the_siblings_indentation(void **state)
{
  (void)state;
  expect("server {\n\tlocation / {\n\t\tproxy_pass http://a; # app\n\t}\n}\n",
         EDIT_INSERT, "proxy_pass http://a;", "proxy_buffering off;",
         "server {\n\tlocation / {\n\t\tproxy_pass http://a; # app\n"
         "\t\tproxy_buffering off;\n\t}\n}\n");
}

static void test_an_insert_at_a_blocks_start_takes_its_first_lines(
    void **state)
{
  (void)state;
  expect("http {\n\n    # all of it\n    gzip on;\n}\n", EDIT_INSERT, "http {",
         "sendfile on;\ntcp_nopush on;",
         "http {\n    sendfile on;\n    tcp_nopush on;\n\n    # all of it\n"
         "    gzip on;\n}\n");
}

static void test_an_insert_into_an_empty_block_is_indented(void **state)
{
  (void)state;
  expect("  events {\n  }\nhttp { }\n", EDIT_INSERT, "events {",
         "worker_connections 4096;",
         "  events {\n    worker_connections 4096;\n  }\nhttp { }\n");
}

static void test_a_block_on_one_line_stays_on_it(void **state)
{
  (void)state;
  expect("location / { proxy_pass http://a; }\n", EDIT_INSERT,
         "proxy_pass http://a;", "proxy_buffering off;\ngzip off;",
         "location / { proxy_pass http://a; proxy_buffering off; gzip off; "
         "}\n");
}

static void test_an_inserted_block_is_indented_as_the_file_is(void **state)
{
  (void)state;
  expect("server {\n  location / {\n    root x;\n  }\n}\n", EDIT_INSERT,
         "location / {\n    root x;\n  }", "location @r {\n    return 444;\n}",
         "server {\n  location / {\n    root x;\n  }\n  location @r {\n"
         "    return 444;\n  }\n}\n");
  expect("server {\n\tlocation / {\n\t}\n}\n", EDIT_INSERT, "server {",
         "location @r {\n    return 444;\n}",
         "server {\n\tlocation @r {\n\t\treturn 444;\n\t}\n\tlocation / {\n"
         "\t}\n}\n");
}

static void test_line_ends_of_windows_are_kept(void **state)
{
  (void)state;
  expect("location / {\r\n  proxy_pass http://a;\r\n}\r\n", EDIT_INSERT,
         "proxy_pass http://a;", "proxy_buffering off;",
         "location / {\r\n  proxy_pass http://a;\r\n  proxy_buffering off;"
         "\r\n}\r\n");
}

static void test_the_diff_has_three_lines_of_context(void **state)
{
  struct buf out, diff;
  (void)state;
  apply("http {\n  a 1;\n  b 2;\n  c 3;\n  d 4;\n  e 5;\n  f 6;\n}\n",
        EDIT_SET, "d 4;", "d 5;", &out, &diff);
  assert_string_equal(buf_text(&diff),
                      "--- nginx.conf\n+++ nginx.conf (fixed)\n"
                      "@@ -2,7 +2,7 @@\n   a 1;\n   b 2;\n   c 3;\n-  d 4;\n"
                      "+  d 5;\n   e 5;\n   f 6;\n }\n");
  buf_free(&out);
  buf_free(&diff);
}

static void test_far_changes_are_hunks_of_their_own(void **state)
{
  struct buf before, after, diff;
  (void)state;
  buf_init(&before, 0);
  buf_init(&after, 0);
  buf_init(&diff, 0);
  for(int i = 0; i < 30; i++) {
    buf_addf(&before, "line %d;\n", i);
    if(i == 2)
      continue;
    buf_addf(&after, "line %d;%s\n", i, i == 25 ? " changed" : "");
  }
  assert_int_equal(
      patch_diff_text("x", buf_slice(&before), buf_slice(&after), &diff), 0);
  assert_non_null(strstr(buf_text(&diff), "@@ -1,6 +1,5 @@\n"));
  assert_non_null(strstr(buf_text(&diff), "@@ -23,7 +22,7 @@\n"));
  assert_non_null(strstr(buf_text(&diff), "-line 2;\n line 3;\n"));
  assert_non_null(
      strstr(buf_text(&diff), "-line 25;\n+line 25; changed\n line 26;\n"));
  buf_free(&before);
  buf_free(&after);
  buf_free(&diff);
}

static void test_equal_texts_have_no_diff(void **state)
{
  struct buf diff;
  (void)state;
  buf_init(&diff, 0);
  assert_int_equal(
      patch_diff_text("x", slice_of("a\n"), slice_of("a\n"), &diff), 0);
  assert_string_equal(buf_text(&diff), "");
  buf_free(&diff);
}

static void test_an_edit_beyond_the_text_is_refused(void **state)
{
  struct conf_edit one;
  const struct conf_edit *const all[] = {&one};
  struct conf *c = NULL;
  struct patched p;
  struct err e = {0};
  (void)state;
  assert_int_equal(conf_parse_text(&c, slice_of("gzip on;\n"), "x", NULL), 0);
  one = (struct conf_edit){.kind = EDIT_REMOVE,
                           .file = c->files[0]->path,
                           .start_bytes = 4,
                           .end_bytes = 400};
  assert_int_equal(patch_apply(c, all, 1, &p, &e), E_MISMATCH);
  patched_free(&p);
  conf_free(c);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_value_is_replaced_in_place),
      cmocka_unit_test(test_a_removed_directive_takes_its_line_along),
      cmocka_unit_test(test_a_removed_directive_leaves_its_neighbours),
      cmocka_unit_test(test_a_comment_stays_when_its_directive_goes),
      cmocka_unit_test(test_an_insert_follows_the_siblings_indentation),
      cmocka_unit_test(test_an_insert_at_a_blocks_start_takes_its_first_lines),
      cmocka_unit_test(test_an_insert_into_an_empty_block_is_indented),
      cmocka_unit_test(test_a_block_on_one_line_stays_on_it),
      cmocka_unit_test(test_an_inserted_block_is_indented_as_the_file_is),
      cmocka_unit_test(test_line_ends_of_windows_are_kept),
      cmocka_unit_test(test_the_diff_has_three_lines_of_context),
      cmocka_unit_test(test_far_changes_are_hunks_of_their_own),
      cmocka_unit_test(test_equal_texts_have_no_diff),
      cmocka_unit_test(test_an_edit_beyond_the_text_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
