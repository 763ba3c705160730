#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whom to ask, and how, means the same in every command: load, watch and check
through proxies, with certificates of their own, to sockets of this machine,
under other names."""
import base64
import re
import select
import socket
import socketserver
import ssl
import subprocess
import threading

from weirtest import Case, main

STREAM = (b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
          b"Cache-Control: no-store\r\nConnection: close\r\n\r\n"
          b"retry: 200\nid: 1\ndata: x\n\n")
ASK = {"load": ("load", "-c", "2", "-d", "1s", "--reconnect.retry", "100ms"),
       "watch": ("watch", "--count", "1"),
       "check": ("check", "--mode", "lint", "--window", "1s",
                 "--idle-window", "1s", "--only", "http.status.200")}


class Proxy(socketserver.StreamRequestHandler):
    """Absolute form and CONNECT, with a password where the server has one."""

    def handle(self):
        head = b""
        while b"\r\n\r\n" not in head:
            more = self.connection.recv(65536)
            if not more:
                return
            head += more
        line = head.split(b"\r\n")[0].decode()
        self.server.seen.append(head.decode("latin-1"))
        wanted = self.server.password
        if wanted and f"Proxy-Authorization: Basic {wanted}\r\n" not in \
                head.decode("latin-1"):
            self.wfile.write(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")
            return
        method, url, _ = line.split(" ")
        if method == "CONNECT":
            host, port = url.rsplit(":", 1)
            up = socket.create_connection((self.server.at or host, int(port)))
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            m = re.match(r"http://([^/:]+):(\d+)(/.*)", url)
            up = socket.create_connection((m[1], int(m[2])))
            up.sendall(head.replace(url.encode(), m[3].encode(), 1))
        self.relay(up)

    def relay(self, up):
        both = [self.connection, up]
        while True:
            for s in select.select(both, [], [], 30)[0]:
                try:
                    data = s.recv(65536)
                except OSError:
                    data = b""
                if not data:
                    up.close()
                    return
                both[1 - both.index(s)].sendall(data)


class Threads(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 100


class Local(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 100


class OnSocket(socketserver.StreamRequestHandler):
    """A stream; /away leads to another origin."""

    def handle(self):
        head = b""
        while b"\r\n\r\n" not in head:
            more = self.connection.recv(65536)
            if not more:
                return
            head += more
        self.server.seen.append(head.decode("latin-1"))
        if b" /away" in head.split(b"\r\n")[0]:
            self.wfile.write(b"HTTP/1.1 307 Go\r\nContent-Length: 0\r\n"
                             b"Location: " + self.server.away + b"\r\n\r\n")
        else:
            self.wfile.write(STREAM)


class Endpoint(Case):
    def serve(self, server):
        server.seen = []
        server.password = server.at = None
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def proxy(self):
        server = self.serve(Threads(("127.0.0.1", 0), Proxy))
        server.url = "http://127.0.0.1:%d" % server.server_address[1]
        return server

    def ask(self, command, url, *args):
        argv = ASK[command]
        return self.weir(argv[0], url, *argv[1:], *args, timeout=60)

    def assert_went(self, command, run):
        """A load on a busy machine may be marked invalid, and went there."""
        if command == "load" and run.code == 4:
            self.assertRegex(run.out, r"streams +[1-9]\d* opened")
        else:
            self.assert_code(run, 0)

    def all_ask(self, url, *args):
        for command in ASK:
            with self.subTest(command):
                self.assert_went(command, self.ask(command, url, *args))

    def tls_stream(self):
        """A stream over TLS for 127.0.0.1 and localhost, HTTP/1.1."""
        self.certificate()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path("cert.pem"), self.path("key.pem"))
        names = []
        context.sni_callback = lambda s, name, c: names.append(name)

        class Handler(OnSocket):
            def setup(self):
                self.request = context.wrap_socket(self.request,
                                                   server_side=True)
                super().setup()

            def handle(self):
                super().handle()
                self.request.unwrap()
        server = self.serve(Threads(("127.0.0.1", 0), Handler))
        server.handle_error = lambda *args: None
        server.names = names
        server.url = "https://127.0.0.1:%d/s" % server.server_address[1]
        return server

    def test_an_http_proxy_gets_the_whole_url(self):
        proxy, server = self.proxy(), self.server()
        proxy.password = base64.b64encode(b"me:p@ss").decode()
        way = proxy.url.replace("//", "//me:p%40ss@")
        for command in ASK:
            with self.subTest(command):
                del proxy.seen[:]
                run = self.ask(command, server.url + "/stream?rate=20",
                               "--proxy", way)
                self.assert_went(command, run)
                self.assertTrue(proxy.seen)
                self.assertIn(server.url + "/stream?rate=20 HTTP/1.1",
                              proxy.seen[0].split("\r\n")[0])

    def test_https_goes_through_a_tunnel(self):
        proxy, server = self.proxy(), self.tls_stream()
        self.all_ask(server.url, "--ca", self.path("ca.pem"), "-x", proxy.url)
        self.assertEqual({s.split(" ")[0] for s in proxy.seen}, {"CONNECT"})
        self.assertFalse([s for s in proxy.seen if "/s" in s.split("\r\n")[0]])

    def test_a_proxy_that_does_not_let_us_is_told(self):
        proxy, server = self.proxy(), self.tls_stream()
        proxy.password = "none"
        run = self.ask("check", server.url, "-k", "-x", proxy.url)
        self.assert_code(run, 3)
        self.assertIn("the proxy answered CONNECT with 407",
                      " ".join(run.out.split()))
        run = self.ask("check", server.url, "-x", "socks5://127.0.0.1:1")
        self.assert_code(run, 2)
        self.assertIn("--proxy: weir check goes through http:// proxies",
                      run.err)

    def test_a_client_certificate_is_shown(self):
        ca, server = self.certificate(), self.server()
        subprocess.run(
            ["openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout",
             "me.key", "-out", "me.csr", "-subj", "/CN=me"], check=True,
            cwd=self.folder, stderr=subprocess.DEVNULL)
        subprocess.run(
            ["openssl", "x509", "-req", "-in", "me.csr", "-CA", "ca.pem",
             "-CAkey", "ca.key", "-CAcreateserial", "-out", "me.pem", "-days",
             "2"], check=True, cwd=self.folder, stderr=subprocess.DEVNULL)
        nginx = self.nginx("sse-tls", server, "https", {
            "ssl_certificate_key":
                f"ssl_client_certificate {ca};\n"
                "ssl_verify_client on;\nssl_certificate_key"})
        url = nginx.url + "/stream?rate=20"
        for command in ASK:
            with self.subTest(command):
                run = self.ask(command, url, "--ca", ca, "--tls.cert",
                               self.path("me.pem"), "--tls.key",
                               self.path("me.key"))
                self.assert_went(command, run)
                run = self.ask(command, url, "--ca", ca)
                self.assertNotEqual(run.code, 0, command)

    def test_a_server_has_another_name(self):
        server = self.tls_stream()
        port = server.server_address[1]
        self.all_ask(server.url, "--tls.ca", self.path("ca.pem"),
                     "--tls.server-name", "localhost")
        self.assertEqual(set(server.names), {"localhost"})
        for head in server.seen:
            self.assertRegex(head, rf"(?i)\nhost: 127\.0\.0\.1:{port}\r")
        for command in ASK:
            run = self.ask(command, server.url, "--tls.ca",
                           self.path("ca.pem"), "--tls.server-name", "other")
            self.assertNotEqual(run.code, 0, command)

    def test_a_name_is_resolved_as_told(self):
        server = self.server("--host", "127.0.0.1")
        port = server.url.rsplit(":", 1)[1]
        self.all_ask(f"http://stream.invalid:{port}/stream?rate=20",
                     "--resolve", f"stream.invalid:{port}:127.0.0.1")

    def test_a_socket_of_this_machine(self):
        path = self.path("app.sock")
        server = self.serve(Local(path, OnSocket))
        abroad = self.serve(Threads(("127.0.0.1", 0), OnSocket))
        server.away = b"http://127.0.0.1:%d/s" % abroad.server_address[1]
        self.all_ask(f"unix:{path}:/s?a=1")
        self.assertFalse(abroad.seen)
        for head in server.seen:
            self.assertRegex(head, r"^GET /s\?a=1 HTTP/1.1\r\n")
            self.assertRegex(head, r"(?i)\nhost: localhost\r")
        self.assert_went("load", self.ask("load", f"unix:{path}:/s",
                                          "--carrier", "libcurl"))
        del server.seen[:]
        for command in ASK:
            del abroad.seen[:]
            self.assert_went(command,
                             self.ask(command, f"unix:{path}:/away"))
            self.assertTrue(abroad.seen, command)
        run = self.ask("check", f"unix:{path}.none:/s")
        self.assert_code(run, 3)

    def test_a_user_is_sent_and_never_shown(self):
        path = self.path("app.sock")
        server = self.serve(Local(path, OnSocket))
        sent = "Basic " + base64.b64encode(b"bob:hush-1").decode()
        for command in ASK:
            with self.subTest(command):
                del server.seen[:]
                for form in (("-u", "bob:hush-1"), ("--user=bob:hush-1",)):
                    out = [] if command == "watch" else \
                        ["-o", self.path("r.json")]
                    run = self.ask(command, f"unix:{path}:/s", *form, *out)
                    self.assert_went(command, run)
                    if out:
                        with open(self.path("r.json"), encoding="utf-8") as f:
                            text = f.read()
                        self.assertNotIn("hush-1", text)
                        self.assertNotIn(sent.split(" ")[1], text)
                for head in server.seen:
                    self.assertIn(f"Authorization: {sent}\r\n", head)

    def test_a_body_is_posted_by_all(self):
        path = self.path("app.sock")
        server = self.serve(Local(path, OnSocket))
        self.all_ask(f"unix:{path}:/s", "--body", "{}")
        self.assertEqual({h.split(" ")[0] for h in server.seen}, {"POST"})


class Help(Case):
    """The rows are the same ones in every command's table; that they mean the
    same is for shared_options_test.c."""

    def options(self, command):
        """Name to letter, argument and sentence, as --help tells them."""
        text = self.weir(command, "--help").out
        found, name = {}, None
        for line in text.splitlines():
            m = re.match(r"  (?:-(\w), |    )--(?:\[no-\])?(\S+)(.*)", line)
            if m:
                name = m[2]
                found[name] = [m[1], m[3]]
            elif name and line.startswith(" " * 20):
                found[name][1] += " " + line
            else:
                name = None
        return {k: (v[0], " ".join(v[1].split())) for k, v in found.items()}

    def test_shared_options_are_told_in_the_same_words(self):
        asks = {"load", "watch", "check"}
        endpoint = {"method", "headers", "user", "location-trusted", "body",
                    "http", "tls.ca", "tls.cert", "tls.key",
                    "tls.server-name", "tls.insecure", "proxy", "source-ip",
                    "resolve", "compression", "connect-timeout",
                    "head-timeout"}
        common = {"out", "format", "quiet", "verbose", "no-color"}
        commands = re.findall(r"(?m)^  weir (?!help)(\w+)",
                              self.weir("--help").out)
        self.assertLess(asks, set(commands))
        first = {}
        for command in commands:
            told = self.options(command)
            self.assertEqual(("h", "This text"), told["help"], command)
            self.assertLessEqual(endpoint if command in asks else set(),
                                 set(told), command)
            judges = "format" in told
            self.assertLessEqual(common if judges else set(), set(told))
            # The doctor asks the copy that it makes, in words of its own.
            asked = endpoint & set(told) if command in asks else set()
            for name in asked | (common if judges else set()):
                letter, text = told[name]
                same = letter, re.sub(r" \[[^\]]*\]$", "", text)
                self.assertEqual(first.setdefault(name, same), same,
                                 f"{command} --{name}")

    def test_nonsense_is_told_in_the_same_sentence(self):
        wrong = (("--http", "3"), ("-x", "gopher://h"), ("-H", "x"),
                 ("--method", "get"), ("--source-ip", "here"),
                 ("--resolve", "a"), ("--connect-timeout", "soon"),
                 ("--user", "x"), ("--tls.key", "/dev/null"),
                 ("--ca", "/no/such/file"), ("--insecure=maybe",),
                 ("--hedaers", "x"), ("--proxy",))
        for option in wrong:
            said = {self.weir(c, "http://127.0.0.1:1/s", *option).err
                    for c in ("load", "check", "watch", "capacity")}
            self.assertEqual(len(said), 1, said)


if __name__ == "__main__":
    main()
