/* SPDX-License-Identifier: MIT
 * Reading users from CSV, a piece at a time; see feeder.h. */
#include "scenario/feeder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#define PIECE 65536

enum state { FIELD_START, PLAIN, QUOTED, QUOTE_SEEN };

struct feeder {
  struct scenario *s;
  struct err *e;
  struct buf record;               /* the fields' texts, each with its NUL */
  size_t start[FEEDER_MAX_FIELDS]; /* of each field in record */
  uint32_t fields;                 /* of this record so far */
  uint32_t capacity;               /* of s->user */
  uint64_t line, record_line, quote_line;
  enum state state;
  bool header_done, after_cr, was_quoted;
};

static int fault(struct feeder *f, int rc, uint64_t line, const char *why)
{
  return err_set(f->e, rc, "%s:%llu: %s", f->s->users_file,
                 (unsigned long long)line, why);
}

static int no_memory(struct feeder *f)
{
  return fault(f, E_NOMEM, f->line, err_name(E_NOMEM));
}

static struct slice field_text(const struct feeder *f, uint32_t i)
{
  return slice_of(f->record.p + f->start[i]);
}

static int begin_field(struct feeder *f)
{
  if(f->fields == FEEDER_MAX_FIELDS)
    return fault(f, E_TOO_LONG, f->line, "more than 64 fields");
  f->start[f->fields++] = f->record.n;
  return 0;
}

static int add_byte(struct feeder *f, char c)
{
  int rc;
  if(c == '\0')
    return fault(f, E_SYNTAX, f->line, "a NUL character: not a CSV file");
  rc = buf_addc(&f->record, c);
  if(rc == E_TOO_LONG)
    return fault(f, rc, f->record_line,
                 "longer than 65536 bytes (is a quote not closed?)");
  return rc ? no_memory(f) : 0;
}

static int end_field(struct feeder *f)
{
  struct slice text;
  int rc = buf_addc(&f->record, '\0');
  if(rc)
    return fault(f, rc, f->record_line, "longer than 65536 bytes");
  text = field_text(f, f->fields - 1);
  if(utf8_check(text) != text.n)
    return fault(f, E_SYNTAX, f->line, "not valid UTF-8");
  f->state = FIELD_START;
  return 0;
}

static bool is_field_name(struct slice name)
{
  size_t i;
  for(i = 0; i < name.n; i++) {
    if((unsigned char)name.p[i] <= ' ' || strchr("{}|\x7f", name.p[i]))
      return false;
  }
  return name.n > 0;
}

static int take_header(struct feeder *f)
{
  uint32_t i, j;
  f->s->user_field = calloc(f->fields, sizeof(char *));
  if(!f->s->user_field)
    return no_memory(f);
  for(i = 0; i < f->fields; i++) {
    struct slice name = slice_trim(field_text(f, i));
    if(!is_field_name(name))
      return fault(f, E_SYNTAX, f->record_line,
                   "the header line must name every field, in words without "
                   "spaces or braces");
    for(j = 0; j < i; j++) {
      if(slice_eq_cstr(name, f->s->user_field[j]))
        return err_set(f->e, E_SYNTAX, "%s:%llu: field \"%s\" is named twice",
                       f->s->users_file, (unsigned long long)f->record_line,
                       f->s->user_field[j]);
    }
    f->s->user_field[i] = slice_dup(name);
    if(!f->s->user_field[i])
      return no_memory(f);
    f->s->user_field_count++;
  }
  f->header_done = true;
  return 0;
}

static int make_room(struct feeder *f)
{
  uint32_t capacity = f->capacity ? f->capacity * 2 : 64;
  struct user *grown;
  if(f->s->user_count < f->capacity)
    return 0;
  if(f->s->user_count >= FEEDER_MAX_USERS)
    return fault(f, E_TOO_LONG, f->record_line, "more than 1,000,000 users");
  grown = realloc(f->s->user, capacity * sizeof(*grown));
  if(!grown)
    return no_memory(f);
  f->s->user = grown;
  f->capacity = capacity;
  return 0;
}

/* One block per user: the pointers, then the texts they point to. */
static int take_user(struct feeder *f)
{
  size_t pointers = f->fields * sizeof(char *);
  char **block;
  uint32_t i;
  int rc = make_room(f);
  if(rc)
    return rc;
  block = malloc(pointers + f->record.n);
  if(!block)
    return no_memory(f);
  memcpy((char *)block + pointers, f->record.p, f->record.n);
  for(i = 0; i < f->fields; i++)
    block[i] = (char *)block + pointers + f->start[i];
  f->s->user[f->s->user_count++] = (struct user){f->fields, block};
  return 0;
}

