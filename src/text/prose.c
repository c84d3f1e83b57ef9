#include "text/prose.h"

#include "base/utf8.h"
#include "text/chat_spelling.h"
#include "text/fold.h"
#include "text/simplified.h"

#include <pthread.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/unorm2.h>

const char *lang_code(enum lang lang) {
    static const char *const codes[LANGS] = {"en", "vi", "zh", "th"};
    return codes[lang];
}

enum lang lang_read(const char *code, const char *text, size_t len) {
    for (enum lang l = 0; code && l < LANGS; l++)
        if (strncmp(code, lang_code(l), 2) == 0)
            return l;
    size_t thai = 0, han = 0, marks = 0;
    for (const char *p = text, *end = text + len; p < end;) {
        int n;
        uint32_t c = fold_lower(utf8_next(p, end, &n));
        thai += fold_is_thai(c);
        han += fold_is_han(c);
        marks += c == 0x111 || c == 0x1A1 || c == 0x1B0 || (c >= 0x1EA0 && c <= 0x1EF9);
        p += n;
    }
    return thai > han && thai > 2 ? LANG_TH : han > 1 ? LANG_ZH : marks > 0 ? LANG_VI : LANG_EN;
}

/* ---- Traditional to Simplified, one character for one ---- */

enum { HAN_FIRST = 0x4E00, HAN_LAST = 0x9FFF };
static bool only_simplified[HAN_LAST - HAN_FIRST + 1];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static uint32_t simplified(uint32_t c) { return simplified_of[c - SIMPLIFIED_FIRST]; }

static void note_only_simplified(void) {
    for (uint32_t c = HAN_FIRST; c <= HAN_LAST; c++)
        if (simplified(c) != c && simplified(c) >= HAN_FIRST && simplified(c) <= HAN_LAST)
            only_simplified[simplified(c) - HAN_FIRST] = true;
}

/* ---- one writing alone ---- */

static uint8_t han_writing[HAN_LAST - HAN_FIRST + 1]; /* enum han_writing */
static pthread_once_t writing_once = PTHREAD_ONCE_INIT;

/* Is it among the common characters of that character set? Of Big5 only the first level: the second has rare ones
 * that look like Simplified. */
static bool common_in(UConverter *set, uint32_t c, unsigned last_lead) {
    UErrorCode err = U_ZERO_ERROR;
    UChar u = (UChar)c;
    char bytes[8];
    int32_t n = ucnv_fromUChars(set, bytes, sizeof bytes, &u, 1, &err);
    return U_SUCCESS(err) && n == 2 && (unsigned char)bytes[0] >= 0xA4 && (unsigned char)bytes[0] <= last_lead;
}

/* A character that has a Simplified one and is not in GB2312 is Traditional's alone, and the other way round. */
static void load_writing(void) {
    UErrorCode err = U_ZERO_ERROR;
    pthread_once(&once, note_only_simplified);
    UConverter *big5 = ucnv_open("Big5", &err), *gb = ucnv_open("GB2312", &err);
    for (uint32_t c = HAN_FIRST; U_SUCCESS(err) && c <= HAN_LAST; c++) {
        uint32_t i = c - HAN_FIRST;
        if (simplified(c) != c && !common_in(gb, c, 0xF7))
            han_writing[i] = HAN_TRADITIONAL;
        else if (only_simplified[i] && !common_in(big5, c, 0xC6))
            han_writing[i] = HAN_SIMPLIFIED;
    }
    ucnv_close(big5);
    ucnv_close(gb);
}

enum han_writing prose_han_writing(uint32_t c) {
    pthread_once(&writing_once, load_writing);
    return c >= HAN_FIRST && c <= HAN_LAST ? (enum han_writing)han_writing[c - HAN_FIRST] : HAN_BOTH;
}

/* ---- folding ---- */

