#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The recipe for CI, executed: a Python server that is well, and the same one
with a regression."""
import os
import subprocess
import xml.etree.ElementTree as ET

from weirtest import ROOT, Case, free_port, main

PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's packages


class Recipe(Case):
    def setUp(self):
        super().setUp()
        if subprocess.run([PYTHON, "-c", "import uvicorn, starlette"],
                          capture_output=True, check=False).returncode:
            self.lacks("python3-uvicorn, python3-starlette not installed")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/stream?rate=20"
        self.start_command = (
            f"{PYTHON} -B -m uvicorn --app-dir {ROOT}/harness/e2e/apps "
            f"--port {self.port} --log-level warning starlette_app:app")
        run = self.weir("ci", "init", "--dir", self.folder, "--start",
                        self.start_command, "--url", self.url)
        self.assert_code(run, 0)
        self.write("weir.yaml", "connections: 20\nthresholds:\n"
                   "  - connections.failed == 0\n"
                   "  - latency.p99 < 2s\n")
        with open(os.path.join(ROOT, "scenarios/conformance/real",
                               "starlette.profile"), encoding="utf-8") as f:
            self.write("weir.profile", f.read())

    def regress(self, **env):
        env = {"WEIR": self.program("weir"), "WEIR_START": self.start_command,
               "WEIR_URL": self.url, "WEIR_LOAD_TIME": "1s",
               "WEIR_RUN_TIME": "600ms", "WEIR_RUNS": "6",
               "GITHUB_STEP_SUMMARY": self.path("summary.md"),
               "PATH": os.environ["PATH"], **env}
        return subprocess.run(
            ["sh", "./weir-regress.sh"], cwd=self.folder, env=env,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=200, check=False)

    def failures(self, name):
        suites = ET.parse(self.path("weir-out/" + name)).getroot()
        return [c.get("name") for c in suites.iter("testcase")
                if c.find("failure") is not None]

    def test_a_good_commit_is_green_and_a_bad_one_red(self):
        first = self.regress()
        self.assertEqual(0, first.returncode, first.stdout)
        self.assertIn("There is no weir-baseline.json yet", first.stdout)
        self.assertEqual([], self.failures("check.xml"))
        os.rename(self.path("weir-out/runs.json"),
                  self.path("weir-baseline.json"))
        bad = self.regress(LATE_MS="30", GITHUB_ACTIONS="true")
        self.assertEqual(1, bad.returncode, bad.stdout)
        self.assertIn("latency.min", self.failures("compare.xml"))
        self.assertIn("::error title=weir compare", bad.stdout)
        with open(self.path("summary.md"), encoding="utf-8") as f:
            summary = f.read()
        self.assertIn("weir compare: WORSE", summary)
        self.assertIn("| latency.min |", summary)
        with open(self.path("weir-out/report.html"), encoding="utf-8") as f:
            self.assertIn("latency.min", f.read())

    def test_a_server_that_does_not_start_is_exit_3(self):
        run = self.regress(WEIR_START="sh -c 'echo broken; exit 7'")
        self.assertEqual(3, run.returncode, run.stdout)
        self.assertIn("broken", run.stdout)

    def test_what_is_there_is_kept(self):
        self.write("weir.yaml", "mine\n")
        run = self.weir("ci", "init", "--gitlab", "--dir", self.folder,
                        "--start", 'run "it"', "--url", self.url)
        self.assert_code(run, 0)
        with open(self.path("weir.yaml"), encoding="utf-8") as f:
            self.assertEqual("mine\n", f.read())
        with open(self.path(".gitlab-ci.weir.yml"), encoding="utf-8") as f:
            self.assertIn('WEIR_START: "run \\"it\\""', f.read())


if __name__ == "__main__":
    main()
