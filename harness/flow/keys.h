/* SPDX-License-Identifier: MIT
 * The keys of a flow file: one table for each kind of map, which reading,
 * suggesting and the schema follow from. */
#ifndef WEIR_FLOW_KEYS_H
#define WEIR_FLOW_KEYS_H
#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/* X(enumerator, what is expected, for messages) */
#define KEY_TYPES(X)                                                          \
  X(KEY_TEXT, "text")                                                         \
  X(KEY_NAME, "a name of letters, digits, - and _")                           \
  X(KEY_PATH, "a path such as /events, or a URL")                             \
  X(KEY_TIME, "a time such as 200ms or 2s")                                   \
  X(KEY_TIMES, "a number or a range such as 1, 2.. or 1..3")                  \
  X(KEY_SPANS, "a time or a range of times such as ..2s")                     \
  X(KEY_COUNT, "a whole number")                                              \
  X(KEY_BOOL, "true or false")                                                \
  X(KEY_CHOICE, "one of its words")                                           \
  X(KEY_TEXTS, "a value or a list of values")                                 \
  X(KEY_STATUS, "a status such as 201, or a list of them")                    \
  X(KEY_EXPRS, "an expression such as \"/total > 5\", or a list of them")     \
  X(KEY_POINTER, "a JSON pointer such as /id")                                \
  X(KEY_MEMBERS, "a map of JSON pointers such as {/id: 42}")                  \
  X(KEY_FIELDS, "a map of names and values")                                  \
  X(KEY_JSON, "any value")                                                    \
  X(KEY_TAKE, "a map such as {id: /id}")                                      \
  X(KEY_REQUEST, "a request such as {POST: /login}")                          \
  X(KEY_REQUESTS, "a request or a list of requests")                          \
  X(KEY_PATTERN, "a pattern such as {event: order.created}")                  \
  X(KEY_PATTERNS, "a list of patterns")                                       \
  X(KEY_READY, "head, sent, or a pattern of what must have come")             \
  X(KEY_LINES, "a map of words and texts such as {mode: append}")             \
  X(KEY_FRAGMENT, "a map such as {select: li.todo, text: milk}")              \
  X(KEY_JOINED, "a map such as {pointer: /delta, is: hello}")                 \
  X(KEY_UNTIL, "a map such as {status: 200, data: {/state: done}}")           \
  X(KEY_ENDS, "fin, rst, 204, any, or {how: ..., after: PATTERN}")            \
  X(KEY_STEPS, "a list of steps")                                             \
  X(KEY_USERS, "a map of users")                                              \
  X(KEY_CASES, "a map such as {paid: {item: 7}, free: {item: 8}}")            \
  X(KEY_DEFAULTS, "a map of times")                                           \
  X(KEY_ARGUMENTS, "a list of arguments")

enum key_type {
#define X(id, text) id,
  KEY_TYPES(X)
#undef X
      KEY_TYPE_COUNT
};

struct flow_key {
  const char *name;
  enum key_type type;
  const char *help;   /* one sentence, no full stop */
  const char *choice; /* words parted by spaces, of KEY_CHOICE */
};

struct flow_keys {
  const char *what; /* "a step", for messages */
  const struct flow_key *key;
  size_t count;
};

/* Maps; those of the steps stand in the order of FLOW_VERBS. */
extern const struct flow_keys flow_keys_file, flow_keys_defaults,
    flow_keys_user, flow_keys_pattern, flow_keys_ends, flow_keys_request,
    flow_keys_until, flow_keys_fragment, flow_keys_joined, flow_keys_ready;

/* X(enumerator, verb, what it does) */
#define FLOW_VERBS(X)                                                         \
  X(VERB_SUBSCRIBE, "subscribe", "Open a stream; done once it is open")       \
  X(VERB_REQUEST, "request", "Send a request and look at its answer")         \
  X(VERB_EXPECT, "expect", "Say what must arrive on a stream, or must not")   \
  X(VERB_WAIT, "wait", "Let time pass")                                       \
  X(VERB_CUT, "cut", "Break a stream as a network would")                     \
  X(VERB_RESUME, "resume", "Open a cut stream anew, with Last-Event-ID")      \
  X(VERB_PAUSE, "pause", "Stop reading a stream, which stays open")           \
  X(VERB_GO, "go", "Read on after a pause")                                   \
  X(VERB_CLOSE, "close", "End a stream as a client does that leaves")         \
  X(VERB_RUN, "run", "Run a program; only in files of the command line")      \
  X(VERB_REPEAT, "repeat", "Do steps several times")                          \
  X(VERB_PARALLEL, "parallel", "Do lists of steps side by side")

enum flow_verb {
#define X(id, word, help) id,
  FLOW_VERBS(X)
#undef X
      FLOW_VERB_COUNT
};

/* What a verb may hold. */
extern const struct flow_keys *const flow_verb_keys[FLOW_VERB_COUNT];
const char *flow_verb_name(enum flow_verb verb);
/* flow_verb_find: FLOW_VERB_COUNT where there is none of that name. */
enum flow_verb flow_verb_find(struct slice name);

const char *key_type_expected(enum key_type type);
/* key_find is the row of that name, or NULL. */
const struct flow_key *key_find(const struct flow_keys *t, struct slice name);
/* key_suggest is the name that was probably meant, or NULL. */
const char *key_suggest(const struct flow_keys *t, struct slice name);
/* key_method: an upper-case word, which is the method of a request. */
bool key_method(struct slice name);

#endif
