/* SPDX-License-Identifier: MIT
 * Cookies of one user: libcurl's, shared by the handles that belong to it. */
#include <stdlib.h>

#include "transport/curl_exchange.h"

struct jar {
  CURLSH *share;
};

struct jar *jar_new(void)
{
  struct jar *j = calloc(1, sizeof(*j));
  if(!j)
    return NULL;
  j->share = curl_share_init();
  if(j->share && curl_share_setopt(j->share, CURLSHOPT_SHARE,
                                   CURL_LOCK_DATA_COOKIE) == CURLSHE_OK)
    return j;
  jar_free(j);
  return NULL;
}

void jar_free(struct jar *j)
{
  if(j && j->share)
    curl_share_cleanup(j->share);
  free(j);
}

void jar_use(struct jar *j, CURL *easy)
{
  curl_easy_setopt(easy, CURLOPT_SHARE, j->share);
  curl_easy_setopt(easy, CURLOPT_COOKIEFILE, ""); /* begin with none */
}
