# SPDX-License-Identifier: MIT
"""Whole-program test of weir-server: streams, topics and cuts.

    python3 server_smoke_test.py /path/to/weir-server [unittest options]
"""
import json
import sys
import time
import unittest

from smoke_client import Ledger, WithServer, checksum_holds


class SmokeTest(WithServer):
    arguments = ("--workers", 2, "--history", 100, "--max-body", "64KiB")

    def subscribers(self, topic, count):
        """Waits until a topic has that many streams."""
        self.server.wait_stats(lambda s: any(
            t["name"] == topic and t["subscribers"] == count
            for t in s["topics"]))


class StreamTest(SmokeTest):
    def test_stream_has_the_headers_of_an_event_stream(self):
        with self.server.open("/stream?rate=0") as s:
            self.assertEqual(s.status, 200)
            self.assertEqual(s.headers["content-type"], "text/event-stream")
            self.assertIn("no-store", s.headers["cache-control"])
            self.assertEqual(s.headers["x-accel-buffering"], "no")
            self.assertEqual(s.headers["transfer-encoding"], "chunked")
            self.assertIn("date", s.headers)
            s.wait_text(b": weir-server\n")

    def test_events_are_numbered_stamped_and_summed(self):
        with self.server.open("/stream?rate=200&count=20&size=300&type=tick"
                              "&retry=1234") as s:
            blocks = list(s.blocks())
            self.assertEqual(blocks.pop(0), {"retry": "1234"})
            self.assertEqual(len(blocks), 20)
            last = 0
            for number, block in enumerate(blocks, 1):
                data = json.loads(block["data"])
                self.assertEqual(block["id"], str(number))
                self.assertEqual(block["event"], "tick")
                self.assertEqual(list(data), ["seq", "t", "s", "pad", "crc"])
                self.assertEqual(data["seq"], number)
                self.assertEqual(len(block["data"]), 300)
                self.assertTrue(checksum_holds(block["data"]))
                self.assertGreaterEqual(data["s"], data["t"])
                if last:
                    self.assertEqual(data["t"] - last, 5000000)
                last = data["t"]
            self.assertAlmostEqual(last / 1e9, time.time(), delta=5)
            self.assertEqual(s.drain(), "end")

    def test_every_event_is_one_chunk(self):
        with self.server.open("/stream?rate=1000&count=50") as s:
            self.assertEqual(len(list(s.blocks())), 50)
            self.assertEqual(len(s.chunks), 52)

    def test_http_1_0_gets_a_body_until_close(self):
        with self.server.open("/stream?rate=100&count=3",
                              version="1.0") as s:
            self.assertNotIn("transfer-encoding", s.headers)
            self.assertEqual([b["id"] for b in s.blocks()], ["1", "2", "3"])
            self.assertEqual(s.drain(), "cut")

    def test_resume_goes_on_without_loss(self):
        with self.server.open("/stream?rate=100&count=9",
                              "Last-Event-ID: 6") as s:
            self.assertEqual([b["id"] for b in s.blocks()], ["7", "8", "9"])

    def test_finished_stream_answers_204(self):
        a = self.server.request("GET", "/stream?count=9",
                                ["Last-Event-ID: 9"])
        self.assertEqual(a.status, 204)
        self.assertEqual(a.headers["cache-control"], "no-store")
        self.assertNotIn("transfer-encoding", a.headers)
        self.assertNotIn("content-length", a.headers)

    def test_silence_is_broken_by_heartbeats_only(self):
        with self.server.open("/stream?rate=0&hb=50ms") as s:
            s.wait_text(b": hb\n: hb\n: hb\n")
        with self.server.open("/stream?rate=100&hb=200ms&count=50") as s:
            s.drain()
            self.assertNotIn(b": hb", s.text)

    def test_no_heartbeat_fault_keeps_silent(self):
        with self.server.open("/stream?rate=2&hb=20ms&count=2"
                              "&fault=no-heartbeat") as s:
            s.drain()
            self.assertNotIn(b": hb", s.text)

    def test_head_gives_the_headers_alone(self):
        with self.server.connect() as c:
            for _ in range(2):
                c.send("HEAD", "/stream")
                c.read_answer("HEAD")
                self.assertEqual(c.status, 200)
                self.assertEqual(c.headers["content-type"],
                                 "text/event-stream")
            c.send("GET", "/status/200")
            self.assertEqual(c.read_answer().body, b"status\n")

    def test_jitter_is_late_but_keeps_the_order(self):
        with self.server.open("/stream?rate=500&jitter=1&count=100") as s:
            stamps = [json.loads(b["data"])["t"] for b in s.blocks()]
        self.assertEqual(stamps, sorted(stamps))
        self.assertGreater(len({b - a for a, b in zip(stamps, stamps[1:])}),
                           50)


