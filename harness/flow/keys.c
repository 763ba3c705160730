/* SPDX-License-Identifier: MIT
 * The keys of a flow file; see keys.h. */
#include "flow/keys.h"

#include <string.h>

#include "base/units.h"

#define KEYS(id, text, rows)                                                  \
  const struct flow_keys id = {text, rows, sizeof(rows) / sizeof((rows)[0])}

/* What all steps share. */
#define COMMON_ROWS                                                           \
  {"name", KEY_TEXT, "What results call the step", NULL},                     \
  {                                                                           \
    "soft", KEY_BOOL, "Go on where it fails; the flow stays red", NULL        \
  }

#define STREAM_ROW                                                            \
  {                                                                           \
    "stream", KEY_NAME, "The stream, as subscribe calls it", NULL             \
  }

/* What is sent. */
#define CALL_ROWS                                                             \
  {"as", KEY_NAME, "A name for later steps", NULL},                           \
      {"user", KEY_NAME, "Who asks, one of users", NULL},                     \
      {"query", KEY_FIELDS, "Query parameters, percent-encoded", NULL},       \
      {"headers", KEY_FIELDS, "Request headers", NULL},                       \
      {"json", KEY_JSON, "Request body, written as JSON", NULL},              \
      {"form", KEY_FIELDS, "Request body, as a form sends it", NULL},         \
  {                                                                           \
    "text", KEY_TEXT, "Request body, as it stands", NULL                      \
  }

#define ANSWER_ROWS                                                           \
  {"status", KEY_STATUS, "Statuses that are right; else any 2xx", NULL},      \
      {"head", KEY_FIELDS, "Fields that the answer's head must have", NULL},  \
      {"data", KEY_MEMBERS, "Members that the answer must have", NULL},       \
      {"where", KEY_EXPRS, "What must hold of the answer", NULL},             \
  {                                                                           \
    "take", KEY_TAKE,                                                         \
        "Values to keep: a pointer, id, event, data, "                        \
        "status, \"header NAME\" or \"cookie NAME\"",                         \
        NULL                                                                  \
  }

#define PATTERN_ROWS                                                          \
  {"event", KEY_TEXTS, "Name of the event, or one of several", NULL},         \
      {"id", KEY_TEXT, "Last event ID", NULL},                                \
      {"comment", KEY_TEXT, "A comment, by a regular expression", NULL},      \
      {"retry", KEY_TIME, "A reconnection time", NULL},                       \
      {"is", KEY_TEXT, "The whole data", NULL},                               \
      {"text", KEY_TEXT, "A part of the data", NULL},                         \
      {"data", KEY_MEMBERS, "Members of data that is JSON", NULL},            \
      {"lines", KEY_LINES,                                                    \
       "What stands behind words that begin lines of the data: a text, or "   \
       "members where it is JSON",                                            \
       NULL},                                                                 \
      {"fragment", KEY_FRAGMENT, "An element that the data's HTML has",       \
       NULL},                                                                 \
  {                                                                           \
    "where", KEY_EXPRS, "What must hold, as in /total > 5", NULL              \
  }

static const struct flow_key file_rows[] = {
    {"weir", KEY_CHOICE, "The version of this format; first key", "flow/1"},
    {"flow", KEY_TEXT, "What the flow is called in results", NULL},
    {"tags", KEY_TEXTS, "Words to choose flows by", NULL},
    {"target", KEY_TEXT, "Where paths begin, such as http://127.0.0.1:8080",
     NULL},
    {"vars", KEY_FIELDS, "Values for {{NAME}}", NULL},
    {"cases", KEY_CASES,
     "The flow runs once with the values of each, also as {{case}}", NULL},
    {"secrets", KEY_TEXTS, "Names whose values no result shows", NULL},
    {"seed", KEY_COUNT, "Of {{uuid}} and {{random}}", NULL},
    {"alone", KEY_BOOL, "Never beside other flows", NULL},
    {"timeout", KEY_TIME, "For the whole flow", NULL},
    {"settle", KEY_TIME, "How long an exact count is watched", NULL},
    {"defaults", KEY_DEFAULTS, "Times of steps that name none", NULL},
    {"users", KEY_USERS, "Who asks: headers and a login", NULL},
    {"setup", KEY_STEPS, "Steps before the test itself", NULL},
    {"steps", KEY_STEPS, "The test", NULL},
    {"teardown", KEY_STEPS, "Steps that run however it ends", NULL},
};
KEYS(flow_keys_file, "a flow file", file_rows);

static const struct flow_key defaults_rows[] = {
    {"within", KEY_TIME, "For expect", NULL},
    {"open", KEY_TIME, "For subscribe and resume", NULL},
    {"answer", KEY_TIME, "For the whole answer of a request", NULL},
    {"insecure", KEY_BOOL, "Take any certificate", NULL},
    {"ca", KEY_TEXT, "Trust the authorities in this PEM file", NULL},
};
KEYS(flow_keys_defaults, "defaults", defaults_rows);

