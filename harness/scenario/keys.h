/* SPDX-License-Identifier: MIT
 * The one option table: every key of a scenario, once.
 *
 * YAML loading, the command line, --help, the reference page, printing and
 * "did you mean" all read these rows; a new key is a new row. */
#ifndef WEIR_SCENARIO_KEYS_H
#define WEIR_SCENARIO_KEYS_H
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* X(enumerator, name): how a value of this kind is called in messages. */
#define VALUE_TYPES(X)                                                        \
  X(VALUE_STRING, "text")                                                     \
  X(VALUE_URL, "URL")                                                         \
  X(VALUE_METHOD, "method")                                                   \
  X(VALUE_PATH, "path")                                                       \
  X(VALUE_POINTER, "pointer")                                                 \
  X(VALUE_COUNT, "count")                                                     \
  X(VALUE_SEED, "whole number")                                               \
  X(VALUE_DURATION, "duration")                                               \
  X(VALUE_OFFSET, "signed duration")                                          \
  X(VALUE_BYTES, "size")                                                      \
  X(VALUE_RATE, "rate")                                                       \
  X(VALUE_SHARE, "share")                                                     \
  X(VALUE_BOOL, "yes or no")                                                  \
  X(VALUE_ENUM, "choice")                                                     \
  X(VALUE_SEQUENCE, "sequence source")                                        \
  X(VALUE_STAMP, "stamp source")                                              \
  X(VALUE_STRINGS, "list")                                                    \
  X(VALUE_HEADERS, "headers")                                                 \
  X(VALUE_STAGES, "stages")                                                   \
  X(VALUE_THRESHOLDS, "thresholds")

enum value_type {
#define X(name, text) name,
  VALUE_TYPES(X)
#undef X
};

#define KEY_DAY_NS   86400e9
#define KEY_MONTH_NS (30 * KEY_DAY_NS)

/* X(enumerator, name, type, member of struct scenario, default, least, most,
 *   group, argument in --help, sentence)
 * least and most are in the type's base unit (ns, bytes, plain). */
