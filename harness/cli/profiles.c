/* SPDX-License-Identifier: MIT
 * Finding profiles; see profiles.h. */
#include "cli/profiles.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/units.h"
#include "cli/places.h"

#define SUFFIX ".yaml"

static bool is_path(const char *name)
{
  size_t n = strlen(name);
  return strchr(name, '/') || (n > strlen(SUFFIX) &&
                               strcmp(name + n - strlen(SUFFIX), SUFFIX) == 0);
}

/* Takes a file's name, where it is nearer than the nearest one so far. */
static void consider(const char *name, const char *file, int *least,
                     struct buf *out)
{
  size_t n = strlen(file) - strlen(SUFFIX);
  char text[PROFILE_NAME_MAX + 1];
  int distance;
  if(n > PROFILE_NAME_MAX)
    return;
  snprintf(text, sizeof(text), "%.*s", (int)n, file);
  distance = units_distance(name, text);
  if(distance >= *least)
    return;
  *least = distance;
  buf_clear(out);
  buf_adds(out, text);
}

static int is_profile(const struct dirent *d)
{
  return strlen(d->d_name) > strlen(SUFFIX) && is_path(d->d_name);
}

/* The installed ones by name, as scandir gives them, and their folder. */
static int scan(struct buf *folder, struct dirent ***entry)
{
  return places_data(PROFILES_FOLDER, folder)
             ? -1
             : scandir(buf_text(folder), entry, is_profile, alphasort);
}

/* The installed one whose name is nearest, "" when none is near. */
static void find_nearest(const char *name, struct buf *out)
{
  struct dirent **entry = NULL;
  struct buf folder;
  int i, n, least = 4;
  buf_init(&folder, 0);
  n = scan(&folder, &entry);
  for(i = 0; i < n; i++) {
    consider(name, entry[i]->d_name, &least, out);
    free(entry[i]);
  }
  free(entry);
  buf_free(&folder);
}

static int find_path(const char *name, struct buf *path, struct err *e)
{
  struct buf near, file;
  int rc;
  if(is_path(name))
    return buf_adds(path, name);
  buf_init(&near, 0);
  buf_init(&file, 0);
  rc = profile_name_is_good(slice_of(name))
           ? buf_addf(&file, PROFILES_FOLDER "/%s" SUFFIX, name)
           : E_NOT_FOUND;
  if(!rc)
    rc = places_data(buf_text(&file), path);
  if(rc == E_NOT_FOUND)
    find_nearest(name, &near);
  if(rc)
    err_set(e, rc,
            "there is no profile \"%s\"%s%s%s; weir list profiles "
            "shows all, ./%s.yaml would be your own",
            name, near.n ? " (did you mean " : "", buf_text(&near),
            near.n ? "?)" : "", name);
  buf_free(&file);
  buf_free(&near);
  return rc;
}

struct profile *profiles_load(const char *name, struct err *e)
{
  struct profile *p = NULL;
  struct buf path, text;
  int rc;
  buf_init(&path, 0);
  buf_init(&text, 0);
  rc = find_path(name, &path, e);
  if(!rc)
    rc = file_read(buf_text(&path), PROFILE_BYTES_MAX, &text, e);
  if(!rc)
    p = profile_read(buf_slice(&text), buf_text(&path), e);
  buf_free(&text);
  buf_free(&path);
  return p;
}

void profiles_free_all(struct profile **all, size_t count)
{
  size_t i;
  for(i = 0; i < count; i++)
    profile_free(all[i]);
  free(all);
}

struct profile **profiles_load_all(size_t *count, struct err *e)
{
  struct dirent **entry = NULL;
  struct profile **all = NULL;
  struct buf folder, path;
  int i, n, rc = 0;
  *count = 0;
  buf_init(&folder, 0);
  buf_init(&path, 0);
  n = scan(&folder, &entry);
  if(n > 0)
    all = calloc((size_t)n, sizeof(struct profile *));
  if(!all)
    rc = err_set(e, E_NOT_FOUND, "there is no " PROFILES_FOLDER);
  for(i = 0; i < n; i++) {
    buf_clear(&path);
    if(!rc)
      rc = file_path_join(&path, buf_text(&folder), entry[i]->d_name);
    if(!rc) {
      all[*count] = profiles_load(buf_text(&path), e);
      rc = all[*count] ? 0 : e->code;
      *count += !rc;
    }
    free(entry[i]);
  }
  free(entry);
  buf_free(&path);
  buf_free(&folder);
  if(!rc)
    return all;
  profiles_free_all(all, *count);
  *count = 0;
  return NULL;
}
