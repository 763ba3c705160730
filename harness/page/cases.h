/* SPDX-License-Identifier: MIT
 * What CI systems are told of findings, whatever they read; private to page/.
 */
#ifndef WEIR_PAGE_CASES_H
#define WEIR_PAGE_CASES_H
#include "page/page.h"

/* Goes through the findings of all blocks: cases_first, then cases_next of
 * what it gave; NULL at the end. */
struct cases {
  const struct page_block *block;
  const struct page_finding *finding;
};
const struct page_finding *cases_first(struct cases *c, const struct page *p);
const struct page_finding *cases_next(struct cases *c);

/* The group and the name of a finding's test case. */
void cases_group(const struct page_finding *f, struct buf *out);
const char *cases_name(const struct page_finding *f);
/* Why it did not pass, in a line. */
const char *cases_message(const struct page_finding *f);
/* All else that is known of it, "label: text" in lines. */
void cases_body(const struct page_finding *f, struct buf *out);
/* "nginx.conf:21:9"; nothing where it has no place. */
void cases_place(const struct page_finding *f, struct buf *out);

#endif
