# SPDX-License-Identifier: MIT
"""The single measurements.  Each runs one client against one server and
returns plain figures; run.py interleaves them and takes medians.

CPU time is user plus system of all processes of the program measured, read
between two lines that the floor program at the other end prints, so that both
programs are charged for exactly the same deliveries."""
import json
import os
import re
import resource
import socket
import subprocess
import tempfile
import time
import urllib.request

from procs import Failed, Stage, cpu_seconds, memory_bytes

EVENT_BYTES = 200
LOAD_STREAMS = 2000
LOAD_RATE = 20
LOAD_SECONDS = 3
OPEN_FEW, OPEN_MANY = 1000, 10000
ANSWERS, ANSWER_TOKENS, ANSWER_FROM, ANSWER_TO = 100, 600, 100, 500
PARSE_BYTES, PARSE_TOTAL = 189, 200 << 20


def port_of(url):
    return re.search(r":(\d+)", url).group(1)


def listening(process):
    return process.line(r"listening on (http://\S+)", 10).group(1)


def counts(process, word, timeout):
    return json.loads(process.line(rf"^{word} (\{{.*\}})", timeout).group(1))


def weir_load(stage, tools, url, streams, seconds, out):
    return stage.start(tools.weir, "load", url, "-c", streams, "-d",
                       f"{seconds}s", "-w", 1, "--out", out)


def floor_client(stage, tools, url, streams, seconds):
    path = re.sub(r"^http://[^/]+", "", url) or "/"
    return stage.start(tools.floor_client, "-n", streams, "-d", seconds,
                       port_of(url), path)


