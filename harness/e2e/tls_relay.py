# SPDX-License-Identifier: MIT
"""A relay that speaks TLS on a port of its own and plain TCP to a server:
what a terminating proxy is, and nothing more.  A client that speaks plain HTTP
to the same port is let through, so that a redirect to http: finds somebody."""
import select
import socket
import ssl
import threading

TLS_HANDSHAKE = b"\x16"  # first byte of a ClientHello


class TlsRelay:
    """Runs until stop(); connections have a thread each."""

    def __init__(self, upstream_port, certificate, key):
        self.upstream = ("127.0.0.1", upstream_port)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,),
                             daemon=True).start()

    def serve(self, client):
        try:
            client.settimeout(10)
            if client.recv(1, socket.MSG_PEEK) == TLS_HANDSHAKE:
                client = self.context.wrap_socket(client, server_side=True)
            with client, socket.create_connection(self.upstream) as server:
                self.relay(client, server)
        except OSError:  # ssl.SSLError is one
            client.close()

    @staticmethod
    def relay(client, server):
        """Until either side ends; one thread, since a TLS connection must not
        be read and written at the same time."""
        other = {client: server, server: client}
        while True:
            ready = [client] if isinstance(client, ssl.SSLSocket) and \
                client.pending() else select.select([client, server], [], [],
                                                    30)[0]
            for s in ready:
                data = s.recv(65536)
                if not data:
                    return
                other[s].sendall(data)
            if not ready:
                return

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
