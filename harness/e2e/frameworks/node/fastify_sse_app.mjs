// SPDX-License-Identifier: MIT
// @fastify/sse: reply.sse.send() of an async generator.
import { setTimeout } from "node:timers/promises";
import sse from "@fastify/sse";
import fastify from "fastify";
import { host, told } from "./listen.mjs";

const app = fastify();
await app.register(sse);

app.get("/events", { sse: "only" }, async (request, reply) => {
  async function* numbers() {
    for (let number = 1; ; number += 1) {
      yield { id: String(number), event: "tick", data: { number } };
      await setTimeout(100);
    }
  }
  await reply.sse.send(numbers());
});

await app.listen({ host, port: 0 });
told(app.server);
