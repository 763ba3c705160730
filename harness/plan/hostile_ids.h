/* SPDX-License-Identifier: MIT
 * The Last-Event-ID values that no server should fall over: the contract of
 * the script "hostile-ids" with resume.malformed-id.
 *
 * X(name, bytes, repeated, answers)
 * bytes: a string literal, sent so many times; it may hold any byte.  answers:
 * which responses are fine besides 200: 4 = any 4xx, 'c' = a close without
 * one.  5xx and silence never are. */
#ifndef WEIR_PLAN_HOSTILE_IDS_H
#define WEIR_PLAN_HOSTILE_IDS_H

#define HOSTILE_ID_LIST(X)                                                    \
  X("empty", "", 1, "4")                                                      \
  X("spaces", "   ", 1, "4")                                                  \
  X("uuid", "7f9c24e8-3b12-4fef-91e0-5a4b7f3c2d10", 1, "4")                   \
  X("129-bytes", "a", 129, "4")                                               \
  X("1-kib", "b", 1024, "4")                                                  \
  X("8-kib", "c", 8192, "4")                                                  \
  X("64-kib", "d", 65536, "4c")                                               \
  X("utf-8", "\xE2\x80\xA6", 1, "4")                                          \
  X("latin-1", "\xE9", 1, "4")                                                \
  X("tab", "a\tb", 1, "4")                                                    \
  X("markup", "<\"'&>", 1, "4")                                               \
  X("minus-one", "-1", 1, "4")                                                \
  X("two-to-64", "18446744073709551616", 1, "4")                              \
  X("exponent", "1e9", 1, "4")                                                \
  X("hex", "0x10", 1, "4")                                                    \
  X("path", "../../etc/passwd", 1, "4")                                       \
  X("sql", "' OR 1=1--", 1, "4")                                              \
  X("operator", "$gt", 1, "4")                                                \
  X("star", "*", 1, "4")                                                      \
  X("plus", "+", 1, "4")                                                      \
  X("redis-zero", "0-0", 1, "4")                                              \
  X("redis-last", "$", 1, "4")                                                \
  X("nul", "a\0b", 1, "4c")                                                   \
  X("bare-cr", "a\rX-Weir: b", 1, "4c")                                       \
  X("del",                                                                    \
    "a\x7F"                                                                   \
    "b",                                                                      \
    1, "4c")                                                                  \
  X("two-lines", "a\r\nLast-Event-ID: b", 1, "4c")

#endif
