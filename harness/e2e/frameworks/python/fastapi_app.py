# SPDX-License-Identifier: MIT
"""FastAPI's own event streams: one without an end, one that ends, and one
that answers a POST."""
import asyncio
import itertools
from collections.abc import AsyncIterable

from fastapi import FastAPI
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel

app = FastAPI()


class Item(BaseModel):
    name: str
    price: int


class Prompt(BaseModel):
    text: str


@app.get("/events", response_class=EventSourceResponse)
async def events() -> AsyncIterable[Item]:
    for number in itertools.count(1):
        yield Item(name="plumbus", price=number)
        await asyncio.sleep(0.1)


@app.get("/items", response_class=EventSourceResponse)
async def items() -> AsyncIterable[ServerSentEvent]:
    for number in range(1, 4):
        yield ServerSentEvent(data={"number": number}, event="item",
                              id=str(number))
        await asyncio.sleep(0.1)


@app.post("/chat", response_class=EventSourceResponse)
async def chat(prompt: Prompt) -> AsyncIterable[ServerSentEvent]:
    for word in prompt.text.split():
        yield ServerSentEvent(data=word, event="token")
    yield ServerSentEvent(raw_data="[DONE]", event="done")