static const struct flow_key user_rows[] = {
    {"headers", KEY_FIELDS, "Sent with all requests of this user", NULL},
    {"login", KEY_REQUESTS, "What is sent before this user's first step",
     NULL},
};
KEYS(flow_keys_user, "a user", user_rows);

static const struct flow_key subscribe_rows[] = {
    COMMON_ROWS,
    CALL_ROWS,
    {"open", KEY_TIME, "How long the head may take", NULL},
    {"last-event-id", KEY_TEXT, "Sent with the request", NULL},
    {"ready", KEY_READY, "When the step is done: head, sent, or a pattern",
     NULL},
    {"head", KEY_FIELDS, "Fields that the answer's head must have", NULL},
    {"take", KEY_TAKE, "Values to keep: \"header NAME\", \"cookie NAME\"",
     NULL},
};
KEYS(subscribe_keys, "subscribe", subscribe_rows);

static const struct flow_key request_rows[] = {
    COMMON_ROWS,
    CALL_ROWS,
    ANSWER_ROWS,
    {"answer", KEY_TIME, "How long the answer may take", NULL},
    {"until", KEY_UNTIL, "GET and HEAD: ask again until this holds", NULL},
    {"within", KEY_TIME, "For how long it is asked again", NULL},
    {"every", KEY_TIME, "After which time it is asked again", NULL},
};
KEYS(flow_keys_request, "request", request_rows);

static const struct flow_key expect_rows[] = {
    COMMON_ROWS,
    {"as", KEY_NAME, "A name for later steps", NULL},
    STREAM_ROW,
    {"after", KEY_NAME, "Another beginning: the name of a step, or open",
     NULL},
    {"since", KEY_CHOICE, "Count from the request or from its answer",
     "send answer"},
    {"within", KEY_TIME, "How long after the trigger was sent", NULL},
    {"for", KEY_TIME, "How long it is watched after the trigger", NULL},
    {"take", KEY_TAKE, "Values to keep: a pointer, id, event, data", NULL},
    PATTERN_ROWS,
    {"times", KEY_TIMES, "How often; 1.. where it is not said", NULL},
    {"in-order", KEY_PATTERNS, "Patterns that must come in this order", NULL},
    {"adjacent", KEY_BOOL, "No other event stands between those", NULL},
    {"any-order", KEY_PATTERNS, "Patterns that must all come", NULL},
    {"none", KEY_PATTERN, "What must not come; needs for", NULL},
    {"only", KEY_PATTERNS, "Nothing but these may come; needs for", NULL},
    {"every", KEY_PATTERN, "What all events must be; needs for", NULL},
    {"silence", KEY_CHOICE, "Nothing may come; needs for", "events bytes"},
    {"ends", KEY_ENDS, "The stream must end", NULL},
    {"open", KEY_BOOL, "The stream must be open still", NULL},
    {"rising", KEY_POINTER, "A value that rises from match to match", NULL},
    {"constant", KEY_POINTER, "A value that all matches share", NULL},
    {"distinct", KEY_POINTER, "A value that no two matches share", NULL},
    {"gap", KEY_SPANS, "Time between matches", NULL},
    {"joined", KEY_JOINED, "What texts of the matches say when put together",
     NULL},
    {"replayed", KEY_BOOL, "Came from before the stream was opened anew",
     NULL},
    {"duplicates", KEY_COUNT, "How many ids may come twice: 0", NULL},
};
KEYS(expect_keys, "expect", expect_rows);

static const struct flow_key pattern_rows[] = {
    PATTERN_ROWS,
    {"times", KEY_TIMES, "How often, inside of in-order", NULL},
};
KEYS(flow_keys_pattern, "a pattern", pattern_rows);

static const struct flow_key ready_rows[] = {
    PATTERN_ROWS,
    {"probe", KEY_REQUEST, "Sent again and again until that came", NULL},
    {"every", KEY_TIME, "After which time it is sent again", NULL},
};
KEYS(flow_keys_ready, "ready", ready_rows);

static const struct flow_key fragment_rows[] = {
    {"select", KEY_TEXT, "tag, #id, .class, [a=v], joined by blanks and >",
     NULL},
    {"text", KEY_TEXT, "A part of its text", NULL},
    {"attr", KEY_FIELDS, "Attributes and their values", NULL},
    {"count", KEY_COUNT, "So many of them; else one or more", NULL},
};
KEYS(flow_keys_fragment, "fragment", fragment_rows);

