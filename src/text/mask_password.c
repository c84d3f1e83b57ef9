/* A password: what stands behind its word and looks like one that people choose. */
#include "text/fold.h"
#include "text/mask_find.h"

#include <string.h>
#include <uchar.h>

enum { REACH = 40 };

static bool is_emoji(uint32_t c) { return (c >= 0x1F300 && c < 0x1FB00) || (c >= 0x2600 && c < 0x27C0); }

static bool ends_token(const struct mask_scan *s, size_t i) {
    uint32_t c = s->bare[i];
    if (c == ',') { /* "abc123,5月改的", "abc123,Outlook says" */
        size_t at = i + 1;
        if (at < s->n && fold_is_latin(s->bare[at]))
            return true;
        while (at < s->n && fold_is_digit(s->bare[at]))
            at++;
        if (mask_is_wide(s, i) || (at < s->n && (fold_is_han(s->bare[at]) || fold_is_thai(s->bare[at]))))
            return true;
    }
    if (is_emoji(c)) /* within a password it is a sign of it, behind it a smile */
        return i + 1 >= s->n || (!is_emoji(s->bare[i + 1]) && !mask_letter(s, i + 1));
    return c == ' ' || c == '\n' || c == '"' || c == 0x201C || c == 0x201D || c == '(' || c == ')' ||
           (c < 128 && strchr("!?:;.", (int)c) && mask_is_wide(s, i)) || (c > 0xFF && !fold_is_latin(c));
}

static bool quote(uint32_t c) {
    return c == '"' || c == '\'' || c == 0x201C || c == 0x201D || c == 0x300C || c == 0x300E || c == 0x300A ||
           c == '`';
}

/* "seven wet otters juggling" or "春眠不觉晓Chun01" within quotes that open before i: its end when it has several
 * words or both kinds of letters; else i. */
static size_t quoted_words_end(const struct mask_scan *s, size_t i) {
    enum { MOST = 80, WORDS_MOST = 12 }; /* of syllables in Vietnamese */
    uint32_t opened = s->bare[i - 1];
    uint32_t closing = opened == 0x201C ? 0x201D : opened == 0x300C ? 0x300D : opened == 0x300E ? 0x300F : opened;
    size_t end = i, words = 0;
    bool latin = false, other = false;
    while (end < s->n && end - i < MOST && s->bare[end] != closing && s->bare[end] != '\n') {
        words += s->bare[end] != ' ' && (end == i || s->bare[end - 1] == ' ');
        latin |= mask_letter(s, end);
        other |= fold_is_han(s->bare[end]) || fold_is_thai(s->bare[end]);
        if (mask_label_over(s, end))
            return i; /* a message of a program: "Your password has expired" */
        end++;
    }
    return end < s->n && s->bare[end] == closing && (words > 1 || (latin && other)) && words <= WORDS_MOST ? end
                                                                                                           : i;
}

static bool any_digit_or_sign(const struct mask_scan *s, size_t i, size_t end) {
    while (i < end && fold_is_latin(s->bare[i]))
        i++;
    return i < end;
}

size_t mask_token_end(const struct mask_scan *s, size_t i) {
    size_t start = i;
    while (i < s->n && fold_is_digit(s->bare[i]))
        i++;
    if (i > start && s->bare[i] == '#' && (i + 1 >= s->n || ends_token(s, i + 1)))
        return i; /* "5791#": the key that ends a door's code */
    while (i < s->n && !ends_token(s, i))
        i++;
    if (i > start + 1 && s->bare[i - 1] == ',' && s->bare[i - 2] == '!')
        i--;         /* "Sun2024!, I think" */
    size_t loud = i; /* "Sun2024n!!" was chosen so; "wrong!!" is only said loudly */
    while (loud > start && s->bare[loud - 1] == '!')
        loud--;
    if (i - loud == 2 && any_digit_or_sign(s, start, loud))
        return i;
    while (i > 0 && strchr(".,;:!?'", (int)(s->bare[i - 1] < 128 ? s->bare[i - 1] : 'x')) && s->bare[i - 1] < 128) {
        if (s->bare[i - 1] == '!' && i - 1 == loud && any_digit_or_sign(s, start, loud))
            break; /* "P@ss2day!" was chosen so; "forgotten!" is only said loudly */
        i--;
    }
    return i;
}

