/* SPDX-License-Identifier: MIT
 * Response heads and the faults in them; see head.h. */
#include "behaviours/head.h"

#define HAS(a, name) ((a)->faults->v[FAULT_##name])

#define BIG_LINE  1000
#define BIG_LINES 16

static void cache_lines(struct buf *out, const struct head_ask *a)
{
  if(HAS(a, NO_VARY))
    buf_adds(out, "Cache-Control: no-cache, no-transform\r\n");
  else if(HAS(a, CACHE_PUBLIC))
    buf_adds(out, "Cache-Control: public, max-age=60, no-transform\r\n");
  else if(HAS(a, TRANSFORMABLE))
    buf_adds(out, "Cache-Control: no-store\r\n");
  else if(!HAS(a, CACHE_MISSING))
    buf_adds(out, "Cache-Control: no-store, no-transform\r\n");
  if(HAS(a, AGE))
    buf_adds(out, "Age: 17\r\nX-Cache: HIT\r\n");
  if(HAS(a, ETAG))
    buf_adds(out, "ETag: \"weir\"\r\n");
  if(HAS(a, RANGE_206))
    buf_adds(out, "Accept-Ranges: bytes\r\n");
}

static int allow_origin(struct buf *out, struct slice origin)
{
  buf_adds(out, "Access-Control-Allow-Origin: ");
  buf_add(out, origin.p, origin.n);
  return buf_adds(out, "\r\n");
}

/* One origin is allowed by name, so the answer depends on who asks. */
static int reflect(struct buf *out, const struct head_ask *a, bool vary)
{
  int rc = allow_origin(out, a->origin);
  if(!rc)
    rc = buf_adds(out, "Access-Control-Allow-Credentials: true\r\n");
  return !rc && vary ? buf_adds(out, "Vary: Origin\r\n") : rc;
}

static int cors_lines(struct buf *out, const struct head_ask *a)
{
  static const char ALL[] = "Access-Control-Allow-Origin: *\r\n";
  if(HAS(a, CORS_NONE))
    return 0;
  if(HAS(a, CORS_STAR_CREDENTIALS)) {
    buf_adds(out, ALL);
    return buf_adds(out, "Access-Control-Allow-Credentials: true\r\n");
  }
  if(a->origin.n && (HAS(a, CORS_REFLECT) || HAS(a, CORS_NO_VARY)))
    return reflect(out, a, !HAS(a, CORS_NO_VARY));
  if(HAS(a, CORS_TWICE)) {
    buf_adds(out, ALL);
    return buf_adds(out, ALL);
  }
  if(!a->cors[0])
    return buf_adds(out, ALL);
  if(slice_eq_cstr(a->origin, a->cors))
    return reflect(out, a, true);
  return buf_adds(out, "Vary: Origin\r\n");
}

static int syntax_lines(struct buf *out, const struct head_ask *a)
{
  if(HAS(a, OBS_FOLD))
    buf_adds(out, "X-Note: one line\r\n and its continuation\r\n");
  for(int i = 0; HAS(a, HEADER_16K) && i < BIG_LINES; i++)
    buf_addf(out, "X-Padding-%d: %0*d\r\n", i, BIG_LINE, i);
  if(HAS(a, SET_COOKIE_ALWAYS))
    buf_addf(out, "Set-Cookie: session=%llu; Path=/\r\n",
             (unsigned long long)a->number);
  if(HAS(a, TRAILERS))
    buf_adds(out, "Trailer: X-Checksum\r\n");
  if(HAS(a, CT_TWICE))
    buf_adds(out, "Content-Type: text/event-stream\r\n");
  return out->rc;
}

static int coding_lines(struct buf *out, const struct head_ask *a)
{
  if(HAS(a, CE_IDENTITY))
    return buf_adds(out, "Content-Encoding: identity\r\n");
  if(HAS(a, CE_NONE))
    return buf_adds(out, "Content-Encoding: none\r\n");
  if(a->coded)
    buf_adds(out, "Content-Encoding: gzip\r\n");
  if(a->coded && !HAS(a, NO_VARY))
    buf_adds(out, "Vary: Accept-Encoding\r\n");
  return out->rc;
}

