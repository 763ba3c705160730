#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir doubts itself: what the generator did is never blamed on the target."""
import os
import re
import signal
import socket
import sys
import threading

from weirtest import BUSY, Case, await_, children, main, scaled


class Throttle(threading.Thread):
    """Lets processes run for a tenth of the time, as cpulimit does."""

    def __init__(self, pids):
        super().__init__(daemon=True)
        self.pids, self.over = pids, threading.Event()

    def signal(self, number):
        for pid in self.pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def run(self):
        while not self.over.is_set():
            self.signal(signal.SIGSTOP)
            self.over.wait(0.09)
            self.signal(signal.SIGCONT)
            self.over.wait(0.01)

    def stop(self):
        self.over.set()
        self.join()
        self.signal(signal.SIGCONT)


class Generator(Case):
    def running_load(self, server, *options, streams=100):
        """A load whose streams are all open; returns it and its workers."""
        load = self.start_load(f"{server.url}/stream?rate=20", "-c", streams,
                               "-w", 2, *options)
        await_(lambda: server.stats()["streams"] == streams, 20, "the streams")
        workers = children(load.pid)
        self.assertEqual(2, len(workers))
        return load, workers

    def assert_doubted(self, run):
        """Invalid, with a reason that is printed, and with advice."""
        self.assert_code(run, 4)
        self.assertEqual("invalid", run.doc["verdict"])
        reasons = run.summary["generator"]["reasons"]
        self.assertTrue(reasons, str(run))
        self.assertLessEqual(set(run.reasons()), BUSY)
        self.assertIn(reasons[0]["sentence"],
                      re.sub(r"\s+", " ", run.out + run.err))
        self.assertTrue(reasons[0]["advice"])

    def test_a_throttled_generator_makes_the_run_invalid(self):
        """A tenth of a core, where a third is needed."""
        server = self.server()
        streams = scaled(1000)
        load, workers = self.running_load(server, "-d", "4s", streams=streams)
        throttle = Throttle(workers)
        throttle.start()
        self.addCleanup(throttle.stop)
        await_(lambda: server.stats()["events"] > 50 * streams, 30, "2.5 s")
        throttle.stop()
        self.assert_doubted(self.finish(load))

    def test_a_generator_on_a_busy_core_makes_the_run_invalid(self):
        server = self.server()
        core = str(min(os.sched_getaffinity(0)))
        # Whatever it needs of the core, its turn comes too late; few streams,
        # since opening them takes forty times as long, too.
        streams = 400
        for _ in range(40):
            self.start("taskset", "-c", core, sys.executable, "-c",
                       "while True: pass")
        load = self.start("taskset", "-c", core, self.program("weir"), "load",
                          f"{server.url}/stream?rate=20", "-c", streams,
                          "-d", "3s", "--out", self.path("r.json"))
        self.assert_doubted(self.finish(load, 200))

    def test_a_killed_worker_makes_the_run_invalid(self):
        server = self.server()
        load, workers = self.running_load(server, "-d", "3s")
        os.kill(workers[1], signal.SIGKILL)
        run = self.finish(load)
        self.assert_code(run, 4)
        died = [w for w in run.doc["workers"] if w["died"]]
        self.assertEqual(1, len(died), str(run))
        self.assertIn("signal 9", died[0]["how"])
        self.assertEqual("worker-died",
                         run.summary["generator"]["reasons"][0]["code"])
        self.assertGreater(run.events["received"], 500, str(run))
        self.assert_valid(run.doc)

    def test_ctrl_c_keeps_the_partial_result(self):
        server = self.server()
        load, _ = self.running_load(server, "-d", "60s")
        await_(lambda: server.stats()["events"] > 2000, 20, "some events")
        load.signal_all(signal.SIGINT)
        run = self.finish(load, 10)
        self.assert_code(run, 130)
        self.assertEqual("interrupted", run.doc["verdict"])
        self.assertTrue(run.doc["interrupted"])
        self.assertGreater(run.events["received"], 1000, str(run))
        self.assert_ledger(run)
        self.assert_valid(run.doc)

    def test_a_hangup_keeps_the_partial_result(self):
        server = self.server()
        load, _ = self.running_load(server, "-d", "60s")
        load.signal(signal.SIGHUP)
        run = self.finish(load, 10)
        self.assert_code(run, 130)
        self.assertTrue(run.doc["interrupted"])

    def test_an_interrupt_ends_soon_when_a_worker_is_frozen(self):
        server = self.server()
        load, workers = self.running_load(server, "-d", "60s")
        os.kill(workers[1], signal.SIGSTOP)
        load.signal(signal.SIGINT)
        run = self.finish(load, 10)
        self.assert_code(run, 130)
        self.assertEqual([False, True],
                         [w["died"] for w in run.doc["workers"]])

    def test_an_interrupt_while_opening_ends_soon(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            load = self.start_load(
                f"http://127.0.0.1:{silent.getsockname()[1]}/", "-c", 100,
                "-d", "60s")
            silent.settimeout(10)
            with silent.accept()[0]:
                load.signal_all(signal.SIGINT)
                run = self.finish(load, 10)
        self.assert_code(run, 130)

    def test_a_low_fd_limit_stops_before_the_start(self):
        server = self.server()
        run = self.load(f"{server.url}/stream?rate=1", "-c", 1000, "-w", 1,
                        "-d", "2s", limits={"RLIMIT_NOFILE": 200})
        self.assert_code(run, 4)
        self.assertRegex(run.err + run.out, r"ulimit -n \d+")
        self.assertEqual(0, server.stats()["streams_opened"])


if __name__ == "__main__":
    main()
