/* SPDX-License-Identifier: MIT
 * What the author of a refused line is likely to have meant; see refusal.h. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "doctor/refusal.h"
#include "doctor/refusal_value.h"
#include "nginxconf/odd.h"

static struct slice raw_of(const struct conf_directive *d)
{
  size_t end = d->body == CONF_SIMPLE ? d->end : d->body_start;
  return (struct slice){d->file->text.p + d->start, end - d->start};
}

/* Replaces bytes of d's file; line counts from d's. */
static void edit_bytes(const struct conf_directive *d, size_t start,
                       size_t end, const char *text,
                       struct doctor_finding *out)
{
  size_t before = out->edits;
  struct conf_edit *e;
  fact_fix_replace(d, text, out);
  if(out->edits == before)
    return;
  e = &out->edit[before];
  e->start_bytes = start;
  e->end_bytes = end;
  for(size_t i = d->start; i < start; i++)
    e->line += d->file->text.p[i] == '\n';
}

/* ---- Characters that are not what they look like ---- */

static bool odd(const struct conf_refusal *r, struct doctor_finding *out)
{
  const struct conf_directive *d = r->at;
  struct slice text = raw_of(d);
  size_t at = 0, from = 0;
  const struct conf_odd *first = NULL, *o;
  o = conf_odd_in(text, &at);
  while(o) {
    first = first ? first : o;
    from += at;
    edit_bytes(d, d->start + from, d->start + from + strlen(o->bytes),
               o->plain, out);
    from += strlen(o->bytes);
    o = conf_odd_in((struct slice){text.p + from, text.n - from}, &at);
  }
  if(!first)
    return false;
  doctor_finding_fix(out,
                     "line %u holds %s: nginx takes it for a letter%s%s%s",
                     d->line, first->name, first->plain[0] ? "; type `" : "",
                     first->plain[0] ? first->plain : "; take it out",
                     first->plain[0] ? "` instead" : "");
  return true;
}

/* ---- A semicolon that is not there ---- */

static bool begins_directive(const char *word)
{
  return conf_form_next(word, NULL, NULL) || conf_form_module(word);
}

static bool semicolon(const struct conf_refusal *r, struct doctor_finding *out)
{
  const struct conf_directive *d = r->at;
  size_t end = d->start + strlen(d->name);
  unsigned int line = d->line;
  char text[CONF_TOKEN_MAX];
  for(size_t i = 0; i < d->nargs; i++) {
    const struct conf_arg *a = &d->args[i];
    if(a->line > line && !a->quote && begins_directive(a->text)) {
      size_t start = i ? d->args[i - 1].start : d->start;
      snprintf(text, sizeof(text), "%.*s;", (int)(end - start),
               d->file->text.p + start);
      edit_bytes(d, start, end, text, out);
      doctor_finding_fix(out, "a semicolon is missing at the end of line %u",
                         line);
      return true;
    }
    line = a->line;
    end = a->end;
  }
  return false;
}

/* ---- Names ---- */

static void rename_to(const struct conf_directive *d, const char *name,
                      struct doctor_finding *out)
{
  edit_bytes(d, d->start, d->start + strlen(d->name), name, out);
}

/* "proxy_read_timeout:", "proxy_read_timeout=60s". */
static bool punctuation(const struct conf_directive *d,
                        struct doctor_finding *out)
{
  char name[200];
  size_t n = strcspn(d->name, ":=");
  if(!d->name[n] || n >= sizeof(name))
    return false;
  snprintf(name, sizeof(name), "%.*s", (int)n, d->name);
  if(!begins_directive(name))
    return false;
  doctor_finding_fix(out,
                     "no `%c` stands between a directive and its value: "
                     "`%s %s%s`",
                     d->name[n], name, d->name + n + 1,
                     d->nargs && !d->name[n + 1] ? conf_arg(d, 0) : "");
  snprintf(name + n, sizeof(name) - n, "%s%s", d->name[n + 1] ? " " : "",
           d->name + n + 1);
  rename_to(d, name, out);
  return true;
}

static void unknown_name(const struct conf_refusal *r,
                         struct doctor_finding *out)
{
  const struct conf_directive *d = r->at;
  unsigned int where = conf_context_of(d->parent);
  char low[200];
  const char *best;
  size_t i;
  if(punctuation(d, out))
    return;
  for(i = 0; d->name[i] && i + 1 < sizeof(low); i++)
    low[i] =
        d->name[i] == '-' ? '_' : (char)tolower((unsigned char)d->name[i]);
  low[i] = '\0';
  best = begins_directive(low) ? low : conf_form_nearest(low, where);
  best = best ? best : conf_form_nearest(low, 0);
  if(best) {
    doctor_finding_fix(out, "%s is likely meant", best);
    rename_to(d, best, out);
    return;
  }
  doctor_finding_fix(out, "neither nginx's own modules nor those known here "
                          "have such a directive: take it out, or load the "
                          "module that brings it");
}

/* ---- Blocks ---- */

