#include "text/match.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "text/analyzer.h"
#include "text/normal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- text as messages are compared ---- */

/* Letters without diacritics, Thai without tone marks, everything between words one space. Fast typing loses
 * exactly these, and an AND of several words narrows the choice again. */
struct plain {
    uint32_t *cp, *start, *end;
    size_t n;
};

static bool is_digit(uint32_t c) { return c >= '0' && c <= '9'; }

/* The point of 5.000 and the comma of 5,000: between a digit and exactly three. */
static bool is_grouping(const struct normal *t, size_t i) {
    if ((t->cp[i] != '.' && t->cp[i] != ',') || !i || !is_digit(t->cp[i - 1]) || i + 3 >= t->n)
        return false;
    for (size_t j = 1; j <= 3; j++)
        if (!is_digit(t->cp[i + j]))
            return false;
    return i + 4 == t->n || !is_digit(t->cp[i + 4]);
}

static struct plain plain_of(struct arena *a, const char *text, size_t len) {
    struct normal t = normalize(a, text, len);
    struct plain p = {t.cp, t.start, t.end, 0}; /* never longer, so it is written over */
    for (size_t i = 0; i < t.n; i++) {
        uint32_t c = t.cp[i];
        enum script script = script_of(c);
        bool dropped = script == SCRIPT_THAI ? thai_tone(c) : is_grouping(&t, i);
        if (script == SCRIPT_WORD) {
            c = letter_fold(c);
            dropped = !c;
        } else if (c == '\'' && p.n && p.cp[p.n - 1] != ' ') {
            dropped = true; /* don't is one word */
        } else if (script == SCRIPT_NONE) {
            c = ' ';
        }
        if (dropped || (c == ' ' && p.n && p.cp[p.n - 1] == ' ')) {
            if (p.n && c != ' ')
                p.end[p.n - 1] = t.end[i]; /* a lost mark belongs to its letter */
            continue;
        }
        p.cp[p.n] = c;
        p.start[p.n] = t.start[i];
        p.end[p.n++] = t.end[i];
    }
    return p;
}

/* One past the run of one script that begins at `at`. */
static size_t run_end(const struct plain *p, size_t at) {
    enum script script = script_of(p->cp[at]);
    while (at < p->n && script_of(p->cp[at]) == script)
        at++;
    return at;
}

/* ---- terms ---- */

static const char base32_letters[] = "abcdefghijklmnopqrstuvwxyz234567";

static void put_han(struct buf *out, uint32_t c) {
    for (int shift = 15; shift >= 0; shift -= 5)
        buf_char(out, base32_letters[c >> shift & 31]);
}

/* Two letters a code point, none of them z, which ends the cluster: a prefix never cuts one in two. */
static void put_cluster(struct buf *out, const uint32_t *cp, size_t n) {
    for (size_t i = 0; i < n; i++) {
        buf_char(out, (char)('a' + ((cp[i] >> 4) & 15)));
        buf_char(out, (char)('a' + (cp[i] & 15)));
    }
    buf_char(out, 'z');
}

/* A word of one alphabet as UTF-8; at most 64 letters of it. */
static char *word_text(struct arena *a, const uint32_t *cp, size_t n) {
    n = n < 64 ? n : 64;
    char *out = arena_alloc(a, n * 4 + 1), *to = out;
    for (size_t i = 0; i < n; i++)
        to += utf8_put(to, cp[i]);
    return out;
}

static void put_word(struct buf *out, const char *word) {
    bool ascii = true;
    for (const char *p = word; *p; p++)
        ascii &= (*p >= 'a' && *p <= 'z') || is_digit((unsigned char)*p);
    buf_char(out, ascii ? 'w' : 'x');
    if (ascii)
        buf_str(out, word);
    else
        for (const char *p = word; *p; p++)
            buf_printf(out, "%02x", (unsigned char)*p);
}

/* Digit groups with one separator between them, as phone numbers are written. */
enum { NUMBER_MIN = 7, NUMBER_MAX = 24 };

/* Appends the digits of [at, end of the run of groups) to `out`; returns how many. *to is one past them. */
static size_t join_digits(const struct plain *p, size_t at, char out[NUMBER_MAX + 1], size_t *to) {
    size_t n = 0;
    while (at < p->n && n < NUMBER_MAX) {
        if (is_digit(p->cp[at]))
            out[n++] = (char)p->cp[at];
        else if (p->cp[at] != ' ' || at + 1 == p->n || !is_digit(p->cp[at + 1]))
            break;
        at++;
    }
    out[n] = 0;
    *to = at;
    return n;
}

