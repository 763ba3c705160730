#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir compare, repeated and interleaved runs: a change for the worse is
found and named, the same server is not accused, and what cannot be compared
is refused."""
import json
import os
import sys

from weirtest import ROOT, SANITIZED, Case, free_port, main

TICKER = os.path.join(ROOT, "harness/e2e/apps/ticker_app.py")


class Compare(Case):
    def read(self, name):
        with open(self.path(name), encoding="utf-8") as f:
            return json.load(f)

    def rewrite(self, name, change):
        doc = self.read(name)
        change(doc)
        return self.write("changed-" + name, json.dumps(doc))

    def ticker(self, port, *args):
        return " ".join(["exec", sys.executable, "-B", TICKER, str(port),
                         *map(str, args)])

    def loads(self, port, *args, timeout=120):
        return self.load(f"http://127.0.0.1:{port}/", "-c", 10, "-d", "600ms",
                         "--drain", "100ms", "--repeat", 6, *args,
                         timeout=timeout)

    def metric(self, doc, name):
        return next(m for m in doc["comparisons"][0]["metrics"]
                    if m["metric"] == name)

    def test_a_slower_server_is_found_and_the_same_one_is_not_accused(self):
        port = free_port()
        run = self.loads(port, "--interleave", self.ticker(port, 20),
                         self.ticker(port, 40), "--save-runs",
                         self.path("runs.json"))
        self.assert_code(run, 1)
        self.assert_valid(run.doc, "weir.compare-1")
        self.assertEqual("worse", self.metric(run.doc,
                                              "latency.p50")["verdict"])
        self.assertIn("latency.p50", run.doc["sentence"])
        self.assertEqual(6, len(self.read("runs.json")["runs"]))
        base = self.path("runs.json.base")
        again = self.weir("compare", base, base, "-f", "json")
        self.assert_code(again, 0)
        # The same server once more, against what was kept of it.
        server = self.start("/bin/sh", "-c", self.ticker(port, 20))
        server.await_line(r"\d+")
        run = self.loads(port, "--against", base, "--gate",
                         "latency.p50 worse than 50%", "--gate",
                         "events.lost worse")
        self.assert_code(run, 0)
        self.assertEqual([True, True], [
            g["pass"] for g in run.doc["comparisons"][0]["gates"]])

    def test_losses_are_found(self):
        port = free_port()
        run = self.loads(port, "--interleave", self.ticker(port, 0),
                         self.ticker(port, 0, 3), "--sequence", "/seq",
                         "--gate",
                         "events.lost worse")
        self.assert_code(run, 1)
        self.assertEqual("worse", self.metric(run.doc,
                                              "events.lost")["verdict"])

    def test_a_server_that_does_not_come_up_is_named(self):
        port = free_port()
        run = self.loads(port, "--interleave", "exit 3",
                         self.ticker(port, 0))
        self.assert_code(run, 3)
        self.assertIn("exit 3: the server ended with exit code 3", run.err)

    def make(self, name, *args):
        server = self.server()
        run = self.weir("load", f"{server.url}/stream?rate=20", "-c", 5, "-d",
                        "300ms", "--out", self.path(name), *args)
        self.assert_code(run, 0)
        return self.path(name)

    def assert_refused(self, code, words, *files):
        run = self.weir("compare", *files)
        self.assert_code(run, code)
        self.assertIn(words, run.err)

    def test_what_cannot_be_compared_is_refused(self):
        a = self.make("a.json")
        b = self.make("b.json", "--ramp", "10ms")
        self.assert_refused(2, '"ramp_ms"', a, b)
        invalid = self.rewrite("a.json",
                               lambda d: d.update(verdict="invalid"))
        self.assert_refused(4, "not valid", a, invalid)
        old = self.rewrite("a.json", lambda d: d.update(schema="weir.load/0"))
        self.assert_refused(2, "an older version", a, old)
        with open(a, encoding="utf-8") as f:
            text = f.read()
        cut = self.write("cut.json", text[:len(text) // 2])
        self.assert_refused(2, "truncated?", a, cut)
        foreign = self.write("foreign.json", '{"name": "x"}')
        self.assert_refused(2, "not a result of weir", a, foreign)
        self.assert_refused(2, "none.json", a, self.path("none.json"))

    def test_conformance_results_are_compared_by_check(self):
        server = self.server()
        for name, fault in (("good.json", ""),
                            ("bad.json", "&fault=ct-missing")):
            self.weir("check", f"{server.url}/stream?rate=20{fault}",
                      "--fast", "-q", "--out", self.path(name))
        run = self.weir("compare", self.path("good.json"),
                        self.path("bad.json"), "-o", self.path("r.json"))
        self.assert_code(run, 1)
        doc = self.read("r.json")
        self.assert_valid(doc, "weir.compare-1")
        self.assertTrue(doc["comparisons"][0]["newly_failing"])
        run = self.weir("compare", self.path("bad.json"),
                        self.path("good.json"), "-f", "markdown")
        self.assert_code(run, 0)
        self.assertIn("newly passing", run.out)

    def test_outputs_that_cannot_be_written_are_exit_2(self):
        a = self.make("a.json")
        for out in ("/proc/x.json", self.path("a.json/in/a/file.json")):
            run = self.weir("compare", a, a, "-o", out)
            self.assert_code(run, 2)
            self.assertIn(out, run.err)


if SANITIZED:
    # Twelve runs a test are a matter of minutes there, and of no other code.
    del Compare.test_losses_are_found

if __name__ == "__main__":
    main()
