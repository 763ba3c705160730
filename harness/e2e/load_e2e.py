#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir load against weir-server: all streams held, nothing lost, and the
numbers of every output agree."""
import csv
import xml.etree.ElementTree as ElementTree

from weirtest import Case, main, scaled


class Load(Case):
    def test_a_light_load_is_valid(self):
        server = self.server()
        run = self.load(f"{server.url}/stream?rate=5", "-c", 50, "-d", "2s",
                        judged=True)
        self.assert_code(run, 0)
        self.assertEqual("pass", run.doc["verdict"], str(run))
        self.assertFalse(run.summary["generator"]["saturated"])

    # A fault that breaks streams; what is worst by it.  The limit of 8 streams
    # is the server's.
    BREAKS = (
        ("bad-chunk-size", "", (), "connections.broken"),
        ("no-terminator", "count=5", (), "connections.broken"),
        ("long-line", "", (), "connections.present"),
        ("evict-at-cap", "", ("-c", 12), "connections.present"),
        ("overload-accept-drop", "", ("-c", 12), "connections.present"),
        ("drop-every=20", "", (), "events.lost"))

    def test_what_breaks_streams_fails_without_thresholds(self):
        for fault, query, options, worst in self.BREAKS:
            with self.subTest(fault):
                server = self.server("--fault", fault, "--max-connections", 8)
                run = self.load(
                    f"{server.url}/stream?rate=100&retry=100&{query}", "-c", 4,
                    "-d", "500ms", *options, judged=True)
                failed = [t["field"] for t in run.doc["thresholds"]
                          if not t["pass"]]
                self.assertIn(worst, failed, str(run))
                if run.code != 4:
                    self.assert_code(run, 1)
                    self.assertIn(worst, run.doc["sentence"])
                self.assert_valid(run.doc)

    def test_what_is_no_fault_passes_without_thresholds(self):
        server = self.server()
        for name, query in (("idle", "/quiet?rate=0"),
                            ("finite", "?rate=50&count=10&retry=100")):
            with self.subTest(name):
                run = self.load(f"{server.url}/stream{query}", "-c", 4, "-d",
                                "1s", judged=True)
                self.assert_passed(run)
                self.assertEqual([True] * 4, [t["default"] for t in
                                              run.doc["thresholds"]])
                if name == "finite":
                    self.assertIn("4 ended by the server",
                                  run.doc["sentence"])
                self.assert_valid(run.doc)

    def test_streams_are_held_and_nothing_is_lost(self):
        streams = scaled(2000)
        server = self.server(workers=2)
        run = self.load(f"{server.url}/stream?rate=5", "-c", streams, "-d",
                        "4s")
        self.assert_passed(run)
        self.assert_ledger(run)
        self.assertEqual(streams, run.connections["peak"], str(run))
        self.assertEqual(0, run.connections["failed"], str(run))
        self.assertEqual("sequence", run.events["ledger"])
        self.assertGreaterEqual(run.events["received"], streams * 5 * 4 * 0.98)
        self.assertAlmostEqual(streams * 5, run.events["per_second"],
                               delta=streams * 5 * 0.02, msg=str(run))
        latency = run.summary["latency_ms"]
        self.assertEqual(("stamp", "kernel"),
                         (latency["source"], latency["clock"]), str(run))
        # Only what was due in the measured span has its latency recorded.
        self.assertAlmostEqual(streams * 5 * 4, latency["count"],
                               delta=streams * 5 * 4 * 0.02, msg=str(run))
        self.assertGreater(latency["p50"], 0)
        self.assert_valid(run.doc)

    def test_ten_thousand_streams(self):
        streams = scaled(10000)
        server = self.server(workers=2)
        run = self.load(f"{server.url}/stream?rate=0.5", "-c", streams, "-d",
                        "4s")
        self.assert_passed(run)
        self.assert_ledger(run)
        self.assertEqual(streams, run.connections["peak"], str(run))
        self.assertEqual("kernel", run.summary["latency_ms"]["clock"])

    def test_publishing_itself_makes_the_ledger_exact(self):
        server = self.server(workers=2)
        streams = scaled(500)
        run = self.load(
            f"{server.url}/stream/news", "-c", streams, "-d", "3s", "-w", 2,
            "--drain", "20s",
            "--publish.url", f"{server.url}/publish/news", "--publish.rate",
            "50/s")
        self.assert_passed(run)
        self.assert_ledger(run)
        self.assertEqual("exact", run.events["ledger"])
        self.assertEqual("publish", run.summary["latency_ms"]["source"])
        self.assertEqual(run.events["expected"], run.events["received"],
                         str(run))
        published = run.summary["publish"]["published"]
        self.assertAlmostEqual(150, published, delta=15, msg=str(run))
        self.assertEqual(published * streams, run.events["expected"])
        self.assertEqual(run.events["received"],
                         run.summary["latency_ms"]["count"], str(run))

    def test_users_get_their_own_events_only(self):
        server = self.server()
        users = self.write("users.csv", "name\n" + "".join(
            f"u{i}\n" for i in range(20)))
        run = self.load(
            f"{server.url}/stream/mail?user={{{{user.name}}}}", "-c", 40, "-d",
            "3s", "--users", users, "--publish.url",
            f"{server.url}/publish/mail?user={{{{user.name}}}}",
            "--publish.rate", "100/s")
        self.assert_passed(run)
        self.assert_ledger(run)
        self.assertEqual("exact", run.events["ledger"], str(run))
        self.assertGreater(run.events["received"], 300)

    def test_a_storm_is_survived_by_resuming(self):
        server = self.server()
        run = self.load(
            f"{server.url}/stream/s?rate=20&retry=100", "-c", 100, "-d", "4s",
            "--storm.at", "1s", "--storm.share", "50%", "--storm.how", "rst")
        self.assert_passed(run)
        self.assert_ledger(run)
        self.assertEqual(50, run.connections["cut"], str(run))
        self.assertEqual(50, run.connections["resumed"], str(run))

    def test_the_outputs_agree(self):
        server = self.server()
        run = self.load(f"{server.url}/stream?rate=10", "-c", 20, "-d", "2s",
                        "--out", self.path("r.csv"), "--out",
                        self.path("r.xml"), "--threshold", "events.lost == 0",
                        "--threshold", "latency.p99 < 10s")
        self.assert_passed(run)
        with open(self.path("r.csv"), newline="", encoding="utf-8") as f:
            rows = list(csv.DictReader(
                line for line in f if not line.startswith("#")))
        self.assertEqual(run.events["received"],
                         sum(int(r["events"]) for r in rows))
        suite = ElementTree.parse(self.path("r.xml")).getroot()
        cases = list(suite.iter("testcase"))
        self.assertGreaterEqual(len(cases), 2)
        self.assertEqual([], list(suite.iter("failure")))
        self.assertIn(f"{run.events['received']:,}", run.out)

    def test_a_missed_threshold_is_exit_1(self):
        server = self.server()
        run = self.load(f"{server.url}/stream?rate=10", "-c", 5, "-d", "1s",
                        "--threshold", "events.received > 1000000",
                        "--out", self.path("r.xml"))
        self.assert_code(run, 1)
        self.assertEqual("fail", run.doc["verdict"])
        suite = ElementTree.parse(self.path("r.xml")).getroot()
        self.assertEqual(1, len(list(suite.iter("failure"))))

    def test_the_server_s_cost_is_told(self):
        server = self.server(workers=2)
        run = self.load(f"{server.url}/stream?rate=20", "-c", 200, "-d", "2s",
                        "--server-pid", server.pid)
        self.assert_passed(run)
        cost = run.summary["server"]
        self.assertGreaterEqual(cost["processes"], 2)
        self.assertGreater(cost["cpu_us_per_event"], 0)
        self.assertGreater(cost["rss_bytes"], 1 << 20)

    def test_a_stopped_stream_does_not_come_back(self):
        server = self.server()
        run = self.load(f"{server.url}/stream?rate=50&count=20&retry=50", "-c",
                        10, "-d", "3s")
        self.assert_passed(run)
        self.assert_ledger(run)
        self.assertEqual(200, run.events["received"], str(run))
        self.assertEqual(10, run.connections["stopped_204"], str(run))


if __name__ == "__main__":
    main()
