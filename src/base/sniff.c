#include "base/sniff.h"

#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Bytes at an offset; `also` (at `also_at`) tells apart what shares its beginning. */
static const struct magic {
    const char *bytes;
    size_t len, at;
    const char *also;
    size_t also_at;
    const char *type;
} magics[] = {
    {"\x89PNG\r\n\x1a\n", 8, 0, NULL, 0, "image/png"},
    {"\xff\xd8\xff", 3, 0, NULL, 0, "image/jpeg"},
    {"GIF8", 4, 0, NULL, 0, "image/gif"},
    {"RIFF", 4, 0, "WEBP", 8, "image/webp"},
    {"RIFF", 4, 0, "WAVE", 8, "audio/wav"},
    {"RIFF", 4, 0, "AVI ", 8, "video/x-msvideo"},
    {"BM", 2, 0, "\0\0\0\0", 6, "image/bmp"},
    {"II*\0", 4, 0, NULL, 0, "image/tiff"},
    {"MM\0*", 4, 0, NULL, 0, "image/tiff"},
    {"ftyp", 4, 4, "heic", 8, "image/heic"},
    {"ftyp", 4, 4, "heix", 8, "image/heic"},
    {"ftyp", 4, 4, "mif1", 8, "image/heif"},
    {"ftyp", 4, 4, "avif", 8, "image/avif"},
    {"ftyp", 4, 4, "qt  ", 8, "video/quicktime"},
    {"ftyp", 4, 4, "M4A ", 8, "audio/mp4"},
    {"ftyp", 4, 4, "3gp", 8, "video/3gpp"},
    {"ftyp", 4, 4, NULL, 0, "video/mp4"},
    {"%PDF-", 5, 0, NULL, 0, "application/pdf"},
    {"{\\rtf", 5, 0, NULL, 0, "application/rtf"},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, 0, NULL, 0, "application/x-ole-storage"}, /* old Office, Outlook .msg */
    {"\x78\x9f\x3e\x22", 4, 0, NULL, 0, "application/vnd.ms-tnef"},
    {"\x1f\x8b", 2, 0, NULL, 0, "application/gzip"},
    {"BZh", 3, 0, NULL, 0, "application/x-bzip2"},
    {"\xfd"
     "7zXZ\0",
     6, 0, NULL, 0, "application/x-xz"},
    {"7z\xbc\xaf\x27\x1c", 6, 0, NULL, 0, "application/x-7z-compressed"},
    {"Rar!\x1a\a", 6, 0, NULL, 0, "application/vnd.rar"},
    {"ustar", 5, 257, NULL, 0, "application/x-tar"},
    {"ID3", 3, 0, NULL, 0, "audio/mpeg"},
    {"\xff\xfb", 2, 0, NULL, 0, "audio/mpeg"},
    {"OggS", 4, 0, NULL, 0, "audio/ogg"},
    {"fLaC", 4, 0, NULL, 0, "audio/flac"},
    {"#!AMR", 5, 0, NULL, 0, "audio/amr"},
    {"\x1a\x45\xdf\xa3", 4, 0, NULL, 0, "video/webm"},
    {"MZ", 2, 0, NULL, 0, "application/x-executable"},
    {"\x7f"
     "ELF",
     4, 0, NULL, 0, "application/x-executable"},
    {"\xcf\xfa\xed\xfe", 4, 0, NULL, 0, "application/x-executable"},
    {"\xca\xfe\xba\xbe", 4, 0, NULL, 0, "application/x-executable"},
    {"L\0\0\0\x01\x14\x02\0", 8, 0, NULL, 0, "application/x-ms-shortcut"},
    {"SQLite format 3", 15, 0, NULL, 0, "application/vnd.sqlite3"},
    {"wOFF", 4, 0, NULL, 0, "font/woff"},
    {"wOF2", 4, 0, NULL, 0, "font/woff2"},
    {"#!", 2, 0, NULL, 0, "text/x-script"},
};

static bool has(struct bytes f, size_t at, const char *bytes, size_t n) {
    return f.len >= at + n && !memcmp(f.at + at, bytes, n);
}

