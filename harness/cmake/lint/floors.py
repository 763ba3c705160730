#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lint.floors: a folder of harness/ may include only floors below its own.

Two folders on one floor do not know each other.  Pure floors see neither
libuv nor libcurl nor a clock; only transport/ sees libcurl; the reference
server shares base/ with the harness and nothing else, so that a bug cannot
cancel out.
"""
import os
import re
import sys

import tree

FLOOR = {
    "base": 0,
    "sse": 1, "metrics": 1, "nginxconf": 1, "loop": 1, "yaml": 1, "option": 1,
    "page": 1, "document": 1, "net": 1,
    "endpoint": 2, "settings": 2, "transport": 2, "content": 2,
    "plan": 2, "health": 2,
    "recording": 3, "scenario": 3, "confedit": 3, "profile": 3,
    "checks": 4, "subscriber": 4, "requests": 4, "probe": 4, "nginxbox": 4,
    "load": 5, "rules": 5, "flow": 5,
    "capacity": 6, "conformance": 6, "doctor": 6,
    "result": 7,
    "ci": 8,
    "cli": 9, "bench": 9, "e2e": 9,
}
PURE = {"base", "sse", "metrics", "scenario", "nginxconf", "recording",
        "checks", "yaml", "option", "settings", "endpoint", "page",
        "content", "plan", "profile"}
# What stands between floors of harness/, and who may use it.
ABOVE = {"reports": {"cli"}}
# What stands outside harness/ and what of it they may include.
OUTSIDE = {
    "reference-server": ({"base"}, {"sse/vectors/vectors.h"}),
    "reports": ({"base", "document", "metrics", "page", "result"},
                # what documents say of themselves
                {"capacity/capacity_doc.h", "conformance/check_doc.h",
                 "conformance/check_read.h", "load/fields.h",
                 "load/gate.h", "load/load_doc.h", "load/load_read.h",
                 "load/synthetic.h"}),
}
# Rooms of the server, lowest first; the files beside them stand above, but for
# what it was told on its command line.
SERVER = ("behaviours", "topics", "http", "streams", "origin", "answers")
SERVER_FOR_ALL = os.path.join("reference-server", "options.h")
# base/ has the clocks; what is pure is given the time.
CLOCK = re.compile(r"\b(clock_(?:mono|real|cpu|offset)_ns|clock_gettime|"
                   r"time|getrusage|timespec_get|"
                   r"uv_(?:hrtime|now|clock_gettime|gettimeofday))\s*\(")
TEST = re.compile(r"_(test|testing|bench|fuzz)\.[ch]$")
INCLUDE = re.compile(r"^[ \t]*#[ \t]*include[ \t]*([\"<])([^\">]+)[\">]",
                     re.MULTILINE)


def room_of(path):
    """("harness", "sse") for harness/sse/x.c; ("reference-server", "")."""
    parts = path.split(os.sep)
    if parts[0] == "harness" and len(parts) > 2:
        return "harness", parts[1]
    return parts[0], ""


def resolve(root, path, name):
    """The included file relative to root: beside the includer, below
    harness/, or by its path from the root.  None where there is none."""
    for folder in (os.path.dirname(path), "harness", room_of(path)[0], ""):
        candidate = os.path.normpath(os.path.join(folder, name))
        if os.path.isfile(os.path.join(root, candidate)):
            return candidate
    return None


def judge_system(where, room, name):
    """The sentence against <name>, or None."""
    is_curl = name.startswith("curl/")
    is_uv = name == "uv.h" or name.startswith("uv/")
    if is_curl and (where, room) != ("harness", "transport"):
        return f"only transport/ knows libcurl, not {room or where}/"
    if is_uv and (room in PURE or where == "reports"):
        return f"{room or where}/ is pure and never sees libuv"
    return None


def judge_outside(where, target):
    rooms, single = OUTSIDE[where]
    base, room = room_of(target)
    if base != "harness":
        return None if base == where else f"{where}/ may not use {base}/"
    if room in rooms or os.path.relpath(target, "harness") in single:
        return None
    return f"{where}/ may not use harness/{room}/"


def server_floor(path):
    room = path.split(os.sep)[1]
    return SERVER.index(room) if room in SERVER else len(SERVER)


def judge_server(path, target):
    """The sentence against a file of the server including another, or None."""
    if (server_floor(target) <= server_floor(path) or
            target == SERVER_FOR_ALL):
        return None
    return f"rooms of the server stand in this order: {', '.join(SERVER)}"


def judge_project(where, room, target):
    """The sentence against including target, or None."""
    if where in OUTSIDE:
        return judge_outside(where, target)
    base, other = room_of(target)
    if base != "harness":
        return None if room in ABOVE.get(base, ()) else \
            f"harness/{room}/ may not use {base}/"
    if other == room:
        return None
    if other not in FLOOR:
        return f"'{other}' has no floor (see harness/cmake/lint/floors.py)"
    if FLOOR[other] >= FLOOR[room]:
        return (f"{room}/ is on floor {FLOOR[room]} and may not use {other}/ "
                f"on floor {FLOOR[other]}")
    return None


def judge(root, path, bracket, name):
    where, room = room_of(path)
    if where == "harness" and room not in FLOOR:
        return f"'{room}' has no floor (see harness/cmake/lint/floors.py)"
    sentence = judge_system(where, room, name)
    if sentence or bracket == "<":
        return sentence
    target = resolve(root, path, name)
    if not target:
        return None  # generated, or missing: the compiler's business
    if where == "reference-server" and room_of(target)[0] == where:
        return judge_server(path, target)
    return judge_project(where, room, target)


def clocks(path, text):
    """Where a pure room asks a clock."""
    where, room = room_of(path)
    if where != "harness" or room not in PURE - {"base"} or TEST.search(path):
        return
    code = tree.code_only(text)
    for m in CLOCK.finditer(code):
        yield (path, tree.line_of(code, m.start()), "clock",
               f"{room}/ is pure: {m.group(1)}() is the caller's, the time "
               "comes in as an argument")


def lint(root):
    found = []
    for top in ("harness", *OUTSIDE):
        for name in tree.files(os.path.join(root, top), (".c", ".h")):
            path = os.path.join(top, name)
            text = tree.read(root, path)
            found += clocks(path, text)
            for m in INCLUDE.finditer(text):
                sentence = judge(root, path, m.group(1), m.group(2))
                if sentence:
                    found.append((path, tree.line_of(text, m.start(1)),
                                  "floors", f"{m.group(2)}: {sentence}"))
    return found


if __name__ == "__main__":
    sys.exit(tree.main(lint))
