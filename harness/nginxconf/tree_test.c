/* SPDX-License-Identifier: MIT
 * Includes, dumps, snippets, raw blocks, names of places, limits. */
#include "nginxconf/conf_testing.h"

#include <stdio.h>
#include <stdlib.h>

struct files {
  struct conf_memory m;
  struct conf *c;
};

static void add(struct files *f, const char *path, const char *text)
{
  assert_int_equal(conf_memory_add(&f->m, path, slice_of(text)), 0);
}

static void read_files(struct files *f, const char *main_path)
{
  struct conf_source source = conf_memory_source(&f->m);
  struct conf_fault fault;
  int rc = conf_parse(&f->c, &source, main_path, &fault);
  if(rc)
    fail_msg("%s", fault.e.text);
}

static void drop(struct files *f)
{
  conf_free(f->c);
  conf_memory_fini(&f->m);
}

static void test_includes_are_expanded_in_place(void **state)
{
  struct files f = {{NULL, 0}, NULL};
  const struct conf_directive *d;
  struct buf b;
  (void)state;
  conf_memory_init(&f.m);
  add(&f, "/etc/nginx/nginx.conf",
      "events {}\nhttp { gzip on; include conf.d/*.conf; tcp_nodelay on; }");
  add(&f, "/etc/nginx/conf.d/b.conf", "server { server_name b; }");
  add(&f, "/etc/nginx/conf.d/a.conf",
      "server {\n include snippets/x.inc;\n server_name a; }");
  add(&f, "/etc/nginx/conf.d/.hidden.conf", "server { server_name no; }");
  add(&f, "/etc/nginx/snippets/x.inc", "listen 81;");
  read_files(&f, "/etc/nginx/nginx.conf");
  assert_int_equal(f.c->nfiles, 4);
  assert_int_equal(f.c->nnotes, 0);
  d = conf_nth(f.c, "gzip", 0);
  assert_string_equal(d->next->name, "include");
  d = d->next;
  assert_ptr_equal(d->next->via, d);
  assert_string_equal(d->next->file->path, "/etc/nginx/conf.d/a.conf");
  assert_string_equal(d->next->next->file->path, "/etc/nginx/conf.d/b.conf");
  assert_string_equal(d->next->next->next->name, "tcp_nodelay");
  d = conf_nth(f.c, "listen", 0);
  buf_init(&b, 0);
  assert_int_equal(conf_path(d, &b), 0);
  assert_string_equal(b.p, "http > server a > listen 81");
  buf_clear(&b);
  assert_int_equal(conf_place(d, &b), 0);
  assert_string_equal(b.p, "/etc/nginx/snippets/x.inc:1");
  buf_free(&b);
  drop(&f);
}

static void test_an_error_in_an_include_is_placed_there(void **state)
{
  struct conf_memory m;
  struct conf_source source;
  struct conf_fault fault;
  struct conf *c;
  (void)state;
  conf_memory_init(&m);
  conf_memory_add(&m, "/n/main", slice_of("http { include x; }"));
  conf_memory_add(&m, "/n/x", slice_of("gzip on;\n}\n"));
  source = conf_memory_source(&m);
  assert_int_equal(conf_parse(&c, &source, "/n/main", &fault), E_SYNTAX);
  assert_string_equal(fault.file, "/n/x");
  assert_int_equal(fault.line, 2);
  assert_int_equal(fault.column, 1);
  assert_int_equal(conf_parse(&c, &source, "/n/y", &fault), E_NOT_FOUND);
  assert_string_equal(fault.e.text, "open() \"/n/y\" failed (No such file or "
                                    "directory)");
  conf_memory_fini(&m);
}

