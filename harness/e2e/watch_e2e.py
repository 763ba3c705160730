#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir watch as a gate: until a condition holds, in time, or not."""
import http.server
import signal
import threading
import time

from weirtest import Case, main

ORDER = (b'event: order.created\nid: %d\n'
         b'data: {"id": %d, "state": "pending", "big": 9007199254740993}\n\n')


class Streams(http.server.BaseHTTPRequestHandler):
    """/NAME: a play; each part is a pause in seconds or what is written."""
    protocol_version = "HTTP/1.1"
    plays = {
        "orders": (ORDER % (41, 41), 0.05, b": hb\n\nretry: 4321\n\n",
                   ORDER % (42, 42), 20),
        "ends": (ORDER % (41, 41),),
        "tick": (b"data: tick\n\n", 20),
        "early": (0.3, ORDER % (42, 42), 20),
        "joined": (0.3, ORDER % (42, 42), 1.2, b"data: later\n\n", 20),
        "no-blank": (b": hi\n\ndata: 1\n", 20),
        "silent": (20,),
        "comments": (b": hb\n\n", 20),
        "names": (b"message: 1\n\n",),
    }

    def do_GET(self):
        play = self.plays[self.path.split("?")[0].strip("/")]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for part in play:
                if isinstance(part, bytes):
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
                else:
                    self.server.over.wait(part)
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True

    def log_message(self, *args):
        pass


class Watch(Case):
    def setUp(self):
        super().setUp()
        server = self.listen(Streams)
        server.over = threading.Event()
        self.addCleanup(server.over.set)
        self.url = server.url + "/"

    def watch(self, code, path, *args):
        began = time.monotonic()
        run = self.weir("watch", self.url + path, *args, timeout=15)
        self.assert_code(run, code)
        return run, time.monotonic() - began

    def test_it_ends_at_the_event_that_was_waited_for(self):
        for expression in ("event == order.created && /id == 42",
                           "id == 42", "/big == 9007199254740993 && id > 41",
                           "comment ~ 'hb'", "retry == 4321",
                           "/id in [42, 43] && gap < 5s && at < 8s"):
            with self.subTest(expression):
                _, took = self.watch(0, "orders", "--until", expression,
                                     "--within", "9s")
                self.assertLess(took, 9)

    def test_a_miss_says_what_came_nearest(self):
        run, took = self.watch(1, "orders", "--within", "500ms", "--until",
                               "event == order.created && /state == new")
        self.assertGreaterEqual(took, 0.5)
        self.assertIn('/state is "pending", wanted "new" (1 of 2', run.err)
        self.assertIn("2 events came", run.err)
        run, _ = self.watch(1, "orders", "--within", "300ms", "--until",
                            "/id == '42'")
        self.assertIn("(a number, not a string)", run.err)
        run, _ = self.watch(1, "tick", "--within=300ms", "--until", "/id != 1")
        self.assertIn("the data is no JSON", run.err)

    def test_the_end_of_the_stream_is_not_waited_over(self):
        run, took = self.watch(1, "ends", "--until", "/id == 42", "--within",
                               "12s")
        self.assertLess(took, 10)
        self.assertIn("before the stream ended", run.err)
        self.assertIn("/id is 41, wanted 42", run.err)
        run, _ = self.watch(1, "ends", "--until", "/id == 42", "--reconnect",
                            "--reconnect.retry", "50ms", "--within", "400ms")
        self.assertIn("in time", run.err)

    def test_an_event_in_time_counts_however_late_it_is_read(self):
        for path, code in (("early", 0), ("joined", 4)):
            with self.subTest(path):
                watch = self.start_weir("watch", self.url + path, "--until",
                                        "/id == 42", "--within", "1s")
                watch.await_line(r"\bopen\b")
                watch.signal(signal.SIGSTOP)
                time.sleep(2)  # over both events and the limit
                watch.signal(signal.SIGCONT)
                self.assertEqual(code, watch.wait(10), watch.err())
                if code:
                    self.assertIn("uncertain", watch.err())

    def test_count_not_reached_is_a_failure(self):
        self.watch(0, "orders", "--count", "2")
        run, _ = self.watch(1, "orders", "--count", "3", "--within", "300ms")
        self.assertIn("--count was not reached in time; 2 events", run.err)
        run, _ = self.watch(1, "orders", "--count", "3", "-d", "300ms")
        self.assertIn("before the time was over", run.err)
        run, _ = self.watch(1, "ends", "--count", "2", "--no-reconnect")
        self.assertIn("before the stream ended; 1 event came", run.err)
        run, _ = self.watch(1, "orders", "--count", "1", "--until", "id == 42")
        self.assertIn("--until was not met by --count", run.err)

    def test_what_makes_no_event_is_told(self):
        run, _ = self.watch(1, "no-blank", "-d", "300ms")
        self.assertIn("no blank line that ends an event", run.err)
        run, _ = self.watch(1, "names", "--no-reconnect")
        self.assertIn("whose names no client knows", run.err)
        run, _ = self.watch(1, "no-blank", "--until", "id == 1", "--within",
                            "300ms")
        self.assertIn("0 events came", run.err)
        self.assertIn("no blank line", run.err)
        for path in ("silent", "comments", "tick"):
            self.watch(0, path, "-d", "300ms")

    def test_usage(self):
        for args, said in (
                (("--until", "event = x"), "column 7"),
                (("--until", "evnt == x"), 'did you mean "event"'),
                (("--until", "/a ~ 'x('"), "not a regular expression"),
                (("--within", "2s"), "--until or --count"),
                (("--count", "0"), "--count")):
            run, _ = self.watch(2, "tick", *args)
            self.assertIn(said, run.err)
        run = self.weir("watch", "http://127.0.0.1:9/", "--until", "id == 1")
        self.assert_code(run, 3)


if __name__ == "__main__":
    main()
