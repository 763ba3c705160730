/* SPDX-License-Identifier: MIT
 * Options of all judging commands; see common.h. */
#include "cli/common.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "cli/terminal.h"
#include "conformance/check_doc.h"
#include "doctor/document.h"
#include "document/values.h"
#include "endpoint/endpoint.h"
#include "flow/flow_doc.h"
#include "reports/render/report.h"
#include "result/compare.h"

static int set_out(void *object, const struct option_row *o, struct slice text,
                   const struct option_source *from, struct err *e)
{
  struct common *c = object;
  enum output_format f;
  int rc;
  (void)o;
  if(c->out_count == COMMON_MAX_OUT)
    return err_set(e, E_TOO_LONG, "%s: at most %d files", from->where,
                   COMMON_MAX_OUT);
  /* What cannot be written must be told before the run, not after it. */
  rc = output_by_suffix(text.p, &f, e);
  if(!rc)
    rc = file_ready(text.p, e);
  if(!rc)
    c->out[c->out_count++] = text.p;
  return rc;
}

static int set_format(void *object, const struct option_row *o,
                      struct slice text, const struct option_source *from,
                      struct err *e)
{
  struct common *c = object;
  int rc = output_by_name(text.p, &c->format, e);
  (void)o;
  (void)from;
  if(!rc && c->format == OUTPUT_HTML && !c->has_html)
    return err_set(e, E_UNSUPPORTED,
                   "this command prints no HTML; -o FILE.html writes a page");
  return rc;
}

#define SUFFIX(id, name, suffix, writer) " " suffix
#define NAME(id, name, suffix, writer)   " " name

static const struct option_row rows[] = {
    {.name = "out",
     .letter = 'o',
     .type = OPTION_OWN_LIST,
     .set = set_out,
     .group = "Output",
     .argument = "FILE",
     .help = "Also write the result there; the suffix says how:" OUTPUT_LIST(
         SUFFIX) "; repeatable"},
    {.name = "format",
     .letter = 'f',
     .type = OPTION_OWN,
     .set = set_format,
     .argument = "FORMAT",
     .fallback = "text",
     .help = "What goes to standard output:" OUTPUT_LIST(NAME)},
    {.name = "quiet",
     .letter = 'q',
     .type = OPTION_BOOL,
     OPTION_MEMBER(struct common, quiet),
     .help = "No progress"},
    {.name = "verbose",
     .letter = 'v',
     .type = OPTION_BOOL,
     OPTION_MEMBER(struct common, verbose),
     .help = "Say more on standard error"},
    {.name = "no-color",
     .also = "no-colour",
     .type = OPTION_BOOL,
     OPTION_MEMBER(struct common, no_color),
     .help = "Plain text, even on a terminal"},
    COMMAND_HELP(struct common),
};

const struct option_table common_options = {rows,
                                            sizeof(rows) / sizeof(rows[0])};

void common_init(struct common *c)
{
  memset(c, 0, sizeof(*c));
  c->format = OUTPUT_TEXT;
}

static bool colour(const struct common *c)
{
  return !c->no_color && terminal_wants_colour(STDOUT_FILENO);
}

static int print(const struct common *c, json_t *doc, struct buf *text)
{
  if(c->verbose && c->format == OUTPUT_TEXT &&
     (check_doc_is(doc) || nginx_doc_is(doc)))
    return output_text(doc, colour(c), text);
  return output_render(doc, c->format, colour(c), text);
}

static int write_whole(int fd, struct slice s, const char *name, struct err *e)
{
  while(s.n) {
    ssize_t n = write(fd, s.p, s.n);
    if(n <= 0)
      return err_set(e, E_IO, "%s: cannot be written", name);
    s = (struct slice){s.p + n, s.n - (size_t)n};
  }
  return 0;
}

/* GitHub names a file whose Markdown it shows as the job's summary. */
static int add_summary(const struct common *c, json_t *doc, struct err *e)
{
  const char *path = getenv("GITHUB_STEP_SUMMARY");
  struct buf text;
  int fd, rc;
  if(c->format != OUTPUT_GITHUB || !path || !path[0])
    return 0;
  fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if(fd < 0)
    return err_set(e, E_IO, "%s (GITHUB_STEP_SUMMARY): %s", path,
                   strerror(errno));
  buf_init(&text, 0);
  rc = output_render(doc, OUTPUT_MARKDOWN, false, &text);
  if(!rc)
    rc = buf_addc(&text, '\n');
  if(rc)
    err_set(e, rc, "%s", err_name(rc));
  else
    rc = write_whole(fd, buf_slice(&text), path, e);
  buf_free(&text);
  close(fd);
  return rc;
}

