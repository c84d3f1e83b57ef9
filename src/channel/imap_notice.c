#include "channel/imap_notice.h"

#include "base/tr.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* What says how the body is to be read would be wrong for the new one. */
static bool is_about_body(const char *line, size_t n) {
    return (n > 8 && strncasecmp(line, "content-", 8) == 0) ||
           (n > 12 && strncasecmp(line, "mime-version", 12) == 0);
}

static void keep_header(struct buf *out, struct bytes header) {
    const char *p = (const char *)header.at, *end = p + header.len;
    bool skipping = false;
    while (p < end) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        if (!newline)
            return; /* cut in the middle of a line */
        size_t n = (size_t)(newline - p);
        if (n && p[n - 1] == '\r')
            n--;
        if (!n)
            return;
        if (*p != ' ' && *p != '\t')
            skipping = !memchr(p, ':', n) || is_about_body(p, n);
        if (!skipping) {
            buf_add(out, p, n);
            buf_lit(out, "\r\n");
        }
        p = newline + 1;
    }
}

void imap_notice(struct buf *out, enum locale locale, enum imap_how how, struct bytes header, const char *folder,
                 uint32_t uid_validity, uint32_t uid) {
    const char *limit = "25 MB";
    char number[16];
    snprintf(number, sizeof number, "%u", uid);
    keep_header(out, header);
    if (!header.len)
        buf_printf(out, "X-Kept-Mail: %u %u\r\n", uid_validity, uid);
    buf_lit(
        out,
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n");
    if (how == IMAP_HEADER_ONLY)
        tr_fill(out,
                tr(locale, "This mail is larger than {limit}, or broken, and was not taken in. It is still in the "
                           "mailbox, in the "
                           "folder {folder}, and not marked as read."),
                "limit", limit, "folder", folder, NULL);
    else
        tr_fill(out,
                tr(locale, "The mail server did not hand over one mail. It is still in the mailbox, in the folder "
                           "{folder}: mail "
                           "number {number}."),
                "folder", folder, "number", number, NULL);
    buf_lit(out, "\r\n");
}
