#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads result documents of every kind with other programs than weir.

Usage: documents_test.py RESULT_DOCUMENTS SCHEMA_DIR
Runs the tool RESULT_DOCUMENTS, validates each document against its schema,
parses the JUnit and CSV forms, and damages documents to see that the schema
refuses them.  Exit code 77 (skipped) without the module jsonschema; the
schema of JUnit is tried where xmllint is installed.
"""
import copy
import csv
import html.parser
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

try:
    import jsonschema
except ImportError:
    print("skipped: the Python module jsonschema is not installed")
    sys.exit(77)

# Members that earlier documents do not have.
LATER = {"merged", "machine", "lost"}
KINDS = ["pass", "fail", "unreachable", "invalid", "interrupted", "blind",
         "merged"]
VERDICTS = {"pass": "pass", "fail": "fail", "unreachable": "fail",
            "invalid": "invalid", "interrupted": "interrupted",
            "blind": "fail", "merged": "fail"}


def validator_of(schemas, name):
    schema = json.loads((schemas / f"{name}.schema.json").read_text())
    cls = jsonschema.validators.validator_for(schema)
    cls.check_schema(schema)
    return cls(schema)


def assert_valid(doc, kind, validator):
    errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}"
              for e in validator.iter_errors(doc)]
    assert not errors, f"{kind}: " + "; ".join(errors[:5])


def check_document(doc, kind, validator):
    assert_valid(doc, kind, validator)
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


CHECKS = {"check-pass": "pass", "check-fail": "fail", "check-strict": "fail",
          "check-trouble": "error", "check-stopped": "unreachable",
          "check-interrupted": "interrupted"}


class Page(html.parser.HTMLParser):
    """Reads a page: nothing in it loads anything, every link inside it leads
    somewhere, every element is closed."""
    VOID = {"meta", "input", "br"}

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.cells = [], set(), set(), 0

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        assert tag not in ("link", "img", "iframe", "object"), tag
        assert "src" not in a and "style" not in a, attrs
        if "id" in a:
            assert a["id"] not in self.ids, f"twice: {a['id']}"
            self.ids.add(a["id"])
        if a.get("href", "").startswith("#"):
            self.links.add(a["href"][1:])
        self.cells += tag == "td" and "v " in a.get("class", "")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}>"


def check_conformance(folder, kind, validator):
    doc = json.loads((folder / f"{kind}.json").read_text())
    assert_valid(doc, kind, validator)
    assert doc["verdict"] == CHECKS[kind], kind
    assert sum(doc["summary"].values()) == len(doc["checks"]), kind
    suite = ET.parse(folder / f"{kind}.xml").getroot().find("testsuite")
    cases = suite.findall("testcase")
    assert len(cases) == 1 + len(doc["checks"]), kind
    for name, tag in (("failures", "failure"), ("errors", "error"),
                      ("skipped", "skipped")):
        found = sum(c.find(tag) is not None for c in cases)
        assert int(suite.get(name)) == found, (kind, name)
    with open(folder / f"{kind}.csv", newline="") as f:
        assert [r["id"] for r in csv.DictReader(f)] == \
            [c["id"] for c in doc["checks"]], kind
    page = Page()
    page.feed((folder / f"{kind}.html").read_text())
    page.close()
    assert not page.open and page.links <= page.ids, kind
    assert page.cells == len(doc["checks"]), kind
    return doc


def damage_checks(doc):
    for member in set(doc) - LATER:
        yield f"without {member}", {k: v for k, v in doc.items()
                                    if k != member}
    for path, value in (("schema", "weir.check/2"), ("verdict", "maybe"),
                        ("stopped", "yet it passed"), ("surprise", 1)):
        yield path, {**doc, path: value}
    for member, value in (("verdict", "OK"), ("fails", True), ("id", "x"),
                          ("severity", "MUST"), ("fix", ["nginx"])):
        broken = copy.deepcopy(doc)
        broken["checks"][0][member] = value
        yield f"check {member}", broken


def check_all_conformance(folder, schemas):
    validator = validator_of(schemas, "weir.check-1")
    docs = {kind: check_conformance(folder, kind, validator)
            for kind in CHECKS}
    for what, broken in damage_checks(docs["check-pass"]):
        assert not validator.is_valid(broken), f"accepted: {what}"


def junit_accepts(schemas, *paths):
    run = subprocess.run(
        ["xmllint", "--noout", "--nonet", "--schema", schemas / "junit.xsd",
         *paths], capture_output=True, text=True, timeout=30)
    return run.returncode == 0, run.stderr[-2000:]


def check_junit_schema(folder, schemas):
    """Every JUnit file is what its readers agree on, a damaged one is not."""
    if not shutil.which("xmllint"):
        return "JUnit files were not validated: xmllint is not installed"
    files = sorted(folder.glob("*.xml"))
    ok, told = junit_accepts(schemas, *files)
    assert ok and len(files) >= len(KINDS) + len(CHECKS), told
    text = (folder / "check-fail.xml").read_text()
    for old, new in ((' tests="', ' teste="'), ("<failure ", "<failing "),
                     (' time="', ' time="-'), (' hostname="', ' host="'),
                     (' timestamp="', ' timestamp="on '),
                     ("<testcase ", "<testcase><testcase ")):
        assert old in text, old
        (folder / "damaged.junit").write_text(text.replace(old, new, 1))
        ok, _ = junit_accepts(schemas, folder / "damaged.junit")
        assert not ok, f"accepted: {new}"
    return f"{len(files)} JUnit files are valid"


CAPACITIES = {"capacity-knee": "pass", "capacity-max": "pass",
              "capacity-generator": "invalid", "capacity-nothing": "fail",
              "capacity-gone": "fail",
              "capacity-interrupted": "interrupted"}


def check_capacity(folder, kind, validator):
    doc = json.loads((folder / f"{kind}.json").read_text())
    assert_valid(doc, kind, validator)
    assert doc["verdict"] == CAPACITIES[kind], kind
    suite = ET.parse(folder / f"{kind}.xml").getroot().find("testsuite")
    assert int(suite.get("tests")) == len(suite.findall("testcase")), kind
    wrong = len(suite.findall(".//failure")) + len(suite.findall(".//error"))
    assert (wrong == 0) == (doc["verdict"] == "pass"), kind
    with open(folder / f"{kind}.csv", newline="") as f:
        rows = list(csv.DictReader(f))
    assert [int(r["step"]) for r in rows] == \
        [s["number"] for s in doc["steps"]], kind
    for line in (folder / f"{kind}.txt").read_text().splitlines():
        assert len(line) <= 80, (kind, line)
    return doc


def check_all_capacities(folder, schemas):
    validator = validator_of(schemas, "weir.capacity-1")
    docs = {kind: check_capacity(folder, kind, validator)
            for kind in CAPACITIES}
    doc = docs["capacity-knee"]
    for member in doc:
        broken = {k: v for k, v in doc.items() if k != member}
        assert not validator.is_valid(broken), f"accepted: no {member}"
    for path, value in (("verdict", "maybe"), ("schema", "weir.capacity/2"),
                        ("interrupted", True), ("surprise", 1)):
        assert not validator.is_valid({**doc, path: value}), path
    for member, value in (("load", 0), ("phase", "leap"), ("summary", None)):
        broken = copy.deepcopy(doc)
        broken["steps"][0][member] = value
        assert not validator.is_valid(broken), f"accepted: step {member}"


def check_series(folder, schemas):
    """A series is valid as long as each of its runs is."""
    schema = json.loads((schemas / "weir.series-1.schema.json").read_text())
    load = json.loads((schemas / "weir.load-1.schema.json").read_text())
    runs = schema["properties"]["runs"]
    assert load["$id"] == runs["items"]["$ref"]
    runs["items"] = load  # in place of a look-up by its address
    validator = jsonschema.validators.validator_for(schema)(schema)
    doc = json.loads((folder / "series.json").read_text())
    assert_valid(doc, "series", validator)
    for path, value in (("runs", []), ("schema", "weir.series/2"),
                        ("surprise", 1)):
        assert not validator.is_valid({**doc, path: value}), path
    doc["runs"][1]["summary"]["events"]["received"] = -1
    assert not validator.is_valid(doc)


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
        if member in LATER:
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
    validator = validator_of(schemas, "weir.load-1")
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
        check_all_conformance(folder, pathlib.Path(schemas))
        check_all_capacities(folder, pathlib.Path(schemas))
        check_series(folder, pathlib.Path(schemas))
        told = check_junit_schema(folder, schemas)
    print(f"{len(KINDS) + len(CHECKS) + len(CAPACITIES)} documents are valid, "
          f"damaged ones are refused; {told}")


if __name__ == "__main__":
    main()
