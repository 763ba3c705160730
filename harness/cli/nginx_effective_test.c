/* SPDX-License-Identifier: MIT
 * What --effective says of one location, for people and for programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "cli/nginx_effective.h"

static const char text[] = "events {}\n"
                           "http {\n"
                           "  upstream app { server 127.0.0.1:1; }\n"
                           "  gzip on;\n"
                           "  server {\n"
                           "    listen 443 ssl;\n"
                           "    server_name a.example;\n"
                           "    location / { try_files $uri @app; }\n"
                           "    location @app {\n"
                           "      proxy_pass http://app;\n"
                           "      proxy_set_header Host $host;\n"
                           "      if ($cookie_x) { gzip off; }\n"
                           "    }\n"
                           "  }\n"
                           "}\n";

static struct conf *read_text(struct nginx_effective *ask)
{
  struct conf *c = NULL;
  assert_int_equal(conf_parse_text(&c, slice_of(text), "n.conf", NULL), 0);
  memset(ask, 0, sizeof(*ask));
  ask->request.uri = "/events";
  ask->version = (struct conf_version){1, 22, 1};
  return c;
}

static const char page[] =
    "/events is answered by\n"
    "  http > server a.example > location @app\n"
    "  n.conf:9\n"
    "  proxy_pass http://app, servers in n.conf:3\n"
    "\n"
    "How nginx gets there\n"
    "  the only server\n"
    "      server a.example, n.conf:5\n"
    "  the longest prefix that fits /events\n"
    "      location /, n.conf:8\n"
    "  assuming that no file of that name exists\n"
    "      try_files $uri @app, n.conf:8\n"
    "  passed on to location @app\n"
    "      try_files $uri @app, n.conf:8\n"
    "  whether this condition holds depends on the request; taken as not\n"
    "      if ($cookie_x), n.conf:12\n"
    "\n"
    "Settings in force\n"
    "  proxy_buffering               on                      "
    "built-in default\n"
    "  proxy_set_header              Host $host              n.conf:11\n"
    "  gzip                          on                      "
    "inherited from http, n.conf:4\n"
    "  proxy_bind                    -                       not set\n"
    "\n"
    "Where if ($cookie_x) holds, n.conf:12\n"
    "  the same handler\n"
    "  gzip                          off                     n.conf:12\n";

static void test_the_text_names_block_steps_settings_and_conditions(void **s)
{
  static const char *const names[] = {"proxy_buffering", "proxy_set_header",
                                      "gzip", "proxy_bind"};
  struct nginx_effective ask;
  struct conf *c = read_text(&ask);
  struct buf out;
  (void)s;
  buf_init(&out, 0);
  ask.names = names;
  ask.nnames = 4;
  assert_int_equal(nginx_effective_text(c, &ask, &out, NULL), 0);
  assert_string_equal(out.p, page);
  buf_free(&out);
  conf_free(c);
}

static const char *at(json_t *doc, const char *path)
{
  const char *found = json_string_value(json_pointer_get(doc, path));
  return found ? found : "";
}

static void test_the_document_holds_the_same(void **state)
{
  struct nginx_effective ask;
  struct conf *c = read_text(&ask);
  json_t *doc = nginx_effective_json(c, &ask, NULL);
  (void)state;
  assert_non_null(doc);
  assert_string_equal(at(doc, "/family"), "proxy");
  assert_string_equal(at(doc, "/block/path"),
                      "http > server a.example > location @app");
  assert_string_equal(at(doc, "/target/host"), "app");
  assert_string_equal(at(doc, "/target/upstream/title"), "upstream app");
  assert_string_equal(at(doc, "/settings/proxy_buffering/values/0/0"), "on");
  assert_string_equal(at(doc, "/settings/proxy_buffering/origin"), "default");
  assert_string_equal(at(doc, "/settings/gzip/from/0/file"), "n.conf");
  assert_string_equal(at(doc, "/branches/0/settings/gzip/values/0/0"), "off");
  assert_string_equal(at(doc, "/settings/proxy_http_version/values/0/0"),
                      "1.0");
  json_decref(doc);
  conf_free(c);
}

static void test_a_uri_without_an_answer_is_an_error(void **state)
{
  struct nginx_effective ask;
  struct conf *c = read_text(&ask);
  struct err e = {0, ""};
  struct buf out;
  (void)state;
  buf_init(&out, 0);
  ask.request.uri = "events";
  assert_int_equal(nginx_effective_text(c, &ask, &out, &e), E_SYNTAX);
  assert_non_null(strstr(e.text, "starts with \"/\""));
  ask.request.uri = "/";
  ask.request.port = 81;
  assert_int_equal(nginx_effective_text(c, &ask, &out, &e), E_NOT_FOUND);
  buf_free(&out);
  conf_free(c);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(
          test_the_text_names_block_steps_settings_and_conditions),
      cmocka_unit_test(test_the_document_holds_the_same),
      cmocka_unit_test(test_a_uri_without_an_answer_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
