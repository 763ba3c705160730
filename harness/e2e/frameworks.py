# SPDX-License-Identifier: MIT
"""Frameworks and libraries that event streams are served with, in the
versions that frameworks/ pins, each with a small application as its
documentation teaches it.

FRAMEWORKS names them.  What pip and npm bring lands beside the built
programs, once; where they cannot, what needs them is skipped with the reason.
What weir is to say of each is in scenarios/conformance/frameworks."""
import collections
import dataclasses
import hashlib
import json
import os
import shutil
import subprocess
import threading
import urllib.request

from real_servers import (FULL, PYTHON, Target, environment, needs_program,
                          run, told)
from weirtest import BIN, ROOT

SOURCES = os.path.join(ROOT, "harness/e2e/frameworks")
PROFILES = os.path.join(ROOT, "scenarios/conformance/frameworks")
HOME = os.path.join(os.path.dirname(BIN), "frameworks")
NODE = 20
ADDRESS = r"(?i)(?:listening|running) on (http://[^\s/]+)"
# Seconds for an installation: a test beside others waits for its end.
PATIENCE = 600
PATIENCE_OF_FEW = 100
JSON = ("-H", "Content-Type: application/json")
QUERY = "query=subscription { countdown(from: 3) }"

_locks = collections.defaultdict(threading.Lock)
_brought = {}


def stale(home, *sources):
    """Whether home was not filled with just these files; and how to say that
    it is now."""
    digest = hashlib.sha256()
    for path in sources:
        with open(path, "rb") as f:
            digest.update(f.read())
    stamp = os.path.join(home, ".filled-with")
    if os.path.exists(stamp):
        with open(stamp, encoding="ascii") as f:
            if f.read() == digest.hexdigest():
                return None

    def fill():
        with open(stamp, "w", encoding="ascii") as f:
            f.write(digest.hexdigest())
    return fill


def fresh(home):
    shutil.rmtree(home, ignore_errors=True)
    os.makedirs(home)
    return home


def pip_install(case, name, *lists):
    """The folder, called so, that has the packages of these files."""
    pins = [os.path.join(SOURCES, "python", f"{n}.txt") for n in lists]
    home = os.path.join(HOME, "python-" + name)
    filled = stale(home, *pins)
    if filled:
        fresh(home)
        run(case, "pip cannot install",
            PATIENCE if name == "all" else PATIENCE_OF_FEW, PYTHON, "-m",
            "pip", "install", "--quiet", "--target", home, "--no-deps",
            "--no-compile", "--only-binary", ":all:",
            "--disable-pip-version-check", "--root-user-action", "ignore",
            "--retries", "1", *[a for p in pins for a in ("-r", p)])
        filled()
    return home


def pip(case, few):
    """The folder that has the packages of few.txt, or of all files."""
    return pip_install(case, "few" if few else "all",
                       *(("few",) if few else ("few", "more")))


def model_clients(case, url):
    """What model_clients.py says of a server."""
    home = pip_install(case, "clients", "clients")
    got = subprocess.run(
        [PYTHON, os.path.join(SOURCES, "python", "model_clients.py"), url],
        capture_output=True, text=True, timeout=120,
        env=environment(PYTHONPATH=home, PYTHONDONTWRITEBYTECODE=""))
    case.assertEqual(got.returncode, 0, got.stderr[-2000:])
    return json.loads(got.stdout)


def npm(case, few):
    """The folder that has the packages of package.json, without those for
    development if few; and the applications, which import from it."""
    version = subprocess.run([needs_program(case, "node"), "--version"],
                             capture_output=True, text=True).stdout
    if int(version.strip("v\n").split(".")[0]) < NODE:
        case.skipTest(f"needs Node {NODE}")
    here = os.path.join(SOURCES, "node")
    names = ("package.json", "package-lock.json")
    home = os.path.join(HOME, "node-few" if few else "node-all")
    filled = stale(home, *[os.path.join(here, n) for n in names])
    if filled:
        fresh(home)
        for name in names:
            shutil.copy(os.path.join(here, name), home)
        run(case, "npm cannot install", PATIENCE_OF_FEW if few else PATIENCE,
            needs_program(case, "npm"),
            "ci", "--prefix", home, *(("--omit=dev",) if few else ()),
            "--ignore-scripts", "--no-audit", "--no-fund",
            "--fetch-retries", "0", "--fetch-timeout", "20000")
        filled()
    for name in os.listdir(here):
        if name.endswith(".mjs"):
            shutil.copy(os.path.join(here, name), home)
    return home


def build(case, name, tool, places, *command, **more):
    """The folder that a compiler's command filled with what name/ has the
    sources of."""
    here = os.path.join(SOURCES, name)
    home = os.path.join(HOME, name)
    filled = stale(home, *sorted(
        os.path.join(folder, file) for folder, _, files in os.walk(here)
        for file in files))
    if filled:
        fresh(home)
        shutil.copytree(here, os.path.join(home, "src"))
        run(case, f"{tool} does not build", PATIENCE,
            "nice", "-n", "15", needs_program(case, tool, *places),
            *command, cwd=os.path.join(home, "src"), **more)
        filled()
    return home


def go(case, few):
    return build(case, "go", "go", ("/usr/local/go/bin",), "build", "-o",
                 "../app", ".", GO111MODULE="on", GOFLAGS="-mod=readonly",
                 GOTOOLCHAIN="local")


def cargo(case, few):
    return build(case, "rust", "cargo",
                 (os.path.expanduser("~/.cargo/bin"),), "build", "--quiet",
                 "--target-dir", "..")


def maven(case, few):
    return build(case, "java", "mvn", (), "-q", "-B", "-DskipTests",
                 "package")


