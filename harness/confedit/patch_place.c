/* SPDX-License-Identifier: MIT
 * Where an edit goes; see patch_place.h. */
#include "confedit/patch_place.h"

#include <string.h>

static bool is_blank(char c)
{
  return c == ' ' || c == '\t';
}

static size_t line_start(struct slice text, size_t at)
{
  while(at > 0 && text.p[at - 1] != '\n')
    at--;
  return at;
}

/* Behind the line's end, or the text's. */
static size_t line_end(struct slice text, size_t at)
{
  while(at < text.n && text.p[at] != '\n')
    at++;
  return at < text.n ? at + 1 : at;
}

static struct slice indentation(struct slice text, size_t start)
{
  size_t n = start;
  while(n < text.n && is_blank(text.p[n]))
    n++;
  return (struct slice){text.p + start, n - start};
}

static bool only_blanks(struct slice text, size_t from, size_t to)
{
  for(size_t i = from; i < to; i++) {
    if(!is_blank(text.p[i]) && text.p[i] != '\r' && text.p[i] != '\n')
      return false;
  }
  return true;
}

/* A line that carries a directive: neither empty nor a comment, nor the end
 * of a block. */
static bool is_written(struct slice text, size_t start, size_t end)
{
  size_t i = start;
  while(i < end && is_blank(text.p[i]))
    i++;
  return i < end && !strchr("\r\n#}", text.p[i]);
}

/* The indentation of what is inserted: behind a "{" that of the first line in
 * the block, or the block's own and two columns; behind a ";" that of the line
 * in which its directive began. */
static int add_indentation(struct slice text, size_t at, struct buf *out)
{
  size_t own = line_start(text, at ? at - 1 : 0), next = line_end(text, at);
  struct slice ind = indentation(text, own);
  bool opens = at > 0 && text.p[at - 1] == '{';
  if(!opens)
    return buf_add(out, ind.p, ind.n);
  while(next < text.n) {
    size_t end = line_end(text, next);
    struct slice inner = indentation(text, next);
    if(text.p[next + inner.n] == '}')
      break;
    if(is_written(text, next, end))
      return buf_add(out, inner.p, inner.n);
    next = end;
  }
  buf_add(out, ind.p, ind.n);
  return ind.n && ind.p[0] == '\t' ? buf_addc(out, '\t') : buf_adds(out, "  ");
}

static const char *line_break(struct slice text)
{
  const char *at = text.n ? memchr(text.p, '\n', text.n) : NULL;
  return at && at > text.p && at[-1] == '\r' ? "\r\n" : "\n";
}

/* One step of indentation as the file has it: a tab, or the fewest blanks that
 * a line begins with. */
static struct slice indent_step(struct slice text)
{
  struct slice least = SLICE_LIT("    ");
  size_t best = SIZE_MAX, at = 0;
  while(at < text.n) {
    struct slice ind = indentation(text, at);
    if(ind.n && ind.p[0] == '\t')
      return (struct slice){ind.p, 1};
    if(ind.n && ind.n < best && at + ind.n < text.n &&
       text.p[at + ind.n] != '\n' && text.p[at + ind.n] != '\r') {
      best = ind.n;
      least = ind;
    }
    at = line_end(text, at);
  }
  return least;
}

/* A line of an edit, whose own steps are four blanks, in the file's. */
static void add_stepped(struct slice line, struct slice step, struct buf *out)
{
  while(line.n >= 4 && memcmp(line.p, "    ", 4) == 0) {
    buf_add(out, step.p, step.n);
    line.p += 4;
    line.n -= 4;
  }
  buf_add(out, line.p, line.n);
}

/* The text's lines, each indented; `lead` before the first. */
static int add_lines(struct slice text, struct slice lines,
                     const struct buf *indent, struct buf *out)
{
  struct slice step = indent_step(text);
  const char *newline = line_break(text);
  while(lines.n) {
    struct slice line = slice_cut(&lines, '\n');
    buf_adds(out, newline);
    if(line.n)
      buf_add(out, indent->p, indent->n);
    add_stepped(line, step, out);
  }
  return out->rc;
}

