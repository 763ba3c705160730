/* SPDX-License-Identifier: MIT
 * Fuzzing the payload scanner: no bytes may make it read out of bounds, and
 * what a strict JSON library takes for an object, it reads alike. */
#include <string.h>

#include "base/fuzzing.h"
#include "base/json.h"
#include "load/payload.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const struct payload_spec spec = {"/seq", "/t",      "/s", "/user",
                                           "",     UNIT_AUTO, false};
  static const struct payload_spec deep = {"/seq", "/t",      "/s", "/user",
                                           "",     UNIT_AUTO, true};
  struct slice text = {(const char *)data, size};
  struct payload a, b;
  json_t *strict = json_loadb(text.p, text.n, JSON_ALLOW_NUL, NULL);
  payload_read(&spec, text, &a);
  /* jansson takes a NUL for white space, which it is not. */
  if(json_is_object(strict) && !memchr(data, 0, size)) {
    demand(a.is_object);
    payload_read(&deep, text, &b);
    /* -0 is a 0 that nobody counts with. */
    if(!b.has_seq || b.seq)
      demand(a.has_seq == b.has_seq && (!a.has_seq || a.seq == b.seq));
    demand(a.has_crc == b.has_crc && a.crc_ok == b.crc_ok);
    /* A user may be written as 1.0 or 1: only strings must be equal. */
    if(json_is_string(json_object_get(strict, "user")) && a.user.p && b.user.p)
      demand(slice_eq(a.user, b.user));
  }
  json_decref(strict);
  return 0;
}
