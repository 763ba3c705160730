#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir check --via-origin in front of real proxies: every configuration in
scenarios/proxies is run, those called good* are clean, those called bad* are
found with exactly the ids that their "# expect:" lines name.  "# known:" names
what is wrong with the proxy itself before some version, whatever the settings.
Debian's Caddy is old; a newer one is brought by pip, where there is pip and a
network, and runs the same configurations (peers.txt).

What no configuration does is done by a relay of its own, bad_relay.py, so that
every check is proven to find something.

Usage: proxies_e2e.py [PROXY|PROXY/FILE...]; all without arguments.  A proxy
that is not installed is left out, and said so; exit code 77 when none is.
Under sanitizers the good ones are run, and what they find is not judged."""
import concurrent.futures
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import weirtest

HERE = os.path.dirname(os.path.abspath(__file__))
SCENARIOS = os.path.join(weirtest.ROOT, "scenarios/proxies")
PEERS = os.path.join(os.path.dirname(weirtest.BIN), "pip")
SIDE_BY_SIDE = 2 if weirtest.SANITIZED else 8
LIMIT = 60 * weirtest.PATIENCE
OPTIONS = ["--fast", "--idle-window", "3s", "-q"]
# Of this one the recordings are saved and judged again.
SAVED = "haproxy/bad-delay.cfg"
FINDS = ("FAIL", "WARN", "ERROR", "UNTESTABLE")

# name: program, arguments.
PROXIES = {
    "nginx": ("nginx", ["-c", "@CONF@", "-e", "@DIR@/error.log"]),
    "haproxy": ("haproxy", ["-db", "-f", "@CONF@"]),
    "caddy": ("caddy", ["run", "--adapter", "caddyfile", "--config",
                        "@CONF@"]),
    "apache": ("apache2", ["-DFOREGROUND", "-f", "@CONF@"]),
    "varnish": ("varnishd", ["-F", "-n", "@DIR@/varnish", "-f", "@CONF@",
                             "-a", "127.0.0.1:@PORT@", "-s",
                             "malloc,32m", "-j", "none"]),
    "lighttpd": ("lighttpd", ["-D", "-f", "@CONF@"]),
}

# Faults of bad_relay.py: what no configuration does.
RELAYS = {
    "none": "",
    "error-page": "proxy.error-page proxy.upstream-abort",
    "lost-end": "proxy.upstream-eof",
    "twice": "proxy.order",
    "text": "proxy.split-utf8",
    "again": "proxy.single-upstream",
    "label": "proxy.ct",
}

# As fixes name them, once the proxy is recognised; "any" is a fix for all.
STACKS = {"nginx": "nginx", "haproxy": "HAProxy", "caddy": "Caddy",
          "apache": "Apache", "varnish": "Varnish", "lighttpd": "lighttpd"}

_ports = set()
_lock = threading.Lock()


def fresh_port():
    """A free port that no other configuration was given."""
    with _lock:
        while True:
            port = weirtest.free_port()
            if port not in _ports:
                _ports.add(port)
                return port


def bring_peers():
    """Installs peers.txt beside the built programs, once."""
    if os.path.exists(PEERS):
        return
    pip = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--target", PEERS,
         "--no-deps", "--require-hashes", "--only-binary", ":all:",
         "--disable-pip-version-check", "--root-user-action", "ignore",
         "--retries", "1", "-r", os.path.join(HERE, "peers.txt")],
        capture_output=True, text=True)
    if pip.returncode:
        print("left out: newer versions of proxies cannot be installed: "
              f"{pip.stderr.strip()[-300:]}", flush=True)


def find_programs(name):
    """Every version of a program that is here, Debian's first."""
    places = (os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin",
              os.path.join(PEERS, "bin"))
    found = (shutil.which(name, path=place) for place in places)
    return list(dict.fromkeys(path for path in found if path))


@functools.cache
def version_of_caddy(program):
    """As numbers, [2, 6, 2]: the only proxy of which two are brought."""
    said = subprocess.run([program, "version"], check=True, text=True,
                          capture_output=True).stdout
    return [int(n) for n in re.search(r"\d+(\.\d+)+", said)[0].split(".")]


