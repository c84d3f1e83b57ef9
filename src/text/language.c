#include "text/language.h"

#include "base/utf8.h"
#include "text/fold.h"
#include "text/prose.h"

#include <pthread.h>
#include <string.h>

enum { CODE_POINTS = LANGUAGE_READ, WORD_ROOM = 24 };

/* Small words, and a few that every customer writes. None that a neighbour (German, French, Spanish, Dutch) has. */
static const char english[] =
    " the and for you your i my not have has been with this that it is are be from but would could can when where "
    "what why how which please thanks thank hello there they will were did does don't didn't haven't hasn't isn't "
    "i'm "
    "i've it's can't won't still yet any some get got received receive order ordered orders delivery delivered "
    "refund "
    "return help need want know about again wrong account password invoice parcel package shipped shipping cancel "
    "change address broken missing never after before because today yesterday week days working doesn't wait "
    "waiting "
    "email number send sent of to or if me we our us an at on in who should let more than just ";

/* Vietnamese without its marks. The first row is hardly ever anything else. */
static const char vietnamese_sure[] =
    " khong duoc minh toi cua nhe roi chua voi giup nhan giao nhieu nguoi nhung truoc muon biet thoi nhu vay gio "
    "dien thoai "
    "pham xin chao cam hoan chuyen khoan kiem thanh toan duong gui hoi tien ngay chieu xuong huy hop dong nuoc sua "
    "loi "
    "bao hanh giay quan doi tra dung duoi tren cung luon hien khi neu vui long lien lac thuong ";
static const char vietnamese_maybe[] = " ko dc em anh chi ban cho hang nha sao nay la co va den don mua gi nao thi "
                                       "ra van hom qua lai xem het luc thang "
                                       "nam dang bi dat lam moi them sang hai ba shop ad alo oi da a k bn ntn mai ";

/* The three lists as one table, found by a hash of the word: each mail that comes in is asked about each of its
 * words. */
enum { ENGLISH = 1, SURE = 2, MAYBE = 4, SLOTS = 1024 };
static struct slot {
    const char *word; /* ends with a space */
    uint8_t n, lists;
} slots[SLOTS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static struct slot *slot_of(const char *word, size_t n) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ (unsigned char)word[i]) * 16777619u;
    struct slot *s = &slots[hash % SLOTS];
    while (s->word && (s->n != n || memcmp(s->word, word, n) != 0))
        s = s + 1 < slots + SLOTS ? s + 1 : slots;
    return s;
}

static void load_list(const char *list, uint8_t which) {
    for (const char *p = list; *p; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");
        if (n) {
            struct slot *s = slot_of(p, n);
            *s = (struct slot){p, (uint8_t)n, (uint8_t)(s->lists | which)};
        }
        p += n;
    }
}

static void load_lists(void) {
    load_list(english, ENGLISH);
    load_list(vietnamese_sure, SURE);
    load_list(vietnamese_maybe, MAYBE);
}

struct counts {
    int thai, han, kana, other, traditional, simplified;
    int words, marked, foreign, english, sure, maybe;
};

static bool vietnamese_letter(uint32_t c) {
    return c == 0x111 || c == 0x1A1 || c == 0x1B0 || c == 0x103 || (c >= 0x1EA0 && c <= 0x1EF9);
}

/* Letters of neighbours that Vietnamese does not have: ä ö ü ß ç ñ å æ ø ë ï î û and the Slavic ones. */
static bool foreign_letter(uint32_t c) {
    return c == 0xE4 || c == 0xF6 || c == 0xFC || c == 0xDF || c == 0xE7 || c == 0xF1 || c == 0xE5 || c == 0xE6 ||
           c == 0xF8 || c == 0xEB || c == 0xEF || c == 0xEE || c == 0xFB || c == 0x153 ||
           (c > 0x103 && c < 0x180 && c != 0x111 && c != 0x129 && c != 0x169);
}

