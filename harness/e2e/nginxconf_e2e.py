#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The resolver against a real nginx: 210 generated servers with nested
locations; for each of some 1,800 requests both must agree on the block that
answers and on every setting whose effect can be seen.

WEIR_SEED chooses other configurations."""
import gzip
import http.client
import json
import os
import posixpath
import random
import re
import shutil
import subprocess
import time
from urllib.parse import unquote

import nginxconf_make
from weirtest import BIN, Case, SANITIZED, accepts, await_, free_port, main

RESOLVE = os.path.join(os.path.dirname(BIN), "tests", "nginxconf_resolve")
SERVERS = 60 if SANITIZED else 210
BROKEN = 30 if SANITIZED else 100
# What breaks a configuration, and how nginx says that the words are wrong.
MARKS = ("", "", "{", "}", ";", '"', "'", "\\", "#", "\n", " ", "$", "${",
         "x" * 4096)
SYNTAX = (r"unexpected (\".\"|end of .*)$|too long parameter|"
          r"directive .* (is not terminated|has no opening)")
SEED = int(os.environ.get("WEIR_SEED", "1"))
NAMES = ("set", "add_header", "default_type", "gzip", "gzip_types",
         "gzip_vary", "charset", "charset_types", "expires", "server_tokens",
         "keepalive_timeout", "sub_filter", "error_page", "proxy_set_header",
         "proxy_hide_header", "proxy_http_version",
         "proxy_pass_request_headers")
PLAIN = {200, 201, 204, 206, 301, 302, 303, 304, 307, 308}


def normal(path):
    """nginx sends on what it got, unless that was rewritten."""
    path = unquote(path.strip().split("?")[0])
    end = "/" if re.search(r"/\.{0,2}$", path) else ""
    return (posixpath.normpath("/" + path.lstrip("/")) + end).replace(
        "//", "/")


class Answer:
    """What nginx gave."""

    def __init__(self, response, body):
        self.status = response.status
        self.headers = response.getheaders()
        self.type = response.getheader("Content-Type") or ""
        self.body = body
        if self.header("Content-Encoding") == "gzip":
            self.body = gzip.decompress(body)
        self.body = self.body.decode()

    def header(self, name):
        return ", ".join(v for k, v in self.headers
                         if k.lower() == name.lower())


class Expected:
    """What the resolver says, as it would show."""

    def __init__(self, said):
        self.said = said
        self.settings = said["settings"]

    def word(self, name, i=0):
        values = self.settings[name]
        return values[0][i] if values and i < len(values[0]) else ""

    def is_on(self, name):
        return self.word(name).lower() == "on"

    def loc(self):
        """The value that `set $loc` had at the end; None where no location
        was entered at last, and an earlier one may have set it."""
        if not self.said["location"]:
            return None
        for values in (self.settings["set"], self.said["outer_set"]):
            if values and self.said["status"] != 301:
                return values[-1][1]
        return None

    def added(self, status):
        return sorted((v[0], v[1]) for v in self.settings["add_header"]
                      if status in PLAIN or v[2:] == ["always"])

    def expires(self, status):
        age = {"1h": 3600, "90m": 5400}.get(self.word("expires"))
        return f"max-age={age}" if age and status in PLAIN else ""

    def content_type(self, plain_type):
        charset = self.word("charset")
        listed = plain_type in self.settings["charset_types"][0]
        return plain_type + (f"; charset={charset}"
                             if charset != "off" and listed else "")

    def compresses(self, plain_type):
        return self.is_on("gzip") and (
            plain_type == "text/html" or
            plain_type in self.settings["gzip_types"][0])

    def filtered(self, text):
        for pair in self.settings["sub_filter"]:
            text = text.replace(pair[0], pair[1], 1)
        return text

    def sent(self, name, client):
        """The header that the server behind gets."""
        set_to = [v[1] for v in self.settings["proxy_set_header"]
                  if v[0].lower() == name]
        if set_to:  # of several, $http_* is the first
            return next((v for v in set_to if v), "")
        return client if self.is_on("proxy_pass_request_headers") else ""


class NginxConf(Case):
    maxDiff = None
    def write_all(self):
        self.ports = (free_port(), free_port())
        self.backend = free_port()
        files, self.maker = nginxconf_make.make(
            random.Random(SEED), SERVERS, self.ports, self.backend)
        for folder in ("conf.d", "conf.d/.hidden"):
            os.makedirs(self.path(folder), exist_ok=True)
        for name, text in files.items():
            self.write(name, text)

    def nginx_argv(self):
        nginx = shutil.which("nginx", path=os.environ["PATH"] +
                             ":/usr/sbin:/usr/local/sbin")
        if not nginx:
            self.skipTest("nginx is not installed")
        return (nginx, "-p", self.folder, "-c", self.path("nginx.conf"), "-e",
                self.path("error.log"))

    def start_nginx(self):
        argv = self.nginx_argv()
        for _ in range(5):
            self.write_all()
            test = subprocess.run([*argv, "-T"], capture_output=True)
            self.assertEqual(0, test.returncode, test.stderr.decode())
            p = self.start(*argv, "-g", "daemon off;")
            await_(lambda: all(map(accepts, self.ports)) or not p.running(),
                   10, "nginx")
            if p.running():
                with open(self.path("dump"), "wb") as f:
                    f.write(test.stdout)
                return p
        self.fail(p.err())

    def ask_nginx(self, requests):
        """The answers, and what the access log says of each."""
        open_ = {p: http.client.HTTPConnection("127.0.0.1", p, timeout=10)
                 for p in self.ports}
        answers = []
        for i, (host, port, uri) in enumerate(requests):
            connection = open_[port]
            connection.request("GET", uri, headers={
                "Host": host, "X-P": "cp", "X-Q": "cq", "X-Id": str(i),
                "User-Agent": "ua", "Accept": "text/event-stream",
                "Accept-Encoding": "gzip"})
            response = connection.getresponse()
            answers.append(Answer(response, response.read()))
        for connection in open_.values():
            connection.close()
        return answers

    def read_log(self, count):
        def look():
            with open(self.path("seen.log"), encoding="utf-8") as f:
                lines = f.read().splitlines()
            return len(lines) >= count and lines
        return [line.split("|")[2] for line in await_(look, 10, "the log")]

    def ask_resolver(self, requests):
        text = "".join(f"{host}\t{port}\t{uri}\t{','.join(NAMES)}\n"
                       for host, port, uri in requests)
        run = subprocess.run([RESOLVE, self.path("dump")], check=True,
                             input=text.encode(), capture_output=True)
        return [json.loads(line) for line in run.stdout.splitlines()]

    # ---- Agreement ----

    def differences(self, request, said, got, loc):
        """Sentences; none where both agree."""
        if "error" in said:
            return [said["error"]]
        want = Expected(said)
        checks = [("location", want.loc() or loc, loc),
                  ("added", want.added(got.status), sorted(
                      (k, v) for k, v in got.headers
                      if re.fullmatch("X-[ABC]", k))),
                  ("Cache-Control", want.expires(got.status),
                   got.header("Cache-Control")),
                  ("Server", "nginx" if not want.is_on("server_tokens")
                   else got.header("Server"), got.header("Server"))]
        if want.is_on("server_tokens"):
            checks.append(("Server", True, "/" in got.header("Server")))
        if got.status != 500:
            checks.append(("Keep-Alive", "timeout=" +
                           want.word("keepalive_timeout", 1)[:-1],
                           got.header("Keep-Alive")))
        checks += self.checks_of_body(request, want, got)
        return [f"{what}: {a!r} expected, {b!r} seen"
                for what, a, b in checks if a != b]

    def checks_of_body(self, request, want, got):
        said = want.said
        if said["family"] == "proxy":
            kind = "text/plain"
            checks = self.checks_of_proxy(request, want, got)
        elif said["family"] == "return" and said["status"] == 200:
            kind = want.word("default_type")
            checks = [("body", want.filtered(said["answer"]), got.body)]
        else:
            kind = "text/html"
            checks = [("status", said["status"] or 404, got.status)]
            if said["answer"]:
                place = got.header("Location")
                checks.append(("Location", said["answer"], place if
                               place == said["answer"] else
                               re.sub("^http://[^/]*", "", place)))
        if got.status < 300 or got.status >= 400:
            checks.append(("Content-Type", want.content_type(kind),
                           got.type))
        # An empty body and other statuses are not compressed.
        if got.status in (200, 403, 404):
            squeezed = want.compresses(kind)
            checks.append(("Content-Encoding", "gzip" if squeezed else "",
                           got.header("Content-Encoding")))
            checks.append(("Vary", "Accept-Encoding" if squeezed and
                           want.is_on("gzip_vary") else "",
                           got.header("Vary")))
        return checks

    def checks_of_proxy(self, request, want, got):
        said = want.said
        hidden = {v[0].lower() for v in want.settings["proxy_hide_header"]}
        checks = [("passed", [h for h in ("X-B1", "X-B2", "X-B3")
                              if h.lower() not in hidden],
                   [k for k, _ in got.headers if k.startswith("X-B") and
                    len(k) == 4])]
        uri = said["path"]
        if said["pass_uri"]:
            uri = said["pass_uri"] + uri[len(said["location"]):]
        text = "alpha beta p={} q={} host={} proto=HTTP/{} ua={} ".format(
            want.sent("x-p", "cp"),
            want.sent("x-q", "cq").replace("$loc", want.loc() or ""), "{}",
            want.word("proxy_http_version"),
            want.sent("user-agent", "ua"))
        host = want.sent("host", "")
        seen = re.sub("host=(\\S*)", "host={}", got.body)
        seen, _, path = seen.partition("uri=")
        checks.append(("sent on", want.filtered(text), seen))
        checks.append(("host sent on", host == "other",
                       "host=other " in got.body))
        if "//.." not in request[2]:  # means two things, with merge_slashes
            checks.append(("URI sent on", normal(uri), normal(path)))
        return checks

    def test_the_resolver_agrees_with_nginx(self):
        nginx = self.start_nginx()
        requests = [(host, port, uri) for host, port, uris in self.maker.hosts
                    for uri in uris]
        began = time.monotonic()
        answers = self.ask_nginx(requests)
        log = self.read_log(len(requests))
        self.assert_alive(nginx)
        said = self.ask_resolver(requests)
        self.assertEqual(len(requests), len(said))
        wrong = []
        for i, request in enumerate(requests):
            for text in self.differences(request, said[i], answers[i],
                                         log[i]):
                wrong.append(f"{request[0]}:{request[1]}{request[2]} "
                             f"[{log[i]}]: {text}")
        if os.environ.get("WEIR_KEEP"):
            shutil.copytree(self.folder, os.environ["WEIR_KEEP"],
                            dirs_exist_ok=True)
        print(f"seed {SEED}: {SERVERS} servers, {len(requests)} requests, "
              f"{len(wrong)} differences, "
              f"{time.monotonic() - began:.1f} s")
        self.assertEqual([], wrong[:20], f"{len(wrong)} differences")

    # ---- What is no configuration ----

    def complaint_of_nginx(self):
        """(sentence, line), or None."""
        run = subprocess.run([*self.nginx_argv(), "-t"], capture_output=True)
        m = re.search(r"\[emerg\] (.*) in \S+:(\d+)$", run.stderr.decode(
            errors="replace"), re.MULTILINE | re.DOTALL)
        if not m and run.returncode:  # of a whole block, said at its end
            return "", 0
        return m and (m.group(1), int(m.group(2)))

    def complaint_of_reader(self):
        run = subprocess.run([RESOLVE, self.path("nginx.conf")],
                             stdin=subprocess.DEVNULL, capture_output=True)
        if run.returncode == 0:
            return None
        first = run.stderr.decode(errors="replace")
        m = re.match(r"(.*?) in \S+:(\d+)(;|$)", first,
                     re.MULTILINE | re.DOTALL)
        self.assertEqual(1, run.returncode, first)
        return m.group(1), int(m.group(2))

    @staticmethod
    def judge_broken(text, nginx, reader):
        """A sentence where the two disagree on a text.  What only nginx
        refuses (wrong words in the right places) comes before or instead."""
        if nginx == reader:
            return None
        by_words = nginx and re.match(SYNTAX, nginx[0])
        if nginx and not by_words and (not reader or reader[1] >= nginx[1]):
            return None
        line = min(said[1] for said in (nginx, reader) if said)
        near = "\n".join(text.split("\n")[max(0, line - 3):line + 1])
        return f"nginx says {nginx}, the reader {reader}:\n{near[:2000]}"

    def test_broken_configurations_are_refused_in_the_same_words(self):
        self.nginx_argv()
        rng = random.Random(SEED)
        wrong, refused = [], 0
        for _ in range(BROKEN):
            files, _ = nginxconf_make.make(rng, 1, (1, 2), 3)
            text = files["nginx.conf"].replace("access_log seen.log seen;",
                                               "access_log off;")
            for _ in range(rng.randint(1, 2)):
                at = rng.randrange(text.index("http"), len(text))
                end = at + rng.randint(0, 1)
                text = text[:at] + rng.choice(MARKS) + text[end:]
            self.write("nginx.conf", text)
            reader = self.complaint_of_reader()
            refused += reader is not None
            wrong.append(self.judge_broken(
                text, self.complaint_of_nginx(), reader))
        wrong = [w for w in wrong if w]
        self.assertFalse(wrong, f"{len(wrong)}: " + "\n".join(wrong[:5]))
        self.assertGreater(refused, BROKEN // 5)


if __name__ == "__main__":
    main()
