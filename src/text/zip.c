#include "text/zip.h"

#include <stdbool.h>
#include <zlib.h>

enum { STORED = 0, DEFLATED = 8, UTF8_NAME = 0x800, VERSION = 20, FIRST_DAY = 33 /* 1 January 1980 */ };

static void put16(struct buf *out, unsigned n) {
    buf_char(out, (char)(n & 255));
    buf_char(out, (char)(n >> 8 & 255));
}

static void put32(struct buf *out, uint64_t n) {
    put16(out, (unsigned)(n & 0xFFFF));
    put16(out, (unsigned)(n >> 16 & 0xFFFF));
}

void zip_begin(struct zip *z, enum rc (*put)(void *to, struct bytes piece), void *to) {
    *z = (struct zip){.put = put, .to = to};
}

static enum rc put_bytes(struct zip *z, struct bytes piece) {
    z->at += piece.len;
    return z->at > UINT32_MAX ? RC_TOO_BIG : z->put(z->to, piece);
}

/* False: it would not get smaller. */
static bool deflated(struct bytes content, struct buf *out) {
    z_stream s = {.next_in = (Bytef *)(uintptr_t)content.at, .avail_in = (uInt)content.len};
    if (deflateInit2(&s, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    size_t room = deflateBound(&s, content.len);
    s.next_out = (Bytef *)buf_reserve(out, room);
    s.avail_out = (uInt)room;
    bool whole = deflate(&s, Z_FINISH) == Z_STREAM_END;
    out->len = s.total_out;
    deflateEnd(&s);
    return whole && out->len < content.len;
}

/* What the file's own header and the directory have in common. */
static void put_facts(struct buf *out, const char *name, struct bytes content, unsigned way, size_t packed) {
    put16(out, VERSION);
    put16(out, UTF8_NAME);
    put16(out, way);
    put16(out, 0);
    put16(out, FIRST_DAY);
    put32(out, crc32(0, content.at, (uInt)content.len));
    put32(out, packed);
    put32(out, content.len);
    put16(out, (unsigned)strlen(name));
    put16(out, 0);
}

enum rc zip_add(struct zip *z, const char *name, struct bytes content) {
    struct buf packed = {0}, header = {0};
    uint64_t at = z->at;
    if (z->files == ZIP_FILES_MAX || content.len > INT32_MAX || strlen(name) > UINT16_MAX)
        return RC_TOO_BIG;
    bool smaller = deflated(content, &packed);
    struct bytes body = smaller ? buf_bytes(&packed) : content;
    buf_lit(&header, "PK\3\4");
    put_facts(&header, name, content, smaller ? DEFLATED : STORED, body.len);
    buf_str(&header, name);
    enum rc rc = put_bytes(z, buf_bytes(&header));
    if (rc == RC_OK)
        rc = put_bytes(z, body);
    buf_lit(&z->directory, "PK\1\2");
    put16(&z->directory, VERSION);
    put_facts(&z->directory, name, content, smaller ? DEFLATED : STORED, body.len);
    put16(&z->directory, 0); /* remark, disk, attributes */
    put16(&z->directory, 0);
    put16(&z->directory, 0);
    put32(&z->directory, 0);
    put32(&z->directory, at);
    buf_str(&z->directory, name);
    z->files++;
    buf_free(&packed);
    buf_free(&header);
    return rc;
}

enum rc zip_end(struct zip *z, enum rc rc) {
    struct buf end = {0};
    buf_lit(&end, "PK\5\6");
    put32(&end, 0);
    put16(&end, (unsigned)z->files);
    put16(&end, (unsigned)z->files);
    put32(&end, z->directory.len);
    put32(&end, z->at);
    put16(&end, 0);
    if (rc == RC_OK)
        rc = put_bytes(z, buf_bytes(&z->directory));
    if (rc == RC_OK)
        rc = put_bytes(z, buf_bytes(&end));
    buf_free(&end);
    buf_free(&z->directory);
    return rc;
}
