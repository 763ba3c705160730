/* SPDX-License-Identifier: MIT
 * frame.eol.*: which of the three line ends the stream uses. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
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

static void frame_judge_eol_consistent(const struct check_input *in,
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

static void frame_judge_eol_cr(const struct check_input *in, struct finding *f)
{
  judge_only(in, f, EOL_CR,
             "legal, but some clients wait for the next byte before they "
             "deliver an event");
}

static void frame_judge_eol_crlf(const struct check_input *in,
                                 struct finding *f)
{
  judge_only(in, f, EOL_CRLF,
             "legal, but clients that split at LF LF never see a block end");
}

static const struct check rows[] = {
    {.id = "frame.eol.consistent",
     .title = "All lines end in the same way",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_PARSING,
     .reference = "HTML: parsing an event stream",
     .rationale =
         "LF, CRLF and CR may be mixed by the grammar. Clients that split the "
         "stream at LF LF, CR CR or CRLF CRLF before they parse (openai and "
         "anthropic for Python do) see no block end in a mixture and deliver "
         "late, or several events as one.",
     .causes = "A heartbeat or a proxy that writes other line ends than the "
               "application; payload lines that keep their CR; a template "
               "with CRLF inside LF code.",
     .fix = {{"any", "Write one end everywhere, best LF, heartbeats and "
                     "error paths included."},
             {"Node/Express", "data.split(/\\r\\n|\\r|\\n/) before the lines "
                              "are written; not split('\\n')."},
             {"Python/Starlette", "sse-starlette: the sep argument must be "
                                  "the same for events and pings."},
             {"Go", "strings.NewReplacer(\"\\r\\n\", \"\\n\", \"\\r\", "
                    "\"\\n\") on payloads before they are split."}},
     .reproduce = FRAME_DUMP_256,
     .judge = frame_judge_eol_consistent},
    {.id = "frame.eol.cr",
     .title = "Lines do not end with CR alone",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_PARSING,
     .reference = "HTML: parsing an event stream",
     .rationale =
         "After a CR a client cannot know whether an LF follows. Browsers "
         "dispatch at once; eventsource-parser 3 (and with it many AI kits) "
         "waits for the next byte, so the last event before a silence stays "
         "undelivered, and older .NET clients never saw a line end.",
     .causes = "Code written for old Mac text; an LF stripped by a "
               "filter that was meant to normalise CRLF.",
     .fix = {{"any", "End lines with LF."}},
     .reproduce = FRAME_DUMP_256,
     .judge = frame_judge_eol_cr},
    {.id = "frame.eol.crlf",
     .title = "Lines end with LF rather than CRLF",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_PARSING,
     .reference = "HTML: parsing an event stream",
     .rationale =
         "CRLF is legal and every conforming client reads it. Hand-written "
         "clients often look for LF LF only: they find no block end and "
         "buffer for ever, or leave a CR at the end of the data.",
     .causes = "A default of the library (sse-starlette writes CRLF); "
               "println on Windows.",
     .fix = {{"Python/Starlette", "EventSourceResponse(..., sep=\"\\n\")."},
             {"any", "End lines with LF where you can choose."}},
     .reproduce = FRAME_DUMP_256,
     .judge = frame_judge_eol_crlf},
};

CHECK_GROUP(group_frame_eol, "frame.eol", rows);
