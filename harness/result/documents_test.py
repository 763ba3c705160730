#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads result documents of every kind with other programs than weir.

Usage: documents_test.py RESULT_DOCUMENTS SCHEMA_DIR
Runs the tool RESULT_DOCUMENTS, validates each document against its schema,
parses the JUnit and CSV forms, and damages documents to see that the schema
refuses them.  Exit code 77 (skipped) without the module jsonschema.
"""
import copy
import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

try:
    import jsonschema
except ImportError:
    print("skipped: the Python module jsonschema is not installed")
    sys.exit(77)

KINDS = ["pass", "fail", "unreachable", "invalid", "interrupted", "blind",
         "merged"]
VERDICTS = {"pass": "pass", "fail": "fail", "unreachable": "fail",
            "invalid": "invalid", "interrupted": "interrupted",
            "blind": "fail", "merged": "fail"}


def check_document(doc, kind, validator):
    errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}"
              for e in validator.iter_errors(doc)]
    assert not errors, f"{kind}: " + "; ".join(errors[:5])
    assert doc["verdict"] == VERDICTS[kind], (kind, doc["verdict"])
    assert ("merged" in doc) == (kind == "merged")


def check_junit(path, doc, kind):
    root = ET.parse(path).getroot()
    suite = root.find("testsuite")
    cases = suite.findall("testcase")
    assert len(cases) == 2 + len(doc["thresholds"]), kind
    assert int(suite.get("tests")) == len(cases), kind
    failures = [c for c in cases if c.find("failure") is not None]
    errors = [c for c in cases if c.find("error") is not None]
    assert int(suite.get("failures")) == len(failures), kind
    assert int(suite.get("errors")) == len(errors), kind
    assert bool(failures or errors) == (doc["verdict"] != "pass"), kind
    missed = [t["expression"] for t in doc["thresholds"] if not t["pass"]]
    named = [c.get("name") for c in failures]
    assert all(m in named for m in missed), (kind, missed, named)
    assert doc["sentence"][:40] in " ".join(suite.find("system-out").text
                                            .split()), kind


def check_csv(path, doc, kind):
    with open(path, newline="") as f:
        rows = list(csv.DictReader(f))
    assert len(rows) == len(doc["timeline"]), kind
    for row, point in zip(rows, doc["timeline"]):
        assert float(row["t_s"]) == point["t"], kind
        assert int(row["events"]) == point["events"], kind
        p99 = point["latency_ms"]["p99"]
        assert row["latency_p99_ms"] == ("" if p99 is None else f"{p99:.3f}")


def damage(doc):
    """Pairs of a damage's name and a document that has it."""
    def with_change(change):
        broken = copy.deepcopy(doc)
        change(broken)
        return broken

    def put(path, value):
        def change(d):
            *parents, last = path.split("/")
            for p in parents:
                d = d[int(p) if isinstance(d, list) else p]
            d[int(last) if isinstance(d, list) else last] = value
        return change

    for member in list(doc):
        if member == "merged":
            continue
        yield f"without {member}", with_change(lambda d: d.pop(member))
    yield "unknown member", with_change(put("surprise", 1))
    yield "other schema", with_change(put("schema", "weir.load/2"))
    yield "verdict", with_change(put("verdict", "maybe"))
    yield "negative count", with_change(put("summary/events/lost", -1))
    yield "text as count", with_change(
        put("summary/connections/opened", "many"))
    yield "blind pass", with_change(put("thresholds/0/observed", None))
    yield "interrupted pass", with_change(put("interrupted", True))
    yield "histogram", with_change(put("summary/latency_ms/hdr", "not base64"))


def main():
    tool, schemas = sys.argv[1], pathlib.Path(sys.argv[2])
    schema = json.loads((schemas / "weir.load-1.schema.json").read_text())
    cls = jsonschema.validators.validator_for(schema)
    cls.check_schema(schema)
    validator = cls(schema)
    with tempfile.TemporaryDirectory() as name:
        subprocess.run([tool, name], check=True, timeout=30)
        folder = pathlib.Path(name)
        for kind in KINDS:
            doc = json.loads((folder / f"{kind}.json").read_text())
            check_document(doc, kind, validator)
            check_junit(folder / f"{kind}.xml", doc, kind)
            check_csv(folder / f"{kind}.csv", doc, kind)
        doc = json.loads((folder / "pass.json").read_text())
        for what, broken in damage(doc):
            assert not validator.is_valid(broken), f"accepted: {what}"
    print(f"{len(KINDS)} documents are valid, damaged ones are refused")


if __name__ == "__main__":
    main()
