#include "text/when.h"

#include "text/fold.h"
#include "text/when_side.h"

#include <string.h>
#include <uchar.h>

static bool joins(const struct side *a, const struct atom *to, const struct side *b) {
    if (to->value == 2 && !a->between && !a->middle) /* "and" only behind "between" */
        return false;
    if (a->past || b->past || b->feast)
        return false;
    if (a->bare)
        return b->has_length || b->clock != NO_CLOCK || b->has_date || b->has_dom;
    if (a->has_length || b->has_length)
        return a->has_length && b->has_length;
    if (a->clock != NO_CLOCK || b->clock != NO_CLOCK)
        return a->clock != NO_CLOCK && (b->clock != NO_CLOCK || b->bare);
    return (side_has_day(a) && side_has_day(b)) || (a->has_part && b->has_part);
}

static void copy_day(struct side *to, const struct side *from) {
    to->has_rel = from->has_rel, to->rel = from->rel;
    to->has_weekday = from->has_weekday, to->weekday = from->weekday;
    to->has_date = from->has_date, to->year = from->year, to->month = from->month, to->dom = from->dom;
    to->has_dom = from->has_dom, to->has_span = from->has_span, to->span = from->span;
    to->next = from->next, to->this = from->this;
}

/* Noon and close of business stand for a clock time beside one. */
static void part_as_clock(struct side *s) {
    static const int at[] = {[PART_NOON] = 12 * 60, [PART_CLOSE] = 18 * 60, [PART_MIDNIGHT] = 24 * 60};
    if (s->clock == NO_CLOCK && s->has_part &&
        (s->part == PART_NOON || s->part == PART_CLOSE || s->part == PART_MIDNIGHT)) {
        s->clock = at[s->part];
        s->sure = true;
        s->has_part = false;
    }
}

/* Vietnamese "trong khoảng 9h đến 11h": between two hours, not nine hours long. */
static bool hours_as_clock(const struct parser *r, struct side *a, const struct side *b) {
    enum { HOURS = 24 };
    if (r->p->lang != LANG_VI || !a->has_length || !a->within || b->clock == NO_CLOCK || a->days || a->workdays ||
        a->months || a->minutes > HOURS * 60)
        return false;
    a->clock = (int)a->minutes;
    a->has_length = a->within = false;
    a->minutes = 0;
    return a->between = true;
}

static bool weigh_range(const struct parser *r, struct side *a, struct side *b, struct when *w) {
    bool by = a->by || (a->within && r->p->lang != LANG_VI); /* trong khoảng 19 đến 21/3: between */
    if (b->has_length) {                                     /* 1-2 business days: the upper end, as a whole */
        b->by = b->before = false;
        b->within = true;
        return side_weigh(r, b, w);
    }
    if (a->bare && b->clock == NO_CLOCK) { /* 20-22/3 */
        copy_day(a, b);
        a->dom = (int)a->bare;
        a->bare = 0;
    } else if (a->bare) {
        a->clock = (int)(a->bare * 60);
        a->bare = 0;
        /* "9 to 5 pm": only a first hour below the second takes its half of the day. */
        if (a->clock <= b->clock || b->clock / 60 == 12)
            a->meridiem = b->meridiem == 1 && b->clock / 60 == 12 && a->clock / 60 != 12 ? 0 : b->meridiem;
        a->sure = b->sure && b->meridiem < 0;
        bool evening = r->p->lang == LANG_TH && b->clock >= 19 * 60 && a->clock + 18 * 60 < b->clock;
        if (evening && b->sure) /* สองถึงสามทุ่ม */
            a->clock += 18 * 60;
        else if (b->sure && b->meridiem < 0 && b->clock > 12 * 60 && a->clock + 12 * 60 < b->clock &&
                 a->clock < 8 * 60)
            a->clock += 12 * 60;
    }
    uint32_t opens = r->p->c[b->start];
    bool own_day = side_has_day(a) && side_has_day(b) && opens != U'次' && opens != U'第'; /* 次日, 第二天 */
    if (b->bare) {
        b->clock = (int)(b->bare * 60);
        b->sure = false;
        b->bare = 0;
    }
    if (a->clock != NO_CLOCK) {
        if (side_has_day(a) && !side_has_day(b))
            copy_day(b, a);
        else if (side_has_day(b) && !side_has_day(a))
            copy_day(a, b);
        if (b->has_part && !a->has_part && a->meridiem < 0 && (a->clock <= b->clock || b->clock >= 12 * 60)) {
            a->has_part = true;
            a->part = b->part;
        } else if (a->has_part && !b->has_part && b->meridiem < 0) {
            b->has_part = true;
            b->part = a->part;
        }
        if (a->meridiem < 0 && !a->sure && b->meridiem >= 0 && !a->has_part && a->clock < b->clock &&
            b->clock / 60 != 12)
            a->meridiem = b->meridiem;
    } else if (a->has_part && b->has_part && !side_has_day(b))
        copy_day(b, a);
    struct when first = {0}, second = {0};
    struct side one = *a, two = *b;
    one.by = one.within = two.by = two.within = false;
    one.whole = two.whole = true;
    if (one.has_weekday && two.has_weekday && !one.next && !two.next &&
        side_weekday(r, &two) < side_weekday(r, &one)) {
        two.has_rel = true; /* "Monday to Wednesday", said on a Tuesday */
        two.rel = side_weekday(r, &two) + 7 - r->today;
    }
    if (!own_day)
        side_over_midnight(r, &one, &two);
    if (!side_weigh(r, &one, &first) || !side_weigh(r, &two, &second))
        return false;
    if (second.to < first.from && !side_has_day(a)) /* the first hour is over: what is left of the range */
        first.from = r->f->now / 1000 * 1000;
    if (second.to < first.from)
        return false;
    w->form = by ? WHEN_BY : WHEN_BETWEEN;
    w->from = by ? r->f->now / 1000 * 1000 : first.from;
    w->to = second.to;
    return true;
}

