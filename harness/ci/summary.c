/* SPDX-License-Identifier: MIT
 * A run in Markdown; see ci_summary in run.h. */
#include <string.h>

#include "ci/run.h"
#include "document/exit_code.h"
#include "page/escape.h"
#include "page/write.h"
#include "result/output.h"

static bool is_bad(const struct ci_step_result *s)
{
  return s->ran && s->code != EXIT_PASS;
}

static void row(const struct ci_result *r, enum ci_step i, struct buf *out)
{
  const struct ci_step_result *s = &r->step[i];
  const char *word = !s->ran ? "not run" : is_bad(s) ? "**FAIL**" : "PASS";
  buf_addf(out, "| %s | %s | ", ci_step_name(i), word);
  escape_markdown(s->why, out);
  buf_adds(out, " |\n");
}

static void table(const struct ci_result *r, struct buf *out)
{
  int i, bad;
  buf_adds(out, "| step | verdict | |\n| --- | --- | --- |\n");
  for(bad = 1; bad >= 0; bad--) {
    for(i = 0; i < CI_STEP_COUNT; i++) {
      const struct ci_step_result *s = &r->step[i];
      if((s->ran || s->wanted) && is_bad(s) == bad)
        row(r, (enum ci_step)i, out);
    }
  }
  buf_addc(out, '\n');
}

/* --- the fix of the right stack first --- */

/* A word of a command, and whose fixes are meant by it. */
static const char *const stacks[][2] = {{"npm", "Node/Express"},
                                        {"npx", "Node/Express"},
                                        {"yarn", "Node/Express"},
                                        {"pnpm", "Node/Express"},
                                        {"node", "Node/Express"},
                                        {"bun", "Node/Express"},
                                        {"deno", "Node/Express"},
                                        {"python", "Python/Starlette"},
                                        {"python3", "Python/Starlette"},
                                        {"uvicorn", "Python/Starlette"},
                                        {"gunicorn", "Python/Starlette"},
                                        {"hypercorn", "Python/Starlette"},
                                        {"flask", "Python/Starlette"},
                                        {"go", "Go"},
                                        {"java", "Spring"},
                                        {"mvn", "Spring"},
                                        {"gradle", "Spring"},
                                        {"nginx", "nginx"}};

static const char *stack_of_word(struct slice word)
{
  size_t i;
  for(i = 0; i < sizeof(stacks) / sizeof(stacks[0]); i++) {
    if(slice_eq_cstr(word, stacks[i][0]))
      return stacks[i][1];
  }
  return NULL;
}

/* By the name of a program that a command runs: "/usr/bin/python3" too. */
static const char *stack_of(const char *command)
{
  struct slice rest = slice_of(command), word;
  const char *stack = NULL;
  while(rest.n && !stack) {
    word = slice_cut(&rest, ' ');
    while(slice_find(word, "/") >= 0)
      slice_cut(&word, '/');
    stack = stack_of_word(word);
  }
  return stack;
}

static void prefer_fix(struct page_finding *f, const char *stack)
{
  struct page_term *first = NULL, *t;
  for(t = f->term; t; t = t->next) {
    if(strcmp(t->label, PAGE_FIX) != 0)
      continue;
    first = first ? first : t;
    if(t->whose && strcmp(t->whose, stack) == 0) {
      const char *text = first->text, *whose = first->whose;
      first->text = t->text;
      first->whose = t->whose;
      t->text = text;
      t->whose = whose;
      return;
    }
  }
}

typedef int page_writer(const struct page *p, bool colour, struct buf *out);

static void render(json_t *doc, const char *stack, page_writer *write,
                   struct buf *out)
{
  struct page_finding *f;
  struct page_block *b;
  struct page p;
  int rc = output_fill(doc, false, NULL, 0, &p);
  for(b = p.block; b && stack && !rc; b = b->next) {
    for(f = b->finding; f; f = f->next)
      prefer_fix(f, stack);
  }
  if(!rc)
    rc = write(&p, false, out);
  page_free(&p);
  buf_fail(out, rc);
}

int ci_annotations(const struct ci_file *file, const struct ci_result *r,
                   struct buf *out)
{
  int i;
  for(i = 0; i < CI_STEP_COUNT; i++) {
    if(r->step[i].doc)
      render(r->step[i].doc, stack_of(file->start), page_github, out);
  }
  return r->code == EXIT_PASS
             ? out->rc
             : escape_annotation("error", "weir ci", r->sentence, out);
}

int ci_summary(const struct ci_file *file, const struct ci_result *r,
               struct buf *out)
{
  const char *stack = stack_of(file->start);
  int i;
  buf_adds(out, "## weir ci: ");
  escape_markdown(r->sentence, out);
  buf_adds(out, "\n\n");
  table(r, out);
  if(r->note[0]) {
    escape_markdown(r->note, out);
    buf_adds(out, "\n\n");
  }
  for(i = 0; i < CI_STEP_COUNT; i++) {
    if(is_bad(&r->step[i]) && r->step[i].doc)
      render(r->step[i].doc, stack, page_markdown, out);
  }
  for(i = 0; i < CI_STEP_COUNT; i++) {
    if(is_bad(&r->step[i]) || !r->step[i].doc)
      continue;
    buf_addf(out, "<details><summary>%s</summary>\n\n",
             ci_step_name((enum ci_step)i));
    render(r->step[i].doc, stack, page_markdown, out);
    buf_adds(out, "\n</details>\n\n");
  }
  return out->rc;
}
