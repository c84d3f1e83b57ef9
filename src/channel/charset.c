#include "channel/charset.h"

#include "base/buf.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unicode/ucnv.h>
#include <unicode/udata.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "channel/charset_viet.inc"

/* claim → the charset it is read with, and ICU's name of that one. Claims are compared in lower case without
 * '-', '_', ' ' and a leading "x", so that "x-gbk", "GB_2312-80" and "gb2312" need no rows of their own. */
static const struct alias {
    const char *claim, *name, *icu;
} aliases[] = {
    {"utf8", "UTF-8", "UTF-8"},
    {"utf8mb4", "UTF-8", "UTF-8"},
    {"unicode11utf8", "UTF-8", "UTF-8"},
    {"utf7", "UTF-7", "UTF-7"},
    {"unicode11utf7", "UTF-7", "UTF-7"},
    {"utf16", "UTF-16", "UTF-16"},
    {"utf16le", "UTF-16LE", "UTF-16LE"},
    {"utf16be", "UTF-16BE", "UTF-16BE"},
    {"utf32", "UTF-32", "UTF-32"},
    {"gb2312", "GB18030", "gb18030"},
    {"gb231280", "GB18030", "gb18030"},
    {"gbk", "GB18030", "gb18030"},
    {"cp936", "GB18030", "gb18030"},
    {"ms936", "GB18030", "gb18030"},
    {"windows936", "GB18030", "gb18030"},
    {"euccn", "GB18030", "gb18030"},
    {"gb18030", "GB18030", "gb18030"},
    {"hz", "HZ", "HZ"},
    {"hzgb2312", "HZ", "HZ"},
    {"iso2022cn", "ISO-2022-CN", "ISO-2022-CN"},
    {"iso2022cnext", "ISO-2022-CN-EXT", "ISO-2022-CN-EXT"},
    {"big5", "Big5-HKSCS", "Big5-HKSCS"},
    {"big5hkscs", "Big5-HKSCS", "Big5-HKSCS"},
    {"cp950", "Big5-HKSCS", "Big5-HKSCS"},
    {"cnbig5", "Big5-HKSCS", "Big5-HKSCS"},
    {"euctw", "EUC-TW", "EUC-TW"},
    {"tis620", "CP874", "windows-874"},
    {"tis620.2533", "CP874", "windows-874"},
    {"iso885911", "CP874", "windows-874"},
    {"cp874", "CP874", "windows-874"},
    {"windows874", "CP874", "windows-874"},
    {"viscii", "VISCII", NULL},
    {"viscii1.11", "VISCII", NULL},
    {"tcvn", "TCVN", NULL},
    {"tcvn5712", "TCVN", NULL},
    {"viettcvn5712", "TCVN", NULL},
    {"tcvn57121", "TCVN", NULL},
    {"tcvn57121:1993", "TCVN", NULL},
    {"cp1258", "CP1258", "windows-1258"},
    {"windows1258", "CP1258", "windows-1258"},
    {"shiftjis", "CP932", "windows-31j"},
    {"sjis", "CP932", "windows-31j"},
    {"cp932", "CP932", "windows-31j"},
    {"windows31j", "CP932", "windows-31j"},
    {"mskanji", "CP932", "windows-31j"},
    {"iso2022jp", "ISO-2022-JP", "ISO-2022-JP-2"},
    {"iso2022jp1", "ISO-2022-JP", "ISO-2022-JP-2"},
    {"iso2022jp2", "ISO-2022-JP", "ISO-2022-JP-2"},
    {"cp50220", "ISO-2022-JP", "ISO-2022-JP-2"},
    {"cp50221", "ISO-2022-JP", "ISO-2022-JP-2"},
    {"eucjp", "EUC-JP", "EUC-JP"},
    {"ksc56011987", "UHC", "windows-949"},
    {"ksc5601", "UHC", "windows-949"},
    {"euckr", "UHC", "windows-949"},
    {"uhc", "UHC", "windows-949"},
    {"cp949", "UHC", "windows-949"},
    {"windows949", "UHC", "windows-949"},
    {"iso2022kr", "ISO-2022-KR", "ISO-2022-KR"},
    {"iso88591", "CP1252", "windows-1252"},
    {"iso88591:1987", "CP1252", "windows-1252"},
    {"latin1", "CP1252", "windows-1252"},
    {"l1", "CP1252", "windows-1252"},
    {"cp1252", "CP1252", "windows-1252"},
    {"windows1252", "CP1252", "windows-1252"},
    {"iso88592", "ISO-8859-2", "ISO-8859-2"},
    {"iso88593", "ISO-8859-3", "ISO-8859-3"},
    {"iso88594", "ISO-8859-4", "ISO-8859-4"},
    {"iso88595", "ISO-8859-5", "ISO-8859-5"},
    {"iso88596", "ISO-8859-6", "ISO-8859-6"},
    {"iso88597", "ISO-8859-7", "ISO-8859-7"},
    {"iso88598", "ISO-8859-8", "ISO-8859-8"},
    {"iso88598i", "ISO-8859-8", "ISO-8859-8"},
    {"iso88599", "CP1254", "windows-1254"},
    {"iso885913", "ISO-8859-13", "ISO-8859-13"},
    {"iso885915", "ISO-8859-15", "ISO-8859-15"},
    {"windows1250", "CP1250", "windows-1250"},
    {"cp1250", "CP1250", "windows-1250"},
    {"windows1251", "CP1251", "windows-1251"},
    {"cp1251", "CP1251", "windows-1251"},
    {"windows1253", "CP1253", "windows-1253"},
    {"windows1254", "CP1254", "windows-1254"},
    {"windows1255", "CP1255", "windows-1255"},
    {"windows1256", "CP1256", "windows-1256"},
    {"windows1257", "CP1257", "windows-1257"},
    {"koi8r", "KOI8-R", "KOI8-R"},
    {"koi8u", "KOI8-U", "KOI8-U"},
    {"macintosh", "macintosh", "macintosh"},
};
enum { N_ALIASES = sizeof aliases / sizeof *aliases };
static const struct alias cp1252 = {"", "CP1252", "windows-1252"}, utf8 = {"", "UTF-8", "UTF-8"};