class Scenario:
    """One configuration file, what it says of itself, and what runs it."""

    def __init__(self, path, program):
        self.path, self.program = path, program
        self.proxy = os.path.basename(os.path.dirname(path))
        self.name = f"{self.proxy}/{os.path.basename(path)}"
        version = []
        if self.proxy == "caddy" and program:
            version = version_of_caddy(program)
            self.name += f" {'.'.join(map(str, version))}"
        with open(path, encoding="utf-8") as f:
            self.text = f.read()
        said = re.findall(r"^# expect: (.*)$", self.text, re.MULTILINE)
        self.expected = {i for line in said for i in line.split()
                         if i != "none"}
        # Faults of old versions that no setting mends.
        self.known = {i for ids, before in
                      re.findall(r"^# known: (.*) before ([\d.]+)$", self.text,
                                 re.MULTILINE)
                      if version < [int(n) for n in before.split(".")]
                      for i in ids.split()}
        self.good = os.path.basename(path).startswith("good")
        self.options = [o for line in
                        re.findall(r"^# run: (.*)$", self.text, re.MULTILINE)
                        for o in line.split()]
        scheme = re.search(r"^# scheme: (.*)$", self.text, re.MULTILINE)
        self.scheme = scheme.group(1) if scheme else "http"
        if not said or self.good == bool(self.expected):
            raise SystemExit(f"{self.name}: the \"# expect:\" lines do not "
                             "fit the name")

    def command(self, folder, port, origin):
        """Writes the configuration and returns what runs it."""
        _, args = PROXIES[self.proxy]
        conf = os.path.join(folder, os.path.basename(self.path))
        places = {"@DIR@": folder, "@PORT@": str(port),
                  "@ORIGIN@": str(origin), "@CONF@": conf}

        def fill(text):
            for key, value in places.items():
                text = text.replace(key, value)
            return text

        with open(conf, "w", encoding="utf-8") as f:
            f.write(fill(self.text))
        return [self.program] + [fill(a) for a in args]


class Relay(Scenario):
    """A fault of bad_relay.py."""
    proxy, scheme, options = "relay", "http", []
    # Half a character may be among the vectors that are read at once.
    known = {"proxy.bytes"}

    def __init__(self, fault, expected):
        self.fault, self.name = fault, f"relay/{fault}"
        self.expected = set(expected.split())
        self.good = not self.expected

    def command(self, folder, port, origin):
        return [sys.executable, "-B", os.path.join(HERE, "bad_relay.py"),
                str(port), str(origin), self.fault]


class Outcome:
    def __init__(self, scenario):
        self.scenario = scenario
        self.found, self.text, self.trouble = set(), "", ""
        self.once = set()  # found once of two times: a busy machine
        self.seconds = 0.0

    def ok(self):
        s = self.scenario
        # Sanitizers are too slow for what rests on a clock.
        return not self.trouble and (weirtest.SANITIZED or
                                     self.found - s.known == s.expected)


def make_certificate(folder):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key.pem",
         "-out", "cert.pem", "-days", "2", "-subj", "/CN=127.0.0.1"],
        check=True, cwd=folder, capture_output=True)


def start_proxy(scenario, folder, port, origin):
    argv = scenario.command(folder, port, origin)
    env = dict(os.environ, HOME=folder, XDG_CONFIG_HOME=folder,
               XDG_DATA_HOME=folder)
    p = weirtest.Program(folder, argv + scenario.options, env=env)
    end = time.monotonic() + 20 * weirtest.PATIENCE
    while not weirtest.accepts(port):
        if not p.running() or time.monotonic() > end:
            said = p.err() + p.out()
            p.kill()
            raise RuntimeError(f"does not start: {said[-1500:]}")
        time.sleep(0.02)
    return p


def verdicts(doc):
    return {c["id"]: (c["verdict"], c["text"]) for c in doc["checks"]}


def judged(folder, saved, *args):
    """The verdicts over saved recordings; what weir said where it leaves no
    result."""
    result = os.path.join(folder, "again.json")
    weir = weirtest.Program(folder, [
        os.path.join(weirtest.BIN, "weir"), "check", "--from", saved, "-q",
        "-o", result, *args])
    weir.wait(LIMIT)
    if not os.path.exists(result):
        return weir.err()
    with open(result, encoding="utf-8") as f:
        doc = json.load(f)
    os.remove(result)
    return verdicts(doc)


def judge_again(folder, saved, doc):
    """What is wrong with the verdicts over saved recordings, of all checks and
    of each alone, or nothing."""
    first = verdicts(doc)
    again = judged(folder, saved, "-o", os.path.join(folder, "again.html"),
                   "-o", os.path.join(folder, "again.xml"))
    if again != first:
        return f"--from judges differently: {again}"
    for i, verdict in first.items():
        alone = judged(folder, saved, "--only", i)
        if alone != {i: verdict}:
            return f"--from --only {i} judges differently: {alone}"
    return ""