static void context(const struct conf_refusal *r, struct doctor_finding *out)
{
  const struct conf_directive *d = r->at, *outer;
  const struct conf_form *f = conf_form_next(d->name, NULL, NULL);
  unsigned int where = 0;
  struct buf words;
  buf_init(&words, 0);
  for(; f; f = conf_form_next(d->name, f, NULL))
    where |= f->where;
  for(outer = d->parent; outer && !(conf_context_of(outer) & where);)
    outer = outer->parent;
  if(outer && outer->parent && outer->file)
    conf_title(outer, &words);
  if(words.n)
    doctor_finding_fix(out,
                       "it may not stand in %s { }: move it into %s { } "
                       "around it (line %u)",
                       d->parent->name, buf_text(&words), outer->line);
  else if(conf_context_words(where, &words) == 0)
    doctor_finding_fix(out, "it may only stand in %s", buf_text(&words));
  buf_free(&words);
}

/* ---- Duplicates ---- */

static size_t count_in(const struct conf_directive *d)
{
  size_t n = 0;
  for(const struct conf_directive *c = d->child; c; c = c->next)
    n++;
  return n;
}

/* Of two the one that suits a stream: the longer time, buffering off, the
 * fuller location; else the later one, which was added last. */
static bool keeps_first(const struct conf_directive *first,
                        const struct conf_directive *second)
{
  uint64_t a, b;
  if(first->body == CONF_BLOCK)
    return count_in(first) > count_in(second);
  if(strstr(first->name, "_timeout") &&
     refusal_time_ms(conf_arg(first, 0), &a) &&
     refusal_time_ms(conf_arg(second, 0), &b))
    return a > b;
  if(strstr(first->name, "_buffering"))
    return strcmp(conf_arg(first, 0), "off") == 0;
  return false;
}

static void duplicate(const struct conf_refusal *r, struct doctor_finding *out)
{
  const struct conf_directive *keep = r->at, *go = r->other;
  struct buf text;
  if(!go || !go->file || !go->line)
    return;
  if(keeps_first(go, keep)) {
    go = r->at;
    keep = r->other;
  }
  buf_init(&text, 0);
  conf_title(keep, &text);
  doctor_finding_fix(out,
                     "it stands in lines %u and %u; keep line %u (%s) and "
                     "take the other one out",
                     r->other->line, r->at->line, keep->line, buf_text(&text));
  buf_free(&text);
  fact_fix_remove(go, out);
}

/* ---- How many ---- */

static void count(const struct conf_refusal *r, struct doctor_finding *out)
{
  const struct conf_form *f = conf_form_next(r->at->name, NULL, NULL);
  char words[80] = "";
  size_t n = 0;
  if(!f)
    return;
  for(size_t i = 0; i < 8; i++) {
    if(f->args & (1u << i))
      n += (size_t)snprintf(words + n, sizeof(words) - n, "%s%zu",
                            n ? " or " : "", i);
  }
  if(f->args & (FORM_AT_LEAST_1 | FORM_AT_LEAST_2))
    snprintf(words, sizeof(words), "at least %d",
             f->args & FORM_AT_LEAST_1 ? 1 : 2);
  doctor_finding_fix(out,
                     "it takes %s argument%s, and %zu stand%s here: a value "
                     "with spaces in it needs quotes",
                     words, strcmp(words, "1") == 0 ? "" : "s", r->at->nargs,
                     r->at->nargs == 1 ? "s" : "");
}

/* ---- The rest ---- */

static void other(const struct conf_refusal *r, struct doctor_finding *out)
{
  if(strstr(r->sentence, "\"connection_upgrade\" variable"))
    doctor_finding_fix(out, "in http { }: map $http_upgrade "
                            "$connection_upgrade { default upgrade; '' close; "
                            "} (an event stream needs neither)");
  else if(strstr(r->sentence, "\" variable"))
    doctor_finding_fix(out, "no set, map or module gives that variable a "
                            "value: define it, or mend its name");
  else if(strstr(r->sentence, "zero size shared memory zone"))
    doctor_finding_fix(out, "no *_zone or *_cache_path in http { } defines "
                            "that zone");
  else if(strstr(r->sentence, "no \"ssl_certificate\""))
    doctor_finding_fix(out, "give the server ssl_certificate and "
                            "ssl_certificate_key, or take `ssl` from its "
                            "listen");
}

static bool value(const struct conf_refusal *r, struct doctor_finding *out)
{
  char word[CONF_TOKEN_MAX];
  size_t which;
  if(!refusal_value(r, &which, word, sizeof(word), out))
    return false;
  if(word[0])
    fact_fix_argument(r->at, which, word, out);
  return true;
}

void refusal_repair(const struct conf_refusal *r, struct doctor_finding *out)
{
  if(!r->at || !r->at->file)
    return;
  if(odd(r, out) || semicolon(r, out))
    return;
  switch(r->kind) {
  case REFUSED_NAME:
    unknown_name(r, out);
    break;
  case REFUSED_CONTEXT:
    context(r, out);
    break;
  case REFUSED_COUNT:
    count(r, out);
    break;
  case REFUSED_VALUE:
    value(r, out);
    break;
  case REFUSED_DUPLICATE:
    duplicate(r, out);
    break;
  case REFUSED_SYNTAX:
  case REFUSED_OTHER:
    other(r, out);
    break;
  }
}
