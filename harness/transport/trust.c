/* SPDX-License-Identifier: MIT
 * What TLS connections share: one context for each host and each way to trust
 * it; see line.h. */
#include <stdlib.h>
#include <string.h>

#include "transport/line.h"

static const char *or_none(const char *text)
{
  return text ? text : "";
}

/* A line each: no path that libraries open has a line end in it by chance. */
static void write_key(struct buf *key, const struct request *r,
                      const char *host)
{
  buf_addf(key, "%d\n%s\n%s\n%s\n%s", r->insecure, host, or_none(r->ca_file),
           or_none(r->client_cert), or_none(r->client_key));
}

static struct tls_context *add(struct transport *t, const struct request *r,
                               const char *key)
{
  const struct tls_trust trust = {.insecure = r->insecure,
                                  .ca_file = r->ca_file,
                                  .client_cert = r->client_cert,
                                  .client_key = r->client_key,
                                  .resume = true};
  struct trust *at = &t->trust[t->trusts];
  if(t->trusts == TRUSTS_MAX)
    return NULL;
  at->key = strdup(key);
  at->context = at->key ? tls_context_new(&trust, NULL) : NULL;
  if(!at->context) {
    free(at->key);
    return NULL;
  }
  t->trusts++;
  return at->context;
}

struct tls_context *trust_of(struct transport *t, const struct request *r,
                             const struct origin *o)
{
  struct tls_context *found = NULL;
  struct buf key;
  uint32_t i;
  buf_init(&key, 0);
  write_key(&key, r, line_peer(r, o));
  for(i = 0; i < t->trusts && !found; i++) {
    if(strcmp(t->trust[i].key, buf_text(&key)) == 0)
      found = t->trust[i].context;
  }
  if(!found && !key.rc)
    found = add(t, r, buf_text(&key));
  buf_free(&key);
  return found;
}

void trust_free(struct transport *t)
{
  while(t->trusts) {
    struct trust *at = &t->trust[--t->trusts];
    tls_context_free(at->context);
    free(at->key);
  }
}
