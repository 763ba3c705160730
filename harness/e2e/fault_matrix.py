# SPDX-License-Identifier: MIT
"""Which fault of weir-server proves which check of weir check.

Every implemented check that can fail or warn needs a fault here that trips
it.  A fault may trip further failing checks only where they are named as its
consequences: one broken byte has more than one reader.

Adding a check means adding its fault to the server and a row here; the test
check_matrix_e2e.py prints what is unproven and fails for it.
"""
import dataclasses

# What runs look like unless a row says otherwise.
STREAM = "/stream?rate=20&retry=2000&hb=1s"
QUIET = "/stream/quiet?rate=0&retry=2000&hb=1s"
# One topic for all readers, where STREAM counts for each.
SHARED = "/stream/shared?rate=20&retry=2000&hb=1s"
# So many events that most reconnects find a replay and a live event behind it.
BUSY = "/stream/shared?rate=300&retry=2000&hb=1s"
ENDS = "/stream?rate=50&count=20"
TOPIC = "/stream/matrix?retry=2000&hb=1s"


@dataclasses.dataclass
class Fault:
    """One run against a server of its own that commits the fault."""
    trips: tuple  # checks that must fail (F), warn (W) or inform (I)
    also: tuple = ()  # consequences: further F checks that may fail
    mode: str = "probe"
    path: str = STREAM
    args: tuple = ()  # of weir check
    server: tuple = ()  # further options of weir-server
    argument: str = ""  # of the fault, "=5"
    aged: bool = False  # the topic "shared" is older than its history
    tls: bool = False  # asked through a relay that ends TLS
    # No fault of a server: recordings of a clean one that are judged as those
    # of this URL, where nothing is to be asked.
    recorded: str = ""


def probe(*trips, **more):
    return Fault(trips, **more)


def full(*trips, **more):
    return Fault(trips, mode="full", **more)


# A short look is enough where no silence is judged: with the promise of a
# heartbeat the idle window is short.
BRIEF = ("--heartbeat", "1s")


def publish(*trips, **more):
    """Judged by what comes of texts that weir has the target publish."""
    return full(*trips, path=TOPIC, args=BRIEF + (
        "--publish", "{url}/publish/matrix", "--only", "frame", "--only",
        "sec", "--only", "http.ct"), **more)


ORIGIN = ("--origin", "https://app.example.org")
FINITE = ("--stream", "finite")
ENDLESS = ("--stream", "endless")
CAPPED = {"args": BRIEF + ("--max-connections", "50"),
          "server": ("--max-connections", "52")}
# A stream of 20 events is no target of resuming and crowds.
ENDING = FINITE + ("--only", "frame", "--only", "http")
RESUME = BRIEF + ("--resume", "exactly-once", "--only", "resume", "--only",
                  "frame", "--only", "http")
# Single resumes only: nobody else's reconnect comes between.
SINGLE = BRIEF + (
    "--resume", "exactly-once", "--only", "resume.header", "--only",
    "resume.competing", "--only", "resume.twice", "--only",
    "resume.ip-independent", "--only", "resume.dup-header", "--only",
    "resume.empty-header", "--only", "resume.unknown-id", "--only", "frame",
    "--only", "http.ct")
USERS = BRIEF + ("--user-a", "Bearer a", "--user-b", "Bearer b", "--publish",
                 "{url}/publish/matrix", "--only", "resume.auth", "--only",
                 "http")
LIVES = BRIEF + ("--only", "reconnect", "--only", "http.ct", "--only",
                 "http.framing")
BEAT = BRIEF + ("--only", "heartbeat", "--only", "frame", "--only", "http.ct",
                "--only", "http.framing")

