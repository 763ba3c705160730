/* SPDX-License-Identifier: MIT
 * Whom to ask and how: all commands that ask take the same names and make the
 * same of them, on the command line and in their files. */
#include "cli/args_testing.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/capacity_args.h"
#include "cli/check_args.h"
#include "cli/watch_args.h"

/* What a value may be; a row without one fails the test. */
static const char *const sample[ENDPOINT_ROWS] = {
    [ENDPOINT_URL] = "http://127.0.0.1:2/other",
    [ENDPOINT_METHOD] = "PUT",
    [ENDPOINT_HEADERS] = "A: b",
    [ENDPOINT_USER] = "name:password",
    [ENDPOINT_LOCATION_TRUSTED] = "true",
    [ENDPOINT_BODY] = "{}",
    [ENDPOINT_HTTP] = "1.1",
    [ENDPOINT_TLS_CA] = "/dev/null",
    [ENDPOINT_TLS_CERT] = "/dev/null",
    [ENDPOINT_TLS_KEY] = "/dev/null",
    [ENDPOINT_TLS_SERVER_NAME] = "example.org",
    [ENDPOINT_TLS_INSECURE] = "true",
    [ENDPOINT_PROXY] = "http://127.0.0.1:3128",
    [ENDPOINT_SOURCE_IP] = "127.0.0.2",
    [ENDPOINT_RESOLVE] = "example.org:80:127.0.0.1",
    [ENDPOINT_COMPRESSION] = "true",
    [ENDPOINT_CONNECT_TIMEOUT] = "7s",
    [ENDPOINT_HEAD_TIMEOUT] = "8s"};

/* What one line was understood as by one of the commands. */
struct asked {
  struct load_args load;
  struct capacity_args capacity;
  struct watch_args watch;
  struct check_args check;
  const struct endpoint *endpoint; /* of the one that was asked */
};

static int by_load(struct asked *a, int argc, char **argv, struct err *e)
{
  int rc = load_args_read(&a->load, argc, argv, e);
  if(!rc)
    a->endpoint = &a->load.scenario->endpoint;
  return rc;
}

static int by_capacity(struct asked *a, int argc, char **argv, struct err *e)
{
  int rc = capacity_args_read(&a->capacity, argc, argv, e);
  if(!rc)
    a->endpoint = &a->capacity.load.scenario->endpoint;
  return rc;
}

static int by_watch(struct asked *a, int argc, char **argv, struct err *e)
{
  int rc = watch_args_read(&a->watch, argc, argv, e);
  if(!rc)
    a->endpoint = &a->watch.scenario->endpoint;
  return rc;
}

static int by_check(struct asked *a, int argc, char **argv, struct err *e)
{
  int rc = check_args_read(&a->check, argc, argv, e);
  if(!rc)
    a->endpoint = &a->check.target->endpoint;
  return rc;
}

static const struct {
  const char *name;
  int (*read)(struct asked *a, int argc, char **argv, struct err *e);
} commands[] = {{"load", by_load},
                {"capacity", by_capacity},
                {"watch", by_watch},
                {"check", by_check}};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void free_asked(struct asked *a)
{
  load_args_free(&a->load);
  capacity_args_free(&a->capacity);
  watch_args_free(&a->watch);
  if(a->check.settings)
    check_args_free(&a->check);
}

static void ask(size_t command, const char *const *words, struct asked *out)
{
  char *argv[ARGS_MAX + 2];
  struct err e = {0};
  int argc = args_line(commands[command].name, words, argv);
  memset(out, 0, sizeof(*out));
  if(commands[command].read(out, argc, argv, &e))
    fail_msg("weir %s %s: %s", commands[command].name, words[0], e.text);
}

/* As text, lists with a comma behind each entry. */
static void tell(const struct endpoint *p, const struct option_row *o,
                 struct buf *out)
{
  uint32_t i;
  for(i = 0; o->type == OPTION_HEADERS && i < p->header_count; i++)
    buf_addf(out, "%s: %s,", p->header[i].name, p->header[i].value);
  for(i = 0; o->type == OPTION_ADDRESSES && i < p->source_ip_count; i++)
    buf_addf(out, "%s,", p->source_ip[i]);
  for(i = 0; o->type == OPTION_RESOLVES && i < p->resolve_count; i++)
    buf_addf(out, "%s,", p->resolve[i]);
  if(option_is_text(o))
    buf_adds(out, option_text(p, o) ? option_text(p, o) : "(none)");
  else if(!option_is_list(o))
    assert_int_equal(option_format(p, o, out), 0);
}

/* Where a command has a default of its own. */
static bool has_own_default(size_t row)
{
  return row == ENDPOINT_HTTP || row == ENDPOINT_CONNECT_TIMEOUT ||
         row == ENDPOINT_HEAD_TIMEOUT;
}

