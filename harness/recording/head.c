/* SPDX-License-Identifier: MIT
 * Head sections; see head.h and RFC 9112 sections 2 to 5. */
#include "recording/head.h"

#include <stdlib.h>
#include <string.h>

void head_init(struct message_head *h)
{
  memset(h, 0, sizeof(*h));
  h->began_ns = -1;
  h->complete_ns = -1;
}

void head_free(struct message_head *h)
{
  buf_free(&h->bytes);
  free(h->line);
  head_init(h);
}

size_t head_end(struct slice text, size_t from)
{
  size_t i;
  for(i = from > 3 ? from - 3 : 0; i + 1 < text.n; i++) {
    if(text.p[i] != '\n')
      continue;
    if(text.p[i + 1] == '\n')
      return i + 2;
    if(text.p[i + 1] == '\r' && i + 2 < text.n && text.p[i + 2] == '\n')
      return i + 3;
  }
  return 0;
}

/* Takes the next line off *rest, without its LF or CRLF. */
static struct slice take_line(struct slice *rest)
{
  struct slice line = slice_cut(rest, '\n');
  if(line.n && line.p[line.n - 1] == '\r')
    line.n--;
  return line;
}

static bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

/* "HTTP/1.1 200", and a space or nothing behind it. */
static void parse_status(struct message_head *h, struct slice line)
{
  const char *p = line.p;
  h->status = h->major = h->minor = 0;
  if(line.n < 12 || memcmp(p, "HTTP/", 5) != 0 || !is_digit(p[5]) ||
     p[6] != '.' || !is_digit(p[7]) || p[8] != ' ' || !is_digit(p[9]) ||
     !is_digit(p[10]) || !is_digit(p[11]) || (line.n > 12 && p[12] != ' '))
    return;
  h->major = p[5] - '0';
  h->minor = p[7] - '0';
  h->status = (p[9] - '0') * 100 + (p[10] - '0') * 10 + (p[11] - '0');
}

static bool is_fold(struct slice line)
{
  return line.n && (line.p[0] == ' ' || line.p[0] == '\t');
}

static void split_field(struct field_line *f)
{
  const char *colon = memchr(f->raw.p, ':', f->raw.n);
  size_t n = colon ? (size_t)(colon - f->raw.p) : f->raw.n;
  size_t skip = colon ? n + 1 : n;
  f->name = (struct slice){f->raw.p, n};
  f->value = slice_trim((struct slice){f->raw.p + skip, f->raw.n - skip});
}

static int parse_fields(struct message_head *h, struct slice rest)
{
  size_t cap = 0;
  free(h->line);
  h->line = NULL;
  h->lines = 0;
  while(rest.p && h->lines < HEAD_MAX_LINES) {
    struct slice line = take_line(&rest);
    struct field_line *last = h->lines ? &h->line[h->lines - 1] : NULL;
    if(!line.n)
      break;
    if(is_fold(line) && last) {
      last->raw.n = (size_t)(line.p + line.n - last->raw.p);
      split_field(last);
      continue;
    }
    if(h->lines == cap) {
      struct field_line *grown;
      cap = cap ? cap * 2 : 16;
      grown = realloc(h->line, cap * sizeof(*grown));
      if(!grown)
        return E_NOMEM;
      h->line = grown;
    }
    h->line[h->lines].raw = line;
    split_field(&h->line[h->lines++]);
  }
  return 0;
}

int head_parse(struct message_head *h)
{
  struct slice rest = buf_slice(&h->bytes);
  parse_status(h, take_line(&rest));
  return parse_fields(h, rest);
}

int head_parse_fields(struct message_head *h)
{
  return parse_fields(h, buf_slice(&h->bytes));
}
