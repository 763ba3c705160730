#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir check, as it runs by default, of frameworks that pip and npm bring:
each says what its profile expects, and of no healthy one more than its owner
would act on.  scoreboard.py --wide judges the others, too, and in full.

WEIR_FRAMEWORKS=NAME,NAME judges only these, whichever they are."""
import concurrent.futures
import os
import unittest

import scoreboard
from frameworks import FRAMEWORKS, PROFILES, model_clients
from real_servers import Profile, judge
from weirtest import Case, main

LANES = 8
CHOSEN = list(filter(None, os.environ.get("WEIR_FRAMEWORKS", "").split(",")))
FEW = not CHOSEN
NAMES = CHOSEN or [name for name, f in FRAMEWORKS.items() if f.few]


def look(name):
    """The document about one framework, or why there is none."""
    case = Case()
    case.setUp()
    try:
        return judge(case, FRAMEWORKS[name].target(case, FEW), None,
                     "r.json", how=())[1]
    except (unittest.SkipTest, AssertionError, OSError) as e:
        return e
    finally:
        case.doCleanups()


class Frameworks(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A server ends with the thread that started it: one thread each.
        with concurrent.futures.ThreadPoolExecutor(LANES) as pool:
            cls.looks = dict(zip(NAMES, pool.map(look, NAMES)))

    def compare(self, name):
        doc = self.looks[name]
        if isinstance(doc, unittest.SkipTest):
            self.skipTest(str(doc))
        if isinstance(doc, Exception):
            self.fail(str(doc))
        profile = Profile(name, PROFILES)
        self.assertEqual([], profile.against(doc),
                         f"expected of {profile.title}")
        # Where all is UNTESTABLE nothing is wrong either.
        self.assertGreater(doc["summary"]["pass"], 30)

    def test_clients_of_models_take_what_weir_server_answers(self):
        server = self.server()
        got = model_clients(self, server.url)
        stats = server.stats()
        self.assertEqual(stats["answers_done"], len(got))
        self.assertEqual(stats["answer_tokens"],
                         sum(g["tokens"] for g in got.values()))
        ends = {"chat": "stop", "responses": "completed",
                "messages": "end_turn"}
        self.assertEqual({k: g["end"] for k, g in got.items()}, ends)
        for name, g in got.items():
            words = " ".join(f"w{i}" for i in range(g["tokens"]))
            self.assertEqual(g["text"], words, name)
            self.assertEqual(g.get("whole", words), words, name)

    def test_profiles_are_those_of_frameworks(self):
        self.assertEqual(sorted(f"{name}.profile" for name in FRAMEWORKS),
                         sorted(os.listdir(PROFILES)))

    def test_the_table_tells_what_the_profiles_tell(self):
        with open(scoreboard.README, encoding="utf-8") as f:
            text = f.read()
        for line in scoreboard.frameworks_table().splitlines():
            self.assertIn(line, text)


def add_test(name):
    def test(self):
        self.compare(name)
    word = name.replace("-", "_")
    setattr(Frameworks, f"test_{word}_is_judged_as_expected", test)


for framework in NAMES:
    add_test(framework)

if __name__ == "__main__":
    main()
