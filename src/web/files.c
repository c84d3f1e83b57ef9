/* files.c: attachments and a mail's own HTML, each served so that nothing in it can act as us. */
#include "base/json.h"
#include "base/sniff.h"
#include "desk/event.h"
#include "desk/blob.h"
#include "desk/message.h"
#include "desk/sensitive.h"
#include "text/picture_urls.h"
#include "web/handlers.h"
#include "web/page.h"
#include "web/upload.h"

#include <string.h>

/* Four bytes each once it is decoded: 400 MB of the reader's memory. Cameras of phones make 12 to 50 million. */
enum { PIXELS_MAX = 100 * 1000 * 1000 };

/* A type that a browser shows by itself and that can do no harm; everything else is only offered for saving. */
static bool may_be_shown(const char *type, struct bytes file) {
    static const char *const shown[] = {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (strcmp(shown[i], type) == 0)
            return sniff_pixels(file) <= PIXELS_MAX;
    return false;
}

void file_headers(struct request *rq, const char *name, const char *type, bool inline_shown) {
    struct buf line = {0};
    buf_printf(&line, "%s; filename*=UTF-8''", inline_shown ? "inline" : "attachment");
    for (const unsigned char *p = (const unsigned char *)name; *p; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
                     *p == '.' || *p == '-' || *p == '_';
        if (plain)
            buf_char(&line, (char)*p);
        else
            buf_printf(&line, "%%%02X", *p);
    }
    rs_type(rq, inline_shown ? type : "application/octet-stream");
    rs_header(rq, "Content-Disposition", arena_copy(rq_arena(rq), line.at));
    rs_header(rq, "Content-Security-Policy",
              "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:");
    rs_header(rq, "Cache-Control", "private, max-age=3600");
    buf_free(&line);
}

void answer_file(struct request *rq, struct view *v, const struct attachment *x) {
    enum rc rc = blob_get(v, x->blob_id, rs_body(rq));
    if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else
        file_headers(rq, x->name, x->type, may_be_shown(x->type, buf_bytes(rs_body(rq))));
}

void get_file(struct request *rq) {
    struct attachment x;
    struct view *v = view_open(web_store(rq));
    enum rc rc = attachment_by_ref(v, rq_arena(rq), rq_text(rq, "ref"), &x);
    if (rc == RC_OK && sensitive_hidden(&x))
        rc = x.dropped_at ? RC_GONE : RC_DENIED; /* the way to it is post_file_look */
    if (rc == RC_OK)
        answer_file(rq, v, &x);
    else
        rs_error(rq, rc, NULL);
    view_close(v);
}

struct file_act {
    struct request *rq;
    struct attachment x;
    bool look;
};

static enum rc act_on_file(struct tx *tx, void *arg) {
    struct file_act *f = arg;
    const char *what = rq_text(f->rq, "do");
    enum rc rc = attachment_by_ref(tx_view(tx), rq_arena(f->rq), rq_text(f->rq, "ref"), &f->x);
    if (rc != RC_OK)
        return rc;
    f->look = strcmp(what, "look") == 0;
    return f->look ? sensitive_look(tx, &f->x, web_actor(f->rq), rq_now(f->rq))
                   : sensitive_mark(tx, &f->x, strcmp(what, "mark") == 0, web_actor(f->rq), rq_now(f->rq));
}

/* The look is noted before anything of the file leaves the program, and no browser keeps it. */
void post_file(struct request *rq) {
    struct file_act f = {.rq = rq};
    const char *back = rq_text(rq, "conversation");
    if (!web_write(rq, act_on_file, &f))
        return;
    if (!f.look) {
        if (rq_fragment(rq) && back)
            show_conversation(rq, back, NULL, 200, NULL, NULL);
        else
            rs_redirect(rq, back ? arena_printf(rq_arena(rq), "/c/%s", back) : "/inbox/mine");
        return;
    }
    struct view *v = view_open(web_store(rq));
    answer_file(rq, v, &f.x);
    view_close(v);
    rs_header(rq, "Cache-Control", "no-store");
}

/* For the page's script, which cleans it and writes it into the empty frame below. Pictures of the mail itself are
 * named by their Content-ID. */
void get_mail_html(struct request *rq) {
    struct message m;
    struct attachment *files;
    const char *html;
    int n;
    struct view *v = view_open(web_store(rq));
    enum rc rc = message_by_ref(v, rq_arena(rq), rq_text(rq, "ref"), &m);
    if (rc == RC_OK)
        rc = message_html(v, rq_arena(rq), m.id, &html);
    if (rc == RC_OK)
        rc = attachment_list(v, rq_arena(rq), m.id, &files, &n);
    view_close(v);
    if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
        return;
    }
    struct jw j = jw_begin(rs_body(rq));
    rs_type(rq, "application/json");
    jw_object(&j, NULL);
    jw_text(&j, "html", html);
    jw_object(&j, "cid");
    for (int i = 0; i < n; i++)
        if (*files[i].content_id && !sensitive_hidden(&files[i]))
            jw_text(&j, files[i].content_id, arena_printf(rq_arena(rq), "/f/%s", files[i].ref));
    jw_object_end(&j);
    const char **urls = ARENA_ARRAY(rq_arena(rq), PICTURE_URLS_MAX, const char *);
    size_t urls_n = picture_urls(rq_arena(rq), html, urls);
    jw_object(&j, "pictures");
    for (size_t i = 0; i < urls_n; i++)
        jw_text(&j, urls[i], arena_printf(rq_arena(rq), "/m/%s/picture/%zu", m.ref, i));
    jw_object_end(&j);
    jw_object_end(&j);
}

/* The frame's own policy, which a srcdoc frame would not have: nothing loads, nothing runs, nothing is sent. */
void get_mail_frame(struct request *rq) {
    rs_header(
        rq, "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'none'; base-uri 'none';"
        " frame-ancestors 'self'");
    rs_header(rq, "X-Frame-Options", NULL);
    buf_lit(rs_body(rq),
            "<!doctype html><html><head><meta charset=\"utf-8\"><title></title></head><body></body></html>");
}

void get_health(struct request *rq) {
    int64_t last;
    struct view *v = view_open(web_store(rq));
    enum rc rc = event_last_seq(v, &last);
    view_close(v);
    rs_type(rq, "text/plain; charset=utf-8");
    rs_status(rq, rc == RC_OK ? 200 : 503);
    buf_str(rs_body(rq), rc == RC_OK ? "ok\n" : "the database is away\n");
}
