/* SPDX-License-Identifier: MIT
 * Asking what a protocol on top asks; see check_ask.h. */
#include "conformance/check_ask.h"

#include <stdlib.h>
#include <string.h>

#include "base/slice.h"
#include "transport/url.h"

/* A request on its way. */
struct asking {
  struct profile_asked *asked;
  struct endpoint *to;
  struct err *e;
};

/* Fills in one text of the request; 1 where it is left out. */
static int fill(struct asking *a, const char *text, bool json, struct buf *out)
{
  const struct profile *p = a->asked->p;
  int rc = profile_fill(p, &a->asked->vars, text, json, out);
  if(rc == E_RANGE)
    return err_set(a->e, rc, "--var: a line end may only stand in a body");
  return rc < 0 ? err_set(a->e, rc, "%s: %s", p->name, err_name(rc)) : rc;
}

static int replace(struct asking *a, char **field, const char *text)
{
  char *copy = slice_dup(slice_of(text));
  if(!copy)
    return err_set(a->e, E_NOMEM, "out of memory");
  free(*field);
  *field = copy;
  return 0;
}

static int fill_header(struct asking *a, const struct profile_text *h)
{
  struct name_value *there = endpoint_header(a->to, h->name);
  struct buf value;
  int rc;
  buf_init(&value, 0);
  rc = fill(a, h->text, false, &value);
  if(!rc && there)
    rc = replace(a, &there->value, buf_text(&value));
  else if(!rc && endpoint_add_header(a->to, h->name, buf_text(&value)))
    rc = err_set(a->e, E_NOMEM, "out of memory");
  buf_free(&value);
  return rc < 0 ? rc : 0;
}

static int fill_path(struct asking *a)
{
  const char *url = a->to->url;
  struct buf whole;
  int rc;
  buf_init(&whole, 0);
  buf_add(&whole, url, url_origin(url) ? url_origin(url) : strlen(url));
  rc = fill(a, a->asked->p->path, false, &whole);
  if(!rc)
    rc = replace(a, &a->to->url, buf_text(&whole));
  buf_free(&whole);
  return rc;
}

static int fill_body(struct asking *a)
{
  struct buf body;
  int rc;
  buf_init(&body, 0);
  rc = fill(a, a->asked->p->body, true, &body);
  if(!rc)
    rc = replace(a, &a->to->body, buf_text(&body));
  buf_free(&body);
  return rc;
}

/* A URL without a path of its own gets the profile's. */
static bool has_path(const char *url)
{
  size_t origin = url_origin(url);
  const char *path = origin ? url + origin : "";
  return path[0] && strcmp(path, "/") != 0;
}

int check_ask_anew(struct profile_asked *asked, struct endpoint *to,
                   struct err *e)
{
  struct asking a = {asked, to, e};
  uint8_t i;
  int rc = asked->path ? fill_path(&a) : 0;
  if(!rc && asked->body)
    rc = fill_body(&a);
  for(i = 0; i < asked->p->headers && !rc; i++) {
    if(asked->headers >> i & 1)
      rc = fill_header(&a, &asked->p->header[i]);
  }
  return rc;
}

int check_ask(struct profile_asked *asked, struct endpoint *to,
              bool method_given, struct err *e)
{
  struct asking a = {asked, to, e};
  const struct profile *p = asked->p;
  uint8_t i;
  asked->path = p->path && !has_path(to->url);
  asked->body = p->body && !to->body;
  for(i = 0; i < p->headers; i++) {
    if(!endpoint_header(to, p->header[i].name))
      asked->headers |= UINT32_C(1) << i;
  }
  if(!method_given && replace(&a, &to->method, p->method))
    return e->code;
  return check_ask_anew(asked, to, e);
}
