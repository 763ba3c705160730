#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Judges every configuration of scenarios/nginx by its text alone.

A bad one names in comments what must be found (expect) and what follows from
the same cause (also); anything else that is an error or a warning is a false
alarm.  A good one must have neither.  Prints what was found and what was not,
rule by rule.
"""
import collections
import concurrent.futures
import html.parser
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

import weirtest

WEIR = os.path.join(weirtest.BIN, "weir")
CORPUS = pathlib.Path(__file__).parents[2] / "scenarios" / "nginx"
KEY = re.compile(r"^# ([a-z-]+): (.*)$")
OPTIONS = {"location", "host", "heartbeat", "silence", "streams",
           "event-size", "transport", "nginx-version"}


def read_keys(path):
    keys = {}
    for line in path.read_text().splitlines():
        if not line.startswith("#"):
            break
        m = KEY.match(line)
        if m:
            keys[m[1]] = m[2]
    return keys


def rules(text):
    return {r.strip() for r in text.split(",") if r.strip()}


def judge(path):
    keys = read_keys(path)
    args = [WEIR, "nginx", str(path), "--static-only", "-f", "json"]
    for key in OPTIONS & keys.keys():
        for value in keys[key].split(","):
            args += [f"--{key}", value.strip()]
    p = subprocess.run(args, capture_output=True, text=True, timeout=30)
    doc = json.loads(p.stdout) if p.stdout.startswith("{") else None
    return path, keys, p, doc


def all_of(kind):
    files = sorted((CORPUS / kind).glob("*.conf"))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(judge, files))


def alarms(doc):
    return {f["rule"] for f in doc["findings"] if f["severity"] != "info"}


class Static(unittest.TestCase):
    def test_every_bad_configuration_is_found_and_nothing_else(self):
        found, missed, false = (collections.Counter() for _ in range(3))
        trouble = []
        results = all_of("bad")
        self.assertGreaterEqual(len(results), 50)
        for path, keys, p, doc in results:
            if not doc:
                trouble.append(f"{path.name}: {p.stderr.strip()}")
                continue
            said = {f["rule"] for f in doc["findings"]}
            expect = rules(keys["expect"])
            for rule in expect:
                (found if rule in said else missed)[rule] += 1
            extra = alarms(doc) - expect - rules(keys.get("also", ""))
            false.update(extra)
            gone = expect - said
            if gone or extra:
                trouble.append(f"{path.name}: missed {sorted(gone)}, "
                               f"false {sorted(extra)}")
            worst = any(f["severity"] == "error" for f in doc["findings"])
            if p.returncode != (1 if worst else 0):
                trouble.append(f"{path.name}: exit code {p.returncode}")
        print(f"\n{'rule':42} found missed false")
        for rule in sorted(found | missed | false):
            print(f"{rule:42} {found[rule]:5} {missed[rule]:6} "
                  f"{false[rule]:5}")
        print(f"{len(results)} bad configurations, "
              f"{sum(found.values())} of {sum((found + missed).values())} "
              f"rules found, {sum(false.values())} false")
        self.assertEqual(trouble, [], "\n".join(trouble))

    def test_good_configurations_have_neither_errors_nor_warnings(self):
        results = [r for r in all_of("good")
                   if "@PORT@" not in r[0].read_text()]
        self.assertGreaterEqual(len(results), 20)
        trouble = []
        for path, _keys, p, doc in results:
            if not doc:
                trouble.append(f"{path.name}: {p.stderr.strip()}")
            elif alarms(doc) or p.returncode != 0:
                trouble.append(f"{path.name}: {sorted(alarms(doc))}")
        print(f"{len(results)} good configurations, {len(trouble)} with "
              "errors or warnings")
        self.assertEqual(trouble, [], "\n".join(trouble))

    def test_every_rule_stands_in_the_list_and_can_be_explained(self):
        p = subprocess.run([WEIR, "list", "rules", "--json"],
                           capture_output=True, text=True, check=True)
        listed = {r["id"] for r in json.loads(p.stdout)}
        named = set()
        for path in (CORPUS / "bad").glob("*.conf"):
            keys = read_keys(path)
            named |= rules(keys["expect"]) | rules(keys.get("also", ""))
        self.assertEqual(named - listed, set())
        p = subprocess.run([WEIR, "explain", "nginx.buffering-on"],
                           capture_output=True, text=True, check=True)
        self.assertIn("proxy_buffering off;", p.stdout)


SNIPPET = """location /stream {
    proxy_pass http://backend:3000;
    proxy_http_version 1.1;
    proxy_set_header Connection '';
    chunked_transfer_encoding off;
}
"""


class Page(html.parser.HTMLParser):
    """Nothing in the page loads anything, every element is closed."""
    VOID = {"meta", "input", "br"}

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        assert tag not in ("link", "img", "iframe", "object"), tag
        assert "src" not in dict(attrs), attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}>"


SHARED = """# configuration file /etc/nginx/nginx.conf:
events {}
http {
  include a.conf;
  include b.conf;
}

