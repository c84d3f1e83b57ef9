/* starter.h: what a new installation of a kind begins with: hours, tags, saved replies, in its language. They are
 * data files, start/KIND.LANG.jsonl, put into the program by tools/starter_data.py; one object a line:
 *   {"country":"VN","zone":"Asia/Ho_Chi_Minh"}    where the language is at home; none for English
 *   {"day":"monday","hours":"08:00–12:00"}        {"tag":"giao-hàng"}        {"reply":NAME,"body":TEXT} */
#ifndef KEPT_DESK_STARTER_H
#define KEPT_DESK_STARTER_H

#include "base/locale.h"
#include "store/store.h"

struct starter_line {
    const char *kind, *lang, *json;
};
extern const struct starter_line starter_lines[];
extern const int starter_lines_n;

/* "shop travel software clinic bank" */
extern const char starter_kinds[];
bool starter_known(const char *kind);

struct starter_place {
    const char *country, *zone; /* "": none is suggested */
};
struct starter_place starter_place(struct arena *a, const char *kind, enum locale locale);

/* The account has no tag and no saved reply yet. */
enum rc starter_fits(struct view *v, struct arena *a, bool *out);
/* Adds it all to an account that has none of it. RC_INVALID: no such kind. */
enum rc starter_fill(struct tx *tx, const char *kind, enum locale locale, int64_t now);

#endif