static const struct alias *find_alias(const char *claim) {
    char plain[48];
    size_t n = 0;
    for (const char *c = claim ? claim : ""; *c && n < sizeof plain - 1; c++)
        if (!strchr("-_ \"'", *c))
            plain[n++] = (char)tolower((unsigned char)*c);
    plain[n] = 0;
    const char *p = plain[0] == 'x' && n > 1 ? plain + 1 : plain;
    if (!strncmp(p, "cs", 2) && p[2]) /* the registry's own aliases: csISO2022JP, csGB2312 */
        p += 2;
    for (size_t i = 0; i < N_ALIASES; i++)
        if (!strcmp(aliases[i].claim, p))
            return &aliases[i];
    return NULL;
}

static const struct alias *resolve(const char *claim, struct bytes in) {
    const struct alias *found = find_alias(claim);
    /* A claim of one byte a letter for what is valid UTF-8 beyond ASCII is wrong: such bytes do not happen by
     * chance. The same test for gb2312 would misfire on short texts ("联通"), so it is for CP1252 alone. */
    if (found && strcmp(found->name, "CP1252"))
        return found;
    if (!found && in.len > 2 && memmem(in.at, in.len, "\x1b$B", 3)) /* Japanese programs of old say nothing */
        return find_alias("iso-2022-jp");
    return utf8_valid((const char *)in.at, in.len) ? &utf8 : &cp1252;
}

bool charset_known(const char *claim) { return find_alias(claim) != NULL; }
const char *charset_resolve(const char *claim, struct bytes in) { return resolve(claim, in)->name; }

