/* SPDX-License-Identifier: MIT
 * Which handler answers which path and method, and the handlers' names. */
#ifndef WEIR_SERVER_ROUTES_H
#define WEIR_SERVER_ROUTES_H
#include <jansson.h>
#include <stdint.h>

#include "base/slice.h"

struct conn;
struct hub;
struct replay_publish;
struct server;

/* A handler answers c->request.  rest = the decoded path behind the prefix
 * (p NULL when the route has none), query = raw. */
typedef void (*route_fn)(struct conn *c, struct slice rest,
                         struct slice query);

/* routes_dispatch answers a complete request. */
void routes_dispatch(struct conn *c);

/* publish.c */
void publish_post(struct conn *c, struct slice topic, struct slice query);
/* publish_keep logs an event for the streams of all workers; *id is its
 * number.  publish_pump sends what is due to this worker's own, for which c
 * should have been answered: it may close any connection. */
int publish_keep(struct conn *c, uint32_t topic,
                 const struct replay_publish *p, uint64_t *id);
void publish_pump(struct conn *c, uint32_t topic);
/* demo.c */
void demo_any(struct conn *c, struct slice rest, struct slice query);
/* control.c */
void control_drop(struct conn *c, struct slice rest, struct slice query);
void control_fault(struct conn *c, struct slice rest, struct slice query);
void control_topic(struct conn *c, struct slice rest, struct slice query);
/* control_poll answers the requests that waited for the other workers. */
void control_poll(struct server *sv);
/* control_faults is an object of the faults that are on for everybody. */
json_t *control_faults(struct hub *h);
/* stats.c */
void stats_get(struct conn *c, struct slice rest, struct slice query);
/* vector_pages.c */
void vector_list(struct conn *c, struct slice rest, struct slice query);
void vector_get(struct conn *c, struct slice rest, struct slice query);
/* plain_pages.c */
void page_index(struct conn *c, struct slice rest, struct slice query);
void page_echo(struct conn *c, struct slice rest, struct slice query);
void page_status(struct conn *c, struct slice rest, struct slice query);
void page_raw(struct conn *c, struct slice rest, struct slice query);

#endif
