#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir ci: the server that is tested is the one that was started, nothing of
it is left, and the recipe that init writes is green for a good commit and red,
with the right words, for a bad one."""
import concurrent.futures
import html
import json
import os
import shutil
import signal
import sys

from weirtest import BUSY, ROOT, Case, accepts, await_, free_port, main

APPS = os.path.join(ROOT, "harness/e2e/apps")
PYTHON = f"{sys.executable} -B {APPS}/ticks.py"
NODE = f"node {APPS}/ticks.js"
# A regression, and what its first line has to say.
NODE_BUGS = {"type": 'FAIL at check: http.ct.essence: "text/plain" is not ',
             "stall": "FAIL at load: "}
PYTHON_BUGS = {"name": "FAIL at flows: the stream sends its events: step 2, "
                       "expect stream tick within 2s: ",
               "evict": "FAIL at load: connections.ended_by_server <= 0.1%: "}


def alive(marker):
    """Processes that have the marker in their environment."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as f:
                if marker.encode() in f.read():
                    found.append(int(pid))
        except OSError:
            pass
    return found


class Ci(Case):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/events"
        self.marker = f"WEIR_CI_TEST={self.folder}"

    def need(self, program):
        if not shutil.which(program):
            self.lacks(f"{program} is not installed")

    def command(self, app, **env):
        env = {"PORT": self.port, "WEIR_CI_TEST": self.folder, **env}
        return " ".join([*(f"{k}={v}" for k, v in env.items()), app])

    def plan(self, start, *lines):
        """A file that runs one quick step: flows."""
        self.write("flow.yaml", "weir: flow/1\nflow: ticks\n"
                   "target: http://127.0.0.1:1\nsteps:\n"
                   "  - subscribe: {as: s, GET: /events}\n"
                   "  - expect: {stream: s, within: 20s, event: tick}\n")
        steps = lines or ("check: false", "load: false", "flows: [flow.yaml]")
        return self.write("weir-ci.yaml", "\n".join(
            ["weir: ci/1", f"url: {self.url}", "server:",
             f"  start: {json.dumps(start)}", *steps, ""]))

    def start_run(self):
        return self.start(self.program("weir"), "ci", "run",
                          self.path("weir-ci.yaml"))

    def ci(self):
        return self.finish(self.start_run(), 120)

    def assert_last(self, run, code, *words):
        last = run.out.rstrip().split("\n")[-1]
        self.assertEqual(code, run.code, str(run))
        for word in ("weir ci: ", *words):
            self.assertIn(word, last, str(run))
        self.assert_nothing_left(run)

    def assert_nothing_left(self, run):
        self.assertEqual([], alive(self.marker), str(run))
        self.assertFalse(accepts(self.port))


