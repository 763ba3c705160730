# SPDX-License-Identifier: MIT
"""A client that keeps every byte of one response, however wrong it is, and
says what stands in them."""
import re
import socket
import time
import zlib


class Wire:
    """Everything one request brings, as bytes."""

    def __init__(self, port, method, target, headers=(), body=b"",
                 version="1.1", limit=4.0):
        lines = [f"{method} {target} HTTP/{version}", "Host: h",
                 "Connection: close", *headers,
                 f"Content-Length: {len(body)}" if body else "X-Test: 1"]
        self.start = time.monotonic()
        self.reads = []
        with socket.create_connection(("127.0.0.1", port)) as s:
            s.sendall("\r\n".join(lines + ["", ""]).encode("latin-1") + body)
            while time.monotonic() < self.start + limit:
                s.settimeout(max(0.01, self.start + limit - time.monotonic()))
                if not self.read(s):
                    break
        self.raw = b"".join(data for _, data in self.reads)
        head, _, self.body = self.raw.partition(b"\r\n\r\n")
        self.head = head.decode("latin-1") + "\r\n"

    def read(self, s):
        try:
            data = s.recv(65536)
        except (socket.timeout, ConnectionResetError):
            return False
        self.reads.append((time.monotonic() - self.start, data))
        if data.endswith(b"\r\n0\r\n\r\n") or data.endswith(b"17\r\n\r\n"):
            return False
        return bool(data)

    @property
    def status(self):
        return int(self.raw[9:12] or 0)

    def says(self, pattern):
        return re.search("(?im)^" + pattern, self.head) is not None

    def chunks(self):
        """Data of all chunks, whatever their sizes claim."""
        out, rest = [], self.body
        while b"\r\n" in rest:
            line, rest = rest.split(b"\r\n", 1)
            n = int(line.split(b";")[0] or b"0", 16)
            if not n:
                break
            out.append(rest[:n])
            rest = rest[n + 2:]
        return out

    @property
    def text(self):
        if not self.says("transfer-encoding:"):
            return self.body
        return b"".join(self.chunks())

    def unzip(self):
        try:
            return zlib.decompressobj(31).decompress(self.text)
        except zlib.error:
            return b""

    def is_strict(self):
        """Whether every chunk is as long as it says."""
        rest = self.body
        while rest and not rest.startswith(b"0\r\n"):
            line, rest = rest.split(b"\r\n", 1)
            n = int(line, 16)
            if rest[n:n + 2] != b"\r\n":
                return False
            rest = rest[n + 2:]
        return True

    def ids(self):
        return [int(n) for n in re.findall(rb"(?m)^id: (\d+)$", self.text)]
