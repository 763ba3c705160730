# SPDX-License-Identifier: MIT
"""Whole-program test of weir-server: each fault of how a stream is served is
seen on the wire, and without it is not.

    python3 server_wire_test.py /path/to/weir-server [unittest options]
"""
import re
import subprocess
import sys
import unittest

from smoke_client import Server, WithServer
from wire_client import Wire

PROGRAM = "weir-server"
STREAM = "/stream?rate=400&count=16&retry=2000"
GZIP = "Accept-Encoding: gzip"
ORIGIN = "Origin: http://a.example"
PREFLIGHT = (ORIGIN, "Access-Control-Request-Method: GET")


def head(pattern, present=True, headers=(ORIGIN,)):
    return (STREAM, headers, lambda w: w.says(pattern) == present)


def text(pattern, present=True, target=STREAM):
    return (target, (), lambda w: bool(re.search(
        pattern, w.text, re.M | re.S)) == present)


def status(code, *headers, target=STREAM):
    return (target, headers, lambda w: w.status == code)


def body(pattern):
    return (STREAM, (), lambda w: bool(re.search(pattern, w.body, re.S)))


# name: (target, header lines, what must be true with the fault alone)
GETS = {
    "status-203": status(203), "status-206": status(206),
    "ct-missing": head("content-type:", False),
    "ct-html": head("content-type: text/html"),
    "ct-twice": (STREAM, (), lambda w: w.head.count("\nContent-Type") == 2),
    "ct-latin1": head("content-type: text/event-stream; charset=iso-8859-1"),
    "ct-param": head("content-type: text/event-stream; profile"),
    "no-nosniff": head("x-content-type-options", False),
    "cache-missing": head("cache-control", False),
    "cache-public": head("cache-control: public"),
    "transformable": head(".*no-transform", False),
    "age": head("age: 17"), "etag": head("etag: "),
    "304": status(304, 'If-None-Match: "x"'),
    "range-206": status(206, "Range: bytes=0-"),
    "no-date": head("date:", False),
    "set-cookie-always": head("set-cookie: session="),
    "accept-strict": status(406, "Accept: */*"),
    "http10": (STREAM, (), lambda w: w.raw.startswith(b"HTTP/1.0 200")),
    "obs-fold": head(r"x-note: one line\r\n and"),
    "header-16k": (STREAM, (), lambda w: len(w.head) > 16000),
    "no-accel": head("x-accel-buffering", False),
    "cors-none": head("access-control-allow-origin", False),
    "cors-twice": (STREAM, (), lambda w: w.head.count("Allow-Origin") == 2),
    "cors-star-credentials": head("access-control-allow-credentials"),
    "cors-reflect": head("access-control-allow-origin: http://a.example"),
    "cors-no-vary": (STREAM, (ORIGIN,), lambda w: w.says(
        "access-control-allow-origin: http://a.ex") and not w.says("vary")),
    "no-vary": (STREAM, (GZIP,), lambda w: w.says("content-encoding: gzip")
                and not w.says("vary")),
    "error-as-200": status(200, target="/nothing"),
    "error-ct-sse": ("/nothing", (), lambda w: w.status == 404 and w.says(
        "content-type: text/event-stream")),
    "404-cacheable": ("/nothing", (), lambda w: w.says(
        "cache-control: max-age")),
    "finish-200-replay": (STREAM, ("Last-Event-ID: 16",),
                          lambda w: w.ids()[:1] == [1]),
    "204-with-body": (STREAM, ("Last-Event-ID: 16",),
                      lambda w: w.raw[9:12] + w.body == b"204finished\n"),
    "204-cacheable": (STREAM, ("Last-Event-ID: 16",), lambda w:
                      w.status == 204 and w.says("cache-control: max-age")),
    "browser-400": status(400, "Pragma: no-cache"), "get-405": status(405),
    "topics-500": status(500, target=STREAM + 101 * "&topic=x"),
    "login-redirect": status(302, target="/stream?auth=required"),
    "401-no-www-auth": ("/stream?auth=required", (), lambda w:
                        w.status == 401 and not w.says("www-auth")),
    "redirect-no-location": (STREAM, (), lambda w: w.status == 302
                             and not w.says("location")),
    "redirect-empty": head(r"location: \r"),
    "redirect-loop": head("location: /stream"),
    "redirect-drops-query": head(r"location: /direct\r"),
    "redirect-to-http": head("location: http://h/direct"),
    "redirect-needs-auth": head("location: http://localhost/direct"),
    "redirect-no-cors": (STREAM, (), lambda w: w.status == 307
                         and not w.says("access-control")),
    "redirect-drops-id": (STREAM.replace("stream", "direct"),
                          ("Last-Event-ID: 9",), lambda w: w.ids()[0] == 1),
    "cl-endless": (STREAM, (), lambda w: w.says("content-length")
                   and not w.says("transfer-enc")),
    "cl-and-te": (STREAM, (), lambda w: w.says("content-length")
                  and w.says("transfer-enc")),
    "close-delimited": (STREAM, (), lambda w: b"\n\nid: 2\n" in w.body
                        and not w.says("transfer-enc")),
    "te-gzip": head("transfer-encoding: gzip, chunked"),
    "bad-chunk-size": (STREAM, (), lambda w: not w.is_strict()),
    "chunk-ext": body(rb"^[0-9a-f]+;weir=1\r\n"),
    "no-terminator": (STREAM, (), lambda w: not w.raw.endswith(b"0\r\n\r\n")),
    "trailers": body(rb"\r\n0\r\nX-Checksum: 17\r\n\r\n$"),
    "split-writes": (STREAM, (), lambda w: len(w.chunks()) == 34),
    "force-gzip": (STREAM, (), lambda w: b"id: 16\n" in w.unzip()),
    "ce-identity": head("content-encoding: identity"),
    "ce-none": head("content-encoding: none"),
    "gzip-noflush": (STREAM, (GZIP,), lambda w: len(w.chunks()) == 2
                     and b"id: 16\n" in w.unzip()),
    "gzip-one-late": (STREAM, (GZIP,), lambda w: len(w.chunks()) > 16
                      and b"id: 16\n" in w.unzip()),
    "gzip-32k": (STREAM, (GZIP,), lambda w: len(w.chunks()) == 1
                 and b"id: 16\n" in w.unzip()),
    "hold-4k": (STREAM, (), lambda w: len(w.chunks()) == 1
                and b"id: 16\n" in w.raw),
    "headers-with-first-event": (STREAM, (), lambda w: w.reads[0][0] > 1.8),
    "no-prelude": text(rb"\A: ", False),
    "no-blank-line": text(rb"\n\n", False),
    "utf8-bad": text(b"\xff"), "utf8-cut": text(b"caf\xc3\n"),
    "utf16": text(b"\\A\xff\xfe:\0"), "bom": text(b"\\A\xef\xbb\xbf: "),
    "inner-bom": text(b"\n\xef\xbb\xbf:"),
    "mixed-eol": text(rb"[^\r]\n.*\r\n"), "cr-only": text(rb"\n", False),
    "crlf": text(rb"[^\r]\n", False), "unknown-field": text(rb"^trace: "),
    "html-line": text(rb"^<p>"), "name-case": text(rb"^Data: "),
    "name-space": text(rb"^ data: "),
    "long-line": text(rb"^: 0{1100000}"), "nul-data": text(b"nul\0here"),
    "unterminated-end": text(rb"data: the end is mi\n\Z"),
    "event-no-data": text(rb"^event: done\n\n"),
    "bare-control": text(rb"\n\nid: 2\n\n"),
    "name-error": text(rb"^event: error\n"),
    "name-space-pad": text(rb"^event:  tick \n"),
    "dup-fields": text(rb"^id: 2\nid: 2\n"),
    "split-stall": ("/stream?rate=100&count=4", (), lambda w: max(
        b[0] - a[0] for a, b in zip(w.reads, w.reads[1:])) > 0.5),
    "event-2m": (STREAM, (), lambda w: len(w.text) > 2 << 20),
    "event-one-late": (STREAM, (), lambda w: b"}\n\r\n" in w.raw
                       and b"\r\n\nid: 2\n" in w.raw),
    "payload-raw-line": text(rb"\}\nand a second line\n"),
    "payload-fffd": text(b"gr\xef\xbf\xbd"),
    "payload-undefined": text(rb"^data: undefined\n"),
    "payload-prefix": text(rb"^data: data: \{"),
    "payload-no-space": text(rb"^data: word\n"),
    "payload-mixed": text(rb"^data: still working\n"),
    "payload-two": text(rb'^data: \{"error":1\}\ndata: \{'),
    "bad-json": text(rb'"crc":"\w+"\n\n'), "id-nul": text(b"^id: 1\0x\n"),
    "id-space": text(rb"^id: 1 \n"), "id-utf8": text(b"^id: 1\xc3\xa9\n"),
    "id-9k": text(rb"^id: 0{9000}"),
    "id-dup": (STREAM, (), lambda w: w.ids()[:3] == [1, 1, 3]),
    "id-gap": (STREAM, (), lambda w: w.ids()[:3] == [1, 3, 4]),
    "id-sometimes": (STREAM, (), lambda w: w.ids()[:3] == [1, 3, 4]
                     and w.text.count(b"data: ") == 16),
    "id-reset": text(rb"^id\n"), "retry-unit": text(rb"^retry: 3s\n"),
    "retry-0": text(rb"^retry: 0\n"), "retry-never": text(rb"retry", False),
    "retry-late": text(rb"id: 3\n.*retry.*id: 4\n"),
    "hb-none": text(rb"^: hb", False, "/stream?rate=2&count=2&hb=100ms"),
    "hb-60": text(rb"^: hb", False, "/stream?rate=2&count=2&hb=100ms"),
    "hb-empty-event": text(rb"^data:\n\n", True,
                           "/stream?rate=2&count=2&hb=100ms"),
    "hb-in-block": text(rb"^id: 1\n: hb\ndata"),
    "hb-late-first": ("/stream/quiet?hb=300ms", (), lambda w: 0.8 < min(
        t for t, data in w.reads if b": hb" in data) < 3),
    "idle-cut": ("/stream/quiet?hb=300ms", (),
                 lambda w: w.raw.endswith(b"0\r\n\r\n")),
    "resume-case-sensitive": (STREAM, ("last-event-id: 9",),
                              lambda w: w.ids()[0] == 1),
    "resume-inclusive": (STREAM, ("Last-Event-ID: 9",),
                         lambda w: w.ids()[0] == 9),
    "resume-skip-one": (STREAM, ("Last-Event-ID: 9",),
                        lambda w: w.ids()[0] == 11),
    "resume-dup-one": (STREAM, ("Last-Event-ID: 9",),
                       lambda w: w.ids()[:3] == [10, 10, 11]),
    "resume-reorder": (STREAM, ("Last-Event-ID: 9",),
                       lambda w: w.ids()[:3] == [11, 10, 12]),
    "resume-mutate": (STREAM, ("Last-Event-ID: 9",),
                      lambda w: b'"pad":"y' in w.text),
    "ids-random": (STREAM, (), lambda w: w.ids()[0] > 1000),
    "ids-per-conn": (STREAM, ("Last-Event-ID: 9",),
                     lambda w: w.ids()[0] == 1),
    "idless-after-resume": (STREAM, ("Last-Event-ID: 9",),
                            lambda w: w.ids()[0] == 11),
    "future-stall": ("/stream/future?rate=50", ("Last-Event-ID: 1000000",),
                     lambda w: w.status == 200 and b"data" not in w.text),
    "empty-id-400": status(400, "Last-Event-ID:"),
    "query-wins": (STREAM + "&lastEventId=12", ("Last-Event-ID: 9",),
                   lambda w: w.ids()[0] == 13),
    "unknown-500": status(500, "Last-Event-ID: weir"),
    "unknown-hang": status(0, "Last-Event-ID: weir"),
    "malformed-500": status(500, "Last-Event-ID: <script>"),
    "finite-loop": (STREAM, (), lambda w: w.ids() == [1]),
    "tight-close": (STREAM, (), lambda w: w.ids() == []),
    "sync-close": ("/stream?rate=1", (), lambda w: w.raw.endswith(
        b"0\r\n\r\n")),
    "close-no-retry": ("/stream?rate=1&retry=5", (), lambda w:
                       w.raw.endswith(b"0\r\n\r\n")),
}
LIMITS = {"sync-close": 6, "hb-late-first": 2, "unknown-hang": 0.5,
          "idle-cut": 2, "future-stall": 0.5}