int head_stream_lines(struct buf *out, const struct head_ask *a)
{
  cache_lines(out, a);
  if(!HAS(a, NO_ACCEL))
    buf_adds(out, "X-Accel-Buffering: no\r\n");
  if(!HAS(a, NO_NOSNIFF))
    buf_adds(out, "X-Content-Type-Options: nosniff\r\n");
  cors_lines(out, a);
  coding_lines(out, a);
  return syntax_lines(out, a);
}

/* Not everybody is told the same, or all would be back at once. */
static int error_lines(struct buf *out, const struct head_ask *a)
{
  unsigned wait =
      HAS(a, RETRY_AFTER_SAME) ? 2 : 1 + (unsigned)(a->refused % 5);
  if(a->status == 503 && !HAS(a, OVERLOAD_503_BARE))
    return buf_addf(out, "Retry-After: %u\r\n", wait);
  if(a->status == 401 && !HAS(a, NO_WWW_AUTH))
    return buf_adds(out, "WWW-Authenticate: Bearer realm=\"weir\"\r\n");
  return out->rc;
}

int head_plain_lines(struct buf *out, const struct head_ask *a)
{
  if(HAS(a, ERROR_CACHEABLE) || (HAS(a, CACHEABLE_204) && a->status == 204))
    buf_adds(out, "Cache-Control: max-age=3600\r\n");
  else
    buf_adds(out, "Cache-Control: no-store\r\n");
  buf_adds(out, "X-Content-Type-Options: nosniff\r\n");
  cors_lines(out, a);
  return error_lines(out, a);
}

static const char *spoilt_type(const char *type, const struct fault_set *f)
{
  if(f->v[FAULT_CT_MISSING])
    return NULL;
  if(f->v[FAULT_CT_HTML])
    return "text/html";
  if(f->v[FAULT_CT_LATIN1])
    return "text/event-stream; charset=iso-8859-1";
  if(f->v[FAULT_CT_PARAM])
    return "text/event-stream; profile=weir";
  return type;
}

static const char *spoilt_framing(const struct response *r,
                                  const struct fault_set *f)
{
  if(f->v[FAULT_CL_ENDLESS])
    return "Content-Length: 1000000000\r\n";
  if(f->v[FAULT_CL_AND_TE] && r->http11)
    return "Transfer-Encoding: chunked\r\nContent-Length: 1000000\r\n";
  if(f->v[FAULT_CLOSE_DELIMITED] || f->v[FAULT_HTTP10])
    return "";
  if(f->v[FAULT_TE_GZIP] && r->http11)
    return "Transfer-Encoding: gzip, chunked\r\n";
  if(f->v[FAULT_TE_ON_10] && !r->http11)
    return "Transfer-Encoding: chunked\r\n";
  return NULL;
}

void head_spoil_stream(struct response *r, const struct head_ask *a)
{
  const struct fault_set *f = a->faults;
  if(f->v[FAULT_STATUS_203])
    r->status = 203;
  if(f->v[FAULT_STATUS_206] || (f->v[FAULT_RANGE_206] && a->ranged))
    r->status = 206;
  r->type = spoilt_type(r->type, f);
  r->framing = spoilt_framing(r, f);
  r->version10 = f->v[FAULT_HTTP10] != 0;
  if(r->framing && !r->framing[0])
    r->close = true;
  if(f->v[FAULT_NO_DATE])
    r->date = NULL;
}

void head_spoil_plain(struct response *r, const struct fault_set *f)
{
  if(r->status == 204 && f->v[FAULT_BODY_204])
    r->no_body = false;
  if(r->status < 400)
    return;
  if(f->v[FAULT_ERROR_AS_200])
    r->status = 200;
  if(f->v[FAULT_ERROR_CT_SSE])
    r->type = "text/event-stream";
}
