# SPDX-License-Identifier: MIT
"""An ordinary event stream as a Python team would write it, on Starlette:
numbered events with a send time, resumed after Last-Event-ID."""
import asyncio
import json
import os
import time

from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route

# A regression to order: each event is this late, with an honest stamp.
LATE = float(os.environ.get("LATE_MS", "0")) / 1000


async def events(rate, last):
    yield "retry: 200\n\n"
    start, first = time.monotonic(), last + 1
    number = first
    while True:
        due = start + (number - first) / rate
        await asyncio.sleep(max(0, due - time.monotonic()))
        body = json.dumps({"seq": number, "t": time.time_ns()})
        await asyncio.sleep(LATE)
        yield f"id: {number}\ndata: {body}\n\n"
        number += 1


async def stream(request):
    rate = float(request.query_params.get("rate", "1"))
    last = int(request.headers.get("last-event-id", "0"))
    return StreamingResponse(events(rate, last),
                             media_type="text/event-stream",
                             headers={"Cache-Control": "no-cache"})


app = Starlette(routes=[Route("/stream", stream)])