/* 里, 内, 前, 后 stand behind their time: "系统里周一更新" is no more than Monday. */
static bool stands_behind(const struct parser *r, const struct atom *a) {
    uint32_t last = r->p->c[a->end - 1];
    return last == U'里' || last == U'内' || last == U'前' || last == U'后';
}

static bool can_begin(const struct parser *r, const struct atom *a) {
    if (side_opens_limit(r, a))
        return true;
    bool behind = r->p->lang == LANG_VI || r->p->lang == LANG_TH; /* "này", "หน้า" stand behind their noun */
    if (behind && (a->kind == ATOM_THIS || (a->kind == ATOM_NEXT && r->p->c[a->start] != 's')))
        return a[1].start == a->start && r->k + 1 < r->atoms.n; /* but a compound such as "tuần này" may begin */
    if (r->p->lang == LANG_ZH && (a->kind == ATOM_WITHIN || a->kind == ATOM_BY || a->kind == ATOM_LATER) &&
        stands_behind(r, a))
        return false;
    return a->kind != ATOM_GLUE && a->kind != ATOM_TO && a->kind != ATOM_MERIDIEM && a->kind != ATOM_HALF &&
           a->kind != ATOM_CLOCK_MARK && a->kind != ATOM_NONE;
}

/* Is the part at k the "to" of a range? Vietnamese "tới" is also "next". */
static const struct atom *range_sign(const struct parser *r, const struct side *s) {
    size_t at;
    const struct atom *a = when_peek(r, r->k, s->end_at, &at);
    if (!a || !(a->kind == ATOM_TO || (a->kind == ATOM_NEXT && r->p->lang == LANG_VI && r->p->c[a->start] == 't')))
        return NULL;
    return a;
}

/* The far end of a range: behind `sign`, begun by what the near end knows. */
static struct side read_far_end(struct parser *r, const struct side *one, const struct atom *next, size_t at) {
    struct side two = side_nothing;
    bool english_hours = one->bare && one->between && r->p->lang == LANG_EN;
    two.at = english_hours || /* between 8 and 10 tomorrow morning; tomorrow, 8 to 10 */
             (one->bare && side_has_day(one) && r->p->lang == LANG_EN);
    r->k = at;
    two = side_read(r, two);
    if (side_has_anything(&two) || next->kind != ATOM_NUMBER)
        return two;
    bool days = (r->p->lang == LANG_VI || r->p->lang == LANG_TH) && one->has_dom && one->clock == NO_CLOCK;
    if (days && next->value > one->dom && next->value <= 31) { /* วันที่ 20-21 นี้ */
        two.has_dom = true;
        two.dom = (int)next->value;
    } else if (one->clock != NO_CLOCK && one->meridiem < 0 && next->value <= 12)
        two.bare = next->value;
    else if (english_hours && next->value <= 24) /* between 2 and 4 */
        two.clock = (int)next->value * 60;
    else
        return two;
    two.end_at = next->end;
    r->k = at + 1;
    return two;
}

