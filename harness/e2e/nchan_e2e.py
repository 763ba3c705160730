#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A server that nobody here wrote: nchan, published to by weir itself."""
from weirtest import Case, main, scaled


class Nchan(Case):
    def test_publishing_through_nchan_loses_nothing(self):
        streams = scaled(1000)
        nchan = self.nginx("nchan")
        run = self.load(
            f"{nchan.url}/subscribe/news", "-c", streams, "-d", "5s",
            "--drain", "20s",  # where one core serves, nchan falls behind
            "--publish.url", f"{nchan.url}/publish/news", "--publish.rate",
            f"{scaled(100)}/s")
        self.assert_passed(run)
        self.assert_ledger(run)
        self.assertEqual("exact", run.events["ledger"], str(run))
        self.assertEqual(run.events["expected"], run.events["received"])
        self.assertEqual(run.summary["publish"]["published"] * streams,
                         run.events["expected"], str(run))
        self.assertAlmostEqual(scaled(100) * 5,
                               run.summary["publish"]["published"], delta=5)
        latency = run.summary["latency_ms"]
        self.assertEqual(run.events["received"], latency["count"], str(run))
        self.assertEqual("publish", latency["source"])


if __name__ == "__main__":
    main()
