#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir check that is stopped in the middle of its work: what weir saw late is
not the server's doing, and said to be weir's own."""
import json
import signal
import time

from weirtest import Case, await_, main

STOPPED_S = 1.5


class Late(Case):
    def check(self, server, *options):
        out = self.path("check.json")
        return out, self.start(self.program("weir"), "check", "-q", "-o", out,
                               server.url + "/stream?rate=20", *options)

    def finished(self, out, program):
        program.wait(90)
        with open(out, encoding="utf-8") as f:
            return json.load(f)

    def stop_for_a_while(self, program):
        """The one thing that is waited for by the clock: it is the claim."""
        program.signal(signal.SIGSTOP)
        time.sleep(STOPPED_S)
        program.signal(signal.SIGCONT)

    def test_nobody_is_blamed_for_weirs_own_lateness(self):
        server = self.server()
        out, program = self.check(server)
        await_(lambda: server.stats()["streams"] > 2,
               what="some streams of the check")
        self.stop_for_a_while(program)
        doc = self.finished(out, program)
        late = [a for a in doc["assumptions"] if "weir was late" in a]
        self.assertEqual(len(late), 1, doc["assumptions"])
        blamed = [f"{c['id']}: {c['finding']}" for c in doc["checks"]
                  if c["verdict"] in ("FAIL", "WARN")]
        self.assertEqual(blamed, [])
        self.assertEqual(doc["verdict"], "pass", doc["sentence"])


if __name__ == "__main__":
    main()
