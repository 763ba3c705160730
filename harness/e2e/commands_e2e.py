#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The small commands: watch, merge, list, help and version."""
import json
import re
import signal

from weirtest import Case, main


class Commands(Case):
    def test_watch_shows_events_as_they_come(self):
        server = self.server()
        watch = self.start_weir("watch",
                                f"{server.url}/stream?rate=20&retry=50")
        watch.await_line(r'"seq": ?3\b')
        server.post("/control/drop?how=fin&share=1")
        watch.await_line(r"(?i)reconnect")
        watch.await_line(r'"seq": ?8\b')
        watch.signal(signal.SIGINT)
        self.assertIn(watch.wait(10), (0, 130))

    def test_watch_of_a_dead_port_is_exit_3(self):
        run = self.weir("watch", "http://127.0.0.1:9/", timeout=10)
        self.assert_code(run, 3)

    def test_merge_adds_two_results_exactly(self):
        server = self.server()
        docs = []
        for name in ("a.json", "b.json"):
            run = self.weir("load", f"{server.url}/stream?rate=20", "-c", 10,
                            "-d", "1s", "--out", self.path(name))
            self.assert_code(run, 0)
            with open(self.path(name), encoding="utf-8") as f:
                docs.append(json.load(f))
        run = self.weir("merge", self.path("a.json"), self.path("b.json"),
                        "--out", self.path("r.json"))
        self.assert_code(run, 0)
        with open(self.path("r.json"), encoding="utf-8") as f:
            both = json.load(f)
        for keys in (("events", "received"), ("events", "bytes"),
                     ("connections", "opened"), ("latency_ms", "count")):
            a, b, sum_ = (d["summary"][keys[0]][keys[1]]
                          for d in (*docs, both))
            self.assertEqual(a + b, sum_, keys)
        self.assertEqual(max(d["summary"]["latency_ms"]["max"] for d in docs),
                         both["summary"]["latency_ms"]["max"])
        self.assert_valid(both)

    def test_list_faults(self):
        run = self.weir("list", "faults")
        self.assert_code(run, 0)
        for name in ("drop-every", "dup-every", "swap-every", "corrupt-every",
                     "leak-user", "ignore-last-id", "stall", "no-heartbeat",
                     "burst"):
            self.assertIn(name, run.out)

    def test_help_and_version(self):
        run = self.weir("--version")
        self.assert_code(run, 0)
        self.assertRegex(run.out, r"^weir \d+\.\d+\.\d+")
        run = self.weir("load", "--help")
        self.assert_code(run, 0)
        self.assertTrue(re.search(r"-c, --connections", run.out), run.out)
        self.assertEqual(run.out, self.weir("help", "load").out)
        self.assertEqual(self.weir("-V").out, self.weir("--version").out)
        run = self.weir("help", "laod")
        self.assert_code(run, 2)
        self.assertIn('did you mean "load"?', run.err)

    def test_a_url_without_its_scheme_is_told(self):
        for command in ("load", "check", "capacity", "watch"):
            run = self.weir(command, "127.0.0.1:8080/events")
            self.assert_code(run, 2)
            self.assertIn("(did you mean http://127.0.0.1:8080/events?)",
                          run.err)


if __name__ == "__main__":
    main()
