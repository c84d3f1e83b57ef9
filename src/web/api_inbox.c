/* api_inbox.c: where messages come in and go out, with the servers of e-mail inboxes for admins; and saved replies,
 * to read only. Passwords and tokens come in and are never shown. */
#include "desk/contact.h"
#include "desk/inbox.h"
#include "desk/mailbox.h"
#include "desk/reply.h"
#include "web/api.h"
#include "web/page.h"

#include <string.h>

struct api_inbox {
    const char *ref, *name, *channel, *address, *trouble;
    bool enabled, acknowledges;
    int64_t created_at;
};

static const struct shape_field inbox_fields[] = {
    {"ref", SHAPE_REF, offsetof(struct api_inbox, ref), .of = "inb"},
    {"name", SHAPE_TEXT, offsetof(struct api_inbox, name)},
    {"channel", SHAPE_WORD, offsetof(struct api_inbox, channel), .of = "email form chat"},
    {"address", SHAPE_TEXT, offsetof(struct api_inbox, address), "Of an e-mail inbox.", .nullable = true},
    {"enabled", SHAPE_BOOL, offsetof(struct api_inbox, enabled)},
    {"acknowledges", SHAPE_BOOL, offsetof(struct api_inbox, acknowledges),
     "A new conversation by mail or form is confirmed by mail."},
    {"trouble", SHAPE_TEXT, offsetof(struct api_inbox, trouble), "What is wrong with it now, as a code.",
     .nullable = true},
    {"created_at", SHAPE_TIME, offsetof(struct api_inbox, created_at)},
    {0},
};
const struct shape shape_inbox = {"Inbox", "A connected address, form or widget.", inbox_fields,
                                  sizeof(struct api_inbox)};

static enum rc show_inbox(struct api_call *c, const void *row, void *out) {
    const struct inbox *x = row;
    *(struct api_inbox *)out = (struct api_inbox){x->ref,     x->name,    x->kind,         x->address,
                                                  x->trouble, x->enabled, x->acknowledges, x->created_at};
    return RC_OK;
}

static enum rc list_inboxes(struct api_call *c) {
    struct inbox *rows;
    int n;
    enum rc rc = inbox_list(c->v, c->a, &rows, &n);
    return rc != RC_OK ? rc : api_list_of_all(c, &shape_inbox, rows, n, sizeof *rows, show_inbox);
}

void api_list_inboxes(struct request *rq) { api_read(rq, list_inboxes); }

/* ---- settings, for admins ---- */

struct api_server {
    const char *host, *security, *auth, *user, *token_url, *client_id, *scope, *folder, *move_to;
    int64_t port;
    bool has_password, has_client_secret, has_refresh_token;
};

struct api_inbox_settings {
    const char *ref, *name, *channel, *address, *from_name, *signature, *lang, *trouble;
    bool enabled, acknowledges;
    const struct api_server *imap, *smtp;
};

static const struct shape_field server_fields[] = {
    {"host", SHAPE_TEXT, offsetof(struct api_server, host)},
    {"port", SHAPE_INT, offsetof(struct api_server, port)},
    {"security", SHAPE_WORD, offsetof(struct api_server, security), .of = "tls starttls plain"},
    {"auth", SHAPE_WORD, offsetof(struct api_server, auth), .of = "password bearer oauth"},
    {"user", SHAPE_TEXT, offsetof(struct api_server, user), .nullable = true},
    {"folder", SHAPE_TEXT, offsetof(struct api_server, folder), "Of IMAP: the one that is read; null: INBOX.",
     .nullable = true},
    {"move_to", SHAPE_TEXT, offsetof(struct api_server, move_to), "Of IMAP: where mail goes once it is stored.",
     .nullable = true},
    {"token_url", SHAPE_TEXT, offsetof(struct api_server, token_url), .nullable = true},
    {"client_id", SHAPE_TEXT, offsetof(struct api_server, client_id), .nullable = true},
    {"scope", SHAPE_TEXT, offsetof(struct api_server, scope), .nullable = true},
    {"has_password", SHAPE_BOOL, offsetof(struct api_server, has_password)},
    {"has_client_secret", SHAPE_BOOL, offsetof(struct api_server, has_client_secret)},
    {"has_refresh_token", SHAPE_BOOL, offsetof(struct api_server, has_refresh_token)},
    {0},
};
static const struct shape shape_server = {"MailServer", "A server for mail in or out.", server_fields,
                                          sizeof(struct api_server)};