static void put_utf16(struct buf *out, const UChar *u, int32_t n) {
    char *to = buf_reserve(out, (size_t)n * 3 + 4);
    size_t k = 0;
    for (int32_t i = 0; i < n;) {
        UChar32 c;
        U16_NEXT(u, i, n, c);
        k += (size_t)utf8_put(to + k, (uint32_t)c);
    }
    out->len += k;
    to[k] = 0;
}

static void convert_by_table(struct buf *out, struct bytes in, const uint16_t table[256]) {
    char *to = buf_reserve(out, in.len * 3 + 1);
    size_t k = 0;
    for (size_t i = 0; i < in.len; i++)
        k += (size_t)utf8_put(to + k, table[in.at[i]] ? table[in.at[i]] : in.at[i]);
    out->len += k;
    to[k] = 0;
}

/* False when ICU lacks the converter, which charset_init would have said at start-up. */
static bool convert_by_icu(struct buf *out, struct bytes in, const char *icu) {
    UErrorCode err = U_ZERO_ERROR;
    UConverter *cnv = ucnv_open(icu, &err);
    if (U_FAILURE(err))
        return false;
    UChar pivot[2048];
    const char *from = (const char *)in.at, *end = from + in.len;
    UChar carry = 0; /* a surrogate pair may be cut by the pivot's end */
    do {
        UChar *to = pivot;
        if (carry)
            *to++ = carry, carry = 0;
        err = U_ZERO_ERROR;
        ucnv_toUnicode(cnv, &to, pivot + 2048, &from, end, NULL, true, &err);
        if (to > pivot && U16_IS_LEAD(to[-1]) && err == U_BUFFER_OVERFLOW_ERROR)
            carry = *--to;
        put_utf16(out, pivot, (int32_t)(to - pivot));
    } while (err == U_BUFFER_OVERFLOW_ERROR);
    ucnv_close(cnv);
    return true;
}

static void compose(struct buf *text) {
    UErrorCode err = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&err);
    int32_t n = 0, m = 0;
    UChar *u = malloc((text->len + 1) * sizeof *u), *v = malloc((text->len + 1) * sizeof *v);
    if (u && v && U_SUCCESS(err)) {
        u_strFromUTF8(u, (int32_t)text->len + 1, &n, text->at, (int32_t)text->len, &err);
        m = unorm2_normalize(nfc, u, n, v, (int32_t)text->len + 1, &err); /* composing never lengthens these */
        if (U_SUCCESS(err)) {
            buf_reset(text);
            put_utf16(text, v, m);
        }
    }
    free(u);
    free(v);
}

char *charset_to_utf8(struct arena *a, struct bytes in, const char *claim) {
    if (!in.len)
        return arena_copy(a, "");
    const struct alias *set = resolve(claim, in);
    struct buf out = {0};
    const char *from = (const char *)in.at;
    size_t n = in.len;
    bool done = true;
    if (!strcmp(set->name, "VISCII"))
        convert_by_table(&out, in, viscii);
    else if (!strcmp(set->name, "TCVN"))
        convert_by_table(&out, in, tcvn);
    else
        done = set->icu && strcmp(set->name, "UTF-8") && convert_by_icu(&out, in, set->icu);
    if (done && out.at && (!strcmp(set->name, "CP1258") || !strcmp(set->name, "TCVN")))
        compose(&out);
    if (done && out.at)
        from = out.at, n = out.len;
    char *clean = utf8_clean(a, from, n);
    buf_free(&out);
    return clean;
}

void charset_init(void) {
    UErrorCode err = U_ZERO_ERROR;
    udata_setFileAccess(UDATA_NO_FILES, &err); /* the data is linked; looking for files would end the child */
    for (size_t i = 0; i < N_ALIASES; i++) {
        err = U_ZERO_ERROR;
        if (aliases[i].icu)
            ucnv_close(ucnv_open(aliases[i].icu, &err));
    }
    err = U_ZERO_ERROR;
    unorm2_getNFCInstance(&err);
}
