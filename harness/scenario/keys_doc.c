/* SPDX-License-Identifier: MIT
 * The option table as text for --help and as Markdown; see keys.h. */
#include <stdio.h>
#include <string.h>

#include "scenario/keys.h"
#include "scenario/scenario.h"

#define LEFT 30 /* columns for the option */

/* The sentence with its default behind it, where there is one to tell. */
static int add_help(struct buf *out, const struct key *k)
{
  bool plain = k->fallback[0] == '\0' || k->type == VALUE_BOOL;
  buf_adds(out, k->help);
  if(!plain)
    buf_addf(out, " [%s]", k->fallback);
  return out->rc;
}

static int add_left(struct buf *out, const struct key *k)
{
  char c = key_short_name(k);
  bool negate = k->type == VALUE_BOOL && strcmp(k->fallback, "true") == 0;
  int rc = c ? buf_addf(out, "  -%c, ", c) : buf_adds(out, "      ");
  if(rc == 0)
    rc = buf_addf(out, "--%s%s%s%s", negate ? "[no-]" : "", k->name,
                  k->argument[0] ? " " : "", k->argument);
  return rc;
}

static int add_option(struct buf *out, const struct key *k)
{
  struct buf left, help;
  int rc;
  buf_init(&left, 0);
  buf_init(&help, 0);
  rc = add_left(&left, k);
  if(rc == 0)
    rc = add_help(&help, k);
  if(rc == 0 && left.n + 2 > LEFT)
    rc = buf_addf(out, "%s\n%*s", left.p, LEFT, "");
  else if(rc == 0)
    rc = buf_addf(out, "%-*s", LEFT, left.p);
  if(rc == 0)
    rc = buf_add_wrapped(out, LEFT, help.p);
  buf_free(&left);
  buf_free(&help);
  return rc;
}

static bool begins_group(size_t i)
{
  return i == 0 || strcmp(key_at(i)->group, key_at(i - 1)->group) != 0;
}

int scenario_keys_text(struct buf *out)
{
  size_t i;
  int rc = 0;
  for(i = 0; i < KEY_COUNT && rc == 0; i++) {
    if(begins_group(i))
      rc = buf_addf(out, "%s%s:\n", i ? "\n" : "", key_at(i)->group);
    if(rc == 0)
      rc = add_option(out, key_at(i));
  }
  return rc;
}

/* In a table cell a bar would begin the next one. */
static int add_cell(struct buf *out, const char *text)
{
  int rc = 0;
  for(; *text && rc == 0; text++)
    rc = *text == '|' ? buf_adds(out, "\\|") : buf_addc(out, *text);
  return rc;
}

static int add_row(struct buf *out, const struct key *k)
{
  const char *const *choice = key_choices(k);
  const char *tick = k->fallback[0] ? "`" : "";
  int rc = buf_addf(out, "| `%s` | ", k->name);
  if(rc == 0 && !choice)
    rc = buf_adds(out, key_type_name(k));
  for(; choice && *choice && rc == 0; choice++)
    rc = buf_addf(out, "`%s`%s", *choice, choice[1] ? ", " : "");
  if(rc == 0)
    rc = buf_addf(out, " | %s%s%s | ", tick, k->fallback, tick);
  if(rc == 0)
    rc = add_cell(out, k->help);
  return rc ? rc : buf_adds(out, " |\n");
}

int scenario_keys_markdown(struct buf *out)
{
  size_t i;
  int rc = 0;
  for(i = 0; i < KEY_COUNT && rc == 0; i++) {
    if(begins_group(i))
      rc = buf_addf(out,
                    "%s### %s\n\n| key | value | default | meaning |\n"
                    "| --- | --- | --- | --- |\n",
                    i ? "\n" : "", key_at(i)->group);
    if(rc == 0)
      rc = add_row(out, key_at(i));
  }
  return rc;
}
