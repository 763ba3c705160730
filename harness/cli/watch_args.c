/* SPDX-License-Identifier: MIT
 * weir watch's own options; see watch_args.h. */
#include "cli/watch_args.h"

#include <stdio.h>
#include <string.h>

#include "option/option.h"

static const struct option_row rows[] = {
    {.name = "count",
     .type = OPTION_COUNT,
     OPTION_MEMBER(struct watch_args, most),
     .least = 1,
     .most = 1e15},
    {.name = "json",
     .type = OPTION_BOOL,
     OPTION_MEMBER(struct watch_args, json)},
    {.name = "until",
     .type = OPTION_TEXT,
     OPTION_MEMBER(struct watch_args, until)},
    {.name = "within",
     .type = OPTION_DURATION,
     OPTION_MEMBER(struct watch_args, within_ns),
     .least = 1e6,
     .most = 86400e9},
};

static const struct option_table table = {rows, sizeof(rows) / sizeof(*rows)};

/* "--NAME" or "--NAME=VALUE" of a row, with *value behind the "=" or NULL. */
static const struct option_row *find(const char *arg, const char **value)
{
  const char *equals;
  struct slice name;
  if(strncmp(arg, "--", 2) != 0)
    return NULL;
  name = slice_of(arg + 2);
  equals = strchr(arg, '=');
  if(equals)
    name.n = (size_t)(equals - name.p);
  *value = equals ? equals + 1 : NULL;
  return option_find(&table, name);
}

static int take(struct watch_args *a, const struct option_row *o,
                const char *value, struct err *e)
{
  char where[40];
  struct option_source from = {.where = where};
  snprintf(where, sizeof(where), "--%s", o->name);
  return option_set(a, o, slice_of(value), &from, e);
}

static void note(struct watch_args *a, const char *arg)
{
  a->timed = a->timed || strncmp(arg, "-d", 2) == 0 ||
             strncmp(arg, "--duration", 10) == 0;
  a->reconnects = a->reconnects || strcmp(arg, "--reconnect") == 0 ||
                  strncmp(arg, "--reconnect=", 12) == 0;
}

int watch_args_take(struct watch_args *a, int *argc, char **argv,
                    struct err *e)
{
  int i, n = 1, rc;
  for(i = 1; i < *argc; i++) {
    const char *value = NULL;
    const struct option_row *o = find(argv[i], &value);
    if(!o) {
      note(a, argv[i]);
      argv[n++] = argv[i];
      continue;
    }
    if(!value && option_takes_argument(o) && i + 1 == *argc)
      return err_set(e, E_SYNTAX, "--%s needs a value", o->name);
    if(!value)
      value = option_takes_argument(o) ? argv[++i] : "true";
    rc = take(a, o, value, e);
    if(rc)
      return rc;
  }
  *argc = n;
  if(a->within_ns && !a->until && !a->most)
    return err_set(e, E_SYNTAX,
                   "--within is a limit for --until or --count: "
                   "give one (-d TIME stops after a time)");
  return 0;
}

void watch_args_free(struct watch_args *a)
{
  option_free(a, &table);
}
