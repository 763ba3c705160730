# SPDX-License-Identifier: MIT
"""An event stream server with a known limit: one thread, and every event
costs the same, so it sends so many events a second and no more.

  costly_app.py --cost-us N [--how sleep|burn]

sleep: the cost is time (as of a lock or a slow store), CPU stays idle.
burn: the cost is CPU time, all that the event needs included.
GET /stream?rate=R gives R numbered and stamped events a second."""
import argparse
import heapq
import json
import random
import re
import selectors
import socket
import time


class Stream:
    def __init__(self, conn, rate):
        self.conn, self.interval, self.seq = conn, 1 / rate, 0
        phase = random.random() * self.interval  # no two at one instant
        self.start = time.monotonic() + phase
        self.real = time.time_ns() + int(phase * 1e9)

    def due(self):
        return self.start + (self.seq + 1) * self.interval

    def event(self):
        """Stamped with the time that it was due at."""
        self.seq += 1
        t = self.real + int(self.seq * self.interval * 1e9)
        body = json.dumps({"seq": self.seq, "t": t})
        return f"id: {self.seq}\ndata: {body}\n\n".encode()


class Server:
    def __init__(self, cost_us, how):
        self.cost, self.burn, self.free_at = cost_us / 1e6, how == "burn", 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.listener.setblocking(False)
        self.waiting = selectors.DefaultSelector()
        self.waiting.register(self.listener, selectors.EVENT_READ)
        self.heap = []

    def answer(self, conn):
        """Reads a request's head, in one piece as load generators send it."""
        try:
            head = conn.recv(4096)
        except OSError:
            head = b""
        m = re.match(rb"GET /stream\?rate=([0-9.]+) ", head)
        if not m:
            self.drop(conn)
            return
        conn.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                  b"Cache-Control: no-cache\r\nConnection: close\r\n\r\n")
        stream = Stream(conn, float(m.group(1)))
        heapq.heappush(self.heap, (stream.due(), id(stream), stream))
        self.waiting.unregister(conn)

    def drop(self, conn):
        self.waiting.unregister(conn)
        conn.close()

    def send_one(self):
        """The event that is due first, and its cost."""
        began = time.thread_time()
        due, key, stream = heapq.heappop(self.heap)
        try:
            stream.conn.send(stream.event())
            heapq.heappush(self.heap, (stream.due(), key, stream))
        except OSError:
            stream.conn.close()
            return
        if self.burn:
            while time.thread_time() - began < self.cost:
                pass
        else:  # by the schedule: a late wake-up costs nothing
            self.free_at = max(self.free_at, due) + self.cost

    def next_wait(self):
        if not self.heap:
            return 1
        return max(0, max(self.heap[0][0], self.free_at) - time.monotonic())

    def serve(self):
        while True:
            for key, _ in self.waiting.select(self.next_wait()):
                if key.fileobj is self.listener:
                    conn, _ = self.listener.accept()
                    conn.setblocking(False)
                    self.waiting.register(conn, selectors.EVENT_READ)
                else:
                    self.answer(key.fileobj)
            if self.heap and self.next_wait() <= 0:
                self.send_one()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cost-us", type=float, default=1000)
    parser.add_argument("--how", choices=("sleep", "burn"), default="sleep")
    args = parser.parse_args()
    server = Server(args.cost_us, args.how)
    print(f"listening on http://127.0.0.1:"
          f"{server.listener.getsockname()[1]}", flush=True)
    server.serve()
