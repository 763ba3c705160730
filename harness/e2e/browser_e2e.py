#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The parser against a browser: headless Chromium's EventSource reads every
vector from weir-server, and sees the events that `weir parse` sees.

The page's own origin passes each first request on to weir-server, byte by byte
as they come.  The reconnect is answered 204, and shows Last-Event-ID.  (With a
redirect to weir-server it would not: Chromium reconnects to where it ended.)
"""
import http.server
import json
import os
import shutil
import subprocess
import threading
import time
import urllib.request

from weirtest import PATIENCE, ROOT, Case, main

VECTORS = os.path.join(ROOT, "harness/sse/vectors/sse-vectors.json")
PAGE = os.path.join(ROOT, "harness/e2e/apps/vectors_page.html")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DEFAULT_RETRY_MS = 3000  # Chromium's
LATE_MS = 1500 * PATIENCE  # one machine, 158 timers
# The standard sets no limit to retry; Chromium ignores what is no 32-bit
# number, where weir keeps what it was told.
IGNORED_RETRY = ("e.retry-huge",)
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
         "--disable-dev-shm-usage", "--disable-background-networking",
         "--disable-component-update", "--disable-sync",
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")


class Origin(http.server.ThreadingHTTPServer):
    """The page, its list of vectors, their streams, and the results."""
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, streams, vectors):
        super().__init__(("127.0.0.1", 0), Handler)
        self.streams, self.vectors = streams, vectors
        self.asked, self.last_ids = set(), {}
        self.results, self.done = None, threading.Event()


class Handler(http.server.BaseHTTPRequestHandler):
    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/":
            with open(PAGE, "rb") as f:
                self.reply(200, f.read(), **{"Content-Type": "text/html"})
        elif self.path == "/vectors":
            self.reply(200, json.dumps(self.server.vectors).encode())
        elif self.path.startswith("/vector/"):
            self.vector(self.path.split("/")[2])
        else:
            self.reply(404)

    def vector(self, name):
        if name not in self.server.asked:
            self.server.asked.add(name)
            self.pass_on(f"{self.server.streams}/vector/{name}?gap_ms=10")
            return
        last = self.headers.get("Last-Event-ID", "")
        self.server.last_ids[name] = last.encode("latin-1").decode("utf-8")
        self.reply(204)

    def pass_on(self, url):
        """The end of the connection ends the body, as HTTP/1.0 has it."""
        with urllib.request.urlopen(url, timeout=10 * PATIENCE) as stream:
            self.send_response(200)
            self.send_header("Content-Type", stream.headers["Content-Type"])
            self.end_headers()
            while piece := stream.read1(65536):
                self.wfile.write(piece)

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.server.results = json.loads(self.rfile.read(length))
        self.reply(204)
        self.server.done.set()

    def log_message(self, *args):
        pass


class Browser(Case):
    def vectors(self):
        with open(VECTORS, encoding="utf-8") as f:
            return json.load(f)

    def ours(self, vector):
        """What weir's own parser makes of the bytes."""
        p = subprocess.run(
            [self.program("weir"), "parse", "--state"],
            input=b"".join(map(bytes.fromhex, vector["chunks"])),
            capture_output=True, timeout=10 * PATIENCE, check=True)
        lines = [json.loads(n) for n in p.stdout.splitlines()]
        return lines[:-1], lines[-1]

    def look(self, vectors):
        """What the browser saw of each, and the ids it came back with."""
        browser = next(filter(None, map(shutil.which, BROWSERS)), None)
        if not browser:
            self.skipTest("chromium is not installed")
        types = sorted({"message"}.union(
            e["type"] for v in vectors for e in v["events"]))
        origin = Origin(self.server().url, [
            {"id": v["id"], "types": types} for v in vectors])
        thread = threading.Thread(target=origin.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(origin.server_close)
        self.addCleanup(origin.shutdown)
        p = self.start(browser, *FLAGS, "--user-data-dir=" +
                       self.path("browser"),
                       f"http://127.0.0.1:{origin.server_port}/",
                       env={**os.environ, "HOME": self.folder})
        if not origin.done.wait(45 * PATIENCE):
            self.fail(f"the page did not finish: {p.err()[-2000:]}")
        p.stop()
        return {s["id"]: s for s in origin.results}, origin.last_ids

    def retry_wrong(self, seen, retry):
        """Whether the time to the reconnect speaks against this retry."""
        wait = seen["wait_ms"]
        due = DEFAULT_RETRY_MS if retry is None else retry
        return wait is None or not due - 100 <= wait <= due + LATE_MS

    def test_a_browser_sees_what_our_parser_sees(self):
        vectors = self.vectors()
        began = time.monotonic()
        seen, last_ids = self.look(vectors)
        events = 0
        for vector in vectors:
            name = vector["id"]
            with self.subTest(name):
                browser, (ours, state) = seen[name], self.ours(vector)
                self.assertEqual(ours, browser["events"])
                self.assertEqual(1, browser["opened"])
                retry = None if name in IGNORED_RETRY else state["retry"]
                self.assertFalse(self.retry_wrong(browser, retry),
                                 f"retry {retry}, back after {browser}")
                # Spaces around a value are no part of it in HTTP.
                self.assertEqual(state["lastEventId"].strip(" \t"),
                                 last_ids[name])
                events += len(ours)
        print(f"\n  {len(vectors)} vectors, {events} events, "
              f"{time.monotonic() - began:.1f} s", flush=True)


if __name__ == "__main__":
    main()
