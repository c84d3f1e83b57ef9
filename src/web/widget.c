/* widget.c: what the chat widget on other websites asks for. Everything is JSON, by the visitor's token; which
 * origins may is widget_allows. What a visitor may see and do is decided in desk/visitor.c. */
#include "base/json.h"
#include "base/secret.h"
#include "base/tr.h"
#include "desk/sensitive.h"
#include "desk/article_report.h"
#include "desk/visitor.h"
#include "text/markdown.h"
#include "web/asset.h"
#include "web/handlers.h"
#include "web/hours_said.h"
#include "web/hub.h"
#include "web/page.h"
#include "web/reading.h"
#include "web/upload.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    FILE_KEY_CHARS = 20, /* 100 bits: the link is the key */
    LIVE_TICKET_MS = 5 * 60 * 1000,
};

/* ---- the script ---- */

/* One address that never changes, so not for ever in caches: an hour, then asked for by its hash. */
void get_widget_script(struct request *rq) {
    const char *url = asset_url("widget.js"), *known = rq_header(rq, "If-None-Match");
    const struct asset *script = asset_find(url);
    if (!script) {
        rs_error(rq, RC_NONE, NULL);
        return;
    }
    const char *tag = arena_printf(rq_arena(rq), "\"%s\"", strrchr(url, '/') + 1);
    const char *accepts = rq_header(rq, "Accept-Encoding");
    bool packed = script->gzip.len && accepts && strstr(accepts, "gzip");
    rs_type(rq, script->type);
    rs_header(rq, "Cache-Control", "public, max-age=3600, stale-while-revalidate=86400");
    rs_header(rq, "Access-Control-Allow-Origin", "*");
    rs_header(rq, "Cross-Origin-Resource-Policy", "cross-origin");
    rs_header(rq, "Vary", "Accept-Encoding");
    rs_header(rq, "ETag", tag);
    if (known && strstr(known, tag)) {
        rs_status(rq, 304);
        return;
    }
    if (packed)
        rs_header(rq, "Content-Encoding", "gzip");
    struct bytes body = packed ? script->gzip : script->plain;
    buf_add(rs_body(rq), body.at, body.len);
}

/* ---- who may ---- */

static enum rc chat_inbox(struct view *v, struct request *rq, struct inbox *out) {
    enum rc rc = inbox_by_ref(v, rq_arena(rq), rq_text(rq, "inbox"), out);
    return rc == RC_OK && (strcmp(out->kind, "chat") != 0 || !out->enabled) ? RC_NONE : rc;
}

bool widget_allows(struct request *rq, const char *origin) {
    struct inbox inbox;
    struct view *v = view_open(web_store(rq));
    enum rc rc = chat_inbox(v, rq, &inbox);
    view_close(v);
    return rc == RC_OK && site_allows(inbox.sites, origin);
}

/* A browser only withholds what another site reads; here it does not even get that far. */
static bool origin_is_good(struct request *rq) {
    const char *origin = rq_header(rq, "Origin"), *ours = rq_origin(rq);
    return !origin || strcasecmp(origin, ours) == 0 || widget_allows(rq, origin);
}

static const char *token_of(struct request *rq) {
    const char *header = rq_header(rq, "Authorization");
    return header && strncmp(header, "Visitor ", 8) == 0 ? header + 8 : NULL;
}

/* The visitor of the request; RC_UNKNOWN_USER without a token of this inbox. */
static enum rc visitor_here_now(struct view *v, struct request *rq, struct inbox *inbox, struct visitor *out) {
    const char *token = token_of(rq);
    enum rc rc = chat_inbox(v, rq, inbox);
    if (rc == RC_OK)
        rc = token ? visitor_by_token(v, rq_arena(rq), token, rq_now(rq), out) : RC_NONE;
    else
        return rc;
    return rc == RC_NONE || (rc == RC_OK && out->inbox_id != inbox->id) ? RC_UNKNOWN_USER : rc;
}

static struct jw answer(struct request *rq) {
    rs_type(rq, "application/json");
    rs_header(rq, "Cache-Control", "no-store");
    struct jw j = jw_begin(rs_body(rq));
    jw_object(&j, NULL);
    return j;
}

/* ---- before anything is said ---- */

