/* SPDX-License-Identifier: MIT
 * Inheritance after the merge functions of nginx, defaults by version, times
 * and sizes. */
#include "nginxconf/conf_testing.h"

#include "nginxconf/effective.h"

static const struct conf_version old = {1, 22, 1};
static const struct conf_version recent = {1, 31, 5};
static const struct conf_version unknown = {0, 0, 0};

static void shows(const struct conf_directive *block, const char *name,
                  enum conf_origin origin, const char *words)
{
  struct conf_setting s = conf_effective_at(block, name, old);
  struct buf b;
  buf_init(&b, 0);
  assert_int_equal(conf_setting_print(&s, &b), 0);
  if(s.origin != origin || strcmp(buf_text(&b), words) != 0)
    fail_msg("%s is %s, origin %d", name, buf_text(&b), (int)s.origin);
  buf_free(&b);
}

static const char nested[] =
    "worker_processes 4; events { worker_connections 1024; } http {\n"
    "gzip_types text/event-stream; proxy_ignore_headers X-Accel-Buffering;\n"
    "proxy_hide_header A; proxy_hide_header B; error_page 500 /a;\n"
    "proxy_set_header X-H 1; add_header H 1; add_header H2 2 always;\n"
    "gzip on; proxy_read_timeout 5m;\n"
    "server { proxy_buffering off; error_page 502 /b;\n"
    " location /a { gzip_types text/css a/b; proxy_ignore_headers Expires;\n"
    "  proxy_hide_header C; error_page 404 /c; proxy_pass http://x;\n"
    "  proxy_set_header Connection \"\"; add_header L 1;\n"
    "  location /a/n { proxy_buffering on; try_files $uri @x; }\n"
    "  location /a/o { }\n"
    "  if ($arg_x) { add_header I 1; set $y 2; } }\n"
    " location /b { }\n"
    " location @x { gzip off; } } }";

static const struct conf_directive *at(const struct conf *c, const char *name)
{
  const struct conf_directive *d = c->root;
  for(; d; d = conf_walk(c->root, d)) {
    if(d->body == CONF_BLOCK && d->nargs > 0 &&
       strcmp(conf_arg(d, 0), name) == 0)
      return d;
  }
  fail_msg("no block %s", name);
  return NULL;
}

static void test_lists_and_masks_are_replaced_as_a_whole(void **state)
{
  struct conf *c = conf_of(nested);
  (void)state;
  shows(at(c, "/a"), "gzip_types", CONF_OWN, "text/css a/b");
  shows(at(c, "/b"), "gzip_types", CONF_INHERITED, "text/event-stream");
  shows(at(c, "/a"), "proxy_ignore_headers", CONF_OWN, "Expires");
  shows(at(c, "/a"), "proxy_hide_header", CONF_OWN, "C");
  shows(at(c, "/b"), "proxy_hide_header", CONF_INHERITED, "A; B");
  shows(at(c, "/a"), "error_page", CONF_OWN, "404 /c");
  shows(at(c, "/b"), "error_page", CONF_INHERITED, "502 /b");
  shows(at(c, "/a"), "proxy_set_header", CONF_OWN, "Connection \"\"");
  shows(at(c, "/b"), "proxy_set_header", CONF_INHERITED, "X-H 1");
  shows(at(c, "/b"), "add_header", CONF_INHERITED, "H 1; H2 2 always");
  shows(at(c, "/a"), "add_header", CONF_OWN, "L 1");
  shows(at(c, "($arg_x)"), "add_header", CONF_OWN, "I 1");
  conf_free(c);
}

static void test_scalars_come_from_the_innermost_level_that_has_one(void **s)
{
  struct conf *c = conf_of(nested);
  (void)s;
  shows(at(c, "/a"), "proxy_buffering", CONF_INHERITED, "off");
  shows(at(c, "/a/n"), "proxy_buffering", CONF_OWN, "on");
  shows(at(c, "/a/o"), "proxy_buffering", CONF_INHERITED, "off");
  shows(at(c, "($arg_x)"), "proxy_buffering", CONF_INHERITED, "off");
  shows(at(c, "@x"), "gzip", CONF_OWN, "off");
  shows(at(c, "/b"), "gzip", CONF_INHERITED, "on");
  shows(at(c, "/b"), "proxy_read_timeout", CONF_INHERITED, "5m");
  shows(at(c, "/b"), "proxy_send_timeout", CONF_DEFAULT, "60s");
  shows(at(c, "/b"), "proxy_cache_valid", CONF_UNSET, "");
  shows(at(c, "/b"), "worker_connections", CONF_INHERITED, "1024");
  shows(at(c, "/b"), "worker_processes", CONF_INHERITED, "4");
  shows(at(c, "/b"), "no_such_thing", CONF_UNSET, "");
  conf_free(c);
}

