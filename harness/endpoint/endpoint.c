/* SPDX-License-Identifier: MIT
 * Whom to ask; see endpoint.h. */
#include "endpoint/endpoint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "option/text.h"

#define BODY_MAX_BYTES (8u << 20)

const char *const endpoint_http_words[] = {"auto", "1.1", "2", NULL};

static int put(void *object, const struct option_row *o, struct slice text,
               struct err *e)
{
  char **at = (char **)(void *)((char *)object + o->at);
  char *copy = slice_dup(text);
  if(!copy)
    return err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  free(*at);
  *at = copy;
  return 0;
}

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
    return put(object, o, text, e);
  }
  if(!slice_starts(text, "@")) {
    fault = text_fault(OPTION_LINES, text);
    return fault ? option_wrong(o, text, from->where, fault, e)
                 : put(object, o, text, e);
  }
  name = slice_dup((struct slice){text.p + 1, text.n - 1});
  if(!name)
    return err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  buf_init(&content, 0);
  rc = read_file(name, from, &content, e);
  fault = rc ? NULL : text_fault(OPTION_LINES, buf_slice(&content));
  if(fault)
    rc = err_set(e, E_SYNTAX, "%s: %s: expected %s", from->where, name, fault);
  if(!rc)
    rc = put(object, o, buf_slice(&content), e);
  buf_free(&content);
  free(name);
  return rc;
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

int endpoint_finish(struct endpoint *p, bool method_given)
{
  char *post;
  if(!endpoint_has_body(p) || method_given)
    return 0;
  post = slice_dup(SLICE_LIT("POST"));
  if(!post)
    return E_NOMEM;
  free(p->method);
  p->method = post;
  return 0;
}
