#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is read before anything is run: --help, man pages, completions; and
what a terminal is sent."""
import glob
import os
import pty
import re
import shutil
import subprocess

from weirtest import BIN, Case, main

COMMANDS = re.findall(r"^  weir (?!help)(\w+)", subprocess.run(
    [os.path.join(BIN, "weir"), "--help"], capture_output=True, text=True,
    check=True).stdout, re.MULTILINE)


def options(text):
    """The options that the lines of a page begin with."""
    return set(re.findall(
        r"^ +(?:-\w, +)?--(?:\[no-\])?([a-z][\w.-]*)(?: [^']|,|$)", text,
        re.MULTILINE))


class Manual(Case):
    def setUp(self):
        super().setUp()
        self.env = dict(os.environ, PATH=f"{BIN}:{os.environ['PATH']}",
                        LC_ALL="C.UTF-8", LANG="C.UTF-8")
        self.help = {f"weir {c}": self.output("weir", c, "--help")
                     for c in COMMANDS}
        self.help["weir-server"] = self.output("weir-server", "--help")

    def output(self, *argv, **more):
        run = subprocess.run(argv, capture_output=True, text=True,
                             env=self.env, cwd=self.folder, timeout=60, **more)
        self.assertEqual(0, run.returncode, f"{argv}: {run.stderr}")
        self.assertEqual("", run.stderr, argv)
        return run.stdout

    def manual(self):
        """Man pages and completions, as the build writes them."""
        text = self.write("server.txt", self.help["weir-server"])
        self.output("weir", "write-manual", self.path("manual"), text)
        return self.path("manual")

    def test_help_fits_a_terminal(self):
        self.assertGreater(len(COMMANDS), 10)
        for name, text in self.help.items():
            for line in text.splitlines():
                self.assertLessEqual(len(line), 79, f"{name}: {line}")

    def test_a_man_page_has_each_option_of_its_command(self):
        if not shutil.which("groff"):
            self.skipTest("groff is not installed")
        folder = self.manual()
        for name, text in self.help.items():
            page = f"{folder}/man1/{name.replace(' ', '-')}.1"
            # -ww: what groff does not understand is on standard error
            shown = self.output("groff", "-man", "-ww", "-Tutf8", "-P-cbou",
                                "-rLL=200n", page)
            self.assertEqual(options(text), options(shown), name)
            self.assertIn("SYNOPSIS", shown)
        self.assertEqual(len(COMMANDS) + 2,
                         len(glob.glob(f"{folder}/man1/*.1")))
        for page in glob.glob(f"{folder}/man7/*.7"):
            self.output("groff", "-man", "-ww", "-Tutf8", page)
        self.assertEqual(self.output("weir", "--help"),
                         self.output("weir", "help", "--help"))

    def test_help_shows_the_cookbook(self):
        text = self.output("weir", "help", "cookbook")
        self.assertIn("\n    weir-server --port 8080 &\n", text)
        self.assertNotIn("```", text)
        self.assertLessEqual(max(map(len, text.splitlines())), 79)

    def complete_in_bash(self, folder, *words):
        script = (f". {folder}/bash/{words[0]}\n"
                  "COMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1))\n"
                  f"_{words[0].replace('-', '_')}\n"
                  "printf '%s\\n' \"${COMPREPLY[@]}\"")
        return self.output("bash", "--norc", "-c", script, "bash",
                           *words).split()

    def test_bash_completes(self):
        folder = self.manual()
        ask = self.complete_in_bash
        self.assertEqual(["capacity"], ask(folder, "weir", "ca"))
        self.assertEqual(["load"], ask(folder, "weir", "help", "lo"))
        self.assertIn("hello", ask(folder, "weir", "load", "hel"))
        self.assertIn("--connections", ask(folder, "weir", "capacity", "--c"))
        self.assertEqual(["auto", "1.1", "2"],
                         ask(folder, "weir", "load", "--http", ""))
        self.assertIn("rules", ask(folder, "weir", "list", "ru"))
        self.assertIn("nginx.read-timeout",
                      ask(folder, "weir", "explain", "nginx.read-t"))
        self.assertIn("--heartbeat", ask(folder, "weir-server", "--hea"))
        for name, text in self.help.items():
            known = ask(folder, *name.split(), "--")
            self.assertLessEqual({f"--{o}" for o in options(text)},
                                 set(known), name)

    def test_fish_completes(self):
        if not shutil.which("fish"):
            self.skipTest("fish is not installed")
        folder = self.manual()

        def ask(line):
            return [w.split("\t")[0] for w in self.output(
                "fish", "-c", f"set -p fish_complete_path {folder}/fish; "
                f"complete -C '{line}'").splitlines()]

        self.env["HOME"] = self.folder
        self.assertEqual(["capacity"], ask("weir cap"))
        self.assertIn("--connections", ask("weir load --connec"))
        self.assertIn("2", ask("weir load --http "))
        self.assertIn("hello", ask("weir load hel"))
        self.assertIn("--heartbeat", ask("weir-server --heartb"))

    def test_zsh_reads_its_completions(self):
        if not shutil.which("zsh"):
            self.skipTest("zsh is not installed")
        folder = self.manual()
        for name in ("_weir", "_weir-server"):
            self.output("zsh", "-f", "-n", f"{folder}/zsh/{name}")

    def on_terminal(self, *argv, **env):
        """What a program writes to a terminal."""
        ours, its = pty.openpty()
        run = subprocess.Popen(argv, stdout=its, stderr=its, cwd=self.folder,
                               stdin=subprocess.DEVNULL,
                               env=dict(self.env, **env))
        os.close(its)
        got = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the last one closed it
                break
            if not piece:
                break
            got += piece
        os.close(ours)
        run.wait(60)
        return got.replace(b"\r\n", b"\n").decode()

    def test_a_terminal_gets_what_it_can_show(self):
        server = self.server()
        load = ("weir", "load", f"{server.url}/stream?rate=50", "-c", "2",
                "-d", "700ms", "--no-default-thresholds")
        drawn = self.on_terminal(*load, TERM="xterm", NO_COLOR="")
        self.assertIn("\r\x1b[K", drawn)
        # The verdict's colour, also where a busy machine makes it INVALID.
        self.assertRegex(drawn, r"\x1b\[1;3[1-3]m(PASS|FAIL|INVALID)")
        plain = self.on_terminal(*load, TERM="xterm", NO_COLOR="1")
        self.assertIn("\r\x1b[K", plain)
        self.assertNotRegex(plain, r"\x1b\[[0-9;]*m")
        for term in ("dumb", ""):
            dumb = self.on_terminal(*load, TERM=term)
            self.assertRegex(dumb, "PASS|INVALID")
            self.assertNotRegex(dumb, r"[\x1b\r]")
        piped = subprocess.run(load, capture_output=True, timeout=60,
                               env=dict(self.env, TERM="xterm"))
        self.assertNotRegex(piped.stdout + piped.stderr, rb"[\x1b\r]")

    def test_check_and_the_doctor_draw_nothing_where_it_cannot_be(self):
        server = self.server()
        conf = self.write("x.conf", "events {}\nhttp { server { listen 80; "
                          "location / { proxy_pass http://127.0.0.1:1; } } }")
        for argv in (("check", f"{server.url}/stream", "--fast", "--mode",
                      "lint"), ("nginx", conf, "--static-only")):
            dumb = self.on_terminal("weir", *argv, TERM="dumb")
            self.assertNotRegex(dumb, r"[\x1b\r]")


if __name__ == "__main__":
    main()
