/* SPDX-License-Identifier: MIT
 * http.ct on every row of the table of Content-Type values. */
#include "checks/core/sample.h"

#define OK_200    "HTTP/1.1 200 OK\r\n"
#define TYPED(ct) OK_200 "Content-Type: " ct "\r\n\r\n"

#define P VERDICT_PASS
#define F VERDICT_FAIL
#define W VERDICT_WARN
#define U VERDICT_UNTESTABLE

struct row {
  const char *head;
  enum verdict present, essence, single, charset, params;
};

static const struct row table[] = {
    {TYPED("text/event-stream"), P, P, P, P, P},
    {TYPED("TEXT/Event-Stream"), P, P, P, P, P},
    {TYPED("text/event-stream;charset=utf-8"), P, P, P, P, P},
    {TYPED("text/event-stream; charset=UTF-8"), P, P, P, P, P},
    {TYPED("text/event-stream; charset=\"utf-8\""), P, P, P, P, P},
    {TYPED("text/event-stream;"), P, P, P, P, W},
    {TYPED("text/event-stream;charset=windows-1252"), P, P, P, F, P},
    {TYPED("text/event-stream;charset=iso-8859-1"), P, P, P, F, P},
    {TYPED("text/event-stream; x=y"), P, P, P, P, W},
    {TYPED("text/event-stream ;x=y"), P, P, P, P, W},
    {TYPED("text/event-stream; x=\"a,b;c\""), P, P, P, P, W},
    {TYPED("text/event-streamx"), P, F, P, U, U},
    {TYPED("text/event_stream"), P, F, P, U, U},
    {TYPED("text/x-event-stream"), P, F, P, U, U},
    {TYPED("application/x-dom-event-stream"), P, F, P, U, U},
    {TYPED("text/x-bogus"), P, F, P, U, U},
    {TYPED("x bogus"), P, F, P, U, U},
    {TYPED("text/plain"), P, F, P, U, U},
    {TYPED("text/html"), P, F, P, U, U},
    {TYPED("application/json"), P, F, P, U, U},
    {TYPED("application/octet-stream"), P, F, P, U, U},
    {TYPED(""), F, U, U, U, U},
    {OK_200 "\r\n", F, U, U, U, U},
    {TYPED("text/event-stream, text/html"), P, F, F, U, U},
    {TYPED("text/html, text/event-stream"), P, P, F, P, P},
    {OK_200 "Content-Type: text/event-stream\r\n"
            "Content-Type: text/event-stream\r\n\r\n",
     P, P, F, P, P},
    {"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n", U, U, U, U,
     U},
    {"", U, U, U, U, U},
};

static void test_every_content_type_of_the_table(void **state)
{
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
    const struct row *t = &table[i];
    sample_expect_head("plain", t->head, "http.ct.present", t->present);
    sample_expect_head("plain", t->head, "http.ct.essence", t->essence);
    sample_expect_head("plain", t->head, "http.ct.single", t->single);
    sample_expect_head("plain", t->head, "http.ct.charset", t->charset);
    sample_expect_head("plain", t->head, "http.ct.params", t->params);
  }
}

static void test_html_and_json_are_explained(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_add(&s, "plain", TYPED("text/html; charset=utf-8"));
  sample_expect(&s, "http.ct.essence", VERDICT_FAIL);
  sample_says(&s, "login or error page?");
  sample_says(&s, "Content-Type: text/html; charset=utf-8");
  sample_end(&s);
  sample_begin(&s);
  sample_add(&s, "plain", TYPED("application/json"));
  sample_expect(&s, "http.ct.essence", VERDICT_FAIL);
  sample_says(&s, "returned before it streamed");
  sample_end(&s);
}

static void test_nosniff_is_informative_only(void **state)
{
  (void)state;
  sample_expect_head("plain", SAMPLE_STREAM, "http.ct.nosniff", VERDICT_INFO);
  sample_expect_head("plain",
                     OK_200 "Content-Type: text/event-stream\r\n"
                            "X-Content-Type-Options: NoSniff\r\n\r\n",
                     "http.ct.nosniff", VERDICT_PASS);
  sample_expect_head("plain", TYPED("text/html"), "http.ct.nosniff",
                     VERDICT_UNTESTABLE);
}

static void test_an_exchange_that_was_not_made_is_untestable(void **state)
{
  (void)state;
  sample_expect_head("head", SAMPLE_STREAM, "http.ct.present",
                     VERDICT_UNTESTABLE);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_content_type_of_the_table),
      cmocka_unit_test(test_html_and_json_are_explained),
      cmocka_unit_test(test_nosniff_is_informative_only),
      cmocka_unit_test(test_an_exchange_that_was_not_made_is_untestable),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
