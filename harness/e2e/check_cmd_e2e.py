#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir check as a command: verdicts, plans, manners, files, exit codes."""
import http.server
import json
import os
import re
import signal
import threading
import time

from weirtest import Case, PATIENCE, free_port, main

FAST = ("--fast", "-q")


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers that no weir-server gives, by path."""
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        what = self.path.split("?")[0].strip("/")
        getattr(self, "answer_" + what.replace("-", "_"), self.plain)()

    do_HEAD = do_OPTIONS = do_PUT = do_DELETE = do_FOO = do_SEARCH = do_GET

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def plain(self):
        self.reply(404, b"no", Content_Type="text/plain")

    def answer_moved(self):
        self.reply(302, Location=self.server.stream)

    def answer_away(self):
        self.reply(302, Location="http://192.0.2.1/stream")

    def answer_bare(self):
        self.reply(200, b"data: x\n\n", Content_Type="text/event-stream")

    def log_message(self, *args):
        pass


class Resource(Answers):
    """A stream whatever the method, and a log of the methods."""

    def plain(self):
        self.server.seen.append(self.command)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.close_connection = True
        if self.command != "HEAD":
            self.wfile.write(b"data: x\n\n")

    def do_any(self):
        self.plain()

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.do_any
        raise AttributeError(name)


class Check(Case):
    def answers(self, stream=""):
        server = self.listen(Answers)
        server.stream = stream
        return server.url

    def check(self, *args, timeout=60):
        began = time.monotonic()
        run = self.weir("check", *args, "-o", self.path("r.json"),
                        timeout=timeout)
        run.took = time.monotonic() - began
        return run

    def verdicts(self, run):
        return {c["id"]: c["verdict"] for c in run.doc["checks"]}

    def assert_clean(self, run):
        self.assert_code(run, 0)
        self.assertEqual(0, run.summary["fail"], str(run))
        self.assertEqual(0, run.summary["warn"], str(run))
        self.assertEqual(0, run.summary["error"], str(run))

    def test_a_clean_server_passes_fast(self):
        server = self.server()
        run = self.check(f"{server.url}/stream?rate=20&retry=2000&hb=1s",
                         *FAST)
        self.assert_clean(run)
        self.assertGreater(run.summary["pass"], 30)
        self.assertLess(run.took, 8)
        self.assert_valid(run.doc, "weir.check-1")

    def test_a_clean_server_passes_by_default(self):
        server = self.server()
        run = self.check(f"{server.url}/stream?rate=20&retry=2000&hb=1s")
        self.assert_clean(run)
        self.assertLess(run.took, 30)
        self.assertIn("mode         probe", run.err)

    def test_lint_makes_one_request(self):
        server = self.server()
        for query in ("rate=20", "rate=20&fault=split-stall"):
            before = server.stats()["requests"]
            run = self.check(f"{server.url}/stream?{query}", "--mode", "lint",
                             *FAST)
            # The stats are requests, too.
            self.assertEqual(before + 2, server.stats()["requests"])
            self.assertEqual(1, run.doc["exchanges"])

    def test_the_time_given_is_kept_and_what_is_missing_named(self):
        server = self.server()
        url = f"{server.url}/stream?rate=20"
        run = self.check(url, "--mode", "full", "--fast", "--time", "3s")
        self.assertLess(run.took, 3 + 3 * PATIENCE)
        self.assertIn("the time was over before all was made (",
                      run.doc["sentence"])
        self.assertIn("storm", run.doc["lost"])
        self.assert_valid(run.doc, "weir.check-1")

    def test_who_reads_it_decides_what_is_judged(self):
        server = self.server()
        url = f"{server.url}/stream?rate=20&fault=tight-close"
        for client, verdict in (("eventsource", "FAIL"), ("fetch", "SKIP")):
            run = self.check(url, "--client", client, "--only",
                             "reconnect.finite-loop", *FAST)
            self.assertEqual([verdict],
                             [c["verdict"] for c in run.doc["checks"]])

    def test_redirects_lead_to_the_stream(self):
        server = self.server()
        base = self.answers(f"{server.url}/stream?rate=20")
        run = self.check(base + "/moved", *FAST)
        self.assertEqual(f"{server.url}/stream?rate=20",
                         run.doc["target"]["url"], str(run))
        self.assertIn("redirects lead", " ".join(run.doc["assumptions"]))

    def test_a_redirect_to_another_host_needs_its_owner(self):
        base = self.answers()
        run = self.check(base + "/away", *FAST, timeout=40)
        self.assert_code(run, 3)

    def test_other_hosts_need_their_owner(self):
        for mode in ("probe", "full"):
            run = self.weir("check", "http://192.0.2.1/", "--mode", mode)
            self.assert_code(run, 2)
            self.assertIn("--i-own-this-target", run.err)
        run = self.weir("check", "http://127.example.org/", "--dry-run")
        self.assert_code(run, 0)
        self.assertIn("mode         lint", run.out)

    def methods_sent(self, *args):
        """By a run with the user's credentials: the methods, the check."""
        server = self.listen(Resource)
        run = self.check(server.url + "/session", "-H",
                         "Authorization: Bearer x", "--skip", "reconnect",
                         "--skip", "resume", *args, *FAST, timeout=90)
        self.assertIn(run.code, (0, 1), str(run))
        found = {c["id"]: c for c in run.doc["checks"]}
        return set(server.seen), found["http.method.unsupported"]

    def test_nothing_is_changed_or_removed_unasked(self):
        safe = {"GET", "HEAD", "OPTIONS", "SEARCH", "FOO"}
        for args in ((), ("--mode", "full"), ("--i-own-this-target",)):
            with self.subTest(args):
                sent, check = self.methods_sent(*args)
                self.assertEqual(safe, sent)
                self.assertEqual("WARN", check["verdict"])
                self.assertIn("SEARCH gets the stream", check["text"])

    def test_full_mode_asks_for_all_of_ones_own_target(self):
        sent, check = self.methods_sent("--mode", "full",
                                        "--i-own-this-target")
        self.assertLessEqual({"PUT", "DELETE"}, sent)
        self.assertIn("PUT gets the stream", check["text"])

    def test_a_dry_run_sends_nothing(self):
        run = self.weir("check", f"http://127.0.0.1:{free_port()}/x",
                        "--dry-run", "--mode", "full")
        self.assert_code(run, 0)
        for words in ("exchanges    plain", "scripts", "time         about"):
            self.assertIn(words, run.out)

    def test_a_stream_without_events_keeps_to_the_time_printed(self):
        server = self.server()
        run = self.check(f"{server.url}/stream?rate=0&hb=0", "--mode", "full",
                         "--fast")
        self.assert_code(run, 3)  # nothing came that could be judged
        about, most = re.search(r"about ([\d.]+) s, at most ([\d.]+) s",
                                run.err).groups()
        self.assertLess(float(most), 60)
        self.assertLess(run.took, float(about) * 1.5 * PATIENCE)
        self.assertLess(run.took, float(most) * PATIENCE)
        self.assertNotIn("was not made", run.out)

    def test_only_and_skip_choose(self):
        server = self.server()
        run = self.check(f"{server.url}/stream?rate=20", "--only", "http.ct",
                         "--skip", "*.nosniff", *FAST)
        self.assert_code(run, 0)
        ids = list(self.verdicts(run))
        self.assertTrue(ids)
        self.assertTrue(all(i.startswith("http.ct.") for i in ids))
        self.assertNotIn("http.ct.nosniff", ids)
        run = self.weir("check", f"{server.url}/stream", "--only", "x.y")
        self.assert_code(run, 2)

    def test_saved_recordings_give_the_same_verdicts(self):
        server = self.server()
        live = self.check(f"{server.url}/raw?hex=646174613a20e90a0a"
                          "&ct=text/event-stream&hold_ms=3000",
                          "--save-recordings", self.path("rec"), *FAST)
        self.assert_code(live, 1)
        again = self.check("--from", self.path("rec"), "-q")
        self.assert_code(again, 1)
        self.assertEqual(live.doc["checks"], again.doc["checks"])
        self.assertEqual("FAIL", self.verdicts(again)["frame.utf8.valid"])

    def test_secrets_are_not_saved(self):
        server = self.server()
        run = self.check(f"{server.url}/stream?rate=20&token=hush1", "-H",
                         "Authorization: Bearer hush2", "-o",
                         self.path("r.html"), "--save-recordings",
                         self.path("rec"), *FAST)
        self.assertIn(run.code, (0, 1))
        texts = [run.out, json.dumps(run.doc)]
        for folder, _, names in os.walk(self.folder):
            for name in names:
                if "err" not in name and "out" not in name:
                    with open(os.path.join(folder, name), "rb") as f:
                        texts.append(f.read().decode("utf-8", "replace"))
        for text in texts:
            self.assertNotIn("hush", text)

    def test_a_profile_expects_failures(self):
        server = self.server()
        url = f"{server.url}/raw?hex=646174613a20780a0a&ct=text/html" \
              "&hold_ms=3000"
        only = ("--only", "http.ct.essence", "--only", "frame.utf8.valid")
        self.assert_code(self.check(url, *only, *FAST), 1)
        good = self.write("good.profile", "# demo\nhttp.ct.essence FAIL it "
                          "serves raw bytes\n")
        run = self.check(url, *only, *FAST, "--profile", good)
        self.assert_code(run, 0)
        stale = self.write("stale.profile", "http.ct.essence FAIL raw\n"
                           "frame.utf8.valid FAIL once\n")
        run = self.check(url, *only, *FAST, "--profile", stale)
        self.assert_code(run, 1)
        self.assertIn("STALE", run.out)
        wrong = self.write("wrong.profile", "\nhttp.ct.x FAIL raw\n")
        run = self.check(url, *only, *FAST, "--profile", wrong)
        self.assert_code(run, 2)
        self.assertIn("wrong.profile:2", run.err)

    def test_a_descriptor_says_what_options_say(self):
        server = self.server()
        path = self.write("site.yaml", "\n".join((
            f"url: {server.url}/stream?rate=20", "mode: lint", "fast: true",
            "only: [http.ct.*]", "headers:", "  X-One: 1", "heartbeat: 15s",
            "stream: endless", "")))
        run = self.check(path, "-q")
        self.assert_code(run, 0)
        self.assertEqual("lint", run.doc["target"]["mode"])
        self.assertEqual("declared", run.doc["target"]["stream_known"])
        self.assertEqual(15000, run.doc["target"]["heartbeat_ms"])
        bad = self.write("bad.yaml", "url: http://127.0.0.1:1/\n\nmod: lint\n")
        run = self.check(bad, "-q")
        self.assert_code(run, 2)
        self.assertIn('bad.yaml:3:1: unknown key "mod" (did you mean "mode"?)',
                      run.err)

    def test_strict_fails_warnings(self):
        url = self.answers() + "/bare"
        only = ("--only", "http.cache.no-store", "--mode", "lint")
        run = self.check(url, *only, *FAST)
        self.assertEqual("WARN", self.verdicts(run)["http.cache.no-store"])
        self.assert_code(run, 0)
        self.assert_code(self.check(url, *only, "--strict", *FAST), 1)

    def test_an_interrupted_run_passes_no_gate(self):
        server = self.server()
        weir = self.start_weir("check", f"{server.url}/stream?rate=20",
                               "-o", self.path("r.json"))
        threading.Event().wait(1.5)
        weir.signal(signal.SIGINT)
        run = self.finish(weir, 10)
        self.assert_code(run, 130)
        self.assertEqual("interrupted", run.doc["verdict"])

    def test_results_go_side_by_side_on_a_page(self):
        server = self.server()
        names = []
        for n, query in enumerate(("rate=20", "rate=30")):
            names.append(self.path(f"{n}.check.json"))
            run = self.weir("check", f"{server.url}/stream?{query}", "--mode",
                            "lint", *FAST, "-o", names[-1])
            self.assert_code(run, 0)
        run = self.weir("report", *names, "-o", self.path("page.html"))
        self.assert_code(run, 0)
        with open(self.path("page.html"), encoding="utf-8") as f:
            page = f.read()
        self.assertIn("rate=20", page)
        self.assertIn("rate=30", page)
        self.assertNotIn(" src=", page)

    def test_explain_and_list(self):
        run = self.weir("explain", "http.ct.essence")
        self.assert_code(run, 0)
        self.assertIn("html.spec.whatwg.org", run.out)
        run = self.weir("list", "checks", "--json")
        self.assert_code(run, 0)
        rows = json.loads(run.out)
        self.assertGreater(len(rows), 50)
        self.assertEqual(len(rows), len({r["id"] for r in rows}))

    def test_bad_usage_is_exit_2(self):
        for args in ((), ("nonsense",), ("ftp://x/",),
                     ("http://127.0.0.1:1/", "http://127.0.0.1:2/"),
                     ("http://127.0.0.1:1/", "--mode", "deep"),
                     ("http://127.0.0.1:1/", "--heartbeat", "often"),
                     ("http://127.0.0.1:1/", "--mod", "lint"),
                     ("http://127.0.0.1:1/", "-o", "x.pdf"),
                     ("--from", "/nonexistent")):
            with self.subTest(args):
                run = self.weir("check", *args)
                self.assert_code(run, 2)
                self.assertEqual(1, len(run.err.strip().splitlines()),
                                 run.err)


if __name__ == "__main__":
    main()
