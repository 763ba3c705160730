#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir report: one page that holds everything, says what failed, and is never
half written."""
import json
import os
import re
import shutil
import subprocess

from weirtest import Case, main

FETCHED = re.compile(r"""(?:src|href|url)\s*[=(]\s*["']?(?!["']|data:|#)""")


class Report(Case):
    def make(self, name, *args):
        server = self.server()
        run = self.weir("load", f"{server.url}/stream?rate=20", "-c", 10,
                        "-d", "2s", "--out", self.path(name), *args)
        self.assertIn(run.code, (0, 1, 4))
        return self.path(name)

    def results(self):
        """One of each kind that takes little time."""
        load = self.make("load.json", "--threshold", "latency.p99 < 250ms")
        server = self.server()
        self.weir("check", f"{server.url}/stream?rate=20&fault=ct-missing",
                  "--fast", "-q", "--out", self.path("check.json"))
        self.weir("compare", load, load, "-q", "-o", self.path("cmp.json"))
        return load, self.path("check.json"), self.path("cmp.json")

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as f:
            return f.read()

    def test_a_page_of_several_results_holds_everything(self):
        results = self.results()
        run = self.weir("report", *results, "-o", self.path("r.html"), "-o",
                        self.path("r.md"), "-o", self.path("r.csv"))
        self.assert_code(run, 0)
        page = self.read("r.html")
        self.assertLess(len(page), 2_000_000)
        # A link is followed by who clicks on it, and by nobody else.
        loaded = page.replace('<a rel="noreferrer" href="', "")
        self.assertIsNone(FETCHED.search(loaded), FETCHED.search(loaded))
        self.assertNotIn("<script", page)
        for name in results:
            with open(name, encoding="utf-8") as f:
                self.assertIn(json.load(f)["sentence"].split(";")[0]
                              .split("(")[0].strip()[:40], page)
        self.assertIn("http.ct", page)
        self.assertIn("latency.p99", page)
        self.assertIn("latency.p99,", self.read("r.csv"))
        self.assertIn("| latency", self.read("r.md"))
        if shutil.which("gnuplot"):
            pictures = re.findall(
                r'<svg role="img" aria-label="([^"]+)"(.*?)</svg>', page,
                re.DOTALL)
            self.assertGreaterEqual(len(pictures), 6)
            for alt, svg in pictures:
                self.assertGreater(len(alt), 20)
                self.assertGreater(svg.count("<path"), 5, alt)
                self.assertIn("var(--line-1)", svg, alt)
                self.assertIn("var(--axis)", svg, alt)
            ids = re.findall(r' id=["\']([^"\']+)', page)
            self.assertEqual(len(ids), len(set(ids)))
            for name in re.findall(r'(?:href=["\']|url\()#([^"\')]+)', page):
                self.assertIn(name, ids)

    def test_pictures_are_written_beside_the_page(self):
        if not shutil.which("gnuplot"):
            self.skipTest("gnuplot is not installed")
        load = self.make("load.json")
        run = self.weir("report", load, "-o", self.path("r.html"), "--png")
        self.assert_code(run, 0)
        for plot in ("percentile", "latency_time", "streams", "rate", "gap",
                     "delivery"):
            with open(self.path(f"r-A-{plot}.png"), "rb") as f:
                picture = f.read()
            self.assertEqual(b"\x89PNG", picture[:4])
            self.assertGreater(len(picture), 5000, plot)

    def test_without_gnuplot_all_but_the_plots_is_there(self):
        load = self.make("load.json")
        p = self.start(self.program("weir"), "report", load, "-o",
                       self.path("r.html"), env={"PATH": self.folder})
        self.assertEqual(0, p.wait(20))
        self.assertIn("no plots: gnuplot is not installed", p.err())
        page = self.read("r.html")
        self.assertIn("gnuplot is not installed", page)
        self.assertIn("How this was measured", page)

    def assert_refused(self, words, *args):
        run = self.weir("report", *args)
        self.assert_code(run, 2)
        self.assertIn(words, run.err)

    def test_what_is_no_result_is_refused_and_nothing_is_overwritten(self):
        load = self.make("load.json")
        page = self.write("r.html", "kept")
        text = self.read("load.json")
        old = self.write("old.json", text.replace("weir.load/1",
                                                  "weir.load/0"))
        cut = self.write("cut.json", text[:-500])
        foreign = self.write("foreign.json", '{"schema": "x/1"}')
        for words, bad in (("an older version", old), ("truncated?", cut),
                           ("not a result of weir", foreign),
                           ("missing.json", self.path("missing.json"))):
            self.assert_refused(words, load, bad, "-o", page)
            self.assertEqual("kept", self.read("r.html"))
        self.assert_refused("folder", load, "-o",
                            self.path("no/folder/r.html"))

    def test_a_full_disk_is_told_and_leaves_the_old_page(self):
        disk = self.path("disk")
        os.mkdir(disk)
        mount = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", disk],
            capture_output=True, check=False)
        if mount.returncode:
            self.skipTest("no right to mount a small disk")
        self.addCleanup(subprocess.run, ["umount", disk], check=False)
        load = self.make("load.json")
        page = self.write("disk/r.html", "kept")
        self.assert_refused("r.html", load, "-o", page)
        self.assertEqual("kept", self.read("disk/r.html"))
        self.assertEqual(["r.html"], os.listdir(disk))


if __name__ == "__main__":
    main()
