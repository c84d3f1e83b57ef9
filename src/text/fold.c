#include "text/fold.h"
#include "base/utf8.h"

#include <string.h>

/* Base letters of U+00C0..U+00FF and of U+1EA0..U+1EF9 (the Vietnamese block), in their order. '*' means: none. */
static const char latin1[] = "aaaaaaaceeeeiiii"
                             "dnooooo*ouuuuy*s"
                             "aaaaaaaceeeeiiii"
                             "dnooooo*ouuuuy*y";
static const char vietnamese[] = "aaaaaaaaaaaaaaaaaaaaaaaa"
                                 "eeeeeeeeeeeeeeee"
                                 "iiii"
                                 "oooooooooooooooooooooooo"
                                 "uuuuuuuuuuuuuu"
                                 "yyyyyyyy";

static uint32_t fold_sign(uint32_t c) {
    if (c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F || c == 0x3000 ||
        c == '\t')
        return ' ';
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFE58 || c == 0xFE63)
        return '-';
    if (c == 0x2018 || c == 0x2019 || c == 0x02BC || c == 0xB4)
        return '\'';
    return c;
}

uint32_t fold_lower(uint32_t c) {
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + 32 : c == '\t' ? ' ' : c;
    if (c >= 0xFF01 && c <= 0xFF5E)
        return fold_lower(c - 0xFF01 + 0x21);
    if (c >= 0x0E50 && c <= 0x0E59)
        return c - 0x0E50 + '0';
    if (c >= 0x0660 && c <= 0x0669)
        return c - 0x0660 + '0';
    if (c >= 0x0966 && c <= 0x096F)
        return c - 0x0966 + '0';
    if (c >= 0xC0 && c <= 0xDE && c != 0xD7)
        return c + 32;
    if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177) || (c >= 0x1E00 && c <= 0x1EFF))
        return c | 1;
    if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E))
        return c + (c & 1);
    if (c == 0x1A0 || c == 0x1AF)
        return c + 1;
    return fold_sign(c);
}

uint32_t fold_bare(uint32_t c) {
    if (c < 0xC0)
        return c;
    if (c <= 0xFF)
        return latin1[c - 0xC0] == '*' ? c : (uint32_t)latin1[c - 0xC0];
    if (c >= 0x1EA0 && c <= 0x1EF9)
        return (uint32_t)vietnamese[c - 0x1EA0];
    switch (c) {
    case 0x101:
    case 0x103:
    case 0x105: return 'a';
    case 0x107:
    case 0x10D: return 'c';
    case 0x10F:
    case 0x111: return 'd';
    case 0x113:
    case 0x117:
    case 0x119:
    case 0x11B: return 'e';
    case 0x129:
    case 0x12B:
    case 0x131: return 'i';
    case 0x144:
    case 0x148: return 'n';
    case 0x14D:
    case 0x151:
    case 0x1A1: return 'o';
    case 0x15B:
    case 0x15F:
    case 0x161: return 's';
    case 0x169:
    case 0x16B:
    case 0x16F:
    case 0x171:
    case 0x1B0: return 'u';
    case 0x17A:
    case 0x17C:
    case 0x17E: return 'z';
    default: return c;
    }
}

bool fold_invisible(uint32_t c) {
    return (c >= 0x200B && c <= 0x200F) || c == 0x2060 || c == 0xFEFF || c == 0xAD || (c >= 0x0300 && c <= 0x036F);
}

char *fold_lower_text(struct arena *a, const char *s) {
    enum { CP_BYTES = 4 };
    const char *end = s + strlen(s);
    char *folded = arena_alloc(a, utf8_count(s, strlen(s)) * CP_BYTES + 1), *to = folded;
    for (int len; s < end; s += len)
        to += utf8_put(to, fold_lower(utf8_next(s, end, &len)));
    *to = 0;
    return folded;
}
