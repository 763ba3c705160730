#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir test: stories against a shop that does them right, and the same against
one that does one thing wrong, which has to be red at the right step and for
the right reason.  All of them run side by side in one run of weir."""
import base64
import html
import json
import os
import signal
import threading
import time
import urllib.parse
import xml.etree.ElementTree as ElementTree

from flow_shop import Pages, Shop
from weirtest import Case, ROOT, await_, children, main

HEAD = """weir: flow/1
flow: %(name)s
target: %(target)s
settle: 600ms
defaults: {within: %(within)s, open: %(open)s}
users:
  anna: {headers: {Authorization: "Bearer {{token}}"},
         login: {POST: /login, json: {name: anna}, take: {token: /token}}}
  ben: {headers: {Authorization: "Bearer {{token}}"},
        login: {POST: /login, json: {name: ben}, take: {token: /token}}}
"""
STORIES = {
    "once": """steps:
  - subscribe: {as: inbox, user: anna, GET: /events}
  - request: {user: anna, POST: /orders, json: {item: 7}, status: 201,
              take: {id: /id}}
  - expect: {stream: inbox, event: order.created, times: 1,
             data: {/id: "{{id}}", /state: new}, where: /total > 5}
teardown:
  - request: {user: anna, DELETE: "/orders/{{id}}", status: 204}
""",
    "watched": """steps:
  - subscribe: {as: inbox, user: anna, GET: /events}
  - request: {user: anna, POST: /orders, json: {item: 7}, take: {id: /id}}
  - expect: {stream: inbox, event: order.created, times: 1, for: 3s}
""",
    "hers": """vars: {mark: "{{uuid}}"}
steps:
  - subscribe: {as: hers, user: anna, GET: /events}
  - subscribe: {as: his, user: ben, GET: /events}
  - request: {user: anna, POST: /orders, json: {note: "{{mark}}"}}
  - expect: {stream: hers, text: "{{mark}}"}
  - expect: {stream: his, for: 500ms, none: {text: "{{mark}}"}}
  - request: {user: ben, POST: /ping, status: 204}
  - expect: {stream: his, event: pong}
""",
    "resume": """steps:
  - subscribe: {as: inbox, user: anna, GET: /events}
  - request: {user: anna, POST: /orders, json: {item: 7}, take: {id: /id}}
  - expect: {stream: inbox, event: order.created, data: {/id: "{{id}}"},
             take: {seen: id}}
  - cut: {stream: inbox, how: rst}
  - request: {user: anna, POST: "/orders/{{id}}/ship", status: 202}
  - resume: {stream: inbox, id: last}
  - expect: {stream: inbox, replayed: true, duplicates: 0,
             in-order: [{event: order.shipped}, {event: order.billed}]}
""",
    "two": """steps:
  - subscribe: {as: inbox, user: anna, GET: /events}
  - request: {user: anna, POST: /orders, json: {item: 1}, take: {a: /id}}
  - request: {user: anna, POST: /orders, json: {item: 2}, take: {b: /id}}
  - expect: {stream: inbox, event: order.created, data: {/id: "{{a}}"}}
  - expect: {stream: inbox, event: order.created, data: {/id: "{{b}}"}}
""",
    "any": """steps:
  - subscribe: {as: inbox, user: anna, GET: /events}
  - request: {user: anna, POST: /orders, json: {item: 1}}
  - expect: {stream: inbox, event: order.created, times: 1}
""",
    "mute": """steps:
  - subscribe: {as: inbox, user: anna, GET: /events}
  - request: {user: anna, POST: /orders, json: {item: 1}}
  - expect: {stream: inbox, for: 300ms, none: {event: order.created}}
""",
    "thrice": """steps:
  - subscribe: {as: inbox, user: anna, GET: /events}
  - repeat:
      times: 3
      as: turn
      steps:
        - request: {user: anna, POST: /orders, json: {item: "{{turn}}"},
                    take: {id: /id}}
        - expect: {stream: inbox, event: order.created, times: 1,
                   data: {/id: "{{id}}", /state: new}}
  - request: {GET: /orders, until: {data: {/orders: 43}}, every: 50ms}
  - request: {HEAD: /orders, until: {status: [404, 200]}}
""",
    "bombs": """steps:
  - subscribe: {as: inbox, user: anna, GET: /events}
  - request: {user: anna, POST: /orders, json: {item: 1}}
  - expect: {stream: inbox, event: order.created, where: /a ~ '^(a+)+$'}
