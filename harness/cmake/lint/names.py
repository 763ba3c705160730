#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lint.names: two types, or two values of enums, that headers define never
share a name, so that any two rooms can be used in one file.

weir-server and weir are never one program: each is judged with base/, which
they share, and without the other.  Headers of tests (*_testing.h) are their
own.
"""
import os
import re
import sys

import floors
import tree

PROGRAMS = (("harness", "reports"), ("harness/base", "reference-server"))
TYPE = re.compile(r"^(?:struct|enum|union)\s+(\w+)\s*\{|"
                  r"^typedef\b[^;{]*?(?:\(\*(\w+)\)\s*\([^;]*|\b(\w+))\s*;",
                  re.MULTILINE)
ENUM = re.compile(r"\benum\s*\w*\s*\{([^}]*)\}")
VALUE = re.compile(r"(?:^|,)\s*([A-Z][A-Z0-9_]*)\b")


def defined(code):
    """(offset, name) of what a header defines."""
    for m in TYPE.finditer(code):
        yield m.start(), m.group(1) or m.group(2) or m.group(3)
    for m in ENUM.finditer(code):
        for value in VALUE.finditer(m.group(1)):
            yield m.start(1) + value.start(1), value.group(1)


def lint(root):
    found = set()
    for tops in PROGRAMS:
        first = {}
        paths = [os.path.join(top, name) for top in tops
                 for name in tree.files(os.path.join(root, top), (".h",))]
        for path in paths:
            if floors.TEST.search(path):
                continue
            code = tree.code_only(tree.read(root, path))
            for offset, name in defined(code):
                line = tree.line_of(code, offset)
                if name in first:
                    found.add((path, line, "names", f"{name} is a name of "
                               f"{first[name]}, too"))
                else:
                    first[name] = f"{path}:{line}"
    return sorted(found)


if __name__ == "__main__":
    sys.exit(tree.main(lint))