static void test_includes_that_cannot_be_followed_are_notes(void **state)
{
  struct files f = {{NULL, 0}, NULL};
  (void)state;
  conf_memory_init(&f.m);
  add(&f, "/n/main",
      "events{} http { include gone.conf; include loop; "
      "include none/*.conf; include a b; }");
  add(&f, "/n/loop", "gzip on; include /n/loop;");
  read_files(&f, "/n/main");
  assert_int_equal(f.c->nnotes, 3);
  assert_string_equal(f.c->notes[0]->text, "/n/gone.conf is not there: what "
                                           "it would set is unknown");
  assert_string_equal(f.c->notes[1]->text,
                      "/n/loop includes itself; it is not read again");
  assert_int_equal(f.c->notes[1]->at->line, 1);
  assert_string_equal(f.c->notes[1]->at->file->path, "/n/loop");
  conf_nth(f.c, "gzip", 0);
  drop(&f);
}

static void test_a_file_may_be_included_twice(void **state)
{
  struct files f = {{NULL, 0}, NULL};
  (void)state;
  conf_memory_init(&f.m);
  add(&f, "/n/main",
      "events{} http { server { include p; location / { "
      "include p; } } }");
  add(&f, "/n/p", "proxy_buffering off;");
  read_files(&f, "/n/main");
  assert_int_equal(f.c->nfiles, 2);
  assert_string_equal(conf_nth(f.c, "proxy_buffering", 0)->parent->name,
                      "server");
  assert_string_equal(conf_nth(f.c, "proxy_buffering", 1)->parent->name,
                      "location");
  drop(&f);
}

static void test_a_dump_is_taken_apart(void **state)
{
  struct conf *c =
      conf_of("nginx: the configuration file /etc/nginx/nginx.conf syntax is "
              "ok\n# pasted by me\n\n"
              "# configuration file /etc/nginx/nginx.conf:\n"
              "events {}\nhttp {\n  include conf.d/*;\n}\n\n"
              "# configuration file /etc/nginx/conf.d/x:\n"
              "# a comment\n  # configuration file /no/marker:\n"
              "server {\n listen 80;\n}\n\n");
  const struct conf_directive *d = conf_nth(c, "listen", 0);
  (void)state;
  assert_int_equal(c->nfiles, 2);
  assert_int_equal(c->shape, CONF_WHOLE);
  assert_string_equal(d->file->path, "/etc/nginx/conf.d/x");
  assert_int_equal(d->line, 4);
  assert_true(slice_eq_cstr(c->files[0]->text,
                            "events {}\nhttp {\n  include conf.d/*;\n}\n"));
  conf_free(c);
}

static void check_shape(const char *text, enum conf_shape shape,
                        const char *before, const char *path)
{
  struct conf *c = conf_of(text);
  struct buf b;
  buf_init(&b, 0);
  assert_int_equal(c->shape, shape);
  if(before)
    assert_string_equal(c->before, before);
  else
    assert_null(c->before);
  assert_int_equal(conf_path(conf_nth(c, "proxy_pass", 0), &b), 0);
  assert_string_equal(b.p, path);
  assert_int_equal(c->nnotes, shape == CONF_WHOLE ? 0 : 1);
  buf_free(&b);
  conf_free(c);
}

static void test_snippets_get_the_blocks_that_belong_around_them(void **state)
{
  (void)state;
  check_shape("events {} http { server { location / { proxy_pass http://a; }"
              "} }",
              CONF_WHOLE, "",
              "http > server > location / > proxy_pass http://a");
  check_shape("gzip on; server { listen 81; location /x { proxy_pass "
              "http://a; } }",
              CONF_HTTP, "events {}\nhttp {\n",
              "http > server 81 > location /x > proxy_pass http://a");
  check_shape("location /x {\n proxy_pass http://a;\n}\ngzip on;", CONF_SERVER,
              "events {}\nhttp {\nserver {\n",
              "http > server > location /x > proxy_pass http://a");
  check_shape("proxy_pass http://a;\nproxy_buffering off;", CONF_LOCATION,
              "events {}\nhttp {\nserver {\nlocation / {\n",
              "http > server > location / > proxy_pass http://a");
  check_shape("upstream a { server b; }\nlocation /x { proxy_pass http://a; }",
              CONF_HTTP, NULL,
              "http > server > location /x > proxy_pass http://a");
}