""",
    "fork": """steps:
  - subscribe: {as: inbox, user: anna, GET: /events}
  - parallel:
      asks:
        - request: {user: anna, POST: /orders, json: {item: 1},
                    take: {id: /id}}
        - expect: {stream: inbox, event: order.created, times: 1,
                   data: {/id: "{{id}}"}}
      looks:
        - repeat:
            times: 2
            steps:
              - wait: {for: 50ms}
              - request: {user: ben, GET: /orders, data: {/orders: 41}}
  - request: {user: anna, POST: /orders, json: {item: 2}}
  - expect: {stream: inbox, event: order.created, times: 1}
""",
    "ready": """steps:
  - subscribe: {as: inbox, user: anna, GET: /events,
                ready: {event: pong, probe: {POST: /ping}, every: 50ms}}
  - request: {user: anna, POST: /orders, json: {item: 1}}
  - expect: {stream: inbox, event: order.created, times: 1}
""",
    "straddle": """steps:
  - subscribe: {as: inbox, user: anna, GET: /events}
  - request: {user: anna, POST: /orders, json: {item: 7}, take: {id: /id}}
  - expect: {stream: inbox, event: order.created, data: {/id: "{{id}}"}}
  - request: {user: anna, POST: "/orders/{{id}}/ship", status: 202}
  - wait: {for: 300ms}
  - cut: {stream: inbox, how: rst}
  - resume: {stream: inbox, id: last}
  - expect: {stream: inbox, event: order.shipped, times: 1, replayed: yes,
             duplicates: 0}
""",
    "rivals": """steps:
  - subscribe: {as: inbox, user: anna, GET: /events}
  - request: {user: anna, POST: /orders, json: {item: 1}}
  - parallel:
      one: [{expect: {stream: inbox, event: order.created}}]
      other: [{expect: {stream: inbox, event: order.created, within: 1s}}]
""",
    "unchecked": """steps:
  - request: {user: anna, POST: /orders, json: {item: 1}}
""",
    "soft": """steps:
  - subscribe: {as: inbox, user: anna, GET: /events}
  - request: {user: anna, POST: /orders, json: {item: 1}}
  - expect: {soft: yes, stream: inbox, event: nothing, within: 100ms}
  - expect: {stream: inbox, event: order.created}
