/* SPDX-License-Identifier: MIT
 * Made-up conformance results for the tests of this folder: checks of every
 * verdict, with findings and one recording that the tests know. */
#ifndef WEIR_CONFORMANCE_CHECK_SYNTHETIC_H
#define WEIR_CONFORMANCE_CHECK_SYNTHETIC_H
#include "conformance/check_doc.h"

/* X(enumerator, name) */
#define CHECK_SYNTHETIC_LIST(X)                                               \
  X(CHECK_SYNTHETIC_PASS, "check-pass") /* PASS, INFO, SKIP, UNTESTABLE */    \
  X(CHECK_SYNTHETIC_FAIL, "check-fail") /* one of every verdict */            \
  X(CHECK_SYNTHETIC_STRICT,                                                   \
    "check-strict") /* as PASS and a WARN, --strict */                        \
  X(CHECK_SYNTHETIC_TROUBLE, "check-trouble") /* as PASS and an ERROR */      \
  X(CHECK_SYNTHETIC_STOPPED, "check-stopped") /* nothing could be judged */   \
  X(CHECK_SYNTHETIC_INTERRUPTED, "check-interrupted")

enum check_synthetic {
#define X(id, name) id,
  CHECK_SYNTHETIC_LIST(X)
#undef X
      CHECK_SYNTHETIC_COUNT
};

const char *check_synthetic_name(enum check_synthetic kind);
/* check_synthetic_doc makes one; NULL without memory. */
json_t *check_synthetic_doc(enum check_synthetic kind, const char *url,
                            bool keep_secrets);

#endif