static bool begins_group(const struct plain *p, size_t at) {
    return is_digit(p->cp[at]) && (!at || script_of(p->cp[at - 1]) == SCRIPT_NONE);
}

/* Terms of the index, each once. */
struct index_terms {
    struct arena *arena;
    struct buf out;
    uint64_t *seen; /* open addressing on the term's hash */
    size_t room, n;
};

static uint64_t hash_of(const char *s, size_t n) {
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)s[i]) * 0x100000001b3u;
    return h ? h : 1;
}

/* Ends the term that was appended since `from`; takes it back when it has been seen. */
static void index_end(struct index_terms *t, size_t from) {
    uint64_t h = hash_of(t->out.at + from, t->out.len - from);
    size_t slot = h * 0x9E3779B97F4A7C15u >> 32 & (t->room - 1);
    while (t->seen[slot] && t->seen[slot] != h)
        slot = (slot + 1) & (t->room - 1);
    if (t->seen[slot] || t->n == SEARCH_TERMS_MAX) {
        t->out.len = from;
        return;
    }
    t->seen[slot] = h;
    t->n++;
    buf_char(&t->out, ' ');
}

static void index_word(struct index_terms *t, const struct plain *p, size_t from, size_t to) {
    char *word = word_text(t->arena, p->cp + from, to - from);
    size_t mark = t->out.len;
    put_word(&t->out, word);
    index_end(t, mark);
    const char *stem = word_stem(t->arena, word);
    if (strcmp(stem, word)) {
        mark = t->out.len;
        buf_char(&t->out, 's');
        buf_str(&t->out, stem);
        index_end(t, mark);
    }
    char digits[NUMBER_MAX + 1];
    size_t end;
    if (begins_group(p, from) && join_digits(p, from, digits, &end) >= NUMBER_MIN) {
        mark = t->out.len;
        buf_printf(&t->out, "d%s", digits);
        index_end(t, mark);
    }
}

/* Each character, and each with the next. The single ones are what one character finds: as the beginning of its
 * pairs it would be found too, but a database merges the lists of all of them before it answers. */
static void index_han(struct index_terms *t, const struct plain *p, size_t from, size_t to) {
    for (size_t i = from; i < to; i++)
        for (size_t n = 1; n <= 2 && i + n <= to; n++) {
            size_t mark = t->out.len;
            buf_char(&t->out, 'h');
            for (size_t k = i; k < i + n; k++)
                put_han(&t->out, p->cp[k]);
            index_end(t, mark);
        }
}

static void index_thai(struct index_terms *t, const struct plain *p, size_t from, size_t to) {
    for (size_t at = from, next; at < to; at = next) {
        next = thai_cluster_end(p->cp, at, to);
        for (int n = 1; n <= 2 && (n == 1 || next < to); n++) {
            size_t mark = t->out.len;
            buf_char(&t->out, 't');
            put_cluster(&t->out, p->cp + at, next - at);
            if (n == 2)
                put_cluster(&t->out, p->cp + next, thai_cluster_end(p->cp, next, to) - next);
            index_end(t, mark);
        }
    }
}

char *search_terms_for_index(struct arena *a, const char *text) {
    struct plain p = plain_of(a, text, strlen(text));
    struct index_terms t = {.arena = a, .room = 64};
    while (t.room < 4 * p.n && t.room < 4 * SEARCH_TERMS_MAX)
        t.room *= 2;
    t.seen = ARENA_ARRAY(a, t.room, uint64_t);
    for (size_t at = 0, end; at < p.n && t.n < SEARCH_TERMS_MAX; at = end) {
        end = run_end(&p, at);
        switch (script_of(p.cp[at])) {
        case SCRIPT_WORD: index_word(&t, &p, at, end); break;
        case SCRIPT_HAN: index_han(&t, &p, at, end); break;
        case SCRIPT_THAI: index_thai(&t, &p, at, end); break;
        case SCRIPT_NONE: break;
        }
    }
    char *out = arena_copy_n(a, t.out.at ? t.out.at : "", t.out.len ? t.out.len - 1 : 0);
    buf_free(&t.out);
    return out;
}