""",
}
# story, fault: verdict, number of the step to blame, its class.
CASES = {
    ("once", "none"): ("pass", None, ""),
    ("once", "early"): ("pass", None, ""),
    ("once", "late"): ("fail", 3, "late"),
    ("once", "absent"): ("fail", 3, "absent"),
    ("once", "twice"): ("fail", 3, "too-many"),
    ("once", "again"): ("pass", None, ""),
    ("watched", "again"): ("fail", 3, "too-many"),
    ("once", "state"): ("fail", 3, "near"),
    ("once", "text-id"): ("fail", 3, "near"),
    ("once", "no-json"): ("fail", 3, "not-json"),
    ("once", "html"): ("fail", 1, "open"),
    ("once", "status-204"): ("fail", 1, "open"),
    ("once", "status-401"): ("fail", 1, "open"),
    ("once", "status-302"): ("fail", 1, "open"),
    ("once", "no-head"): ("fail", 1, "open"),
    ("once", "fin"): ("fail", 3, "not-open"),
    ("once", "rst"): ("fail", 3, "not-open"),
    ("once", "unfinished"): ("fail", 3, "not-open"),
    ("once", "refused"): ("fail", 2, "answer"),
    ("once", "no-id"): ("fail", 2, "answer"),
    ("once", "login"): ("error", 1, "request"),
    ("once", "teardown"): ("error", 4, "answer"),
    ("hers", "none"): ("pass", None, ""),
    ("hers", "both"): ("fail", 5, "unwanted"),
    ("hers", "wrong-user"): ("fail", 4, "other-stream"),
    ("hers", "ben-fin"): ("fail", 5, "not-open"),
    ("hers", "no-pong"): ("fail", 7, "absent"),
    ("resume", "none"): ("pass", None, ""),
    ("resume", "forgets"): ("fail", 7, "absent"),
    ("resume", "doubled"): ("fail", 7, "relation"),
    ("resume", "disorder"): ("fail", 7, "order"),
    ("resume", "live"): ("fail", 7, "relation"),
    ("two", "none"): ("pass", None, ""),
    ("two", "reverse"): ("pass", None, ""),
    ("any", "snapshot"): ("pass", None, ""),
    ("any", "before"): ("fail", 3, "before-trigger"),
    ("mute", "mute"): ("pass", None, ""),  # unproven; --strict: red
    ("thrice", "none"): ("pass", None, ""),
    ("thrice", "second"): ("fail", 4, "near"),
    ("bombs", "regex"): ("fail", 3, "near"),
    ("bombs", "deep"): ("fail", 3, "not-json"),
    ("bombs", "long"): ("fail", 3, "near"),
    ("fork", "none"): ("pass", None, ""),
    ("fork", "early"): ("pass", None, ""),
    ("fork", "absent"): ("fail", 4, "absent"),
    ("any", "deaf"): ("fail", 3, "absent"),
    ("ready", "deaf"): ("pass", None, ""),
    ("ready", "no-pong"): ("fail", 1, "open"),
    ("straddle", "half"): ("pass", None, ""),
    ("rivals", "none"): ("fail", 5, "claimed"),
    ("unchecked", "none"): ("empty", None, ""),
    ("soft", "none"): ("fail", 3, "near"),
}

# What does not come need not be awaited for long.
SOON = ("late", "second", "regex", "deep", "long", "absent", "state",
        "text-id", "no-json", "wrong-user",
        "no-pong", "forgets", "disorder", "before")

# What each shows of the cases that a test of flows has to hold.
HELD = {
    "once.early": "an event before the answer counts",
    "any.before": "an event before the request does not",
    "any.snapshot": "a snapshot on subscribing does not",
    "two.reverse": "two requests, events in reverse order",
    "once.twice": "one event too many, told with both times",
    "once.again": "one too many behind what is watched",
    "watched.again": "one too many within what is watched",
    "once.text-id": "42 is not \"42\"",
    "hers.wrong-user": "to the wrong user only",
    "hers.both": "to both users",
    "hers.ben-fin": "a negative on a stream that died",
    "mute.mute": "a negative on a stream that never spoke",
    "once.late": "late, and by how much",
    "once.no-head": "the head comes with the first event",
    "once.html": "200 with text/html", "once.status-204": "204",
    "once.status-401": "401", "once.status-302": "a redirect",
    "once.fin": "an orderly end while waiting",
    "once.rst": "a reset while waiting",
    "once.unfinished": "an event without its blank line",
    "resume.forgets": "Last-Event-ID is not honoured",
    "resume.doubled": "the replay comes twice",
    "resume.disorder": "the replay is out of order",
    "resume.live": "it came live, and not from before",
    "once.no-json": "data that is no JSON",
    "bombs.regex": "a regular expression without end",
    "bombs.deep": "10,000 levels of JSON", "bombs.long": "512 KiB of data",
    "once.login": "a login that fails",
    "once.teardown": "a teardown that fails",
    "any.deaf": "a listener that comes behind the head",
    "ready.deaf": "the same, with a probe",
    "straddle.half": "an event that lies across the cut",
    "rivals.none": "two branches want one event",
    "fork.early": "branches side by side, an event before the answer",
}


class Flows(Case):
    def setUp(self):
        super().setUp()
        Shop.over, Shop.shops = threading.Event(), {}
        self.base = self.listen(Shop).url
        self.addCleanup(lambda: Shop.over.set())

    def flow(self, story, fault="none", name=None):
        name = name or f"{story}.{fault}"
        # Where a fault is that something takes long, that is awaited but
        # shortly; elsewhere a slow machine has its time.
        text = HEAD % {"name": name,
                       "within": "2s" if fault == "held" else
                       "1s" if fault in SOON else "4s",
                       "open": "1s" if fault in ("no-head", "no-pong") else
                       "9s",
                       "target": f"{self.base}/{story}.{fault}"}
        return self.write(f"{name}.yaml", text + STORIES[story])

    def test_each_fault_is_red_at_its_step_and_for_its_reason(self):
        for story, fault in CASES:
            self.flow(story, fault)
        run = self.weir("test", self.folder, "-j", "20", "-q",
                        "-f", "json", "-o", self.path("out.xml"),
                        "-o", self.path("out.html"),
                        "-o", self.path("out.md"),
                        "-o", self.path("out.tap"))
        self.assert_code(run, 1)
        doc = json.loads(run.out)
        self.assert_valid(doc, "weir.test-1")
        flows = {f["name"]: f for f in doc["flows"]}
        self.assertEqual(len(CASES), len(flows))
        for (story, fault), wanted in CASES.items():
            with self.subTest(f"{story}.{fault}"):
                self.check(flows[f"{story}.{fault}"], *wanted)
        self.look_at_some(flows)
        self.look_at_junit(self.path("out.xml"))

    def check(self, flow, verdict, number, cause):
        blamed = flow["steps"][number - 1] if number else None
        told = json.dumps(flow, indent=1)
        self.assertEqual((verdict, number), (flow["verdict"],
                                             flow["blamed"]), told)
        if blamed:
            self.assertEqual(cause, blamed["class"], told)
        print(f"  {flow['name']:16} {verdict:6} "
              f"{'step %d' % number if number else '':7} {cause:15} "
              f"{HELD.get(flow['name'], '')}")

    def look_at_some(self, flows):
        def step(name, number):
            return flows[name]["steps"][number - 1]
        early = step("once.early", 3), step("once.early", 2)
        self.assertLess(early[0]["matched"]["t_ms"], early[1]["answered_ms"])
        self.assertIn('wanted "new"', step("once.state", 3)["nearest"][0])
        self.assertIn("wanted 41", step("once.text-id", 3)["nearest"][0])
        self.assertIn("ben got it", step("hers.wrong-user", 4)["sentence"])
        self.assertIn("no blank line",
                      step("once.unfinished", 3)["sentence"])
        self.assertIn("flush the head", step("once.no-head", 1)["sentence"])
        self.assertIn("/elsewhere", step("once.status-302", 1)["sentence"])
        self.assertEqual("passed", step("soft.none", 4)["verdict"])
        skipped = [s["verdict"] for s in flows["once.login"]["steps"]]
        self.assertEqual(["error", "skipped", "skipped"], skipped[:3])
        self.assertEqual("passed", step("once.late", 4)["verdict"])
        self.assertNotIn("tok-anna", json.dumps(flows))

        self.assertTrue(step("mute.mute", 3)["unproven"])

    def look_at_junit(self, path):
        cases = ElementTree.parse(path).findall(".//testcase")
        self.assertEqual(len(CASES), len(cases))
        failed = {c.get("name") for c in cases if c.find("failure") is not None
                  or c.find("error") is not None}
        self.assertEqual({f"{s}.{f}" for (s, f), w in CASES.items()
                          if w[0] != "pass"}, failed)

    def test_green_is_0_and_text_tells_what_failed(self):
        good, bad = self.flow("once"), self.flow("once", "state")
        run = self.weir("test", good, "-q")
        self.assert_code(run, 0)
        self.assertIn("1 of 1 flow passed", run.out)
        result, page = self.path("out.json"), self.path("page.md")
        run = self.weir("test", bad, good, "-q", "-o", result)
        self.assert_code(run, 1)
        self.assert_code(self.weir("report", result, "-o", page), 0)
        with open(page, encoding="utf-8") as f:
            self.assertIn("1 of 2 flows passed, 1 failed", f.read())
        for part in ("^^^^^^", '/state is "pending"', "curl -N",
                     "1 of 2 flows passed", f"{os.path.basename(bad)}:15:5"):
            self.assertIn(part, run.out)

    def test_what_cannot_be_read_is_2_and_nobody_there_is_3(self):
        bad = self.write("bad.yaml", "weir: flow/1\nflow: x\nsteps:\n"
                         "  - expect: {on: s}\n")
        run = self.weir("test", bad)
        self.assert_code(run, 2)
        self.assertIn("bad.yaml:4:14: ", run.err)
        self.assertIn('did you mean "stream"', run.err)
        self.assert_code(self.weir("test"), 2)
        good = self.flow("once")
        for option in ("--check", "--dry-run"):
            self.assert_code(self.weir("test", good, option, "--target",
                                       "http://127.0.0.1:1"), 0)
        run = self.weir("test", good, "--target", "http://127.0.0.1:1", "-q")
        self.assert_code(run, 3)

    def test_flows_are_chosen_repeated_and_stopped(self):
        for n in range(3):
            self.flow("once", name=f"good{n}")
        self.flow("once", "refused", name="bad")
        run = self.weir("test", self.folder, "-q", "-f", "json", "--only",
                        "good0", "--only", "good1", "--repeat", "3", "-j",
                        "6")
        self.assert_code(run, 0)
        doc = json.loads(run.out)
        self.assert_valid(doc, "weir.test-1")
        self.assertEqual(6, doc["counts"]["passed"])
        rate = doc["rates"][0]
        self.assertEqual((3, 0, 0), (rate["runs"], rate["not_passed"],
                                     rate["low"]))
        self.assertAlmostEqual(0.561, rate["high"], 2)
        run = self.weir("test", self.folder, "-q", "-f", "json",
                        "--fail-fast")
        counts = json.loads(run.out)["counts"]
        self.assertEqual((1, 3), (counts["failed"], counts["not_run"]))
        run = self.weir("test", self.folder, "--only", "nobody", "-q")
        self.assert_code(run, 1)

    def test_a_flow_with_cases_runs_once_for_each(self):
        path = self.flow("once", name="table")
        with open(path, encoding="utf-8") as f:
            text = f.read().replace("POST: /orders", 'POST: "/{{path}}"')
        path = self.write("table.yaml", text.replace(
            "steps:", "cases: {made: {path: orders}, lost: {path: no}}\n"
            "steps:", 1))
        run = self.weir("test", path, "-q", "-f", "json")
        self.assert_code(run, 1)
        flows = {f["name"]: f for f in json.loads(run.out)["flows"]}
        self.check(flows["table [made]"], "pass", None, "")
        self.check(flows["table [lost]"], "fail", 2, "answer")
        run = self.weir("test", path, "-q", "--only", "table [made]")
        self.assert_code(run, 0)

    def test_secrets_are_masked_by_value_in_every_form(self):
        key = 'pa"ss/wo+rd é'
        os.environ["WEIR_E2E_KEY"] = key
        self.addCleanup(os.environ.pop, "WEIR_E2E_KEY")
        path = self.flow("once", "refused")
        with open(path, encoding="utf-8") as f:
            text = f.read()
        self.write("once.refused.yaml", text.replace(
            "json: {item: 7}", 'json: {item: "${WEIR_E2E_KEY}"}, '
            'query: {k: "${WEIR_E2E_KEY}"}, '
            'headers: {X-K: "{{key|b64}}", X-New: new}').replace(
                "steps:", 'vars: {key: "${WEIR_E2E_KEY}"}\nsteps:'))
        suffixes = (".txt", ".json", ".xml", ".csv", ".md", ".html", ".tap",
                    ".sarif")
        files = [self.path("out" + suffix) for suffix in suffixes]
        run = self.weir("test", path, "-q", "-f", "github",
                        *[word for f in files for word in ("-o", f)])
        encoded = base64.b64encode(key.encode()).decode()
        for name in [None, *files]:
            out = run.out
            if name:
                with open(name, encoding="utf-8") as f:
                    out = f.read()
            for secret in (key, html.escape(key), json.dumps(key)[1:-1],
                           encoded, urllib.parse.quote(key, ""),
                           "wo+rd", "tok-anna"):
                self.assertNotIn(secret, out, name)
        with open(files[1], encoding="utf-8") as f:
            out = f.read()
        self.assertIn("$WEIR_E2E_KEY", out)
        self.assertIn("X-New: new", out)

    def test_what_is_unproven_is_red_where_one_is_strict(self):
        run = self.weir("test", self.flow("mute", "mute"), "-q", "--strict")
        self.assert_code(run, 1)
        self.assertIn("unproven", run.out)

    def hold_up(self, *instants):
        """weir stands still from the request on, over its limit of 2 s; the
        shop tells of the order at each of the instants."""
        program = self.start_weir("test", self.flow("any", "held"), "-q",
                                  "-f", "json")
        shop = await_(lambda: (Shop.shops.get("any.held") or
                               {"orders": 40})["orders"] > 40 and
                      Shop.shops["any.held"], what="the order")
        began = time.monotonic()
        program.signal(signal.SIGSTOP)
        for instant in instants + (2.7,):
            time.sleep(max(0, began + instant - time.monotonic()))
            if instant != 2.7:
                Shop.emit(Shop, shop["anna"], "order.created", {})
        program.signal(signal.SIGCONT)
        code = program.wait()
        return code, json.loads(program.out())["flows"][0]

    def test_a_limit_is_judged_by_arrival_and_not_by_when_weir_looked(self):
        code, flow = self.hold_up(0.5)
        self.assertEqual((0, "pass"), (code, flow["verdict"]), flow)
        self.assertLess(flow["steps"][2]["latency_ms"], 2000)

    def test_what_was_read_across_the_limit_is_uncertain(self):
        code, flow = self.hold_up(0.5, 2.3)
        self.assertEqual((4, "uncertain"), (code, flow["verdict"]), flow)

    def test_programs_run_only_from_files_that_are_named(self):
        text = """weir: flow/1
