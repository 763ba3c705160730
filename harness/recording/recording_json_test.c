/* SPDX-License-Identifier: MIT
 * Recordings and targets as documents: there and back, masked, and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "document/values.h"
#include "recording/mask.h"
#include "recording/recording_testing.h"
#include "recording/target.h"

static struct recording *full_recording(void)
{
  struct recording *r = testing_recording(
      "GET", "HTTP/1.1 200 OK\r\nSet-Cookie: s=secret1; HttpOnly\r\n"
             "Transfer-Encoding: chunked\r\n\r\n");
  struct message_head interim = {.began_ns = 3, .complete_ns = 4};
  free(r->url);
  r->url = slice_dup(SLICE_LIT("http://u:secret2@h/s?a=1&token=secret3#x"));
  buf_adds(&r->request, "GET /s?a=1&token=secret3 HTTP/1.1\r\nHost: h\r\n"
                        "Authorization: Bearer secret4\r\n"
                        "cookie: a=secret5; b=secret6\r\n\r\n");
  buf_adds(&interim.bytes, "HTTP/1.1 103 Early\r\nLink: x\r\n\r\n");
  assert_int_equal(recording_add_interim(r, &interim), 0);
  r->head.began_ns = 5;
  r->head.complete_ns = 6;
  r->started_real_ns = UINT64_C(1760000000123456789);
  r->connected_ns = 1;
  r->request_ns = 2;
  r->end_ns = 90;
  r->late_ns = 70;
  r->reused = r->tls = true;
  snprintf(r->local, sizeof(r->local), "127.0.0.1:4000");
  snprintf(r->peer, sizeof(r->peer), "127.0.0.1:80");
  recording_tell(r, "role=victim cut=rst phase=in-data; FIN");
  assert_int_equal(r->label.role, ROLE_VICTIM);
  assert_string_equal(r->detail, "FIN");
  testing_read(r, 10, "8\r\ndata: \xFF\n\r\n6\r\n");
  testing_read(r, 20, "\nid: 7\r\nzz");
  r->end = REC_END_TRUNCATED;
  assert_int_equal(recording_digest(r), 0);
  return r;
}

static void same_text(const char *a, const char *b)
{
  assert_string_equal(a, b);
}

static void same_recording(const struct recording *a,
                           const struct recording *b)
{
  size_t i;
  same_text(a->name, b->name);
  same_text(a->method, b->method);
  same_text(a->local, b->local);
  same_text(a->detail, b->detail);
  assert_memory_equal(&a->label, &b->label, sizeof(a->label));
  assert_true(a->started_real_ns == b->started_real_ns);
  assert_int_equal(a->connected_ns, b->connected_ns);
  assert_int_equal(a->request_ns, b->request_ns);
  assert_int_equal(a->end_ns, b->end_ns);
  assert_int_equal(a->late_ns, b->late_ns);
  assert_int_equal(a->end, b->end);
  assert_int_equal(a->tls * 4 + a->reused * 2 + a->close_notify,
                   b->tls * 4 + b->reused * 2 + b->close_notify);
  assert_int_equal(a->interims, b->interims);
  assert_int_equal(a->interim[0].status, b->interim[0].status);
  assert_int_equal(a->head.status, b->head.status);
  assert_int_equal(a->head.lines, b->head.lines);
  assert_int_equal(a->head.complete_ns, b->head.complete_ns);
  assert_true(slice_eq(buf_slice(&a->wire), buf_slice(&b->wire)));
  assert_true(slice_eq(buf_slice(&a->body), buf_slice(&b->body)));
  assert_int_equal(a->reads, b->reads);
  assert_int_equal(a->chunks, b->chunks);
  assert_int_equal(a->chunk_error_at, b->chunk_error_at);
  assert_int_equal(a->events, b->events);
  assert_int_equal(a->lines, b->lines);
  for(i = 0; i < a->lines; i++)
    assert_int_equal(a->line[i].t_ns, b->line[i].t_ns);
}

static struct buf printed(const struct recording *r, bool keep)
{
  json_t *j = recording_to_json(r, keep);
  struct buf text;
  buf_init(&text, 0);
  assert_non_null(j);
  assert_int_equal(json_print(j, true, &text), 0);
  json_decref(j);
  return text;
}

static struct recording *read_back(struct slice text)
{
  struct err e = {0};
  json_t *j = json_parse(text, "test", &e);
  struct recording *r = recording_from_json(j, &e);
  json_decref(j);
  if(!r)
    fail_msg("%s", e.text);
  return r;
}

static void test_a_recording_is_the_same_after_reading_it_back(void **st)
{
  struct recording *r = full_recording(), *again;
  struct buf text = printed(r, true), twice;
  (void)st;
  again = read_back(buf_slice(&text));
  same_recording(r, again);
  assert_string_equal(again->url, r->url);
  assert_true(slice_eq(buf_slice(&again->request), buf_slice(&r->request)));
  twice = printed(again, true);
  assert_string_equal(buf_text(&twice), buf_text(&text));
  buf_free(&text);
  buf_free(&twice);
  recording_free(r);
  recording_free(again);
}

static void test_secrets_are_masked_and_the_rest_is_the_same(void **st)
{
  struct recording *r = full_recording(), *again;
  struct buf text = printed(r, false);
  (void)st;
  again = read_back(buf_slice(&text));
  same_recording(r, again);
  assert_null(strstr(buf_text(&text), "secret"));
  assert_string_equal(again->url, "http://u:***@h/s?a=1&token=***#x");
  assert_null(strstr(buf_text(&again->request), "secret"));
  assert_null(strstr(buf_text(&again->head.bytes), "secret"));
  assert_true(slice_eq_cstr(recording_field(&again->head, "Set-Cookie", 0),
                            "s=***; HttpOnly"));
  buf_free(&text);
  recording_free(r);
  recording_free(again);
}

/* The value is what Base64 makes of "abc123". */
static void test_values_are_not_looked_for_in_what_is_coded(void **st)
{
  struct recording *r = testing_recording(
      "GET", "HTTP/1.1 200 OK\r\nX: YWJjMTIz\r\nY: xabc123\r\n\r\n");
  struct recording *again;
  struct buf text;
  (void)st;
  testing_read(r, 10, "data: xxxabc123y\n\ndata: YWJjMTIz\n\n");
  recording_tell(r, "YWJjMTIz FIN");
  assert_int_equal(recording_digest(r), 0);
  values_learn(SLICE_LIT("YWJjMTIz"));
  text = printed(r, false);
  values_forget();
  again = read_back(buf_slice(&text));
  assert_true(slice_eq_cstr(buf_slice(&again->wire),
                            "data: xxxabc123y\n\ndata: ********\n\n"));
  assert_true(
      slice_eq_cstr(recording_field(&again->head, "X", 0), "********"));
  assert_true(slice_eq_cstr(recording_field(&again->head, "Y", 0), "xabc123"));
  assert_string_equal(again->detail, "******** FIN");
  assert_null(strstr(buf_text(&text), "\"YWJjMTIz"));
  assert_null(strstr(buf_text(&text), " YWJjMTIz"));
  buf_free(&text);
  recording_free(r);
  recording_free(again);
}

