#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Protocols on top of event streams: good answers pass, each fault is found by
its rule, and a profile of one's own is one."""
import json
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

from weirtest import BIN, Case, main

# How weir-server spoils an answer, and the rules that see it.
FAULTS = {
    "openai-chat": {
        "json": "json", "empty": "json", "choices": "choices",
        "index": "index", "order": "order", "after-finish": "after-finish",
        "finish": "finish", "truncated": "truncated done",
        "failed": "failed", "done": "done", "usage": "usage",
        "finish-null": "finish-null", "object": "object", "same": "same",
        "name": "data-only",
        "tool-index": "tool-index tool-json", "tool-json": "tool-json",
        "ends": "ends", "cut": "truncated done", "slot": "slot"},
    "anthropic": {
        "json": "json", "name": "name", "order": "order block",
        "twice": "order", "index": "index", "late-block": "late-block",
        "truncated": "truncated", "failed": "failed", "done": "stop",
        "finish": "order truncated", "tool-json": "tool-json",
        "cut": "truncated", "slot": "slot"},
}
FAULTS["openai-responses"] = {
    "json": "json", "name": "named", "order": "order truncated",
    "index": "sequence", "tool-index": "item", "same": "same",
    "empty": "output", "usage": "usage", "truncated": "truncated",
    "failed": "failed", "done": "truncated", "slot": "slot"}
FAULTS["mcp"] = {
    "json": "json", "jsonrpc": "jsonrpc", "name": "name", "request": "",
    "truncated": "replay resumed",
    "echo": "echo", "order": "order", "prime": "prime",
    "id-same": "unique-id", "ends": "ends", "failed": "failed",
    "init": "init", "session-form": "session-form",
    "notified": "notified notified-bare", "get": "get-type",
    "get-answers": "get-answers", "broadcast": "broadcast",
    "get-again": "get-again", "foreign": "own-stream", "replay": "replay",
    "no-session": "no-session", "version": "version", "origin": "origin",
    "slot": "slot", "delete": "delete", "undead": "deleted"}
# Those that show only in the session's other requests.
IN_SESSION = ("truncated get get-answers broadcast get-again foreign replay "
              "no-session version origin").split()
FAULTS["mcp-2026"] = {
    "json": "json", "jsonrpc": "jsonrpc", "name": "name",
    "request": "no-requests", "ids": "no-ids", "result-type": "result-type",
    "accel": "x-accel", "done": "response", "truncated": "response",
    "cut": "response", "echo": "echo", "order": "order", "ends": "ends",
    "failed": "failed"}
PATH = {"openai-chat": "/v1/chat/completions",
        "openai-responses": "/v1/responses", "anthropic": "/v1/messages",
        "mcp": "/mcp", "mcp-2026": "/mcp"}
OWN = """weir: profile/1
name: counted
request: {path: /stream, headers: {Accept: text/event-stream}}
classes: {number: "type(/seq) == number", other: "exists(/)"}
rules:
- {id: low, severity: warn, title: Numbers are below 3, require: /seq < 3,
   in: [number]}
"""


