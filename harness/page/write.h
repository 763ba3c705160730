/* SPDX-License-Identifier: MIT
 * The forms that a page is written in.  A new one is a writer in a file of its
 * own and a row here.  Every writer appends to out and returns 0, the page's
 * rc or the buffer's. */
#ifndef WEIR_PAGE_WRITE_H
#define WEIR_PAGE_WRITE_H
#include "base/err.h"
#include "page/page.h"

/* X(enumerator, name, suffix, writer); JSON is the document's own. */
#define OUTPUT_LIST(X)                                                        \
  X(OUTPUT_TEXT, "text", ".txt", page_text)                                   \
  X(OUTPUT_JSON, "json", ".json", NULL)                                       \
  X(OUTPUT_JUNIT, "junit", ".xml", page_junit)                                \
  X(OUTPUT_CSV, "csv", ".csv", page_csv)                                      \
  X(OUTPUT_MARKDOWN, "markdown", ".md", page_markdown)                        \
  X(OUTPUT_HTML, "html", ".html", page_html)                                  \
  X(OUTPUT_GITHUB, "github", "", page_github)                                 \
  X(OUTPUT_TAP, "tap", ".tap", page_tap)                                      \
  X(OUTPUT_SARIF, "sarif", ".sarif", page_sarif)

enum output_format {
#define X(id, name, suffix, writer) id,
  OUTPUT_LIST(X)
#undef X
};

/* Both return 0, or E_UNSUPPORTED with a sentence that lists what there is. */
int output_by_name(const char *name, enum output_format *out, struct err *e);
int output_by_suffix(const char *path, enum output_format *out, struct err *e);

/* page_write writes p in any form but JSON; colour concerns text only. */
int page_write(const struct page *p, enum output_format f, bool colour,
               struct buf *out);

/* One screen, the verdict first, at most 80 columns where words allow. */
int page_text(const struct page *p, bool colour, struct buf *out);
/* For job summaries and pull requests. */
int page_markdown(const struct page *p, bool colour, struct buf *out);
/* One suite; a test case for each finding. */
int page_junit(const struct page *p, bool colour, struct buf *out);
/* GitHub's workflow commands: the verdict, then what failed and warned. */
int page_github(const struct page *p, bool colour, struct buf *out);
/* The page's data, RFC 4180; E_UNSUPPORTED where it has none. */
int page_csv(const struct page *p, bool colour, struct buf *out);
/* TAP version 14: a test for each finding, what is known of it in YAML. */
int page_tap(const struct page *p, bool colour, struct buf *out);
/* SARIF 2.1.0: what failed or warned, with file, line and fix. */
int page_sarif(const struct page *p, bool colour, struct buf *out);
/* One page of HTML, which asks the network for nothing. */
int page_html(const struct page *p, bool colour, struct buf *out);
/* The same of several results: what each has, and where their findings are
 * of one kind (page.matrix), those side by side. */
int page_html_all(const struct page *const *p, size_t count, struct buf *out);

#endif
