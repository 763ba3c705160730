/* SPDX-License-Identifier: MIT
 * Finding the recordings a check looks at; see check.h. */
#include <string.h>

#include "checks/core/check.h"
#include "checks/core/mime.h"

#define NUMBER_MAX 1000000

const struct recording *input_find(const struct check_input *in,
                                   const char *name)
{
  size_t i;
  for(i = 0; i < in->recordings; i++) {
    if(strcmp(in->recording[i]->name, name) == 0)
      return in->recording[i];
  }
  return NULL;
}

const struct recording *input_exchange(const struct check_input *in,
                                       enum exchange_id id)
{
  return input_find(in, exchange_row(id)->name);
}

/* The number behind "NAME.", or -1 for what is no recording of the script.
 * There are hundreds of them and checks ask often. */
static long script_number(const struct recording *r, const char *script,
                          size_t length)
{
  const char *p = r->name + length + 1;
  long n = 0;
  if(strncmp(r->name, script, length) != 0 || r->name[length] != '.' || !*p)
    return -1;
  for(; *p; p++) {
    if(*p < '0' || *p > '9' || n > NUMBER_MAX)
      return -1;
    n = n * 10 + (*p - '0');
  }
  return n;
}

const struct recording *input_script(const struct check_input *in,
                                     enum script_id id, size_t n)
{
  const char *script = script_name(id);
  size_t i, length = strlen(script);
  for(i = 0; i < in->recordings; i++) {
    if(script_number(in->recording[i], script, length) == (long)n)
      return in->recording[i];
  }
  return NULL;
}

size_t input_script_count(const struct check_input *in, enum script_id id)
{
  const char *script = script_name(id);
  size_t i, n = 0, length = strlen(script);
  /* Mostly they stand in order. */
  for(i = 0; i < in->recordings; i++)
    n += script_number(in->recording[i], script, length) == (long)n;
  while(input_script(in, id, n))
    n++;
  return n;
}

bool input_is_stream(const struct recording *r)
{
  struct mime m;
  mime_parse(mime_deciding(&r->head), &m);
  return r->head.status == 200 && m.is_event_stream;
}

static bool is_ended_by_server(const struct recording *r)
{
  return r->end == REC_END_CLEAN || r->end == REC_END_CLOSE ||
         r->end == REC_END_TRUNCATED || r->end == REC_END_RESET;
}

const struct recording *input_ended_stream(const struct check_input *in)
{
  static const enum exchange_id id[] = {EX_TO_END, EX_IDLE, EX_PLAIN,
                                        EX_SECOND};
  size_t i;
  for(i = 0; i < sizeof(id) / sizeof(id[0]); i++) {
    const struct recording *r = input_exchange(in, id[i]);
    if(r && input_is_stream(r) && is_ended_by_server(r))
      return r;
  }
  return NULL;
}

size_t input_events(const struct check_input *in)
{
  size_t i, n = 0;
  for(i = 0; i < in->recordings; i++) {
    const struct recording *r = in->recording[i];
    if(!r->origin_side && input_is_stream(r))
      n += r->events;
  }
  return n;
}

const struct recording *input_answer(const struct check_input *in,
                                     enum exchange_id id, struct finding *f)
{
  const struct recording *r = input_exchange(in, id);
  if(!r) {
    finding_set(f, VERDICT_UNTESTABLE, "the exchange \"%s\" was not made",
                exchange_row(id)->name);
    return NULL;
  }
  f->recording = r;
  if(r->head.status == 0) {
    finding_set(f, VERDICT_UNTESTABLE, "no response to \"%s\": %s%s%s",
                r->name, recording_end_name(r->end), r->detail[0] ? ", " : "",
                r->detail);
    return NULL;
  }
  return r;
}

const struct recording *input_stream(const struct check_input *in,
                                     enum exchange_id id, struct finding *f)
{
  const struct recording *r = input_answer(in, id, f);
  if(!r || input_is_stream(r))
    return r;
  finding_set(f, VERDICT_UNTESTABLE,
              r->head.status == 200
                  ? "no stream: \"%s\" was answered %d without "
                    "Content-Type: text/event-stream"
                  : "no stream: \"%s\" was answered %d",
              r->name, r->head.status);
  finding_show_head(f, r);
  finding_show_field(f, r, "Content-Type");
  return NULL;
}

const char *input_skip_unpublished(const struct check_input *in)
{
  return in->target->publish_url
             ? NULL
             : "not declared: a hook that makes the target send an event "
               "(--publish URL)";
}

const char *input_skip_users(const struct check_input *in)
{
  return in->target->user_a && in->target->user_b
             ? NULL
             : "not declared: two identities (--user-a, --user-b)";
}

const char *input_skip_finite(const struct check_input *in)
{
  const struct target *t = in->target;
  return t->stream == STREAM_FINITE && t->stream_known == KNOWN_DECLARED
             ? "the stream is declared to be finite"
             : NULL;
}
