/* SPDX-License-Identifier: MIT
 * Variables of the environment in values; see env.h. */
#include "yaml/env.h"

#include <stdlib.h>
#include <string.h>

#include "yaml/yaml.h"

static bool is_letter(char c)
{
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

static bool is_name(struct slice s)
{
  size_t i;
  for(i = 0; i < s.n; i++) {
    if(!is_letter(s.p[i]) && !(i > 0 && s.p[i] >= '0' && s.p[i] <= '9'))
      return false;
  }
  return s.n > 0 && s.n <= YAML_ENV_NAME_MAX;
}

bool env_is_plain(struct slice text)
{
  return !text.n || !memmem(text.p, text.n, "${", 2);
}

/* The text of a reference, without "${" and "}". */
static int add_reference(struct slice inside, struct buf *out, struct err *e)
{
  const char *dash = inside.n ? memmem(inside.p, inside.n, ":-", 2) : NULL;
  struct slice name = inside, fallback = {NULL, 0};
  char text[YAML_ENV_NAME_MAX + 1];
  const char *value;
  if(dash) {
    name.n = (size_t)(dash - inside.p);
    fallback = (struct slice){dash + 2, inside.n - name.n - 2};
  }
  if(!is_name(name))
    return err_set(e, E_SYNTAX,
                   "\"${%.*s}\" names no variable of the environment "
                   "(${NAME} or ${NAME:-text}; $${ is ${ itself)",
                   (int)(inside.n < 60 ? inside.n : 60), inside.p);
  memcpy(text, name.p, name.n);
  text[name.n] = '\0';
  value = getenv(text);
  if(value && (*value || !dash))
    return buf_adds(out, value);
  if(dash)
    return buf_add(out, fallback.p, fallback.n);
  return err_set(e, E_SYNTAX,
                 "the environment has no variable %s (${%s:-text} gives a "
                 "value for that case)",
                 text, text);
}

int env_expand(struct slice text, struct buf *out, size_t *at, struct err *e)
{
  size_t i = 0;
  int rc = 0;
  while(i < text.n && rc == 0) {
    struct slice rest = {text.p + i, text.n - i};
    const char *mark = memmem(rest.p, rest.n, "${", 2), *end;
    size_t before = mark ? (size_t)(mark - rest.p) : rest.n;
    *at = i + before;
    if(!mark)
      return buf_add(out, rest.p, rest.n);
    if(before && mark[-1] == '$') { /* "$${" */
      rc = buf_add(out, rest.p, before - 1);
      if(rc == 0)
        rc = buf_adds(out, "${");
      i += before + 2;
      continue;
    }
    end = memchr(mark, '}', rest.n - before);
    if(!end)
      return err_set(e, E_SYNTAX, "\"${\" without \"}\" ($${ is ${ itself)");
    rc = buf_add(out, rest.p, before);
    if(rc == 0)
      rc = add_reference((struct slice){mark + 2, (size_t)(end - mark) - 2},
                         out, e);
    i = (size_t)(end - text.p) + 1;
  }
  return rc;
}
