#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A small SSE server of the standard library: numbered, stamped ticks.

ticker_app.py PORT [DELAY_MS [DROP_EVERY]]: each event is written DELAY_MS
after the time it carries, and every DROP_EVERY-th is left out; so a change
for the worse can be made to order."""
import asyncio
import json
import sys
import time

HEAD = (b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        b"Cache-Control: no-store\r\nConnection: close\r\n\r\n")
EVERY = 0.05


async def serve(reader, writer, delay, drop):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(HEAD + b":ok\n\n")
    due, seq = time.time(), 0
    try:
        while True:
            due, seq = due + EVERY, seq + 1
            await asyncio.sleep(max(0.0, due + delay - time.time()))
            if drop and seq % drop == 0:
                continue
            data = json.dumps({"seq": seq, "t": int(due * 1e9)})
            writer.write(f"id: {seq}\ndata: {data}\n\n".encode())
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def main(port, delay, drop):
    server = await asyncio.start_server(
        lambda r, w: serve(r, w, delay, drop), "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    given = [float(a) for a in sys.argv[1:]] + [0, 0]
    try:
        asyncio.run(main(int(given[0]), given[1] / 1000, int(given[2])))
    except KeyboardInterrupt:
        pass