class TopicTest(SmokeTest):
    def test_subscribers_of_all_workers_share_one_generator(self):
        streams = [self.server.open("/stream/shared?rate=200&size=150")
                   for _ in range(16)]
        seen = [{b["id"]: json.loads(b["data"])["t"] for b in s.blocks(30)}
                for s in streams]
        common = set.intersection(*(set(one) for one in seen))
        self.assertGreater(len(common), 5)
        for number in common:
            self.assertEqual(len({one[number] for one in seen}), 1)
        for one in seen:
            ids = list(map(int, one))
            self.assertEqual(ids, list(range(ids[0], ids[0] + 30)))
        for s in streams:
            s.close()

    def test_publish_reaches_everybody_newline_safe(self):
        streams = [self.server.open("/stream/news") for _ in range(8)]
        self.subscribers("news", 8)
        answer = self.server.post("/publish/news?type=note",
                                  b"one\r\ntwo\rthree\n\nid: 9")
        self.assertAlmostEqual(answer["t"] / 1e9, time.time(), delta=5)
        for s in streams:
            (block,) = s.blocks(1)
            self.assertEqual(block, {"id": str(answer["id"]), "event": "note",
                                     "data": "one\ntwo\nthree\n\nid: 9"})
            s.close()

    def test_ids_given_by_the_publisher_can_be_resumed_from(self):
        for number in range(4):
            self.server.post(f"/publish/named?id=n{number}", b"x%d" % number)
        with self.server.open("/stream/named", "Last-Event-ID: n1") as s:
            self.assertEqual([b["id"] for b in s.blocks(2)], ["n2", "n3"])

    def test_line_ends_in_id_or_type_are_refused(self):
        for query in ("id=a%0Ab", "id=a%0Db", "id=a%00b", "type=a%0Ab",
                      "type=%0D", "user=%00"):
            a = self.server.request("POST", "/publish/t?" + query, body=b"x")
            self.assertEqual(a.status, 400, query)
        a = self.server.request("POST", "/publish/t", body=b"\xff")
        self.assertEqual(a.status, 400)

    def test_event_for_one_user_reaches_that_user_only(self):
        ann = [self.server.open("/stream/private?user=ann"),
               self.server.open("/stream/private",
                                "Authorization: Bearer ann")]
        bob = self.server.open("/stream/private?user=bob")
        anonymous = self.server.open("/stream/private")
        self.subscribers("private", 4)
        self.server.post("/publish/private?user=ann", b"secret")
        self.server.post("/publish/private", b"open")
        for s in ann:
            self.assertEqual([b["data"] for b in s.blocks(2)],
                             ["secret", "open"])
        for s in (bob, anonymous):
            self.assertEqual([b["data"] for b in s.blocks(1)], ["open"])
        for s in ann + [bob, anonymous]:
            s.close()

    def test_replay_is_exact_and_runs_into_live_events(self):
        for number in range(1, 21):
            self.server.post("/publish/replay", b"%d" % number)
        with self.server.open("/stream/replay", "Last-Event-ID: 15") as s:
            self.subscribers("replay", 1)
            self.server.post("/publish/replay", b"21")
            self.assertEqual([b["data"] for b in s.blocks(6)],
                             ["16", "17", "18", "19", "20", "21"])

    def test_id_older_than_the_history_gives_a_gap_event(self):
        for number in range(1, 151):
            self.server.post("/publish/old", b"%d" % number)
        with self.server.open("/stream/old", "Last-Event-ID: 20") as s:
            blocks = list(s.blocks(101))
        self.assertEqual(blocks[0]["event"], "gap")
        self.assertEqual(json.loads(blocks[0]["data"]),
                         {"from": 21, "to": 50})
        self.assertEqual([b["data"] for b in blocks[1:]],
                         [str(n) for n in range(51, 151)])

    def test_unknown_id_gives_a_gap_event_and_what_there_is(self):
        self.server.post("/publish/short", b"1")
        with self.server.open("/stream/short", "Last-Event-ID: zz") as s:
            gap, event = s.blocks(2)
        self.assertEqual(json.loads(gap["data"]), {"from": None, "to": 0})
        self.assertEqual(event["data"], "1")

    def test_topic_ends_after_count(self):
        with self.server.open("/stream/short-run?rate=500&count=10") as s:
            self.assertEqual([int(b["id"]) for b in s.blocks()],
                             list(range(1, 11)))
            self.assertEqual(s.drain(), "end")
        a = self.server.request("GET", "/stream/short-run?count=10")
        self.assertEqual(a.status, 204)

    def test_topic_reaches_http_1_0_without_chunks(self):
        with self.server.open("/stream/plain?rate=300&count=12",
                              version="1.0") as s:
            self.assertEqual([b["id"] for b in s.blocks()],
                             [str(n) for n in range(1, 13)])
            self.assertEqual(s.drain(), "cut")

    def test_control_topic_changes_the_generator(self):
        with self.server.open("/stream/tuned") as s:
            self.server.post("/control/topic?topic=tuned&rate=500&size=200"
                             "&type=fast")
            for block in s.blocks(5):
                self.assertEqual(block["event"], "fast")
                self.assertEqual(len(block["data"]), 200)


