/* SPDX-License-Identifier: MIT
 * Short words for the rows of form_*.c; private to them and form.c. */
#ifndef WEIR_NGINXCONF_FORM_ROWS_H
#define WEIR_NGINXCONF_FORM_ROWS_H
#include "nginxconf/form.h"

#define M   CONTEXT_MAIN
#define E   CONTEXT_EVENTS
#define H   CONTEXT_HTTP
#define S   CONTEXT_SERVER
#define L   CONTEXT_LOCATION
#define U   CONTEXT_UPSTREAM
#define SIF CONTEXT_SERVER_IF
#define LIF CONTEXT_LOCATION_IF
#define LMT CONTEXT_LIMIT_EXCEPT
#define ST  CONTEXT_STREAM
#define SS  CONTEXT_STREAM_SERVER
#define SU  CONTEXT_STREAM_UPSTREAM
#define ML  CONTEXT_MAIL
#define MS  CONTEXT_MAIL_SERVER

#define HSL      (H | S | L)
#define ANYWHERE 0xffffu

#define T0    (1u << 0)
#define T1    (1u << 1)
#define T2    (1u << 2)
#define T3    (1u << 3)
#define T4    (1u << 4)
#define T5    (1u << 5)
#define T6    (1u << 6)
#define T7    (1u << 7)
#define M1    FORM_AT_LEAST_1
#define M2    FORM_AT_LEAST_2
#define ANY   FORM_ANY
#define BLOCK FORM_BLOCK

#define V(minor, patch) CONF_SINCE(minor, patch)

#define FORMS(module)                                                         \
  {                                                                           \
#module, module, sizeof(module) / sizeof((module)[0])                     \
  }

/* Each ends with a row without a module. */
extern const struct conf_forms conf_forms_core[];
extern const struct conf_forms conf_forms_http[];
extern const struct conf_forms conf_forms_upstream[];
extern const struct conf_forms conf_forms_stream[];

#endif
