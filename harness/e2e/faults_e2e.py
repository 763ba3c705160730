#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Seeded faults: the ledger's counts equal the server's own count exactly,
over 400,000 events for each fault (with WEIR_WIDE over a million)."""
from weirtest import WIDE, Case, main, scaled

STREAMS = 200
PER_STREAM = scaled(5000 if WIDE else 2000)
RATE = 1000


class Faults(Case):
    def run_with(self, *faults):
        """All the events; returns the run and what the server did.

        burst gathers events into fewer writes: the point is the ledger."""
        options = [o for f in faults for o in ("--fault", f)]
        server = self.server("--fault", "burst=20", *options, workers=2)
        run = self.load(
            f"{server.url}/stream?rate={RATE}&count={PER_STREAM}&retry=100",
            "-c", STREAMS, "-d", f"{PER_STREAM / RATE + 3}s")
        self.assert_passed(run)
        stats = server.stats()
        self.assertGreaterEqual(stats["events"], STREAMS * PER_STREAM * 0.98)
        return run, stats["faults"]

    def test_without_a_fault_all_counts_are_zero(self):
        run, _ = self.run_with()
        self.assert_ledger(run)
        self.assertEqual(STREAMS * PER_STREAM, run.events["received"])

    def test_dropped_events_are_lost(self):
        run, done = self.run_with("drop-every=97")
        self.assertGreater(done["drop"], 100)
        self.assert_ledger(run, lost=done["drop"])

    def test_doubled_events_are_duplicates(self):
        run, done = self.run_with("dup-every=89")
        self.assertGreater(done["dup"], 100)
        self.assert_ledger(run, duplicated=done["dup"])

    def test_swapped_events_are_reordered(self):
        run, done = self.run_with("swap-every=101")
        self.assertGreater(done["swap"], 100)
        self.assert_ledger(run, reordered=done["swap"])

    def test_corrupt_events_are_corrupt(self):
        run, done = self.run_with("corrupt-every=103")
        self.assertGreater(done["corrupt"], 100)
        self.assertEqual(done["corrupt"], run.events["corrupt"], str(run))
        self.assertEqual(0, run.events["duplicated"])
        self.assertEqual(0, run.events["foreign"])

    def test_leaked_events_are_foreign(self):
        """Each publication is for one user and leaks to all the others."""
        server = self.server("--fault", "leak-user", "--fault", "burst=20",
                             workers=2)
        users = self.write("users.csv", "name\n" + "".join(
            f"u{i}\n" for i in range(STREAMS)))
        run = self.load(
            f"{server.url}/stream/mail?user={{{{user.name}}}}", "-c", STREAMS,
            "-d", "8s", "--drain", "20s", "--users", users, "--publish.url",
            f"{server.url}/publish/mail?user={{{{user.name}}}}",
            "--publish.rate", f"{scaled(1000)}/s")
        stats = server.stats()
        self.assertGreater(stats["events"], STREAMS * PER_STREAM)
        self.assertEqual("exact", run.events["ledger"], str(run))
        self.assert_ledger(run, foreign=stats["faults"]["leak"])

    def test_an_ignored_last_event_id_shows_as_loss(self):
        server = self.server("--fault", "ignore-last-id")
        run = self.load(f"{server.url}/stream/s?rate=50&retry=200", "-c", 20,
                        "-d", "3s", "--storm.at", "1s")
        self.assertGreater(run.events["lost"], 20)
        self.assertEqual(run.events["lost"],
                         run.events["lost_in_reconnect"], str(run))


if __name__ == "__main__":
    main()
