/* SPDX-License-Identifier: MIT
 * The first files; see init.h. */
#include "ci/init.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/shell.h"
#include "base/units.h"
#include "document/doc.h"
#include "yaml/yaml.h"

#define MANIFEST_MAX ((size_t)4 << 20)
/* Machines of CI systems are slower than those of people, and busy. */
#define ROOM          4
#define LATENCY_LEAST 250 /* ms; shorter limits are the machine's to break */
#define SILENCE_LEAST 1000
#define RATE_SHARE    0.5

/* --- what the project says of itself --- */

static bool has(const char *folder, const char *name, struct buf *text)
{
  struct buf path;
  bool found;
  buf_init(&path, 0);
  found = file_path_join(&path, folder, name) == 0 &&
          access(buf_text(&path), R_OK) == 0;
  if(found && text)
    found = file_read(buf_text(&path), MANIFEST_MAX, text, NULL) == 0;
  buf_free(&path);
  return found;
}

const char *init_start(const char *folder)
{
  const char *start = NULL;
  struct buf text;
  json_t *doc;
  buf_init(&text, 0);
  if(has(folder, "package.json", &text)) {
    doc = json_parse(buf_slice(&text), "package.json", NULL);
    if(doc && doc_text(doc, "scripts.start")[0])
      start = "npm start";
    json_decref(doc);
  }
  buf_free(&text);
  return start;
}

/* What installs a project, by the first of its files that is there. */
static const char *install_of(const char *folder)
{
  static const char *const ways[][2] = {
      {"package-lock.json", "npm ci"},
      {"yarn.lock", "corepack yarn install --frozen-lockfile"},
      {"pnpm-lock.yaml", "corepack pnpm install --frozen-lockfile"},
      {"package.json", "npm install"},
      {"requirements.txt", "pip install -r requirements.txt"},
      {"pyproject.toml", "pip install ."},
      {"Gemfile", "bundle install"},
      {"go.mod", "go build ./..."}};
  size_t i;
  for(i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
    if(has(folder, ways[i][0], NULL))
      return ways[i][1];
  }
  return NULL;
}

/* --- limits --- */

/* 1, 2 or 5 times a power of ten: a limit that a person would have set. */
static double round_up(double v)
{
  static const double steps[] = {1, 2, 5, 10};
  double power = pow(10, floor(log10(v)));
  size_t i = 0;
  while(i < 3 && steps[i] * power < v)
    i++;
  return steps[i] * power;
}

static void limit_ms(const char *name, double measured, double least,
                     struct buf *out)
{
  double limit = round_up(measured * ROOM);
  if(limit < least)
    limit = least;
  buf_addf(out, "    - %s < ", name);
  if(limit >= 1000)
    buf_addf(out, "%.15gs\n", limit / 1000);
  else
    buf_addf(out, "%.15gms\n", limit);
}

static void add_limit(const struct ci_project *p, const char *name,
                      const char *path, double least, struct buf *out)
{
  double v;
  if(doc_find(p->answer->load, path, &v) && v > 0)
    limit_ms(name, v, least, out);
}

static bool is_counted(const struct ci_project *p)
{
  double lost;
  return doc_find(p->answer->load, "summary.events.lost", &lost) &&
         lost == 0 &&
         strcmp(doc_text(p->answer->load, "summary.events.ledger"),
                "doubtful") != 0;
}

static bool is_stamped(const struct ci_project *p)
{
  return doc_count(p->answer->load, "summary.latency_ms.count") > 0;
}

static void thresholds(const struct ci_project *p, struct buf *out)
{
  double rate = doc_number(p->answer->load, "summary.events.per_second", 0);
  buf_adds(out, "  thresholds:\n"
                "    - connections.present >= 99%\n"
                "    - connections.failed <= 0.1%\n"
                "    - connections.broken <= 0.1%\n");
  if(!doc_count(p->answer->load, "summary.connections.ended_by_server"))
    buf_adds(out, "    - connections.ended_by_server <= 0.1%\n");
  if(is_counted(p))
    buf_adds(out, "    - events.lost == 0\n");
  if(is_stamped(p))
    add_limit(p, "latency.p99", "summary.latency_ms.p99", LATENCY_LEAST, out);
  add_limit(p, "first_event.p99", "summary.first_event_ms.p99", SILENCE_LEAST,
            out);
  add_limit(p, "gap.p99", "summary.gap_ms.p99", SILENCE_LEAST, out);
  if(rate * RATE_SHARE >= 1)
    buf_addf(out, "    - events.per_second > %.0f\n",
             floor(rate * RATE_SHARE));
}

/* --- files --- */

