# SPDX-License-Identifier: MIT
"""Small event streams as people write them, sound ones and such with one
mistake each, for field_e2e.py: a class is a server, its docstring says what is
wrong with it.  All of them run on one loop in a thread of their own."""
import asyncio
import json
import threading
import time
import zlib

EVERY = 0.25
HEAD = ("Cache-Control: no-store, no-transform\r\nX-Accel-Buffering: no\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "Date: Sun, 06 Nov 2033 08:49:37 GMT\r\n")
LONG = 300  # seconds; longer than any test


class Sound:
    """Nothing: one topic, ids, resuming, a heartbeat."""
    kept = 1000
    type = "text/event-stream; charset=utf-8"
    every = EVERY
    length = None  # a Content-Length in place of chunks
    coding = ""

    def __init__(self):
        self.ring, self.readers, self.open = [], set(), 0

    # what a mistake changes
    def frame(self, n, payload):
        return f"id: {n}\ndata: {payload}\n\n".encode()

    def prelude(self):
        return b"retry: 2000\n\n"

    def backlog(self, last):
        if not last.isdigit() or not self.ring:
            return []
        return [e for e in self.ring if e[0] > int(last)]

    def answer(self, method, head):
        """(status, further head lines, body) in the stream's place."""
        if method == "HEAD":
            return 200, f"Content-Type: {self.type}\r\n", b""
        if method != "GET":
            return 405, "Allow: GET, HEAD\r\n", b""
        return None

    def opened(self):
        self.open += 1

    def closed(self):
        self.open -= 1

    async def body(self, stream, head):
        await stream.put(self.prelude())
        await self.live(stream, self.backlog(head.get("last-event-id", "")))

    async def live(self, stream, backlog, most=None):
        queue = asyncio.Queue()
        self.readers.add(queue)
        try:
            for n, payload in backlog:
                await stream.put(self.frame(n, payload))
            while most is None or most > 0:
                await stream.put(self.frame(*await queue.get()))
                most = most and most - 1
        finally:
            self.readers.discard(queue)

    # the machinery
    async def publish(self):
        n = 0
        while True:
            await asyncio.sleep(self.every)
            n += 1
            self.ring.append((n, json.dumps({"n": n, "text": "grüße"})))
            del self.ring[:-self.kept]
            for queue in self.readers:
                queue.put_nowait(self.ring[-1])

    async def start(self):
        self.tasks = [asyncio.ensure_future(self.publish())]
        self.server = await asyncio.start_server(self.talk, "127.0.0.1", 0,
                                                 backlog=512)
        self.port = self.server.sockets[0].getsockname()[1]

    async def talk(self, reader, writer):
        try:
            while await self.exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError,
                ConnectionError):
            pass
        finally:
            writer.close()

    async def exchange(self, reader, writer):
        raw = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = raw.split("\r\n")
        method, path, version = (lines[0].split(" ") + ["", ""])[:3]
        head = {k.strip().lower(): v.strip() for k, _, v in
                (line.partition(":") for line in lines[1:] if line)}
        await reader.readexactly(int(head.get("content-length", "0")))
        other = (self.answer(method, head)
                 if path.split("?")[0] == "/events" else (404, "", b""))
        if other is None:
            await self.stream(reader, writer, version, head)
            return False
        status, more, body = other
        if method == "HEAD" or status == 204:
            body, length = b"", ""
        else:
            length = f"Content-Length: {len(body)}\r\n"
        writer.write((f"HTTP/1.1 {status} x\r\n{HEAD}{more}{length}\r\n"
                      ).encode() + body)
        await writer.drain()
        return True

    async def stream(self, reader, writer, version, head):
        s = Stream(writer, version == "HTTP/1.1" and not self.length)
        framing = (f"Content-Length: {self.length}\r\n" if self.length else
                   "Transfer-Encoding: chunked\r\n" if s.chunked else
                   "Connection: close\r\n")
        self.opened()
        try:
            writer.write((f"HTTP/1.1 200 OK\r\n{HEAD}Content-Type: {self.type}"
                          f"\r\n{self.coding}{framing}\r\n").encode())
            await writer.drain()
            body = asyncio.ensure_future(self.body(s, head))
            gone = asyncio.ensure_future(reader.read(1))
            await asyncio.wait({body, gone},
                               return_when=asyncio.FIRST_COMPLETED)
            ended = body.done() and not body.exception()
            body.cancel()
            gone.cancel()
            if ended and s.chunked and s.last_chunk:
                writer.write(b"0\r\n\r\n")
        finally:
            self.closed()


