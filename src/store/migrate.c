/* migrate.c: a migration is written once, in PostgreSQL's words, and read by both engines. */
#include "store/engine.h"

#include "base/buf.h"
#include "base/log.h"

#include <ctype.h>

/* NULL: the word as it is. Texts are ordered by their bytes on both engines, whatever the database's own collation.
 */
static const struct {
    const char *word, *sqlite, *postgres;
} words[] = {
    {"BIGINT", "INTEGER", NULL},
    {"BYTEA", "BLOB", NULL},
    {"TEXT", NULL, "TEXT COLLATE \"C\""},
};

static bool in_word(char c) { return isalnum((unsigned char)c) || c == '_'; }

/* The end of the 'text' or of the $$body$$ that begins at p; p when none begins there. */
static const char *past_quoted(const char *p) {
    if (*p == '\'') {
        const char *end = strchr(p + 1, '\'');
        return end ? end + 1 : p + strlen(p);
    }
    if (p[0] == '$' && p[1] == '$') {
        const char *end = strstr(p + 2, "$$");
        return end ? end + 2 : p + strlen(p);
    }
    return p;
}

static const char *past_statement(const char *p) {
    while (*p && *p != ';') {
        const char *end = past_quoted(p);
        p = end > p ? end : p + 1;
    }
    return *p ? p + 1 : p;
}

/* A type's word becomes the engine's, but in CAST(x AS TEXT), where no collation may stand. */
static size_t translate_word(struct buf *out, const char *p, bool sqlite) {
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i].word);
        const char *instead = sqlite ? words[i].sqlite : words[i].postgres;
        if (strncmp(p, words[i].word, n) != 0 || in_word(p[n]))
            continue;
        bool cast = out->len >= 3 && memcmp(out->at + out->len - 3, "AS ", 3) == 0;
        buf_str(out, instead && !(cast && !sqlite) ? instead : words[i].word);
        return n;
    }
    return 0;
}

/* "\n);" ends a CREATE TABLE in our files: SQLite's tables are STRICT, so that both engines refuse a text where a
 * number belongs. A statement that only one engine has begins with SQLITE_ONLY or POSTGRES_ONLY. */
static char *translate(const char *text, bool sqlite) {
    struct buf out = {0};
    const char *skipped = sqlite ? "POSTGRES_ONLY" : "SQLITE_ONLY",
               *kept = sqlite ? "SQLITE_ONLY" : "POSTGRES_ONLY";
    for (const char *p = text; *p;) {
        const char *end = past_quoted(p);
        if (end > p) {
            buf_add(&out, p, (size_t)(end - p));
            p = end;
            continue;
        }
        bool starts_word = p == text || !in_word(p[-1]);
        if (starts_word && strncmp(p, skipped, strlen(skipped)) == 0) {
            p = past_statement(p);
            continue;
        }
        if (starts_word && strncmp(p, kept, strlen(kept)) == 0) {
            p += strlen(kept);
            continue;
        }
        if (sqlite && strncmp(p, "\n);", 3) == 0) {
            buf_lit(&out, "\n) STRICT;");
            p += 3;
            continue;
        }
        size_t n = starts_word ? translate_word(&out, p, sqlite) : 0;
        if (n)
            p += n;
        else
            buf_char(&out, *p++);
    }
    return out.at;
}

char *migration_for_sqlite(const char *text) { return translate(text, true); }

char *migration_for_postgres(const char *text) { return translate(text, false); }