#define KEY_LIST(X)                                                           \
  X(KEY_NAME, "name", VALUE_STRING, name, "", 0, 0, "Target", "NAME",         \
    "What the run is called in results; the file's name when not given")      \
  X(KEY_URL, "url", VALUE_URL, url, "", 0, 0, "Target", "URL",                \
    "The event stream to subscribe to")                                       \
  X(KEY_METHOD, "method", VALUE_METHOD, method, "GET", 0, 0, "Target",        \
    "METHOD", "Request method; POST when a body is given")                    \
  X(KEY_HEADERS, "headers", VALUE_HEADERS, header, "", 0, 0, "Target",        \
    "NAME: VALUE", "Request headers; on the command line once per header")    \
  X(KEY_LOCATION_TRUSTED, "location-trusted", VALUE_BOOL, location_trusted,   \
    "false", 0, 0, "Target", "",                                              \
    "Send all headers to any origin that a redirect leads to; otherwise "     \
    "Accept, User-Agent, Last-Event-ID and their like go along, and no "      \
    "others")                                                                 \
  X(KEY_BODY, "body", VALUE_STRING, body, "", 0, 0, "Target", "TEXT",         \
    "Request body")                                                           \
  X(KEY_HTTP, "http", VALUE_ENUM, http, "1.1", 0, 0, "Target", "VERSION",     \
    "HTTP version: 1.1, 2 or auto")                                           \
  X(KEY_CARRIER, "carrier", VALUE_ENUM, carrier, "auto", 0, 0, "Target",      \
    "CARRIER",                                                                \
    "What carries plain http:// streams: lean is weir's own HTTP/1.1 "        \
    "reader, libcurl everything, auto lean where it can")                     \
  X(KEY_TLS_CA, "tls.ca", VALUE_PATH, ca_file, "", 0, 0, "Target", "FILE",    \
    "Trust the certificate authorities in this PEM file")                     \
  X(KEY_TLS_CERT, "tls.cert", VALUE_PATH, client_cert, "", 0, 0, "Target",    \
    "FILE", "Client certificate, PEM")                                        \
  X(KEY_TLS_KEY, "tls.key", VALUE_PATH, client_key, "", 0, 0, "Target",       \
    "FILE", "Key of the client certificate, PEM")                             \
  X(KEY_TLS_INSECURE, "tls.insecure", VALUE_BOOL, insecure, "false", 0, 0,    \
    "Target", "", "Accept any server certificate")                            \
  X(KEY_PROXY, "proxy", VALUE_STRING, proxy, "", 0, 0, "Target", "URL",       \
    "Go through this proxy (http, https, socks4 or socks5)")                  \
  X(KEY_SOURCE_IP, "source-ip", VALUE_STRINGS, source_ip, "", 0, 0, "Target", \
    "ADDRESS",                                                                \
    "Local addresses to connect from, in turn; loopback targets are spread "  \
    "without it")                                                             \
  X(KEY_RESOLVE, "resolve", VALUE_STRINGS, resolve, "", 0, 0, "Target",       \
    "HOST:PORT:ADDRESS", "Use ADDRESS for HOST:PORT instead of asking DNS")   \
  X(KEY_COMPRESSION, "compression", VALUE_BOOL, compression, "false", 0, 0,   \
    "Target", "", "Offer gzip and unpack what comes compressed")              \
  X(KEY_CONNECTIONS, "connections", VALUE_COUNT, connections, "1", 1, 1e7,    \
    "Workload", "N", "Streams to hold open at once")                          \
  X(KEY_RAMP, "ramp", VALUE_DURATION, ramp_ns, "0s", 0, KEY_MONTH_NS,         \
    "Workload", "TIME", "Open them evenly over this time; 0 = at once")       \
  X(KEY_STAGES, "stages", VALUE_STAGES, stage, "", 0, 0, "Workload",          \
    "N:RAMP:HOLD",                                                            \
    "Instead of connections: steps, each with its number of streams, the "    \
    "time to get there and the time to stay")                                 \
  X(KEY_ARRIVAL_RATE, "arrival.rate", VALUE_RATE, arrival_rate, "", 0, 1e6,   \
    "Workload", "RATE",                                                       \
    "Instead of connections: new streams per second, whatever becomes of "    \
    "the earlier ones")                                                       \
  X(KEY_ARRIVAL_LIFETIME, "arrival.lifetime", VALUE_DURATION, lifetime_ns,    \
    "0s", 0, KEY_MONTH_NS, "Workload", "TIME",                                \
    "How long such a stream stays; 0 = until the run ends")                   \
  X(KEY_DURATION, "duration", VALUE_DURATION, duration_ns, "10s", 1e6,        \
    KEY_MONTH_NS, "Workload", "TIME",                                         \
    "Measured time, after ramp and warm-up; with stages the sum of theirs")   \
  X(KEY_WARMUP, "warmup", VALUE_DURATION, warmup_ns, "0s", 0, KEY_MONTH_NS,   \
    "Workload", "TIME", "Time after the ramp that is not measured")           \
  X(KEY_DRAIN, "drain", VALUE_DURATION, drain_ns, "2s", 0, KEY_DAY_NS,        \
    "Workload", "TIME", "Wait at most so long at the end for events owed")    \
  X(KEY_WORKERS, "workers", VALUE_COUNT, workers, "0", 0, 1024, "Workload",   \
    "N", "Worker processes; 0 = from the cores and the streams")              \
  X(KEY_STREAMS_PER_CONNECTION, "streams-per-connection", VALUE_COUNT,        \
    streams_per_connection, "100", 1, 100000, "Workload", "N",                \
    "HTTP/2: most streams on one connection")                                 \
  X(KEY_SEED, "seed", VALUE_SEED, seed, "0", 0, 0, "Workload", "N",           \
    "Repeat the random choices of an earlier run; 0 = a fresh seed")          \
  X(KEY_CONNECT_TIMEOUT, "connect-timeout", VALUE_DURATION,                   \
    connect_timeout_ns, "10s", 1e6, KEY_DAY_NS, "Subscriber", "TIME",         \
    "Give up a connection that does not come about")                          \
  X(KEY_HEAD_TIMEOUT, "head-timeout", VALUE_DURATION, head_timeout_ns, "30s", \
    1e6, KEY_DAY_NS, "Subscriber", "TIME",                                    \
    "Give up when the response head is not complete in time")                 \
  X(KEY_MAX_LINE, "max-line", VALUE_BYTES, max_line, "1MiB", 0, 1e12,         \
    "Subscriber", "SIZE", "Drop a stream with a longer line; 0 = no limit")   \
  X(KEY_MAX_EVENT, "max-event", VALUE_BYTES, max_event, "16MiB", 0, 1e12,     \
    "Subscriber", "SIZE", "Drop a stream with a larger event; 0 = no limit")  \
  X(KEY_RECONNECT, "reconnect", VALUE_BOOL, reconnect, "true", 0, 0,          \
    "Subscriber", "", "Come back when a stream ends, as EventSource does")    \
  X(KEY_RECONNECT_JITTER, "reconnect.jitter", VALUE_SHARE, reconnect_jitter,  \
    "0", 0, 1, "Subscriber", "SHARE",                                         \
    "Lengthen each wait by up to this share, at random")                      \
  X(KEY_RECONNECT_RETRY, "reconnect.retry", VALUE_DURATION, retry_ns, "3s",   \
    0, KEY_DAY_NS, "Subscriber", "TIME",                                      \
    "Wait before reconnecting, until the server says otherwise")              \
  X(KEY_RECONNECT_RETRY_MAX, "reconnect.retry-max", VALUE_DURATION,           \
    retry_max_ns, "60s", 0, KEY_DAY_NS, "Subscriber", "TIME",                 \
    "Longest wait after repeated failures")                                   \
  X(KEY_RECONNECT_ON_ERROR, "reconnect.on-error", VALUE_BOOL, retry_on_error, \
    "false", 0, 0, "Subscriber", "",                                          \
    "Come back after a 5xx answer too, as many libraries do")                 \
  X(KEY_SEQUENCE, "sequence", VALUE_SEQUENCE, sequence, "auto", 0, 0,         \
    "Measuring", "SOURCE",                                                    \
    "Where an event's number stands: auto, none, id or a JSON pointer into "  \
    "the data")                                                               \
  X(KEY_STAMP, "stamp", VALUE_STAMP, stamp, "auto", 0, 0, "Measuring",        \
    "SOURCE",                                                                 \
    "Where an event's send time stands: auto, none or a JSON pointer into "   \
    "the data")                                                               \
  X(KEY_STAMP_UNIT, "stamp.unit", VALUE_ENUM, stamp_unit, "auto", 0, 0,       \
    "Measuring", "UNIT", "Unit of that stamp: auto, ns, us, ms or s")         \
  X(KEY_CLOCK_OFFSET, "clock-offset", VALUE_OFFSET, clock_offset_ns, "", 0,   \
    KEY_MONTH_NS, "Measuring", "TIME",                                        \
    "Add to the stamps of a server on another machine")                       \
  X(KEY_PUBLISH_URL, "publish.url", VALUE_URL, publish.url, "", 0, 0,         \
    "Publishing", "URL",                                                      \
    "Publish here while the run goes on, for exact delivery accounting")      \
  X(KEY_PUBLISH_METHOD, "publish.method", VALUE_METHOD, publish.method,       \
    "POST", 0, 0, "Publishing", "METHOD", "Method of a publish request")      \
  X(KEY_PUBLISH_HEADERS, "publish.headers", VALUE_HEADERS, publish.header,    \
    "", 0, 0, "Publishing", "NAME: VALUE", "Headers of a publish request")    \
  X(KEY_PUBLISH_BODY, "publish.body", VALUE_STRING, publish.body, "", 0, 0,   \
    "Publishing", "TEXT",                                                     \
    "What to publish; needs {{seq}}; by default a JSON object with run, "     \
    "number, times and padding")                                              \
  X(KEY_PUBLISH_RATE, "publish.rate", VALUE_RATE, publish.rate, "10/s", 0,    \
    1e7, "Publishing", "RATE", "Publish requests per second, over all users") \
  X(KEY_PUBLISH_SIZE, "publish.size", VALUE_BYTES, publish.size, "0", 0,      \
    1073741824.0, "Publishing", "SIZE", "Length of {{pad}}")                  \
  X(KEY_PUBLISH_COUNT, "publish.count", VALUE_COUNT, publish.count, "0", 0,   \
    9e15, "Publishing", "N", "Stop after so many; 0 = when the run ends")     \
  X(KEY_PUBLISH_MATCH_SEQUENCE, "publish.match.sequence", VALUE_POINTER,      \
    publish.match_seq, "/seq", 0, 0, "Publishing", "POINTER",                 \
    "Where {{seq}} arrives in the received data")                             \
  X(KEY_PUBLISH_MATCH_STAMP, "publish.match.stamp", VALUE_POINTER,            \
    publish.match_stamp, "/t", 0, 0, "Publishing", "POINTER",                 \
    "Where {{t}} arrives in the received data")                               \
  X(KEY_STORM_AT, "storm.at", VALUE_DURATION, storm.at_ns, "", 0,             \
    KEY_MONTH_NS, "Disturbance", "TIME",                                      \
    "Cut streams at this time after the start, ramp and warm-up included")    \
  X(KEY_STORM_SHARE, "storm.share", VALUE_SHARE, storm.share, "1", 0, 1,      \
    "Disturbance", "SHARE", "Share of the streams to cut")                    \
  X(KEY_STORM_HOW, "storm.how", VALUE_ENUM, storm.how, "fin", 0, 0,           \
    "Disturbance", "HOW", "Close politely (fin) or reset (rst)")              \
  X(KEY_STORM_EVERY, "storm.every", VALUE_DURATION, storm.every_ns, "0s", 0,  \
    KEY_MONTH_NS, "Disturbance", "TIME", "Again after this time; 0 = once")   \
  X(KEY_SLOW_SHARE, "slow.share", VALUE_SHARE, slow.share, "0", 0, 1,         \
    "Disturbance", "SHARE", "Share of the streams that read slowly")          \
  X(KEY_SLOW_BYTES, "slow.bytes-per-second", VALUE_BYTES,                     \
    slow.bytes_per_second, "0", 0, 1e12, "Disturbance", "SIZE",               \
    "How fast they read; 0 = not at all")                                     \
  X(KEY_USERS, "users", VALUE_PATH, users_file, "", 0, 0, "Users", "FILE",    \
    "CSV with a header line; streams take its lines in turn and templates "   \
    "its fields")                                                             \
  X(KEY_THRESHOLDS, "thresholds", VALUE_THRESHOLDS, threshold, "", 0, 0,      \
    "Judging", "EXPRESSION",                                                  \
    "What must hold for the run to pass, such as latency.p99 < 250ms")        \
  X(KEY_SERVER_PID, "server-pid", VALUE_COUNT, server_pid, "0", 0, 4194304,   \
    "Judging", "PID", "Measure the cost of this process and its children")    \
  X(KEY_SERVER_NAME, "server-name", VALUE_STRING, server_name, "", 0, 0,      \
    "Judging", "NAME", "Measure the cost of the processes of this name")

