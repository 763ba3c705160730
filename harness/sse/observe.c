/* SPDX-License-Identifier: MIT
 * Observations; see observe.h and the list in parser.h. */
#include "sse/observe.h"

#include <string.h>

#include "base/utf8.h"
#include "sse/field.h"

const char *sse_observation_name(enum sse_observation_kind kind)
{
  static const char *const names[] = {
#define X(name, text) text,
      SSE_OBSERVATION_LIST(X)
#undef X
  };
  return (size_t)kind < SSE_OBS_COUNT ? names[kind] : "unknown";
}

void observe_report(const struct parser *p, enum sse_observation_kind kind,
                    uint64_t at, struct slice line)
{
  struct sse_observation o = {kind, at, line};
  if(o.line.n > OBSERVE_LINE_MAX)
    o.line.n = OBSERVE_LINE_MAX;
  p->config->on.on_observation(&o, p->ctx);
}

/* Nearly all streams are nearly all ASCII, so skip that eight at a time. */
static size_t ascii_prefix(struct slice line)
{
  size_t at = 0;
  while(line.n - at >= 8) {
    uint64_t word;
    memcpy(&word, line.p + at, sizeof(word));
    if(word & UINT64_C(0x8080808080808080))
      break;
    at += 8;
  }
  return at;
}

static void check_encoding(const struct parser *p, struct slice line,
                           uint64_t at)
{
  size_t good = ascii_prefix(line);
  good += utf8_check((struct slice){line.p + good, line.n - good});
  if(good < line.n)
    observe_report(p, SSE_OBS_INVALID_UTF8, at + good, line);
}

static bool is_miscased(struct slice line)
{
  struct slice name = slice_cut(&line, ':');
  return slice_ieq_cstr(name, "data") || slice_ieq_cstr(name, "id") ||
         slice_ieq_cstr(name, "event") || slice_ieq_cstr(name, "retry");
}

static void check_unknown(const struct parser *p, struct slice line,
                          uint64_t at)
{
  enum sse_observation_kind kind = SSE_OBS_UNKNOWN_FIELD;
  if(slice_starts(line, "\xEF\xBB\xBF"))
    kind = SSE_OBS_INNER_BOM;
  else if(is_miscased(line))
    kind = SSE_OBS_WRONG_CASE;
  observe_report(p, kind, at, line);
}

void observe_line(const struct parser *p, struct slice line, uint64_t at)
{
  struct slice value;
  uint64_t ms;
  enum line_field field = field_split(line, &value);
  check_encoding(p, line, at);
  if(field == FIELD_UNKNOWN)
    check_unknown(p, line, at);
  else if(field == FIELD_ID && field_has_nul(value))
    observe_report(p, SSE_OBS_NUL_IN_ID, at, line);
  else if(field == FIELD_RETRY && !field_retry_ms(value, &ms))
    observe_report(p, SSE_OBS_BAD_RETRY, at, line);
}

void observe_eol(struct parser *p, enum sse_observation_kind kind, uint64_t at)
{
  uint16_t bit = (uint16_t)(1u << kind);
  if(p->eols & bit)
    return;
  p->eols |= bit;
  observe_report(p, kind, at, SLICE_LIT(""));
}
