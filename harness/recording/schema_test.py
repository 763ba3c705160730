#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Recordings of many kinds fit their published schema, damaged ones do not.

Usage: schema_test.py RECORDING_DOCUMENTS SCHEMA_DIR
Exit code 77 (skipped) without the module jsonschema.
"""
import base64
import copy
import json
import pathlib
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: the Python module jsonschema is not installed")
    sys.exit(77)


def main(program, schemas):
    path = pathlib.Path(schemas) / "weir.recording-1.schema.json"
    schema = json.loads(path.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    out = subprocess.run([program], check=True, capture_output=True).stdout
    docs = [json.loads(line) for line in out.decode("utf-8").splitlines()]
    assert len(docs) >= 7, len(docs)
    for doc in docs:
        errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}"
                  for e in validator.iter_errors(doc)]
        assert not errors, f"{doc['end']}: " + "; ".join(errors[:5])
        wire = base64.b64decode(doc["wire"])
        assert sum(n for _, n in doc["reads"]) == len(wire)
    known = set(schema["properties"]["end"]["enum"])
    assert {d["end"] for d in docs} <= known
    damaged = 0
    for key in docs[0]:
        broken = copy.deepcopy(docs[0])
        del broken[key]
        assert not validator.is_valid(broken), key
        broken[key] = {"no": "such"}
        assert not validator.is_valid(broken), key
        damaged += 2
    print(f"{len(docs)} recordings fit, {damaged} damaged ones do not")


if __name__ == "__main__":
    main(*sys.argv[1:])
