#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each lint reports a violation at its file and line, and nothing else.

    selftest.py floors|source|paths
"""
import os
import sys
import tempfile
import unittest

import floors
import paths
import source

SPDX = "/* SPDX-License-Identifier: MIT */\n"


class LintCase(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)

    def put(self, path, text=SPDX):
        full = os.path.join(self.dir.name, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as f:
            f.write(text)

    def found(self, lint):
        return [v[:3] for v in sorted(lint(self.dir.name))]


class Floors(LintCase):
    def include(self, path, *names):
        self.put(path, SPDX + "".join(f"#include {n}\n" for n in names))
        return [(p, n) for p, n, _ in self.found(floors.lint)]

    def test_a_lower_floor_is_fine(self):
        self.put("harness/base/buf.h")
        self.put("harness/sse/parser.h")
        self.assertEqual([], self.include(
            "harness/transport/http.c", '"base/buf.h"', '"sse/parser.h"',
            "<curl/curl.h>", "<uv.h>", "<stdio.h>"))

    def test_a_higher_floor_is_reported_with_its_line(self):
        self.put("harness/base/buf.h")
        self.put("harness/load/pacer.h")
        self.assertEqual(
            [("harness/subscriber/source.c", 3)],
            self.include("harness/subscriber/source.c", '"base/buf.h"',
                         '"load/pacer.h"'))

    def test_a_neighbour_on_the_same_floor_is_reported(self):
        self.put("harness/metrics/hist.h")
        self.assertEqual([("harness/sse/parser.c", 2)], self.include(
            "harness/sse/parser.c", '"metrics/hist.h"'))

    def test_a_detour_by_dot_dot_is_reported(self):
        self.put("harness/metrics/hist.h")
        self.assertEqual([("harness/sse/parser.c", 2)], self.include(
            "harness/sse/parser.c", '"../metrics/hist.h"'))

    def test_a_folder_without_a_floor_is_reported(self):
        self.assertEqual([("harness/misc/a.c", 2)], self.include(
            "harness/misc/a.c", "<stdio.h>"))

    def test_libuv_in_a_pure_floor_is_reported(self):
        for room in sorted(floors.PURE):
            self.assertIn((f"harness/{room}/x.c", 2), self.include(
                f"harness/{room}/x.c", "<uv.h>"))

    def test_libcurl_outside_transport_is_reported_in_tests_too(self):
        self.assertEqual([("harness/load/worker_test.c", 2)], self.include(
            "harness/load/worker_test.c", "<curl/multi.h>"))
        self.assertIn(("reference-server/main.c", 2), self.include(
            "reference-server/main.c", "<curl/curl.h>"))

    def test_the_server_sees_base_and_the_vector_data_only(self):
        self.put("harness/base/buf.h")
        self.put("harness/sse/parser.h")
        self.put("harness/sse/vectors/vectors.h")
        self.put("reference-server/hub.h")
        self.assertEqual([("reference-server/hub.c", 5)], self.include(
            "reference-server/hub.c", '"hub.h"', '"base/buf.h"',
            '"sse/vectors/vectors.h"', '"sse/parser.h"'))

    def test_the_harness_never_sees_the_server(self):
        self.put("reference-server/hub.h")
        self.assertEqual([("harness/load/worker.c", 2)], self.include(
            "harness/load/worker.c", '"../../reference-server/hub.h"'))


class Source(LintCase):
    def report(self, body, path="harness/base/x.c"):
        self.put(path, SPDX + body)
        return [(n, r) for _, n, r in self.found(source.lint)]

    def test_clean_code_is_fine(self):
        self.assertEqual([], self.report(
            '#include "base/x.h"\n'
            "int f(int a)\n{\n  int rc = 0; /* not sprintf(x) */\n"
            "  if(a == 1 || a >= 2)\n    rc = g(\"atoi(\", 'x');\n"
            "  else if(a)\n    rc = 2;\n  else {\n    rc = 3;\n  }\n"
            "  for(;;) {\n    rc++;\n  }\n  do {\n    rc--;\n"
            "  } while(rc > 0);\n"
            "  if(eq((struct s){.a = 1}, a))\n    return 1;\n"
            "  return rc;\n}\n"
            "/* https://example.org/" + "long/" * 20 + " */\n"))

    def test_banned_calls(self):
        for name in ("sprintf", "strcpy", "atoi", "strtok", "gettimeofday"):
            self.assertEqual([(3, "banned")],
                             self.report(f"\n  {name}(a, b);\n"), name)
        self.assertEqual([], self.report("snprintf(a, 1, b);\n"))
        self.assertEqual([], self.report("gmtime_r(a, b);\n"))

    def test_missing_spdx(self):
        self.put("harness/base/x.h", "int f(void);\n")
        self.assertEqual([("harness/base/x.h", 1, "spdx")],
                         self.found(source.lint))

    def test_long_file_function_and_line(self):
        self.assertEqual([(601, "file-length")],
                         self.report("int a;\n" * 600))
        body = "int f(void)\n{\n" + "  g();\n" * 41 + "}\n"
        self.assertEqual([(3, "function-length")], self.report(body))
        body = "int f(void)\n{\n" + "  g();\n" * 40 + "}\n"
        self.assertEqual([], self.report(body))
        self.assertEqual([(2, "columns")],
                         self.report("int " + "a" * 75 + ";\n"))

    def test_what_is_left_open(self):
        for word in ("TO" "DO", "FIX" "ME"):
            self.assertEqual([(2, "left-open")],
                             self.report(f"/* {word}: later */\n"))

    def test_typedef_of_a_struct(self):
        self.assertEqual([(2, "typedef")],
                         self.report("typedef struct a {\n  int b;\n} a;\n"))
        self.assertEqual([], self.report("typedef void (*f_fn)(int a);\n"))

    def test_assignment_in_a_condition(self):
        self.assertEqual([(3, "condition")], self.report(
            "  if(a &&\n     (b = g()) > 0)\n    f();\n"))
        self.assertEqual([(2, "condition")], self.report(
            "  while((n = read(fd)) > 0)\n    f();\n"))
        self.assertEqual([(2, "condition")], self.report(
            "  if(a += 1)\n    f();\n"))
        self.assertEqual([(2, "condition")], self.report(
            "  if(p->b.c = 1)\n    f();\n"))

    def test_a_body_on_the_line_of_its_if(self):
        self.assertEqual([(2, "one-line")], self.report("  if(a) return;\n"))
        self.assertEqual([(4, "one-line")], self.report(
            "  if(a)\n    f();\n  else g();\n"))
        self.assertEqual([(3, "one-line")], self.report(
            "\n  while(f(1) && g(2)) h();\n"))

    def test_exit_and_print_outside_their_places(self):
        self.assertEqual([(2, "exit")], self.report("  exit(1);\n"))
        self.assertEqual([], self.report("int main(void)\n{\n  exit(1);\n}\n"))
        self.assertEqual([(2, "print")], self.report(
            '  fprintf(stderr, "x");\n'))

    def test_the_command_line_may_print(self):
        self.assertEqual([], self.report('  printf("x");\n',
                                         "harness/cli/x.c"))


class Paths(LintCase):
    def test_a_machine_path_is_reported(self):
        self.put("doc.md", "see\n/" "home/me/weir/x.c\n")
        self.put("ok.md", "http://example.org/home/x ~/work/a /srv/x\n")
        self.assertEqual([("doc.md", 2, "paths")], self.found(paths.lint))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], sys.argv[1].capitalize()])
