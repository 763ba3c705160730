#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The checks of h2.*: clean behind a real nginx, and each one trips over a
server that makes its mistake (bad_h2.py, H2_FAULTS of fault_matrix.py)."""
import concurrent.futures
import contextlib
import http.server
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

from fault_matrix import H2_FAULTS
from weirtest import Case, PATIENCE, SANITIZED, await_, main

HERE = os.path.dirname(os.path.abspath(__file__))
JOBS = 3 if SANITIZED else 6
CURL_HTTP2_STREAM = 92  # its exit code
BAD = ("FAIL", "WARN", "ERROR")
WANTED = {"F": ("FAIL",), "W": ("WARN", "FAIL"), "I": ("INFO",)}
STREAM = "/stream/shared?rate=20&retry=2000&hb=1s"
FINITE = ("--stream", "finite")
# Silences are judged in a window of one heartbeat and a half.
BEAT = ("--heartbeat", "1s")
# All of them take too long there, and run through the same code.
CHOSEN = list(H2_FAULTS)[::3 if SANITIZED else 1]
# They wait for answers that never come; begun first.
SLOW = ("mute", "slot-hang", "silent")
CHOSEN.sort(key=lambda name: name not in SLOW)


class CheckH2(Case):
    def setUp(self):
        super().setUp()
        self.ca = self.certificate()

    def bad(self, fault):
        """A bad_h2.py; its URL.  Ended by the caller, in its own thread."""
        p = self.start(sys.executable, "-B", os.path.join(HERE, "bad_h2.py"),
                       self.path("cert.pem"), self.path("key.pem"), fault)
        port = p.await_line(r"listening on (\d+)").group(1)
        return p, f"https://127.0.0.1:{port}/"

    def check(self, url, name, *args):
        """The document of one run."""
        out = self.path(f"{name}.json")
        p = self.start_weir("check", *([url, "--fast", "--ca", self.ca]
                                       if url else []),
                            "-q", "--only", "h2", "-o", out, *args)
        code = p.wait(90)
        self.assertTrue(os.path.exists(out), f"{name}: exit {code}: {p.err()}")
        self.assertNotIn("Sanitizer", p.err())
        with open(out, encoding="utf-8") as f:
            return code, json.load(f)

    def judge(self, name):
        """What is wrong with a fault's row: sentences."""
        row = H2_FAULTS[name]
        p, url = self.bad(name)
        try:
            _, doc = self.check(url, name, "--mode", "full", *row.args)
            self.assert_alive(p)
        finally:
            p.stop()
        checks = {c["id"]: c for c in doc["checks"]}
        if len(checks) < 12:
            return [f"{name}: only {list(checks)}: {doc['sentence']}"]
        wrong = []
        for check in row.trips:
            c = checks[check]
            if c["verdict"] not in WANTED[c["severity"]]:
                wrong.append(f"{name}: {check} says {c['verdict']}: "
                             f"{c['text']}")
        for check, c in checks.items():
            if c["verdict"] in BAD and \
                    check not in row.trips + row.also:
                wrong.append(f"{name}: {check} says {c['verdict']} too: "
                             f"{c['text']}")
        return wrong

    def guarded(self, name):
        try:
            return self.judge(name)
        except Exception as e:  # one row's trouble is not another's
            return [f"{name}: {type(e).__name__}: {e}"]

    def need_h2(self):
        if subprocess.run([sys.executable, "-c", "import h2"],
                          capture_output=True).returncode:
            self.lacks("python3-h2 is not installed")

    def test_every_check_finds_its_fault(self):
        self.need_h2()
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            results = dict(zip(CHOSEN, pool.map(self.guarded, CHOSEN)))
        wrong = [s for sentences in results.values() for s in sentences]
        self.assertEqual([], wrong)

    def test_every_check_has_a_fault(self):
        run = self.weir("list", "checks", "--json")
        self.assert_code(run, 0)
        rows = {c["id"] for c in json.loads(run.out)
                if c["id"].startswith("h2.")}
        self.assertEqual(rows, {i for f in H2_FAULTS.values()
                                for i in f.trips})

    def test_curl_fails_where_a_head_is_called_malformed(self):
        """A client that checks messages ends all of these streams itself."""
        self.need_h2()
        curl = shutil.which("curl")
        if not curl:
            self.skipTest("curl is not installed")
        for name in ("connection-field", "capital", "late-status", "line-end",
                     "length", "204-body"):
            p, url = self.bad(name)
            run = self.start(curl, "-sN", "-m", "10", "--http2", "--cacert",
                             self.ca, *(("-H", "Last-Event-ID: 3")
                                        if name == "204-body" else ()), url)
            with self.subTest(name):
                self.assertEqual(CURL_HTTP2_STREAM, run.wait(20))
            p.stop()

    def proxied(self, template="sse-h2"):
        return self.nginx(template, upstream=self.server(), scheme="https")

    def verdicts(self, doc):
        return {c["id"]: c["verdict"] for c in doc["checks"]}

    def assert_clean(self, url, name, *args):
        """Nothing is wrong, twice of two times at most; the verdicts."""
        for _ in range(2):
            code, doc = self.check(url, name, "--mode", "full", *args)
            bad = [f"{c['id']} {c['verdict']}: {c['text']}"
                   for c in doc["checks"] if c["verdict"] in BAD]
            if not bad and code == 0:
                break
        self.assertEqual([], bad, doc["sentence"])
        return self.verdicts(doc)

    def test_a_real_nginx_is_clean(self):
        proxy = self.proxied()
        said = self.assert_clean(proxy.url + STREAM, "shared", *BEAT)
        never = {"h2.end", "h2.204", "h2.heartbeat-is-data"}
        self.assertEqual({i: "PASS" for i in said if i not in never},
                         {i: v for i, v in said.items() if i not in never})
        said = self.assert_clean(proxy.url + "/stream?rate=50&count=20",
                                 "finite", *FINITE)
        self.assertEqual(("PASS", "PASS"), (said["h2.end"], said["h2.204"]))
        said = self.assert_clean(proxy.url + "/stream/quiet?rate=0&hb=500ms",
                                 "quiet", *BEAT)
        self.assertEqual("PASS", said["h2.heartbeat-is-data"])

    def test_recordings_are_judged_the_same_again(self):
        proxy = self.proxied()
        folder = self.path("saved")
        _, doc = self.check(proxy.url + STREAM, "first", "--mode", "full",
                            "--save-recordings", folder, *BEAT)
        _, again = self.check(None, "again", "--from", folder)
        self.assertEqual(self.verdicts(doc), self.verdicts(again))
        for name in os.listdir(folder):
            if name == "target.json":
                continue
            with open(os.path.join(folder, name), encoding="utf-8") as f:
                self.assert_valid(json.load(f), "weir.recording-1")

    def test_without_h2_the_group_is_skipped(self):
        code, doc = self.check(self.proxied("sse-tls").url + STREAM, "tls",
                               "--mode", "full", *BEAT)
        self.assertEqual(0, code)
        said = self.verdicts(doc)
        self.assertEqual("INFO", said.pop("h2.available"))
        self.assertEqual({"SKIP"}, set(said.values()), said)
        code, doc = self.check(self.server().url + STREAM, "plain", "--mode",
                               "full")
        self.assertEqual(0, code)
        self.assertEqual({"SKIP"}, set(self.verdicts(doc).values()))

    def test_a_redirect_to_tls_is_asked_for_h2(self):
        stream = self.proxied().url + STREAM

        class Redirect(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(307)
                self.send_header("Location", stream)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                             Redirect) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            code, doc = self.check(f"http://127.0.0.1:{server.server_port}/",
                                   "redirected")
            server.shutdown()
        self.assertEqual(0, code, doc["sentence"])
        self.assertEqual({"PASS"}, set(self.verdicts(doc).values()))

    def test_lint_makes_no_second_connection(self):
        run = self.weir("check", "https://127.0.0.1:9/", "--mode", "lint",
                        "--dry-run")
        self.assert_code(run, 0)
        self.assertNotIn("h2", run.out)

    def test_an_interrupt_ends_it_at_once(self):
        proxy = self.proxied()
        p = self.start_weir("check", proxy.url + STREAM, "--ca", self.ca,
                            "--only", "h2", "--mode", "full")
        server = await_(lambda: self.streams_of(p) and p, what="streams")
        began = time.monotonic()
        server.signal(signal.SIGINT)
        self.assertEqual(130, p.wait(20))
        self.assertLess(time.monotonic() - began, 5 * PATIENCE)
        self.assertNotIn("Sanitizer", p.err())

    @staticmethod
    def streams_of(program):
        """Whether it has connections open."""
        fds, sockets = f"/proc/{program.pid}/fd", 0
        for f in os.listdir(fds):
            with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                sockets += os.readlink(
                    os.path.join(fds, f)).startswith("socket:")
        return sockets >= 3


if __name__ == "__main__":
    main()
