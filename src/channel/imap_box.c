/* imap_box.c: the server's side of one mailbox.
 *   lease → child → mails come → committed with the mark → told → …          the child ends: trouble, pause, again
 * A mail that seems to end its reader is told apart by counting: the child says which one it is about to fetch. */
#include "channel/imap_box.h"

#include "base/clock.h"
#include "base/locale.h"
#include "base/log.h"
#include "base/secret.h"
#include "channel/imap_link.h"
#include "channel/imap_notice.h"
#include "channel/mail_oauth.h"
#include "channel/mailbox_mark.h"
#include "desk/account.h"
#include "desk/inbox.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    BATCH_MAILS = 64,
    BATCH_BYTES = 4 * 1024 * 1024,
    STORE_PAUSE_MS = 1000,
    CONNECT_MS = 30 * 1000,
    LEASE_SHARE = 3, /* it is renewed after a third of its time */
    PAUSE_MAX_MS = 5 * 60 * 1000,
    SIGN_IN_SLOWER = 15, /* after a refused sign-in: more tries would lock the account out */
    SIGN_IN_PAUSE_MAX_MS = 15 * 60 * 1000,
};

struct imap_box {
    struct store *store;
    const struct imap_options *options;
    struct bytes sealed;
    pthread_t thread;
    int stop; /* an eventfd; readable: end */
    _Atomic pid_t pid;
    /* the thread's own */
    struct arena *arena;
    struct mail_server server;
    struct mailbox_mark mark;
    const char *folder;
    int64_t leased_until; /* clock_mono; 0: not held */
    struct imap_child_link child;
    char *token, *refused; /* MAIL_OAUTH: the access token in use, and the one that the server did not take */
    struct bytes batch[BATCH_MAILS];
    int batch_n;
    size_t batch_bytes;
    uint32_t at_uid, at_failures; /* the mail under way when the child ended, and how often that one was */
    uint32_t now_at;
    int failures; /* children that ended in trouble since the last one that was well */
};

/* Waits on the machine's time; false: it is told to stop. */
static bool rest(struct imap_box *b, int64_t ms) {
    struct pollfd p = {.fd = b->stop, .events = POLLIN};
    return poll(&p, 1, ms > 3600 * 1000 ? 3600 * 1000 : ms < 0 ? 0 : (int)ms) == 0;
}

static void keep_text(char **place, const char *text) {
    char *copy = text ? strdup(text) : NULL;
    free(*place);
    *place = copy;
}

/* ---- trouble ---- */

struct telling {
    int64_t inbox_id;
    const char *code; /* NULL: it works */
};

static enum rc tell_inbox(struct tx *tx, void *arg) {
    const struct telling *t = arg;
    return t->code ? inbox_set_trouble(tx, t->inbox_id, t->code, clock_now())
                   : inbox_mend(tx, t->inbox_id, "imap_", clock_now());
}

static void tell(struct imap_box *b, const char *code) {
    struct telling t = {b->mark.inbox_id, code};
    enum rc rc = store_write(b->store, tell_inbox, &t);
    if (rc != RC_OK)
        log_warn("mailbox %lld: its state could not be noted (%s)", (long long)t.inbox_id, rc_name(rc));
}

/* ---- lease ---- */

/* RC_OK: held. The mark is loaded only when it was not held before, for what is under way is newer than the row. */
static enum rc hold_lease(struct imap_box *b) {
    int64_t now = clock_mono();
    if (b->leased_until - now > b->options->lease_ms * (LEASE_SHARE - 1) / LEASE_SHARE)
        return RC_OK;
    struct mailbox_mark m = b->mark;
    enum rc rc = mailbox_mark_take(b->store, &m, b->options->alone && !b->leased_until, b->options->lease_ms);
    if (rc == RC_OK) {
        if (!b->leased_until)
            b->mark = m;
        b->leased_until = now + b->options->lease_ms;
    } else if (rc == RC_CONFLICT || now >= b->leased_until) {
        b->leased_until = 0;
    } else {
        rc = RC_OK; /* the database is away, the lease still runs */
    }
    return rc;
}

static int64_t next_renewal(const struct imap_box *b) {
    int64_t left = b->leased_until - clock_mono() - b->options->lease_ms * (LEASE_SHARE - 1) / LEASE_SHARE;
    return clock_mono() + (left > 100 ? left : 100);
}

