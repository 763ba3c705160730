# SPDX-License-Identifier: MIT
"""Configurations with one thing changed, as people change them: some that
nginx still takes, and many that it does not.  Seeded: a seed gives the same
mutants ever again."""
import random
import re

FLAGS = re.compile(r"\b(on|off);")
TIME = re.compile(r"\b\d+(ms|[smhd]);")
NUMBER = re.compile(r" \d+;")
LINE = re.compile(r"^\s*[a-z_]+ [^;{}#]+;\s*$")
BLOCK = re.compile(r"^\s*(http|server|location|upstream|events)\b.*\{\s*$")


def lines_like(lines, pattern):
    return [i for i, line in enumerate(lines) if pattern.search(line)]


def indented(line, text):
    return line[:len(line) - len(line.lstrip())] + text


def misspell(rng, lines, i):
    m = re.match(r"(\s*)([a-z_]+)(.*)", lines[i], re.DOTALL)
    name = m[2]
    at = rng.randrange(1, len(name) - 1) if len(name) > 3 else 1
    name = rng.choice((
        name[:at] + name[at + 1:], name[:at] + name[at] + name[at:],
        name[:at] + name[at + 1:at + 2] + name[at] + name[at + 2:],
        name + "s", name.replace("_", "-"), name + ":", name.upper()))
    lines[i] = m[1] + name + m[3]


def drop_semicolon(_rng, lines, i):
    lines[i] = lines[i].replace(";", "", 1)


def double_semicolon(_rng, lines, i):
    lines[i] = lines[i].replace(";", ";;", 1)


def twice(_rng, lines, i):
    lines.insert(i, lines[i])


def gone(_rng, lines, i):
    del lines[i]


def swap(_rng, lines, i):
    if i + 1 < len(lines):
        lines[i], lines[i + 1] = lines[i + 1], lines[i]


def add_word(rng, lines, i):
    lines[i] = lines[i].replace(";", f" {rng.choice(('on', '1', 'x'))};", 1)


def drop_word(_rng, lines, i):
    lines[i] = re.sub(r" \S+;", ";", lines[i], count=1)


def drop_brace(_rng, lines, i):
    lines[i] = lines[i].replace("{", "", 1)


def comment_out(_rng, lines, i):
    lines[i] = indented(lines[i], "# " + lines[i].lstrip())


def comment(_rng, lines, i):
    lines.insert(i, indented(lines[i], "# nothing; to see { here"))


def blank(_rng, lines, i):
    lines[i] = lines[i].replace(" ", "   ") + "  "


def flag(rng, lines, i):
    word = rng.choice(("on", "off", "ON", "no", "true", "1", "of", '"off"'))
    lines[i] = FLAGS.sub(word + ";", lines[i], count=1)


def time(rng, lines, i):
    word = rng.choice(("30s", "2h", "1d 2h", "90min", "1.5h", "10 s", "0",
                       "5m;", "1y", "-1", "off", "1h30m", "m"))
    lines[i] = TIME.sub(word + ";", lines[i], count=1)


def number(rng, lines, i):
    word = rng.choice(("1", "200", "4k", "-3", "many", "0x10", "40"))
    lines[i] = NUMBER.sub(f" {word};", lines[i], count=1)


KNOWN = ("proxy_buffering off;", "proxy_read_timeout 1h;", "gzip on;",
         "tcp_nodelay on;", "keepalive_timeout 65;", "add_header X-A b;",
         "client_max_body_size 8m;", "sendfile on;", "return 204;",
         "worker_connections 64;", "proxy_pass http://127.0.0.1:9;",
         "server_name a.example;", "error_page 404 /404.html;",
         "worker_processes 2;", "limit_rate 4k;", "types_hash_max_size 1024;",
         "default_type text/plain;", "proxy_set_header A b;", "aio threads;",
         "internal;", "expires 1h;", "root /srv;", "listen 127.0.0.1:9;",
         "location /more { return 404; }", "if ($arg_a) { return 403; }",
         "upstream more { server 127.0.0.1:9; }", "map $uri $m { a b; }",
         "client_max_body_size 8mb;", "proxy_buffers 8;", "gzip_types;",
         "proxy_http_version 1.2;", "ssl_protocols TLSv1.2 TLSv9;",
         "fastcgi_buffering no;", "keepalive 4;", "resolver 127.0.0.1;",
         "break;", "set $a b;", "deny all;", "satisfy some;", "etag on;",
         "charset utf-8;", "autoindex yes;", "merge_slashes off;")


def put(rng, lines, i):
    """Something known, in whatever block."""
    lines.insert(i + 1, indented(lines[i], "  " + rng.choice(KNOWN)))


KINDS = ((misspell, LINE, 4), (drop_semicolon, LINE, 3),
         (double_semicolon, LINE, 1), (twice, LINE, 4), (gone, LINE, 3),
         (swap, LINE, 3), (add_word, LINE, 3), (drop_word, LINE, 3),
         (drop_brace, BLOCK, 2), (comment_out, LINE, 2), (comment, LINE, 2),
         (blank, LINE, 2), (flag, FLAGS, 4), (time, TIME, 4),
         (number, NUMBER, 3), (put, BLOCK, 10), (put, LINE, 4))


def mutants(texts, seed):
    """(name, text), without end; texts are [(name, text)]."""
    rng = random.Random(seed)
    weights = [k[2] for k in KINDS]
    while True:
        name, text = rng.choice(texts)
        change, pattern, _ = rng.choices(KINDS, weights)[0]
        lines = text.split("\n")
        places = [i for i in lines_like(lines, pattern)
                  if not lines[i].lstrip().startswith("#")]
        if not places:
            continue
        i = rng.choice(places)
        change(rng, lines, i)
        yield f"{name}:{i + 1} {change.__name__}", "\n".join(lines)


SAID = (("name", "unknown directive"), ("context", "is not allowed here"),
        ("count", "invalid number of arguments"), ("duplicate", "duplicate"),
        ("syntax", "is not terminated by"), ("syntax", "has no opening"),
        ("syntax", "unexpected"), ("value", "invalid"),
        ("value", "must be"), ("value", "not supported"))


def kind_of(sentence):
    for kind, part in SAID:
        if part in sentence:
            return kind
    return "other: " + sentence
