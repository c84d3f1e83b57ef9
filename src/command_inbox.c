/* command_inbox.c: `kept inbox add|set|list|test`: what the page of inboxes does, for scripts. */
#include "command.h"

#include "base/clock.h"
#include "base/sandbox.h"
#include "channel/mailbox_test.h"
#include "desk/mailbox.h"
#include "desk/inbox.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* By the order of the row in main.c. */
enum {
    NAME,
    LANG,
    FROM,
    SMTP,
    SMTP_SECURITY,
    SMTP_USER,
    SMTP_PASSWORD,
    IMAP,
    IMAP_SECURITY,
    IMAP_USER,
    IMAP_PASSWORD,
    CA_FILE,
    SMTP_AUTH,
    IMAP_AUTH,
    IMAP_FOLDER,
    IMAP_MOVE_TO,
    TOKEN_URL,
    CLIENT_ID,
    CLIENT_SECRET,
    REFRESH_TOKEN,
    SCOPE,
    ACKNOWLEDGE
};

struct setting_inbox {
    struct call *call;
    const char *address;
    bool add;
    struct bytes smtp, imap; /* sealed; len 0: leave it */
    int64_t now;
};

static enum rc set_inbox(struct tx *tx, void *arg) {
    struct setting_inbox *x = arg;
    const char **options = x->call->options;
    struct inbox inbox;
    enum rc rc = inbox_by_address(tx_view(tx), tx_arena(tx), x->address, &inbox);
    if (x->add && rc != RC_NONE)
        return rc == RC_OK ? RC_CONFLICT : rc;
    if (x->add)
        inbox = (struct inbox){.name = x->address, .kind = "email", .address = x->address, .enabled = true};
    else if (rc != RC_OK)
        return rc;
    if (options[NAME])
        inbox.name = options[NAME];
    if (options[LANG])
        inbox.lang = options[LANG];
    if (options[FROM])
        inbox.from_name = options[FROM];
    if (options[ACKNOWLEDGE])
        inbox.acknowledges = strcmp(options[ACKNOWLEDGE], "on") == 0;
    if (x->smtp.len)
        inbox.smtp = x->smtp;
    if (x->imap.len)
        inbox.imap = x->imap;
    rc = inbox_save(tx, &inbox, 0, x->now);
    return rc == RC_OK && !x->add ? inbox_set_trouble(tx, inbox.id, NULL, x->now) : rc;
}

/* The file's real name, or NULL: it is not there, or the server's sandbox would not let it be read. */
static const char *readable_file(struct call *c, const char *path) {
    char *real = realpath(path, NULL);
    bool may = real && (sandbox_may_read(SANDBOX_SERVE, real) || strcmp(c->conf.values[CONF_SANDBOX], "off") == 0);
    const char *name = may ? arena_copy(c->arena, real) : NULL;
    free(real);
    return name;
}

/* A line of standard input when the flag is given; "" without. 0, or the exit code. */
static int read_line(struct call *c, int flag, const char *what, const char **out) {
    char line[8192];
    *out = "";
    if (!c->options[flag])
        return 0;
    if (!fgets(line, sizeof line, stdin))
        return command_fail(RC_INVALID, "no %s came on standard input", what);
    line[strcspn(line, "\r\n")] = 0;
    *out = arena_copy(c->arena, line);
    return 0;
}

struct grant {
    const char *secret, *refresh_token;
};

static const char *or_empty(const char *s) { return s ? s : ""; }

/* How it signs in; the same rules as on the page: mail_server_flaw. 0, or the exit code. */
static int read_auth(struct call *c, int option, const char *what, const struct grant *grant,
                     struct mail_server *server) {
    const char *auth = c->options[option];
    if (auth && !mail_auth_named(auth, &server->auth))
        return command_fail(RC_INVALID, "--%s-auth is password, oauth or bearer, not %s", what, auth);
    if (server->auth != MAIL_OAUTH)
        return 0;
    server->token_url = or_empty(c->options[TOKEN_URL]);
    server->client_id = or_empty(c->options[CLIENT_ID]);
    server->scope = or_empty(c->options[SCOPE]);
    server->client_secret = grant->secret;
    server->refresh_token = grant->refresh_token;
    return 0;
}

/* HOST:PORT and what goes with it → sealed. 0, or the exit code. */
static int read_server(struct call *c, int first, const char *what, const char *password, const struct grant *grant,
                       struct bytes *sealed) {
    const char *at = c->options[first], *security = c->options[first + 1], *user = c->options[first + 2];
    bool imap = first == IMAP, others = imap && (c->options[IMAP_FOLDER] || c->options[IMAP_MOVE_TO]);
    int auth = imap ? IMAP_AUTH : SMTP_AUTH;
    struct mail_server server = {
        .user = or_empty(user), .password = password, .ca_file = or_empty(c->options[CA_FILE])};
    if (!at)
        return security || user || c->options[first + 3] || c->options[auth] || others
                   ? command_fail(RC_INVALID, "--%s HOST:PORT says where the other --%s-… are for", what, what)
                   : 0;
    const char *colon = strrchr(at, ':');
    server.host = colon ? arena_copy_n(c->arena, at, (size_t)(colon - at)) : at;
    server.port = colon ? atoi(colon + 1) : 0;
    if (imap) {
        server.folder = or_empty(c->options[IMAP_FOLDER]);
        server.move_to = or_empty(c->options[IMAP_MOVE_TO]);
    }
    if (security && !mail_security_named(security, &server.security))
        return command_fail(RC_INVALID, "--%s-security is tls, starttls or plain, not %s", what, security);
    if (c->options[CA_FILE] && !(server.ca_file = readable_file(c, c->options[CA_FILE])))
        return command_fail(RC_INVALID,
                            "--ca-file %s: the server reads such files below /etc and /usr only, for example in"
                            " /usr/local/share/ca-certificates",
                            c->options[CA_FILE]);
    int code = read_auth(c, auth, what, grant, &server);
    if (code)
        return code;
    const char *flaw = mail_server_flaw(&server);
    if (flaw)
        return command_fail(RC_INVALID, "--%s %s is refused (%s)%s", what, at, flaw,
                            strcmp(flaw, "plain") == 0 ? ": unencrypted is for this machine only" : "");
    *sealed = mail_server_seal(c->arena, &server);
    return 0;
}

