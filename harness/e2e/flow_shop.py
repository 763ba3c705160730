# SPDX-License-Identifier: MIT
"""A shop that does what flow_e2e.py's stories want, or one thing wrong."""
import http.server
import json
import os
import queue
import socket
import struct
import threading


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
        if self.fault == "again":
            self.later(1.5, "order.created", data)
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
            if self.fault == "deaf":  # the listener comes behind the head
                threading.Timer(0.3, self.shop[self.user].open.append,
                                [q]).start()
            else:
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
            if q in self.shop[self.user].open:
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
            if self.fault == "half" and not self.headers.get(
                    "Last-Event-ID") and name == "order.shipped":
                self.wfile.write(f"id: {number}\nevent: {name}\n".encode())
                self.over.wait(2)  # and no more, until the line is cut
                return
            end = "" if self.fault == "unfinished" else "\n"
            self.wfile.write(f"id: {number}\nevent: {name}\n"
                             f"data: {text}\n{end}".encode())
            if not end:
                return

    def log_message(self, *args):
        pass


class Pages(Shop):
    """/FAULT/...: a todo list as Datastar and htmx have it, and a model that
    calls a tool.  Faults: row, count, button, city."""
    listeners = {}
    CALL = [{"tool_calls": [{"index": 0, "id": "call_1", "function":
                             {"name": "weather", "arguments": ""}}]}]

    def fault_and_rest(self):
        _, fault, rest = self.path.split("/", 2)
        return fault, rest

    def stream(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: "
                         b"text/event-stream\r\nConnection: close\r\n\r\n")
        self.close_connection = True

    def send(self, name, *lines):
        text = "".join(f"data: {line}\n" for line in lines)
        self.wfile.write(f"event: {name}\n{text}\n".encode())

    def do_GET(self):
        fault, rest = self.fault_and_rest()
        q = queue.Queue()
        with self.lock:
            self.listeners.setdefault(fault, []).append(q)
        self.stream()
        if q.get(timeout=20) and rest == "feed":
            self.send("datastar-patch-elements", "mode append",
                      "selector #todos", "elements <li class=todo>" +
                      ("bread" if fault == "row" else "milk") + "</li>")
            self.send("datastar-patch-signals", "signals " + json.dumps(
                {"count": 2 if fault == "count" else 1}))
        else:
            button = "" if fault == "button" else (
                "<button hx-delete=/todos/1>x</button>")
            self.send("todo-added", f"<li id=todo-1>milk{button}</li>")
        self.over.wait(9)

    def do_POST(self):
        fault, rest = self.fault_and_rest()
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if rest == "todos":
            for q in self.listeners[fault]:
                q.put(True)
            return self.answer(204)
        self.stream()
        city = "Rome" if fault == "city" else "Paris"
        pieces = ['{"ci', 'ty": "', city[:2], city[2:] + '"}']
        deltas = self.CALL + [{"tool_calls": [{"index": 0, "function":
                                               {"arguments": piece}}]}
                              for piece in pieces]
        for delta in deltas:
            self.send("message", json.dumps({"choices": [
                {"index": 0, "delta": delta, "finish_reason": None}]}))
        self.send("message", json.dumps({"choices": [
            {"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}))
        return self.send("message", "[DONE]")
