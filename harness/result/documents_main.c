/* SPDX-License-Identifier: MIT
 * Test tool: writes one document of each kind, and a merged one, into a
 * folder, in every format, for the tests that read them with other programs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "capacity/capacity_synthetic.h"
#include "conformance/check_synthetic.h"
#include "load/load_doc.h"
#include "load/synthetic.h"
#include "result/compare.h"
#include "result/merge.h"
#include "result/output.h"

static const struct load_doc_context context = {
    .libcurl = "7.88.1",
    .libuv = "1.44.2",
    .command_line = "weir load scenarios/load/hello.yaml -c 1000"};

static json_t *build(enum synthetic kind, int64_t pid)
{
  struct synthetic_run *r = synthetic_new(kind);
  json_t *doc;
  r->outcome.worker[0].pid = pid;
  synthetic_threshold(r, "latency.p99 < 250ms");
  synthetic_threshold(r, "events.lost == 0");
  synthetic_threshold(r, "connections.failed < 0.1%");
  synthetic_threshold(r, "connections.by_error.timeout == 0");
  doc = load_doc_build(&r->outcome, &context);
  synthetic_free(r);
  return doc;
}

static int write_one(json_t *doc, const char *dir, const char *name)
{
  static const char *const suffixes[] = {".json", ".txt", ".xml", ".csv",
                                         ".md"};
  char path[sizeof(suffixes) / sizeof(suffixes[0])][512];
  const char *paths[sizeof(suffixes) / sizeof(suffixes[0])];
  struct err e = {0};
  size_t i;
  int rc;
  for(i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
    snprintf(path[i], sizeof(path[i]), "%s/%s%s", dir, name, suffixes[i]);
    paths[i] = path[i];
  }
  rc = output_write_all(doc, paths, i, output_write, &e);
  if(rc)
    fprintf(stderr, "%s\n", e.text);
  return rc;
}

static int write_kinds(const char *dir)
{
  int kind, rc = 0;
  for(kind = 0; kind < SYNTHETIC_COUNT && !rc; kind++) {
    json_t *doc = build((enum synthetic)kind, 4000);
    rc = doc ? write_one(doc, dir, synthetic_name((enum synthetic)kind))
             : E_NOMEM;
    json_decref(doc);
  }
  return rc;
}

static int write_merged(const char *dir)
{
  struct merge_input in[] = {{"a.json", build(SYNTHETIC_PASS, 5000)},
                             {"b.json", build(SYNTHETIC_FAIL, 5001)}};
  struct err e = {0};
  json_t *doc = merge_docs(in, 2, &e);
  int rc = doc ? write_one(doc, dir, "merged") : E_MISMATCH;
  if(!doc)
    fprintf(stderr, "%s\n", e.text);
  json_decref(doc);
  json_decref(in[0].doc);
  json_decref(in[1].doc);
  return rc;
}

static int write_series(const char *dir)
{
  json_t *run[] = {build(SYNTHETIC_PASS, 5000), build(SYNTHETIC_FAIL, 5001)};
  json_t *doc = series_new(run, 2);
  char path[512];
  struct err e = {0};
  int rc;
  snprintf(path, sizeof(path), "%s/series.json", dir);
  rc = doc ? output_write(doc, OUTPUT_JSON, path, &e) : E_NOMEM;
  json_decref(doc);
  json_decref(run[0]);
  json_decref(run[1]);
  return rc;
}

static int write_checks(const char *dir)
{
  int kind, rc = 0;
  for(kind = 0; kind < CHECK_SYNTHETIC_COUNT && !rc; kind++) {
    enum check_synthetic k = (enum check_synthetic)kind;
    struct err e = {0};
    char path[512];
    json_t *doc = check_synthetic_doc(k, "http://127.0.0.1:1/a&b", false);
    rc = doc ? write_one(doc, dir, check_synthetic_name(k)) : E_NOMEM;
    snprintf(path, sizeof(path), "%s/%s.html", dir, check_synthetic_name(k));
    if(!rc)
      rc = output_write(doc, OUTPUT_HTML, path, &e);
    json_decref(doc);
  }
  return rc;
}

static int write_capacities(const char *dir)
{
  int kind, rc = 0;
  for(kind = 0; kind < CAPACITY_SYNTHETIC_COUNT && !rc; kind++) {
    enum capacity_synthetic k = (enum capacity_synthetic)kind;
    json_t *doc = capacity_synthetic_doc(k, 0);
    rc = write_one(doc, dir, capacity_synthetic_name(k));
    json_decref(doc);
  }
  return rc;
}

int main(int argc, char **argv)
{
  if(argc != 2) {
    fprintf(stderr, "usage: result_documents DIR\n");
    return 2;
  }
  return write_kinds(argv[1]) || write_merged(argv[1]) ||
                 write_series(argv[1]) || write_checks(argv[1]) ||
                 write_capacities(argv[1])
             ? 1
             : 0;
}
