#include "web/mail_form.h"

#include "base/tr.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *key;
    int port[3]; /* usual ones, by enum mail_security */
} protocols[] = {
    [MAIL_IMAP] = {"imap", {993, 143, 143}},
    [MAIL_SMTP] = {"smtp", {465, 587, 25}},
};

static const char *typed(struct visit *x, enum mail_protocol protocol, const char *field) {
    const char *value = rq_text(x->rq, arena_printf(x->a, "%s_%s", protocols[protocol].key, field));
    return value ? value : "";
}

static struct choices security_choices(struct visit *x, enum mail_security chosen) {
    const char *const labels[] = {
        [MAIL_TLS] = tr(x->page.locale, "TLS from the start"),
        [MAIL_STARTTLS] = tr(x->page.locale, "STARTTLS"),
        [MAIL_PLAIN] = tr(x->page.locale, "None, only on this machine"),
    };
    struct choices out = {ARENA_ARRAY(x->a, 3, struct choice), 3};
    for (int i = MAIL_TLS; i <= MAIL_PLAIN; i++)
        out.items[i] = (struct choice){mail_security_name((enum mail_security)i), labels[i], "", i == (int)chosen};
    return out;
}

static struct choices auth_choices(struct visit *x, enum mail_auth chosen) {
    const char *const labels[] = {
        [MAIL_PASSWORD] = tr(x->page.locale, "Password"),
        [MAIL_BEARER] = tr(x->page.locale, "Access token that a program of yours renews"),
        [MAIL_OAUTH] = tr(x->page.locale, "OAuth 2 (Google, Microsoft …), renewed by Kept"),
    };
    static const enum mail_auth order[] = {MAIL_PASSWORD, MAIL_OAUTH, MAIL_BEARER};
    struct choices out = {ARENA_ARRAY(x->a, 3, struct choice), 3};
    for (int i = 0; i < 3; i++)
        out.items[i] = (struct choice){mail_auth_name(order[i]), labels[order[i]], "", order[i] == chosen};
    return out;
}

static const struct mail_server nothing_set = {
    .host = "",
    .user = "",
    .password = "",
    .ca_file = "",
    .token_url = "",
    .client_id = "",
    .client_secret = "",
    .refresh_token = "",
    .scope = "",
    .folder = "",
    .move_to = "",
};

/* What is no secret, as typed. */
static void lay_over(struct visit *x, enum mail_protocol protocol, struct mail_server *s) {
    const char *security = typed(x, protocol, "security"), *auth = typed(x, protocol, "auth");
    s->host = typed(x, protocol, "host");
    s->user = typed(x, protocol, "user");
    s->token_url = typed(x, protocol, "token_url");
    s->client_id = typed(x, protocol, "client_id");
    s->scope = typed(x, protocol, "scope");
    if (!*security || !mail_security_named(security, &s->security))
        s->security = MAIL_TLS;
    if (!*auth || !mail_auth_named(auth, &s->auth))
        s->auth = MAIL_PASSWORD;
    if (protocol == MAIL_IMAP) {
        s->folder = typed(x, protocol, "folder");
        s->move_to = typed(x, protocol, "move_to");
    }
}

