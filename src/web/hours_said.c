#include "web/hours_said.h"

#include "base/say.h"
#include "base/tr.h"
#include "base/wall.h"
#include "desk/holiday.h"

const char *special_day_name(struct arena *a, enum locale locale, const struct special_day *day) {
    const char *known = day->holiday ? holiday_name(a, locale, day->holiday) : NULL;
    return known ? known : day->name;
}

static const char *filled(struct arena *a, const char *sentence, const char *when, const char *holiday) {
    struct buf out = {0};
    tr_fill(&out, sentence, "when", when, "holiday", holiday, NULL);
    char *said = arena_copy(a, out.at);
    buf_free(&out);
    return said;
}

const char *hours_moment(struct arena *a, enum locale locale, const char *zone, int64_t at, int64_t now) {
    struct buf out = {0};
    if (wall_at(zone, at).day_number == wall_at(zone, now).day_number)
        say_time(&out, locale, zone, at);
    else
        say_moment(&out, locale, zone, at, now);
    char *said = arena_copy(a, out.at ? out.at : "");
    buf_free(&out);
    return said;
}

const char *hours_said(struct arena *a, enum locale locale, const struct hours *h, const char *zone, int64_t now) {
    if (!h->set)
        return "";
    if (hours_open(h, zone, now)) {
        int64_t closes_at = hours_closes_at(h, zone, now);
        return closes_at ? filled(a, tr(locale, "Open now, until {when}."),
                                  hours_moment(a, locale, zone, closes_at, now), "")
                         : tr(locale, "Open now.");
    }
    const struct special_day *day = hours_closed_for(h, zone, now);
    int64_t opens_at = hours_opens_at(h, zone, now);
    const char *when = opens_at ? hours_moment(a, locale, zone, opens_at, now) : "";
    const char *holiday = day ? special_day_name(a, locale, day) : "";
    if (day)
        return filled(
            a, opens_at ? tr(locale, "Closed for {holiday}. Back {when}.") : tr(locale, "Closed for {holiday}."),
            when, holiday);
    return opens_at ? filled(a, tr(locale, "Closed now. Opens {when}."), when, "") : tr(locale, "Closed now.");
}
