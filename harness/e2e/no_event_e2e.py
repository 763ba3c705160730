#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Streams on which not one event is dispatched: what was said and reached
nobody is a failure with its cause, silence is none."""
import http.server
import json
import threading
import time

from weirtest import BUSY, Case, main

FAST = ("--fast", "-q")
EVERY = 0.2

# What is written, once at first and then again and again; path: (first, then)
BODIES = {
    "no-blank": (b": hi\n\n", b"data: {\"n\": 1}\n"),
    "one-line": (b"", b"data: {\"n\": 1}\\n\\n"),
    "spaced": (b"", b"data: 1\n \n"),
    "bom": (b": hi\n\n", b"\xef\xbb\xbfdata: 1\n\n"),
    "swallowed": (b"", b": pingdata: 1\n\n"),
    "names": (b"", b"message: 1\n\n"),
    "case": (b"", b"Data: 1\n\n"),
    "types": (b"", b"event: tick\n\n"),
    "json": (b"{\"error\": \"no\"}", b""),
    "html": (b"<html><body>Bad gateway</body></html>\n", b""),
    "comments": (b"retry: 2000\n\n", b": hb\n\n"),
    "nothing": (b"", b""),
    "good": (b"", b"data: 1\n\n"),
}
# What check says of it.
CAUSES = {
    "no-blank": "blank line that ends an event is missing",
    "one-line": "as the two characters \\n", "spaced": "spaces or tabs",
    "bom": "byte order mark", "swallowed": "swallowed the field",
    "names": "no client knows", "case": "wrong case", "types": "no data line",
    "json": "JSON, markup or text", "html": "JSON, markup or text",
}


class Streams(http.server.BaseHTTPRequestHandler):
    """/NAME: the body of that name, endless; /NAME/end: then the end."""
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        name, _, end = self.path.split("?")[0].strip("/").partition("/")
        if name not in BODIES:
            self.send_error(404)
            return
        first, then = BODIES[name]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store, no-transform")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            self.chunk(first)
            self.chunk(then)
            until = time.monotonic() + 20
            while not end and time.monotonic() < until:
                time.sleep(EVERY)
                self.chunk(then)
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True

    def chunk(self, data):
        if data:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def log_message(self, *args):
        pass


class NoEvent(Case):
    def setUp(self):
        super().setUp()
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Streams)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.url = f"http://127.0.0.1:{server.server_address[1]}/"

    def check(self, path, code, *args):
        """Of a lint run: the document, and the finding."""
        out = self.path("check.json")
        run = self.weir("check", self.url + path, "--mode", "lint", *FAST,
                        "-o", out, *args)
        self.assert_code(run, code)
        with open(out, encoding="utf-8") as f:
            doc = json.load(f)
        self.assert_valid(doc, "weir.check-1")
        found = [c for c in doc["checks"]
                 if c["id"] == "frame.event.dispatched"]
        return doc, found[0], run

    def test_check_names_the_cause_and_shows_the_lines(self):
        for path in [name + "/end" for name in CAUSES] + [
                "no-blank", "one-line", "bom"]:
            with self.subTest(path):
                doc, found, run = self.check(path, 1)
                self.assertEqual("FAIL", found["verdict"], found["text"])
                self.assertIn(CAUSES[path.split("/")[0]], found["text"])
                self.assertIn("To mend it", found["text"])
                self.assertRegex(found["evidence"], r"(?m)^line: ")
                self.assertIn("frame.event.dispatched", doc["sentence"])
                self.assertTrue(run.out.startswith("FAIL"), run.out)

    def test_an_event_is_enough(self):
        doc, found, _ = self.check("good", 0)
        self.assertEqual(("pass", "PASS"), (doc["verdict"], found["verdict"]))

    def test_silence_is_no_pass(self):
        for path in ("comments", "nothing"):
            with self.subTest(path):
                doc, found, run = self.check(path, 3)
                self.assertEqual("unjudged", doc["verdict"])
                self.assertEqual("UNTESTABLE", found["verdict"])
                self.assertTrue(run.out.startswith("UNJUDGED"), run.out)
                self.assertIn("have something published", doc["sentence"])
                doc, _, run = self.check(path, 0, "--min-events", "0")
                self.assertEqual("pass", doc["verdict"])
                self.assertIn("idle stream, events not judged",
                              doc["sentence"])
        doc, _, _ = self.check("good", 3, "--min-events", "10000")
        self.assertRegex(doc["sentence"], r"only \d+ events came")

    def load_doc(self, path, code):
        """Where the machine is busy, weir says so in place of a verdict."""
        run = self.load(self.url + path, "-c", 3, "-d", "1s")
        if run.code == 4 and set(run.reasons()) <= BUSY:
            self.skipTest("busy machine: " + run.doc["sentence"])
        self.assert_code(run, code)
        return run.doc

    def test_load_fails_where_text_made_no_event(self):
        for name in CAUSES:
            if name == "swallowed":  # a comment to everybody but a reader
                continue
            with self.subTest(name):
                doc = self.load_doc(name, 1)
                self.assertEqual("fail", doc["verdict"])
                self.assertEqual(0, doc["summary"]["events"]["received"])
                self.assertIn(doc["summary"]["events"]["unheard"],
                              doc["sentence"])

    def test_load_of_a_silent_crowd_passes(self):
        for name in ("comments", "nothing", "good"):
            with self.subTest(name):
                doc = self.load_doc(name, 0)
                self.assertEqual("pass", doc["verdict"])
                self.assertIsNone(doc["summary"]["events"]["unheard"])


if __name__ == "__main__":
    main()