enum rc mail_fields_of(struct visit *x, enum mail_protocol protocol, struct bytes sealed, bool again,
                       const struct error_list *errors, struct mail_fields *out) {
    const char *key = protocols[protocol].key;
    struct mail_server s = nothing_set;
    enum rc rc = mail_server_open(x->a, sealed, &s);
    if (rc != RC_OK && rc != RC_NONE)
        return rc;
    *out = (struct mail_fields){
        .key = key,
        .in = protocol == MAIL_IMAP,
        .password_set = *s.password,
        .client_secret_set = *s.client_secret,
        .refresh_token_set = *s.refresh_token,
    };
    const char *port = s.port ? arena_printf(x->a, "%d", s.port) : "";
    if (again) {
        lay_over(x, protocol, &s);
        port = typed(x, protocol, "port");
    }
    const struct {
        struct field *field;
        const char *name, *value;
    } all[] = {
        {&out->host, "host", s.host},
        {&out->port, "port", port},
        {&out->user, "user", s.user},
        {&out->password, "password", ""},
        {&out->folder, "folder", s.folder},
        {&out->move_to, "move-to", s.move_to},
        {&out->token_url, "token-url", s.token_url},
        {&out->client_id, "client-id", s.client_id},
        {&out->client_secret, "client-secret", ""},
        {&out->refresh_token, "refresh-token", ""},
        {&out->scope, "scope", s.scope},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        *all[i].field =
            (struct field){all[i].value, error_of(errors, arena_printf(x->a, "%s-%s", key, all[i].name))};
    out->securities = security_choices(x, s.security);
    out->auths = auth_choices(x, s.auth);
    out->oauth = s.auth == MAIL_OAUTH;
    return RC_OK;
}

static void say_flaw(struct visit *x, enum mail_protocol protocol, const char *flaw, struct error_list *errors) {
    static const struct {
        const char *flaw, *place, *text;
    } all[] = {
        {"port", "port", N_("A port is a number from 1 to 65535.")},
        {"plain", "host",
         N_("Without encryption only a server on this machine can be used: the password would travel in the "
            "open.")},
        {"host", "host", N_("Write only the name of the server, like mail.example.com.")},
        {"folder", "folder", N_("This is no name of a folder.")},
        {"move_to", "move-to", N_("Name another folder than the one that is read.")},
        {"user", "user", N_("Type the user name.")},
        {"token_url", "token-url", N_("Write the whole address for tokens, beginning with https://.")},
        {"client_id", "client-id", N_("Type the client ID that the provider gave you.")},
        {"refresh_token", "refresh-token", N_("Type the refresh token.")},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].flaw, flaw) == 0)
            add_error(x, errors, arena_printf(x->a, "%s-%s", protocols[protocol].key, all[i].place),
                      tr(x->page.locale, all[i].text));
}

/* A stored secret is not sent to a server that it was not meant for: when `elsewhere`, it must be typed again. */
static void read_secret(struct visit *x, enum mail_protocol protocol, const char *name, const char *stored,
                        bool elsewhere, struct error_list *errors, const char **out) {
    const char *value = typed(x, protocol, name);
    *out = *value ? value : elsewhere ? "" : stored;
    if (!*value && *stored && elsewhere) {
        char *place = arena_printf(x->a, "%s-%s", protocols[protocol].key, name);
        for (char *c = place; *c; c++)
            if (*c == '_')
                *c = '-';
        bool password = strcmp(name, "password") == 0;
        add_error(x, errors, place,
                  password
                      ? tr(x->page.locale, "Type the password again: server or user name are others now.")
                      : tr(x->page.locale, "Type this again: it belongs to another client or address for tokens."));
    }
}

enum rc mail_fields_read(struct visit *x, enum mail_protocol protocol, struct bytes stored,
                         struct error_list *errors, struct mail_server *s, struct bytes *sealed) {
    const char *key = protocols[protocol].key;
    struct mail_server old = nothing_set;
    enum rc rc = mail_server_open(x->a, stored, &old);
    *sealed = (struct bytes){0};
    *s = old; /* what the form does not show stays */
    if (rc != RC_OK && rc != RC_NONE)
        return rc;
    lay_over(x, protocol, s);
    if (!*s->host)
        return RC_OK;
    const char *port = typed(x, protocol, "port");
    s->port = *port ? (strspn(port, "0123456789") == strlen(port) ? atoi(port) : 0)
                    : protocols[protocol].port[s->security];
    bool other_server = strcmp(s->host, old.host) != 0 || strcmp(s->user, old.user) != 0;
    bool other_client = strcmp(s->token_url, old.token_url) != 0 || strcmp(s->client_id, old.client_id) != 0;
    int before = errors->items_n;
    if (s->auth == MAIL_OAUTH) {
        read_secret(x, protocol, "client_secret", old.client_secret, other_client, errors, &s->client_secret);
        read_secret(x, protocol, "refresh_token", old.refresh_token, other_client, errors, &s->refresh_token);
        s->password = "";
    } else {
        s->client_secret = s->refresh_token = s->token_url = s->client_id = s->scope = "";
        read_secret(x, protocol, "password", *s->user ? old.password : "", other_server, errors, &s->password);
    }
    const char *flaw = mail_server_flaw(s);
    bool said = errors->items_n > before && flaw && strcmp(flaw, "refresh_token") == 0;
    if (flaw && !said)
        say_flaw(x, protocol, flaw, errors);
    if (s->auth != MAIL_OAUTH && *s->user && !*s->password && errors->items_n == before)
        add_error(x, errors, arena_printf(x->a, "%s-password", key), tr(x->page.locale, "Type the password."));
    if (protocol == MAIL_IMAP && !*s->user && s->auth == MAIL_PASSWORD)
        add_error(x, errors, arena_printf(x->a, "%s-user", key), tr(x->page.locale, "Type the user name."));
    *sealed = mail_server_seal(x->a, s);
    return RC_OK;
}

