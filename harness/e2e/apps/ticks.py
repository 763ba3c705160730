# SPDX-License-Identifier: MIT
"""An ordinary stream without numbers and times; BUG names a regression."""
import http.server
import os
import socket
import threading
import time

BUG = os.environ.get("BUG", "")
MANY = 8  # so many streams are nobody's who only looks
lock = threading.Lock()
streams = []


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def refuse(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if status == 405:
            self.send_header("Allow", "GET, HEAD")
        self.end_headers()

    def do_HEAD(self):
        self.head()

    def do_GET(self):
        if self.head():
            with lock:
                streams.append(self)
                crowded = len(streams) > MANY
            try:
                self.ticks(crowded)
            except OSError:
                pass
            with lock:
                streams.remove(self)

    def __getattr__(self, name):
        if name.startswith("do_"):
            return lambda: self.refuse(405)
        raise AttributeError(name)

    def head(self):
        if not self.path.startswith("/events"):
            self.refuse(404)
            return False
        kind = "text/plain" if BUG == "type" else "text/event-stream"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store, no-transform")
        self.send_header("Connection", "close")
        self.close_connection = True
        self.end_headers()
        return True

    def ticks(self, crowded):
        if crowded and BUG == "crash":
            os._exit(9)
        name = "tock" if BUG == "name" else "tick"
        count = 0
        while True:
            self.wfile.write(
                f'event: {name}\ndata: {{"price": 12.5}}\n\n'.encode())
            count += 1
            if crowded and BUG == "evict" and count > 3:
                self.connection.shutdown(socket.SHUT_RDWR)
            time.sleep(30 if crowded and BUG == "stall" else 0.1)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


time.sleep(int(os.environ.get("START_MS", "0")) / 1000)
Server(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