def check(scenario, folder, port, origin, outcome):
    result = os.path.join(folder, "check.json")
    saved = os.path.join(folder, "saved")
    argv = [os.path.join(weirtest.BIN, "weir"), "check",
            f"{scenario.scheme}://127.0.0.1:{port}/events", "--insecure",
            "--via-origin", origin, *OPTIONS, "-o", result]
    if scenario.name == SAVED:
        argv += ["--save-recordings", saved]
    weir = weirtest.Program(folder, argv)
    code = weir.wait(LIMIT)
    outcome.text = weir.out()
    if "Sanitizer" in weir.err():
        outcome.trouble = weir.err()
    elif code not in (0, 1) or not os.path.exists(result):
        outcome.trouble = f"exit code {code}: {weir.err()}{weir.out()}"
    else:
        with open(result, encoding="utf-8") as f:
            doc = json.load(f)
        outcome.once = {c["id"] for c in doc["checks"]
                        if c["verdict"] in FINDS and c.get("flaky")}
        outcome.found = {c["id"] for c in doc["checks"]
                         if c["verdict"] in FINDS and not c.get("flaky")}
        if any(not c["id"].startswith("proxy.") for c in doc["checks"]):
            outcome.trouble = "other checks than proxy.* were made"
        for c in doc["checks"]:
            stacks = {fix["stack"] for fix in c["fix"]}
            if c["id"] in outcome.found and scenario.proxy in STACKS and \
                    stacks not in ({STACKS[scenario.proxy]}, {"any"}):
                outcome.trouble = f"{c['id']}: remedies for {stacks}"
        if scenario.name == SAVED and not outcome.trouble:
            outcome.trouble = judge_again(folder, saved, doc)


def run(scenario):
    outcome = Outcome(scenario)
    folder = tempfile.mkdtemp(prefix="weir-proxy-")
    os.chmod(folder, 0o777)  # workers of some run as another user
    began = time.monotonic()
    proxy = None
    try:
        if scenario.scheme == "https":
            make_certificate(folder)
        port, origin = fresh_port(), fresh_port()
        proxy = start_proxy(scenario, folder, port, origin)
        check(scenario, folder, port, origin, outcome)
    except (AssertionError, RuntimeError) as e:
        outcome.trouble = str(e)
    finally:
        if proxy:
            proxy.stop()
        shutil.rmtree(folder, ignore_errors=True)
    outcome.seconds = time.monotonic() - began
    return outcome


def report(outcome):
    s = outcome.scenario
    found = " ".join(sorted(outcome.found)) or "nothing"
    print(f"{'ok  ' if outcome.ok() else 'FAIL'} {outcome.seconds:5.1f} s  "
          f"{s.name:34} {found}"
          f"{' (once: ' if outcome.once else ''}"
          f"{' '.join(sorted(outcome.once))}{')' if outcome.once else ''}",
          flush=True)
    if outcome.ok():
        return
    for what, ids in (("missed", s.expected - outcome.found),
                      ("not expected",
                       outcome.found - s.expected - s.known)):
        if ids:
            print(f"  {what}: {' '.join(sorted(ids))}")
    print("  " + (outcome.trouble or outcome.text)[-6000:]
          .replace("\n", "\n  "))


def collect(names):
    """Scenarios to run, and the proxies that are not here."""
    found, missing = [], []
    for proxy, (program, _) in PROXIES.items():
        folder = os.path.join(SCENARIOS, proxy)
        wanted = [file for file in sorted(os.listdir(folder))
                  if not names or {proxy, f"{proxy}/{file}"} & set(names)]
        if weirtest.SANITIZED:
            wanted = [file for file in wanted if file.startswith("good")]
        here = find_programs(program)
        if wanted and not here:
            missing.append(proxy)
        found += [Scenario(os.path.join(folder, file), path)
                  for path in here for file in wanted]
    for fault, expected in RELAYS.items():
        relay = Relay(fault, expected)
        if weirtest.SANITIZED and not relay.good:
            continue
        if not names or {relay.proxy, relay.name} & set(names):
            found.append(relay)
    return found, missing


def unproven(scenarios):
    """Checks that can fail a run and that nothing here is found by."""
    out = subprocess.run([os.path.join(weirtest.BIN, "weir"), "list",
                          "checks", "--json"], check=True,
                         capture_output=True).stdout
    proven = set().union(*(s.expected for s in scenarios))
    return [c["id"] for c in json.loads(out) if "O" in c["modes"] and
            c["severity"] in "FW" and c["id"] not in proven]


def main(names):
    bring_peers()
    scenarios, missing = collect(names)
    for proxy in missing:
        print(f"left out: {proxy} is not installed")
    if not scenarios:
        sys.exit(weirtest.SKIPPED)
    # The longest first, then the bad ones: they wait for limits.
    scenarios.sort(key=lambda s: (s.name != SAVED, "/bad-" not in s.name))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        for outcome in pool.map(run, scenarios):
            report(outcome)
            failed += not outcome.ok()
    print(f"{len(scenarios)} configurations, {failed} not as expected")
    open_checks = [] if names or missing or weirtest.SANITIZED else \
        unproven(scenarios)
    if open_checks:
        print(f"no bad proxy shows: {' '.join(open_checks)}")
        failed += 1
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
