/* SPDX-License-Identifier: MIT
 * Rules about the request: who gets through at all, and what the application
 * is asked. */
#include <stdio.h>
#include <string.h>

#include "nginxconf/odd.h"
#include "rules/rules.h"

/* ---- nginx.deny-all ------------------------------------------------------
 */

/* Others than by address may come in. */
static bool has_other_way(const struct doctor_facts *f)
{
  struct conf_setting satisfy = fact_get(f, "satisfy");
  return conf_setting_is(&satisfy, "any") &&
         (fact_get(f, "auth_basic").n || fact_get(f, "auth_request").n ||
          fact_get(f, "auth_jwt").n);
}

/* The first that fits holds, of the innermost block that has any: `deny all`
 * where nobody was let in before it. */
static const struct conf_directive *closed_by(const struct conf_directive *b)
{
  bool any = false;
  for(; b && !any; b = b->parent) {
    for(const struct conf_directive *d = b->child; d; d = d->next) {
      if(conf_is(d, "allow"))
        return NULL;
      any |= conf_is(d, "deny");
      if(conf_is(d, "deny") && strcmp(conf_arg(d, 0), "all") == 0)
        return d;
    }
  }
  return NULL;
}

static void deny_all(const struct doctor_facts *f, struct doctor_finding *out)
{
  const struct conf_directive *d = closed_by(f->block);
  /* In limit_except it is about the methods left out, which streams that
   * answer another one do not use. */
  if(!d || conf_is(d->parent, "limit_except") || has_other_way(f))
    return;
  doctor_finding_hit(out, DOCTOR_ERROR, DOCTOR_CERTAIN,
                     "`deny all` in line %u comes before any `allow`: every "
                     "client gets 403, and an EventSource does not come "
                     "back from that.",
                     d->line);
  doctor_finding_fix(out, "`allow` those who may come, above `deny all`, or "
                          "delete it");
  fact_blame_directive(d, out);
}

/* ---- nginx.request-transfer-encoding -------------------------------------
 */

static void transfer_encoding(const struct doctor_facts *f,
                              struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "proxy_set_header");
  const struct conf_directive *d = conf_setting_entry(&s, "Transfer-Encoding");
  if(!d || !conf_arg(d, 1)[0])
    return;
  doctor_finding_hit(out, DOCTOR_ERROR, DOCTOR_CERTAIN,
                     "The application is sent `Transfer-Encoding: %.40s` "
                     "and no body: it waits for one, and answers late or "
                     "never. The header says nothing of the response.",
                     conf_arg(d, 1));
  doctor_finding_fix(out, "delete `proxy_set_header Transfer-Encoding`");
  fact_blame_directive(d, out);
  if(d->parent == f->block)
    fact_fix_remove(d, out);
  else
    fact_fix_argument(d, 1, "\"\"", out);
}

/* ---- nginx.upgrade-fixed -------------------------------------------------
 */

static void upgrade_fixed(const struct doctor_facts *f,
                          struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "proxy_set_header");
  const struct conf_directive *d = conf_setting_entry(&s, "Upgrade");
  const struct conf_directive *c = conf_setting_entry(&s, "Connection");
  if(!d || !conf_arg(d, 1)[0] || strchr(conf_arg(d, 1), '$'))
    return;
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_LIKELY,
                     "Every request asks the application for `Upgrade: "
                     "%.40s`, those for the stream too: one that takes it at "
                     "its word answers 400 or 426, or waits for frames.",
                     conf_arg(d, 1));
  doctor_finding_fix(out, "an event stream needs neither Upgrade nor "
                          "Connection: `proxy_set_header Upgrade \"\";` and "
                          "`proxy_set_header Connection \"\";`");
  fact_blame_directive(d, out);
  if(d->parent != f->block)
    return;
  fact_fix_argument(d, 1, "\"\"", out);
  if(c && c->parent == f->block && !strchr(conf_arg(c, 1), '$'))
    fact_fix_argument(c, 1, "\"\"", out);
}

/* ---- nginx.odd-characters ------------------------------------------------
 */

/* Texts that people read may hold anything. */
static bool is_prose(const struct conf_directive *d)
{
  static const char *const names[] = {
      "return", "auth_basic", "log_format", "sub_filter",      "rewrite",
      "set",    "error_page", "add_header", "more_set_headers"};
  for(size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    if(conf_is(d, names[i]))
      return true;
  }
  return false;
}

/* The i-th argument with plain characters; false where that is no one word. */
static bool plain(const struct conf_directive *d, size_t i, char *out,
                  size_t size)
{
  struct slice rest = {d->args[i].text, d->args[i].n};
  const struct conf_odd *odd;
  size_t at, n = 0;
  out[0] = '\0';
  if(d->args[i].quote)
    return false;
  for(odd = conf_odd_in(rest, &at); odd && n < size;
      odd = conf_odd_in(rest, &at)) {
    n += (size_t)snprintf(out + n, size - n, "%.*s%s", (int)at, rest.p,
                          odd->plain);
    rest.p += at + strlen(odd->bytes);
    rest.n -= at + strlen(odd->bytes);
  }
  if(n < size)
    n += (size_t)snprintf(out + n, size - n, "%.*s", (int)rest.n, rest.p);
  return n < size && n && !strpbrk(out, " ;{}");
}