static int tone_of(uint32_t c, uint32_t *plain) {
    /* The five toned forms follow each vowel in this order: grave, hook, tilde, acute, dot. */
    static const uint32_t toned[][6] = {
        {'a', 0xE0, 0x1EA3, 0xE3, 0xE1, 0x1EA1},     {'e', 0xE8, 0x1EBB, 0x1EBD, 0xE9, 0x1EB9},
        {'o', 0xF2, 0x1ECF, 0xF5, 0xF3, 0x1ECD},     {'u', 0xF9, 0x1EE7, 0x169, 0xFA, 0x1EE5},
        {'y', 0x1EF3, 0x1EF7, 0x1EF9, 0xFD, 0x1EF5},
    };
    for (size_t v = 0; v < sizeof toned / sizeof *toned; v++)
        for (int t = 1; t < 6; t++)
            if (c == toned[v][t]) {
                *plain = toned[v][0];
                return t;
            }
    return 0;
}

static uint32_t with_tone(uint32_t vowel, int tone) {
    static const uint32_t o[] = {'o', 0xF2, 0x1ECF, 0xF5, 0xF3, 0x1ECD};
    static const uint32_t u[] = {'u', 0xF9, 0x1EE7, 0x169, 0xFA, 0x1EE5};
    return vowel == 'o' ? o[tone] : u[tone];
}

bool prose_is_letter(uint32_t c) { return c && fold_is_latin(fold_bare(c)); }

static void move_tones(uint32_t *c, size_t n) { /* hoá → hóa, thuý → thúy; the length stays */
    for (size_t i = 1; i < n; i++) {
        uint32_t plain, first = c[i - 1];
        if ((first != 'o' && first != 'u') || (i + 1 < n && prose_is_letter(c[i + 1])))
            continue;
        int tone = tone_of(c[i], &plain);
        if (tone && ((first == 'o' && (plain == 'a' || plain == 'e')) || (first == 'u' && plain == 'y'))) {
            c[i - 1] = with_tone(first, tone);
            c[i] = plain;
        }
    }
}

/* Vowel letter and combining mark as one letter: Vietnamese from some keyboards comes decomposed. */
static uint32_t compose(uint32_t base, uint32_t mark) {
    UErrorCode err = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&err);
    UChar32 c = U_SUCCESS(err) ? unorm2_composePair(nfc, (UChar32)base, (UChar32)mark) : -1;
    return c < 0 ? 0 : (uint32_t)c;
}

struct fold_out {
    uint32_t *c, *at;
    bool *upper;
    size_t n;
    bool traditional, simplified, drawn_out;
};

static void fold_text(enum lang lang, const char *text, size_t len, struct fold_out *o, size_t room,
                      uint32_t *end_cp) {
    uint32_t cp = 0;
    for (const char *p = text, *end = text + len; p < end && o->n < room; cp++) {
        int k;
        uint32_t c = utf8_next(p, end, &k);
        p += k;
        uint32_t whole = o->n && c >= 0x300 && c <= 0x36F ? compose(o->c[o->n - 1], c) : 0;
        if (whole) {
            o->c[o->n - 1] = whole;
            continue;
        }
        if (fold_invisible(c))
            continue;
        uint32_t as_typed = c;
        c = fold_lower(c);
        if (o->upper)
            o->upper[o->n] = c != as_typed;
        if (lang == LANG_ZH && c >= HAN_FIRST && c <= HAN_LAST) {
            uint32_t simple = simplified(c);
            o->traditional |= simple != c;
            o->simplified |= only_simplified[c - HAN_FIRST];
            c = simple;
        }
        if (c == 0x0E40 && o->n && o->c[o->n - 1] == 0x0E40) { /* เเ → แ */
            o->c[o->n - 1] = 0x0E41;
            continue;
        }
        if (c == 0x0E32 && o->n && o->c[o->n - 1] == 0x0E4D) { /* ํ + า → ำ */
            o->c[o->n - 1] = 0x0E33;
            continue;
        }
        if (lang == LANG_TH && c == 0x0E46) /* "จริง ๆ" → "จริงๆ" */
            while (o->n && o->c[o->n - 1] == ' ')
                o->n--;
        if (lang == LANG_TH && fold_is_thai(c) && o->n > 1 && o->c[o->n - 1] == c && o->c[o->n - 2] == c) {
            o->n--; /* "มากกกก" → "มาก" */
            o->drawn_out = true;
            continue;
        }
        if (o->drawn_out && o->n && o->c[o->n - 1] == c)
            continue;
        o->drawn_out = false;
        o->c[o->n] = c;
        if (o->at)
            o->at[o->n] = cp;
        o->n++;
    }
    if (end_cp)
        *end_cp = cp;
    if (lang == LANG_VI)
        move_tones(o->c, o->n);
}

