/* SPDX-License-Identifier: MIT
 * libcurl capabilities; see caps.h. */
#include "transport/caps.h"

#include <curl/curl.h>

#define CURL_8_0_0 0x080000u

void caps_read(struct caps *out)
{
  const curl_version_info_data *v = curl_version_info(CURLVERSION_NOW);
  out->curl_version = v->version;
  out->http2 = (v->features & CURL_VERSION_HTTP2) != 0;
  out->h2c_reuse = v->version_num >= CURL_8_0_0;
  out->h2_end = v->version_num >= CURL_8_0_0;
  out->gzip = (v->features & CURL_VERSION_LIBZ) != 0;
}
