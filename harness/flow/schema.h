/* SPDX-License-Identifier: MIT
 * The format of flow files, told by the table that also reads them: as a JSON
 * schema for editors, as a page, as lines. */
#ifndef WEIR_FLOW_SCHEMA_H
#define WEIR_FLOW_SCHEMA_H
#include "base/json.h"

/* flow_schema: a new reference, NULL without memory. */
json_t *flow_schema(void);
int flow_keys_markdown(struct buf *out);
int flow_keys_text(struct buf *out);

#endif
