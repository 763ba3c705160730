/* SPDX-License-Identifier: MIT
 * Where files of a configuration lie; see conf_place.h. */
#include "doctor/conf_place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

/* Where nginx has its configuration, in packages and in images. */
static const char *const HOMES[] = {"/etc/nginx",
                                    "/config/nginx",
                                    "/data/nginx",
                                    "/usr/local/openresty/nginx/conf",
                                    "/usr/local/nginx/conf",
                                    "/usr/local/etc/nginx",
                                    "/opt/bitnami/nginx/conf",
                                    "/etc/openresty",
                                    "/etc/angie",
                                    "/config",
                                    "/data"};
#define HOMES_N (sizeof(HOMES) / sizeof(HOMES[0]))

/* A configuration that lies here is that of this machine. */
static const char *const OF_THIS[] = {"/etc", "/usr", "/opt"};

/* A folder of the name is the path, or stands in front of it. */
static bool is_below(const char *path, const char *folder, size_t n)
{
  return strncmp(path, folder, n) == 0 && (!path[n] || path[n] == '/');
}

static size_t without_slash(const char *text, size_t n)
{
  while(n > 1 && text[n - 1] == '/')
    n--;
  return n;
}

void conf_place_main(struct conf_place *p, const struct conf_places *said,
                     const char *main_path)
{
  size_t n = file_dir_of(main_path);
  p->said = said;
  snprintf(p->folder, sizeof(p->folder), "%.*s", n ? (int)n : 1,
           n                     ? main_path
           : main_path[0] == '/' ? "/"
                                 : ".");
  if(!realpath(p->folder, p->real))
    snprintf(p->real, sizeof(p->real), "%s", p->folder);
}

bool conf_place_path(const struct conf_placed *at, const char *name,
                     char out[PATH_MAX])
{
  int n = snprintf(out, PATH_MAX, "%s%s", at->to, name + at->n);
  return n > 0 && n < PATH_MAX;
}

/* One more guess; true: it is there. */
static bool guess(const char *name, bool (*is_there)(const char *path),
                  struct conf_placed *out, size_t n, const char *to)
{
  char path[PATH_MAX];
  out->n = n;
  snprintf(out->to, sizeof(out->to), "%.*s",
           (int)without_slash(to, strlen(to)), to);
  if(strcmp(out->to, "/") == 0)
    out->to[0] = '\0';
  return conf_place_path(out, name, path) && is_there(path);
}

static bool by_word(const struct conf_place *p, const char *name,
                    bool (*is_there)(const char *path),
                    struct conf_placed *out)
{
  const struct conf_places *said = p->said;
  for(size_t i = 0; said && i < said->maps; i++) {
    const char *from = said->map[i].from;
    size_t n = without_slash(from, said->map[i].n);
    if(is_below(name, from, n) &&
       guess(name, is_there, out, n, from + said->map[i].n + 1))
      return true;
  }
  return said && said->root && guess(name, is_there, out, 0, said->root);
}

static bool is_of_this_machine(const struct conf_place *p)
{
  for(size_t i = 0; i < sizeof(OF_THIS) / sizeof(OF_THIS[0]); i++) {
    if(is_below(p->real, OF_THIS[i], strlen(OF_THIS[i])))
      return true;
  }
  return false;
}

/* The given folder ends as such a home does: what is around it is "/". */
static bool by_tree(const struct conf_place *p, const char *name,
                    bool (*is_there)(const char *path),
                    struct conf_placed *out)
{
  size_t n = strlen(p->real);
  char root[PATH_MAX];
  for(size_t i = 0; i < HOMES_N; i++) {
    size_t tail = strlen(HOMES[i]);
    if(n <= tail || strcmp(p->real + n - tail, HOMES[i]) != 0)
      continue;
    snprintf(root, sizeof(root), "%.*s", (int)(n - tail), p->real);
    if(guess(name, is_there, out, 0, root))
      return true;
  }
  return false;
}

/* The given folder is the home, or has the end of the path in it. */
static bool by_folder(const struct conf_place *p, const char *name,
                      bool (*is_there)(const char *path),
                      struct conf_placed *out)
{
  const char *slash = strchr(name + 1, '/');
  if(guess(name, is_there, out, 0, p->folder))
    return true;
  for(size_t i = 0; i < HOMES_N; i++) {
    size_t n = strlen(HOMES[i]);
    if(is_below(name, HOMES[i], n) && guess(name, is_there, out, n, p->folder))
      return true;
  }
  for(; slash && strchr(slash + 1, '/'); slash = strchr(slash + 1, '/')) {
    if(guess(name, is_there, out, (size_t)(slash - name), p->folder))
      return true;
  }
  return false;
}

/* A site's file that was given alone names others as from the folder around
 * its own. */
static bool by_site(const struct conf_place *p, const char *name,
                    bool (*is_there)(const char *path),
                    struct conf_placed *out)
{
  char around[PATH_MAX];
  size_t n = strlen(p->folder);
  snprintf(around, sizeof(around), "%.*s", (int)file_dir_of(p->real), p->real);
  return is_below(name, p->folder, n) && guess(name, is_there, out, n, around);
}

bool conf_place_find(const struct conf_place *p, const char *name,
                     bool (*is_there)(const char *path),
                     struct conf_placed *out)
{
  bool absolute = name[0] == '/';
  bool own = !absolute || is_below(name, p->folder, strlen(p->folder)) ||
             is_below(name, p->real, strlen(p->real));
  out->n = 0;
  if(absolute && by_word(p, name, is_there, out))
    return true;
  out->n = 0;
  out->to[0] = '\0';
  if((own || is_of_this_machine(p)) && is_there(name))
    return true;
  if(own && by_site(p, name, is_there, out))
    return true;
  if(absolute &&
     (by_tree(p, name, is_there, out) || by_folder(p, name, is_there, out)))
    return true;
  out->n = 0;
  out->to[0] = '\0';
  return own || is_of_this_machine(p);
}
