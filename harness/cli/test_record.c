/* SPDX-License-Identifier: MIT
 * A first flow; see test_record.h. */
#include "cli/test_record.h"

#include <string.h>

#include "base/rng.h"
#include "base/units.h"
#include "document/doc.h"
#include "flow/run.h"
#include "option/option.h"
#include "yaml/yaml.h"

/* Where the path of a URL begins: "http://host:1" and "/events?x=1". */
static size_t origin_length(const char *url)
{
  const char *host = strstr(url, "://");
  const char *path = host ? strchr(host + 3, '/') : NULL;
  return path ? (size_t)(path - url) : strlen(url);
}

static void add_expect(json_t *seen, uint64_t for_ns, struct buf *out)
{
  unsigned long long n = doc_count(seen, "count");
  buf_adds(out, "  - expect: {stream: stream, within: ");
  option_add_duration(out, for_ns);
  buf_adds(out, ", event: ");
  yaml_quote(slice_of(doc_text(seen, "event")), out);
  buf_addf(out, "}   # %llu came\n", n);
}

int test_record_write(const char *url, uint64_t for_ns, json_t *stream,
                      struct buf *out)
{
  size_t origin = origin_length(url), i;
  const char *path = url[origin] ? url + origin : "/";
  json_t *seen;
  buf_addf(out,
           "# What this stream sent while it was listened to.  What makes it "
           "send that, and\n"
           "# what of it has to be so, is to be said here.\n"
           "weir: flow/1\n"
           "flow: the stream sends its events\n"
           "target: ${BASE:-%.*s}\n"
           "steps:\n"
           "  - subscribe: {as: stream, GET: ",
           (int)origin, url);
  yaml_quote(slice_of(path), out);
  buf_adds(out, "}\n"
                "  # - request: {POST: /orders, json: {item: 7}, status: 201, "
                "take: {id: /id}}\n");
  json_array_foreach(doc_array(stream, "seen"), i, seen)
  {
    add_expect(seen, for_ns, out);
  }
  return out->rc;
}

static int listening(const char *url, uint64_t for_ns, struct buf *text)
{
  buf_adds(text, "weir: flow/1\nflow: listening\nsteps:\n"
                 "- subscribe: {as: stream, GET: ");
  yaml_quote(slice_of(url), text);
  buf_adds(text, "}\n- wait: {for: ");
  option_add_duration(text, for_ns);
  return buf_adds(text, "}\n");
}

static int write_seen(const char *url, uint64_t for_ns, json_t *run,
                      struct buf *out, struct err *e)
{
  json_t *stream = json_array_get(doc_array(run, "streams"), 0);
  const char *verdict = doc_text(run, "verdict");
  if(strcmp(verdict, "pass") != 0 && strcmp(verdict, "empty") != 0)
    return err_set(e, E_UNREACHABLE, "%s: %s", url, doc_text(run, "sentence"));
  if(!json_array_size(doc_array(stream, "seen")))
    return err_set(e, E_MISMATCH,
                   "%s: not one event came; have something sent, or say a "
                   "longer --record-for",
                   url);
  return test_record_write(url, for_ns, stream, out);
}

int test_record(const char *url, uint64_t for_ns, struct buf *out,
                struct err *e)
{
  struct flow_job job = {NULL, 1};
  struct flow_plan plan = {.job = &job, .jobs = 1, .side_by_side = 1};
  struct flow *f;
  struct buf text;
  bool interrupted = false;
  json_t *runs = NULL;
  int rc;
  plan.options = (struct flow_options){.timeout_scale = 1,
                                       .seed = rng_fresh_seed() & INT64_MAX};
  buf_init(&text, 0);
  rc = listening(url, for_ns, &text);
  f = rc ? NULL : flow_read(buf_slice(&text), "--record", e);
  job.flow = f;
  if(f)
    runs = flow_run(&plan, &interrupted, e);
  rc = runs ? write_seen(url, for_ns, json_array_get(runs, 0), out, e)
            : e->code;
  json_decref(runs);
  flow_free(f);
  buf_free(&text);
  return rc;
}