class Stream:
    def __init__(self, writer, chunked):
        self.writer, self.chunked, self.last_chunk = writer, chunked, True

    async def put(self, data):
        if self.chunked and data:
            data = b"%x\r\n%s\r\n" % (len(data), data)
        self.writer.write(data)
        await self.writer.drain()


class OneLate(Sound):
    """The blank line stands before an event, not behind it."""
    def frame(self, n, payload):
        return f"\nid: {n}\ndata: {payload}\n".encode()


class RawNewline(Sound):
    """A payload of two lines behind one "data:"."""
    def frame(self, n, payload):
        return f"id: {n}\ndata: hello\nand again {n}\n\n".encode()


class ErrorBehind(Sound):
    """An error object without "data:", then the end."""
    async def body(self, stream, head):
        await self.live(stream, [], most=2)
        await stream.put(b'{"error": {"code": 500, "message": "upstream"}}\n')


class OnlyError(Sound):
    """The whole body is an error object."""
    async def body(self, stream, head):
        await stream.put(b'{"error": {"code": 400}}')


class ReplayAll(Sound):
    """Every connection begins with all there was, and nothing has an id."""
    def frame(self, n, payload):
        return f"data: {payload}\n\n".encode()

    def backlog(self, last):
        return list(self.ring)


class OwnIds(Sound):
    """Ids count from 1 on each connection; nothing is resumed."""
    async def body(self, stream, head):
        await stream.put(self.prelude())
        n = 0
        while True:
            await asyncio.sleep(0.5)
            n += 1
            await stream.put(self.frame(n, json.dumps({"hello": n})))


class PlainText(Sound):
    """GET is answered with a text, and 200."""
    def answer(self, method, head):
        return 200, "Content-Type: text/plain\r\n", b"use POST\n"


class LoginPage(Sound):
    """Who is not logged in gets a page, and 200."""
    def answer(self, method, head):
        return 200, "Content-Type: text/html\r\n", b"<html>log in</html>"


class OneAtATime(Sound):
    """Nothing: a second stream is refused while the first is open."""
    def answer(self, method, head):
        other = super().answer(method, head)
        return other or ((409, "", b"one stream") if self.open else None)


class NeverFreed(OneAtATime):
    """The first stream's slot is never given back."""
    def closed(self):
        pass


class Leak(Sound):
    """Each stream takes one of 100 slots for good."""
    def answer(self, method, head):
        other = super().answer(method, head)
        return other or ((503, "", b"full") if self.open >= 100 else None)

    def closed(self):
        pass


class Dies(Sound):
    """An id that is no number ends the server."""
    def backlog(self, last):
        if last and not last.isdigit():
            self.server.close()
            self.dead = True
        return super().backlog(last)

    async def talk(self, reader, writer):
        if getattr(self, "dead", False):
            writer.transport.abort()
        else:
            await super().talk(reader, writer)


class NoLastChunk(Sound):
    """A chunked stream ends without its last chunk."""
    async def body(self, stream, head):
        stream.last_chunk = False
        await self.live(stream, [], most=2)


class Latin1(Sound):
    """The type says another charset."""
    type = "text/event-stream; charset=iso-8859-1"


class RetrySeconds(Sound):
    """retry in seconds."""
    def prelude(self):
        return b"retry: 3\n\n"


