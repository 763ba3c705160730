// SPDX-License-Identifier: MIT
// express-sse on Express; with an argument behind compression(), which is
// what most applications have in front of all they serve.
import compression from "compression";
import express from "express";
import SSE from "express-sse";
import { host, told } from "./listen.mjs";

const app = express();
const sse = new SSE();
let number = 0;

if (process.argv[2]) app.use(compression());
app.get("/events", sse.init);
app.post("/publish", express.text({ type: "*/*" }), (req, res) => {
  sse.send(req.body, req.query.type, req.query.id);
  res.sendStatus(202);
});

setInterval(() => {
  number += 1;
  sse.send({ number }, "tick");
}, 100);

const server = app.listen(0, host, () => told(server));
