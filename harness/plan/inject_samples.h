/* SPDX-License-Identifier: MIT
 * Hostile payloads, ids, types, ... for the target's publish hook: the
 * contract of the script "inject" with sec.inject.*.
 *
 * "inject.0" subscribes, from before the first POST until the row "end"
 * arrived (or the observation window passed); "inject.N" posted row N - 1, one
 * after the other: the payload is its body, and where the row has a key, the
 * value goes percent-encoded into the query of the publish URL.
 *
 * What a broken encoder would let through is an event of the type "weirforged"
 * or a data line that is exactly "weirforged-NAME"; an encoder that keeps to
 * the standard can bring forth neither.  The rows *-plain show whether the
 * hook knows such a key at all.
 *
 * X(enumerator, name, key, value, payload); all are string literals. */
#ifndef WEIR_PLAN_INJECT_SAMPLES_H
#define WEIR_PLAN_INJECT_SAMPLES_H

#define INJECT_TYPE       "weirforged"
#define INJECT_LINE(name) "data: " INJECT_TYPE "-" name

#define INJECT_LIST(X)                                                        \
  X(INJECT_DATA_LF, "data-lf", "", "",                                        \
    "weir-data-lf\n\nevent: " INJECT_TYPE "\n" INJECT_LINE("data-lf") "\n\n") \
  X(INJECT_DATA_CR, "data-cr", "", "",                                        \
    "weir-data-cr\r" INJECT_LINE("data-cr") "\r\revent: " INJECT_TYPE         \
                                            "\r" INJECT_LINE("data-cr"))      \
  X(INJECT_DATA_CRLF, "data-crlf", "", "",                                    \
    "weir-data-crlf\r\n\r\nevent: " INJECT_TYPE                               \
    "\r\n" INJECT_LINE("data-crlf") "\r\n\r\n")                               \
  X(INJECT_ID_PLAIN, "id-plain", "id", "weirplain", "weir-id-plain")          \
  X(INJECT_ID_LF, "id-lf", "id", "weir1\n" INJECT_LINE("id-lf"),              \
    "weir-id-lf")                                                             \
  X(INJECT_ID_CR, "id-cr", "id", "weir2\r" INJECT_LINE("id-cr"),              \
    "weir-id-cr")                                                             \
  X(INJECT_ID_NUL, "id-nul", "id", "weir3\0x", "weir-id-nul")                 \
  X(INJECT_TYPE_PLAIN, "type-plain", "type", "weirplain", "weir-type-plain")  \
  X(INJECT_TYPE_LF, "type-lf", "type", "weira\n" INJECT_LINE("type-lf"),      \
    "weir-type-lf")                                                           \
  X(INJECT_TYPE_CR, "type-cr", "type", "weirb\r" INJECT_LINE("type-cr"),      \
    "weir-type-cr")                                                           \
  X(INJECT_RETRY_PLAIN, "retry-plain", "retry", "4321", "weir-retry-plain")   \
  X(INJECT_RETRY_LF, "retry-lf", "retry", "4322\n" INJECT_LINE("retry-lf"),   \
    "weir-retry-lf")                                                          \
  X(INJECT_RETRY_WORD, "retry-word", "retry", "weirsoon", "weir-retry-word")  \
  X(INJECT_COMMENT_PLAIN, "comment-plain", "comment", "weirplain remark",     \
    "weir-comment-plain")                                                     \
  X(INJECT_COMMENT_LF, "comment-lf", "comment",                               \
    "weirremark\n" INJECT_LINE("comment-lf"), "weir-comment-lf")              \
  X(INJECT_COMMENT_CR, "comment-cr", "comment",                               \
    "weirremark\r" INJECT_LINE("comment-cr"), "weir-comment-cr")              \
  X(INJECT_END, "end", "", "", "weir-end")

enum inject_row {
#define X(name, text, key, value, payload) name,
  INJECT_LIST(X)
#undef X
      INJECT_ROWS
};

#endif
