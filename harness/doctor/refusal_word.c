/* SPDX-License-Identifier: MIT
 * nginx's own words: which directive they are about, what kind of mistake it
 * is, and whether it is one; see refusal.h. */
#include <stdio.h>
#include <string.h>

#include "doctor/refusal.h"

static bool has(const char *text, const char *part)
{
  return strstr(text, part) != NULL;
}

static enum conf_refusal_kind kind_of(const char *s)
{
  static const struct {
    const char *words;
    enum conf_refusal_kind kind;
  } kinds[] = {{"unknown directive ", REFUSED_NAME},
               {"\" directive is not allowed here", REFUSED_CONTEXT},
               {"invalid number of arguments in ", REFUSED_COUNT},
               {" is duplicate", REFUSED_DUPLICATE},
               {"duplicate location ", REFUSED_DUPLICATE},
               {"duplicate listen ", REFUSED_DUPLICATE},
               {"duplicate upstream ", REFUSED_DUPLICATE},
               {"a duplicate default server", REFUSED_DUPLICATE},
               {"is not terminated by", REFUSED_SYNTAX},
               {"has no opening", REFUSED_SYNTAX},
               {"unexpected ", REFUSED_SYNTAX},
               {"invalid ", REFUSED_VALUE}};
  for(size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
    if(has(s, kinds[i].words))
      return kinds[i].kind;
  }
  return REFUSED_OTHER;
}

/* ---- Which directive ---- */

static bool names(const char *sentence, const char *word, bool quoted)
{
  char text[300];
  if(!word[0] || strlen(word) > 250)
    return false;
  snprintf(text, sizeof(text), quoted ? "\"%s\"" : "%s", word);
  return has(sentence, text);
}

static bool covers(const struct conf_directive *d, unsigned int line)
{
  unsigned int last = d->line;
  if(d->line > line)
    return false;
  for(size_t i = d->start; i < d->end && last < line; i++)
    last += d->file->text.p[i] == '\n';
  return last >= line;
}

/* How well the sentence, said of that line, fits a directive; 0: not. */
static int fit(const struct conf_directive *d, unsigned int line,
               const char *sentence)
{
  int score = 1;
  if(!covers(d, line))
    return 0;
  if(conf_said_line(d) == line)
    score += 4;
  if(names(sentence, d->name, true))
    score += 8;
  else if(names(sentence, d->name, false))
    score += 2;
  for(size_t i = 0; i < d->nargs; i++) {
    if(names(sentence, d->args[i].text, true)) {
      score += 2;
      break;
    }
  }
  return score;
}

/* A sentence without a place names a variable or a zone. */
static int fit_word(const struct conf_directive *d, const char *word)
{
  size_t n = strlen(word);
  for(size_t i = 0; i < d->nargs; i++) {
    const char *text = d->args[i].text, *at = strstr(text, word);
    bool zone =
        at && (at == text || at[-1] == '=' || at[-1] == '$' || at[-1] == '{');
    if(zone && !strchr("abcdefghijklmnopqrstuvwxyz_0123456789", at[n]))
      return 1;
    if(zone && !at[n])
      return 1;
  }
  return 0;
}

static void quoted_word(const char *sentence, char *out, size_t size)
{
  const char *open = strchr(sentence, '"');
  const char *close = open ? strchr(open + 1, '"') : NULL;
  out[0] = '\0';
  if(close)
    snprintf(out, size, "%.*s", (int)(close - open - 1), open + 1);
}

static const struct conf_directive *find(const struct conf *c,
                                         const struct conf_file *file,
                                         unsigned int line,
                                         const char *sentence)
{
  const struct conf_directive *best = NULL;
  int most = 0;
  char word[120];
  quoted_word(sentence, word, sizeof(word));
  for(const struct conf_directive *d = conf_walk(c->root, c->root); d;
      d = conf_walk(c->root, d)) {
    int score = 0;
    if(!d->file)
      continue;
    if(file)
      score = d->file == file ? fit(d, line, sentence) : 0;
    else if(word[0] && !best)
      score = fit_word(d, word);
    if(score && score >= most) {
      most = score;
      best = d;
    }
  }
  return best;
}