static const struct {
  const char *in, *out;
} masks[] = {
    {"Authorization: Basic abc\r\nX: y\r\n",
     "Authorization: Basic ***\r\nX: y\r\n"},
    {"AUTHORIZATION:abc", "AUTHORIZATION:***"},
    {"Authorization: a\r\n b c\r\nX: y", "Authorization: a\r\n ***\r\nX: y"},
    {"Cookie: a=1; b; c=3\n", "Cookie: a=***; b; c=***\n"},
    {"Set-Cookie: a=1; Path=/; Secure\r\n",
     "Set-Cookie: a=***; Path=/; Secure\r\n"},
    {"Set-Cookie: a=1", "Set-Cookie: a=***"},
    {"Location: /x?KEY=abc&k=v&access_token=d e",
     "Location: /x?KEY=***&k=v&access_token=*** e"},
    {"GET /?key=&a=token=1 HTTP/1.1\r\n", "GET /?key=***&a=token=1 HTTP/1.1"
                                          "\r\n"},
    {"GET /?a&&token=x&sig=1#f HTTP/1.1",
     "GET /?a&&token=***&sig=***#f HTTP/1.1"},
    {"Authorization:\r\n", "Authorization:***\r\n"},
    {"", ""},
    {"?", "?"},
    {"&token=", "&token=***"},
};

static void test_masks_hide_values_and_keep_names(void **st)
{
  size_t i;
  (void)st;
  for(i = 0; i < sizeof(masks) / sizeof(*masks); i++) {
    struct buf out;
    buf_init(&out, 0);
    assert_int_equal(mask_head(&out, slice_of(masks[i].in)), 0);
    assert_string_equal(buf_text(&out), masks[i].out);
    buf_free(&out);
  }
}

static void test_urls_lose_passwords_and_tokens(void **st)
{
  static const char *const urls[][2] = {
      {"http://h/", "http://h/"},
      {"http://u@h/", "http://u@h/"},
      {"http://u:p@h:80?key=1", "http://u:***@h:80?key=***"},
      {"http://u:p@q@h/a@b:c?x=1", "http://u:***@h/a@b:c?x=1"},
      {"h?token=1&x=2", "h?token=***&x=2"},
  };
  size_t i;
  (void)st;
  for(i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
    struct buf out;
    buf_init(&out, 0);
    assert_int_equal(mask_url(&out, slice_of(urls[i][0])), 0);
    assert_string_equal(buf_text(&out), urls[i][1]);
    buf_free(&out);
  }
}

