#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lint.source: the style rules that a machine can decide.

The formatter and the compiler's warnings decide the rest.  Data tables under
a vectors/ folder are exempt from the length rules.
"""
import os
import re
import sys

import tree

MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 40
MAX_COLUMNS = 79

BANNED = ("sprintf vsprintf strcpy strcat strtok atoi atol atof gets sscanf "
          "alloca gettimeofday localtime gmtime rand srand").split()
CALL = re.compile(r"\b(" + "|".join(BANNED) + r")\s*\(")
LEFT_OPEN = re.compile(r"\b(" + "|".join(("TO" "DO", "FIX" "ME", "XX" "X",
                                          "HA" "CK")) + r")\b")
ASSIGN = re.compile(r"(?<![=!<>])=(?!=)")
DESIGNATED = re.compile(r"[{,]\s*\.\w+\s*$")
# "if(", "} else if(", "for(", "while(" but not the one of a do; or an else
# with something behind it.
HEAD = re.compile(r"^[ \t]*(?:(?:\}[ \t]*)?(?:else[ \t]+)?(if|for|"
                  r"(?<!\})(?<!\} )while)[ \t]*\(|"
                  r"(?:\}[ \t]*)?else[ \t]+(?!if\b)[^\s{\\])", re.MULTILINE)
PRINT = re.compile(r"\b(printf|vprintf|puts|putchar|perror)\s*\(|"
                   r"\bfprintf\s*\(\s*std(out|err)\b")
# Sources of test programs that are not called *_test.c.
TEST_SUPPORT = ("synthetic.c",)
SUFFIXES = (".c", ".h", ".py", ".sh")


def rule_spdx(path, text, code):
    head = "\n".join(text.split("\n")[:2])
    if "SPDX-License-Identifier: MIT" not in head:
        yield 1, "spdx", "the file starts with an SPDX-License-Identifier line"


def rule_length(path, text, code):
    if os.sep + "vectors" + os.sep in path:
        return
    lines = text.split("\n")
    if len(lines) - 1 > MAX_FILE_LINES:
        yield (MAX_FILE_LINES + 1, "file-length",
               f"{len(lines) - 1} lines, at most {MAX_FILE_LINES}: "
               "split by job")
    for i, line in enumerate(lines, 1):
        if len(line) > MAX_COLUMNS and "://" not in line:
            yield (i, "columns", f"{len(line)} columns, at most {MAX_COLUMNS}")


def rule_left_open(path, text, code):
    for m in LEFT_OPEN.finditer(text):
        yield (tree.line_of(text, m.start()), "left-open",
               f"'{m.group(1)}': finish it, or open an issue")


def rule_banned(path, text, code):
    for m in CALL.finditer(code):
        yield (tree.line_of(code, m.start()), "banned",
               f"{m.group(1)}() is banned")
    for m in re.finditer(r"\btypedef\s+(struct|union)\b", code):
        yield (tree.line_of(code, m.start()), "typedef",
               f"no typedef of a {m.group(1)}: write '{m.group(1)} name'")


def rule_function_length(path, text, code):
    start = 0
    for i, line in enumerate(code.split("\n"), 1):
        if line.rstrip() == "{":
            start = i
        elif start and line.startswith("}"):
            if i - start - 1 > MAX_FUNCTION_LINES:
                yield (start, "function-length",
                       f"{i - start - 1} lines in this function, at most "
                       f"{MAX_FUNCTION_LINES}: name the piece")
            start = 0


def rule_condition(path, text, code):
    for m in re.finditer(r"\b(if|while)\s*\(", code):
        end = tree.closing(code, m.end() - 1)
        inside = code[m.end():end] if end > 0 else ""
        for a in ASSIGN.finditer(inside):
            if not DESIGNATED.search(inside[:a.start()]):
                yield (tree.line_of(code, m.end() + a.start()), "condition",
                       f"assignment inside the condition of '{m.group(1)}'")


def rule_one_line(path, text, code):
    for m in HEAD.finditer(code):
        rest = "else"
        if m.group(1):
            end = tree.closing(code, m.end() - 1)
            stop = code.find("\n", end)
            rest = code[end + 1:stop if stop >= 0 else None].strip()
        if rest not in ("", "{", "\\", "{ \\", ";"):
            yield (tree.line_of(code, m.start()), "one-line",
                   "the body goes on a line of its own")


def rule_exit(path, text, code):
    if re.search(r"^int main\(", code, re.MULTILINE):
        return
    for m in re.finditer(r"(?<![\w.>])exit\s*\(", code):
        yield (tree.line_of(code, m.start()), "exit",
               "only the file with main() may call exit()")


def rule_print(path, text, code):
    parts = path.split(os.sep)
    quiet = parts[0] == "harness" and parts[1] not in ("cli", "bench", "e2e")
    if not quiet or parts[-1] in TEST_SUPPORT:
        return
    if re.search(r"_(test|fuzz)\.c$|base.log\.c$", path):
        return
    if re.search(r"^int main\(", code, re.MULTILINE):
        return
    for m in PRINT.finditer(code):
        yield (tree.line_of(code, m.start()), "print",
               "only cli/ and base/log.c print")


EVERY = (rule_spdx, rule_length, rule_left_open)
C_ONLY = (rule_banned, rule_function_length, rule_condition, rule_one_line,
          rule_exit, rule_print)


def lint(root):
    found = []
    for path in tree.files(root, SUFFIXES):
        text = tree.read(root, path)
        is_c = path.endswith((".c", ".h"))
        code = tree.code_only(text) if is_c else ""
        for rule in EVERY + (C_ONLY if is_c else ()):
            for line, name, sentence in rule(path, text, code):
                found.append((path, line, name, sentence))
    return found


if __name__ == "__main__":
    sys.exit(tree.main(lint))
