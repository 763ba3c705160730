/* SPDX-License-Identifier: MIT
 * Private to flow/: one running flow.  It has its own variables, cookies,
 * connections and record, and shares a loop and a transport with others.
 *
 * Nothing happens inside of callbacks but noting down; instance_turn, once per
 * turn of the loop, looks at all that was noted and goes on as far as it
 * can.  Times are ns since the flow began, unless called mono. */
#ifndef WEIR_FLOW_INSTANCE_H
#define WEIR_FLOW_INSTANCE_H
#include "flow/round.h"
#include "flow/run.h"
#include "loop/process.h"
#include "sse/parser.h"
#include "transport/transport.h"

#define CALL_HEADERS_MAX 64
#define CALL_ANSWER_MAX  ((size_t)16 << 20)
#define TIMELINE_MAX     400
#define REPEAT_DEPTH_MAX 8
#define NEAREST_MAX      3

struct instance;

/* A request and its answer. */
struct call {
  struct exchange *x; /* NULL: none is under way */
  const struct yaml_node *map;
  int32_t user;
  struct buf url, body, texts; /* of the request */
  struct header header[CALL_HEADERS_MAX];
  uint32_t headers;
  struct buf answer, fields; /* fields: "name: value" and LF each */
  int status;
  bool over, too_long;
  enum end_kind end;
  char sentence[240];
  int64_t sent_ns, over_ns; /* -1: not yet */
  struct instance *inst;
};

struct flow_stream {
  struct instance *inst;
  uint32_t index;
  const struct flow_step *step; /* that subscribed */
  struct call call;             /* the request, without body of its answer */
  struct parser parser;
  struct arrival when; /* of the bytes being parsed */
  bool open, was_open; /* was: on this connection, and may have ended */
  bool fed, paused;
  bool failed; /* bytes that are too much */
  bool burst;
  uint32_t connection;
  int64_t opened_ns, ended_ns, quiet_ns, last_ns;
  const char *ended_how; /* NULL: it has not */
  char ended_text[160];
  uint64_t bytes, events;
  bool unterminated;
};

struct flow_person {
  struct jar *jar;               /* owned */
  bool known;                    /* logged in, or has no login */
  const struct yaml_node *login; /* the one under way */
  const struct lane *lane;       /* that logs in; NULL: none does */
};

enum step_state {
  STEP_PENDING,
  STEP_PASSED,
  STEP_FAILED,
  STEP_ERROR,
  STEP_SKIPPED,
  STEP_UNCERTAIN
};

struct step_result {
  enum step_state state;
  enum miss miss;
  bool unproven;
  int64_t began_ns, ended_ns;
  int64_t sent_ns, answered_ns;    /* of a trigger; -1: none */
  int64_t latency_ns;              /* of an expect, from its trigger; -1 */
  int64_t origin_ns;               /* of an expect */
  uint32_t matched;                /* item of the record; UINT32_MAX: none */
  char *sentence, *again, *counts; /* owned */
  char *nearest[NEAREST_MAX];      /* owned */
  uint32_t nearests;
};

struct timeline_entry {
  int64_t t_ns;
  char who[70];
  char text[160];
};

struct repeat_frame {
  const struct flow_step *step;
  uint64_t turn;
};

/* A list of steps under way: the flow's own, or a branch of a parallel. */
struct lane {
  const struct flow_step *step; /* under way; NULL: between two */
  const struct flow_step *next;
  struct repeat_frame frame[REPEAT_DEPTH_MAX];
  uint32_t frames;
  uint32_t branch; /* 0: the flow's own */
  uint32_t round_number;
  struct call call;       /* of a login or request step */
  bool calling;           /* it is under way for the step */
  uint32_t asked;         /* so often, of a request with until */
  int64_t again_ns;       /* it is asked again then; -1 */
  struct process program; /* of a run */
  struct buf printed;     /* by it */
  int64_t grace_ns;       /* a miss is known, and read on until then; -1 */
  int64_t waited_ns;      /* the end of the last wait; -1 */
  struct expect *ready;   /* owned: of a subscribe that waits for more than the
                             head */
  bool begun;             /* the step's login is done, and it was started */
  bool over;              /* a branch has done all its steps */
};

struct instance {
  const struct flow *f;
  const struct flow_options *o;
  struct transport *transport;
  struct vars vars;
  struct rng rng;
  struct record record;
  struct round round;
  struct flow_stream *stream; /* owned, f->streams of them */
  struct flow_person *user;   /* owned, f->users and one more for nobody */
  struct step_result *result; /* owned, by number of the step */
  struct parser_config parser;
  uint64_t start_mono_ns;
  int64_t real_offset_ns; /* real minus mono */
  uint64_t wake_mono_ns;  /* it wants to be looked at again; UINT64_MAX */
  int64_t quiet_ns;       /* the turn's: all was read that had come by then */
  enum flow_phase phase;
  struct lane lane[FLOW_BRANCHES_MAX + 1]; /* the first is the flow's own */
  uint32_t lanes;
  struct lane *at; /* whose turn it is */
  bool stopping;   /* asked to stop */
  bool red, error, uncertain, unreachable, over;
  struct timeline_entry *timeline; /* owned */
  uint32_t timelines;
  char error_text[300];
  int64_t ended_ns;
};