static const char plain_words[] =
    "|wrong|incorrect|invalid|expired|correct|right|fine|good|not|no|the|a|an|my|your|being|been|too|very|still|"
    "now|"
    "strong|weak|same|different|required|needed|reset|changed|forgotten|lost|empty|blank|secret|private|safe|"
    "secure|"
    "known|unknown|case|sensitive|what|that|this|it|only|never|always|already|working|broken|rejected|accepted|"
    "locked|blocked|hidden|visible|shown|sent|stored|encrypted|hashed|protected|ok|okay|for|to|in|on|of|and|or|but|"
    "gi|sai|dung|khong|ko|k|bi|da|chua|nao|cai|mot|moi|cu|cua|em|anh|chi|minh|toi|ban|de|duoc|phai|rat|qua|xong|"
    "sao|do|nay|kia|yeu|manh|bao|thong|cuc|tu|so|ngay|ma|se|vay|the|nhung|ai|bao|vi|va|hoac|nhe|nha|a|ha|link|here|"
    "click|below|page|http|https|www|reset|help|support|policy|change|recovery|forgot|update|login|please|"
    "something|nothing|anything|mine|yours|long|short|simple|easy|hard|enough|protected|important|asked|set|"
    "confidential|compromised|leaked|missing|saved|remembered|optional|mandatory|just|really|probably|maybe|dai|"
    "ngan|kho|don|gian|tai|trong|ngoai|nhap|go|doi|quen|mat|luu|gui|cap|xac|nhan|rieng|chung|bat|buoc|";

static uint32_t written(const struct mask_scan *s, size_t i) { return (unsigned char)s->text[s->at_byte[i]]; }

/* "disabled", "useless", "unreadable": how a password is. Whether it is one all the same, the ear hears. */
static bool tells_how_it_is(const struct mask_scan *s, size_t start, size_t end) {
    static const char32_t *const endings[] = {U"ed", U"less", U"able", U"ible", U"ive", U"ory", U"ing"};
    for (size_t k = 0; k < sizeof endings / sizeof *endings; k++) {
        size_t n = 0;
        while (endings[k][n])
            n++;
        if (end - start > n + 1 && mask_starts(s, end - n, endings[k]))
            return true;
    }
    return false;
}

/* Nobody takes it for a word: capitals, small letters and digits, and not only digits at the end ("iPhone15"). */
static bool is_strong(const struct mask_scan *s, size_t start, size_t end) {
    bool capital = false, small = false, digit = false, inside = false;
    for (size_t i = start; i < end; i++) {
        uint32_t c = written(s, i);
        capital |= c >= 'A' && c <= 'Z';
        small |= c >= 'a' && c <= 'z';
        inside |= digit && !fold_is_digit(s->bare[i]);
        digit |= fold_is_digit(s->bare[i]);
        inside |= c < 128 && strchr("@#$%^&*_+=!~", (int)c);
    }
    return end - start >= 6 && capital && small && digit && inside;
}

static bool is_address(const struct mask_scan *s, size_t start, size_t end) {
    size_t at = start;
    while (at < end && s->bare[at] != '@')
        at++;
    for (size_t i = at + 2; i + 2 < end; i++)
        if (s->bare[i] == '.' && fold_is_latin(s->bare[i + 1]) && fold_is_latin(s->bare[end - 1]))
            return true;
    return false;
}

static bool clause_ends(const struct mask_scan *s, size_t at) {
    while (at < s->n && s->bare[at] == ' ')
        at++;
    return at >= s->n || s->bare[at] == '\n' || s->bare[at] == ',' || s->bare[at] == '.' || s->bare[at] == 0x3002 ||
           s->bare[at] == ';';
}

static bool is_colon(uint32_t c) { return c == ':' || c == '='; }

/* "Passphrase: correct-horse-battery"; "Password: case-sensitive" is none. */
static bool is_passphrase(const struct mask_scan *s, size_t start, size_t end) {
    static const char prefixes[] = "|non|self|read|re|pre|up|auto|set|log|sign|one|two|multi|at|write|";
    size_t parts = 0, plain = 0, i = start;
    while (i < end) {
        size_t word = mask_word_end(s, i);
        if (word - i < 3 || (word < end && s->bare[word] != '-') || mask_one_of(s, i, word, prefixes))
            return false;
        parts++;
        plain += mask_one_of(s, i, word, plain_words);
        i = word + 1;
    }
    return parts >= 2 && plain < parts - 1 && end - start >= 8 && clause_ends(s, end);
}

