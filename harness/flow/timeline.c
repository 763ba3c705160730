/* SPDX-License-Identifier: MIT
 * Time and the log of a running flow; see instance.h. */
#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "flow/instance.h"

int64_t instance_now(const struct instance *in)
{
  return (int64_t)(clock_mono_ns() - in->start_mono_ns);
}

int64_t instance_of_real(const struct instance *in, uint64_t real_ns)
{
  return (int64_t)real_ns - in->real_offset_ns - (int64_t)in->start_mono_ns;
}

void instance_note(struct instance *in, int64_t t_ns, const char *who,
                   const char *fmt, ...)
{
  struct timeline_entry *t;
  va_list list;
  if(in->timelines == TIMELINE_MAX)
    return;
  t = &in->timeline[in->timelines++];
  t->t_ns = t_ns;
  snprintf(t->who, sizeof(t->who), "%s", who[0] ? who : "anybody");
  va_start(list, fmt);
  vsnprintf(t->text, sizeof(t->text), fmt, list);
  va_end(list);
}

void instance_wake(struct instance *in, int64_t t_ns)
{
  uint64_t mono = in->start_mono_ns + (uint64_t)(t_ns > 0 ? t_ns : 0);
  if(mono < in->wake_mono_ns)
    in->wake_mono_ns = mono;
}

const char *instance_user_name(const struct instance *in, int32_t user)
{
  return user < 0 ? "" : in->f->user[user].name;
}
