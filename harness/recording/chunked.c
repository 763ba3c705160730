/* SPDX-License-Identifier: MIT
 * The chunked transfer coding; see chunked.h. */
#include "recording/chunked.h"

#include <string.h>

#include "base/units.h"
#include "recording/head.h"

#define SIZE_DIGITS_MAX 15 /* of 16: leaves room for sums */

void chunked_init(struct chunked *c)
{
  memset(c, 0, sizeof(*c));
  buf_init(&c->trailer, CHUNKED_MAX_TRAIL);
}

void chunked_free(struct chunked *c)
{
  buf_free(&c->trailer);
}

static void fault(struct chunked *c, size_t at)
{
  if(!c->error)
    c->error_at = at;
  c->error = true;
}

static void break_off(struct chunked *c)
{
  fault(c, c->at);
  c->state = CHUNKED_BROKEN;
}

/* The size line is over; its LF is the byte at hand. */
static void end_size_line(struct chunked *c, struct chunked_step *out)
{
  c->left = c->size;
  out->began = true;
  c->state = c->size ? CHUNKED_DATA : CHUNKED_TRAILER;
}

static void size_byte(struct chunked *c, char ch, struct chunked_step *out)
{
  int digit = units_hex(ch);
  if(!c->digits && digit < 0) {
    break_off(c);
  } else if(digit >= 0 && c->digits < SIZE_DIGITS_MAX && !c->padded) {
    c->size = c->size << 4 | (uint64_t)digit;
    c->digits++;
  } else if(ch == '\r') {
    if(c->padded)
      fault(c, c->at);
    c->state = CHUNKED_SIZE_LF;
  } else if(ch == '\n') {
    fault(c, c->at);
    end_size_line(c, out);
  } else if(ch == ';') {
    c->extension = true;
    c->state = CHUNKED_EXTENSION;
  } else if(ch == ' ' || ch == '\t') {
    c->padded = true; /* fine before ";" only */
  } else {
    break_off(c);
  }
}

static void extension_byte(struct chunked *c, char ch,
                           struct chunked_step *out)
{
  if(ch == '\r') {
    c->state = CHUNKED_SIZE_LF;
  } else if(ch == '\n') {
    fault(c, c->at);
    end_size_line(c, out);
  }
}

static void begin_size_line(struct chunked *c)
{
  c->state = CHUNKED_SIZE;
  c->digits = 0;
  c->size = 0;
  c->extension = c->padded = false;
  c->line_at = c->at;
  c->line_n = 0;
}

static void framing_byte(struct chunked *c, char ch, struct chunked_step *out)
{
  switch(c->state) {
  case CHUNKED_SIZE:
    size_byte(c, ch, out);
    break;
  case CHUNKED_EXTENSION:
    extension_byte(c, ch, out);
    break;
  case CHUNKED_SIZE_LF:
    if(ch == '\n')
      end_size_line(c, out);
    else
      break_off(c);
    break;
  case CHUNKED_DATA_CR:
    if(ch == '\r')
      c->state = CHUNKED_DATA_LF;
    else
      break_off(c);
    break;
  case CHUNKED_DATA_LF:
    if(ch != '\n')
      break_off(c);
    break;
  default:
    break;
  }
  if(c->state == CHUNKED_SIZE || c->state == CHUNKED_EXTENSION) {
    if(++c->line_n > CHUNKED_MAX_LINE)
      break_off(c);
  }
}

static void take_data(struct chunked *c, struct slice *in,
                      struct chunked_step *out)
{
  size_t n = c->left < in->n ? (size_t)c->left : in->n;
  out->data = (struct slice){in->p, n};
  in->p += n;
  in->n -= n;
  c->at += n;
  c->left -= n;
  if(!c->left)
    c->state = CHUNKED_DATA_CR;
}

/* The trailer section ends with a blank line, which may be all of it. */
static bool trailer_over(const struct buf *b)
{
  struct slice text = buf_slice(b);
  if(slice_eq_cstr(text, "\r\n") || slice_eq_cstr(text, "\n"))
    return true;
  return head_end(text, text.n) != 0;
}

static int take_trailer(struct chunked *c, struct slice *in)
{
  int rc = buf_addc(&c->trailer, *in->p);
  if(rc == E_TOO_LONG)
    break_off(c);
  else if(rc)
    return rc;
  else if(*in->p == '\n' && trailer_over(&c->trailer))
    c->state = CHUNKED_DONE;
  if(*in->p == '\n' &&
     (c->trailer.n < 2 || c->trailer.p[c->trailer.n - 2] != '\r'))
    fault(c, c->at);
  in->p++;
  in->n--;
  c->at++;
  return 0;
}

int chunked_next(struct chunked *c, struct slice *in, struct chunked_step *out)
{
  memset(out, 0, sizeof(*out));
  while(in->n && !out->began && c->state < CHUNKED_DONE) {
    bool ends_data = c->state == CHUNKED_DATA_LF;
    if(c->state == CHUNKED_TRAILER) {
      int rc = take_trailer(c, in);
      if(rc)
        return rc;
      continue;
    }
    if(c->state == CHUNKED_DATA) {
      take_data(c, in, out);
      return 0;
    }
    framing_byte(c, *in->p, out);
    in->p++;
    in->n--;
    c->at++;
    if(ends_data && c->state != CHUNKED_BROKEN)
      begin_size_line(c);
  }
  return 0;
}
