#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What weir says of saved inputs stays what it was, offline.

golden/README.md tells what the inputs are, what is compared how, and how a
wanted difference is blessed."""
import concurrent.futures
import csv
import hashlib
import html.parser
import io
import json
import lzma
import os
import re
import subprocess
import tarfile
import unittest
import xml.etree.ElementTree

from nginx_live_confs import ODD, TRAP, UNBUFFERED
from weirtest import BIN, Case, PATIENCE, ROOT, main

HERE = os.path.join(ROOT, "harness/e2e/golden")
EXPECTED = os.path.join(HERE, "expected")
COMMAND = "WEIR_BLESS=1 python3 harness/e2e/golden_e2e.py"
BLESS = bool(os.environ.get("WEIR_BLESS"))
FORMATS = ("text", "json", "junit", "csv", "markdown", "html", "github")
SUFFIX = {"text": "txt", "json": "json", "junit": "xml", "csv": "csv",
          "markdown": "md", "html": "html", "github": "github"}
LONG = 300  # a longer piece of a document is kept as its start and a digest
FACT = 160  # and a longer fact as several

# What differs from run to run and from machine to machine.
MASKS = [(re.compile(p), r) for p, r in (
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?( UTC)?", "TIME"),
    (r'"(elapsed_ms|cpus|memory_bytes|nofile_soft|nofile_hard)": [\d.e+]+',
     r'"\1": 0'),
    (r'"(weir|host|kernel|machine|libcurl|libuv)": "[^"]*"', r'"\1": ""'),
    (r'("port_range": \[\s*)\d+(,\s*)\d+', r"\g<1>0\g<2>0"),
    (r"(\d exchanges?), [\d.]+ \w+", r"\1, SPAN"),
    (r'(?i)\b(weir|weir-server)([ /])\d+\.\d+\.\d+\b', r"\1\2VERSION"),
)]


def mask(text):
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    return text


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def pieces(text):
    """A JSON text, cut at its first two levels: each piece as it is, or,
    where it is long, its start and a digest of all of its bytes."""
    groups = []
    for line in mask(text).split("\n"):
        depth = len(line) - len(line.lstrip(" "))
        if depth > 4 and groups:
            groups[-1].append(line)
        else:
            groups.append([line])
    out = []
    for lines in groups:
        whole = "\n".join(lines)
        if len(whole) <= LONG:
            out += lines
            continue
        start = re.sub(r"\s+", " ", whole[:4 * LONG])[:LONG].strip()
        out.append(f"{start} ... {len(whole)} bytes, sha256 {digest(whole)}")
    return out


class Visible(html.parser.HTMLParser):
    """What a reader sees of a page, a row or a block a line."""
    HIDDEN = {"style", "script"}
    BLOCKS = {"p", "div", "tr", "li", "h1", "h2", "h3", "h4", "pre", "table",
              "section", "summary", "details", "dt", "dd", "figcaption",
              "title", "text", "br", "ul", "ol", "header", "footer", "main",
              "caption"}

    def __init__(self, page):
        super().__init__()
        self.lines, self.hidden = [""], 0
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.hidden += tag in self.HIDDEN
        if tag in self.BLOCKS:
            self.lines.append("")
        elif tag in ("td", "th"):
            self.lines[-1] += " "
        for key, value in attributes:
            if key in ("href", "title", "datetime") and value:
                self.lines += [value, ""] if tag in self.BLOCKS else []

    def handle_endtag(self, tag):
        self.hidden -= tag in self.HIDDEN
        if tag in self.BLOCKS:
            self.lines.append("")

    def handle_data(self, data):
        if not self.hidden:
            first, *more = data.split("\n")
            self.lines[-1] += first
            self.lines += more


def of_xml(text):
    if not text:  # a refusal has no document
        return
    for element in xml.etree.ElementTree.fromstring(text).iter():
        for key, value in sorted(element.items()):
            if key not in ("time", "timestamp"):
                yield from f"{element.tag} {key}={value}".split("\n")
        yield from (element.text or "").split("\n")


def lines_of(form, text):
    if form == "html":
        return Visible(text).lines
    if form == "junit":
        return of_xml(text)
    if form == "csv":
        return [" ".join(row) for row in csv.reader(io.StringIO(text))]
    if form == "github":  # %0A and the like are its line ends
        return re.sub(r"%0A", "\n", text).replace("%25", "%").split("\n")
    return text.split("\n")


def plain(form, line):
    """Without what is dress: pipes, emphasis, white space."""
    if form == "markdown":
        line = re.sub(r"\\(.)", r"\1", line)
        line = re.sub(r"[|*`#]|\s-{3,}(?=\s)|^-{3,}", " ", line)
    return re.sub(r"\s+", " ", mask(line)).strip()


def facts(form, text):
    """Each fact once, in the order of the page."""
    kept = {}
    for line in lines_of(form, text):
        words, fact = plain(form, line).split(" "), ""
        for word in words:
            if fact and len(fact) + len(word) > FACT:
                kept[fact] = None
                fact = ""
            fact += (" " if fact else "") + word
        if re.search(r"\w", fact):
            kept[fact] = None
    return list(kept)


def lost(form, expected, text):
    """The facts that the text no longer holds; however it is laid out."""
    whole = " ".join(plain(form, line) for line in lines_of(form, text))
    whole = re.sub(r"\s+", " ", whole)
    return [f for f in expected if f not in whole]


class Golden(Case):
    maxDiff = None

    def setUp(self):
        super().setUp()
        self.wrong = []

    def recordings(self, *names):
        """Unpacked, a folder each; without names all.  The names."""
        names = names or [n[:-len(".tar.xz")] for n in sorted(
            os.listdir(os.path.join(HERE, "recordings")))]
        for name in names:
            path = os.path.join(HERE, "recordings", name + ".tar.xz")
            with tarfile.open(path) as t:
                t.extractall(self.folder)
        return names

    def documents(self):
        """Unpacked, NAME.json each.  The names."""
        names = [n[:-len(".json.xz")] for n in sorted(
            os.listdir(os.path.join(HERE, "documents")))]
        for name in names:
            path = os.path.join(HERE, "documents", name + ".json.xz")
            with lzma.open(path, "rt", encoding="utf-8") as f:
                self.write(name + ".json", f.read())
        return names

    def another(self, name):
        """another-NAME: the same result, as if of a run on another
        machine."""
        with open(self.path(name), encoding="utf-8") as f:
            doc = json.load(f)
        doc["run"] = "0123456789ab"
        self.write(f"another-{name}", json.dumps(doc))

    def judged(self, *names):
        """NAME.json, what weir check says of these recordings."""
        for name in self.recordings(*names):
            self.run_weir("check", "-q", "--from", name, "-o",
                          name + ".json")

    def run_weir(self, *args, stdin=b""):
        p = subprocess.run(
            [os.path.join(BIN, "weir"), *args], capture_output=True,
            cwd=self.folder, input=stdin, timeout=60 * PATIENCE, check=False)
        said = p.stderr.decode("utf-8", "replace")
        if "Sanitizer" in said or p.returncode < 0:
            self.fail(f"weir {' '.join(args)}: {p.returncode}: {said}")
        out = p.stdout.decode("utf-8", "replace")
        return p.returncode, out.replace(ROOT, "ROOT")

    def compare(self, name, form, text):
        """Against expected/NAME; or writes that, when blessing."""
        path = os.path.join(EXPECTED, name)
        exact = form in ("json", "exact")
        now = pieces(text.rstrip("\n")) if exact else facts(form, text)
        if BLESS:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as f:
                f.write("\n".join(now) + "\n")
            return
        if not os.path.exists(path):
            self.wrong.append(f"{name}: nothing is expected there yet")
            return
        with open(path, encoding="utf-8") as f:
            expected = f.read().rstrip("\n").split("\n")
        if exact:
            gone = [f"- {a}" for a in expected if a not in set(now)]
            new = [f"+ {b}" for b in now if b not in set(expected)]
            if now != expected and not gone + new:
                new = ["the same pieces in another order or number"]
        else:
            gone, new = lost(form, [e for e in expected if e], text), []
        if gone or new:
            self.wrong.append("\n  ".join([f"{name}:", *gone[:8], *new[:8]]))

    def judge(self, *jobs):
        """Each job (name, form, arguments) in turn, some at once."""
        def one(job):
            name, form, *args = job
            code, out = self.run_weir(*args)
            if form == "html" and not out:  # it goes to a file only
                page = name.replace("/", "-")
                self.run_weir(*args[:-2], "-q", "-o", page)
                with open(self.path(page), encoding="utf-8") as f:
                    out = f.read()
            self.compare(name, form, out)
            return f"{name} {code}"
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            return list(pool.map(one, jobs))

    def settle(self, name, codes):
        """The exit codes are facts, too."""
        self.compare(f"{name}.codes", "exact", "\n".join(codes))
        self.settled()

    def settled(self):
        if self.wrong:
            self.fail("\n".join(["what weir says changed; where that is "
                                 f"wanted: {COMMAND}", *self.wrong]))

    def formats(self, name, *args, formats=FORMATS):
        return [(f"{name}.{SUFFIX[f]}", f, *args, "-f", f) for f in formats]

    def test_recordings_are_judged_as_ever(self):
        jobs = []
        for name in self.recordings():
            jobs += self.formats(
                f"check/{name}", "check", "-q", "--from", name, formats=[
                    f for f in FORMATS if f != "html" or name in (
                        "faults-full", "h2-bad", "via-origin")])
        jobs += self.formats("check/strict", "check", "-q", "--from",
                             "starlette", "--strict", "--skip", "sec.*",
                             formats=("text", "json"))
        jobs += self.formats("check/only", "check", "-q", "--from",
                             "faults-full", "--only", "frame.id.*", "-v",
                             formats=("text", "junit"))
        self.settle("check/all", self.judge(*jobs))

    def test_results_are_shown_as_ever(self):
        jobs = []
        for name in self.documents():
            for form in ("html", "markdown", "csv"):
                out = f"{name}.report.{SUFFIX[form]}"
                jobs.append((form, f"report/{name}.{SUFFIX[form]}", out,
                             name + ".json"))
        self.judged("clean-full", "faults-full")
        for name, inputs in (
                ("checks", ("clean-full.json", "faults-full.json")),
                ("mixed", ("load-plain.json", "doctor-trap.json",
                           "capacity-max.json", "series-now.json"))):
            for form in ("html", "markdown", "csv"):
                jobs.append((form, f"report/{name}.{SUFFIX[form]}",
                             f"{name}.report.{SUFFIX[form]}", *inputs))

        def one(job):
            form, name, out, *inputs = job
            code, _ = self.run_weir("report", "--no-plots", "-o", out,
                                    *inputs)
            if os.path.exists(self.path(out)):
                with open(self.path(out), encoding="utf-8") as f:
                    self.compare(name, form, f.read())
            return f"{name} {code}"
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            codes = list(pool.map(one, jobs))
        self.settle("report/all", codes)

    def test_results_are_merged_and_compared_as_ever(self):
        self.documents()
        jobs = []
        for name in ("plain", "fail", "faults", "publish", "arrival",
                     "stages", "server"):
            self.another(f"load-{name}.json")
            jobs += self.formats(f"merge/{name}", "merge",
                                 f"load-{name}.json",
                                 f"another-load-{name}.json",
                                 formats=[f for f in FORMATS if f != "html"])
        jobs += self.formats("merge/two", "merge", "load-plain.json",
                             "load-plain-b.json",
                             formats=[f for f in FORMATS if f != "html"])
        jobs += self.formats("compare/loads", "compare", "load-plain.json",
                             "load-plain-b.json")
        jobs += self.formats("compare/series", "compare", "series-base.json",
                             "series-now.json")
        jobs += self.formats(
            "compare/gate", "compare", "series-base.json", "series-now.json",
            "--gate", "latency.p50 worse than 10%", "--gate",
            "latency.p999 worse", "--strict", formats=("text", "json"))
        self.judged("clean-full", "faults-full")
        jobs += self.formats("compare/checks", "compare", "clean-full.json",
                             "faults-full.json")
        self.settle("merge/all", self.judge(*jobs))

    def test_configurations_are_judged_as_ever(self):
        trap = TRAP.format(more="", timeout="60s")
        self.write("trap.conf", trap)
        self.write("cured.conf", TRAP.format(more=UNBUFFERED, timeout="1h"))
        jobs = []
        for name, options in (("trap", ()), ("cured", ("--strict",))):
            jobs += self.formats(
                f"nginx/{name}", "nginx", f"{name}.conf", "--static-only",
                "--nginx-version", "1.22.1", "--location", "/events",
                "--heartbeat", "30s", *options)
        for name, (location, text) in sorted(ODD.items()):
            self.write(f"odd-{name}.conf", text)
            jobs += self.formats(
                f"nginx/odd-{name}", "nginx", f"odd-{name}.conf",
                "--static-only", "--nginx-version", "1.22.1", "--location",
                location, formats=("text", "json"))
        jobs.append(("nginx/explain.txt", "text", "nginx", "trap.conf",
                     "--static-only", "--nginx-version", "1.22.1",
                     "--explain", "--location", "/events"))
        jobs.append(("nginx/effective.txt", "text", "nginx", "trap.conf",
                     "--effective", "/events"))
        jobs.append(("nginx/effective.json", "json", "nginx", "trap.conf",
                     "--effective", "/events", "-f", "json"))
        codes = self.judge(*jobs)
        self.run_weir("nginx", "trap.conf", "--static-only", "--fix",
                      "fixed.conf", "--nginx-version", "1.22.1", "--location",
                      "/events")
        with open(self.path("fixed.conf"), encoding="utf-8") as f:
            self.compare("nginx/fixed.conf", "exact", f.read())
        self.settle("nginx/all", codes)

    def test_the_corpus_is_judged_as_ever(self):
        """Its documents alone: one digest for each configuration."""
        folder = os.path.join(ROOT, "scenarios/nginx")
        names = sorted(f"{kind}/{f}" for kind in ("bad", "good")
                       for f in os.listdir(os.path.join(folder, kind)))

        def one(name):
            with open(os.path.join(folder, name), encoding="utf-8",
                      newline="") as f:
                text = f.read()
            base = name.replace("/", "-")
            with open(self.path(base), "w", encoding="utf-8",
                      newline="") as f:
                f.write(text)
            m = re.search(r"^# location: (.*)$", text, re.MULTILINE)
            code, out = self.run_weir(
                "nginx", base, "--static-only", "--nginx-version", "1.22.1",
                "-f", "json", *(["--location", m[1].strip()] if m else []))
            found = re.findall(r'"rule": "([^"]*)"', out)
            return (f"{name} {code} {' '.join(sorted(set(found)))} "
                    f"{digest(mask(out))}")
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            told = list(pool.map(one, names))
        self.compare("nginx/corpus.txt", "exact", "\n".join(told))
        self.settled()

    def test_plans_are_made_as_ever(self):
        folder = os.path.join(ROOT, "scenarios/load")
        url = "http://127.0.0.1:8080/events"
        jobs = [(f"plan/{name[:-len('.yaml')]}.txt", "text", "load",
                 os.path.join(folder, name), "--seed", "1", "--workers", "1",
                 "--dry-run")
                for name in sorted(os.listdir(folder))
                # Not every machine has descriptors for 10,000.
                if name.endswith(".yaml") and name != "idle-crowd.yaml"]
        for mode in ("lint", "probe", "full"):
            jobs.append((f"plan/check-{mode}.txt", "text", "check", url,
                         "--mode", mode, "--dry-run", "--seed", "1"))
        jobs.append(("plan/check-all.txt", "text", "check", url, "--mode",
                     "full", "--publish", url, "--user-a", "a", "--user-b",
                     "b", "--origin", "https://app.example.org",
                     "--dry-run", "--seed", "1"))
        jobs.append(("plan/capacity.txt", "text", "capacity", url,
                     "--dry-run", "--seed", "1"))
        self.settle("plan/all", self.judge(*jobs))

    def test_streams_are_parsed_as_ever(self):
        jobs = []
        for name in sorted(os.listdir(os.path.join(HERE, "streams"))):
            path = os.path.join(HERE, "streams", name)
            base = "parse/" + name[:-len(".txt")]
            jobs.append((base + ".jsonl", "exact", "parse", path))
            jobs.append((base + ".all.jsonl", "exact", "parse",
                         "--observations", "--state", "--chunk", "3", path))
        jobs.append(("parse/limited.jsonl", "exact", "parse", "--max-line",
                     "8", os.path.join(HERE, "streams/plain.txt")))
        self.settle("parse/all", self.judge(*jobs))

    def test_the_lists_name_all_they_named(self):
        jobs = [(f"list/{what}.txt", "text", "list", what) for what in
                ("scenarios", "checks", "rules", "faults", "fields",
                 "metrics")]
        jobs += [(f"list/{what}.json", "json", "list", what, "--json")
                 for what in ("checks", "rules")]
        jobs += [("explain/check.txt", "text", "explain", "http.ct"),
                 ("explain/rules.txt", "text", "explain", "nginx.cache*"),
                 ("explain/unknown.txt", "text", "explain", "no.such")]
        self.settle("list/all", self.judge(*jobs))


if __name__ == "__main__":
    main()
