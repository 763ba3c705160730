# SPDX-License-Identifier: MIT
"""A clock of datastar-py on Starlette: elements and signals, patched."""
import asyncio
import itertools

from datastar_py.starlette import (DatastarResponse,
                                   ServerSentEventGenerator as SSE)
from starlette.applications import Starlette
from starlette.routing import Route


async def events(request):
    async def patches():
        for number in itertools.count(1):
            yield SSE.patch_elements(f'<span id="number">{number}</span>')
            yield SSE.patch_signals({"number": number})
            await asyncio.sleep(0.1)

    return DatastarResponse(patches())


app = Starlette(routes=[Route("/events", events)])
