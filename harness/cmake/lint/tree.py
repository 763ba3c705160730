# SPDX-License-Identifier: MIT
"""What the lints share: which files there are, and C without its comments.

A lint prints one line per violation, "file:line: rule: sentence", and exits 1
when there was one.
"""
import os
import re
import sys

SKIP = {"build", "__pycache__"}

_TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'",
    re.DOTALL,
)


def files(root, suffixes):
    """Yields the paths below root, relative to it, in a stable order."""
    for folder, names, entries in os.walk(root):
        names[:] = sorted(
            n for n in names if n not in SKIP and not n.startswith(".")
        )
        for entry in sorted(entries):
            if entry.endswith(suffixes):
                yield os.path.relpath(os.path.join(folder, entry), root)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8",
              errors="replace") as f:
        return f.read()


def _blank(match):
    text = match.group(0)
    quote = text[0] if text[0] in "\"'" else ""
    inner = text[1:-1] if quote else text
    return quote + re.sub(r"[^\n]", " ", inner) + quote


def code_only(text):
    """The C text with comments and the inside of literals blanked out, every
    offset and line number kept."""
    return _TOKEN.sub(_blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def closing(text, start):
    """Offset of the parenthesis that closes the one at start, or -1."""
    depth = 0
    for i in range(start, len(text)):
        if text[i] == "(":
            depth += 1
        elif text[i] == ")":
            depth -= 1
            if not depth:
                return i
    return -1


def main(lint):
    """Runs lint(root), prints what it found, returns the exit code."""
    root = sys.argv[1] if len(sys.argv) > 1 else "."
    found = sorted(lint(root))
    for path, line, rule, sentence in found:
        print(f"{path}:{line}: {rule}: {sentence}")
    if found:
        print(f"{len(found)} violation(s)")
    return 1 if found else 0
