/* SPDX-License-Identifier: MIT
 * The target as the first stream asks for it, and the texts of requests with
 * their templates filled in. */
#ifndef WEIR_LOAD_TARGET_H
#define WEIR_LOAD_TARGET_H
#include "scenario/template.h"
#include "subscriber/subscriber.h"
#include "transport/transport.h"
#include "transport/url.h"

/* Room of a request for the user's own headers; the subscriber adds some. */
#define TARGET_MAX_HEADERS 60
#define TARGET_HEADER_ROOM 65536 /* bytes of one request's expanded values */

struct load_target {
  struct url_parts url; /* of stream 0 */
  bool loopback;        /* source addresses may be spread over 127.0.0.0/8 */
  bool multiplexed;     /* several streams may share a connection */
  bool lean;            /* weir's own reader carries it */
};

/* target_look fills *out; first_url (initialised, may be NULL) gets the URL.
 * E_SYNTAX with a sentence when the URL is none. */
int target_look(const struct scenario *s, struct load_target *out,
                struct buf *first_url, struct err *e);

/* target_subscriber is how a stream of this scenario behaves; transport, loop,
 * listener and rng are the caller's to add, before
 * subscriber_config_finish. */
void target_subscriber(const struct scenario *s,
                       struct subscriber_config *out);

/* The texts of one request at a time; zero-initialised. */
struct request_texts {
  struct buf url, body, headers;
  struct header header[TARGET_MAX_HEADERS];
};

/* target_text returns text with its templates filled in, kept in `into`
 * behind what it holds already, or text itself where there is nothing to
 * fill.  NULL when that fails; room made before keeps earlier ones valid. */
const char *target_text(const struct scenario *s, const char *text,
                        const struct template_values *v, struct buf *into);
/* target_headers fills t->header and sets r->header.  False when they need
 * more than TARGET_HEADER_ROOM. */
bool target_headers(const struct scenario *s, const struct name_value *list,
                    uint32_t count, const struct template_values *v,
                    struct request_texts *t);
void target_texts_free(struct request_texts *t);
/* target_fill sets what of a request does not change from stream to stream:
 * TLS, proxy, resolving, timeouts. */
void target_fill(const struct scenario *s, struct request *r);

#endif
