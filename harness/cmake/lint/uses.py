#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lint.uses: weir_floor(... USES ...) names the rooms that the floor's sources
include, no more and no fewer.

What only tests include is the tests' own.
"""
import os
import re
import sys

import floors
import tree

FLOOR = re.compile(r"^weir_floor\(\s*(\w+)\b([^)]*)\)", re.MULTILINE)
VARIABLE = re.compile(r"\$\{CMAKE_CURRENT_BINARY_DIR\}\S*")
KEYWORDS = ("SOURCES", "USES", "LINKS")


def declared(body):
    """{keyword: words} of a call's arguments."""
    out, keyword = {k: [] for k in KEYWORDS}, None
    for word in VARIABLE.sub("", re.sub(r"#[^\n]*", "", body)).split():
        if word in KEYWORDS:
            keyword = word
        elif keyword:
            out[keyword].append(word)
    return out


def room(path):
    where, name = floors.room_of(path)
    return name or where


def included(root, folder, names):
    """The rooms that the folder's sources and headers include, each with
    where."""
    rooms = {}
    for name in names:
        path = os.path.join(folder, name)
        text = tree.read(root, path)
        for m in floors.INCLUDE.finditer(text):
            target = m.group(1) == '"' and \
                floors.resolve(root, path, m.group(2))
            if target and room(target) != room(path):
                rooms.setdefault(room(target), f"{path}:"
                                 f"{tree.line_of(text, m.start(1))}")
    return rooms


def judge(root, path, floor, body):
    folder = os.path.dirname(path)
    names = [n for n in tree.files(os.path.join(root, folder), (".c", ".h"))
             if not floors.TEST.search(n) and
             room(os.path.join(folder, n)) == room(path)]
    have = included(root, folder, names)
    says = set(declared(body)["USES"])
    for name in sorted(set(have) - says):
        yield f"{floor} does not say that it uses {name} ({have[name]})"
    for name in sorted(says - set(have)):
        yield f"{floor} says that it uses {name}, and includes nothing of it"


def lint(root):
    found = []
    for top in ("harness", "reports"):
        for name in tree.files(os.path.join(root, top), ("CMakeLists.txt",)):
            path = os.path.join(top, name)
            text = tree.read(root, path)
            for m in FLOOR.finditer(text):
                for sentence in judge(root, path, m.group(1), m.group(2)):
                    found.append((path, tree.line_of(text, m.start()),
                                  "uses", sentence))
    return found


if __name__ == "__main__":
    sys.exit(tree.main(lint))
