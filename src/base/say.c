#include "base/say.h"

#include "base/wall.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

/* The words of one language. %d in a relative phrase is the number; a phrase for one is given where it differs. */
struct words {
    const char *days[7], *days_long[7];
    const char *months[12], *months_long[12];
    const char *now, *yesterday, *tomorrow;
    struct phrase {
        const char *one, *many;
    } minutes_ago, hours_ago, days_ago, in_minutes, in_hours, in_days;
    struct phrase minutes, hours, day_count;
    const char *under_a_minute, *between;
};

/* clang-format off */
static const struct words words[LOCALES] = {
    [LOCALE_EN] = {
        {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
        {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
        {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
        {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
         "November", "December"},
        "just now", "yesterday", "tomorrow",
        {"1 min ago", "%d min ago"}, {"1 h ago", "%d h ago"}, {"1 day ago", "%d days ago"},
        {"in 1 min", "in %d min"}, {"in 1 h", "in %d h"}, {"in 1 day", "in %d days"},
        {"1 min", "%d min"}, {"1 h", "%d h"}, {"1 day", "%d days"},
        "under a minute", " ",
    },
    [LOCALE_VI] = {
        {"Chủ Nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"},
        {"Chủ Nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"},
        {0}, {0},
        "vừa xong", "hôm qua", "ngày mai",
        {"1 phút trước", "%d phút trước"}, {"1 giờ trước", "%d giờ trước"}, {"1 ngày trước", "%d ngày trước"},
        {"1 phút nữa", "%d phút nữa"}, {"1 giờ nữa", "%d giờ nữa"}, {"1 ngày nữa", "%d ngày nữa"},
        {"1 phút", "%d phút"}, {"1 giờ", "%d giờ"}, {"1 ngày", "%d ngày"},
        "chưa đầy một phút", " ",
    },
    [LOCALE_ZH_HANS] = {
        {"周日", "周一", "周二", "周三", "周四", "周五", "周六"},
        {"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"},
        {0}, {0},
        "刚刚", "昨天", "明天",
        {"1分钟前", "%d分钟前"}, {"1小时前", "%d小时前"}, {"1天前", "%d天前"},
        {"1分钟后", "%d分钟后"}, {"1小时后", "%d小时后"}, {"1天后", "%d天后"},
        {"1分钟", "%d分钟"}, {"1小时", "%d小时"}, {"1天", "%d天"},
        "不到1分钟", "",
    },
    [LOCALE_ZH_HANT] = {
        {"週日", "週一", "週二", "週三", "週四", "週五", "週六"},
        {"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"},
        {0}, {0},
        "剛剛", "昨天", "明天",
        {"1分鐘前", "%d分鐘前"}, {"1小時前", "%d小時前"}, {"1天前", "%d天前"},
        {"1分鐘後", "%d分鐘後"}, {"1小時後", "%d小時後"}, {"1天後", "%d天後"},
        {"1分鐘", "%d分鐘"}, {"1小時", "%d小時"}, {"1天", "%d天"},
        "不到1分鐘", "",
    },
    [LOCALE_TH] = {
        {"อา.", "จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส."},
        {"วันอาทิตย์", "วันจันทร์", "วันอังคาร", "วันพุธ", "วันพฤหัสบดี", "วันศุกร์", "วันเสาร์"},
        {"ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."},
        {"มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน",
         "ตุลาคม", "พฤศจิกายน", "ธันวาคม"},
        "เมื่อครู่นี้", "เมื่อวานนี้", "พรุ่งนี้",
        {"1 นาทีที่แล้ว", "%d นาทีที่แล้ว"}, {"1 ชั่วโมงที่แล้ว", "%d ชั่วโมงที่แล้ว"}, {"1 วันที่แล้ว", "%d วันที่แล้ว"},
        {"อีก 1 นาที", "อีก %d นาที"}, {"อีก 1 ชั่วโมง", "อีก %d ชั่วโมง"}, {"อีก 1 วัน", "อีก %d วัน"},
        {"1 นาที", "%d นาที"}, {"1 ชั่วโมง", "%d ชั่วโมง"}, {"1 วัน", "%d วัน"},
        "ไม่ถึง 1 นาที", " ",
    },
};
/* clang-format on */

enum { BUDDHIST = 543 }; /* years to add for พ.ศ. */

static const struct words *words_of(enum locale locale) {
    return &words[(unsigned)locale < LOCALES ? locale : LOCALE_EN];
}

static void two_digits(struct buf *out, int n) {
    buf_char(out, (char)('0' + n / 10 % 10));
    buf_char(out, (char)('0' + n % 10));
}

static void clock_face(struct buf *out, const struct wall *w) {
    two_digits(out, w->hour);
    buf_char(out, ':');
    two_digits(out, w->minute);
}

static void numbered(struct buf *out, const char *before, int n) {
    buf_str(out, before);
    buf_int(out, n);
}

void say_time(struct buf *out, enum locale locale, const char *zone, int64_t ms) {
    if (!ms)
        return;
    struct wall w = wall_at(zone, ms);
    clock_face(out, &w);
    if (locale == LOCALE_TH)
        buf_str(out, "\u00a0น.");
}

static void date(struct buf *out, enum locale locale, const struct wall *w, bool year) {
    const struct words *s = words_of(locale);
    switch (locale) {
    case LOCALE_VI:
        buf_str(out, s->days[w->weekday]);
        buf_char(out, ' ');
        buf_int(out, w->day);
        buf_char(out, '/');
        buf_int(out, w->month);
        buf_char(out, '/');
        buf_int(out, w->year);
        return;
    case LOCALE_ZH_HANS:
    case LOCALE_ZH_HANT:
        if (year) {
            buf_int(out, w->year);
            buf_str(out, "年");
        }
        buf_int(out, w->month);
        buf_str(out, "月");
        buf_int(out, w->day);
        buf_str(out, "日 ");
        buf_str(out, s->days[w->weekday]);
        return;
    default:
        buf_str(out, s->days[w->weekday]);
        buf_char(out, ' ');
        buf_int(out, w->day);
        buf_char(out, ' ');
        buf_str(out, s->months[w->month - 1]);
        if (year || locale == LOCALE_TH) {
            buf_char(out, ' ');
            buf_int(out, locale == LOCALE_TH ? w->year + BUDDHIST : w->year);
        }
    }
}

static bool year_needed(const char *zone, const struct wall *w, int64_t now) {
    return !now || wall_at(zone, now).year != w->year;
}

void say_date(struct buf *out, enum locale locale, const char *zone, int64_t ms, int64_t now) {
    if (!ms)
        return;
    struct wall w = wall_at(zone, ms);
    date(out, locale, &w, year_needed(zone, &w, now));
}

void say_moment(struct buf *out, enum locale locale, const char *zone, int64_t ms, int64_t now) {
    if (!ms)
        return;
    struct wall w = wall_at(zone, ms);
    if (locale == LOCALE_VI) { /* the hour comes first */
        clock_face(out, &w);
        buf_str(out, ", ");
    }
    date(out, locale, &w, year_needed(zone, &w, now));
    if (locale != LOCALE_VI) {
        buf_str(out, locale == LOCALE_ZH_HANS || locale == LOCALE_ZH_HANT || locale == LOCALE_TH ? " " : ", ");
        clock_face(out, &w);
    }
    if (locale == LOCALE_TH)
        buf_str(out, "\u00a0น.");
}

void say_full(struct buf *out, enum locale locale, const char *zone, int64_t ms) {
    if (!ms)
        return;
    struct wall w = wall_at(zone, ms);
    const struct words *s = words_of(locale);
    const char *day = s->days_long[w.weekday];
    /* Piece by piece: it stands in each row of a list, and printf would cost as much as the rest of the row. */
    switch (locale) {
    case LOCALE_VI:
        clock_face(out, &w);
        buf_lit(out, ", ");
        buf_str(out, day);
        numbered(out, ", ngày ", w.day);
        numbered(out, " tháng ", w.month);
        numbered(out, " năm ", w.year);
        return;
    case LOCALE_ZH_HANS:
    case LOCALE_ZH_HANT:
        buf_int(out, w.year);
        numbered(out, "年", w.month);
        numbered(out, "月", w.day);
        buf_lit(out, "日 ");
        buf_str(out, day);
        buf_char(out, ' ');
        clock_face(out, &w);
        return;
    case LOCALE_TH:
        buf_str(out, day);
        numbered(out, "ที่ ", w.day);
        buf_char(out, ' ');
        buf_str(out, s->months_long[w.month - 1]);
        numbered(out, " พ.ศ. ", w.year + BUDDHIST);
        buf_lit(out, " เวลา ");
        clock_face(out, &w);
        buf_lit(out, "\u00a0น.");
        return;
    default:
        buf_str(out, day);
        numbered(out, " ", w.day);
        buf_char(out, ' ');
        buf_str(out, s->months_long[w.month - 1]);
        numbered(out, " ", w.year);
        buf_lit(out, ", ");
        clock_face(out, &w);
    }
}

/* A phrase has at most one %d; going through printf for each row of a list would cost more than the rest. */
static void say(struct buf *out, struct phrase p, int64_t n) {
    const char *text = n == 1 ? p.one : p.many, *hole = strchr(text, '%');
    if (!hole) {
        buf_str(out, text);
        return;
    }
    buf_add(out, text, (size_t)(hole - text));
    buf_int(out, n);
    buf_str(out, hole + 2);
}

void say_ago(struct buf *out, enum locale locale, const char *zone, int64_t ms, int64_t now) {
    if (!ms)
        return;
    const struct words *s = words_of(locale);
    int64_t away = now - ms;
    bool past = away >= 0;
    int64_t size = past ? away : -away;
    if (size < MINUTE) {
        buf_str(out, s->now);
        return;
    }
    if (size < HOUR) {
        say(out, past ? s->minutes_ago : s->in_minutes, size / MINUTE);
        return;
    }
    /* "Yesterday" is a matter of the calendar, not of 24 hours; within 12 hours the hours say more. */
    int64_t days = wall_at(zone, now).day_number - wall_at(zone, ms).day_number;
    if (days == 0 || size < DAY / 2)
        say(out, past ? s->hours_ago : s->in_hours, size / HOUR);
    else if (days == 1 || days == -1)
        buf_str(out, past ? s->yesterday : s->tomorrow);
    else if (llabs(days) < 7)
        say(out, past ? s->days_ago : s->in_days, llabs(days));
    else
        say_date(out, locale, zone, ms, now);
}

void say_duration(struct buf *out, enum locale locale, int64_t ms) {
    const struct words *s = words_of(locale);
    if (ms < MINUTE) {
        buf_str(out, s->under_a_minute);
        return;
    }
    int64_t days = ms / DAY, hours = ms % DAY / HOUR, minutes = ms % HOUR / MINUTE;
    if (days)
        say(out, s->day_count, days);
    if (hours) {
        if (days)
            buf_str(out, s->between);
        say(out, s->hours, hours);
    }
    if (minutes && !days) {
        if (hours)
            buf_str(out, s->between);
        say(out, s->minutes, minutes);
    }
}

void say_iso(struct buf *out, int64_t ms) {
    if (!ms)
        return;
    struct wall w = wall_at(NULL, ms);
    buf_int(out, w.year);
    buf_char(out, '-');
    two_digits(out, w.month);
    buf_char(out, '-');
    two_digits(out, w.day);
    buf_char(out, 'T');
    two_digits(out, w.hour);
    buf_char(out, ':');
    two_digits(out, w.minute);
    buf_char(out, ':');
    two_digits(out, w.second);
    buf_char(out, 'Z');
}