/* Of a duplicate, the one before it. */
static const struct conf_directive *first_of(const struct conf_directive *d)
{
  const struct conf_directive *o = conf_child(d->parent, d->name);
  for(; o && o != d; o = conf_sibling(o, d->name)) {
    if(!conf_is(d, "location") ||
       strcmp(conf_arg(o, o->nargs ? o->nargs - 1 : 0),
              conf_arg(d, d->nargs ? d->nargs - 1 : 0)) == 0)
      return o;
  }
  return NULL;
}

void refusal_word(const struct conf *c, const struct conf_file *file,
                  unsigned int line, const char *sentence,
                  struct conf_refusal *out)
{
  memset(out, 0, sizeof(*out));
  snprintf(out->sentence, sizeof(out->sentence), "%s", sentence);
  out->kind = kind_of(sentence);
  out->at = find(c, file, line, sentence);
  out->file = file;
  out->line = line;
  out->column = line ? 1 : 0;
  if(out->at)
    conf_refusal_place(out, line);
  if(out->at && out->kind == REFUSED_DUPLICATE)
    out->other = first_of(out->at);
}

/* ---- What this machine lacks ---- */

/* A file, a name, an account, a module's file. */
static bool is_machine(const char *s)
{
  static const char *const words[] = {
      "open() ",         "No such file", "cannot load ",
      "BIO_new_file",    "getpwnam(",    "getgrnam(",
      "dlopen() ",       "mkdir() ",     "bind() ",
      "socket() ",       "setsockopt(",  "host not found",
      "not binary comp", "chown(",       "GeoIP_open",
      "SSL_CTX_",        "PEM_read",     "MMDB_open",
      "version 1",       "fopen:",       "could not be resolved",
      "stat() ",         "opendir() ",   "is not supported on this"};
  for(size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if(has(s, words[i]))
      return true;
  }
  return false;
}

/* Defined where it can be elsewhere than in what was given. */
static bool is_elsewhere(const char *s)
{
  static const char *const words[] = {"\" is defined",
                                      "\" variable",
                                      "zero size shared memory zone",
                                      "unknown log format",
                                      "zone \"",
                                      "no \"ssl_certificate",
                                      "upstream \"",
                                      "limit_req_zone",
                                      "limit_conn_zone",
                                      "shared memory zone",
                                      "no \"events\" section"};
  for(size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if(has(s, words[i]))
      return true;
  }
  return false;
}

static bool lacks_directive(const struct conf *c,
                            const struct conf_directive *d, char *why,
                            size_t size)
{
  const char *module = NULL, *foreign = conf_form_module(d->name);
  const struct conf_form *f = conf_form_next(d->name, NULL, &module);
  if(foreign)
    snprintf(why, size, "%s needs %s", d->name, foreign);
  else if(f && f->since)
    snprintf(why, size, "%s needs nginx 1.%u.%u or later", d->name,
             f->since / 1000u, f->since % 1000u);
  else if(f)
    snprintf(why, size, "%s needs an nginx with ngx_%s_module", d->name,
             module);
  else if(conf_may_be_brought(c, d->name))
    snprintf(why, size, "%s needs a module that is not known here", d->name);
  else
    return false;
  return true;
}

/* Newer versions take what this one does not. */
static bool is_newer(const struct conf_refusal *r)
{
  const struct conf_version newest = {1, 31, 5};
  const struct conf_form *f = conf_form_next(r->at->name, NULL, NULL);
  struct conf_refusal again;
  bool words = f && (f->value == VALUE_ENUM || f->value == VALUE_MASK);
  if(!f || !(r->kind == REFUSED_CONTEXT || r->kind == REFUSED_COUNT ||
             (r->kind == REFUSED_VALUE && words)))
    return false;
  return conf_verify_one(r->at, newest, &again);
}

bool refusal_is_lack(const struct conf *c, const struct conf_refusal *r,
                     char *why, size_t size)
{
  if(r->at && r->kind == REFUSED_NAME)
    return lacks_directive(c, r->at, why, size);
  if(r->at && is_newer(r)) {
    snprintf(why, size, "%s needs another version of nginx: %.200s",
             r->at->name, r->sentence);
    return true;
  }
  if(is_machine(r->sentence) ||
     (conf_incomplete(c) && is_elsewhere(r->sentence))) {
    snprintf(why, size, "not to be had here: %.250s", r->sentence);
    return true;
  }
  return false;
}
