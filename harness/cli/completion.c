/* SPDX-License-Identifier: MIT
 * Completions of three shells; see completion.h. */
#include "cli/completion.h"

#include <string.h>

#define BRIEF 60 /* bytes of an option's explanation beside its name */

/* The names that weir list prints: first words, comments left out. */
#define NAMES_OF "sed -n 's/^\\([^# ][^ ]*\\) .*/\\1/p'"

/* A ' within '...'. */
#define SHELL_QUOTE "'\\''"

struct row_walk {
  const struct help_page *page;
  size_t table, row;
};

static const struct option_table *table_at(const struct help_page *p, size_t i)
{
  if(i < HELP_TABLES_MAX)
    return p->table[i];
  return i < 2 * (size_t)HELP_TABLES_MAX ? p->further[i - HELP_TABLES_MAX]
                                         : NULL;
}

/* A name of two tables is the first one's. */
static bool is_taken(const struct row_walk *w, const char *name)
{
  size_t i;
  for(i = 0; i < w->table; i++) {
    const struct option_table *t = table_at(w->page, i);
    if(t && option_find(t, slice_of(name)))
      return true;
  }
  return false;
}

static const char *name_of(const struct completion_command *c)
{
  return c->name ? c->name : "";
}

/* The next option of a page; NULL behind the last. */
static const struct option_row *next_row(struct row_walk *w)
{
  while(w->table < 2 * (size_t)HELP_TABLES_MAX) {
    const struct option_table *t = table_at(w->page, w->table);
    if(!t || w->row == t->count) {
      w->table++;
      w->row = 0;
    } else {
      const struct option_row *o = &t->row[w->row++];
      if(o->help && !is_taken(w, o->name))
        return o;
    }
  }
  return NULL;
}

static bool names_file(const struct option_row *o)
{
  return o->type == OPTION_PATH ||
         (o->argument &&
          (strstr(o->argument, "FILE") || strstr(o->argument, "DIR")));
}

static bool is_switch(const struct option_row *o)
{
  return o->type == OPTION_BOOL && o->fallback;
}

static void add_choices(struct buf *out, const struct option_row *o)
{
  size_t i;
  for(i = 0; o->choice[i]; i++)
    buf_addf(out, "%s%s", i ? " " : "", o->choice[i]);
}

/* The first clause of what an option does. */
static struct slice brief(const char *help)
{
  static const char *const end[] = {"; ", " (", ": "};
  struct slice s = slice_of(help);
  size_t i;
  for(i = 0; i < sizeof(end) / sizeof(end[0]); i++) {
    long at = slice_find(s, end[i]);
    if(at > 0)
      s.n = (size_t)at;
  }
  while(s.n > BRIEF) {
    while(s.n && s.p[s.n - 1] != ' ')
      s.n--;
    s = slice_trim(s);
  }
  return s;
}

/* Text for between two '; each of `escaped` gets a backslash. */
static void add_quoted(struct buf *out, struct slice text, const char *escaped,
                       const char *quote)
{
  size_t i;
  for(i = 0; i < text.n; i++) {
    if(text.p[i] == '\'')
      buf_adds(out, quote);
    else if(strchr(escaped, text.p[i]))
      buf_addf(out, "\\%c", text.p[i]);
    else
      buf_addc(out, text.p[i]);
  }
}

/* "_weir_server": a name for functions. */
static void add_function(struct buf *out, const char *program)
{
  buf_addc(out, '_');
  for(; *program; program++)
    buf_addc(out, *program == '-' ? '_' : *program);
}

static void add_title(struct buf *out, const struct completion *c,
                      const char *shell)
{
  buf_addf(out, "# %s in %s, written from its tables of options\n", c->program,
           shell);
}

static bool has_commands(const struct completion *c)
{
  return c->command[0].name != NULL;
}

static void add_commands(struct buf *out, const struct completion *c)
{
  size_t i;
  for(i = 0; i < c->commands; i++)
    buf_addf(out, "%s ", c->command[i].name);
}

/* --- bash ---------------------------------------------------------------- */

static void bash_options(struct buf *out, const struct help_page *p)
{
  struct row_walk w = {p, 0, 0};
  const struct option_row *o;
  for(o = next_row(&w); o; o = next_row(&w)) {
    buf_addf(out, "--%s ", o->name);
    if(is_switch(o))
      buf_addf(out, "--no-%s ", o->name);
  }
}

