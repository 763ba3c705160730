/* SPDX-License-Identifier: MIT
 * The directives worth showing for a location that serves events. */
#ifndef WEIR_CLI_NGINX_NAMES_H
#define WEIR_CLI_NGINX_NAMES_H
#include "cli/nginx_effective.h"

#define NGINX_NAMES_MAX 256

/* nginx_names fills names (borrowed from ask and static tables): what was
 * asked for, else what matters in the route's family.  Returns how many. */
size_t nginx_names(const struct conf_route *r,
                   const struct nginx_effective *ask,
                   const char *names[NGINX_NAMES_MAX]);

#endif
