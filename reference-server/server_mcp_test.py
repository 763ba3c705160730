# SPDX-License-Identifier: MIT
"""Whole-program test of weir-server as a server of the Model Context Protocol:
sessions over several workers, what is refused, and each fault on the wire.

    python3 server_mcp_test.py /path/to/weir-server [unittest options]
"""
import json
import sys
import time
import unittest

from smoke_client import WithServer
from wire_client import Wire

BOTH = "Accept: application/json, text/event-stream"
STREAM = "Accept: text/event-stream"
CALL = {"name": "echo", "arguments": {}, "_meta": {"progressToken": "p"}}
INIT = {"protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"}}


class McpTest(WithServer):
    arguments = ("--workers", 3)

    def ask(self, method, headers=(), query="", message=None, limit=4.0):
        body = json.dumps(message).encode() if message is not None else b""
        return Wire(self.server.port, method, "/mcp?" + query,
                    (BOTH, *headers) if method == "POST"
                    else (STREAM, *headers), body, limit=limit)

    def rpc(self, method, params, session=(), query="", id="a"):
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        if id is not None:
            message["id"] = id
        return self.ask("POST", session, query, message)

    def session(self, query=""):
        wire = self.rpc("initialize", INIT, query=query)
        line = next(li for li in wire.head.splitlines()
                    if li.lower().startswith("mcp-session-id:"))
        return (line,)

    def messages(self, wire):
        text = b"".join(wire.chunks()).decode()
        return [json.loads(line[6:]) for line in text.splitlines()
                if line.startswith("data: ")]

    def ids(self, wire):
        text = b"".join(wire.chunks()).decode()
        return [line[4:] for line in text.splitlines()
                if line.startswith("id: ")]

    def test_a_session_from_its_beginning_to_its_end(self):
        before = self.server.stats()
        s = self.session()
        self.assertEqual(self.rpc("notifications/initialized", {}, s,
                                  id=None).status, 202)
        tools = self.messages(self.rpc("tools/list", {}, s))
        self.assertEqual(tools[0]["result"]["tools"][0]["name"], "echo")
        call = self.rpc("tools/call", CALL, s, "tokens=3")
        said = self.messages(call)
        self.assertEqual([m.get("method", "answer") for m in said],
                         ["notifications/progress"] * 3 + ["answer"])
        self.assertEqual(said[-1]["id"], "a")
        ids = self.ids(call)
        self.assertEqual(len(set(ids)), 5)
        again = self.ask("GET", (*s, "Last-Event-ID: " + ids[2]))
        self.assertEqual(self.ids(again), ids[3:])
        self.assertEqual(self.messages(again), said[2:])
        self.assertEqual(self.ask("DELETE", s).status, 204)
        self.assertEqual(self.rpc("ping", {}, s).status, 404)
        self.assertEqual(self.ask("GET", s).status, 404)
        now = self.server.stats()
        for name, n in (("sessions", 1), ("sessions_ended", 1),
                        ("notified", 1), ("continued", 1), ("answers", 4),
                        ("answers_done", 4), ("answer_tokens", 3 + 1)):
            self.assertEqual(now[name] - before[name], n, name)

    def test_one_stream_listens_to_a_session_until_it_ends(self):
        s = self.session()
        with self.server.open("/mcp", STREAM, *s) as first:
            self.assertEqual(first.status, 200)
            self.assertEqual(self.ask("GET", s).status, 409)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with self.server.open("/mcp", STREAM, *s) as second:
                if second.status == 200:
                    self.assertEqual(self.ask("DELETE", s).status, 204)
                    second.drain()
                    break
        self.assertEqual(second.status, 200)

    def test_what_is_wrong_is_refused(self):
        s = self.session()
        ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        for status, headers, message in (
                (200, s, ping), (400, (), ping), (404, (s[0] + "0",), ping),
                (403, (*s, "Origin: http://evil.example"), ping),
                (200, (*s, "Origin: http://localhost:3000"), ping),
                (400, (*s, "MCP-Protocol-Version: 1900-01-01"), ping),
                (200, (*s, "MCP-Protocol-Version: 2025-06-18"), ping),
                (400, s, [ping]), (400, s, {"id": 1}),
                (404, ("MCP-Protocol-Version: 2026-07-28",),
                 {"jsonrpc": "2.0", "id": 1, "method": "none"}),
                (400, ("MCP-Protocol-Version: 2026-07-28",), ping)):
            with self.subTest(headers=headers, message=message):
                self.assertEqual(
                    self.ask("POST", headers, message=message).status, status)
        self.assertEqual(Wire(self.server.port, "POST", "/mcp",
                              ("Accept: application/json",),
                              json.dumps(ping).encode()).status, 406)
        self.assertEqual(self.ask("GET", query="stateless=1").status, 405)
        self.assertEqual(self.rpc("nothing", {}, s).chunks()[-1].count(
            b"-32601"), 1)

    def test_faults_of_the_answer(self):
        s = self.session()

        def said(fault, *more):
            return self.rpc("tools/call", CALL, (*s, *more),
                            "tokens=3&break=" + fault)
        self.assertEqual(self.messages(said("echo"))[-1]["id"], "another")
        self.assertEqual(self.messages(said("jsonrpc"))[1]["jsonrpc"], "1.0")
        self.assertIn(b"event: mcp\n", b"".join(said("name").chunks()))
        self.assertEqual(len(self.ids(said("prime"))), 4)
        self.assertEqual(len(set(self.ids(said("id-same")))), 1)
        self.assertEqual(len(self.messages(said("done"))), 3)
        self.assertEqual(self.messages(said("order"))[-1]["method"],
                         "notifications/message")
        self.assertIn("error", self.messages(said("failed"))[-1])
        self.assertFalse(said("accel").says("X-Accel-Buffering"))
        later = "MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/call"
        self.assertEqual(self.ids(said("nothing", *later)), [])
        self.assertEqual(len(self.ids(said("ids", *later))), 4)
        self.assertNotIn("resultType", self.messages(
            said("result-type", *later))[-1]["result"])
        self.assertEqual(self.messages(said("request"))[2]["method"],
                         "roots/list")

    def test_faults_of_the_session(self):
        s = self.session("break=undead")
        ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        self.assertIn(" ", self.session("break=session-form")[0][16:])
        self.assertIn("error", self.messages(
            self.rpc("initialize", INIT, query="break=init"))[0])
        for fault, status, headers, message in (
                ("notified", 200, s, {"jsonrpc": "2.0", "method": "n"}),
                ("no-session", 200, (), ping),
                ("version", 200, (*s, "MCP-Protocol-Version: 1"), ping),
                ("origin", 200, (*s, "Origin: http://evil.example"), ping)):
            with self.subTest(fault=fault):
                self.assertEqual(self.ask("POST", headers, "break=" + fault,
                                          message).status, status)
        self.assertTrue(self.ask("GET", s, "break=get").says("Content-Type: "
                                                            "text/plain"))
        ids = self.ids(self.rpc("tools/call", CALL, s, "tokens=3"))
        resume = (*s, "Last-Event-ID: " + ids[1])
        self.assertEqual(
            self.messages(self.ask("GET", resume, "break=foreign"))[0]
            ["params"]["progressToken"], "other")
        self.assertEqual(self.ids(self.ask("GET", resume, "break=replay")), [])
        self.assertEqual(self.ask("DELETE", s, "break=delete").status, 500)
        self.assertEqual(self.ask("DELETE", s).status, 204)
        self.assertEqual(self.rpc("ping", {}, s, "break=undead").status, 200)

    def test_what_a_listener_must_not_hear(self):
        for fault, hears in (("broadcast", b'"progressToken":"p"'),
                             ("get-answers", b'"result":{}')):
            s = self.session()
            with self.server.open("/mcp?break=" + fault, STREAM, *s) as c:
                self.rpc("tools/call", CALL, s, "tokens=3")
                c.wait_text(hears)
        s = self.session()
        with self.server.open("/mcp?break=get-again", STREAM, *s) as c:
            self.assertEqual(c.status, 200)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            if self.ask("GET", s, limit=0.3).status == 409:
                break
        self.assertEqual(self.ask("GET", s).status, 409)

    def test_a_connection_serves_on_behind_an_answer_that_took_time(self):
        s = self.session()
        with self.server.open("/mcp", STREAM, *s) as c:
            self.assertEqual(self.ask("DELETE", s).status, 204)
            c.drain()
            self.assertEqual(c.ended, "end")
            self.again(c)
        with self.server.connect() as c:
            c.send("POST", "/v1/messages?ttft=20ms&tokens=1", body=b"{}")
            c.read_answer()
            self.again(c)

    def again(self, c):
        c.socket.sendall(b"GET /stats HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertTrue(c.more())

    def test_slots_are_freed_when_a_reader_leaves(self):
        def query(fault):
            return f"/v1/messages?tokens=100&itl=1s&slots=1&pool={fault}" \
                   f"&break={fault}"
        for fault, then in (("nothing", 200), ("slot", 503)):
            with self.server.connect() as c:
                c.send("POST", query(fault), body=b"{}")
                c.read_head()
                self.assertEqual(c.status, 200)
                self.assertEqual(Wire(self.server.port, "POST", query(fault),
                                      body=b"{}").status, 503)
            until = time.monotonic() + 10
            while time.monotonic() < until:
                status = Wire(self.server.port, "POST", query(fault),
                              body=b"{}", limit=0.3).status
                if status == then:
                    break
            self.assertEqual(status, then, fault)


if __name__ == "__main__":
    WithServer.program = sys.argv.pop(1)
    unittest.main(verbosity=1)
