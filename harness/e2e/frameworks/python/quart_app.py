# SPDX-License-Identifier: MIT
"""The event stream of Quart's guide: a dataclass that encodes itself, an
async generator, and a response without a timeout."""
import asyncio
import itertools
from dataclasses import dataclass

from quart import Quart, abort, make_response, request

app = Quart(__name__)


@dataclass
class ServerSentEvent:
    data: str
    event: str | None = None
    id: int | None = None
    retry: int | None = None

    def encode(self):
        message = f"data: {self.data}"
        if self.event is not None:
            message = f"{message}\nevent: {self.event}"
        if self.id is not None:
            message = f"{message}\nid: {self.id}"
        if self.retry is not None:
            message = f"{message}\nretry: {self.retry}"
        message = f"{message}\n\n"
        return message.encode("utf-8")


@app.get("/events")
async def events():
    if "text/event-stream" not in request.accept_mimetypes:
        abort(400)

    async def send_events():
        for number in itertools.count(1):
            yield ServerSentEvent(str(number), event="tick",
                                  id=number).encode()
            await asyncio.sleep(0.1)

    response = await make_response(
        send_events(),
        {
            "Content-Type": "text/event-stream",
            "Cache-Control": "no-cache",
            "Transfer-Encoding": "chunked",
        },
    )
    response.timeout = None
    return response