/* Checks, flows and the doctor have pages of their own; the others' is made of
 * the same parts as a report. */
static bool has_own_page(json_t *doc)
{
  return check_doc_is(doc) || nginx_doc_is(doc) || flow_doc_is(doc);
}

static int write_page(json_t *doc, const char *path, struct err *e)
{
  struct report_input in = {path, doc};
  struct report_options options = {.no_plots = false};
  struct buf page;
  char note[200];
  int rc;
  if(series_doc_is(doc))
    return err_set(e, E_UNSUPPORTED,
                   "%s: a series of runs has no page; compare it, and report "
                   "that",
                   path);
  buf_init(&page, 0);
  rc = report_html(&in, 1, &options, &page, note, e);
  if(!rc && note[0])
    log_warn("%s: no plots: %s", path, note);
  if(!rc)
    rc = file_write(path, buf_slice(&page), e);
  buf_free(&page);
  return rc;
}

static int write_form(json_t *doc, enum output_format f, const char *path,
                      struct err *e)
{
  return f == OUTPUT_HTML && !has_own_page(doc)
             ? write_page(doc, path, e)
             : output_write(doc, f, path, e);
}

int common_publish(const struct common *c, json_t *doc, struct err *e)
{
  struct err one = {0};
  struct buf text;
  int rc = values_mask_json(doc), failed;
  buf_init(&text, 0);
  if(!rc && !c->silent)
    rc = print(c, doc, &text);
  if(rc)
    err_set(e, rc, "%s", err_name(rc));
  else
    rc = write_whole(STDOUT_FILENO, buf_slice(&text), "standard output", e);
  buf_free(&text);
  if(!rc)
    rc = add_summary(c, doc, e);
  failed = output_write_all(doc, c->out, c->out_count, write_form, &one);
  if(failed && !rc) {
    rc = failed;
    *e = one;
  }
  return rc;
}

int common_refuse_bare(const char *target, struct err *e)
{
  if(!endpoint_lacks_scheme(target) || access(target, F_OK) == 0)
    return 0;
  return err_set(e, E_NOT_FOUND, "%s: no such file (did you mean http://%s?)",
                 target, target);
}

void common_print(struct buf *text, FILE *to)
{
  if(text->rc)
    return;
  values_mask(text->p, text->n);
  fputs(buf_text(text), to);
}

/* Where the secret part of an option's value begins: a password behind its
 * name, all of a user's authorization. */
static const char *secret_of(const char *option, const char *value)
{
  const char *colon = strchr(value, ':');
  bool cluster = option[0] == '-' && option[1] && option[1] != '-';
  char last = cluster ? option[strlen(option) - 1] : '\0';
  if(strcmp(option, "--user-a") == 0 || strcmp(option, "--user-b") == 0)
    return value;
  if(strcmp(option, "--user") == 0 || last == 'u')
    return colon ? colon + 1 : NULL;
  /* With a scheme it is masked as every URL is. */
  if((strcmp(option, "--proxy") == 0 || last == 'x') && colon &&
     strchr(colon, '@') && !strstr(value, "://"))
    return colon + 1;
  return NULL;
}

/* The same of "--user=NAME:PASSWORD" and "-uNAME:PASSWORD". */
static const char *secret_within(const char *argument)
{
  const char *equals = strchr(argument, '=');
  char name[16];
  if(strncmp(argument, "-u", 2) == 0)
    return secret_of("-u", argument + 2);
  if(strncmp(argument, "-x", 2) == 0)
    return secret_of("-x", argument + 2);
  if(!equals || equals - argument >= (long)sizeof(name))
    return NULL;
  snprintf(name, sizeof(name), "%.*s", (int)(equals - argument), argument);
  return secret_of(name, equals + 1);
}

void common_command_line(int argc, char **argv, struct buf *out)
{
  int i;
  buf_adds(out, "weir");
  for(i = 0; i < argc; i++) {
    const char *secret = i ? secret_of(argv[i - 1], argv[i]) : NULL;
    if(!secret)
      secret = secret_within(argv[i]);
    buf_addf(out, " %.*s%s", (int)(secret ? secret - argv[i] : INT_MAX),
             argv[i], secret ? "***" : "");
  }
}
