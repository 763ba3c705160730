#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A home-made proxy that commits one mistake: what no proxy of Debian can be
made to do stands here, so that every check of proxy.* is proven.

Usage: bad_relay.py PORT ORIGIN_PORT FAULT.  It relays bytes, one request a
connection; faults change what goes back to the client."""
import socket
import sys
import threading

LAST = b"0\r\n\r\n"
PAGE = b"<html><title>502 Bad Gateway</title></html>\n"


def end(s):
    """Both ways at once; close() alone waits for who still reads."""
    try:
        s.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    s.close()


class Fault:
    """None at all: bytes as they come, ends as they come."""
    patience = None  # seconds, then the origin is asked again

    def data(self, request, data):
        return data

    def over(self, client, last):
        """The origin has ended; last: what it sent at the end."""


class ErrorPage(Fault):
    """Writes a page into a stream that breaks off, and ends it properly."""

    def over(self, client, last):
        if not last.endswith(LAST):
            client.sendall(b"%x\r\n%s\r\n" % (len(PAGE), PAGE) + LAST)


class LostEnd(Fault):
    """Drops an event that comes together with the end."""

    def data(self, request, data):
        return b"" if b"_z20 " in request and LAST in data else data


class Twice(Fault):
    """Sends some events of a crowd twice."""

    def data(self, request, data):
        if b"proxy-crowd" in request and b"data: 7 " in data:
            return data + data
        return data


class Text(Fault):
    """Takes bytes for text: half a character becomes another one."""

    def data(self, request, data):
        text = data.decode("utf-8", "replace").encode()
        # Framing has to fit what became of the text.
        return data if len(text) == len(data) else self.reframe(data, text)

    @staticmethod
    def reframe(data, text):
        if b"\r\n\r\n" in data or not text.endswith(b"\r\n"):
            return data
        body = text[text.index(b"\r\n") + 2:-2]
        return b"%x\r\n%s\r\n" % (len(body), body)


class Again(Fault):
    """Asks a second time where the origin takes its time."""
    patience = 0.6


class Label(Fault):
    """Adds a charset of its own to the type."""

    def data(self, request, data):
        return data.replace(b"Content-Type: text/event-stream\r\n",
                            b"Content-Type: text/event-stream; "
                            b"charset=iso-8859-1\r\n", 1)


FAULTS = {"none": Fault, "error-page": ErrorPage, "lost-end": LostEnd,
          "twice": Twice, "text": Text, "again": Again, "label": Label}


def ask(origin, request):
    server = socket.create_connection(("127.0.0.1", origin))
    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server.sendall(request)
    return server


def ask_again(origin, request, answered, patience):
    if answered.wait(patience):
        return
    with ask(origin, request) as server:
        while server.recv(65536):
            pass


def back(client, server, request, fault, answered):
    last = b""
    try:
        while True:
            data = server.recv(65536)
            if not data:
                break
            answered.set()
            last = data
            client.sendall(fault.data(request, data))
    except OSError:
        pass
    try:
        fault.over(client, last)
    except OSError:
        pass
    end(client)
    server.close()


def start(target, *args):
    threading.Thread(target=target, args=args, daemon=True).start()


def serve(client, origin, fault):
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    request = client.recv(65536)
    if not request:
        client.close()
        return
    server = ask(origin, request)
    answered = threading.Event()
    start(back, client, server, request, fault, answered)
    if fault.patience:
        start(ask_again, origin, request, answered, fault.patience)
    try:
        while client.recv(65536):
            pass
    except OSError:
        pass
    end(server)


def main(port, origin, fault):
    listener = socket.create_server(("127.0.0.1", port), backlog=256)
    while True:
        client, _ = listener.accept()
        start(serve, client, origin, fault)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), FAULTS[sys.argv[3]]())
