/* SPDX-License-Identifier: MIT
 * What becomes of a published text; see publish_text.h. */
#include "behaviours/publish_text.h"

#include "behaviours/encoder.h"

bool publish_is_raw(const struct fault_set *f, enum publish_field field)
{
  static const enum fault RAW[] = {[PUBLISH_ID] = FAULT_INJECT_ID,
                                   [PUBLISH_EVENT] = FAULT_INJECT_EVENT,
                                   [PUBLISH_RETRY] = FAULT_INJECT_RETRY,
                                   [PUBLISH_COMMENT] = FAULT_INJECT_COMMENT};
  return f->v[RAW[field]] != 0;
}

bool publish_is_lost(const struct fault_set *f, size_t data_n)
{
  return !data_n && f->v[FAULT_DROP_EMPTY];
}

/* The text as the faults leave it, before it is cut into lines. */
static int spoil_text(struct buf *out, const struct fault_set *f,
                      struct slice data)
{
  for(size_t i = 0; i < data.n; i++) {
    unsigned char ch = (unsigned char)data.p[i];
    bool follows = (ch & 0xc0) == 0x80;
    if(ch == '\r' && f->v[FAULT_CR_NEWLINE_LOST])
      continue;
    if(ch < 0x80 || !f->v[FAULT_ESCAPE_UNICODE_WRONG])
      buf_addc(out, (char)ch);
    else if(!follows)
      buf_addc(out, '?');
  }
  while(f->v[FAULT_TRIM_TRAILING_LF] && out->n && out->p[out->n - 1] == '\n')
    out->n--;
  return out->rc;
}

/* Bytes up to the next line end that is respected; *skip = its length. */
static size_t line_length(const struct fault_set *f, struct slice text,
                          size_t *skip)
{
  bool lf = !f->v[FAULT_RAW_NEWLINE] && !f->v[FAULT_INJECT_DATA_LF];
  bool cr = !f->v[FAULT_RAW_NEWLINE] && !f->v[FAULT_INJECT_DATA_CR];
  size_t n = 0;
  while(n < text.n &&
        !((text.p[n] == '\n' && lf) || (text.p[n] == '\r' && cr)))
    n++;
  *skip = n < text.n;
  if(*skip && lf && text.p[n] == '\r' && n + 1 < text.n &&
     text.p[n + 1] == '\n')
    *skip = 2;
  return n;
}

static int add_data(struct buf *out, const struct fault_set *f,
                    struct slice text)
{
  const char *name = f->v[FAULT_NO_SPACE_AFTER_COLON] ? "data:" : "data: ";
  size_t skip = 1;
  while(skip) {
    size_t n = line_length(f, text, &skip);
    buf_adds(out, name);
    buf_add(out, text.p, n);
    buf_addc(out, '\n');
    text.p += n + skip;
    text.n -= n + skip;
  }
  return out->rc;
}

int publish_fields(struct buf *out, const struct fault_set *f,
                   struct slice type, struct slice data)
{
  struct buf text = {0};
  int rc;
  if(!fault_set_spoils(f))
    return encode_fields(out, type, data);
  rc = spoil_text(&text, f, data);
  if(!rc && type.n) {
    rc = buf_adds(out, "event: ");
    rc = rc ? rc : buf_add(out, type.p, type.n);
    rc = rc ? rc : buf_addc(out, '\n');
  }
  rc = rc ? rc : add_data(out, f, (struct slice){buf_text(&text), text.n});
  buf_free(&text);
  return rc ? rc : buf_addc(out, '\n');
}
