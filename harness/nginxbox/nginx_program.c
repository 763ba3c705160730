/* SPDX-License-Identifier: MIT
 * The nginx of this machine; see nginx_program.h. */
#include "nginxbox/nginx_program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "loop/process.h"

#define PLACES                                                                \
  "/usr/sbin:/usr/local/sbin:/usr/local/nginx/sbin:/usr/local/openresty/"     \
  "nginx/sbin:/opt/nginx/sbin:/usr/bin:/usr/local/bin"
#define ANSWER_NS (5 * NS_PER_SEC)

/* "--prefix=/usr/share/nginx " of `nginx -V`. */
static void read_option(const char *built, const char *name, char *out,
                        size_t size)
{
  const char *at = strstr(built, name);
  size_t n = 0;
  if(at) {
    at += strlen(name);
    n = strcspn(at, " \n'");
  }
  if(n && n < size)
    memcpy(out, at, n);
  out[n < size ? n : 0] = '\0';
}

static int read_answer(struct nginx_program *out, const char *text,
                       struct err *e)
{
  const char *at = strstr(text, "version: ");
  size_t n;
  if(!at || conf_version_parse(at + 9, &out->version))
    return err_set(e, E_IO, "%s does not tell an nginx version", out->path);
  at += 9;
  n = strcspn(at, "\n");
  snprintf(out->version_text, sizeof(out->version_text), "%.*s", (int)n, at);
  read_option(text, "--prefix=", out->prefix, sizeof(out->prefix));
  read_option(text, "--modules-path=", out->modules_path,
              sizeof(out->modules_path));
  if(!out->modules_path[0] && out->prefix[0])
    snprintf(out->modules_path, sizeof(out->modules_path), "%.230s/modules",
             out->prefix);
  at = strstr(text, "configure arguments:");
  out->built = slice_dup(slice_of(at ? at : ""));
  return out->built ? 0 : err_set(e, E_NOMEM, "out of memory");
}

int nginx_program_find(const char *wanted, struct nginx_program *out,
                       struct err *e)
{
  const char *argv[] = {out->path, "-V", NULL};
  struct process_bounds bounds = {.limit_ns = ANSWER_NS};
  struct buf text;
  int rc;
  memset(out, 0, sizeof(*out));
  if(!process_find(wanted, "nginx", PLACES, out->path, sizeof(out->path)))
    return wanted
               ? err_set(e, E_NOT_FOUND, "%s is not a program", wanted)
               : err_set(e, E_NOT_FOUND,
                         "nginx is not installed (--nginx-binary names one)");
  buf_init(&text, 0);
  rc = process_run(argv, bounds, &text, e);
  if(rc >= 0)
    rc = read_answer(out, buf_text(&text), e);
  buf_free(&text);
  return rc;
}

void nginx_program_free(struct nginx_program *n)
{
  free(n->built);
  n->built = NULL;
}
