#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write table.inc from sse-vectors.json, or check that it is up to date.

    generate.py            rewrites table.inc
    generate.py --check    exits 1 when table.inc is stale
    generate.py --corpus D writes each input as a file into folder D
"""
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
HEAD = """/* SPDX-License-Identifier: MIT
 * Written by generate.py from sse-vectors.json.  Do not edit;
 * vectors.c includes it. */
/* Longer than every C compiler must accept; those we support do. */
#pragma GCC diagnostic ignored "-Woverlength-strings"

#define TEXT(s) {(s), sizeof(s) - 1}
#define BYTES(s) (const unsigned char *)(s), sizeof(s) - 1
#define LIST(a) (a), sizeof(a) / sizeof((a)[0])

"""


def literal(raw):
    """A C string literal of raw bytes, in pieces that fit the page."""
    short = {9: "\\t", 10: "\\n", 13: "\\r", 34: '\\"', 92: "\\\\"}
    pieces, piece = [], ""
    for byte in raw:
        if byte in short:
            text = short[byte]
        elif 32 <= byte < 127 and byte != 63:
            text = chr(byte)
        else:
            text = "\\%03o" % byte
        if len(piece) + len(text) > 70:
            pieces.append(piece)
            piece = ""
        piece += text
    pieces.append(piece)
    return "\n    ".join('"%s"' % p for p in pieces)


def text(value):
    return literal(value.encode("utf-8"))


def cuts_of(chunks):
    cuts, at = [], 0
    for chunk in chunks[:-1]:
        at += len(chunk)
        cuts.append(at)
    return cuts


def events(number, vector):
    rows = ["static const struct sse_vector_event e%d[] = {" % number]
    for event in vector["events"]:
        rows.append("  {TEXT(%s), TEXT(%s), TEXT(%s)}," % (
            text(event["type"]), text(event["data"]),
            text(event["lastEventId"])))
    return rows + ["};"]


def row(number, vector, chunks):
    retry = vector["retry"]
    return [
        "  {%s," % text(vector["id"]),
        "   %s," % text(vector["note"]),
        "   BYTES(%s)," % literal(b"".join(chunks)),
        "   %s, %s," % (
            "LIST(c%d)" % number if len(chunks) > 1 else "NULL, 0",
            "LIST(e%d)" % number if vector["events"] else "NULL, 0"),
        "   TEXT(%s), %s}," % (
            text(vector["lastEventId"]),
            "SSE_VECTOR_NO_RETRY" if retry is None
            else "UINT64_C(%d)" % retry),
    ]


def table(vectors):
    lists, rows = [], []
    for number, vector in enumerate(vectors):
        chunks = [bytes.fromhex(c) for c in vector["chunks"]]
        if len(chunks) > 1:
            lists.append("static const size_t c%d[] = {%s};" % (
                number, ", ".join(map(str, cuts_of(chunks)))))
        if vector["events"]:
            lists += events(number, vector)
        rows += row(number, vector, chunks)
    return (HEAD + "\n".join(lists)
            + "\n\nstatic const struct sse_vector table[] = {\n"
            + "\n".join(rows) + "\n};\n")


def corpus(vectors, folder):
    os.makedirs(folder, exist_ok=True)
    for vector in vectors:
        with open(os.path.join(folder, vector["id"]), "wb") as f:
            f.write(bytes.fromhex("".join(vector["chunks"])))


def main(args):
    with open(os.path.join(HERE, "sse-vectors.json"), encoding="utf-8") as f:
        vectors = json.load(f)
    path = os.path.join(HERE, "table.inc")
    if args[:1] == ["--corpus"]:
        corpus(vectors, args[1])
        return 0
    fresh = table(vectors)
    if args == ["--check"]:
        with open(path, encoding="utf-8") as f:
            stale = f.read() != fresh
        if stale:
            print("table.inc is stale: run harness/sse/vectors/generate.py")
        return 1 if stale else 0
    with open(path, "w", encoding="utf-8") as f:
        f.write(fresh)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
