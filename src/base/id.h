/* id.h: names of things.
 * Inside: int64 ids that grow with time (41 bits of milliseconds since 2024, 10 bits node, 12 bits
 * counter). Outside: public references with a prefix that tells the kind and 80 random bits, which can
 * be neither guessed nor counted: "con_7kq3…". An int64 id never leaves the program. */
#ifndef KEPT_BASE_ID_H
#define KEPT_BASE_ID_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    ID_NODE_MAX = 1023,
    ID_NODE_COMMANDS =
        ID_NODE_MAX /* of commands that run beside servers and lease no number; where nothing is set */
};

/* The number is leased from a row of the database (store/node.h). */
void id_set_node(int node);
/* The time in the last id that was made; UTC milliseconds since 1970, 0: none yet. */
int64_t id_clock(void);
/* Thread-safe, always larger than the one before in this process, also when the clock is put back. */
int64_t id_new(void);
/* From now on ids are larger than this one: at start, the largest there is, for the clock may have been put back
 * between two runs. */
void id_go_on_after(int64_t id);
/* The smallest id that could have been made at `ms`: for keyset ranges by time. */
int64_t id_at(int64_t ms);

/* "<prefix>_" and 16 base32 letters. Prefixes: con(versation) msg (contact) ctc agt tem(team) inb tag
 * rep(saved reply) att(achment) tok(en) ses(sion) evt … one each, listed in docs/words.md. */
char *id_ref(struct arena *a, const char *prefix);
/* Right prefix and right shape; says nothing about existence. */
bool id_ref_valid(const char *ref, const char *prefix);

/* A conversation's short reference: `length` (6 to 8) capital letters and digits that cannot be
 * mistaken for one another when read out. Gives no access to anything. */
char *id_short_ref(struct arena *a, int length);

#endif
