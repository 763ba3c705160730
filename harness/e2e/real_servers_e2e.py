#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir check of servers that others wrote: each says twice in a row what its
profile expects, while another process keeps a core busy.

The servers are judged side by side before the first test, since each run
mostly waits; WEIR_SERVERS=NAME,NAME runs only these."""
import concurrent.futures
import contextlib
import os
import sys
import unittest

import scoreboard
from real_servers import PREPARE, PROFILES, SERVERS, Profile, judge
from weirtest import Case, main

RUNS = 2
LANES = int(os.environ.get("WEIR_JOBS", len(SERVERS)))
CHOSEN = [name for name in SERVERS if name in
          os.environ.get("WEIR_SERVERS", ",".join(SERVERS)).split(",")]
BURN = "import signal\nsignal.alarm(120)\nwhile True: pass"


def bad(doc):
    """What is not in order, by check."""
    return {c["id"]: c["verdict"] for c in doc["checks"]
            if c["verdict"] in ("FAIL", "WARN", "ERROR")}


def text_of(doc, check):
    told = {c["id"]: c for c in doc["checks"]}.get(check)
    return f"{told['verdict']}: {told['text']}" if told else "not judged"


def look(name):
    """Judges one server: its documents, or why there are none."""
    case = Case()
    case.setUp()
    try:
        target = SERVERS[name](case)
        profile = Profile(name)
        return [judge(case, target, profile.path, f"{n}.json")
                for n in range(RUNS)]
    except (unittest.SkipTest, AssertionError, OSError) as e:
        return e
    finally:
        case.doCleanups()


class RealServers(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = Case()
        case.setUp()
        cls.addClassCleanup(case.doCleanups)
        for name in set(CHOSEN) & set(PREPARE):
            with contextlib.suppress(unittest.SkipTest):
                PREPARE[name](case)
        case.start(sys.executable, "-c", BURN)
        # A server ends with the thread that started it: one thread each.
        with concurrent.futures.ThreadPoolExecutor(LANES) as pool:
            cls.looks = dict(zip(CHOSEN, pool.map(look, CHOSEN)))

    def compare(self, name):
        if name not in self.looks:
            self.skipTest("not chosen")
        runs = self.looks[name]
        if isinstance(runs, unittest.SkipTest):
            self.skipTest(str(runs))
        if isinstance(runs, Exception):
            self.fail(str(runs))
        profile = Profile(name)
        expected = profile.verdicts
        for n, (code, doc) in enumerate(runs, 1):
            found = bad(doc)
            wrong = [f"{check}: {text_of(doc, check)}, the profile says "
                     f"{expected.get(check, 'nothing')}"
                     for check in sorted({**found, **expected})
                     if found.get(check) != expected.get(check)]
            self.assertEqual([], wrong, f"run {n}; expected of "
                             f"{profile.title}")
            self.assertEqual(0, code, doc["sentence"])
            # Where all is UNTESTABLE nothing is wrong either.
            self.assertGreater(doc["summary"]["pass"], 60)

    def test_profiles_are_those_of_servers(self):
        self.assertEqual(sorted(f"{name}.profile" for name in SERVERS),
                         sorted(os.listdir(PROFILES)))

    def test_the_scoreboard_tells_what_the_profiles_tell(self):
        rows = scoreboard.rows()
        self.assertEqual(["weir-server", *SERVERS], list(rows))
        for name in SERVERS:
            with self.subTest(name):
                self.assertEqual(scoreboard.told(Profile(name)),
                                 rows[name].told)


def add_test(name):
    def test(self):
        self.compare(name)
    word = name.replace("-", "_")
    setattr(RealServers, f"test_{word}_is_judged_as_expected", test)


for server in SERVERS:
    add_test(server)

if __name__ == "__main__":
    main()
