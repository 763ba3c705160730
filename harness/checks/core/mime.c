/* SPDX-License-Identifier: MIT
 * Content-Type values; see mime.h. */
#include "checks/core/mime.h"

#include <ctype.h>
#include <string.h>

static bool is_token(struct slice s)
{
  size_t i;
  for(i = 0; i < s.n; i++) {
    unsigned char c = (unsigned char)s.p[i];
    if(c > 0x7e || (!isalnum(c) && !strchr("!#$%&'*+-.^_`|~", c)) || c == 0)
      return false;
  }
  return s.n > 0;
}

/* Takes what stands before the first sep outside quotes off *rest. */
static struct slice cut_unquoted(struct slice *rest, char sep)
{
  struct slice part = {rest->p, 0};
  bool quoted = false;
  size_t i;
  for(i = 0; i < rest->n; i++) {
    char c = rest->p[i];
    if(c == '"')
      quoted = !quoted;
    else if(quoted && c == '\\')
      i++;
    else if(!quoted && c == sep)
      break;
  }
  if(i >= rest->n) {
    part.n = rest->n;
    *rest = (struct slice){NULL, 0};
    return part;
  }
  part.n = i;
  *rest = (struct slice){rest->p + i + 1, rest->n - i - 1};
  return part;
}

static struct slice unquoted(struct slice s)
{
  s = slice_trim(s);
  if(s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
    return (struct slice){s.p + 1, s.n - 2};
  return s;
}

static void read_parameter(struct mime *m, struct slice part)
{
  struct slice name = slice_trim(slice_cut(&part, '='));
  if(name.n == 0) {
    m->trailing = true;
  } else if(slice_ieq_cstr(name, "charset") && !m->has_charset) {
    m->has_charset = true;
    m->charset = unquoted(part);
  } else {
    if(m->others++ == 0)
      m->other = name;
  }
}

void mime_parse(struct slice value, struct mime *m)
{
  struct slice rest = value, type, subtype;
  memset(m, 0, sizeof(*m));
  m->essence = slice_trim(cut_unquoted(&rest, ';'));
  subtype = m->essence;
  type = slice_cut(&subtype, '/');
  m->valid = is_token(type) && is_token(subtype);
  m->is_event_stream = slice_ieq_cstr(m->essence, "text/event-stream");
  m->usual_case = slice_eq_cstr(m->essence, "text/event-stream");
  while(rest.p)
    read_parameter(m, slice_trim(cut_unquoted(&rest, ';')));
}

struct slice mime_deciding(const struct message_head *h)
{
  struct slice last = {NULL, 0}, line;
  struct mime m;
  size_t i;
  for(i = 0; i < recording_count_field(h, "Content-Type"); i++) {
    line = recording_field(h, "Content-Type", i);
    while(line.p) {
      struct slice value = slice_trim(cut_unquoted(&line, ','));
      mime_parse(value, &m);
      if(m.valid || !last.p)
        last = value;
    }
  }
  return last;
}

size_t mime_values(const struct message_head *h)
{
  struct slice line;
  size_t i, n = 0;
  for(i = 0; i < recording_count_field(h, "Content-Type"); i++) {
    line = recording_field(h, "Content-Type", i);
    while(line.p) {
      if(slice_trim(cut_unquoted(&line, ',')).n)
        n++;
    }
  }
  return n;
}