def read_result(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def demand(condition, sentence):
    if not condition:
        raise Failed(sentence)


def check_events(client, folder, expected):
    """The client must have seen every event, or its CPU says nothing."""
    if client.name == "floor_client":
        seen = counts(client, "done", 30)["events"]
        code = client.wait(10)
    else:
        code = client.wait(60)
        result = read_result(os.path.join(folder, "r.json"))
        seen = result["summary"]["events"]["received"]
        lost = result["summary"]["events"].get("lost", 0)
        demand(not lost, f"weir load reports {lost} lost events")
    demand(code == 0, f"{client.name} ended with {code}: {client.said[-300:]}")
    demand(seen == expected, f"{client.name} saw {seen} of {expected} events")


def start_client(stage, tools, kind, url, streams, seconds, folder):
    if kind == "floor":
        return floor_client(stage, tools, url, streams, seconds)
    return weir_load(stage, tools, url, streams, seconds,
                     os.path.join(folder, "r.json"))


def client_cpu_per_event(tools, kind):
    """Microseconds of client CPU for one delivered event."""
    with Stage() as stage, tempfile.TemporaryDirectory() as folder:
        server = stage.start(tools.floor_server, "-n", LOAD_STREAMS, "-r",
                             LOAD_RATE, "-d", LOAD_SECONDS, "-s", EVENT_BYTES)
        client = start_client(stage, tools, kind, listening(server) + "/",
                              LOAD_STREAMS, LOAD_SECONDS + 2, folder)
        counts(server, "start", 30)
        before = cpu_seconds(client.pid)
        sent = counts(server, "done", LOAD_SECONDS + 20)
        used = cpu_seconds(client.pid) - before
        demand(not sent["cut"], f"{sent['cut']} readers were too slow")
        check_events(client, folder, sent["events"])
        return used / sent["events"] * 1e6


def client_open(tools, kind, streams):
    """CPU seconds to open, and bytes of memory after a few deliveries."""
    with Stage() as stage, tempfile.TemporaryDirectory() as folder:
        server = stage.start(tools.floor_server, "-n", streams, "-r", 2, "-d",
                             1, "-s", EVENT_BYTES)
        client = start_client(stage, tools, kind, listening(server) + "/",
                              streams, 2, folder)
        counts(server, "full", 60)
        cpu = cpu_seconds(client.pid)
        sent = counts(server, "done", 30)
        memory = memory_bytes(client.pid)
        check_events(client, folder, sent["events"])
        return cpu, memory


def open_slopes(tools, kind):
    """CPU microseconds and memory bytes per stream, start-up left out."""
    few_cpu, few_memory = client_open(tools, kind, OPEN_FEW)
    many_cpu, many_memory = client_open(tools, kind, OPEN_MANY)
    streams = OPEN_MANY - OPEN_FEW
    return ((many_cpu - few_cpu) / streams * 1e6,
            (many_memory - few_memory) / streams)


def server_window(server, client, seconds):
    """Server CPU between the client's two lines, and what it counted."""
    counts(client, "full", 60)
    before = cpu_seconds(server.pid)
    seen = counts(client, "done", seconds + 20)
    return cpu_seconds(server.pid) - before, seen


def weir_server_cpu_per_event(tools):
    """Microseconds of weir-server CPU per event, and the event's size."""
    with Stage() as stage:
        server = stage.start(tools.weir_server, "--port", 0, "--workers", 1)
        url = (f"{listening(server)}/stream/bench?rate={LOAD_RATE}"
               f"&size={EVENT_BYTES}")
        client = floor_client(stage, tools, url, LOAD_STREAMS, LOAD_SECONDS)
        used, seen = server_window(server, client, LOAD_SECONDS)
        wanted = LOAD_STREAMS * LOAD_RATE * LOAD_SECONDS
        demand(abs(seen["events"] - wanted) < wanted / 20,
               f"weir-server sent {seen['events']} of about {wanted} events")
        return (used / seen["events"] * 1e6,
                round(seen["bytes"] / seen["events"]))


def floor_server_cpu_per_event(tools, event_bytes):
    with Stage() as stage:
        server = stage.start(tools.floor_server, "-b", "-n", LOAD_STREAMS,
                             "-r", LOAD_RATE, "-d", LOAD_SECONDS, "-s",
                             event_bytes)
        client = floor_client(stage, tools, listening(server) + "/",
                              LOAD_STREAMS, LOAD_SECONDS + 1)
        counts(server, "start", 30)
        before = cpu_seconds(server.pid)
        sent = counts(server, "done", LOAD_SECONDS + 20)
        return (cpu_seconds(server.pid) - before) / sent["events"] * 1e6


TLS_FEW, TLS_MANY = 1000, 6000
NGINX = """daemon off;
master_process off;
error_log {folder}/error.log;
pid {folder}/pid;
events {{ worker_connections 19000; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} ssl http2;
    ssl_certificate {folder}/cert;
    ssl_certificate_key {folder}/key;
    keepalive_requests 100000;
    location / {{
      proxy_pass {server};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_read_timeout 1h;
    }}
  }}
}}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start_nginx(stage, tools, folder, server):
    """An nginx with TLS and HTTP/2 in front of the server; its URL."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=bench",
         "-keyout", f"{folder}/key", "-out", f"{folder}/cert"],
        check=True, capture_output=True)
    port = free_port()
    with open(f"{folder}/conf", "w", encoding="utf-8") as f:
        f.write(NGINX.format(folder=folder, port=port, server=server))
    stage.start(tools.nginx, "-p", folder, "-e", f"{folder}/error.log", "-c",
                f"{folder}/conf")
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return f"https://127.0.0.1:{port}"
        time.sleep(0.05)
    raise Failed("nginx does not listen")


def tls_run(tools, http, streams):
    """Memory of weir's processes while a load through nginx lasts."""
    with Stage() as stage, tempfile.TemporaryDirectory() as folder:
        server = stage.start(tools.weir_server, "--port", 0, "--workers", 1)
        url = start_nginx(stage, tools, folder, listening(server))
        out = os.path.join(folder, "r.json")
        client = stage.start(
            tools.weir, "load", f"{url}/stream?rate=1&size={EVENT_BYTES}",
            "-k", "--http", http, "-c", streams, "-d", "4s", "-w", 1,
            "--out", out)
        code = client.wait(60)
        demand(code == 0, f"weir load ended with {code}: {client.said[-300:]}")
        result = read_result(out)
        return result["summary"]["generator"]["rss_bytes"]


def tls_memory(tools, http):
    """Bytes of memory per stream over TLS, start-up left out."""
    few, many = (tls_run(tools, http, n) for n in (TLS_FEW, TLS_MANY))
    return (many - few) / (TLS_MANY - TLS_FEW)


