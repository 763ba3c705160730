/* SPDX-License-Identifier: MIT
 * Splitting one line into field name and value (HTML 9.2.6, "process the
 * field").  Private to the sse room. */
#ifndef WEIR_SSE_FIELD_H
#define WEIR_SSE_FIELD_H
#include <stdint.h>
#include <string.h>

#include "base/slice.h"
#include "sse/heard.h"

enum line_field {
  FIELD_UNKNOWN = SSE_LINE_UNKNOWN,
  FIELD_COMMENT = SSE_LINE_COMMENT,
  FIELD_DATA = SSE_LINE_DATA,
  FIELD_EVENT = SSE_LINE_EVENT,
  FIELD_ID = SSE_LINE_ID,
  FIELD_RETRY = SSE_LINE_RETRY
};

/* What stands behind the name's colon, without one leading space. */
static inline struct slice field_value(struct slice line, size_t name_n)
{
  size_t at = name_n + 1;
  if(at < line.n && line.p[at] == ' ')
    at++;
  return (struct slice){line.p + at, line.n - at};
}

/* Names are compared byte by byte: no case folding, no trimming. */
#define FIELD_IS(line, name)                                                  \
  ((line).n >= sizeof(name) && memcmp((line).p, name ":", sizeof(name)) == 0)

#define FIELD_NAME_N(name) (sizeof(name) - 1)

/* A line without a colon is all name and has the empty value. */
static inline enum line_field field_bare(struct slice line,
                                         struct slice *value)
{
  *value = (struct slice){line.p + line.n, 0};
  if(slice_eq_cstr(line, "data"))
    return FIELD_DATA;
  if(slice_eq_cstr(line, "id"))
    return FIELD_ID;
  if(slice_eq_cstr(line, "event"))
    return FIELD_EVENT;
  if(slice_eq_cstr(line, "retry"))
    return FIELD_RETRY;
  return FIELD_UNKNOWN;
}

/* field_split classifies a line that is not empty.  value is a view into it;
 * of a comment, all that stands behind the colon. */
static inline enum line_field field_split(struct slice line,
                                          struct slice *value)
{
  if(FIELD_IS(line, "data")) {
    *value = field_value(line, FIELD_NAME_N("data"));
    return FIELD_DATA;
  }
  if(FIELD_IS(line, "id")) {
    *value = field_value(line, FIELD_NAME_N("id"));
    return FIELD_ID;
  }
  if(line.p[0] == ':') {
    *value = (struct slice){line.p + 1, line.n - 1};
    return FIELD_COMMENT;
  }
  if(FIELD_IS(line, "event")) {
    *value = field_value(line, FIELD_NAME_N("event"));
    return FIELD_EVENT;
  }
  if(FIELD_IS(line, "retry")) {
    *value = field_value(line, FIELD_NAME_N("retry"));
    return FIELD_RETRY;
  }
  return field_bare(line, value);
}

/* Most ids are shorter than a call of memchr is long. */
static inline bool field_has_nul(struct slice value)
{
  size_t i;
  if(value.n > 16)
    return memchr(value.p, 0, value.n) != NULL;
  for(i = 0; i < value.n; i++) {
    if(!value.p[i])
      return true;
  }
  return false;
}

/* After so many bytes field_may_be_known has made up its mind. */
#define FIELD_HEAD_MAX (sizeof("event:") - 1)

/* field_may_be_known tells whether a line that begins with head can still turn
 * out to be one of the four fields. */
bool field_may_be_known(struct slice head);

/* field_retry_ms reads the value of a retry field: digits only, saturating at
 * PARSER_RETRY_MAX_MS.  False when the field is to be ignored. */
bool field_retry_ms(struct slice value, uint64_t *ms);

#endif
