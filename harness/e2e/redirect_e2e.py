#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What goes along when a redirect leaves the origin: load, watch and check
against two servers that log each request."""
import http.server

from weirtest import Case, main

SECRETS = {"Authorization": "Bearer hush", "Cookie": "sid=hush",
           "X-Api-Key": "hush", "Proxy-Authorization": "Basic hush",
           "X-Tenant": "hush"}
HARMLESS = {"User-Agent": "mine/1", "Accept-Language": "eo"}


def leaked(requests):
    """Names of the headers that carry a secret."""
    return {name for _, _, headers in requests
            for name, value in headers.items() if "hush" in value}


class Answers(http.server.BaseHTTPRequestHandler):
    """/stream is one; every other path leads to where the server is told."""
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        if self.path.startswith("/stream"):
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.close_connection = True
            if self.command != "HEAD":
                self.wfile.write(b"retry: 200\nid: 7\ndata: x\n\n")
            return
        self.send_response(307 if self.server.leads_to else 404)
        self.send_header("Location", self.server.leads_to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_OPTIONS = do_FOO = do_SEARCH = do_GET

    def log_message(self, *args):
        pass


class Redirect(Case):
    def setUp(self):
        super().setUp()
        self.home, self.abroad = self.listen(Answers), self.listen(Answers)
        self.home.leads_to = self.abroad.url + "/stream"
        self.abroad.leads_to = ""

    def ask(self, command, *args):
        """Runs the command with all headers until some events were had."""
        headers = []
        for name, value in {**SECRETS, **HARMLESS}.items():
            headers += ["-H", f"{name}: {value}"]
        more = {"load": ("-c", 2, "-d", "1s", "--out", self.path("r.json")),
                "watch": ("--count", 2),
                "check": ("--fast", "-o", self.path("r.json"),
                          "--user-a", "Bearer hush1", "--user-b",
                          "Bearer hush2")}[command]
        run = self.weir(command, self.home.url + "/entry", *headers, *more,
                        *args, timeout=90)
        self.assertIn(run.code, (0, 1, 4), str(run))
        self.assertTrue(self.abroad.seen, str(run))
        return run

    def test_only_what_is_harmless_goes_to_another_origin(self):
        for command in ("load", "watch", "check"):
            with self.subTest(command):
                self.home.seen.clear()
                self.abroad.seen.clear()
                run = self.ask(command)
                self.assertTrue(all(SECRETS.items() <= h.items()
                                    for _, _, h in self.home.seen))
                abroad = [h for _, _, h in self.abroad.seen]
                self.assertEqual(set(), leaked(self.abroad.seen))
                self.assertTrue(any(h.get("Accept-Language") == "eo" and
                                    h.get("User-Agent") == "mine/1"
                                    for h in abroad))
                self.assertEqual({f"127.0.0.1:{self.abroad.server_port}"},
                                 {h["Host"] for h in abroad})
                if command != "load":
                    said = run.out + str(run.doc)
                    self.assertIn("another origin, which gets no "
                                  "Authorization, Cookie, X-Api-Key", said)
                    self.assertIn("--location-trusted", said)

    def test_a_trusted_way_gets_all(self):
        for command in ("load", "watch", "check"):
            with self.subTest(command):
                self.abroad.seen.clear()
                self.ask(command, "--location-trusted")
                self.assertTrue(any(SECRETS.items() <= h.items()
                                    for _, _, h in self.abroad.seen))

    def test_the_same_origin_gets_all(self):
        self.home.leads_to = "/stream"
        for command in ("load", "watch"):
            with self.subTest(command):
                self.home.seen.clear()
                self.abroad.seen.append("not asked")
                self.ask(command)
                self.assertTrue(all(SECRETS.items() <= h.items()
                                    for _, _, h in self.home.seen))

    def test_a_stranger_who_sends_back_home_gains_nothing(self):
        self.home.leads_to = self.abroad.url + "/back"
        self.abroad.leads_to = self.home.url + "/stream"
        for command in ("load", "watch", "check"):
            with self.subTest(command):
                self.home.seen.clear()
                self.ask(command)
                streams = [r for r in self.home.seen
                           if r[1].startswith("/stream")]
                self.assertTrue(streams)
                self.assertEqual(set(), leaked(streams))

    def test_the_id_resumes_behind_the_redirect(self):
        self.ask("watch")
        self.assertEqual("7", self.abroad.seen[-1][2].get("Last-Event-ID"))

    def test_a_refusal_says_what_was_not_sent(self):
        self.home.leads_to = self.abroad.url + "/other"
        run = self.weir("load", self.home.url + "/entry", "-H",
                        "X-Api-Key: hush", "-d", "1s")
        self.assertIn("it answered 404, behind a redirect to another origin, "
                      "which gets 1 header less (--location-trusted",
                      " ".join((run.out + run.err).split()))


if __name__ == "__main__":
    main()
