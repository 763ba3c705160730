#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No coordinated omission: a server that stands still for two seconds shows
two seconds in the tail, for the events that it should have sent meanwhile."""
import signal
import time

from weirtest import Case, await_, main


class Stall(Case):
    def stall(self, server, seconds=2):
        """Stops all of the server's processes for so long."""
        server.program.signal_all(signal.SIGSTOP)
        end = time.monotonic() + seconds
        try:
            await_(lambda: time.monotonic() >= end, seconds + 5)
        finally:
            server.program.signal_all(signal.SIGCONT)

    def check(self, path):
        server = self.server(workers=2)
        load = self.start_load(server.url + path, "-c", 100, "-d", "6s")
        await_(lambda: server.stats()["streams"] == 100, 10, "100 streams")
        await_(lambda: server.stats()["events"] > 1000, 10, "1,000 events")
        self.stall(server)
        run = self.finish(load)
        self.assert_passed(run)
        self.assert_ledger(run)
        latency = run.summary["latency_ms"]
        self.assertGreaterEqual(latency["max"], 1900, str(run))
        self.assertGreaterEqual(latency["p99"], 1500, str(run))
        self.assertLess(latency["max"], 5000, str(run))

    def test_with_a_generator_for_each_stream(self):
        self.check("/stream?rate=20")

    def test_with_a_shared_topic(self):
        self.check("/stream/t?rate=20")

    def test_when_weir_publishes(self):
        server = self.server()
        load = self.start_load(
            f"{server.url}/stream/p", "-c", 50, "-d", "6s", "--publish.url",
            f"{server.url}/publish/p", "--publish.rate", "50/s")
        await_(lambda: server.stats()["streams"] == 50, 10, "50 streams")
        await_(lambda: server.stats()["events"] > 500, 10, "500 events")
        self.stall(server)
        run = self.finish(load)
        self.assert_ledger(run)
        latency = run.summary["latency_ms"]
        self.assertGreaterEqual(latency["max"], 1900, str(run))
        self.assertGreaterEqual(latency["p99"], 1500, str(run))


if __name__ == "__main__":
    main()
