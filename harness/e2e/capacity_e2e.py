#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir capacity finds limits that are known beforehand, says what ran out,
and never takes the generator's limit for the target's."""
import os
import re
import signal
import sys
import xml.etree.ElementTree as ET

from weirtest import BUSY, ROOT, SANITIZED, Case, await_, main

APP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "apps",
                   "costly_app.py")
SHORT = ("--step-time", "500ms", "--ramp", "300ms", "--drain", "500ms")


class Capacity(Case):
    def search(self, url, *args, timeout=120, limits=None):
        """Runs weir capacity to its end; its result document is checked."""
        program = self.start_weir("capacity", url, "--out",
                                  self.path("r.json"), *args, limits=limits)
        run = self.finish(program, timeout)
        self.assertIsNotNone(run.doc, program.err() + program.out())
        self.assert_valid(run.doc, "weir.capacity-1")
        return run

    def told(self, run):
        """For failure messages: the sentence and the steps."""
        return (f"exit code {run.code}: {run.doc['sentence']}\n"
                f"{run.out}\n{run.err[-2000:]}")

    def reasons(self, doc):
        """The codes of what made the invalid steps so."""
        return {r["code"] for s in doc["steps"] if s["summary"]
                for r in s["summary"]["generator"]["reasons"]}

    def is_busy(self, run):
        """The machine was too busy with other things to find a limit."""
        busy = run.doc["knee"]["end"] == "generator" and \
            self.reasons(run.doc) <= BUSY
        if busy:
            print(f"  busy machine: {run.doc['sentence']}", file=sys.stderr)
        return busy

    def assert_knee(self, run, least, most, limited_by):
        knee = run.doc["knee"]
        if self.is_busy(run):
            return
        self.assertEqual(0, run.code, self.told(run))
        self.assertEqual("knee", knee["end"], self.told(run))
        self.assertTrue(least <= knee["load"] <= most, self.told(run))
        self.assertIn(run.doc["limited_by"]["code"], limited_by,
                      self.told(run))

    def test_a_connection_limit_and_the_reference_beside_it(self):
        server = self.server("--max-connections", 300)
        run = self.search(server.url + "/stream?rate=5", "--from", 300,
                          "--max", 600, "--server-pid", server.pid,
                          "-o", self.path("r.xml"), "-o", self.path("r.csv"),
                          "-o", self.path("r.md"), *SHORT)
        self.assert_knee(run, 286, 300, {"refused"})
        self.assertTrue(all(s["server"]["fds"] > 0
                            for s in run.doc["steps"]), self.told(run))
        self.assertIn("reference", {s["side"] for s in run.doc["steps"]})
        self.check_forms(run.doc)
        if self.is_busy(run) or run.doc["reference"]["knee"]["end"] != "max":
            return
        self.assertEqual("at_most", run.doc["ratio"]["relation"])
        self.assertAlmostEqual(0.5, run.doc["ratio"]["value"], delta=0.025)
        self.assertIn("0.50 of the reference server here", run.out)

    def check_forms(self, doc):
        with open(self.path("r.csv"), encoding="utf-8") as f:
            self.assertEqual(len(doc["steps"]) + 1, len(f.readlines()))
        suite = ET.parse(self.path("r.xml")).getroot().find("testsuite")
        self.assertEqual("0", suite.get("failures"))
        self.assertEqual(int(suite.get("tests")),
                         len(suite.findall("testcase")))
        with open(self.path("r.md"), encoding="utf-8") as f:
            text = f.read()
        self.assertIn(doc["sentence"].split(";")[0], text)

    def test_a_server_that_is_too_slow_is_limited_by_latency(self):
        if SANITIZED:
            self.skipTest("times are not those of a sanitized program")
        # 1 ms an event: 1,000 events a second, 100 streams of 10.
        p = self.start(sys.executable, APP, "--cost-us", 1000)
        url = p.await_line(r"listening on (http://\S+)").group(1)
        run = self.search(url + "/stream?rate=10", "--from",
                          60, "--step-time", "1s", "--no-reference",
                          "--tolerance", "20%", "--slo",
                          "latency.p99 < 100ms; connections.failed == 0")
        # On a machine that is busy with other things it holds less.
        self.assert_knee(run, 60, 115, {"latency"})
        self.assertEqual("latency", run.doc["limited_by"]["symptom"])

    def test_nginx_out_of_worker_connections_is_named(self):
        source = os.path.join(ROOT, "scenarios/nginx/good/sse.conf")
        with open(source, encoding="utf-8") as f:
            text = f.read()
        text = text.replace("worker_processes auto", "worker_processes 1")
        text = text.replace("worker_connections 8192",
                            "worker_connections 128")
        self.write("few.conf", text)
        proxy = self.nginx(self.path("few"), self.server())
        run = self.search(proxy.url + "/stream?rate=5", "--from", 40,
                          "--server-pid", proxy.pid, "--no-reference",
                          "--tolerance", "10%", *SHORT)
        # Two connections a stream, a few for the listener and the upstream.
        self.assert_knee(run, 50, 64, {"worker_connections"})
        self.assertIn("as nginx does", run.doc["sentence"])

    def test_the_generators_limit_is_not_the_targets(self):
        server = self.server()
        run = self.search(server.url + "/stream?rate=5", "--from", 100,
                          "--workers", 1, "--no-reference", "--tolerance",
                          "50%", *SHORT, limits={"RLIMIT_NOFILE": 300})
        self.assertEqual(4, run.code, self.told(run))
        self.assertEqual("invalid", run.doc["verdict"])
        self.assertEqual("generator", run.doc["knee"]["end"], self.told(run))
        self.assertGreaterEqual(run.doc["knee"]["load"], 100)
        self.assertRegex(run.doc["sentence"], "at least .*the generator was")

    def test_interrupted_it_keeps_what_was_known(self):
        server = self.server()
        p = self.start_weir("capacity", server.url + "/stream?rate=5",
                            "--no-reference", "--out", self.path("r.json"),
                            *SHORT)
        await_(lambda: re.search(r"  held$", p.err(), re.MULTILINE), 30,
               "a step that held")
        p.signal(signal.SIGINT)
        run = self.finish(p)
        self.assertEqual(130, run.code, self.told(run))
        self.assert_valid(run.doc, "weir.capacity-1")
        self.assertEqual("interrupted", run.doc["verdict"])
        self.assertGreaterEqual(run.doc["knee"]["load"], 100)
        self.assertEqual("interrupted", run.doc["limited_by"]["code"])

    def test_the_rate_axis_asks_each_stream_for_its_part_and_requires(self):
        server = self.server()
        run = self.search(server.url + "/stream?rate={rate}", "--axis",
                          "rate", "-c", 20, "--max", 100, "--from", 100,
                          "--require", 150, "--no-reference", "-f",
                          "junit", *SHORT)
        if self.is_busy(run):
            return
        self.assertEqual(1, run.code, self.told(run))
        self.assertEqual("max", run.doc["limited_by"]["code"])
        self.assertEqual(1, len(ET.fromstring(run.out).findall(
            ".//failure")), run.out)
        last = run.doc["steps"][-1]["summary"]["events"]["per_second"]
        self.assertAlmostEqual(100, last, delta=15)

    def test_the_publish_axis_raises_what_weir_publishes(self):
        server = self.server()
        run = self.search(server.url + "/stream/t", "--axis", "publish",
                          "-c", 10, "--max", 40, "--from", 40,
                          "--publish.url", server.url + "/publish/t",
                          "--no-reference", *SHORT)
        if self.is_busy(run):
            return
        self.assertEqual(0, run.code, self.told(run))
        last = run.doc["steps"][-1]["summary"]["events"]
        self.assertEqual("exact", last["ledger"])
        self.assertAlmostEqual(400, last["per_second"], delta=60)

    def test_bad_usage_is_told(self):
        for args, words in (
                (["http://127.0.0.1:1/", "--axis", "rate"], r"\{rate\}"),
                (["http://127.0.0.1:1/", "--axis", "publish"],
                 "publish.url"),
                (["http://127.0.0.1:1/", "--axis", "height"],
                 "expected connections, rate, publish, concurrency or "
                 "requests"),
                (["http://127.0.0.1:1/", "--slo", "speed > 3"],
                 "unknown field"),
                (["http://127.0.0.1:1/", "--max"], "needs a value")):
            run = self.weir("capacity", *args)
            self.assertEqual(2, run.code, str(run.err))
            self.assertRegex(run.err, words)
        run = self.weir("capacity", "http://127.0.0.1:1/")
        self.assertEqual(3, run.code, run.err)
        run = self.weir("capacity", "--help")
        self.assertEqual(0, run.code)
        self.assertIn("weir capacity 'http", run.out)


if __name__ == "__main__":
    main()
