/* SPDX-License-Identifier: MIT
 * Where the files lie that a configuration names by absolute paths: those of
 * another machine, or of a container, lie in the folder that was given. */
#ifndef WEIR_DOCTOR_CONF_PLACE_H
#define WEIR_DOCTOR_CONF_PLACE_H
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define CONF_PLACE_MAPS_MAX 16

/* What the user said.  Texts are borrowed. */
struct conf_places {
  const char *root; /* stands for "/"; NULL */
  struct {
    const char *from; /* "/etc/nginx=conf/" whole */
    size_t n;         /* bytes of the path that is mapped */
  } map[CONF_PLACE_MAPS_MAX];
  size_t maps;
};

/* One configuration. */
struct conf_place {
  const struct conf_places *said; /* borrowed; NULL: nothing */
  char folder[PATH_MAX];          /* of the main file, as it was given */
  char real[PATH_MAX];            /* the same, resolved */
};

/* How a name is found: its first n bytes are replaced by to. */
struct conf_placed {
  size_t n;
  char to[PATH_MAX];
};

/* conf_place_main says which configuration: main_path is that of its file. */
void conf_place_main(struct conf_place *p, const struct conf_places *said,
                     const char *main_path);
/* conf_place_find tells where a name of the configuration lies; is_there is
 * asked of paths.  false: nowhere that it may be looked for in. */
bool conf_place_find(const struct conf_place *p, const char *name,
                     bool (*is_there)(const char *path),
                     struct conf_placed *out);
/* conf_place_path writes the path of a name that was placed; false where it is
 * too long. */
bool conf_place_path(const struct conf_placed *at, const char *name,
                     char out[PATH_MAX]);

#endif
