/* picture.c: the pictures of other servers in a mail, fetched for a reader who asked for them, so that their server
 * sees ours and not her. A page names a mail and a number; the address is looked up in that mail. */
#include "base/log.h"
#include "base/sniff.h"
#include "desk/message.h"
#include "text/picture_urls.h"
#include "web/handlers.h"
#include "web/page.h"

#include <string.h>

/* What a browser draws and nothing else: no SVG, which is a document. */
static bool is_drawn(const char *type) {
    static const char *const drawn[] = {"image/png", "image/jpeg", "image/gif", "image/webp"};
    for (size_t i = 0; i < sizeof drawn / sizeof *drawn; i++)
        if (strcmp(drawn[i], type) == 0)
            return true;
    return false;
}

static enum rc find_url(struct request *rq, const char **url) {
    struct message m;
    const char *html, **urls = ARENA_ARRAY(rq_arena(rq), PICTURE_URLS_MAX, const char *);
    struct view *v = view_open(web_store(rq));
    enum rc rc = message_by_ref(v, rq_arena(rq), rq_text(rq, "ref"), &m);
    if (rc == RC_OK)
        rc = message_html(v, rq_arena(rq), m.id, &html);
    view_close(v);
    if (rc != RC_OK)
        return rc;
    size_t n = picture_urls(rq_arena(rq), html, urls), at = (size_t)rq_int(rq, "number", 0);
    *url = at < n ? urls[at] : NULL;
    return *url ? RC_OK : RC_NONE;
}

void get_picture(struct request *rq) {
    const char *url = NULL, *type;
    picture_hook *fetch = web_of(rq)->fetch_picture;
    enum rc rc = find_url(rq, &url);
    if (rc == RC_OK)
        rc = fetch ? fetch(url, rs_body(rq)) : RC_NONE;
    if (rc == RC_OK && !is_drawn(type = sniff_type(buf_bytes(rs_body(rq)))))
        rc = RC_NONE;
    if (rc != RC_OK) {
        rs_error(rq, rc == RC_DENIED || rc == RC_INVALID || rc == RC_TOO_BIG ? RC_NONE : rc, NULL);
        return;
    }
    rs_type(rq, type);
    rs_header(rq, "Content-Security-Policy", "sandbox; default-src 'none'");
    rs_header(rq, "Cross-Origin-Resource-Policy", "same-origin");
    rs_header(rq, "Cache-Control", "private, max-age=86400, immutable");
}
