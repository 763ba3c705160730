// SPDX-License-Identifier: MIT
// Koa with a PassThrough as its body.
import { PassThrough } from "node:stream";
import Koa from "koa";
import { host, told } from "./listen.mjs";

const app = new Koa();

app.use((ctx) => {
  if (ctx.path !== "/events") return;
  ctx.request.socket.setTimeout(0);
  ctx.req.socket.setNoDelay(true);
  ctx.req.socket.setKeepAlive(true);
  ctx.set({
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-cache",
    Connection: "keep-alive",
  });
  const stream = new PassThrough();
  ctx.status = 200;
  ctx.body = stream;
  const interval = setInterval(() => {
    stream.write(`data: ${new Date().toISOString()}\n\n`);
  }, 100);
  stream.on("close", () => clearInterval(interval));
});

const server = app.listen(0, host, () => told(server));
