#include "base/utf8.h"

#include <string.h>

uint32_t utf8_next_slow(const char *s, const char *end, int *len) {
    const unsigned char *p = (const unsigned char *)s;
    size_t left = (size_t)(end - s);
    uint32_t c = p[0];
    *len = 1;
    if (c < 0x80)
        return c;
    int n = c >= 0xF0 && c < 0xF5 ? 4 : c >= 0xE0 && c < 0xF0 ? 3 : c >= 0xC2 && c < 0xE0 ? 2 : 0;
    if (!n || left < (size_t)n)
        return UTF8_BAD;
    c &= 0x7Fu >> n;
    for (int i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return UTF8_BAD;
        c = c << 6 | (p[i] & 0x3F);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
        return UTF8_BAD;
    *len = n;
    return c;
}

int utf8_put(char *to, uint32_t c) {
    if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
        c = 0xFFFD;
    if (c < 0x80)
        return to[0] = (char)c, 1;
    if (c < 0x800) {
        to[0] = (char)(0xC0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        to[0] = (char)(0xE0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 0x3F));
        to[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    to[0] = (char)(0xF0 | c >> 18);
    to[1] = (char)(0x80 | (c >> 12 & 0x3F));
    to[2] = (char)(0x80 | (c >> 6 & 0x3F));
    to[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/* Every text that is stored comes through here: ASCII eight at a time. */
bool utf8_valid(const char *s, size_t n) {
    const char *end = s + n;
    while (s < end) {
        uint64_t eight;
        if (end - s >= 8 && (memcpy(&eight, s, 8), !(eight & 0x8080808080808080))) {
            s += 8;
            continue;
        }
        int len;
        if (utf8_next(s, end, &len) == UTF8_BAD)
            return false;
        s += len;
    }
    return true;
}

bool utf8_is_clean(const char *s, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (((unsigned char)s[i] < 0x20 && s[i] != '\n' && s[i] != '\t') || s[i] == 0x7F)
            return false;
    return utf8_valid(s, n);
}

size_t utf8_count(const char *s, size_t n) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += (s[i] & 0xC0) != 0x80;
    return count;
}

static bool is_unwanted(uint32_t c) {
    return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

char *utf8_clean(struct arena *a, const char *s, size_t n) {
    char *out = arena_alloc(a, n * 3 + 1), *to = out; /* a bad byte grows to three */
    for (const char *end = s + n; s < end;) {
        int len;
        uint32_t c = utf8_next(s, end, &len);
        s += len;
        if (c == '\r') {
            if (s < end && *s == '\n')
                continue;
            c = '\n';
        }
        if (c == UTF8_BAD || c == 0)
            c = 0xFFFD;
        if (!is_unwanted(c))
            to += utf8_put(to, c);
    }
    *to = 0;
    return out;
}

size_t utf8_fit(const char *s, size_t n, size_t max) {
    if (n <= max)
        return n;
    while (max && (s[max] & 0xC0) == 0x80)
        max--;
    return max;
}