class Server(Ci):
    def test_an_old_server_on_the_port_is_not_tested(self):
        old = self.start("env", f"PORT={self.port}", *PYTHON.split())
        await_(lambda: accepts(self.port), what="the old server")
        self.plan(f"touch {self.path('started')}; {self.command(PYTHON)}")
        run = self.ci()
        self.assertEqual(3, run.code, str(run))
        self.assertIn("weir ci: FAIL at start: something listens on "
                      f"127.0.0.1:{self.port} already (process {old.pid}, ",
                      run.out)
        self.assertFalse(os.path.exists(self.path("started")))
        self.assertEqual([], alive(self.marker))
        self.assertTrue(old.running())

    def test_commands_of_all_shapes_work_and_leave_nothing(self):
        os.mkdir(self.path("a"))
        shapes = [self.command(PYTHON),
                  f"cd a && {self.command(PYTHON)}",
                  f"( {self.command('setsid ' + PYTHON)} & )"]
        if shutil.which("node"):
            shapes.append(self.command(NODE))
        if shutil.which("npm") and shutil.which("node"):
            self.write("package.json", json.dumps(
                {"scripts": {"start": self.command(NODE)}}))
            shapes.append(self.command("npm start"))
        for shape in shapes:
            with self.subTest(shape):
                self.plan(shape)
                self.assert_last(self.ci(), 0, "PASS: flows held")

    def test_a_slow_start_is_waited_for_as_long_as_the_file_says(self):
        self.plan(self.command(PYTHON, START_MS=1500))
        self.assert_last(self.ci(), 0, "PASS")
        self.plan(self.command(PYTHON, START_MS=60000), "  ready: 300ms")
        self.assert_last(self.ci(), 3, "FAIL at start: the server does not "
                         "listen on 127.0.0.1:", " after 300 ms")

    def test_a_crash_at_the_start_is_told_with_its_words(self):
        self.plan("echo 'Error: no such module'; exit 7")
        self.assert_last(self.ci(), 3, "FAIL at start: the server ended with "
                         "exit code 7; it printed: Error: no such module")

    def test_a_crash_in_mid_run_is_no_result_of_the_step(self):
        self.plan(self.command(PYTHON, BUG="crash"), "check: false",
                  "load: {connections: 20, duration: 60s}")
        run = self.ci()
        self.assert_last(run, 1, "FAIL at load: the server ended with exit "
                         "code 9", "into this step")

    def test_an_interrupted_run_leaves_nothing(self):
        self.plan(self.command(PYTHON), "check: false",
                  "load: {connections: 5, duration: 60s}")
        for number in signal.SIGINT, signal.SIGTERM:
            program = self.start_run()
            program.await_line("^== load")
            await_(lambda: accepts(self.port))
            program.signal(number)
            run = self.finish(program)
            self.assert_last(run, 130, "INTERRUPTED at load")
        self.plan(self.command(PYTHON, START_MS=600000))
        program = self.start_run()
        await_(lambda: alive(self.marker))
        program.signal(signal.SIGINT)
        self.assert_last(self.finish(program), 130, "INTERRUPTED at start")

    def test_secrets_of_the_environment_are_not_shown(self):
        token = "s3cr3t-t0ken-of-the-job"
        self.plan(self.command(PYTHON), "check:",
                  '  options: ["--header=Authorization: Bearer ${TOKEN}",'
                  ' "--user=anna:${TOKEN}x", "--nothing"]',
                  "load:",
                  '  headers: ["Authorization: Bearer ${TOKEN}"]',
                  "  duration: 500ms")
        program = self.start("env", "TOKEN=" + token, self.program("weir"),
                             "ci", "run", self.path("weir-ci.yaml"))
        run = self.finish(program)
        self.assert_last(run, 2, "WRONG at check: unknown option --nothing")
        self.assertNotIn(token, run.out + run.err)
        for name in os.listdir(self.path("weir-out")):
            with open(self.path("weir-out/" + name), encoding="utf-8") as f:
                self.assertNotIn(token, f.read(), name)

    def test_others_may_start_it(self):
        self.start("env", f"PORT={self.port}", *PYTHON.split())
        path = self.plan("x")
        with open(path, encoding="utf-8") as f:
            text = f.read().replace('start: "x"', "attach: true")
        self.write("weir-ci.yaml", text)
        run = self.ci()
        self.assertEqual(0, run.code, str(run))
        self.assertTrue(accepts(self.port))

    def test_weir_test_starts_its_server_the_same_way(self):
        self.plan("x")
        run = self.weir("test", self.path("flow.yaml"), "--target",
                        self.url[:-len("/events")], "--start",
                        f"cd / && {self.command(PYTHON)}")
        self.assert_code(run, 0)
        self.assert_nothing_left(run)
        run = self.weir("test", self.path("flow.yaml"), "--target",
                        self.url[:-len("/events")], "--start",
                        "echo no module; exit 7")
        self.assert_code(run, 3)
        self.assertIn("the server ended with exit code 7; it printed: no "
                      "module", run.err)

    def test_a_wrong_file_is_told_by_place(self):
        self.plan("x", "load: {conections: 5}")
        run = self.ci()
        self.assertEqual(2, run.code)
        self.assertIn('weir-ci.yaml:5:8: unknown key "load.conections" (did '
                      'you mean "load.connections"?)', run.err)