/* ---- query ---- */

/* A word finds its inflections both ways: w<word> itself, w<stem> the plain form, s<stem> other forms. */
static void query_word(struct arena *a, struct buf *out, const char *word, bool is_last) {
    put_word(out, word);
    if (is_last && utf8_count(word, strlen(word)) > 1)
        buf_char(out, '*');
    const char *stem = word_stem(a, word);
    bool ascii_letters = true;
    for (const char *c = word; *c; c++)
        ascii_letters &= *c >= 'a' && *c <= 'z';
    if (!ascii_letters)
        return;
    if (strcmp(stem, word))
        buf_printf(out, "|w%s", stem);
    buf_printf(out, "|s%s", stem);
}

/* Groups for [from, to), one script; each ends with a space. Returns how many. */
static int query_run(struct arena *a, struct buf *out, const struct plain *p, size_t from, size_t to) {
    int groups = 0;
    switch (script_of(p->cp[from])) {
    case SCRIPT_WORD:
        query_word(a, out, word_text(a, p->cp + from, to - from), to == p->n);
        buf_char(out, ' ');
        return 1;
    case SCRIPT_HAN:
        for (size_t i = from; i + 1 < to || i == from; i++, groups++) {
            buf_char(out, 'h');
            put_han(out, p->cp[i]);
            if (i + 1 < to)
                put_han(out, p->cp[i + 1]);
            buf_char(out, ' ');
        }
        return groups;
    case SCRIPT_THAI:
        for (size_t at = from, middle; at < to; at = middle) {
            middle = thai_cluster_end(p->cp, at, to);
            if (middle == to && at != from)
                break; /* the last one is in the pair before */
            buf_char(out, 't');
            put_cluster(out, p->cp + at, middle - at);
            if (middle < to)
                put_cluster(out, p->cp + middle, thai_cluster_end(p->cp, middle, to) - middle);
            buf_char(out, ' ');
            groups++;
        }
        return groups;
    case SCRIPT_NONE: break;
    }
    return 0;
}

char *search_terms_for_query(struct arena *a, const char *query) {
    struct plain p = plain_of(a, query, strlen(query));
    struct buf out = {0};
    int groups = 0;
    for (size_t at = 0, end; at < p.n && groups < SEARCH_QUERY_MAX; at = end) {
        char digits[NUMBER_MAX + 1];
        if (begins_group(&p, at) && join_digits(&p, at, digits, &end) >= NUMBER_MIN) {
            buf_printf(&out, "d%s*|w%s ", digits, digits);
            groups++;
            continue;
        }
        end = run_end(&p, at);
        groups += query_run(a, &out, &p, at, end);
    }
    char *copy = arena_copy_n(a, out.at ? out.at : "", out.len ? out.len - 1 : 0);
    buf_free(&out);
    return copy;
}

char *search_words_apart(struct arena *a, const char *query) {
    size_t len = strlen(query), w = 0;
    struct normal t = normalize(a, query, len);
    struct words words = words_of(a, &t);
    char *out = arena_alloc(a, 2 * len + 1), *to = out;
    uint32_t at = 0;
    int step;
    for (const char *s = query; *s; s += step, at++) {
        utf8_next(s, query + len, &step);
        while (w < words.n && words.at[w].end <= at)
            w++;
        const struct word *here = w < words.n && words.at[w].start <= at ? &words.at[w] : NULL;
        bool begins = here && here->start == at && w && words.at[w - 1].end == at;
        if (begins && (here->script == SCRIPT_HAN || here->script == SCRIPT_THAI))
            *to++ = ' ';
        if (here && here->script == SCRIPT_HAN && here->n == 1)
            continue;
        memcpy(to, s, (size_t)step);
        to += step;
    }
    return out;
}

/* ---- occurrences ---- */

/* Neither end may cut a word or a Thai cluster. An open end (prefix) may cut a word. */
static bool cuts(const struct plain *p, size_t from, size_t to, bool open_end) {
    if (from && script_of(p->cp[from]) == SCRIPT_WORD && script_of(p->cp[from - 1]) == SCRIPT_WORD)
        return true;
    if (to == p->n)
        return false;
    uint32_t next = p->cp[to];
    if (script_of(next) == SCRIPT_WORD && script_of(p->cp[to - 1]) == SCRIPT_WORD)
        return !open_end;
    return thai_mark(next) || next == 0xE30 || next == 0xE32 || next == 0xE33 || next == 0xE45;
}

