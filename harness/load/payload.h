/* SPDX-License-Identifier: MIT
 * What an event says about itself: its number, when it was sent, for whom, and
 * whether it came whole.  Reads the members of a JSON object in one pass over
 * the bytes, without building anything; pure. */
#ifndef WEIR_LOAD_PAYLOAD_H
#define WEIR_LOAD_PAYLOAD_H
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "scenario/scenario.h"

/* Which members to look for, as JSON pointers.  A pointer of one step ("/seq")
 * is found by scanning, a longer one by parsing the data as JSON; so is all in
 * data that writes a name or a value with escapes. */
struct payload_spec {
  char seq[64], stamp[64], sent[64], user[64], key[64]; /* "" = not wanted */
  enum stamp_unit unit; /* UNIT_AUTO: by magnitude */
  bool deep;            /* scanning is not enough */
};

struct payload {
  bool is_object; /* the data is a JSON object, well-formed as far as read */
  bool has_seq, has_stamp, has_sent;
  uint64_t seq;
  uint64_t stamp_ns, sent_ns; /* CLOCK_REALTIME */
  struct slice user; /* borrowed from the data or from user_text; p NULL when
                        absent, or too long for that */
  struct slice key;  /* whose the number is; as user, n 0 when absent */
  bool has_crc, crc_ok; /* a "crc" member ends the object */
  char user_text[256];
  char key_text[256];
};

/* payload_spec_finish fills `deep`; call when the pointers are set. */
void payload_spec_finish(struct payload_spec *spec);
/* payload_read looks at one event's data.  A member that comes twice counts as
 * the last one says.  out may point into itself: do not copy it. */
void payload_read(const struct payload_spec *spec, struct slice data,
                  struct payload *out);
/* payload_time_ns converts a time stamp to nanoseconds; UNIT_AUTO goes by
 * magnitude (s, ms, us or ns since 1970).  0 when it makes no sense. */
uint64_t payload_time_ns(double value, uint64_t whole, enum stamp_unit unit);
/* payload_seal appends `,"crc":"xxxxxxxx"` before the closing brace of a JSON
 * object with at least one member: CRC-32 of everything before the comma.
 * E_SYNTAX when it is none, E_NOMEM. */
int payload_seal(struct buf *body);

#endif
