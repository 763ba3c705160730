/* SPDX-License-Identifier: MIT
 * Running gnuplot; see plot.h. */
#include "reports/render/plot.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

#define DRAW_NS           (20 * NS_PER_SEC)
#define LOOK_NS           (5 * NS_PER_MS)
#define PICTURE_MAX_BYTES (8u * 1024 * 1024)

/* reports/plots, embedded by the build. */
#define X(id, script) extern const unsigned char plot_##script[];
PLOT_LIST(X)
#undef X
extern const unsigned char plot_style[];
extern char **environ;

static const struct {
  const char *name;
  const unsigned char *script;
} scripts[] = {
#define X(id, script) {#script, plot_##script},
    PLOT_LIST(X)
#undef X
};

/* The private folder of one drawing. */
struct easel {
  char dir[64];
  const char *format;
};

static const char *const files[] = {"data.tsv", "plot.gp", "picture",
                                    "messages"};

const char *plot_name(enum plot_kind kind)
{
  return scripts[kind].name;
}

void plot_init(struct plot *p, enum plot_kind kind, const char *title)
{
  memset(p, 0, sizeof(*p));
  p->kind = kind;
  snprintf(p->title, sizeof(p->title), "%s", title);
  buf_init(&p->data, 0);
}

void plot_free(struct plot *p)
{
  buf_free(&p->data);
}

void plot_words(const char *text, char out[PLOT_WORDS])
{
  size_t i;
  for(i = 0; text[i] && i + 1 < PLOT_WORDS; i++) {
    unsigned char c = (unsigned char)text[i];
    out[i] = (c < 0x80 && isalnum(c)) || strchr(" ._-/", c) ? text[i] : '?';
  }
  out[i] = '\0';
}

int plot_row(struct plot *p, const double *v, size_t count)
{
  size_t i;
  for(i = 0; i < count; i++) {
    if(i)
      buf_addc(&p->data, '\t');
    if(isfinite(v[i]))
      buf_addf(&p->data, "%.9g", v[i]);
  }
  p->points++;
  return buf_addc(&p->data, '\n');
}

int plot_break(struct plot *p)
{
  return buf_adds(&p->data, "\n\n");
}

static void path_of(const struct easel *e, const char *file, char out[128])
{
  snprintf(out, 128, "%s/%s", e->dir, file);
}

static int put(const struct easel *easel, const char *file, struct slice text,
               struct err *e)
{
  char path[128];
  path_of(easel, file, path);
  return file_write(path, text, e);
}

static int set_up(struct easel *easel, const struct plot *p, struct err *e)
{
  const char *tmp = getenv("TMPDIR");
  struct buf script;
  int rc;
  snprintf(easel->dir, sizeof(easel->dir), "%.40s/weir-plot-XXXXXX",
           tmp && tmp[0] ? tmp : "/tmp");
  if(!mkdtemp(easel->dir)) {
    easel->dir[0] = '\0';
    return err_set(e, E_IO, "no folder for a plot: %s", strerror(errno));
  }
  buf_init(&script, 0);
  rc = buf_addf(&script,
                "kind = \"%s\"\nout = \"picture\"\ndata = \"data.tsv\"\n%s\n"
                "%s\n%s\nset output\n",
                easel->format, p->given, (const char *)plot_style,
                (const char *)scripts[p->kind].script);
  rc = rc ? err_set(e, rc, "%s", err_name(rc))
          : put(easel, "plot.gp", buf_slice(&script), e);
  buf_free(&script);
  return rc ? rc : put(easel, "data.tsv", buf_slice(&p->data), e);
}

static void take_down(const struct easel *easel)
{
  char path[128];
  size_t i;
  for(i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
    path_of(easel, files[i], path);
    unlink(path);
  }
  if(easel->dir[0])
    rmdir(easel->dir);
}

static int start(const struct easel *easel, pid_t *pid)
{
  char *argv[] = {"gnuplot", "plot.gp", NULL};
  posix_spawn_file_actions_t actions;
  int rc = posix_spawn_file_actions_init(&actions);
  if(rc)
    return rc;
  rc = posix_spawn_file_actions_addchdir_np(&actions, easel->dir);
  if(!rc)
    rc = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", 0, 0);
  if(!rc)
    rc = posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", 1, 0);
  if(!rc)
    rc = posix_spawn_file_actions_addopen(&actions, 2, "messages",
                                          O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if(!rc)
    rc = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  return rc;
}

/* Exit status, or -1 when it took too long. */
static int wait_for(pid_t pid)
{
  uint64_t end = clock_mono_ns() + DRAW_NS;
  int status;
  while(waitpid(pid, &status, WNOHANG) == 0) {
    struct timespec t = {.tv_nsec = (long)LOOK_NS};
    if(clock_mono_ns() > end) {
      kill(pid, SIGKILL);
      waitpid(pid, &status, 0);
      return -1;
    }
    nanosleep(&t, NULL);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int complain(const struct easel *easel, const struct plot *p,
                    struct err *e)
{
  char path[128];
  struct buf said;
  struct err ignored;
  buf_init(&said, 0);
  path_of(easel, "messages", path);
  file_read(path, 4096, &said, &ignored);
  err_set(e, E_IO, "gnuplot drew no %s: %.300s", plot_name(p->kind),
          said.n ? buf_text(&said) : "it said nothing");
  buf_free(&said);
  return E_IO;
}

int plot_draw(const struct plot *p, const char *format, struct buf *out,
              struct err *e)
{
  struct easel easel = {.format = format};
  char path[128];
  pid_t pid = 0;
  int rc = set_up(&easel, p, e);
  if(!rc) {
    int why = start(&easel, &pid);
    if(why == ENOENT)
      rc = err_set(e, E_NOT_FOUND, "gnuplot is not installed");
    else if(why)
      rc = err_set(e, E_IO, "gnuplot cannot be run: %s", strerror(why));
    else if(wait_for(pid) != 0)
      rc = complain(&easel, p, e);
  }
  path_of(&easel, "picture", path);
  if(!rc)
    rc = file_read(path, PICTURE_MAX_BYTES, out, e);
  take_down(&easel);
  return rc;
}