/* Does a word of the list, separated by '|', stand between? Chinese and Thai have no blanks around theirs. */
static bool any_word(const struct parser *r, uint32_t from, uint32_t to, const char32_t *list) {
    bool spaced = r->p->lang == LANG_EN || r->p->lang == LANG_VI;
    for (uint32_t i = from; i < to; i++) {
        if (spaced && prose_is_letter(r->p->c[(int64_t)i - 1]))
            continue;
        for (const char32_t *w = list; *w; w += *w == '|') {
            uint32_t n = 0;
            bool same = true;
            for (; *w && *w != '|'; w++, n++)
                same = same && i + n < to && r->p->c[i + n] == (uint32_t)*w;
            if (same && n && !(spaced && prose_is_letter(r->p->c[i + n])))
                return true;
        }
    }
    return false;
}

/* Words that begin something else, and words that only add another act. */
static const char32_t *const turns[] = {
    [LANG_EN] = U"but|if|when|once|unless|while|because|until|since|or|as|before|after|provided|whether",
    [LANG_VI] = U"nhưng|nếu|khi|vì|hoặc|hay|mà|còn|để|sau|trước|nhung|neu|thì",
    [LANG_ZH] = U"但|如果|若|要是|因为|因為|或|不过|不過|等|后|後|就|才",
    [LANG_TH] = U"แต่|ถ้า|หาก|เพราะ|หรือ|พอ|เมื่อ|หลัง",
};
static const char32_t *const adds[] = {
    [LANG_EN] = U"and|then|so",
    [LANG_VI] = U"và|rồi|nên|va|roi",
    [LANG_ZH] = U"并|並|然后|然後|再|和|还|還",
    [LANG_TH] = U"และ|แล้ว|จากนั้น",
};

/* Does a new clause begin there? A comma right before the hour that ends its sentence begins none: "I'll ring you
 * tomorrow, at 2:30". Thai has blanks around digits as well. */
static bool is_cut(const struct parser *r, uint32_t i, const struct side *s) {
    enum { LITTLE = 6 };
    const uint32_t *c = r->p->c;
    if (c[i] == '\n' || c[i] == ';' || c[i] == ':' || c[i] == '(' || c[i] == 0x3001)
        return true;
    if (c[i] == ',') {
        uint32_t end = r->p->sentences[prose_sentence_of(r->p, s->start)].end;
        bool alone = r->p->lang == LANG_EN || r->p->lang == LANG_VI; /* six signs of Chinese say more */
        return !(alone && i + 2 >= s->start && end <= s->end_at + LITTLE);
    }
    return r->p->lang == LANG_TH && c[i] == ' ' && !fold_is_digit(c[i + 1]) && !fold_is_digit(c[(int64_t)i - 1]);
}

/* "Tomorrow I'll call you at 2:30", "Mai em gọi chị lúc 14h30", "周四师傅会在下午两点半到": the hour of the day
 * that was named. `adding`: another act may have begun ("and", "rồi"). */
static bool same_act(const struct parser *r, const struct side *s, const struct when *named, bool adding) {
    for (uint32_t i = named->end; i < s->start; i++)
        if (is_cut(r, i, s))
            return false;
    return !any_word(r, named->end, s->start, turns[r->p->lang]) &&
           (adding || !any_word(r, named->end, s->start, adds[r->p->lang]));
}

static const char32_t *const wills[] = {
    [LANG_EN] = U"will|ll|going",
    [LANG_VI] = U"sẽ|se",
    [LANG_ZH] = U"会|會|将|將|要",
    [LANG_TH] = U"จะ",
};

/* "Hôm qua em gọi chị lúc 3h chiều", "前天师傅上午九点到您家": an hour of the day that is over, and nothing to
 * come. */
static bool was_then(const struct parser *r, const struct side *s, const struct side *gone) {
    struct when then = {.start = gone->start, .end = gone->end_at};
    return gone->past && !side_has_day(s) && !s->has_length && !s->by && !s->within &&
           prose_sentence_of(r->p, gone->start) == prose_sentence_of(r->p, s->start) &&
           same_act(r, s, &then, false) && !any_word(r, then.end, s->start, wills[r->p->lang]);
}

