# SPDX-License-Identifier: MIT
"""Falcon's resp.sse with an asynchronous emitter."""
import asyncio
import itertools

from falcon.asgi import App, SSEvent


class Events:
    async def on_get(self, req, resp):
        async def emitter():
            for number in itertools.count(1):
                yield SSEvent(json={"number": number}, event="tick",
                              event_id=str(number))
                await asyncio.sleep(0.1)

        resp.sse = emitter()


app = App()
app.add_route("/events", Events())
