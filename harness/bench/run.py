#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures weir against the floor programs, interleaved in one run, and
prints a table and a JSON document.

    run.py --build BUILD_FOLDER [--out FILE] [--repeats N] [--full]
           [--streams N]
           [--only client|open|server|tls|grammar|parse|parser|check|held]

A figure whose programs are not built, or that could not be measured, says so
in its row.  Exit code 0 when every figure measured holds its "must", else 1.
"""
import argparse
import json
import os
import platform
import shutil
import statistics
import sys
from types import SimpleNamespace

import measures
from procs import Failed

# key, what, unit, "at most" or "at least", must, aim
FIGURES = (
    ("client_cpu", "CPU per event: weir load / floor client", "x",
     "most", 1.5, 1.2),
    ("open_cpu", "CPU to open 10,000 streams / floor client", "x",
     "most", 2.0, 1.3),
    ("memory", "memory per HTTP/1.1 stream", "KiB", "most", 16.0, 4.0),
    ("tls_memory", "memory per TLS stream, HTTP/1.1", "KiB", "most", 24.0,
     20.0),
    ("h2_memory", "memory per HTTP/2 stream, 100 a connection", "KiB", "most",
     4.0, 1.5),
    ("grammar_cpu", "CPU per event: with a grammar / without", "x", "most",
     1.15, 1.1),
    ("parse", "`weir parse`, 189-byte events", "GB/s", "least", 0.5, 1.0),
    ("parser", "SSE parser, 200-byte events", "GB/s", "least", 1.0, 3.0),
    ("server_cpu", "CPU per event: weir-server / floor server", "x",
     "most", 1.3, 1.1),
    ("held", "streams held, both ends here", "", "least", 100000, 1000000),
)
# mode of weir check, options, seconds (must, aim), connections (must, aim)
CHECKS = (
    ("lint", ("--mode", "lint"), (10, 5.5), (5, 2)),
    ("probe --fast", ("--mode", "probe", "--fast"), (8, 3), (50, 30)),
    ("probe", ("--mode", "probe"), (30, 6), (50, 30)),
    ("full --fast", ("--mode", "full", "--fast"), (30, 12), (1000, 600)),
)
FIGURES += tuple(
    figure for mode, _, seconds, connections in CHECKS for figure in (
        (f"check_s {mode}", f"weir check, {mode}", "s", "most", *seconds),
        (f"check_n {mode}", f"weir check, {mode}: connections", "", "most",
         *connections)))
NEEDS = {
    "client_cpu": ("weir", "floor_client", "floor_server"),
    "open_cpu": ("weir", "floor_client", "floor_server"),
    "memory": ("weir", "floor_client", "floor_server"),
    "tls_memory": ("weir", "weir_server", "nginx"),
    "grammar_cpu": ("weir", "weir_server"),
    "parse": ("weir",),
    "parser": ("parser_bench",),
    "server_cpu": ("weir_server", "floor_client", "floor_server"),
    "held": ("weir", "weir_server"),
    FIGURES[-1][0]: ("weir", "weir_server"),
}


def find_tools(build):
    tools = SimpleNamespace()
    for name in ("weir", "weir-server", "floor_client", "floor_server",
                 "parser_bench"):
        places = [os.path.join(build, d, name)
                  for d in ("bin", "bench", "tests")]
        found = [p for p in places if os.access(p, os.X_OK)]
        setattr(tools, name.replace("-", "_"), found[0] if found else None)
    tools.nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    return tools


def progress(text):
    print(f"  {text}", file=sys.stderr, flush=True)


def interleaved(repeats, first, second):
    """Medians of two measurements taken in turn, with every sample."""
    a, b = [], []
    for i in range(repeats):
        progress(f"{first.__doc__} and {second.__doc__}, "
                 f"{i + 1} of {repeats}")
        a.append(first())
        b.append(second())
    return a, b


def named(name, function):
    function.__doc__ = name
    return function


def ratio(ours, floor, **more):
    a, b = statistics.median(ours), statistics.median(floor)
    return dict(value=a / b, weir_us=ours, floor_us=floor, **more)


def measure_client(tools, repeats):
    ours, floor = interleaved(
        repeats,
        named("weir load", lambda: measures.client_cpu_per_event(
            tools, "weir")),
        named("floor client", lambda: measures.client_cpu_per_event(
            tools, "floor")))
    return {"client_cpu": ratio(ours, floor)}


def measure_open(tools, repeats):
    ours, floor = interleaved(
        repeats,
        named("opening with weir", lambda: measures.open_slopes(
            tools, "weir")),
        named("with the floor client", lambda: measures.open_slopes(
            tools, "floor")))
    memory = [m / 1024 for _, m in ours]
    return {
        "open_cpu": ratio([c for c, _ in ours], [c for c, _ in floor]),
        "memory": {"value": statistics.median(memory), "samples": memory,
                   "floor": [m / 1024 for _, m in floor]},
    }


def measure_server(tools, repeats):
    size = []

    def ours():
        cpu, event_bytes = measures.weir_server_cpu_per_event(tools)
        size.append(event_bytes)
        return cpu

    def floor():
        return measures.floor_server_cpu_per_event(tools, size[-1])

    a, b = interleaved(repeats, named("weir-server", ours),
                       named("floor server", floor))
    return {"server_cpu": ratio(a, b, event_bytes=size)}


def measure_grammar(tools, repeats):
    """The event path of requests, in one worker."""
    judged, plain = interleaved(
        repeats,
        named("with a grammar", lambda: measures.answer_cpu_per_event(
            tools, True)),
        named("without", lambda: measures.answer_cpu_per_event(
            tools, False)))
    return {"grammar_cpu": {
        "value": statistics.median(judged) / statistics.median(plain),
        "grammar_us": judged, "plain_us": plain}}


def measure_tls(tools, _):
    got = {}
    for key, http in (("tls_memory", "1.1"), ("h2_memory", "2")):
        progress(f"memory over TLS, HTTP/{http}")
        got[key] = {"value": measures.tls_memory(tools, http) / 1024}
    return got


def measure_parse(tools, repeats):
    samples = []
    for _ in range(repeats):
        progress("weir parse")
        samples.append(measures.parse_rate(tools))
    return {"parse": {"value": statistics.median(samples),
                      "samples": samples}}


def measure_parser(tools, repeats):
    progress("parser")
    rate, shapes = measures.parser_rate(tools)
    return {"parser": {"value": rate, "shapes": shapes}}


def measure_check(tools, _):
    got = {}
    for mode, options, _, _ in CHECKS:
        progress(f"weir check, {mode}")
        seconds, connections = measures.check(tools, options)
        got[f"check_s {mode}"] = {"value": seconds}
        got[f"check_n {mode}"] = {"value": connections}
    return got


def measure_held(tools, streams):
    progress(f"holding {streams:,} streams")
    peak, seconds = measures.hold(tools, streams)
    return {"held": {"value": peak, "seconds": seconds}}


def attempt(measure, keys, tools, amount):
    """The figures of one measurement, or the reason why there are none."""
    missing = [n for n in NEEDS[keys[0]] if not getattr(tools, n)]
    if missing:
        reason = "not built: " + ", ".join(missing)
        return {k: {"missing": reason} for k in keys}
    try:
        return measure(tools, amount)
    except (Failed, OSError, ValueError, KeyError) as e:
        return {k: {"missing": f"{type(e).__name__}: {e}"} for k in keys}


def judge(figure, got):
    key, what, unit, side, must, aim = figure
    row = dict(key=key, figure=what, unit=unit, must=must, aim=aim, side=side,
               **got)
    if "value" in got:
        sign = 1 if side == "most" else -1
        row["ok"] = sign * got["value"] <= sign * must
        row["aim_met"] = sign * got["value"] <= sign * aim
    return row


def number(value, unit):
    text = f"{value:,.0f}" if value >= 1000 else f"{value:.2f}"
    return f"{text} {unit}".strip()


def print_table(rows):
    form = "{:<44} {:>12} {:>12} {:>12}  {}"
    print(form.format("figure", "must", "aim", "measured", ""))
    for r in rows:
        sign = "<=" if r["side"] == "most" else ">="
        bounds = [f"{sign} {number(r[b], r['unit'])}" for b in ("must", "aim")]
        if "value" in r:
            tail = "ok" if r["ok"] else "NOT MET"
            tail += " (aim met)" if r["aim_met"] else ""
            value = number(r["value"], r["unit"])
        else:
            tail, value = r["missing"], "-"
        print(form.format(r["figure"], *bounds, value, tail))


def environment():
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        models = [x.split(":")[1].strip() for x in f if "model name" in x]
    return {"kernel": platform.release(), "cpus": os.cpu_count(),
            "cpu": models[0] if models else platform.machine()}


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--build", required=True)
    p.add_argument("--out")
    p.add_argument("--repeats", type=int, default=3)
    p.add_argument("--full", action="store_true",
                   help="also hold --streams streams (half a minute more)")
    p.add_argument("--streams", type=int, default=100000)
    p.add_argument("--only", choices=["client", "open", "server", "tls",
                                      "grammar", "parse", "parser", "check",
                                      "held"])
    args = p.parse_args()
    tools = find_tools(args.build)
    plan = [("client", measure_client, ["client_cpu"], args.repeats),
            ("open", measure_open, ["open_cpu", "memory"], args.repeats),
            ("server", measure_server, ["server_cpu"], args.repeats),
            ("tls", measure_tls, ["tls_memory", "h2_memory"], 1),
            ("grammar", measure_grammar, ["grammar_cpu"], args.repeats),
            ("parse", measure_parse, ["parse"], args.repeats),
            ("parser", measure_parser, ["parser"], args.repeats),
            ("check", measure_check,
             [f[0] for f in reversed(FIGURES) if f[0].startswith("check_")],
             1),
            ("held", measure_held, ["held"], args.streams)]
    got = {}
    for name, measure, keys, amount in plan:
        if name == "held" and not args.full and args.only != "held":
            got["held"] = {"missing": "measured with --full only"}
        elif args.only in (None, name):
            got.update(attempt(measure, keys, tools, amount))
    rows = [judge(f, got[f[0]]) for f in FIGURES if f[0] in got]
    print_table(rows)
    if args.out:
        document = {"schema": "weir.bench/1", "environment": environment(),
                    "figures": rows}
        with open(args.out, "w", encoding="utf-8") as f:
            json.dump(document, f, indent=2)
        print(f"written to {args.out}")
    return 0 if all(r.get("ok", True) for r in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
