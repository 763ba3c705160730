# SPDX-License-Identifier: MIT
"""Servers that nobody here wrote, with a small application on each as its
documentation teaches it; started on a free port of 127.0.0.1.

Each function takes a weirtest.Case, which ends what it starts, and returns a
Target; where the runtime is absent it skips, or fails on a CI server when it
is one of Debian's packages.  SERVERS names all.  What weir is
to say of each is in scenarios/conformance/real/NAME.profile."""
import collections
import json
import os
import re
import shutil
import subprocess
import threading
import urllib.request

from weirtest import BIN, ROOT, accepts, await_, free_port

APPS = os.path.join(ROOT, "harness/e2e/apps")
PROFILES = os.path.join(ROOT, "scenarios/conformance/real")
PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's packages
BETTER_SSE = "0.16.1"
BETTER_SSE_NODE = 20


# Where the stream is, where a POST makes it send an event (or None), and what
# else is to be said of how to ask for it.
Target = collections.namedtuple("Target", "url publish args",
                                defaults=(None, ()))
FULL = ("--mode", "full", "--i-own-this-target")
UNSEEN = ("not judged", "UNTESTABLE", "SKIP")


class Feeder:
    """Posts a numbered message ten times a second, until it is stopped."""

    def __init__(self, url):
        self.url, self.stopped = url, threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        number = 0
        while not self.stopped.wait(0.1):
            number += 1
            request = urllib.request.Request(
                self.url, data=f"message {number}".encode(), method="POST")
            urllib.request.urlopen(request, timeout=10).read()

    def stop(self):
        self.stopped.set()
        self.thread.join()


def needs_python(case, *modules):
    for module in modules:
        probe = subprocess.run([PYTHON, "-c", f"import {module}"],
                               capture_output=True)
        if probe.returncode:
            case.lacks(f"python3-{module} is not installed")


def needs_program(case, name, *places):
    path = shutil.which(name, path=os.pathsep.join(
        [os.environ["PATH"], *places]))
    if not path and name == "node":
        case.lacks("node is not installed")
    if not path:  # not Debian's
        case.skipTest(f"{name} is not installed")
    return path


def environment(**more):
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1", **more}


def run(case, trouble, timeout, *argv, cwd=None, **more):
    """Runs a command that prepares a server; skips where it cannot."""
    try:
        got = subprocess.run(argv, capture_output=True, text=True, cwd=cwd,
                             timeout=timeout, env=environment(**more))
    except subprocess.TimeoutExpired:
        case.skipTest(f"{trouble} in {timeout} s")
    if got.returncode:
        case.skipTest(f"{trouble}: {got.stderr.strip()[-300:]}")


def told(case, pattern, *argv, stream="out", **more):
    """Starts a server that tells its address, and returns that."""
    p = case.start(*argv, env=environment(**more))
    return p.await_line(pattern, 30, stream).group(1)


def nchan(case):
    server = case.nginx("nchan")
    feeder = Feeder(f"{server.url}/publish/news")
    case.addCleanup(feeder.stop)
    return Target(f"{server.url}/subscribe/news",
                  f"{server.url}/publish/news")


def starlette(case):
    needs_python(case, "uvicorn", "starlette")
    url = told(case, r"running on (http://\S+)", PYTHON, "-m", "uvicorn",
               "--app-dir", APPS, "--port", 0, "--no-access-log",
               "starlette_app:app", stream="err")
    return Target(f"{url}/stream?rate=10")


def aiohttp(case):
    needs_python(case, "aiohttp")
    port = free_port()
    p = case.start(PYTHON, "-m", "aiohttp.web", "-H", "127.0.0.1", "-P", port,
                   "aiohttp_app:make_app",
                   env=environment(PYTHONPATH=APPS))
    await_(lambda: accepts(port) or not p.running(), 30, "aiohttp")
    url = f"http://127.0.0.1:{port}"
    return Target(f"{url}/events", f"{url}/publish")


def flask(case):
    needs_python(case, "flask", "gunicorn")
    url = told(case, r"Listening at: (http://\S+)", PYTHON, "-m", "gunicorn",
               "--bind", "127.0.0.1:0", "--worker-class", "gthread",
               "--threads", 64, "--chdir", APPS, "flask_app:app",
               stream="err")
    return Target(f"{url}/events")


def django(case):
    needs_python(case, "django")
    port = free_port()
    p = case.start(PYTHON, os.path.join(APPS, "django_app.py"), port,
                   env=environment())
    await_(lambda: accepts(port) or not p.running(), 30, "Django")
    return Target(f"http://127.0.0.1:{port}/events")