static const struct shape_field settings_fields[] = {
    {"ref", SHAPE_REF, offsetof(struct api_inbox_settings, ref), .of = "inb"},
    {"name", SHAPE_TEXT, offsetof(struct api_inbox_settings, name)},
    {"channel", SHAPE_WORD, offsetof(struct api_inbox_settings, channel), .of = "email form chat"},
    {"address", SHAPE_TEXT, offsetof(struct api_inbox_settings, address), .nullable = true},
    {"from_name", SHAPE_TEXT, offsetof(struct api_inbox_settings, from_name), .nullable = true},
    {"signature", SHAPE_TEXT, offsetof(struct api_inbox_settings, signature), .nullable = true},
    {"lang", SHAPE_TEXT, offsetof(struct api_inbox_settings, lang), .nullable = true},
    {"enabled", SHAPE_BOOL, offsetof(struct api_inbox_settings, enabled)},
    {"acknowledges", SHAPE_BOOL, offsetof(struct api_inbox_settings, acknowledges),
     "A new conversation is confirmed by mail."},
    {"trouble", SHAPE_TEXT, offsetof(struct api_inbox_settings, trouble), .nullable = true},
    {"imap", SHAPE_OBJECT, offsetof(struct api_inbox_settings, imap), .nullable = true, .shape = &shape_server},
    {"smtp", SHAPE_OBJECT, offsetof(struct api_inbox_settings, smtp), .nullable = true, .shape = &shape_server},
    {0},
};
const struct shape shape_inbox_settings = {"InboxSettings", "An inbox with its mail servers.", settings_fields,
                                           sizeof(struct api_inbox_settings)};

static enum rc show_server(struct arena *a, struct bytes sealed, const struct api_server **out) {
    struct mail_server s;
    *out = NULL;
    enum rc rc = mail_server_open(a, sealed, &s);
    if (rc != RC_OK)
        return rc == RC_NONE ? RC_OK : rc;
    struct api_server *x = ARENA_NEW(a, struct api_server);
    *x = (struct api_server){
        .host = s.host,
        .port = s.port,
        .security = mail_security_name(s.security),
        .auth = mail_auth_name(s.auth),
        .user = s.user,
        .token_url = s.token_url,
        .client_id = s.client_id,
        .scope = s.scope,
        .folder = s.folder,
        .move_to = s.move_to,
        .has_password = *s.password,
        .has_client_secret = *s.client_secret,
        .has_refresh_token = *s.refresh_token,
    };
    *out = x;
    return RC_OK;
}

static enum rc put_settings(struct api_call *c, const struct inbox *x) {
    struct api_inbox_settings out = {x->ref,       x->name, x->kind,    x->address, x->from_name,
                                     x->signature, x->lang, x->trouble, x->enabled, x->acknowledges};
    enum rc rc = show_server(c->a, x->imap, &out.imap);
    if (rc == RC_OK)
        rc = show_server(c->a, x->smtp, &out.smtp);
    if (rc == RC_OK)
        api_put(c, &shape_inbox_settings, &out);
    return rc;
}

static enum rc load_settings(struct api_call *c, struct inbox *out) {
    if (rq_who(c->rq)->role < ROLE_ADMIN)
        return RC_DENIED;
    return inbox_by_ref(c->v, c->a, rq_text(c->rq, "ref"), out);
}

static enum rc get_settings(struct api_call *c) {
    struct inbox x;
    enum rc rc = load_settings(c, &x);
    return rc != RC_OK ? rc : put_settings(c, &x);
}

void api_get_inbox(struct request *rq) { api_read(rq, get_settings); }

static char *param_of(struct api_call *c, const char *key, const char *field) {
    return arena_printf(c->a, "%s_%s", key, field);
}

/* Lays what was said over `to`; true when it was said. */
static bool take(struct api_call *c, const char *key, const char *field, const char **to) {
    const char *name = param_of(c, key, field);
    if (!rq_has(c->rq, name))
        return false;
    *to = rq_text(c->rq, name) ? rq_text(c->rq, name) : "";
    return true;
}

/* A stored secret is for the server and user that it was given for; the form's rule. */
static enum rc take_secret(struct api_call *c, const char *key, const char *field, bool elsewhere,
                           const char **to) {
    bool stored = *to && **to;
    if (take(c, key, field, to) || !elsewhere || !stored)
        return RC_OK;
    return api_blame(c, RC_INVALID, param_of(c, key, field), field);
}

static void take_words(struct api_call *c, const char *key, struct mail_server *s) {
    const char *security = NULL, *auth = NULL;
    take(c, key, "host", &s->host);
    take(c, key, "user", &s->user);
    take(c, key, "token_url", &s->token_url);
    take(c, key, "client_id", &s->client_id);
    take(c, key, "scope", &s->scope);
    if (strcmp(key, "imap") == 0) {
        take(c, key, "folder", &s->folder);
        take(c, key, "move_to", &s->move_to);
    }
    if (take(c, key, "security", &security) && !mail_security_named(security, &s->security))
        s->security = MAIL_TLS;
    if (take(c, key, "auth", &auth) && !mail_auth_named(auth, &s->auth))
        s->auth = MAIL_PASSWORD;
    s->port = (int)rq_int(c->rq, param_of(c, key, "port"), s->port);
}