/* A comment behind the place stays on its line. */
static size_t behind_comment(struct slice text, size_t at)
{
  size_t i = at, end = line_end(text, at);
  while(i < end && is_blank(text.p[i]))
    i++;
  if(i < end && text.p[i] != '#' && text.p[i] != '\n' && text.p[i] != '\r')
    return at;
  while(end > at && (text.p[end - 1] == '\n' || text.p[end - 1] == '\r'))
    end--;
  return end;
}

/* "location / { proxy_pass http://a; }" stays on one line. */
static bool shares_line(struct slice text, size_t at)
{
  size_t end = line_end(text, at);
  return !only_blanks(text, at, end) &&
         text.p[behind_comment(text, at)] != '\n' &&
         behind_comment(text, at) == at;
}

static int place_insert(struct slice text, const struct conf_edit *edit,
                        size_t *at, struct buf *piece)
{
  struct slice lines = slice_of(edit->text);
  struct buf indent;
  int rc;
  if(*at < text.n && shares_line(text, *at)) {
    rc = buf_addc(piece, ' ');
    while(!rc && lines.n) {
      struct slice line = slice_trim(slice_cut(&lines, '\n'));
      rc = buf_add(piece, line.p, line.n);
      rc = rc || !lines.n ? rc : buf_addc(piece, ' ');
    }
    return rc;
  }
  buf_init(&indent, 0);
  rc = add_indentation(text, *at, &indent);
  *at = behind_comment(text, *at);
  rc = rc ? rc : add_lines(text, lines, &indent, piece);
  buf_free(&indent);
  return rc;
}

/* Alone on its lines: they go, too; else one of the blanks around it. */
static void place_remove(struct slice text, size_t *start, size_t *end)
{
  size_t from = line_start(text, *start), to = line_end(text, *end);
  if(only_blanks(text, from, *start) && only_blanks(text, *end, to)) {
    *start = from;
    *end = to;
    return;
  }
  if(*end < text.n && is_blank(text.p[*end]) && *start > from &&
     is_blank(text.p[*start - 1]))
    (*end)++;
}

/* Further lines of a replacement stand as the first one does. */
static int place_set(struct slice text, const struct conf_edit *edit,
                     size_t start, struct buf *piece)
{
  struct slice lines = slice_of(edit->text), first = slice_cut(&lines, '\n');
  struct slice ind = indentation(text, line_start(text, start));
  struct buf indent;
  int rc = buf_add(piece, first.p, first.n);
  buf_init(&indent, 0);
  rc = rc ? rc : buf_add(&indent, ind.p, ind.n);
  rc = rc ? rc : add_lines(text, lines, &indent, piece);
  buf_free(&indent);
  return rc;
}

/* The bytes [*start, *end), to be replaced by piece. */
static int place(struct slice text, const struct conf_edit *edit,
                 size_t *start, size_t *end, struct buf *piece)
{
  switch(edit->kind) {
  case EDIT_INSERT:
    if(place_insert(text, edit, start, piece))
      return E_NOMEM;
    *end = *start;
    return 0;
  case EDIT_REMOVE:
    place_remove(text, start, end);
    return 0;
  default:
    return place_set(text, edit, *start, piece) ? E_NOMEM : 0;
  }
}

int patch_place(struct slice text, const struct conf_edit *edit,
                struct text_edits *to)
{
  size_t start = edit->start_bytes, end = edit->end_bytes;
  struct buf piece;
  int rc;
  buf_init(&piece, 0);
  rc = place(text, edit, &start, &end, &piece);
  rc = rc ? rc : text_edits_add(to, start, end, buf_slice(&piece));
  buf_free(&piece);
  return rc;
}
