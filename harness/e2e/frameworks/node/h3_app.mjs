// SPDX-License-Identifier: MIT
// h3's createEventStream(), with an interval that ends with the stream.
import { createServer } from "node:http";
import { H3, createEventStream } from "h3";
import { toNodeHandler } from "h3/node";
import { host, told } from "./listen.mjs";

const app = new H3();

app.get("/events", (event) => {
  const stream = createEventStream(event);
  const interval = setInterval(async () => {
    await stream.push(`Message @ ${new Date().toLocaleTimeString()}`);
  }, 100);
  stream.onClosed(async () => {
    clearInterval(interval);
    await stream.close();
  });
  return stream.send();
});

const server = createServer(toNodeHandler(app));
server.listen(0, host, () => told(server));
