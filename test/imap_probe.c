/* A program with mailboxes and nothing else, for imap.test.mjs. Lines of JSON in, lines of JSON out.
 *     imap_probe DIR [poll_ms=N] [answer_ms=N] [pause_ms=N] [lease_ms=N] [look_ms=N] [alone=1] [settings=1]
 * [store=URL] settings=1: reads no mailbox, for stories of the whole program that set an inbox.
 *   {"do":"inbox", "address", "host", "port", "security", "user", "password", "ca_file", "folder", "move_to",
 * "enabled"}
 *   {"do":"test", "protocol":"imap"|"smtp", …the same}  → {"code","words","ms"}
 *   {"do":"state"}   → {"inbound","trouble","child","jobs"}       {"do":"mails"} → {"subjects":[…]}
 * Each is answered by one line. Ends with its input. */
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/secret.h"
#include "channel/imap.h"
#include "channel/mailbox_test.h"
#include "desk/account.h"
#include "desk/blob.h"
#include "desk/inbox.h"

#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

QUERY(q_probe_inbound, "SELECT count(*) FROM inbound WHERE account_id = $1");
QUERY(q_probe_blobs, "SELECT blob_id FROM inbound WHERE account_id = $1 ORDER BY id");
QUERY(q_probe_mark, "SELECT max(uid_next) FROM mailbox_mark WHERE account_id = $1");

struct saving {
    json_t *doc;
    const char *address;
    struct inbox inbox;
};

static const char *text(json_t *doc, const char *name) {
    const char *s = json_string_value(json_object_get(doc, name));
    return s ? s : "";
}

static struct mail_server server_of(json_t *doc) {
    struct mail_server s = {
        .host = text(doc, "host"),
        .port = (int)json_integer_value(json_object_get(doc, "port")),
        .user = text(doc, "user"),
        .password = text(doc, "password"),
        .ca_file = text(doc, "ca_file"),
        .folder = text(doc, "folder"),
        .move_to = text(doc, "move_to"),
        .auth = json_is_true(json_object_get(doc, "bearer")) ? MAIL_BEARER : MAIL_PASSWORD,
    };
    if (!mail_security_named(text(doc, "security"), &s.security))
        s.security = MAIL_PLAIN;
    return s;
}

static enum rc make_account(struct tx *tx, void *arg) {
    struct account a = {.name = "Test", .lang = "en", .zone = "UTC", .country = "", .created_at = clock_now()};
    return account_create(tx, &a);
}

static enum rc save_inbox(struct tx *tx, void *arg) {
    struct saving *x = arg;
    struct inbox in;
    struct mail_server s = server_of(x->doc);
    enum rc rc = inbox_by_address(tx_view(tx), tx_arena(tx), x->address, &in);
    if (rc == RC_NONE)
        in = (struct inbox){.name = x->address, .kind = "email", .address = x->address};
    in.enabled = !json_is_false(json_object_get(x->doc, "enabled"));
    in.imap = mail_server_seal(tx_arena(tx), &s);
    rc = inbox_save(tx, &in, 0, clock_now());
    return rc;
}

static void say_state(struct store *st, struct imap *m, struct jw *j) {
    struct arena *a = arena_new(0);
    struct view *v = view_open(st);
    struct inbox *list;
    int64_t n = 0, mark = 0;
    int inboxes = 0;
    if (view_int(v, &q_probe_inbound, BIND(ACCOUNT), 0, &n) != RC_OK ||
        view_int(v, &q_probe_mark, BIND(ACCOUNT), 0, &mark) != RC_OK || inbox_list(v, a, &list, &inboxes) != RC_OK)
        die("the state cannot be read");
    view_close(v);
    jw_int(j, "inbound", n);
    jw_int(j, "mark", mark);
    jw_text(j, "trouble", inboxes ? list[0].trouble : NULL);
    jw_int(j, "child", inboxes && m ? imap_child(m, list[0].id) : 0);
    arena_free(a);
}

