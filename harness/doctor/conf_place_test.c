/* SPDX-License-Identifier: MIT
 * Where files of a configuration are looked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "doctor/conf_place.h"

static const char *there; /* the one path that exists */

static bool is_there(const char *path)
{
  return strcmp(path, there) == 0;
}

static void assert_found(const char *main_path, const struct conf_places *said,
                         const char *name, const char *where)
{
  struct conf_place p;
  struct conf_placed at;
  char path[PATH_MAX];
  there = where;
  conf_place_main(&p, said, main_path);
  assert_true(conf_place_find(&p, name, is_there, &at));
  assert_true(conf_place_path(&at, name, path));
  assert_string_equal(path, where);
}

static void test_a_home_s_files_lie_in_the_folder_given(void **state)
{
  (void)state;
  assert_found("/copy/nginx.conf", NULL, "/etc/nginx/conf.d/*.conf",
               "/copy/conf.d/*.conf");
  assert_found("c/nginx.conf", NULL, "/etc/nginx/proxy_params",
               "c/proxy_params");
  assert_found("nginx.conf", NULL, "/config/nginx/ssl.conf", "./ssl.conf");
  assert_found("/copy/nginx.conf", NULL, "/srv/app/sites/a", "/copy/sites/a");
}

static void test_the_tree_around_a_home_is_the_root(void **state)
{
  (void)state;
  assert_found("/npm/etc/nginx/nginx.conf", NULL, "/data/nginx/proxy_host/*",
               "/npm/data/nginx/proxy_host/*");
}

static void test_a_site_names_files_from_the_folder_around(void **state)
{
  (void)state;
  assert_found("/copy/sites-enabled/app", NULL,
               "/copy/sites-enabled/snippets/a", "/copy/snippets/a");
}

static void test_what_was_said_comes_first(void **state)
{
  const struct conf_places said = {"/rootfs/", {{"/etc/nginx=conf/", 10}}, 1};
  (void)state;
  assert_found("/copy/nginx.conf", &said, "/etc/nginx/a", "conf/a");
  assert_found("/copy/nginx.conf", &said, "/srv/a", "/rootfs/srv/a");
}

static void test_files_of_this_machine_are_not_those_of_a_copy(void **state)
{
  struct conf_place p;
  struct conf_placed at;
  (void)state;
  assert_found("/etc/nginx/nginx.conf", NULL, "/etc/nginx/a", "/etc/nginx/a");
  there = "/etc/nginx/a";
  conf_place_main(&p, NULL, "/copy/nginx.conf");
  assert_false(conf_place_find(&p, "/etc/nginx/a", is_there, &at));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_home_s_files_lie_in_the_folder_given),
      cmocka_unit_test(test_the_tree_around_a_home_is_the_root),
      cmocka_unit_test(test_a_site_names_files_from_the_folder_around),
      cmocka_unit_test(test_what_was_said_comes_first),
      cmocka_unit_test(test_files_of_this_machine_are_not_those_of_a_copy),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
