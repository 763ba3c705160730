#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Servers as people write them: each mistake is found by the check that is
about it, and a sound one is let be.  Prints the table of them all."""
import concurrent.futures
import dataclasses
import json
import os
import resource

import field_servers as servers
from weirtest import Case, Run, SANITIZED, main

JOBS = 3 if SANITIZED else 6
MOST_WARNINGS = 2
MIB = 1024  # KiB
MOST_MIB = 400


@dataclasses.dataclass
class Row:
    """What one server is to be told: one of these checks fails or warns, or,
    with none, nothing fails and few warn."""
    checks: tuple = ()
    mode: str = "probe"
    code: int = 0  # None: as the clock has it
    says: str = ""  # of the headline
    args: tuple = ()


def fails(*checks, **more):
    return Row(checks, code=1, **more)


def warns(*checks, **more):
    return Row(checks, **more)


FULL = {"mode": "full"}
ROWS = {
    "Sound": Row(**FULL),
    "OneLate": warns("frame.event.one-late", "frame.event.atomic",
                     code=None),
    "RawNewline": fails("frame.line.known"),
    "ErrorBehind": fails("frame.line.garbage"),
    "OnlyError": fails("frame.event.dispatched"),
    "ReplayAll": warns("resume.replay-all", **FULL),
    "OwnIds": warns("resume.offered", **FULL),
    "PlainText": fails("http.ct.essence", says="not with an event stream"),
    "LoginPage": fails("http.ct.essence", says="an HTML page"),
    "OneAtATime": Row(**FULL),
    "NeverFreed": fails("reconnect.no-slot-leak",
                        says="since a first stream was closed the target "
                             "answers 409"),
    "Leak": fails("reconnect.no-slot-leak", says="the target answers 503",
                  **FULL),
    "Dies": fails("reconnect.alive", says="does not listen any more", **FULL),
    "NoLastChunk": fails("http.framing.terminator", "reconnect.finite-loop"),
    "Latin1": fails("http.ct.charset"),
    "RetrySeconds": warns("frame.retry.range"),
    "Undefined": warns("frame.id.unique", "frame.data.placeholder"),
    "ObjectObject": warns("frame.data.placeholder"),
    "Poll": fails("reconnect.finite-loop"),
    "Length": fails("http.framing.no-cl"),
    "Escaped": fails("frame.event.dispatched"),
    "Bom": fails("frame.bom.inner"),
    "Big": Row(),
    "Bomb": fails("http.coding.honoured", **FULL),
    "EndsWell": Row(),
    "OddIds": Row(**FULL),
    "Session": Row(**FULL),
    "Chat": Row(args=("--method", "POST", "--body", "{}")),
}


class Field(Case):
    def setUp(self):
        super().setUp()
        self.farm = servers.Farm()
        self.addCleanup(self.farm.stop)

    def judge(self, name):
        row = ROWS[name]
        url = self.farm.start(getattr(servers, name))
        out = self.path(name + ".json")
        p = self.start_weir("check", url, "--mode", row.mode, "--fast", "-q",
                            "-o", out, *row.args)
        return self.finish_check(p, out)

    def finish_check(self, p, out):
        code = p.wait(100)
        self.assertTrue(os.path.exists(out), f"exit {code}: {p.err()}")
        with open(out, encoding="utf-8") as f:
            return Run(p, code, json.load(f))

    def wrong(self, name, run):
        """Sentences on what it should have said."""
        row = ROWS[name]
        bad = {c["id"]: c["verdict"] for c in run.doc["checks"]
               if c["verdict"] in ("FAIL", "WARN", "ERROR")}
        wrong = []
        if row.checks and not set(row.checks) & set(bad):
            wrong.append(f"none of {row.checks} in {bad}")
        if not row.checks and (len(bad) > MOST_WARNINGS or
                               set(bad.values()) - {"WARN"}):
            wrong.append(f"sound, but {bad}")
        if row.code not in (None, run.code):
            wrong.append(f"exit {run.code}: {bad}")
        if row.says not in run.doc["sentence"]:
            wrong.append(run.doc["sentence"])
        return wrong, bad

    def test_every_mistake_is_found_and_no_other_is_claimed(self):
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            # The long ones first.
            names = sorted(ROWS, key=lambda n: ROWS[n].mode != "full")
            runs = dict(zip(names, pool.map(self.judge, names)))
        all_wrong = {}
        print()
        for name in ROWS:
            wrong, bad = self.wrong(name, runs[name])
            told = ", ".join(f"{c} {v}" for c, v in sorted(bad.items()))
            print(f"  {name:13} {runs[name].doc['verdict']:8} "
                  f"{'WRONG' if wrong else 'right'}  {told or '-'}")
            if wrong:
                all_wrong[name] = wrong
        self.assertEqual({}, all_wrong)
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        print(f"  the largest of them took {most // MIB} MiB", flush=True)
        if not SANITIZED:
            self.assertLess(most, MOST_MIB * MIB)


if __name__ == "__main__":
    main()