# name: (query, text published, what stands on the stream)
PUBLISHED = {
    "raw-newline": ("", b"a\nb\rc", b"data: a\nb\rc\n\n"),
    "cr-newline-lost": ("", b"a\rb\nc", b"data: ab\ndata: c\n\n"),
    "no-space-after-colon": ("", b" x", b"data: x\n\n"),
    "trim-trailing-lf": ("", b"x\n", b"data: x\n\n"),
    "drop-empty": ("", b"", b""),
    "escape-unicode-wrong": ("", "h\u00e4\u2028".encode(), b"data: h??\n\n"),
    "inject-data-lf": ("", b"a\nb\rc", b"data: a\nb\ndata: c\n\n"),
    "inject-data-cr": ("", b"a\nb\rc", b"data: a\ndata: b\rc\n\n"),
    "inject-id": ("id=7%0Aevent:%20x", b"y", b"id: 7\nevent: x\ndata: y\n\n"),
    "inject-event": ("type=t%0Ddata:%20z", b"y",
                     b"event: t\rdata: z\ndata: y\n\n"),
    "inject-retry": ("retry=5s%0Adata:%20z", b"y",
                     b"retry: 5s\ndata: z\ndata: y\n\n"),
    "inject-comment": ("comment=a%0Ddata:%20z", b"y",
                       b": a\rdata: z\ndata: y\n\n"),
}
OTHERS = {"preflight-403", "preflight-hang", "head-hang", "head-leak",
          "options-hang", "put-streams", "redirect-302-post", "te-on-10",
          "seam-race", "consume-queue", "cross-user", "slot-leak",
          "evict-at-cap", "overload-accept-drop", "overload-503-bare",
          "retry-after-same",
          # server_lasting_test.py
          "collapse", "resume-after-rst-late", "resume-once", "expired-500",
          "dup-header-random", "ip-bound", "storm-refuse", "rst-crash",
          "resume-newest-all", "replay-all"}


