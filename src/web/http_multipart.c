/* multipart/form-data, as browsers send it, piece by piece. Written here because libmicrohttpd's parser needs a
 * live connection (so neither a table nor a fuzzer can drive it), does not say where a file ends and takes what no
 * browser sends.
 *
 *   FIRST ─boundary→ AFTER ─CRLF→ HEADER ─empty line→ DATA ─boundary→ AFTER ─"--"→ END
 */
#include "base/utf8.h"
#include "web/http_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

static enum rc refuse(struct multipart *m, enum rc rc, const char *why) {
    m->why = why;
    return rc;
}

/* One parameter of a header value: form-data; name="a \"b\"". Quoted pairs are undone; browsers write %22, %0D and
 * %0A for what cannot stand in the quotes. NULL when absent. */
static char *header_param(struct arena *a, const char *value, const char *name, size_t *len) {
    size_t want = strlen(name);
    const char *s = value + strcspn(value, ";");
    while (*s == ';') {
        s++;
        s += strspn(s, " \t");
        size_t n = strcspn(s, "=; \t");
        bool found = n == want && !strncasecmp(s, name, n);
        s += n;
        s += strspn(s, " \t");
        if (*s != '=') {
            s += strcspn(s, ";");
            continue;
        }
        s++;
        s += strspn(s, " \t");
        char *out = arena_alloc(a, strlen(s) + 1);
        size_t o = 0;
        if (*s == '"') {
            for (s++; *s && *s != '"'; s++) {
                if (*s == '\\' && (s[1] == '"' || s[1] == '\\'))
                    s++;
                out[o++] = *s;
            }
            if (*s != '"')
                return NULL;
            s++;
        } else {
            while (*s && !strchr("; \t", *s))
                out[o++] = *s++;
        }
        if (found) {
            *len = o;
            return out;
        }
        s += strspn(s, " \t");
    }
    return NULL;
}

enum rc multipart_begin(struct multipart *m, const char *content_type, struct fields *fields, const char *spool,
                        bool files_allowed) {
    memset(m, 0, sizeof *m);
    m->fields = fields;
    m->spool = spool ? spool : "/tmp";
    m->files_allowed = files_allowed;
    size_t n;
    char *boundary = header_param(fields->arena, content_type, "boundary", &n);
    if (!boundary || !n || n > 70)
        return refuse(m, RC_INVALID, "the multipart boundary is missing or too long");
    memcpy(m->delimiter, "\r\n--", 4);
    memcpy(m->delimiter + 4, boundary, n);
    m->delimiter_len = n + 4;
    return RC_OK;
}

static const char *base_name(struct arena *a, const char *name, size_t n) {
    char *clean = utf8_clean(a, name, n);
    for (char *p = clean; *p; p++)
        if (*p == '\n' || *p == '\t')
            *p = ' ';
    char *slash = strrchr(clean, '/'), *back = strrchr(clean, '\\');
    char *base = slash > back ? slash : back;
    base = base ? base + 1 : clean;
    if (!strcmp(base, ".") || !strcmp(base, "..") || !*base)
        return "file";
    base[utf8_fit(base, strlen(base), 200)] = 0;
    return base;
}

/* The header of one part, NUL-terminated lines. */
static enum rc part_header(struct multipart *m, char *text, size_t n) {
    struct arena *a = m->fields->arena;
    const char *disposition = NULL, *type = NULL;
    if (memchr(text, 0, n))
        return refuse(m, RC_INVALID, "a part's header holds a NUL");
    for (char *line = text, *next; line && *line; line = next) {
        next = strstr(line, "\r\n");
        if (next) {
            *next = 0;
            next += 2;
        }
        char *colon = strchr(line, ':');
        if (!colon || colon == line)
            return refuse(m, RC_INVALID, "a part's header line has no name");
        *colon = 0;
        char *value = colon + 1 + strspn(colon + 1, " \t");
        if (!strcasecmp(line, "Content-Disposition"))
            disposition = value;
        else if (!strcasecmp(line, "Content-Type"))
            type = value;
        else if (!strcasecmp(line, "Content-Transfer-Encoding") && strcasecmp(value, "binary") &&
                 strcasecmp(value, "8bit") && strcasecmp(value, "7bit"))
            return refuse(m, RC_INVALID, "parts must not be encoded");
    }
    if (!disposition || strncasecmp(disposition, "form-data", 9) ||
        (disposition[9] && !strchr("; \t", disposition[9])))
        return refuse(m, RC_INVALID, "a part is not form-data");
    size_t file_len = 0;
    m->name = header_param(a, disposition, "name", &m->name_len);
    char *file = header_param(a, disposition, "filename", &file_len);
    if (!m->name)
        return refuse(m, RC_INVALID, "a part has no name");
    buf_reset(&m->value);
    m->is_file = file != NULL;
    m->file = NULL;
    if (!file)
        return RC_OK;
    if (!m->files_allowed)
        return refuse(m, RC_INVALID, "no files are taken here");
    if (m->files_n == HTTP_FILES_MAX)
        return refuse(m, RC_TOO_BIG, "too many files");
    m->file = &m->files[m->files_n++];
    *m->file = (struct multipart_file){.fd = -1};
    m->file->upload.field = m->name;
    m->file->upload.name = file_len ? base_name(a, file, file_len) : "";
    m->file->upload.type_claimed = type ? utf8_clean(a, type, strlen(type)) : "application/octet-stream";
    return RC_OK;
}

