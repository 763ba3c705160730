# SPDX-License-Identifier: MIT
"""Whole-program test of weir-server: faults are counted exactly, and it
starts, stops and fails as it says.

    python3 server_fault_test.py /path/to/weir-server [unittest options]
"""
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
import unittest

from smoke_client import LIMIT, Client, Ledger, Server

PROGRAM = "weir-server"


class FaultTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(PROGRAM, "--workers", 2)

    def tearDown(self):
        code, errors = self.server.stop()
        self.assertEqual((code, errors), (0, ""))

    def total(self, streams):
        total = dict(lost=0, dup=0, swap=0, corrupt=0, events=0)
        for s in streams:
            ledger = Ledger()
            for block in s.blocks():
                ledger.arrive(int(block["id"]), block["data"])
            s.close()
            for name, value in ledger.counts.items():
                total[name] += value
        return total

    def compare(self, target, streams=12):
        before = self.server.stats()
        total = self.total([self.server.open(target)
                            for _ in range(streams)])
        after = self.server.stats()
        faults = {name: after["faults"][name] - before["faults"][name]
                  for name in after["faults"]}
        self.assertEqual(total["lost"], faults["drop"])
        self.assertEqual(total["dup"], faults["dup"])
        self.assertEqual(total["swap"], faults["swap"])
        self.assertEqual(total["corrupt"], faults["corrupt"])
        self.assertEqual(total["events"],
                         after["events"] - before["events"])
        return total

    def test_without_faults_all_counts_are_zero(self):
        total = self.compare("/stream?rate=5000&count=1000")
        self.assertEqual(total, dict(lost=0, dup=0, swap=0, corrupt=0,
                                     events=12000))

    def test_counts_of_own_generators_are_exact(self):
        for fault, name, each in (("drop-every=7", "lost", 142),
                                  ("dup-every=9", "dup", 111),
                                  ("swap-every=11", "swap", 90),
                                  ("corrupt-every=13", "corrupt", 76)):
            with self.subTest(fault=fault):
                total = self.compare(
                    f"/stream?rate=5000&count=1000&fault={fault}")
                self.assertEqual(total[name], 12 * each)

    def test_counts_of_topics_are_exact(self):
        for number, fault in enumerate(("drop-every=7", "dup-every=9",
                                        "swap-every=11",
                                        "corrupt-every=13")):
            with self.subTest(fault=fault):
                self.server.post(f"/control/fault?name={fault}")
                total = self.compare(
                    f"/stream/topic-{number}?rate=2000&count=1500")
                self.server.post("/control/fault?name=none")
                self.assertGreater(sum(total.values()) - total["events"],
                                   100)

    def test_faults_together_and_with_cuts_stay_exact(self):
        query = ("/stream?rate=4000&count=1500&fault=drop-every=50"
                 "&fault=dup-every=31&fault=corrupt-every=17")
        ledger = Ledger(1)
        last = 0
        while last < 1500:
            with self.server.open(query, f"Last-Event-ID: {last}") as s:
                taken = 0
                for block in s.blocks():
                    ledger.arrive(int(block["id"]), block["data"])
                    last = max(last, int(block["id"]))
                    taken += 1
                    if taken == 200:
                        self.server.post("/control/drop?how=rst")
        faults = self.server.stats()["faults"]
        self.assertEqual(ledger.counts["lost"], faults["drop"])
        self.assertEqual(ledger.counts["dup"], faults["dup"])
        self.assertEqual(ledger.counts["corrupt"], faults["corrupt"])

    def test_exchange_survives_a_cut_in_its_middle(self):
        for last, wanted in ((8, "9 11 10"), (9, "11 10 12")):
            with self.server.open("/stream?rate=500&fault=swap-every=10",
                                  f"Last-Event-ID: {last}") as s:
                ids = [b["id"] for b in s.blocks(3)]
            self.assertEqual(" ".join(ids), wanted)
        # Behind 11 its partner 10 is still due; behind 10 both are done.
        for last, wanted in ((11, "10 12 13"), (10, "12 13 14")):
            with self.server.open("/stream?rate=500&fault=swap-every=10",
                                  f"Last-Event-ID: {last}") as s:
                ids = [b["id"] for b in s.blocks(3)]
            self.assertEqual(" ".join(ids), wanted)

    def test_leak_is_counted_per_delivery(self):
        users = [self.server.open(f"/stream/t?user=u{n}") for n in range(5)]
        anonymous = self.server.open("/stream/t")
        self.server.wait_stats(lambda s: s["streams"] == 6)
        self.server.post("/control/fault?name=leak-user")
        for _ in range(10):
            self.server.post("/publish/t?user=u0", b"private")
        self.server.post("/publish/t", b"end")
        for s in users:
            self.assertEqual([b["data"] for b in s.blocks(11)],
                             ["private"] * 10 + ["end"])
            s.close()
        self.assertEqual([b["data"] for b in anonymous.blocks(1)], ["end"])
        anonymous.close()
        self.assertEqual(self.server.stats()["faults"]["leak"], 40)

    def test_last_id_is_ignored_on_request(self):
        with self.server.open("/stream?count=1&fault=ignore-last-id",
                              "Last-Event-ID: 1") as s:
            self.assertEqual([b["id"] for b in s.blocks()], ["1"])
        self.assertEqual(self.server.stats()["faults"]["ignored_id"], 1)

    def test_burst_holds_events_and_keeps_their_stamps(self):
        with self.server.open("/stream?rate=100&count=60"
                              "&fault=burst=200") as s:
            data = [json.loads(b["data"]) for b in s.blocks()]
        self.assertEqual([d["seq"] for d in data], list(range(1, 61)))
        self.assertLess(len({d["s"] for d in data}), 8)
        steps = {b["t"] - a["t"] for a, b in zip(data, data[1:])}
        self.assertEqual(steps, {10000000})

    def test_posted_stall_stops_once_and_skips_nothing(self):
        with self.server.open("/stream?rate=200&count=200") as s:
            list(s.blocks(5))
            self.server.post("/control/fault?name=stall=400")
            data = [json.loads(b["data"]) for b in s.blocks()]
        self.assertEqual([d["seq"] for d in data], list(range(6, 201)))
        late = max(d["s"] - d["t"] for d in data)
        self.assertGreater(late, 350e6)
        self.assertLess(late, 2000e6)

    def test_stall_of_a_topic_holds_all_its_streams(self):
        streams = [self.server.open("/stream/t?rate=200&count=200")
                   for _ in range(4)]
        for s in streams:
            list(s.blocks(3))
        self.server.post("/control/fault?name=stall=300")
        for s in streams:
            ids = [int(b["id"]) for b in s.blocks()]
            self.assertEqual(ids, list(range(ids[0], 201)))
            s.close()

    def test_unknown_fault_is_refused_with_a_suggestion(self):
        a = self.server.request("POST", "/control/fault?name=drop-evry=3")
        self.assertEqual(a.status, 400)
        self.assertIn(b"drop-every", a.body)


