/* SPDX-License-Identifier: MIT
 * Fuzzing the reader: a pointer, a NUL, then data.  Nothing may be read out of
 * bounds, and a strict JSON library agrees on what is JSON. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "content/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(const struct value *v)
{
  struct buf room;
  struct slice text;
  buf_init(&room, 0);
  value_length(v);
  if(v->kind == KIND_STRING && value_text(v, &room, &text) == 0 &&
     !value_says(v, text))
    abort();
  buf_free(&room);
}

static void compare(struct slice text, int rc)
{
  json_t *strict;
  if(memchr(text.p, 0, text.n) || utf8_check(text) != text.n || !text.n)
    return;
  strict = json_loadb(text.p, text.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
  if(strict && rc == E_SYNTAX)
    abort();
  json_decref(strict);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static struct pointer_set set;
  static struct value found[POINTER_SET_MAX];
  struct slice rest = {(const char *)data, size}, text;
  struct err e;
  int rc;
  if(!size)
    return 0;
  text = slice_cut(&rest, '\0');
  if(!rest.p)
    rest = text;
  pointer_set_add(&set, text, &e);
  pointer_set_add(&set, slice_of("/a"), &e);
  pointer_set_add(&set, slice_of("/a/0/b"), &e);
  rc = reader_read(&set, rest, found, NULL);
  compare(rest, rc);
  if(rc == 0) {
    uint8_t i;
    for(i = 0; i < set.count; i++)
      use(&found[i]);
  }
  pointer_set_fini(&set);
  return 0;
}
