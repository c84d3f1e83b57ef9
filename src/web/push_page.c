/* push_page.c: notifications on an agent's devices (desk/push.h): the section of her account, what a device asks
 * when it was woken, its script, and what makes Kept an app on a phone. */
#include "base/json.h"
#include "base/tr.h"
#include "base/vapid.h"
#include "desk/push.h"
#include "web/account_page.h"
#include "web/asset.h"
#include "web/handlers.h"

#include <string.h>

/* ---- the section ---- */

enum rc fill_push(struct visit *x, struct push_view *v) {
    struct push_device *list;
    struct push_choice choice;
    int n = 0;
    enum rc rc = push_device_list(x->v, x->a, x->me.id, &list, &n);
    if (rc == RC_OK)
        rc = push_choice_load(x->v, x->me.id, &choice);
    if (rc != RC_OK)
        return rc;
    *v = (struct push_view){
        .key = vapid_public_key(x->a),
        .current = "",
        .devices = ARENA_ARRAY(x->a, (size_t)n + 1, struct push_device_view),
        .devices_n = n,
        .assigned = !(choice.off & PUSH_ASSIGNED),
        .answered = !(choice.off & PUSH_ANSWERED),
        .due_soon = !(choice.off & PUSH_DUE_SOON),
        .broken = !(choice.off & PUSH_BROKEN),
        .careful = !(choice.off & PUSH_CAREFUL),
        .mentioned = !(choice.off & PUSH_MENTIONED),
        .open_hours = choice.open_hours,
    };
    for (int i = 0; i < n; i++) {
        bool current = list[i].session_id == rq_who(x->rq)->session_id;
        v->current = current ? list[i].ref : v->current;
        v->devices[i] = (struct push_device_view){list[i].ref,     list[i].label, list[i].created_at,
                                                  list[i].told_at, current,       list[i].failures > 0};
    }
    return RC_OK;
}

static enum rc save_choice(struct tx *tx, void *arg) {
    struct request *rq = arg;
    struct push_choice choice = {.open_hours = rq_flag(rq, "open_hours")};
    choice.off |= rq_flag(rq, "assigned") ? 0 : PUSH_ASSIGNED;
    choice.off |= rq_flag(rq, "answered") ? 0 : PUSH_ANSWERED;
    choice.off |= rq_flag(rq, "due_soon") ? 0 : PUSH_DUE_SOON;
    choice.off |= rq_flag(rq, "broken") ? 0 : PUSH_BROKEN;
    choice.off |= rq_flag(rq, "careful") ? 0 : PUSH_CAREFUL;
    choice.off |= rq_flag(rq, "mentioned") ? 0 : PUSH_MENTIONED;
    return push_choice_save(tx, rq_who(rq)->agent_id, &choice);
}

void post_push_choice(struct request *rq) {
    if (web_write(rq, save_choice, rq))
        rs_redirect(rq, "/account?done=saved#notifications");
}

/* ---- devices ---- */

static enum rc keep_device(struct tx *tx, void *arg) {
    struct request *rq = arg;
    const struct identity *who = rq_who(rq);
    return push_device_keep(tx, who->agent_id, who->session_id, rq_text(rq, "endpoint"));
}

static enum rc add_device(struct tx *tx, void *arg) {
    struct request *rq = arg;
    const struct identity *who = rq_who(rq);
    struct visit x = {.rq = rq, .a = tx_arena(tx), .page.locale = locale_of(rq_lang(rq))};
    const char *program = rq_header(rq, "User-Agent");
    return push_device_add(tx, who->agent_id, who->session_id, rq_text(rq, "endpoint"),
                           program_name(&x, program ? program : ""), rq_now(rq));
}

void post_push_device(struct request *rq) {
    enum locale locale = locale_of(rq_lang(rq));
    enum rc rc = store_write(web_store(rq), rq_flag(rq, "keep") ? keep_device : add_device, rq);
    if (rc == RC_OK)
        rs_status(rq, 204);
    else
        rs_error(rq, rc,
                 rc == RC_INVALID
                     ? tr(locale, "This browser’s push service cannot be used: its address is not https.")
                 : rc == RC_TOO_MANY ? tr(locale, "Ten devices are the most. Remove one that you no longer use.")
                                     : NULL);
}

static enum rc end_device(struct tx *tx, void *arg) {
    struct request *rq = arg;
    return push_device_end(tx, rq_who(rq)->agent_id, rq_text(rq, "ref"));
}

void post_push_device_end(struct request *rq) {
    if (web_write(rq, end_device, rq))
        rs_redirect(rq, "/account?done=removed#notifications");
}

static enum rc send_test(struct tx *tx, void *arg) {
    struct request *rq = arg;
    return push_tell(tx, rq_who(rq)->agent_id, 0, PUSH_TEST, web_actor(rq), rq_now(rq));
}

void post_push_test(struct request *rq) {
    if (web_write(rq, send_test, rq))
        rs_redirect(rq, "/account?done=tested#notifications");
}

