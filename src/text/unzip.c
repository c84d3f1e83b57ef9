#include "text/unzip.h"

#include "base/tr.h"
#include "base/utf8.h"

#include <string.h>
#include <zlib.h>

/* Sizes of the fixed parts of the three records, and their signatures. */
enum { LOCAL = 30, CENTRAL = 46, END = 22 };
static const uint32_t LOCAL_MARK = 0x04034b50, CENTRAL_MARK = 0x02014b50, END_MARK = 0x06054b50;

static uint32_t le16(const uint8_t *p) { return (uint32_t)p[0] | (uint32_t)p[1] << 8; }
static uint32_t le32(const uint8_t *p) { return le16(p) | le16(p + 2) << 16; }

bool unzip_is_archive(struct bytes b) {
    return b.len >= END && (le32(b.at) == LOCAL_MARK || le32(b.at) == END_MARK);
}

/* The record at the end, behind which at most a comment stands. */
static const uint8_t *find_end(struct bytes b) {
    size_t least = b.len > END + 0xFFFF ? b.len - END - 0xFFFF : 0;
    for (size_t at = b.len >= END ? b.len - END + 1 : 0; at-- > least;)
        if (le32(b.at + at) == END_MARK)
            return b.at + at;
    return NULL;
}

/* One file of the directory. */
struct entry {
    uint32_t method, flags, packed, size, name_len, extra_len, comment_len, local;
    const char *name;
};

static bool read_entry(struct bytes b, size_t at, struct entry *e) {
    const uint8_t *p = b.at + at;
    if (at > b.len || b.len - at < CENTRAL || le32(p) != CENTRAL_MARK)
        return false;
    *e = (struct entry){le16(p + 10), le16(p + 8),  le32(p + 20),
                        le32(p + 24), le16(p + 28), le16(p + 30),
                        le16(p + 32), le32(p + 42), (const char *)p + CENTRAL};
    return b.len - at - CENTRAL >= (size_t)e->name_len + e->extra_len + e->comment_len;
}

/* The packed bytes; {NULL, 0} when the directory points elsewhere. */
static struct bytes packed_of(struct bytes b, const struct entry *e) {
    if (e->local > b.len || b.len - e->local < LOCAL || le32(b.at + e->local) != LOCAL_MARK)
        return (struct bytes){NULL, 0};
    size_t from = (size_t)e->local + LOCAL + le16(b.at + e->local + 26) + le16(b.at + e->local + 28);
    if (from > b.len || b.len - from < e->packed)
        return (struct bytes){NULL, 0};
    return (struct bytes){b.at + from, e->packed};
}

static bool inflate_into(struct bytes packed, uint8_t *to, size_t size) {
    z_stream z = {.next_in = (Bytef *)(uintptr_t)packed.at,
                  .avail_in = (uInt)packed.len,
                  .next_out = to,
                  .avail_out = (uInt)size};
    if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
        return false;
    int end = inflate(&z, Z_FINISH);
    bool whole = end == Z_STREAM_END && z.total_out == size;
    inflateEnd(&z);
    return whole;
}

/* Inside the folder, with '/'. */
static bool name_is_safe(const char *name) {
    if (*name == '/' || strchr(name, '\\') || strstr(name, "__MACOSX"))
        return false;
    for (const char *at = name; (at = strstr(at, "..")); at += 2)
        if ((at == name || at[-1] == '/') && (at[2] == '/' || !at[2]))
            return false;
    return true;
}

static const char *flaw_of(const struct entry *e, struct bytes packed) {
    if (e->flags & 1)
        return N_("{file} in the archive is encrypted");
    if (!packed.at || e->size == UINT32_MAX || e->packed == UINT32_MAX)
        return N_("{file} in the archive cannot be read");
    if (e->method != 0 && e->method != Z_DEFLATED)
        return N_("{file} in the archive is packed in a way that is not known here");
    return e->method == 0 && e->size != e->packed ? N_("{file} in the archive cannot be read") : NULL;
}

static enum rc take_entry(struct arena *a, struct bytes archive, const struct entry *e, size_t *total,
                          struct named_file *out, struct file_flaw *why) {
    struct bytes packed = packed_of(archive, e);
    why->file = out->path;
    why->what = flaw_of(e, packed);
    if (why->what)
        return RC_INVALID;
    *total += e->size;
    if (*total > UNZIP_TOTAL_MAX || e->size / UNZIP_RATIO_MAX > e->packed) {
        why->what = N_("{file} in the archive is too large unpacked");
        return RC_TOO_BIG;
    }
    uint8_t *bytes = arena_room(a, e->size + 1u, 1);
    if (e->method == 0)
        memcpy(bytes, packed.at, e->size);
    else if (!inflate_into(packed, bytes, e->size)) {
        why->what = N_("{file} in the archive is damaged");
        return RC_INVALID;
    }
    out->bytes = (struct bytes){bytes, e->size};
    return RC_OK;
}

enum rc unzip(struct arena *a, struct bytes archive, bool (*wanted)(const char *path), struct named_file **out,
              size_t *n, struct file_flaw *flaw) {
    *n = 0;
    const struct file_flaw unreadable = {N_("it is not a ZIP archive that can be read"), ""};
    *flaw = unreadable;
    if (archive.len > ARTICLE_FILE_SIZE_MAX) {
        flaw->what = N_("the archive is larger than 256 MB");
        return RC_TOO_BIG;
    }
    const uint8_t *end = find_end(archive);
    if (!end)
        return RC_INVALID;
    size_t entries = le16(end + 10), at = le32(end + 16), total = 0;
    *out = ARENA_ARRAY(a, entries + 1, struct named_file);
    for (size_t i = 0; i < entries; i++) {
        struct entry e;
        if (!read_entry(archive, at, &e)) {
            *flaw = unreadable;
            return RC_INVALID;
        }
        at += (size_t)CENTRAL + e.name_len + e.extra_len + e.comment_len;
        const char *name = utf8_clean(a, e.name, e.name_len);
        if (!*name || name[strlen(name) - 1] == '/' || !name_is_safe(name) || !wanted(name))
            continue;
        if (*n == ARTICLE_FILES_MAX) {
            *flaw = (struct file_flaw){N_("the archive holds too many files"), ""};
            return RC_TOO_BIG;
        }
        (*out)[*n].path = name;
        enum rc rc = take_entry(a, archive, &e, &total, &(*out)[*n], flaw);
        if (rc != RC_OK)
            return rc;
        ++*n;
    }
    return RC_OK;
}

enum rc articles_of_file(struct arena *a, const struct named_file *file, struct foreign_articles *out,
                         struct file_flaw *flaw) {
    struct named_file *files;
    size_t n;
    *flaw = (struct file_flaw){"", ""};
    if (!unzip_is_archive(file->bytes)) {
        if (article_file_read(a, file, out))
            return RC_OK;
        flaw->what =
            N_("it is none of the files that are known here: JSON Lines, JSON, Markdown, HTML, or a ZIP archive "
               "of them");
        return RC_INVALID;
    }
    enum rc rc = unzip(a, file->bytes, article_file_wanted, &files, &n, flaw);
    for (size_t i = 0; rc == RC_OK && i < n; i++)
        article_file_read(a, &files[i], out);
    return rc;
}
