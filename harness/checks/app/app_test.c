/* SPDX-License-Identifier: MIT
 * The proof of every profile: its good script breaks nothing, each fault
 * breaks the rules that it says and no other, and each rule that can fail or
 * warn has a fault. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/core/sample.h"

#include "base/file.h"
#include "checks/app/app.h"

#define HEAD                                                                  \
  "HTTP/1.1 200 OK\r\n"                                                       \
  "Content-Type: text/event-stream\r\n"
#define MS           1000000
#define PROFILES_DIR WEIR_SOURCE_DIR "/scenarios/profiles"

static struct app_checks checks;

static struct profile *load(const char *name)
{
  struct buf path, text;
  struct profile *p;
  struct err e = {0};
  buf_init(&path, 0);
  buf_init(&text, 0);
  buf_addf(&path, "%s/%s", PROFILES_DIR, name);
  if(file_read(buf_text(&path), PROFILE_BYTES_MAX, &text, &e))
    fail_msg("%s", e.text);
  p = profile_read(buf_slice(&text), name, &e);
  if(!p)
    fail_msg("%s", e.text);
  buf_free(&path);
  buf_free(&text);
  return p;
}

static void add_head(const struct profile *p, const struct profile_fault *f,
                     struct buf *head)
{
  uint8_t i;
  buf_adds(head, HEAD);
  for(i = 0; i < p->good_heads; i++) {
    if(!f || !f->without_head ||
       strcmp(f->without_head, p->good_head[i].name) != 0)
      buf_addf(head, "%s: %s\r\n", p->good_head[i].name, p->good_head[i].text);
  }
  buf_adds(head, "\r\n");
}

/* The request as the profile makes it, so that what it asked with is known. */
static void ask(const struct profile *p, struct recording *r)
{
  struct buf body;
  buf_clear(&r->request);
  buf_adds(&r->request, "POST / HTTP/1.1\r\n\r\n");
  if(!p->body)
    return;
  buf_init(&body, 0);
  assert_int_equal(profile_fill(p, NULL, p->body, true, &body), 0);
  assert_int_equal(profile_number(buf_slice(&body), 1, &r->request), 0);
  buf_free(&body);
}

/* Judges a script; returns the rules whose verdict is worse than it may be. */
static uint64_t judge(const struct profile *p, const struct profile_fault *f)
{
  struct buf head, body;
  struct sample s;
  struct recording *r;
  uint64_t broken = 0;
  size_t i;
  buf_init(&head, 0);
  buf_init(&body, 0);
  add_head(p, f, &head);
  assert_int_equal(profile_script(p, f, &body), 0);
  sample_begin(&s);
  r = sample_add(&s, "plain", buf_text(&head));
  ask(p, r);
  sample_text(r, 100, buf_text(&body));
  sample_ends(r, REC_END_CLOSE, 110 + (f ? (int64_t)(f->hold_ns / MS) : 0));
  assert_int_equal(recording_digest(r), 0);
  for(i = 0; i < checks.count; i++) {
    struct check_input in = {s.target, s.recording, s.recordings};
    struct finding found;
    finding_init(&found);
    check_judge(checks.check[i], &in, &found);
    if(found.verdict == VERDICT_FAIL || found.verdict == VERDICT_WARN ||
       found.verdict == VERDICT_ERROR || found.verdict == VERDICT_INFO)
      broken |= UINT64_C(1) << i;
    finding_free(&found);
  }
  sample_end(&s);
  buf_free(&head);
  buf_free(&body);
  return broken;
}

static const char *short_id(size_t rule)
{
  return strrchr(checks.check[rule]->id, '.') + 1;
}

static void print_rules(const char *what, uint64_t rules)
{
  for(printf("%s", what); rules; rules &= rules - 1)
    printf(" %s", short_id((size_t)__builtin_ctzll(rules)));
}

static unsigned prove_faults(const struct profile *p)
{
  uint64_t proven = 0;
  unsigned wrong = 0;
  size_t i;
  for(i = 0; i < p->faults; i++) {
    uint64_t got = judge(p, &p->fault[i]);
    print_rules("  breaks", p->fault[i].breaks);
    if(got != p->fault[i].breaks) {
      print_rules(" BUT", got);
      wrong++;
    }
    putchar('\n');
    proven |= p->fault[i].breaks;
  }
  for(i = 0; i < checks.count; i++) {
    /* What other answers break, e2e.app shows. */
    if(p->rule[i].at == GRAMMAR_NONE && !(proven >> i & 1)) {
      printf("  UNPROVEN %s\n", short_id(i));
      wrong++;
    }
  }
  return wrong;
}

static unsigned prove(const char *name)
{
  struct profile *p = load(name);
  uint64_t good;
  unsigned wrong = 0;
  app_checks_fill(&checks, p);
  assert_non_null(p->good);
  good = judge(p, NULL);
  printf("%s: %zu rules, %u faults\n", p->name, checks.count, p->faults);
  if(good) {
    print_rules("  GOOD SCRIPT BREAKS", good);
    putchar('\n');
    wrong++;
  }
  wrong += prove_faults(p);
  profile_free(p);
  return wrong;
}

static int is_profile(const struct dirent *d)
{
  size_t n = strlen(d->d_name);
  return n > 5 && strcmp(d->d_name + n - 5, ".yaml") == 0;
}

static void every_rule_is_tripped_by_its_fault_alone(void **state)
{
  struct dirent **entry = NULL;
  int i, n = scandir(PROFILES_DIR, &entry, is_profile, alphasort);
  unsigned wrong = 0;
  (void)state;
  assert_true(n > 0);
  for(i = 0; i < n; i++) {
    wrong += prove(entry[i]->d_name);
    free(entry[i]);
  }
  free(entry);
  fflush(stdout);
  assert_int_equal(wrong, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_rule_is_tripped_by_its_fault_alone),
  };
  return cmocka_run_group_tests_name("app", tests, NULL, NULL);
}
