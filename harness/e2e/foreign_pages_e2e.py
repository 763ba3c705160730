#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Pages of results that somebody else wrote: whatever stands in a string of a
document of any kind is text on the page, and commands nobody."""
import copy
import html.parser
import json
import lzma
import os
import re
import shutil

from weirtest import Case, ROOT, WIDE, main

SAVED = os.path.join(ROOT, "harness/e2e/golden/documents")
# Short, since some members are cut: out of text, of either quote, of none.
PAYLOADS = ("\"'><wx wy=1>", "\" wy=1 ' wy=1 ", "</script><wx>", "--><wx>",
            "javascript:wx()")
# A gnuplot string's end and two ways to run a program.
COMMAND = "\"; system(\"touch ran\"); y=\"`touch ran`"
# What must be right, or a document is none and nothing of it is shown.
REFUSED = {"schema", "ledger", "source"}
KINDS = {"load": "load-faults", "capacity": "capacity-connections",
         "doctor": "doctor-trap"}


def saved(name):
    with lzma.open(os.path.join(SAVED, name + ".json.xz")) as f:
        return json.load(f)


def paths(node, at=()):
    """Every string member, positions in lists left out, and every object."""
    if isinstance(node, dict):
        yield (*at, "{}")
        for key, value in node.items():
            yield from paths(value, (*at, key))
    elif isinstance(node, list):
        for value in node:
            yield from paths(value, (*at, "[]"))
    elif isinstance(node, str):
        yield at


def poisoned(node, wanted, payload, at=()):
    """A copy whose members of these paths are the payload; where an object is
    wanted, it gets a member of that name."""
    if isinstance(node, dict):
        new = {key: poisoned(value, wanted, payload, (*at, key))
               for key, value in node.items()}
        if (*at, "{}") in wanted and new:
            new[payload] = copy.deepcopy(next(iter(new.values())))
        return new
    if isinstance(node, list):
        return [poisoned(value, wanted, payload, (*at, "[]"))
                for value in node]
    return payload if isinstance(node, str) and at in wanted else node


class Page(html.parser.HTMLParser):
    """Notes each element, attribute and link that a payload made."""

    def __init__(self, text):
        super().__init__()
        self.wrong, self.text = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name.startswith(("wy", "on")) or "wx" in name:
                self.wrong.append(f"<{tag} {name}>")
            if name in ("href", "src") and (value or "").startswith("java"):
                self.wrong.append(f"<{tag} {name}={value}>")
        if tag == "wx":
            self.wrong.append(f"<{tag}>")

    def handle_data(self, data):
        if self.cdata_elem and re.search("w[xy]", data):
            self.wrong.append(f"in <{self.cdata_elem}>: {data[:80]}")
        self.text.append(data)


class ForeignPages(Case):
    def setUp(self):
        super().setUp()
        self.docs = {kind: saved(name) for kind, name in KINDS.items()}
        server = self.server()
        self.weir("check", f"{server.url}/stream?rate=20&fault=ct-missing",
                  "--fast", "-q", "-o", self.path("check.json"))
        for n in ("plain", "plain-b"):
            with open(self.path(n + ".json"), "w", encoding="utf-8") as f:
                json.dump(saved("load-" + n), f)
        self.weir("compare", self.path("plain.json"),
                  self.path("plain-b.json"), "-q", "-o",
                  self.path("compare.json"))
        for kind in ("check", "compare"):
            with open(self.path(kind + ".json"), encoding="utf-8") as f:
                self.docs[kind] = json.load(f)

    def page(self, name, *docs, plots=False):
        files = []
        for n, doc in enumerate(docs):
            files.append(self.write(f"{name}.{n}.json", json.dumps(doc)))
        out = self.path(name + ".html")
        run = self.start_weir("report", *files, "-o", out,
                              *([] if plots else ["--no-plots"]))
        code = run.wait(60)
        if code == 2 and "Sanitizer" not in run.err():
            return None  # no result any more, and said so
        self.assertEqual(0, code, run.err())
        with open(out, encoding="utf-8", errors="replace") as f:
            return f.read()

    def wrong(self, name, *docs):
        text = self.page(name, *docs)
        return text is not None, Page(text).wrong if text else []

    def shown(self, kind, group, *others):
        """The paths of the group that a page was made of; a page is looked at.
        What makes the document none is found by halves."""
        self.pages += 1
        bad = poisoned(self.docs[kind], set(group), PAYLOADS[0])
        is_page, wrong = self.wrong(f"{kind}{self.pages}", bad, *others)
        self.found += [f"{'.'.join(group[0])} and {len(group) - 1} more: {w}"
                       for w in wrong]
        if is_page or len(group) == 1:
            return set(group) if is_page else set()
        half = len(group) // 2
        return (self.shown(kind, group[:half], *others) |
                self.shown(kind, group[half:], *others))

    def little_by_little(self, kind):
        """A few paths at once, and twice with other ones, so that what steers
        the page stays elsewhere; on the page of its kind and beside another.
        With WEIR_WIDE each path alone."""
        other = saved("load-plain")
        names = sorted(set(paths(self.docs[kind])))
        size = 1 if WIDE else 12
        step = -(-len(names) // size)
        shown, self.found, self.pages = set(), [], 0
        for start in range(step):
            shown |= self.shown(kind, names[start::step])
        for start in range(0, 0 if WIDE else len(names), size):
            shown |= self.shown(kind, names[start:start + size])
        for start in range(step if kind in ("check", "doctor") else 0):
            self.shown(kind, names[start::step], other)
        self.assertEqual([], self.found)
        self.assertGreater(len(shown), len(names) * 3 // 4)
        self.assertGreater(len(names), 20)

    def test_no_string_of_any_kind_is_markup(self):
        for kind in self.docs:
            with self.subTest(kind):
                self.little_by_little(kind)

    def test_all_at_once_are_none(self):
        for kind, doc in self.docs.items():
            wanted = {p for p in paths(doc) if p[-1] not in REFUSED and
                      p != ("{}",)}
            for n, payload in enumerate((*PAYLOADS, COMMAND)):
                with self.subTest(kind, payload=payload):
                    bad = poisoned(doc, wanted, payload)
                    text = self.page(f"{kind}-all{n}", bad)
                    self.assertIsNotNone(text)
                    page = Page(text)
                    self.assertEqual([], page.wrong)
                    self.assertIn(payload[:8], "".join(page.text))

    def test_gnuplot_obeys_no_document(self):
        if not shutil.which("gnuplot"):
            self.skipTest("gnuplot is not installed")
        drawn = 0
        for kind, doc in self.docs.items():
            told = {p for p in paths(doc) if p[-1] in
                    ("unit", "metric", "sentence", "name", "transport")}
            with self.subTest(kind):
                text = self.page(f"{kind}-plot",
                                 poisoned(doc, told, COMMAND), plots=True)
                drawn += text.count("gnuplot_canvas")
                self.assertEqual([], Page(text).wrong)
        self.assertGreater(drawn, 5)
        for folder in (self.folder, "/tmp", os.getcwd()):
            self.assertFalse(os.path.exists(os.path.join(folder, "ran")))


if __name__ == "__main__":
    main()
