#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the scoreboard of scenarios/conformance/README.md: judges
weir-server and every server of real_servers.py, one after the other, and
replaces what stands between the two marks.  Needs all their runtimes.

  WEIR_BIN=build/default/bin harness/e2e/scoreboard.py"""
import collections
import os
import re
import sys
import unittest

from real_servers import SERVERS, Profile, Target, judge
from weirtest import ROOT, Case

README = os.path.join(ROOT, "scenarios/conformance/README.md")
BEGIN, END = "<!-- scoreboard -->\n", "<!-- end of scoreboard -->\n"
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
    with open(README, encoding="utf-8") as f:
        text = f.read()
    before, rest = text.split(BEGIN)
    with open(README, "w", encoding="utf-8") as f:
        f.write(before + BEGIN + "\n" + board + "\n" + END +
                rest.split(END)[1])


if __name__ == "__main__":
    main()
