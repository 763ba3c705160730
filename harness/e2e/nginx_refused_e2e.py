#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir nginx on texts that nginx does not take: the finding nginx.refused has
nginx's own line and sentence and says what was likely meant, exit 1, and
nothing is called proven.  What only this machine or this nginx lacks is no
refusal.  Each text is judged twice, with a real nginx and by the tables."""
import concurrent.futures
import glob
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import nginx_mutants
from weirtest import BIN, Case, PATIENCE, ROOT, WIDE, main

NGINX = shutil.which("nginx", path=os.environ["PATH"] +
                     ":/usr/sbin:/usr/local/sbin")
CORPUS = os.path.join(ROOT, "scenarios/nginx")
SEED = int(os.environ.get("WEIR_SEED") or 1)
MUTANTS = 1000 if WIDE else 320
PASS = "proxy_pass http://127.0.0.1:9;"
GOOD = """server {
  listen 80;
  location /news {
    proxy_pass http://127.0.0.1:9;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_buffering off;
    proxy_read_timeout 1h;
  }
}
"""


def with_line(number, text):
    """GOOD with another line in place of one."""
    lines = GOOD.split("\n")
    lines[number - 1] = text
    return "\n".join(lines)


def whole(text):
    return "events {}\nhttp {\n" + text + "}\n"


# name: text, nginx's line, part of its sentence, part of the repair, and
# whether the repair is a change that is shown.
REFUSED = {
    "misspelt": (with_line(7, "    proxy_bufferings off;"), 7,
                 'unknown directive "proxy_bufferings"',
                 "proxy_buffering is likely meant", True),
    "colon": (with_line(7, "    proxy_buffering: off;"), 7,
              'unknown directive "proxy_buffering:"',
              "no `:` stands between", True),
    "hyphens": (with_line(7, "    proxy-buffering off;"), 7,
                'unknown directive "proxy-buffering"',
                "proxy_buffering is likely meant", True),
    "flag": (with_line(7, "    proxy_buffering no;"), 7,
             'invalid value "no" in "proxy_buffering"',
             "`proxy_buffering off;`", True),
    "unit": (with_line(8, "    proxy_read_timeout 90min;"), 8,
             '"proxy_read_timeout" directive invalid value',
             "`proxy_read_timeout 90m;`", True),
    "fraction": (with_line(8, "    proxy_read_timeout 1.5h;"), 8,
                 '"proxy_read_timeout" directive invalid value',
                 "`proxy_read_timeout 5400s;`", True),
    "word": (with_line(5, "    proxy_http_version 11;"), 5,
             'invalid value "11"', "`proxy_http_version 1.1;`", True),
    "size": (with_line(8, "    client_max_body_size 16mb;"), 8,
             '"client_max_body_size" directive invalid value',
             "`client_max_body_size 16m;`", True),
    "semicolon": (with_line(7, "    proxy_buffering off"), 8,
                  'invalid number of arguments in "proxy_buffering"',
                  "missing at the end of line 7", True),
    "twice": (with_line(7, "    proxy_read_timeout 30s;"), 8,
              '"proxy_read_timeout" directive is duplicate',
              "keep line 8", True),
    "in if": (with_line(7, '    if ($arg_live) { proxy_buffering off; }'), 7,
              '"proxy_buffering" directive is not allowed here',
              "move it into location /news { }", False),
    "two locations": (GOOD[:-2] + "  location /news { " + PASS + " }\n}\n",
                      10, 'duplicate location "/news"', "keep line 3", True),
    "no server": (whole("location /news { " + PASS + " }\n"), 3,
                  '"location" directive is not allowed here',
                  "it may only stand in server or location", False),
    "behind the server": (GOOD + "location /other { " + PASS + " }\n", 11,
                          '"location" directive is not allowed here',
                          "it may only stand in server or location", False),
    "no-break space": (with_line(7, "    proxy_buffering\u00a0off;"), 7,
                       "unknown directive", "no-break space (U+00A0", True),
    "byte order mark": ("\ufeff" + GOOD, 1, "unknown directive",
                        "byte order mark (U+FEFF", True),
    "curly quotes": (with_line(6, "    proxy_set_header X “a b”;"), 6,
                     "invalid number of arguments", "curly quote (U+201C)",
                     True),
    "too many": (with_line(8, "    proxy_read_timeout 1 h;"), 8,
                 'invalid number of arguments in "proxy_read_timeout"',
                 "it takes 1 argument, and 2 stand here", False),
}

# Only nginx itself knows these, or only with what the whole text defines.
ASKED = {
    "no scheme": (with_line(4, "    proxy_pass 127.0.0.1:9;"), 4,
                  "invalid URL prefix", "`proxy_pass http://127.0.0.1:9;`",
                  True),
    "port": (with_line(2, "  listen 800800;"), 2, 'invalid port in "800800"',
             "", False),
    "listen twice": (with_line(2, "  listen 80; listen 80;"), 2,
                     "a duplicate listen 80", "take the other one out", True),
    "variable": (whole(with_line(6, "    proxy_set_header U $no_such_one;")),
                 8, 'unknown "no_such_one" variable', "", False),
    "zone": (whole(with_line(8, "    limit_req zone=nobody;")), 10,
             'zero size shared memory zone "nobody"', "", False),
}

# Not to be had here, or of another nginx: no refusal.
LACKING = {
    "newer": with_line(2, "  listen 443 ssl; http2 on;"),
    "certificate": with_line(2, "  listen 443 ssl;\n"
                                "  ssl_certificate /no/such.pem;\n"
                                "  ssl_certificate_key /no/such.key;"),
    "include": with_line(6, "    include /no/such/proxy_params;"),
    "name": with_line(4, "    proxy_pass http://no-such-host.invalid:3000;"),
    "user": "user nobody-of-that-name;\n" + whole(GOOD),
    "module": with_line(8, "    more_set_headers 'X-A: b';"),
    "commercial": "upstream a { server 127.0.0.1:9; ntlm; }\n" + GOOD,
    "elsewhere": with_line(6, "    proxy_set_header U $connection_upgrade;"),
    "zone elsewhere": with_line(8, "    limit_req zone=per_client;"),
    "stream": whole(GOOD) + "stream {\n  server {\n    listen 53 udp;\n"
                            "    proxy_pass 127.0.0.1:54;\n  }\n}\n",
    "port of a template": with_line(2, "  listen ${PORT};"),
}


class Refused(Case):
    def doctor(self, text, *more):
        path = self.path("a.conf")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        p = subprocess.run(
            [os.path.join(BIN, "weir"), "nginx", path, "--location", "/news",
             "-f", "json", *more], capture_output=True, text=True,
            check=False, timeout=60 * PATIENCE, stdin=subprocess.DEVNULL)
        self.assertTrue(p.stdout.startswith("{"), p.stdout + p.stderr)
        return p.returncode, json.loads(p.stdout)

    @staticmethod
    def refusals(doc):
        return [f for f in doc["findings"] if f["rule"] == "nginx.refused"]

    def assert_refused(self, row, *more):
        text, line, sentence, repair, changes = row
        code, doc = self.doctor(text, *more)
        found = self.refusals(doc)
        self.assertEqual(1, code, doc["sentence"])
        self.assertEqual("fail", doc["verdict"])
        self.assertEqual(1, len(found), found)
        self.assertEqual("error", found[0]["severity"])
        self.assertEqual(line, found[0]["line"], found[0])
        self.assertGreater(found[0]["column"], 0)
        self.assertIn(sentence, found[0]["symptom"])
        self.assertIn(repair, found[0]["fix"] or "")
        self.assertIn(f"line {line}", doc["sentence"])
        self.assertEqual(changes, bool(doc["diff"]), doc["diff"])
        self.assertEqual([], [f["rule"] for f in doc["findings"]
                              if f["proof"] == "proven"])
        self.assertEqual([], [f["rule"] for f in doc["findings"][1:]
                              if f["edits"]])
        self.assertEqual("static", doc["mode"])
        return doc

    def test_by_the_tables(self):
        for name, row in REFUSED.items():
            with self.subTest(name):
                self.assert_refused(row, "--static-only")

    @unittest.skipUnless(NGINX, "nginx is not installed")
    def test_by_nginx_itself(self):
        for name, row in (REFUSED | ASKED).items():
            with self.subTest(name):
                self.assert_refused(row)

    def test_the_good_text_is_taken(self):
        for more in (("--static-only",), ()):
            _, doc = self.doctor(GOOD, *more)
            self.assertEqual([], self.refusals(doc))

    def test_what_is_not_to_be_had_here_is_no_refusal(self):
        for name, text in LACKING.items():
            with self.subTest(name):
                _, doc = self.doctor(text, "--static-only")
                self.assertEqual([], self.refusals(doc))

    @unittest.skipUnless(NGINX, "nginx is not installed")
    def test_nor_where_nginx_is_asked(self):
        for name, text in LACKING.items():
            with self.subTest(name):
                _, doc = self.doctor(text)
                self.assertEqual([], self.refusals(doc))

    @unittest.skipUnless(NGINX, "nginx is not installed")
    def test_what_is_offered_is_what_nginx_takes(self):
        text = REFUSED["semicolon"][0]
        fixed = self.path("fixed.conf")
        code, _ = self.doctor(text, "--fix", fixed)
        self.assertEqual(1, code)
        with open(fixed, encoding="utf-8") as f:
            self.assertEqual(GOOD, f.read())

    def test_nothing_is_written_where_no_repair_is_known(self):
        fixed = self.path("fixed.conf")
        code, doc = self.doctor(REFUSED["in if"][0], "--static-only", "--fix",
                                fixed)
        self.assertEqual(1, code)
        self.assertFalse(os.path.exists(fixed))
        self.assertTrue(any("--fix writes nothing" in a
                            for a in doc["assumptions"]), doc["assumptions"])

    def test_all_of_them_are_told_at_once(self):
        text = with_line(7, "    proxy_bufering off;\n"
                            "    client_max_body_size 8kb;")
        for more in (("--static-only",), () if NGINX else None):
            if more is None:
                continue
            _, doc = self.doctor(text, *more)
            self.assertEqual([7, 8], [f["line"] for f in self.refusals(doc)])
            self.assertRegex(doc["sentence"], "; 1 more")

    def test_it_is_said_in_words(self):
        path = self.path("b.conf")
        with open(path, "w", encoding="utf-8") as f:
            f.write(REFUSED["misspelt"][0])
        p = subprocess.run(
            [os.path.join(BIN, "weir"), "nginx", path, "--location", "/news",
             "--static-only"], capture_output=True, text=True, check=False,
            timeout=30 * PATIENCE)
        self.assertEqual(1, p.returncode)
        self.assertIn("nginx refuses this configuration", p.stdout)
        self.assertIn("b.conf:7:5", p.stdout)
        self.assertTrue(re.search(r"^\+ +proxy_buffering off;", p.stdout,
                                  re.MULTILINE), p.stdout)


class Mutants(Case):
    """By the tables weir says what nginx -t says of the same text."""

    def bases(self):
        """Texts of the collection that nginx takes here as they are."""
        texts = [("good", whole(GOOD))]
        for path in sorted(glob.glob(os.path.join(CORPUS, "*", "*.conf"))):
            with open(path, encoding="utf-8") as f:
                text = f.read()
            # Nobody is to be met on the ports that -t opens for a moment.
            text = re.sub(r"\blisten (\d+)", r"listen 127.0.0.1:\1", text)
            texts.append(("/".join(path.split("/")[-2:]), text))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            taken = list(pool.map(lambda t: self.nginx(t[1]) is None, texts))
        return [t for t, is_taken in zip(texts, taken) if is_taken]

    def nginx(self, text):
        """None where it is taken, or line and sentence."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            conf = os.path.join(folder, "a.conf")
            with open(conf, "w", encoding="utf-8") as f:
                f.write(text)
            p = subprocess.run(
                [NGINX, "-t", "-p", folder, "-e", "stderr", "-c", conf, "-g",
                 f"pid {folder}/pid; lock_file {folder}/lock;"],
                capture_output=True, text=True, check=False, timeout=60)
        if p.returncode == 0:
            return None
        m = re.search(r"\[emerg\] \d+#\d+: (.*?)(?: in \S+:(\d+))?$",
                      p.stderr, re.MULTILINE)
        return int(m[2] or 0), m[1]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        said = NGINX and subprocess.run([NGINX, "-v"], capture_output=True,
                                        text=True, check=False).stderr
        cls.version = said and said.strip().split("/")[-1].split()[0]

    def weir(self, text):
        p = subprocess.run(
            [os.path.join(BIN, "weir"), "nginx", "-", "--location", "/events",
             "--static-only", "-f", "json", "--nginx-version", self.version],
            input=text, capture_output=True, text=True, check=False,
            timeout=60)
        if not p.stdout.startswith("{"):
            return 0, "no document: " + p.stderr
        said = [f for f in json.loads(p.stdout)["findings"]
                if f["rule"] == "nginx.refused"]
        if not said:
            return None
        first = min(said, key=lambda f: f["line"])
        return first["line"], first["symptom"].split(": ", 1)[1]

    def compare(self, mutant):
        name, text = mutant
        asked, told = self.nginx(text), self.weir(text)
        same = (asked is None) == (told is None)
        if same and asked:
            same = asked[0] == told[0] and (
                nginx_mutants.kind_of(asked[1]) ==
                nginx_mutants.kind_of(told[1]))
        return name, asked, told, same

    @unittest.skipUnless(NGINX, "nginx is not installed")
    def test_the_tables_say_what_nginx_says_of_mutants(self):
        made = nginx_mutants.mutants(self.bases(), SEED)
        results, began = [], time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            while len(results) < MUTANTS and (
                    WIDE or time.monotonic() < began + 10):
                results += pool.map(self.compare, itertools.islice(made, 20))
        same = sum(r[3] for r in results)
        taken = sum(r[1] is None for r in results)
        print(f"\n  seed {SEED}: {len(results)} mutants, nginx takes {taken},"
              f" {same} judged alike ({100 * same / len(results):.1f} %)",
              file=sys.stderr)
        odd = [f"{name}\n    nginx {asked}\n    weir  {told}"
               for name, asked, told, alike in results if not alike]
        self.assertGreaterEqual(taken, len(results) / 3)
        self.assertGreaterEqual(same, 0.95 * len(results), "\n".join(odd))
        for line in odd if WIDE else ():
            print("  " + line, file=sys.stderr)


if __name__ == "__main__":
    main()
