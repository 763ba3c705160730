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
  bool lean;            /* a carrier of our own has it */
  bool local;           /* a socket of this machine, not TCP */
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
  struct buf url, body, headers, local, socket;
  struct header header[TARGET_MAX_HEADERS];
};

/* What is asked; texts may hold templates. */
struct asked {
  const char *method, *url;
  const char *body; /* NULL or empty: none */
  const struct name_value *header;
  uint32_t header_count;
};

/* target_asked: what the scenario's streams ask. */
struct asked target_asked(const struct scenario *s);
/* target_fill sets all of r that the scenario says: what is asked with its
 * templates filled in, TLS, proxy, resolving, timeouts.  Where r goes to, by
 * unix: too, is the URL's to say.  False when the texts need more room than a
 * request has. */
bool target_fill(const struct scenario *s, const struct asked *what,
                 const struct template_values *v, struct request_texts *t,
                 struct request *r);
void target_texts_free(struct request_texts *t);

#endif
