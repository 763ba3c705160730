/* SPDX-License-Identifier: MIT
 * Which server and which location of a configuration handle a request, and
 * how nginx gets there, decided from the text alone.
 *
 * What depends on the running system (files on disk, headers, variables, Lua)
 * is not guessed silently: a step says what was assumed and the route is no
 * longer certain. */
#ifndef WEIR_NGINXCONF_LOCATE_H
#define WEIR_NGINXCONF_LOCATE_H
#include "nginxconf/tree.h"

#define CONF_CHAIN_MAX     CONF_LEVELS_MAX
#define CONF_STEPS_MAX     64
#define CONF_BRANCHES_MAX  16
#define CONF_LISTENERS_MAX 32
#define CONF_URI_MAX       8192

/* What answers in a location. */
enum conf_family {
  CONF_STATIC, /* files: no handler */
  CONF_PROXY,
  CONF_FASTCGI,
  CONF_UWSGI,
  CONF_SCGI,
  CONF_GRPC,
  CONF_RETURN, /* a fixed answer, or a redirect */
  CONF_OTHER,  /* stub_status, content_by_lua_block, nchan_..., js_content */
};

/* conf_family_name returns "proxy", "fastcgi", ...: the prefix of the family's
 * directives; "static", "return", "other" for those that have none. */
const char *conf_family_name(enum conf_family family);
/* True for the five that talk to an upstream. */
bool conf_family_is_upstream(enum conf_family family);

struct conf_listener {
  const struct conf_directive *server;
  const struct conf_directive *directive; /* NULL: nginx's default *:80 */
  char address[108]; /* "*" "127.0.0.1" "[::]" "unix:/path", or a name */
  unsigned int port; /* 0 for unix: */
  bool ssl, quic, default_server, proxy_protocol, reuseport;
  bool http2;            /* by the parameter, or by `http2 on` in the server */
  int backlog;           /* 511 when not set (Linux) */
  char so_keepalive[32]; /* "" when not set */
};

/* conf_listeners fills out with what server listens on (options that nginx
 * takes from another server's listen on the same socket included) and returns
 * how many, at most max. */
size_t conf_listeners(const struct conf *c,
                      const struct conf_directive *server,
                      struct conf_listener *out, size_t max);

/* All server blocks of http, in order; returns how many there are. */
size_t conf_servers(const struct conf *c, const struct conf_directive **out,
                    size_t max);

struct conf_request {
  const char *uri;     /* "/events?x=1"; the path still percent-encoded */
  const char *host;    /* NULL: whatever server has the best location */
  const char *address; /* local address, NULL: any */
  unsigned int port;   /* 0: any */
  enum { CONF_TLS_ANY, CONF_TLS_OFF, CONF_TLS_ON } tls;
  const char *method; /* NULL: GET */
  /* A server block to use whatever the names say, or NULL. */
  const struct conf_directive *server;
};

struct conf_step {
  const char *text;                /* a sentence without full stop */
  const struct conf_directive *at; /* may be NULL */
};

/* A way through the final location that depends on the request: an `if` or
 * `limit_except` whose condition cannot be decided from the text. */
struct conf_branch {
  const struct conf_directive *block; /* for conf_effective_at */
  enum conf_family family;
  const struct conf_directive *handler; /* NULL: none */
};

struct conf_route {
  const struct conf_directive *server;
  struct conf_listener listener;
  /* The locations, outermost first; nchain 0 when the server itself answered
   * (a `return` outside of locations). */
  const struct conf_directive *chain[CONF_CHAIN_MAX];
  size_t nchain;
  const struct conf_directive *location; /* the innermost, NULL: server */
  /* The block whose settings apply: location, else server. */
  const struct conf_directive *block;
  enum conf_family family;
  const struct conf_directive *handler;  /* NULL for CONF_STATIC */
  const struct conf_directive *upstream; /* upstream{} of *_pass, or NULL */
  /* Where the upstream connection goes, as written after the scheme:
   * "app:8080", "127.0.0.1:9000", "unix:/run/app.sock", "$backend". */
  const char *pass_host;
  const char *pass_uri; /* proxy_pass's URI part, NULL without */
  bool pass_tls;        /* https:// or grpcs:// */
  /* It has a variable: pass_host is what `set` makes of it when that can be
   * told, else as written. */
  bool pass_variable;
  const char *uri;    /* normalised path, after rewrites */
  const char *args;   /* query, without "?" */
  int status;         /* of CONF_RETURN and redirects, 0 otherwise */
  const char *target; /* text or URL of `return`, of a redirect; or NULL */
  struct conf_branch branches[CONF_BRANCHES_MAX];
  size_t nbranches;
  struct conf_step steps[CONF_STEPS_MAX];
  size_t nsteps;
  bool certain; /* false: a step rests on an assumption */
  struct conf_arena *arena;
};

/* conf_locate follows the request.  Returns 0 and *out (conf_route_free), or
 * E_NOT_FOUND (no http server to choose), E_SYNTAX (the URI), E_NOMEM. */
int conf_locate(const struct conf *c, const struct conf_request *request,
                struct conf_route **out, struct err *e);
void conf_route_free(struct conf_route *route);
/* conf_route_adds_slash: the target is the URI with a slash behind it. */
bool conf_route_adds_slash(const struct conf_route *route);

/* conf_handler_of tells what answers in block (a location, or an `if` or
 * `limit_except` in one, which inherits the handler around it). */
enum conf_family conf_handler_of(const struct conf_directive *block,
                                 const struct conf_directive **handler);

/* conf_location_uri writes a path that a location matches, "/a/1" of
 * "~ ^/a/\\d+$"; false where none is found (named ones, odd patterns). */
bool conf_location_uri(const struct conf_directive *location, char *out,
                       size_t size);

/* A location that looks as if it served events. */
struct conf_candidate {
  const struct conf_directive *server, *location;
  char uri[256]; /* one that leads there; as good a guess as the text allows */
  int score;     /* higher is likelier */
  bool reached;  /* conf_locate with uri does end in location */
  char why[160]; /* "named events; proxy_buffering off" */
};

/* conf_candidates fills out, best first, and returns how many. */
size_t conf_candidates(const struct conf *c, struct conf_candidate *out,
                       size_t max);

#endif