class App(Case):
    def judge(self, server, app, query, *args):
        pace = "" if "itl=" in query else "itl=1ms&"
        url = server.url + PATH[app] + "?tool=1&tokens=8&" + pace + query
        named = () if "--app" in args else ("--app", app)
        run = self.weir("check", url, *named, "-f", "json", "-q", *args)
        doc = json.loads(run.out)
        return run, {c["id"]: c for c in doc["checks"]}

    def broken(self, checks, app):
        return {i.rsplit(".", 1)[1] for i, c in checks.items()
                if i.startswith(f"app.{app}.")
                and c["verdict"] not in ("PASS", "SKIP", "INFO")}

    def test_a_good_answer_breaks_nothing(self):
        server = self.server()
        for app in PATH:
            run, checks = self.judge(server, app, "ttft=20ms")
            worse = {i: c["text"] for i, c in checks.items()
                     if c["verdict"] in ("FAIL", "WARN", "ERROR")}
            self.assertEqual(worse, {}, app)
            self.assert_code(run, 0)
            self.assertIn(f"app.{app}.order", checks)
            self.assertEqual(checks[f"app.{app}.order"]["verdict"], "PASS")

    def test_each_fault_is_found_by_its_rule(self):
        server = self.server()

        def one(case):
            app, fault = case
            beside = fault == "slot" or (app == "mcp" and
                                         fault in IN_SESSION)
            mode = "probe" if beside else "lint"
            slots = f"&slots=4&pool={app}&itl=100ms" if fault == "slot" else ""
            _, checks = self.judge(server, app, "break=" + fault + slots,
                                   "--mode", mode, "--only", "app")
            return app, fault, self.broken(checks, app)
        cases = [(app, fault) for app in FAULTS for fault in FAULTS[app]]
        wrong = []
        with ThreadPoolExecutor(4) as pool:
            for app, fault, found in pool.map(one, cases):
                print(f"  {app:17} {fault:13} {' '.join(sorted(found))}")
                if found != set(FAULTS[app][fault].split()):
                    wrong.append((app, fault, FAULTS[app][fault], found))
        self.assertEqual(wrong, [])

    def test_an_answer_that_goes_on_is_not_judged_by_its_end(self):
        server = self.server()
        _, checks = self.judge(server, "openai-chat", "break=stall", "--mode",
                               "lint", "--idle-window", "1s", "--only", "app")
        verdict = {i.rsplit(".", 1)[1]: c["verdict"]
                   for i, c in checks.items()}
        self.assertEqual(verdict["truncated"], "UNTESTABLE")
        self.assertEqual(verdict["order"], "PASS")

    def test_a_profile_of_ones_own_is_one(self):
        server = self.server()
        mine = self.write("counted.yaml", OWN)
        run = self.weir("check", server.url + "/stream?rate=50", "--app", mine,
                        "--mode", "lint", "--only", "app", "--window", "1s")
        self.assertIn("app.counted.low", run.out)
        self.write("counted.yaml", OWN.replace("classes", "clases"))
        run = self.weir("check", server.url, "--app", mine)
        self.assert_code(run, 2)
        self.assertIn("counted.yaml:4:1: unknown key \"clases\" (did you mean "
                      "classes?)", run.err)

    def test_the_protocol_is_guessed_by_its_events(self):
        server = self.server()
        run, checks = self.judge(
            server, "anthropic", "break=done", "--app", "auto", "--mode",
            "lint", "--body", "{}", "--only", "app")
        self.assertEqual(self.broken(checks, "anthropic"), {"stop"})
        self.assertIn("the protocol on top is anthropic", run.out)
        run = self.weir("check", server.url + "/stream?rate=50", "--app",
                        "auto", "--mode", "lint", "--window", "1s")
        self.assertIn("no known protocol", run.out)

    def test_a_session_that_cannot_be_begun_is_told(self):
        run = self.weir("check", "http://127.0.0.1:1/mcp", "--app", "mcp")
        self.assert_code(run, 3)
        self.assertIn("nothing listens there", run.out)

    def test_a_session_of_others_is_left_alone(self):
        server = self.server()
        _, checks = self.judge(server, "mcp", "", "--var", "session=none",
                               "--mode", "lint", "--only", "app")
        self.assertEqual(checks["app.mcp.init"]["verdict"], "SKIP")
        stats = server.stats()
        self.assertEqual((stats["sessions"], stats["sessions_ended"]), (0, 0))
        self.judge(server, "mcp", "break=no-session", "--only", "app")
        stats = server.stats()
        self.assertEqual((stats["sessions"], stats["sessions_ended"]), (1, 1))

    def test_recordings_know_the_protocol_on_top(self):
        server = self.server()
        for app in ((), ("--app", "auto")):
            folder = self.path("asked" + "".join(app))
            run, checks = self.judge(
                server, "openai-chat", "break=usage", "--mode", "lint",
                "--only", "app", "--save-recordings", folder, *app,
                *(("--body", '{"stream":true}') if app else ()))
            again = self.weir("check", "--from", folder, "--only", "app",
                              "-f", "json", "-q")
            self.assertEqual(
                {c["id"]: c["verdict"]
                 for c in json.loads(again.out)["checks"]},
                {i: c["verdict"] for i, c in checks.items()})
            # Nobody misses what nobody asked for.
            self.assertEqual(checks["app.openai-chat.usage"]["verdict"],
                             "SKIP" if app else "WARN")

    def test_a_broken_profile_is_named_where_one_is_guessed(self):
        for folder in ("bin", "share/weir/scenarios/profiles"):
            os.makedirs(self.path(folder))
        weir = shutil.copy(os.path.join(BIN, "weir"), self.path("bin"))
        broken = self.path("share/weir/scenarios/profiles/broken.yaml")
        with open(broken, "w", encoding="utf-8") as f:
            f.write("what: 1\n")
        for app in ((), ("--app", "auto")):
            run = subprocess.run(
                [weir, "check", "http://127.0.0.1:9/", "--body", "x", *app],
                capture_output=True, text=True, timeout=30, check=False)
            self.assertEqual(run.returncode, 2, run.stderr)
            self.assertRegex(run.stderr, r"broken\.yaml:1:1: ")

    def test_profiles_are_listed_and_explained(self):
        listed = self.weir("list", "profiles").out
        for app in PATH:
            self.assertIn(app, listed)
            self.assertIn("Severity",
                          self.weir("explain", f"app.{app}.order").out)
        run = self.weir("check", "http://127.0.0.1:1", "--app", "openai-chta")
        self.assert_code(run, 2)
        self.assertIn("did you mean openai-chat?", run.err)


if __name__ == "__main__":
    main()
