// SPDX-License-Identifier: MIT
// A channel of better-sse with a history: who comes back is given what the
// channel broadcast meanwhile, which session.lastId makes easy.  POST /publish
// broadcasts a text, with the id and type that its query names.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { createChannel, createSession } from "better-sse";

const channel = createChannel();
const history = [];
let number = 0;

channel.on("broadcast", (data, name, id) => {
  history.push({ data, name, id });
  if (history.length > 1000) history.shift();
});

setInterval(() => {
  number += 1;
  channel.broadcast({ number }, "tick");
}, 100);

async function subscribe(req, res) {
  const session = await createSession(req, res);
  const known = history.findIndex(({ id }) => id === session.lastId);
  if (known >= 0) {
    for (const { data, name, id } of history.slice(known + 1)) {
      session.push(data, name, id);
    }
  }
  channel.register(session);
}

async function publish(req, res, query) {
  const body = await text(req);
  const options = query.has("id") ? { eventId: query.get("id") } : {};
  channel.broadcast(body, query.get("type") ?? "message", options);
  res.writeHead(202).end();
}

const server = createServer(async (req, res) => {
  const { pathname, searchParams } = new URL(req.url, "http://localhost");
  if (pathname === "/events") await subscribe(req, res);
  else if (pathname === "/publish") await publish(req, res, searchParams);
  else res.writeHead(404).end();
});

server.listen(0, "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
