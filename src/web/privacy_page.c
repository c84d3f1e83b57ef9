/* privacy_page.c: a look at what was hidden in a message, and the page where leads read who looked. */
#include "base/tr.h"
#include "desk/blob.h"
#include "desk/message.h"
#include "desk/privacy.h"
#include "desk/sensitive.h"
#include "html_gen.h"
#include "text/mask.h"
#include "web/handlers.h"
#include "web/page.h"
#include "web/upload.h"
#include "web/views_privacy.h"

#include <string.h>

enum { LINES = 50 };

/* ---- looking ---- */

/* What the form and the look itself need. */
struct look {
    struct message message;
    struct conversation conversation;
    struct raw_kept raw;
    bool by_mail;
};

static enum rc load_look(struct view *v, struct arena *a, const char *ref, struct look *out) {
    enum rc rc = message_by_ref(v, a, ref, &out->message);
    if (rc == RC_OK)
        rc = conversation_load(v, a, out->message.conversation_id, &out->conversation);
    if (rc == RC_OK)
        rc = raw_of_message(v, out->message.id, &out->raw);
    out->by_mail = rc == RC_OK;
    return rc == RC_NONE && out->conversation.id ? RC_OK : rc;
}

static void fill_reveal(struct visit *x, const struct look *k, struct reveal_view *v) {
    const char *who = k->message.contact_name ? k->message.contact_name : k->message.agent_name;
    v->ref = k->message.ref;
    v->conversation = k->conversation.ref;
    v->short_ref = k->conversation.short_ref;
    v->who = who ? who : "";
    v->lang = k->conversation.lang;
    v->at = k->message.created_at;
    v->hidden = k->message.masked;
    v->unreadable = k->raw.unreadable;
    v->gone_at = k->raw.dropped_at;
    if (k->by_mail && !v->unreadable)
        v->until = raw_kept_until(k->raw.received_at, setting_int(x->v, SETTING_RAW_DAYS));
    if (v->until && v->until <= x->page.now &&
        !v->gone_at) /* its removal is a matter of hours, and changes nothing */
        v->gone_at = v->until;
    v->original = k->by_mail && !v->gone_at;
}

/* Nothing of this page may stay in the browser or on the way. */
static void reveal_out(struct visit *x, struct reveal_view *v, int status) {
    rs_status(x->rq, status);
    rs_header(x->rq, "Cache-Control", "no-store");
    html_agent_reveal(rs_body(x->rq), &x->page, v);
    visit_end(x);
}

static bool begin_reveal(struct visit *x, struct request *rq, struct look *k, struct reveal_view *v) {
    *k = (struct look){0};
    if (!visit_begin(x, rq, tr(locale_of(rq_lang(rq)), "What is hidden")))
        return false;
    enum rc rc = load_look(x->v, x->a, rq_text(rq, "ref"), k);
    if (rc != RC_OK) {
        visit_fail(x, rc);
        return false;
    }
    *v = (struct reveal_view){.shell = shell_of(x, "inbox")};
    fill_reveal(x, k, v);
    return true;
}

void get_reveal(struct request *rq) {
    struct visit x;
    struct look k;
    struct reveal_view v;
    if (begin_reveal(&x, rq, &k, &v))
        reveal_out(&x, &v, 200);
}

/* What storing would hide stands out. */
static struct marked_text marked(struct arena *a, const char *text, unsigned kinds) {
    size_t n = strlen(text), at = 0;
    struct mask_spans spans = mask_find(a, text, n, kinds);
    struct marked_text out = {ARENA_ARRAY(a, 2 * spans.n + 1, struct marked_piece), 0};
    for (size_t i = 0; i < spans.n; i++) {
        const struct mask_span *s = &spans.at[i];
        out.pieces[out.pieces_n++] = (struct marked_piece){arena_copy_n(a, text + at, s->byte_start - at), false};
        out.pieces[out.pieces_n++] =
            (struct marked_piece){arena_copy_n(a, text + s->byte_start, s->byte_end - s->byte_start), true};
        at = s->byte_end;
    }
    out.pieces[out.pieces_n++] = (struct marked_piece){arena_copy_n(a, text + at, n - at), false};
    return out;
}

static enum rc read_original(struct visit *x, const struct buf *raw, struct reveal_view *v) {
    struct plain_mail mail;
    struct web_app *app = web_of(x->rq);
    enum rc rc = app->read_mail ? app->read_mail(app->mail_reader, x->a, buf_bytes(raw), &mail) : RC_AWAY;
    if (rc != RC_OK)
        return rc;
    unsigned kinds = setting_int(x->v, SETTING_MASK_CONTACTS) ? MASK_ALL : MASK_PRIVATE;
    v->subject = marked(x->a, mail.subject, kinds);
    v->body = marked(x->a, mail.body, kinds);
    v->quoted = marked(x->a, mail.quoted, kinds);
    if (!*mail.quoted)
        v->quoted.pieces_n = 0;
    v->shown = true;
    return RC_OK;
}

