/* SPDX-License-Identifier: MIT
 * The published payloads; see publish_samples.h.  Each differs from every
 * other, so that a sample is recognised by its bytes. */
#include "plan/publish_samples.h"

#include <string.h>

#define ROW(name, text)       {name, {text, sizeof(text) - 1}},
#define MARK(name)            ROW("mark " name, "weir-mark " name)
#define SAMPLE(name, payload) MARK(name) ROW(name, payload)

/* clang-format off */
/* The characters of "separators" and "controls" end a line for libraries that
 * split with more than CR and LF (Python's str.splitlines among them). */
static const struct publish_sample rows[] = {
    SAMPLE("join", "weir join a\nweir join b")
    SAMPLE("raw-crlf", "weir crlf a\r\nweir crlf b\rweir crlf c")
    SAMPLE("leading-space", " weir leading space")
    SAMPLE("trailing-newline", "weir trailing newline\n")
    SAMPLE("empty", "")
    SAMPLE("separators", "weir \xE2\x80\xA8 a \xE2\x80\xA9 b \xC2\x85 c")
    SAMPLE("controls", "weir \x0B a \x0C b \x1C c \x1D d \x1E e")
    SAMPLE("emoji", "weir \xF0\x9F\x98\x80 \xF0\x9F\x91\xA9\xE2\x80\x8D"
                    "\xF0\x9F\x91\xA7 e\xCC\x81")
    SAMPLE("bom", "\xEF\xBB\xBFweir bom \xEF\xBB\xBF")
    SAMPLE("nul", "weir nul \0 a")
    MARK("end")
};
/* clang-format on */

size_t publish_sample_count(void)
{
  return sizeof(rows) / sizeof(rows[0]);
}

const struct publish_sample *publish_sample_at(size_t i)
{
  return &rows[i];
}

size_t publish_sample_find(const char *name)
{
  size_t i;
  for(i = 0; i < publish_sample_count(); i++) {
    if(strcmp(rows[i].name, name) == 0)
      break;
  }
  return i;
}