/* English without a comma or a contraction, in which another act would begin: "it may come tomorrow, but I'll ring
 * at four". */
static bool goes_on(const struct parser *r, const struct side *s, const struct when *named) {
    for (uint32_t i = named->end; i < s->start; i++)
        if (r->p->c[i] == ',' || r->p->c[i] == '\'')
            return false;
    return !s->by;
}

/* 当天, "the same day", cùng ngày, trong ngày: the day that was named before; without one it is today. */
static bool says_same_day(const struct parser *r, const struct side *s) {
    const uint32_t *c = r->p->c + s->start;
    if (r->p->lang == LANG_VI && c[0] == 'n' && c[3] == 'y')
        c += strlen("ngay ");
    if (r->p->lang == LANG_VI) /* not "tối nay" */
        return s->has_rel && s->rel == 0 && (c[0] == 'c' || (c[0] == 't' && c[1] == 'r' && c[2] == 'o'));
    if (r->p->lang == LANG_EN && c[0] == 't' && c[1] == 'h' && c[2] == 'e')
        c += strlen("the ");
    return s->has_rel && (c[0] == U'当' || (r->p->lang == LANG_EN && c[0] == 's' && c[1] == 'a'));
}

/* "พรุ่งนี้หนูไปคลัง แล้วโทรกลับก่อนเที่ยง": does "then" open the clause of this hour? */
static bool then_follows(const struct parser *r, const struct side *s, const struct when *named) {
    static const uint32_t then[] = {' ', U'แ', U'ล', U'้', U'ว', 0};
    for (uint32_t i = named->end; r->p->lang == LANG_TH && i < s->start; i++) {
        size_t k = 0;
        while (then[k] && r->p->c[i + k] == then[k])
            k++;
        if (!then[k])
            return true;
    }
    return false;
}

/* Of an afternoon or evening that was named its hours are meant: "Tối nay em gọi chị lúc 8h". */
static void take_part_over(const struct parser *r, struct side *s, const struct when *named) {
    enum { HOUR = 3600, NOON = 12 * HOUR, DUSK = 18 * HOUR };
    int from = (int)(zone_to_local(r->f->zone, named->from) % DAY),
        to = (int)(zone_to_local(r->f->zone, named->to) % DAY);
    bool evening = from >= DUSK && to == END_OF_DAY, afternoon = from >= NOON && to == DUSK;
    if (named->form != WHEN_ON || s->clock == NO_CLOCK || s->has_part || s->meridiem >= 0 ||
        (!evening && !afternoon))
        return;
    s->has_part = true;
    s->part = evening ? PART_EVENING : PART_AFTERNOON;
}

/* "明早去仓库，中午前回您", "at 6 am tomorrow and back at 7 pm": an hour without a day belongs to the day that its
 * sentence named before. */
static void take_day_over(const struct parser *r, struct side *s, const struct when *named) {
    bool same_day = says_same_day(r, s);
    bool here =
        named && (r->p->lang == LANG_ZH || then_follows(r, s, named) || (r->p->lang == LANG_VI && same_day) ||
                  (r->p->lang == LANG_EN && (same_day || goes_on(r, s, named))) ||
                  same_act(r, s, named, r->p->lang != LANG_EN || !s->by));
    if (!here || s->has_length || (side_has_day(s) && !same_day) ||
        prose_sentence_of(r->p, named->start) != prose_sentence_of(r->p, s->start))
        return;
    if (same_act(r, s, named, false))
        take_part_over(r, s, named);
    int64_t day = zone_to_local(r->f->zone, named->from) / DAY;
    bool one_day = named->form != WHEN_BY && named->form != WHEN_WITHIN && named->form != WHEN_LATER &&
                   zone_to_local(r->f->zone, named->to) / DAY == day;
    bool aside = s->bare_part && s->clock == NO_CLOCK;
    aside |= s->has_part && s->part == PART_CLOSE && !s->by && !s->within && !s->at && !s->end;
    bool hours = s->bare && s->between; /* "between 9 and 11" */
    if (one_day && (day > r->today || hours) && !aside &&
        (s->clock != NO_CLOCK || s->has_part || same_day || hours)) {
        s->has_rel = true;
        s->rel = (int)(day - r->today);
    }
}

