// SPDX-License-Identifier: MIT
// Hono's streamSSE() on Node.
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { host, told } from "./listen.mjs";

const app = new Hono();

app.get("/events", (c) =>
  streamSSE(c, async (stream) => {
    for (let id = 0; ; id += 1) {
      await stream.writeSSE({
        data: `It is ${new Date().toISOString()}`,
        event: "time-update",
        id: String(id),
      });
      await stream.sleep(100);
    }
  }),
);

const server = serve({ fetch: app.fetch, hostname: host, port: 0 }, () =>
  told(server),
);
