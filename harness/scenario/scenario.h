/* SPDX-License-Identifier: MIT
 * A scenario: what to run, fully resolved, validated and immutable.
 *
 * Built from command-line options, from a YAML file, or from a file with
 * options on top; scenario/keys.h has the rows of both. */
#ifndef WEIR_SCENARIO_SCENARIO_H
#define WEIR_SCENARIO_SCENARIO_H
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "endpoint/endpoint.h"
#include "settings/settings.h"

enum stream_carrier { CARRY_AUTO, CARRY_LEAN, CARRY_LIBCURL };
enum arrival_form { ARRIVE_EVENLY, ARRIVE_POISSON };
enum cut_by { CUT_BY_FIN, CUT_BY_RST };
enum sequence_from { SEQ_AUTO, SEQ_NONE, SEQ_ID, SEQ_DATA };
enum sequence_key { SEQ_KEY_AUTO, SEQ_KEY_NONE, SEQ_KEY_EVENT, SEQ_KEY_DATA };
enum stamp_from { STAMP_AUTO, STAMP_NONE, STAMP_DATA };
enum stamp_unit { UNIT_AUTO, UNIT_NS, UNIT_US, UNIT_MS, UNIT_S };

struct stage { /* closed-loop: move to `connections` within `ramp`, hold */
  uint64_t connections;
  uint64_t ramp_ns, hold_ns;
};

struct threshold {
  char *expression; /* as written: "latency.p99 < 250ms" */
  char *field;      /* "latency.p99" */
  char op[3];       /* "<" "<=" ">" ">=" "==" "!=" */
  double value;     /* in the base unit of the literal: ms for a duration,
                       bytes for a size, share for "%", plain otherwise */
  char unit;        /* 'd' duration, 'b' bytes, '%' share, 'n' plain number */
  char where[64];   /* "file.yaml:12:5" or "--threshold" */
};

struct publish {
  bool enabled;
  char *url, *method, *body; /* templates; method default POST */
  struct name_value *header;
  uint32_t header_count;
  double rate;       /* events per second, over all users together */
  uint64_t size;     /* bytes of the default body's padding */
  char *match_seq;   /* JSON pointer in the received data, "/seq" */
  char *match_stamp; /* "/t" */
  uint64_t count;    /* stop after so many, 0 = until the run ends */
};

struct storm { /* every stream of the share is cut at one instant */
  bool enabled;
  uint64_t at_ns; /* since the start of the run, warm-up included */
  double share;   /* 0..1 */
  enum cut_by how;
  uint64_t every_ns; /* 0 = once */
};

struct slow_readers {
  double share;
  uint64_t bytes_per_second; /* 0 with share > 0: stop reading altogether */
};

struct user {
  uint32_t field_count; /* same for all; names in scenario.user_field */
  char **field;
};

struct scenario {
  char *name;               /* file stem or "cli" */
  char *description;        /* the leading comment of the file, may be empty */
  struct endpoint endpoint; /* its texts may hold {{templates}} */
  enum stream_carrier carrier; /* of HTTP/1.1 streams */
  /* workload: exactly one of connections, stages, arrival; after
   * scenario_finish the members of the other two are zero or empty */
  uint64_t connections;
  uint64_t ramp_ns; /* 0 = as fast as the connect pacing allows */
  struct stage *stage;
  uint32_t stage_count;
  double arrival_rate; /* new streams per second, open loop */
  uint64_t lifetime_ns;
  /* where streams answer requests: app is set */
  char *app;      /* name or file of the protocol's profile */
  char *app_file; /* where it was found; the caller's to set, not a key */
  char **var;     /* "NAME=VALUE" */
  uint32_t var_count;
  uint64_t requests; /* end after so many, 0 = by the duration */
  uint64_t think_ns, stall_ns;
  char *goodput;         /* objectives of each, as text (requests/slo.h) */
  uint64_t max_inflight; /* with arrival_rate */
  enum arrival_form arrival_shape;
  uint64_t duration_ns; /* after the warm-up */
  uint64_t warmup_ns;   /* not measured; starts when the ramp is over */
  uint64_t drain_ns;    /* wait for what is owed, at most */
  uint32_t workers;     /* 0 = automatic */
  uint32_t streams_per_connection; /* HTTP/2, default 100 */
  uint64_t seed;                   /* 0 = fresh */
  uint64_t max_line, max_event;
  /* subscriber */
  bool reconnect;          /* default true */
  double reconnect_jitter; /* 0..1: adds up to that share of the retry time */
  uint64_t retry_ns;       /* until the server says otherwise, default 3 s */
  uint64_t retry_max_ns;   /* cap on back-off after failed attempts */
  bool retry_on_error;     /* reconnect on 5xx too, as libraries do */
  /* measuring */
  enum sequence_from sequence;
  char *sequence_pointer;
  enum sequence_key sequence_key; /* whose numbers they are */
  char *sequence_key_pointer;
  enum stamp_from stamp;
  char *stamp_pointer;
  enum stamp_unit stamp_unit;
  int64_t clock_offset_ns; /* add to remote stamps */
  bool clock_offset_set;
  struct publish publish;
  struct storm storm;
  struct slow_readers slow;
  /* users */
  char *users_file;
  char **user_field;
  uint32_t user_field_count;
  struct user *user;
  uint32_t user_count;
  /* judging */
  struct threshold *threshold;
  uint32_t threshold_count;
  bool default_thresholds; /* where none is given */
  int64_t server_pid;      /* 0 = unknown */
  char *server_name;
  struct settings *origin; /* private, owned: which were given, and where */
};

/* scenario_load reads a YAML file ("-" = stdin).  Errors name
 * file:line:column and the key, with a suggestion for an unknown one. */
struct scenario *scenario_load(const char *path, struct err *e);
/* scenario_parse does the same for text; name stands for the file. */
struct scenario *scenario_parse(struct slice text, const char *name,
                                struct err *e);
/* scenario_default returns an empty scenario with all defaults. */
struct scenario *scenario_default(void);
/* scenario_set applies one key as the command line gives it, e.g.
 * ("publish.rate", "100/s").  Lists append ("headers", "Name: value").
 * where is for messages ("--publish.rate"). */
int scenario_set(struct scenario *s, const char *key, const char *value,
                 const char *where, struct err *e);
/* scenario_finish checks what spans several keys, loads the users file and
 * fills what depends on other keys.  Call once, after the last set. */
int scenario_finish(struct scenario *s, struct err *e);
/* scenario_print appends the whole scenario as YAML that scenario_parse reads
 * back to the same values (users by file name). */
int scenario_print(const struct scenario *s, struct buf *out);
/* scenario_to_json: the same content, nested, with units in the names;
 * secrets (Authorization and Cookie headers, the TLS key's file, passwords in
 * URLs) are "***", users are only counted. */
json_t *scenario_to_json(const struct scenario *s);
void scenario_free(struct scenario *s);
/* scenario_run_ns: ramp, warm-up and measured time together, without drain. */
uint64_t scenario_run_ns(const struct scenario *s);
/* scenario_peak: the most streams the workload asks for at once. */
uint64_t scenario_peak(const struct scenario *s);

#endif