/* "2 to 4 pm": true when what stands behind `one` makes a range of it; otherwise nothing is read. */
static bool read_range(struct parser *r, struct side *one, const struct when *named, struct when *w) {
    const struct atom *sign = one->bare || side_has_anything(one) ? range_sign(r, one) : NULL;
    size_t before = r->k, at;
    if (!sign)
        return false;
    const struct atom *next = when_peek(r, (size_t)(sign - r->atoms.at) + 1, sign->end, &at);
    bool arrives =
        r->p->lang == LANG_ZH && r->p->c[sign->end] == ',' && next && next->start > sign->end; /* 周二到，周三装 */
    if (next && !arrives) {
        if (next->kind == ATOM_NUMBER && r->p->lang == LANG_EN) /* between noon and 2 */
            part_as_clock(one);
        struct side two = read_far_end(r, one, next, at);
        if (hours_as_clock(r, one, &two))
            take_day_over(r, one, named);
        if (one->clock != NO_CLOCK || one->bare || two.clock != NO_CLOCK) {
            part_as_clock(one);
            part_as_clock(&two);
        }
        if (joins(one, sign, &two) && weigh_range(r, one, &two, w)) {
            w->end = two.end_at;
            return true;
        }
    }
    r->k = before;
    return false;
}

/* "พรุ่งนี้ช่างเข้าไปก่อนเที่ยง": without a blank between them the day and its hour are one time. */
static bool goes_with_day(const struct parser *r, struct side *s, const struct when *named) {
    if (r->p->lang != LANG_TH || !named || (s->clock == NO_CLOCK && !(s->has_part && s->by)) || side_has_day(s) ||
        s->has_length || named->form != WHEN_ON)
        return false;
    for (uint32_t i = named->end; i < s->start; i++)
        if (r->p->c[i] == ' ' || r->p->c[i] == ',' || r->p->c[i] == '\n')
            return false;
    int64_t day = zone_to_local(r->f->zone, named->from) / DAY;
    if (zone_to_local(r->f->zone, named->to) % DAY != END_OF_DAY ||
        zone_to_local(r->f->zone, named->to) / DAY != day ||
        prose_sentence_of(r->p, named->start) != prose_sentence_of(r->p, s->start))
        return false;
    s->has_rel = true;
    s->rel = (int)(day - r->today);
    return true;
}

/* Is it the hour of the day before it, and of the same act? */
static bool refines(const struct parser *r, const struct side *s, const struct when *w, const struct when *named) {
    enum { SMALL_HOURS = 6 * 3600 * 1000 }; /* "tối nay … từ 23h đến 1h sáng" */
    return named && named->form == WHEN_ON && w->form != WHEN_WITHIN && w->form != WHEN_LATER &&
           w->to >= named->from && w->to <= (w->form == WHEN_BY ? named->to : named->to + SMALL_HOURS) &&
           (w->from > named->from || w->to < named->to) &&
           prose_sentence_of(r->p, named->start) == prose_sentence_of(r->p, s->start) &&
           same_act(r, s, named, false);
}

struct whens when_find(struct arena *a, const struct prose *p, const struct when_frame *f) {
    struct parser r = {.p = p, .f = f, .atoms = when_atoms(a, p, f->month_first)};
    r.now = zone_to_local(f->zone, f->now);
    r.today = (int32_t)(r.now / DAY);
    struct whens out = {0, ARENA_ARRAY(a, r.atoms.n + 1, struct when)};
    struct side gone = side_nothing;
    while (r.k < r.atoms.n) {
        if (!can_begin(&r, &r.atoms.at[r.k])) {
            r.k++;
            continue;
        }
        size_t first = r.k;
        struct side one = side_read(&r, side_nothing);
        struct when *last = out.n ? &out.at[out.n - 1] : NULL;
        if (one.past)
            gone = one;
        else
            one.past = was_then(&r, &one, &gone);
        take_day_over(&r, &one, last);
        out.n -= goes_with_day(&r, &one, last);
        struct when w = {.start = one.start, .end = one.end_at};
        bool found = read_range(&r, &one, last, &w);
        bool since = one.between && !found; /* "from Monday", "từ thứ hai" without an end */
        if (!found && side_has_anything(&one) && !one.bare && !since)
            found = side_weigh(&r, &one, &w);
        if (found && !(one.past || one.feast)) {
            w.refines = refines(&r, &one, &w, out.n && last == &out.at[out.n - 1] ? last : NULL);
            out.at[out.n++] = w;
        }
        if (r.k == first)
            r.k++;
    }
    return out;
}
