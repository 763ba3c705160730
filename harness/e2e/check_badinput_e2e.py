#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir check against what is no event stream, or one without measure: one
clear sentence, the right exit code, bounded time and memory."""
import concurrent.futures
import json
import re
import socket
import threading
import time

from weirtest import (Case, PATIENCE, Run, SANITIZED, free_port, main,
                      status_kib)

FAST = ("--fast", "-q")
MIB = 1024  # of VmHWM, which counts KiB
STREAM = b"Content-Type: text/event-stream\r\nCache-Control: no-store\r\n"


def answer(status, *lines, body=b""):
    head = [b"HTTP/1.1 " + status, *lines,
            b"Content-Length: %d" % len(body), b"", b""]
    return b"\r\n".join(head) + body


ANSWERS = {
    "/html": answer(b"200 OK", b"Content-Type: text/html; charset=utf-8",
                    body=b"<!doctype html><title>Sign in</title><p>data: x"),
    "/json-lines": answer(b"200 OK", b"Content-Type: application/x-ndjson",
                          body=b'{"a":1}\n{"a":2}\n'),
    "/json": answer(b"200 OK", b"Content-Type: application/json",
                    body=b'{"error":"no"}'),
    "/grpc": answer(b"200 OK", b"Content-Type: application/grpc",
                    body=b"\0\0\0\0\0"),
    "/bare": answer(b"200 OK", body=b"hello"),
    "/locked": answer(b"401 Unauthorized", b"WWW-Authenticate: Bearer"),
    "/loop": answer(b"302 Found", b"Location: /loop"),
    "/gone": b"HTTP/1.1 204 No Content\r\n\r\n",
    "/nothing": answer(b"404 Not Found", body=b"no"),
    "/broken": answer(b"500 Internal Server Error"),
    "/banner": b"SSH-2.0-OpenSSH_9.2\r\n",
    "/silent-close": b"",
}


class Server:
    """Answers each request from ANSWERS, or with the method of the path's
    name, until the test is over."""

    def __init__(self, case):
        self.over = threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.socket.getsockname()[1]
        self.threads = [threading.Thread(target=self.accept)]
        self.threads[0].start()
        case.addCleanup(self.close)

    def close(self):
        self.over.set()
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        for t in self.threads:
            t.join()

    def accept(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            self.threads.append(threading.Thread(target=self.serve,
                                                 args=(peer,)))
            self.threads[-1].start()

    def serve(self, peer):
        with peer:
            try:
                peer.settimeout(30)
                request = b""
                while b"\r\n\r\n" not in request:
                    more = peer.recv(65536)
                    if not more:
                        return
                    request += more
                    if more[:1] == b"\x16":  # a TLS handshake
                        peer.sendall(answer(b"400 Bad Request"))
                        return
                path = request.split(b" ")[1].decode().split("?")[0]
                if path in ANSWERS:
                    peer.sendall(ANSWERS[path])
                else:
                    getattr(self, path[1:].replace("-", "_"))(peer)
            except (OSError, AttributeError):
                pass

    def send_on(self, peer, first, again):
        peer.sendall(first)
        while not self.over.is_set():
            peer.sendall(again)

    def endless_head(self, peer):
        self.send_on(peer, b"HTTP/1.1 200 OK\r\n",
                     b"X-Filler: " + b"y" * 8000 + b"\r\n")

    def endless_line(self, peer):
        self.send_on(peer, b"HTTP/1.1 200 OK\r\n" + STREAM + b"\r\ndata: ",
                     b"x" * 65536)

    def endless_events(self, peer):
        self.send_on(peer, b"HTTP/1.1 200 OK\r\n" + STREAM + b"\r\n",
                     b"data: x\n\n" * 4096)

    def json_for_ever(self, peer):
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/jsonl"
                     b"\r\n\r\n")
        while not self.over.wait(0.1):
            peer.sendall(b'{"a":1}\n')

    def never(self, peer):
        self.over.wait()

    def half_a_head(self, peer):
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/ev")
        self.over.wait()

    def held(self, peer):
        """The head waits for the first event, as behind a proxy that
        buffers: longer than most clients wait, shorter than --fast does."""
        if not self.over.wait(5.4):
            self.send_on_slowly(peer)

    def send_on_slowly(self, peer):
        peer.sendall(b"HTTP/1.1 200 OK\r\n" + STREAM + b"\r\ndata: 1\n\n")
        while not self.over.wait(0.2):
            peer.sendall(b"data: 2\n\n")


class BadInput(Case):
    def setUp(self):
        super().setUp()
        self.url = Server(self).url

    def check(self, *args, name="r"):
        began = time.monotonic()
        out = self.path(name + ".json")
        weir = self.start_weir("check", *args, "-o", out)
        most = 0
        while weir.running():
            most = max(most, status_kib(weir.pid, "VmHWM"))
            threading.Event().wait(0.02)
            if time.monotonic() - began > 60 * PATIENCE:
                weir.kill()
        with open(out, encoding="utf-8") as f:
            run = Run(weir, weir.wait(), json.load(f))
        run.took = time.monotonic() - began
        run.most_kib = most
        return run

    def assert_sentence(self, run, words, code=3):
        """One sentence that says what is there, on the terminal too."""
        self.assert_code(run, code)
        sentence = run.doc["sentence"]
        self.assertIn(words, sentence)
        first = run.out.split("\n\n")[0]
        told = re.sub(r"\s+", " ", first)
        self.assertIn(words, told)
        self.assertLessEqual(len(first.splitlines()), 3, first)
        self.assertEqual("", run.err)

    def test_what_is_no_stream_is_told_in_one_sentence(self):
        for path, words in (
                ("/locked", "wants credentials (401): give them with"),
                ("/gone", "204 No Content, which tells clients to stop"),
                ("/nothing", "the target answers 404"),
                ("/broken", "the target answers 500"),
                ("/banner", "what answers is not HTTP"),
                ("/silent-close", "closed without an answer"),
                ("/endless-head", "the response head does not end")):
            with self.subTest(path):
                run = self.check(self.url + path, *FAST)
                self.assert_sentence(run, words)
                self.assertEqual("unreachable", run.doc["verdict"])
                self.assertLess(run.took, 3 * PATIENCE)
                self.assertEqual([], run.doc["checks"])

    def test_a_200_of_another_type_fails_by_its_type(self):
        for path, words, check in (
                ("/html", "an HTML page (Content-Type text/html)", "essence"),
                ("/json-lines", "JSON lines", "essence"),
                ("/json", "with JSON (Content-Type application/json)",
                 "essence"),
                ("/grpc", "gRPC", "essence"),
                ("/bare", "without Content-Type", "present")):
            for mode in ("lint", "probe"):
                with self.subTest(path, mode=mode):
                    run = self.check(self.url + path, "--mode", mode, *FAST)
                    self.assert_sentence(run, words, 1)
                    self.assert_sentence(run, "1 failed: http.ct." + check, 1)
                    self.assertLessEqual(run.doc["exchanges"], 2)

    def test_redirects_that_lead_nowhere_fail(self):
        run = self.check(self.url + "/loop", *FAST)
        self.assert_sentence(run, "redirects do not end at a stream", 1)
        for check in run.doc["checks"]:
            self.assertRegex(check["id"], r"^http\.redirect\.")

    def test_nothing_unusual_is_sent_to_what_is_no_stream(self):
        run = self.check(self.url + "/html", "--mode", "full", *FAST)
        self.assertLessEqual(run.doc["exchanges"], 2)
        run = self.check(self.url + "/json-for-ever", *FAST)
        self.assert_sentence(run, "answers with JSON lines", 1)
        self.assertLessEqual(run.doc["exchanges"], 2)

    def test_a_dead_port_is_told_once(self):
        run = self.check(f"http://127.0.0.1:{free_port()}/", *FAST)
        self.assert_sentence(run, "nothing listens there: connection refused")
        self.assertNotIn("(", run.doc["sentence"])

    def test_a_name_that_does_not_resolve_is_told(self):
        run = self.check("http://no-such-host.invalid/", *FAST)
        self.assert_sentence(run, "the name does not resolve")

    def test_tls_to_a_plain_port_is_told(self):
        url = self.url.replace("http:", "https:")
        run = self.check(url + "/html", *FAST)
        self.assert_sentence(run, "does the port speak plain http://?")

    def test_heads_that_do_not_come_fail_their_check(self):
        """All at once, since each takes its time."""
        cases = {"held": self.held_back, "never": self.never_comes,
                 "half-a-head": self.never_comes, "unjudged": self.unjudged}
        with concurrent.futures.ThreadPoolExecutor(len(cases)) as pool:
            jobs = {name: pool.submit(case, name)
                    for name, case in cases.items()}
            for name, job in jobs.items():
                with self.subTest(name):
                    job.result()

    def held_back(self, name):
        run = self.check(self.url + "/held", *FAST, name=name)
        self.assert_sentence(run, "1 failed: http.hdr.prompt", 1)
        checks = {c["id"]: c for c in run.doc["checks"]}
        prompt = checks["http.hdr.prompt"]
        self.assertEqual("FAIL", prompt["verdict"])
        self.assertRegex(prompt["text"], r"the head took 5\d\d\d ms.* waits")
        self.assertIn("given up after 5.0 s", prompt["evidence"])
        self.assertEqual("PASS", checks["frame.utf8.valid"]["verdict"])
        self.assertEqual("UNTESTABLE", checks["http.method.head"]["verdict"])
        self.assertIn("held back", checks["http.method.head"]["text"])
        self.assertLess(run.took, 20 * PATIENCE)

    def never_comes(self, name):
        rec = self.path(name + ".rec")
        run = self.check(f"{self.url}/{name}", *FAST, "--mode", "full",
                         "--save-recordings", rec, name=name)
        self.assert_sentence(run, "1 failed: http.hdr.prompt", 1)
        self.assertRegex(run.out, r"no response head within 6\.\d s")
        self.assertLess(run.took, 15 * PATIENCE)
        others = {c["verdict"] for c in run.doc["checks"]
                  if c["id"] != "http.hdr.prompt"}
        self.assertLessEqual(others, {"UNTESTABLE", "SKIP", "PASS"})
        again = self.check("--from", rec, "-q", name=name)
        self.assert_code(again, 1)
        self.assertEqual(run.doc["checks"], again.doc["checks"])

    def unjudged(self, name):
        run = self.check(self.url + "/never", "--only", "frame", *FAST,
                         name=name)
        self.assert_sentence(run, "no response head within the deadline")

    def test_floods_take_bounded_memory_and_time(self):
        for path in ("/endless-head", "/endless-line", "/endless-events"):
            with self.subTest(path):
                run = self.check(self.url + path, "--mode", "probe", *FAST)
                self.assertIn(run.code, (0, 1, 3), str(run))
                self.assertEqual("", run.err)
                self.assertLess(run.took, 15 * PATIENCE)
                print(f"  {path}: {run.most_kib // MIB} MiB, "
                      f"{run.took:.1f} s", flush=True)
                if not SANITIZED:
                    self.assertLess(run.most_kib, 400 * MIB)


if __name__ == "__main__":
    main()
