#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lint.private: a header whose first comment says "Private to ..." stays so.

What stands behind the words decides who may include it: names of files and
patterns ("wire.c and wire_connect.c", "rules_*.c") mean these, folders
("probe/", "recording/ and the recorder") mean these rooms, and anything else
("this room", "the live run") the header's own room.  Tests are as free as the
room is.
"""
import fnmatch
import os
import re
import sys

import floors
import tree

HEAD = re.compile(r"/\*.*?\*/", re.DOTALL)
PRIVATE = re.compile(r"Private to (.*?)(?:\.?$|\. |[;:] )")
FILE = re.compile(r"[\w*]+\.[ch]\b")
FOLDER = re.compile(r"([\w-]+)/")


def room(path):
    """("harness", "probe"), or for reference-server its own folders."""
    parts = path.split(os.sep)
    return tuple(parts[:2]) if len(parts) > 2 else (parts[0], "")


def words_of(text):
    """What a header says of who may know it, or None."""
    m = HEAD.search(text)
    comment = " ".join(re.sub(r"\n \*", " ", m.group(0)[2:-2]).split()
                       ) if m else ""
    m = PRIVATE.search(comment)
    return m.group(1) if m else None


def allowed(header, words, includer):
    files = FILE.findall(words)
    rooms = FOLDER.findall(words)
    home = room(header)
    if files and not floors.TEST.search(includer):
        name = os.path.basename(includer)
        return room(includer) == home and (
            any(fnmatch.fnmatchcase(name, f) for f in files) or
            name.endswith(".h"))
    if rooms and "recorder" in words:
        rooms.append("probe")
    return room(includer) == home or room(includer)[1] in rooms


def lint(root):
    found, secret = [], {}
    tops = ("harness", *floors.OUTSIDE)
    paths = [os.path.join(top, name) for top in tops
             for name in tree.files(os.path.join(root, top), (".c", ".h"))]
    texts = {path: tree.read(root, path) for path in paths}
    for path, text in texts.items():
        if path.endswith(".h") and words_of(text):
            secret[path] = words_of(text)
    for path, text in texts.items():
        for m in floors.INCLUDE.finditer(text):
            target = floors.resolve(root, path, m.group(2))
            if m.group(1) == '"' and target in secret and \
                    not allowed(target, secret[target], path):
                found.append((path, tree.line_of(text, m.start(1)),
                              "private", f"{m.group(2)} is private to "
                              f"{secret[target]}"))
    return found


if __name__ == "__main__":
    sys.exit(tree.main(lint))
