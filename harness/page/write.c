/* SPDX-License-Identifier: MIT
 * Which form, by name or by file suffix; see write.h. */
#include "page/write.h"

#include <stdio.h>
#include <string.h>

static const struct {
  const char *name, *suffix;
  int (*write)(const struct page *p, bool colour, struct buf *out);
} formats[] = {
#define X(id, name, suffix, writer) {name, suffix, writer},
    OUTPUT_LIST(X)
#undef X
};

#define FORMATS (sizeof(formats) / sizeof(formats[0]))

/* "text, json and junit", of names or of suffixes. */
static void list(bool suffixes, char *out, size_t size)
{
  size_t i, n = 0;
  for(i = 0; i < FORMATS && n < size; i++) {
    const char *word = suffixes ? formats[i].suffix : formats[i].name;
    if(word[0])
      n += (size_t)snprintf(out + n, size - n, "%s%s",
                            !n                ? ""
                            : i + 1 < FORMATS ? ", "
                                              : " and ",
                            word);
  }
}

int output_by_name(const char *name, enum output_format *out, struct err *e)
{
  char all[160] = "";
  size_t i;
  for(i = 0; i < FORMATS; i++) {
    if(strcmp(formats[i].name, name) == 0) {
      *out = (enum output_format)i;
      return 0;
    }
  }
  list(false, all, sizeof(all));
  return err_set(e, E_UNSUPPORTED, "unknown format \"%s\": there are %s", name,
                 all);
}

static bool ends_with(const char *path, const char *suffix)
{
  size_t n = strlen(path), m = strlen(suffix);
  return m && n > m && strcmp(path + n - m, suffix) == 0;
}

int output_by_suffix(const char *path, enum output_format *out, struct err *e)
{
  char all[160] = "";
  size_t i;
  for(i = 0; i < FORMATS; i++) {
    if(ends_with(path, formats[i].suffix)) {
      *out = (enum output_format)i;
      return 0;
    }
  }
  list(true, all, sizeof(all));
  return err_set(e, E_UNSUPPORTED,
                 "%s: the suffix chooses the format, and there are %s (.xml "
                 "is JUnit)",
                 path, all);
}

int page_write(const struct page *p, enum output_format f, bool colour,
               struct buf *out)
{
  int rc = p->rc;
  if(!rc && !formats[f].write)
    rc = E_UNSUPPORTED;
  return rc ? rc : formats[f].write(p, colour, out);
}
