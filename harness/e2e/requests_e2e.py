#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Loads in requests: what weir counts is what weir-server did, and its times
are those at which the server wrote."""
import json

from weirtest import Case, main

CHAT = "/v1/chat/completions?"
# How weir-server spoils an answer, and what weir calls it.
SPOILT = {"truncated": "truncated", "cut": "truncated", "failed":
          "error_events", "done": "unmarked", "order": "disordered",
          "stall": "stalled"}
KINDS = ("completed", "rate_limited", "http_errors", "unanswered",
         "error_events", "truncated", "unmarked", "disordered", "stalled",
         "cancelled")


class Requests(Case):
    def ask(self, server, query, *args, app="openai-chat", path=CHAT):
        out = self.path("r.json")
        run = self.weir("load", server.url + path + query, "--app", app, "-q",
                        "-o", out, *args)
        with open(out, encoding="utf-8") as f:
            doc = json.load(f)
        return run, doc["summary"], doc

    def judged(self, run, code):
        """As it should, or not at all: the machine may have been busy."""
        self.assertIn(run.code, (code, 4), str(run))

    def only(self, summary, **expected):
        found = {k: summary["requests"][k] for k in KINDS
                 if summary["requests"][k]}
        self.assertEqual(found, expected)

    def test_so_many_requests_are_made_and_counted(self):
        server = self.server()
        run, s, doc = self.ask(server, "ttft=10ms&itl=1ms&tokens=12", "-c",
                                "8", "--requests", "100", "-w", "2")
        stats = server.stats()
        self.judged(run, 0)
        self.only(s, completed=100)
        self.assertEqual(stats["answers_done"], 100)
        self.assertEqual(s["tokens"]["events"], stats["answer_tokens"])
        self.assertEqual(s["tokens"]["completed"], 1200)
        self.assertEqual(s["tokens"]["from"], "usage")
        self.assertEqual(s["requests"]["sent"], 100)
        # one went before the measured span: the pilot
        self.assertEqual(s["ttft_ms"]["count"], 99)
        self.assertEqual(s["gap_ms"]["count"], 99 * 11)
        self.assertIn("requests.failed <= 0.1%",
                      [t["expression"] for t in doc["thresholds"]])

    def test_each_way_to_fail_is_counted_as_such(self):
        server = self.server()
        for fault, kind in SPOILT.items():
            run, s, _ = self.ask(
                server, f"tokens=6&itl=1ms&break={fault}", "-c", "4",
                "--requests", "12", "--stall", "1s", "--think", "1ms")
            self.only(s, **{kind: 12})
            self.assertEqual(s["gap_ms"]["count"], 0)
            self.judged(run, 1)
        self.assertEqual(server.stats()["answers"], 12 * len(SPOILT))

    def test_refusals_are_counted_by_their_kind(self):
        server = self.server("--seed", "5")
        before = server.stats()
        for status, kind in ((500, "http_errors"), (429, "rate_limited")):
            _, s, _ = self.ask(
                server, f"tokens=2&status={status}&share=0.3", "-c", "10",
                "--requests", "60")
            now = server.stats()
            refused = now["answers_refused"] - before["answers_refused"]
            self.assertGreater(refused, 0)
            self.only(s, completed=60 - refused, **{kind: refused})
            before = now

    def test_a_request_that_is_refused_as_it_is_ends_the_run(self):
        server = self.server()
        run = self.weir("load", server.url + "/nowhere", "--app",
                        "openai-chat")
        self.assert_code(run, 3)
        self.assertIn("404", run.err)

    def test_an_open_loop_sends_what_it_says(self):
        server = self.server()
        _, s, _ = self.ask(
            server, "ttft=5ms&tokens=3", "--arrival.rate", "100/s",
            "--arrival.shape", "poisson", "-d", "2s")
        sent = s["requests"]["sent"]
        self.assertEqual(sent, server.stats()["answers"])
        self.only(s, completed=sent)
        self.assertTrue(130 < sent < 270, sent)
        self.assertEqual(s["wait_ms"]["count"], s["ttft_ms"]["count"])

    def test_queueing_before_sending_is_part_of_the_time(self):
        server = self.server()
        _, s, _ = self.ask(
            server, "ttft=100ms&tokens=1", "--arrival.rate", "50/s",
            "--max-inflight", "1", "--requests", "20")
        self.only(s, completed=20)
        # the last was due after 0.4 s, and came when 19 had taken 0.1 s each
        self.assertGreater(s["ttft_ms"]["max"], 1000)
        self.assertLess(s["ttft_sent_ms"]["p50"], s["ttft_ms"]["p50"] - 400)

    def test_users_have_prompts_and_keys_of_their_own(self):
        server = self.server()
        users = self.write("users.csv", 'key,prompt,model\nk1,"say ""a""",m-1'
                           "\nk2,b,m-2\n")
        run, s, doc = self.ask(server, "tokens=2", "-c", "2", "--requests",
                                "6", "--users", users)
        self.only(s, completed=6)
        self.assertIn("{{user.prompt|json}}", doc["scenario"]["body"])
        self.assertIn("{{user.model|json}}", doc["scenario"]["body"])

    def test_other_protocols_are_loaded_alike(self):
        server = self.server()
        for app, path in (("anthropic", "/v1/messages?"),
                          ("openai-responses", "/v1/responses?")):
            _, s, _ = self.ask(server, "tokens=7&itl=1ms", "-c", "3",
                                "--requests", "30", app=app, path=path)
            self.only(s, completed=30)
            self.assertEqual(s["tokens"]["completed"], 210, app)

    def test_times_are_those_of_the_server(self):
        log = self.path("answers.jsonl")
        server = self.server("--answer-log", log)
        _, s, doc = self.ask(server, "ttft=60ms&itl=20ms&tokens=11", "-c",
                             "16", "--requests", "241")
        with open(log, encoding="utf-8") as f:
            answers = [json.loads(line) for line in f]
        self.assertEqual(len(answers), 241)
        self.assert_valid(doc)
        ttft = [a["token_ns"][0] - a["asked_ns"] for a in answers]
        itl = [(a["token_ns"][-1] - a["token_ns"][0]) / 10 for a in answers]
        self.between(s["itl_ms"]["p50"], itl)
        # The server's clock starts when it has read the request, which is
        # before its head is here.
        self.between(s["ttft_sent_ms"]["p50"], ttft, s["headers_ms"]["p50"])

    def between(self, ms, expected_ns, later_ms=0):
        """Not further from the median (nearest rank) than 1% or 50 us."""
        ordered = sorted(expected_ns)
        median = ordered[(len(ordered) + 1) // 2 - 1] / 1e6
        off = max(0.01 * median, 0.05)
        self.assertTrue(median - off < ms < median + later_ms + off,
                        f"{ms} ms, the server's {median} ms")

    def test_good_requests_are_those_within_every_objective(self):
        server = self.server()
        for slo, share in (("ttft<1h,gap.p99<1h", 1), ("ttft<1h,itl<1ms", 0)):
            run, s, doc = self.ask(server, "ttft=5ms&itl=10ms&tokens=4", "-c",
                                   "4", "--requests", "20", "--goodput", slo)
            self.assertEqual(s["goodput"]["of"], 20)
            self.assertEqual(s["goodput"]["share"], share)
            self.assert_valid(doc)
        _, s, _ = self.ask(server, "tokens=4&break=truncated", "-c", "4",
                           "--requests", "20", "--goodput", "ttft<1h")
        self.assertEqual(s["goodput"]["good"], 0)
        run = self.weir("load", server.url, "--app", "openai-chat",
                        "--goodput", "gap<80ms")
        self.assert_code(run, 2)

    def test_a_search_finds_how_many_users_are_answered(self):
        server = self.server("--max-connections", "12", "--workers", "1")
        run = self.weir(
            "capacity", server.url + CHAT + "ttft=20ms&itl=20ms&tokens=5",
            "--app", "openai-chat", "--axis", "concurrency", "--from", "6",
            "--max", "48", "--budget", "6s", "--step-time", "500ms",
            "--slo", "requests.rate_limited < 1%", "-o", self.path("r.json"))
        with open(self.path("r.json"), encoding="utf-8") as f:
            doc = json.load(f)
        self.assert_valid(doc, "weir.capacity-1")
        self.assertEqual(doc["method"]["axis"], "concurrency")
        self.assertIsNone(doc["reference"])
        held = [s["load"] for s in doc["steps"] if s["verdict"] == "held"]
        broke = [s["load"] for s in doc["steps"] if s["verdict"] == "broke"]
        # a connection that has just ended may count for a moment longer
        self.assertTrue(all(n <= 12 for n in held), run.out)
        self.assertTrue(all(n >= 6 for n in broke), run.out)
        self.assertTrue(held or broke, run.out)

    def test_wrong_combinations_are_told(self):
        run = self.weir("load", "http://127.0.0.1:1", "--requests", "5")
        self.assert_code(run, 2)
        self.assertIn("needs app", run.err)
        run = self.weir("load", "http://127.0.0.1:1", "--app", "openai-chta")
        self.assert_code(run, 2)
        self.assertIn("did you mean openai-chat?", run.err)


if __name__ == "__main__":
    main()
