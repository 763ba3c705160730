/* SPDX-License-Identifier: MIT
 * Rules as text, JSON and a page of Markdown; see rule.h. */
#include "base/markdown.h"
#include "rules/rule.h"

static const char *side_words(enum rule_side s)
{
  static const char *const words[] = {"the text of the configuration",
                                      "a running nginx",
                                      "the text, and a running nginx"};
  return words[s];
}

static const char *side_name(enum rule_side s)
{
  static const char *const names[] = {"static", "live", "both"};
  return names[s];
}

static int add_section(struct buf *out, const char *title, const char *text)
{
  if(!text[0])
    return 0;
  buf_addf(out, "\n%s\n  ", title);
  return buf_add_wrapped(out, 2, text);
}

/* "proxy, fastcgi"; "any" where all. */
static int add_families(struct buf *out, uint32_t families)
{
  static const enum conf_family all[] = {CONF_PROXY, CONF_FASTCGI, CONF_UWSGI,
                                         CONF_SCGI, CONF_GRPC};
  const char *comma = "";
  size_t i;
  int rc = 0;
  if((families & FAMILY_ANY) == FAMILY_ANY)
    return buf_adds(out, "any");
  for(i = 0; i < sizeof(all) / sizeof(all[0]) && !rc; i++) {
    if(!(families & FAMILY_BIT(all[i])))
      continue;
    rc = buf_addf(out, "%s%s", comma, conf_family_name(all[i]));
    comma = ", ";
  }
  return !rc && !comma[0] ? buf_adds(out, "no handler") : rc;
}

static void add_fix(struct buf *out, const struct doctor_rule *r)
{
  if(!r->fix[0])
    return;
  buf_addf(out, "\nHow to mend it (%s)\n  ", r->block);
  buf_add_wrapped(out, 2, r->fix);
}

int doctor_rule_explain(const struct doctor_rule *r, struct buf *out)
{
  buf_addf(out, "%s\n  ", r->id);
  buf_add_wrapped(out, 2, r->title);
  buf_addf(out, "\nSeverity  ");
  buf_add_wrapped(out, 10, r->graded);
  buf_addf(out, "Seen in   %s\nHandlers  ", side_words(r->side));
  add_families(out, r->families);
  if(r->doc[0])
    buf_addf(out, "\nnginx.org %s\n", r->doc);
  else
    buf_addc(out, '\n');
  add_section(out, "What happens", r->why);
  add_fix(out, r);
  return add_section(out, "Mind", r->caveats);
}

json_t *doctor_rules_json(void)
{
  json_t *list = json_array();
  size_t i;
  for(i = 0; i < doctor_rule_count() && list; i++) {
    const struct doctor_rule *r = doctor_rule_at(i);
    json_t *row = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "id", r->id,
        "title", r->title, "severity", doctor_severity_name(r->severity),
        "graded", r->graded, "side", side_name(r->side), "why", r->why, "fix",
        r->fix, "block", r->block, "caveats", r->caveats, "doc", r->doc);
    if(json_array_append_new(list, row)) {
      json_decref(list);
      list = NULL;
    }
  }
  return list;
}

/* ---- the page ------------------------------------------------------------
 */

static const char intro[] =
    "# The rules of `weir nginx`\n\n"
    "Made by `weir list rules --markdown`. `weir explain ID` prints the same "
    "of one rule.\n\n"
    "**error**: events late, lost, doubled or broken, or clients gone for "
    "good. **warn**:\nworks now, breaks under load, over another transport, "
    "with other sizes or in\nsilence. **info**: no effect, or worth knowing. "
    "The severity in the tables is the\nworst that a rule says.\n\n"
    "A new rule is one function, one row, one configuration in "
    "`scenarios/nginx/bad`.\n";

static int add_table(struct buf *out, const struct doctor_rule_group *g)
{
  size_t i;
  int rc = buf_addf(out,
                    "\n## %s\n\n| rule | at worst | what it says |\n"
                    "| --- | --- | --- |\n",
                    g->name);
  for(i = 0; rc == 0 && i < g->count; i++) {
    const struct doctor_rule *r = &g->rule[i];
    rc = buf_addf(out, "| [%s](#%s) | %s | ", r->id, r->id,
                  doctor_severity_name(r->severity));
    if(rc == 0)
      rc = markdown_code(r->title, out);
    if(rc == 0)
      rc = buf_adds(out, " |\n");
  }
  return rc;
}

static int add_rule(struct buf *out, const struct doctor_rule *r)
{
  int rc = buf_addf(out, "\n### <a id=\"%s\"></a>%s\n\n", r->id, r->id);
  if(rc == 0)
    rc = markdown_code(r->title, out);
  if(rc == 0)
    rc = buf_adds(out, ".\n");
  if(rc == 0)
    rc = markdown_labelled("Severity:", r->graded, markdown_code, out);
  if(rc == 0)
    rc = markdown_labelled("What happens:", r->why, markdown_code, out);
  if(rc == 0 && r->fix[0])
    rc = buf_addf(out, "\n**Fix** (%s): `%s`\n", r->block, r->fix);
  if(rc == 0)
    rc = markdown_labelled("Mind:", r->caveats, markdown_code, out);
  if(rc == 0 && r->doc[0])
    rc = buf_addf(out, "\n<%s>\n", r->doc);
  return rc;
}

int doctor_rules_markdown(struct buf *out)
{
  size_t i;
  int rc = buf_adds(out, intro);
  for(i = 0; rc == 0 && i < doctor_group_count(); i++)
    rc = add_table(out, doctor_group_at(i));
  if(rc == 0)
    rc = buf_adds(out, "\n## Each rule\n");
  for(i = 0; rc == 0 && i < doctor_rule_count(); i++)
    rc = add_rule(out, doctor_rule_at(i));
  return rc;
}
