#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The fault matrix: every fault of the server trips its check and, beyond
declared consequences, no other F check; the clean server trips none.

WEIR_FAULTS=GLOB,GLOB runs only these faults; WEIR_JOBS says how many runs go
at once."""
import concurrent.futures
import contextlib
import fnmatch
import json
import os

from fault_matrix import CLEAN, COUNTED, FAULTS, H2_FAULTS
from tls_relay import TlsRelay
from weirtest import Case, SANITIZED, Server, await_, main

JOBS = int(os.environ.get("WEIR_JOBS", 3 if SANITIZED else 8))
CHOSEN = os.environ.get("WEIR_FAULTS", "*").split(",")
# All of them take too long there, and run through the same code.
SHARE = 4 if SANITIZED and CHOSEN == ["*"] else 1
BAD = ("FAIL", "WARN", "ERROR")


class Matrix(Case):
    """One pass over all rows; the runs share nothing but the machine."""

    def json_of(self, *args):
        run = self.weir(*args)
        self.assert_code(run, 0)
        return json.loads(run.out)

    def setUp(self):
        super().setUp()
        self.rows = {c["id"]: c for c in
                     self.json_of("list", "checks", "--json")}
        run = self.weir("list", "faults")
        self.assert_code(run, 0)
        self.known = {line.split()[0].split("=")[0]
                      for line in run.out.splitlines() if line.strip()}

    def check(self, url, name, *args, timeout=120):
        """The document of one run, by name; without a URL of what args
        say."""
        out = self.path(f"{name}.json")
        p = self.start_weir("check", *([url, "--fast"] if url else []), "-q",
                            "-o", out, *args)
        code = p.wait(timeout)
        self.assertTrue(os.path.exists(out), f"{name}: exit {code}: {p.err()}")
        with open(out, encoding="utf-8") as f:
            return code, json.load(f)

    def age(self, server):
        """Gives the topic "shared" a past that it has forgotten."""
        topic = "/control/topic?topic=shared&history=40&rate="
        server.post(topic + "2000")
        await_(lambda: server.stats()["topics"][0]["last"] > 200,
               what="a history")
        server.post(topic + "20")

    def abroad(self, server, fault):
        """Arguments that judge recordings as those of another host: nothing
        is asked of it."""
        folder = self.path("abroad")
        self.check(server.url + fault.path, "here", "--mode", fault.mode,
                   "--save-recordings", folder)
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            with open(path, encoding="utf-8") as f:
                doc = json.load(f)
            doc["url"] = fault.recorded
            if name == "target.json":
                doc["loopback"] = False
            with open(path, "w", encoding="utf-8") as f:
                json.dump(doc, f)
        return ("--from", folder)

    @contextlib.contextmanager
    def serving(self, *options):
        """A server, started and stopped in this thread: a child ends with the
        thread it is of."""
        p = self.start(self.program("weir-server"), "--port", 0, "--workers",
                       1, *options)
        url = p.await_line(r"listening on (http://\S+?)/?$").group(1)
        try:
            yield Server(p, url)
            self.assert_alive(p)
        finally:
            p.stop()

    def judge(self, name, fault):
        """What is wrong with one row: a list of sentences."""
        wrong = () if fault.recorded else ("--fault", name + fault.argument)
        with self.serving(*wrong, *fault.server) as server:
            return self.judge_at(server, name, fault)

    def through_tls(self, server, name, fault):
        ca = self.certificate()
        relay = TlsRelay(server.port, self.path("cert.pem"),
                         self.path("key.pem"))
        try:
            return self.check(f"https://127.0.0.1:{relay.port}{fault.path}",
                              name, "--mode", fault.mode, "--ca", ca,
                              *fault.args)
        finally:
            relay.stop()

    def run_row(self, server, name, fault):
        if fault.recorded:
            return self.check(None, name, *self.abroad(server, fault))
        if fault.aged:
            self.age(server)
        if fault.tls:
            return self.through_tls(server, name, fault)
        return self.check(server.url + fault.path, name, "--mode", fault.mode,
                          *(a.replace("{url}", server.url)
                            for a in fault.args))

    def judge_at(self, server, name, fault):
        code, doc = self.run_row(server, name, fault)
        # A fault may leave a stream without events.
        judged = ("pass", "fail") + (("unjudged",) if fault.trips else ())
        if doc["verdict"] not in judged and not (
                doc["checks"] and doc["verdict"] == "unreachable"):
            return [f"{name}: {doc['verdict']}, exit {code}: "
                    f"{doc['sentence']}"]
        verdict = {c["id"]: c["verdict"] for c in doc["checks"]}
        text = {c["id"]: c["text"] for c in doc["checks"]}
        wrong = []
        for check in fault.trips:
            wanted = {"F": ("FAIL",), "W": ("WARN", "FAIL"),
                      "I": ("INFO",)}[self.rows[check]["severity"]]
            if verdict.get(check) not in wanted:
                wrong.append(f"{name}: {check} says {verdict.get(check)}, "
                             f"not {wanted[0]}: {text.get(check)}")
        for check, v in verdict.items():
            if v == "ERROR" or (v == "FAIL" and check not in
                                fault.trips + fault.also):
                wrong.append(f"{name}: {check} says {v} too: {text[check]}")
        return wrong

    def guarded(self, name):
        try:
            return self.judge(name, FAULTS[name])
        except Exception as e:  # one row's trouble is not another's
            return [f"{name}: {type(e).__name__}: {e}"]

    def test_every_check_is_proven(self):
        chosen = [n for n in FAULTS if
                  any(fnmatch.fnmatch(n, g) for g in CHOSEN)][::SHARE]
        # The long ones first, so that nothing long is left at the end.
        chosen.sort(key=lambda n: FAULTS[n].mode != "full")
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            results = dict(zip(chosen, pool.map(self.guarded, chosen)))
        wrong = [s for sentences in results.values() for s in sentences]
        proven = {c for name, sentences in results.items() if not sentences
                  for c in FAULTS[name].trips}
        # Those with an origin behind a proxy are proven by proxies_e2e.py,
        # those with a row there by check_h2_e2e.py.
        elsewhere = {c for f in H2_FAULTS.values() for c in f.trips}
        testable = [i for i, row in self.rows.items()
                    if row["severity"] in "FW" and "O" not in row["modes"]
                    and i not in elsewhere]
        unproven = [i for i in testable if i not in proven]
        print()
        for i in testable:
            faults = [n for n, f in FAULTS.items() if i in f.trips]
            state = "proven" if i in proven else "UNPROVEN"
            print(f"  {i:32} {state:9} {', '.join(faults) or '(no row)'}")
        for sentence in wrong:
            print("  " + sentence)
        hints = [i for i, row in self.rows.items() if row["severity"] == "I"
                 and not i.startswith("proxy.") and i not in elsewhere]
        print(f"  {len(testable)} checks, {len(chosen)} faults, "
              f"{len(unproven)} unproven ({len(proven & set(hints))} of "
              f"{len(hints)} hints have a fault too)")
        self.assertEqual([], wrong)
        if CHOSEN == ["*"] and SHARE == 1:
            self.assertEqual([], unproven, "checks that no fault proves")

    def clean(self, name):
        """What a server without a fault trips in this case."""
        row = CLEAN[name]
        with self.serving(*row.server) as server:
            code, doc = self.run_row(server, "clean-" + name, row)
        bad = [f"{name}: {c['id']} {c['verdict']}: {c['text']}"
               for c in doc["checks"] if c["verdict"] in BAD]
        return bad or ([] if code == 0 else [f"{name}: {doc['sentence']}"])

    def test_the_clean_server_trips_nothing(self):
        with concurrent.futures.ThreadPoolExecutor(max(2, JOBS // 2)) as pool:
            results = dict(zip(CLEAN, pool.map(self.clean, CLEAN)))
        # As with the faults: a busy machine is no verdict.
        for name in [n for n, bad in results.items() if bad]:
            with self.subTest(name):
                self.assertEqual([], self.clean(name))

    def test_rows_name_what_there_is(self):
        rows = {n for n, f in FAULTS.items() if not f.recorded}
        self.assertEqual(self.known - COUNTED, rows)
        for name, fault in FAULTS.items():
            with self.subTest(name):
                self.assertLessEqual(set(fault.trips + fault.also),
                                     set(self.rows))


if __name__ == "__main__":
    main()
