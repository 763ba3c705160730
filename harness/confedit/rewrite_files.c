/* SPDX-License-Identifier: MIT
 * What is put into the folder of a private copy; see rewrite.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "confedit/rewrite.h"

/* Without the care for a crash that file_write takes: it lives for seconds. */
int rewrite_put(const struct rewrite *r, const char *name, struct slice text,
                struct err *e)
{
  char path[2 * REWRITE_PATH_MAX];
  FILE *f;
  bool ok;
  snprintf(path, sizeof(path), "%s/%s", r->dir, name);
  f = fopen(path, "we");
  ok = f && fwrite(text.p, 1, text.n, f) == text.n;
  if(ok && r->readers)
    ok = fchown(fileno(f), (uid_t)-1, r->readers) == 0 &&
         fchmod(fileno(f), 0640) == 0;
  if(f && fclose(f))
    ok = false;
  return ok ? 0
            : err_set(e, E_IO, "cannot write %s: %s", path, strerror(errno));
}

static int make_folder(const struct rewrite *r, const char *name,
                       struct err *e)
{
  char path[2 * REWRITE_PATH_MAX + REWRITE_PATH_MAX];
  snprintf(path, sizeof(path), "%s/%s", r->dir, name);
  if(mkdir(path, 0700) && errno != EEXIST)
    return err_set(e, E_IO, "cannot make %s: %s", path, strerror(errno));
  if(r->readers && (chown(path, (uid_t)-1, r->readers) || chmod(path, 0750)))
    return err_set(e, E_IO, "cannot share %s: %s", path, strerror(errno));
  return 0;
}

static bool is_plain(const char *uri)
{
  return uri[0] == '/' && uri[1] && uri[strlen(uri) - 1] != '/' &&
         strlen(uri) < REWRITE_PATH_MAX / 2 && !strpbrk(uri, "$?\\\"") &&
         !strstr(uri, "..") && !strstr(uri, "//");
}

static int stand_in(const struct rewrite *r, const char *uri, struct err *e)
{
  static const char TEXT[] = "<html>a page of the configuration</html>\n";
  char name[REWRITE_PATH_MAX];
  int rc = 0;
  if(!is_plain(uri))
    return 0;
  snprintf(name, sizeof(name), REWRITE_FILES "%s", uri);
  for(char *slash = strchr(name + strlen(REWRITE_FILES) + 1, '/');
      !rc && slash; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    rc = make_folder(r, name, e);
    *slash = '/';
  }
  return rc ? rc : rewrite_put(r, name, slice_of(TEXT), e);
}

int rewrite_write_files(const struct rewrite *r, struct err *e)
{
  int rc = make_folder(r, REWRITE_FILES, e);
  for(size_t i = 0; !rc && i < r->reacheds; i++) {
    struct conf_setting s =
        conf_effective_at(r->reached[i], "error_page", r->of.version);
    for(size_t k = 0; !rc && k < s.n; k++)
      rc = stand_in(r, conf_arg(s.from[k], s.from[k]->nargs - 1), e);
  }
  return rc;
}
