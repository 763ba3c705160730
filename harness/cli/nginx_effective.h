/* SPDX-License-Identifier: MIT
 * weir nginx CONF --effective URI: which block answers, how nginx gets there,
 * and the settings in force with the line each comes from. */
#ifndef WEIR_CLI_NGINX_EFFECTIVE_H
#define WEIR_CLI_NGINX_EFFECTIVE_H
#include "base/json.h"
#include "nginxconf/effective.h"

struct nginx_effective {
  struct conf_request request;
  struct conf_version version;
  /* Directive names to show; without any, those that matter for event streams
   * in the family of the location. */
  const char *const *names;
  size_t nnames;
  bool keep_secrets; /* else what document_mask knows is shown as "***" */
};

/* Private to nginx_effective*.c: a title, and word j of value i of a setting,
 * as they may be shown.  0 or E_NOMEM. */
int nginx_effective_title(const struct nginx_effective *ask,
                          const struct conf_directive *d, struct buf *out);
int nginx_effective_word(const struct nginx_effective *ask,
                         const struct conf_setting *s, size_t i, size_t j,
                         struct buf *out);

/* nginx_effective_text appends what a person reads.  0, or conf_locate's
 * errors with the sentence. */
int nginx_effective_text(const struct conf *c,
                         const struct nginx_effective *ask, struct buf *out,
                         struct err *e);
/* nginx_effective_json gives the same as a new object, or NULL. */
json_t *nginx_effective_json(const struct conf *c,
                             const struct nginx_effective *ask, struct err *e);
/* nginx_effective_print writes either to standard output. */
int nginx_effective_print(const struct conf *c,
                          const struct nginx_effective *ask, bool json,
                          struct err *e);

#endif
