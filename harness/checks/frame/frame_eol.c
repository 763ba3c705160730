/* SPDX-License-Identifier: MIT
 * frame.eol.*: which of the three line ends the stream uses. */
#include "checks/frame/frame_judges.h"
#include "checks/frame/frame_walk.h"

enum eol { EOL_NONE, EOL_LF, EOL_CR, EOL_CRLF, EOL_KINDS };

static const char *const eol_name[] = {"none", "LF", "CR", "CRLF"};

struct eols {
  size_t count[EOL_KINDS];
  size_t first[EOL_KINDS]; /* line */
  size_t kinds;
};

static void count_eols(const struct recording *r, struct eols *e)
{
  size_t i;
  *e = (struct eols){.kinds = 0};
  for(i = 0; i < r->lines; i++) {
    size_t kind = r->line[i].eol;
    if(kind == EOL_NONE || kind >= EOL_KINDS)
      continue;
    if(!e->count[kind]++) {
      e->first[kind] = i;
      e->kinds++;
    }
  }
}

static const struct recording *begin(const struct check_input *in,
                                     struct finding *f, struct eols *e)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_LINES, f);
  if(r)
    count_eols(r, e);
  return r;
}

static void pass(struct finding *f, const struct eols *e)
{
  finding_set(f, VERDICT_PASS, "line ends: %zu LF, %zu CRLF, %zu CR",
              e->count[EOL_LF], e->count[EOL_CRLF], e->count[EOL_CR]);
}

void frame_judge_eol_consistent(const struct check_input *in,
                                struct finding *f)
{
  struct eols e;
  const struct recording *r = begin(in, f, &e);
  size_t kind;
  if(!r)
    return;
  pass(f, &e);
  if(e.kinds < 2)
    return;
  finding_broken(f, "line ends are mixed: %zu LF, %zu CRLF, %zu CR",
                 e.count[EOL_LF], e.count[EOL_CRLF], e.count[EOL_CR]);
  for(kind = EOL_LF; kind < EOL_KINDS; kind++) {
    if(!e.count[kind])
      continue;
    finding_note(f, "the first %s", eol_name[kind]);
    finding_show_body(
        f, r, r->line[e.first[kind]].offset + r->line[e.first[kind]].n, 2);
  }
}

static void judge_only(const struct check_input *in, struct finding *f,
                       enum eol kind, const char *sentence)
{
  struct eols e;
  const struct recording *r = begin(in, f, &e);
  if(!r)
    return;
  pass(f, &e);
  if(e.kinds != 1 || !e.count[kind])
    return;
  finding_broken(f, "all %zu lines end with %s: %s", e.count[kind],
                 eol_name[kind], sentence);
  finding_show_body(f, r, r->line[0].offset, r->line[0].n + 2);
}

void frame_judge_eol_cr(const struct check_input *in, struct finding *f)
{
  judge_only(in, f, EOL_CR,
             "legal, but some clients wait for the next byte before they "
             "deliver an event");
}

void frame_judge_eol_crlf(const struct check_input *in, struct finding *f)
{
  judge_only(in, f, EOL_CRLF,
             "legal, but clients that split at LF LF never see a block end");
}
