#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Where secrets go: what goes along when a redirect leaves the origin, and
what becomes of those that a server sends back."""
import base64
import glob
import http.server
import json
import os
import urllib.parse

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


class Echo(http.server.BaseHTTPRequestHandler):
    """Sends back all it was told, in every coding, in small pieces; to every
    third one as an error."""

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        told = " ".join([self.path, *self.headers.values(),
                         self.rfile.read(length).decode()])
        told = urllib.parse.unquote(told) + " " + told
        self.server.seen.append(told)
        failed = len(self.server.seen) % 3 == 0
        self.send_response(500 if failed else 200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("X-Echo", told)
        self.end_headers()
        for text in (told, urllib.parse.quote(told, safe=""),
                     json.dumps({"told": told}),
                     base64.b64encode(told.encode()).decode()):
            line = f"retry: 100\ndata: {text}\n\n".encode()
            for at in range(0, len(line), 61):
                try:
                    self.wfile.write(line[at:at + 61])
                except OSError:
                    return

    do_POST = do_HEAD = do_OPTIONS = do_SEARCH = do_GET

    def log_message(self, *args):
        pass


class Secrets(Case):
    SECRETS = ("bearer-s3cret-A1", "cook1e-s3cret-B2", "query/s3cret+C3",
               "body-s3cret-D4", "column-s3cret-E5", "header-0123456789abcdef")

    def given(self, url):
        return ["-H", "Authorization: Bearer bearer-s3cret-A1",
                "-H", "Cookie: sid=cook1e-s3cret-B2; lang=eo",
                "-H", "X-Trace: header-0123456789abcdef",
                url + "/?token=" + urllib.parse.quote("query/s3cret+C3",
                                                      safe=""),
                "--method", "POST", "--body",
                '{"api_key": "body-s3cret-D4"}']

    def leaks(self, text):
        """Which secrets stand in it, or in what of it is Base64."""
        text += " ".join(
            base64.b64decode(w + "=" * (-len(w) % 4)).decode("latin1")
            for w in text.replace('"', " ").split()
            if len(w) > 15 and all(c.isalnum() or c in "+/=" for c in w)
            and len(w.rstrip("=")) % 4 != 1)
        return [s for s in self.SECRETS
                if s in text or urllib.parse.quote(s, safe="") in text]

    def assert_kept(self, run):
        texts = {"stdout": run.out, "stderr": run.err}
        for path in glob.glob(self.path("**"), recursive=True):
            if os.path.isfile(path) and not path.endswith("users.csv"):
                with open(path, encoding="utf-8") as f:
                    texts[path] = f.read()
        self.assertGreater(len(texts), 3)
        self.assertEqual({}, {name: found for name, text in texts.items()
                              if (found := self.leaks(text))})

    def test_no_output_has_what_the_server_sends_back(self):
        server = self.listen(Echo)
        users = self.write("users.csv", "name,password\nu,column-s3cret-E5\n")
        forms = [o for f in ("r.json", "r.xml", "r.md", "r.html", "r.csv")
                 for o in ("-o", self.path(f))]
        more = {"load": ("-c", 3, "-d", "1s", "--users", users, "-H",
                         "X-Pass: {{user.password}}"),
                "check": ("--fast", "--save-recordings",
                          self.path("saved"))}
        for command, options in more.items():
            with self.subTest(command):
                run = self.weir(command, *self.given(server.url), *options,
                                *forms, timeout=90)
                self.assertIn(run.code, (0, 1, 3, 4), str(run))
                self.assertTrue(any("bearer-s3cret-A1" in s
                                    for s in server.seen))
                self.assert_kept(run)
        mode = os.stat(glob.glob(self.path("saved/*.json"))[0]).st_mode
        self.assertEqual(0o600, mode & 0o777)


if __name__ == "__main__":
    main()
