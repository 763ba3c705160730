/* SPDX-License-Identifier: MIT
 * The Last-Event-ID values that no server should fall over: the contract of
 * the script "hostile-ids" with resume.malformed-id.
 *
 * X(enumerator, name, bytes, repeated, answers)
 * bytes: a string literal, sent so many times; it may hold any byte.  answers:
 * which responses are fine besides 200: 4 = any 4xx, 'c' = a close without
 * one.  5xx and silence never are. */
#ifndef WEIR_PLAN_HOSTILE_IDS_H
#define WEIR_PLAN_HOSTILE_IDS_H

#define HOSTILE_ID_LIST(X)                                                    \
  X(HOSTILE_EMPTY, "empty", "", 1, "4")                                       \
  X(HOSTILE_SPACES, "spaces", "   ", 1, "4")                                  \
  X(HOSTILE_UUID, "uuid", "7f9c24e8-3b12-4fef-91e0-5a4b7f3c2d10", 1, "4")     \
  X(HOSTILE_129_BYTES, "129-bytes", "a", 129, "4")                            \
  X(HOSTILE_1_KIB, "1-kib", "b", 1024, "4")                                   \
  X(HOSTILE_8_KIB, "8-kib", "c", 8192, "4")                                   \
  X(HOSTILE_64_KIB, "64-kib", "d", 65536, "4c")                               \
  X(HOSTILE_UTF_8, "utf-8", "\xE2\x80\xA6", 1, "4")                           \
  X(HOSTILE_LATIN_1, "latin-1", "\xE9", 1, "4")                               \
  X(HOSTILE_TAB, "tab", "a\tb", 1, "4")                                       \
  X(HOSTILE_MARKUP, "markup", "<\"'&>", 1, "4")                               \
  X(HOSTILE_MINUS_ONE, "minus-one", "-1", 1, "4")                             \
  X(HOSTILE_TWO_TO_64, "two-to-64", "18446744073709551616", 1, "4")           \
  X(HOSTILE_EXPONENT, "exponent", "1e9", 1, "4")                              \
  X(HOSTILE_HEX, "hex", "0x10", 1, "4")                                       \
  X(HOSTILE_PATH, "path", "../../etc/passwd", 1, "4")                         \
  X(HOSTILE_SQL, "sql", "' OR 1=1--", 1, "4")                                 \
  X(HOSTILE_OPERATOR, "operator", "$gt", 1, "4")                              \
  X(HOSTILE_STAR, "star", "*", 1, "4")                                        \
  X(HOSTILE_PLUS, "plus", "+", 1, "4")                                        \
  X(HOSTILE_REDIS_ZERO, "redis-zero", "0-0", 1, "4")                          \
  X(HOSTILE_REDIS_LAST, "redis-last", "$", 1, "4")                            \
  X(HOSTILE_NUL, "nul", "a\0b", 1, "4c")                                      \
  X(HOSTILE_BARE_CR, "bare-cr", "a\rX-Weir: b", 1, "4c")                      \
  X(HOSTILE_DEL, "del",                                                       \
    "a\x7F"                                                                   \
    "b",                                                                      \
    1, "4c")                                                                  \
  X(HOSTILE_TWO_LINES, "two-lines", "a\r\nLast-Event-ID: b", 1, "4c")

enum hostile_id {
  HOSTILE_NONE,
#define X(id, name, bytes, repeated, answers) id,
  HOSTILE_ID_LIST(X)
#undef X
      HOSTILE_IDS
};

#endif