enum key_id {
#define X(id, ...) id,
  KEY_LIST(X)
#undef X
      KEY_COUNT
};

struct key {
  enum key_id id;
  const char *name;     /* dotted: "publish.rate" */
  const char *fallback; /* default as a person writes it, "" = none */
  const char *group;
  const char *argument; /* for --help, "" when none is needed */
  const char *help;     /* one sentence, no full stop */
  double least, most;   /* both 0 = unchecked */
  enum value_type type;
  size_t offset, size; /* of the member in struct scenario */
};

/* key_at returns row i, 0 <= i < KEY_COUNT, in the order of the page. */
const struct key *key_at(size_t i);
/* key_find knows names, YAML paths and aliases, takes '_' for '-' and no
 * notice of case.  NULL when there is none. */
const struct key *key_find(struct slice name);
/* key_find_short: 'c' gives "connections".  NULL when there is none. */
const struct key *key_find_short(char c);
/* key_short_name returns 'c' for "connections", 0 when there is none. */
char key_short_name(const struct key *k);
/* key_path is the place in YAML: "reconnect.enabled" for "reconnect", which
 * has keys below it; else the name. */
const char *key_path(const struct key *k);
/* key_choices: a VALUE_ENUM's names by value, NULL-ended. */
const char *const *key_choices(const struct key *k);
/* key_find_option finds "no-reconnect" too and then sets *negated.  Where
 * key_takes_argument is false, "--reconnect" means true, "--no-reconnect"
 * false, and "--reconnect=VALUE" what VALUE says. */
const struct key *key_find_option(struct slice name, bool *negated);
/* key_suggest returns the name that was probably meant, or NULL. */
const char *key_suggest(struct slice name);
/* key_is_section tells whether keys begin with "name.". */
bool key_is_section(struct slice name);
/* key_takes_argument is false where --NAME alone means "true". */
bool key_takes_argument(const struct key *k);
/* key_repeats is true for lists: each use on the command line appends. */
bool key_repeats(const struct key *k);
/* key_type_name: "duration", "share", ...; never NULL. */
const char *key_type_name(const struct key *k);

/* scenario_keys_text appends the options for --help, by group, in at most
 * 79 columns. */
int scenario_keys_text(struct buf *out);
/* scenario_keys_markdown appends the tables of scenarios/README.md. */
int scenario_keys_markdown(struct buf *out);

#endif