def once(case, bring, few):
    """What a room brings, once, lest a file is written while another program
    reads it; what went wrong there goes wrong for all."""
    key = (bring, few)
    with _locks[key]:
        if key not in _brought:
            try:
                _brought[key] = bring(case, few)
            except Exception as e:
                _brought[key] = e
    if isinstance(_brought[key], Exception):
        raise _brought[key]
    return _brought[key]


def python(*argv, stream="err"):
    def start(case, few):
        home = once(case, pip, few)
        apps = os.path.join(SOURCES, "python")
        args = [a.replace("@APPS@", apps) for a in argv]
        return told(case, ADDRESS, PYTHON, *args, stream=stream,
                    PYTHONPATH=os.pathsep.join([home, apps]))
    return start


def uvicorn(app):
    return python("-m", "uvicorn", "--port", "0", "--no-access-log",
                  f"{app}:app")


def script(app):
    return python(f"@APPS@/{app}.py", stream="out")


def node(app, *args):
    def start(case, few):
        home = once(case, npm, few)
        return told(case, ADDRESS, needs_program(case, "node"),
                    os.path.join(home, f"{app}.mjs"), *args)
    return start


def compiled(bring, program, *args):
    def start(case, few):
        return told(case, ADDRESS,
                    os.path.join(once(case, bring, few), program), *args)
    return start


def java(*args):
    def start(case, few):
        home = once(case, maven, few)
        return told(case, ADDRESS, needs_program(case, "java"), "-jar",
                    os.path.join(home, "src/target/frameworks-1.jar"), *args)
    return start


@dataclasses.dataclass
class Framework:
    start: object  # (case, few) -> the server's URL
    path: str = "/events"
    args: tuple = ()
    publish: str = None
    session: tuple = ()  # how weir is told a session of MCP
    few: bool = False  # is judged by test.sh, not by --wide alone

    @property
    def how(self):
        """The options of a full run; one that may send DELETE would end a
        session."""
        return FULL[:2] if self.session else FULL

    def target(self, case, few=False):
        url = self.start(case, few)
        more = self.args
        if self.session:
            session = mcp_session(url)
            more += tuple(a.replace("@SESSION@", session)
                          for a in self.session)
        publish = self.publish and url + self.publish
        return Target(url + self.path, publish, more)


def mcp_session(url):
    """Initializes a session of MCP, as its clients do; its id."""
    body = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "weir", "version": "1"}}}
    request = urllib.request.Request(
        url + "/mcp", data=json.dumps(body).encode(), headers={
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.headers["Mcp-Session-Id"]


POSTED = ("--app", "mcp", "--var", "tool=count")
GOT = ("-H", "MCP-Session-Id: @SESSION@", "-H",
       "MCP-Protocol-Version: 2025-11-25")
FRAMEWORKS = {
    "fastapi": Framework(uvicorn("fastapi_app"), few=True),
    "fastapi-get": Framework(uvicorn("fastapi_app"), "/items", few=True),
    "fastapi-post": Framework(uvicorn("fastapi_app"), "/chat",
                              ("--body", '{"text":"one two three"}', *JSON),
                              few=True),
    "sse-starlette": Framework(uvicorn("sse_starlette_app"), few=True),
    "litestar": Framework(uvicorn("litestar_app")),
    "quart": Framework(python("-m", "hypercorn", "-b", "127.0.0.1:0",
                              "quart_app:app"), few=True),
    "sanic": Framework(script("sanic_app")),
    "falcon": Framework(uvicorn("falcon_app"), few=True),
    "tornado": Framework(script("tornado_app"), few=True),
    "blacksheep": Framework(uvicorn("blacksheep_app")),
    "datastar-py": Framework(uvicorn("datastar_app"),
                             args=("--app", "datastar"), few=True),
    "mcp-python-post": Framework(python("@APPS@/mcp_app.py"), "/mcp", POSTED),
    "mcp-python-get": Framework(python("@APPS@/mcp_app.py"), "/mcp",
                                session=GOT),
    "nestjs": Framework(node("nest_app")),
    "fastify-sse-v2": Framework(node("fastify_sse_v2_app"), few=True),
    "fastify-sse": Framework(node("fastify_sse_app"), few=True),
    "hono": Framework(node("hono_app"), few=True),
    "h3": Framework(node("h3_app"), few=True),
    "koa": Framework(node("koa_app"), few=True),
    "express-sse": Framework(node("express_sse_app"), publish="/publish",
                             few=True),
    "express-sse-compression": Framework(
        node("express_sse_app", "compressed"), publish="/publish", few=True),
    "graphql-yoga": Framework(
        node("graphql_yoga_app"), "/graphql?query=subscription%7Bticks%7D"),
    "graphql-sse": Framework(node("graphql_sse_app"), "/graphql/stream",
                             ("--app", "graphql-sse", "--var", QUERY)),
    "mcp-typescript-post": Framework(node("mcp_app"), "/mcp", POSTED),
    "mcp-typescript-get": Framework(node("mcp_app"), "/mcp", session=GOT),
    "aimock-openai": Framework(node("llm_app"), "/v1/chat/completions",
                               ("--app", "openai-chat")),
    "aimock-anthropic": Framework(node("llm_app"), "/v1/messages",
                                  ("--app", "anthropic")),
    "r3labs-sse": Framework(compiled(go, "app", "r3labs"),
                            "/?stream=messages"),
    "go-sse": Framework(compiled(go, "app", "tmaxmax"), "/"),
    "gin": Framework(compiled(go, "app", "gin")),
    "spring-mvc": Framework(java("mvc")),
    "spring-webflux": Framework(java("webflux")),
    "axum": Framework(compiled(cargo, "debug/frameworks")),
}