/* Office files are zip archives; the names of their first members tell which. */
static const char *zip_type(struct bytes f) {
    struct bytes head = {f.at, f.len < 8192 ? f.len : 8192};
    static const struct {
        const char *member, *type;
    } rows[] = {
        {"mimetypeapplication/epub+zip", "application/epub+zip"},
        {"mimetypeapplication/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"},
        {"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
         "application/vnd.oasis.opendocument.spreadsheet"},
        {"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
        {"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
        {"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
        {"AndroidManifest.xml", "application/vnd.android.package-archive"},
        {"META-INF/MANIFEST.MF", "application/java-archive"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (memmem(head.at, head.len, rows[i].member, strlen(rows[i].member)))
            return rows[i].type;
    return "application/zip";
}

static bool begins(const char *s, size_t n, const char *with) {
    return n >= strlen(with) && !strncasecmp(s, with, strlen(with));
}

static const char *text_type(struct bytes f) {
    enum { LOOK = 4096 };
    size_t n = utf8_fit((const char *)f.at, f.len, LOOK);
    const char *s = (const char *)f.at;
    if (!n || memchr(s, 0, n) || !utf8_valid(s, n))
        return "";
    if (has(f, 0, "\xef\xbb\xbf", 3))
        s += 3, n -= 3;
    while (n && strchr(" \t\r\n", *s))
        s++, n--;
    if (begins(s, n, "<!doctype html") || begins(s, n, "<html"))
        return "text/html";
    if (begins(s, n, "<svg") || (begins(s, n, "<?xml") && memmem(s, n, "<svg", 4)))
        return "image/svg+xml";
    if (begins(s, n, "<?xml"))
        return "application/xml";
    if (begins(s, n, "BEGIN:VCALENDAR"))
        return "text/calendar";
    if (begins(s, n, "BEGIN:VCARD"))
        return "text/vcard";
    return "text/plain";
}

const char *sniff_type(struct bytes f) {
    if (has(f, 0, "PK\3\4", 4))
        return zip_type(f);
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        const struct magic *m = &magics[i];
        size_t also = !m->also ? 0 : *m->also ? strlen(m->also) : 4;
        if (has(f, m->at, m->bytes, m->len) && (!m->also || has(f, m->also_at, m->also, also)))
            return m->type;
    }
    return text_type(f);
}

/* ---- the size of pictures ---- */

/* n bytes at `at` as a number; 0 where there are none. */
static uint64_t number(struct bytes f, size_t at, size_t n, bool big_endian) {
    uint64_t x = 0;
    if (f.len < n || at > f.len - n)
        return 0;
    for (size_t i = 0; i < n; i++)
        x = x << 8 | f.at[at + (big_endian ? i : n - 1 - i)];
    return x;
}

/* The frame header is behind any number of other segments. */
static uint64_t jpeg_pixels(struct bytes f) {
    for (size_t at = 2; at + 9 < f.len && f.at[at] == 0xff;) {
        uint8_t kind = f.at[at + 1];
        if (kind >= 0xc0 && kind <= 0xcf && kind != 0xc4 && kind != 0xc8 && kind != 0xcc)
            return number(f, at + 5, 2, true) * number(f, at + 7, 2, true);
        at += kind == 0xff ? 1 : 2 + number(f, at + 2, 2, true);
    }
    return 0;
}

static uint64_t webp_pixels(struct bytes f) {
    if (has(f, 12, "VP8X", 4))
        return (number(f, 24, 3, false) + 1) * (number(f, 27, 3, false) + 1);
    if (has(f, 12, "VP8L", 4)) {
        uint64_t bits = number(f, 21, 4, false);
        return ((bits & 0x3fff) + 1) * ((bits >> 14 & 0x3fff) + 1);
    }
    return (number(f, 26, 2, false) & 0x3fff) * (number(f, 28, 2, false) & 0x3fff);
}

uint64_t sniff_pixels(struct bytes f) {
    const char *type = sniff_type(f);
    if (!strcmp(type, "image/png"))
        return number(f, 16, 4, true) * number(f, 20, 4, true);
    if (!strcmp(type, "image/gif"))
        return number(f, 6, 2, false) * number(f, 8, 2, false);
    if (!strcmp(type, "image/jpeg"))
        return jpeg_pixels(f);
    return !strcmp(type, "image/webp") ? webp_pixels(f) : 0;
}