/* A value that people choose as a password, not the next word of the sentence. */
static bool like_password(const struct mask_scan *s, size_t start, size_t end, bool connected, bool quoted) {
    size_t digits = 0, letters = 0, signs = 0;
    bool vietnamese = false;
    for (size_t i = start; i < end; i++) {
        digits += fold_is_digit(s->bare[i]);
        letters += fold_is_latin(s->bare[i]);
        signs += !mask_letter(s, i);
        vietnamese |= s->lower[i] != s->bare[i];
    }
    if (vietnamese && !digits && !signs) /* a word */
        return quoted;
    size_t n = end - start;
    if (n < (connected || quoted ? 3 : 4) || n > 64)
        return false;
    if (mask_starts(s, start, U"http") || mask_starts(s, start, U"www.") || (!letters && mask_has_unit(s, end)))
        return false;
    if (digits && mask_number_joined(s, start, end) && !letters)
        return false;
    if (!letters && signs && digits) /* 10:30, 16/03, 1.200 */
        for (size_t i = start; i < end; i++)
            if (s->bare[i] == ':' || s->bare[i] == '/' || s->bare[i] == ',' || s->bare[i] == '.')
                return false;
    if (quoted)
        return true;
    if (is_address(s, start, end))
        return false;
    if (digits)
        return digits == n ? n >= 4 && n <= 16 : true;
    bool sign_inside = false;
    for (size_t i = start; i < end; i++)
        sign_inside |= is_emoji(s->bare[i]) || (s->bare[i] < 128 && strchr("@#$%^&*_+=!~", (int)s->bare[i]));
    if (sign_inside)
        return n >= 4;
    if (connected && signs && start > 1 && (is_colon(s->bare[start - 1]) || is_colon(s->bare[start - 2])))
        return is_passphrase(s, start, end);
    /* A plain word as password: only at the end of the clause. */
    return connected && !signs && n >= 5 && !mask_one_of(s, start, end, plain_words) &&
           !tells_how_it_is(s, start, end) && clause_ends(s, end);
}

static bool filler(const struct mask_scan *s, size_t i, size_t end) {
    return mask_one_of(
        s, i, end,
        "|my|the|wifi|moi|cu|cua|em|minh|toi|anh|chi|new|old|current|hien|tai|dang|nhap|login|"
        "account|khoan|app|email|mail|for|to|web|website|no|a|hien|cho|ben|shop|facebook|fb|zalo|"
        "temporary|temp|tam|it|nha|router|gmail|user|admin|code|po|uh|um|er|erm|yung|ung|like|i|guess|");
}

static bool all_digits(const struct mask_scan *s, size_t i, size_t end) {
    while (i < end && fold_is_digit(s->bare[i]))
        i++;
    return i == end;
}

/* "mật khẩu Hoa1985! với Hoa1986!": what stands beside a password and begins like it, or is strong, is one too. */
static void take_others_beside(struct mask_scan *s, size_t first, size_t end) {
    static const char32_t *const joints[] = {U"和", U"或", U"也",  U"跟",  U"与", U"與", U"还",
                                             U"還", U"กับ", U"หรือ", U"และ", U"、", NULL};
    enum { GAP = 16, ALIKE = 3 };
    bool joined = false;
    for (size_t i = end; i < s->n && i < end + GAP;) {
        if (s->bare[i] == '\n' || s->bare[i] == 0x3002 || (s->bare[i] == '.' && s->bare[i + 1] == ' '))
            return;
        joined |= s->bare[i] == ',' || s->bare[i] == '/' || mask_any_sign(s, i, joints);
        if (!mask_letter(s, i)) {
            i++;
            continue;
        }
        size_t word = mask_word_end(s, i), token = mask_token_end(s, i), alike = 0;
        if (mask_one_of(s, i, word, "|and|or|va|voi|hoac|lan|then|roi|")) {
            joined = true;
            i = word;
            continue;
        }
        while (alike < ALIKE && i + alike < token && s->bare[i + alike] == s->bare[first + alike])
            alike++;
        bool both_digits =
            token - i == end - first && token > i && all_digits(s, i, token) && all_digits(s, first, end);
        if (joined && (alike == ALIKE || both_digits || is_strong(s, i, token)) && !mask_label_over(s, i) &&
            !mask_is_taken(s, i, token) && like_password(s, i, token, true, false)) {
            mask_take(s, MASK_PASSWORD, i, token);
            joined = false;
            end = i = token;
            continue;
        }
        i = word;
    }
}

/* "bus pass 2026", "pass 2025": a year behind the short word alone. */
static bool is_year(const struct mask_scan *s, const struct mask_label_at *l, size_t start, size_t end) {
    return end - start == 4 && l->end - l->start == 4 && s->bare[l->start] == 'p' &&
           ((s->bare[start] == '1' && s->bare[start + 1] == '9') ||
            (s->bare[start] == '2' && s->bare[start + 1] == '0'));
}

/* How a password may stand behind its word: right there, behind "is", or farther off, when nobody can take it for
 * anything else. */
struct password_reader {
    bool connected; /* ":", "is", "là", "是", "คือ" was read */
    bool aside;     /* behind a comma, "at", or many words: only what is quoted, strong or said to be it */
    bool told;      /* other words stood before "is": "the password policy is …" */
    bool cut;       /* behind a comma: only what is quoted or strong */
    size_t words;   /* others read since the word or the connector */
};