def stats_of(url):
    with urllib.request.urlopen(url + "/stats", timeout=10) as answer:
        return json.loads(answer.read())


def await_tokens(url, wanted):
    """What the server has written once it is that many tokens."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        tokens = stats_of(url)["answer_tokens"]
        if tokens >= wanted:
            return tokens
        time.sleep(0.02)
    raise Failed(f"weir-server has not written {wanted} tokens")


def answer_cpu_per_event(tools, app):
    """Microseconds of weir's CPU for one event of answers, judged by the
    profile's grammar or taken as a plain stream: 10,000 events a second."""
    how = (("--app", "openai-chat", "--var", f"max_tokens={ANSWER_TOKENS}")
           if app else ("--body", "{}", "-H",
                        "Content-Type: application/json"))
    with Stage() as stage:
        server = stage.start(tools.weir_server, "--port", 0, "--workers", 1)
        url = listening(server)
        client = stage.start(
            tools.weir, "load", f"{url}/v1/chat/completions?itl=10ms"
            f"&tokens={ANSWER_TOKENS}", "-q", "-c", ANSWERS, "-d", "10s",
            "-w", 1, *how)
        first = await_tokens(url, ANSWERS * ANSWER_FROM)
        before = cpu_seconds(client.pid)
        last = await_tokens(url, ANSWERS * ANSWER_TO)
        used = cpu_seconds(client.pid) - before
        demand(stats_of(url)["answers_done"] == 0,
               "answers ended while they were measured")
        return used / (last - first) * 1e6


def parse_rate(tools):
    """GB per second of CPU time of `weir parse` on 189-byte events."""
    event = b"id: 12345678\nevent: tick\ndata: "
    event += b"x" * (PARSE_BYTES - len(event) - 2) + b"\n\n"
    with tempfile.NamedTemporaryFile() as f:
        f.write(event * (PARSE_TOTAL // PARSE_BYTES))
        f.flush()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([tools.weir, "parse", f.name], check=True,
                       stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = (after.ru_utime + after.ru_stime - before.ru_utime -
                before.ru_stime)
        return f.tell() / used / 1e9


def parser_rate(tools):
    """Parser throughput on 200-byte events in GB/s, and the other shapes."""
    with Stage() as stage:
        bench = stage.start(tools.parser_bench)
        shapes = json.loads(bench.line(r"(\{.*\})", 60).group(1))
        return shapes["events_200"]["gb_per_s"], shapes


def hold(tools, streams):
    """Holds many streams with several workers at both ends; returns how many
    were open at once and the seconds it took to open them."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    workers = max(2, -(-streams // max(1000, limit - 2000)))
    with Stage() as stage, tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "r.json")
        server = stage.start(tools.weir_server, "--port", 0, "--workers",
                             workers + 1)
        started = time.monotonic()
        client = stage.start(tools.weir, "load",
                             listening(server) + "/stream?rate=0.1", "-c",
                             streams, "-d", "10s", "--out", out)
        code = client.wait(300)
        demand(os.path.exists(out), f"weir load ended with {code}: "
               f"{client.said[-400:]}")
        result = read_result(out)
        demand(code == 0, f"weir load ended with {code}, verdict "
               f"{result['verdict']}: {client.said[-400:]}")
        return (result["summary"]["connections"]["peak"],
                time.monotonic() - started)


def check(tools, options):
    """Seconds that weir check takes of a clean stream, and the connections
    that the server counted meanwhile, its own two questions left out."""
    with Stage() as stage:
        server = stage.start(tools.weir_server, "--port", 0, "--workers", 1)
        url = listening(server)
        before = stats_of(url)["opened"]
        began = time.monotonic()
        client = stage.start(tools.weir, "check", "-q", "-f", "csv", *options,
                             url + "/stream?rate=20&retry=2000&hb=1s")
        code = client.wait(120)
        seconds = time.monotonic() - began
        demand(code == 0, f"weir check ended with {code}: "
               f"{client.said[-300:]}")
        return seconds, stats_of(url)["opened"] - before - 1
