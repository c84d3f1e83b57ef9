/* migrations.h: the schema's history, from sql/NNNN_name.sql by tools/migrations.py. Numbers run from 1 without
 * gaps. */
#ifndef KEPT_STORE_MIGRATIONS_H
#define KEPT_STORE_MIGRATIONS_H

struct migration {
    int number;
    const char *name; /* "conversations" of 0003_conversations.sql */
    const char *text; /* statements with the type words of docs/sql.md */
};

extern const struct migration migrations[];
extern const int migrations_n;

#endif
