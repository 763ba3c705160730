#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir parse: bytes in, one JSON object per event out, as they come."""
import json
import select
import subprocess

from weirtest import PATIENCE, Case, main


class Parse(Case):
    def parse(self, data, *options):
        p = subprocess.run([self.program("weir"), "parse", *options],
                           input=data, capture_output=True,
                           timeout=10 * PATIENCE)
        self.assertEqual(0, p.returncode, p.stderr)
        return [json.loads(n) for n in p.stdout.splitlines()]

    def test_an_event_per_line(self):
        self.assertEqual(
            [{"type": "message", "data": "one\ntwo", "lastEventId": ""},
             {"type": "add", "data": "three", "lastEventId": "7"}],
            self.parse(b"data: one\ndata: two\n\n"
                       b"event: add\nid: 7\ndata: three\n\ndata: cut off"))

    def test_the_chunk_size_changes_nothing(self):
        data = b"\xef\xbb\xbfid: 1\r\ndata: a\r\n\r\n:c\rdata: b\r\r"
        whole = self.parse(data)
        self.assertEqual(2, len(whole))
        for n in ("1", "2", "3", "7"):
            self.assertEqual(whole, self.parse(data, "--chunk", n))

    def test_the_state_at_the_end(self):
        got = self.parse(b"retry: 250\nid: 9\ndata: x\n\n", "--state")
        self.assertEqual({"lastEventId": "9", "retry": 250}, got[-1])

    def test_invalid_utf8_becomes_replacement_characters(self):
        got = self.parse(b"data: a\xf0\x9f\x98z\xff\n\n")
        self.assertEqual("a\ufffdz\ufffd", got[0]["data"])

    def test_observations_are_told(self):
        got = self.parse(b"dat: x\nretry: 1s\n\n", "--observations")
        self.assertIn("unknown-field", json.dumps(got))
        self.assertIn("bad-retry", json.dumps(got))

    def test_a_file(self):
        path = self.write("s.txt", "data: x\n\n")
        self.assertEqual("x", self.parse(b"", path)[0]["data"])

    def test_events_appear_as_bytes_come(self):
        with subprocess.Popen([self.program("weir"), "parse"],
                              stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as p:
            for i in range(3):
                p.stdin.write(b"data: %d\n\n" % i)
                p.stdin.flush()
                ready, _, _ = select.select([p.stdout], [], [], 5 * PATIENCE)
                self.assertTrue(ready, f"event {i} is held back")
                self.assertEqual(str(i), json.loads(
                    p.stdout.readline())["data"])
            p.stdin.close()
            self.assertEqual(0, p.wait(5))


if __name__ == "__main__":
    main()