static void explain(const struct ci_project *p, struct buf *out)
{
  if(!is_counted(p))
    buf_adds(out, "# The events carry no number to count by, so that losses "
                  "cannot be asked about.\n");
  if(!is_stamped(p))
    buf_adds(out, "# They carry no time, so that limits are on gaps and first "
                  "events, not on latency.\n");
}

int init_file(const struct ci_project *p, struct buf *out)
{
  struct buf profile;
  buf_adds(
      out,
      "# What the event stream of this project is held to.  The same here "
      "and in CI:\n"
      "#   weir ci run " CI_FILE_NAME "\n"
      "# weir list ci shows all keys.\n");
  buf_adds(out, "weir: " CI_FORMAT "\nurl: ");
  yaml_quote(slice_of(p->url), out);
  buf_adds(out, "\nserver:\n");
  if(p->start) {
    buf_adds(out, "  start: ");
    yaml_quote(slice_of(p->start), out);
    buf_addc(out, '\n');
  } else
    buf_adds(out, "  attach: true\n");
  buf_init(&profile, 0);
  buf_fail(out, init_profile(p, &profile));
  if(profile.n)
    buf_adds(out, "check:\n"
                  "  # What failed when this was written.\n"
                  "  profile: " CI_PROFILE "\n");
  buf_free(&profile);
  explain(p, out);
  buf_addf(out, "load:\n  connections: %d\n  duration: 10s\n", ASK_STREAMS);
  thresholds(p, out);
  if(p->answer->flow.n)
    buf_adds(out, "flows: [" CI_FLOWS "]\n");
  return out->rc;
}

int init_profile(const struct ci_project *p, struct buf *out)
{
  json_t *check;
  size_t i;
  json_array_foreach(doc_array(p->answer->check, "checks"), i, check)
  {
    if(!doc_bool(check, "fails"))
      continue;
    if(!out->n)
      buf_adds(out, "# Findings that are known: mend them and take the line "
                    "out.  weir explain ID tells more.\n");
    buf_addf(out, "%s %s found by weir ci init\n", doc_text(check, "id"),
             doc_text(check, "verdict"));
  }
  return out->rc;
}

/* The lines that bring weir, each behind `before`. */
static void install_weir(const char *package, const char *before,
                         const char *sudo, struct buf *out)
{
  bool remote = strstr(package, "://") != NULL;
  if(remote) {
    buf_addf(out, "%scurl -fsSL -o weir.deb ", before);
    shell_quote(package, out);
    buf_addc(out, '\n');
  }
  buf_addf(out, "%s%sapt-get update\n%s%sapt-get install -y ", before, sudo,
           before, sudo);
  if(remote)
    buf_adds(out, "./weir.deb");
  else {
    buf_adds(out, package[0] == '/' ? "" : "./");
    shell_quote(package, out);
  }
  buf_addc(out, '\n');
}

static const char head[] =
    "# Did this commit break the event stream?  Written by weir ci init.\n";

/* Commits of the actions' tags, so that nobody can move them. */
#define CHECKOUT                                                              \
  "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
#define UPLOAD                                                                \
  "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0"

int init_github(const struct ci_project *p, struct buf *out)
{
  const char *install = install_of(p->folder);
  buf_adds(out, head);
  buf_adds(out, "name: stream\n"
                "on: [push, pull_request]\n"
                "permissions:\n"
                "  contents: read\n"
                "\n"
                "jobs:\n"
                "  weir:\n"
                "    runs-on: ubuntu-latest\n"
                "    timeout-minutes: 20\n"
                "    steps:\n"
                "      - uses: " CHECKOUT "\n");
  if(install)
    buf_addf(out, "      - name: Install the project\n        run: %s\n",
             install);
  if(p->package) {
    buf_adds(out, "      - name: Install weir\n        run: |\n");
    install_weir(p->package, "          ", "sudo ", out);
  }
  return buf_adds(out, "      - name: Test the stream\n"
                       "        run: weir ci run " CI_FILE_NAME "\n"
                       "      - name: Keep the results\n"
                       "        if: always()\n"
                       "        uses: " UPLOAD "\n"
                       "        with:\n"
                       "          name: weir-out\n"
                       "          path: weir-out\n");
}

int init_gitlab(const struct ci_project *p, struct buf *out)
{
  const char *install = install_of(p->folder);
  buf_adds(out, head);
  buf_adds(out, "stream:\n");
  if(install || p->package)
    buf_adds(out, "  before_script:\n");
  if(install)
    buf_addf(out, "    - %s\n", install);
  if(p->package)
    install_weir(p->package, "    - ", "", out);
  return buf_adds(out, "  script:\n"
                       "    - weir ci run " CI_FILE_NAME "\n"
                       "  artifacts:\n"
                       "    when: always\n"
                       "    paths: [weir-out]\n"
                       "    reports:\n"
                       "      junit: weir-out/*.xml\n");
}
