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

enum rc mail_fields_of(struct visit *x, enum mail_protocol protocol, struct bytes sealed, bool again,
                       const struct error_list *errors, struct mail_fields *out) {
    const char *key = protocols[protocol].key;
    struct mail_server s = {.host = "", .user = "", .password = ""};
    enum rc rc = mail_server_open(x->a, sealed, &s);
    if (rc != RC_OK && rc != RC_NONE)
        return rc;
    *out = (struct mail_fields){.key = key, .password_set = s.password && *s.password};
    const char *port = s.port ? arena_printf(x->a, "%d", s.port) : "";
    if (again) {
        const char *security = typed(x, protocol, "security");
        s.host = typed(x, protocol, "host");
        s.user = typed(x, protocol, "user");
        port = typed(x, protocol, "port");
        if (!*security || !mail_security_named(security, &s.security))
            s.security = MAIL_TLS;
    }
    out->host = (struct field){s.host, error_of(errors, arena_printf(x->a, "%s-host", key))};
    out->port = (struct field){port, error_of(errors, arena_printf(x->a, "%s-port", key))};
    out->user = (struct field){s.user, error_of(errors, arena_printf(x->a, "%s-user", key))};
    out->password.error = error_of(errors, arena_printf(x->a, "%s-password", key));
    out->securities = security_choices(x, s.security);
    return RC_OK;
}

static void say_flaw(struct visit *x, enum mail_protocol protocol, const char *flaw, struct error_list *errors) {
    enum locale locale = x->page.locale;
    const char *text =
        strcmp(flaw, "port") == 0    ? tr(locale, "A port is a number from 1 to 65535.")
        : strcmp(flaw, "plain") == 0 ? tr(locale, "Without encryption only a server on this machine can be used: "
                                                  "the password would travel in the open.")
        : strcmp(flaw, "host") == 0  ? tr(locale, "Write only the name of the server, like mail.example.com.")
                                     : tr(locale, "This server cannot be used.");
    const char *place = strcmp(flaw, "port") == 0 ? "port" : "host";
    add_error(x, errors, arena_printf(x->a, "%s-%s", protocols[protocol].key, place), text);
}

enum rc mail_fields_read(struct visit *x, enum mail_protocol protocol, struct bytes stored,
                         struct error_list *errors, struct mail_server *s, struct bytes *sealed) {
    const char *key = protocols[protocol].key, *password = typed(x, protocol, "password");
    struct mail_server old = {.host = "", .user = "", .password = ""};
    enum rc rc = mail_server_open(x->a, stored, &old);
    *sealed = (struct bytes){0};
    *s = old; /* what the form does not show stays */
    if (rc != RC_OK && rc != RC_NONE)
        return rc;
    s->host = typed(x, protocol, "host");
    s->user = typed(x, protocol, "user");
    if (!*s->host)
        return RC_OK;
    if (!mail_security_named(typed(x, protocol, "security"), &s->security))
        s->security = MAIL_TLS;
    const char *port = typed(x, protocol, "port");
    s->port = *port ? (strspn(port, "0123456789") == strlen(port) ? atoi(port) : 0)
                    : protocols[protocol].port[s->security];
    const char *flaw = mail_server_flaw(s);
    if (flaw)
        say_flaw(x, protocol, flaw, errors);
    bool elsewhere = strcmp(s->host, old.host) != 0 || strcmp(s->user, old.user) != 0;
    if (*password)
        s->password = password;
    else if (!*s->user)
        s->password = "";
    else if (!*old.password || elsewhere) /* a stored password is not sent to a server that it was not meant for */
        add_error(x, errors, arena_printf(x->a, "%s-password", key),
                  *old.password ? tr(x->page.locale, "Type the password again: server or user name are others now.")
                                : tr(x->page.locale, "Type the password."));
    if (protocol == MAIL_IMAP && !*s->user)
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