static void bash_values(struct buf *out, const struct completion_command *c)
{
  struct row_walk w = {c->page, 0, 0};
  const struct option_row *o;
  for(o = next_row(&w); o; o = next_row(&w)) {
    if(!o->choice)
      continue;
    buf_addf(out, "  '%s --%s') COMPREPLY=($(compgen -W '", name_of(c),
             o->name);
    add_choices(out, o);
    buf_adds(out, "' -- \"$cur\")); return ;;\n");
  }
}

static void bash_command(struct buf *out, const struct completion_command *c)
{
  buf_addf(out, "  '%s')\n    options='", name_of(c));
  bash_options(out, c->page);
  buf_addf(out, "'\n    words='%s' lists='%s'\n    ;;\n",
           c->page->words ? c->page->words : "",
           c->page->lists ? c->page->lists : "");
}

/* The command itself, and what weir help may be asked of. */
static void bash_first_word(struct buf *out, const struct completion *c)
{
  buf_adds(out, "  if [ \"$COMP_CWORD\" -eq 1 ] ||\n"
                "    [ \"$command $COMP_CWORD\" = 'help 2' ]; then\n"
                "    COMPREPLY=($(compgen -W '");
  add_commands(out, c);
  buf_adds(out, "help --help --version' -- \"$cur\"))\n"
                "    return\n"
                "  fi\n");
}

static const char bash_end[] =
    "  esac\n"
    "  if [ \"${cur:0:1}\" = - ]; then\n"
    "    COMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
    "    return\n"
    "  fi\n"
    "  for list in $lists; do\n"
    "    words+=\" $(weir list $list 2>/dev/null | " NAMES_OF ")\"\n"
    "  done\n"
    "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
    "}\n"
    "complete -o default -F ";

int completion_bash(const struct completion *c, struct buf *out)
{
  size_t i;
  add_title(out, c, "bash");
  add_function(out, c->program);
  buf_addf(out,
           "() {\n"
           "  local cur=${COMP_WORDS[COMP_CWORD]} command=%s\n"
           "  local options= words= lists= list\n"
           "  COMPREPLY=()\n",
           has_commands(c) ? "${COMP_WORDS[1]}" : "");
  if(has_commands(c))
    bash_first_word(out, c);
  buf_adds(out, "  case \"$command ${COMP_WORDS[COMP_CWORD-1]}\" in\n");
  for(i = 0; i < c->commands; i++)
    bash_values(out, &c->command[i]);
  buf_adds(out, "  esac\n"
                "  case $command in\n");
  for(i = 0; i < c->commands; i++)
    bash_command(out, &c->command[i]);
  buf_adds(out, bash_end);
  add_function(out, c->program);
  return buf_addf(out, " %s\n", c->program);
}

/* --- zsh ----------------------------------------------------------------- */

/* ":N:action" of an option that takes a value. */
static void zsh_value(struct buf *out, const struct option_row *o)
{
  buf_adds(out, ":");
  add_quoted(out, slice_of(o->argument), ":", SHELL_QUOTE);
  buf_addc(out, ':');
  if(o->choice) {
    buf_addc(out, '(');
    add_choices(out, o);
    buf_addc(out, ')');
  } else
    buf_adds(out, names_file(o) ? "_files" : " ");
}

static void zsh_option(struct buf *out, const struct option_row *o)
{
  bool value = option_takes_argument(o);
  const char *equals = value ? "=" : "";
  buf_adds(out, option_is_list(o) ? "    '*'" : "    ");
  if(o->letter)
    buf_addf(out, "{-%c%s,--%s%s}", o->letter, value ? "+" : "", o->name,
             equals);
  else if(is_switch(o))
    buf_addf(out, "{--%s,--no-%s}", o->name, o->name);
  else
    buf_addf(out, "--%s%s", o->name, equals);
  buf_adds(out, "'[");
  add_quoted(out, brief(o->help), "[]", SHELL_QUOTE);
  buf_addc(out, ']');
  if(value && o->argument)
    zsh_value(out, o);
  buf_adds(out, "' \\\n");
}

static void zsh_command(struct buf *out, const struct completion_command *c)
{
  const struct help_page *p = c->page;
  struct row_walk w = {p, 0, 0};
  const struct option_row *o;
  buf_addf(out, "  '%s') _arguments -s \\\n", name_of(c));
  for(o = next_row(&w); o; o = next_row(&w))
    zsh_option(out, o);
  if(p->words)
    buf_addf(out, "    '1: :(%s)' ;;\n", p->words);
  else if(p->lists)
    buf_addf(out, "    '*: :_weir_named %s' ;;\n", p->lists);
  else
    buf_adds(out, "    '*: :_files' ;;\n");
}

