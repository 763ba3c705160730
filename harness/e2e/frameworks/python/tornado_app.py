# SPDX-License-Identifier: MIT
"""A handler of Tornado's that writes and flushes."""
import asyncio
import itertools

import tornado.httpserver
import tornado.iostream
import tornado.netutil
import tornado.web


class Events(tornado.web.RequestHandler):
    async def get(self):
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-cache")
        for number in itertools.count(1):
            self.write(f"id: {number}\ndata: {number}\n\n")
            try:
                await self.flush()
            except tornado.iostream.StreamClosedError:
                return
            await asyncio.sleep(0.1)


async def main():
    sockets = tornado.netutil.bind_sockets(0, "127.0.0.1")
    app = tornado.web.Application([("/events", Events)])
    tornado.httpserver.HTTPServer(app).add_sockets(sockets)
    print(f"listening on http://127.0.0.1:{sockets[0].getsockname()[1]}")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