static void test_handlers_are_inherited_by_conditions_only(void **state)
{
  struct conf *c = conf_of(nested);
  const struct conf_directive *handler;
  (void)state;
  shows(at(c, "/a"), "proxy_pass", CONF_OWN, "http://x");
  shows(at(c, "($arg_x)"), "proxy_pass", CONF_INHERITED, "http://x");
  shows(at(c, "/a/o"), "proxy_pass", CONF_UNSET, "");
  shows(at(c, "/a/n"), "try_files", CONF_OWN, "$uri @x");
  shows(at(c, "($arg_x)"), "set", CONF_OWN, "$y 2");
  shows(at(c, "/a"), "set", CONF_UNSET, "");
  assert_int_equal(conf_handler_of(at(c, "($arg_x)"), &handler), CONF_PROXY);
  assert_int_equal(conf_handler_of(at(c, "/a/o"), &handler), CONF_STATIC);
  assert_null(handler);
  conf_free(c);
}

static void test_add_header_inherit_merges_and_cuts(void **state)
{
  struct conf *c = conf_of(
      "http { add_header A 1; server { add_header B 1; location /m { "
      "add_header_inherit merge; add_header C 1; location /m/n { add_header D "
      "1; } } location /o { add_header_inherit off; } location /d { } } }");
  (void)state;
  shows(at(c, "/m"), "add_header", CONF_OWN, "C 1; B 1");
  shows(at(c, "/m/n"), "add_header", CONF_OWN, "D 1; C 1; B 1");
  shows(at(c, "/o"), "add_header", CONF_UNSET, "");
  shows(at(c, "/d"), "add_header", CONF_INHERITED, "B 1");
  conf_free(c);
}

static const char *word_of(const char *name, struct conf_version v, bool *open)
{
  static struct conf *c;
  struct conf_setting s;
  if(!c)
    c = conf_of("server { }");
  s = conf_effective_at(conf_nth(c, "server", 0), name, v);
  if(open)
    *open = s.by_version;
  if(!name[0]) {
    conf_free(c);
    c = NULL;
  }
  return s.fallback ? s.fallback : "";
}

static void test_defaults_are_those_of_the_version(void **state)
{
  bool open;
  (void)state;
  assert_string_equal(word_of("proxy_http_version", old, &open), "1.0");
  assert_false(open);
  assert_string_equal(word_of("proxy_http_version", recent, &open), "1.1");
  assert_string_equal(word_of("proxy_http_version", unknown, &open), "1.0");
  assert_true(open);
  assert_string_equal(
      word_of("proxy_http_version", (struct conf_version){1, 29, 7}, NULL),
      "1.1");
  assert_string_equal(
      word_of("proxy_http_version", (struct conf_version){1, 29, 6}, NULL),
      "1.0");
  assert_string_equal(
      word_of("keepalive_requests", (struct conf_version){1, 18, 0}, NULL),
      "100");
  assert_string_equal(word_of("keepalive_requests", old, NULL), "1000");
  assert_string_equal(word_of("keepalive", old, NULL), "");
  assert_string_equal(word_of("keepalive", recent, NULL), "32 local");
  assert_string_equal(word_of("proxy_set_header", old, NULL),
                      "Host $proxy_host Connection close");
  word_of("", old, NULL);
}

static void test_versions_are_read_from_what_nginx_prints(void **state)
{
  struct conf_version v;
  (void)state;
  assert_int_equal(conf_version_parse("nginx version: nginx/1.22.1\n", &v), 0);
  assert_true(v.major == 1 && v.minor == 22 && v.patch == 1);
  assert_int_equal(conf_version_parse("1.29.7", &v), 0);
  assert_int_equal(v.patch, 7);
  assert_int_equal(conf_version_parse("nginx version: openresty/1.25.3.1", &v),
                   0);
  assert_int_equal(v.minor, 25);
  assert_int_equal(conf_version_parse("1.27", &v), 0);
  assert_int_equal(v.patch, 0);
  assert_int_equal(conf_version_parse("nginx", &v), E_SYNTAX);
  assert_int_equal(conf_version_parse("1.", &v), E_SYNTAX);
  assert_int_equal(conf_version_parse("1234567.1.1", &v), E_SYNTAX);
  assert_true(conf_version_from(recent, 1, 29, 7));
  assert_false(conf_version_from(unknown, 1, 25, 0));
}

static void test_times_and_sizes_are_read_as_nginx_does(void **state)
{
  static const struct {
    const char *text;
    int rc;
    uint64_t ms;
  } times[] = {{"60s", 0, 60000},
               {"60", 0, 60000},
               {"1h 30m", 0, 5400000},
               {"1h30m", 0, 5400000},
               {"500ms", 0, 500},
               {"1m 5", 0, 65000},
               {"9999d", 0, 863913600000},
               {"1M", 0, 2592000000},
               {"", E_SYNTAX, 0},
               {"1x", E_SYNTAX, 0},
               {"30m 1h", E_SYNTAX, 0},
               {"s", E_SYNTAX, 0},
               {"99999999999999999999", E_RANGE, 0}};
  static const struct {
    const char *text;
    int rc;
    uint64_t bytes;
  } sizes[] = {{"4k", 0, 4096},  {"1M", 0, 1u << 20},  {"1g", 0, 1u << 30},
               {"512", 0, 512},  {"4kb", E_SYNTAX, 0}, {"k", E_SYNTAX, 0},
               {"", E_SYNTAX, 0}};
  uint64_t n;
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
    int rc = conf_read_ms(slice_of(times[i].text), &n);
    if(rc != times[i].rc || (rc == 0 && n != times[i].ms))
      fail_msg("%s", times[i].text);
  }
  for(i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
    int rc = conf_read_bytes(slice_of(sizes[i].text), &n);
    if(rc != sizes[i].rc || (rc == 0 && n != sizes[i].bytes))
      fail_msg("%s", sizes[i].text);
  }
}

