# SPDX-License-Identifier: MIT
"""Whole-program test of weir-server: what is no stream. Requests right and
wrong, kept connections, and the endpoints that answer at once.

    python3 server_request_test.py /path/to/weir-server [unittest options]
"""
import json
import socket
import sys
import unittest

from smoke_client import WithServer


class RequestTest(WithServer):
    arguments = ("--workers", 2, "--max-body", "64KiB")

    def status_of(self, raw):
        with self.server.connect() as c:
            c.socket.sendall(raw)
            c.read_answer()
            self.assertTrue(c.body.startswith(str(c.status).encode()))
            self.assertEqual(c.headers["connection"], "close")
            self.assertFalse(c.more())
            return c

    def test_bad_requests_are_told_what_is_wrong(self):
        host = b" HTTP/1.1\r\nHost: x\r\n"
        for status, raw in (
                (400, b"garbage\r\n\r\n"),
                (400, b"GET / HTTP/1.1\r\n\r\n"),
                (400, b"GET /stream?rate=fast" + host + b"\r\n"),
                (400, b"GET /stream?fault=drop-every" + host + b"\r\n"),
                (400, b"GET /stream/%zz" + host + b"\r\n"),
                (404, b"GET /nothing" + host + b"\r\n"),
                (404, b"GET /vector/none" + host + b"\r\n"),
                (404, b"POST /control/drop?topic=none" + host + b"\r\n"),
                (405, b"PUT /stream" + host + b"\r\n"),
                (405, b"GET /publish/x" + host + b"\r\n"),
                (400, b"POST /publish/x" + host
                 + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
                (413, b"POST /publish/x" + host
                 + b"Content-Length: 70000\r\n\r\n"),
                (414, b"GET /" + b"a" * 9000 + host + b"\r\n"),
                (431, b"GET /" + host + b"X: " + b"a" * 20000 + b"\r\n\r\n"),
                (431, b"GET /" + host + b"X: a\r\n" * 120 + b"\r\n"),
                (505, b"GET / HTTP/3.7\r\nHost: x\r\n\r\n")):
            with self.subTest(raw=raw[:40]):
                self.assertEqual(self.status_of(raw).status, status)

    def test_foreign_pages_change_nothing(self):
        port = self.server.port
        for status, host, origin in (
                (200, f"127.0.0.1:{port}", None), (200, "compose-name", None),
                (200, f"127.0.0.1:{port}", f"http://127.0.0.1:{port}"),
                (200, f"127.0.0.1:{port}", "http://localhost:3000"),
                (403, "rebound.example", None),
                (403, f"127.0.0.1:{port}", "http://evil.example"),
                (403, f"127.0.0.1:{port}", "null")):
            for path in ("/publish/guarded", "/control/fault?name=none"):
                with self.subTest(path=path, host=host, origin=origin):
                    lines = [f"POST {path} HTTP/1.1", f"Host: {host}",
                             "Content-Length: 1", "Connection: close"]
                    if origin:
                        lines.append(f"Origin: {origin}")
                    with self.server.connect() as c:
                        c.socket.sendall(("\r\n".join(lines)
                                          + "\r\n\r\nx").encode())
                        c.read_answer()
                        self.assertEqual(c.status, status)

    def test_405_names_the_methods(self):
        a = self.server.request("DELETE", "/stats")
        self.assertIn("GET", a.headers["allow"])

    def test_chunked_body_beyond_the_limit_is_413(self):
        self.assertEqual(self.status_of(
            b"POST /publish/x HTTP/1.1\r\nHost: x\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n11170\r\n"
            + b"a" * 70000).status, 413)

    def test_connection_is_kept_and_pipelined(self):
        with self.server.connect() as c:
            c.socket.sendall(b"GET /status/200?body=a HTTP/1.1\r\nHost: x"
                             b"\r\n\r\nGET /status/404 HTTP/1.1\r\nHost: x"
                             b"\r\n\r\n")
            self.assertEqual(c.read_answer().body, b"a")
            self.assertEqual(c.read_answer().status, 404)

    def test_request_may_come_byte_by_byte(self):
        with self.server.connect() as c:
            c.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in b"GET /status/200 HTTP/1.1\r\nHost: x\r\n\r\n":
                c.socket.sendall(bytes([byte]))
            self.assertEqual(c.read_answer().status, 200)

    def test_half_a_request_blocks_nobody(self):
        stuck = [self.server.connect() for _ in range(20)]
        for c in stuck:
            c.socket.sendall(b"GET /stream HTTP/1.1\r\nHo")
        self.assertEqual(self.server.request("GET", "/status/200").status, 200)
        for c in stuck:
            c.close()

    def test_expect_continue_is_answered(self):
        with self.server.connect() as c:
            c.send("POST", "/publish/e", ["Expect: 100-continue",
                                          "Content-Length: 2"])
            self.assertEqual(c.read_head().status, 100)
            c.socket.sendall(b"ok")
            self.assertEqual(c.read_answer().status, 200)

    def test_echo_shows_the_request_in_order(self):
        a = self.server.request("GET", "/echo?a=%20b", [
            "X-One: 1", "Accept: text/event-stream", "X-Bytes: \xe4\xf6"])
        seen = json.loads(a.body)
        self.assertEqual(seen["method"], "GET")
        self.assertEqual(seen["target"], "/echo?a=%20b")
        self.assertEqual(seen["headers"], [
            ["Host", "localhost"], ["X-One", "1"],
            ["Accept", "text/event-stream"], ["X-Bytes", "\ufffd\ufffd"]])

    def test_options_lists_methods_for_browsers(self):
        a = self.server.request("OPTIONS", "/stream", ["Origin: http://x"])
        self.assertEqual(a.status, 204)
        self.assertIn("GET", a.headers["allow"])
        self.assertIn("Last-Event-ID",
                      a.headers["access-control-allow-headers"])

    def test_raw_sends_exact_bytes_in_exact_chunks(self):
        a = self.server.request(
            "GET", "/raw?hex=646174613a00ff0a0a&cuts=4,1,3&gap_ms=10"
            "&ct=text/plain&status=203")
        self.assertEqual(a.status, 203)
        self.assertEqual(a.headers["content-type"], "text/plain")
        self.assertEqual(a.body, b"data:\x00\xff\n\n")
        self.assertEqual(a.chunks, [4, 1, 3, 1, 0])
        self.assertEqual(self.server.request(
            "GET", "/raw?hex=6").status, 400)
        self.assertEqual(self.server.request(
            "GET", "/raw?hex=61&cuts=2").status, 400)

    def test_vectors_are_served_whole_and_in_pieces(self):
        names = [v["id"] for v in self.server.get_json("/vectors")]
        self.assertEqual(len(names), 158)
        a = self.server.request("GET", "/vector/i.split-shared")
        self.assertEqual(a.body, b"data: testtest\n\ndata:test\n\n")
        self.assertEqual(a.chunks, [10, 11, 6, 0])
        a = self.server.request("GET", "/vector/i.split-shared?split=1")
        self.assertEqual(a.chunks, [1] * 27 + [0])

    def test_status_endpoint_answers_with_it(self):
        for code in (200, 204, 401, 404, 410, 500, 503):
            a = self.server.request("GET", f"/status/{code}")
            self.assertEqual(a.status, code)
        self.assertEqual(self.server.request("GET", "/status/99").status, 400)

    def test_index_lists_the_endpoints(self):
        body = self.server.request("GET", "/").body
        for path in (b"/stream", b"/publish/TOPIC", b"/control/drop"):
            self.assertIn(path, body)


if __name__ == "__main__":
    WithServer.program = sys.argv.pop(1)
    unittest.main(verbosity=1)