static bool takes(const struct mask_scan *s, const struct mask_label_at *l, const struct password_reader *r,
                  size_t i, size_t end, bool quoted) {
    const struct mask_label_at *other = mask_label_over(s, i);
    bool is_label = other && other->start == i && other->end >= end;
    if (end <= i || is_label || mask_is_taken(s, i, end))
        return false;
    bool strong = is_strong(s, i, end), direct = r->connected && !r->words;
    if ((r->cut && !quoted && !strong) || (r->aside && !quoted && !strong && !direct))
        return false;
    if (!direct && !quoted && r->words && !strong && fold_is_digit(s->bare[i]))
        return false;
    if (r->told && !quoted && !any_digit_or_sign(s, i, end))
        return false;
    if (!r->connected && is_year(s, l, i, end))
        return false;
    return like_password(s, i, end, direct, quoted);
}

static bool any_latin(const struct mask_scan *s, size_t i, size_t end) {
    while (i < end && !fold_is_latin(s->bare[i]))
        i++;
    return i < end;
}

/* "MK7T3Z" is a booking, "MK-0058821" a receipt; "mk7T3Z" may well be her mật khẩu. */
static bool is_in_a_code(const struct mask_scan *s, const struct mask_label_at *l) {
    size_t value = l->end + (s->bare[l->end] == '-');
    return l->end - l->start == 2 && fold_is_digit(s->bare[value]) && s->text[s->at_byte[l->start]] == 'M';
}

bool mask_take_password(struct mask_scan *s, const struct mask_label_at *l) {
    struct password_reader r = {0};
    if (is_in_a_code(s, l))
        return false;
    for (size_t i = l->end; i < s->n && i < l->end + REACH;) {
        size_t joint = mask_connector(s, i);
        if (joint) {
            r.connected = true;
            r.told |= r.words > 0 && fold_is_latin(s->bare[i]);
            r.words = 0;
            i = joint;
            continue;
        }
        bool closes =
            i > 0 && (mask_letter(s, i - 1) || (i == l->end && l->start > 0 && quote(s->bare[l->start - 1])));
        bool quoted = quote(s->bare[i]) && !closes; /* not behind: what a "password" is, and a "PIN" */
        if (quote(s->bare[i]))
            i++;
        if (i >= s->n)
            return false;
        uint32_t c = s->bare[i];
        size_t phrase = quoted ? quoted_words_end(s, i) : i;
        if (mask_letter(s, i) || phrase > i || is_emoji(c) ||
            (c < 128 && strchr("@#$%^&*_+~!", (int)c) && r.connected)) {
            size_t end = phrase > i ? phrase : mask_token_end(s, i);
            if (takes(s, l, &r, i, end, quoted)) {
                mask_take(s, MASK_PASSWORD, i, end);
                take_others_beside(s, i, end);
                return true;
            }
            const struct mask_label_at *other = mask_label_over(s, i);
            if (other && other->label == LABEL_PHONE) /* "… you told me by phone, aB3-xy" */
                r.aside = r.cut = true;
            else if (other && (mask_says_something_else(other->label) || (r.cut && other->label == LABEL_ACCOUNT)))
                return false;
            size_t word = mask_word_end(s, i);
            r.aside |= mask_stops_search(s, i, word);
            if (!filler(s, i, word) && ++r.words > 3)
                r.aside = true;
            i = word > i ? word : i + 1;
            continue;
        }
        const struct mask_label_at *other = mask_label_over(s, i);
        if (mask_sentence_ends(s, i)) { /* "Is my password right? It was Sunny#2024" */
            size_t value = mask_said_in_next_sentence(s, i), end = value ? mask_token_end(s, value) : 0;
            bool mixed = end > value && mask_letter(s, value) && any_digit_or_sign(s, value, end) &&
                         any_latin(s, value, end);
            if (!mixed || mask_is_taken(s, value, end) || !like_password(s, value, end, true, false))
                return false;
            return mask_take(s, MASK_PASSWORD, value, end), true;
        }
        if (c == '\n' || (other && mask_says_something_else(other->label)))
            return false;
        if (c == ',')
            r = (struct password_reader){.aside = true, .cut = true, .words = r.words + 1};
        i++;
    }
    return false;
}

/* Thai calls a password รหัส too: "รหัส Shop#2024". */
void mask_take_password_behind_code(struct mask_scan *s, const struct mask_label_at *l) {
    size_t i = l->end;
    while (i < s->n && (s->bare[i] == ' ' || mask_connector(s, i)))
        i = mask_connector(s, i) ? mask_connector(s, i) : i + 1;
    size_t end = i < s->n && mask_letter(s, i) ? mask_token_end(s, i) : i;
    if (end > i && is_strong(s, i, end) && !mask_label_over(s, i) && !mask_is_taken(s, i, end) &&
        like_password(s, i, end, true, false)) {
        mask_take(s, MASK_PASSWORD, i, end);
        take_others_beside(s, i, end);
    }
}
