/* SPDX-License-Identifier: MIT
 * Histograms for tests; see hist_testing.h. */
#include "metrics/hist_testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "metrics/snapshot_sample.h"

const char hist_foreign[] =
    "HISTFAAAASl4nFXOsUtCURSA8Xu++yxobYqSiBB5iEiISMQjJCJCJBzEQSQkwkFqiYZoCKEI"
    "iaY3hDTa0uQQTRERDS2BUxH4BxREg1NDBPGuz5fdH9/hnjvdqUN3XCl5UkqJUkqr/vHu6sW9"
    "UIOdsTiu8CV04U7TsjgO8RGiM4L9anGvaVjcWnxqy6EDb1DXNDVXmm+hJ/wIDTiDFrTxHlvC"
    "pdAWroUb4UF4FDrCs9AVjoQddtljnwPqZm8IJ8KpeF9xhaZwLpRZI0+eAgWKFClRosw6FSps"
    "sEmVKjVqbJElTZp5n8MCDg6LRoYMS8ayscKqKWvkSBEhQjRgYxMlhu0XI27qSwyZ8yVNSVJ+"
    "aRJMMBn0X5iwPwemg/7MBA2bNQ2mJ2Lqbb+PtnP8AkZ9Sqc=";

struct hist *hist_decoded(const char *text)
{
  struct hist *h = malloc(sizeof(*h));
  struct err e = {0};
  assert_non_null(h);
  assert_int_equal(hist_decode(h, slice_of(text), &e), 0);
  return h;
}

void assert_hist_refused(struct slice text, int code)
{
  struct hist *h = malloc(sizeof(*h));
  struct hist *none = hist_new();
  struct err e = {0};
  assert_non_null(h);
  assert_non_null(none);
  assert_int_equal(hist_decode(h, text, &e), code);
  assert_int_equal(e.code, code);
  assert_true(e.text[0] != '\0');
  assert_same_hist(h, none);
  free(h);
  free(none);
}

struct hist *hist_foreign_holds(void)
{
  struct hist *h = hist_new();
  uint64_t i;
  assert_non_null(h);
  hist_record(h, 0);
  hist_record_n(h, NS_PER_US, 5);
  hist_record_n(h, 2047 * NS_PER_US, 300);
  hist_record(h, 2048 * NS_PER_US);
  hist_record_n(h, 4097 * NS_PER_US, 2);
  for(i = 1; i <= 200; i++)
    hist_record(h, 25 * i * i * NS_PER_US);
  hist_record_n(h, 123456789 * NS_PER_US, 500);
  hist_record(h, HIST_HIGHEST_US * NS_PER_US);
  return h;
}
