#include "text/mask.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "text/fold.h"
#include "text/mask_find.h"

#include <string.h>

const char *mask_kind_name(enum mask_kind kind) {
    static const char *const names[MASK_KINDS] = {"card",  "cvv",   "pin",   "otp",   "password", "iban",
                                                  "vn_id", "cn_id", "th_id", "phone", "email"};
    return names[kind];
}

enum { HIDDEN = 0x2022 /* • */ };

static bool keeps_its_form(uint32_t c) {
    return c == ' ' || c == '-' || c == '.' || c == '/' || c == '_' || c == '\n' || c == '@';
}

/* Digits, grouped as they are written; letters and separators between groups are looked at by the finders. */
static void find_groups(struct mask_scan *s, struct arena *a, size_t room) {
    s->groups = ARENA_ROOM(a, room, struct mask_group);
    for (size_t i = 0; i < s->n;) {
        if (!fold_is_digit(s->bare[i])) {
            i++;
            continue;
        }
        struct mask_group *g = &s->groups[s->n_groups++];
        g->start = i;
        while (i < s->n && fold_is_digit(s->bare[i]))
            i++;
        g->end = i;
    }
}

/* Most of any text: nothing of it is folded but capitals. */
static bool is_plain(uint32_t c) { return (c >= 0x0E01 && c < 0x0E50) || (c >= 0x4E00 && c < 0xA000); }

/* Every text of every mail goes through here: what is seen often is decided first. Returns how many groups of
 * digits there are. */
static size_t read_text(struct mask_scan *s, struct arena *a, const char *text, size_t len) {
    size_t room = len < MASK_TEXT_MAX ? len : MASK_TEXT_MAX, groups = 0;
    s->lower = ARENA_ROOM(a, room + 1, uint32_t);
    s->bare = ARENA_ROOM(a, room + 1, uint32_t);
    s->at_cp = ARENA_ROOM(a, room + 1, uint32_t);
    s->at_byte = ARENA_ROOM(a, room + 1, uint32_t);
    uint32_t cp = 0;
    bool digit = false;
    size_t at = 0;
    for (const char *p = text, *end = text + len; p < end && at < room; cp++) {
        int n = 1;
        uint32_t c = (unsigned char)*p, lower, bare;
        if (c < 0x80) {
            lower = bare = c >= 'A' && c <= 'Z' ? c + 32 : c == '\t' ? ' ' : c;
            s->any_letter |= fold_is_latin(bare);
            s->any_at |= c == '@';
        } else if (is_plain(c = utf8_next(p, end, &n))) {
            lower = bare = c;
            s->any_letter = true;
            s->any_thai |= c < 0x1000;
        } else if (fold_invisible(c)) {
            p += n;
            continue;
        } else {
            lower = fold_lower(c);
            bare = fold_bare(lower);
            s->any_letter |= fold_is_latin(bare) || bare > 0xFF;
            s->any_thai |= fold_is_thai(c);
            s->any_at |= c == 0xFF20;
            s->any_hidden |= c == HIDDEN;
        }
        s->at_cp[at] = cp;
        s->at_byte[at] = (uint32_t)(p - text);
        s->lower[at] = lower;
        s->bare[at++] = bare;
        groups += !digit && fold_is_digit(bare);
        digit = fold_is_digit(bare);
        p += n;
    }
    s->lower[at] = s->bare[at] = s->at_cp[at] = s->at_byte[at] = 0;
    s->n = at;
    return groups;
}

/* The last four digits that mask_apply leaves of a card are no number of their own: "OTP … •••• •••• •••• 1111". */
static void take_what_is_left(struct mask_scan *s) {
    enum { HIDDEN_OF_A_CARD = 8, LEFT_OF_A_CARD = 4 };
    size_t hidden = 0, left = 0;
    for (size_t i = 0; i < s->n; i++) {
        uint32_t c = s->bare[i];
        if (c == HIDDEN) {
            hidden = left ? 1 : hidden + 1;
            left = 0;
        } else if (fold_is_digit(c) && hidden >= HIDDEN_OF_A_CARD && left < LEFT_OF_A_CARD) {
            s->taken[i] = true;
            left++;
        } else if (!keeps_its_form(c)) {
            hidden = left = 0;
        }
    }
}

/* Each finder leaves its spans in order, or nearly so: runs are merged. */
static void sort_spans(struct mask_scan *s) {
    struct mask_span *from = s->spans, *to = ARENA_ROOM(s->arena, s->n_spans, struct mask_span);
    for (size_t width = 1; width < s->n_spans; width *= 2) {
        for (size_t low = 0; low < s->n_spans; low += 2 * width) {
            size_t mid = low + width < s->n_spans ? low + width : s->n_spans;
            size_t high = mid + width < s->n_spans ? mid + width : s->n_spans;
            for (size_t a = low, b = mid, k = low; k < high; k++)
                to[k] = b == high || (a < mid && from[a].start <= from[b].start) ? from[a++] : from[b++];
        }
        struct mask_span *t = from;
        from = to;
        to = t;
    }
    s->spans = from;
}

size_t mask_label_from(const struct mask_label_at *labels, size_t n, size_t i) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (labels[mid].end <= i)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