const char *mail_trouble_text(enum locale locale, const char *code) {
    static const struct {
        const char *code, *text;
    } all[] = {
        {"imap_sign_in",
         N_("The mailbox refuses the user name or the password. Many providers want an app password.")},
        {"imap_certificate",
         N_("The server of the mailbox does not prove its name by a certificate. Check the name of the server.")},
        {"imap_no_tls", N_("The server of the mailbox offers no encryption on this port. Try TLS and port 993.")},
        {"imap_away", N_("The server of the mailbox does not answer. Check name and port; we keep trying.")},
        {"imap_protocol", N_("What answers on this port is not a mailbox server. Check the port.")},
        {"imap_no_folder", N_("The folder that is to be read is not in the mailbox.")},
        {"imap_move", N_("Mail is read, but cannot be moved to the other folder.")},
        {"imap_address", N_("This server’s address may not be used.")},
        {"imap_oauth_revoked", N_("The provider no longer accepts the refresh token: allow access again and put "
                                  "the new token here. Mail waits in the mailbox.")},
        {"imap_oauth_client", N_("The provider refuses this client. Check client ID, secret and scope.")},
        {"imap_oauth_away",
         N_("The provider’s server for tokens does not answer; we keep trying. Mail waits in the mailbox.")},
        {"imap_oauth_protocol", N_("What answers at the address for tokens gives no token. Check the address.")},
        {"imap_oauth_address", N_("The address for tokens may not be used.")},
        {"smtp_oauth_revoked", N_("The provider no longer accepts the refresh token: allow access again and put "
                                  "the new token here. Answers wait here.")},
        {"smtp_oauth_client", N_("The provider refuses this client. Check client ID, secret and scope.")},
        {"smtp_oauth_away",
         N_("The provider’s server for tokens does not answer; we keep trying. Answers wait here.")},
        {"smtp_oauth_protocol", N_("What answers at the address for tokens gives no token. Check the address.")},
        {"smtp_oauth_address", N_("The address for tokens may not be used.")},
        {"imap_settings", N_("The settings of the mailbox are not complete.")},
        {"smtp_sign_in",
         N_("The sending server refuses the user name or the password. Many providers want an app password.")},
        {"smtp_certificate",
         N_("The sending server does not prove its name by a certificate. Check the name of the server.")},
        {"smtp_no_tls", N_("The sending server offers no encryption on this port. Try STARTTLS and port 587.")},
        {"smtp_away", N_("The sending server does not answer. Check name and port; answers wait here.")},
        {"smtp_protocol", N_("What answers on this port is not a sending server. Check the port.")},
        {"smtp_address", N_("This server’s address may not be used.")},
        {"smtp_settings", N_("The settings of the sending server are not complete.")},
        {"smtp_not_set", N_("No sending server is set. Answers wait here.")},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].code, code) == 0)
            return tr(locale, all[i].text);
    return tr(locale, "Something is wrong with this mailbox; the log of the program says more.");
}