static void zsh_first_word(struct buf *out, const struct completion *c)
{
  size_t i;
  buf_adds(out, "  local -a commands=(\n");
  for(i = 0; i < c->commands; i++) {
    buf_addf(out, "    '%s:", c->command[i].name);
    add_quoted(out, slice_of(c->command[i].summary), ":", SHELL_QUOTE);
    buf_adds(out, "'\n");
  }
  buf_adds(out, "    'help:what a command takes'\n"
                "  )\n"
                "  if (( CURRENT == 2 )) || [[ \"$words[2] $CURRENT\" = "
                "'help 3' ]]; then\n"
                "    _describe command commands\n"
                "    return\n"
                "  fi\n"
                "  local command=$words[2]\n"
                "  shift words\n"
                "  (( CURRENT-- ))\n");
}

static const char zsh_named[] =
    "_weir_named() {\n"
    "  local list\n"
    "  for list; do\n"
    "    compadd -- $(weir list $list 2>/dev/null | " NAMES_OF ")\n"
    "  done\n"
    "  _files\n"
    "}\n";

int completion_zsh(const struct completion *c, struct buf *out)
{
  size_t i;
  buf_addf(out, "#compdef %s\n", c->program);
  add_title(out, c, "zsh");
  if(has_commands(c))
    buf_adds(out, zsh_named);
  add_function(out, c->program);
  buf_adds(out, "() {\n");
  if(has_commands(c))
    zsh_first_word(out, c);
  buf_adds(out, "  case $command in\n");
  for(i = 0; i < c->commands; i++)
    zsh_command(out, &c->command[i]);
  buf_adds(out, "  esac\n}\n");
  add_function(out, c->program);
  return buf_adds(out, " \"$@\"\n");
}

/* --- fish ---------------------------------------------------------------- */

static void fish_begin(struct buf *out, const struct completion *c,
                       const struct completion_command *of)
{
  buf_addf(out, "complete -c %s", c->program);
  if(of->name)
    buf_addf(out, " -n '__fish_seen_subcommand_from %s'", of->name);
}

static void fish_option(struct buf *out, const struct completion *c,
                        const struct completion_command *of,
                        const struct option_row *o)
{
  fish_begin(out, c, of);
  if(o->letter)
    buf_addf(out, " -s %c", o->letter);
  buf_addf(out, " -l %s", o->name);
  if(o->choice) {
    buf_adds(out, " -x -a '");
    add_choices(out, o);
    buf_addc(out, '\'');
  } else if(option_takes_argument(o))
    buf_adds(out, names_file(o) ? " -r -F" : " -x");
  buf_adds(out, " -d '");
  add_quoted(out, brief(o->help), "\\", "\\'");
  buf_adds(out, "'\n");
}

static void fish_names(struct buf *out, const struct completion *c,
                       const struct completion_command *of)
{
  struct slice lists = slice_of(of->page->lists);
  if(of->page->words) {
    fish_begin(out, c, of);
    buf_addf(out, " -f -a '%s'\n", of->page->words);
  }
  while(lists.n) {
    struct slice list = slice_cut(&lists, ' ');
    fish_begin(out, c, of);
    buf_addf(out,
             " -a '(weir list %.*s 2>/dev/null | string match -r "
             "\"^[^# ]+\")'\n",
             (int)list.n, list.p);
  }
}

static void fish_command(struct buf *out, const struct completion *c,
                         const struct completion_command *of)
{
  struct row_walk w = {of->page, 0, 0};
  const struct option_row *o;
  if(of->name) {
    buf_addf(out, "complete -c %s -n __fish_use_subcommand -f -a %s -d '",
             c->program, of->name);
    add_quoted(out, slice_of(of->summary), "\\", "\\'");
    buf_adds(out, "'\n");
  }
  for(o = next_row(&w); o; o = next_row(&w)) {
    fish_option(out, c, of, o);
    if(is_switch(o)) {
      fish_begin(out, c, of);
      buf_addf(out, " -l no-%s\n", o->name);
    }
  }
  fish_names(out, c, of);
}

int completion_fish(const struct completion *c, struct buf *out)
{
  size_t i;
  add_title(out, c, "fish");
  for(i = 0; i < c->commands; i++)
    fish_command(out, c, &c->command[i]);
  if(has_commands(c)) {
    buf_addf(out,
             "complete -c %s -n '__fish_seen_subcommand_from help' -f -a '",
             c->program);
    add_commands(out, c);
    buf_adds(out, "'\n");
  }
  return out->rc;
}
