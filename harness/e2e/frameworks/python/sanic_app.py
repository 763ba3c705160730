# SPDX-License-Identifier: MIT
"""A streaming response of Sanic's, on its own server."""
import asyncio
import itertools
import socket

from sanic import Sanic

app = Sanic("feed")
listener = socket.socket()
listener.bind(("127.0.0.1", 0))


@app.get("/events")
async def events(request):
    response = await request.respond(
        content_type="text/event-stream",
        headers={"Cache-Control": "no-cache"})
    for number in itertools.count(1):
        await response.send(f"event: tick\ndata: {number}\n\n")
        await asyncio.sleep(0.1)


@app.after_server_start
async def tell(app):
    print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}")


if __name__ == "__main__":
    app.run(sock=listener, single_process=True, motd=False, access_log=False)
