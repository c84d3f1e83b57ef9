#include "desk/mailbox.h"

#include "base/json.h"
#include "base/secret.h"

static const char *const security_names[] = {[MAIL_TLS] = "tls", [MAIL_STARTTLS] = "starttls", [MAIL_PLAIN] = "plain"};
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

struct bytes mail_server_seal(struct arena *a, const struct mail_server *s) {
    struct buf text = {0}, sealed = {0};
    struct jw j = jw_begin(&text);
    jw_object(&j, NULL);
    jw_text(&j, "host", s->host);
    jw_int(&j, "port", s->port);
    jw_text(&j, "security", security_names[s->security]);
    jw_text(&j, "user", s->user ? s->user : "");
    jw_text(&j, "password", s->password ? s->password : "");
    jw_text(&j, "ca_file", s->ca_file ? s->ca_file : "");
    jw_object_end(&j);
    secret_seal(SECRET_CONFIG, buf_bytes(&text), about, &sealed);
    struct bytes out = arena_bytes(a, buf_bytes(&sealed));
    buf_free(&text);
    buf_free(&sealed);
    return out;
}

static const char *member(struct arena *a, json_t *doc, const char *name) {
    const char *s = json_string_value(json_object_get(doc, name));
    return arena_copy(a, s ? s : "");
}

enum rc mail_server_open(struct arena *a, struct bytes sealed, struct mail_server *out) {
    struct buf text = {0};
    json_t *doc = NULL;
    const char *why;
    if (!sealed.at)
        return RC_NONE;
    enum rc rc = secret_open(SECRET_CONFIG, sealed, about, &text);
    if (rc == RC_OK)
        rc = json_read(a, buf_bytes(&text), &doc, &why);
    if (rc == RC_OK) {
        *out = (struct mail_server){
            .host = member(a, doc, "host"),
            .port = (int)json_integer_value(json_object_get(doc, "port")),
            .user = member(a, doc, "user"),
            .password = member(a, doc, "password"),
            .ca_file = member(a, doc, "ca_file"),
        };
        if (!mail_security_named(member(a, doc, "security"), &out->security))
            rc = RC_BROKEN;
    }
    json_decref(doc);
    buf_free(&text);
    return rc == RC_OK ? RC_OK : RC_BROKEN;
}

const char *mail_server_flaw(const struct mail_server *s) {
    if (!*s->host || strpbrk(s->host, "/@ \r\n\t"))
        return "host";
    if (s->port < 1 || s->port > 65535)
        return "port";
    bool here = strcmp(s->host, "127.0.0.1") == 0 || strcmp(s->host, "localhost") == 0 || strcmp(s->host, "::1") == 0;
    return s->security == MAIL_PLAIN && !here ? "plain" : NULL;
}
