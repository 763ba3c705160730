# SPDX-License-Identifier: MIT
"""Whole-program test of weir-server: faults in which one connection has to do
with another, each beside what the clean server does.

    python3 server_lasting_test.py /path/to/weir-server [unittest options]
"""
import socket
import struct
import sys
import time
import unittest

from smoke_client import Server

PROGRAM = "weir-server"
CLEAN = "no-date"  # changes nothing that is looked at here
RESET = struct.pack("ii", 1, 0)


def reset(client):
    """Ends a connection with RST."""
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    client.close()


class LastingTest(unittest.TestCase):
    def setUp(self):
        self.server = None

    def begin(self, fault, *args):
        """A server that commits the fault, its predecessor ended."""
        self.end()
        self.server = Server(PROGRAM, "--workers", 1, "--fault", fault, *args)
        return self.server

    def end(self):
        if self.server:
            self.assertEqual((0, ""), self.server.stop())
        self.server = None

    def tearDown(self):
        self.end()

    def first_id(self, target, *headers, source=None):
        """The id of the first event, or the status without one."""
        address = ("127.0.0.1", self.server.port)
        with socket.create_connection(address, source_address=source) as s:
            s.settimeout(5)
            lines = [f"GET {target} HTTP/1.1", "Host: h", *headers, "", ""]
            s.sendall("\r\n".join(lines).encode())
            got = b""
            while b"\nid: " not in got or not got.endswith(b"\n\r\n"):
                more = s.recv(65536)
                if not more:
                    break
                got += more
                if not got.startswith(b"HTTP/1.1 200"):
                    return int(got[9:12])
        return int(got.split(b"\nid: ")[1].split(b"\n")[0])

    def publish(self, n, topic="t"):
        for i in range(n):
            self.server.post(f"/publish/{topic}", b"%d" % i)

    def test_an_equal_request_waits(self):
        for fault, waits in (("collapse", True), (CLEAN, False)):
            with self.subTest(fault=fault):
                server = self.begin(fault)
                with server.open("/stream?rate=1"), \
                        server.connect() as second:
                    second.send("GET", "/stream?rate=1")
                    second.socket.settimeout(0.3)
                    try:
                        answered = bool(second.socket.recv(100))
                    except socket.timeout:
                        answered = False
                    self.assertEqual(waits, not answered)
                    # Another header makes it another request.
                    with server.open("/stream?rate=1", "X-A: 1") as other:
                        self.assertEqual(200, other.status)

    def test_an_id_is_forgotten_when_its_stream_breaks_early(self):
        for fault, wanted in (("resume-once", 7), (CLEAN, 3)):
            with self.subTest(fault=fault):
                server = self.begin(fault)
                self.publish(6)
                with server.open("/stream/t", "Last-Event-ID: 2"):
                    pass
                server.wait_stats(lambda s: s["streams"] == 0)
                with server.open("/stream/t", "Last-Event-ID: 2") as s:
                    self.publish(1)
                    s.wait_text(b"data: 0\n\n" if wanted == 7 else b"id: 6\n")
                    self.assertIn(b"id: %d\n" % wanted, s.text)
                    self.assertEqual(wanted == 3, b"id: 3\n" in s.text)

    def test_what_a_reset_connection_was_sent_counts_as_received(self):
        for fault, wanted in (("resume-after-rst-late", 4), (CLEAN, 3)):
            with self.subTest(fault=fault):
                server = self.begin(fault)
                with server.open("/stream/t") as s:
                    self.publish(3)
                    s.wait_text(b"id: 3\ndata: 2\n\n")
                    reset(s)
                server.wait_stats(lambda s: s["streams"] == 0)
                self.publish(1)
                self.assertEqual(wanted, self.first_id("/stream/t",
                                                       "Last-Event-ID: 2"))

    def test_a_forgotten_id_is_refused(self):
        for fault, wanted in (("expired-500", 500), (CLEAN, 17)):
            with self.subTest(fault=fault):
                self.begin(fault, "--history", 4)
                self.publish(20)
                self.assertEqual(wanted, self.first_id("/stream/t",
                                                       "Last-Event-ID: 1"))
                self.assertEqual(19, self.first_id("/stream/t",
                                                   "Last-Event-ID: 18"))

    def test_old_events_come_again(self):
        for fault, behind_7, behind_9 in (("resume-newest-all", 8, 1),
                                          ("replay-all", 1, 1)):
            with self.subTest(fault=fault):
                self.begin(fault)
                self.publish(9)
                for last, wanted in ((7, behind_7), (9, behind_9)):
                    self.assertEqual(wanted, self.first_id(
                        "/stream/t", f"Last-Event-ID: {last}"))
        self.assertEqual(1, self.first_id("/stream/t"))

    def test_of_two_ids_one_is_taken_in_turn(self):
        for fault, wanted in (("dup-header-random", {4, 8}), (CLEAN, {4})):
            with self.subTest(fault=fault):
                self.begin(fault)
                self.publish(9)
                got = {self.first_id("/stream/t", "Last-Event-ID: 3",
                                     "Last-Event-ID: 7") for _ in range(4)}
                self.assertEqual(wanted, got)

    def test_only_the_first_address_resumes(self):
        for fault, wanted in (("ip-bound", 10), (CLEAN, 4)):
            with self.subTest(fault=fault):
                server = self.begin(fault)
                self.publish(9)
                with server.open("/stream/t"):
                    pass
                ask = ("/stream/t?rate=50", "Last-Event-ID: 3")
                self.assertEqual(4, self.first_id(*ask))
                got = self.first_id(*ask, source=("127.0.0.2", 0))
                self.assertEqual(wanted == 4, got == 4, got)

    def test_a_lost_crowd_is_refused(self):
        for fault, wanted in (("storm-refuse", 503), (CLEAN, 1)):
            with self.subTest(fault=fault):
                server = self.begin(fault)
                crowd = [server.open("/stream?rate=20") for _ in range(12)]
                time.sleep(0.9)  # streams that lived
                for c in crowd:
                    c.close()
                server.wait_stats(lambda s: s["streams"] == 0)
                got = [self.first_id("/stream?rate=20") for _ in range(13)]
                self.assertEqual(12 * [wanted] + [1], got)

    def test_many_early_resets_wear_the_server_out(self):
        for fault, wanted in (("rst-crash", False), (CLEAN, True)):
            with self.subTest(fault=fault):
                server = self.begin(fault)
                answered = []
                while len(answered) < 80 and all(answered):
                    c = server.connect()
                    c.send("GET", "/stream?rate=1")
                    answered.append(bool(c.socket.recv(100)))
                    reset(c)
                self.assertEqual(wanted, all(answered), len(answered))
                self.assertGreaterEqual(len(answered), 60)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=1)
