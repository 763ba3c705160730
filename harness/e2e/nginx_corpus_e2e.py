#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir nginx on the whole collection of configurations, with a real nginx:
every rule that a bad one names is found, good ones are left in peace, and what
--fix writes is accepted by nginx, proven, and touches nothing else.

Each file says what it is about in comments at its top: location, host,
heartbeat, event-size, streams, nginx-version, expect (rules that must be
found), also (rules that may be).  Without WEIR_CORPUS=all every third file is
run live and the others by their text."""
import concurrent.futures
import difflib
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import time
import unittest

from weirtest import BIN, Case, PATIENCE, ROOT, SANITIZED, WIDE, main

NGINX = shutil.which("nginx", path=os.environ["PATH"] +
                     ":/usr/sbin:/usr/local/sbin")
CORPUS = os.path.join(ROOT, "scenarios/nginx")
ALL = WIDE or os.environ.get("WEIR_CORPUS") == "all"
# A run mostly waits: more than there are cores.
AT_ONCE = 2 if SANITIZED else 4
SHARE = 1 if ALL else 12 if SANITIZED else 3
OPTIONS = ("location", "host", "heartbeat", "event-size", "streams",
           "nginx-version")


class Config:
    """One file of the collection and what it says of itself."""

    def __init__(self, path):
        self.path = path
        self.bad = os.path.basename(os.path.dirname(path)) == "bad"
        self.name = "/".join(path.split("/")[-2:])
        with open(path, encoding="utf-8", newline="") as f:
            self.text = f.read()
        self.says = {}
        for key, value in re.findall(r"^# ([a-z-]+): (.*)$", self.text,
                                     re.MULTILINE):
            self.says.setdefault(key, value.strip())

    def rules(self, key):
        return [r.strip() for r in self.says.get(key, "").split(",") if r]

    def arguments(self):
        args = []
        for key in OPTIONS:
            if key in self.says:
                args += [f"--{key}", self.says[key]]
        return args


class Outcome:
    def __init__(self, config, folder, live):
        self.config, self.live = config, live
        self.folder = os.path.join(folder, config.name.replace("/", "-"))
        os.makedirs(os.path.join(self.folder, "tmp"))
        self.fixed = os.path.join(self.folder, "fixed.conf")
        self.began = time.monotonic()
        self.code, self.doc, self.said = self.run(
            config.path, *([] if live else ["--static-only"]), "--fix",
            self.fixed)
        self.took = time.monotonic() - self.began
        self.left = os.listdir(os.path.join(self.folder, "tmp"))

    def run(self, path, *more):
        out = os.path.join(self.folder, "r.json")
        p = subprocess.run(
            [os.path.join(BIN, "weir"), "nginx", path, "--out", out,
             *self.config.arguments(), *more], capture_output=True, text=True,
            check=False, timeout=60 * PATIENCE, stdin=subprocess.DEVNULL,
            env=dict(os.environ, TMPDIR=os.path.join(self.folder, "tmp")))
        doc = None
        if os.path.exists(out):
            with open(out, encoding="utf-8") as f:
                doc = json.load(f)
        return p.returncode, doc, p.stdout + p.stderr

    def serious(self):
        """Rules with errors or warnings."""
        return {f["rule"] for f in self.doc["findings"]
                if f["severity"] != "info"}

    def found(self):
        return {f["rule"] for f in self.doc["findings"]}

    def fixable(self):
        return [f for f in self.doc["findings"]
                if f["severity"] != "info" and f["proof"] != "none"]

    def missed(self):
        return [r for r in self.config.rules("expect")
                if r not in self.found()]


def changed_lines(before, after):
    """Lines taken out of and put into a text."""
    diff = list(difflib.unified_diff(before.splitlines(), after.splitlines(),
                                     n=0, lineterm=""))[2:]
    return ([d[1:] for d in diff if d.startswith("-")],
            [d[1:] for d in diff if d.startswith("+")])


@unittest.skipUnless(NGINX, "nginx is not installed")
class NginxCorpus(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.configs = [Config(p) for p in sorted(
            glob.glob(os.path.join(CORPUS, "*", "*.conf")))]
        # Templates of other tests have no location.
        cls.configs = [c for c in cls.configs if "location" in c.says]

    def is_live(self, i):
        return i % SHARE == 0 and self.configs[i].says.get("live") != "no"

    def outcomes(self):
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            waiting = [pool.submit(Outcome, c, self.folder, self.is_live(i))
                       for i, c in enumerate(self.configs)]
            return [w.result() for w in waiting]

    def test_the_collection(self):
        began = time.monotonic()
        outcomes = self.outcomes()
        took = time.monotonic() - began
        for o in outcomes:
            self.assertIsNotNone(o.doc, f"{o.config.name}: {o.said}")
            self.assertNotIn("Sanitizer", o.said)
            self.assertEqual([], o.left, o.config.name)
        self.report(outcomes, took)
        self.judge(outcomes)
        self.judge_fixes([o for o in outcomes if o.config.bad])

    def report(self, outcomes, took):
        """The confusion table."""
        bad = [o for o in outcomes if o.config.bad]
        good = [o for o in outcomes if not o.config.bad]
        live = [o for o in outcomes if o.doc["mode"] == "live"]
        hit = [o for o in bad if not o.missed()]
        quiet = [o for o in good if not o.serious()]
        print(f"\n  {len(outcomes)} configurations, {len(live)} of them live,"
              f" in {took:.0f} s; longest "
              f"{max(o.took for o in outcomes):.1f} s\n"
              f"            found  not\n"
              f"  bad        {len(hit):4d} {len(bad) - len(hit):4d}\n"
              f"  good       {len(good) - len(quiet):4d} {len(quiet):4d}",
              file=sys.stderr)
        for o in bad:
            extra = o.serious() - set(o.config.rules("expect")) - set(
                o.config.rules("also"))
            if o.missed() or extra:
                print(f"  {o.config.name}: missed {o.missed()}, "
                      f"unexpected {sorted(extra)}", file=sys.stderr)
        for o in good:
            if o.serious():
                print(f"  {o.config.name}: unexpected {sorted(o.serious())}",
                      file=sys.stderr)

    def judge(self, outcomes):
        bad = [o for o in outcomes if o.config.bad]
        hit = [o for o in bad if not o.missed()]
        self.assertGreaterEqual(len(hit) / len(bad), 0.95)
        noisy = [o.config.name for o in outcomes
                 if not o.config.bad and o.serious()]
        self.assertEqual([], noisy)
        for o in outcomes:
            families = {t["family"] for t in o.doc["targets"]}
            if "was not asked" in (o.doc["static_why"] or ""):
                continue  # nginx answers itself: that is what is wrong
            if o.live and families & {"proxy", "fastcgi", "uwsgi", "scgi"}:
                self.assertEqual("live", o.doc["mode"],
                                 f"{o.config.name}: {o.said}")

    def judge_fixes(self, outcomes):
        """What is written differs in the touched lines alone; live, nginx
        accepts it and the probes are well."""
        weak = []
        for o in outcomes:
            if not o.fixable():
                continue
            with open(o.fixed, encoding="utf-8", newline="") as f:
                fixed = f.read()
            out, added = changed_lines(o.config.text, fixed)
            diff = o.doc["diff"].splitlines()
            self.assertEqual(
                sorted(out), sorted(d[1:] for d in diff if
                                    d.startswith("-") and d[:4] != "--- "),
                o.config.name)
            self.assertEqual(
                sorted(added), sorted(d[1:] for d in diff if
                                      d.startswith("+") and d[:4] != "+++ "),
                o.config.name)
            if o.doc["mode"] == "live":
                weak += [f"{o.config.name}: {f['rule']}"
                         for f in o.fixable()
                         if f["proof"] != "proven"]
        self.assertEqual([], weak)


if __name__ == "__main__":
    main()
