# SPDX-License-Identifier: MIT
"""Makes nested nginx configurations whose settings can be seen from outside.

Every block sets $loc to a name of its own, which the access log shows; most
directives leave a trace in the answer: headers, type, body, what the server
behind was sent."""

TYPES = ("text/plain", "text/html", "text/css", "application/json",
         "text/event-stream")
STEMS = ("/a", "/b", "/a/b", "/ab", "/a/", "/b/c", "/events", "/events/",
         "/a/b/c", "/x.stream", "/b/c/d/")
PATTERNS = ("^/a", "^/b/", r"\.stream$", "^/(a|b)/(?<rest>.*)$", "b", "c/d",
            "^/events/[0-9]+$", "B", r"^/a/b\b", "(?i)^/EV")
# Where an `if` may have it, too.
ONCE_EACH = ("sub_filter", "proxy_set_header")
IN_IF = ("add_header", "expires", "charset", "gzip", "error_page")


class Maker:
    """One configuration: servers in files, and URIs worth asking for."""

    def __init__(self, rng, ports, backend):
        self.rng = rng
        self.ports = ports
        self.backend = backend
        self.count = 0
        self.hosts = []  # (host, port, uris)

    def one_of(self, *choices):
        return self.rng.choice(choices)

    def chance(self, share):
        return self.rng.random() < share

    def name(self, prefix="l"):
        self.count += 1
        return f"{prefix}{self.count}"

    # ---- Directives ----

    def add_header(self):
        always = " always" if self.chance(0.3) else ""
        return (f"add_header X-{self.one_of('A', 'B', 'C')} "
                f"{self.word(self.name('h'))}{always}")

    def word(self, text):
        """Quoted or bare: nginx does not care."""
        return self.rng.choice((text, text, f'"{text}"', f"'{text}'"))

    def gzip_types(self):
        return "gzip_types " + " ".join(
            self.rng.sample(TYPES, self.rng.randint(1, 3)))

    def proxy_set_header(self):
        return self.one_of(
            f"proxy_set_header X-P {self.name('p')}",
            f"proxy_set_header X-Q \"{self.name('q')}\"",
            "proxy_set_header X-P ''", "proxy_set_header Host other",
            "proxy_set_header x-q $loc")

    def palette(self):
        """Each row: a directive that may stand once or, when it is a list,
        several times."""
        one_of = self.one_of
        return {
            "add_header": (self.add_header, 3),
            "default_type": (lambda: f"default_type {one_of(*TYPES)}", 1),
            "gzip": (lambda: f"gzip {one_of('on', 'off', 'ON')}", 1),
            "gzip_types": (self.gzip_types, 1),
            "gzip_vary": (lambda: f"gzip_vary {one_of('on', 'off')}", 1),
            "charset": (lambda: f"charset {one_of('utf-8', 'off', 'x-y')}",
                        1),
            "expires": (lambda: f"expires {one_of('1h', '90m', 'off')}", 1),
            "server_tokens": (lambda: f"server_tokens {one_of('on', 'off')}",
                              1),
            "keepalive_timeout": (
                lambda: f"keepalive_timeout 60s {one_of('21s', '33s')}", 1),
            "sub_filter": (lambda: f"sub_filter {one_of('alpha', 'beta')} "
                                   f"{self.name('s')}", 2),
            "error_page": (lambda: f"error_page {one_of('404', '403 404')} "
                                   f"{one_of('', '= ')}"
                                   f"@{one_of('e1', 'e2')}", 1),
            "proxy_set_header": (self.proxy_set_header, 3),
            "proxy_hide_header": (
                lambda: f"proxy_hide_header {one_of('X-B1', 'x-b2', 'X-B3')}",
                2),
            "proxy_http_version": (
                lambda: f"proxy_http_version {one_of('1.0', '1.1')}", 1),
            "proxy_pass_request_headers": (
                lambda: f"proxy_pass_request_headers {one_of('on', 'off')}",
                1),
        }

    def settings(self, indent, share, only=None):
        lines = []
        for name, (make, most) in self.palette().items():
            if (only and name not in only) or not self.chance(share):
                continue
            seen = set()
            for _ in range(self.rng.randint(1, most)):
                line = make()
                key = line.split()[1]
                if name in ONCE_EACH and key in seen:
                    continue
                seen.add(key)
                lines.append(indent + line + ";")
        self.rng.shuffle(lines)
        return lines

    # ---- Locations ----

    def handler(self, indent, modifier):
        """What answers: a line or two, or nothing (files)."""
        bare = modifier in ("~", "~*", "@", "if")
        back = self.one_of(f"http://127.0.0.1:{self.backend}", "http://back")
        choices = [
            'return 200 "alpha beta alpha\\n"', "return 404", "return 403",
            f"proxy_pass {back}", f"proxy_pass {back}",
            'return 200 "alpha beta\\n"',
            'return 200 "alpha $1|$2|$uri|$args\\n"',
            'return 200 "$is_args${arg_y}beta $mapped $host\\n"',
        ]
        if not bare:
            choices += [f"proxy_pass {back}/up/",
                        f"proxy_pass {back}/"]
        if modifier != "if":
            choices += ["", "return 302 /b/c?moved=1",
                        "try_files $uri @n1", "try_files $uri/ @n2",
                        "try_files $uri =404",
                        "try_files /none$uri /events/fallback?$args"]
        if modifier not in ("if", "@"):
            choices += ["rewrite ^/(..)(.*)$ /b$2x last",
                        "rewrite ^/a(.*)$ /events$1",
                        "rewrite ^ /b/c/d/? break;\n" + indent +
                        f"proxy_pass {back}" if bare else
                        "rewrite b /events/7 last"]
        text = self.rng.choice(choices)
        return [indent + text + ";"] if text else []

    def condition(self, indent):
        name = self.name("i")
        test = self.one_of("($arg_x = 1)", "( $arg_x )", "($arg_x != 1)",
                           "($request_method ~* ^g)", '($uri ~ "/b(.*)$")',
                           "($http_accept = none)", "($mapped = one)",
                           "($arg_x ~ ^(.)$)", "(!-f $request_filename)",
                           "($scheme = https)")
        lines = [f"{indent}if {test} {{", f"{indent}  set $loc {name};"]
        lines += self.settings(indent + "  ", 0.25, IN_IF)
        if self.chance(0.3):
            lines += self.handler(indent + "  ", "if")
        return lines + [indent + "}"]

    def location(self, depth, modifier, pattern):
        indent = "  " * depth
        head = "location " + (f"{modifier} " if modifier not in ("", "@")
                              else "") + self.word_for(pattern)
        lines = [f"{indent}{head} {{", f"{indent}  set $loc {self.name()};"]
        lines += self.settings(indent + "  ", 0.12)
        if self.chance(0.25):
            lines += self.condition(indent + "  ")
        if depth < 4 and modifier not in ("=", "@") and self.chance(0.45):
            lines += self.locations(depth + 1, pattern,
                                    modifier in ("~", "~*"))
        lines += self.handler(indent + "  ", modifier)
        if self.chance(0.2):
            lines.append(indent + "  # } a comment; {")
        return lines + [indent + "}"]

    def word_for(self, pattern):
        if "{" in pattern or self.chance(0.2):
            return '"' + pattern.replace("\\", "\\\\") + '"'
        return pattern

    def locations(self, depth, prefix="", in_regex=False):
        """In a regular expression nginx takes no other locations."""
        lines, taken = [], set()
        modifiers = ("~", "~*") if in_regex else (
            "", "", "", "=", "^~", "~", "~", "~*")
        for _ in range(self.rng.randint(1, 5 - depth // 2)):
            modifier = self.rng.choice(modifiers)
            if modifier in ("~", "~*"):
                pattern = self.rng.choice(PATTERNS)
            else:
                pattern = self.rng.choice(STEMS)
                if prefix:
                    pattern = prefix.rstrip("/") + pattern
            key = (modifier if modifier in ("=", "~", "~*") else "", pattern)
            if key in taken:
                continue
            taken.add(key)
            lines += self.location(depth, modifier, pattern)
        return lines

    # ---- Servers ----

    def uris(self):
        made = set()
        while len(made) < 5:
            uri = "".join(self.rng.choice(STEMS)
                          for _ in range(self.rng.randint(1, 2)))
            uri += self.one_of("", "", "", "/", "7", "/x.stream", "/%62", "/.",
                               "/../b", "//c")
            made.add(uri + self.one_of("", "?x=1", "?x=2&y=1"))
        return sorted(made)

    def server(self, number):
        names, hosts = [f"s{number}.test"], [f"s{number}.test"]
        if self.chance(0.15):
            names.append(f"*.w{number // 4}.test")
            hosts += [f"q.w{number // 4}.test", f"Z.Q.w{number // 4}.test"]
        if self.chance(0.15):
            names.append(f"~^r{number // 8}[0-9]*\\.test$")
            hosts.append(f"r{number // 8}5.test")
        if self.chance(0.1):
            names.append(f"p{number}.*")
            hosts.append(f"p{number}.example")
        ports = self.rng.choice((self.ports[:1], self.ports[1:], self.ports))
        lines = ["server {"]
        lines += [f"  listen 127.0.0.1:{p};" for p in ports]
        # Names that exist twice are ignored with a warning, as they should.
        lines.append("  server_name " + " ".join(names) + ";")
        lines.append(f"  set $loc {self.name('srv')};")
        if self.chance(0.3):
            lines.append("  merge_slashes off;")
        lines += self.settings("  ", 0.1)
        if self.chance(0.1):
            lines.append("  if ($arg_x = 2) { return 403; }")
        if self.chance(0.1):
            lines.append("  rewrite ^/ab(.*)$ /a$1;")
        lines += self.locations(1)
        for extra in ("n1", "n2", "e1", "e2"):
            lines += self.location(1, "@", "@" + extra)
        for host in hosts + ["nobody.test"] * self.chance(0.1):
            self.hosts.append((host, self.rng.choice(self.ports),
                               self.uris()))
        return "\n".join(lines) + "\n}\n"


HEAD = """worker_processes 1;
pid nginx.pid;
error_log error.log;
events {{ worker_connections 512; }}
http {{
  log_format seen '$http_x_id|$request_uri|$loc|$status';
  access_log seen.log seen;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;
  uwsgi_temp_path t4; scgi_temp_path t5;
  server_names_hash_max_size 8192; server_names_hash_bucket_size 128;
  keepalive_requests 100000;
  keepalive_timeout 60s 44s;
  root /nonexistent;
  log_not_found off;
  uninitialized_variable_warn off;
  gzip_min_length 0;
  sub_filter_types *;
  map $arg_x $mapped {{ default d$uri; 1 one; ~^2(.*)$ two$1; }}
  upstream back {{ server 127.0.0.1:{backend}; }}
"""
BACKEND = """  server {{
    listen 127.0.0.1:{backend};
    access_log off;
    location / {{
      default_type text/plain;
      charset off; gzip off; expires off;
      sub_filter no-such-text '';
      add_header X-B1 1; add_header X-B2 2; add_header X-B3 3;
      return 200 "alpha beta p=$http_x_p q=$http_x_q host=$http_host """ \
    """proto=$server_protocol ua=$http_user_agent uri=$request_uri\\n";
    }}
  }}
"""


def make(rng, count, ports, backend):
    """The files {name: text} and the Maker, whose hosts are to be asked."""
    maker = Maker(rng, ports, backend)
    main = HEAD.format(backend=backend)
    lines = maker.settings("  ", 0.3)
    main += "\n".join(line for line in lines
                      if "keepalive_timeout" not in line) + "\n"
    main += BACKEND.format(backend=backend)
    files = {}
    for i in range(count):
        text = maker.server(i)
        if i % 5 == 0:
            main += text
        else:
            files[f"conf.d/{i % 7:02}-{i:04}.conf"] = text
    main += "  include conf.d/*.conf;\n}\n"
    files["nginx.conf"] = main
    return files, maker
