#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A thousand forced reconnects, each resumed: the ledger stays exact."""
from weirtest import Case, await_, main, scaled

STREAMS = 100


class Reconnect(Case):
    def drop_again_and_again(self, how, rounds):
        server = self.server(workers=2)
        load = self.start_load(
            f"{server.url}/stream/s?rate=50&retry=50&history=10000", "-c",
            STREAMS, "-d", f"{rounds * 0.4 + 3}s", "-w", 1)

        def all_open():
            return server.stats()["streams"] == STREAMS
        for _ in range(rounds):
            await_(all_open, 20, f"{STREAMS} streams at the server")
            server.post(f"/control/drop?how={how}&share=1")
        await_(all_open, 20, f"{STREAMS} streams at the server")
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
