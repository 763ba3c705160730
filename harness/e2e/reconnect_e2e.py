#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A thousand forced reconnects, each resumed: the ledger stays exact."""
from weirtest import Case, await_, main, scaled

STREAMS = 100


class Reconnect(Case):
    def settled(self, server, seen):
        """All streams are open, and each had two events or more since."""
        stats = server.stats()
        return (stats["streams"] == STREAMS and
                stats["events"] >= seen + 2 * STREAMS)

    def drop_again_and_again(self, how, rounds):
        server = self.server(workers=2)
        load = self.start_load(
            f"{server.url}/stream/s?rate=50&retry=50&history=10000", "-c",
            STREAMS, "-d", f"{rounds * 0.5 + 3}s", "-w", 1)

        seen = 0
        for left in range(rounds, -1, -1):
            await_(lambda: self.settled(server, seen), 20, "all streams")
            if left:
                seen = server.stats()["events"]
                server.post(f"/control/drop?how={how}&share=1")
        run = self.finish(load)
        self.assert_passed(run)
        self.assertEqual(STREAMS * rounds, run.connections["resumed"],
                         str(run))
        self.assert_ledger(run)

    def test_after_clean_ends(self):
        self.drop_again_and_again("fin", scaled(10))

    def test_after_resets(self):
        self.drop_again_and_again("rst", scaled(4))

    def test_after_cuts_in_mid_event(self):
        self.drop_again_and_again("mid-event", scaled(4))


if __name__ == "__main__":
    main()