static void test_a_snippet_says_what_was_assumed(void **state)
{
  struct conf *c = conf_of("location /x { return 200; }");
  const struct conf_directive *d = conf_nth(c, "server", 0);
  struct buf b;
  (void)state;
  buf_init(&b, 0);
  assert_true(d->synthetic && d->parent->synthetic && !d->file);
  assert_false(conf_nth(c, "location", 0)->synthetic);
  assert_int_equal(conf_place(d, &b), 0);
  assert_string_equal(b.p, "(assumed)");
  assert_string_equal(c->notes[0]->text,
                      "this is a part of a configuration: it is taken as if "
                      "it stood in http { server { } }");
  buf_free(&b);
  conf_free(c);
}

static void test_raw_blocks_hold_entries_not_directives(void **state)
{
  struct conf *c = conf_of("http { map $uri $x { default 0; ~*\\.gif$ 1; "
                           "return 2; server 3; } types { text/html html htm;"
                           " } upstream u { server a:1 weight=2; } }");
  const struct conf_directive *d = conf_nth(c, "map", 0);
  (void)state;
  assert_int_equal(d->body, CONF_RAW);
  assert_string_equal(d->child->next->name, "~*\\.gif$");
  assert_string_equal(conf_arg(d->last, 0), "3");
  d = conf_nth(c, "types", 0);
  assert_int_equal(d->body, CONF_RAW);
  assert_int_equal(d->child->nargs, 2);
  d = conf_nth(c, "upstream", 0);
  assert_int_equal(d->body, CONF_BLOCK);
  assert_int_equal(d->child->body, CONF_SIMPLE);
  conf_free(c);
}

static void test_unknown_names_stay_as_they_are(void **state)
{
  struct conf *c = conf_of("http { vhost_traffic on; pool x { a { b c; } } }");
  const struct conf_directive *d = conf_nth(c, "b", 0);
  (void)state;
  assert_string_equal(d->parent->parent->name, "pool");
  assert_true(conf_within(d, conf_nth(c, "pool", 0)));
  assert_ptr_equal(conf_outer(d, "http"), conf_nth(c, "http", 0));
  conf_free(c);
}

static void test_blocks_nest_only_so_deep(void **state)
{
  struct buf b;
  struct conf *c = NULL;
  struct conf_fault fault;
  int i;
  (void)state;
  buf_init(&b, 0);
  for(i = 0; i < CONF_LEVELS_MAX + 1; i++)
    buf_adds(&b, "a {");
  assert_int_equal(conf_parse_text(&c, buf_slice(&b), "t.conf", &fault),
                   E_SYNTAX);
  assert_string_equal(fault.sentence, "too many blocks within blocks");
  buf_free(&b);
}

static void test_includes_that_multiply_come_to_an_end(void **state)
{
  struct files f = {{NULL, 0}, NULL};
  char path[8], text[200];
  int i, k;
  (void)state;
  conf_memory_init(&f.m);
  for(i = 0; i < 40; i++) {
    snprintf(path, sizeof(path), "/%d", i);
    text[0] = '\0';
    for(k = 0; k < 2; k++)
      snprintf(text + strlen(text), sizeof(text) - strlen(text),
               "include /%d;", i + 1);
    add(&f, path, text);
  }
  struct conf_source source = conf_memory_source(&f.m);
  struct conf_fault fault;
  assert_int_equal(conf_parse(&f.c, &source, "/0", &fault), E_SYNTAX);
  assert_string_equal(fault.sentence, "too many directives");
  drop(&f);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_includes_are_expanded_in_place),
      cmocka_unit_test(test_an_error_in_an_include_is_placed_there),
      cmocka_unit_test(test_includes_that_cannot_be_followed_are_notes),
      cmocka_unit_test(test_a_file_may_be_included_twice),
      cmocka_unit_test(test_a_dump_is_taken_apart),
      cmocka_unit_test(test_snippets_get_the_blocks_that_belong_around_them),
      cmocka_unit_test(test_a_snippet_says_what_was_assumed),
      cmocka_unit_test(test_raw_blocks_hold_entries_not_directives),
      cmocka_unit_test(test_unknown_names_stay_as_they_are),
      cmocka_unit_test(test_blocks_nest_only_so_deep),
      cmocka_unit_test(test_includes_that_multiply_come_to_an_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
