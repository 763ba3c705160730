/* SPDX-License-Identifier: MIT
 * A result as it is told: one model that each kind of document fills in once,
 * whoever reads it.  How it looks as text, HTML, JUnit, ... is the writers'
 * business (write.h), and so is all escaping: texts stand here as they are.
 *
 * Pure.  A page owns nothing that is handed in: texts are borrowed and outlive
 * it; page_say makes texts of its own.  "" is a text that is not told; NULL is
 * the same.  Where memory ends, the page's rc says so, adding goes on doing
 * nothing, and no writer writes it: one check at the end. */
#ifndef WEIR_PAGE_PAGE_H
#define WEIR_PAGE_PAGE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

/* How good what is told is: its colour. */
enum page_grade {
  PAGE_PLAIN,
  PAGE_GOOD,
  PAGE_BAD,
  PAGE_WARN,
  PAGE_INFO,
  PAGE_DIM
};

/* What something that was judged is to a CI system. */
enum page_outcome {
  PAGE_PASSED,
  PAGE_NOTED, /* did not pass without blame, and fails nothing */
  PAGE_SKIPPED,
  PAGE_FAILED,
  PAGE_ERROR /* could not be judged, and should have been */
};

/* How much of a finding a screen of text shows. */
enum page_show { PAGE_WHOLE, PAGE_LINE, PAGE_NOT };

/* Readers get findings by rank, those of a rank in the order of adding. */
#define PAGE_RANKS 8

enum page_term_kind {
  PAGE_TEXT,
  PAGE_CODE,   /* columns mean something: never wrapped */
  PAGE_SHELL,  /* a command to copy; text wraps it */
  PAGE_RECORD, /* text is the name of a log of this page */
  PAGE_DETAIL  /* told by pages and CI systems, not by a screen of text */
};

/* What is known of a finding, in the order of telling.  Writers look up the
 * terms that they tell apart by their labels. */
#define PAGE_SEEN      "seen"
#define PAGE_EVIDENCE  "evidence"
#define PAGE_WHY       "why"
#define PAGE_FIX       "fix" /* several may follow each other */
#define PAGE_REPRODUCE "reproduce"

struct page_term {
  struct page_term *next;
  const char *label, *text;
  const char *url;   /* "" or where to read on */
  const char *whose; /* "" or the only kind of reader that it is for */
  enum page_term_kind kind;
};

/* A change of a file: the bytes [start, end) become text. */
struct page_edit {
  struct page_edit *next;
  const char *file, *text;
  uint64_t start, end;
};

/* Where a finding is; file "" where it has no place. */
struct page_place {
  const char *file;
  uint64_t line, column; /* from 1; 0: not known */
};

struct page_finding {
  struct page_finding *next;
  const char *word;         /* "FAIL", "error", "not met" */
  const char *id, *title;   /* a check's id, a rule's; one sentence */
  const char *mark;         /* "" or what follows the title as text */
  const char *line;         /* all of it in a line, "" = id and "seen" */
  const char *group, *name; /* of its test case; "" = of its id */
  const char *type;         /* of the failure; "" = word */
  const char *message;      /* of the failure, "" = "seen" */
  const char *notice;       /* title of an annotation; "" = id */
  struct page_place place;
  struct page_term *term, **last_term;
  struct page_edit *edit, **last_edit;
  enum page_grade grade;
  enum page_outcome outcome;
  enum page_show show;
  unsigned rank;  /* how bad, 0 the worst; below PAGE_RANKS */
  bool alike;     /* those with the same "seen" share one line */
  bool case_only; /* people are not told */
  bool no_case;   /* CI systems are told at most by an annotation */
};

/* A row of "label  text". */
struct page_fact {
  struct page_fact *next;
  const char *label, *text;
  enum page_grade grade;
};

#define PAGE_COLUMNS_MAX 24

struct page_cell {
  const char *text;
  const char *href; /* "" or "#id" of this page */
  enum page_grade grade;
};

struct page_row {
  struct page_row *next;
  struct page_cell cell[PAGE_COLUMNS_MAX];
};

enum page_align { PAGE_LEFT, PAGE_RIGHT };