enum {
    WORDS_OF_SECRETS = 1u << LABEL_PASSWORD | 1u << HINT_LOGIN | 1u << HINT_DIGITS | 1u << HINT_BACK |
                       1u << LABEL_CVV | 1u << LABEL_PIN | 1u << LABEL_OTP | 1u << LABEL_CODE
};

bool mask_scan_read(struct mask_scan *s, struct arena *a, const char *text, size_t len, unsigned kinds) {
    *s = (struct mask_scan){.arena = a, .text = text, .len = len, .kinds = kinds};
    find_groups(s, a, read_text(s, a, text, len));
    /* What has no digit can hide nothing but an address, a password, and a code that is spelled out. */
    bool may_hide = s->n_groups || mask_words_any(WORDS_OF_SECRETS, s->lower, s->bare, s->n);
    if (!may_hide && !s->any_at)
        return false;
    s->labels = ARENA_ROOM(a, s->n / 2 + 1, struct mask_label_at);
    if (may_hide)
        s->n_labels = mask_words_find(RULE_LABELS, s->lower, s->bare, s->n, s->labels, s->n / 2 + 1);
    s->taken = ARENA_ARRAY(a, s->n + 1, bool);
    s->room_spans = 8;
    s->spans = ARENA_ARRAY(a, s->room_spans, struct mask_span);
    if (s->any_hidden)
        take_what_is_left(s);
    return true;
}

struct mask_spans mask_find(struct arena *a, const char *text, size_t len, unsigned kinds) {
    struct mask_scan s;
    if (!mask_scan_read(&s, a, text, len, kinds))
        return (struct mask_spans){0};
    /* The order decides between readings: a checksum says more than a word, a word more than a shape. */
    if (s.n_groups) {
        mask_find_iban(&s);
        mask_find_numbers(&s);
    }
    size_t first = s.n_spans;
    mask_find_secrets(&s);
    mask_find_retold(&s);
    size_t end = s.n_spans;
    if (s.any_at)
        mask_find_emails(&s);
    if (s.n_groups)
        mask_find_phones(&s);
    mask_find_heard(&s, first, end);
    sort_spans(&s);
    return (struct mask_spans){s.n_spans, s.spans};
}

/* "G-482913" as senders write it. */
static size_t with_letter(const struct mask_scan *s, size_t start) {
    bool led = start > 1 && s->bare[start - 1] == '-' && fold_is_latin(s->bare[start - 2]) &&
               fold_is_digit(s->bare[start]) && !(start > 2 && mask_letter(s, start - 3));
    return led && !s->taken[start - 2] ? start - 2 : start;
}

void mask_take(struct mask_scan *s, enum mask_kind kind, size_t start, size_t end) {
    if (kind == MASK_OTP)
        start = with_letter(s, start);
    for (size_t i = start; i < end; i++)
        s->taken[i] = true;
    s->any_card |= kind == MASK_CARD;
    if (!(s->kinds & 1u << kind))
        return;
    if (s->n_spans == s->room_spans) {
        s->spans = arena_grow(s->arena, s->spans, s->n_spans, 2 * s->room_spans, sizeof *s->spans);
        s->room_spans *= 2;
    }
    /* Up to the end of the last character, not to the start of the next: invisible ones may lie between. */
    int last;
    (void)utf8_next(s->text + s->at_byte[end - 1], s->text + s->len, &last);
    s->spans[s->n_spans++] = (struct mask_span){
        .kind = kind,
        .start = s->at_cp[start],
        .end = s->at_cp[end - 1] + 1,
        .byte_start = s->at_byte[start],
        .byte_end = s->at_byte[end - 1] + (size_t)last,
    };
}

bool mask_is_taken(const struct mask_scan *s, size_t start, size_t end) {
    for (size_t i = start; i < end; i++)
        if (s->taken[i])
            return true;
    return false;
}

char *mask_apply(struct arena *a, const char *text, size_t len, struct mask_spans spans) {
    struct buf out = {0};
    size_t from = 0;
    for (size_t i = 0; i < spans.n; i++) {
        struct mask_span s = spans.at[i];
        buf_add(&out, text + from, s.byte_start - from);
        size_t digits = 0, seen = 0;
        const char *end = text + s.byte_end;
        int n;
        for (const char *p = text + s.byte_start; p < end; p += n)
            digits += fold_is_digit(fold_lower(utf8_next(p, end, &n)));
        for (const char *p = text + s.byte_start; p < end; p += n) {
            uint32_t c = fold_lower(utf8_next(p, end, &n));
            seen += fold_is_digit(c);
            bool last_four = s.kind == MASK_CARD && seen + 4 > digits;
            if (last_four || (keeps_its_form(c) && s.kind != MASK_PASSWORD) || fold_invisible(c))
                buf_add(&out, p, (size_t)n);
            else
                buf_lit(&out, "•");
        }
        from = s.byte_end;
    }
    buf_add(&out, text + from, len - from);
    char *masked = arena_copy_n(a, out.at ? out.at : "", out.len);
    buf_free(&out);
    return masked;
}

const char *mask_text(struct arena *a, const char *text, unsigned kinds) {
    size_t len = text ? strlen(text) : 0;
    struct mask_spans spans = len ? mask_find(a, text, len, kinds) : (struct mask_spans){0};
    return !len ? "" : spans.n ? mask_apply(a, text, len, spans) : text;
}