static void count_word(struct counts *n, const uint32_t *c, size_t len) {
    char bare[WORD_ROOM];
    size_t k = 0;
    bool marked = false, foreign = false, plain = true;
    for (size_t i = 0; i < len; i++) {
        marked |= vietnamese_letter(c[i]);
        foreign |= foreign_letter(c[i]);
        plain &= c[i] < 0x80;
        if (k < WORD_ROOM)
            bare[k++] = (char)(fold_bare(c[i]) < 0x80 ? fold_bare(c[i]) : '?');
    }
    n->words++;
    n->marked += marked;
    n->foreign += foreign && !marked;
    if (len > WORD_ROOM || !plain)
        return;
    uint8_t lists = slot_of(bare, k)->lists;
    n->english += lists & ENGLISH ? 1 : 0;
    n->sure += lists & SURE ? 1 : 0;
    n->maybe += lists & MAYBE ? 1 : 0;
}

static void count_sign(struct counts *n, uint32_t c) {
    n->thai += fold_is_thai(c);
    n->kana += (c >= 0x3041 && c <= 0x30FF && c != 0x30FB) || (c >= 0x31F0 && c <= 0x31FF);
    n->other += (c >= 0x370 && c <= 0x6FF) || (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0x900 && c <= 0xDFF) ||
                (c >= 0xE80 && c <= 0x11FF);
    if (!fold_is_han(c))
        return;
    static const uint32_t cantonese[] = {0x5605, 0x5497, 0x55BA, 0x54CB, 0x569F, 0x5572, 0}; /* 嘅咗喺哋嚟啲 */
    bool spoken = false;
    for (int i = 0; cantonese[i]; i++)
        spoken |= c == cantonese[i];
    n->han++;
    n->traditional += spoken || prose_han_writing(c) == HAN_TRADITIONAL;
    n->simplified += !spoken && prose_han_writing(c) == HAN_SIMPLIFIED;
}

static const char *chinese(const struct counts *n) {
    return n->traditional > n->simplified ? "zh-Hant" : n->simplified > n->traditional ? "zh-Hans" : "zh";
}

/* Of several scripts the one with the most words in it, when it is clearly the most. A Thai word has about four
 * letters, a Chinese one about one and a half signs; of Latin words only those count that say which language. */
static const char *decide(const struct counts *n) {
    int vietnamese = n->marked * 2 + n->sure * 2 + n->maybe, weight_vi, weight_en = 0;
    bool by_marks = n->marked * 5 >= n->words && n->marked > 0;
    bool unmarked = n->sure >= 1 && n->sure + n->maybe >= 2 && vietnamese >= n->words * 2 / 3;
    weight_vi = by_marks || unmarked ? vietnamese * 2 : 0;
    if (n->english >= 2 && n->english * 4 >= n->words && n->foreign * 6 <= n->words)
        weight_en = n->english * 4;
    int weight_th = n->thai >= 3 ? n->thai : 0,
        weight_zh = n->han >= 2 && n->kana * 8 <= n->han ? n->han * 8 / 3 : 0;
    const struct {
        int weight;
        const char *lang;
    } all[] = {{weight_vi, "vi"}, {weight_en, "en"}, {weight_th, "th"}, {weight_zh, chinese(n)}};
    int best = 0, second = 0;
    const char *lang = "";
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (all[i].weight > best) {
            second = best;
            best = all[i].weight;
            lang = all[i].lang;
        } else if (all[i].weight > second) {
            second = all[i].weight;
        }
    }
    bool unclear = second * 5 > best * 4 || (n->other + n->kana) * 2 > best;
    return unclear ? "" : lang;
}

const char *language_of(const char *text, size_t len) {
    static _Thread_local uint32_t c[CODE_POINTS];
    struct counts n = {0};
    pthread_once(&once, load_lists);
    size_t have = prose_fold(LANG_VI, text, utf8_fit(text, len, LANGUAGE_READ), c, CODE_POINTS), start = 0;
    for (size_t i = 0; i <= have; i++) {
        bool letter = i < have && (prose_is_letter(c[i]) || c[i] == 0xDF || c[i] == 0xE6 || c[i] == 0xF8 ||
                                   c[i] == 0x153 || (c[i] == '\'' && i > start));
        if (letter)
            continue;
        if (i > start)
            count_word(&n, c + start, i - start);
        start = i + 1;
        if (i < have)
            count_sign(&n, c[i]);
    }
    return decide(&n);
}

bool language_learns(const char *known, const char *found) {
    return *found && (!*known || (strcmp(known, "zh") == 0 && strncmp(found, "zh-", 3) == 0));
}
