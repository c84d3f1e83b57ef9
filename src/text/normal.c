#include "text/normal.h"

#include "base/log.h"
#include "base/utf8.h"
#include "text/simplified.h"

#include <pthread.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

/* ICU's normaliser costs about 100 ns a call and its transliterator far more, so whatever is one code point in
 * and one out is looked up in tables that ICU fills once. */
enum { ALPHABETS = 0x1F00, HAN_FIRST = SIMPLIFIED_FIRST, HAN_LAST = SIMPLIFIED_LAST, SEGMENT_MAX = 32 };

static struct {
    uint16_t lower[ALPHABETS];    /* NFKC_Casefold, 0 when that is not exactly one code point */
    uint16_t letter[ALPHABETS];   /* without diacritics */
    uint16_t toneless[ALPHABETS]; /* without Vietnamese tone */
    uint16_t tone[ALPHABETS];     /* which one */
    uint16_t simplified[HAN_LAST - HAN_FIRST + 1];
} tables;
static const UNormalizer2 *casefold, *canonical;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static bool is_tone(UChar32 c) { return c == 0x300 || c == 0x301 || c == 0x303 || c == 0x309 || c == 0x323; }

static void fill_letter(UChar32 c) {
    UErrorCode error = U_ZERO_ERROR;
    UChar in[2] = {(UChar)c, 0}, out[16];
    int n = unorm2_normalize(casefold, in, 1, out, 16, &error);
    tables.lower[c] = U_SUCCESS(error) && n == 1 && !U16_IS_SURROGATE(out[0]) ? out[0] : 0;

    tables.letter[c] = tables.toneless[c] = (uint16_t)c;
    error = U_ZERO_ERROR;
    n = unorm2_normalize(canonical, in, 1, out, 16, &error); /* NFD */
    if (U_FAILURE(error) || n < 2 || n > 4)
        return;
    tables.letter[c] = out[0];
    UChar rest[4];
    int kept = 0;
    for (int i = 0; i < n; i++) {
        if (is_tone(out[i]) && out[0] < 0x250)
            tables.tone[c] = out[i];
        else
            rest[kept++] = out[i];
    }
    if (tables.tone[c]) {
        UChar composed[8];
        error = U_ZERO_ERROR;
        if (unorm2_normalize(unorm2_getNFCInstance(&error), rest, kept, composed, 8, &error) == 1 &&
            U_SUCCESS(error))
            tables.toneless[c] = composed[0];
        else
            tables.tone[c] = 0;
    }
}

static void fill_tables(void) {
    UErrorCode error = U_ZERO_ERROR;
    casefold = unorm2_getNFKCCasefoldInstance(&error);
    canonical = unorm2_getNFDInstance(&error);
    if (U_FAILURE(error))
        die("ICU normalisation is not available: %s", u_errorName(error));
    for (UChar32 c = 0; c < ALPHABETS; c++)
        fill_letter(c);
    static const uint16_t strokes[][2] = {{0x111, 'd'}, {0x142, 'l'}, {0xF8, 'o'}, {0x131, 'i'}};
    for (size_t i = 0; i < sizeof strokes / sizeof *strokes; i++)
        tables.letter[strokes[i][0]] = strokes[i][1];
    memcpy(tables.simplified, simplified_of, sizeof tables.simplified);
    /* Spellings that writers of one language mix and that no conversion of scripts levels. */
    static const uint16_t alike[][2] = {{u'帐', u'账'}, {u'帳', u'账'}, {u'妳', u'你'},
                                        {u'著', u'着'}, {u'臺', u'台'}, {u'裏', u'里'},
                                        {u'佔', u'占'}, {u'甚', u'什'}, {u'覆', u'复'}};
    for (size_t i = 0; i < sizeof alike / sizeof *alike; i++)
        tables.simplified[alike[i][0] - HAN_FIRST] = alike[i][1];
}

