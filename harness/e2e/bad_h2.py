#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A server of one event stream over TLS, by HTTP/1.1 and by HTTP/2, that
commits one mistake in the latter (h2_mistakes.py), so that every check of h2.*
is proven to find one.

Usage: bad_h2.py CERTIFICATE KEY FAULT.  It prints "listening on PORT".  All
readers get the same events, twenty a second, except where a fault says
otherwise.  A reader that comes back to a finite stream is answered 204."""
import asyncio
import ssl
import sys

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings
import hyperframe.frame

from h2_mistakes import FINITE, MISTAKES

H1_HEAD = (b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
           b"Cache-Control: no-store, no-transform\r\n"
           b"Connection: close\r\n\r\n")
H1_GONE = (b"HTTP/1.1 204 No Content\r\nCache-Control: no-store\r\n"
           b"Connection: close\r\n\r\n")
PACE = 0.05


class Hub:
    """The events, and who reads them."""

    def __init__(self, fault):
        self.fault, self.readers = fault, set()

    async def run(self):
        number = 0
        while True:
            await asyncio.sleep(PACE)
            number += 1
            text = f"id: {number}\ndata: caf\u00e9 {number}\n\n".encode()
            for reader in list(self.readers):
                if not self.fault.quiet:
                    reader.event(number, text)
                elif number % 10 == 0:
                    reader.heartbeat()


class H1(asyncio.Protocol):
    """A reader over HTTP/1.1, without a fault."""

    def __init__(self, hub, transport):
        self.hub, self.transport = hub, transport
        self.request, self.left = b"", FINITE

    def data_received(self, data):
        self.request += data
        if b"\r\n\r\n" not in self.request or self in self.hub.readers:
            return
        if self.hub.fault.finite and b"last-event-id" in self.request.lower():
            self.transport.write(H1_GONE)
            self.transport.close()
            return
        self.transport.write(H1_HEAD)
        self.hub.readers.add(self)

    def event(self, number, text):
        self.transport.write(text)
        self.left -= 1
        if self.hub.fault.finite and not self.left:
            self.hub.readers.discard(self)
            self.transport.close()

    def heartbeat(self):
        self.transport.write(b": hb\n\n")

    def connection_lost(self, error):
        self.hub.readers.discard(self)


class H2(asyncio.Protocol):
    """A connection over HTTP/2 and its streams."""

    def __init__(self, hub, transport):
        self.hub, self.fault, self.transport = hub, hub.fault, transport
        self.counted = 0
        self.waiting, self.left = {}, {}  # by stream: text, events
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(
            client_side=False, header_encoding=None,
            validate_outbound_headers=False,
            normalize_outbound_headers=False))
        self.h2.local_settings = h2.settings.Settings(
            client=False, initial_values={
                h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS:
                    self.fault.max_streams or 128})
        hub.readers.add(self)
        if self.fault.garbage:
            self.write(self.fault.garbage)
        else:
            self.h2.initiate_connection()
            self.flush()

    def data_received(self, data):
        if self.fault.garbage:
            return
        try:
            events = self.h2.receive_data(data)
        except h2.exceptions.ProtocolError:
            events = []
        for event in events:
            self.take(event)
        self.flush()

    def leave(self):
        self.waiting.clear()
        self.hub.readers.discard(self)

    def take(self, event):
        if isinstance(event, h2.events.RequestReceived):
            self.answer(event.stream_id, dict(event.headers))
        elif isinstance(event, h2.events.StreamReset):
            self.waiting.pop(event.stream_id, None)
            self.fault.reset(self, event.stream_id)
        elif isinstance(event, h2.events.ConnectionTerminated):
            self.leave()

    def answer(self, stream, headers):
        gone = self.fault.finite and b"last-event-id" in headers
        head = self.fault.head(gone)
        opened = self.fault.opened(self, stream)
        if opened is None:
            return
        if not opened or head is None:
            self.h2.reset_stream(stream,
                                 h2.errors.ErrorCodes.REFUSED_STREAM)
            return
        self.h2.send_headers(stream, head)
        if gone:
            self.fault.gone(self, stream)
        else:
            self.waiting[stream], self.left[stream] = b"", FINITE

    def write(self, data):
        if not self.transport.is_closing():
            self.transport.write(data)

    def say(self, stream, text):
        self.waiting[stream] += text

    def event(self, number, text):
        for stream in list(self.waiting):
            self.say(stream, self.fault.event(number, text))
            self.left[stream] -= 1
        self.flush()

    def heartbeat(self):
        for stream in list(self.waiting):
            self.fault.heartbeat(self, stream)
        self.flush()

    def send(self, stream, text):
        if len(text) <= self.h2.local_flow_control_window(stream):
            self.h2.send_data(stream, text)
            return
        self.write(self.h2.data_to_send())
        self.write(hyperframe.frame.DataFrame(
            stream, data=text).serialize())

    def flush(self):
        """Sends what the windows let pass, and ends what is over."""
        for stream in list(self.waiting):
            text = self.waiting[stream]
            n = self.fault.room(self, stream)
            if text and n > 0 and self.fault.may_send(self, stream):
                self.send(stream, text[:n])
                self.waiting[stream] = text = text[n:]
            if self.fault.finite and not text and self.left[stream] <= 0:
                del self.waiting[stream]
                self.fault.end(self, stream)
        self.write(self.h2.data_to_send())

    def connection_lost(self, error):
        self.leave()


class Door(asyncio.Protocol):
    """Hands a connection to the protocol that ALPN chose."""

    def __init__(self, hub):
        self.hub = hub

    def connection_made(self, transport):
        tls = transport.get_extra_info("ssl_object")
        kind = H2 if tls.selected_alpn_protocol() == "h2" else H1
        transport.set_protocol(kind(self.hub, transport))


async def main(certificate, key, fault):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(list(fault.alpn))
    hub = Hub(fault)
    server = await asyncio.get_running_loop().create_server(
        lambda: Door(hub), "127.0.0.1", 0, ssl=context, backlog=200)
    print("listening on", server.sockets[0].getsockname()[1], flush=True)
    await hub.run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], MISTAKES[sys.argv[3]]()))