struct page_table {
  const char *title;
  const char *column[PAGE_COLUMNS_MAX];
  enum page_align align[PAGE_COLUMNS_MAX];
  size_t columns;
  struct page_row *row, **last_row;
};

/* A line of a log: when, in ms ("" = not known), whose, what. */
struct page_log_line {
  struct page_log_line *next;
  const char *time, *from, *text;
};

enum page_block_kind {
  PAGE_FACTS,
  PAGE_FINDINGS,
  PAGE_TABLE,
  PAGE_DIFF,    /* text is a unified diff */
  PAGE_PICTURE, /* text is SVG, caption says what is seen in it */
  PAGE_LOG
};

/* Where a block is told. */
enum page_where { PAGE_EVERYWHERE, PAGE_ON_PAGES, PAGE_NOT_ON_PAGES };

struct page_block {
  struct page_block *next;
  enum page_block_kind kind;
  enum page_where where;
  const char *title, *caption, *text;
  bool folded; /* HTML opens it on demand */
  bool tight;  /* a screen of text puts no empty line before it */
  struct page_fact *fact, **last_fact;
  struct page_finding *finding, **last_finding;
  struct page_log_line *line, **last_line;
  struct page_table table;
};

#define PAGE_NUMBERS 3

/* A picture that was drawn for a page beforehand. */
struct page_drawing {
  const char *title, *caption, *svg;
};

struct page {
  const char *command; /* "weir check" */
  const char *about;   /* what was looked at: a URL, a file */
  const char *heading; /* of an HTML page of its own */
  const char *verdict; /* "PASS", "FAIL", ... */
  const char *sentence;
  const char *circumstances; /* "" or when, how long, by which version */
  enum page_grade grade;
  const char *suite, *host, *started; /* for JUnit; started in ISO 8601 */
  const char *property[2];            /* for JUnit; "" = none */
  double elapsed_ms;
  const char *file; /* "" or the file that the result was read from */
  const struct page_drawing *drawing; /* borrowed; set before filling in */
  size_t drawings;
  struct page_fact number[PAGE_NUMBERS]; /* what to read first; may be none */
  bool matrix; /* pages put their findings side by side, by id */
  struct page_block *block, **last_block;
  struct page_table data;   /* what CSV has; no columns: nothing */
  int rc;                   /* 0, or E_NOMEM */
  struct page_piece *piece; /* the memory of it all */
};

void page_init(struct page *p, const char *command);
void page_free(struct page *p);

/* page_copy gives the page a text of its own; page_say makes one.  Never
 * NULL: "" where memory ended. */
const char *page_copy(struct page *p, struct slice text);
const char *page_say(struct page *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* page_take makes one of what is in b, which is freed. */
const char *page_take(struct page *p, struct buf *b);

/* Each adds at the end and returns what was added; never NULL: where memory
 * ended it is something that nobody reads. */
struct page_block *page_block(struct page *p, enum page_block_kind kind,
                              const char *title);
struct page_fact *page_fact(struct page *p, struct page_block *b,
                            const char *label, const char *text);
struct page_finding *page_finding(struct page *p, struct page_block *b,
                                  const char *word, const char *id);
/* page_term adds nothing for an empty text. */
struct page_term *page_term(struct page *p, struct page_finding *f,
                            const char *label, const char *text);
struct page_edit *page_edit(struct page *p, struct page_finding *f);
void page_log_line(struct page *p, struct page_block *b, const char *time,
                   const char *from, const char *text);
/* page_columns names the columns of t, separated by '|'; one that begins with
 * '>' stands to the right. */
void page_columns(struct page *p, struct page_table *t, const char *names);
struct page_row *page_row(struct page *p, struct page_table *t);

/* page_term_text is the first term of that label; "" where there is none. */
const char *page_term_text(const struct page_finding *f, const char *label);
/* page_add_fix appends the first fix, behind the name of whose it is. */
void page_add_fix(const struct page_finding *f, struct buf *out);
/* page_group_length: of "http.ct" in "http.ct.present". */
size_t page_group_length(const char *id);
/* page_has: a text that is told. */
static inline bool page_has(const char *text)
{
  return text && text[0];
}

#endif
