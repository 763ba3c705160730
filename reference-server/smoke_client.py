# SPDX-License-Identifier: MIT
"""What the whole-program tests of weir-server need: the server as a process,
and a client on bare sockets that decodes chunks and event blocks by itself."""
import json
import os
import re
import select
import signal
import socket
import subprocess
import time
import unittest
import zlib

LIMIT = 20.0 * float(os.environ.get("WEIR_TEST_PATIENCE", "1"))


class Server:
    """One weir-server on a port of its own choice."""

    def __init__(self, program, *args):
        self.process = subprocess.Popen(
            [program, "--port", "0", *map(str, args)], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        ready, _, _ = select.select([self.process.stdout], [], [], LIMIT)
        line = self.process.stdout.readline() if ready else ""
        match = re.fullmatch(r"listening on http://127\.0\.0\.1:(\d+)\n", line)
        if not match:
            self.process.kill()
            raise AssertionError(f"no ready line but {line!r}; "
                                 + self.process.stderr.read())
        self.port = int(match.group(1))

    def stop(self, signum=signal.SIGTERM):
        """Ends it; returns the exit code and what it said on stderr."""
        if self.process.poll() is None:
            self.process.send_signal(signum)
        try:
            _, errors = self.process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        return self.process.returncode, errors

    def stats(self):
        return self.get_json("/stats")

    def get_json(self, target, method="GET", body=b""):
        answer = self.request(method, target, body=body)
        if answer.status != 200:
            raise AssertionError(f"{target}: {answer.status} {answer.body}")
        return json.loads(answer.body)

    def post(self, target, body=b""):
        return self.get_json(target, "POST", body)

    def connect(self, **options):
        return Client(self.port, **options)

    def request(self, method, target, headers=(), body=b"", version="1.1"):
        with self.connect() as client:
            client.send(method, target, headers, body, version)
            return client.read_answer(method)

    def open(self, target, *headers, version="1.1", receive_bytes=0):
        """A stream whose head has been read."""
        client = self.connect(receive_bytes=receive_bytes)
        client.send("GET", target, headers, version=version)
        client.read_head()
        return client

    def wait_stats(self, condition):
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            stats = self.stats()
            if condition(stats):
                return stats
            time.sleep(0.02)
        raise AssertionError(f"never came true: {stats}")


class Client:
    """One connection; everything read is kept in raw."""

    def __init__(self, port, receive_bytes=0):
        self.socket = socket.socket()
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF,
                                   receive_bytes)
        self.socket.settimeout(LIMIT)
        self.socket.connect(("127.0.0.1", port))
        self.raw = b""      # not yet decoded
        self.text = b""     # decoded body, not yet split into blocks
        self.status = 0
        self.headers = {}
        self.body = b""
        self.ended = None   # None, "end" (terminated), "cut" or "reset"
        self.chunks = []    # sizes seen
        self.chunk_left = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, method, target, headers=(), body=b"", version="1.1"):
        lines = [f"{method} {target} HTTP/{version}", "Host: localhost",
                 *headers]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        self.socket.sendall("\r\n".join(lines + ["", ""]).encode("latin-1")
                            + body)

    def more(self):
        """Reads once; False when the connection is over."""
        try:
            got = self.socket.recv(65536)
        except ConnectionResetError:
            self.ended = "reset"
            return False
        if not got:
            self.ended = self.ended or "cut"
        self.raw += got
        return bool(got)

    def read_head(self):
        while b"\r\n\r\n" not in self.raw:
            if not self.more():
                raise AssertionError(f"no head but {self.raw!r}")
        head, self.raw = self.raw.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split()[1])
        self.headers = {name.lower(): value.strip() for name, value in
                        (line.split(":", 1) for line in lines[1:])}
        return self

    def read_answer(self, method="GET"):
        """A whole response, by its framing."""
        self.read_head()
        if method == "HEAD" or self.status in (204, 304):
            return self
        if "content-length" in self.headers:
            want = int(self.headers["content-length"])
            while len(self.raw) < want and self.more():
                pass
            self.body, self.raw = self.raw[:want], self.raw[want:]
            return self
        while self.ended is None:
            self.decode()
            if self.ended is None and not self.more():
                break
        self.decode()
        self.body, self.text = self.text, b""
        return self

    def decode(self):
        """Moves what is complete from raw to text."""
        if self.headers.get("transfer-encoding") != "chunked":
            self.text += self.raw
            self.raw = b""
            return
        while self.ended != "end":
            if self.chunk_left == 0:
                if b"\r\n" not in self.raw:
                    return
                line, self.raw = self.raw.split(b"\r\n", 1)
                self.chunk_left = int(line, 16) + 2
                self.chunks.append(self.chunk_left - 2)
                if self.chunk_left == 2:
                    self.ended = "end"
                    return
            if len(self.raw) < self.chunk_left:
                return
            self.text += self.raw[:self.chunk_left - 2]
            self.raw = self.raw[self.chunk_left:]
            self.chunk_left = 0

    def blocks(self, count=None):
        """Yields event blocks as dicts of field to text; comments alone are
        no blocks.  Ends at count, or when the stream does."""
        seen = 0
        while count is None or seen < count:
            self.decode()
            block, found, rest = self.text.partition(b"\n\n")
            if not found:
                if self.ended is not None or not self.more():
                    self.decode()
                    if b"\n\n" not in self.text:
                        return
                continue
            self.text = rest
            fields = parse_block(block)
            if fields:
                seen += 1
                yield fields

    def wait_text(self, wanted):
        self.decode()
        while wanted not in self.text:
            if self.ended is not None or not self.more():
                raise AssertionError(f"{wanted!r} not in {self.text!r}")
            self.decode()

    def drain(self):
        """Reads to the end of the connection."""
        while self.ended != "end" and self.more():
            self.decode()
        self.decode()
        return self.ended


def parse_block(block):
    fields = {}
    for line in block.decode("utf-8").split("\n"):
        if line.startswith(":") or not line:
            continue
        name, _, value = line.partition(":")
        value = value[1:] if value.startswith(" ") else value
        if name == "data" and "data" in fields:
            value = fields["data"] + "\n" + value
        fields[name] = value
    return fields


def checksum_holds(data):
    whole, _, rest = data.partition(',"crc":"')
    return int(rest[:8], 16) == zlib.crc32(whole.encode())


class Ledger:
    """Counts what one stream lost, repeated and exchanged, over all its
    connections."""

    def __init__(self, first=None):
        self.next = first
        self.missing = set()
        self.counts = dict(lost=0, dup=0, swap=0, corrupt=0, events=0)

    def arrive(self, seq, data):
        counts = self.counts
        counts["events"] += 1
        if not checksum_holds(data):
            counts["corrupt"] += 1
        if self.next is None:
            self.next = seq
        if seq == self.next:
            self.next += 1
        elif seq > self.next:
            self.missing.update(range(self.next, seq))
            self.next = seq + 1
        elif seq in self.missing:
            self.missing.remove(seq)
            counts["swap"] += 1
        else:
            counts["dup"] += 1
        counts["lost"] = len(self.missing)


class WithServer(unittest.TestCase):
    """Tests that share one server."""
    program = "weir-server"
    arguments = ()

    @classmethod
    def setUpClass(cls):
        cls.server = Server(cls.program, *cls.arguments)

    @classmethod
    def tearDownClass(cls):
        code, errors = cls.server.stop()
        assert (code, errors) == (0, ""), (code, errors)
