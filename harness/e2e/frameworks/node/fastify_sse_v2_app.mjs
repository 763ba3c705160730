// SPDX-License-Identifier: MIT
// fastify-sse-v2: reply.sse() of an async generator.
import { setTimeout } from "node:timers/promises";
import fastify from "fastify";
import { FastifySSEPlugin } from "fastify-sse-v2";
import { host, told } from "./listen.mjs";

const app = fastify();
app.register(FastifySSEPlugin);

app.get("/events", (request, reply) => {
  reply.sse(
    (async function* () {
      for (let number = 1; ; number += 1) {
        yield { id: String(number), data: `message ${number}` };
        await setTimeout(100);
      }
    })(),
  );
});

await app.listen({ host, port: 0 });
told(app.server);
