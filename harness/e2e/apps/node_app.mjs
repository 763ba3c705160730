// SPDX-License-Identifier: MIT
// A feed on Node's own http module: a set of responses, a short history, and
// a replay behind Last-Event-ID.
import { createServer } from "node:http";

const clients = new Set();
const history = [];
let number = 0;

function block({ id, data }) {
  return `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}

setInterval(() => {
  number += 1;
  const event = { id: number, data: { price: 100 + (number % 7) } };
  history.push(event);
  if (history.length > 1000) history.shift();
  for (const res of clients) res.write(block(event));
}, 100);

setInterval(() => {
  for (const res of clients) res.write(": keep-alive\n\n");
}, 15000);

const server = createServer((req, res) => {
  if (req.url !== "/events") {
    res.writeHead(404);
    res.end();
    return;
  }
  res.writeHead(200, {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-cache",
    Connection: "keep-alive",
  });
  res.write("retry: 3000\n\n");
  const last = Number(req.headers["last-event-id"]);
  if (last) {
    for (const event of history) {
      if (event.id > last) res.write(block(event));
    }
  }
  clients.add(res);
  req.on("close", () => clients.delete(res));
});

server.listen(0, "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
