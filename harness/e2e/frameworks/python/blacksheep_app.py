# SPDX-License-Identifier: MIT
"""A handler of BlackSheep's that yields ServerSentEvent."""
import asyncio
import itertools
from collections.abc import AsyncIterable

from blacksheep import Application, get
from blacksheep.server.sse import ServerSentEvent

app = Application()


@get("/events")
async def events() -> AsyncIterable[ServerSentEvent]:
    for number in itertools.count(1):
        yield ServerSentEvent({"number": number})
        await asyncio.sleep(0.1)
