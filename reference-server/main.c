/* SPDX-License-Identifier: MIT
 * weir-server: options, then the supervisor.  The only file here that prints
 * to stdout. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "supervisor.h"

static void print_faults(void)
{
  static const char *const VALUE[] = {"", "=N", "=MS"};
  for(int f = 0; f < FAULT_COUNT; f++) {
    const struct fault_info *info = fault_info((enum fault)f);
    char name[64];
    snprintf(name, sizeof(name), "%s%s", info->name, VALUE[info->arg]);
    printf("%-18s %s\n", name, info->doc);
  }
}

static void on_ready(const struct server_options *o, uint16_t port)
{
  bool v6 = strchr(o->host, ':') != NULL;
  char text[16];
  printf("listening on http://%s%s%s:%u\n", v6 ? "[" : "", o->host,
         v6 ? "]" : "", port);
  fflush(stdout);
  if(o->ready_fd < 0)
    return;
  snprintf(text, sizeof(text), "%u\n", port);
  if(write(o->ready_fd, text, strlen(text)) < 0)
    log_warn("cannot write to --ready-fd %d", o->ready_fd);
  close(o->ready_fd);
}

int main(int argc, char **argv)
{
  struct server_options options;
  enum options_action action;
  struct err e = {0};
  int code = 0;
  log_set_name("weir-server");
  if(server_options_parse(&options, argc, argv, &action, &e)) {
    log_error("%s", e.text);
    return 2;
  }
  switch(action) {
  case OPTIONS_HELP:
    fputs(server_options_help(), stdout);
    break;
  case OPTIONS_VERSION:
    printf("weir-server %s\n", WEIR_VERSION);
    break;
  case OPTIONS_LIST_FAULTS:
    print_faults();
    break;
  case OPTIONS_RUN:
    code = supervisor_run(&options, on_ready, &e);
    if(e.text[0])
      log_error("%s", e.text);
    break;
  }
  return code;
}