static const struct flow_key joined_rows[] = {
    {"pointer", KEY_POINTER, "Where the pieces stand", NULL},
    {"is", KEY_TEXT, "All of it", NULL},
    {"text", KEY_TEXT, "A part of it", NULL},
    {"json", KEY_MEMBERS, "Members that it has as JSON", NULL},
};
KEYS(flow_keys_joined, "joined", joined_rows);

static const struct flow_key until_rows[] = {
    {"status", KEY_STATUS, "Statuses that are right; else any 2xx", NULL},
    {"data", KEY_MEMBERS, "Members that the answer must have", NULL},
    {"where", KEY_EXPRS, "What must hold of the answer", NULL},
};
KEYS(flow_keys_until, "until", until_rows);

static const struct flow_key ends_rows[] = {
    {"how", KEY_CHOICE, "In which way", "fin rst 204 any"},
    {"after", KEY_PATTERN, "What must have come last", NULL},
};
KEYS(flow_keys_ends, "ends", ends_rows);

static const struct flow_key wait_rows[] = {
    COMMON_ROWS,
    {"for", KEY_TIME, "How long", NULL},
    {"about", KEY_TIME, "How long on average", NULL},
};
KEYS(wait_keys, "wait", wait_rows);

static const struct flow_key cut_rows[] = {
    COMMON_ROWS,
    STREAM_ROW,
    {"how", KEY_CHOICE, "In an orderly way or not", "fin rst"},
};
KEYS(cut_keys, "cut", cut_rows);

static const struct flow_key resume_rows[] = {
    COMMON_ROWS,
    STREAM_ROW,
    {"as", KEY_NAME, "A name for later steps", NULL},
    {"id", KEY_TEXT, "Last-Event-ID: last, none, or a text", NULL},
    {"open", KEY_TIME, "How long the head may take", NULL},
};
KEYS(resume_keys, "resume", resume_rows);

static const struct flow_key stream_rows[] = {COMMON_ROWS, STREAM_ROW};
KEYS(stream_keys, "this step", stream_rows);

static const struct flow_key run_rows[] = {
    COMMON_ROWS,
    {"as", KEY_NAME, "A name for later steps", NULL},
    {"command", KEY_ARGUMENTS, "The program and its arguments", NULL},
    {"within", KEY_TIME, "How long it may take", NULL},
    {"exit", KEY_COUNT, "The exit code that is right", NULL},
};
KEYS(run_keys, "run", run_rows);

static const struct flow_key repeat_rows[] = {
    COMMON_ROWS,
    {"times", KEY_COUNT, "How often", NULL},
    {"as", KEY_NAME, "Name of the counter, from 1", NULL},
    {"steps", KEY_STEPS, "What", NULL},
};
KEYS(repeat_keys, "repeat", repeat_rows);

static const struct flow_key no_rows[] = {COMMON_ROWS};
KEYS(parallel_keys, "parallel", no_rows);

const struct flow_keys *const flow_verb_keys[FLOW_VERB_COUNT] = {
    &subscribe_keys, &flow_keys_request, &expect_keys, &wait_keys,
    &cut_keys,       &resume_keys,       &stream_keys, &stream_keys,
    &stream_keys,    &run_keys,          &repeat_keys, &parallel_keys};

const char *flow_verb_name(enum flow_verb verb)
{
  static const char *const name[] = {
#define X(id, word, help) word,
      FLOW_VERBS(X)
#undef X
  };
  return name[verb];
}

enum flow_verb flow_verb_find(struct slice name)
{
  enum flow_verb v = VERB_SUBSCRIBE;
  while(v < FLOW_VERB_COUNT && !slice_eq_cstr(name, flow_verb_name(v)))
    v++;
  return v;
}

const char *key_type_expected(enum key_type type)
{
  static const char *const text[] = {
#define X(id, expected) expected,
      KEY_TYPES(X)
#undef X
  };
  return text[type];
}

const struct flow_key *key_find(const struct flow_keys *t, struct slice name)
{
  size_t i;
  for(i = 0; i < t->count; i++) {
    if(slice_eq_cstr(name, t->key[i].name))
      return &t->key[i];
  }
  return NULL;
}

const char *key_suggest(const struct flow_keys *t, struct slice name)
{
  const char *best = NULL;
  char text[40];
  int least = 3;
  size_t i;
  if(name.n >= sizeof(text))
    return NULL;
  if(name.n)
    memcpy(text, name.p, name.n);
  text[name.n] = '\0';
  for(i = 0; i < t->count; i++) {
    int d = units_distance(text, t->key[i].name);
    if(d < least) {
      least = d;
      best = t->key[i].name;
    }
  }
  return best;
}

bool key_method(struct slice name)
{
  size_t i;
  for(i = 0; i < name.n; i++) {
    if(name.p[i] < 'A' || name.p[i] > 'Z')
      return false;
  }
  return name.n > 1 && name.n <= 16;
}
