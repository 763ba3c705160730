#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir load through a real nginx: plain, and TLS with HTTP/1.1 and HTTP/2."""
from weirtest import Case, main, scaled

STREAMS = scaled(1000)


class Nginx(Case):
    def through(self, template, scheme, *options):
        server = self.server(workers=2)
        if scheme == "https":
            options += ("--tls.ca", self.certificate())
        proxy = self.nginx(template, server, scheme)
        run = self.load(f"{proxy.url}/stream?rate=5", "-c", STREAMS, "-d",
                        "4s", *options)
        self.assert_passed(run)
        self.assert_ledger(run)
        self.assertEqual(STREAMS, run.connections["peak"], str(run))
        self.assertGreaterEqual(run.events["received"],
                                STREAMS * 5 * 4 * 0.95)
        # The kernel's time is known of each, whatever carries it.
        self.assertEqual("kernel", run.summary["latency_ms"]["clock"],
                         str(run))
        # No event may seem to have come before it was sent.
        self.assertEqual(0, run.summary["latency_ms"].get("negative", 0),
                         str(run))
        return run

    def test_plain(self):
        run = self.through("sse", "http")
        self.assertLess(run.summary["latency_ms"]["p50"], 250)

    def test_tls(self):
        run = self.through("sse-tls", "https")
        self.assertEqual(STREAMS, run.connections["sockets_peak"], str(run))

    def test_http2_shares_connections(self):
        run = self.through("sse-h2", "https", "--http", "2")
        self.assertLessEqual(run.connections["sockets_peak"], 30, str(run))
        self.assertGreaterEqual(run.connections["streams_per_connection"],
                                STREAMS / 30)

    def test_an_untrusted_certificate_is_named(self):
        server = self.server()
        self.certificate()
        proxy = self.nginx("sse-tls", server, "https")
        run = self.load(f"{proxy.url}/stream?rate=5", "-d", "1s")
        self.assert_code(run, 3)
        self.assertRegex(run.out + run.err, r"(?i)certificate")


if __name__ == "__main__":
    main()
