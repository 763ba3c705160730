/* SPDX-License-Identifier: MIT
 * Wire logs; see check_wire.h. */
#include "conformance/check_wire.h"

#include "base/clock.h"
#include "document/doc.h"
#include "document/secrets.h"

struct wire_log {
  json_t *list; /* borrowed */
  bool keep_secrets;
  int rc;
};

/* One line, every byte readable: \r \n \t and \xNN for the rest. */
static int readable(struct slice bytes, struct buf *out)
{
  size_t i, n = bytes.n < WIRE_MAX_BYTES ? bytes.n : WIRE_MAX_BYTES;
  for(i = 0; i < n; i++) {
    unsigned char c = (unsigned char)bytes.p[i];
    if(c == '\r')
      buf_adds(out, "\\r");
    else if(c == '\n')
      buf_adds(out, "\\n");
    else if(c == '\t')
      buf_adds(out, "\\t");
    else if(c < 0x20 || c == 0x7f)
      buf_addf(out, "\\x%02X", c);
    else
      buf_addc(out, bytes.p[i]);
  }
  if(n < bytes.n)
    buf_addf(out, " ... (%zu bytes)", bytes.n);
  return out->rc;
}

static void add_line(struct wire_log *w, int64_t t_ns, const char *from,
                     struct slice bytes)
{
  struct buf shown, masked;
  json_t *line;
  if(w->rc || json_array_size(w->list) > WIRE_MAX_LINES)
    return;
  buf_init(&shown, 0);
  buf_init(&masked, 0);
  w->rc = readable(bytes, &shown);
  if(!w->rc && !w->keep_secrets)
    w->rc = secrets_mask(buf_slice(&shown), &masked);
  line = json_pack("{s:o, s:s, s:o}", "t_ms",
                   t_ns < 0 ? json_null() : json_ms((uint64_t)t_ns), "from",
                   from, "text",
                   json_text(buf_slice(w->keep_secrets ? &shown : &masked)));
  if(json_array_append_new(w->list, line))
    w->rc = E_NOMEM;
  buf_free(&shown);
  buf_free(&masked);
}

static void add_lines(struct wire_log *w, int64_t t_ns, const char *from,
                      struct slice text)
{
  while(text.n && !w->rc) {
    struct slice line = slice_cut(&text, '\n');
    if(line.n && line.p[line.n - 1] == '\r')
      line.n--;
    add_line(w, t_ns, from, line);
  }
}

static void add_note(struct wire_log *w, int64_t t_ns, const char *text)
{
  add_line(w, t_ns, "weir", slice_of(text));
}

static void add_heads(struct wire_log *w, const struct recording *r)
{
  size_t i;
  for(i = 0; i < r->interims; i++)
    add_lines(w, r->interim[i].complete_ns, "server",
              buf_slice(&r->interim[i].bytes));
  if(r->head.bytes.n && !r->head.exact)
    add_note(w, r->head.complete_ns,
             "(head put together again; its bytes were not seen)");
  add_lines(w, r->head.complete_ns, "server", buf_slice(&r->head.bytes));
}

static void add_reads(struct wire_log *w, const struct recording *r)
{
  size_t i;
  for(i = 0; i < r->reads && !w->rc; i++) {
    const struct timed_read *read = &r->read[i];
    if(json_array_size(w->list) >= WIRE_MAX_LINES) {
      add_note(w, read->t_ns, "(more was read than is shown here)");
      return;
    }
    if(read->offset + read->n <= r->wire.n)
      add_line(w, read->t_ns, "server",
               (struct slice){r->wire.p + read->offset, read->n});
  }
}

static json_t *log_build(const struct recording *r, bool keep_secrets)
{
  struct wire_log w = {.list = json_array(), .keep_secrets = keep_secrets};
  char told[RECORDING_TOLD_MAX];
  struct buf end;
  buf_init(&end, 0);
  recording_told(r, told);
  if(!w.list)
    return NULL;
  add_lines(&w, r->request_ns, "client", buf_slice(&r->request));
  add_heads(&w, r);
  add_reads(&w, r);
  w.rc = w.rc ? w.rc
              : buf_addf(&end, "end: %s%s%s", recording_end_name(r->end),
                         told[0] ? ", " : "", told);
  /* The end is always told, however long the log is. */
  if(!w.rc && json_array_size(w.list) > WIRE_MAX_LINES)
    json_array_remove(w.list, WIRE_MAX_LINES);
  if(!w.rc)
    add_note(&w, r->end_ns, buf_text(&end));
  buf_free(&end);
  if(!w.rc)
    return w.list;
  json_decref(w.list);
  return NULL;
}

json_t *check_wire_build(const struct recording *r, bool keep_secrets)
{
  const char *url = r->url ? r->url : "";
  char told[RECORDING_TOLD_MAX];
  return json_pack(
      "{s:s, s:o, s:o, s:o, s:s, s:o, s:o}", "name", r->name ? r->name : "",
      "url", keep_secrets ? json_text(slice_of(url)) : secrets_text(url),
      "local", json_text(slice_of(r->local)), "peer",
      json_text(slice_of(r->peer)), "end", recording_end_name(r->end),
      "detail", json_text(slice_of(recording_told(r, told))), "log",
      log_build(r, keep_secrets));
}
