#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir load --metrics: what Prometheus's own tools make of the metrics, what a
browser shows of the page, and what weir check finds in the stream of figures,
all while the run goes on."""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request

from devtools import Browser, find_browser
from weirtest import PATIENCE, Case, await_, main, scaled

OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
PLAIN = "text/plain; version=0.0.4; charset=utf-8"
STREAMS, RATE = 100, 20
CROWD = scaled(10000)
CPU_LIMIT = 0.02 * PATIENCE  # of one core


class Metrics(Case):
    def watched(self, seconds, *options, port=0):
        """A run with a live view, its program and the view's URL."""
        server = self.server()
        run = self.start_load(f"{server.url}/stream?rate={RATE}", "-c",
                              STREAMS, "-d", f"{seconds}s", "--metrics", port,
                              *options)
        url = run.await_line(r"live view on (http://127\.0\.0\.1:\d+)/",
                             stream="err").group(1)
        return run, url

    def get(self, url, accept=None):
        """(Content-Type, body)"""
        request = urllib.request.Request(url)
        if accept:
            request.add_header("Accept", accept)
        with urllib.request.urlopen(request, timeout=5 * PATIENCE) as answer:
            return answer.headers["Content-Type"], answer.read().decode()

    def families(self, url):
        from prometheus_client.openmetrics.parser import (
            text_string_to_metric_families)
        kind, text = self.get(url + "/metrics", OPENMETRICS)
        self.assertEqual(OPENMETRICS, kind)
        self.assertTrue(text.endswith("\n# EOF\n"))
        return {f.name: f for f in text_string_to_metric_families(text)}

    def value(self, url, name):
        _, text = self.get(url + "/metrics")
        return float(re.search(rf"^{name} (\S+)$", text, re.M).group(1))

    def test_the_metrics_tell_what_the_result_says(self):
        run, url = self.watched(3)
        received = []

        def over():
            try:
                received.append(self.value(url, "weir_events_total"))
            except OSError:
                return True  # the view is gone with the run
            return False
        await_(over, 30, "the end of the run")
        result = self.finish(run)
        self.assert_passed(result)
        self.assertEqual(sorted(received), received)
        total = result.events["received"]
        # The last answer is at most about two seconds older than the end.
        self.assertLessEqual(received[-1], total * 1.5)
        self.assertGreater(received[-1], 0)

    def test_prometheus_reads_both_formats(self):
        run, url = self.watched(30)
        await_(lambda: self.value(url, "weir_events_total") > 0, 15, "events")
        kind, text = self.get(url + "/metrics")
        self.assertEqual(PLAIN, kind)
        self.assertNotIn("# EOF", text)
        looked = 0
        if shutil.which("promtool"):
            p = subprocess.run(["promtool", "check", "metrics"], input=text,
                               text=True, capture_output=True, timeout=20)
            self.assertEqual((0, ""), (p.returncode, p.stdout + p.stderr))
            looked += 1
        try:
            families = self.families(url)
        except ImportError:
            families = None
        if families:
            looked += 1
            streams = families["weir_streams"].samples
            self.assertEqual([STREAMS], [s.value for s in streams])
            self.assertEqual("counter", families["weir_events"].type)
            self.assertEqual("bytes", families["weir_received_bytes"].unit)
            latency = families["weir_latency_seconds"]
            self.assertEqual("histogram", latency.type)
            counts = [s.value for s in latency.samples
                      if s.name.endswith("_bucket")]
            self.assertEqual(sorted(counts), counts)
            self.assertGreater(counts[-1], 0)
        run.signal(signal.SIGINT)
        self.assertEqual(130, run.wait())
        if not looked:
            self.skipTest("neither promtool nor python3-prometheus-client is "
                          "installed")

    def test_weir_check_finds_no_fault_in_the_stream(self):
        run, url = self.watched(30)
        check = self.weir("check", url + "/events", "--fast", "--out",
                          self.path("check.json"))
        self.assertTrue(run.running(), run.err())
        self.assert_code(check, 0)
        with open(self.path("check.json"), encoding="utf-8") as f:
            doc = json.load(f)
        verdicts = {c["id"]: c["verdict"] for c in doc["checks"]}
        bad = {i: v for i, v in verdicts.items() if v in ("FAIL", "WARN")}
        self.assertEqual({}, bad, str(check))
        self.assertGreater(list(verdicts.values()).count("PASS"), 60)
        run.signal(signal.SIGINT)
        self.assertEqual(130, run.wait())

    def test_the_stream_ends_with_the_run(self):
        run, url = self.watched(2)
        with urllib.request.urlopen(url + "/events",
                                    timeout=30 * PATIENCE) as stream:
            blocks = stream.read().decode().strip().split("\n\n")
        self.assertIn("\nevent: end\n", "\n" + blocks[-1] + "\n")
        ids = [int(re.search(r"^id: \w+-(\d+)$", b, re.M).group(1))
               for b in blocks]
        self.assertEqual(list(range(ids[0], ids[0] + len(ids))), ids)
        last = json.loads(blocks[-1].split("data: ")[1])
        self.assertEqual("over", last["phase"])
        self.assertGreater(last["events"], 0)
        self.assert_passed(self.finish(run))

    def test_a_browser_shows_the_numbers_moving(self):
        if not find_browser():
            self.skipTest("chromium is not installed")
        run, url = self.watched(60)
        page = Browser(self, url + "/")

        def number(name):
            text = page.evaluate(f"document.getElementById('{name}')"
                                 ".textContent")
            return int(re.sub(r"\D", "", text or "") or 0)
        await_(lambda: number("streams") == STREAMS, 20, "all streams")
        await_(lambda: number("rate") > STREAMS, 20, "events")
        before = number("events")
        await_(lambda: number("events") > before, 20, "more events")
        self.assertRegex(page.evaluate(
            "document.getElementById('p99').textContent"), r"^[\d.]+ m?s$")
        self.assertEqual(0, number("failed"))
        self.assertEqual([], page.complaints())
        run.signal(signal.SIGINT)
        await_(lambda: page.evaluate(
            "document.getElementById('state').className") == "gone", 20,
            "the page to say that the run is over")
        self.assertEqual(130, run.wait())

    def coordinator_cpu(self, run, seconds):
        """The share of a core that the process takes for some seconds."""
        def used():
            with open(f"/proc/{run.pid}/schedstat", encoding="ascii") as f:
                return int(f.read().split()[0]) / 1e9
        before, began = used(), time.monotonic()
        threading.Event().wait(seconds)
        return (used() - before) / (time.monotonic() - began)

    def test_a_crowd_is_watched_at_almost_no_cost(self):
        server = self.server(workers=2)
        run = self.start_load(f"{server.url}/stream?rate=1", "-c", CROWD,
                              "-w", 2, "-d", "60s", "--metrics", 0)
        url = run.await_line(r"live view on (http://127\.0\.0\.1:\d+)/",
                             stream="err").group(1)
        await_(lambda: self.value(url, "weir_streams") == CROWD, 40,
               "the crowd")
        watching = [urllib.request.urlopen(url + "/events", timeout=20)
                    for _ in range(10)]
        over = threading.Event()

        def scrape():
            while not over.wait(0.5):
                self.get(url + "/metrics")
        thread = threading.Thread(target=scrape)
        thread.start()
        try:
            share = self.coordinator_cpu(run, 3)
        finally:
            over.set()
            thread.join()
            for w in watching:
                w.close()
        print(f"\n  {CROWD} streams, 10 watching, 2 scrapes a second: "
              f"{share:.2%} of a core", flush=True)
        self.assertLess(share, CPU_LIMIT)
        run.signal(signal.SIGINT)
        self.assertEqual(130, run.wait())

    def test_many_and_slow_readers_are_bounded(self):
        run, url = self.watched(30)
        port = int(url.rsplit(":", 1)[1])
        socks = []
        self.addCleanup(lambda: [s.close() for s in socks])
        heads = []
        for _ in range(34):  # two more than may watch
            s = socket.create_connection(("127.0.0.1", port), 5 * PATIENCE)
            s.sendall(b"GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
            socks.append(s)
            heads.append(s.recv(12))
        self.assertEqual([b"HTTP/1.1 200"] * 32 + [b"HTTP/1.1 503"] * 2,
                         heads)
        self.assertGreater(self.value(url, "weir_workers"), 0)
        for _ in range(14):  # say nothing; those who ask are still answered
            socks.append(socket.create_connection(("127.0.0.1", port), 5))
        silent = socks[-1]
        silent.settimeout(15 * PATIENCE)
        self.assertEqual(b"", silent.recv(1))
        self.assertGreater(self.value(url, "weir_workers"), 0)
        run.signal(signal.SIGINT)
        self.assertEqual(130, run.wait())

    def test_other_requests_are_refused_properly(self):
        run, url = self.watched(30)
        for method, path, code in (("POST", "/events", 405),
                                   ("PUT", "/metrics", 405),
                                   ("GET", "/nothing", 404)):
            request = urllib.request.Request(url + path, method=method)
            with self.assertRaises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(request, timeout=5 * PATIENCE)
            caught.exception.close()
            self.assertEqual(code, caught.exception.code)
            if code == 405:
                self.assertEqual("GET, HEAD, OPTIONS",
                                 caught.exception.headers["Allow"])
        run.signal(signal.SIGINT)
        self.assertEqual(130, run.wait())

    def test_a_bad_or_taken_port_is_said_at_once(self):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            s.listen()
            taken = str(s.getsockname()[1])
            for port, words in ((taken, "Address already in use"),
                                ("65536", "a port is 0 (any free one) to"),
                                ("http", "a port is 0 (any free one) to")):
                run = self.load("http://127.0.0.1:1/", "--metrics", port)
                self.assert_code(run, 2)
                self.assertIn(words, run.err)

    def test_the_runs_of_a_series_are_seen_at_one_address(self):
        run, url = self.watched(1, "--repeat", 2)
        runs = set()

        def two():
            try:
                _, text = self.get(url + "/metrics")
            except OSError:
                return not run.running()
            runs.add(re.search(r'run="(\w+)"', text).group(1))
            return len(runs) == 2
        await_(two, 40, "the second run")
        self.assertEqual(2, len(runs))
        run.signal(signal.SIGINT)
        run.wait()


if __name__ == "__main__":
    main()