size_t prose_fold(enum lang lang, const char *text, size_t len, uint32_t *to, size_t room) {
    if (lang == LANG_ZH)
        pthread_once(&once, note_only_simplified);
    struct fold_out o = {.c = to};
    fold_text(lang, text, len, &o, room, NULL);
    return o.n;
}

/* ---- sentences ---- */

static bool abbreviation(const struct prose *p, uint32_t dot) {
    uint32_t i = dot;
    while (i > 0 && prose_is_letter(p->c[i - 1]))
        i--;
    if (dot - i == 1 && dot > 0) /* a.m., p.m., initials; but "ạ." ends a Vietnamese sentence */
        return p->lang != LANG_VI;
    if (i == dot && dot > 0 && fold_is_thai(p->c[dot - 1])) /* น., ชม., พ.ค., ม.ค. */
        return true;
    static const char *const known[] = {"no",  "mr",  "mrs", "ms",   "dr",  "st",  "approx", "tel", "ext",
                                        "inc", "ltd", "tp",  "ths",  "mar", "feb", "jan",    "apr", "jun",
                                        "jul", "aug", "sep", "sept", "oct", "nov", "dec",    "mon", "tue",
                                        "wed", "thu", "fri", "sat",  "sun", "hrs", "min",    NULL};
    for (int k = 0; known[k]; k++) {
        size_t len = strlen(known[k]), m = 0;
        if (len != dot - i)
            continue;
        while (m < len && p->c[i + m] == (unsigned char)known[k][m])
            m++;
        if (m == len)
            return dot + 2 < p->n && p->c[dot + 1] == ' ' && fold_is_digit(p->c[dot + 2]);
    }
    return false;
}

static bool thai_break(const struct prose *p, uint32_t i) { /* a space behind a polite particle ends a sentence */
    static const uint32_t but[] = {0x0E41, 0x0E15, 0x0E48}; /* แต่ goes on */
    if (i + 4 <= p->n && memcmp(p->c + i + 1, but, sizeof but) == 0)
        return false;
    static const uint32_t particles[][6] = {
        {0x0E04, 0x0E48, 0x0E30},                         /* ค่ะ */
        {0x0E04, 0x0E30},                                 /* คะ */
        {0x0E04, 0x0E48, 0x0E32},                         /* ค่า */
        {0x0E04, 0x0E23, 0x0E31, 0x0E1A},                 /* ครับ */
        {0x0E04, 0x0E23, 0x0E31, 0x0E1A, 0x0E1C, 0x0E21}, /* ครับผม */
        {0x0E04, 0x0E31, 0x0E1A},                         /* คับ */
        {0x0E04, 0x0E49, 0x0E32, 0x0E1A},                 /* ค้าบ */
        {0x0E08, 0x0E49, 0x0E32},                         /* จ้า */
        {0x0E08, 0x0E49, 0x0E30},                         /* จ้ะ */
        {0x0E08, 0x0E4A, 0x0E30},                         /* จ๊ะ */
    };
    for (size_t k = 0; k < sizeof particles / sizeof *particles; k++) {
        uint32_t len = 0;
        while (len < 6 && particles[k][len])
            len++;
        if (i >= len && memcmp(p->c + i - len, particles[k], len * sizeof(uint32_t)) == 0)
            return true;
    }
    return false;
}