class CutTest(SmokeTest):
    def cut(self, how, wanted):
        streams = [self.server.open("/stream?rate=50") for _ in range(10)]
        for s in streams:
            list(s.blocks(2))
        answer = self.server.post(f"/control/drop?how={how}")
        self.assertEqual(answer["cut"], 10)
        for s in streams:
            self.assertEqual(s.drain(), wanted)
            s.close()
        return streams

    def test_fin_ends_the_response_properly(self):
        self.cut("fin", "end")

    def test_truncate_leaves_out_the_last_chunk(self):
        for s in self.cut("truncate", "cut"):
            self.assertEqual(s.raw, b"")

    def test_rst_resets(self):
        self.cut("rst", "reset")

    def test_mid_event_leaves_half_a_block(self):
        for s in self.cut("mid-event", "cut"):
            self.assertIn(b"id: ", s.raw)
            self.assertNotIn(b"\n\n", s.raw)

    def test_share_and_topic_choose_the_streams(self):
        streams = [self.server.open("/stream/cut-me") for _ in range(40)]
        other = self.server.open("/stream/keep-me")
        self.subscribers("cut-me", 40)
        answer = self.server.post("/control/drop?topic=cut-me&share=0.5")
        self.assertTrue(18 <= answer["cut"] <= 20, answer)
        self.subscribers("cut-me", 40 - answer["cut"])
        self.subscribers("keep-me", 1)
        for s in streams + [other]:
            s.close()

    def test_streams_survive_cuts_by_resuming(self):
        ledger = Ledger(1)
        last = 0
        while last < 300:
            with self.server.open("/stream?rate=2000&count=300",
                                  f"Last-Event-ID: {last}") as s:
                for block in s.blocks(60):
                    ledger.arrive(int(block["id"]), block["data"])
                    last = int(block["id"])
                self.server.post("/control/drop?how=mid-event")
                for block in s.blocks():
                    ledger.arrive(int(block["id"]), block["data"])
                    last = int(block["id"])
        self.assertEqual(ledger.counts, dict(lost=0, dup=0, swap=0, corrupt=0,
                                             events=300))


if __name__ == "__main__":
    WithServer.program = sys.argv.pop(1)
    unittest.main(verbosity=1)