/* `sealed` as it is, changed by what was said; no host: no server. */
static enum rc take_server(struct api_call *c, const char *key, struct bytes *sealed) {
    struct mail_server old = {.host = "", .user = "", .password = "", .token_url = "", .client_id = ""};
    enum rc rc = mail_server_open(c->a, *sealed, &old);
    if (rc != RC_OK && rc != RC_NONE)
        return rc;
    struct mail_server s = old;
    take_words(c, key, &s);
    if (!*s.host) {
        *sealed = (struct bytes){0};
        return RC_OK;
    }
    bool other_server = strcmp(s.host, old.host) != 0 || strcmp(s.user, old.user) != 0;
    bool other_client = strcmp(s.token_url, old.token_url) != 0 || strcmp(s.client_id, old.client_id) != 0;
    rc = take_secret(c, key, "password", other_server, &s.password);
    if (rc == RC_OK)
        rc = take_secret(c, key, "client_secret", other_client, &s.client_secret);
    if (rc == RC_OK)
        rc = take_secret(c, key, "refresh_token", other_client, &s.refresh_token);
    if (rc != RC_OK)
        return rc;
    const char *flaw = mail_server_flaw(&s);
    if (flaw)
        return api_blame(c, RC_INVALID, param_of(c, key, strcmp(flaw, "plain") == 0 ? "security" : flaw), flaw);
    *sealed = mail_server_seal(c->a, &s);
    return RC_OK;
}

static enum rc save_settings(struct api_call *c, struct inbox *x) {
    bool is_new = !x->id;
    const char *name = rq_text(c->rq, "name"), *address = rq_text(c->rq, "address");
    if (name)
        x->name = name;
    if (address)
        x->address = contact_fold(c->a, "email", address);
    if (strcmp(x->kind, "email") == 0 && !plausible_email(x->address))
        return api_blame(c, RC_INVALID, "address", "not_an_address");
    if (rq_has(c->rq, "from_name"))
        x->from_name = rq_text(c->rq, "from_name");
    if (rq_has(c->rq, "signature"))
        x->signature = rq_text(c->rq, "signature");
    if (rq_has(c->rq, "lang"))
        x->lang = rq_text(c->rq, "lang");
    if (rq_has(c->rq, "enabled"))
        x->enabled = rq_flag(c->rq, "enabled");
    if (rq_has(c->rq, "acknowledges"))
        x->acknowledges = rq_flag(c->rq, "acknowledges");
    enum rc rc = take_server(c, "imap", &x->imap);
    if (rc == RC_OK)
        rc = take_server(c, "smtp", &x->smtp);
    if (rc == RC_OK)
        rc = inbox_save(c->tx, x, c->agent_id, c->now);
    if (rc == RC_CONFLICT)
        return api_blame(c, rc, "address", "taken");
    if (rc == RC_OK && !is_new && x->trouble) { /* new settings get a new judgement */
        rc = inbox_set_trouble(c->tx, x->id, NULL, c->now);
        x->trouble = NULL;
    }
    return rc != RC_OK ? rc : put_settings(c, x);
}

static enum rc create_inbox(struct api_call *c) {
    struct inbox x = {.kind = "email", .enabled = true};
    c->status = 201;
    return rq_who(c->rq)->role < ROLE_ADMIN ? RC_DENIED : save_settings(c, &x);
}

void api_create_inbox(struct request *rq) { api_write(rq, create_inbox); }

static enum rc change_inbox(struct api_call *c) {
    struct inbox x;
    enum rc rc = load_settings(c, &x);
    return rc != RC_OK ? rc : save_settings(c, &x);
}

void api_change_inbox(struct request *rq) { api_write(rq, change_inbox); }

/* ---- saved replies ---- */

struct api_saved_reply {
    const char *ref, *name, *lang, *body;
};

static const struct shape_field saved_reply_fields[] = {
    {"ref", SHAPE_REF, offsetof(struct api_saved_reply, ref), .of = "rep"},
    {"name", SHAPE_TEXT, offsetof(struct api_saved_reply, name)},
    {"lang", SHAPE_TEXT, offsetof(struct api_saved_reply, lang), .nullable = true},
    {"body", SHAPE_TEXT, offsetof(struct api_saved_reply, body),
     "Markdown with variables such as {customer.name}."},
    {0},
};
const struct shape shape_saved_reply = {"SavedReply", "A prepared text.", saved_reply_fields,
                                        sizeof(struct api_saved_reply)};

static enum rc show_saved(struct api_call *c, const void *row, void *out) {
    const struct saved_reply *x = row;
    *(struct api_saved_reply *)out = (struct api_saved_reply){x->ref, x->name, x->lang, x->body};
    return RC_OK;
}

static enum rc list_saved(struct api_call *c) {
    struct saved_reply *rows;
    int n;
    enum rc rc = saved_list(c->v, c->a, &rows, &n);
    return rc != RC_OK ? rc : api_list_of_all(c, &shape_saved_reply, rows, n, sizeof *rows, show_saved);
}

void api_list_saved_replies(struct request *rq) { api_read(rq, list_saved); }

static enum rc get_saved(struct api_call *c) {
    struct saved_reply x;
    enum rc rc = saved_by_ref(c->v, c->a, rq_text(c->rq, "ref"), &x);
    if (rc == RC_OK)
        api_put(c, &shape_saved_reply, &(struct api_saved_reply){x.ref, x.name, x.lang, x.body});
    return rc;
}

void api_get_saved_reply(struct request *rq) { api_read(rq, get_saved); }
