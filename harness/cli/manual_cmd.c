/* SPDX-License-Identifier: MIT
 * weir write-manual; see manual_cmd.h. */
#include "cli/manual_cmd.h"

#include <stdio.h>

#include "base/file.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/manual.h"
#include "cli/server_help.h"
#include "document/exit_code.h"

#define COMMANDS_MAX    32
#define SERVER_SUMMARY  "a Server-Sent Events server to measure with"
#define SERVER_HELP_MAX (64u << 10)

struct kept {
  struct help_kept help[COMMANDS_MAX];
  struct completion_command command[COMMANDS_MAX];
  size_t count;
};

/* Writes what was made to DIR/name; text is cleared. */
static int put(const char *dir, const char *name, struct buf *text,
               struct err *e)
{
  struct buf path;
  int rc;
  buf_init(&path, 0);
  rc = file_path_join(&path, dir, name);
  if(!rc)
    rc = file_ready(buf_text(&path), e);
  if(!rc && text->rc)
    rc = err_set(e, text->rc, "%s: %s", name, err_name(text->rc));
  if(!rc)
    rc = file_write(buf_text(&path), buf_slice(text), e);
  buf_free(&path);
  buf_clear(text);
  return rc;
}

static int keep_all(struct kept *k, struct err *e)
{
  const struct weir_command *c;
  for(c = commands; c->name; c++) {
    struct help_kept *help = &k->help[k->count];
    int rc = k->count < COMMANDS_MAX ? 0 : E_TOO_LONG;
    if(!rc) {
      k->command[k->count++] =
          (struct completion_command){c->name, c->summary, &help->page};
      rc = help_keep(help, c->name, c->run);
    }
    if(rc)
      return err_set(e, rc, "%s: %s", c->name, err_name(rc));
  }
  return 0;
}

static int put_completions(const struct completion *c, const char *dir,
                           struct err *e)
{
  static const struct {
    const char *before, *behind; /* of the program's name */
    int (*write)(const struct completion *c, struct buf *out);
  } shells[] = {{"bash/", "", completion_bash},
                {"zsh/_", "", completion_zsh},
                {"fish/", ".fish", completion_fish}};
  struct buf text;
  size_t i;
  int rc = 0;
  buf_init(&text, 0);
  for(i = 0; i < sizeof(shells) / sizeof(shells[0]) && !rc; i++) {
    char name[64];
    snprintf(name, sizeof(name), "%s%s%s", shells[i].before, c->program,
             shells[i].behind);
    shells[i].write(c, &text);
    rc = put(dir, name, &text, e);
  }
  buf_free(&text);
  return rc;
}

static int put_weir(const struct kept *k, const char *dir, struct err *e)
{
  const struct completion all = {"weir", k->command, k->count};
  struct buf text;
  size_t i;
  int rc;
  buf_init(&text, 0);
  manual_of_weir(&text);
  rc = put(dir, "man1/weir.1", &text, e);
  for(i = 0; i < k->count && !rc; i++) {
    const struct completion_command *c = &k->command[i];
    char name[48], file[64];
    snprintf(name, sizeof(name), "weir %s", c->name);
    snprintf(file, sizeof(file), "man1/weir-%s.1", c->name);
    manual_of_command(name, c->summary, c->page, &text);
    rc = put(dir, file, &text, e);
  }
  buf_free(&text);
  return rc ? rc : put_completions(&all, dir, e);
}

static int put_server(const char *help, const char *dir, struct err *e)
{
  struct server_help server;
  struct completion_command command = {NULL, SERVER_SUMMARY, &server.page};
  const struct completion all = {"weir-server", &command, 1};
  struct buf text, page;
  int rc;
  buf_init(&text, 0);
  buf_init(&page, 0);
  rc = file_read(help, SERVER_HELP_MAX, &text, e);
  if(!rc) {
    rc = server_help_read(&server, buf_slice(&text));
    if(rc)
      err_set(e, rc, "%s: no help of weir-server", help);
    else {
      manual_of_command("weir-server", SERVER_SUMMARY, &server.page, &page);
      rc = put(dir, "man1/weir-server.1", &page, e);
    }
    if(!rc)
      rc = put_completions(&all, dir, e);
    server_help_free(&server);
  }
  buf_free(&page);
  buf_free(&text);
  return rc;
}

static int put_topics(const char *dir, struct err *e)
{
  const struct topic *t;
  struct buf text;
  int rc = 0;
  buf_init(&text, 0);
  for(t = topics; t->name && !rc; t++) {
    char file[64];
    snprintf(file, sizeof(file), "man7/weir-%s.7", t->name);
    manual_of_topic(t, &text);
    rc = put(dir, file, &text, e);
  }
  buf_free(&text);
  return rc;
}

int manual_cmd(int argc, char **argv)
{
  static struct kept k;
  struct err e = {0};
  int rc;
  if(argc < 2)
    return EXIT_USAGE;
  rc = keep_all(&k, &e);
  if(!rc)
    rc = put_weir(&k, argv[1], &e);
  if(!rc)
    rc = put_topics(argv[1], &e);
  if(!rc && argc > 2)
    rc = put_server(argv[2], argv[1], &e);
  while(k.count)
    help_kept_free(&k.help[--k.count]);
  if(rc)
    log_error("write-manual: %s", e.text);
  return rc ? EXIT_USAGE : EXIT_PASS;
}
