/* SPDX-License-Identifier: MIT
 * The forms of a capacity document. */
#include "result/render_testing.h"

#include "capacity/capacity_synthetic.h"
#include "document/doc.h"

static void test_every_form_tells_the_sentence(void **state)
{
  static const enum output_format forms[] = {
      OUTPUT_TEXT, OUTPUT_JUNIT, OUTPUT_MARKDOWN, OUTPUT_GITHUB, OUTPUT_JSON};
  int kind;
  size_t i;
  (void)state;
  for(kind = 0; kind < CAPACITY_SYNTHETIC_COUNT; kind++) {
    json_t *doc = capacity_synthetic_doc((enum capacity_synthetic)kind, 0);
    for(i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
      struct buf text;
      char start[16];
      buf_init(&text, 0);
      assert_int_equal(output_render(doc, forms[i], false, &text), 0);
      memcpy(start, doc_text(doc, "sentence"), 15);
      start[15] = '\0';
      assert_non_null(strstr(buf_text(&text), start));
      buf_free(&text);
    }
    json_decref(doc);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_form_tells_the_sentence),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