class Undefined(Sound):
    """A template prints an id that is not there."""
    def frame(self, n, payload):
        return f"id: undefined\ndata: {payload}\n\n".encode()


class ObjectObject(Sound):
    """A payload that was never made text."""
    def frame(self, n, payload):
        return f"id: {n}\ndata: [object Object]\n\n".encode()


class Poll(Sound):
    """One event, then the end, for ever."""
    async def body(self, stream, head):
        await stream.put(self.frame(1, "{}"))


class Length(Sound):
    """An endless stream with a Content-Length."""
    length = 1000000


class Escaped(Sound):
    """Line ends are written as a backslash and an n."""
    def frame(self, n, payload):
        return f"data: {payload}\\n\\n".encode()


class Bom(Sound):
    """A byte order mark before each event."""
    def frame(self, n, payload):
        return b"\xef\xbb\xbf" + super().frame(n, payload)


class Big(Sound):
    """Nothing: events of 400 KB."""
    every = 0.5
    kept = 20

    def frame(self, n, payload):
        return f"id: {n}\ndata: {'x' * 400000}\n\n".encode()


class EndsWell(Sound):
    """Nothing: five rows, resumed behind the id given, then 204."""
    def answer(self, method, head):
        if method == "GET" and head.get("last-event-id") == "5":
            return 204, "", b""
        return super().answer(method, head)

    async def body(self, stream, head):
        last = head.get("last-event-id", "")
        first = int(last) + 1 if last in ("1", "2", "3", "4") else 1
        for n in range(first, 6):
            await stream.put(self.frame(n, json.dumps({"row": n})))
            await asyncio.sleep(0.2)


class OddIds(Sound):
    """Nothing: ids are no numbers."""
    def frame(self, n, payload):
        return f"id: 3f2a:7/{n}\ndata: {payload}\n\n".encode()

    def backlog(self, last):
        return super().backlog(last.rpartition("/")[2])


class Session(Sound):
    """Nothing: DELETE ends the session."""
    ended = False

    def answer(self, method, head):
        if method == "DELETE":
            self.ended = True
            return 200, "", b"ended"
        if self.ended:
            return 404, "", b"no such session"
        return super().answer(method, head)


class Chat(Sound):
    """Nothing: a POST whose answer ends."""
    def answer(self, method, head):
        return None if method == "POST" else (405, "Allow: POST\r\n", b"")

    async def body(self, stream, head):
        for word in ("one", "two", "three"):
            await stream.put(b"data: %s\n\n" % json.dumps(word).encode())
            await asyncio.sleep(0.1)
        await stream.put(b"data: [DONE]\n\n")


class Bomb(Sound):
    """A gigabyte of one event in a megabyte of gzip."""
    coding = "Content-Encoding: gzip\r\n"

    def __init__(self):
        super().__init__()
        zeros = zlib.compressobj(9, zlib.DEFLATED, 31)
        self.first = zeros.compress(b"data: ")
        self.first += zeros.flush(zlib.Z_FULL_FLUSH)
        self.packed = zeros.compress(b"0" * (1 << 24))
        self.packed += zeros.flush(zlib.Z_FULL_FLUSH)

    async def body(self, stream, head):
        await stream.put(self.first)
        for _ in range(64):  # a block that stands for itself
            await stream.put(self.packed)
        await asyncio.sleep(LONG)


class Farm:
    """One loop in a thread; start(cls) gives a URL."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever,
                                       daemon=True)
        self.thread.start()

    def start(self, cls):
        server = cls()
        asyncio.run_coroutine_threadsafe(server.start(), self.loop).result(10)
        return f"http://127.0.0.1:{server.port}/events"

    async def cancel(self):
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def stop(self):
        asyncio.run_coroutine_threadsafe(self.cancel(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()


if __name__ == "__main__":
    import sys
    print(Farm().start(globals()[sys.argv[1]]), flush=True)
    time.sleep(LONG)
