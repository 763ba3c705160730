/* SPDX-License-Identifier: MIT
 * Checks: pure functions from recordings to a finding, one row of metadata
 * each, which stands in the same file behind its function.  Adding one =
 * function and row, one fault of weir-server that trips it, one line in the
 * fault matrix; CONTRIBUTING.md goes through it. */
#ifndef WEIR_CHECKS_CORE_CHECK_H
#define WEIR_CHECKS_CORE_CHECK_H
#include "plan/exchanges.h"
#include "recording/recording.h"
#include "recording/target.h"

#define VERDICT_LIST(X)                                                       \
  X(VERDICT_PASS, "PASS")                                                     \
  X(VERDICT_FAIL, "FAIL")             /* a MUST broken, or events lost */     \
  X(VERDICT_WARN, "WARN")             /* a SHOULD, or common clients break */ \
  X(VERDICT_INFO, "INFO")             /* worth knowing; never fails */        \
  X(VERDICT_SKIP, "SKIP")             /* legitimately not applicable */       \
  X(VERDICT_UNTESTABLE, "UNTESTABLE") /* applies, but cannot be seen */       \
  X(VERDICT_ERROR, "ERROR")           /* weir's own trouble */

enum verdict {
#define X(name, text) name,
  VERDICT_LIST(X)
#undef X
};

enum severity { SEVERITY_F, SEVERITY_W, SEVERITY_I };

struct check_input {
  const struct target *target;
  struct recording *const *recording; /* all that were made */
  size_t recordings;
};

/* What a check says.  Filled by finding_* only. */
struct finding {
  const struct check *check; /* being judged; set by check_judge */
  enum verdict verdict;
  char text[500];                    /* one or two sentences: what was seen */
  struct buf evidence;               /* lines of proof; may be empty */
  const struct recording *recording; /* where to look; may be NULL */
  bool timing;                       /* rests on a clock: repeat before FAIL */
  bool flaky;                        /* failed once, passed once */
  bool late; /* not judged, since weir itself stood still meanwhile */
  bool idle; /* not judged, since the stream said nothing meanwhile */
};

struct fix {
  const char *stack; /* "nginx" "Node/Express" "Python/Starlette" "Go"
                        "Spring" "any" */
  const char *text;
};

#define CHECK_MAX_FIXES 6

struct check {
  const char *id;    /* permanent, from the catalogue */
  const char *title; /* the requirement in one line */
  enum severity severity;
  const char *side;  /* "S", "S,P" */
  const char *modes; /* "L", "A", "W", ... as in the catalogue */
  bool eventsource;  /* about what an EventSource alone does: coming back,
                        retry,  204; skipped for other clients */
  struct exchange_set needs;
  /* What it looks at where the run makes it, and does without elsewhere. */
  struct exchange_set optional;
  const char *anchor;    /* URL with anchor of the clause */
  const char *reference; /* "RFC 9110 section 8.4", "HTML: parsing" or "" */
  const char *rationale; /* which clients break, and how */
  const char *causes;    /* typical causes */
  struct fix fix[CHECK_MAX_FIXES]; /* ended by stack NULL */
  const char *reproduce;           /* a curl or nc line; {url} is filled in */
  void (*judge)(const struct check_input *in, struct finding *f);
  /* Why the check does not apply to this target (SKIP), or NULL where it does.
   * Asked before the recordings are looked for.  Optional. */
  const char *(*skip)(const struct check_input *in);
};

/* A group's table. */
struct check_group {
  const char *name; /* "http.ct" */
  const struct check *check;
  size_t count;
};

/* registry.c: all groups, in the order of the catalogue */
size_t check_group_count(void);
const struct check_group *check_group_at(size_t i);
size_t check_count(void);
const struct check *check_at(size_t i);
const struct check *check_find(const char *id);
/* check_matches: a glob as --only takes it, "http.*", "frame.utf8.valid". */
bool check_matches(const struct check *c, const char *glob);

/* finding.c */
void finding_init(struct finding *f);
void finding_free(struct finding *f);
/* finding_set states the verdict; the text is printf-like.  The last one set
 * counts. */
void finding_set(struct finding *f, enum verdict v, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* finding_broken sets FAIL, WARN or INFO as the severity of f->check says. */
void finding_broken(struct finding *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Evidence, appended as lines. */
void finding_note(struct finding *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The recording's name and status line, or how it ended without one. */
void finding_show_head(struct finding *f, const struct recording *r);
/* "label: bytes", what is not printable as \x0a. */
void finding_show_bytes(struct finding *f, const char *label, struct slice s);
/* The header lines of that name, or "Name: (absent)". */
void finding_show_field(struct finding *f, const struct recording *r,
                        const char *name);
/* A hexdump of body bytes around offset, with the time they came. */
void finding_show_body(struct finding *f, const struct recording *r,
                       size_t offset, size_t n);
/* The same of the bytes behind the head as they were sent. */
void finding_show_wire(struct finding *f, const struct recording *r,
                       size_t offset, size_t n);
const char *verdict_name(enum verdict v);
const char *severity_name(enum severity s);

/* input.c: finding recordings; NULL when not made */
const struct recording *input_find(const struct check_input *in,
                                   const char *name);
const struct recording *input_exchange(const struct check_input *in,
                                       enum exchange_id id);
/* The n-th recording of a script, "NAME.n". */
const struct recording *input_script(const struct check_input *in,
                                     enum script_id id, size_t n);
/* input_stream gives the recording when it is a stream (200 and
 * text/event-stream); otherwise sets SKIP or UNTESTABLE with the reason and
 * returns NULL.  The way nearly every frame check begins. */
const struct recording *input_stream(const struct check_input *in,
                                     enum exchange_id id, struct finding *f);

/* The recording when a response head came; otherwise sets UNTESTABLE with what
 * happened instead and returns NULL. */
const struct recording *input_answer(const struct check_input *in,
                                     enum exchange_id id, struct finding *f);
/* How many recordings NAME.0, NAME.1, ... a script left, without a gap. */
size_t input_script_count(const struct check_input *in, enum script_id id);
/* r answered 200 with the essence text/event-stream. */
bool input_is_stream(const struct recording *r);

/* The events that clients got, over all streams that were recorded. */
size_t input_events(const struct check_input *in);

/* input_ended_stream is the longest-watched of the ordinary readers whose
 * stream the server ended, in whatever way; NULL where none saw an end. */
const struct recording *input_ended_stream(const struct check_input *in);

/* Why a check does not apply (check.skip) where the target says nothing of
 * a publish hook, or of two identities. */
const char *input_skip_unpublished(const struct check_input *in);
const char *input_skip_users(const struct check_input *in);
/* Or where the stream was declared to be finite: that it ends is no fault. */
const char *input_skip_finite(const struct check_input *in);

/* run.c: judges one check.  SKIP where its skip says so; UNTESTABLE, never
 * PASS, where an exchange it needs was not made (of a script: NAME.0). */
void check_judge(const struct check *c, const struct check_input *in,
                 struct finding *f);

/* explain.c.  All return 0 or E_NOMEM. */
/* The whole row as text, for `weir explain ID`. */
int check_explain(const struct check *c, struct buf *out);
/* [{id, title, severity, ...}], a new reference or NULL. */
json_t *check_list_json(void);
/* The page of all checks by group, in Markdown. */
int checks_markdown(struct buf *out);

#endif
