/* SPDX-License-Identifier: MIT
 * Facts about this machine; see environment.h.  What it does not tell is
 * null. */
#include "document/environment.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/file.h"
#include "document/doc.h"

#define PORT_RANGE "/proc/sys/net/ipv4/ip_local_port_range"

static json_t *port_range(void)
{
  struct buf text;
  json_t *j = NULL;
  char *end;
  long low, high;
  buf_init(&text, 256);
  if(file_read(PORT_RANGE, 256, &text, NULL) == 0) {
    low = strtol(buf_text(&text), &end, 10);
    high = strtol(end, NULL, 10);
    if(low > 0 && high >= low)
      j = json_pack("[I, I]", (json_int_t)low, (json_int_t)high);
  }
  buf_free(&text);
  return j ? j : json_null();
}

static json_t *limit(rlim_t v)
{
  return v == RLIM_INFINITY ? json_null() : doc_integer(v);
}

static json_t *limits(void)
{
  struct rlimit r;
  if(getrlimit(RLIMIT_NOFILE, &r))
    return json_pack("{s:n, s:n, s:o}", "nofile_soft", "nofile_hard",
                     "port_range", port_range());
  return json_pack("{s:o, s:o, s:o}", "nofile_soft", limit(r.rlim_cur),
                   "nofile_hard", limit(r.rlim_max), "port_range",
                   port_range());
}

static json_t *memory(void)
{
  long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
  if(pages <= 0 || size <= 0)
    return json_null();
  return json_integer((json_int_t)pages * size);
}

static json_t *version(const char *text)
{
  return text ? json_text(slice_of(text)) : json_null();
}

json_t *environment_build(const char *libcurl, const char *libuv)
{
  struct utsname u;
  struct buf kernel;
  long cpus = sysconf(_SC_NPROCESSORS_ONLN);
  json_t *j = NULL;
  if(uname(&u))
    return json_object();
  buf_init(&kernel, 0);
  if(buf_addf(&kernel, "%s %s", u.sysname, u.release) == 0)
    j = json_pack("{s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o}", "host",
                  json_text(slice_of(u.nodename)), "kernel",
                  json_text(buf_slice(&kernel)), "machine",
                  json_text(slice_of(u.machine)), "cpus",
                  (json_int_t)(cpus > 0 ? cpus : 1), "memory_bytes", memory(),
                  "limits", limits(), "libcurl", version(libcurl), "libuv",
                  version(libuv));
  buf_free(&kernel);
  return j;
}
