#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Forms that programs read: SARIF by its schema, TAP by its grammar."""
import copy
import json
import os
import re
import tarfile

from nginx_live_confs import TRAP
from weirtest import Case, ROOT, main

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = os.path.join(ROOT, "reports/schema/sarif-2.1.0.schema.json")
SAVED = os.path.join(ROOT, "harness/e2e/golden/recordings")


class Forms(Case):
    def recordings(self, name):
        with tarfile.open(os.path.join(SAVED, name + ".tar.xz")) as t:
            t.extractall(self.folder)
        return self.path(name)

    def check(self, form):
        return self.weir("check", "-q", "--from",
                         self.recordings("faults-full"), "-f", form)

    def validator(self):
        if not jsonschema:
            self.skipTest("the Python module jsonschema is not installed")
        with open(SCHEMA, encoding="utf-8") as f:
            schema = json.load(f)
        jsonschema.Draft7Validator.check_schema(schema)
        return jsonschema.Draft7Validator(schema)

    def test_sarif_of_checks_is_valid(self):
        valid = self.validator()
        doc = json.loads(self.check("sarif").out)
        self.assertEqual([], [e.message for e in valid.iter_errors(doc)])
        run = doc["runs"][0]
        levels = [r["level"] for r in run["results"]]
        self.assertEqual(4, levels.count("error"))
        self.assertGreaterEqual(levels.count("warning"), 4)
        known = {r["id"] for r in run["tool"]["driver"]["rules"]}
        self.assertLessEqual({r["ruleId"] for r in run["results"]}, known)

    def test_sarif_of_configurations_has_line_and_edit(self):
        valid = self.validator()
        text = TRAP.format(more="", timeout="60s")
        options = ("--static-only", "-q", "--nginx-version", "1.22.1",
                   "--location", "/events", "-f", "sarif")
        run = self.weir("nginx", self.write("trap.conf", text), *options)
        doc = json.loads(run.out)
        self.assertEqual([], [e.message for e in valid.iter_errors(doc)])
        worst = doc["runs"][0]["results"][0]
        self.assertEqual("error", worst["level"])
        place = worst["locations"][0]["physicalLocation"]
        self.assertTrue(place["artifactLocation"]["uri"].endswith(
            "trap.conf"))
        line = text.split("\n")[place["region"]["startLine"] - 1]
        self.assertIn("location /events", line)
        piece = worst["fixes"][0]["artifactChanges"][0]["replacements"][0]
        at = piece["deletedRegion"]["byteOffset"]
        end = at + piece["deletedRegion"]["byteLength"]
        raw = text.encode()
        fixed = raw[:at] + piece["insertedContent"]["text"].encode() + \
            raw[end:]
        again = self.weir("nginx", self.write("fixed.conf", fixed.decode()),
                          *options)
        self.assertNotIn(worst["ruleId"], again.out)

    def test_the_schema_refuses_what_is_no_sarif(self):
        valid = self.validator()
        doc = json.loads(self.check("sarif").out)
        result = doc["runs"][0]["results"][0]
        for damage in ({"level": "fatal"}, {"level": None}, {"message": {}},
                       {"locations": []}, {"severity": "error"}):
            bad = copy.deepcopy(doc)
            bad["runs"][0]["results"][0] = {**result, **damage}
            self.assertFalse(valid.is_valid(bad), damage)
        self.assertFalse(valid.is_valid({**doc, "version": "2.0.0"}))

    def test_tap_counts_what_it_tells(self):
        text = self.check("tap").out
        lines = text.split("\n")
        self.assertEqual("TAP version 14", lines[0])
        plan = int(re.fullmatch(r"1\.\.(\d+)", lines[1])[1])
        tests = [m for m in (re.match(r"(not )?ok (\d+) - (\S+)( # SKIP .+)?",
                                      line) for line in lines) if m]
        self.assertEqual(list(range(1, plan + 1)),
                         [int(m[2]) for m in tests])
        self.assertEqual(4, sum(bool(m[1]) for m in tests))
        self.assertGreater(sum(bool(m[4]) for m in tests), 50)
        self.assertEqual(lines.count("  ---"), lines.count("  ..."))


if __name__ == "__main__":
    main()
