/* SPDX-License-Identifier: MIT
 * What nginx did, as a part of the doctor's page; private to nginx_page*.c. */
#ifndef WEIR_RESULT_NGINX_PAGE_H
#define WEIR_RESULT_NGINX_PAGE_H
#include "base/json.h"
#include "page/page.h"

/* nginx_page_measured: when each event was written and when it came, as it is
 * and with the fix, on one scale, and every probe in a folded table; nothing
 * where nginx was not run. */
void nginx_page_measured(struct page *p, json_t *doc);

#endif
