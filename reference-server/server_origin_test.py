# SPDX-License-Identifier: MIT
"""Whole-program test of weir-server as an instrumented origin: answers as the
query says, and a log of what arrived, what was written, and who left how.

    python3 server_origin_test.py /path/to/weir-server [unittest options]
"""
import json
import socket
import struct
import sys
import time
import unittest

from smoke_client import Server

PROGRAM = "weir-server"


class Origin(unittest.TestCase):
    def setUp(self):
        self.server = Server(PROGRAM, "--origin")
        self.addCleanup(self.server.stop)

    def ask(self, target, headers=(), version="1.1", end=b""):
        """All bytes until the end, or until `end` was seen."""
        lines = [f"GET {target} HTTP/{version}", "Host: h",
                 "Connection: close", *headers, "", ""]
        got = b""
        with socket.create_connection(("127.0.0.1", self.server.port)) as s:
            s.settimeout(10)
            s.sendall("\r\n".join(lines).encode())
            try:
                while not end or end not in got:
                    data = s.recv(65536)
                    if not data:
                        break
                    got += data
            except ConnectionResetError:
                got += b"<reset>"
        return got

    def log(self, run):
        deadline = time.monotonic() + 10
        while True:
            entries = [e for e in
                       self.server.get_json("/origin/log")["requests"]
                       if e["run"] == run]
            if entries and ("ended_ns" in entries[0] or
                            "gone_ns" in entries[0] or
                            time.monotonic() > deadline):
                return entries

    def test_any_path_is_a_stream(self):
        got = self.ask("/a/b?run=r1&n=3&every=20ms&size=5",
                       ["Last-Event-ID: 7"])
        self.assertIn(b"Transfer-Encoding: chunked", got)
        self.assertEqual(3, got.count(b"id: "))
        self.assertIn(b'"pad":"xxxxx"}\n\n', got)
        self.assertTrue(got.endswith(b"0\r\n\r\n"))
        entry = self.log("r1")[0]
        self.assertEqual("/a/b?run=r1&n=3&every=20ms&size=5",
                         entry["target"])
        self.assertIn(["Last-Event-ID", "7"], entry["headers"])
        self.assertEqual("clean", entry["end"])
        times = entry["times_ns"]
        self.assertEqual(3, len(times))
        self.assertGreater(times[2] - times[0], 35e6)

    def test_the_event_carries_its_time_of_writing(self):
        got = self.ask("/?run=t&n=1")
        body = got.split(b"data: ")[1].split(b"\n")[0]
        self.assertEqual(self.log("t")[0]["times_ns"][0],
                         json.loads(body)["t"])

    def test_a_closed_body_has_no_chunks(self):
        got = self.ask("/?run=c&closed=1")
        self.assertNotIn(b"chunked", got)
        self.assertIn(b"\r\n\r\nid: 1\n", got)
        got = self.ask("/?run=c10", version="1.0")
        self.assertNotIn(b"chunked", got)
        self.assertEqual("HTTP/1.0", self.log("c10")[0]["version"])

    def test_the_ends_are_as_asked(self):
        self.assertFalse(self.ask("/?run=f&end=fin").endswith(b"0\r\n\r\n"))
        self.assertTrue(self.ask("/?run=x&end=rst").endswith(b"<reset>"))
        self.assertEqual(b"<reset>", self.ask("/?run=s&end=slam"))
        self.assertEqual(["fin", "rst", "rst"],
                         [self.log(r)[0]["end"] for r in "fxs"])

    def test_a_short_answer_has_the_headers_asked_for(self):
        got = self.ask("/?status=503&body=no&type=text/plain"
                       "&hdr=Retry-After:+5&hdr=X-A:+b")
        self.assertTrue(got.startswith(b"HTTP/1.1 503 "))
        self.assertIn(b"\r\nRetry-After: 5\r\nX-A: b\r\n", got)
        self.assertTrue(got.endswith(b"\r\n\r\nno"))

    def test_who_leaves_is_noticed_in_silence(self):
        self.ask("/?run=q&n=1&hold=60s", end=b"\n\n")
        entry = self.log("q")[0]
        self.assertIn(entry["gone"], ("eof", "reset"))
        self.assertGreater(entry["gone_ns"], entry["last_ns"])
        with socket.create_connection(("127.0.0.1", self.server.port)) as s:
            s.sendall(b"GET /?run=z&n=1&hold=60s HTTP/1.1\r\nHost: h\r\n\r\n")
            got = b""
            while b"\n\n" not in got:
                got += s.recv(65536)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                         struct.pack("ii", 1, 0))
        self.assertEqual("reset", self.log("z")[0]["gone"])

    def test_heartbeats_fill_the_silence(self):
        got = self.ask("/?run=h&n=1&hold=300ms&hb=40ms")
        self.assertGreaterEqual(got.count(b":\n\n"), 2)
        self.assertGreaterEqual(self.log("h")[0]["comments"], 2)

    def test_nothing_is_written_beyond_what_a_client_takes(self):
        with socket.create_connection(("127.0.0.1", self.server.port)) as s:
            s.sendall(b"GET /?run=w&n=4000&size=20000 HTTP/1.1\r\n"
                      b"Host: h\r\n\r\n")
            deadline = time.monotonic() + 10
            wrote = -1
            while time.monotonic() < deadline:
                now = [e for e in
                       self.server.get_json("/origin/log")["requests"]
                       if e["run"] == "w"]
                if now and now[0]["bytes"] == wrote:
                    break
                wrote = now[0]["bytes"] if now else -1
                time.sleep(0.05)
            self.assertLess(now[0]["events"], 4000)
            self.assertNotIn("ended_ns", now[0])

    def test_a_wrong_query_is_explained(self):
        self.assertIn(b'parameter "end" must be', self.ask("/?end=sometime"))
        self.assertIn(b"X-Weir-Scenario", self.ask("/origin/page"))

    def test_a_header_stands_for_a_query_that_was_lost(self):
        for target in ("/lost", "/lost?n=7&x=1"):
            got = self.ask(target, ["X-Weir-Scenario: run=l&n=2"])
            self.assertEqual(2, got.count(b"id: "))
        self.assertEqual(["header"] * 2, [e["by"] for e in self.log("l")])
        got = self.ask("/?run=own&n=1", ["X-Weir-Scenario: run=l&n=2"])
        self.assertEqual(1, got.count(b"id: "))
        self.assertEqual(["query"], [e["by"] for e in self.log("own")])


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
