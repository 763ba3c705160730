/* SPDX-License-Identifier: MIT
 * Pictures inline; see svg.h. */
#include "page/svg.h"

#include <stdlib.h>
#include <string.h>

#include "page/escape.h"

/* style.gp and its scripts draw with these and no others. */
static const struct {
  int r, g, b;
  const char *name;
} colours[] = {
    {11, 79, 138, "--line-1"},   {179, 84, 30, "--line-2"},
    {85, 85, 85, "--line-3"},    {27, 110, 60, "--line-4"},
    {179, 38, 30, "--line-5"},   {51, 51, 51, "--line-6"},
    {119, 119, 119, "--line-7"}, {159, 195, 230, "--fill"},
    {221, 221, 221, "--grid"},   {68, 68, 68, "--axis"},
};

static bool starts(struct slice s, const char *text)
{
  size_t n = strlen(text);
  return s.n >= n && memcmp(s.p, text, n) == 0;
}

/* Bytes of "rgb(1, 2, 3)" at the start of s; 0 when it is none. */
static size_t read_rgb(struct slice s, int rgb[3])
{
  const char *at = s.p + 4;
  char *end;
  int i;
  const char *close = memchr(s.p, ')', s.n);
  if(!starts(s, "rgb(") || !close)
    return 0;
  for(i = 0; i < 3; i++) {
    rgb[i] = (int)strtol(at, &end, 10);
    if(end > close || (*end != ',' && *end != ')'))
      return 0;
    at = end + 1;
  }
  return (size_t)(close + 1 - s.p);
}

static size_t put_colour(struct slice s, struct buf *out)
{
  int rgb[3];
  size_t n = read_rgb(s, rgb), i;
  if(!n)
    return 0;
  for(i = 0; i < sizeof(colours) / sizeof(colours[0]); i++) {
    if(colours[i].r == rgb[0] && colours[i].g == rgb[1] &&
       colours[i].b == rgb[2]) {
      buf_addf(out, "var(%s)", colours[i].name);
      return n;
    }
  }
  buf_add(out, s.p, n);
  return n;
}

/* What stands in the file, and what instead; %zu is the prefix. */
static const struct {
  const char *from, *to;
} words[] = {
    {" id='", " id='g%zu-"},
    {" id=\"", " id=\"g%zu-"},
    {"href='#", "href='#g%zu-"},
    {"href=\"#", "href=\"#g%zu-"},
    {"url(#", "url(#g%zu-"},
    {"color=\"black\"", "color=\"var(--axis)\""},
    {"color=\"gray\"", "color=\"var(--grid)\""},
    {"fill=\"#ffffff\"", "fill=\"none\""},
    {"fill=\"black\"", "fill=\"var(--axis)\""},
};

static size_t put_word(struct slice s, size_t prefix, struct buf *out)
{
  size_t i;
  for(i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    const char *mark = strstr(words[i].to, "%zu");
    if(!starts(s, words[i].from))
      continue;
    buf_add(out, words[i].to,
            mark ? (size_t)(mark - words[i].to) : strlen(words[i].to));
    if(mark)
      buf_addf(out, "%zu%s", prefix, mark + 3);
    return strlen(words[i].from);
  }
  return 0;
}

int svg_inline(struct slice svg, const char *alt, struct buf *out)
{
  size_t prefix = out->n; /* no other picture begins here */
  int from = (int)slice_find(svg, "<svg");
  if(from < 0)
    return out->rc;
  svg.p += from + 4;
  svg.n -= (size_t)from + 4;
  buf_adds(out, "<svg role=\"img\"");
  escape_attribute("aria-label", alt, out);
  while(svg.n) {
    size_t n = put_word(svg, prefix, out);
    n = n ? n : put_colour(svg, out);
    if(!n) {
      buf_addc(out, *svg.p);
      n = 1;
    }
    svg.p += n;
    svg.n -= n;
  }
  return out->rc;
}
