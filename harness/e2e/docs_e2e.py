#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the documents tell a reader to type works as it is written: each block
is run by bash, in a network of its own where every port is free, and its words
mean the same to zsh."""
import os
import re
import shlex
import shutil
import sys

from weirtest import BIN, ROOT, Case, main

COOKBOOK = "scenarios/COOKBOOK.md"
README = "README.md"
# They build, install or run all tests, which is what CI does with them.
BUILDS = ("./test.sh", "cmake --install")
PATH = f"{BIN}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"

# Brings the loopback of a new network up, then becomes argv.
LOOPBACK = """import fcntl, os, socket, struct, sys
with socket.socket() as s:
    fcntl.ioctl(s, 0x8914, struct.pack("16sH14x", b"lo", 0x49))
os.execvp(sys.argv[1], sys.argv[1:])
"""
UNSHARE = ["unshare", "--net"] + (["--map-root-user"] if os.geteuid() else [])
# On a machine that is busy with other things weir may rightly say that it
# cannot tell (exit code 4): what was typed works all the same.
HELPERS = """weir() {
  local rc=0
  command weir "$@" || rc=$?
  [ $rc -ne 4 ] || echo "busy machine: weir $*"
  [ $rc -eq 4 ] || return $rc
}
await() {
  for _ in $(seq 400); do
    (: < "/dev/tcp/$1/$2") 2> /dev/null && return
    sleep 0.05
  done
  echo "nobody listens on $1 $2" >&2
  return 1
}
"""


def blocks(document, language="sh"):
    """Its fenced blocks: their first lines' numbers, and their texts."""
    with open(os.path.join(ROOT, document), encoding="utf-8") as f:
        text = f.read()
    for m in re.finditer(rf"^```{language}\n(.*?)^```$", text,
                         re.MULTILINE | re.DOTALL):
        yield text.count("\n", 0, m.start()) + 2, m[1]


def without_documents(block):
    """A block without what stands in its <<'END' ... END."""
    return re.sub(r"(<<'END'[^\n]*\n).*?^END$", r"\1", block,
                  flags=re.MULTILINE | re.DOTALL)


def listeners(block):
    """Whom a block starts in the background, to be awaited behind it."""
    if not re.search(r"&$", without_documents(block), re.MULTILINE):
        return []
    ports = re.findall(r"--port (\d+)", block)
    host = "::1" if "--host ::1" in block else "127.0.0.1"
    return [(host, p) for p in ports] + \
        re.findall(r"listen (127\.0\.0\.1):(\d+)", block)


class Docs(Case):
    def setUp(self):
        super().setUp()
        self.env = dict(os.environ, PATH=PATH, TERM="dumb")
        self.env.pop("WEIR_BIN", None)

    def own_network(self, *argv):
        """A program in a network where nothing else is."""
        probe = self.start(*UNSHARE, "true")
        if probe.wait(10):
            self.skipTest(f"no network of its own: {probe.err()}")
        return self.start(*UNSHARE, sys.executable, "-c", LOOPBACK, *argv,
                          env=self.env)

    def run_page(self, document, leave=()):
        """Runs the blocks of a document one after the other, but those that
        hold a piece of text in `leave`."""
        script = ["set -eo pipefail", HELPERS]
        ran = 0
        for line, block in blocks(document):
            if any(piece in block for piece in leave):
                continue
            script.append(f"echo '== {document}:{line}'\n{block}")
            script += [f"await {h} {p}" for h, p in listeners(block)]
            ran += 1
        script.append("echo '== all'")
        run = self.own_network("bash", self.write("page.sh",
                                                  "\n".join(script)))
        code = run.wait(200)
        reached = re.findall(r"^== (.*)$", run.out(), re.MULTILINE)
        self.assertEqual((0, "all"), (code, reached[-1]),
                         f"{reached[-1]}\n{run.out()[-3000:]}{run.err()}")
        return ran, run.out()

    def assert_same_in_zsh(self, document):
        """No word is expanded or refused by zsh, and none is a comment, which
        a line that is pasted there cannot have."""
        stubs = ["weir", "weir-server", "nginx", "curl", "openssl", "cmake",
                 "./demo.sh", "./test.sh", "docker", "kill"]
        for line, block in blocks(document):
            bare = without_documents(block)
            for word in bare.replace("\\\n", " ").split("\n"):
                try:
                    words = shlex.split(word, comments=False)
                except ValueError:
                    continue  # goes on in the next line
                self.assertFalse([w for w in words if w.startswith("#")],
                                 f"{document}:{line}: {word}")
            if not shutil.which("zsh"):
                continue
            functions = "\n".join(f"function {s} {{ : }}" for s in stubs)
            script = self.write("block.zsh", f"{functions}\n" + block.replace(
                "/usr/sbin/nginx", "nginx"))
            run = self.start("zsh", "-f", script)
            self.assertEqual((0, ""), (run.wait(20), run.err()),
                             f"{document}:{line}")

    def test_the_cookbook_works_as_written(self):
        ran, out = self.run_page(COOKBOOK)
        self.assertGreaterEqual(ran, 15)
        self.assertIn("exit code 1", out)

    def test_compose_runs_what_works(self):
        compose = next(b for _, b in blocks(COOKBOOK) if "services:" in b)
        command = re.search(r"command: (.*)", compose)[1].split()
        healthy = re.search(r"test: weir (.*)", compose)[1].split()
        server = self.server()
        command += ["--resolve", "app:8080:127.0.0.1"]
        for words in (healthy, command):
            run = self.weir(*[w.replace("8080", str(server.port))
                              for w in words])
            self.assert_code(run, 0)

    def test_the_readme_works_as_written(self):
        os.symlink(os.path.join(ROOT, "scenarios"), self.path("scenarios"))
        ran, _ = self.run_page(README, leave=BUILDS)
        self.assertGreaterEqual(ran, 6)
        for name in ("doctor.html", "fixed.conf", "check.xml", "load.html",
                     "base.json", "report.html"):
            self.assertTrue(os.path.getsize(self.path(name)), name)

    def test_the_readme_is_short_and_its_links_lead_somewhere(self):
        with open(os.path.join(ROOT, README), encoding="utf-8") as f:
            text = f.read()
        self.assertLessEqual(text.count("\n"), 250)
        for link in re.findall(r"\]\(([^)#]+)", text):
            self.assertTrue(os.path.exists(os.path.join(ROOT, link)), link)

    def test_zsh_reads_the_readme_as_bash_does(self):
        self.assert_same_in_zsh(README)

    def test_zsh_reads_the_cookbook_as_bash_does(self):
        self.assert_same_in_zsh(COOKBOOK)


if __name__ == "__main__":
    main()
