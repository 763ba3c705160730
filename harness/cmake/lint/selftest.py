#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each lint reports a violation at its file and line, and nothing else.

    selftest.py [Floors|Source|Paths|Private|Uses|Names|Knots|Layout]
"""
import os
import subprocess
import tempfile
import unittest

import floors
import knots
import layout
import names
import paths
import private
import source
import uses

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

    def test_a_path_from_the_root_is_judged_like_all_others(self):
        self.put("harness/load/worker.h")
        self.put("harness/base/buf.h")
        self.assertEqual([("reports/render/html.c", 3)], self.include(
            "reports/render/html.c", '"harness/base/buf.h"',
            '"harness/load/worker.h"'))
        self.put("reports/render/html.c")
        self.assertEqual([("harness/sse/parser.c", 2)], self.include(
            "harness/sse/parser.c", '"harness/load/worker.h"'))

    def test_only_the_command_line_makes_reports(self):
        self.put("reports/render/report.h")
        self.assertEqual([], self.include(
            "harness/cli/report_cmd.c", '"reports/render/report.h"'))
        self.assertEqual([("harness/result/doc.c", 2)], self.include(
            "harness/result/doc.c", '"reports/render/report.h"'))

    def test_a_clock_in_a_pure_floor_is_reported(self):
        self.put("harness/checks/x.c", SPDX + "a = clock_mono_ns();\n")
        self.put("harness/sse/x.c", SPDX + "\nb = time(NULL);\n")
        self.put("harness/metrics/x.c", SPDX + "/* time(0) */ lifetime(1);\n")
        self.put("harness/metrics/x_test.c", SPDX + "clock_mono_ns();\n")
        self.put("harness/load/x.c", SPDX + "a = clock_mono_ns();\n")
        self.assertEqual([("harness/checks/x.c", 2, "clock"),
                          ("harness/sse/x.c", 3, "clock")],
                         self.found(floors.lint))

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

    def test_a_room_of_the_server_sees_those_below(self):
        self.put("reference-server/streams/feed.h")
        self.put("reference-server/http/conn.h")
        self.put("reference-server/options.h")
        self.assertEqual([], self.include(
            "reference-server/publish.c", '"streams/feed.h"'))
        self.assertEqual([("reference-server/http/conn.c", 3)], self.include(
            "reference-server/http/conn.c", '"http/conn.h"',
            '"streams/feed.h"', '"options.h"'))

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


class Private(LintCase):
    def header(self, path, words):
        self.put(path, "/* SPDX-License-Identifier: MIT\n"
                 f" * What it is.  {words} */\n")

    def include(self, path, header):
        self.put(path, SPDX + f'#include "{header}"\n')

    def test_a_room_of_its_own(self):
        self.header("harness/probe/wire.h", "Private to probe/.")
        self.include("harness/probe/script.c", "probe/wire.h")
        self.include("harness/probe/wire_test.c", "probe/wire.h")
        self.assertEqual([], self.found(private.lint))
        self.include("harness/load/worker.c", "probe/wire.h")
        self.include("reports/render/html.c", "harness/probe/wire.h")
        self.assertEqual([("harness/load/worker.c", 2, "private"),
                          ("reports/render/html.c", 2, "private")],
                         self.found(private.lint))

    def test_files_by_name_and_pattern(self):
        self.header("harness/doctor/place.h", "Private to patch*.c.")
        self.header("harness/doctor/two.h", "Private\n * to a.c and b.c.")
        self.include("harness/doctor/patch_one.c", "doctor/place.h")
        self.include("harness/doctor/b.c", "doctor/two.h")
        self.include("harness/doctor/two_test.c", "doctor/two.h")
        self.assertEqual([], self.found(private.lint))
        self.include("harness/doctor/prove.c", "doctor/place.h")
        self.include("harness/doctor/c.c", "two.h")
        self.assertEqual([("harness/doctor/c.c", 2, "private"),
                          ("harness/doctor/prove.c", 2, "private")],
                         self.found(private.lint))

    def test_this_room_and_a_trade(self):
        self.header("harness/sse/scan.h", "Private to the sse room.")
        self.include("harness/sse/parser.c", "sse/scan.h")
        self.include("harness/checks/frame.c", "sse/scan.h")
        self.assertEqual([("harness/checks/frame.c", 2, "private")],
                         self.found(private.lint))


class Uses(LintCase):
    def floor(self, uses_of_sse):
        self.put("harness/base/buf.h")
        self.put("harness/metrics/hist.h")
        self.put("harness/load/a.c", SPDX + '#include "base/buf.h"\n'
                 '#include "load/a.h"\n')
        self.put("harness/load/a_test.c", SPDX + '#include "metrics/hist.h"\n')
        self.put("harness/load/CMakeLists.txt", "\nweir_floor(load SOURCES "
                 f"a.c # b.c\n  USES {uses_of_sse} LINKS m)\n")
        return [v[3] for v in uses.lint(self.dir.name)]

    def test_what_is_included_is_used(self):
        self.assertEqual([], self.floor("base"))

    def test_an_untold_use_and_one_too_many_are_reported(self):
        self.assertEqual(
            ["load does not say that it uses base (harness/load/a.c:2)",
             "load says that it uses metrics, and includes nothing of it"],
            self.floor("metrics"))


class Names(LintCase):
    def test_a_second_type_of_a_name_is_reported(self):
        self.put("harness/load/a.h", SPDX + "struct target {\n  int a;\n};\n")
        self.put("harness/sse/b.h", SPDX + "struct target;\nenum kind { A };\n"
                 "typedef void (*done_fn)(int a);\n")
        self.put("reference-server/c.h", SPDX + "struct target {\n};\n")
        self.put("harness/sse/b_testing.h", SPDX + "struct target {\n};\n")
        self.assertEqual([], self.found(names.lint))
        self.put("harness/probe/d.h", SPDX + "\nunion target {\n};\n"
                 "typedef int (*done_fn)(void);\ntypedef int kind;\n")
        self.assertEqual([("harness/probe/d.h", 3, "names"),
                          ("harness/sse/b.h", 3, "names"),
                          ("harness/sse/b.h", 4, "names")],
                         self.found(names.lint))

    def test_a_second_value_of_a_name_is_reported(self):
        self.put("harness/load/a.h", SPDX + "enum a {\n  CUT_FIN, /* B, */\n"
                 "  CUT_RST = 2\n};\n")
        self.put("harness/sse/b.h", SPDX + "\nenum {\n  B,\n  CUT_RST\n};\n")
        self.assertEqual([("harness/sse/b.h", 5, "names")],
                         self.found(names.lint))

    def test_the_server_clashes_with_base_only(self):
        self.put("harness/base/a.h", SPDX + "struct buf {\n};\n")
        self.put("reference-server/c.h", SPDX + "struct buf {\n};\n")
        self.assertEqual([("reference-server/c.h", 2, "names")],
                         self.found(names.lint))


class Knots(LintCase):
    def build(self, files):
        """Objects of these C texts, as the build makes them."""
        for path, text in files.items():
            self.put(path, text)
            folder, name = os.path.split(path)
            room = os.path.basename(folder)
            out = os.path.join(self.dir.name, "build", folder,
                               f"CMakeFiles/weir_{room}.dir", name + ".o")
            os.makedirs(os.path.dirname(out), exist_ok=True)
            subprocess.run([os.environ.get("CC", "cc"), "-c", "-o", out,
                            os.path.join(self.dir.name, path)], check=True)
        return knots.circles(knots.needs(
            self.dir.name, os.path.join(self.dir.name, "build")))

    def ring(self, room, n):
        """n files, each of which needs the next."""
        return {f"harness/{room}/{room}{i}.c":
                f"int {room}{(i + 1) % n}(void);\n"
                f"int {room}{i}(void) {{ return {room}{(i + 1) % n}(); }}\n"
                for i in range(n)}

    def test_a_circle_is_found_and_a_way_is_not(self):
        way = {"harness/a/x.c": "int y(void);\nint x(void) {return y();}\n",
               "harness/a/y.c": "int y(void) {return 1;}\n"}
        found = self.build({**way, **self.ring("b", 3), **self.ring("c", 2)})
        self.assertEqual([["harness/b/b0.c", "harness/b/b1.c",
                           "harness/b/b2.c"],
                          ["harness/c/c0.c", "harness/c/c1.c"]], found)
        self.assertEqual({"harness/b": [3]}, knots.sizes(found))

    def test_it_may_only_shrink(self):
        found = self.build(self.ring("b", 3))

        def said(listed):
            return list(knots.compare(listed, found))
        self.assertEqual([], said({"harness/b": [3]}))
        self.assertIn("in a circle: [3] where [] were (b0.c b1.c b2.c)",
                      said({})[0])
        self.assertIn("write it down", said({"harness/b": [4]})[0])
        self.assertIn("write it down", said({"harness/b": [3],
                                             "harness/c": [3]})[0])

    def test_the_object_of_a_source_that_is_gone_does_not_count(self):
        self.build(self.ring("b", 3))
        os.remove(os.path.join(self.dir.name, "harness/b/b1.c"))
        self.assertEqual([], knots.circles(knots.needs(
            self.dir.name, os.path.join(self.dir.name, "build"))))


@unittest.skipIf(layout.is_missing(), layout.is_missing())
class Layout(LintCase):
    def setUp(self):
        super().setUp()
        self.memory = os.path.join(self.dir.name, "clean")
        self.put(".clang-format", "IndentWidth: 2\nColumnLimit: 40\n")
        self.put("harness/base/a.c", SPDX + "int a;\n")
        self.put("reports/b.h", SPDX + "int a;\nint   b;\nint   c;\n")

    def now(self, memory=None):
        return [v[:3] for v in layout.lint(self.dir.name, memory)]

    def test_the_first_line_laid_out_otherwise_is_reported(self):
        self.assertEqual([("reports/b.h", 3, "layout")], self.now())

    def test_only_what_was_clean_is_remembered(self):
        for _ in range(2):
            self.assertEqual([("reports/b.h", 3, "layout")],
                             self.now(self.memory))
        self.put("reports/b.h", SPDX + "int b;\n")
        self.put("harness/base/a.c", SPDX + "int  a;\n")
        self.assertEqual([("harness/base/a.c", 2, "layout")],
                         self.now(self.memory))

    def test_another_style_forgets_all(self):
        self.put("reports/b.h", SPDX + "int *p;\n")
        self.assertEqual([], self.now(self.memory))
        self.put(".clang-format", "PointerAlignment: Left\n")
        self.assertEqual([("reports/b.h", 2, "layout")],
                         self.now(self.memory))


if __name__ == "__main__":
    unittest.main()
