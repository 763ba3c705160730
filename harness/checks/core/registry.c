/* SPDX-License-Identifier: MIT
 * All checks, and finding them by id or glob; see check.h. */
#include <string.h>

#include "checks/core/groups.h"

static const struct check_group *const groups[] = {
#define X(name) &name,
    GROUP_LIST(X)
#undef X
};

size_t check_group_count(void)
{
  return sizeof(groups) / sizeof(groups[0]);
}

const struct check_group *check_group_at(size_t i)
{
  return i < check_group_count() ? groups[i] : NULL;
}

size_t check_count(void)
{
  size_t i, n = 0;
  for(i = 0; i < check_group_count(); i++)
    n += groups[i]->count;
  return n;
}

const struct check *check_at(size_t i)
{
  size_t g;
  for(g = 0; g < check_group_count(); g++) {
    if(i < groups[g]->count)
      return &groups[g]->check[i];
    i -= groups[g]->count;
  }
  return NULL;
}

const struct check *check_find(const char *id)
{
  size_t i;
  for(i = 0; i < check_count(); i++) {
    if(strcmp(check_at(i)->id, id) == 0)
      return check_at(i);
  }
  return NULL;
}

/* '*' is any run of characters, '?' one.  Goes back to the last star only, so
 * the time is bounded by the product of the lengths. */
static bool glob_fits(const char *glob, const char *text)
{
  const char *star = NULL, *resume = NULL;
  while(*text) {
    if(*glob == '*') {
      star = ++glob;
      resume = text;
    } else if(*glob && (*glob == '?' || *glob == *text)) {
      glob++;
      text++;
    } else if(star) {
      glob = star;
      text = ++resume;
    } else
      return false;
  }
  while(*glob == '*')
    glob++;
  return *glob == '\0';
}

bool check_matches(const struct check *c, const char *glob)
{
  size_t n = strlen(glob);
  if(glob_fits(glob, c->id))
    return true;
  /* "http.ct" and "http" name everything below them. */
  return n > 0 && strncmp(c->id, glob, n) == 0 && c->id[n] == '.';
}