static bool ends_sentence(const struct prose *p, uint32_t i) {
    uint32_t c = p->c[i], next = i + 1 < p->n ? p->c[i + 1] : ' ';
    switch (c) {
    case '\n':
    case '!':
    case '?':
    case ';':
    case 0x3002:
    case 0xFF61:
    case 0x2026: return true;
    case '.': return !(fold_is_digit(next) || prose_is_letter(next)) && !abbreviation(p, i);
    case ' ': return p->lang == LANG_TH && thai_break(p, i);
    default: return false;
    }
}

static void find_sentences(struct prose *p, struct arena *a) {
    uint32_t room = 1;
    for (uint32_t i = 0; i < p->n; i++)
        room += ends_sentence(p, i);
    p->sentences = ARENA_ARRAY(a, room + 1, struct stretch);
    p->question = ARENA_ARRAY(a, room + 1, bool);
    uint32_t start = 0;
    for (uint32_t i = 0; i <= p->n; i++) {
        if (i < p->n && !ends_sentence(p, i))
            continue;
        bool empty = true;
        for (uint32_t k = start; k < i && empty; k++)
            empty = p->c[k] == ' ' || p->c[k] == '.' || p->c[k] == '!' || p->c[k] == '?' || p->c[k] == '\n';
        if (!empty) {
            p->question[p->n_sentences] = i < p->n && p->c[i] == '?';
            p->sentences[p->n_sentences++] = (struct stretch){start, i};
        } else if (i < p->n && p->c[i] == '?' && p->n_sentences)
            p->question[p->n_sentences - 1] = true;
        start = i + 1;
    }
}

uint32_t prose_sentence_of(const struct prose *p, uint32_t place) {
    uint32_t lo = 0, hi = p->n_sentences;
    while (hi - lo > 1) {
        uint32_t mid = (lo + hi) / 2;
        if (p->sentences[mid].start <= place)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

struct prose *prose_read(struct arena *a, enum lang lang, const char *text, size_t len) {
    if (lang == LANG_ZH)
        pthread_once(&once, note_only_simplified);
    struct prose *p = ARENA_NEW(a, struct prose);
    size_t room = len < PROSE_MAX ? len : PROSE_MAX;
    p->lang = lang;
    p->c = ARENA_ARRAY(a, room + 3, uint32_t);
    p->c++;
    p->at = ARENA_ARRAY(a, room + 1, uint32_t);
    if (lang == LANG_VI)
        p->upper = ARENA_ARRAY(a, room + 1, bool);
    struct fold_out o = {.c = p->c, .at = p->at, .upper = p->upper};
    uint32_t end_cp = 0;
    fold_text(lang, text, len, &o, room, &end_cp);
    p->n = (uint32_t)o.n;
    p->traditional = o.traditional;
    p->simplified = o.simplified;
    p->c[p->n] = 0;
    p->at[p->n] = end_cp;
    if (lang == LANG_VI) {
        p->unmarked = true;
        for (uint32_t i = 0; i < p->n && p->unmarked; i++)
            p->unmarked = fold_bare(p->c[i]) == p->c[i];
        chat_write_out(a, p);
    }
    p->head = ARENA_ARRAY(a, p->n + 2, uint8_t);
    for (uint32_t i = 0; i < p->n; i++) {
        uint32_t bare = fold_bare(p->c[i]);
        bool letter = fold_is_latin(bare), before = i > 0 && (p->head[i - 1] & PROSE_LETTER);
        p->head[i] =
            (uint8_t)(bare % PROSE_HEADS | (letter ? PROSE_LETTER : 0) | (letter && before ? 0 : PROSE_WORD));
    }
    /* "ขอบคุณ" (thanks) does not address anybody as "คุณ". */
    static const uint32_t thanks[] = {0x0E02, 0x0E2D, 0x0E1A, 0x0E04, 0x0E38, 0x0E13};
    for (uint32_t i = 0; lang == LANG_TH && i + 6 <= p->n; i++)
        if (memcmp(p->c + i, thanks, sizeof thanks) == 0)
            p->head[i + 3] &= (uint8_t)~PROSE_WORD;
    find_sentences(p, a);
    return p;
}
