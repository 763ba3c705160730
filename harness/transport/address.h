/* SPDX-License-Identifier: MIT
 * Source addresses: which local address a stream connects from, so that no
 * (source, destination, port) triple runs short of ports. */
#ifndef WEIR_TRANSPORT_ADDRESS_H
#define WEIR_TRANSPORT_ADDRESS_H
#include <stdbool.h>
#include <stdint.h>

#define ADDRESS_STREAMS_EACH 10000 /* connect() slows as a triple fills */

/* address_count: how many loopback source addresses so many streams need; 1
 * means: leave the choice to the system. */
uint32_t address_count(uint64_t streams);
/* address_loopback writes the address that stream number n of `streams`
 * connects from ("127.1.0.7"), or "" when the system may choose. */
void address_loopback(uint64_t n, uint64_t streams, char out[16]);

#endif