/* Where `what` is next found at or after `at`; p->n when nowhere. */
static size_t find(const struct plain *p, size_t at, const uint32_t *what, size_t n, bool open_end) {
    for (; n && at + n <= p->n; at++)
        if (p->cp[at] == what[0] && !memcmp(p->cp + at, what, n * sizeof *what) && !cuts(p, at, at + n, open_end))
            return at;
    return p->n;
}

static struct plain trimmed(struct plain p) {
    while (p.n && p.cp[p.n - 1] == ' ')
        p.n--;
    if (p.n && p.cp[0] == ' ')
        p = (struct plain){p.cp + 1, p.start + 1, p.end + 1, p.n - 1};
    return p;
}

/* The length in bytes of a quotation mark at s, 0 when there is none. */
static size_t quote_length(const char *s) {
    static const char *const marks[] = {"\"", "“", "”", "„", "«", "»", "「", "」"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (!strncmp(s, marks[i], strlen(marks[i])))
            return strlen(marks[i]);
    return 0;
}

bool search_holds(struct arena *a, const char *text, const char *query) {
    struct plain in = {0};
    for (const char *s = query; *s;) {
        size_t quote = quote_length(s);
        if (!quote) {
            s++;
            continue;
        }
        const char *from = s + quote, *to = from;
        while (*to && !quote_length(to))
            to++;
        if (!*to)
            break; /* still being typed */
        struct plain phrase = trimmed(plain_of(a, from, (size_t)(to - from)));
        if (!in.cp)
            in = plain_of(a, text, strlen(text));
        if (phrase.n && find(&in, 0, phrase.cp, phrase.n, false) == in.n)
            return false;
        s = to + quote_length(to);
    }
    return true;
}

struct marks {
    bool *on; /* a flag for each entry of the plain text */
};

static bool mark_all(struct marks *m, const struct plain *in, const uint32_t *what, size_t n, bool open_end) {
    bool found = false;
    for (size_t at = 0; (at = find(in, at, what, n, open_end)) < in->n; at += n) {
        memset(m->on + at, true, n);
        found = true;
    }
    return found;
}

/* Marks the words of the text that have the stem of `word`, or begin with it when it is being typed. */
static void mark_word(struct arena *a, struct marks *m, const struct plain *in, const char *word, bool is_last) {
    const char *stem = word_stem(a, word);
    for (size_t at = 0, end; at < in->n; at = end) {
        end = run_end(in, at);
        if (script_of(in->cp[at]) != SCRIPT_WORD)
            continue;
        char *other = word_text(a, in->cp + at, end - at);
        bool same = !strcmp(other, word) || (is_last && strlen(word) > 1 && !strncmp(other, word, strlen(word))) ||
                    !strcmp(word_stem(a, other), stem);
        if (same)
            memset(m->on + at, true, end - at);
    }
}

/* A run of Han or Thai is looked for as it stands, else word by word as ICU cuts it: a question in full has no
 * place in the text, its words do. */
static void mark_run(struct arena *a, struct marks *m, const struct plain *in, const struct plain *query,
                     size_t from, size_t to) {
    if (mark_all(m, in, query->cp + from, to - from, true))
        return;
    struct normal run = {query->cp + from, query->start + from, query->end + from, to - from};
    struct words words = words_of(a, &run);
    for (size_t i = 0; i < words.n; i++)
        if (words.at[i].n > 1)
            mark_all(m, in, words.at[i].cp, words.at[i].n, true);
}

struct spans search_highlight(struct arena *a, const char *text, const char *query) {
    struct plain in = plain_of(a, text, strlen(text)), q = plain_of(a, query, strlen(query));
    struct marks m = {ARENA_ARRAY(a, in.n + 1, bool)};
    for (size_t at = 0, end; at < q.n; at = end) {
        end = run_end(&q, at);
        enum script script = script_of(q.cp[at]);
        if (script == SCRIPT_WORD)
            mark_word(a, &m, &in, word_text(a, q.cp + at, end - at), end == q.n);
        else if (script != SCRIPT_NONE)
            mark_run(a, &m, &in, &q, at, end);
    }
    struct spans out = {ARENA_ARRAY(a, in.n + 1, struct span), 0};
    for (size_t i = 0; i < in.n; i++) {
        if (!m.on[i])
            continue;
        if (out.n && out.at[out.n - 1].end >= in.start[i])
            out.at[out.n - 1].end = in.end[i];
        else
            out.at[out.n++] = (struct span){in.start[i], in.end[i]};
    }
    return out;
}

/* ---- filters ---- */

static size_t colon_length(const char *s) { return *s == ':' ? 1 : !strncmp(s, "：", 3) ? 3 : 0; }

/* YYYY-MM-DD, also with slashes; a year of the Buddhist era is 543 more. */
static bool read_day(const char *s, struct search_day *out) {
    int year, month, day, used = 0;
    if (sscanf(s, "%4d%*1[-/]%2d%*1[-/]%2d%n", &year, &month, &day, &used) != 3 || s[used])
        return false;
    if (year > 2400)
        year -= 543;
    static const int longest[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > longest[month - 1])
        return false;
    *out = (struct search_day){year, month, day};
    return true;
}

static void list_add(struct arena *a, struct search_list *l, const char *value) {
    l->at = arena_grow(a, l->at, l->n, l->n + 1, sizeof *l->at);
    l->at[l->n++] = value;
}

enum filter {
    FILTER_FROM,
    FILTER_TAG,
    FILTER_STATUS,
    FILTER_BEFORE,
    FILTER_AFTER,
    FILTER_ASSIGNEE,
    FILTER_IS,
    FILTERS
};

/* The filter whose name and colon stand at s; FILTERS when none does. *length is that of both. */
static enum filter filter_at(const char *s, size_t *length) {
    static const char *const names[FILTERS] = {"from", "tag", "status", "before", "after", "assignee", "is"};
    for (int f = 0; f < FILTERS; f++) {
        size_t n = strlen(names[f]);
        if (!strncasecmp(s, names[f], n) && colon_length(s + n)) {
            *length = n + colon_length(s + n);
            return (enum filter)f;
        }
    }
    return FILTERS;
}

static void filter_set(struct arena *a, struct search_filters *out, enum filter f, const char *value,
                       const char *as_typed) {
    bool good = true;
    switch (f) {
    case FILTER_FROM: out->from = value; break;
    case FILTER_STATUS: out->status = value; break;
    case FILTER_ASSIGNEE: out->assignee = value; break;
    case FILTER_TAG: list_add(a, &out->tags, value); break;
    case FILTER_IS: list_add(a, &out->is, value); break;
    case FILTER_BEFORE: good = read_day(value, &out->before); break;
    case FILTER_AFTER: good = read_day(value, &out->after); break;
    case FILTERS: break;
    }
    if (!good && !out->bad)
        out->bad = as_typed;
}

struct search_filters search_parse(struct arena *a, const char *query) {
    struct search_filters out = {0};
    char *rest = arena_alloc(a, strlen(query) + 1), *to = rest;
    bool quoted = false;
    for (const char *s = query; *s;) {
        size_t name = 0, quote = quote_length(s);
        bool word_begins = s == query || strchr(" \t\n", s[-1]);
        enum filter f = quoted || !word_begins ? FILTERS : filter_at(s, &name);
        const char *value = s + name;
        bool empty = !*value || strchr(" \t\n", *value);
        if (f == FILTERS || empty) {
            quoted ^= quote > 0;
            for (size_t n = quote ? quote : 1; n; n--)
                *to++ = *s++;
            continue;
        }
        const char *end = value;
        size_t open = quote_length(value);
        if (open) {
            value += open;
            for (end = value; *end && !quote_length(end);)
                end++;
        } else {
            end += strcspn(value, " \t\n");
        }
        const char *next = end + (open && *end ? quote_length(end) : 0);
        filter_set(a, &out, f, arena_copy_n(a, value, (size_t)(end - value)),
                   arena_copy_n(a, s, (size_t)(next - s)));
        s = next;
        if (*s && to == rest)
            s += strspn(s, " \t\n"); /* no gap where the filter was */
    }
    while (to > rest && strchr(" \t\n", to[-1]) && to - rest > 1 && strchr(" \t\n", to[-2]))
        to--;
    *to = 0;
    out.text = strspn(rest, " \t\n") == strlen(rest) ? "" : rest;
    return out;
}
