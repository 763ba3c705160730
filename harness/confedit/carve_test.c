/* SPDX-License-Identifier: MIT
 * Which blocks get a copy for the stream alone, and what it says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "confedit/carve.h"
#include "confedit/patch.h"

#define HTTP(server) "events {}\nhttp {\nserver {\n" server "\n}\n}\n"

struct made {
  struct conf *conf;
  struct conf_route *route;
  struct conf_carve carve;
  bool carved;
};

static void make(struct made *m, const char *text, const char *uri)
{
  struct conf_request q = {.uri = uri};
  struct err e = {0};
  memset(m, 0, sizeof(*m));
  assert_int_equal(
      conf_parse_text(&m->conf, slice_of(text), "nginx.conf", NULL), 0);
  assert_int_equal(conf_locate(m->conf, &q, &m->route, &e), 0);
  m->carved = carve_plan(&m->carve, m->conf, m->route, uri);
}

static void unmake(struct made *m)
{
  conf_route_free(m->route);
  conf_free(m->conf);
}

static bool carved(const char *text, const char *uri)
{
  struct made m;
  bool yes;
  make(&m, text, uri);
  yes = m.carved;
  unmake(&m);
  return yes;
}

/* The text with one line put into what answers. */
static void expect(const char *text, const char *uri, const char *copy)
{
  struct conf_edit one = {.kind = EDIT_INSERT, .text = "proxy_buffering off;"};
  const struct conf_edit *const all[] = {&one};
  struct patched p;
  struct err e = {0};
  struct made m;
  make(&m, text, uri);
  assert_true(m.carved);
  one.file = m.carve.from->file->path;
  one.start_bytes = one.end_bytes = m.carve.from->body_start;
  assert_true(carve_takes(&m.carve, &one));
  one.carve = &m.carve;
  assert_int_equal(patch_apply(m.conf, all, 1, &p, &e), 0);
  if(!strstr(buf_text(&p.file[0].text), copy))
    fail_msg("%s", buf_text(&p.file[0].text));
  /* What was there is there still. */
  assert_non_null(memmem(buf_text(&p.file[0].text), p.file[0].text.n,
                         text + m.carve.from->start,
                         m.carve.from->end - m.carve.from->start));
  patched_free(&p);
  unmake(&m);
}

static void test_what_serves_the_stream_alone_is_not_copied(void **state)
{
  (void)state;
  assert_false(carved(HTTP("location = /a { proxy_pass http://h; }"), "/a"));
  assert_false(carved(HTTP("location /a { proxy_pass http://h; }"), "/a"));
  assert_false(carved(HTTP("location /a/ { proxy_pass http://h; }"), "/a/"));
  assert_false(
      carved(HTTP("location /events { proxy_pass http://h; }"), "/events/4"));
  assert_false(carved(HTTP("location ~ ^/jobs/[0-9]+/log$ { proxy_pass "
                           "http://h; }"),
                      "/jobs/42/log"));
  assert_true(carved(HTTP("location / { proxy_pass http://h; }"), "/a"));
  assert_true(
      carved(HTTP("location ~ ^/v[0-9]/ { proxy_pass http://h; }"), "/v1/a"));
}

static void test_what_a_copy_would_change_is_not_copied(void **state)
{
  (void)state;
  /* captures */
  assert_false(
      carved(HTTP("location ~ ^/(v.)/ { proxy_pass http://h/$1; }"), "/v1/a"));
  /* a guard on the way */
  assert_false(carved(HTTP("location / { auth_basic x; try_files $uri @b; }\n"
                           "location @b { proxy_pass http://h; }"),
                      "/a"));
  assert_true(carved(HTTP("location / { try_files $uri @b; }\n"
                          "location @b { proxy_pass http://h; }"),
                     "/a"));
  /* a path that would need quotes, or a redirect for the one without slash */
  assert_false(carved(HTTP("location / { proxy_pass http://h; }"), "/a%20b"));
  assert_false(carved(HTTP("location / { proxy_pass http://h; }"), "/a/"));
}

static void test_the_copy_is_beside_and_has_the_change(void **state)
{
  (void)state;
  expect(HTTP("  location / {\n    proxy_pass http://h;\n  }"), "/a?b=1",
         "  }\n  location = /a {\n    proxy_buffering off;\n"
         "    proxy_pass http://h;\n  }");
  expect(HTTP("  location / { proxy_pass http://h; }"), "/a",
         "\n  location = /a { proxy_buffering off; proxy_pass http://h; }");
}

static void test_a_path_of_proxy_pass_is_that_of_the_stream(void **state)
{
  (void)state;
  expect(HTTP("  location /api/ {\n    proxy_pass http://h/v2/;\n  }"),
         "/api/a/b", "    proxy_pass http://h/v2/a/b;\n");
  expect(HTTP("  location /api/ {\n    proxy_pass http://h;\n  }"), "/api/a",
         "    proxy_pass http://h;\n  }\n}");
}

static void test_inner_locations_stay_where_they_are(void **state)
{
  (void)state;
  expect(HTTP("  location / {\n    proxy_pass http://h;\n"
              "    location /x { return 404; }\n    gzip on;\n  }"),
         "/a",
         "location = /a {\n    proxy_buffering off;\n"
         "    proxy_pass http://h;\n    gzip on;\n  }");
}

static void test_a_path_that_was_changed_on_the_way_is_changed(void **state)
{
  (void)state;
  expect(HTTP("  location / { try_files $uri /index.php?$query_string; }\n"
              "  location ~ \\.php$ {\n    fastcgi_pass h:9;\n  }"),
         "/a",
         "  location = /a {\n      rewrite ^ /index.php break;\n"
         "    proxy_buffering off;\n    fastcgi_pass h:9;\n  }");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_serves_the_stream_alone_is_not_copied),
      cmocka_unit_test(test_what_a_copy_would_change_is_not_copied),
      cmocka_unit_test(test_the_copy_is_beside_and_has_the_change),
      cmocka_unit_test(test_a_path_of_proxy_pass_is_that_of_the_stream),
      cmocka_unit_test(test_inner_locations_stay_where_they_are),
      cmocka_unit_test(test_a_path_that_was_changed_on_the_way_is_changed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
