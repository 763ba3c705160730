#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The ready scenarios: each is valid, the short ones run for real."""
import glob
import os
import shutil

from weirtest import ROOT, Case, main

FOLDER = os.path.join(ROOT, "scenarios/load")


class Scenarios(Case):
    def test_every_scenario_is_valid(self):
        files = sorted(glob.glob(os.path.join(FOLDER, "*.yaml")))
        self.assertGreaterEqual(len(files), 9)
        for path in files:
            with self.subTest(os.path.basename(path)):
                run = self.weir("load", path, "--dry-run")
                self.assert_code(run, 0)
                with open(path, encoding="utf-8") as f:
                    self.assertTrue(f.readline().startswith("#"),
                                    "opens with the question it answers")

    def real(self, name, *options):
        server = self.server(workers=2)
        with open(os.path.join(FOLDER, name + ".yaml"), encoding="utf-8") as f:
            text = f.read()
        self.assertIn("http://127.0.0.1:8080", text)
        path = self.write(name + ".yaml",
                          text.replace("http://127.0.0.1:8080", server.url))
        for users in glob.glob(os.path.join(FOLDER, "*.csv")):
            shutil.copy(users, self.folder)
        run = self.load(path, *options)
        self.assert_passed(run)
        self.assert_ledger(run)
        self.assertGreater(run.events["received"], 0)

    def test_hello(self):
        self.real("hello")

    def test_fanout(self):
        self.real("fanout", "-c", 200, "-d", "3s")

    def test_two_users(self):
        self.real("two-users", "-d", "3s")

    def test_list_knows_them(self):
        run = self.weir("list", "scenarios")
        self.assert_code(run, 0)
        for path in glob.glob(os.path.join(FOLDER, "*.yaml")):
            self.assertIn(os.path.basename(path)[:-5], run.out)


if __name__ == "__main__":
    main()