void get_widget(struct request *rq) {
    struct inbox inbox;
    struct account account;
    struct hours hours;
    struct buf sentence = {0}, time = {0};
    int64_t wait = -1;
    enum locale locale = locale_of(rq_text(rq, "lang") ? rq_text(rq, "lang") : rq_lang(rq));
    struct view *v = view_open(web_store(rq));
    enum rc rc = origin_is_good(rq) ? chat_inbox(v, rq, &inbox) : RC_DENIED;
    if (rc == RC_OK)
        rc = account_load(v, rq_arena(rq), &account);
    if (rc == RC_OK)
        rc = hours_load(v, rq_arena(rq), inbox.team_id, &hours);
    if (rc == RC_OK)
        rc = visitor_wait(v, inbox.id, rq_now(rq), &wait);
    view_close(v);
    if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
        return;
    }
    if (!hours_open(&hours, account.zone, rq_now(rq))) {
        buf_str(&sentence, hours_said(rq_arena(rq), locale, &hours, account.zone, rq_now(rq)));
    } else if (wait >= 0) {
        say_duration(&time, locale, (wait + 59999) / 60000 * 60000);
        tr_fill(&sentence, tr(locale, "In the past seven days, nine of ten people had an answer within {time}."),
                "time", time.at, NULL);
    }
    struct jw j = answer(rq);
    jw_text(&j, "name", *inbox.from_name ? inbox.from_name : account.name);
    jw_text(&j, "wait", sentence.len ? sentence.at : NULL);
    jw_object_end(&j);
    buf_free(&sentence);
    buf_free(&time);
}

/* ---- start ---- */

struct starting {
    struct request *rq;
    struct visitor_ask ask;
    struct visitor visitor;
    char *token;
};

static enum rc start(struct tx *tx, void *arg) {
    struct starting *x = arg;
    char *token;
    enum rc rc = visitor_start(tx, &x->ask, rq_now(x->rq), &x->visitor, &token);
    x->token = rc == RC_OK ? arena_copy(rq_arena(x->rq), token) : NULL;
    x->visitor.email = rc == RC_OK ? arena_copy(rq_arena(x->rq), x->visitor.email) : "";
    return rc;
}

/* *user NULL: nobody vouches. RC_DENIED: the proof does not hold, and *why is for whoever builds the website. */
static enum rc user_of(struct request *rq, const struct inbox *inbox, struct site_user *room,
                       struct site_user **user, const char **why) {
    struct arena *a = rq_arena(rq);
    const char *jwt = rq_text(rq, "jwt"), *id = rq_text(rq, "identifier"), *hash = rq_text(rq, "identifier_hash"),
               *secret;
    *user = NULL;
    *why = NULL;
    if (!jwt && !id)
        return RC_OK;
    enum rc rc = site_secret_open(a, inbox, &secret);
    if (rc != RC_OK) {
        *why = "no_secret";
        return rc == RC_NONE ? RC_DENIED : rc;
    }
    rc = jwt ? site_user_of_token(a, jwt, secret, inbox->ref, rq_now(rq), room, why)
             : site_user_of_hash(a, id, hash ? hash : "", secret, room, why);
    if (rc == RC_OK && !jwt && rq_text(rq, "name"))
        room->name = rq_text(rq, "name");
    *user = rc == RC_OK ? room : NULL;
    return rc;
}

void post_widget_start(struct request *rq) {
    struct inbox inbox;
    struct site_user room, *user;
    const char *why;
    struct view *v = view_open(web_store(rq));
    enum rc rc = chat_inbox(v, rq, &inbox);
    view_close(v);
    if (rc == RC_OK) {
        rc = user_of(rq, &inbox, &room, &user, &why);
        if (rc == RC_DENIED) {
            rs_error(rq, rc, arena_printf(rq_arena(rq), "The proof of who the visitor is was refused: %s.", why));
            return;
        }
    }
    if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
        return;
    }
    struct starting x = {.rq = rq};
    x.ask = (struct visitor_ask){
        .inbox = &inbox,
        .token = token_of(rq),
        .user = user,
        .lang = rq_text(rq, "lang"),
        .address_tag = visitor_address_tag(rq_arena(rq), rq_address(rq)),
    };
    if (!web_write(rq, start, &x))
        return;
    struct jw j = answer(rq);
    jw_text(&j, "token", x.token);
    jw_bool(&j, "known", user != NULL);
    jw_text(&j, "email", *x.visitor.email ? x.visitor.email : NULL);
    jw_object_end(&j);
}

/* ---- live ---- */

