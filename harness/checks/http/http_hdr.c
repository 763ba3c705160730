/* SPDX-License-Identifier: MIT
 * http.hdr: when the head comes, and what else stands in it. */
#include <string.h>

#include "checks/http/cache_control.h"
#include "checks/http/http_common.h"
#include "checks/http/http_judges.h"

#define CLOCK_TOLERANCE_S 60
#define HELD              5 /* times the limit: when others give up */
#define SAME_TIME_NS      INT64_C(20000000)

/* The look that came before all else waited for the head in vain, too: that is
 * the second time already. */
static bool was_held_before(const struct check_input *in, struct finding *f)
{
  size_t n = input_script_count(in, SCRIPT_REDIRECTS);
  const struct recording *r =
      input_script(in, SCRIPT_REDIRECTS, n ? n - 1 : 0);
  if(!r || r->head.status || r->end != REC_END_TIMEOUT)
    return false;
  finding_note(f,
               "a connection before was given up after %.1f s without a "
               "head",
               http_ms(r->end_ns) / 1000);
  return true;
}

static void judge_no_head(const struct recording *r, struct finding *f)
{
  struct slice came = buf_slice(&r->head.bytes);
  finding_set(f, VERDICT_FAIL,
              "no response head within %.1f s%s: clients stay connecting, and "
              "proxies answer 504",
              http_ms(r->end_ns) / 1000,
              came.n ? ", only the beginning of one" : "");
  finding_note(f,
               "connected after %.1f ms, request sent after %.1f ms, given "
               "up after %.1f s",
               http_ms(r->connected_ns), http_ms(r->request_ns),
               http_ms(r->end_ns) / 1000);
  if(came.n)
    finding_show_bytes(f, "came", came);
}

/* Head and body came as one. */
static bool is_with_body(const struct recording *r)
{
  return r->body_reads &&
         r->body_read[0].t_ns - r->head.complete_ns < SAME_TIME_NS;
}

/* On a server this is W: whether a proxy or the server holds the head back
 * cannot be told from here.  A head that needs more than HELD times the limit,
 * or none at all, is a FAIL: hardly a client waits for that. */
void http_judge_hdr_prompt(const struct check_input *in, struct finding *f)
{
  const struct recording *r = input_exchange(in, EX_PLAIN);
  int64_t head_ns, limit_ns = http_head_limit(in, r);
  f->recording = r;
  f->timing = !was_held_before(in, f);
  if(r->head.status == 0 && r->end == REC_END_TIMEOUT) {
    judge_no_head(r, f);
    return;
  }
  r = input_answer(in, EX_PLAIN, f);
  if(!r)
    return;
  head_ns = http_head_time(r);
  finding_note(f, "head after %.1f ms, connected after %.1f ms",
               http_ms(head_ns), http_ms(r->connected_ns));
  if(r->body_reads)
    finding_note(f, "first body byte %.1f ms behind the head",
                 http_ms(r->body_read[0].t_ns - r->head.complete_ns));
  if(head_ns <= limit_ns) {
    finding_set(f, VERDICT_PASS, "the head came after %.0f ms",
                http_ms(head_ns));
    return;
  }
  finding_broken(f, "the head took %.0f ms (limit %.0f ms)%s",
                 http_ms(head_ns), http_ms(limit_ns),
                 is_with_body(r)
                     ? " and came together with the first bytes of "
                       "the body: it waits for them"
                     : "");
  if(head_ns > HELD * limit_ns)
    f->verdict = VERDICT_FAIL;
}

void http_judge_hdr_prelude(const struct check_input *in, struct finding *f)
{
  const struct recording *r = input_stream(in, EX_PLAIN, f);
  int64_t wait_ns;
  if(!r)
    return;
  if(r->body_reads == 0) {
    finding_broken(f, "no body byte came while it was watched");
    return;
  }
  wait_ns = r->body_read[0].t_ns - r->head.complete_ns;
  finding_show_body(f, r, 0, 16);
  if(wait_ns <= (int64_t)in->target->event_ns)
    finding_set(f, VERDICT_PASS, "the first byte came %.0f ms behind the head",
                http_ms(wait_ns));
  else
    finding_broken(f,
                   "the first byte came %.0f ms behind the head; a "
                   "comment at once makes many stacks send the head",
                   http_ms(wait_ns));
}

static bool says(struct slice value, const char *word)
{
  return slice_find(value, word) >= 0;
}

/* nginx takes X-Accel-* out of what it passes on: behind it, the field cannot
 * be judged. */
void http_judge_hdr_x_accel(const struct check_input *in, struct finding *f)
{
  const struct recording *r = input_stream(in, EX_PLAIN, f);
  struct slice server, value;
  if(!r)
    return;
  server = recording_field(&r->head, "Server", 0);
  value = recording_field(&r->head, "X-Accel-Buffering", 0);
  finding_show_field(f, r, "X-Accel-Buffering");
  if(slice_ieq_cstr(value, "no"))
    finding_set(f, VERDICT_PASS, "nginx in front would not buffer");
  else if(says(server, "nginx") || says(server, "openresty"))
    finding_set(f, VERDICT_SKIP, "nginx answers, which swallows the field");
  else if(value.n)
    finding_broken(f, "X-Accel-Buffering is there but not \"no\"");
  else
    finding_broken(f, "no X-Accel-Buffering: no; behind nginx with its "
                      "defaults the stream would be buffered");
}