/* ---- what a woken device asks ---- */

enum { NEWS_MAX = 20 };

/* No word of a customer and no name: it stands on locked screens. */
static const char *title_of(enum locale locale, unsigned kinds) {
    return kinds & PUSH_TEST        ? tr(locale, "Notifications work on this device")
           : kinds & PUSH_CAREFUL   ? tr(locale, "A conversation in careful mode needs you")
           : kinds & PUSH_BROKEN    ? tr(locale, "A promise is overdue")
           : kinds & PUSH_DUE_SOON  ? tr(locale, "A promise is due soon")
           : kinds & PUSH_MENTIONED ? tr(locale, "A colleague mentioned you in a note")
           : kinds & PUSH_ANSWERED  ? tr(locale, "A customer wrote in a conversation of yours")
                                    : tr(locale, "A conversation was assigned to you");
}

static void item(struct jw *j, const char *tag, const char *title, const char *body, const char *url, int64_t at) {
    jw_object(j, NULL);
    jw_text(j, "tag", tag);
    jw_text(j, "title", title);
    jw_text(j, "body", body);
    jw_text(j, "url", url);
    jw_int(j, "at", at);
    jw_object_end(j);
}

static void write_news(struct request *rq, struct jw *j, const struct push_note *notes, int n) {
    enum locale locale = locale_of(rq_lang(rq));
    for (int i = 0; i < n; i++) {
        const struct push_note *note = &notes[i];
        struct buf body = {0};
        if (note->short_ref)
            tr_fill(&body, tr(locale, "Conversation {ref}"), "ref", note->short_ref, NULL);
        item(j, note->ref ? note->ref : "kept", title_of(locale, note->kinds), body.at ? body.at : "",
             note->ref ? arena_printf(rq_arena(rq), "/c/%s", note->ref) : "/account#notifications",
             note->settled_at);
        buf_free(&body);
    }
}

/* Browsers demand that each push shows something, so there is always an item. */
void get_push_news(struct request *rq) {
    enum locale locale = locale_of(rq_lang(rq));
    struct push_note *notes = NULL;
    int n = 0;
    int64_t agent_id = rq_who(rq)->agent_id;
    if (agent_id) {
        struct view *v = view_open(web_store(rq));
        enum rc rc = push_news(v, rq_arena(rq), agent_id, rq_now(rq), NEWS_MAX, &notes, &n);
        view_close(v);
        if (rc != RC_OK) {
            rs_error(rq, rc, NULL);
            return;
        }
    }
    rs_type(rq, "application/json");
    rs_header(rq, "Cache-Control", "no-store");
    struct jw j = jw_begin(rs_body(rq));
    jw_object(&j, NULL);
    jw_text(&j, "lang", rq_lang(rq));
    jw_array(&j, "items");
    write_news(rq, &j, notes, n);
    if (!agent_id)
        item(&j, "kept", "Kept", tr(locale, "Sign in to see what is new."), "/sign-in", 0);
    else if (!n)
        item(&j, "kept", "Kept", tr(locale, "What was new has been read already."), "/inbox/mine", 0);
    jw_array_end(&j);
    jw_object_end(&j);
}

/* ---- the app ---- */

/* At a fixed address, for that is its scope; browsers look once a day whether it has changed. */
void get_service_worker(struct request *rq) {
    const struct asset *script = asset_find(asset_url("service-worker.js"));
    if (!script) {
        rs_error(rq, RC_NONE, NULL);
        return;
    }
    rs_type(rq, script->type);
    rs_header(rq, "Cache-Control", "no-cache");
    buf_add(rs_body(rq), script->plain.at, script->plain.len);
}

static void icon(struct jw *j, const char *name, const char *type, const char *sizes) {
    jw_object(j, NULL);
    jw_text(j, "src", asset_url(name));
    jw_text(j, "type", type);
    jw_text(j, "sizes", sizes);
    jw_object_end(j);
}

void get_manifest(struct request *rq) {
    rs_type(rq, "application/manifest+json");
    rs_header(rq, "Cache-Control", "public, max-age=3600");
    struct jw j = jw_begin(rs_body(rq));
    jw_object(&j, NULL);
    jw_text(&j, "id", "/inbox/mine");
    jw_text(&j, "name", "Kept");
    jw_text(&j, "short_name", "Kept");
    jw_text(&j, "start_url", "/inbox/mine");
    jw_text(&j, "scope", "/");
    jw_text(&j, "display", "standalone");
    jw_text(&j, "background_color", "#ffffff");
    jw_text(&j, "theme_color", "#1f5fbf");
    jw_array(&j, "icons");
    icon(&j, "kept.svg", "image/svg+xml", "any");
    icon(&j, "kept-192.png", "image/png", "192x192");
    icon(&j, "kept-512.png", "image/png", "512x512");
    jw_array_end(&j);
    jw_object_end(&j);
}