static bool is_thai(uint32_t c) { return c >= 0xE01 && c <= 0xE5B; }
static bool is_thai_consonant(uint32_t c) { return c >= 0xE01 && c <= 0xE2E; }
bool thai_mark(uint32_t c) { return c == 0xE31 || (c >= 0xE34 && c <= 0xE3A) || (c >= 0xE47 && c <= 0xE4E); }
bool thai_tone(uint32_t c) { return c >= 0xE47 && c <= 0xE4E; }

static uint32_t simplified(uint32_t c) {
    return c >= HAN_FIRST && c <= HAN_LAST ? tables.simplified[c - HAN_FIRST] : c;
}

static void put(struct normal *out, uint32_t c, size_t start, size_t end) {
    if (c == 0x2019 || c == 0x2018 || c == 0x2BC) /* the apostrophes of don’t */
        c = '\'';
    if (c >= 0xE50 && c <= 0xE59)
        c = '0' + (c - 0xE50);
    out->cp[out->n] = simplified(c);
    out->start[out->n] = (uint32_t)start;
    out->end[out->n] = (uint32_t)end;
    out->n++;
}

/* Thai never goes through NFKC, which would split sara am. Instead its other spelling (nikhahit, maybe a tone,
 * sara aa) becomes sara am, two sara e become sara ae, and a vowel typed after its tone goes before it. */
static size_t put_thai(struct normal *out, const uint32_t *in, size_t i, size_t n) {
    uint32_t c = in[i], next = i + 1 < n ? in[i + 1] : 0;
    if (c == 0xE40 && next == 0xE40)
        return put(out, 0xE41, i, i + 2), 2;
    if (c == 0xE4D && next == 0xE32)
        return put(out, 0xE33, i, i + 2), 2;
    bool next_is_tone = next >= 0xE48 && next <= 0xE4B;
    if (c == 0xE4D && next_is_tone && i + 2 < n && in[i + 2] == 0xE32) {
        put(out, next, i, i + 3);
        return put(out, 0xE33, i, i + 3), 3;
    }
    bool is_vowel_above = next == 0xE31 || (next >= 0xE34 && next <= 0xE39);
    if (c >= 0xE48 && c <= 0xE4B && is_vowel_above) {
        put(out, next, i, i + 2);
        return put(out, c, i, i + 2), 2;
    }
    if (thai_mark(c) && next == c) /* a key held too long */
        return put(out, c, i, i + 2), 2;
    return put(out, c, i, i + 1), 1;
}

/* A starter and what composes with it, through ICU. Returns how many code points it took. */
static size_t put_segment(struct normal *out, const uint32_t *in, size_t i, size_t n) {
    UChar segment[SEGMENT_MAX * 2], folded[SEGMENT_MAX * 20];
    int units = 0;
    size_t taken = 0;
    do {
        U16_APPEND_UNSAFE(segment, units, in[i + taken]);
        taken++;
    } while (i + taken < n && taken < SEGMENT_MAX && in[i + taken] >= 0x80 && !is_thai(in[i + taken]) &&
             !unorm2_hasBoundaryBefore(casefold, (UChar32)in[i + taken]));
    UErrorCode error = U_ZERO_ERROR;
    int length = unorm2_normalize(casefold, segment, units, folded, SEGMENT_MAX * 20, &error);
    if (U_FAILURE(error))
        return taken; /* nothing in Unicode is that long; such a segment is not text */
    for (int at = 0; at < length;) {
        UChar32 c;
        U16_NEXT_UNSAFE(folded, at, c);
        put(out, (uint32_t)c, i, i + taken);
    }
    return taken;
}

static bool takes_marks(uint32_t next) { return next >= 0x300 && next <= 0x36F; }

