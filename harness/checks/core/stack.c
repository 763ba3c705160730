/* SPDX-License-Identifier: MIT
 * Recognising stacks; see stack.h. */
#include "checks/core/stack.h"

#define NODE   "Node/Express"
#define PYTHON "Python/Starlette"
#define SPRING "Spring"

struct sign {
  const char *field, *begins, *stack;
};

/* The surest first: a proxy leaves X-Powered-By and writes Server. */
static const struct sign signs[] = {
    {"X-Powered-By", "Express", NODE},   {"X-Powered-By", "Next.js", NODE},
    {"Server", "uvicorn", PYTHON},       {"Server", "hypercorn", PYTHON},
    {"Server", "daphne", PYTHON},        {"Server", "granian", PYTHON},
    {"Server", "gunicorn", PYTHON},      {"Server", "TornadoServer", PYTHON},
    {"Server", "Werkzeug", PYTHON},      {"Server", "WSGIServer", PYTHON},
    {"Server", "Python/", PYTHON},       {"Server", "Jetty", SPRING},
    {"Server", "Apache-Coyote", SPRING}, {"Server", "nginx", "nginx"},
    {"Server", "openresty", "nginx"},
};

/* What servers say of their own accord: Node's http and Tomcat tell how long
 * they keep a connection, and nothing beside it. */
static const struct sign habits[] = {
    {"Keep-Alive", "timeout=5", NODE},
    {"Keep-Alive", "timeout=72", NODE}, /* Fastify */
    {"Keep-Alive", "timeout=60", SPRING},
};

static bool shows(const struct message_head *h, const struct sign *s,
                  bool whole, struct slice *sign)
{
  *sign = slice_trim(recording_field(h, s->field, 0));
  return sign->p && (whole ? slice_eq_cstr(*sign, s->begins)
                           : slice_starts(*sign, s->begins));
}

const char *stack_of(const struct message_head *h, struct slice *sign)
{
  size_t i;
  for(i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
    if(shows(h, &signs[i], false, sign))
      return signs[i].stack;
  }
  if(recording_count_field(h, "Server"))
    return NULL;
  for(i = 0; i < sizeof(habits) / sizeof(habits[0]); i++) {
    if(shows(h, &habits[i], true, sign))
      return habits[i].stack;
  }
  return NULL;
}
