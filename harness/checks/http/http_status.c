/* SPDX-License-Identifier: MIT
 * http.status: the stream is a 200, and a finished one says so with 204. */
#include <string.h>

#include "checks/http/http_common.h"
#include "checks/http/http_judges.h"

static bool is_wrong_method(int status)
{
  return status == 405 || status == 501;
}

/* Where the redirects of the URL end in a 200; NULL otherwise. */
static const struct recording *redirected_200(const struct check_input *in)
{
  size_t n = input_script_count(in, SCRIPT_REDIRECTS);
  const struct recording *last =
      n > 1 ? input_script(in, SCRIPT_REDIRECTS, n - 1) : NULL;
  return last && last->head.status == 200 ? last : NULL;
}

/* A 203 or 206 fails this and no-203-206, which names its cause.  405 and 501
 * are left to http.method.get, so that a stream that is not there fails for
 * one reason. */
void http_judge_status_200(const struct check_input *in, struct finding *f)
{
  const struct recording *r = input_answer(in, EX_PLAIN, f);
  const struct recording *final;
  if(!r)
    return;
  finding_show_head(f, r);
  final = http_is_redirect(r->head.status) ? redirected_200(in) : NULL;
  if(r->head.status == 200)
    finding_set(f, VERDICT_PASS, "answered 200");
  else if(final) {
    finding_set(f, VERDICT_PASS,
                "answered %d, and 200 where that leads; "
                "check that URL for the rest",
                r->head.status);
    finding_show_bytes(f, "URL", slice_of(final->url));
  } else if(is_wrong_method(r->head.status))
    finding_set(f, VERDICT_UNTESTABLE,
                "answered %d: http.method.get judges that", r->head.status);
  else
    finding_broken(f,
                   "answered %d: EventSource stops for good on anything but "
                   "200",
                   r->head.status);
  if(http_is_redirect(r->head.status))
    finding_show_field(f, r, "Location");
}

void http_judge_status_no_203_206(const struct check_input *in,
                                  struct finding *f)
{
  const struct recording *r = input_answer(in, EX_PLAIN, f);
  if(!r)
    return;
  finding_show_head(f, r);
  if(r->head.status == 203)
    finding_broken(f, "203: a proxy on the way transforms the answer");
  else if(r->head.status == 206)
    finding_broken(f, "206: the stream was answered as a part of a file");
  else
    finding_set(f, VERDICT_PASS, "neither 203 nor 206");
  if(r->head.status == 203)
    finding_show_field(f, r, "Via");
  if(r->head.status == 206)
    finding_show_field(f, r, "Content-Range");
}

void http_judge_status_1xx(const struct check_input *in, struct finding *f)
{
  const struct recording *r = input_answer(in, EX_PLAIN, f);
  size_t i;
  if(!r)
    return;
  for(i = 0; i < r->interims; i++)
    finding_note(f, "interim response %d", r->interim[i].status);
  finding_show_head(f, r);
  if(r->interims == 0)
    finding_set(f, VERDICT_SKIP, "no interim response was sent");
  else if(r->head.status == 200)
    finding_set(f, VERDICT_PASS, "%zu interim response(s), then 200",
                r->interims);
  else
    finding_broken(f, "%zu interim response(s), then %d", r->interims,
                   r->head.status);
}

/* The reconnect after a finite stream's end; NULL with the finding set. */
static const struct recording *reconnect_of(const struct check_input *in,
                                            struct finding *f)
{
  const struct recording *first = input_script(in, SCRIPT_FINISHED, 0);
  const struct recording *again = input_script(in, SCRIPT_FINISHED, 1);
  f->recording = first;
  if(!input_is_stream(first))
    finding_set(f, VERDICT_UNTESTABLE, "no stream: answered %d",
                first->head.status);
  else if(!again)
    finding_set(f, VERDICT_UNTESTABLE,
                "the stream did not end while it was watched (%s)",
                recording_end_name(first->end));
  else if(again->head.status == 0)
    finding_set(f, VERDICT_UNTESTABLE, "no response to the reconnect: %s",
                recording_end_name(again->end));
  else
    return again;
  return NULL;
}

static bool same_event(const struct recorded_event *a,
                       const struct recorded_event *b)
{
  return slice_eq(a->type, b->type) && slice_eq(a->data, b->data);
}

static void judge_200_again(struct finding *f, const struct recording *first,
                            const struct recording *again)
{
  if(first->events && again->events &&
     same_event(&first->event[0], &again->event[0]))
    finding_broken(f, "the reconnect with the last id was answered 200 and "
                      "the stream began again: EventSource repeats it for "
                      "ever");
  else if(http_ended_by_server(again))
    finding_broken(f, "the reconnect with the last id was answered 200 and "
                      "ended at once: EventSource reconnects for ever");
  else
    finding_set(f, VERDICT_INFO,
                "the reconnect with the last id was answered 200 and stays "
                "open; a stream that is over would answer 204");
}

void http_judge_status_204_stop(const struct check_input *in,
                                struct finding *f)
{
  const struct recording *again = reconnect_of(in, f);
  if(!again)
    return;
  finding_show_head(f, again);
  if(again->head.status == 204)
    finding_set(f, VERDICT_PASS, "the reconnect was answered 204");
  else if(again->head.status == 200)
    judge_200_again(f, input_script(in, SCRIPT_FINISHED, 0), again);
  else
    finding_set(f, VERDICT_WARN,
                "the reconnect was answered %d: browsers stop, but as after "
                "an error, and other clients retry",
                again->head.status);
}

/* The 204 of a reconnect; NULL with SKIP or UNTESTABLE set.  Other 204s, such
 * as a preflight's, are none of a stream's business. */
static const struct recording *no_content(const struct check_input *in,
                                          struct finding *f)
{
  const struct recording *again = reconnect_of(in, f);
  if(!again || again->head.status == 204)
    return again;
  finding_set(f, VERDICT_SKIP, "no 204 was sent, but %d", again->head.status);
  finding_show_head(f, again);
  return NULL;
}

void http_judge_status_204_empty(const struct check_input *in,
                                 struct finding *f)
{
  const struct recording *r = no_content(in, f);
  if(!r)
    return;
  finding_show_head(f, r);
  if(recording_count_field(&r->head, "Transfer-Encoding")) {
    finding_broken(f, "the 204 has a Transfer-Encoding");
    finding_show_field(f, r, "Transfer-Encoding");
  } else if(recording_count_field(&r->head, "Content-Length")) {
    finding_broken(f, "the 204 has a Content-Length");
    finding_show_field(f, r, "Content-Length");
  } else if(r->wire.n) {
    finding_broken(f, "%zu byte(s) follow the 204", r->wire.n);
    finding_show_wire(f, r, 0, r->wire.n);
  } else
    finding_set(f, VERDICT_PASS, "nothing but a head");
}

void http_judge_status_204_uncached(const struct check_input *in,
                                    struct finding *f)
{
  const struct recording *r = no_content(in, f);
  if(!r)
    return;
  finding_show_field(f, r, "Cache-Control");
  if(recording_list_has(&r->head, "Cache-Control", "no-store"))
    finding_set(f, VERDICT_PASS, "no-store");
  else
    finding_broken(f, "the 204 lacks no-store: a cache may keep it and turn "
                      "away clients of the next stream");
}