static enum rc write_all(int fd, const char *p, size_t n) {
    while (n) {
        ssize_t done = write(fd, p, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return errno == ENOSPC || errno == EDQUOT ? RC_FULL : RC_BROKEN;
        p += done;
        n -= (size_t)done;
    }
    return RC_OK;
}

/* Network file systems have no O_TMPFILE. */
static int open_nameless(const char *folder) {
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    char path[4096];
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR) ||
        snprintf(path, sizeof path, "%s/upload-XXXXXX", folder) >= (int)sizeof path)
        return fd;
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

static enum rc part_data(struct multipart *m, const char *p, size_t n) {
    if (!n)
        return RC_OK;
    struct multipart_file *f = m->file;
    if (!f) {
        m->text_size += n;
        if (m->text_size > HTTP_FORM_MAX)
            return refuse(m, RC_TOO_BIG, "the fields are too large");
        buf_add(&m->value, p, n);
        return RC_OK;
    }
    f->size += n;
    if (f->fd < 0 && f->size <= HTTP_SPOOL_AT) {
        buf_add(&f->memory, p, n);
        return RC_OK;
    }
    enum rc rc = RC_OK;
    if (f->fd < 0) {
        f->fd = open_nameless(m->spool);
        if (f->fd < 0)
            return refuse(m, errno == ENOSPC ? RC_FULL : RC_BROKEN, "the file could not be spooled");
        rc = write_all(f->fd, f->memory.at, f->memory.len);
        buf_free(&f->memory);
    }
    if (!rc)
        rc = write_all(f->fd, p, n);
    return rc ? refuse(m, rc, "the file could not be spooled") : RC_OK;
}

static enum rc part_done(struct multipart *m) {
    if (m->file) { /* a file input that was left empty is sent as an empty file without a name */
        if (!m->file->size && !*m->file->upload.name)
            m->files_n--;
        m->file = NULL;
        return RC_OK;
    }
    struct field one = {m->name, m->name_len, {NULL, m->value.len}, FIELD_TEXT, FIELD_BODY, false};
    one.value.at = (const uint8_t *)arena_copy_n(m->fields->arena, m->value.at, m->value.len);
    if (fields_add(m->fields, one))
        return refuse(m, RC_TOO_BIG, "too many fields");
    return RC_OK;
}

/* One step over the bytes at p. Returns how many were used, 0 when more are needed. */
static size_t step(struct multipart *m, char *p, size_t n, enum rc *rc) {
    size_t d = m->delimiter_len;
    char *found;
    switch (m->state) {
    case PART_FIRST: /* the first boundary has no CRLF before it */
        if (n < d - 2)
            return 0;
        if (memcmp(p, m->delimiter + 2, d - 2)) {
            *rc = refuse(m, RC_INVALID, "the body does not begin with its boundary");
            return 0;
        }
        m->state = PART_AFTER;
        return d - 2;
    case PART_AFTER:
        if (n < 2)
            return 0;
        if (memcmp(p, "\r\n", 2) && memcmp(p, "--", 2)) {
            *rc = refuse(m, RC_INVALID, "a boundary is followed by something else");
            return 0;
        }
        m->state = p[0] == '-' ? PART_END : PART_HEADER;
        return 2;
    case PART_HEADER:
        found = memmem(p, n, "\r\n\r\n", 4);
        if (!found) {
            if (n > HTTP_PART_HEADER_MAX)
                *rc = refuse(m, RC_INVALID, "a part's header is too long");
            return 0;
        }
        *found = 0;
        *rc = part_header(m, p, (size_t)(found - p));
        m->state = PART_DATA;
        return (size_t)(found - p) + 4;
    case PART_DATA:
        found = memmem(p, n, m->delimiter, d);
        if (found) {
            *rc = part_data(m, p, (size_t)(found - p));
            if (!*rc)
                *rc = part_done(m);
            m->state = PART_AFTER;
            return (size_t)(found - p) + d;
        }
        if (n < d) /* all but the last d - 1 bytes cannot be part of a boundary */
            return 0;
        *rc = part_data(m, p, n - d + 1);
        return n - d + 1;
    case PART_END: return n; /* an epilogue says nothing */
    }
    return 0;
}

enum rc multipart_feed(struct multipart *m, const char *p, size_t n) {
    buf_add(&m->pending, p, n);
    enum rc rc = RC_OK;
    size_t at = 0, used;
    while (at < m->pending.len && (used = step(m, m->pending.at + at, m->pending.len - at, &rc)) && !rc)
        at += used;
    if (at) {
        memmove(m->pending.at, m->pending.at + at, m->pending.len - at);
        m->pending.len -= at;
    }
    return rc;
}

enum rc multipart_end(struct multipart *m) {
    if (m->state != PART_END)
        return refuse(m, RC_INVALID, "the body ends before its last boundary");
    for (size_t i = 0; i < m->files_n; i++) {
        struct multipart_file *f = &m->files[i];
        f->upload.bytes = buf_bytes(&f->memory);
        if (f->fd >= 0) {
            f->map = mmap(NULL, f->size, PROT_READ, MAP_PRIVATE, f->fd, 0);
            if (f->map == MAP_FAILED) {
                f->map = NULL;
                return refuse(m, RC_BROKEN, "the file could not be read back");
            }
            f->upload.bytes = (struct bytes){f->map, f->size};
        }
        if (!*f->upload.name)
            f->upload.name = "file";
    }
    return RC_OK;
}

void multipart_free(struct multipart *m) {
    buf_free(&m->pending);
    buf_free(&m->value);
    for (size_t i = 0; i < HTTP_FILES_MAX; i++) {
        struct multipart_file *f = &m->files[i];
        buf_free(&f->memory);
        if (f->map)
            munmap(f->map, f->size);
        if (i < m->files_n && f->fd >= 0)
            close(f->fd);
    }
    m->files_n = 0;
}
