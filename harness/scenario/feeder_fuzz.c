/* SPDX-License-Identifier: MIT
 * Fuzzing the reader of users' files: what it takes is rectangular, what it
 * refuses has a sentence, and nothing stays behind. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fuzzing.h"
#include "scenario/feeder.h"

static void look(const struct scenario *s)
{
  uint32_t i, j;
  demand(s->user_field_count > 0 && s->user_count > 0);
  demand(feeder_field(s, slice_of("id")) >= 0);
  for(i = 0; i < s->user_count; i++) {
    for(j = 0; j < s->user_field_count; j++)
      demand(strlen(s->user[i].field[j]) <= FEEDER_MAX_RECORD);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  int fd = memfd_create("users.csv", MFD_CLOEXEC);
  struct scenario s;
  struct err e = {0, ""};
  char path[40];
  memset(&s, 0, sizeof(s));
  demand(fd >= 0 && write(fd, data, size) == (ssize_t)size);
  snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
  s.users_file = path;
  if(feeder_load(&s, &e) == 0)
    look(&s);
  else
    demand(e.text[0] != '\0');
  feeder_free(&s);
  close(fd);
  return 0;
}