FAULTS = {
    # 3.1 status and errors
    "status-203": probe("http.status.200", "http.status.no-203-206"),
    "status-206": probe("http.status.200", "http.status.no-203-206"),
    "finish-200-replay": full("http.status.204-stop", args=FINITE, path=ENDS,
                              also=("reconnect.finite-loop",)),
    "204-with-body": full("http.status.204-empty", args=FINITE, path=ENDS),
    "204-cacheable": full("http.status.204-uncached", args=FINITE, path=ENDS),
    "error-as-200": probe("http.error.not-200"),
    "error-ct-sse": probe("http.error.ct"),
    "401-no-www-auth": probe("http.error.401", path=STREAM + "&auth=required",
                             args=("-H", "Authorization: Bearer a")),
    "login-redirect": probe("http.error.no-login-redirect",
                            path=STREAM + "&auth=required",
                            args=("-H", "Authorization: Bearer a")),
    "404-cacheable": probe("http.error.cacheable"),
    "overload-accept-drop": full("http.error.5xx-capacity",
                                 **CAPPED),
    "overload-503-bare": full("http.error.retry-after",
                              **CAPPED),
    "evict-at-cap": full("http.error.no-evict",
                         **CAPPED),
    # 3.2 content type
    "ct-missing": probe("http.ct.present", also=("http.ct.essence",)),
    "ct-html": probe("http.ct.essence"),
    "ct-twice": probe("http.ct.single"),
    "ct-latin1": probe("http.ct.charset"),
    "ct-param": probe("http.ct.params"),
    # 3.3 caching
    "cache-missing": probe("http.cache.no-store"),
    "cache-public": probe("http.cache.not-fresh"),
    "transformable": probe("http.cache.no-transform"),
    "age": probe("http.cache.no-age"),
    "etag": probe("http.cache.no-validator"),
    "304": probe("http.cache.no-304"),
    "range-206": probe("http.cache.no-range"),
    "no-vary": probe("http.cache.vary"),
    "collapse": probe("http.cache.two-readers"),
    # 3.4 framing of HTTP/1.x
    "cl-endless": probe("http.framing.no-cl"),
    "cl-and-te": probe("http.framing.te-cl", also=(
        "http.framing.no-cl", "http.framing.no-te-10")),
    "close-delimited": probe("http.framing.self-delimited"),
    "te-gzip": probe("http.framing.te-value"),
    "te-on-10": probe("http.framing.no-te-10"),
    "bad-chunk-size": probe("http.framing.chunk-syntax"),
    "no-terminator": full("http.framing.terminator", args=ENDING, path=ENDS),
    "trailers": full("http.framing.trailers", args=ENDING, path=ENDS),
    "obs-fold": probe("http.framing.header-syntax"),
    "header-16k": probe("http.framing.header-size"),
    "http10": probe("http.framing.version"),
    # 3.5 content coding
    "force-gzip": probe("http.coding.honoured"),
    "ce-identity": probe("http.coding.known"),
    "ce-none": probe("http.coding.known"),
    "gzip-noflush": probe("http.coding.flush", path=SHARED),
    # Slow, so that one event late is late by more than the event deadline.
    "gzip-one-late": probe("http.coding.one-late",
                           path="/stream/shared?rate=3&retry=2000&hb=1s",
                           also=("http.coding.flush",)),
    "gzip-32k": probe("http.coding.flush", path=SHARED),
    # 3.6 and 3.7 other headers, methods
    "headers-with-first-event": probe("http.hdr.prompt",
                                      path="/stream?rate=0.2"),
    "no-date": probe("http.hdr.date"),
    "accept-strict": probe("http.hdr.accept-tolerant"),
    "browser-400": probe("http.hdr.req-cache-control"),
    "get-405": probe("http.method.get", also=("http.status.200",)),
    "head-hang": probe("http.method.head"),
    # When all slots are gone, no later script can say anything.
    "head-leak": full("http.method.head-leak", server=CAPPED["server"],
                      args=CAPPED["args"] + ("--only", "http")),
    "put-streams": probe("http.method.unsupported"),
    # 3.8 redirects
    # No stream at the end: the redirects are judged all the same.
    "redirect-no-location": probe("http.redirect.location"),
    "redirect-empty": probe("http.redirect.location",
                            also=("http.ct.essence",)),
    "redirect-loop": probe("http.redirect.depth"),
    "redirect-drops-query": probe("http.redirect.query"),
    "redirect-to-http": probe("http.redirect.scheme", tls=True),
    "redirect-needs-auth": probe("http.redirect.auth", args=(
        "-H", "Authorization: Bearer a")),
    "redirect-302-post": probe("http.redirect.method",
                               args=("--method", "POST")),
    "redirect-no-cors": probe("http.redirect.cors", args=ORIGIN),
    # What is ignored there is ignored by every resume.
    "redirect-drops-id": full("http.redirect.last-event-id", args=RESUME,
                              also=("resume.no-loss", "resume.no-dup",
                                    "resume.exclusive", "resume.seam",
                                    "resume.after-rst", "resume.competing",
                                    "resume.twice", "resume.newest")),
    # 3.9 CORS
    "cors-none": probe("http.cors.acao", args=ORIGIN,
                       also=("http.cors.credentials",)),
    "cors-twice": probe("http.cors.single", args=ORIGIN,
                        also=("http.cors.acao", "http.cors.credentials")),
    "cors-star-credentials": probe("http.cors.credentials", args=ORIGIN),
    "cors-reflect": probe("http.cors.no-reflection", args=ORIGIN),
    "cors-no-vary": probe("http.cors.vary", args=ORIGIN),
    "preflight-403": probe("http.cors.preflight-id", args=ORIGIN),
    "preflight-hang": probe("http.cors.preflight-id", args=ORIGIN),
    # 3.11 frame: encoding, line ends, lines
    "utf8-bad": probe("frame.utf8.valid"),
    "utf8-cut": probe("frame.utf8.valid"),
    "utf16": probe("frame.utf8.not-utf16", also=(
        "frame.utf8.valid", "frame.line.garbage", "frame.data.json",
        "frame.event.no-data", "frame.event.dispatched")),
    "inner-bom": probe("frame.bom.inner"),
    "mixed-eol": probe("frame.eol.consistent"),
    "cr-only": probe("frame.eol.cr"),
    "unknown-field": probe("frame.line.known"),
    "html-line": probe("frame.line.garbage"),
    "name-case": probe("frame.line.name-case"),
    "name-space": probe("frame.line.name-space"),
    "long-line": probe("frame.line.length"),
    "nul-data": probe("frame.line.control"),
    # 3.12 frame: events, data
    "no-blank-line": probe("frame.event.dispatched"),
    "unterminated-end": full("frame.event.terminated", args=ENDING,
                             path=ENDS),
    "event-no-data": probe("frame.event.no-data"),
    "name-error": probe("frame.event.reserved-name"),
    "name-space-pad": probe("frame.event.name-chars"),
    "dup-fields": probe("frame.event.dup-fields"),
    "split-stall": probe("frame.event.atomic"),
    "event-2m": probe("frame.event.size"),
    "raw-newline": publish("frame.data.join", also=(
        "frame.data.raw-crlf", "sec.inject.data-lf", "sec.inject.data-cr",
        "frame.line.garbage")),
    "cr-newline-lost": publish("frame.data.raw-crlf", also=(
        "sec.inject.data-cr",)),
    "no-space-after-colon": publish("frame.data.leading-space"),
    "trim-trailing-lf": publish("frame.data.trailing-newline"),
    "drop-empty": publish("frame.data.empty"),
    "escape-unicode-wrong": publish("frame.data.unicode"),
    "bad-json": probe("frame.data.json"),
    "event-one-late": probe("frame.event.one-late"),
    # So many events that 4 KiB gather within the look.
    "hold-4k": probe("frame.bytes.held",
                     path="/stream/shared?rate=60&retry=2000&hb=1s"),
    "payload-raw-line": probe("frame.line.known"),
    "payload-fffd": probe("frame.data.fffd"),
    "payload-undefined": probe("frame.data.placeholder"),
    "payload-prefix": probe("frame.data.prefix"),
    "payload-no-space": probe("frame.data.no-space"),
    "payload-mixed": probe("frame.data.mixed"),
    "payload-two": probe("frame.data.two-values", also=("frame.data.json",)),
    "finite-loop": full("frame.finite", also=(
        "reconnect.finite-loop", "http.status.204-stop")),
    # 3.13 frame: id, retry
    "id-nul": probe("frame.id.nul"),
    "id-space": probe("frame.id.header-safe"),
    "id-utf8": probe("frame.id.ascii"),
    "id-9k": probe("frame.id.length"),
    "id-dup": probe("frame.id.unique"),
    "id-sometimes": probe("frame.id.always"),
    "retry-unit": probe("frame.retry.digits"),
    "retry-0": probe("frame.retry.range"),
    # 3.14 heartbeats
    "hb-none": full("heartbeat.present", path=QUIET, args=BEAT),
    "hb-60": full("heartbeat.present", path=QUIET, args=BEAT),
    "idle-cut": full("heartbeat.keeps-alive", path=QUIET, args=BEAT),
    "hb-empty-event": full("heartbeat.comment", path=QUIET, args=BEAT),
    "hb-in-block": full("heartbeat.well-formed", path="/stream?rate=5&hb=1s",
                        args=BEAT),
    "hb-late-first": full("heartbeat.starts", path=QUIET, args=BEAT,
                          also=("heartbeat.present",)),
    # 3.15 resume
    "resume-case-sensitive": full("resume.header", args=RESUME),
    "resume-newest-all": full("resume.newest", path=SHARED, args=BRIEF + (
        "--only", "resume.newest", "--only", "resume.offered", "--only",
        "frame", "--only", "http.ct")),
    "replay-all": full("resume.replay-all", "resume.offered", path=SHARED,
                       args=BRIEF + ("--only", "resume.replay-all", "--only",
                                     "resume.offered", "--only", "http")),
    "resume-inclusive": full("resume.exclusive", args=RESUME,
                             also=("resume.no-dup", "resume.seam",
                                   "resume.after-rst", "resume.competing")),
    "resume-skip-one": full("resume.no-loss", args=RESUME,
                            also=("resume.seam", "resume.after-rst",
                                  "resume.competing", "resume.twice")),
    "resume-dup-one": full("resume.no-dup", args=RESUME,
                           also=("resume.seam", "resume.exclusive",
                                 "resume.competing")),
    # The first of two exchanged events looks lost where the cut comes
    # between them.
    "resume-reorder": full("resume.order", args=RESUME, path=BUSY,
                           also=("resume.seam", "resume.competing",
                                 "resume.no-dup", "resume.no-loss",
                                 "resume.after-rst")),
    "resume-mutate": full("resume.same-bytes", args=RESUME),
    "ids-random": full("resume.ids-stable", args=RESUME),
    "ids-per-conn": full("resume.ids-stable", args=RESUME,
                         also=("resume.competing",)),
    "seam-race": full("resume.seam", args=RESUME, path=BUSY,
                      also=("resume.no-loss", "resume.competing")),
    # Who comes back gets nothing for the same reason.
    "consume-queue": full("resume.competing", args=SINGLE, path=SHARED,
                          also=("resume.twice",)),
    # An event without its id cannot be told from a lost one.
    "idless-after-resume": full("resume.first-has-id", args=RESUME, also=(
        "resume.no-loss", "resume.seam", "resume.after-rst",
        "resume.competing")),
    # Whoever resumes there first takes the loss: nobody but the victim does.
    "resume-after-rst-late": full("resume.after-rst", args=BRIEF + (
        "--resume", "exactly-once", "--only", "resume.after-rst", "--only",
        "frame", "--only", "http.ct"), path=SHARED),
    "resume-once": full("resume.twice", args=SINGLE, path=SHARED),
    "unknown-500": full("resume.unknown-id", args=RESUME,
                        also=("resume.malformed-id",)),
    "unknown-hang": full("resume.unknown-id", args=SINGLE),
    "expired-500": full("resume.expired-id", args=RESUME, path=SHARED,
                        aged=True),
    "future-stall": full("resume.future-id", args=RESUME, path=SHARED),
    "empty-id-400": full("resume.empty-header", args=RESUME, path=SHARED),
    "dup-header-random": full("resume.dup-header", args=RESUME, path=SHARED),
    "malformed-500": full("resume.malformed-id", args=RESUME),
    "cross-user": full("resume.auth", args=USERS, path=TOPIC),
    "ip-bound": full("resume.ip-independent", args=RESUME, path=SHARED),
    # 3.16 connection life
    "tight-close": full("reconnect.finite-loop", also=(
        "frame.finite", "http.status.204-stop")),
    "sync-close": full("reconnect.lifetime-jitter", args=ENDLESS, also=(
        "reconnect.finite-loop",)),
    "close-no-retry": full("reconnect.retry-before-close", also=(
        "reconnect.finite-loop", "http.status.204-stop", "frame.finite"),
        args=ENDLESS),
    # Other crowds would be taken for lost ones, where the machine is busy.
    "storm-refuse": full("reconnect.storm", args=BRIEF + (
        "--only", "reconnect.storm", "--only", "http.framing")),
    # When all slots are gone, nothing that opens another stream can succeed.
    "slot-leak": full("reconnect.no-slot-leak", also=(
        "resume.twice", "http.method.head"), **CAPPED),
    # Nothing opens behind it, so that no later script can say anything.
    "rst-crash": full("reconnect.fast-abort", "reconnect.alive", args=BRIEF + (
        "--only", "reconnect.fast-abort", "--only", "reconnect.alive",
        "--only", "http.ct", "--only", "http.framing")),
    # 3.18 security
    "inject-data-lf": publish("sec.inject.data-lf",
                              also=("frame.data.join",
                                    "frame.data.raw-crlf")),
    "inject-data-cr": publish("sec.inject.data-cr",
                              also=("frame.data.raw-crlf",)),
    "inject-id": publish("sec.inject.id"),
    "inject-event": publish("sec.inject.event"),
    "inject-retry": publish("sec.inject.retry"),
    "inject-comment": publish("sec.inject.comment"),
    "topics-500": probe("sec.topic-limit"),
    # Hints: what is worth a word, and no more (severity I)
    "retry-after-same": full("http.error.retry-after-jitter",
                             args=CAPPED["args"] + ("--only", "http.error"),
                             server=("--max-connections", "50")),
    "no-nosniff": probe("http.ct.nosniff"),
    "chunk-ext": probe("http.framing.chunk-ext"),
    "split-writes": probe("http.framing.chunk-aligned"),
    "no-prelude": probe("http.hdr.prelude", path=QUIET),
    "no-accel": probe("http.hdr.x-accel"),
    "set-cookie-always": probe("http.hdr.cookie-churn"),
    "options-hang": probe("http.method.options"),
    "bom": probe("frame.bom.leading"),
    "crlf": probe("frame.eol.crlf"),
    # Where a retry is given, its block holds no data either.
    "bare-control": probe("frame.event.bare-control",
                          path="/stream?rate=20&hb=1s"),
    "id-gap": probe("frame.id.monotonic"),
    "id-reset": probe("frame.id.reset"),
    "retry-never": probe("frame.retry.present"),
    "retry-late": probe("frame.retry.early"),
    "query-wins": full("resume.query-fallback", args=RESUME, path=SHARED),
    # Not a fault of the server's: nothing is ever asked of another host.
    "(another host)": probe("sec.tls",
                            recorded="http://stream.example.org/events"),
}