class WireTest(WithServer):
    arguments = ("--workers", 1, "--max-body", "64KiB")

    def wire(self, target, fault=None, method="GET", **options):
        if fault:
            target += ("&" if "?" in target else "?") + "fault=" + fault
        return Wire(self.server.port, method, target, **options)

    def test_every_fault_has_a_test(self):
        done = subprocess.run([PROGRAM, "--list-faults"], check=True,
                              capture_output=True, text=True)
        names = [line.split()[0] for line in done.stdout.splitlines()]
        self.assertEqual(names[8], "burst=MS")
        self.assertEqual(set(names[9:]), set(GETS) | set(PUBLISHED) | OTHERS)

    def test_each_fault_is_seen_and_the_clean_server_is_not_so(self):
        for name, (target, headers, holds) in GETS.items():
            with self.subTest(fault=name):
                limit = LIMITS.get(name, 4)
                w = self.wire(target, name, headers=headers, limit=limit)
                self.assertTrue(holds(w), w.raw[:1500])
                limit = min(limit, 2)
                w = self.wire(target, headers=headers, limit=limit)
                self.assertFalse(holds(w), w.raw[:1500])

    def test_published_texts(self):
        for n, (name, (query, data, wanted)) in enumerate(PUBLISHED.items()):
            with self.subTest(fault=name), \
                    self.server.open(f"/stream/p{n}") as s:
                self.wire(f"/publish/p{n}?{query}", name, method="POST",
                          body=data, limit=0.2)
                self.server.post(f"/publish/p{n}", b"end")
                s.wait_text(b"data: end\n\n")
                self.assertEqual(wanted in s.text, True, s.text)
                if not wanted:
                    self.assertEqual(s.text.count(b"data:"), 1)

    def test_methods(self):
        for name, method, headers, holds in (
                ("head-hang", "HEAD", (), lambda w: not w.raw),
                ("options-hang", "OPTIONS", (), lambda w: not w.raw),
                ("preflight-hang", "OPTIONS", PREFLIGHT, lambda w: not w.raw),
                ("preflight-403", "OPTIONS", PREFLIGHT,
                 lambda w: w.status == 403),
                ("put-streams", "PUT", (), lambda w: w.ids()),
                ("redirect-302-post", "POST", (), lambda w: w.status == 302)):
            with self.subTest(fault=name):
                w = self.wire(STREAM, name, method, headers=headers, limit=.5)
                self.assertTrue(holds(w), w.raw[:500])
                w = self.wire(STREAM, None, method, headers=headers, limit=.5)
                self.assertFalse(holds(w), w.raw[:500])

    def test_old_clients_get_chunks_by_a_fault_only(self):
        w = self.wire(STREAM, "te-on-10", version="1.0")
        self.assertIn(b"\r\n0\r\n\r\n", w.body)
        self.assertTrue(w.says("transfer-encoding: chunked"))
        self.assertFalse(self.wire(STREAM, version="1.0").says("transfer"))

    def test_a_replay_is_consumed_by_its_first_reader(self):
        for n in range(6):
            self.server.post("/publish/queue", b"%d" % n)
        target = "/stream/queue?count=6"
        ask = {"headers": ("Last-Event-ID: 2",), "limit": 1}
        self.assertEqual(self.wire(target, **ask).ids(), [3, 4, 5, 6])
        self.wire(target, "consume-queue", **ask)
        self.assertEqual(self.wire(target, "consume-queue", **ask).ids(), [])
        self.assertEqual(self.wire(target, **ask).ids(), [3, 4, 5, 6])

    def test_a_replay_shows_other_users_events_by_a_fault_only(self):
        self.server.post("/publish/private", b"first")
        self.server.post("/publish/private?user=eve", b"secret")
        ask = {"headers": ("Last-Event-ID: 1",), "limit": 0.5}
        target = "/stream/private?user=adam"
        self.assertNotIn(b"secret", self.wire(target, **ask).text)
        self.assertIn(b"secret", self.wire(target, "cross-user", **ask).text)

    def test_the_first_live_event_after_a_replay_is_lost(self):
        for fault, wanted in (("seam-race", b"third"), ("no-date", b"second")):
            topic = f"seam-{fault}"
            self.server.post(f"/publish/{topic}", b"zero")
            self.server.post(f"/publish/{topic}", b"first")
            with self.server.open(f"/stream/{topic}?fault={fault}",
                                  "Last-Event-ID: 1") as s:
                s.wait_text(b"first\n\n")
                for data in (b"second", b"third"):
                    self.server.post(f"/publish/{topic}", data)
                s.wait_text(b"third\n\n")
                after = s.text.split(b"data: first\n\n")[1]
                self.assertEqual(re.findall(rb"data: (\w+)", after)[0],
                                 wanted)

    def test_clean_server_reflects_one_origin(self):
        target = STREAM + "&cors=http://a.example"
        w = self.wire(target, headers=(ORIGIN,))
        self.assertTrue(w.says("access-control-allow-origin: http://a.ex"))
        self.assertTrue(w.says("access-control-allow-credentials: true"))
        self.assertTrue(w.says("vary: origin"))
        w = self.wire(target, headers=("Origin: http://b.example",))
        self.assertFalse(w.says("access-control-allow-origin"))
        self.assertTrue(w.says("vary: origin"))

    def test_clean_server_compresses_when_asked_and_flushes(self):
        w = self.wire(STREAM + "&gzip=1", headers=(GZIP,))
        self.assertEqual(len(w.chunks()), 18)
        self.assertIn(b"id: 16\n", w.unzip())
        self.assertTrue(w.says("vary: accept-encoding"))
        self.assertFalse(self.wire(STREAM + "&gzip=1").says("content-enc"))


