/* SPDX-License-Identifier: MIT
 * What each kind of document has to say, as a page (page/page.h).  Each reads
 * the document only, which outlives the page, and fills one that was
 * initialised; its rc tells failures. */
#ifndef WEIR_RESULT_PAGES_H
#define WEIR_RESULT_PAGES_H
#include "base/json.h"
#include "page/page.h"

/* more: a screen of text shows all checks, explains each finding. */
void check_page(json_t *doc, bool more, struct page *p);
void nginx_page(json_t *doc, bool more, struct page *p);

/* pages_finish fills in what all documents have: who, when, by what. */
void pages_finish(json_t *doc, struct page *p);
/* pages_list adds a dim fact for each string of list. */
void pages_list(struct page *p, struct page_block *b, const char *label,
                json_t *list);
/* pages_number puts a whole number of doc at the head of the page; a dash
 * where there is none. */
void pages_number(struct page *p, size_t at, const char *label, json_t *doc,
                  const char *path);
/* pages_data makes rows for CSV of a list: `paths` names members, separated by
 * '|', which are the columns' titles, too. */
void pages_data(struct page *p, json_t *list, const char *paths);

#endif
