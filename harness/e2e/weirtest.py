# SPDX-License-Identifier: MIT
"""The kit of the whole-program tests: starts servers, proxies and weir itself
in a private folder, awaits conditions, and ends everything that it started.

Programs are looked for in $WEIR_BIN, else in build/default/bin.  A test
file ends with weirtest.main(), whose exit code is 77 when all was skipped.
Ports are always free ones; nothing listens beyond 127.0.0.1."""
import ctypes
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BIN = os.environ.get("WEIR_BIN") or os.path.join(ROOT, "build/default/bin")
# Sanitizers cost CPU and memory: loads shrink, patience grows.
SANITIZED = bool(os.environ.get("WEIR_SANITIZED"))
PATIENCE = 3 if SANITIZED else 1
# Reasons for an invalid run that another program's load can bring about.
BUSY = {"cpu", "loop-lag", "schedule-lag", "receive-queue"}
# What ./test.sh --wide does more of.
WIDE = bool(os.environ.get("WEIR_WIDE"))
SKIPPED = 77  # as CTest is told

_prctl = ctypes.CDLL(None).prctl


def scaled(n, least=1):
    """n, or a tenth of it under sanitizers."""
    return max(least, n // 10) if SANITIZED else n


def await_(condition, timeout=10, what="the condition"):
    """Polls until condition() is true; returns what it returned."""
    end = time.monotonic() + timeout * PATIENCE
    while True:
        got = condition()
        if got:
            return got
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come about in {timeout} s")
        threading.Event().wait(0.01)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def accepts(port):
    with socket.socket() as s:
        s.settimeout(1)
        return s.connect_ex(("127.0.0.1", port)) == 0


def children(pid):
    """The living children of a process."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as f:
            return [int(p) for p in f.read().split()]
    except OSError:
        return []


def status_kib(pid, field):
    """A memory figure of /proc/PID/status, 0 when the process is gone."""
    try:
        with open(f"/proc/{pid}/status") as f:
            m = re.search(rf"^{field}:\s+(\d+) kB", f.read(), re.MULTILINE)
            return int(m.group(1)) if m else 0
    except OSError:
        return 0


def _in_child(limits):
    def prepare():
        _prctl(1, signal.SIGTERM)  # end with the test, even when it is killed
        for name, value in limits.items():
            import resource
            resource.setrlimit(getattr(resource, name), (value, value))
    return prepare


class Program:
    """A running program in a session of its own, its output in files."""

    def __init__(self, folder, argv, limits=None, env=None):
        self.argv = [str(a) for a in argv]
        self.out_path = tempfile.mktemp(".out", "", folder)
        self.err_path = self.out_path[:-4] + ".err"
        with open(self.out_path, "wb") as out, \
                open(self.err_path, "wb") as err:
            self.popen = subprocess.Popen(
                self.argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                cwd=folder, start_new_session=True, env=env,
                preexec_fn=_in_child(limits or {}))

    @property
    def pid(self):
        return self.popen.pid

    def out(self):
        with open(self.out_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def err(self):
        with open(self.err_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def running(self):
        return self.popen.poll() is None

    def await_line(self, pattern, timeout=10, stream="out"):
        """Waits for output ("out" or "err") that matches; the match."""
        def look():
            m = re.search(pattern, getattr(self, stream)(), re.MULTILINE)
            if not m and not self.running():
                raise AssertionError(f"{self} ended with "
                                     f"{self.popen.returncode}: {self.err()}")
            return m
        return await_(look, timeout, f"'{pattern}' from {self}")

    def signal(self, number):
        self.popen.send_signal(number)

    def signal_all(self, number):
        """To every process of its session, as a terminal does."""
        os.killpg(self.pid, number)

    def wait(self, timeout=60):
        """The exit code."""
        try:
            return self.popen.wait(timeout * PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self} still ran after {timeout} s; "
                                 f"stderr: {self.err()[-2000:]}") from None

    def kill(self):
        try:
            self.signal_all(signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.popen.wait()

    def stop(self):
        if self.running():
            self.signal_all(signal.SIGCONT)
            self.signal(signal.SIGTERM)
            try:
                self.popen.wait(5 * PATIENCE)
            except subprocess.TimeoutExpired:
                pass
        self.kill()

    def __str__(self):
        return " ".join([os.path.basename(self.argv[0]), *self.argv[1:]])


class Run:
    """How weir ended and what it left."""

    def __init__(self, program, code, doc):
        self.code, self.doc = code, doc
        self.out, self.err = program.out(), program.err()
        self.command = str(program)

    @property
    def summary(self):
        return self.doc["summary"]

    @property
    def events(self):
        return self.doc["summary"]["events"]

    @property
    def connections(self):
        return self.doc["summary"]["connections"]

    def reasons(self):
        """The codes of what made the run invalid."""
        return [r["code"] for r in self.summary["generator"]["reasons"]]

    def __str__(self):
        told = ""
        if self.doc and "summary" in self.doc:
            told = (f"verdict {self.doc.get('verdict')}: "
                    f"{self.doc.get('sentence')}\n"
                    f"connections {self.summary.get('connections')}\n"
                    f"events {self.summary.get('events')}\n")
        return (f"{self.command}\nexit code {self.code}\n{told}"
                f"stdout: {self.out[-3000:]}\nstderr: {self.err[-3000:]}")


class Server:
    """A weir-server, or anything else that speaks HTTP at a URL."""

    def __init__(self, program, url):
        self.program, self.url = program, url
        self.port = int(re.search(r":(\d+)", url).group(1))

    @property
    def pid(self):
        return self.program.pid

    def request(self, path, method="GET", body=None, timeout=10):
        r = urllib.request.Request(self.url + path, data=body, method=method)
        with urllib.request.urlopen(r, timeout=timeout) as answer:
            return answer.read()

    def post(self, path, body=b""):
        return self.request(path, "POST", body)

    def stats(self):
        return json.loads(self.request("/stats"))


class _Listener(http.server.ThreadingHTTPServer):
    request_queue_size = 128  # many may connect at once, and none waits long
    daemon_threads = True


class Case(unittest.TestCase):
    """One test: a private folder, and an end to all it started."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="weir-e2e-")
        os.chmod(self.folder, 0o711)  # nginx workers run as another user
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)

    def program(self, name):
        path = os.path.join(BIN, name)
        if not os.access(path, os.X_OK):
            self.fail(f"{path} is not built (set WEIR_BIN)")
        return path

    def start(self, *argv, limits=None, env=None):
        p = Program(self.folder, argv, limits, env)
        self.addCleanup(p.stop)
        return p

    def server(self, *options, workers=1):
        """A weir-server that is ready."""
        p = self.start(self.program("weir-server"), "--port", 0, "--workers",
                       workers, *options)
        url = p.await_line(r"listening on (http://\S+?)/?$").group(1)
        self.addCleanup(self.assert_alive, p)
        return Server(p, url)

    def assert_alive(self, program):
        """A server that ended by itself fails the test."""
        self.assertTrue(program.running(), f"{program} ended with "
                        f"{program.popen.returncode}: {program.err()}")
        self.assertNotIn("Sanitizer", program.err())

    def listen(self, handler):
        """A server of Python's with this handler of requests, ready until the
        test ends: its url, and seen, an empty list for the handler."""
        server = _Listener(("127.0.0.1", 0), handler)
        server.url = f"http://127.0.0.1:{server.server_port}"
        server.seen = []
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def certificate(self):
        """A CA (ca.pem) and a certificate for 127.0.0.1 that it signed."""
        def openssl(*args):
            subprocess.run(["openssl", *args], check=True, cwd=self.folder,
                           stdout=subprocess.DEVNULL,
                           stderr=subprocess.PIPE)
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
               "-nodes"]
        openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem",
                "-days", "2", "-subj", "/CN=weir test CA")
        openssl("req", *key, "-keyout", "key.pem", "-out", "csr.pem",
                "-subj", "/CN=127.0.0.1")
        self.write("san.ext", "subjectAltName=IP:127.0.0.1,DNS:localhost\n")
        openssl("x509", "-req", "-in", "csr.pem", "-CA", "ca.pem", "-CAkey",
                "ca.key", "-CAcreateserial", "-out", "cert.pem", "-days", "2",
                "-extfile", "san.ext")
        return self.path("ca.pem")

    def lacks(self, sentence):
        """A server that is named here and packaged by Debian is missing: a
        skip, but not on a CI server, which was to install it."""
        if os.environ.get("CI") == "true":
            self.fail(sentence)
        self.skipTest(sentence)

    def nginx(self, template, upstream=None, scheme="http", edits=None):
        """nginx with scenarios/nginx/good/TEMPLATE.conf, ready; edits are
        pieces of its text and what to write instead."""
        nginx = shutil.which("nginx", path=os.environ["PATH"] +
                             ":/usr/sbin:/usr/local/sbin")
        if not nginx:
            self.lacks("nginx is not installed")
        source = os.path.join(ROOT, "scenarios/nginx/good", template + ".conf")
        with open(source, encoding="utf-8") as f:
            text = f.read()
        for piece, instead in (edits or {}).items():
            text = text.replace(piece, instead)
        if upstream:
            text = text.replace("@UPSTREAM@", f"127.0.0.1:{upstream.port}")
        for m in re.findall(r"^load_module (\S+);", text, re.MULTILINE):
            if not os.path.exists(m):
                self.lacks(f"{m} is not installed")
        for _ in range(5):  # the port may be taken between look and use
            port = free_port()
            conf = self.write("nginx.conf", text.replace("@PORT@", str(port)))
            p = self.start(nginx, "-p", self.folder, "-c", conf, "-e",
                           self.path("error.log"), "-g", "daemon off;")
            await_(lambda: accepts(port) or not p.running(), 10, "nginx")
            if p.running():
                return Server(p, f"{scheme}://127.0.0.1:{port}")
        with open(self.path("error.log"), encoding="utf-8") as f:
            self.fail(f"nginx does not start: {f.read()}{p.err()}")

    def start_weir(self, *args, limits=None):
        return self.start(self.program("weir"), *args, limits=limits)

    def weir(self, *args, timeout=60, limits=None):
        """Runs weir to its end."""
        return self.finish(self.start_weir(*args, limits=limits), timeout)

    def load(self, target, *args, timeout=90, limits=None, judged=False):
        """Runs `weir load` to its end and reads its result document.  Most
        tests are about what it counts: judged has its default thresholds."""
        return self.finish(self.start_load(target, *args, limits=limits,
                                           judged=judged), timeout)

    def start_load(self, target, *args, limits=None, judged=False):
        counted = () if judged else ("--no-default-thresholds",)
        return self.start_weir("load", target, "--out", self.path("r.json"),
                               *counted, *args, limits=limits)

    def finish(self, program, timeout=90):
        code = program.wait(timeout)
        doc = None
        if os.path.exists(self.path("r.json")):
            with open(self.path("r.json"), encoding="utf-8") as f:
                doc = json.load(f)
        return Run(program, code, doc)

    def assert_code(self, run, code):
        self.assertEqual(code, run.code, str(run))
        self.assertNotIn("Sanitizer", run.err, str(run))

    def assert_passed(self, run):
        """The target passed.  On a machine that is busy with other things
        weir may rightly call the run invalid: its counts hold all the same,
        and a test of its own sees to it that a light load is valid."""
        self.assertIsNotNone(run.doc, str(run))
        if run.code == 4 and set(run.reasons()) <= BUSY:
            print(f"  busy machine: {run.doc['sentence']}", file=sys.stderr)
            return
        self.assert_code(run, 0)
        self.assertEqual("pass", run.doc["verdict"], str(run))

    def assert_ledger(self, run, **expected):
        """The ledger's counts; those not named must be 0."""
        counts = {k: run.events[k] for k in
                  ("lost", "duplicated", "reordered", "corrupt", "foreign")}
        wanted = dict.fromkeys(counts, 0)
        wanted.update(expected)
        self.assertEqual(wanted, counts, str(run))

    def assert_valid(self, doc, schema="weir.load-1"):
        """The document fits its published schema."""
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        path = os.path.join(ROOT, "reports/schema", schema + ".schema.json")
        with open(path, encoding="utf-8") as f:
            jsonschema.validate(doc, json.load(f))


class _Result(unittest.TextTestResult):
    def startTest(self, test):
        self.began = time.monotonic()
        super().startTest(test)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.stream.writeln(f"  {time.monotonic() - self.began:.1f} s")


def main():
    program = unittest.main(
        exit=False,
        testRunner=unittest.TextTestRunner(verbosity=2, resultclass=_Result))
    result = program.result
    if not result.wasSuccessful() or not result.testsRun:
        sys.exit(1)
    sys.exit(SKIPPED if len(result.skipped) == result.testsRun else 0)
