/* SPDX-License-Identifier: MIT
 * A check's row as text, JSON and Markdown; see check.h. */
#include <string.h>

#include "checks/core/check.h"

static int add_section(struct buf *out, const char *title, const char *text)
{
  if(!text[0])
    return 0;
  buf_addf(out, "\n%s\n  ", title);
  return buf_add_wrapped(out, 2, text);
}

static const char *severity_words(enum severity s)
{
  static const char *const words[] = {"failing it is FAIL",
                                      "failing it is WARN",
                                      "reported as INFO, never fails"};
  return words[s];
}

static int add_exchanges(struct buf *out, uint64_t exchanges,
                         const char **comma)
{
  int i, rc = 0;
  for(i = 0; rc == 0 && i < EXCHANGE_COUNT; i++) {
    if(exchanges & EX(i)) {
      rc = buf_addf(out, "%s%s", *comma,
                    exchange_row((enum exchange_id)i)->name);
      *comma = ", ";
    }
  }
  return rc;
}

/* Their names, "plain, head, resume". */
static int add_set(struct buf *out, const struct exchange_set *set)
{
  const char *comma = "";
  int i, rc = add_exchanges(out, set->exchanges, &comma);
  for(i = 0; rc == 0 && i < SCRIPT_COUNT; i++) {
    if(set->scripts.has[i]) {
      rc = buf_addf(out, "%s%s", comma, script_name((enum script_id)i));
      comma = ", ";
    }
  }
  return rc;
}

/* What it looks at besides. */
static int add_optional(struct buf *out, const struct exchange_set *set)
{
  if(!set->exchanges && script_set_is_empty(&set->scripts))
    return 0;
  buf_adds(out, "\nLooks at  ");
  add_set(out, set);
  return buf_adds(out, ", where they are made");
}

static int add_fixes(struct buf *out, const struct check *c)
{
  int i, rc = buf_adds(out, "\nHow to mend it\n");
  for(i = 0; rc == 0 && i < CHECK_MAX_FIXES && c->fix[i].stack; i++) {
    rc = buf_addf(out, "  %-17s ", c->fix[i].stack);
    if(rc == 0)
      rc = buf_add_wrapped(out, 20, c->fix[i].text);
  }
  return rc;
}

int check_explain(const struct check *c, struct buf *out)
{
  int rc = buf_addf(out, "%s\n  ", c->id);
  if(rc == 0)
    rc = buf_add_wrapped(out, 2, c->title);
  if(rc == 0)
    rc = buf_addf(out, "\nSeverity  %s (%s)\nSide      %s\nNeeds     ",
                  severity_name(c->severity), severity_words(c->severity),
                  c->side);
  if(rc == 0)
    rc = add_set(out, &c->needs);
  if(rc == 0)
    rc = add_optional(out, &c->optional);
  if(rc == 0)
    rc = buf_addf(out, "\nClause    %s%s%s\n", c->reference,
                  c->reference[0] ? "\n          " : "", c->anchor);
  if(rc == 0)
    rc = add_section(out, "Why it matters", c->rationale);
  if(rc == 0)
    rc = add_section(out, "Typical causes", c->causes);
  if(rc == 0)
    rc = add_fixes(out, c);
  if(rc == 0)
    rc = buf_addf(out, "\nReproduce\n  %s\n", c->reproduce);
  return rc;
}

static json_t *fixes_json(const struct check *c)
{
  json_t *list = json_array();
  int i;
  for(i = 0; list && i < CHECK_MAX_FIXES && c->fix[i].stack; i++)
    json_array_append_new(list,
                          json_pack("{s:s, s:s}", "stack", c->fix[i].stack,
                                    "text", c->fix[i].text));
  return list;
}

static json_t *check_json(const struct check *c)
{
  struct buf needs;
  json_t *row = NULL;
  buf_init(&needs, 0);
  if(add_set(&needs, &c->needs) == 0)
    row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, "
                    "s:o}",
                    "id", c->id, "title", c->title, "severity",
                    severity_name(c->severity), "side", c->side, "modes",
                    c->modes, "needs", buf_text(&needs), "anchor", c->anchor,
                    "reference", c->reference, "rationale", c->rationale,
                    "causes", c->causes, "reproduce", c->reproduce, "fixes",
                    fixes_json(c));
  buf_free(&needs);
  return row;
}

json_t *check_list_json(void)
{
  json_t *list = json_array();
  size_t i;
  for(i = 0; list && i < check_count(); i++) {
    if(json_array_append_new(list, check_json(check_at(i)))) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}
