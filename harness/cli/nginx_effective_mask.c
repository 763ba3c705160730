/* SPDX-License-Identifier: MIT
 * What of a configuration --effective may show; see nginx_effective.h. */
#include "cli/nginx_effective.h"
#include "doctor/document.h"

int nginx_effective_title(const struct nginx_effective *ask,
                          const struct conf_directive *d, struct buf *out)
{
  struct buf plain;
  int rc;
  if(ask->keep_secrets)
    return conf_title(d, out);
  buf_init(&plain, 0);
  rc = conf_title(d, &plain);
  rc = rc ? rc : document_mask(buf_slice(&plain), out);
  buf_free(&plain);
  return rc;
}

/* Masked as the last word of "proxy_set_header Authorization abc". */
int nginx_effective_word(const struct nginx_effective *ask,
                         const struct conf_setting *s, size_t i, size_t j,
                         struct buf *out)
{
  struct slice first = conf_setting_word(s, i, 0);
  struct slice word = conf_setting_word(s, i, j), shown;
  struct buf line, masked;
  size_t before;
  int rc;
  if(ask->keep_secrets)
    return buf_add(out, word.p, word.n);
  buf_init(&line, 0);
  buf_init(&masked, 0);
  buf_addf(&line, "%s ", s->name);
  if(j)
    buf_addf(&line, "%.*s ", (int)first.n, first.p);
  before = line.n;
  buf_add(&line, word.p, word.n);
  rc = line.rc ? line.rc : document_mask(buf_slice(&line), &masked);
  shown = buf_slice(&masked);
  if(!rc && shown.n >= before)
    rc = buf_add(out, shown.p + before, shown.n - before);
  buf_free(&line);
  buf_free(&masked);
  return rc;
}
