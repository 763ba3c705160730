#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir nginx with a real nginx on a private copy: what it measures, that it
proves its fixes, that odd configurations still get an answer, and that nothing
is left behind."""
import concurrent.futures
import contextlib
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import time
import unittest

from nginx_live_confs import ODD, TRAP, UNBUFFERED
from weirtest import Case, PATIENCE, SANITIZED, await_, children, main

NGINX = shutil.which("nginx", path=os.environ["PATH"] +
                     ":/usr/sbin:/usr/local/sbin")


def probes(doc, probe):
    """What was measured, by transport."""
    found = {}
    for target in doc["targets"]:
        for m in target["measurements"] or []:
            if m["probe"] == probe:
                found[m["transport"]] = m
    return found


def finding(doc, rule):
    for f in doc["findings"]:
        if f["rule"] == rule:
            return f
    return None


def sockets_of(pid):
    """Inodes of the sockets that a process and all below it hold open."""
    found = set()
    with contextlib.suppress(OSError):
        for fd in os.scandir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                found.add(os.readlink(fd.path))
    for child in children(pid):
        found |= sockets_of(child)
    return found


POSTED = """events {}
http {
  server {
    listen 80;
    listen 443 ssl http2;
    ssl_certificate a.pem;
    ssl_certificate_key a.key;
    location = /rpc {
      if ($request_method != POST) { return 405; }
      if ($http_x_tenant = "") { return 403; }
      proxy_pass http://127.0.0.1:9;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_read_timeout 1h;
    }
  }
}
"""


def listening(pid):
    """Addresses on which a process and all below it listen: those of other
    programs on this machine are none of its business."""
    sockets, found = sockets_of(pid), set()
    for name in ("tcp", "tcp6"):
        with contextlib.suppress(OSError), \
                open(f"/proc/{pid}/net/{name}", encoding="ascii") as f:
            for line in f.readlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
                    found.add(fields[1].rsplit(":", 1)[0])
    return found


@unittest.skipUnless(NGINX, "nginx is not installed")
class NginxLive(Case):
    def setUp(self):
        super().setUp()
        # The private folders of this test alone.
        self.tmp = self.path("tmp")
        os.mkdir(self.tmp)
        self.env = dict(os.environ, TMPDIR=self.tmp)
        self.addCleanup(self.assert_nothing_left)

    def assert_nothing_left(self):
        self.assertEqual([], os.listdir(self.tmp))
        self.assertEqual([], self.processes())
        self.assertEqual([], self.guards())

    def processes(self):
        """Living processes that were started from this test's folder."""
        found = []
        for path in glob.glob("/proc/[0-9]*/cmdline"):
            try:
                with open(path, "rb") as f:
                    line = f.read().replace(b"\0", b" ").decode(
                        "utf-8", "replace")
            except OSError:
                continue
            if self.tmp in line:
                found.append(line)
        return found

    def nginx_cmd(self, conf, *args, stdin=None, timeout=60, name="r"):
        """Exit code, document and seconds of a run."""
        began = time.monotonic()
        out = self.path(name + ".json")
        p = subprocess.run(
            [self.program("weir"), "nginx", conf, "--out", out, *args],
            input=stdin, capture_output=True, text=True, env=self.env,
            cwd=self.folder, timeout=timeout * PATIENCE, check=False)
        took = time.monotonic() - began
        self.assertNotIn("Sanitizer", p.stderr)
        doc = None
        if os.path.exists(out):
            with open(out, encoding="utf-8") as f:
                doc = json.load(f)
        self.said = f"{p.stdout}\n{p.stderr}"
        return p.returncode, doc, took

    def trap(self, timeout="1h", more=""):
        return self.write("nginx.conf", TRAP.format(timeout=timeout,
                                                    more=more))

    def test_the_tls_trap_is_measured_and_its_fix_proven(self):
        conf = self.trap()
        code, doc, took = self.nginx_cmd(conf, "--location", "/events",
                                         "--fix", self.path("fixed.conf"))
        self.assertEqual(1, code, self.said)
        f = finding(doc, "nginx.buffering-tls-hold")
        self.assertIsNotNone(f, self.said)
        self.assertEqual("error", f["severity"])
        self.assertEqual("certain", f["confidence"])
        self.assertEqual("proven", f["proof"], self.said)
        held = probes(doc, "Q1")["https http/1.1"]
        self.assertGreater(held["p50_ms"], 200)
        self.assertEqual(1, held["bursts"])
        now, then = doc["targets"][0], doc["targets"][0]["fixed"]
        self.assertEqual([line["transport"] for line in now["timelines"]],
                         [line["transport"] for line in then["timelines"]])
        for written, came in then["timelines"][-1]["points"]:
            self.assertLess(came - written, 50, self.said)
        with open(self.path("fixed.conf"), encoding="utf-8") as f:
            fixed = f.read()
        self.assertIn("proxy_buffering off;", fixed)
        self.assertIn("    listen 443 ssl;  # clients of all kinds\n", fixed)
        self.assertIn("+      proxy_buffering off;", doc["diff"])
        if not SANITIZED:
            self.assertLess(took, 20, self.said)
        code, doc, _ = self.nginx_cmd(self.path("fixed.conf"), "--location",
                                      "/events")
        self.assertEqual(0, code, self.said)
        self.assertLess(probes(doc, "Q1")["https http/1.1"]["p50_ms"], 50)

    def test_a_read_timeout_is_proven_at_scale(self):
        conf = self.trap("60s", UNBUFFERED)
        _, doc, _ = self.nginx_cmd(conf, "--location", "/events")
        f = finding(doc, "nginx.read-timeout")
        self.assertIsNotNone(f, self.said)
        self.assertIn(f["severity"], ("error", "warn"))
        cut = probes(doc, "Q6")["https http/1.1"]
        self.assertEqual(60000, cut["cut_ms"])
        self.assertEqual("truncated", cut["end"])
        self.assertGreater(cut["scale"], 10)
        _, doc, _ = self.nginx_cmd(conf, "--location", "/events",
                                   "--heartbeat", "15s")
        self.assertIsNone(finding(doc, "nginx.read-timeout"), self.said)
        with_heartbeat = probes(doc, "Q6h")["https http/1.1"]
        self.assertIn(with_heartbeat["end"], ("alive", "clean"))
        self.assertIsNone(with_heartbeat.get("cut_ms"))

    def test_nothing_listens_beyond_loopback(self):
        conf = self.trap(more=UNBUFFERED)
        p = self.start(self.program("weir"), "nginx", conf, "--location",
                       "/events", env=self.env)
        seen = set()
        while p.running():
            seen |= listening(p.pid)
        p.wait()
        self.assertEqual({"0100007F"}, seen)

    def test_a_stream_is_asked_for_as_its_guards_demand(self):
        conf = self.write("post.conf", POSTED)
        code, doc, _ = self.nginx_cmd(
            conf, "--location", "/rpc", "--heartbeat", "15s", "--body",
            '{"stream":true}', "-H", "X-Tenant: a")
        self.assertEqual(0, code, self.said)
        self.assertEqual("live", doc["mode"], self.said)
        asked = probes(doc, "Q1")
        self.assertGreaterEqual(len(asked), 2, self.said)
        self.assertEqual({200}, {m["status"] for m in asked.values()})
        code, doc, _ = self.nginx_cmd(conf, "--location", "/rpc",
                                      "--static-only")
        self.assertEqual(1, code, self.said)
        self.assertIsNotNone(finding(doc, "nginx.not-proxied"), self.said)

    def test_a_lab_may_be_on_the_machine_s_own_loopback(self):
        p = self.start(self.program("weir"), "nginx", self.trap(),
                       "--location", "/events", "--lab", "plain",
                       env=self.env)
        await_(lambda: listening(p.pid), 10, "somebody who listens")
        self.assertEqual(os.readlink("/proc/self/ns/net"),
                         os.readlink(f"/proc/{p.pid}/ns/net"))
        p.wait(60)
        self.assertIn("--lab plain", " ".join(p.out().split()))

    def begin(self):
        return self.start(self.program("weir"), "nginx", self.trap(),
                          "--location", "/events", env=self.env)

    def begun(self):
        """A run in its midst: both its nginx are up."""
        p = self.begin()
        before = len(self.masters())
        await_(lambda: len(self.masters()) >= before + 2, 10, "two nginx")
        return p

    def masters(self):
        return [p for p in self.processes() if "master process" in p]

    def end_early(self, number):
        p = self.begin()
        await_(self.processes, 10, "nginx")
        p.signal(number)
        return p.wait(10)

    def guards(self):
        """The guards of this test's folders, each by its number."""
        found = []
        for path in glob.glob("/proc/[0-9]*/comm"):
            number = path.split("/")[2]
            try:
                with open(path, encoding="utf-8") as f:
                    named = f.read() == "weir-guard\n"
                with open(f"/proc/{number}/environ", "rb") as f:
                    ours = f"TMPDIR={self.tmp}\0".encode() in f.read()
            except OSError:
                continue
            if named and ours:
                found.append(int(number))
        return found

    def await_nothing_left(self):
        await_(lambda: not self.processes() and not self.guards() and
               not os.listdir(self.tmp), 10, "the end of all")

    def test_nothing_is_left_after_ctrl_c(self):
        self.assertEqual(130, self.end_early(signal.SIGINT))

    def test_nothing_is_left_after_sigterm(self):
        self.assertEqual(130, self.end_early(signal.SIGTERM))

    def outside(self):
        """A folder that the private one has links to, and that must stay."""
        outside = self.path("outside")
        os.makedirs(outside, exist_ok=True)
        with open(os.path.join(outside, "precious"), "w",
                  encoding="utf-8") as f:
            f.write("mine")
        folder, = (os.path.join(self.tmp, name)
                   for name in os.listdir(self.tmp))
        os.symlink(outside, os.path.join(folder, "folder"))
        os.symlink(f.name, os.path.join(folder, "file"))
        return outside

    def test_nothing_outlives_a_kill(self):
        p = self.begun()
        outside = self.outside()
        p.signal(signal.SIGKILL)
        p.wait(10)
        self.await_nothing_left()
        self.assertEqual(["precious"], os.listdir(outside))

    def test_what_outlives_a_kill_of_the_guard_goes_with_the_next_run(self):
        p = self.begun()
        outside = self.outside()
        dead, = os.listdir(self.tmp)
        guard, = await_(self.guards, 10, "the guard")
        os.kill(guard, signal.SIGKILL)
        p.signal(signal.SIGKILL)
        p.wait(10)
        await_(lambda: not self.processes(), 10, "their end")
        self.assertEqual([dead], os.listdir(self.tmp))
        self.begun().signal(signal.SIGKILL)
        self.await_nothing_left()
        self.assertEqual(["precious"], os.listdir(outside))

    def test_a_run_does_not_touch_those_of_others(self):
        first = self.begun()
        folder, = os.listdir(self.tmp)
        second = self.begin()
        await_(lambda: len(os.listdir(self.tmp)) == 2, 10, "two folders")
        self.assertIn(folder, os.listdir(self.tmp))
        self.assertEqual((1, 1), (first.wait(30), second.wait(30)))

    def test_a_folder_that_is_kept_stays(self):
        code, _, _ = self.nginx_cmd(self.trap(), "--location", "/events",
                                    "--keep")
        kept = os.listdir(self.tmp)
        self.assertTrue(kept)
        self.end_early(signal.SIGKILL)
        await_(lambda: not self.processes() and not self.guards(), 10,
               "their end")
        self.assertEqual(sorted(kept), sorted(os.listdir(self.tmp)))
        for folder in kept:
            self.assertTrue(os.listdir(os.path.join(self.tmp, folder)))
            shutil.rmtree(os.path.join(self.tmp, folder))

    def test_odd_configurations_get_an_answer(self):
        def ask(name):
            uri, text = ODD[name]
            return self.nginx_cmd("-", "--location", uri, stdin=text,
                                  name=name)
        with concurrent.futures.ThreadPoolExecutor(len(ODD)) as pool:
            answers = dict(zip(ODD, pool.map(ask, ODD)))
        for name, (code, doc, took) in answers.items():
            with self.subTest(name):
                self.assertIn(code, (0, 1))
                self.assertEqual("live", doc["mode"], doc["static_why"])
                for m in probes(doc, "Q1").values():
                    self.assertEqual((200, 12), (m["status"], m["received"]))
                if not SANITIZED:
                    self.assertLess(took, 10)
        self.assertEqual("certain", finding(
            answers["pasted"][1], "nginx.buffering-on")["confidence"])
        for name in ("mixed", "template", "missing"):
            for m in probes(answers[name][1], "Q1").values():
                self.assertLess(m["p50_ms"], 50, name)
        php = answers["php"][1]
        f = finding(php, "nginx.buffering-wrong-family")
        self.assertEqual(("certain", "proven"), (f["confidence"], f["proof"]))
        self.assertEqual(1, probes(php, "Q1")["http/1.1"]["bursts"])
        self.assertIn("+      fastcgi_buffering off;", php["diff"])

    def test_a_syntax_error_has_nginx_s_own_position(self):
        conf = self.write("nginx.conf", "events { }\nhttp {\n  server {\n"
                                        "    listen 80\n  }\n}\n")
        code, _, _ = self.nginx_cmd(conf)
        self.assertEqual(1, code, self.said)
        said = subprocess.run([NGINX, "-t", "-c", conf], check=False,
                              capture_output=True, text=True).stderr
        place = re.search(r"in \S*nginx\.conf:(\d+)", said).group(1)
        self.assertRegex(self.said, rf"nginx\.conf:{place}\b")

    def test_a_kept_folder_is_named(self):
        conf = self.trap(more=UNBUFFERED)
        _, _, _ = self.nginx_cmd(conf, "--location", "/events", "--keep")
        folder = re.search(r"kept:\s+(\S+/weir-nginx-\w+)", self.said).group(1)
        self.assertTrue(os.path.exists(os.path.join(folder, "as-is",
                                                    "main.conf")))
        # nginx, never root itself, finds its way through root's folder.
        self.assertEqual(0o710 if os.geteuid() == 0 else 0o700,
                         os.stat(folder).st_mode & 0o777)
        self.assertEqual([], self.processes())
        shutil.rmtree(folder)

    def test_without_nginx_the_text_is_judged(self):
        conf = self.trap()
        code, doc, _ = self.nginx_cmd(conf, "--location", "/events",
                                      "--nginx-binary", "/nowhere/nginx")
        self.assertEqual(1, code, self.said)
        self.assertEqual("static", doc["mode"])
        self.assertIn("/nowhere/nginx", doc["static_why"])


if __name__ == "__main__":
    main()
