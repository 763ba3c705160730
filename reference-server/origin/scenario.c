/* SPDX-License-Identifier: MIT
 * The origin's query; see scenario.h. */
#include "origin/scenario.h"

#include <string.h>

#include "base/clock.h"
#include "base/units.h"
#include "http/query.h"

#define LONGEST_NS (2 * 3600 * NS_PER_SEC)
#define LINES_MAX  16384u

static const char HELP[] =
    "weir-server --origin answers every path but /origin/... with a stream:\n"
    "\n"
    "  run=ID            joins this request with its line in /origin/log\n"
    "  n=1               events\n"
    "  every=TIME        between them (0)\n"
    "  size=BYTES        of padding in each, or sizes=1k,4k,... in turn\n"
    "  predelay=TIME     before the response head\n"
    "  postdelay=TIME    between the head and the first event\n"
    "  hold=TIME         open behind the last event\n"
    "  hb=TIME           a comment after so much silence\n"
    "  closed=1          the connection's end is the body's, no chunks\n"
    "  end=clean|fin|rst|slam   how it ends; slam: RST before the head\n"
    "  bait=1            text that body filters touch\n"
    "  hdr=NAME:+VALUE   a response header, repeatable\n"
    "  status=200&type=TYPE&body=TEXT   a short answer instead\n"
    "\n"
    "An event is {\"n\": its number, \"t\": CLOCK_MONOTONIC ns of its "
    "write}.\n"
    "A request whose query names no run gets X-Weir-Scenario as its query.\n"
    "\n"
    "With weir-run=ID&weir-play=STEPS (or X-Weir-Run and X-Weir-Play) the\n"
    "answer is played step by step and logged byte by byte:\n"
    "\n"
    "  s503 t0|1|2 a0|1 o0|1 k b   status, type, X-Accel-Buffering,\n"
    "                    Cache-Control, no chunks, hop-by-hop fields\n"
    "  h d250            the head now; 250 ms of nothing\n"
    "  e60.30.50 c1.2.9  30 events of 60 bytes 50 ms apart; comments\n"
    "  v.5 i.20 z20      the parser vectors; those cut in the middle; an\n"
    "                    event and the end in one write\n"
    "  x f r l           ends: proper, FIN, RST, RST without a response\n"
    "\n"
    "Steps are joined by \"_\": h_d50_e20_d1000_x.  GET\n"
    "/origin/plays?run=PREFIX of at least 16 bytes gives their log.\n"
    "\n"
    "GET /origin/log: every request, its headers, the time of each write,\n"
    "and when and how the peer went.\n";

/* What comes through only untouched: characters of all lengths, markup,
 * templates, an HTML end.  One line each, so that it is a valid event. */
static const char BAIT[] =
    "data: gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x8c\x8a "
    "100% \\u00e9 caf\xc3\xa9\n"
    "data: <!--#echo var=\"host\" --> <!--# set -->\n"
    "data: <html><head></head><body>data: </body></html>\n"
    "data: http://127.0.0.1/ https://example.com/ localhost\n";

const char *origin_scenario_help(void)
{
  return HELP;
}

static void read_sizes(struct params *p, struct origin_scenario *s)
{
  struct slice rest, item;
  if(!params_find(p, "sizes"))
    return;
  rest = buf_slice(&p->text);
  while(rest.n && !p->rc) {
    item = slice_cut(&rest, ',');
    if(s->sizes_n == ORIGIN_SIZES_MAX ||
       units_bytes(item, &s->sizes[s->sizes_n]) ||
       s->sizes[s->sizes_n] > (4u << 20))
      params_fail(p, "sizes", "must be up to 16 sizes of at most 4MiB");
    else
      s->sizes_n++;
  }
}

static bool is_field_line(struct slice t)
{
  for(size_t i = 0; i < t.n; i++) {
    if((unsigned char)t.p[i] < ' ')
      return false;
  }
  return t.n && memchr(t.p, ':', t.n);
}

static void read_lines(struct params *p, struct origin_scenario *s)
{
  struct slice rest = p->query, key, value;
  while(!p->rc && query_next(&rest, &key, &value)) {
    if(!slice_eq_cstr(key, "hdr"))
      continue;
    buf_clear(&p->text);
    if(query_decode(&p->text, value, true) ||
       !is_field_line(buf_slice(&p->text)) ||
       buf_addf(&s->lines, "%s\r\n", buf_text(&p->text)))
      params_fail(p, "hdr", "must be a header line, percent-encoded");
  }
}

static void read_times(struct params *p, struct origin_scenario *s)
{
  params_duration(p, "every", LONGEST_NS, &s->interval_ns);
  params_duration(p, "predelay", LONGEST_NS, &s->predelay_ns);
  params_duration(p, "postdelay", LONGEST_NS, &s->postdelay_ns);
  params_duration(p, "hold", LONGEST_NS, &s->hold_ns);
  params_duration(p, "hb", LONGEST_NS, &s->hb_ns);
}

int origin_scenario_read(struct origin_scenario *s, struct slice query,
                         struct err *e)
{
  struct params p;
  uint64_t closed = 0, bait = 0;
  int rc;
  memset(s, 0, sizeof(*s));
  s->n = 1;
  s->status = 200;
  memcpy(s->type, "text/event-stream", sizeof("text/event-stream"));
  buf_init(&s->lines, LINES_MAX);
  params_init(&p, query);
  params_text(&p, "run", sizeof(s->run) - 1, s->run);
  params_count(&p, "n", 0, 10000000, &s->n);
  params_bytes(&p, "size", 4u << 20, &s->size);
  params_count(&p, "status", 200, 599, &s->status);
  params_count(&p, "closed", 0, 1, &closed);
  params_count(&p, "bait", 0, 1, &bait);
  params_text(&p, "type", sizeof(s->type) - 1, s->type);
  params_text(&p, "body", sizeof(s->body) - 1, s->body);
  read_times(&p, s);
  read_sizes(&p, s);
  if(params_find(&p, "end") &&
     !ending_read(ENDING_QUERY, buf_slice(&p.text), &s->end))
    params_fail(&p, "end", "must be clean, fin, rst or slam");
  read_lines(&p, s);
  s->closed = closed;
  s->bait = bait;
  rc = p.rc;
  if(rc)
    *e = p.e;
  params_fini(&p);
  return rc;
}

void origin_scenario_fini(struct origin_scenario *s)
{
  buf_free(&s->lines);
}

static int add_pad(struct buf *out, uint64_t n)
{
  int rc = buf_reserve(out, n);
  if(rc)
    return rc;
  memset(out->p + out->n, 'x', n);
  out->n += n;
  out->p[out->n] = '\0';
  return 0;
}

int origin_scenario_event(const struct origin_scenario *s, uint64_t i,
                          uint64_t now_ns, struct buf *out)
{
  uint64_t size = s->sizes_n ? s->sizes[(i - 1) % s->sizes_n] : s->size;
  int rc = buf_addf(out, "id: %llu\n", (unsigned long long)i);
  if(!rc && s->bait)
    return buf_addf(out, "%s\n", BAIT);
  if(!rc)
    rc = buf_addf(out, "data: {\"n\":%llu,\"t\":%llu,\"pad\":\"",
                  (unsigned long long)i, (unsigned long long)now_ns);
  if(!rc)
    rc = add_pad(out, size);
  return rc ? rc : buf_adds(out, "\"}\n\n");
}
