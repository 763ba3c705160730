#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A real application: Starlette on uvicorn, as Debian packages them."""
import os
import subprocess

from weirtest import ROOT, Case, Server, await_, accepts, free_port, main

PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's packages


class Starlette(Case):
    def app(self):
        probe = subprocess.run([PYTHON, "-c", "import uvicorn, starlette"],
                               capture_output=True)
        if probe.returncode:
            self.lacks("python3-uvicorn, python3-starlette not installed")
        port = free_port()
        p = self.start(PYTHON, "-B", "-m", "uvicorn", "--app-dir",
                       os.path.join(ROOT, "harness/e2e/apps"), "--port", port,
                       "--log-level", "warning", "starlette_app:app")
        await_(lambda: accepts(port) or not p.running(), 20, "uvicorn")
        self.assertTrue(p.running(), p.err())
        return Server(p, f"http://127.0.0.1:{port}")

    def test_a_python_app_delivers_all(self):
        app = self.app()
        run = self.load(f"{app.url}/stream?rate=5", "-c", 100, "-d", "4s",
                        "--server-pid", app.pid)
        self.assert_passed(run)
        self.assert_ledger(run)
        self.assertEqual(100, run.connections["peak"], str(run))
        self.assertAlmostEqual(2000, run.events["received"], delta=300)
        self.assertEqual("stamp", run.summary["latency_ms"]["source"])
        self.assertGreater(run.summary["server"]["cpu_us_per_event"], 0)

    def test_a_storm_is_resumed(self):
        app = self.app()
        run = self.load(f"{app.url}/stream?rate=10", "-c", 50, "-d", "3s",
                        "--storm.at", "1s")
        self.assert_passed(run)
        self.assert_ledger(run)
        self.assertEqual(50, run.connections["resumed"], str(run))


if __name__ == "__main__":
    main()
