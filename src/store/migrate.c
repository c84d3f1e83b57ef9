/* migrate.c: a migration is written once, in PostgreSQL's words, and read by both engines. */
#include "store/engine.h"

#include "base/buf.h"
#include "base/log.h"

#include <ctype.h>

static const struct {
    const char *postgres, *sqlite;
} words[] = {{"BIGINT", "INTEGER"}, {"BYTEA", "BLOB"}};

static bool in_word(char c) { return isalnum((unsigned char)c) || c == '_'; }

/* "\n);" ends a CREATE TABLE in our files: SQLite's tables are STRICT, so that both engines refuse a text where a
 * number belongs. A statement that only one engine has begins with SQLITE_ONLY or POSTGRES_ONLY. */
static char *translate(const char *text, bool sqlite) {
    struct buf out = {0};
    const char *skipped = sqlite ? "POSTGRES_ONLY" : "SQLITE_ONLY", *kept = sqlite ? "SQLITE_ONLY" : "POSTGRES_ONLY";
    for (const char *p = text; *p;) {
        bool starts_word = p == text || !in_word(p[-1]);
        if (starts_word && strncmp(p, skipped, strlen(skipped)) == 0) {
            while (*p && *p++ != ';')
                ;
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
        bool replaced = false;
        for (size_t i = 0; sqlite && starts_word && i < sizeof words / sizeof *words; i++) {
            size_t n = strlen(words[i].postgres);
            if (strncmp(p, words[i].postgres, n) == 0 && !in_word(p[n])) {
                buf_str(&out, words[i].sqlite);
                p += n;
                replaced = true;
                break;
            }
        }
        if (!replaced)
            buf_char(&out, *p++);
    }
    return out.at;
}

char *migration_for_sqlite(const char *text) { return translate(text, true); }

char *migration_for_postgres(const char *text) { return translate(text, false); }