/* All that one option did is the same in both. */
static void assert_same(const struct endpoint *a, const struct endpoint *b,
                        size_t given, const char *command)
{
  const struct option_table *t = endpoint_options();
  for(size_t row = 0; row < t->count; row++) {
    struct buf one, other;
    if(row != given && has_own_default(row))
      continue;
    buf_init(&one, 0);
    buf_init(&other, 0);
    tell(a, &t->row[row], &one);
    tell(b, &t->row[row], &other);
    if(strcmp(buf_text(&one), buf_text(&other)) != 0)
      fail_msg("--%s: %s is \"%s\", in weir %s \"%s\"", t->row[given].name,
               t->row[row].name, buf_text(&one), command, buf_text(&other));
    buf_free(&one);
    buf_free(&other);
  }
}

/* A user is a header from the start. */
static void assert_taken(const struct endpoint *p, size_t row)
{
  const struct option_row *o =
      &endpoint_options()->row[row == ENDPOINT_USER ? ENDPOINT_HEADERS : row];
  const char *want = row == ENDPOINT_USER
                         ? "Authorization: Basic bmFtZTpwYXNzd29yZA=="
                         : sample[row];
  struct buf is;
  buf_init(&is, 0);
  tell(p, o, &is);
  if(strncmp(buf_text(&is), want, strlen(want)) != 0)
    fail_msg("--%s is \"%s\", not \"%s\"", o->name, buf_text(&is), want);
  buf_free(&is);
}

/* Each command takes the words, and makes the same of them. */
static void ask_all(const char *const *words, size_t row)
{
  struct asked first, next;
  ask(0, words, &first);
  assert_taken(first.endpoint, row);
  for(size_t i = 1; i < COMMANDS; i++) {
    ask(i, words, &next);
    assert_same(first.endpoint, next.endpoint, row, commands[i].name);
    free_asked(&next);
  }
  free_asked(&first);
}

/* A key needs a certificate beside it. */
static void ask_by_name(const char *dashed, size_t row)
{
  const struct option_row *o = &endpoint_options()->row[row];
  const char *words[6] = {dashed};
  size_t n = 1;
  if(option_takes_argument(o))
    words[n++] = sample[row];
  if(row != ENDPOINT_URL)
    words[n++] = URL;
  if(row == ENDPOINT_TLS_KEY)
    words[n++] = "--cert=/dev/null";
  ask_all(words, row);
}

static void test_all_commands_take_all_names(void **state)
{
  const struct option_table *t = endpoint_options();
  (void)state;
  for(size_t row = 0; row < t->count; row++) {
    const struct option_row *o = &t->row[row];
    struct slice rest = slice_of(o->also ? o->also : "");
    char dashed[OPTION_NAME_MAX + 3];
    assert_non_null(sample[row]);
    snprintf(dashed, sizeof(dashed), "--%s", o->name);
    ask_by_name(dashed, row);
    while(rest.n) {
      struct slice name = slice_cut(&rest, ' ');
      snprintf(dashed, sizeof(dashed), "--%.*s", (int)name.n, name.p);
      ask_by_name(dashed, row);
    }
    snprintf(dashed, sizeof(dashed), "-%c", o->letter);
    if(o->letter)
      ask_by_name(dashed, row);
  }
}

/* "tls.ca" stands below "tls". */
static void write_file(const char *path, size_t row)
{
  const struct option_row *o = &endpoint_options()->row[row];
  const char *name = option_path(o), *dot = strchr(name, '.');
  bool list = option_is_list(o);
  struct buf text;
  struct err e;
  buf_init(&text, 0);
  if(row != ENDPOINT_URL)
    buf_adds(&text, "url: " URL "\n");
  if(dot)
    buf_addf(&text, "%.*s:\n  ", (int)(dot - name), name);
  buf_addf(&text, "%s: %s\"%s\"%s\n", dot ? dot + 1 : name, list ? "[" : "",
           sample[row], list ? "]" : "");
  if(row == ENDPOINT_TLS_KEY)
    buf_adds(&text, "  cert: /dev/null\n");
  assert_int_equal(file_write(path, buf_slice(&text), &e), 0);
  buf_free(&text);
}

static void test_their_files_say_it_likewise(void **state)
{
  char path[] = "/tmp/weir-shared-XXXXXX";
  int fd = mkstemp(path);
  (void)state;
  assert_true(fd >= 0);
  close(fd);
  for(size_t row = 0; row < ENDPOINT_ROWS; row++) {
    write_file(path, row);
    ask_all(WORDS(path), row);
  }
  unlink(path);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_all_commands_take_all_names),
      cmocka_unit_test(test_their_files_say_it_likewise),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
