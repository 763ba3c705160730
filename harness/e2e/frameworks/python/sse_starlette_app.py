# SPDX-License-Identifier: MIT
"""sse-starlette's EventSourceResponse over an endless generator."""
import asyncio
import itertools

from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.routing import Route


async def numbers():
    for number in itertools.count(1):
        yield {"event": "tick", "id": str(number), "data": number}
        await asyncio.sleep(0.1)


async def events(request):
    return EventSourceResponse(numbers())


app = Starlette(routes=[Route("/events", events)])
