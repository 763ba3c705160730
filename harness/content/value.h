/* SPDX-License-Identifier: MIT
 * JSON values as they stand in the bytes of an event's data: found, told apart
 * and compared where they lie, without building anything.  Pure.
 *
 * Bytes in strings that are no UTF-8 are let through: a client replaces them
 * before it parses, so that the data is JSON to it. */
#ifndef WEIR_CONTENT_VALUE_H
#define WEIR_CONTENT_VALUE_H
#include <stdint.h>

#include "base/buf.h"

#define VALUE_KIND_LIST(X)                                                    \
  X(KIND_ABSENT, "absent")                                                    \
  X(KIND_NULL, "null")                                                        \
  X(KIND_BOOL, "bool")                                                        \
  X(KIND_NUMBER, "number")                                                    \
  X(KIND_STRING, "string")                                                    \
  X(KIND_ARRAY, "array")                                                      \
  X(KIND_OBJECT, "object")

enum value_kind {
#define X(name, text) name,
  VALUE_KIND_LIST(X)
#undef X
      VALUE_KINDS
};

struct value {
  enum value_kind kind;
  bool escaped;      /* a string with a backslash in it */
  struct slice text; /* borrowed from the data: of a string what stands between
                        the quotes, escapes left in place; of all else the
                        whole */
};

/* "number", "string", ...; never NULL. */
const char *value_kind_name(enum value_kind kind);
/* value_text is what a string says.  One with escapes is undone in `into`,
 * whose content it replaces; its memory is kept, so that a row of them costs
 * an allocation only where one is longer than all before.  Half a surrogate
 * pair becomes U+FFFD.  0 or into->rc. */
int value_text(const struct value *string, struct buf *into,
               struct slice *out);
/* value_says: whether a string, its escapes undone, is exactly that text. */
bool value_says(const struct value *string, struct slice text);
/* value_length: characters (code points) of a string, elements of an array,
 * members of an object; 0 for all else. */
uint64_t value_length(const struct value *v);
/* value_next takes the next element off the text of an array, brackets
 * included; start with *rest the value's text.  false behind the last one.
 * Only for values that reader_read gave. */
bool value_next(struct slice *rest, struct value *out);

#endif