/* ---- mails ---- */

static void empty_batch(struct imap_box *b) {
    for (int i = 0; i < b->batch_n; i++)
        free((void *)(uintptr_t)b->batch[i].at);
    b->batch_n = 0;
    b->batch_bytes = 0;
}

/* Where mails come through there is hope: pauses begin small again, and a mail that was passed is not suspected any
 * more. */
static void note_progress(struct imap_box *b, const struct mailbox_mark *mark) {
    b->mark = *mark;
    if (b->batch_n)
        b->failures = 0;
    if (mark->uid_next > b->at_uid)
        b->at_failures = 0;
}

/* Waits as long as the database is away or full; the child waits too. Any other outcome is about these mails or the
 * lease. */
static enum rc commit(struct imap_box *b, const struct imap_head *head) {
    struct mailbox_mark mark = b->mark;
    mark.uid_validity = head->uid_validity;
    mark.uid_next = head->mark;
    for (;;) {
        enum rc rc = email_accept_fetched(b->store, b->batch, b->batch_n, &mark, clock_now());
        if (rc == RC_OK) {
            note_progress(b, &mark);
            empty_batch(b);
            struct imap_head stored = {.note = IMAP_NOTE_STORED, .mark = mark.uid_next};
            return imap_link_say(&b->child, &stored) ? RC_OK : RC_AWAY;
        }
        log_warn("mailbox %lld: %d mails could not be stored (%s)", (long long)mark.inbox_id, b->batch_n,
                 rc_name(rc));
        if (rc != RC_AWAY && rc != RC_FULL && rc != RC_CONFLICT)
            return rc;
        if (!rest(b, STORE_PAUSE_MS) || hold_lease(b) == RC_CONFLICT)
            return RC_GONE;
    }
}

static enum locale account_locale(struct imap_box *b) {
    struct account account;
    struct arena *a = arena_new(0);
    struct view *v = view_open(b->store);
    enum locale locale = account_load(v, a, &account) == RC_OK ? locale_of(account.lang) : LOCALE_EN;
    view_close(v);
    arena_free(a);
    return locale;
}

/* Takes over `body`. */
static void add_mail(struct imap_box *b, const struct imap_head *head, uint8_t *body) {
    struct bytes mail = {body, head->len};
    if (head->how != IMAP_WHOLE) {
        struct buf out = {0};
        imap_notice(&out, account_locale(b), head->how == IMAP_HEADER_ONLY ? IMAP_HEADER_ONLY : IMAP_MISSING, mail,
                    b->folder, head->uid_validity, head->uid);
        free(body);
        mail = buf_bytes(&out); /* its memory goes into the batch */
    } else if (!body) {
        mail.at = malloc(1); /* an empty mail is a mail */
    }
    b->batch[b->batch_n++] = mail;
    b->batch_bytes += mail.len;
}

/* Marks never go back while the folder's numbers hold. */
static bool sensible(const struct imap_box *b, const struct imap_head *head) {
    return head->uid_validity && head->mark &&
           (head->uid_validity != b->mark.uid_validity || head->mark >= b->mark.uid_next);
}

enum outcome { GO_ON, STOPPED, LEASE_LOST, FAILED };

/* Takes over `body`. */
static enum outcome take_note(struct imap_box *b, const struct imap_head *head, uint8_t *body, const char **code) {
    enum outcome outcome = GO_ON;
    const char *words = "";
    enum rc rc = RC_OK;
    switch ((enum imap_note)head->note) {
    case IMAP_NOTE_HELLO:
    case IMAP_NOTE_PULSE: break;
    case IMAP_NOTE_AT: b->now_at = head->uid; break;
    case IMAP_NOTE_MAIL:
    case IMAP_NOTE_MARK:
        if (!sensible(b, head)) {
            *code = "imap_protocol";
            outcome = FAILED;
            break;
        }
        if (head->note == IMAP_NOTE_MAIL) {
            add_mail(b, head, body);
            body = NULL;
        }
        /* As many in one transaction as are there, so that a full mailbox does not wait for the disk mail by mail.
         */
        if (head->note == IMAP_NOTE_MARK || b->batch_n == BATCH_MAILS || b->batch_bytes > BATCH_BYTES ||
            !imap_link_more(&b->child))
            rc = commit(b, head);
        if (rc != RC_OK)
            outcome = rc == RC_GONE ? LEASE_LOST : FAILED;
        break;
    case IMAP_NOTE_READY:
        b->failures = 0;
        b->at_failures = b->at_uid = b->now_at = 0;
        keep_text(&b->refused, NULL);
        tell(b, head->how ? "imap_move" : NULL);
        break;
    case IMAP_NOTE_TROUBLE:
        imap_link_trouble(b->arena, head, body, code, &words);
        outcome = FAILED;
        break;
    default: *code = "imap_protocol"; outcome = FAILED;
    }
    free(body);
    return outcome;
}