struct normal normalize(struct arena *a, const char *text, size_t len) {
    pthread_once(&once, fill_tables);
    uint32_t *in = ARENA_ROOM(a, len + 1, uint32_t);
    size_t n = 0;
    for (const char *at = text, *end = text + len; at < end;) {
        int bytes;
        uint32_t c = utf8_next(at, end, &bytes);
        in[n++] = c == UTF8_BAD ? 0xFFFD : c;
        at += bytes;
    }
    /* The longest expansion is U+FDFA, eighteen code points for its three bytes. */
    size_t room = 1, plain = 0;
    for (size_t i = 0; i < n; i++)
        plain += in[i] < ALPHABETS || (in[i] >= HAN_FIRST && in[i] <= HAN_LAST);
    room += plain * 4 + (n - plain) * 20;
    struct normal out = {ARENA_ROOM(a, room, uint32_t), ARENA_ROOM(a, room, uint32_t),
                         ARENA_ROOM(a, room, uint32_t), 0};
    for (size_t i = 0; i < n;) {
        uint32_t c = in[i];
        if (is_thai(c)) {
            i += put_thai(&out, in, i, n);
        } else if (c < ALPHABETS && tables.lower[c] && (i + 1 == n || !takes_marks(in[i + 1]))) {
            put(&out, tables.lower[c], i, i + 1);
            i++;
        } else if (c >= HAN_FIRST && c <= HAN_LAST) {
            put(&out, c, i, i + 1);
            i++;
        } else {
            i += put_segment(&out, in, i, n);
        }
    }
    return out;
}

enum script script_of(uint32_t c) {
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ? SCRIPT_WORD
                                                                                          : SCRIPT_NONE;
    if (is_thai(c))
        return c == 0xE3F || c == 0xE4F || c >= 0xE5A || c == 0xE2F || c == 0xE46 ? SCRIPT_NONE : SCRIPT_THAI;
    if (c >= 0x4E00 && c <= HAN_LAST)
        return SCRIPT_HAN;
    if (c < ALPHABETS)
        return u_isalnum((UChar32)c) || u_charType((UChar32)c) == U_NON_SPACING_MARK ? SCRIPT_WORD : SCRIPT_NONE;
    UErrorCode error = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript((UChar32)c, &error);
    if (script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA || c == 0x30FC)
        return u_isalnum((UChar32)c) || c == 0x30FC ? SCRIPT_HAN : SCRIPT_NONE;
    return u_isalnum((UChar32)c) || u_charType((UChar32)c) == U_NON_SPACING_MARK ? SCRIPT_WORD : SCRIPT_NONE;
}

uint32_t letter_fold(uint32_t c) {
    pthread_once(&once, fill_tables);
    if (c < 0x80)
        return c;
    if (u_charType((UChar32)c) == U_NON_SPACING_MARK)
        return 0;
    return c < ALPHABETS ? tables.letter[c] : c;
}

bool normal_has_diacritics(const struct normal *text) {
    for (size_t i = 0; i < text->n; i++)
        if (script_of(text->cp[i]) == SCRIPT_WORD && letter_fold(text->cp[i]) != text->cp[i])
            return true;
    return false;
}

uint32_t letter_toneless(uint32_t c, uint32_t *tone) {
    pthread_once(&once, fill_tables);
    *tone = 0;
    if (is_tone((UChar32)c)) { /* did not compose with its letter */
        *tone = c;
        return 0;
    }
    if (c < 0x80 || c >= ALPHABETS)
        return c;
    *tone = tables.tone[c];
    return tables.toneless[c];
}

size_t thai_cluster_end(const uint32_t *cp, size_t at, size_t n) {
    bool is_leading_vowel = cp[at] >= 0xE40 && cp[at] <= 0xE44;
    at++;
    if (is_leading_vowel && at < n && is_thai_consonant(cp[at]))
        at++;
    while (at < n && thai_mark(cp[at]))
        at++;
    /* sara a, sara aa, sara am and the old long aa hang on what stands before them */
    while (at < n && (cp[at] == 0xE30 || cp[at] == 0xE32 || cp[at] == 0xE33 || cp[at] == 0xE45))
        at++;
    return at;
}
