# SPDX-License-Identifier: MIT
"""A chat on aiohttp: every reader has a queue, POST /publish says something,
and a task counts aloud.  What was said while nobody listened is gone."""
import asyncio
import itertools
import json

from aiohttp import web

readers = set()


def say(text):
    for queue in readers:
        queue.put_nowait({"text": text})


async def publish(request):
    say(await request.text())
    return web.Response(status=202)


async def count(app):
    async def aloud():
        for number in itertools.count(1):
            say(str(number))
            await asyncio.sleep(0.1)

    task = asyncio.create_task(aloud())
    yield
    task.cancel()


async def events(request):
    response = web.StreamResponse(headers={
        "Content-Type": "text/event-stream",
        "Cache-Control": "no-cache",
        "X-Accel-Buffering": "no",
    })
    await response.prepare(request)
    queue = asyncio.Queue()
    readers.add(queue)
    try:
        while True:
            message = await queue.get()
            await response.write(f"data: {json.dumps(message)}\n\n".encode())
    finally:
        readers.discard(queue)
    return response


def make_app(argv):
    app = web.Application()
    app.cleanup_ctx.append(count)
    app.router.add_get("/events", events)
    app.router.add_post("/publish", publish)
    return app