/* --- time and the log (timeline.c) --- */

int64_t instance_now(const struct instance *in);
void instance_note(struct instance *in, int64_t t_ns, const char *who,
                   const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* instance_wake asks for a turn at an instant of the flow. */
void instance_wake(struct instance *in, int64_t t_ns);
const char *instance_user_name(const struct instance *in, int32_t user);
int64_t instance_of_real(const struct instance *in, uint64_t real_ns);

/* --- requests (call.c) --- */

/* call_start fills in a request from its map and sends it.  0, or E_* with a
 * sentence. */
int call_start(struct call *c, const struct yaml_node *map, int32_t user,
               struct err *e);
void call_stop(struct call *c);
void call_fini(struct call *c);
/* call_reset forgets the answer before; call_on_field keeps a field of the
 * head of the call ctx.  For call_start and streams. */
void call_reset(struct call *c);
void call_on_field(struct slice name, struct slice value, void *ctx);
/* call_prepare fills in all but the body's end: for call_start and streams;
 * extra is a header more, or NULL. */
int call_prepare(struct call *c, const struct header *extra, struct err *e);
/* call_request points r at what was prepared. */
void call_request(const struct call *c, struct request *r);
/* call_judge looks at a whole answer; MISS_NONE, or the class with a
 * sentence. */
enum miss call_judge(struct call *c, struct buf *why);
/* call_holds: what "until" says of an answer; why else. */
bool call_holds(struct call *c, const struct yaml_node *map, struct buf *why);
/* call_take keeps what "take" wants of it; prefix: the user of a login, or
 * NULL.  E_* with a sentence. */
int call_take(struct call *c, const char *prefix, struct err *e);
/* call_field is a field of the answer's head; p NULL: none. */
struct slice call_field(const struct call *c, struct slice name);
/* call_again appends the request as a command line of curl. */
int call_again(const struct call *c, bool streams, struct buf *out);

/* --- streams (stream.c) --- */

int flow_stream_open(struct flow_stream *s, const char *last_id,
                     struct err *e);
/* flow_stream_end ends it from our side; how: "fin", "rst". */
void flow_stream_end(struct flow_stream *s, bool abrupt);
void flow_stream_fini(struct flow_stream *s);
struct stream_state flow_stream_state(const struct flow_stream *s);
void flow_stream_configure(struct parser_config *c);

/* --- what becomes of a step (outcome.c) --- */

void step_set(struct instance *in, const struct flow_step *s,
              enum step_state state, enum miss miss, const char *sentence);
/* Of in->step; both return true: it has its result. */
bool step_fail(struct instance *in, enum step_state state, enum miss miss,
               const char *sentence);
bool step_pass(struct instance *in);
struct step_result *step_result_of(struct instance *in);
/* step_add_again keeps a command line that shows the request by hand. */
void step_add_again(struct instance *in, const struct call *c, bool streams);
/* step_scaled is a time with --timeout-scale. */
int64_t step_scaled(const struct instance *in, uint64_t ns);
/* step_is_bad: it has a result that is not green. */
bool step_is_bad(const struct instance *in, const struct flow_step *s);
const char *step_stream_name(const struct instance *in, int32_t i);

/* --- expectations (expecting.c) --- */

void expect_begin(struct instance *in);
bool expect_poll(struct instance *in);
/* step_close_round: true once the round is over and judged. */
bool step_close_round(struct instance *in);

/* --- steps (steps.c) --- */

/* step_start begins in->step; step_poll: true once its result is there. */
void step_start(struct instance *in);
bool step_poll(struct instance *in);

/* --- programs (program.c) --- */

/* program_start begins the run step; 0 or E_* with a sentence. */
int program_start(struct instance *in, struct err *e);
/* program_poll: true once it ended or was ended; *why is empty where all is
 * well. */
bool program_poll(struct instance *in, struct buf *why);
/* program_stop kills what still runs, children and all. */
void program_stop(struct lane *l);

/* --- misses (nearest.c) --- */

/* nearest_explain fills in what a failed expect is told by. */
void nearest_explain(struct instance *in, struct expect *x,
                     struct round_said said, struct step_result *out);

/* --- branches (lane.c) --- */

/* lane_init begins with a list of steps; the lane has nothing under way. */
void lane_init(struct instance *in, struct lane *l, uint32_t branch,
               const struct flow_step *first);
/* lane_stop breaks off what is under way. */
void lane_stop(struct lane *l);
void lane_fini(struct lane *l);
/* lanes_fork begins the branches of the parallel step under way; lanes_join:
 * true once all of them are over. */
void lanes_fork(struct instance *in);
bool lanes_join(struct instance *in);
/* lanes_leave has the flow's own list go on alone: the branches end. */
void lanes_leave(struct instance *in);

/* --- the whole (instance.c) --- */

struct instance *instance_new(const struct flow *f,
                              const struct flow_options *o,
                              struct transport *t, uint64_t number);
/* instance_turn goes on as far as it can; quiet_mono_ns: all that arrived by
 * then was read.  True once it is over. */
bool instance_turn(struct instance *in, uint64_t quiet_mono_ns);
void instance_stop(struct instance *in);
void instance_free(struct instance *in);

/* --- documents (flow_doc.c) --- */

json_t *flow_doc_run(const struct instance *in);

#endif
