/* SPDX-License-Identifier: MIT
 * One histogram as JSON; see hist_json.h. */
#include "metrics/hist_json.h"

#include "base/clock.h"
#include "metrics/members.h"

/* The sum is one of integers: as an integer it survives any printing of
 * reals. */
static json_t *sum_of(const struct hist *h)
{
  if(h->sum_ns < 9.2e18)
    return json_integer((json_int_t)h->sum_ns);
  return json_real(h->sum_ns);
}

json_t *hist_to_json(const struct hist *h)
{
  struct buf hdr;
  json_t *j = json_object();
  bool ok;
  buf_init(&hdr, 0);
  ok = hist_encode(h, &hdr) == 0 &&
       members_put(j, "count", members_number(h->total)) &&
       members_put(j, "min_ns",
                   h->total ? members_number(h->min_ns) : json_null()) &&
       members_put(j, "max_ns", members_number(h->max_ns)) &&
       members_put(j, "sum_ns", sum_of(h)) &&
       members_put(j, "clamped", members_number(h->clamped)) &&
       members_put(j, "hdr", json_stringn(buf_text(&hdr), hdr.n));
  buf_free(&hdr);
  if(ok)
    return j;
  json_decref(j);
  return NULL;
}

/* What the members say must be what the counts can mean. */
static int check_fit(const struct hist *h, uint64_t count, struct err *e)
{
  uint64_t min_us = h->min_ns / NS_PER_US;
  uint64_t max_us = h->max_ns / NS_PER_US;
  if(count != h->total)
    return err_set(e, E_MISMATCH, "count: is %llu but hdr holds %llu values",
                   (unsigned long long)count, (unsigned long long)h->total);
  if(h->clamped > h->total)
    return err_set(e, E_MISMATCH, "clamped: is more than count");
  if(!h->total)
    return 0;
  if(h->min_ns > h->max_ns || min_us < hist_lowest_us(h->low) ||
     (min_us > hist_highest_us(h->low) && h->low != h->high))
    return err_set(e, E_MISMATCH, "min_ns: does not fit hdr");
  if(max_us < hist_lowest_us(h->high) ||
     (max_us > hist_highest_us(h->high) && !h->clamped))
    return err_set(e, E_MISMATCH, "max_ns: does not fit hdr");
  return 0;
}

int hist_from_json(struct hist *h, json_t *j, struct err *e)
{
  json_t *hdr = members_need(j, "hdr", JSON_STRING, e);
  json_t *count = hdr ? members_need(j, "count", JSON_INTEGER, e) : NULL;
  uint64_t n = 0;
  int rc;
  if(!count)
    return E_SYNTAX;
  rc = hist_fill(
      h, (struct slice){json_string_value(hdr), json_string_length(hdr)}, e);
  if(rc) {
    err_prefix(e, "hdr");
    return rc;
  }
  rc = members_u64(j, "count", &n, e);
  if(!rc)
    rc = members_u64(j, "min_ns", &h->min_ns, e);
  if(!rc)
    rc = members_u64(j, "max_ns", &h->max_ns, e);
  if(!rc)
    rc = members_real(j, "sum_ns", &h->sum_ns, e);
  if(!rc)
    rc = members_u64(j, "clamped", &h->clamped, e);
  if(!rc)
    rc = check_fit(h, n, e);
  return rc;
}
