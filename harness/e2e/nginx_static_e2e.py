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
import json
import os
import pathlib
import re
import subprocess
import unittest

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


if __name__ == "__main__":
    weirtest.main()
