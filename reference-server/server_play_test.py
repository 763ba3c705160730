# SPDX-License-Identifier: MIT
"""Whole-program test of plays: an origin answers step by step, and its log
holds both directions byte by byte.

    python3 server_play_test.py /path/to/weir-server [unittest options]
"""
import base64
import socket
import struct
import sys
import time
import unittest

from smoke_client import Server

PROGRAM = "weir-server"
KEY = "0123456789abcdef"


class Play(unittest.TestCase):
    def setUp(self):
        self.server = Server(PROGRAM, "--origin")
        self.addCleanup(self.server.stop)

    def connect(self, name, play, method="GET", lines=()):
        """A socket on which the request for a play was sent, and its bytes."""
        request = "\r\n".join([
            f"{method} /x?weir-run={KEY}.{name}&weir-play={play} HTTP/1.1",
            "Host: h", *lines, "", ""]).encode()
        s = socket.create_connection(("127.0.0.1", self.server.port))
        self.addCleanup(s.close)
        s.settimeout(10)
        s.sendall(request)
        return s, request

    @staticmethod
    def read_all(s):
        got = b""
        try:
            while True:
                data = s.recv(65536)
                if not data:
                    return got
                got += data
        except ConnectionResetError:
            return got + b"<reset>"

    def ask(self, name, play, **more):
        s, request = self.connect(name, play, **more)
        return self.read_all(s), request

    def log(self, name, until="ended"):
        """The one entry of the run, when what is waited for has happened."""
        deadline = time.monotonic() + 10
        while True:
            doc = self.server.get_json(f"/origin/plays?run={KEY}.{name}")
            self.assertEqual("weir.origin/1", doc["schema"])
            found = doc["requests"]
            if found and found[0][until]:
                return found[0]
            if time.monotonic() > deadline:
                self.fail(f"no \"{until}\" of {name}: {found}")

    def test_the_log_holds_what_came_and_what_went(self):
        got, request = self.ask("a", "h_d60_e20.3.30_c1",
                                lines=["X-Odd:   a  b "])
        e = self.log("a")
        self.assertEqual(request, base64.b64decode(e["request"]))
        head, wire = got.split(b"\r\n\r\n", 1)
        self.assertEqual(head + b"\r\n\r\n", base64.b64decode(e["head"]))
        self.assertEqual(wire, base64.b64decode(e["wire"]))
        self.assertIn(f"X-Weir-Serial: {e['serial']}".encode(), head)
        self.assertEqual(len(wire), e["bytes"])
        self.assertEqual(len(wire), sum(n for _, n in e["writes"]))
        self.assertEqual("clean", e["ended"])
        times = [e["accepted_ns"], e["began_ns"], e["asked_ns"],
                 e["head_ns"], *(t for t, _ in e["writes"])]
        self.assertEqual(sorted(times), times)
        self.assertGreaterEqual(e["writes"][0][0] - e["head_ns"], 59_000_000)
        self.assertGreaterEqual(e["writes"][2][0] - e["writes"][1][0],
                                29_000_000)

    def test_ends_of_all_kinds(self):
        for play, last, ended in (("e20_f", b"\n\n\r\n", "fin"),
                                  ("e20_d50_r", b"<reset>", "rst"),
                                  ("l", b"<reset>", "slam"),
                                  ("z20", b"0\r\n\r\n", "clean")):
            got, _ = self.ask("end-" + ended, play)
            self.assertTrue(got.endswith(last), (play, got[-30:]))
            self.assertEqual(ended, self.log("end-" + ended)["ended"])

    def test_a_peer_that_leaves_is_noted(self):
        for name, linger in (("fin", None), ("rst", struct.pack("ii", 1, 0))):
            s, _ = self.connect(name, "h_e20_d20000")
            # To close with unread bytes is a reset, too.
            got = b""
            while not got.endswith(b"\n\n\r\n"):
                got += s.recv(65536)
            if linger:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            s.close()
            e = self.log(name, "gone")
            self.assertEqual(name, e["gone"])
            self.assertEqual("", e["ended"])
            self.assertGreater(e["gone_ns"], e["head_ns"])

    def test_statuses_and_head_requests_have_short_answers(self):
        got, _ = self.ask("s", "s503")
        self.assertTrue(got.startswith(b"HTTP/1.1 503 "))
        self.assertIn(b"\r\nRetry-After: 7\r\n", got)
        got, _ = self.ask("none", "s204")
        self.assertTrue(got.endswith(b"\r\n\r\n"))
        self.assertNotIn(b"Content-Length", got)
        self.assertEqual("", self.log("none")["wire"])
        got, _ = self.ask("h", "e20", method="HEAD")
        self.assertTrue(got.endswith(b"\r\n\r\n"))
        self.assertIn(b"HEAD /x", base64.b64decode(self.log("h")["request"]))

    def test_a_header_names_the_run_where_urls_are_shared(self):
        self.ask("shared", "e20", lines=[f"X-Weir-Run: {KEY}.own"])
        self.assertEqual(f"{KEY}.own", self.log("own")["run"])

    def test_large_events_are_counted_beyond_what_is_kept(self):
        got, _ = self.ask("large", "h_e3000000")
        e = self.log("large")
        self.assertTrue(e["cut_short"])
        self.assertGreater(e["bytes"], 3000000)
        self.assertGreater(len(got), 3000000)

    def test_a_reader_that_stands_still_holds_the_writer_back(self):
        s, _ = self.connect("still", "h_e262144.400")
        time.sleep(0.5)
        e = self.log("still", "run")
        self.assertEqual("", e["ended"])
        self.assertLess(e["bytes"], 400 * 262144)
        s.close()
        self.assertTrue(self.log("still", "gone")["gone"])

    def test_nonsense_and_short_names_are_refused(self):
        got, _ = self.ask("bad", "e20__q")
        self.assertTrue(got.startswith(b"HTTP/1.1 400 "))
        with socket.create_connection(("127.0.0.1",
                                       self.server.port)) as s:
            s.sendall(b"GET /origin/plays?run=0123 HTTP/1.1\r\nHost: h\r\n"
                      b"Connection: close\r\n\r\n")
            self.assertTrue(self.read_all(s).startswith(b"HTTP/1.1 404 "))


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
