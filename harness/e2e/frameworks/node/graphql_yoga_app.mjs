// SPDX-License-Identifier: MIT
// GraphQL Yoga, which answers subscriptions with an event stream.
import { createServer } from "node:http";
import { createYoga } from "graphql-yoga";
import { schema } from "./graphql_schema.mjs";
import { host, told } from "./listen.mjs";

const server = createServer(createYoga({ schema, logging: "error" }));
server.listen(0, host, () => told(server));