flow: programs
steps:
  - run: {command: [sh, -c, 'trap "" TERM; sleep 99 & exec yes'],
          within: 300ms, soft: yes}
  - run: {command: [sh, -c, "echo oh; exit 3"], exit: 3}
  - expect: {event: x}
"""
        path = self.write("run.yaml", text.replace(
            "  - expect: {event: x}\n", ""))
        self.assert_code(self.weir("test", self.folder), 2)
        run = self.weir("test", path, "-q", "-f", "json", "--allow-empty")
        self.assert_code(run, 1)
        steps = json.loads(run.out)["flows"][0]["steps"]
        self.assertEqual(["failed", "passed"], [s["verdict"] for s in steps])
        self.assertIn("was ended", steps[0]["sentence"])
        self.assertEqual([], [c for c in children(os.getpid()) if "yes" in
                              open(f"/proc/{c}/comm").read()])

    def test_a_first_flow_is_written_from_a_stream(self):
        url = self.server().url + "/stream?rate=50&type=tick&x=%24{y}"
        run = self.weir("test", "--record", url, "--record-for", "500ms")
        self.assert_code(run, 0)
        self.assertIn('event: "tick"}', run.out)
        self.assert_code(self.weir("test", "-q",
                                   self.write("first.yaml", run.out)), 0)
        run = self.weir("test", "--record", self.base + "/once.html/events",
                        "--record-for", "500ms")
        self.assert_code(run, 3)

    def test_the_examples_find_what_the_demonstration_server_does_wrong(self):
        server = self.server(workers=2)
        flows = os.path.join(ROOT, "scenarios/flows")
        names = ("an order is announced once",
                 "nobody else hears of an order",
                 "nothing is lost while the line is cut")
        for fault, red in (("none", {}),
                           ("dup-every=1", {0: (3, "too-many"),
                                            2: (7, "relation")}),
                           ("leak-user", {1: (5, "unwanted")}),
                           ("ignore-last-id", {2: (7, "absent")})):
            with self.subTest(fault):
                server.post(f"/control/fault?name={fault}")
                run = self.weir("test", flows, "-j", "3", "-q", "-f", "json",
                                "--only", "shop", "--target",
                                server.url + "/demo", "--timeout-scale",
                                "0.5" if red else "4")
                got = {f["name"]: f for f in json.loads(run.out)["flows"]}
                self.assertEqual(set(names), set(got))
                for i, name in enumerate(names):
                    wanted = red.get(i, (None, None))
                    blamed = got[name]["blamed"]
                    cause = (got[name]["steps"][blamed - 1]["class"]
                             if blamed else None)
                    self.assertEqual(wanted, (blamed, cause), got[name])
                self.assert_code(run, 1 if red else 0)
                server.post("/control/fault?name=none")

    def blamed(self, name, target, change=None):
        with open(os.path.join(ROOT, "scenarios/flows", name),
                  encoding="utf-8") as f:
            text = f.read()
        path = self.write(name, text.replace(*change) if change else text)
        run = self.weir("test", path, "-q", "-f", "json", "--target", target,
                        "--timeout-scale", "4" if target.endswith("/good")
                        else "0.5")
        flow = json.loads(run.out)["flows"][0]
        number = flow["blamed"]
        return (number, flow["steps"][number - 1]["class"]) if number else (
            None, flow["verdict"])

    def test_the_examples_of_pages_and_models_see_what_is_wrong(self):
        Pages.listeners = {}
        base = self.listen(Pages).url
        for name, faults in (("todo-datastar.yaml", {"row": (3, "near"),
                                                     "count": (4, "near")}),
                             ("todo-htmx.yaml", {"button": (3, "near")}),
                             ("llm-tool-call.yaml",
                              {"city": (4, "relation")})):
            self.assertEqual((None, "pass"),
                             self.blamed(name, base + "/good"), name)
            for fault, wanted in faults.items():
                self.assertEqual(wanted, self.blamed(name, f"{base}/{fault}"),
                                 name)
            Pages.listeners = {}
        server = self.server().url
        name = "mcp-progress.yaml"
        self.assertEqual((None, "pass"), self.blamed(name, server))
        self.assertEqual((4, "end"), self.blamed(
            name, server, ("as: call\n      user: client\n      POST: /mcp",
                           "as: call\n      user: client\n"
                           "      POST: /mcp?break=order")))


if __name__ == "__main__":
    main()
