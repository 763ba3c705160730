/* SPDX-License-Identifier: MIT
 * What each kind of document has to say, as a page (page/page.h).  Each reads
 * the document only, which outlives the page, and fills one that was
 * initialised; its rc tells failures. */
#ifndef WEIR_RESULT_PAGES_H
#define WEIR_RESULT_PAGES_H
#include "base/json.h"
#include "page/page.h"
#include "result/phrases.h"

/* more: a screen of text shows all checks, explains each finding. */
void check_page(json_t *doc, bool more, struct page *p);
void nginx_page(json_t *doc, bool more, struct page *p);
void load_page(json_t *doc, bool more, struct page *p);
void capacity_page(json_t *doc, bool more, struct page *p);
void compare_page(json_t *doc, bool more, struct page *p);
void series_page(json_t *doc, bool more, struct page *p);
void flow_page(json_t *doc, bool more, struct page *p);

/* pages_finish fills in what all documents have: who, when, by what. */
void pages_finish(json_t *doc, struct page *p);
/* pages_grade of "PASS", "FAIL" and what is neither. */
enum page_grade pages_grade(const char *verdict);
/* pages_list adds a dim fact for each string of list. */
void pages_list(struct page *p, struct page_block *b, const char *label,
                json_t *list);
/* pages_number puts a number at the head of the page. */
void pages_number(struct page *p, size_t at, const char *label,
                  const char *text);
/* pages_phrase adds a fact whose text a phrase makes; no text, no fact. */
void pages_phrase(struct page *p, struct page_block *b, const char *label,
                  json_t *doc, phrase_fn *fn);
/* pages_ms is a duration of doc as people read it; a dash where there is
 * none.  pages_count is the same of a number. */
const char *pages_ms(struct page *p, json_t *doc, const char *path);
const char *pages_count(struct page *p, json_t *doc, const char *path);
/* pages_pictures adds the drawings [from, to) that there are. */
void pages_pictures(struct page *p, size_t from, size_t to);
#define PAGES_PICTURES 12
/* pages_machine tells where and how the run was made, on pages alone. */
struct page_block *pages_machine(struct page *p, json_t *doc);
/* pages_definitions tells what every metric means, on pages alone. */
void pages_definitions(struct page *p);
/* pages_data makes rows for CSV of a list: `paths` names members, separated by
 * '|', which are the columns' titles, too. */
void pages_data(struct page *p, json_t *list, const char *paths);
/* pages_table is the same with titles of their own: {title, path}. */
void pages_table(struct page *p, json_t *list, const char *const (*column)[2],
                 size_t columns);

#endif
