/* SPDX-License-Identifier: MIT
 * What ngx_http_parse_complex_uri() does, in two passes; see uri.h. */
#include "nginxconf/uri.h"

#include "base/err.h"
#include "base/units.h"

static int decode(struct slice path, struct buf *out)
{
  size_t i;
  int rc = 0;
  for(i = 0; rc == 0 && i < path.n; i++) {
    char c = path.p[i];
    if(c == '%') {
      int high = i + 2 < path.n ? units_hex(path.p[i + 1]) : -1;
      int low = i + 2 < path.n ? units_hex(path.p[i + 2]) : -1;
      if(high < 0 || low < 0)
        return E_SYNTAX;
      c = (char)(high * 16 + low);
      i += 2;
    }
    rc = c == '\0' ? E_SYNTAX : buf_addc(out, c);
  }
  return rc;
}

/* Takes the last segment and its slash off; false above the root. */
static bool go_up(struct buf *out, size_t start)
{
  if(out->n - start < 2)
    return false;
  out->n--;
  while(out->n > start && out->p[out->n - 1] != '/')
    out->n--;
  out->p[out->n] = '\0';
  return true;
}

/* out ends with a slash before and after every call but the last. */
static int add_segment(struct buf *out, size_t start, struct slice segment,
                       bool last, bool merge)
{
  int rc;
  if(slice_eq_cstr(segment, "."))
    return 0;
  if(slice_eq_cstr(segment, ".."))
    return go_up(out, start) ? 0 : E_SYNTAX;
  if(segment.n == 0 && (last || merge))
    return 0;
  rc = buf_add(out, segment.p, segment.n);
  return rc == 0 && !last ? buf_addc(out, '/') : rc;
}

static int resolve(struct slice path, bool merge, struct buf *out)
{
  size_t start = out->n;
  struct slice rest = path;
  int rc = buf_addc(out, '/');
  slice_cut(&rest, '/');
  while(rc == 0 && rest.p) {
    struct slice segment = slice_cut(&rest, '/');
    rc = add_segment(out, start, segment, rest.p == NULL, merge);
  }
  return rc;
}

int uri_normalise(struct slice path, bool merge, struct buf *out)
{
  struct buf plain;
  int rc;
  if(path.n == 0 || path.p[0] != '/')
    return E_SYNTAX;
  buf_init(&plain, 0);
  rc = decode(path, &plain);
  if(rc == 0)
    rc = resolve(buf_slice(&plain), merge, out);
  buf_free(&plain);
  return rc;
}