/* The batch is committed with the note that filled it, or with the one that ends what is there; a mail is never
 * left over when nothing more comes at once. */
static enum outcome listen_to_child(struct imap_box *b, const char **code) {
    int64_t heard_at = clock_mono();
    struct imap_head head;
    uint8_t *body;
    for (;;) {
        int64_t renewal = next_renewal(b), silence = heard_at + IMAP_SILENCE_MS;
        if (hold_lease(b) != RC_OK)
            return LEASE_LOST;
        switch (imap_link_hear(&b->child, b->stop, renewal < silence ? renewal : silence, &head, &body)) {
        case IMAP_STOPPED: return STOPPED;
        case IMAP_ENDED: return FAILED;
        case IMAP_SILENT:
            if (clock_mono() < silence)
                continue;
            log_warn("mailbox %lld: its reader says nothing more and is ended", (long long)b->mark.inbox_id);
            return FAILED;
        case IMAP_HEARD: break;
        }
        enum outcome outcome = take_note(b, &head, body, code);
        if (outcome != GO_ON)
            return outcome;
        heard_at = clock_mono();
    }
}

/* With an access token, where the mailbox is opened by one. */
static bool open_child(struct imap_box *b, const struct imap_start *start, const char **code) {
    struct mail_server server = b->server;
    struct mailbox_answer why;
    struct arena *a = arena_new(0);
    bool open = mail_oauth_sign_in(b->store, a, &server, b->refused, &why) == RC_OK;
    if (!open) {
        log_info("mailbox %lld: no access token: %s", (long long)b->mark.inbox_id, why.code);
        *code = arena_printf(b->arena, "imap_%s", why.code);
    } else {
        if (b->server.auth == MAIL_OAUTH)
            keep_text(&b->token, server.password);
        open = imap_link_open(start, &server, &b->child) == RC_OK;
    }
    arena_free(a);
    return open;
}

/* A token may end early, and a provider may take it back: a refused one is renewed at once, before anybody hears of
 * trouble; a new one that is refused too is trouble. */
static bool renews_token(struct imap_box *b, const char *code) {
    if (!b->token || strcmp(code, "imap_sign_in") != 0 || (b->refused && strcmp(b->refused, b->token) == 0))
        return false;
    bool first = !b->refused;
    keep_text(&b->refused, b->token);
    return first;
}

/* One child from start to end. */
static enum outcome run_child(struct imap_box *b, const char **code) {
    struct imap_start start = {
        .protocol = MAIL_IMAP,
        .careful = b->at_failures > 0,
        .uid_validity = b->mark.uid_validity,
        .uid_next = b->mark.uid_next,
        .skip_uid = b->at_failures >= IMAP_TRIES ? b->at_uid : 0,
        .poll_ms = b->options->poll_ms,
        .answer_ms = b->options->answer_ms,
        .connect_ms = b->options->answer_ms < CONNECT_MS ? b->options->answer_ms : CONNECT_MS,
    };
    *code = "imap_away";
    b->now_at = 0;
    if (!open_child(b, &start, code))
        return FAILED;
    b->pid = b->child.pid;
    enum outcome outcome = listen_to_child(b, code);
    b->pid = 0;
    imap_link_close(&b->child);
    empty_batch(b);
    if (outcome == FAILED && b->now_at) {
        bool same = b->now_at == b->at_uid;
        b->at_failures = same ? b->at_failures + 1 : 1;
        b->at_uid = b->now_at;
    }
    return outcome;
}

