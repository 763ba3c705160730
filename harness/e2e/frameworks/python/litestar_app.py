# SPDX-License-Identifier: MIT
"""Litestar's ServerSentEvent over an endless generator."""
import asyncio
import itertools

from litestar import Litestar, get
from litestar.response import ServerSentEvent, ServerSentEventMessage


async def numbers():
    for number in itertools.count(1):
        yield ServerSentEventMessage(event="tick", id=number, data=number)
        await asyncio.sleep(0.1)


@get("/events", sync_to_thread=False)
def events() -> ServerSentEvent:
    return ServerSentEvent(numbers())


app = Litestar(route_handlers=[events])
