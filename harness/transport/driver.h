/* SPDX-License-Identifier: MIT
 * One libcurl multi handle driven by one libuv loop.  Belongs to the loop's
 * thread.  Knows sockets and deadlines, nothing of HTTP or SSE. */
#ifndef WEIR_TRANSPORT_DRIVER_H
#define WEIR_TRANSPORT_DRIVER_H
#include <curl/curl.h>
#include <uv.h>

#include "transport/transport.h"

struct driver;
/* Runs outside every libcurl callback: it may add or remove transfers. */
typedef void (*driver_done_fn)(CURL *easy, CURLcode code, void *ctx);

struct driver *driver_new(uv_loop_t *loop, driver_done_fn on_done, void *ctx);
CURLM *driver_multi(struct driver *d); /* for options only */
int driver_add(struct driver *d, CURL *easy);
void driver_remove(struct driver *d, CURL *easy);
/* driver_arrival tells when the newest bytes that libcurl has taken from a
 * socket came in, for use inside write callbacks: never too early; the time of
 * the call where that is not known. */
struct arrival driver_arrival(struct driver *d, curl_socket_t fd);
/* driver_act lets libcurl work at once, after a transfer was unpaused. */
void driver_act(struct driver *d);
/* Precondition: no transfer is attached.  Memory is released by the loop. */
void driver_close(struct driver *d);

#endif