# configuration file /etc/nginx/a.conf:
server {
  listen 80;
  server_name a.example;
  location / { include shared.conf; }
}

# configuration file /etc/nginx/b.conf:
server {
  listen 80;
  server_name b.example;
  location / { include shared.conf; }
}

# configuration file /etc/nginx/shared.conf:
proxy_buffering on;
proxy_pass http://127.0.0.1:9;
"""


STREAM = """server {
  listen 80;
  location /events {
    proxy_pass http://127.0.0.1:3000;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_read_timeout 1h;
    %s
  }
}
"""
HELD = STREAM % "proxy_buffering on;"


def around(*includes):
    return ("events { }\nhttp {\n  include /etc/nginx/mime.types;\n" +
            "".join(f"  include {i};\n" for i in includes) + "}\n")


# Copies of what machines and images have: name, files, what is given, and the
# file whose line is blamed (None: not judged).
LAYOUTS = {
    "Debian's": ({
        "nginx.conf": around("/etc/nginx/conf.d/*.conf",
                             "/etc/nginx/sites-enabled/*"),
        "sites-enabled/app": STREAM % "include /etc/nginx/held;",
        "held": "proxy_buffering on;\n"}, "", "held"),
    "one site of it": ({
        "sites-enabled/app": STREAM % "include snippets/held;",
        "snippets/held": "proxy_buffering on;\n"}, "sites-enabled/app",
        "snippets/held"),
    "an image's": ({
        "nginx.conf": around("/etc/nginx/conf.d/*.conf"),
        "conf.d/default.conf": HELD}, "", "conf.d/default.conf"),
    "a proxy manager's": ({
        "etc/nginx/nginx.conf": around("/etc/nginx/conf.d/a.conf",
                                       "/data/nginx/proxy_host/*.conf"),
        "etc/nginx/conf.d/a.conf": "gzip off;\n",
        "data/nginx/proxy_host/1.conf": HELD}, "",
        "data/nginx/proxy_host/1.conf"),
    "SWAG's": ({
        "nginx/nginx.conf": around("/config/nginx/ssl.conf",
                                   "/config/nginx/site-confs/*.conf"),
        "nginx/ssl.conf": "ssl_protocols TLSv1.3;\n",
        "nginx/site-confs/a.conf": HELD}, "nginx",
        "nginx/site-confs/a.conf"),
    "templates'": ({
        "nginx.conf": around("/etc/nginx/conf.d/*.conf"),
        "templates/a.conf.template": HELD}, "", None),
}


class Command(weirtest.Case):
    def lay(self, files):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return folder

    def test_copied_folders_are_read_as_where_they_came_from(self):
        for name, (files, given, blamed) in LAYOUTS.items():
            with self.subTest(name):
                folder = self.lay(files)
                p = self.doctor(str(folder / given), "--location", "/events",
                                "-f", "json")
                doc = json.loads(p.stdout)
                if not blamed:
                    self.assertEqual("unjudged", doc["verdict"])
                    self.assertIn("conf.d/*.conf", doc["unjudged"])
                    continue
                self.assertEqual(
                    [str(folder / blamed)],
                    [f["file"] for f in doc["findings"]
                     if f["rule"] == "nginx.buffering-on"], p.stdout)

    def test_where_files_lie_can_be_told(self):
        main = around("/srv/conf/*.conf", "/opt/held.conf")
        folder = self.lay({"n.conf": main, "sites/a.conf": HELD,
                           "root/srv/conf/b.conf": HELD})
        for more, blamed in (
                (("--map", f"/srv/conf={folder}/sites/"), "sites/a.conf"),
                (("--root", f"{folder}/root"), "root/srv/conf/b.conf")):
            p = self.doctor(str(folder / "n.conf"), "--location", "/events",
                            "-f", "json", *more)
            self.assertIn(str(folder / blamed),
                          [f["file"] for f in json.loads(p.stdout)["findings"]
                           if f["rule"] == "nginx.buffering-on"], p.stdout)
        p = self.doctor(str(folder / "n.conf"), "--map", "srv=x")
        self.assertEqual(2, p.returncode)
        self.assertIn("FROM=TO", p.stderr)

    def doctor(self, *args, text=None):
        return subprocess.run([WEIR, "nginx", "--static-only", *args],
                              input=text, capture_output=True, text=True,
                              timeout=30)

    def test_a_pasted_location_gets_an_answer_with_a_diff(self):
        p = self.doctor("-", text=SNIPPET)
        self.assertEqual(p.returncode, 1, p.stderr)
        for part in ("nginx.buffering-on", "nginx.chunked-off", "60 s",
                     "stdin:5:5", "-    chunked_transfer_encoding off;",
                     "+    proxy_buffering off;", "nginx was not run"):
            self.assertIn(part, p.stdout)
        small = self.doctor("-", "--event-size", "500", text=SNIPPET)
        self.assertEqual(small.returncode, 0)
        strict = self.doctor("-", "--event-size", "500", "--strict",
                             text=SNIPPET)
        self.assertEqual(strict.returncode, 1)

    def test_a_syntax_error_has_nginx_s_position_and_a_caret(self):
        p = self.doctor("-", text="http {\n  server {\n    listen 80\n"
                                  "    location / {\n    }\n  }\n}\n")
        self.assertEqual(p.returncode, 1, p.stderr)
        for part in ("nginx.refused", "stdin:4:", "not terminated by",
                     "end the directive of line 3", "^"):
            self.assertIn(part, p.stdout)
        self.assertEqual(p.stderr, "")

    def test_settings_of_what_cannot_be_read_are_not_shown(self):
        for text, part in (("http {\n", "stdin:2"),
                           ("http { include a/*.conf; }\n", "found no file")):
            p = self.doctor("-", "--effective", "/stream", text=text)
            self.assertEqual((2, ""), (p.returncode, p.stdout), p.stderr)
            self.assertIn(part, p.stderr)

    def test_stream_blocks_alone_are_judged_by_their_timeout(self):
        for rest, code, part in (
                ("proxy_timeout 20s;", 1, "silent for 20 s"),
                ("", 1, "silent for 600 s"),
                ("proxy_timeout 2h;", 0, "Nothing was found")):
            with self.subTest(rest=rest):
                p = self.doctor("-", text=(
                    "events {}\nstream {\n  server {\n    listen 443;\n"
                    f"    {rest}\n    proxy_pass 127.0.0.1:8443;\n"
                    "  }\n}\n"))
                said = " ".join(p.stdout.split())
                self.assertEqual(p.returncode, code, said + p.stderr)
                self.assertIn(part, said)
                self.assertIn("connections that stream{} passes on", said)

    def test_an_if_gets_no_lines_that_nginx_refuses_there(self):
        p = self.doctor("-", "--location", "/events", text=(
            "server {\n  listen 80;\n  location /events {\n"
            "    if ($http_accept = text/event-stream) {\n"
            "      proxy_pass http://127.0.0.1:3001;\n    }\n"
            "    proxy_pass http://127.0.0.1:3000;\n  }\n}\n"))
        added = [line for line in p.stdout.splitlines()
                 if line.startswith("+") and "_" in line]
        self.assertTrue(added, p.stdout)
        for line in added:
            self.assertFalse(line.startswith("+      "), p.stdout)

    def test_the_stream_alone_is_mended(self):
        """A block, or a file of several servers, that serves more: what is
        changed is a copy for the stream, and nobody else sees it."""
        for text, host, copy in (
                ("server { listen 80;\n  location / {\n    proxy_pass "
                 "http://127.0.0.1:9;\n  }\n  location /a { return 404; }\n"
                 "}\n", None, "+  location = /chat {"),
                (SHARED, "a.example", "+  location = /chat { ")):
            with self.subTest(host=host):
                out = self.path("r.json")
                p = self.doctor("-", "--location", "/chat", "--out", out,
                                *(["--host", host] if host else []),
                                text=text)
                self.assertEqual(p.returncode, 1, p.stdout + p.stderr)
                with open(out, encoding="utf-8") as f:
                    doc = json.load(f)
                self.assert_schema(doc)
                self.assertIn(copy, doc["diff"])
                self.assertNotIn("\n-", doc["diff"].split("\n", 2)[2])
                self.assertNotIn("shared.conf (fixed)", doc["diff"])
                self.assertGreaterEqual(doc["neighbours"]["asked"], 2)
                self.assertEqual(doc["neighbours"]["changed"], 0)
                self.assertIn("serves more than the stream",
                              " ".join(p.stdout.split()))

    def test_an_application_s_restarts_alone_are_a_footnote(self):
        p = self.doctor("-", "--location", "/events", "--heartbeat", "15s",
                        "-f", "json", text=(
            "server { listen 80; location /events { proxy_pass "
            "http://127.0.0.1:9; proxy_http_version 1.1; proxy_set_header "
            "Connection ''; proxy_buffering off; proxy_read_timeout 1d; } "
            "}\n"))
        self.assertEqual({"info"}, {f["severity"] for f in
                                    json.loads(p.stdout)["findings"]})

    def test_what_is_no_stream_is_not_judged(self):
        """Never PASS: it says what to run or give instead, exit 3."""
        for text, part in (
                ("server { listen 80; return 301 https://$host$request_uri; "
                 "}\n", "only redirected"),
                ("server { listen 80; location /events { "
                 "nchan_subscriber eventsource; } }\n", "weir check URL"),
                ("server { listen 80; location /events { "
                 "push_stream_subscriber; } }\n", "weir check URL"),
                ("server { listen 80; location /events { "
                 "content_by_lua_block { ngx.say(1) } } }\n",
                 "content_by_lua_block"),
                ("events {}\nhttp { include conf.d/*.conf; }\n",
                 "found no file"),
                ("server { listen 80; location / { include gone.conf; } }\n",
                 "gone.conf"),
                ("server { listen {{ port }}; location / { proxy_pass "
                 "http://a; } }\n", "{{ port }}"),
                ("server {\n{% if tls %}\nlisten 443 ssl;\n{% endif %}\n}\n",
                 "{% if tls %}"),
                ("server { listen <%= @port %>; location / { proxy_pass "
                 "http://a; } }\n", "<%= @port %>"),
                ("server { listen @PORT@; location / { proxy_pass "
                 "http://a; } }\n", "@PORT@"),
                ("server {\nlisten 80;\n@@LOCATIONS@@\n}\n",
                 "@@LOCATIONS@@"),
                ("server {\nlisten 80;\n${LOCATIONS}\n}\n",
                 "${LOCATIONS}")):
            with self.subTest(part=part):
                out = self.path("r.json")
                p = self.doctor("-", "--location", "/events", "--out", out,
                                text=text)
                self.assertEqual(p.returncode, 3, p.stdout + p.stderr)
                said = " ".join(p.stdout.split())
                self.assertTrue(said.startswith("UNJUDGED"), said)
                self.assertIn(part, said)
                with open(out, encoding="utf-8") as f:
                    doc = json.load(f)
                self.assertEqual("unjudged", doc["verdict"])
                self.assertIn(part, doc["unjudged"])

    def test_placeholders_of_values_are_judged_and_told(self):
        p = self.doctor("-", "--location", "/events", text=(
            "server { listen ${PORT}; location /events { proxy_pass "
            "http://${APP}; proxy_buffering on; } }\n"))
        self.assertEqual(p.returncode, 1, p.stdout + p.stderr)
        self.assertIn("looks like a placeholder",
                      " ".join(p.stdout.split()))

    def test_braces_and_quotes_are_refused_not_unreadable(self):
        for text, line in (
                ("http {\n  server {\n    listen 80;\n", 4),
                ("server {\n  listen 80;\n}\n}\n", 4),
                ("server {\n  add_header A \"b;\n}\n", 4)):
            with self.subTest(text=text):
                out = self.path("r.json")
                p = self.doctor("-", "--out", out, text=text)
                self.assertEqual(p.returncode, 1, p.stdout + p.stderr)
                with open(out, encoding="utf-8") as f:
                    doc = json.load(f)
                first = doc["findings"][0]
                self.assertEqual(("nginx.refused", line),
                                 (first["rule"], first["line"]))
                self.assertEqual("fail", doc["verdict"])

    def test_what_a_missing_include_may_change_is_possible_at_most(self):
        text = ("server { listen 80; location /events { proxy_pass "
                "http://127.0.0.1:9;%s include gone.conf; } }\n")
        for more, worst in (("", {"possible"}),
                            (" proxy_buffering on;", {"possible",
                                                      "certain", "likely"})):
            out = self.path("r.json")
            self.doctor("-", "--location", "/events", "--out", out,
                        text=text % more)
            with open(out, encoding="utf-8") as f:
                doc = json.load(f)
            bad = [f for f in doc["findings"] if f["severity"] != "info"]
            self.assertTrue(bad)
            self.assertLessEqual({f["confidence"] for f in bad}, worst)
            for f in bad:
                if f["confidence"] == "possible":
                    self.assertEqual([], f["edits"], f["rule"])
                    self.assertIn("gone.conf", f["symptom"])
        on = [f for f in bad if f["directive"] == "proxy_buffering"]
        self.assertTrue(on)
        self.assertNotEqual("possible", on[0]["confidence"])

    def test_a_missing_include_is_a_note_not_an_end(self):
        folder = pathlib.Path(self.path("conf"))
        folder.mkdir()
        (folder / "nginx.conf").write_text(
            "events {}\nhttp {\n  include missing.conf;\n"
            "  include sites/*.conf;\n}\n")
        (folder / "sites").mkdir()
        (folder / "sites" / "app.conf").write_text(
            "server {\n  listen 8080;\n  location /events {\n"
            "    proxy_pass http://127.0.0.1:9;\n  }\n}\n")
        p = self.doctor(str(folder), "--nginx-version", "1.22.1")
        self.assertEqual(p.returncode, 0, p.stderr)
        self.assertIn("(possible)", p.stdout)
        self.assertIn("missing.conf", p.stdout)
        self.assertIn("app.conf:3:3", p.stdout)

    def test_a_dump_is_read_as_the_files_it_holds(self):
        dump = ("# configuration file /etc/nginx/nginx.conf:\nevents {}\n"
                "http {\n  include conf.d/*.conf;\n}\n\n"
                "# configuration file /etc/nginx/conf.d/a.conf:\n"
                "server {\n  listen 443 ssl;\n  location /sse {\n"
                "    proxy_pass http://127.0.0.1:9;\n  }\n}\n\n")
        p = self.doctor("-", text=dump)
        self.assertEqual(p.returncode, 1, p.stderr)
        self.assertIn("/etc/nginx/conf.d/a.conf:3:3", p.stdout)
        self.assertIn("nginx.buffering-tls-hold", p.stdout)

    def test_bad_usage_is_exit_2_with_a_hint(self):
        for args, hint in (([], "no configuration"),
                           (["x.conf", "--loction", "/a"], "--location"),
                           (["x.conf", "--location", "a"],
                            "expected a path"),
                           (["x.conf", "--heartbeat", "soon"], "duration"),
                           (["x.conf", "y.conf"], "two"),
                           (["/no/such.conf"], "/no/such.conf")):
            p = self.doctor(*args)
            self.assertEqual(p.returncode, 2, args)
            self.assertIn(hint, p.stderr)

    def test_the_fix_is_written_and_needs_no_other(self):
        bad = str(CORPUS / "bad" / "stackoverflow-trio.conf")
        fixed = self.path("fixed.conf")
        p = self.doctor(bad, "--location", "/events", "--heartbeat", "15s",
                        "--fix", fixed)
        self.assertEqual(p.returncode, 1, p.stderr)
        text = pathlib.Path(fixed).read_text()
        self.assertIn("proxy_buffering off;", text)
        self.assertNotIn("chunked_transfer_encoding off;",
                         re.sub("#.*", "", text))
        p = self.doctor(fixed, "--location", "/events", "--heartbeat", "15s")
        self.assertEqual(p.returncode, 0, p.stdout)
        self.assertIn("PASS", p.stdout)
        p = self.doctor(fixed, "--location", "/events", "--fix", fixed)
        self.assertEqual(pathlib.Path(fixed).read_text(), text)

    def test_every_form_of_the_result_can_be_read(self):
        conf = str(CORPUS / "bad" / "cache-lock.conf")
        outs = [self.path(f"r.{s}") for s in
                ("json", "html", "xml", "md", "csv", "txt")]
        args = [a for o in outs for a in ("-o", o)]
        p = self.doctor(conf, "--location", "/events", *args, "-f", "github")
        self.assertEqual(p.returncode, 1, p.stderr)
        self.assertRegex(p.stdout, r"::error file=.*cache-lock.conf,"
                                   r"line=\d+,col=\d+,title=nginx\.cache")
        with open(outs[0], encoding="utf-8") as f:
            doc = json.load(f)
        self.assert_schema(doc)
        page = Page()
        page.feed(pathlib.Path(outs[1]).read_text())
        self.assertEqual(page.open, [])
        again = self.path("again.html")
        subprocess.run([WEIR, "report", outs[0], "-o", again], check=True)
        # A page of saved results names the file that each came from.
        self.assertEqual(
            pathlib.Path(outs[1]).read_text(),
            pathlib.Path(again).read_text().replace(f", {outs[0]}", "", 1))
        suite = xml.etree.ElementTree.parse(outs[2]).find("testsuite")
        fails = sum(f["fails"] for f in doc["findings"])
        self.assertEqual(int(suite.get("failures")), fails)
        self.assertEqual(len(suite.findall("testcase/failure")), fails)
        self.assertIn("| **error** |", pathlib.Path(outs[3]).read_text())
        rows = pathlib.Path(outs[4]).read_text().count("\n")
        self.assertGreater(rows, len(doc["findings"]))

    def assert_schema(self, doc):
        try:
            import jsonschema
        except ImportError:
            return
        schema = CORPUS.parents[1] / "reports" / "schema"
        jsonschema.validate(doc, json.loads(
            (schema / "weir.nginx-1.schema.json").read_text()))

    def test_credentials_in_lines_are_masked(self):
        conf = SNIPPET.replace("proxy_set_header Connection '';",
                               "proxy_set_header Authorization s3cretword;")
        conf = conf.replace("chunked_transfer_encoding off;", "")
        p = self.doctor("-", "-f", "json", text=conf)
        self.assertNotIn("s3cretword", p.stdout)
        for more in ((), ("-f", "json")):
            p = self.doctor("-", "--effective", "/stream", *more, text=conf)
            self.assertEqual(p.returncode, 0, p.stderr)
            self.assertIn("Authorization", p.stdout)
            self.assertNotIn("s3cretword", p.stdout)
        p = self.doctor("-", "--effective", "/stream", "--keep-secrets",
                        text=conf)
        self.assertIn("s3cretword", p.stdout)


if __name__ == "__main__":
    weirtest.main()