def node(case):
    url = told(case, r"listening on (\S+)", needs_program(case, "node"),
               os.path.join(APPS, "node_app.mjs"))
    return Target(f"{url}/events")


def install_better_sse(case):
    """The package goes beside the built programs, once."""
    home = os.path.join(os.path.dirname(BIN), "npm")
    package = os.path.join(home, "node_modules/better-sse/package.json")
    version = subprocess.run([needs_program(case, "node"), "--version"],
                             capture_output=True, text=True)
    if int(version.stdout.strip("v\n").split(".")[0]) < BETTER_SSE_NODE:
        case.skipTest(f"better-sse needs Node {BETTER_SSE_NODE}")
    if not os.path.exists(package):
        os.makedirs(home, exist_ok=True)
        run(case, "better-sse cannot be installed", 60,
            needs_program(case, "npm"), "install", "--no-save", "--no-audit",
            "--no-fund", "--ignore-scripts", "--fetch-retries", "0",
            "--prefix", home, f"better-sse@{BETTER_SSE}")
    return home


def better_sse(case):
    app = os.path.join(install_better_sse(case), "better_sse_app.mjs")
    shutil.copy(os.path.join(APPS, "better_sse_app.mjs"), app)
    url = told(case, r"listening on (\S+)", needs_program(case, "node"), app)
    return Target(f"{url}/events", f"{url}/publish")


def build_go(case):
    """Go compiles its standard library at the first time, and keeps that."""
    compiler = needs_program(case, "go", "/usr/local/go/bin")
    program = os.path.join(os.path.dirname(BIN), "go/go_app")
    run(case, "Go does not build", 120, compiler, "build", "-o", program,
        os.path.join(APPS, "go_app.go"), GO111MODULE="auto", GOFLAGS="",
        GOPROXY="off", GOTOOLCHAIN="local")
    return program


def go(case):
    url = told(case, r"listening on (\S+)", build_go(case))
    return Target(f"{url}/events", f"{url}/publish")


# What takes a while the first time, to be done before anything is measured.
PREPARE = {"better-sse": install_better_sse, "go": build_go}
SERVERS = {"nchan": nchan, "starlette": starlette, "aiohttp": aiohttp,
           "flask": flask, "django": django, "node": node,
           "better-sse": better_sse, "go": go}


class Profile:
    """A committed profile: its verdicts, and in its first comment lines the
    name of the target, and behind an empty one what it taught."""

    def __init__(self, name, folder=PROFILES):
        self.path = os.path.join(folder, name + ".profile")
        with open(self.path, encoding="utf-8") as f:
            text = f.read()
        head = re.match(r"(?:#.*\n)*", text).group(0)
        paragraphs = [" ".join(p.split()) for p in
                      re.split(r"\n\s*\n", re.sub("(?m)^#", "", head))]
        self.title, self.lesson = paragraphs[0].rstrip("."), paragraphs[1]
        self.verdicts = dict(line.split()[:2] for line in text.splitlines()
                             if line.strip() and line[0] != "#")

    def against(self, doc):
        """Sentences on what a document says otherwise.  A check that its mode
        did not look at is no difference."""
        found = bad(doc)
        wrong = []
        for check in sorted({**found, **self.verdicts}):
            said = text_of(doc, check)
            expected = self.verdicts.get(check)
            if found.get(check) != expected and not said.startswith(UNSEEN):
                wrong.append(f"{check}: {said}, the profile says "
                             f"{expected or 'nothing'}")
        return wrong


def bad(doc):
    """What is not in order, by check."""
    return {c["id"]: c["verdict"] for c in doc["checks"]
            if c["verdict"] in ("FAIL", "WARN", "ERROR")}


def text_of(doc, check):
    told = {c["id"]: c for c in doc["checks"]}.get(check)
    return f"{told['verdict']}: {told['text']}" if told else UNSEEN[0]


def judge(case, target, profile, out, timeout=150, how=FULL):
    """One run of weir against the target: exit code and document."""
    hook = ("--publish", target.publish) if target.publish else ()
    expected = ("--profile", profile) if profile else ()
    p = case.start_weir("check", target.url, *how, "--fast", "-q",
                        *target.args, *hook, *expected, "-o", case.path(out))
    code = p.wait(timeout)
    if not os.path.exists(case.path(out)):
        case.fail(f"{p}: exit {code}: {p.err()}")
    with open(case.path(out), encoding="utf-8") as f:
        return code, json.load(f)
