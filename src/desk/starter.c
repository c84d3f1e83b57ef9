#include "desk/starter.h"

#include "base/json.h"
#include "desk/conversation.h"
#include "desk/hours.h"
#include "desk/reply.h"

#include <string.h>

const char starter_kinds[] = "shop travel software clinic bank";

bool starter_known(const char *kind) {
    for (int i = 0; i < starter_lines_n; i++)
        if (strcmp(starter_lines[i].kind, kind) == 0)
            return true;
    return false;
}

/* The object of a line that is of this kind and language; NULL: it is another's. */
static json_t *row_of(struct arena *a, int i, const char *kind, enum locale locale) {
    const struct starter_line *line = &starter_lines[i];
    const char *why;
    json_t *row = NULL;
    if (strcmp(line->kind, kind) != 0 || strcmp(line->lang, locale_tag(locale)) != 0)
        return NULL;
    enum rc rc = json_read(a, (struct bytes){(const uint8_t *)line->json, strlen(line->json)}, &row, &why);
    return rc == RC_OK ? row : NULL;
}

static const char *text_of(json_t *row, const char *key) { return json_string_value(json_object_get(row, key)); }

struct starter_place starter_place(struct arena *a, const char *kind, enum locale locale) {
    struct starter_place place = {"", ""};
    for (int i = 0; i < starter_lines_n; i++) {
        json_t *row = row_of(a, i, kind, locale);
        if (row && text_of(row, "country"))
            place =
                (struct starter_place){arena_copy(a, text_of(row, "country")), arena_copy(a, text_of(row, "zone"))};
        json_decref(row);
    }
    return place;
}

static int weekday_named(const char *name) {
    static const char *const names[] = {"",         "monday", "tuesday",  "wednesday",
                                        "thursday", "friday", "saturday", "sunday"};
    for (int day = 1; day <= 7; day++)
        if (strcmp(names[day], name) == 0)
            return day;
    return 0;
}

static enum rc add_row(struct tx *tx, json_t *row, enum locale locale, struct hours *hours, int64_t now) {
    if (text_of(row, "day")) {
        int day = weekday_named(text_of(row, "day"));
        hours->set = true;
        return day && hours_day_read(text_of(row, "hours"), &hours->days[day]) ? RC_OK : RC_BROKEN;
    }
    if (text_of(row, "tag")) {
        struct tag tag;
        return tag_named(tx, text_of(row, "tag"), now, &tag);
    }
    if (text_of(row, "reply")) {
        struct saved_reply reply = {
            .name = text_of(row, "reply"), .lang = locale_tag(locale), .body = text_of(row, "body")};
        return saved_save(tx, &reply, 0, now);
    }
    return RC_OK;
}

enum rc starter_fits(struct view *v, struct arena *a, bool *out) {
    struct tag *tags;
    struct saved_reply *replies;
    int tags_n = 0, replies_n = 0;
    enum rc rc = tag_list(v, a, &tags, &tags_n);
    if (rc == RC_OK)
        rc = saved_list(v, a, &replies, &replies_n);
    *out = rc == RC_OK && !tags_n && !replies_n;
    return rc;
}

enum rc starter_fill(struct tx *tx, const char *kind, enum locale locale, int64_t now) {
    struct hours hours = {0};
    enum rc rc = starter_known(kind) ? RC_OK : RC_INVALID;
    for (int i = 0; rc == RC_OK && i < starter_lines_n; i++) {
        json_t *row = row_of(tx_arena(tx), i, kind, locale);
        if (row)
            rc = add_row(tx, row, locale, &hours, now);
        json_decref(row);
    }
    return rc == RC_OK && hours.set ? hours_save(tx, 0, &hours, 0) : rc;
}
