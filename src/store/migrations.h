/* migrations.h: the schema's history, embedded from sql/ by tools/sql_embed.py. */
#ifndef KEPT_STORE_MIGRATIONS_H
#define KEPT_STORE_MIGRATIONS_H

struct migration {
    int number; /* 1, 2, 3 … */
    const char *name, *text;
};
extern const struct migration migrations[];
extern const int migrations_n;

#endif
