#include "desk/mailbox.h"

#include "base/json.h"
#include "base/secret.h"

static const char *const security_names[] = {
    [MAIL_TLS] = "tls", [MAIL_STARTTLS] = "starttls", [MAIL_PLAIN] = "plain"};
static const char *const auth_names[] = {
    [MAIL_PASSWORD] = "password", [MAIL_BEARER] = "bearer", [MAIL_OAUTH] = "oauth"};
static const struct bytes about = {(const uint8_t *)"mail server", 11};

const char *mail_security_name(enum mail_security s) { return security_names[s]; }

bool mail_security_named(const char *name, enum mail_security *out) {
    for (int i = MAIL_TLS; i <= MAIL_PLAIN; i++)
        if (strcmp(security_names[i], name) == 0) {
            *out = (enum mail_security)i;
            return true;
        }
    return false;
}

const char *mail_auth_name(enum mail_auth auth) { return auth_names[auth]; }

bool mail_auth_named(const char *name, enum mail_auth *out) {
    for (int i = MAIL_PASSWORD; i <= MAIL_OAUTH; i++)
        if (strcmp(auth_names[i], name) == 0) {
            *out = (enum mail_auth)i;
            return true;
        }
    return false;
}

static const char *or_empty(const char *s) { return s ? s : ""; }

void mail_server_write(struct buf *out, const struct mail_server *s) {
    struct jw j = jw_begin(out);
    jw_object(&j, NULL);
    jw_text(&j, "host", or_empty(s->host));
    jw_int(&j, "port", s->port);
    jw_text(&j, "security", security_names[s->security]);
    jw_text(&j, "user", or_empty(s->user));
    jw_text(&j, "password", or_empty(s->password));
    jw_text(&j, "ca_file", or_empty(s->ca_file));
    jw_text(&j, "auth", auth_names[s->auth]);
    jw_text(&j, "token_url", or_empty(s->token_url));
    jw_text(&j, "client_id", or_empty(s->client_id));
    jw_text(&j, "client_secret", or_empty(s->client_secret));
    jw_text(&j, "refresh_token", or_empty(s->refresh_token));
    jw_text(&j, "scope", or_empty(s->scope));
    jw_text(&j, "folder", or_empty(s->folder));
    jw_text(&j, "move_to", or_empty(s->move_to));
    jw_object_end(&j);
}

static const char *member(struct arena *a, json_t *doc, const char *name) {
    return arena_copy(a, or_empty(json_string_value(json_object_get(doc, name))));
}

enum rc mail_server_read(struct arena *a, struct bytes json, struct mail_server *out) {
    json_t *doc = NULL;
    const char *why;
    if (json_read(a, json, &doc, &why) != RC_OK)
        return RC_BROKEN;
    *out = (struct mail_server){
        .host = member(a, doc, "host"),
        .port = (int)json_integer_value(json_object_get(doc, "port")),
        .user = member(a, doc, "user"),
        .password = member(a, doc, "password"),
        .ca_file = member(a, doc, "ca_file"),
        .token_url = member(a, doc, "token_url"),
        .client_id = member(a, doc, "client_id"),
        .client_secret = member(a, doc, "client_secret"),
        .refresh_token = member(a, doc, "refresh_token"),
        .scope = member(a, doc, "scope"),
        .folder = member(a, doc, "folder"),
        .move_to = member(a, doc, "move_to"),
    };
    bool known = mail_security_named(member(a, doc, "security"), &out->security) &&
                 mail_auth_named(member(a, doc, "auth"), &out->auth);
    json_decref(doc);
    return known ? RC_OK : RC_BROKEN;
}

struct bytes mail_server_seal(struct arena *a, const struct mail_server *s) {
    struct buf text = {0}, sealed = {0};
    mail_server_write(&text, s);
    secret_seal(SECRET_CONFIG, buf_bytes(&text), about, &sealed);
    struct bytes out = arena_bytes(a, buf_bytes(&sealed));
    buf_free(&text);
    buf_free(&sealed);
    return out;
}

enum rc mail_server_open(struct arena *a, struct bytes sealed, struct mail_server *out) {
    struct buf text = {0};
    if (!sealed.at)
        return RC_NONE;
    enum rc rc = secret_open(SECRET_CONFIG, sealed, about, &text);
    if (rc == RC_OK)
        rc = mail_server_read(a, buf_bytes(&text), out);
    buf_free(&text);
    return rc == RC_OK ? RC_OK : RC_BROKEN;
}

static bool is_here(const char *host) {
    return strcmp(host, "127.0.0.1") == 0 || strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0;
}

static bool is_folder(const char *s) {
    for (const char *c = s; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            return false;
    return strlen(s) <= MAIL_FOLDER_MAX;
}

/* The secret and the refresh token go there. */
static bool is_token_url(const char *url) {
    static const char *const here[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};
    for (size_t i = 0; i < sizeof here / sizeof *here; i++) {
        size_t n = strlen(here[i]);
        if (strncmp(url, here[i], n) == 0 && url[n] && strchr(":/", url[n]) && !strpbrk(url, "@ \r\n\t"))
            return true;
    }
    return strncmp(url, "https://", 8) == 0 && url[8] && url[8] != '/' && !strpbrk(url, "@ \r\n\t");
}

const char *mail_server_flaw(const struct mail_server *s) {
    if (!s->host || !*s->host || strpbrk(s->host, "/@ \r\n\t"))
        return "host";
    if (s->port < 1 || s->port > 65535)
        return "port";
    if (s->security == MAIL_PLAIN && !is_here(s->host))
        return "plain";
    if (!is_folder(or_empty(s->folder)))
        return "folder";
    if (!is_folder(or_empty(s->move_to)) ||
        (*or_empty(s->move_to) && !strcmp(s->move_to, *or_empty(s->folder) ? s->folder : "INBOX")))
        return "move_to";
    if (s->auth != MAIL_PASSWORD && !*or_empty(s->user))
        return "user";
    if (s->auth != MAIL_OAUTH)
        return NULL;
    return !is_token_url(or_empty(s->token_url)) ? "token_url"
           : !*or_empty(s->client_id)            ? "client_id"
           : !*or_empty(s->refresh_token)        ? "refresh_token"
                                                 : NULL;
}
