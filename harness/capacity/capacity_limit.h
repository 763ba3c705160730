/* SPDX-License-Identifier: MIT
 * What ran out: from the step that broke to a word, a sentence with the
 * figures, and what to change. */
#ifndef WEIR_CAPACITY_CAPACITY_LIMIT_H
#define WEIR_CAPACITY_CAPACITY_LIMIT_H
#include "base/json.h"

/* X(enumerator, name in documents, what to do) */
#define CAPACITY_LIMITS(X)                                                    \
  X(LIMIT_LATENCY, "latency",                                                 \
    "give --server-pid or --server-name to see whether its CPU ran out; "     \
    "else look for locks, queues and slow storage")                           \
  X(LIMIT_LOSS, "loss",                                                       \
    "look at the server's per-client queue limits and what it does with "     \
    "slow consumers")                                                         \
  X(LIMIT_REFUSED, "refused",                                                 \
    "raise the server's connection limit (it answers 503 or 429, or its "     \
    "listen queue is full)")                                                  \
  X(LIMIT_EVICTED, "evicted",                                                 \
    "the server breaks off streams that stand to admit others: raise its "    \
    "limit of connections, and let it refuse instead")                        \
  X(LIMIT_FAILED, "failed",                                                   \
    "see the causes in the step that broke and the server's error log")       \
  X(LIMIT_SERVER_CPU, "server_cpu",                                           \
    "more cores or server workers, a lower event rate, or cheaper events")    \
  X(LIMIT_SERVER_MEMORY, "server_memory",                                     \
    "more memory, or less of it per stream (buffers, TLS, compression)")      \
  X(LIMIT_SERVER_GONE, "server_gone",                                         \
    "the process ended: see its log, and dmesg for the out-of-memory killer") \
  X(LIMIT_FDS, "fds",                                                         \
    "raise the server's limit of open files (ulimit -n, LimitNOFILE=, "       \
    "worker_rlimit_nofile)")                                                  \
  X(LIMIT_PORTS, "ports",                                                     \
    "give --source-ip several addresses, or widen "                           \
    "net.ipv4.ip_local_port_range")                                           \
  X(LIMIT_WORKER_CONNECTIONS, "worker_connections",                           \
    "raise worker_connections in nginx: a proxied stream takes two; other "   \
    "servers have such a limit by another name")                              \
  X(LIMIT_GENERATOR, "generator",                                             \
    "add workers (--workers), cores, or machines and weir merge")             \
  X(LIMIT_MAX, "max", "search further with a larger --max")                   \
  X(LIMIT_BUDGET, "budget", "give it more time with --budget")                \
  X(LIMIT_INTERRUPTED, "interrupted", "run it again to the end")              \
  X(LIMIT_UNANSWERED, "unanswered",                                           \
    "the target stopped answering: see whether it still runs, and its log")

/* capacity_limit_build: end as in "knee.end"; step is what broke above the
 * knee (borrowed, NULL where nothing did).  {code, symptom, sentence, advice,
 * step}.  New reference, NULL without memory. */
json_t *capacity_limit_build(const char *end, json_t *step);

#endif