/* Doubling, with a quarter of chance in it, so that a hundred mailboxes of one server do not come back together. */
static int64_t pause_after(const struct imap_box *b, const char *code) {
    bool sign_in = strcmp(code, "imap_sign_in") == 0 || strcmp(code, "imap_oauth_revoked") == 0 ||
                   strcmp(code, "imap_oauth_client") == 0;
    int64_t most = sign_in ? SIGN_IN_PAUSE_MAX_MS : PAUSE_MAX_MS;
    int64_t pause = b->options->pause_ms * (sign_in ? SIGN_IN_SLOWER : 1);
    for (int i = 1; i < b->failures && pause < most; i++)
        pause *= 2;
    if (pause > most)
        pause = most;
    uint16_t chance;
    secret_random(&chance, sizeof chance);
    return pause * 3 / 4 + pause * chance / (2 * UINT16_MAX);
}

/* Keeps the lease while it waits. */
static bool pause_box(struct imap_box *b, int64_t ms) {
    int64_t until = clock_mono() + ms;
    for (int64_t left; (left = until - clock_mono()) > 0;) {
        int64_t step = b->options->lease_ms / LEASE_SHARE;
        if (!rest(b, left < step ? left : step))
            return false;
        if (hold_lease(b) != RC_OK)
            return true;
    }
    return true;
}

static bool open_settings(struct imap_box *b) {
    if (mail_server_open(b->arena, b->sealed, &b->server) != RC_OK || mail_server_flaw(&b->server))
        return false;
    b->folder = *b->server.folder ? b->server.folder : "INBOX";
    b->mark.place = mailbox_place(b->arena, b->server.host, b->server.user, b->folder);
    return true;
}

static void *box_main(void *arg) {
    struct imap_box *b = arg;
    if (!open_settings(b)) {
        tell(b, "imap_settings");
        return NULL;
    }
    bool going = true;
    while (going) {
        const char *code = NULL;
        if (hold_lease(b) != RC_OK) { /* another node reads it */
            going = rest(b, b->options->lease_ms / LEASE_SHARE);
            continue;
        }
        enum outcome outcome = run_child(b, &code);
        if (outcome == LEASE_LOST)
            b->leased_until = 0;
        going = outcome != STOPPED;
        if (outcome != FAILED || renews_token(b, code))
            continue;
        b->failures++;
        int64_t pause = pause_after(b, code);
        log_info("mailbox %lld: %s, again in %lld ms", (long long)b->mark.inbox_id, code, (long long)pause);
        bool away = strcmp(code, "imap_away") == 0 || strcmp(code, "imap_oauth_away") == 0;
        if (!away || b->failures > 1) /* a server that starts again is no trouble yet */
            tell(b, code);
        going = pause_box(b, pause);
    }
    if (b->leased_until && mailbox_mark_release(b->store, &b->mark) != RC_OK)
        log_warn("mailbox %lld stays leased until the lease runs out", (long long)b->mark.inbox_id);
    return NULL;
}

/* ---- start and end ---- */

struct imap_box *imap_box_start(struct store *s, const struct imap_options *options, const char *holder,
                                int64_t inbox_id, struct bytes sealed) {
    struct imap_box *b = calloc(1, sizeof *b);
    if (!b || (b->stop = eventfd(0, EFD_CLOEXEC)) < 0)
        die("no memory or descriptor for a mailbox");
    b->store = s;
    b->options = options;
    b->arena = arena_new(0);
    b->sealed = arena_bytes(b->arena, sealed);
    b->mark = (struct mailbox_mark){.inbox_id = inbox_id, .holder = holder};
    b->child.fd = -1;
    if (pthread_create(&b->thread, NULL, box_main, b) != 0)
        die("no thread for a mailbox");
    return b;
}

void imap_box_stop(struct imap_box *b) {
    uint64_t one = 1;
    (void)!write(b->stop, &one, sizeof one);
    pthread_join(b->thread, NULL);
    close(b->stop);
    arena_free(b->arena);
    free(b->token);
    free(b->refused);
    free(b);
}

int64_t imap_box_inbox(const struct imap_box *b) { return b->mark.inbox_id; }

bool imap_box_has(const struct imap_box *b, struct bytes sealed) {
    return b->sealed.len == sealed.len && memcmp(b->sealed.at, sealed.at, sealed.len) == 0;
}

pid_t imap_box_child(struct imap_box *b) { return b->pid; }
