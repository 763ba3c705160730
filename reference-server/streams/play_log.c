/* SPDX-License-Identifier: MIT
 * The memory of plays; see play_log.h. */
#include "streams/play_log.h"

#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/b64.h"
#include "base/clock.h"

static void entry_free(struct play_entry *e)
{
  buf_free(&e->request);
  buf_free(&e->head);
  buf_free(&e->wire);
  free(e->write);
  free(e);
}

void play_log_fini(struct play_log *log)
{
  for(uint32_t i = 0; i < log->n; i++)
    entry_free(log->entry[i]);
}

struct play_entry *play_log_add(struct play_log *log)
{
  struct play_entry *e =
      log->n < PLAY_LOG_ENTRIES ? calloc(1, sizeof(*e)) : NULL;
  log->serial++;
  if(!e)
    return NULL;
  buf_init(&e->wire, PLAY_LOG_BYTES);
  e->serial = log->serial;
  log->entry[log->n++] = e;
  return e;
}

static bool note_write(struct play_entry *e, uint64_t now_ns, size_t n)
{
  uint32_t cap = e->cap ? 2 * e->cap : 32;
  if(e->writes == e->cap) {
    struct play_write *grown = NULL;
    if(e->cap < PLAY_LOG_WRITES)
      grown = realloc(e->write, cap * sizeof(*grown));
    if(!grown)
      return false;
    e->write = grown;
    e->cap = cap;
  }
  e->write[e->writes++] = (struct play_write){now_ns, (uint32_t)n};
  return true;
}

void play_log_write(struct play_log *log, struct play_entry *e,
                    uint64_t now_ns, struct slice bytes)
{
  if(!e || !bytes.n)
    return;
  e->bytes += bytes.n;
  /* What stands behind bytes that are missing has no place any more. */
  if(e->cut_short || log->bytes + bytes.n > PLAY_LOG_TOTAL ||
     e->wire.n + bytes.n > PLAY_LOG_BYTES || buf_reserve(&e->wire, bytes.n) ||
     !note_write(e, now_ns, bytes.n)) {
    e->cut_short = true;
    return;
  }
  (void)buf_add(&e->wire, bytes.p, bytes.n);
  log->bytes += bytes.n;
}

void play_entry_end(struct play_entry *e, const char *how)
{
  if(!e || e->ended_ns)
    return;
  e->ended = how;
  e->ended_ns = clock_mono_ns();
}

void play_entry_gone(struct play_entry *e, int code)
{
  if(!e || e->gone_ns)
    return;
  e->gone = code;
  e->gone_ns = clock_mono_ns();
}

static json_t *base64(const struct buf *b)
{
  struct buf out;
  json_t *j = NULL;
  buf_init(&out, 0);
  if(b64_encode(&out, buf_slice(b)) == 0)
    j = json_stringn(out.p, out.n);
  buf_free(&out);
  return j;
}

static const char *gone_name(const struct play_entry *e)
{
  if(!e->gone_ns)
    return "";
  if(e->gone == UV_EOF)
    return "fin";
  /* A write that fails met a reset, too. */
  return e->gone == UV_ECONNRESET || e->gone == UV_EPIPE ? "rst" : "error";
}

static json_t *writes_json(const struct play_entry *e)
{
  json_t *list = json_array();
  for(uint32_t i = 0; i < e->writes; i++)
    json_array_append_new(
        list,
        json_pack("[I, i]", (json_int_t)e->write[i].t_ns, (int)e->write[i].n));
  return list;
}

static json_t *entry_json(const struct play_entry *e)
{
  return json_pack(
      "{s:s, s:I, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:s, s:I, s:b, "
      "s:o, s:o, s:o, s:o}",
      "run", e->run, "serial", (json_int_t)e->serial, "first", e->first,
      "accepted_ns", (json_int_t)e->accepted_ns, "began_ns",
      (json_int_t)e->began_ns, "asked_ns", (json_int_t)e->asked_ns, "head_ns",
      (json_int_t)e->head_ns, "ended_ns", (json_int_t)e->ended_ns, "gone_ns",
      (json_int_t)e->gone_ns, "ended", e->ended ? e->ended : "", "gone",
      gone_name(e), "bytes", (json_int_t)e->bytes, "cut_short", e->cut_short,
      "request", base64(&e->request), "head", base64(&e->head), "writes",
      writes_json(e), "wire", base64(&e->wire));
}

json_t *play_log_json(const struct play_log *log, struct slice prefix)
{
  json_t *list = json_array();
  for(uint32_t i = 0; i < log->n; i++) {
    const struct play_entry *e = log->entry[i];
    if(strlen(e->run) >= prefix.n && memcmp(e->run, prefix.p, prefix.n) == 0)
      json_array_append_new(list, entry_json(e));
  }
  return json_pack("{s:s, s:I, s:o}", "schema", "weir.origin/1",
                   "real_offset_ns", (json_int_t)clock_offset_ns(), "requests",
                   list);
}
