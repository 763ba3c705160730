/* SPDX-License-Identifier: MIT
 * Recordings: making, freeing, and looking things up in them. */
#include "recording/recording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recording/head.h"

struct recording *recording_new(const char *name)
{
  struct recording *r = calloc(1, sizeof(*r));
  if(!r)
    return NULL;
  r->name = slice_dup(slice_of(name));
  r->url = slice_dup(slice_of(""));
  r->method = slice_dup(slice_of("GET"));
  if(!r->name || !r->url || !r->method) {
    recording_free(r);
    return NULL;
  }
  r->connected_ns = r->request_ns = r->end_ns = -1;
  r->retry_ms = -1;
  head_init(&r->head);
  head_init(&r->trailer);
  buf_init(&r->wire, RECORDING_MAX_BYTES);
  buf_init(&r->body, RECORDING_MAX_BYTES);
  return r;
}

void recording_forget(struct recording *r)
{
  size_t i;
  for(i = 0; i < r->events; i++)
    free((char *)(uintptr_t)r->event[i].type.p);
  free(r->event);
  free(r->line);
  free(r->chunk);
  free(r->body_read);
  head_free(&r->trailer);
  buf_clear(&r->body);
  buf_clear(&r->last_id);
  r->event = NULL;
  r->line = NULL;
  r->chunk = NULL;
  r->body_read = NULL;
  r->events = r->lines = r->chunks = r->body_reads = 0;
  r->framing = FRAMING_NONE;
  r->complete = r->chunk_error = r->last_chunk = r->coding_error = false;
  r->wire_end = r->chunk_error_at = 0;
  r->coding[0] = '\0';
  r->retry_ms = -1;
}

void recording_free(struct recording *r)
{
  size_t i;
  if(!r)
    return;
  recording_forget(r);
  for(i = 0; i < r->interims; i++)
    head_free(&r->interim[i]);
  free(r->interim);
  head_free(&r->head);
  buf_free(&r->request);
  buf_free(&r->wire);
  buf_free(&r->body);
  buf_free(&r->last_id);
  free(r->read);
  free(r->name);
  free(r->url);
  free(r->method);
  free(r);
}

static bool is_named(const struct field_line *f, const char *name)
{
  return slice_ieq_cstr(slice_trim(f->name), name);
}

size_t recording_count_field(const struct message_head *h, const char *name)
{
  size_t i, n = 0;
  for(i = 0; i < h->lines; i++)
    n += is_named(&h->line[i], name);
  return n;
}

struct slice recording_field(const struct message_head *h, const char *name,
                             size_t n)
{
  size_t i;
  for(i = 0; i < h->lines; i++) {
    if(is_named(&h->line[i], name) && n-- == 0)
      return h->line[i].value;
  }
  return (struct slice){NULL, 0};
}

static bool list_has(struct slice list, const char *token)
{
  while(list.p) {
    struct slice item = slice_cut(&list, ',');
    if(slice_ieq_cstr(slice_trim(item), token))
      return true;
  }
  return false;
}

bool recording_list_has(const struct message_head *h, const char *name,
                        const char *token)
{
  size_t i;
  for(i = 0; i < h->lines; i++) {
    if(is_named(&h->line[i], name) && list_has(h->line[i].value, token))
      return true;
  }
  return false;
}

int64_t recording_byte_time(const struct recording *r, size_t offset)
{
  size_t low = 0, high = r->body_reads;
  while(low < high) {
    size_t mid = low + (high - low) / 2;
    if(r->body_read[mid].offset + r->body_read[mid].n <= offset)
      low = mid + 1;
    else
      high = mid;
  }
  return low < r->body_reads ? r->body_read[low].t_ns : -1;
}

/* The origin's side has no role, and rarely words. */
const char *recording_told(const struct recording *r, char *out)
{
  size_t n = label_write(&r->label, out, RECORDING_TOLD_MAX);
  bool parted = n && (r->label.role || r->detail[0]);
  (void)snprintf(out + n, RECORDING_TOLD_MAX - n, "%s%.*s", parted ? "; " : "",
                 (int)(RECORDING_TOLD_MAX - n), r->detail);
  return out;
}

void recording_tell(struct recording *r, const char *text)
{
  size_t n = label_read(&r->label, text);
  if(text[n] == ';')
    n += text[n + 1] == ' ' ? 2 : 1;
  (void)snprintf(r->detail, sizeof(r->detail), "%s", text + n);
}

const char *recording_end_name(enum recording_end end)
{
  static const char *const names[] = {
#define X(name, text) [name] = text,
      RECORDING_END_LIST(X)
#undef X
  };
  return names[end];
}

const char *recording_framing_name(enum body_framing framing)
{
  static const char *const names[] = {
#define X(name, text) [name] = text,
      BODY_FRAMING_LIST(X)
#undef X
  };
  return names[framing];
}
