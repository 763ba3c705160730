/* SPDX-License-Identifier: MIT
 * Whom to ask; see endpoint.h. */
#include "endpoint/endpoint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/b64.h"
#include "base/file.h"
#include "option/text.h"

#define BODY_MAX_BYTES (8u << 20)

const char *const endpoint_http_words[] = {"auto", "1.1", "2", NULL};

/* "@file", relative to the file that names it. */
static int read_file(const char *name, const struct option_source *from,
                     struct buf *out, struct err *e)
{
  struct buf path;
  int rc;
  buf_init(&path, 4096);
  rc = file_path_join(&path, from->folder, name);
  rc = rc ? err_set(e, rc, "%s: %s", name, err_name(rc))
          : file_read(buf_text(&path), BODY_MAX_BYTES, out, e);
  buf_free(&path);
  if(rc)
    err_prefix(e, "%s", from->where);
  return rc;
}

int endpoint_set_body(void *object, const struct option_row *o,
                      struct slice text, const struct option_source *from,
                      struct err *e)
{
  const char *fault;
  struct buf content;
  char *name;
  int rc;
  if(slice_starts(text, "@@")) { /* an "@" of the body itself */
    text.p++;
    text.n--;
    return option_put_text(object, o, text, from, e);
  }
  if(!slice_starts(text, "@"))
    return option_put_text(object, o, text, from, e);
  name = slice_dup((struct slice){text.p + 1, text.n - 1});
  if(!name)
    return err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  buf_init(&content, 0);
  rc = read_file(name, from, &content, e);
  fault = rc ? NULL : text_fault(OPTION_LINES, buf_slice(&content));
  if(fault)
    rc = err_set(e, E_SYNTAX, "%s: %s: expected %s", from->where, name, fault);
  if(!rc)
    rc = option_put_text(object, o, buf_slice(&content), from, e);
  buf_free(&content);
  free(name);
  return rc;
}

int endpoint_set_user(void *object, const struct option_row *o,
                      struct slice text, const struct option_source *from,
                      struct err *e)
{
  long colon = slice_find(text, ":");
  if(colon > 0 && slice_find(text, "{{") < 0)
    return option_put_text(object, o, text, from, e);
  /* It is a secret, so that no part of it is repeated. */
  err_set(e, E_SYNTAX, "expected %s%s", option_expected(o),
          colon > 0 ? " without templates, which a header Authorization may "
                      "have"
                    : "");
  if(from->where[0] != '-')
    err_prefix(e, "%s", o->name);
  err_prefix(e, "%s", from->where);
  return E_SYNTAX;
}

const struct option_table *endpoint_options(void)
{
  struct alone {
    struct endpoint endpoint;
  };
  static const struct option_row rows[] = {
      ENDPOINT_OPTIONS(struct alone, endpoint)};
  static const struct option_table table = {rows, ENDPOINT_ROWS};
  return &table;
}

int endpoint_add_header(struct endpoint *p, const char *name,
                        const char *value)
{
  const struct option_row *o = &endpoint_options()->row[ENDPOINT_HEADERS];
  struct name_value copy = {slice_dup(slice_of(name)),
                            slice_dup(slice_of(value))};
  struct name_value *at = copy.name && copy.value
                              ? option_next_entry(p, o, sizeof(*at), "", NULL)
                              : NULL;
  if(!at) {
    free(copy.name);
    free(copy.value);
    return E_NOMEM;
  }
  *at = copy;
  p->header_count++;
  return 0;
}

void endpoint_free(struct endpoint *p)
{
  option_free(p, endpoint_options());
  free(p->unix_socket);
  p->unix_socket = NULL;
}

bool endpoint_has_body(const struct endpoint *p)
{
  return p->body && p->body[0];
}

static int check_file(const char *path, struct err *e)
{
  if(!path || access(path, R_OK) == 0)
    return 0;
  return err_set(e, E_MISMATCH, "%s cannot be read: %s", path,
                 strerror(errno));
}

int endpoint_check(const struct endpoint *p, enum endpoint_row *at,
                   struct err *e)
{
  const struct {
    enum endpoint_row row;
    const char *path;
  } files[] = {{ENDPOINT_TLS_CA, p->ca_file},
               {ENDPOINT_TLS_CERT, p->client_cert},
               {ENDPOINT_TLS_KEY, p->client_key}};
  size_t i;
  int rc = 0;
  *at = ENDPOINT_TLS_KEY;
  if(p->client_key && !p->client_cert)
    return err_set(e, E_MISMATCH, "needs tls.cert beside it");
  for(i = 0; i < sizeof(files) / sizeof(files[0]) && rc == 0; i++) {
    *at = files[i].row;
    rc = check_file(files[i].path, e);
  }
  return rc;
}

bool endpoint_is_url(const char *text)
{
  return strstr(text, "://") != NULL || endpoint_is_local(text);
}

static bool is_file_name(struct slice text)
{
  static const char *const suffix[] = {".yaml", ".yml", ".json", ".conf"};
  for(size_t i = 0; i < sizeof(suffix) / sizeof(suffix[0]); i++) {
    long at = slice_find(text, suffix[i]);
    if(at >= 0 && (size_t)at + strlen(suffix[i]) == text.n)
      return true;
  }
  return false;
}

bool endpoint_lacks_scheme(const char *text)
{
  struct slice rest = slice_of(text);
  struct slice host = slice_cut(&rest, '/');
  struct slice name, port = host;
  if(endpoint_is_url(text) || is_file_name(slice_of(text)))
    return false;
  name = slice_cut(&port, ':');
  if(port.n && strspn(port.p, "0123456789") >= port.n)
    return name.n > 0;
  return slice_eq_cstr(host, "localhost") || slice_starts(host, "[") ||
         (slice_find(host, ".") > 0 && rest.n);
}

bool endpoint_is_local(const char *url)
{
  return strncmp(url, "unix:", 5) == 0;
}

int endpoint_split_local(const char *url, struct buf *socket, struct buf *http)
{
  struct slice rest = slice_of(url + strlen("unix:"));
  struct slice path = slice_cut(&rest, ':');
  buf_add(socket, path.p, path.n);
  buf_adds(http, "http://localhost");
  if(!rest.n || rest.p[0] != '/')
    buf_addc(http, '/');
  if(rest.n)
    buf_add(http, rest.p, rest.n);
  return socket->rc ? socket->rc : http->rc;
}

struct name_value *endpoint_header(const struct endpoint *p, const char *name)
{
  uint32_t i;
  for(i = 0; i < p->header_count; i++) {
    if(strcasecmp(p->header[i].name, name) == 0)
      return &p->header[i];
  }
  return NULL;
}

static int finish_user(struct endpoint *p)
{
  struct buf value;
  int rc = 0;
  if(!p->user)
    return 0;
  buf_init(&value, 0);
  buf_adds(&value, "Basic ");
  if(!endpoint_header(p, "Authorization"))
    rc = b64_encode(&value, slice_of(p->user))
             ? E_NOMEM
             : endpoint_add_header(p, "Authorization", buf_text(&value));
  buf_free(&value);
  free(p->user);
  p->user = NULL;
  return rc;
}

int endpoint_finish(struct endpoint *p, bool method_given)
{
  char *post;
  int rc = finish_user(p);
  if(rc || !endpoint_has_body(p) || method_given)
    return rc;
  post = slice_dup(SLICE_LIT("POST"));
  if(!post)
    return E_NOMEM;
  free(p->method);
  p->method = post;
  return 0;
}
