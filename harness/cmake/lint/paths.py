#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lint.paths: no file of the project knows the machine it was written on."""
import os
import re
import subprocess
import sys

import tree

PATH = re.compile(r"(?<![\w.:/~*?-])/(?:home|work|root|Users)/\w[\w./-]*")


def tracked(root):
    """The files that git knows; without git, every file of the tree."""
    try:
        out = subprocess.run(["git", "-C", root, "ls-files", "-z"],
                             capture_output=True, check=True).stdout
        return [n for n in out.decode().split("\0") if n]
    except (OSError, subprocess.CalledProcessError):
        return list(tree.files(root, ("",)))


def lint(root):
    found = []
    for path in tracked(root):
        if not os.path.isfile(os.path.join(root, path)):
            continue
        text = tree.read(root, path)
        if "\0" in text:
            continue
        for m in PATH.finditer(text):
            found.append((path, tree.line_of(text, m.start()), "paths",
                          f"'{m.group(0)}' exists on one machine only"))
    return found


if __name__ == "__main__":
    sys.exit(tree.main(lint))
