/* SPDX-License-Identifier: MIT
 * The slow interpreter; see parser_model.h.  Quotations are from the standard.
 */
#include "sse/parser_model.h"

#include <stdlib.h>
#include <string.h>

#include "sse/transcript.h"

static void append(struct buf *b, struct slice s)
{
  if(buf_add(b, s.p, s.n))
    abort();
}

static void set(struct buf *b, struct slice s)
{
  buf_clear(b);
  append(b, s);
}

/* "Set the last event ID string of the event source to the value of the last
 * event ID buffer ..." */
static void dispatch(struct parser_model *m)
{
  struct slice type = m->type.n ? buf_slice(&m->type) : SLICE_LIT("message");
  struct slice data = buf_slice(&m->data);
  m->blank_lines++;
  set(&m->last_id, buf_slice(&m->id));
  if(data.n) {
    data.n--; /* "if the data buffer's last character is LF, remove it" */
    transcript_add_event(&m->text, type, data, buf_slice(&m->last_id));
  }
  buf_clear(&m->data);
  buf_clear(&m->type);
}

static void set_retry(struct parser_model *m, struct slice value)
{
  long double ms = 0;
  size_t i;
  for(i = 0; i < value.n; i++) {
    if(value.p[i] < '0' || value.p[i] > '9')
      return;
    ms = ms * 10 + (value.p[i] - '0');
  }
  if(value.n)
    m->retry_ms =
        ms > 9007199254740991.0L ? UINT64_C(9007199254740991) : (uint64_t)ms;
}

static void process_field(struct parser_model *m, struct slice name,
                          struct slice value)
{
  if(slice_eq_cstr(name, "event"))
    set(&m->type, value);
  else if(slice_eq_cstr(name, "data")) {
    append(&m->data, value);
    append(&m->data, SLICE_LIT("\n"));
  } else if(slice_eq_cstr(name, "id")) {
    if(!value.n || !memchr(value.p, 0, value.n))
      set(&m->id, value);
  } else if(slice_eq_cstr(name, "retry"))
    set_retry(m, value);
}

static void process_line(struct parser_model *m, struct slice line)
{
  struct slice value = line, name;
  if(!line.n) {
    dispatch(m);
    return;
  }
  name = slice_cut(&value, ':');
  if(name.n == 0)
    return;
  if(value.n && value.p[0] == ' ') {
    value.p++;
    value.n--;
  }
  process_field(m, name, value);
}

void parser_model_run(struct parser_model *m, struct slice s)
{
  size_t at = 0, i;
  memset(m, 0, sizeof(*m));
  m->retry_ms = UINT64_MAX;
  if(s.n >= 3 && memcmp(s.p, "\xEF\xBB\xBF", 3) == 0)
    at = 3;
  for(i = at; i < s.n; i++) {
    if(s.p[i] != '\n' && s.p[i] != '\r')
      continue;
    process_line(m, (struct slice){s.p + at, i - at});
    if(s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
      i++;
    at = i + 1;
  }
}

void parser_model_free(struct parser_model *m)
{
  buf_free(&m->text);
  buf_free(&m->last_id);
  buf_free(&m->data);
  buf_free(&m->type);
  buf_free(&m->id);
}
