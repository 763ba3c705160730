// SPDX-License-Identifier: MIT
// An ordinary stream without numbers and times; BUG names a regression.
const http = require('http');

const bug = process.env.BUG || '';
const after = Number(process.env.START_MS || 0);
const many = 8; // so many streams are nobody's who only looks
let open = 0;

function stream(req, res) {
  const type = bug === 'type' ? 'text/plain' : 'text/event-stream';
  res.writeHead(200, {'Content-Type': type,
                      'Cache-Control': 'no-store, no-transform'});
  if (req.method === 'HEAD') return res.end();
  open++;
  const crowded = open > many;
  if (crowded && bug === 'crash') process.exit(9);
  if (crowded && bug === 'evict') setTimeout(() => req.destroy(), 300);
  const pause = crowded && bug === 'stall' ? 30000 : 100;
  const name = bug === 'name' ? 'tock' : 'tick';
  const send = () => res.write(`event: ${name}\ndata: {"price": 12.5}\n\n`);
  const timer = setInterval(send, pause);
  send();
  req.on('close', () => { open--; clearInterval(timer); });
}

const server = http.createServer((req, res) => {
  if (!req.url.startsWith('/events')) return res.writeHead(404).end();
  if (req.method === 'GET' || req.method === 'HEAD') return stream(req, res);
  res.writeHead(405, {Allow: 'GET, HEAD'}).end();
});
setTimeout(() => server.listen(Number(process.env.PORT), '127.0.0.1'), after);