# weir-server speaks no TLS: mistakes of bad_h2.py, proven by check_h2_e2e.py.
H2_FINITE = {"args": FINITE}
H2_FAULTS = {
    "none": full(args=BRIEF),
    "finite": full(**H2_FINITE),
    "quiet": full(args=BRIEF),
    "no-h2": full("h2.available", args=BRIEF),
    "garbage": full("h2.available", "h2.same-events", args=BRIEF),
    "silent": full("h2.available", "h2.same-events", args=BRIEF),
    "connection-field": full("h2.no-connection-headers", args=BRIEF),
    "capital": full("h2.lowercase", args=BRIEF),
    "late-status": full("h2.lowercase", args=BRIEF),
    "line-end": full("h2.lowercase", args=BRIEF),
    "length": full("h2.content-length", args=BRIEF),
    "reset-end": full("h2.end", **H2_FINITE),
    # Streams that end with another one's connection get less.
    "drop-end": full("h2.end", also=("h2.multiplex", "h2.hol-stall"),
                     **H2_FINITE),
    "few-streams": full("h2.max-streams", args=BRIEF),
    "one-by-one": full("h2.multiplex", also=("h2.hol-stall",), args=BRIEF),
    "stall-all": full("h2.hol-stall", args=BRIEF),
    "no-windows": full("h2.hol-stall", args=BRIEF),
    "slot-leak": full("h2.cancel", args=BRIEF),
    "slot-hang": full("h2.cancel", args=BRIEF),
    "calm": full("h2.cancel", args=BRIEF),
    "mute": full("h2.same-events", "h2.multiplex", args=BRIEF),
    # No fault, but told.
    "retire": full(args=BRIEF),
    "204-body": full("h2.204", **H2_FINITE),
    "204-open": full("h2.204", **H2_FINITE),
    "204-reset": full("h2.204", **H2_FINITE),
    "lose": full("h2.same-events", args=BRIEF),
    "change": full("h2.same-events", args=BRIEF),
    "ping": full("h2.heartbeat-is-data", args=BRIEF),
}

# What a server without a fault is asked; nothing of it may fail or warn.
CLEAN = {
    "lint": Fault((), mode="lint"),
    "probe": probe(),
    "full": full(args=("--heartbeat", "1s")),
    "shared": full(path=SHARED, args=("--resume", "exactly-once") +
                   CAPPED["args"], server=CAPPED["server"]),
    "busy": full(path=BUSY, args=RESUME),
    "finite": full(path=ENDS, args=FINITE),
    "guessed finite": full(path=ENDS, args=("--skip", "heartbeat")),
    "quiet": full(path=QUIET, args=BEAT + ("--min-events", "0")),
    "forgotten": full(path=SHARED, args=RESUME, aged=True),
    "page": probe(args=ORIGIN),
    # The redirect itself is as it should be.
    "redirected": probe(path=STREAM + "&fault=redirect-drops-id",
                        args=ORIGIN),
    "tls": probe(tls=True),
    "publish": publish(),
    "users": full(path=TOPIC, args=USERS)}

# Faults that spoil what is counted, not how it is served: weir load finds
# them, and check has nothing to say.
COUNTED = {"drop-every", "dup-every", "swap-every", "corrupt-every",
           "leak-user", "ignore-last-id", "stall", "no-heartbeat", "burst"}