static int read_servers(struct call *c, struct setting_inbox *x) {
    const char *smtp, *imap;
    struct grant grant;
    int code = read_line(c, SMTP_PASSWORD, "password for smtp", &smtp);
    if (!code)
        code = read_line(c, IMAP_PASSWORD, "password for imap", &imap);
    if (!code)
        code = read_line(c, CLIENT_SECRET, "client secret", &grant.secret);
    if (!code)
        code = read_line(c, REFRESH_TOKEN, "refresh token", &grant.refresh_token);
    if (!code)
        code = read_server(c, SMTP, "smtp", smtp, &grant, &x->smtp);
    return code ? code : read_server(c, IMAP, "imap", imap, &grant, &x->imap);
}

/* ---- trying ---- */

static bool try_server(struct store *store, struct call *c, const char *what, enum mail_protocol protocol,
                       struct bytes sealed) {
    struct mail_server server;
    struct mailbox_answer answer = {"settings", ""};
    if (mail_server_open(c->arena, sealed, &server) == RC_OK)
        mailbox_test(store, c->arena, &server, protocol, &answer);
    printf("%s\t%s\t%s\n", what, *answer.code ? answer.code : "ok", answer.words);
    return !*answer.code;
}

static int test_inbox(struct store *store, struct call *c, const char *address) {
    struct inbox inbox;
    struct view *v = view_open(store);
    enum rc rc = inbox_by_address(v, c->arena, address, &inbox);
    view_close(v);
    if (rc != RC_OK)
        return command_fail(rc, rc == RC_NONE ? "there is no inbox %s" : "%s cannot be read", address);
    if (!inbox.imap.at && !inbox.smtp.at)
        return command_fail(RC_NONE, "%s has no mail server yet that could be tried: inbox set %s --smtp HOST:PORT",
                            address, address);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    bool fine = !inbox.imap.at || try_server(store, c, "imap", MAIL_IMAP, inbox.imap);
    fine &= !inbox.smtp.at || try_server(store, c, "smtp", MAIL_SMTP, inbox.smtp);
    return fine ? 0 : rc_exit(RC_AWAY);
}

static int list_inboxes(struct store *store, struct call *c) {
    struct inbox *inboxes;
    int n = 0;
    struct view *v = view_open(store);
    enum rc rc = inbox_list(v, c->arena, &inboxes, &n);
    view_close(v);
    if (rc != RC_OK)
        return command_fail(rc, "the inboxes cannot be read (%s)", rc_name(rc));
    for (int i = 0; i < n; i++)
        printf("%s\t%s\t%s\t%s%s\t%s\n", inboxes[i].kind, inboxes[i].address ? inboxes[i].address : "-",
               inboxes[i].name, inboxes[i].smtp.len ? "smtp" : "-", inboxes[i].imap.len ? ",imap" : "",
               inboxes[i].trouble   ? inboxes[i].trouble
               : inboxes[i].enabled ? "ok"
                                    : "off");
    return 0;
}

int command_inbox(struct call *c) {
    const char *verb = c->words[0];
    bool list = strcmp(verb, "list") == 0, test = strcmp(verb, "test") == 0;
    struct setting_inbox x = {.call = c, .add = strcmp(verb, "add") == 0, .now = clock_now()};
    struct store *store;
    if (!list && !test && !x.add && strcmp(verb, "set") != 0)
        return command_misused("inbox %s is not known; inbox add, set, list and test are", verb);
    if (list != (c->words_n == 1))
        return command_misused(list ? "inbox list takes no address" : "inbox %s needs an address", verb);
    const char *acknowledge = c->options[ACKNOWLEDGE];
    if (acknowledge && strcmp(acknowledge, "on") != 0 && strcmp(acknowledge, "off") != 0)
        return command_fail(RC_INVALID, "--acknowledge is on or off, not %s", acknowledge);
    int code = command_open(c, false, &store);
    if (code)
        return code;
    if (list) {
        code = list_inboxes(store, c);
    } else if (test) {
        code = test_inbox(store, c, c->words[1]);
    } else {
        x.address = c->words[1];
        code = read_servers(c, &x);
        enum rc rc = code ? RC_OK : store_write(store, set_inbox, &x);
        if (rc == RC_CONFLICT)
            code = command_fail(rc, "%s is there already: inbox set changes it", x.address);
        else if (rc == RC_NONE)
            code = command_fail(rc, "there is no inbox %s: inbox add makes it", x.address);
        else if (rc != RC_OK)
            code = rc == RC_INVALID ? command_fail(rc, "%s is no e-mail address, like name@example.com", x.address)
                                    : command_fail(rc, "%s was not saved (%s)", x.address, rc_name(rc));
        else if (!code)
            printf("%s is saved.\n", x.address);
    }
    store_close(store);
    return code;
}
