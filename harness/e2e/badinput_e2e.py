#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a hurried user gets wrong, and targets that are no event streams."""
import http.server
import socket
import threading
import time

from weirtest import Case, await_, children, free_port, main, status_kib


class Page(http.server.BaseHTTPRequestHandler):
    """/html is a page, /500 an error, /flood a line that never ends."""

    def do_GET(self):
        if self.path == "/flood":
            return self.flood()
        self.send_response(500 if self.path == "/500" else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Sign in</title>")

    def flood(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            self.wfile.write(b"data: ")
            while True:
                self.wfile.write(b"x" * 65536)
        except OSError:
            pass

    def log_message(self, *args):
        pass


class BadInput(Case):
    def one_sentence(self, run):
        lines = [n for n in run.err.splitlines() if n.startswith("weir")]
        self.assertEqual(1, len(lines), str(run))
        return lines[0]

    def test_an_unknown_key_names_place_and_suggestion(self):
        path = self.write("s.yaml", "url: http://127.0.0.1:1/\n"
                          "connections: 5\nduraton: 5s\n")
        run = self.weir("load", path)
        self.assert_code(run, 2)
        self.assertRegex(run.err, r"s\.yaml:3:1")
        self.assertIn("duraton", run.err)
        self.assertRegex(run.err, r'did you mean "?duration')

    def test_a_wrong_value_names_place_and_key(self):
        path = self.write("s.yaml", "url: http://127.0.0.1:1/\n"
                          "publish:\n  url: http://127.0.0.1:1/p\n"
                          "  rate: fast\n")
        run = self.weir("load", path)
        self.assert_code(run, 2)
        self.assertRegex(run.err, r"s\.yaml:4:\d+")
        self.assertIn("rate", run.err)

    def test_broken_yaml_names_the_place(self):
        path = self.write("s.yaml", "url: [http://127.0.0.1\nconnections: 5\n")
        run = self.weir("load", path)
        self.assert_code(run, 2)
        self.assertRegex(run.err, r"s\.yaml:\d+:\d+")

    def test_a_result_that_cannot_be_written_is_told_before_the_run(self):
        run = self.weir("load", "http://127.0.0.1:1/", "-o",
                        "/proc/none/r.json")
        self.assert_code(run, 2)
        self.assertIn("/proc/none/r.json: its folder cannot be made", run.err)

    def test_an_unknown_option_is_told_with_a_suggestion(self):
        run = self.weir("load", "http://127.0.0.1:1/", "--conections", 5)
        self.assert_code(run, 2)
        self.assertIn("connections", run.err)

    def test_an_unknown_threshold_field_is_told_with_a_suggestion(self):
        run = self.weir("load", "http://127.0.0.1:1/", "--threshold",
                        "latency.p98x < 5ms")
        self.assert_code(run, 2)
        self.assertIn("latency.p9", run.err)

    def test_an_unknown_command_is_told_with_a_suggestion(self):
        run = self.weir("laod", "http://127.0.0.1:1/")
        self.assert_code(run, 2)
        self.assertIn("load", run.err)

    def test_no_argument_at_all_is_usage(self):
        run = self.weir()
        self.assert_code(run, 2)
        self.assertRegex(run.out + run.err, r"(?s)Usage: weir.*\bload\b")

    def test_a_missing_file_is_told(self):
        run = self.weir("load", self.path("none.yaml"))
        self.assert_code(run, 2)
        self.assertIn("none.yaml", run.err)

    def test_a_dead_port_is_exit_3_at_once(self):
        start = time.monotonic()
        run = self.load(f"http://127.0.0.1:{free_port()}/", "-c", 50, "-d",
                        "30s")
        self.assert_code(run, 3)
        self.assertLess(time.monotonic() - start, 5)
        self.assertRegex(run.out + run.err, r"(?i)refused")

    def test_a_name_that_does_not_resolve_is_exit_3(self):
        run = self.load("http://no-such-host.invalid/", "-d", "30s")
        self.assert_code(run, 3)
        self.assertIn("no-such-host.invalid", run.out + run.err)

    def test_a_page_is_told_with_status_and_type(self):
        url = self.listen(Page).url
        run = self.load(f"{url}/html", "-c", 3, "-d", "20s")
        self.assert_code(run, 3)
        self.assertRegex(run.out + run.err, r"200.*text/html|text/html.*200")

    def test_an_error_status_is_told(self):
        url = self.listen(Page).url
        run = self.load(f"{url}/500", "-c", 3, "-d", "20s")
        self.assert_code(run, 3)
        self.assertRegex(run.out + run.err, r"\b500\b")

    def test_a_silent_server_is_given_up(self):
        with socket.create_server(("127.0.0.1", 0)) as s:
            port = s.getsockname()[1]
            run = self.load(f"http://127.0.0.1:{port}/", "-c", 2, "-d", "20s",
                            "--head-timeout", "500ms")
        self.assert_code(run, 3)
        self.assertRegex(run.out + run.err, r"(?i)time|answer|response")

    def test_an_endless_line_is_cut_and_counted(self):
        url = self.listen(Page).url
        load = self.start_load(f"{url}/flood", "-c", 4, "-d", "4s", "-w", 1,
                               "--max-line", "256KiB", "--reconnect.retry",
                               "100ms")
        most = 0
        while load.running():
            for pid in children(load.pid):
                most = max(most, status_kib(pid, "VmHWM"))
            threading.Event().wait(0.05)
        run = self.finish(load)
        self.assertGreaterEqual(run.connections["limit_exceeded"], 4, str(run))
        self.assertLess(most, 600 * 1024, "kB of memory in a worker")


if __name__ == "__main__":
    main()