static void test_settings_are_asked_by_word_entry_and_origin(void **state)
{
  struct conf *c = conf_of(nested);
  struct conf_setting s;
  struct buf b;
  uint64_t n;
  (void)state;
  s = conf_effective_at(at(c, "/a"), "gzip_types", old);
  assert_true(conf_setting_has(&s, "A/B"));
  assert_false(conf_setting_has(&s, "text/html"));
  s = conf_effective_at(at(c, "/b"), "proxy_buffers", old);
  assert_true(slice_eq_cstr(conf_setting_word(&s, 0, 1), "4k"));
  assert_int_equal(conf_setting_number(&s, &n), 0);
  assert_int_equal(n, 8);
  s = conf_effective_at(at(c, "/a"), "proxy_set_header", old);
  assert_string_equal(conf_arg(conf_setting_entry(&s, "connection"), 1), "");
  assert_null(conf_setting_entry(&s, "Host"));
  s = conf_effective_at(at(c, "/a"), "proxy_buffering", old);
  assert_true(conf_setting_is(&s, "OFF"));
  assert_string_equal(s.level->name, "server");
  buf_init(&b, 0);
  conf_setting_origin(&s, &b);
  assert_string_equal(b.p, "inherited from server, t.conf:6");
  buf_free(&b);
  s = conf_effective_at(at(c, "/b"), "proxy_read_timeout", old);
  assert_int_equal(conf_setting_ms(&s, &n), 0);
  assert_int_equal(n, 300000);
  conf_free(c);
}

static void test_the_route_gives_its_family_and_upstream(void **state)
{
  struct conf *c = conf_of(
      "upstream app { server 10.0.0.1:1 max_conns=5 max_fails=0 "
      "fail_timeout=3s; server unix:/x backup; keepalive 16; }"
      "server { location /p { proxy_pass http://app; proxy_buffering off; }"
      "location /f { fastcgi_pass app; proxy_buffering off; }"
      "location /g { grpc_pass grpc://a:1; } }");
  struct conf_route *r = route_to(c, "/p", NULL);
  struct conf_setting s;
  struct conf_peer peers[4];
  (void)state;
  s = conf_effective_family(r, "buffering", old);
  assert_true(conf_setting_is(&s, "off"));
  s = conf_effective(r, "keepalive", old);
  assert_true(conf_setting_is(&s, "16"));
  assert_int_equal(conf_peers(r, peers, 4), 2);
  assert_string_equal(peers[0].address, "10.0.0.1:1");
  assert_int_equal(peers[0].max_conns, 5);
  assert_int_equal(peers[0].max_fails, 0);
  assert_int_equal(peers[0].fail_timeout_ms, 3000);
  assert_true(peers[1].backup && peers[1].max_fails == 1);
  conf_route_free(r);
  r = route_to(c, "/f", NULL);
  s = conf_effective_family(r, "buffering", old);
  assert_string_equal(s.name, "fastcgi_buffering");
  assert_true(conf_setting_is(&s, "on") && s.origin == CONF_DEFAULT);
  conf_route_free(r);
  r = route_to(c, "/g", NULL);
  s = conf_effective_family(r, "buffering", old);
  assert_int_equal(s.origin, CONF_UNSET);
  assert_int_equal(conf_peers(r, peers, 4), 1);
  assert_string_equal(peers[0].address, "a:1");
  conf_route_free(r);
  conf_free(c);
}

static void test_the_table_has_each_name_once(void **state)
{
  size_t i;
  (void)state;
  for(i = 0; i < conf_known_count(); i++)
    assert_ptr_equal(conf_known_find(conf_known_at(i)->name),
                     conf_known_at(i));
  assert_null(conf_known_at(i));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lists_and_masks_are_replaced_as_a_whole),
      cmocka_unit_test(
          test_scalars_come_from_the_innermost_level_that_has_one),
      cmocka_unit_test(test_handlers_are_inherited_by_conditions_only),
      cmocka_unit_test(test_add_header_inherit_merges_and_cuts),
      cmocka_unit_test(test_defaults_are_those_of_the_version),
      cmocka_unit_test(test_versions_are_read_from_what_nginx_prints),
      cmocka_unit_test(test_times_and_sizes_are_read_as_nginx_does),
      cmocka_unit_test(test_settings_are_asked_by_word_entry_and_origin),
      cmocka_unit_test(test_the_route_gives_its_family_and_upstream),
      cmocka_unit_test(test_the_table_has_each_name_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
