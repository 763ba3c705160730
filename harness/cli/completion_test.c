/* SPDX-License-Identifier: MIT
 * Completions: each option once, with what its value may be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/completion.h"

static const char *const versions[] = {"1.1", "2", NULL};

static const struct option_row own_rows[] = {
    {.name = "http",
     .type = OPTION_CHOICE,
     .choice = versions,
     .argument = "VERSION",
     .help = "HTTP version; 2 is 'new' [h2]"},
    {.name = "out",
     .letter = 'o',
     .type = OPTION_OWN_LIST,
     .argument = "FILE",
     .help = "Write it there"},
};
static const struct option_row further_rows[] = {
    {.name = "http", .type = OPTION_BOOL, .help = "Another meaning"},
    {.name = "reconnect",
     .type = OPTION_BOOL,
     .fallback = "true",
     .help = "Server's end: come back"},
};
static const struct option_table own = {own_rows, 2};
static const struct option_table further = {further_rows, 2};
static const struct help_page page = {
    .table = {&own}, .further = {&further}, .lists = "scenarios"};
static const struct completion_command load = {"load", "hold streams", &page};
static const struct completion weir = {"weir", &load, 1};

static void holds(int (*write)(const struct completion *c, struct buf *out),
                  const char *const *want)
{
  struct buf out;
  buf_init(&out, 0);
  assert_int_equal(write(&weir, &out), 0);
  for(; *want; want++) {
    if(!strstr(buf_text(&out), *want))
      fail_msg("no <%s> in\n%s", *want, buf_text(&out));
  }
  assert_null(strstr(buf_text(&out), "Another meaning"));
  buf_free(&out);
}

#define HOLDS(write, ...)                                                     \
  holds(write, (const char *const[]){__VA_ARGS__, NULL})

static void bash_has_each_option_once_and_its_words(void **state)
{
  (void)state;
  HOLDS(completion_bash, "options='--http --out --reconnect --no-reconnect '",
        "'load --http') COMPREPLY=($(compgen -W '1.1 2'",
        "words='' lists='scenarios'", "complete -o default -F _weir weir\n");
}

static void zsh_quotes_what_an_option_does(void **state)
{
  (void)state;
  HOLDS(completion_zsh, "    --http='[HTTP version]:VERSION:(1.1 2)'",
        "    '*'{-o+,--out=}'[Write it there]:FILE:_files'",
        "    {--reconnect,--no-reconnect}'[Server'\\''s end]'",
        "'*: :_weir_named scenarios'");
}

static void fish_knows_files_and_words(void **state)
{
  (void)state;
  HOLDS(completion_fish,
        "complete -c weir -n '__fish_seen_subcommand_from load' -l http -x -a "
        "'1.1 2' -d 'HTTP version'\n",
        " -s o -l out -r -F -d 'Write it there'\n", " -d 'Server\\'s end'\n",
        " -l no-reconnect\n", "weir list scenarios");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bash_has_each_option_once_and_its_words),
      cmocka_unit_test(zsh_quotes_what_an_option_does),
      cmocka_unit_test(fish_knows_files_and_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
