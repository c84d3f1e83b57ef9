#include "text/html_entity.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static const struct entity {
    const char *name;
    uint32_t cp;
} entities[] = {
    {"amp", '&'},      {"lt", '<'},       {"gt", '>'},        {"quot", '"'},      {"apos", '\''},
    {"nbsp", ' '},     {"ensp", ' '},     {"emsp", ' '},      {"thinsp", ' '},    {"zwnj", 0x200C},
    {"zwj", 0x200D},   {"shy", 0xAD},     {"lrm", 0xAD},      {"rlm", 0xAD},      {"copy", 0xA9},
    {"reg", 0xAE},     {"trade", 0x2122}, {"hellip", 0x2026}, {"mdash", 0x2014},  {"ndash", 0x2013},
    {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"sbquo", 0x201A},  {"ldquo", 0x201C},  {"rdquo", 0x201D},
    {"bdquo", 0x201E}, {"laquo", 0xAB},   {"raquo", 0xBB},    {"bull", 0x2022},   {"middot", 0xB7},
    {"deg", 0xB0},     {"euro", 0x20AC},  {"pound", 0xA3},    {"yen", 0xA5},      {"cent", 0xA2},
    {"sect", 0xA7},    {"para", 0xB6},    {"times", 0xD7},    {"divide", 0xF7},   {"plusmn", 0xB1},
    {"frac12", 0xBD},  {"rarr", 0x2192},  {"larr", 0x2190},   {"hearts", 0x2665}, {"check", 0x2713},
    {"Agrave", 0xC0},  {"Aacute", 0xC1},  {"Acirc", 0xC2},    {"Atilde", 0xC3},   {"Auml", 0xC4},
    {"Aring", 0xC5},   {"AElig", 0xC6},   {"Ccedil", 0xC7},   {"Egrave", 0xC8},   {"Eacute", 0xC9},
    {"Ecirc", 0xCA},   {"Euml", 0xCB},    {"Igrave", 0xCC},   {"Iacute", 0xCD},   {"Ntilde", 0xD1},
    {"Ograve", 0xD2},  {"Oacute", 0xD3},  {"Ocirc", 0xD4},    {"Otilde", 0xD5},   {"Ouml", 0xD6},
    {"Ugrave", 0xD9},  {"Uacute", 0xDA},  {"Uuml", 0xDC},     {"Yacute", 0xDD},   {"szlig", 0xDF},
    {"agrave", 0xE0},  {"aacute", 0xE1},  {"acirc", 0xE2},    {"atilde", 0xE3},   {"auml", 0xE4},
    {"aring", 0xE5},   {"aelig", 0xE6},   {"ccedil", 0xE7},   {"egrave", 0xE8},   {"eacute", 0xE9},
    {"ecirc", 0xEA},   {"euml", 0xEB},    {"igrave", 0xEC},   {"iacute", 0xED},   {"icirc", 0xEE},
    {"iuml", 0xEF},    {"ntilde", 0xF1},  {"ograve", 0xF2},   {"oacute", 0xF3},   {"ocirc", 0xF4},
    {"otilde", 0xF5},  {"ouml", 0xF6},    {"oslash", 0xF8},   {"ugrave", 0xF9},   {"uacute", 0xFA},
    {"ucirc", 0xFB},   {"uuml", 0xFC},    {"yacute", 0xFD},   {"thorn", 0xFE},    {"yuml", 0xFF},
};

uint32_t html_entity_at(const char *s, const char *end, size_t *len) {
    *len = 1;
    const char *p = s + 1;
    if (p < end && *p == '#') {
        bool hex = p + 1 < end && (p[1] | 32) == 'x';
        const char *digits = p + 1 + hex;
        uint32_t c = 0;
        for (p = digits;
             p < end && p - digits < 8 && (hex ? isxdigit((unsigned char)*p) : isdigit((unsigned char)*p)); p++)
            c = c * (hex ? 16 : 10) + (uint32_t)(isdigit((unsigned char)*p) ? *p - '0' : (*p | 32) - 'a' + 10);
        if (p == digits)
            return '&';
        *len = (size_t)(p - s) + (p < end && *p == ';');
        /* what utf8_clean removed from the letters must not come back through a number */
        return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || (c >= 0x7F && c < 0xA0) ? 0xAD : c;
    }
    size_t n = 0;
    while (p + n < end && n < 10 && isalnum((unsigned char)p[n]))
        n++;
    for (size_t i = 0; n && i < sizeof entities / sizeof *entities; i++)
        if (strlen(entities[i].name) == n && !memcmp(entities[i].name, p, n)) {
            *len = 1 + n + (p + n < end && p[n] == ';');
            return entities[i].cp;
        }
    return '&';
}
