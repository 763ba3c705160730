/* SPDX-License-Identifier: MIT
 * What of an endpoint is secret, for outputs to be kept free of. */
#include "document/values.h"
#include "endpoint/endpoint.h"

void endpoint_learn_headers(const struct name_value *header, uint32_t count)
{
  uint32_t i;
  for(i = 0; i < count; i++)
    values_learn_named(slice_of(header[i].name), slice_of(header[i].value));
}

void endpoint_learn(const struct endpoint *e)
{
  struct slice user = slice_of(e->user ? e->user : "");
  endpoint_learn_headers(e->header, e->header_count);
  slice_cut(&user, ':');
  if(user.p)
    values_learn(user);
  if(e->url)
    values_learn_url(slice_of(e->url));
  if(e->proxy)
    values_learn_url(slice_of(e->proxy));
  if(e->body)
    values_learn_body(slice_of(e->body));
}