class LimitTest(unittest.TestCase):
    def ask(self, fault, method="GET", times=1, target=STREAM):
        server = Server(PROGRAM, "--workers", 1, "--max-connections", 1,
                        *(["--fault", fault] if fault else []))
        try:
            return [Wire(server.port, method, target, limit=1)
                    for _ in range(times)]
        finally:
            self.assertEqual(server.stop(), (0, ""))

    def test_leaked_places_are_missing_later(self):
        for fault, method in (("slot-leak", "GET"), ("head-leak", "HEAD")):
            with self.subTest(fault=fault):
                got = [w.status for w in self.ask(fault, method, 2)]
                self.assertEqual(got, [200, 503])
                got = [w.status for w in self.ask(None, method, 2)]
                self.assertEqual(got, [200, 200])

    def beyond(self, fault):
        server = Server(PROGRAM, "--workers", 1, "--max-connections", 1,
                        *(["--fault", fault] if fault else []))
        with server.open("/stream"):
            got = [Wire(server.port, "GET", STREAM, limit=0.5)
                   for _ in range(3)]
        self.assertEqual(server.stop(), (0, ""))
        return got

    def test_refusals(self):
        clean = self.beyond(None)
        self.assertEqual({w.status for w in clean}, {503})
        waits = {re.search(r"Retry-After: (\d+)", w.head)[1] for w in clean}
        self.assertGreater(len(waits), 1)
        self.assertTrue(all(w.says("retry-after: 2")
                            for w in self.beyond("retry-after-same")))
        self.assertFalse(any(w.says("retry-after")
                             for w in self.beyond("overload-503-bare")))
        self.assertTrue(all(not w.raw
                            for w in self.beyond("overload-accept-drop")))

    def test_a_newcomer_is_refused_or_evicts_by_a_fault(self):
        for fault, status, ended in (("evict-at-cap", 200, "reset"),
                                     ("no-date", 503, "end")):
            server = Server(PROGRAM, "--workers", 1, "--max-connections", 1,
                            "--fault", fault)
            with server.open("/stream?rate=1") as old:
                w = Wire(server.port, "GET", STREAM, limit=1)
                self.assertEqual(w.status, status)
                self.assertEqual(server.stop(), (0, ""))
                self.assertEqual(old.drain(), ended)


if __name__ == "__main__":
    PROGRAM = WithServer.program = sys.argv.pop(1)
    unittest.main(verbosity=1)