/* A browser cannot send a header with a WebSocket, and the token itself has no place in an address, which logs
 * keep: a ticket opens only this, only for minutes, and only for pages of the inbox's sites. */
static char *ticket_of(struct request *rq, const char *conversation_ref, int64_t until) {
    struct arena *a = rq_arena(rq);
    char *text = arena_printf(a, "%s.%lld", conversation_ref, (long long)until);
    const char *bound = arena_printf(a, "%s.%s", text, rq_text(rq, "inbox"));
    return arena_printf(a, "%s.%s", text, secret_tag(a, SECRET_SESSION, "widget live", bound, 20));
}

void get_widget_live(struct request *rq) {
    struct conversation c;
    const char *ticket = rq_text(rq, "ticket");
    char *ref = arena_copy(rq_arena(rq), ticket), *dot = strchr(ref, '.');
    int64_t until = dot ? strtoll(dot + 1, NULL, 10) : 0;
    if (dot)
        *dot = 0;
    if (!dot || until < rq_now(rq) || !secret_equal(ticket_of(rq, ref, until), ticket)) {
        rs_error(rq, RC_DENIED, NULL);
        return;
    }
    struct view *v = view_open(web_store(rq));
    enum rc rc = conversation_by_ref(v, rq_arena(rq), ref, &c);
    view_close(v);
    if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
        return;
    }
    struct hub_client client = {.conversation_id = c.id};
    hub_upgrade(rq, web_of(rq)->hub, &client, -1);
}

/* ---- messages ---- */

static void write_files(struct jw *j, struct request *rq, const struct attachment *files, int n) {
    jw_array(j, "files");
    for (int i = 0; i < n; i++) {
        const struct attachment *f = &files[i];
        if (sensitive_hidden(f))
            continue;
        jw_object(j, NULL);
        jw_text(j, "name", f->name);
        jw_text(j, "type", f->type);
        jw_text(j, "size", size_text_of(rq_arena(rq), f->size));
        jw_text(j, "url",
                arena_printf(rq_arena(rq), "/widget/%s/f/%s?key=%s", rq_text(rq, "inbox"), f->ref,
                             secret_tag(rq_arena(rq), SECRET_ADDRESS, "widget file", f->ref, FILE_KEY_CHARS)));
        jw_object_end(j);
    }
    jw_array_end(j);
}

static void write_message(struct jw *j, struct request *rq, const struct message *m) {
    bool hers = strcmp(m->kind, "customer") == 0;
    jw_object(j, NULL);
    jw_text(j, "ref", m->ref);
    /* The browser's own id of what it sent, so that it knows its message again. */
    if (hers && m->mail_id && strcmp(m->channel, "chat") == 0)
        jw_text_n(j, "id", m->mail_id, strcspn(m->mail_id, "."));
    jw_text(j, "from", hers ? "visitor" : strcmp(m->kind, "bot") == 0 || *m->auto_kind ? "bot" : "person");
    jw_text(j, "name", hers ? NULL : m->agent_name);
    jw_int(j, "at", m->created_at);
    jw_text(j, "text", m->body);
    if (!hers)
        jw_text(j, "html", markdown_html(rq_arena(rq), m->body));
    if (strcmp(m->channel, "email") == 0)
        jw_bool(j, "mail", true);
    write_files(j, rq, m->files, m->files_n);
    jw_object_end(j);
}

void get_widget_messages(struct request *rq) {
    struct inbox inbox;
    struct visitor x;
    struct visitor_shown shown;
    struct conversation c;
    const char *read = NULL;
    struct view *v = view_open(web_store(rq));
    enum rc rc = origin_is_good(rq) ? visitor_here_now(v, rq, &inbox, &x) : RC_DENIED;
    if (rc == RC_OK)
        rc = visitor_messages(v, rq_arena(rq), &x, rq_text(rq, "after"), rq_now(rq), &shown);
    if (rc == RC_OK)
        rc = message_files(v, rq_arena(rq), shown.messages, shown.n);
    if (rc == RC_OK)
        rc = visitor_read_by_us(v, rq_arena(rq), &x, &read);
    if (rc == RC_OK) {
        struct jw j = answer(rq);
        jw_array(&j, "messages");
        for (int i = 0; i < shown.n; i++)
            write_message(&j, rq, &shown.messages[i]);
        jw_array_end(&j);
        jw_text(&j, "read", read);
        jw_bool(&j, "by_mail", shown.went_by_mail);
        jw_text(&j, "email", *x.email ? x.email : NULL);
        if (visitor_conversation(v, rq_arena(rq), &x, &c) == RC_OK) {
            jw_text(&j, "ref", c.short_ref);
            jw_text(&j, "live", ticket_of(rq, c.ref, rq_now(rq) + LIVE_TICKET_MS));
        }
        jw_object_end(&j);
    }
    view_close(v);
    if (rc != RC_OK)
        rs_error(rq, rc, NULL);
}

