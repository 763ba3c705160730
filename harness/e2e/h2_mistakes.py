# SPDX-License-Identifier: MIT
"""What bad_h2.py does wrong over HTTP/2, by name.  hyper-h2 does not let some
of it pass; that is written as bare frames."""
import h2.errors
import hyperframe.frame

HEAD = [(b":status", b"200"), (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-store, no-transform")]
GONE = [(b":status", b"204"), (b"cache-control", b"no-store")]
FINITE = 10  # events, of a finite stream


class Mistake:
    """None at all; what a mistake changes is a method or a value here."""
    alpn = ("h2", "http/1.1")
    garbage = b""  # said instead of HTTP/2
    max_streams = 128
    finite = False
    quiet = False  # no events, heartbeats only

    def head(self, gone):
        return GONE if gone else HEAD

    def gone(self, conn, stream):
        """Behind the head of a 204."""
        conn.h2.end_stream(stream)

    def opened(self, conn, stream):
        """False refuses the stream, None lets it wait for ever."""
        return True

    def reset(self, conn, stream):
        """The client reset the stream."""

    def event(self, number, text):
        """What HTTP/2 makes of it."""
        return text

    def may_send(self, conn, stream):
        return True

    def room(self, conn, stream):
        return min(conn.h2.local_flow_control_window(stream),
                   conn.h2.max_outbound_frame_size)

    def end(self, conn, stream):
        conn.h2.end_stream(stream)

    def heartbeat(self, conn, stream):
        conn.say(stream, b": hb\n\n")


class NoH2(Mistake):
    """HTTP/2 is not offered."""
    alpn = ("http/1.1",)


class Garbage(Mistake):
    """What is offered is not spoken."""
    garbage = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"


class Silent(Mistake):
    """Nor anything else: no SETTINGS ever come."""
    garbage = b"\0"


class ConnectionField(Mistake):
    def head(self, gone):
        return super().head(gone) + [(b"connection", b"keep-alive")]


class Capital(Mistake):
    def head(self, gone):
        return super().head(gone) + [(b"X-Accel-Buffering", b"no")]


class LateStatus(Mistake):
    def head(self, gone):
        head = super().head(gone)
        return head[1:] + head[:1]


class LineEnd(Mistake):
    """A value that somebody wrote a line end into."""

    def head(self, gone):
        return super().head(gone) + [(b"x-topic", b"a\r\nset-cookie: b=c")]


class Length(Mistake):
    """The length of the first event for the whole stream."""

    def head(self, gone):
        return super().head(gone) + [(b"content-length", b"20")]


class ResetEnd(Mistake):
    """A stream that is over is reset."""
    finite = True

    def end(self, conn, stream):
        conn.h2.reset_stream(stream, h2.errors.ErrorCodes.INTERNAL_ERROR)


class DropEnd(Mistake):
    """A stream that is over takes the connection with it."""
    finite = True

    def end(self, conn, stream):
        conn.transport.close()


class FewStreams(Mistake):
    max_streams = 20


class OneByOne(Mistake):
    """A connection serves its oldest stream; the others wait."""

    def may_send(self, conn, stream):
        return stream == min(conn.waiting)


class StallAll(Mistake):
    """One queue for all: what one stream may not send holds the others up."""

    def may_send(self, conn, stream):
        return all(not text or conn.h2.local_flow_control_window(s) > 0
                   for s, text in conn.waiting.items())


class NoWindows(Mistake):
    """Sends whatever the windows are."""

    def room(self, conn, stream):
        return conn.h2.max_outbound_frame_size


class SlotLeak(Mistake):
    """A stream that was reset stays counted for ever."""
    max_streams = 100

    def opened(self, conn, stream):
        conn.counted += 1
        return conn.counted <= self.max_streams


class Calm(Mistake):
    """A defence against floods of resets that thirty of them trip."""

    def reset(self, conn, stream):
        conn.counted += 1
        if conn.counted == 30:
            conn.h2.close_connection(h2.errors.ErrorCodes.ENHANCE_YOUR_CALM)
            conn.leave()


class Retire(Mistake):
    """A connection is done after thirty streams, in an orderly way."""

    def opened(self, conn, stream):
        conn.counted += 1
        if conn.counted == 30:
            conn.write(hyperframe.frame.GoAwayFrame(
                0, last_stream_id=stream, error_code=0).serialize())
        return True


class Mute(Mistake):
    """Takes requests and answers none."""
    max_streams = 0  # answered

    def opened(self, conn, stream):
        conn.counted += 1
        return conn.counted <= self.max_streams or None


class SlotHang(Mute):
    """As SlotLeak, but what is too much is left waiting."""
    max_streams = 100


class BodyOf204(Mistake):
    finite = True

    def gone(self, conn, stream):
        conn.h2.send_data(stream, b"bye\n", end_stream=True)


class OpenAt204(Mistake):
    """The 204 never ends."""
    finite = True

    def gone(self, conn, stream):
        pass


class Reset204(Mistake):
    """Over HTTP/2 the 204 becomes a reset."""
    finite = True

    def head(self, gone):
        return None if gone else HEAD


class Lose(Mistake):
    """Every seventh event does not come."""

    def event(self, number, text):
        return text if number % 7 else b""


class Change(Mistake):
    """Text is taken for another one."""

    def event(self, number, text):
        return text.replace(b"\xc3\xa9", b"?")


class Ping(Mistake):
    quiet = True

    def heartbeat(self, conn, stream):
        conn.h2.ping(b"weir-h2!")


class Quiet(Mistake):
    quiet = True


class Finite(Mistake):
    finite = True


MISTAKES = {
    "none": Mistake, "finite": Finite, "quiet": Quiet, "no-h2": NoH2,
    "garbage": Garbage, "silent": Silent, "mute": Mute,
    "connection-field": ConnectionField, "capital": Capital,
    "late-status": LateStatus, "line-end": LineEnd, "length": Length,
    "reset-end": ResetEnd, "drop-end": DropEnd, "few-streams": FewStreams,
    "one-by-one": OneByOne, "stall-all": StallAll, "no-windows": NoWindows,
    "slot-leak": SlotLeak, "slot-hang": SlotHang, "calm": Calm,
    "retire": Retire, "204-body": BodyOf204, "204-open": OpenAt204,
    "204-reset": Reset204, "lose": Lose, "change": Change, "ping": Ping}