void http_judge_hdr_connection(const struct check_input *in, struct finding *f)
{
  const struct recording *r = input_stream(in, EX_PLAIN, f);
  if(!r)
    return;
  finding_show_field(f, r, "Connection");
  if(recording_list_has(&r->head, "Connection", "keep-alive") &&
     r->head.major == 1 && r->head.minor == 1)
    finding_broken(f, "Connection: keep-alive says nothing in HTTP/1.1 and "
                      "breaks HTTP/2 where it is passed on");
  else if(recording_count_field(&r->head, "Connection"))
    finding_set(f, VERDICT_PASS, "a Connection field, acceptable here");
  else
    finding_set(f, VERDICT_PASS, "no Connection field");
}

void http_judge_hdr_date(const struct check_input *in, struct finding *f)
{
  const struct recording *r = input_answer(in, EX_PLAIN, f);
  int64_t now_s, date_s, off_s;
  struct slice date;
  if(!r)
    return;
  finding_show_field(f, r, "Date");
  now_s = (int64_t)(r->started_real_ns / 1000000000u);
  date = recording_field(&r->head, "Date", 0);
  if(!date.n) {
    finding_broken(f, "no Date");
    return;
  }
  if(!http_date_parse(date, now_s, &date_s)) {
    finding_broken(f, "the Date is none");
    return;
  }
  off_s = date_s - now_s;
  if(now_s && (off_s > CLOCK_TOLERANCE_S || off_s < -CLOCK_TOLERANCE_S))
    finding_set(f, VERDICT_INFO, "the server's clock is %lld s off ours",
                (long long)off_s);
  else
    finding_set(f, VERDICT_PASS, "Date is there");
}

void http_judge_hdr_accept_tolerant(const struct check_input *in,
                                    struct finding *f)
{
  static const enum exchange_id id[] = {EX_ACCEPT_NONE, EX_ACCEPT_ANY,
                                        EX_ACCEPT_LIST};
  const struct recording *refused = NULL;
  size_t i, n = 0;
  if(!input_stream(in, EX_PLAIN, f))
    return;
  for(i = 0; i < sizeof(id) / sizeof(id[0]); i++) {
    const struct recording *r = input_answer(in, id[i], f);
    if(!r)
      return;
    finding_show_head(f, r);
    if(!input_is_stream(r)) {
      refused = refused ? refused : r;
      n++;
    }
  }
  if(refused)
    finding_broken(f,
                   "%zu of 3 ways to accept a stream do not get it: "
                   "\"%s\" is answered %d",
                   n, refused->name, refused->head.status);
  else
    finding_set(f, VERDICT_PASS,
                "the stream comes with no Accept, */* and a "
                "list");
  f->recording = refused ? refused : f->recording;
}

void http_judge_hdr_accept_mismatch(const struct check_input *in,
                                    struct finding *f)
{
  const struct recording *r = input_exchange(in, EX_ACCEPT_JSON);
  finding_show_head(f, r);
  finding_show_field(f, r, "Content-Type");
  if(r->head.status == 0)
    finding_broken(f, "Accept: application/json gets no answer: %s",
                   recording_end_name(r->end));
  else if(input_is_stream(r))
    finding_broken(f, "Accept: application/json gets the stream all the "
                      "same");
  else
    finding_set(f, VERDICT_PASS, "Accept: application/json is answered %d",
                r->head.status);
}

void http_judge_hdr_req_cache_control(const struct check_input *in,
                                      struct finding *f)
{
  const struct recording *r;
  if(!input_stream(in, EX_PLAIN, f))
    return;
  r = input_answer(in, EX_BROWSER, f);
  if(!r)
    return;
  finding_show_head(f, r);
  if(input_is_stream(r))
    finding_set(f, VERDICT_PASS, "a browser's request gets the stream");
  else
    finding_broken(f,
                   "with the Cache-Control, Pragma and User-Agent of a "
                   "browser it is answered %d",
                   r->head.status);
}

/* No exchange hands a cookie back, so this sees only that each connection is
 * given another one: INFO, as a hint to look. */
void http_judge_hdr_cookie_churn(const struct check_input *in,
                                 struct finding *f)
{
  const struct recording *a = input_stream(in, EX_PLAIN, f);
  const struct recording *b = a ? input_stream(in, EX_SECOND, f) : NULL;
  struct slice first, second;
  if(!b)
    return;
  first = recording_field(&a->head, "Set-Cookie", 0);
  second = recording_field(&b->head, "Set-Cookie", 0);
  /* Values are secrets; their names say enough. */
  finding_show_bytes(f, "first connection sets", slice_cut(&first, '='));
  finding_show_bytes(f, "second connection sets", slice_cut(&second, '='));
  if(!first.n || !second.n)
    finding_set(f, VERDICT_PASS, "no cookie on every connection");
  else if(slice_eq(first, second))
    finding_set(f, VERDICT_PASS, "the same cookie each time");
  else
    finding_broken(f, "each connection gets another cookie; is a session "
                      "made for every reconnect?");
}