struct saying {
    struct request *rq;
    struct visitor_message message;
    const char *email, *seen, *ref, *short_ref;
    int64_t at;
};

static enum rc say(struct tx *tx, void *arg) {
    struct saying *x = arg;
    struct inbox inbox;
    struct visitor visitor;
    struct intake_result result;
    enum rc rc = visitor_here_now(tx_view(tx), x->rq, &inbox, &visitor);
    if (rc == RC_OK)
        rc = visitor_say(tx, &visitor, &inbox, &x->message, rq_now(x->rq), &result);
    if (rc != RC_OK)
        return rc;
    x->ref = arena_copy(rq_arena(x->rq), result.message.ref);
    x->short_ref = arena_copy(rq_arena(x->rq), result.conversation.short_ref);
    x->at = result.message.created_at;
    return result.is_new ? reading_followed(tx, reader_tag(x->rq), rq_now(x->rq)) : RC_OK;
}

void post_widget_message(struct request *rq) {
    struct saying x = {.rq = rq};
    const char *text = rq_text(rq, "text");
    x.message = (struct visitor_message){
        .body = text ? text : "",
        .lang = rq_text(rq, "lang") ? rq_text(rq, "lang") : rq_lang(rq),
        .id = rq_text(rq, "id"),
    };
    upload_attachments(rq, "files", &x.message.parts, &x.message.parts_n);
    if (!*x.message.body && !x.message.parts_n) {
        rs_error(rq, RC_INVALID, "There is no text and no file.");
        return;
    }
    if (!web_write(rq, say, &x))
        return;
    struct jw j = answer(rq);
    jw_text(&j, "ref", x.ref);
    jw_int(&j, "at", x.at);
    jw_text(&j, "conversation", x.short_ref);
    jw_object_end(&j);
}

/* ---- where answers go, and what was seen ---- */

static enum rc set_email(struct tx *tx, void *arg) {
    struct saying *x = arg;
    struct inbox inbox;
    struct visitor visitor;
    enum rc rc = visitor_here_now(tx_view(tx), x->rq, &inbox, &visitor);
    if (rc == RC_OK)
        rc = visitor_set_email(tx, &visitor, x->email, rq_now(x->rq));
    x->ref = rc == RC_OK ? arena_copy(rq_arena(x->rq), visitor.email) : NULL;
    return rc;
}

void post_widget_email(struct request *rq) {
    struct saying x = {.rq = rq, .email = rq_text(rq, "email")};
    if (!web_write(rq, set_email, &x))
        return;
    struct jw j = answer(rq);
    jw_text(&j, "email", x.ref);
    jw_object_end(&j);
}

static enum rc note_here(struct tx *tx, void *arg) {
    struct saying *x = arg;
    struct inbox inbox;
    struct visitor visitor;
    enum rc rc = visitor_here_now(tx_view(tx), x->rq, &inbox, &visitor);
    return rc == RC_OK ? visitor_here(tx, &visitor, x->seen, rq_now(x->rq)) : rc;
}

void post_widget_seen(struct request *rq) {
    struct saying x = {.rq = rq, .seen = rq_text(rq, "message")};
    if (!web_write(rq, note_here, &x))
        return;
    struct jw j = answer(rq);
    jw_object_end(&j);
}

void get_widget_file(struct request *rq) {
    struct attachment x;
    const char *ref = rq_text(rq, "ref");
    struct view *v = view_open(web_store(rq));
    bool right = secret_equal(secret_tag(rq_arena(rq), SECRET_ADDRESS, "widget file", ref, FILE_KEY_CHARS),
                              rq_text(rq, "key"));
    enum rc rc = right ? attachment_by_ref(v, rq_arena(rq), ref, &x) : RC_NONE;
    if (rc == RC_OK && sensitive_hidden(&x))
        rc = RC_GONE; /* whoever sits at her browser next does not see her card */
    if (rc == RC_OK)
        answer_file(rq, v, &x);
    else
        rs_error(rq, rc, NULL);
    view_close(v);
}