class Recipe(Ci):
    """What init writes, as it is but for shorter spans."""

    def project(self, name):
        """A folder of its own, and the URL that it is to serve."""
        os.makedirs(self.path(name), exist_ok=True)
        return self.path(name), f"http://127.0.0.1:{free_port()}/events"

    def read(self, *path):
        with open(os.path.join(*path), encoding="utf-8") as f:
            return f.read()

    def init(self, folder, url, app, *options):
        """The file that is written, with shorter spans."""
        port = url.split(":")[2].split("/")[0]
        run = self.weir("ci", "init", url, "--dir", folder, "--start",
                        self.command(app, PORT=port), "--package",
                        "https://example.test/weir.deb", *options,
                        timeout=120)
        self.assert_code(run, 0)
        self.assertFalse(accepts(int(port)))
        text = self.read(folder, "weir-ci.yaml")
        self.assertNotIn("latency", text.split("load:")[1])
        self.assertNotIn("events.lost", text)
        self.assertIn("gap.p99 < ", text)
        flow = self.read(folder, "weir-flows/stream.yaml")
        self.write(folder + "/weir-flows/stream.yaml",
                   flow.replace("within: 5s", "within: 2s"))
        return text.replace("duration: 10s", "duration: 2s")

    def run_with(self, bug, base, url, text):
        """The recipe of a project, its server with a regression."""
        folder, other = self.project(f"{base}-{bug or 'none'}")
        shutil.copytree(base + "/weir-flows", folder + "/weir-flows")
        if os.path.exists(base + "/weir.profile"):
            shutil.copy(base + "/weir.profile", folder)
        old, new = (u.split(":")[2].split("/")[0] for u in (url, other))
        self.write(folder + "/weir-ci.yaml",
                   text.replace(f":{old}/", f":{new}/")
                   .replace(f"PORT={old} ", f"PORT={new} BUG={bug} "))
        program = self.start(
            "env", "GITHUB_ACTIONS=true",
            f"GITHUB_STEP_SUMMARY={folder}/page.md", self.program("weir"),
            "ci", "run", folder + "/weir-ci.yaml")
        code = program.wait(120)
        return code, program.out(), self.read(folder, "page.md"), folder

    def is_busy(self, code, folder):
        """Other programs kept weir from measuring."""
        if code != 4:
            return False
        doc = json.loads(self.read(folder, "weir-out/load.json"))
        return {r["code"] for r in doc["summary"]["generator"]["reasons"]} \
            <= BUSY

    def assert_green(self, code, out, page, folder):
        if not self.is_busy(code, folder):
            self.assertEqual(0, code, out[-3000:])
            self.assertTrue(page.startswith("## weir ci: PASS: "), page)
        written = os.listdir(folder + "/weir-out")
        for name in ("check", "load", "flows"):
            self.assertIn(name + ".json", written)
            self.assertIn(name + ".xml", written)
        self.assertIn("report.html", written)

    def assert_red(self, words, code, out, page, folder):
        if self.is_busy(code, folder):
            return
        self.assertEqual(1, code, out[-3000:])
        self.assertIn("weir ci: " + words, out)
        self.assertIn("::error title=weir ci::", out)
        first = page.split("\n", maxsplit=1)[0]
        self.assertIn(words, html.unescape(first.replace("\\", "")))

    def judge(self, base, url, app, bugs, *options):
        text = self.init(base, url, app, *options)
        self.assert_green(*self.run_with("", base, url, text))
        for bug, words in bugs.items():
            self.assert_red(words, *self.run_with(bug, base, url, text))

    def judge_node(self):
        base, url = self.project("node")
        self.judge(base, url, NODE, NODE_BUGS)
        job = self.read(base, ".github/workflows/stream.yml")
        self.assertRegex(job, r"checkout@[0-9a-f]{40} ")
        self.assertIn("curl -fsSL -o weir.deb 'https://example.test/", job)
        page = self.read(base + "-type", "page.md")
        self.assertIn("res.set('Content-Type', 'text/event-stream')", page)
        self.assertIn(" not judged</summary>", page)

    def judge_python(self):
        base, url = self.project("python")
        os.mkdir(base + "/weir-flows")
        self.write("python/weir-flows/mine.yaml", "weir: flow/1\nflow: mine\n"
                   "steps:\n  - subscribe: {as: s, GET: /events}\n"
                   "  - expect: {stream: s, within: 20s, text: price}\n")
        self.write("python/.gitlab-ci.weir.yml", "mine\n")
        self.judge(base, url, PYTHON, PYTHON_BUGS, "--gitlab")
        self.assertEqual("mine\n", self.read(base, ".gitlab-ci.weir.yml"))

    def test_it_is_green_at_once_and_red_when_it_should_be(self):
        self.need("node")
        judges = (self.judge_node, self.judge_python)
        with concurrent.futures.ThreadPoolExecutor(len(judges)) as pool:
            for over in [pool.submit(judge) for judge in judges]:
                over.result()
        self.assertEqual([], alive(self.marker))


if __name__ == "__main__":
    main()
