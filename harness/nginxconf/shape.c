/* SPDX-License-Identifier: MIT
 * What a text is by the names in it, and the blocks that belong around a
 * snippet; see reader.h. */
#include <string.h>

#include "nginxconf/reader.h"

enum home { HOME_ANY, HOME_MAIN, HOME_HTTP, HOME_SERVER, HOME_LOCATION };

static const struct {
  const char *name;
  enum home home;
} homes[] = {
    {"events", HOME_MAIN},
    {"http", HOME_MAIN},
    {"stream", HOME_MAIN},
    {"mail", HOME_MAIN},
    {"daemon", HOME_MAIN},
    {"env", HOME_MAIN},
    {"load_module", HOME_MAIN},
    {"lock_file", HOME_MAIN},
    {"master_process", HOME_MAIN},
    {"pcre_jit", HOME_MAIN},
    {"pid", HOME_MAIN},
    {"thread_pool", HOME_MAIN},
    {"timer_resolution", HOME_MAIN},
    {"user", HOME_MAIN},
    {"worker_cpu_affinity", HOME_MAIN},
    {"worker_priority", HOME_MAIN},
    {"worker_processes", HOME_MAIN},
    {"worker_rlimit_core", HOME_MAIN},
    {"worker_rlimit_nofile", HOME_MAIN},
    {"worker_shutdown_timeout", HOME_MAIN},
    {"working_directory", HOME_MAIN},
    {"server", HOME_HTTP},
    {"upstream", HOME_HTTP},
    {"map", HOME_HTTP},
    {"geo", HOME_HTTP},
    {"split_clients", HOME_HTTP},
    {"charset_map", HOME_HTTP},
    {"log_format", HOME_HTTP},
    {"limit_conn_zone", HOME_HTTP},
    {"limit_req_zone", HOME_HTTP},
    {"proxy_cache_path", HOME_HTTP},
    {"fastcgi_cache_path", HOME_HTTP},
    {"uwsgi_cache_path", HOME_HTTP},
    {"scgi_cache_path", HOME_HTTP},
    {"server_names_hash_bucket_size", HOME_HTTP},
    {"map_hash_bucket_size", HOME_HTTP},
    {"lua_shared_dict", HOME_HTTP},
    {"lua_package_path", HOME_HTTP},
    {"init_by_lua_block", HOME_HTTP},
    {"init_worker_by_lua_block", HOME_HTTP},
    {"location", HOME_SERVER},
    {"listen", HOME_SERVER},
    {"server_name", HOME_SERVER},
    {"ssl_certificate", HOME_SERVER},
    {"ssl_certificate_key", HOME_SERVER},
    {"http2", HOME_SERVER},
    {"alias", HOME_LOCATION},
    {"fastcgi_pass", HOME_LOCATION},
    {"grpc_pass", HOME_LOCATION},
    {"internal", HOME_LOCATION},
    {"limit_except", HOME_LOCATION},
    {"proxy_pass", HOME_LOCATION},
    {"scgi_pass", HOME_LOCATION},
    {"stub_status", HOME_LOCATION},
    {"uwsgi_pass", HOME_LOCATION},
};

struct wrapping {
  bool has[HOME_LOCATION + 1];
  struct conf_directive *blocks[HOME_LOCATION + 1];
};

static enum home home_of(const struct conf_directive *d)
{
  size_t i;
  for(i = 0; i < sizeof(homes) / sizeof(homes[0]); i++) {
    if(strcmp(d->name, homes[i].name) == 0)
      return homes[i].home;
  }
  return HOME_ANY;
}

/* Where directives go that may stand anywhere. */
static enum home common_home(const struct wrapping *w)
{
  if(w->has[HOME_SERVER])
    return HOME_SERVER;
  if(w->has[HOME_LOCATION] || !w->has[HOME_HTTP])
    return HOME_LOCATION;
  return HOME_HTTP;
}

static struct conf_directive *add_block(struct reader *r,
                                        struct conf_directive *parent,
                                        const char *name)
{
  struct conf_directive *d = reader_add(r, parent);
  if(!d)
    return NULL;
  d->name = name;
  d->body = CONF_BLOCK;
  d->synthetic = true;
  return d;
}

static bool add_slash(struct reader *r, struct conf_directive *d)
{
  struct conf_arg *arg = conf_arena_get(r->c->arena, sizeof(*arg));
  if(!arg)
    return false;
  arg->text = "/";
  arg->n = 1;
  d->args = arg;
  d->nargs = 1;
  return true;
}

static bool add_blocks(struct reader *r, struct wrapping *w)
{
  struct conf_directive *at = add_block(r, r->c->root, "http");
  w->blocks[HOME_HTTP] = at;
  if(at && (w->has[HOME_SERVER] || w->has[HOME_LOCATION]))
    at = w->blocks[HOME_SERVER] = add_block(r, at, "server");
  if(at && w->has[HOME_LOCATION]) {
    at = w->blocks[HOME_LOCATION] = add_block(r, at, "location");
    if(at && !add_slash(r, at))
      at = NULL;
  }
  return at != NULL;
}

static void move_under(struct conf_directive *d, struct conf_directive *parent)
{
  d->parent = parent;
  d->next = NULL;
  if(parent->last)
    parent->last->next = d;
  else
    parent->child = d;
  parent->last = d;
}

static int describe(struct reader *r, const struct wrapping *w)
{
  struct conf *c = r->c;
  bool http = w->has[HOME_HTTP], server = w->has[HOME_SERVER];
  bool location = w->has[HOME_LOCATION];
  bool mixed = (int)http + (int)server + (int)location > 1;
  c->shape = http ? CONF_HTTP : server ? CONF_SERVER : CONF_LOCATION;
  c->before = mixed    ? NULL
              : http   ? "events {}\nhttp {\n"
              : server ? "events {}\nhttp {\nserver {\n"
                       : "events {}\nhttp {\nserver {\nlocation / {\n";
  c->after = mixed    ? NULL
             : http   ? "\n}\n"
             : server ? "\n}\n}\n"
                      : "\n}\n}\n}\n";
  if(mixed)
    return reader_note(r, CONF_NOTE_ASSUMED, NULL,
                       "this is a part of a configuration, with directives "
                       "of several levels side by side: each is taken as if "
                       "it stood where it belongs");
  return reader_note(r, CONF_NOTE_ASSUMED, NULL,
                     "this is a part of a configuration: it is taken as if "
                     "it stood in %s",
                     http     ? "http { }"
                     : server ? "http { server { } }"
                              : "http { server { location / { } } }");
}

int reader_wrap(struct reader *r)
{
  struct conf_directive *root = r->c->root, *d = root->child, *next;
  struct wrapping w;
  enum home common;
  memset(&w, 0, sizeof(w));
  for(; d; d = d->next)
    w.has[home_of(d)] = true;
  r->c->before = r->c->after = "";
  if(!root->child || w.has[HOME_MAIN])
    return 0;
  common = common_home(&w);
  if(w.has[HOME_ANY])
    w.has[common] = true;
  d = root->child;
  root->child = root->last = NULL;
  if(!add_blocks(r, &w))
    return conf_fault_plain(r->fault, E_NOMEM, "out of memory");
  for(; d; d = next) {
    enum home home = home_of(d);
    next = d->next;
    move_under(d, w.blocks[home == HOME_ANY ? common : home]);
  }
  return describe(r, &w);
}
