/* SPDX-License-Identifier: MIT
 * Command lines; see scan.h. */
#include "option/scan.h"

#include <string.h>

void options_init(struct options *o, int argc, char **argv)
{
  o->argc = argc;
  o->argv = argv;
  o->at = 1;
  o->only_rest = false;
  o->cluster = NULL;
}

static void long_option(const char *arg, struct option_found *out)
{
  const char *equals = strchr(arg, '=');
  out->name = slice_of(arg + 2);
  if(equals) {
    out->name.n = (size_t)(equals - arg - 2);
    out->value = equals + 1;
  }
}

static void short_option(const char *letters, struct option_found *out)
{
  out->letter = letters[0];
  out->name = (struct slice){letters, 1};
  out->value = letters[1] ? letters + 1 : NULL;
}

bool options_next(struct options *o, struct option_found *out)
{
  const char *arg;
  memset(out, 0, sizeof(*out));
  if(o->cluster) {
    out->text = o->argv[o->at - 1];
    short_option(o->cluster, out);
    o->cluster = NULL;
    return true;
  }
  if(o->at < o->argc && !o->only_rest && !strcmp(o->argv[o->at], "--")) {
    o->only_rest = true;
    o->at++;
  }
  if(o->at >= o->argc)
    return false;
  arg = out->text = o->argv[o->at++];
  if(o->only_rest || arg[0] != '-' || !arg[1])
    out->positional = true;
  else if(arg[1] == '-')
    long_option(arg, out);
  else
    short_option(arg + 1, out);
  return true;
}

int options_flag(struct options *o, const struct option_found *f,
                 struct err *e)
{
  if(!f->value)
    return 0;
  if(!f->letter)
    return err_set(e, E_SYNTAX, "--%.*s takes no value", (int)f->name.n,
                   f->name.p);
  o->cluster = f->value;
  return 0;
}

const char *options_value(struct options *o, const struct option_found *f,
                          struct err *e)
{
  if(f->value)
    return f->value;
  if(o->at < o->argc)
    return o->argv[o->at++];
  err_set(e, E_SYNTAX, "%s needs a value", f->text);
  return NULL;
}
