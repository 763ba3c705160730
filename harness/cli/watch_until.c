/* SPDX-License-Identifier: MIT
 * Waiting for an item; see watch_until.h. */
#include "cli/watch_until.h"

#include <string.h>

#include "base/units.h"

int watch_until_init(struct watch_until *w, const char *text,
                     uint64_t within_ns, struct err *e)
{
  memset(w, 0, sizeof(*w));
  w->text = text;
  w->within_ns = within_ns;
  w->nearest_met = -1;
  buf_init(&w->nearest, 0);
  look_init(&w->look, &w->set);
  if(!text)
    return 0;
  w->expr = expr_new(slice_of(text), &w->set, e);
  return w->expr ? 0 : err_prefix(e, "--until \"%s\"", text);
}

void watch_until_fini(struct watch_until *w)
{
  look_fini(&w->look);
  buf_free(&w->nearest);
  expr_free(w->expr);
  pointer_set_fini(&w->set);
}

static void describe(struct watch_until *w, const struct stream_item *item,
                     int met)
{
  static const char *const kind[] = {"event", "comment", "retry"};
  char at[UNITS_MAX];
  buf_clear(&w->nearest);
  buf_addf(
      &w->nearest, "%s at +%s: ", kind[item->kind],
      units_fmt_duration(item->at_ns > 0 ? (uint64_t)item->at_ns : 0, at));
  expr_explain(w->expr, &w->look, &w->nearest);
  if(expr_tests(w->expr) > 1)
    buf_addf(&w->nearest, " (%d of %d conditions)", met,
             (int)expr_tests(w->expr));
}

static bool judge_match(struct watch_until *w, const struct stream_item *item)
{
  if(w->within_ns && item->at_ns > (int64_t)w->within_ns) {
    w->uncertain = true;
    return false;
  }
  w->met = true;
  w->uncertain = false;
  return true;
}

bool watch_until_item(struct watch_until *w, const struct stream_item *item)
{
  int met;
  if(!w->expr || w->met)
    return false;
  look_at(&w->look, item);
  if(expr_judge(w->expr, &w->look) == HOLDS_YES)
    return judge_match(w, item);
  if(!expr_hears(w->expr, item->kind))
    return false;
  met = expr_met(w->expr, &w->look);
  if(met > w->nearest_met) {
    w->nearest_met = met;
    describe(w, item, met);
  }
  return false;
}

void watch_until_miss(const struct watch_until *w, struct buf *out)
{
  if(w->uncertain)
    buf_adds(out, "; what was waited for came, but weir read it only together "
                  "with what came after the limit: whether it was in time is "
                  "uncertain");
  else if(w->nearest.n)
    buf_addf(out, "; the nearest was the %s", buf_text(&w->nearest));
}
