/* SPDX-License-Identifier: MIT
 * The bytes of a TCP connection, as the kernel counts them.  Apart from
 * arrival.h, since the kernel's headers and the C library's cannot be included
 * together. */
#ifndef WEIR_TRANSPORT_RECEIVED_H
#define WEIR_TRANSPORT_RECEIVED_H
#include <stdint.h>

/* received_bytes counts what fd's connection has brought since it began, and
 * received_taken what of it was read; 0 where the kernel does not tell (fd is
 * no TCP socket). */
uint64_t received_bytes(int fd);
uint64_t received_taken(int fd);

#endif