/* The subject line of each stored mail and how many bytes it has. */
static void say_mails(struct store *st, struct jw *j) {
    int64_t ids[5000];
    int n = 0;
    struct view *v = view_open(st);
    struct rows r = view_query(v, &q_probe_blobs, BIND(ACCOUNT));
    while (n < 5000 && rows_next(&r))
        ids[n++] = rows_int(&r, 0);
    if (rows_end(&r) != RC_OK)
        die("the mails cannot be read");
    jw_array(j, "mails");
    for (int i = 0; i < n; i++) {
        struct buf raw = {0};
        uint8_t digest[SHA256_SIZE];
        struct arena *a = arena_new(0);
        if (blob_get(v, ids[i], &raw) != RC_OK)
            die("a mail cannot be read");
        char *subject = raw.at ? strcasestr(raw.at, "subject: ") : NULL;
        sha256(buf_bytes(&raw), digest);
        jw_object(j, NULL);
        jw_text_n(j, "subject", subject ? subject + 9 : "", subject ? strcspn(subject + 9, "\r\n") : 0);
        jw_int(j, "size", (int64_t)raw.len);
        jw_text(j, "sha256", hex(a, (struct bytes){digest, sizeof digest}));
        jw_text_n(j, "end", raw.at ? raw.at + (raw.len > 200 ? raw.len - 200 : 0) : "",
                  raw.len > 200 ? 200 : raw.len);
        jw_object_end(j);
        arena_free(a);
        buf_free(&raw);
    }
    jw_array_end(j);
    view_close(v);
}

static void answer(struct store *st, struct imap *m, json_t *doc, struct jw *j) {
    const char *what = text(doc, "do");
    if (strcmp(what, "inbox") == 0) {
        struct saving x = {.doc = doc, .address = text(doc, "address")};
        jw_text(j, "rc", rc_name(store_write(st, save_inbox, &x)));
    } else if (strcmp(what, "test") == 0) {
        struct arena *a = arena_new(0);
        struct mail_server s = server_of(doc);
        struct mailbox_answer said;
        int64_t began = clock_mono();
        mailbox_test(st, a, &s, strcmp(text(doc, "protocol"), "smtp") == 0 ? MAIL_SMTP : MAIL_IMAP, &said);
        jw_text(j, "code", said.code);
        jw_text(j, "words", said.words);
        jw_int(j, "ms", clock_mono() - began);
        arena_free(a);
    } else if (strcmp(what, "mails") == 0) {
        say_mails(st, j);
    } else {
        say_state(st, m, j);
    }
}

static void set_option(struct imap_options *o, const char *word) {
    static const char *const names[] = {"poll_ms=", "answer_ms=", "pause_ms=", "lease_ms=", "look_ms="};
    int64_t *const values[] = {&o->poll_ms, &o->answer_ms, &o->pause_ms, &o->lease_ms, &o->look_ms};
    for (int i = 0; i < 5; i++)
        if (strncmp(word, names[i], strlen(names[i])) == 0)
            *values[i] = atoll(word + strlen(names[i]));
    if (strcmp(word, "alone=1") == 0)
        o->alone = true;
}

int main(int argc, char **argv) {
    struct arena *a = arena_new(0);
    struct store *st;
    struct imap_options options = {.look_ms = 100};
    const char *why = "", *where = argv[1];
    bool settings_only = false;
    char *line = NULL;
    size_t room = 0;
    if (argc == 2 && strcmp(argv[1], "imap") == 0)
        return imap_child_main();
    if (argc < 2)
        return 64;
    log_setup("probe", LOG_INFO);
    signal(SIGPIPE, SIG_IGN);
    for (int i = 2; i < argc; i++) {
        set_option(&options, argv[i]);
        settings_only |= strcmp(argv[i], "settings=1") == 0;
        if (strncmp(argv[i], "store=", 6) == 0 && argv[i][6])
            where = argv[i] + 6;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (secret_load(a, argv[1], &why) != RC_OK || store_open(a, where, true, &st, &why) != RC_OK)
        die("%s", why);
    enum rc rc = store_write(st, make_account, NULL);
    if (rc != RC_OK && rc != RC_CONFLICT)
        die("no account: %s", rc_name(rc));
    struct imap *m = settings_only ? NULL : imap_start(st, &options);
    while (getline(&line, &room, stdin) > 0) {
        json_t *doc;
        struct buf out = {0};
        struct jw j = jw_begin(&out);
        if (json_read(a, (struct bytes){(const uint8_t *)line, strlen(line)}, &doc, &why) != RC_OK)
            die("%s", why);
        jw_object(&j, NULL);
        answer(st, m, doc, &j);
        jw_object_end(&j);
        puts(out.at);
        fflush(stdout);
        buf_free(&out);
        json_decref(doc);
    }
    imap_stop(m);
    store_close(st);
    free(line);
    arena_free(a);
    return 0;
}