class LifeTest(unittest.TestCase):
    """Each test has a server to itself."""

    def start(self, *args):
        server = Server(PROGRAM, *args)
        self.addCleanup(server.stop)
        return server

    def test_sigterm_ends_all_streams_properly(self):
        for signum in (signal.SIGTERM, signal.SIGINT):
            server = self.start("--workers", 2)
            streams = [server.open("/stream?rate=20") for _ in range(20)]
            streams += [server.open("/stream/t") for _ in range(5)]
            idle = server.connect()
            server.process.send_signal(signum)
            self.assertEqual([s.drain() for s in streams], ["end"] * 25)
            for s in streams + [idle]:
                s.close()
            started = time.monotonic()
            self.assertEqual(server.stop(), (0, ""))
            self.assertLess(time.monotonic() - started, LIMIT / 2)

    def test_stop_is_bounded_when_clients_do_not_read(self):
        server = self.start("--workers", 1)
        streams = [server.open("/stream?rate=1000&size=4096",
                               receive_bytes=4096) for _ in range(3)]
        server.wait_stats(lambda s: s["bytes"] > 300000)
        self.assertEqual(server.stop()[0], 0)
        for s in streams:
            s.close()

    def test_slow_consumer_is_dropped_and_counted(self):
        server = self.start("--workers", 1, "--max-queue", "64KiB")
        good = server.open("/stream/t?rate=500&size=4096")
        slow = server.open("/stream/t", receive_bytes=4096)
        own = server.open("/stream?rate=500&size=4096", receive_bytes=4096)
        first = None
        deadline = time.monotonic() + LIMIT
        ids = []
        while time.monotonic() < deadline:
            ids += [int(b["id"]) for b in good.blocks(100)]
            if server.stats()["slow_dropped"] == 2:
                first = ids[0]
                break
        self.assertIsNotNone(first, server.stats())
        self.assertEqual(ids, list(range(first, first + len(ids))))
        self.assertEqual(slow.drain(), "reset")
        self.assertEqual(own.drain(), "reset")
        good.close()

    def test_connections_beyond_the_limit_get_503(self):
        server = self.start("--workers", 2, "--max-connections", 5)
        streams = [server.open("/stream?rate=0") for _ in range(5)]
        a = server.request("GET", "/stream")
        self.assertEqual(a.status, 503)
        self.assertIn("retry-after", a.headers)
        streams.pop().close()
        deadline = time.monotonic() + LIMIT
        while server.request("GET", "/stats").status != 200:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        for s in streams:
            s.close()

    def test_death_of_a_worker_is_told_and_shown(self):
        server = self.start("--workers", 3)
        victim = server.stats()["workers"][1]["pid"]
        os.kill(victim, signal.SIGKILL)
        deadline = time.monotonic() + LIMIT
        while os.path.exists(f"/proc/{victim}"):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        stats = server.wait_stats(lambda s: s["dead_workers"] == 1)
        self.assertFalse(stats["workers"][1]["alive"])
        self.assertEqual(server.post("/control/drop")["cut"], 0)
        code, errors = server.stop()
        self.assertEqual(code, 1)
        self.assertIn(f"pid {victim}", errors)
        self.assertIn("killed by signal 9", errors)

    def test_stopped_server_catches_up_and_skips_nothing(self):
        server = self.start("--workers", 2)
        streams = [server.open("/stream?rate=100&count=200"),
                   server.open("/stream/t?rate=100&count=200")]
        for s in streams:
            list(s.blocks(3))
        os.kill(server.process.pid, signal.SIGSTOP)
        time.sleep(1.0)
        os.kill(server.process.pid, signal.SIGCONT)
        for s in streams:
            data = [json.loads(b["data"]) for b in s.blocks()]
            self.assertEqual([d["seq"] for d in data],
                             list(range(data[0]["seq"], 201)))
            self.assertGreater(max(d["s"] - d["t"] for d in data), 800e6)
            s.close()

    def test_half_a_request_is_answered_408_in_time(self):
        server = self.start("--workers", 1, "--head-timeout", "200ms")
        silent, half = server.connect(), server.connect()
        half.socket.sendall(b"GET /stream HTTP/1.1\r\nHost: x\r\n")
        self.assertEqual(half.read_answer().status, 408)
        self.assertFalse(silent.more())
        self.assertEqual(silent.raw, b"")
        # The limit starts with the first byte of each request.
        with server.connect() as c:
            for _ in range(2):
                c.send("GET", "/status/200")
                self.assertEqual(c.read_answer().status, 200)
                time.sleep(0.3)
        silent.close()
        half.close()

    def test_heartbeats_of_streams_that_do_not_ask_are_an_option(self):
        for default, asked, heard in (("50ms", "", True),
                                      ("50ms", "&hb=0", False),
                                      ("0", "", False),
                                      ("0", "&hb=50ms", True)):
            server = self.start("--workers", 1, "--heartbeat", default)
            with server.open("/stream?rate=2&count=2" + asked) as s:
                s.drain()
                self.assertEqual(b": hb" in s.text, heard, (default, asked))

    def test_ipv6_is_served_too(self):
        process = subprocess.Popen([PROGRAM, "--host", "::1", "--port", "0"],
                                   stdout=subprocess.PIPE, text=True)
        line = process.stdout.readline()
        match = re.fullmatch(r"listening on http://\[::1\]:(\d+)\n", line)
        if match:
            with socket.create_connection(("::1", int(match[1]))) as s:
                s.sendall(b"GET /status/200 HTTP/1.0\r\n\r\n")
                self.assertTrue(s.recv(99).startswith(b"HTTP/1.1 200 OK"))
        process.terminate()
        self.assertEqual(process.wait(LIMIT), 0 if match else 3)
        process.stdout.close()

    def test_second_server_on_the_port_is_refused(self):
        server = self.start("--workers", 1)
        done = subprocess.run([PROGRAM, "--port", str(server.port)],
                              capture_output=True, text=True, timeout=LIMIT)
        self.assertEqual(done.returncode, 3)
        self.assertIn(str(server.port), done.stderr)

    def test_ready_fd_tells_the_port(self):
        read_fd, write_fd = os.pipe()
        process = subprocess.Popen(
            [PROGRAM, "--port", "0", "--ready-fd", str(write_fd)],
            pass_fds=[write_fd], stdout=subprocess.PIPE, text=True)
        os.close(write_fd)
        with os.fdopen(read_fd) as ready:
            self.assertTrue(select.select([ready], [], [], LIMIT)[0])
            port = int(ready.readline())
        self.assertEqual(process.stdout.readline(),
                         f"listening on http://127.0.0.1:{port}\n")
        with Client(port) as c:
            c.send("GET", "/status/200")
            self.assertEqual(c.read_answer().status, 200)
        process.terminate()
        self.assertEqual(process.wait(LIMIT), 0)
        process.stdout.close()

    def test_wrong_options_are_explained(self):
        for args, word in ((["--port", "x"], "--port"),
                           (["--prot", "1"], "--prot"),
                           (["--fault", "drop"], "unknown fault"),
                           (["--fault", "stall=2000"], "999"),
                           (["--workers", "0"], "--workers"),
                           (["--host", "example.com"], "--host"),
                           (["--port"], "needs a value"),
                           (["extra"], "extra")):
            done = subprocess.run([PROGRAM, *args], capture_output=True,
                                  text=True, timeout=LIMIT)
            self.assertEqual(done.returncode, 2, args)
            self.assertIn(word, done.stderr)
            self.assertEqual(done.stdout, "")

    def test_help_version_and_faults_are_printed(self):
        for option, word in (("--help", "Examples:"),
                             ("--version", "weir-server 0"),
                             ("--list-faults", "drop-every=N")):
            done = subprocess.run([PROGRAM, option], capture_output=True,
                                  text=True, timeout=LIMIT)
            self.assertEqual(done.returncode, 0)
            self.assertIn(word, done.stdout)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=1)
