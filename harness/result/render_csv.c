/* SPDX-License-Identifier: MIT
 * The timeline as CSV (RFC 4180, numbers only); see render.h. */
#include <inttypes.h>

#include "document/doc.h"
#include "metrics/snapshot.h"
#include "result/render.h"

static int header(struct buf *out)
{
  int c, rc = buf_adds(out, "t_s");
  for(c = 0; c < SLICE_COUNTER_COUNT && !rc; c++)
    rc = buf_addf(out, ",%s", slice_counter_key((enum slice_counter)c));
  return rc ? rc
            : buf_adds(out, ",latency_count,latency_p50_ms,latency_p99_ms,"
                            "latency_max_ms\r\n");
}

/* An empty cell where there is no value. */
static int number(json_t *row, const char *path, struct buf *out)
{
  json_t *v = json_dotted_get(row, path);
  if(json_is_integer(v))
    return buf_addf(out, ",%" PRId64, (int64_t)json_integer_value(v));
  if(json_is_real(v))
    return buf_addf(out, ",%.3f", json_real_value(v));
  return buf_addc(out, ',');
}

static int line(json_t *row, struct buf *out)
{
  static const char *const latency[] = {"latency_ms.count", "latency_ms.p50",
                                        "latency_ms.p99", "latency_ms.max"};
  size_t i;
  int c, rc = buf_addf(out, "%.3f", doc_number(row, "t", 0));
  for(c = 0; c < SLICE_COUNTER_COUNT && !rc; c++)
    rc = number(row, slice_counter_key((enum slice_counter)c), out);
  for(i = 0; i < 4 && !rc; i++)
    rc = number(row, latency[i], out);
  return rc ? rc : buf_adds(out, "\r\n");
}

int render_csv(json_t *doc, struct buf *out)
{
  json_t *row;
  size_t i;
  header(out);
  json_array_foreach(doc_array(doc, "timeline"), i, row)
  {
    line(row, out);
  }
  return out->rc;
}
