#include "desk/mailbox.h"

#include "base/json.h"
#include "base/secret.h"

static const char *const security_names[] = {
    [MAIL_TLS] = "tls", [MAIL_STARTTLS] = "starttls", [MAIL_PLAIN] = "plain"};
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
    jw_bool(&j, "bearer", s->bearer);
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
        .bearer = json_is_true(json_object_get(doc, "bearer")),
        .folder = member(a, doc, "folder"),
        .move_to = member(a, doc, "move_to"),
    };
    bool known = mail_security_named(member(a, doc, "security"), &out->security);
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

const char *mail_server_flaw(const struct mail_server *s) {
    if (!s->host || !*s->host || strpbrk(s->host, "/@ \r\n\t"))
        return "host";
    if (s->port < 1 || s->port > 65535)
        return "port";
    bool here =
        strcmp(s->host, "127.0.0.1") == 0 || strcmp(s->host, "localhost") == 0 || strcmp(s->host, "::1") == 0;
    return s->security == MAIL_PLAIN && !here ? "plain" : NULL;
}
