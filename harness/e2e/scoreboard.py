#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the scoreboards of scenarios/conformance/README.md: replaces what
stands between their marks.  Needs all runtimes.

  WEIR_BIN=build/default/bin harness/e2e/scoreboard.py
      judges weir-server and every server of real_servers.py, one after the
      other
  WEIR_BIN=build/default/bin harness/e2e/scoreboard.py --wide [NAME...]
      judges every framework of frameworks.py twice in a row, and once more
      beside two busy loops, and holds what it says against their profiles;
      without names it writes their table"""
import collections
import concurrent.futures
import os
import re
import sys
import time
import unittest

import frameworks
from frameworks import FRAMEWORKS
from real_servers import SERVERS, Profile, Target, bad, judge
from weirtest import ROOT, Case

README = os.path.join(ROOT, "scenarios/conformance/README.md")
BEGIN, END = "<!-- scoreboard -->\n", "<!-- end of scoreboard -->\n"
WIDE = "<!-- frameworks -->\n", "<!-- end of frameworks -->\n"
LANES = 4  # frameworks side by side; each run mostly waits
BURN = ("import os, signal\nos.nice(10)\nsignal.alarm(1800)\n"
        "while True: pass")
ROUNDS = ("first", "again", "busy")
GROUPS = ("http", "frame", "heartbeat", "resume", "reconnect", "sec")
Row = collections.namedtuple("Row", "counts told")


def told(profile):
    """The second table's row: what does not depend on a run."""
    checks = {v: ", ".join(f"`{c}`" for c, found in profile.verdicts.items()
                           if found == v) or "none" for v in ("FAIL", "WARN")}
    return (profile.title, checks["FAIL"], checks["WARN"], profile.lesson)


def cells(line):
    return tuple(c.strip() for c in line.strip().strip("|").split("|"))


def rows():
    """The rows that are there, by target."""
    with open(README, encoding="utf-8") as f:
        text = f.read()
    found = re.search(BEGIN + "(.*)" + END, text, re.DOTALL)
    lines = [cells(line) for line in found.group(1).splitlines()
             if line.startswith("| ") and not line.startswith("| target")]
    lines = [c for c in lines if set(c[0]) != {"-"}]
    counts = [c for c in lines if len(c) == len(GROUPS) + 1]
    lessons = {c[0]: c[1:] for c in lines if len(c) != len(GROUPS) + 1}
    return {c[0]: Row(c[1:], lessons.get(c[0])) for c in counts}


def count(doc):
    """pass/warn/fail of each group; what was not judged is not counted."""
    of = collections.Counter((c["id"].split(".")[0], c["verdict"])
                             for c in doc["checks"])
    return ["/".join(str(of[g, v]) for v in ("PASS", "WARN", "FAIL"))
            for g in GROUPS]


def weir_server(case):
    url = case.server().url
    return Target(f"{url}/stream/board?rate=10&retry=2000",
                  f"{url}/publish/board")


def measure(name, start, profile):
    case = Case()
    case.setUp()
    try:
        print(f"judging {name}", file=sys.stderr)
        return count(judge(case, start(case), profile, "r.json")[1])
    finally:
        case.doCleanups()


def table(head, lines):
    return "".join("| " + " | ".join(line) + " |\n"
                   for line in [head, ["---"] * len(head), *lines])


def main():
    counts = [["weir-server", *measure("weir-server", weir_server, None)]]
    lessons = []
    for name, start in SERVERS.items():
        profile = Profile(name)
        try:
            counts.append([name, *measure(name, start, profile.path)])
        except unittest.SkipTest as e:
            sys.exit(f"{name}: {e}")
        lessons.append([name, *told(profile)])
    board = table(["target", *GROUPS], counts) + "\n" + table(
        ["target", "what it is", "FAIL", "WARN", "what it taught"], lessons)
    put(board, BEGIN, END)


def put(board, begin, end):
    with open(README, encoding="utf-8") as f:
        text = f.read()
    before, rest = text.split(begin)
    with open(README, "w", encoding="utf-8") as f:
        f.write(before + begin + "\n" + board + "\n" + end +
                rest.split(end)[1])


def frameworks_table():
    """What the profiles of the frameworks tell, which no run changes."""
    return table(["target", "what it is", "FAIL", "WARN", "what it taught"],
                 [[name, *told(Profile(name, frameworks.PROFILES))]
                  for name in FRAMEWORKS])


def one(name, turn):
    """One round of one framework: the line told, and whether all is as its
    profile says."""
    case, began = Case(), time.monotonic()
    case.setUp()
    try:
        framework = FRAMEWORKS[name]
        code, doc = judge(case, framework.target(case), None, "r.json",
                          how=framework.how)
    except unittest.SkipTest as e:
        return f"{name:24} {turn:5} skipped: {e}", True
    except (AssertionError, OSError) as e:
        return f"{name:24} {turn:5} {e}", False
    finally:
        case.doCleanups()
    wrong = Profile(name, frameworks.PROFILES).against(doc)
    found = " ".join(f"{v} {c}," for c, v in sorted(
        bad(doc).items(), key=lambda found: found[::-1])).rstrip(",") or "-"
    line = (f"{name:24} {turn:5} exit {code}, {time.monotonic() - began:4.0f} "
            f"s, {found}")
    return "\n    ".join([line, *wrong]), not wrong


def wide(names):
    case = Case()
    case.setUp()
    ok = True
    try:
        for turn in ROUNDS:
            if turn == "busy":
                for _ in range(2):
                    case.start(sys.executable, "-c", BURN)
            with concurrent.futures.ThreadPoolExecutor(LANES) as pool:
                for line, good in pool.map(lambda n: one(n, turn), names):
                    print(line, flush=True)
                    ok &= good
    finally:
        case.doCleanups()
    if names == list(FRAMEWORKS):
        put(frameworks_table(), *WIDE)
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--wide"]:
        wide(sys.argv[2:] or list(FRAMEWORKS))
    main()
