/* SPDX-License-Identifier: MIT
 * http.ct: is the answer labelled as an event stream, and correctly so?
 *
 * Judged on a 200 only: the label of an error page is http.error.ct's, and a
 * stream that does not start fails for one reason, not for two. */
#include "checks/core/mime.h"
#include "checks/http/http_judges.h"

/* The plain answer if it is a 200; otherwise sets UNTESTABLE. */
static const struct recording *answer_200(const struct check_input *in,
                                          struct finding *f)
{
  const struct recording *r = input_answer(in, EX_PLAIN, f);
  if(!r || r->head.status == 200)
    return r;
  finding_set(f, VERDICT_UNTESTABLE, "no stream: answered %d", r->head.status);
  finding_show_head(f, r);
  return NULL;
}

void http_judge_ct_present(const struct check_input *in, struct finding *f)
{
  const struct recording *r = answer_200(in, f);
  if(!r)
    return;
  if(mime_deciding(&r->head).n)
    finding_set(f, VERDICT_PASS, "Content-Type is there");
  else
    finding_broken(f, "%s: EventSource stops for good without retrying",
                   recording_count_field(&r->head, "Content-Type")
                       ? "Content-Type is empty"
                       : "no Content-Type");
  finding_show_field(f, r, "Content-Type");
}

/* What a wrong type usually means. */
static const char *essence_hint(struct slice essence)
{
  if(slice_ieq_cstr(essence, "text/html"))
    return "; a login or error page?";
  if(slice_ieq_cstr(essence, "application/json"))
    return "; the handler may have returned before it streamed";
  return "";
}

void http_judge_ct_essence(const struct check_input *in, struct finding *f)
{
  const struct recording *r = answer_200(in, f);
  struct slice value;
  struct mime m;
  if(!r)
    return;
  finding_show_field(f, r, "Content-Type");
  value = mime_deciding(&r->head);
  mime_parse(value, &m);
  /* Absence is http.ct.present's to report: one cause, one failure. */
  if(value.n == 0)
    finding_set(f, VERDICT_UNTESTABLE, "no Content-Type to read");
  else if(!m.is_event_stream)
    finding_broken(f, "\"%.*s\" is not text/event-stream%s",
                   (int)(m.essence.n < 100 ? m.essence.n : 100), m.essence.p,
                   essence_hint(m.essence));
  else if(!m.usual_case)
    finding_set(f, VERDICT_PASS,
                "text/event-stream, in unusual case (clients that compare "
                "bytes would refuse it)");
  else
    finding_set(f, VERDICT_PASS, "text/event-stream");
}

void http_judge_ct_single(const struct check_input *in, struct finding *f)
{
  const struct recording *r = answer_200(in, f);
  size_t values, lines;
  if(!r)
    return;
  finding_show_field(f, r, "Content-Type");
  values = mime_values(&r->head);
  lines = recording_count_field(&r->head, "Content-Type");
  if(values == 0)
    finding_set(f, VERDICT_UNTESTABLE, "no Content-Type to count");
  else if(values == 1 && lines == 1)
    finding_set(f, VERDICT_PASS, "one line, one value");
  else
    finding_broken(f,
                   "%zu Content-Type values in %zu line(s); clients differ in "
                   "which one they take",
                   values, lines);
}

/* The deciding value of a stream, or false with the finding set. */
static bool read_stream_type(const struct check_input *in, struct finding *f,
                             struct mime *m)
{
  const struct recording *r = input_stream(in, EX_PLAIN, f);
  if(!r)
    return false;
  finding_show_field(f, r, "Content-Type");
  mime_parse(mime_deciding(&r->head), m);
  return true;
}

void http_judge_ct_charset(const struct check_input *in, struct finding *f)
{
  struct mime m;
  if(!read_stream_type(in, f, &m))
    return;
  if(!m.has_charset)
    finding_set(f, VERDICT_PASS, "no charset; streams are UTF-8 anyway");
  else if(slice_ieq_cstr(m.charset, "utf-8"))
    finding_set(f, VERDICT_PASS, "charset=utf-8");
  else
    finding_broken(f,
                   "charset is \"%.*s\"; clients decode UTF-8 whatever it "
                   "says",
                   (int)(m.charset.n < 60 ? m.charset.n : 60), m.charset.p);
}

void http_judge_ct_params(const struct check_input *in, struct finding *f)
{
  struct mime m;
  if(!read_stream_type(in, f, &m))
    return;
  if(m.others)
    finding_broken(f, "parameter \"%.*s\" is not defined for this type",
                   (int)(m.other.n < 60 ? m.other.n : 60), m.other.p);
  else if(m.trailing)
    finding_broken(f, "a ';' with nothing behind it");
  else
    finding_set(f, VERDICT_PASS, "no parameters but charset");
}

void http_judge_ct_nosniff(const struct check_input *in, struct finding *f)
{
  const struct recording *r = input_stream(in, EX_PLAIN, f);
  if(!r)
    return;
  finding_show_field(f, r, "X-Content-Type-Options");
  if(recording_list_has(&r->head, "X-Content-Type-Options", "nosniff"))
    finding_set(f, VERDICT_PASS, "nosniff is set");
  else
    finding_broken(f, "X-Content-Type-Options: nosniff is not set");
}