static bool odd_in(const struct conf_directive *d, struct doctor_finding *out)
{
  const struct conf_odd *odd = NULL;
  char text[200];
  size_t at, i;
  for(i = 0; i < d->nargs && !odd; i++)
    odd = conf_odd_in((struct slice){d->args[i].text, d->args[i].n}, &at);
  if(!odd || is_prose(d))
    return false;
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_CERTAIN,
                     "`%s` in line %u holds %s: nginx takes it as a part of "
                     "the value, and not for what it looks like.",
                     d->name, d->line, odd->name);
  doctor_finding_fix(out, "write it with plain characters");
  fact_blame_directive(d, out);
  if(plain(d, i - 1, text, sizeof(text)))
    fact_fix_argument(d, i - 1, text, out);
  return true;
}

/* What holds for the request: its location, and the blocks around it. */
static void odd_characters(const struct doctor_facts *f,
                           struct doctor_finding *out)
{
  const struct conf_directive *b, *d;
  for(b = f->block; b; b = b->parent) {
    for(d = b->child; d; d = d->next) {
      if(d->body == CONF_SIMPLE && d->file && odd_in(d, out))
        return;
    }
  }
}

static const struct doctor_rule rows[] = {
    {.id = "nginx.deny-all",
     .headline = "are refused to everyone",
     .title = "every client is refused",
     .severity = DOCTOR_ERROR,
     .graded = "error, certain",
     .side = SIDE_STATIC,
     .families = FAMILY_ANY & ~FAMILY_BIT(CONF_RETURN),
     .why = "`allow` and `deny` are looked at in their order, and the first "
            "that fits holds. A block with any of them has nothing of those "
            "around it. `deny all` without an `allow` above it is 403 for "
            "all, and EventSource closes for good on any status but 200.",
     .fix = "allow 10.0.0.0/8;",
     .block = "location",
     .kind = FIX_KIND_ADD,
     .caveats = "Not judged where `satisfy any` lets a password in, too.",
     .doc = NGX_HTTP "access_module.html#deny",
     .judge = deny_all},
    {.id = "nginx.request-transfer-encoding",
     .headline = "wait for a request body that never comes",
     .title = "the application is told of a request body that does not come",
     .severity = DOCTOR_ERROR,
     .graded = "error, certain",
     .side = SIDE_STATIC,
     .families = FAMILY_BIT(CONF_PROXY),
     .why = "proxy_set_header sets headers of the request to the application. "
            "`Transfer-Encoding: chunked` there promises a body in chunks; a "
            "GET has none, so that the application waits for the first chunk: "
            "no response head, no events. Whether the response is chunked is "
            "the application's own business.",
     .fix = "",
     .block = "location",
     .kind = FIX_KIND_REMOVE,
     .caveats = "",
     .doc = NGX_PROXY "proxy_set_header",
     .judge = transfer_encoding},
    {.id = "nginx.upgrade-fixed",
     .headline = "are asked for as if they were WebSockets",
     .title = "every request asks for another protocol",
     .severity = DOCTOR_WARN,
     .graded = "warn, likely: what the application makes of it is its own",
     .side = SIDE_STATIC,
     .families = FAMILY_BIT(CONF_PROXY),
     .why = "`Upgrade: websocket` as a constant goes out with every request, "
            "not only with those of WebSocket clients. Applications that "
            "serve both on one path take an event stream for a WebSocket "
            "then.",
     .fix = "proxy_set_header Upgrade \"\";",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "Where WebSockets share the location: `$http_upgrade`, and a "
                "map for Connection.",
     .doc = "https://nginx.org/en/docs/http/websocket.html",
     .judge = upgrade_fixed},
    {.id = "nginx.odd-characters",
     .headline = "pass a value that only looks right",
     .title = "a value holds characters that only look right",
     .severity = DOCTOR_WARN,
     .graded = "warn, certain",
     .side = SIDE_STATIC,
     .families = FAMILY_ANY,
     .why = "Word processors and web pages put curly quotes, no-break spaces "
            "and dashes where plain ones belong. For nginx they are letters: "
            "the value is another one than it looks, and is sent as it "
            "stands.",
     .fix = "",
     .block = "wherever it stands",
     .kind = FIX_KIND_NONE,
     .caveats = "Texts for people (return, add_header, auth_basic, "
                "sub_filter) are not looked at.",
     .doc = "",
     .judge = odd_characters},
};

DOCTOR_GROUP(rules_request, "Who is let in, and what is asked", rows);
