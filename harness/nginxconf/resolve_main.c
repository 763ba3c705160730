/* SPDX-License-Identifier: MIT
 * Test tool: reads a configuration (a dump of `nginx -T`, or one file), then
 * requests from standard input, one a line: HOST TAB PORT TAB URI TAB NAMES,
 * names separated by commas.  Answers each with one line of JSON: where it
 * ends, and the settings of those names there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "nginxconf/effective.h"

static const struct conf_version version = {1, 22, 1};

static json_t *values_of(const struct conf_directive *block, const char *name)
{
  struct conf_setting s = conf_effective_at(block, name, version);
  json_t *values = json_array();
  size_t i, j;
  for(i = 0; i < conf_setting_count(&s); i++) {
    json_t *words = json_array();
    struct slice word = conf_setting_word(&s, i, 0);
    for(j = 1; word.p; j++) {
      json_array_append_new(words, json_text(word));
      word = conf_setting_word(&s, i, j);
    }
    json_array_append_new(values, words);
  }
  return values;
}

static json_t *settings_of(const struct conf_route *r, char *names)
{
  json_t *j = json_object();
  struct slice rest = slice_of(names);
  while(rest.p) {
    struct slice name = slice_cut(&rest, ',');
    char *text = slice_dup(name);
    json_object_set_new(j, text, values_of(r->block, text));
    free(text);
  }
  return j;
}

static json_t *route_json(const struct conf_route *r, char *names)
{
  json_t *j = json_object();
  json_object_set_new(j, "family", json_string(conf_family_name(r->family)));
  json_object_set_new(j, "status", json_integer(r->status));
  json_object_set_new(j, "answer",
                      r->target ? json_string(r->target) : json_null());
  json_object_set_new(j, "certain", json_boolean(r->certain));
  json_object_set_new(j, "block", json_string(r->block->name));
  json_object_set_new(j, "path", json_string(r->uri));
  json_object_set_new(j, "pass_uri",
                      r->pass_uri ? json_string(r->pass_uri) : json_null());
  json_object_set_new(
      j, "location",
      json_string(r->location ? conf_arg(r->location, r->location->nargs - 1)
                              : ""));
  json_object_set_new(j, "outer_set",
                      values_of(r->location ? r->location : r->server, "set"));
  json_object_set_new(j, "settings", settings_of(r, names));
  return j;
}

static int answer(const struct conf *c, char *line)
{
  struct slice rest = slice_of(line);
  char *host = slice_dup(slice_cut(&rest, '\t'));
  char *port = slice_dup(slice_cut(&rest, '\t'));
  char *uri = slice_dup(slice_cut(&rest, '\t'));
  char *names = slice_dup(slice_trim(rest));
  struct conf_request q;
  struct conf_route *r;
  struct err e = {0, ""};
  json_t *j;
  memset(&q, 0, sizeof(q));
  q.uri = uri;
  q.host = host;
  q.port = (unsigned int)strtoul(port, NULL, 10);
  if(conf_locate(c, &q, &r, &e) == 0) {
    j = route_json(r, names);
    conf_route_free(r);
  } else
    j = json_pack("{s:s}", "error", e.text);
  json_dumpf(j, stdout, JSON_COMPACT);
  putchar('\n');
  json_decref(j);
  free(host);
  free(port);
  free(uri);
  free(names);
  return e.code;
}

int main(int argc, char **argv)
{
  struct buf text;
  struct conf *c = NULL;
  struct conf_fault fault;
  struct err e = {0, ""};
  char *line = NULL;
  size_t size = 0;
  buf_init(&text, 0);
  if(argc != 2 || file_read(argv[1], CONF_BYTES_MAX, &text, &e)) {
    fprintf(stderr, "usage: nginxconf_resolve FILE: %s\n", e.text);
    return 2;
  }
  if(conf_parse_text(&c, buf_slice(&text), argv[1], &fault)) {
    fprintf(stderr, "%s\n", fault.e.text);
    return 1;
  }
  while(getline(&line, &size, stdin) > 0)
    answer(c, line);
  free(line);
  conf_free(c);
  buf_free(&text);
  return 0;
}
