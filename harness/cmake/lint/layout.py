#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lint.layout: C is laid out as .clang-format says.

    layout.py ROOT [FOLDER]

Mend it with `clang-format -i FILE`.  Without the version that decides (others
lay a few things out otherwise) it is skipped (exit code 77); on a CI server
that is a failure.  What was found clean is remembered in FOLDER by its digest,
and not formatted again.
"""
import hashlib
import os
import re
import shutil
import subprocess
import sys

import tree

MESSAGE = re.compile(r"^(.+?):(\d+):\d+: \w+: code should be clang-formatted")
TOPS = ("harness", "reports", "reference-server")
VERSION = "14"
SKIPPED = 77


def is_missing():
    """Why nothing can be judged here, or None."""
    if not shutil.which("clang-format"):
        return "clang-format is not installed"
    told = subprocess.run(["clang-format", "--version"], check=True,
                          capture_output=True, text=True).stdout.strip()
    if f"version {VERSION}." not in told:
        return f"clang-format {VERSION} decides, and here is: {told}"
    return None


def digests(root):
    """{path: digest of its text and of the style}."""
    style = tree.read(root, ".clang-format")
    paths = [os.path.join(top, name) for top in TOPS
             for name in tree.files(os.path.join(root, top), (".c", ".h"))]
    return {path: hashlib.sha256((style + tree.read(root, path)).encode())
            .hexdigest() for path in paths}


def unclean(root, paths):
    """{path: the first line that clang-format would change}."""
    found = {}
    for start in range(0, len(paths), 100):
        told = subprocess.run(
            ["clang-format", "--dry-run", "--style=file",
             *paths[start:start + 100]], cwd=root, capture_output=True,
            text=True, check=True).stderr
        for line in told.splitlines():
            m = MESSAGE.match(line)
            if m:
                found.setdefault(m[1], int(m[2]))
    return found


def lint(root, memory=None):
    known = set()
    if memory and os.path.exists(memory):
        with open(memory, encoding="ascii") as f:
            known = set(f.read().split())
    digest = digests(root)
    found = unclean(root, [p for p in digest if digest[p] not in known])
    if memory:
        with open(memory, "w", encoding="ascii") as f:
            f.writelines(f"{d}\n" for p, d in digest.items()
                         if p not in found)
    return [(path, line, "layout", "clang-format -i lays it out otherwise")
            for path, line in found.items()]


def main():
    if is_missing():
        print(is_missing())
        return 1 if os.environ.get("CI") == "true" else SKIPPED
    memory = os.path.join(sys.argv[2], "layout.clean") \
        if len(sys.argv) > 2 else None
    return tree.main(lambda root: lint(root, memory))


if __name__ == "__main__":
    sys.exit(main())
