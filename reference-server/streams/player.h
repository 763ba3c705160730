/* SPDX-License-Identifier: MIT
 * A response whose bytes go out in exact writes at exact times, step by step
 * (behaviours/play_text.h): /raw, /vector and what the origin plays. */
#ifndef WEIR_SERVER_STREAMS_PLAYER_H
#define WEIR_SERVER_STREAMS_PLAYER_H
#include "behaviours/play_text.h"
#include "http/conn.h"
#include "streams/play_log.h"

#define PLAY_MAX_PIECES 4096u

struct play {
  struct play_text text;
  struct buf head;          /* owned; until it is sent */
  struct play_log *log;     /* borrowed; NULL = nobody reads it */
  struct play_entry *entry; /* borrowed; NULL = it is not logged */
  uint32_t at, done;        /* step, and what of it was done */
  size_t vector, cut;       /* place in the vectors or pieces */
  uint64_t seq;             /* of the last event */
  struct buf bytes;         /* owned; of the pieces */
  size_t *ends;             /* owned: where each of them ends */
  size_t pieces;
};

/* play_new copies a body to be played in pieces; NULL without memory.  It is
 * one piece; play_cut adds an end n bytes behind the last cut (E_RANGE beyond
 * the body or too many). */
struct play *play_new(struct slice body);
int play_cut(struct play *p, size_t n);
void play_fini(struct play *p);
void play_free(struct play *p);
/* play_pieces answers with a head of that status and type (NULL = none), then
 * the pieces, each in one write (one chunk in HTTP/1.1) and gap_ms apart, and
 * ends hold_ms later.  Takes over p. */
void play_pieces(struct conn *c, struct play *p, int status, const char *type,
                 uint32_t gap_ms, uint32_t hold_ms);

/* The following are for an owner whose first member is the play. */

/* play_send sends wire bytes, behind the head where that is still to go.  0,
 * E_LIMIT where the queue is full (unless always), else the peer is gone. */
int play_send(struct conn *c, struct slice wire, bool always);
/* play_start begins with the first step. */
void play_start(struct conn *c);

#endif
