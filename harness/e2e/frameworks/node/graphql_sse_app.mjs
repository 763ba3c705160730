// SPDX-License-Identifier: MIT
// graphql-sse's handler on Node, in distinct connections mode.
import { createServer } from "node:http";
import { createHandler } from "graphql-sse/lib/use/http";
import { schema } from "./graphql_schema.mjs";
import { host, told } from "./listen.mjs";

const handler = createHandler({ schema });
const server = createServer((req, res) => {
  if (req.url.startsWith("/graphql/stream")) return handler(req, res);
  res.writeHead(404).end();
});
server.listen(0, host, () => told(server));
