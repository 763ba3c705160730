#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lint.text: all lints that read the tree, in one process that reads each
file once.

    text.py ROOT [LINT...]
"""
import functools
import sys

import floors
import names
import paths
import private
import source
import tree
import uses

LINTS = {module.__name__: module
         for module in (floors, source, paths, private, uses, names)}


def remember():
    """From here on the tree does not change."""
    walk = tree.files
    tree.files = functools.cache(
        lambda root, suffixes: tuple(walk(root, suffixes)))
    tree.read = functools.cache(tree.read)
    tree.code_only = functools.cache(tree.code_only)
    floors.resolve = functools.cache(floors.resolve)


def lint(root):
    return [violation for name in sys.argv[2:] or LINTS
            for violation in LINTS[name].lint(root)]


if __name__ == "__main__":
    remember()
    sys.exit(tree.main(lint))
