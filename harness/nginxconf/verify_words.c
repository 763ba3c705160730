/* SPDX-License-Identifier: MIT
 * Directives whose words their module reads itself: those that people write
 * most; see verify_value.h. */
#include <stdio.h>
#include <string.h>

#include "nginxconf/verify_value.h"

/* How the words behind the first are read: "name" or "name=". */
struct word {
  const char *name;
  enum { WORD_ANY, WORD_NUMBER, WORD_COUNT, WORD_SECONDS } value;
};

static const struct word of_server[] = {
    {"weight=", WORD_COUNT},     {"max_conns=", WORD_NUMBER},
    {"max_fails=", WORD_NUMBER}, {"fail_timeout=", WORD_SECONDS},
    {"backup", WORD_ANY},        {"down", WORD_ANY},
    {"resolve", WORD_ANY},       {"service=", WORD_ANY},
    {"slow_start=", WORD_ANY},   {"route=", WORD_ANY},
    {"drain", WORD_ANY},         {"sid=", WORD_ANY},
    {"id=", WORD_ANY},           {NULL, WORD_ANY}};

static const struct word of_listen[] = {{"default_server", WORD_ANY},
                                        {"default", WORD_ANY},
                                        {"ssl", WORD_ANY},
                                        {"http2", WORD_ANY},
                                        {"http3", WORD_ANY},
                                        {"spdy", WORD_ANY},
                                        {"quic", WORD_ANY},
                                        {"reuseport", WORD_ANY},
                                        {"deferred", WORD_ANY},
                                        {"bind", WORD_ANY},
                                        {"multipath", WORD_ANY},
                                        {"proxy_protocol", WORD_ANY},
                                        {"setfib=", WORD_ANY},
                                        {"fastopen=", WORD_NUMBER},
                                        {"backlog=", WORD_ANY},
                                        {"rcvbuf=", WORD_ANY},
                                        {"sndbuf=", WORD_ANY},
                                        {"accept_filter=", WORD_ANY},
                                        {"ipv6only=", WORD_ANY},
                                        {"so_keepalive=", WORD_ANY},
                                        {NULL, WORD_ANY}};

static const struct word of_limit_req[] = {{"zone=", WORD_ANY},
                                           {"burst=", WORD_COUNT},
                                           {"delay=", WORD_NUMBER},
                                           {"nodelay", WORD_ANY},
                                           {NULL, WORD_ANY}};

/* Always false. */
static bool say(struct conf_refusal *out, const char *what, const char *word)
{
  snprintf(out->sentence, sizeof(out->sentence), "invalid %s \"%.200s\"", what,
           word);
  return false;
}

/* A whole number above 0. */
static bool is_count(const char *value)
{
  return verify_number(value) && value[strspn(value, "0")];
}

static bool is_right(const struct word *w, const char *value)
{
  if(w->value == WORD_SECONDS)
    return verify_time(value, false);
  if(w->value == WORD_ANY)
    return true;
  return w->value == WORD_NUMBER ? verify_number(value) : is_count(value);
}

static bool is_word(const struct word *known, const char *word, bool *fits)
{
  for(; known->name; known++) {
    size_t n = strlen(known->name);
    bool has_value = known->name[n - 1] == '=';
    if(has_value ? strncmp(word, known->name, n) != 0
                 : strcmp(word, known->name) != 0)
      continue;
    *fits = !has_value || is_right(known, word + n);
    return true;
  }
  return false;
}

static bool words_fit(const struct conf_directive *d, size_t from,
                      const struct word *known, struct conf_refusal *out)
{
  for(size_t i = from; i < d->nargs; i++) {
    const char *word = conf_arg(d, i);
    bool fits = true;
    if(!is_word(known, word, &fits))
      return say(out, "parameter", word);
    if(!fits)
      return say(out, "value", word);
  }
  return true;
}

static bool keepalive(const struct conf_directive *d, struct conf_refusal *out)
{
  const char *text = conf_arg(d, 0);
  if(is_count(text))
    return true;
  snprintf(out->sentence, sizeof(out->sentence),
           "invalid value \"%.200s\" in \"keepalive\" directive", text);
  return false;
}

static bool workers(const struct conf_directive *d, struct conf_refusal *out)
{
  const char *text = conf_arg(d, 0);
  if(strcmp(text, "auto") == 0 || is_count(text))
    return true;
  snprintf(out->sentence, sizeof(out->sentence),
           "\"worker_processes\" directive invalid value");
  return false;
}

/* Codes, perhaps "=CODE", the page. */
static bool error_page(const struct conf_directive *d,
                       struct conf_refusal *out)
{
  size_t codes = d->nargs - 1;
  if(d->nargs < 2)
    return true;
  if(conf_arg(d, codes - 1)[0] == '=')
    codes--;
  for(size_t i = 0; i < codes; i++) {
    const char *text = conf_arg(d, i);
    if(!verify_number(text) || strcmp(text, "499") == 0)
      return say(out, "value", text);
  }
  return true;
}

static bool always(const struct conf_directive *d, struct conf_refusal *out)
{
  return d->nargs < 3 || strcmp(conf_arg(d, 2), "always") == 0 ||
         say(out, "parameter", conf_arg(d, 2));
}

static bool expires(const struct conf_directive *d, struct conf_refusal *out)
{
  const char *text = conf_arg(d, d->nargs ? d->nargs - 1 : 0);
  if(strcmp(text, "epoch") == 0 || strcmp(text, "max") == 0 ||
     strcmp(text, "off") == 0 || strchr(text, '$'))
    return true;
  text += strspn(text, "+-@") > 0;
  if(verify_time(text, false))
    return true;
  snprintf(out->sentence, sizeof(out->sentence),
           "\"expires\" directive invalid value");
  return false;
}

bool verify_own_words(const struct conf_directive *d, struct conf_refusal *out)
{
  if(conf_is(d, "server") && conf_is(d->parent, "upstream"))
    return words_fit(d, 1, of_server, out);
  if(conf_is(d, "listen") && conf_context_of(d->parent) == CONTEXT_SERVER)
    return words_fit(d, 1, of_listen, out);
  if(conf_is(d, "limit_req"))
    return words_fit(d, 0, of_limit_req, out);
  if(conf_is(d, "keepalive") && conf_is(d->parent, "upstream"))
    return keepalive(d, out);
  if(conf_is(d, "error_page"))
    return error_page(d, out);
  if(conf_is(d, "add_header"))
    return always(d, out);
  if(conf_is(d, "expires"))
    return expires(d, out);
  if(conf_is(d, "worker_processes"))
    return workers(d, out);
  if(conf_is(d, "worker_connections") && !verify_number(conf_arg(d, 0)))
    return say(out, "number", conf_arg(d, 0));
  return true;
}
