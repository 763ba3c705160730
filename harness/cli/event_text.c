/* SPDX-License-Identifier: MIT
 * Showing events; see event_text.h. */
#include "cli/event_text.h"

#include "base/json.h"
#include "base/units.h"
#include "base/utf8.h"

void event_text_readable(struct buf *out, struct slice bytes)
{
  struct buf clean;
  size_t i;
  buf_init(&clean, 0);
  utf8_repair(&clean, bytes);
  for(i = 0; i < clean.n; i++) {
    unsigned char c = (unsigned char)clean.p[i];
    if(c == '\n')
      buf_adds(out, "\\n");
    else if(c < 0x20 || c == 0x7f)
      buf_addf(out, "\\x%02x", c);
    else
      buf_addc(out, (char)c);
  }
  buf_free(&clean);
}

void event_text_line(struct buf *out, const struct sse_event *ev,
                     double gap_ms)
{
  struct slice data = ev->data;
  char ms[UNITS_MAX];
  if(data.n > EVENT_TEXT_SHOWN)
    data.n = EVENT_TEXT_SHOWN;
  buf_addf(out, "+%-9s ", units_fmt_ms(gap_ms, ms));
  buf_add(out, ev->type.p, ev->type.n);
  if(ev->id.n) {
    buf_adds(out, " #");
    buf_add(out, ev->id.p, ev->id.n);
  }
  buf_adds(out, "  ");
  buf_add(out, data.p, data.n);
  if(data.n < ev->data.n)
    buf_addf(out, " ... %zu bytes", ev->data.n);
}

void event_text_json(struct buf *out, const struct sse_event *ev,
                     double gap_ms)
{
  buf_adds(out, "{\"type\":");
  json_quote(out, ev->type);
  buf_adds(out, ",\"data\":");
  json_quote(out, ev->data);
  buf_adds(out, ",\"lastEventId\":");
  json_quote(out, ev->id);
  buf_addf(out, ",\"gap_ms\":%.3f}", gap_ms);
}
