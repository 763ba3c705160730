/* SPDX-License-Identifier: MIT
 * Self-signed certificates for the private nginx: whatever the user's own say,
 * their files are not read. */
#ifndef WEIR_NGINXBOX_CERTIFICATE_H
#define WEIR_NGINXBOX_CERTIFICATE_H
#include <stdbool.h>

#include "base/err.h"

/* certificate_make writes a certificate for 127.0.0.1 and localhost, valid for
 * a day, to cert_path and its key (mode 0600) to key_path, both PEM.  rsa: an
 * RSA key of 2048 bits, for cipher lists that know nothing else; else P-256.
 */
int certificate_make(const char *cert_path, const char *key_path, bool rsa,
                     struct err *e);

#endif