static enum rc note_look(struct tx *tx, void *arg) {
    return privacy_note(tx, arg, ((struct privacy_act *)arg)->at);
}

/* The look is noted before anything of it leaves the program: what cannot be noted is not shown. */
static enum rc look(struct visit *x, const struct look *k, bool file, struct reveal_view *v) {
    struct privacy_act act = {
        .kind = file ? PRIVACY_RAW : PRIVACY_REVEAL,
        .by = web_actor(x->rq),
        .contact_id = k->message.contact_id ? k->message.contact_id : k->conversation.contact_id,
        .message_id = k->message.id,
        .conversation_id = k->conversation.id,
        .reason = rq_text(x->rq, "reason"),
        .amount = k->message.masked,
        .at = rq_now(x->rq),
    };
    struct buf raw = {0};
    enum rc rc = blob_get(x->v, k->raw.blob_id, &raw);
    if (rc == RC_OK && !file)
        rc = read_original(x, &raw, v);
    if (rc == RC_OK)
        rc = store_write(web_store(x->rq), note_look, &act);
    if (rc == RC_OK && file)
        buf_add(rs_body(x->rq), raw.at, raw.len);
    buf_free(&raw);
    return rc;
}

static const char *reason_advice(enum locale locale, const char *reason) {
    const char *flaw = privacy_reason_flaw(reason);
    return !flaw          ? NULL
           : *flaw == 's' ? tr(locale, "Say why you need to see it. Leads and admins will read it.")
                          : tr(locale, "Say it in 300 characters at most.");
}

void post_reveal(struct request *rq) {
    struct visit x;
    struct look k;
    struct reveal_view v;
    bool file = rq_text(rq, "do") && strcmp(rq_text(rq, "do"), "file") == 0;
    if (!begin_reveal(&x, rq, &k, &v))
        return;
    const char *advice = reason_advice(x.page.locale, rq_text(rq, "reason"));
    v.reason = (struct field){rq_text(rq, "reason"), advice};
    if (advice)
        add_error(&x, &v.errors, "reason", advice);
    if (advice || !v.original) {
        reveal_out(&x, &v, advice ? 422 : 410);
        return;
    }
    enum rc rc = look(&x, &k, file, &v);
    if (rc == RC_OK && file) {
        visit_end(&x);
        file_headers(rq, arena_printf(rq_arena(rq), "%s.eml", k.message.ref), "message/rfc822", false);
        rs_header(rq, "Cache-Control", "no-store");
    } else if (rc == RC_OK) {
        reveal_out(&x, &v, 200);
    } else if (rc == RC_INVALID) {
        v.unreadable = true;
        add_error(&x, &v.errors, "",
                  tr(x.page.locale, "The mail could not be read as text. It can be downloaded as it came."));
        reveal_out(&x, &v, 422);
    } else {
        visit_fail(&x, rc);
    }
}

/* ---- who looked ---- */

static enum rc fill_log(struct visit *x, struct admin_privacy_view *v) {
    struct raw_counts raw;
    struct privacy_act *list;
    int n;
    enum rc rc = raw_count(x->v, x->page.now, &raw);
    if (rc == RC_OK)
        rc = privacy_list(x->v, x->a, rq_text(x->rq, "before"), LINES + 1, &list, &n);
    if (rc != RC_OK)
        return rc;
    rc = sensitive_count(x->v, x->page.now, &v->pictures, &v->pictures_due);
    if (rc != RC_OK)
        return rc;
    v->picture_days = setting_int(x->v, SETTING_PICTURE_DAYS);
    v->days = setting_int(x->v, SETTING_RAW_DAYS);
    v->kept = raw.kept;
    v->kept_more = raw.kept == PRIVACY_COUNT_MAX;
    v->due = raw.due;
    v->oldest = raw.oldest_at;
    v->lines = ARENA_ARRAY(x->a, LINES, struct privacy_line);
    for (int i = 0; i < n && i < LINES; i++)
        v->lines[v->lines_n++] = (struct privacy_line){
            .kind = privacy_kind_name(list[i].kind),
            .who = list[i].agent_name,
            .customer = list[i].contact_name,
            .customer_ref = list[i].contact_ref,
            .conversation = list[i].conversation_ref,
            .short_ref = list[i].short_ref,
            .reason = list[i].reason,
            .at = list[i].at,
        };
    if (n > LINES)
        v->older = list[LINES - 1].ref;
    return RC_OK;
}

void get_admin_privacy(struct request *rq) {
    struct visit x;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Private data")))
        return;
    struct admin_privacy_view v = {.shell = shell_of(&x, "admin"), .nav.section = "privacy"};
    enum rc rc = fill_log(&x, &v);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    html_admin_privacy(rs_body(rq), &x.page, &v);
    visit_end(&x);
}
