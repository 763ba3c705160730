/* SPDX-License-Identifier: MIT
 * What the libcurl at hand can be trusted with. */
#ifndef WEIR_TRANSPORT_CAPS_H
#define WEIR_TRANSPORT_CAPS_H
#include <stdbool.h>

struct caps {
  const char *curl_version; /* "7.88.1" */
  bool http2;
  bool h2c_reuse; /* prior-knowledge streams may share a connection: 8.0.0 */
  bool h2_end;    /* truncated HTTP/2 bodies are reported: 8.0.0 */
  bool gzip;
};

void caps_read(struct caps *out);

#endif
