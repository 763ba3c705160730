/* SPDX-License-Identifier: MIT
 * The private copy of a configuration: of its text stays, on the same lines,
 * so that nginx's own messages point at the user's, what requests of the
 * probes need and is known to do nothing but shape an answer.  Listens,
 * upstreams, certificates and files become others.
 *
 * Pure but for a look at whether a module's file exists. */
#ifndef WEIR_CONFEDIT_REWRITE_H
#define WEIR_CONFEDIT_REWRITE_H
#include <sys/types.h>

#include "confedit/edit.h"
#include "confedit/text_edit.h"
#include "nginxconf/effective.h"

#define REWRITE_LISTENS_MAX 200
#define REWRITE_AUX_MAX     8
#define REWRITE_PATH_MAX    400
#define REWRITE_REACHED_MAX 64
/* Of the examined handlers: the main one, its branches', the aux locations'.
 */
#define REWRITE_UPSTREAMS_MAX 64
/* In the copy's folder: what nginx writes (the folder is there), and the only
 * files that it serves. */
#define REWRITE_RUN   "run"
#define REWRITE_FILES "files"

struct rewrite_listen {
  char key[140]; /* "*:443", "[::]:443", "unix:/x": as the user has it */
  uint16_t port; /* on 127.0.0.1; set by the caller */
  struct conf_listener sample;
  /* The server that takes its connections: the first, or the one that says so.
   */
  const struct conf_directive *taker;
  bool said; /* by default_server */
};

/* What is examined.  All borrowed. */
struct examined {
  const struct conf *conf;
  const struct conf_route *route; /* of the request; NULL: the text alone */
  enum conf_family family;        /* of what answers */
  struct conf_version version;    /* that the configuration is meant for */
};

/* One copy. */
struct rewrite {
  struct examined of;
  struct edit_notes *notes;   /* borrowed; NULL: nobody reads them */
  const char *modules_path;   /* borrowed */
  struct conf_version binary; /* of the nginx that will read it */
  char dir[REWRITE_PATH_MAX]; /* of this copy, absolute */
  char cert[REWRITE_PATH_MAX], key[REWRITE_PATH_MAX];
  uint16_t origin_port;     /* of the upstream of the location */
  uint16_t closed_port;     /* where nothing listens: of all others */
  bool clear;               /* no limits on connections and requests */
  bool trust_code;          /* the configuration's own code is run */
  bool trust_modules;       /* of others, with their directives */
  uint64_t read_timeout_ms; /* of the location; 0: as it is */
  struct rewrite_listen listen[REWRITE_LISTENS_MAX];
  size_t listens;
  /* Locations that requests of ours reach besides: auth_request, mirror. */
  const char *aux[REWRITE_AUX_MAX];
  size_t auxs;
  /* Upstreams of all handlers that requests of ours get to. */
  const struct conf_directive *upstream[REWRITE_UPSTREAMS_MAX];
  size_t upstreams;
  /* Locations that requests of ours get to; all others answer 404. */
  const struct conf_directive *reached[REWRITE_REACHED_MAX];
  size_t reacheds;
  gid_t readers;            /* of the files written; 0: nobody but this user */
  struct text_edits *edits; /* owned: of each file of the conf */
  size_t caches;            /* numbered folders given out */
  size_t closed;            /* locations and servers that answer 404 */
  struct buf defined;       /* owned: of variables, for a snippet's http */
  const char *common;       /* borrowed: instead of rewrite_common; or NULL */
};

/* rewrite_init borrows what of points to; 0 or E_NOMEM.  The listens are there
 * then: the caller gives them ports, and fills the other fields.  Without a
 * route there are none, and rewrite_make is not for it. */
int rewrite_init(struct rewrite *r, const struct examined *of,
                 struct edit_notes *notes);
void rewrite_fini(struct rewrite *r);
/* rewrite_make decides all edits.  0 or E_NOMEM. */
int rewrite_make(struct rewrite *r);
/* rewrite_drop takes out what nginx refused: the directive called name (NULL:
 * any) at a line of file number i.  false when there is none. */
bool rewrite_drop(struct rewrite *r, size_t file, uint32_t line,
                  const char *name, const char *why);
/* rewrite_define gives a variable that nobody defines (a template's, or of a
 * module that is missing) some value.  0 or E_NOMEM. */
int rewrite_define(struct rewrite *r, const char *variable);
/* rewrite_write writes main.conf and the files it includes and serves to
 * r->dir.  0, E_NOMEM, E_IO. */
int rewrite_write(struct rewrite *r, struct err *e);
/* rewrite_file tells which file of the conf a path of the copy is; SIZE_MAX
 * when it is none. */
size_t rewrite_file(const struct rewrite *r, const char *path);
/* rewrite_listen_of finds the port that stands for a listener; NULL none. */
const struct rewrite_listen *rewrite_listen_of(const struct rewrite *r,
                                               const struct conf_listener *l);

/* Private to rewrite*.c. */
/* rewrite_edit.c */
int rewrite_replace(struct rewrite *r, const struct conf_directive *d,
                    size_t start, size_t end, const char *text);
int rewrite_insert(struct rewrite *r, const struct conf_directive *block,
                   const char *text);
int rewrite_remove(struct rewrite *r, const struct conf_directive *d,
                   const char *why);
void rewrite_note(struct rewrite *r, const struct conf_directive *d,
                  bool refused, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* rewrite_pass.c: upstreams and *_pass. */
int rewrite_pass(struct rewrite *r, const struct conf_directive *d);
int rewrite_peer(struct rewrite *r, const struct conf_directive *d);
bool rewrite_is_examined(const struct rewrite *r,
                         const struct conf_directive *d);
void rewrite_find_aux(struct rewrite *r);
/* rewrite_reach.c: where requests of ours get to in the examined server: the
 * location that handles them and, from there on, those that try_files,
 * error_page, rewrite, auth_request, mirror and the like name. */
void rewrite_find_reached(struct rewrite *r);
/* A directive that holds where our requests get to, or around it. */
bool rewrite_concerns(const struct rewrite *r, const struct conf_directive *d);
/* rewrite_allow.c: known to do nothing but shape an answer. */
bool rewrite_allows(const struct rewrite *r, const struct conf_directive *d);
/* rewrite_close.c: a directive that nobody gets to, or that holds for such.
 * *closed: it is done, with all that is in it. */
int rewrite_close(struct rewrite *r, const struct conf_directive *d,
                  bool *closed);
int rewrite_close_server(struct rewrite *r, const struct conf_directive *d);
/* rewrite_modules.c: load_module. */
int rewrite_module(struct rewrite *r, const struct conf_directive *d);
/* rewrite_files.c: a file in the copy's folder.  0 or E_IO. */
int rewrite_put(const struct rewrite *r, const char *name, struct slice text,
                struct err *e);
/* Stand-ins for the files that error_page names.  0, E_NOMEM, E_IO. */
int rewrite_write_files(const struct rewrite *r, struct err *e);
/* rewrite_rows.c: 0, or E_NOMEM; what has no row and is not allowed goes. */
int rewrite_directive(struct rewrite *r, const struct conf_directive *d);
/* An include names the copies of its files. */
int rewrite_include(struct rewrite *r, const struct conf_directive *d);
/* A listen that nobody uses, for one that cannot be had: a server without any
 * would take *:80. */
int rewrite_spare_listen(struct rewrite *r, const struct conf_directive *d);
/* The directives that every copy needs in its outermost block. */
int rewrite_common(struct rewrite *r, struct buf *out);

#endif