static int end_record(struct feeder *f)
{
  bool blank = f->fields == 1 && f->record.n == 1 && !f->was_quoted;
  int rc = 0;
  if(!blank && !f->header_done)
    rc = take_header(f);
  else if(!blank && f->fields != f->s->user_field_count)
    rc = err_set(f->e, E_SYNTAX, "%s:%llu: %u field%s, the header names %u",
                 f->s->users_file, (unsigned long long)f->record_line,
                 f->fields, f->fields == 1 ? "" : "s", f->s->user_field_count);
  else if(!blank)
    rc = take_user(f);
  buf_clear(&f->record);
  f->fields = 0;
  f->was_quoted = false;
  f->record_line = f->line + 1;
  return rc;
}

static int in_quotes(struct feeder *f, char c)
{
  if(c == '"') {
    f->state = QUOTE_SEEN;
    return 0;
  }
  return add_byte(f, c);
}

/* A field begins even when the separator follows at once. */
static int open_field(struct feeder *f, char c)
{
  int rc = begin_field(f);
  f->state = PLAIN;
  if(rc == 0 && c == '"') {
    f->state = QUOTED;
    f->was_quoted = true;
    f->quote_line = f->line;
  }
  return rc;
}

static int outside_quotes(struct feeder *f, char c)
{
  int rc = 0;
  bool opened = f->state == FIELD_START;
  if(f->after_cr && c != '\n')
    return fault(f, E_SYNTAX, f->line, "a carriage return inside the line");
  if(opened)
    rc = open_field(f, c);
  if(rc || (opened && c == '"'))
    return rc;
  if(c == '\r') {
    f->after_cr = true;
    return 0;
  }
  f->after_cr = false;
  if(c == ',' || c == '\n') {
    rc = end_field(f);
    return rc == 0 && c == '\n' ? end_record(f) : rc;
  }
  if(f->state == QUOTE_SEEN && c == '"') { /* "" inside quotes is a quote */
    f->state = QUOTED;
    return add_byte(f, c);
  }
  if(f->state == QUOTE_SEEN)
    return fault(f, E_SYNTAX, f->line, "text behind a closing quote");
  if(c == '"')
    return fault(f, E_SYNTAX, f->line,
                 "a quote inside a field that does not begin with one");
  return add_byte(f, c);
}

static int feed(struct feeder *f, const char *p, size_t n)
{
  size_t i;
  int rc = 0;
  for(i = 0; i < n && rc == 0; i++) {
    rc = f->state == QUOTED ? in_quotes(f, p[i]) : outside_quotes(f, p[i]);
    if(p[i] == '\n')
      f->line++;
  }
  return rc;
}

static int finish(struct feeder *f)
{
  int rc = 0;
  if(f->state == QUOTED)
    return fault(f, E_SYNTAX, f->quote_line,
                 "a quote is opened here and never closed");
  if(f->fields || f->state != FIELD_START)
    rc = feed(f, "\n", 1);
  if(rc)
    return rc;
  if(!f->header_done)
    return err_set(f->e, E_SYNTAX,
                   "%s: empty; expected a header line such as id,token and "
                   "one line per user",
                   f->s->users_file);
  if(f->s->user_count == 0)
    return err_set(f->e, E_SYNTAX, "%s: no users below the header line",
                   f->s->users_file);
  return 0;
}

static int read_file(struct feeder *f, FILE *file)
{
  char piece[PIECE];
  bool first = true;
  int rc = 0;
  while(rc == 0) {
    size_t n = fread(piece, 1, sizeof(piece), file), skip = 0;
    if(n == 0)
      break;
    if(first && n >= 3 && memcmp(piece, "\xEF\xBB\xBF", 3) == 0)
      skip = 3;
    first = false;
    rc = feed(f, piece + skip, n - skip);
  }
  if(rc == 0 && ferror(file))
    return err_set(f->e, E_IO, "%s: cannot be read: %s", f->s->users_file,
                   strerror(errno));
  return rc ? rc : finish(f);
}

int feeder_load(struct scenario *s, struct err *e)
{
  struct feeder f = {.s = s, .e = e, .line = 1, .record_line = 1};
  FILE *file = fopen(s->users_file, "rbe");
  int rc;
  if(!file)
    return err_set(e, E_IO, "%s: cannot be read: %s", s->users_file,
                   strerror(errno));
  feeder_free(s);
  buf_init(&f.record, FEEDER_MAX_RECORD);
  rc = read_file(&f, file);
  buf_free(&f.record);
  fclose(file);
  return rc;
}

void feeder_free(struct scenario *s)
{
  uint32_t i;
  for(i = 0; i < s->user_count; i++)
    free(s->user[i].field);
  for(i = 0; i < s->user_field_count; i++)
    free(s->user_field[i]);
  free(s->user);
  free(s->user_field);
  s->user = NULL;
  s->user_field = NULL;
  s->user_count = s->user_field_count = 0;
}

int feeder_field(const struct scenario *s, struct slice name)
{
  uint32_t i;
  for(i = 0; i < s->user_field_count; i++) {
    if(slice_eq_cstr(name, s->user_field[i]))
      return (int)i;
  }
  return s->user_field_count && slice_eq_cstr(name, "id") ? 0 : -1;
}
