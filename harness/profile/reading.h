/* SPDX-License-Identifier: MIT
 * Private to profile/: taking a YAML tree apart, with the place of what is
 * wrong. */
#ifndef WEIR_PROFILE_READING_H
#define WEIR_PROFILE_READING_H
#include "profile/profile.h"
#include "yaml/yaml.h"

struct reading {
  struct profile *p;
  const char *file;
  struct err *e;
};

/* What takes the value of a key. */
typedef int (*take_fn)(struct reading *r, const struct yaml_node *n,
                       void *into);

/* A key of a map; those that others rest on come first. */
struct reading_key {
  const char *name;
  take_fn take;
};

/* What is found by its name in the grammar. */
struct reading_kind {
  const char *what; /* for messages */
  uint8_t (*find)(const struct grammar *g, struct slice name);
};

extern const struct reading_kind reading_class, reading_state, reading_lane;

/* reading_fail says what is wrong at a place; returns code. */
int reading_fail(struct reading *r, const struct yaml_node *n, int code,
                 const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* reading_at puts the place before the sentence that is there; returns rc. */
int reading_at(struct reading *r, const struct yaml_node *n, int rc);
/* reading_map takes all keys of a map in the order of the table, ended by
 * NULL; another key is an error. */
int reading_map(struct reading *r, const struct yaml_node *n,
                const struct reading_key *keys, void *into);
/* reading_is: whether n is of that kind, a map with each key once; otherwise
 * says so and returns it. */
int reading_is(struct reading *r, const struct yaml_node *n,
               enum yaml_kind kind);
/* reading_each has take read every member of a list, up to the first failure.
 */
int reading_each(struct reading *r, const struct yaml_node *list,
                 int (*take)(struct reading *r, const struct yaml_node *n));
/* Values.  Texts are copied into a char *, which must be NULL or owned. */
int reading_text(struct reading *r, const struct yaml_node *n, char **out);
int reading_count(struct reading *r, const struct yaml_node *n, uint64_t *out);
int reading_time(struct reading *r, const struct yaml_node *n, uint64_t *ns);
int reading_true(struct reading *r, const struct yaml_node *n);
/* Names of classes, one or a list, as bits. */
int reading_classes(struct reading *r, const struct yaml_node *n,
                    uint64_t *out);
/* reading_find is the place of a class, state or lane of that name. */
int reading_find(struct reading *r, const struct yaml_node *n,
                 const struct reading_kind *kind, struct slice name);
/* One word of a list of words; its place. */
int reading_word(struct reading *r, const struct yaml_node *n,
                 const char *(*word)(int i), int words);
/* What the end of a body means, as reading_word gives it. */
int reading_outcome(struct reading *r, const struct yaml_node *n);
/* A pointer, as a slot of the grammar. */
int reading_slot(struct reading *r, const struct yaml_node *n, uint8_t *out);
/* reading_template tries to fill a text in, so that what is wrong with it is
 * told with its place. */
int reading_template(struct reading *r, const struct yaml_node *n,
                     const char *text, bool json);
/* A list of texts, each owned. */
int reading_texts(struct reading *r, const struct yaml_node *n, char **out,
                  uint8_t *count, uint8_t most);
/* One status, or a list of them. */
int reading_codes(struct reading *r, const struct yaml_node *n,
                  struct profile_codes *out);
/* The place of a step that was read. */
int reading_step(struct reading *r, const struct yaml_node *n, uint8_t *out);
/* "name: text" pairs of a map. */
int reading_pairs(struct reading *r, const struct yaml_node *n,
                  struct profile_text *out, uint8_t *count, uint8_t most);

/* reading_grammar.c: keys of the root. */
int reading_class_map(struct reading *r, const struct yaml_node *n,
                      void *into);
int reading_states(struct reading *r, const struct yaml_node *n, void *into);
int reading_lanes(struct reading *r, const struct yaml_node *n, void *into);
int reading_load(struct reading *r, const struct yaml_node *n, void *into);
int reading_anywhere(struct reading *r, const struct yaml_node *n, void *into);
/* reading_steps.c */
int reading_steps(struct reading *r, const struct yaml_node *n, void *into);
/* reading_rules.c */
int reading_rules(struct reading *r, const struct yaml_node *n, void *into);
/* reading_rule gives the id of the rule of that name, "app.PROFILE.NAME", and
 * returns its place; GRAMMAR_NONE where it was not read. */
uint8_t reading_rule(const struct reading *r, const char *name,
                     char id[PROFILE_RULE_ID_MAX]);
/* reading_proof.c */
int reading_proof(struct reading *r, const struct yaml_node *n, void *into);

#endif