static void damage(json_t *whole, const char *key, json_t *value)
{
  json_t *j = json_deep_copy(whole);
  struct err e = {0};
  struct recording *r;
  if(value)
    json_object_set_new(j, key, value);
  else
    json_object_del(j, key);
  r = recording_from_json(j, &e);
  if(r)
    fail_msg("\"%s\" was accepted", key);
  assert_true(e.text[0] != '\0');
  json_decref(j);
}

static void test_damaged_recordings_are_refused_with_a_sentence(void **st)
{
  struct recording *r = full_recording();
  json_t *whole = recording_to_json(r, true);
  static const char *const needed[] = {
      "schema", "name", "url",    "method",  "local",
      "peer",   "end",  "detail", "request", "head",
      "reads",  "wire", "tls",    "end_ns",  "cut_short"};
  size_t i;
  (void)st;
  for(i = 0; i < sizeof(needed) / sizeof(*needed); i++) {
    damage(whole, needed[i], NULL);
    damage(whole, needed[i], json_array());
    damage(whole, needed[i], json_real(1.5));
  }
  damage(whole, "wire", json_string("!!"));
  damage(whole, "wire", json_string("AAAA"));
  damage(whole, "end_ns", json_integer(-2));
  damage(whole, "late_ns", json_integer(-2));
  damage(whole, "end", json_string("happy"));
  damage(whole, "reads", json_pack("[[iI]]", 1, (json_int_t)1 << 60));
  damage(whole, "reads", json_pack("[[ii]]", 1, -1));
  json_decref(whole);
  recording_free(r);
}

static void test_a_target_is_the_same_after_reading_it_back(void **st)
{
  struct target *t = target_new("https://u:p@example.org/s?token=x"), *again;
  json_t *j;
  struct err e;
  (void)st;
  assert_true(t->has_credentials);
  assert_true(t->tls);
  assert_false(t->loopback);
  assert_int_equal(target_add_header(t, "Cookie", "a=b"), 0);
  t->heartbeat_ns = 15000000000;
  t->stream = STREAM_ENDLESS;
  t->stream_known = KNOWN_ASSUMED;
  t->ids = true;
  t->seed = UINT64_MAX;
  t->user_a = slice_dup(SLICE_LIT("Bearer abc"));
  target_set_fast(t);
  j = target_to_json(t, false);
  again = target_from_json(j, &e);
  assert_non_null(again);
  assert_string_equal(again->endpoint.url,
                      "https://u:***@example.org/s?token=***");
  assert_string_equal(again->endpoint.header[0].value, "a=***");
  assert_string_equal(again->user_a, "Bearer ***");
  assert_int_equal(again->stream, STREAM_ENDLESS);
  assert_int_equal(again->stream_known, KNOWN_ASSUMED);
  assert_true(again->ids && again->fast && again->seed == UINT64_MAX);
  assert_true(again->window_ns == t->window_ns);
  assert_true(again->idle_window_ns == TARGET_FAST_IDLE_NS);
  json_decref(j);
  target_free(t);
  target_free(again);
}

static void test_loopback_is_read_off_the_host_alone(void **st)
{
  static const struct {
    const char *url;
    bool loopback;
  } cases[] = {{"http://127.0.0.1:80/", true},
               {"http://localhost", true},
               {"http://[::1]:1/x", true},
               {"http://a@localhost?x", true},
               {"http://localhost@a/", false},
               {"http://[::12]/", false},
               {"http://[::1", true},
               {"http://127.255.0.9:1/", true},
               {"http://LOCALHOST/", true},
               {"http://127.example.org/", false},
               {"http://127.0.0.1.example.org/", false},
               {"http://127.1/", false},
               {"http://128.0.0.1/", false},
               {"http://[127.0.0.1]/", false},
               {"http://example.org/127.0.0.1", false},
               {"http://localhost.example.org/", false},
               {"", false}};
  size_t i;
  (void)st;
  for(i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
    struct target *t = target_new(cases[i].url);
    assert_int_equal(t->loopback, cases[i].loopback);
    target_free(t);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_recording_is_the_same_after_reading_it_back),
      cmocka_unit_test(test_secrets_are_masked_and_the_rest_is_the_same),
      cmocka_unit_test(test_values_are_not_looked_for_in_what_is_coded),
      cmocka_unit_test(test_masks_hide_values_and_keep_names),
      cmocka_unit_test(test_urls_lose_passwords_and_tokens),
      cmocka_unit_test(test_damaged_recordings_are_refused_with_a_sentence),
      cmocka_unit_test(test_a_target_is_the_same_after_reading_it_back),
      cmocka_unit_test(test_loopback_is_read_off_the_host_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
