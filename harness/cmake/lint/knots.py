#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lint.knots: files of one room that need each other in a circle, by the
symbols of the objects that were built.

    knots.py ROOT BUILD [--show|--write]

knots.txt lists the sizes of each room's knots of more than two files.  A knot
may only shrink: a larger one or a new one is an error, and a smaller one is
written down with --write.  A pointer to a function that is handed over at run
time only to hide who needs whom does not cut a knot, it blinds this lint.
--show names the files of all knots.
"""
import os
import re
import subprocess
import sys

LIST = os.path.join("harness", "cmake", "lint", "knots.txt")
LIBRARY = re.compile(r"(.*)/CMakeFiles/weir_\w+\.dir/(.*\.c)\.o$")
SMALL = 2
HEAD = """\
# Knots of more than two files, a room a line: the sizes, largest first.
# They may only shrink, to three: knots.py --show names the files.
"""


def objects(root, build):
    """{source: its object} of the libraries; what a build folder still has of
    sources that are gone does not count."""
    found = {}
    for folder, _, names in os.walk(build):
        for name in names:
            path = os.path.join(folder, name)
            m = LIBRARY.match(os.path.relpath(path, build))
            source = m and os.path.normpath(os.path.join(m[1], m[2]))
            if source and os.path.exists(os.path.join(root, source)):
                found[source] = path
    return found


def symbols(paths):
    """{object: (defined, needed)}."""
    out = {path: (set(), set()) for path in paths}
    for start in range(0, len(paths), 200):
        told = subprocess.run(["nm", "-gAP", *paths[start:start + 200]],
                              capture_output=True, text=True, check=True)
        for line in told.stdout.splitlines():
            path, _, rest = line.rpartition(".o: ")
            name, kind = rest.split()[:2]
            out[path + ".o"][kind in "Uvw"].add(name)
    return out


def needs(root, build):
    """{source: the sources whose symbols it needs}."""
    built = objects(root, build)
    told = symbols(sorted(built.values()))
    home = {name: source for source, path in built.items()
            for name in told[path][0]}
    return {source: {home[n] for n in told[path][1] if n in home} - {source}
            for source, path in built.items()}


def circles(graph):
    """The sets of nodes that reach each other (Kosaraju's two passes)."""
    order, seen = [], set()
    for root in sorted(graph):
        stack = [(root, iter(sorted(graph[root])))]
        if root in seen:
            continue
        seen.add(root)
        while stack:
            node, rest = stack[-1]
            new = next((n for n in rest if n not in seen), None)
            if new is None:
                order.append(node)
                stack.pop()
            else:
                seen.add(new)
                stack.append((new, iter(sorted(graph[new]))))
    back = {node: set() for node in graph}
    for node, others in graph.items():
        for other in others:
            back[other].add(node)
    return collect(order, back)


def collect(order, back):
    found, seen = [], set()
    for root in reversed(order):
        members, todo = [], [root]
        while todo:
            node = todo.pop()
            if node not in seen:
                seen.add(node)
                members.append(node)
                todo += back[node]
        if len(members) > 1:
            found.append(sorted(members))
    return sorted(found, key=lambda k: (-len(k), k))


def room(knot):
    parts = os.path.commonpath(knot).split(os.sep)
    return "/".join(parts[:2]) if parts[0] == "harness" else parts[0]


def sizes(knots):
    """{room: sizes, largest first} of the knots that are listed."""
    out = {}
    for knot in knots:
        if len(knot) > SMALL:
            out.setdefault(room(knot), []).append(len(knot))
    return out


def read_list(root):
    out = {}
    with open(os.path.join(root, LIST), encoding="utf-8") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                name, *numbers = line.split()
                out[name] = [int(n) for n in numbers]
    return out


def write_list(root, now):
    with open(os.path.join(root, LIST), "w", encoding="utf-8") as f:
        f.write(HEAD + "".join(
            f"{name} {' '.join(str(n) for n in now[name])}\n"
            for name in sorted(now)))


def grown(now, listed):
    return len(now) > len(listed) or any(
        a > b for a, b in zip(now, listed))


def compare(listed, knots):
    """A sentence for each room whose knots are not those of the list."""
    now = sizes(knots)
    for name in sorted(set(now) | set(listed)):
        a, b = listed.get(name, []), now.get(name, [])
        if grown(b, a):
            files = "; ".join(
                " ".join(os.path.relpath(f, name) for f in k)
                for k in knots if room(k) == name and len(k) > SMALL)
            yield (f"{name}: files that need each other in a circle: {b} "
                   f"where {a} were ({files})")
        elif a != b:
            yield f"{name}: {b} where {a} were: write it down with --write"


def main():
    root, build, *more = sys.argv[1:]
    knots = circles(needs(root, build))
    if "--show" in more:
        for k in knots:
            print(len(k), room(k), " ".join(
                os.path.relpath(f, room(k)) for f in k))
        return 0
    sentences = list(compare(read_list(root), knots))
    if "--write" in more:
        if any("circle" in s for s in sentences):
            print("not written: a knot may only shrink")
        else:
            write_list(root, sizes(knots))
            return 0
    for s in sentences:
        print(f"{LIST}: knots: {s}")
    return 1 if sentences else 0


if __name__ == "__main__":
    sys.exit(main())
