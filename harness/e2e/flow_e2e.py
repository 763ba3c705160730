#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir test: stories against a shop that does them right, and the same against
one that does one thing wrong, which has to be red at the right step and for
the right reason.  All of them run side by side in one run of weir."""
import http.server
import json
import os
import queue
import signal
import socket
import struct
import threading
import time
import xml.etree.ElementTree as ElementTree

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
    ("unchecked", "none"): ("empty", None, ""),
    ("soft", "none"): ("fail", 3, "near"),
}

# What does not come need not be awaited for long.
SOON = ("late", "second", "regex", "deep", "long", "absent", "state",
        "text-id", "no-json", "wrong-user",
        "no-pong", "forgets", "disorder", "before")


class Account:
    """One user of one shop."""

    def __init__(self):
        self.log, self.open = [], []


class Shop(http.server.BaseHTTPRequestHandler):
    """/STORY.FAULT/...: orders that are announced on streams."""
    protocol_version = "HTTP/1.1"
    lock = threading.Lock()
    shops = {}
    over = threading.Event()

    def begin(self):
        _, place, *rest = self.path.split("?")[0].split("/")
        self.fault = place.split(".")[1]
        with self.lock:
            self.shop = self.shops.setdefault(
                place, {"orders": 40, "held": [],
                        "anna": Account(), "ben": Account()})
        self.user = self.headers.get("Authorization", "").rpartition("-")[2]
        return rest

    def answer(self, status, body=None, **headers):
        text = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def emit(self, account, name, data):
        with self.lock:
            account.log.append((len(account.log) + 1, name, data))
            for q in account.open:
                q.put(account.log[-1])

    def tell(self, user, name, data):
        """An order's event, as the fault has it."""
        ben = {"wrong-user": ["ben"], "both": ["anna", "ben"]}
        for to in ben.get(self.fault, [user]):
            self.emit(self.shop[to], name, data)
            if self.fault == "twice":
                self.emit(self.shop[to], name, data)

    def later(self, seconds, name, data):
        """The handler serves others by then: connections are kept."""
        threading.Timer(seconds, self.emit, (self.shop[self.user], name,
                                             data)).start()

    def order(self, asked):
        with self.lock:
            self.shop["orders"] += 1
            number = self.shop["orders"]
        data = {"id": str(number) if self.fault == "text-id" else number,
                "state": "pending" if self.fault == "state" else "new",
                "total": 9, "note": asked.get("note")}
        data = {"no-json": f"order {number}", "deep": "[" * 10000,
                "regex": {"a": "a" * 60 + "b"},
                "long": {"a": "b" * (1 << 19)}}.get(self.fault, data)
        if self.fault == "second" and number == 42:
            data["state"] = "old"
        if self.fault == "refused":
            return self.answer(500, {"why": "no stock"})
        if self.fault == "late":
            self.later(1.5, "order.created", data)
        elif self.fault == "reverse":
            self.shop["held"].insert(0, data)
            if len(self.shop["held"]) == 2:
                for held in self.shop["held"]:
                    self.tell(self.user, "order.created", held)
        elif self.fault not in ("absent", "before", "held", "mute"):
            self.tell(self.user, "order.created", data)
        if self.fault == "early":
            self.over.wait(0.2)
        return self.answer(201, {} if self.fault == "no-id" else
                           {"id": number})

    def do_POST(self):
        rest = self.begin()
        size = int(self.headers.get("Content-Length") or 0)
        asked = json.loads(self.rfile.read(size) or b"{}")
        if rest == ["login"]:
            if self.fault == "login":
                return self.answer(403, {"why": "locked"})
            return self.answer(200, {"token": f"tok-{asked['name']}"})
        if not self.user:
            return self.answer(401)
        if rest == ["orders"]:
            return self.order(asked)
        if rest == ["ping"]:
            if self.fault != "no-pong":
                self.emit(self.shop[self.user], "pong", {})
            return self.answer(204)
        names = ["order.shipped", "order.billed"]
        if self.fault == "disorder":
            names.reverse()
        for wait, name in enumerate(names, 1):
            if self.fault == "live":
                self.later(wait, name, {})
            else:
                self.emit(self.shop[self.user], name, {})
        return self.answer(202, {})

    def do_DELETE(self):
        self.begin()
        self.answer(500 if self.fault == "teardown" else 204)

    def refused(self):
        if self.fault.startswith("status-"):
            self.answer(int(self.fault[7:]), Location="/elsewhere")
        elif self.fault == "html":
            self.answer(200, "hello", **{"Content-Type": "text/html"})
        elif self.fault == "no-head":
            self.over.wait(20)
        else:
            return False
        return True

    def first(self):
        """What comes in one write with the head."""
        if self.fault == "mute":
            return b""
        if self.fault in ("snapshot", "before"):
            return b'event: order.created\ndata: {"id": 1}\n\n'
        return b": welcome\n\n"

    def replay(self, q):
        last = self.headers.get("Last-Event-ID")
        log = self.shop[self.user].log
        with self.lock:
            for entry in log[int(last):] if last else []:
                for _ in range({"forgets": 0, "doubled": 2}.get(self.fault,
                                                                1)):
                    q.put(entry)
            self.shop[self.user].open.append(q)

    def do_HEAD(self):
        self.begin()
        self.answer(404)

    def do_GET(self):
        rest = self.begin()
        if rest == ["orders"]:
            return self.answer(200, {"orders": self.shop["orders"]})
        if not self.user or self.refused():
            return self.user or self.answer(401)
        q = queue.Queue()
        self.replay(q)
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: "
                         b"text/event-stream\r\nConnection: close\r\n\r\n" +
                         self.first())
        self.close_connection = True
        try:
            self.feed(q)
        except OSError:
            pass
        with self.lock:
            self.shop[self.user].open.remove(q)

    def feed(self, q):
        ben = self.user == "ben" and self.fault == "ben-fin"
        while not self.over.is_set() and not ben:
            try:
                number, name, data = q.get(timeout=0.2)
            except queue.Empty:
                if self.fault not in ("mute", "held"):
                    self.wfile.write(b": hb\n\n")
                continue
            if self.fault == "fin":
                return
            if self.fault == "rst":
                self.connection.setsockopt(socket.SOL_SOCKET,
                                           socket.SO_LINGER,
                                           struct.pack("ii", 1, 0))
                return os.close(self.connection.detach())
            text = data if isinstance(data, str) else json.dumps(data)
            end = "" if self.fault == "unfinished" else "\n"
            self.wfile.write(f"id: {number}\nevent: {name}\n"
                             f"data: {text}\n{end}".encode())
            if not end:
                return

    def log_message(self, *args):
        pass


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
                       "open": "1s" if fault == "no-head" else "9s",
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
        print(f"  {flow['name']:20} {verdict:6} "
              f"{'step %d' % number if number else '':7} {cause:15} "
              f"{blamed['sentence'][:70] if blamed else ''}")

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
        run = self.weir("test", bad, good, "-q")
        self.assert_code(run, 1)
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
        self.assertEqual(6, json.loads(run.out)["counts"]["passed"])
        run = self.weir("test", self.folder, "-q", "-f", "json",
                        "--fail-fast")
        counts = json.loads(run.out)["counts"]
        self.assertEqual((1, 3), (counts["failed"], counts["not_run"]))
        run = self.weir("test", self.folder, "--only", "nobody", "-q")
        self.assert_code(run, 1)

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
                                server.url + "/demo")
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


if __name__ == "__main__":
    main()
