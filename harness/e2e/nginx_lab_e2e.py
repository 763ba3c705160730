#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir nginx must not endanger the machine that it runs on: while its private
nginx runs on a configuration that would give everything away, another user
asks all of its ports for files, writes to them, and has put a module into the
configuration; and who is named in it is never asked.  Run by root, and by an
ordinary user."""
import concurrent.futures
import contextlib
import ctypes
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import unittest

from weirtest import Case, PATIENCE, await_, children, main

NGINX = shutil.which("nginx", path=os.environ["PATH"] +
                     ":/usr/sbin:/usr/local/sbin")
COMPILER = shutil.which("cc")
ATTACKER, ORDINARY = 65534, 64321
SECRET = "nobody-else-may-read-this"

CONF = """{modules}
user root;
events {{ }}
http {{
  root /;
  autoindex on;
  dav_methods PUT DELETE MKCOL;
  modsecurity on;
  modsecurity_rules_remote key http://127.0.0.1:9/rules;
  init_by_lua_block {{ os.execute("touch {open}/lua") }}
  perl_set $x 'sub {{ }}';
  js_import a.js;
  server {{
    listen 8080;
    server_name events.test;
    error_page 404 = @files;
    deny all;
    auth_basic "closed";
    auth_basic_user_file /nowhere;
    nchan_redis_url redis://127.0.0.1:9;
    location /events {{
      alias /;
      try_files $uri @app;
    }}
    location @app {{
      proxy_pass http://127.0.0.1:9;
      proxy_buffering off;
      proxy_read_timeout 1h;
    }}
    location @files {{ root /; }}
    location /files/ {{
      alias /;
      allow all;
      create_full_put_path on;
      client_body_temp_path {open}/temp;
    }}
    location ~ ^/regex(?<rest>.*)$ {{ alias $rest; }}
  }}
  server {{
    listen 8081;
    server_name other.test;
    location /files/ {{ alias /; dav_methods PUT; }}
  }}
}}
"""

# Whoever can be named, in all ways that there are to reach somebody.
NAMING = """load_module modules/ngx_stream_module.so;
error_log syslog:server={udp};
events {{ }}
http {{
  access_log syslog:server=unix:{path},tag=a;
  resolver {far_udp} valid=1s;
  upstream named {{ server {far}; server unix:{run} backup; keepalive 4; }}
  upstream looked_up {{ server {far}; }}
  map $uri $where {{ default {tcp}; }}
  server {{
    listen 8080;
    server_name events.test;
    auth_request /login;
    mirror /copy;
    error_page 500 502 504 = @other;
    location /events {{
      proxy_pass http://named;
      proxy_bind 127.0.0.1;
      proxy_buffering off;
      proxy_read_timeout 1h;
    }}
    location = /login {{ internal; proxy_pass http://{tcp}/login; }}
    location = /copy {{ internal; proxy_pass http://unix:{path}:/copy; }}
    location @other {{ proxy_pass http://$where; }}
    location /php {{ fastcgi_pass unix:{run}; }}
    location /py {{ uwsgi_pass {tcp}; }}
    location /cache {{ set $memcached_key a; memcached_pass {tcp}; }}
    location /rpc {{ grpc_pass grpc://{tcp}; }}
  }}
  server {{
    listen 8081;
    location / {{ proxy_pass http://looked_up; mirror /x; }}
    location /x {{ scgi_pass unix:{path}; }}
  }}
}}
stream {{
  server {{ listen 9000; proxy_pass {tcp}; }}
  server {{ listen 9001; proxy_pass unix:{path}; }}
}}
"""

MODULE = """
#include <stdio.h>
#include <unistd.h>
__attribute__((constructor)) static void run(void)
{{
  FILE *f = fopen("{open}/module", "w");
  if(f) {{
    fprintf(f, "%d", (int)geteuid());
    fclose(f);
  }}
}}
"""


def ask(port, text):
    """What comes back on a connection of its own, "" for nothing."""
    got = b""
    with contextlib.suppress(OSError):
        with socket.socket() as s:
            s.settimeout(0.7)  # a stream does not end
            s.connect(("127.0.0.1", port))
            s.sendall(text.encode())
            while len(got) < 1 << 20:
                piece = s.recv(65536)
                if not piece:
                    break
                got += piece
    return got.decode("utf-8", "replace")


def request(host, method, path):
    body = "" if method == "GET" else "evil"
    return (f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n"
            f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
            f"{body}")


def enter_network(pid):
    """The network of another process: what only root can do."""
    libc = ctypes.CDLL(None, use_errno=True)
    fd = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
    if libc.setns(fd, 0):
        raise OSError(ctypes.get_errno(), "setns")
    os.close(fd)


def space_of(pid, kind):
    return os.readlink(f"/proc/{pid}/ns/{kind}")


def name_of(pid):
    with open(f"/proc/{pid}/comm", encoding="ascii") as f:
        return f.read().strip()


def network_of(pid):
    return space_of(pid, "net")


def own_addresses():
    """Of this machine, loopback first."""
    found = ["127.0.0.1"]
    with contextlib.suppress(OSError):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.connect(("192.0.2.1", 9))  # sends nothing
            found.append(s.getsockname()[0])
    return found


class Canaries:
    """Listeners on addresses and on paths, for bytes and for datagrams, and
    who came to them."""

    def __init__(self, addresses, paths):
        self.paths = paths
        self.sockets = []
        self.tcp = [self.listen(socket.AF_INET, socket.SOCK_STREAM, (a, 0))
                    for a in addresses]
        self.udp = [self.listen(socket.AF_INET, socket.SOCK_DGRAM, (a, 0))
                    for a in addresses]
        for path in paths:
            self.listen(socket.AF_UNIX, socket.SOCK_STREAM, path)
            os.chmod(path, 0o777)

    def listen(self, family, kind, where):
        s = socket.socket(family, kind)
        s.setblocking(False)
        s.bind(where)
        if kind == socket.SOCK_STREAM:
            s.listen(8)
        self.sockets.append(s)
        name = s.getsockname()
        return f"{name[0]}:{name[1]}" if family == socket.AF_INET else name

    def visitors(self):
        came = []
        for s in self.sockets:
            with contextlib.suppress(BlockingIOError):
                if s.type == socket.SOCK_STREAM:
                    s.accept()[0].close()
                else:
                    s.recv(9)
                came.append(s.getsockname())
        return came

    def close(self):
        for s in self.sockets:
            s.close()
        for path in self.paths:
            os.unlink(path)


def as_user(user, work, network=None):
    """What work() returns in a process of that user, by way of JSON, on the
    network of a process where one is given."""
    back, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            if network:
                enter_network(network)
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
            with os.fdopen(into, "w", encoding="utf-8") as f:
                json.dump(work(), f)
        finally:
            os._exit(0)
    os.close(into)
    with os.fdopen(back, encoding="utf-8") as f:
        text = f.read()
    os.waitpid(pid, 0)
    return json.loads(text)


def below(pid):
    """A process and all below it."""
    found = [pid]
    for child in children(pid):
        found += below(child)
    return found


def listening_ports(pids):
    """TCP ports that any of the processes listens on."""
    sockets, found = set(), set()
    for pid in pids:
        with contextlib.suppress(OSError):
            for fd in os.scandir(f"/proc/{pid}/fd"):
                with contextlib.suppress(OSError):
                    sockets.add(os.readlink(fd.path))
    with open(f"/proc/{pids[0]}/net/tcp", encoding="ascii") as f:
        for line in f.readlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
                found.add(int(fields[1].rsplit(":", 1)[1], 16))
    return sorted(found)


def users_of(pid):
    """Real, effective, saved and file system user and group, and the bits of
    its capabilities."""
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        text = f.read()
    ids = [int(n) for line in re.findall(r"^[UG]id:(.*)$", text, re.M)
           for n in line.split()]
    caps = re.search(r"^CapPrm:\s*(\w+)", text, re.M).group(1)
    return ids, int(caps, 16)


def runs_nginx(pid):
    try:
        return os.path.realpath(f"/proc/{pid}/exe") == os.path.realpath(NGINX)
    except OSError:
        return False


@unittest.skipUnless(NGINX, "nginx is not installed")
@unittest.skipUnless(os.geteuid() == 0, "only root can be two users")
class NginxLab(Case):
    def setUp(self):
        super().setUp()
        self.tmp = self.path("tmp")
        os.mkdir(self.tmp)
        os.chmod(self.tmp, 0o1777)
        # Whoever can write at all can write here.
        self.open = self.path("open")
        os.mkdir(self.open)
        os.chmod(self.open, 0o777)

    def secret(self, name, mode, owner):
        path = self.write(name, SECRET)
        os.chmod(path, mode)
        os.chown(path, owner, owner)
        return path

    def modules(self):
        """A module outside of nginx's folder, which tells that it ran."""
        if not COMPILER:
            return ""
        source = self.write("canary.c", MODULE.format(open=self.open))
        module = self.path("ngx_http_echo_module.so")
        subprocess.run([COMPILER, "-shared", "-fPIC", "-o", module, source],
                       check=True)
        return f"load_module {module};"

    def begin(self, owner):
        """A run in its midst, stopped there: both its nginx are up."""
        conf = self.write("nginx.conf", CONF.format(
            modules=self.modules(), open=self.open))
        self.out = os.path.join(self.open, "r.json")
        p = self.start(*self.become(owner), self.program("weir"), "nginx",
                       conf, "--location", "/events", "--host", "events.test",
                       "--out", self.out, env=dict(os.environ,
                                                   TMPDIR=self.tmp))
        await_(lambda: len(self.answering(p)) >= 5, 20, "two nginx")
        p.signal(signal.SIGSTOP)
        return p

    def answering(self, p):
        """Ports of the application, of both servers of both copies."""
        self.assertTrue(p.running(), p.err())
        return listening_ports(below(p.pid))

    def attack(self, p, files):
        ports = self.answering(p)
        asked = [("GET", "/events"), ("GET", "/files/"), ("GET", "/")]
        for path in files:
            asked += [("GET", prefix + path) for prefix in
                      ("", "/files", "/regex", "/events", "/events/..",
                       "/nothing/..")]
            asked.append(("GET", "/events" + path[1:]))
        for prefix in ("", "/files", "/events"):
            asked += [("PUT", f"{prefix}{self.open}/put"),
                      ("MKCOL", f"{prefix}{self.open}/folder/"),
                      ("DELETE", f"{prefix}{self.path('victim')}")]
        def work():
            return [[port, host, method, path,
                     ask(port, request(host, method, path))]
                    for port in ports
                    for host in ("events.test", "other.test")
                    for method, path in asked]
        inside = network_of(p.pid) != network_of("self")
        if inside:
            # From outside there is nobody.
            reached = as_user(ATTACKER, lambda: [
                port for port in ports
                if ask(port, request("events.test", "GET", "/"))])
            self.assertEqual([], reached)
        return ports, as_user(ATTACKER, work, p.pid if inside else None)

    @staticmethod
    def become(owner):
        return ["setpriv", f"--reuid={owner}", f"--regid={owner}",
                "--clear-groups"] if owner else []

    def require_spaces(self, owner):
        """Whether this system lets that user have namespaces of its own."""
        for who, kinds in ((owner, "-Urnm" if owner else "-n"),
                           (owner or ORDINARY, "-Urm")):
            if subprocess.run([*self.become(who), "unshare", kinds, "true"],
                              capture_output=True, check=False).returncode:
                self.skipTest("this system has no namespaces for it")

    def judge_network(self, p):
        """Nothing but loopback: no way to anybody else."""
        self.assertNotEqual(network_of("self"), network_of(p.pid))
        with open(f"/proc/{p.pid}/net/dev", encoding="ascii") as f:
            names = [line.split(":")[0].strip() for line in f if ":" in line]
        self.assertEqual(["lo"], names)

    def judge(self, ports, answers):
        for port, host, method, path, got in answers:
            where = f"{method} {path} of {host}:{port}"
            self.assertNotIn(SECRET, got, where)
            self.assertNotIn("root:", got, where)
            self.assertNotIn("Index of", got, where)
        answered = {port for port, *_, got in answers
                    if got.startswith("HTTP/1.1 ")}
        self.assertEqual(set(ports), answered)
        # The examined location is open, nothing else is.
        status = {}
        for port, _, method, path, got in answers:
            if "Server: nginx" in got:
                status.setdefault(port, {}).setdefault(path, set()).add(
                    got[9:12])
        closed = [port for port, by in status.items()
                  if by["/events"] != {"200"}]
        self.assertEqual((4, 2), (len(status), len(closed)))
        for port, by in status.items():
            self.assertEqual({"404"}, by["/files/"])
            if port in closed:
                self.assertEqual({"404"}, set().union(*by.values()))

    def judge_users(self, p, owner):
        found = [pid for pid in below(p.pid) if runs_nginx(pid)]
        self.assertGreaterEqual(len(found), 4)  # two masters, two workers
        for pid in found:
            ids, caps = users_of(pid)
            self.assertNotIn(0, ids)
            self.assertEqual(0, caps)
            if owner:
                self.assertEqual({owner}, set(ids))

    def judge_spaces(self, p, hidden):
        """All that runs has spaces of its own, and nobody's files are seen
        there: what root sees through /proc/N/root is what N sees.  The guard
        has but to remove the folder."""
        found = [pid for pid in below(p.pid)
                 if pid != p.pid and name_of(pid) != "weir-guard"]
        self.assertGreaterEqual(len(found), 5)  # and the application
        for pid in found:
            self.assertEqual(network_of(p.pid), network_of(pid))
            for kind in ("user", "mnt", "ipc"):
                self.assertNotEqual(space_of("self", kind),
                                    space_of(pid, kind))
                self.assertNotEqual(space_of(p.pid, kind), space_of(pid, kind))
            for path in (*hidden, "/etc/shadow", "/root/", "/home/"):
                seen = f"/proc/{pid}/root{path}"
                self.assertFalse(os.path.isfile(seen), seen)
                if os.path.isdir(seen):
                    self.assertEqual([], os.listdir(seen))

    def run_and_attack(self, owner):
        self.require_spaces(owner)
        canary = self.secret("canary", 0o600, owner)
        readable = self.secret("readable", 0o644, owner)
        victim = self.secret("victim", 0o666, owner)
        p = self.begin(owner)
        ports, answers = self.attack(p, ["/etc/shadow", canary, readable])
        self.judge_users(p, owner)
        self.judge_network(p)
        self.judge_spaces(p, (canary, readable, victim))
        p.signal(signal.SIGCONT)
        code = p.wait(60)
        self.assertIn(code, (0, 1), p.err())
        self.judge(ports, answers)
        self.assertTrue(os.path.exists(victim))
        self.assertEqual(["r.json"], os.listdir(self.open))
        self.assertEqual([], os.listdir(self.tmp))
        with open(self.out, encoding="utf-8") as f:
            return json.load(f)

    def judge_notes(self, doc):
        self.assertEqual("live", doc["mode"], doc["static_why"])
        said = json.dumps(doc)
        for name in ("modsecurity_rules_remote", "init_by_lua_block",
                     "perl_set", "js_import", "nchan_redis_url", "autoindex",
                     "dav_methods"):
            self.assertRegex(said, rf"{name} is left out")
        if COMPILER:
            self.assertIn("does not lie in nginx's own module folder", said)

    def test_nothing_is_given_away_where_root_runs_it(self):
        self.judge_notes(self.run_and_attack(0))

    def require_reach(self, owner):
        reach = subprocess.run(
            [*self.become(owner), self.program("weir"), "--version"],
            capture_output=True, check=False)
        if reach.returncode:
            self.skipTest("other users cannot run the weir of this folder")

    def test_nothing_is_given_away_where_a_user_runs_it(self):
        self.require_reach(ORDINARY)
        self.judge_notes(self.run_and_attack(ORDINARY))

    def doctor(self, conf, name, *more, prefix=()):
        """The document of a run on a configuration."""
        out = os.path.join(self.open, name + ".json")
        subprocess.run(
            [*prefix, self.program("weir"), "nginx", conf, "--location",
             "/events", "--host", "events.test", "--out", out, *more],
            capture_output=True, text=True, check=False, timeout=60 * PATIENCE,
            env=dict(os.environ, TMPDIR=self.tmp))
        with open(out, encoding="utf-8") as f:
            return json.load(f)

    def test_who_is_named_is_never_asked(self):
        for owner in (0, ORDINARY):
            self.require_spaces(owner)
            self.require_reach(owner)
        c = Canaries(own_addresses(), [
            os.path.join(folder, f"weir-canary-{os.getpid()}")
            for folder in ("/run", self.open)])
        self.addCleanup(c.close)
        conf = self.write("naming.conf", NAMING.format(
            tcp=c.tcp[0], far=c.tcp[-1], udp=c.udp[0], far_udp=c.udp[-1],
            run=c.paths[0], path=c.paths[1]))
        runs = {"root": (0, ()), "user": (ORDINARY, ()),
                "plain": (0, ("--lab", "plain"))}
        with concurrent.futures.ThreadPoolExecutor(len(runs)) as pool:
            found = list(pool.map(lambda name: self.doctor(
                conf, name, *runs[name][1],
                prefix=self.become(runs[name][0])), runs))
        self.assertEqual(["live"] * len(runs), [d["mode"] for d in found],
                         [d["static_why"] for d in found])
        self.assertEqual([], c.visitors())
        self.assertEqual([], os.listdir(self.tmp))

    def test_without_namespaces_nginx_is_not_run(self):
        """A user of a container that has none left."""
        none = ["unshare", "-Ur", "sh", "-c",
                "echo 0 >/proc/sys/user/max_user_namespaces; exec \"$@\"",
                "sh"]
        if subprocess.run([*none, "true"], capture_output=True,
                          check=False).returncode:
            self.skipTest("this system has no namespaces at all")
        conf = self.write("nginx.conf", CONF.format(modules="",
                                                    open=self.open))
        doc = self.doctor(conf, "none", prefix=none)
        self.assertEqual("static", doc["mode"])
        self.assertIn("lets it have no network", doc["static_why"])
        self.assertIn("--lab plain", doc["static_why"])

    def test_a_folder_of_root_s_alone_does_not_stop_it(self):
        closed = self.path("closed")
        os.mkdir(closed, 0o700)
        conf = self.write("nginx.conf", CONF.format(modules="",
                                                    open=self.open))
        p = self.start(self.program("weir"), "nginx", conf, "--location",
                       "/events", "--host", "events.test", "--out",
                       self.path("r.json"), env=dict(os.environ,
                                                     TMPDIR=closed))
        self.assertIn(p.wait(60), (0, 1), p.err())
        with open(self.path("r.json"), encoding="utf-8") as f:
            self.assertEqual("live", json.load(f)["mode"])


if __name__ == "__main__":
    main()
