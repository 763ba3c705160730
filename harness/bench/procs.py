# SPDX-License-Identifier: MIT
"""Processes of a benchmark: start, read their lines, CPU time and memory of a
whole tree from /proc, and an end for each, whatever happens."""
import os
import re
import select
import subprocess
import time


class Failed(Exception):
    """A benchmark that could not be measured; the text says why."""


def children(pid):
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as f:
                found += [int(c) for c in f.read().split()]
    except OSError:
        pass
    return found


def tree(pid):
    """pid and all that descend from it."""
    found = [pid]
    for at in found:
        found += children(at)
    return found


def _cpu_of(pid):
    total = 0
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/schedstat") as f:
                total += int(f.read().split()[0])
    except OSError:
        pass
    return total / 1e9


def cpu_seconds(pid):
    """User and system time of the tree so far, to the microsecond."""
    return sum(_cpu_of(p) for p in tree(pid))


def memory_bytes(pid):
    """Private memory of the tree, in bytes (shared pages count once)."""
    total = 0
    for p in tree(pid):
        try:
            with open(f"/proc/{p}/smaps_rollup") as f:
                m = re.search(r"^Pss:\s+(\d+) kB", f.read(), re.MULTILINE)
                total += int(m.group(1)) * 1024
        except (OSError, AttributeError):
            pass
    return total


class Process:
    """A program whose standard output is read line by line.  Its standard
    input is a pipe: closing it tells the floor programs to end."""

    def __init__(self, *argv):
        self.name = os.path.basename(argv[0])
        self.popen = subprocess.Popen(
            [str(a) for a in argv], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.pending = b""
        self.said = ""  # what it wrote on standard error, for messages
        os.set_blocking(self.popen.stdout.fileno(), False)
        os.set_blocking(self.popen.stderr.fileno(), False)

    @property
    def pid(self):
        return self.popen.pid

    def _read_some(self, timeout):
        pipes = [self.popen.stdout, self.popen.stderr]
        ready, _, _ = select.select(pipes, [], [], timeout)
        if self.popen.stderr in ready:
            self.said = (self.said + (self.popen.stderr.read() or b"").decode(
                errors="replace"))[-2000:]
        if self.popen.stdout in ready:
            more = self.popen.stdout.read()
            self.pending += more or b""
            return bool(more) or self.popen.poll() is None
        return True

    def line(self, pattern, timeout):
        """Waits for a line that matches; returns the match."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            while b"\n" in self.pending:
                text, self.pending = self.pending.split(b"\n", 1)
                m = re.search(pattern, text.decode(errors="replace"))
                if m:
                    return m
            if self.popen.poll() is not None and not self._read_some(0):
                break
            self._read_some(0.2)
        raise Failed(f"{self.name}: no line like '{pattern}' within "
                     f"{timeout:.0f} s (it said: {self.said.strip()[-300:]})")

    def wait(self, timeout):
        """Waits for the end; returns the exit code."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self.popen.poll() is not None:
                return self.popen.returncode
            self._read_some(0.05)
        raise Failed(f"{self.name}: still running after {timeout:.0f} s")

    def stop(self):
        """Ends it: standard input closed, SIGTERM, then SIGKILL."""
        if self.popen.stdin:
            self.popen.stdin.close()
        for ask in (self.popen.terminate, self.popen.kill):
            if self.popen.poll() is None:
                ask()
                try:
                    self.popen.wait(5)
                except subprocess.TimeoutExpired:
                    continue
        self.popen.stdout.close()
        self.popen.stderr.close()


class Stage:
    """Keeps the processes of one measurement and ends them in reverse."""

    def __init__(self):
        self.running = []

    def start(self, *argv):
        self.running.append(Process(*argv))
        return self.running[-1]

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        for p in reversed(self.running):
            p.stop()
