/* imap_child.c: `kept imap`: reads one mailbox, in the sandbox (imap.h).
 *   connect → SELECT → ┬→ list from the mark → fetch in chunks → hand over → when stored: \Seen or MOVE ─┐
 *                      └──────────── IDLE or pause, at most poll_ms ←────────────────────────────────────┘ */
#include "channel/imap.h"

#include "base/child.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "channel/imap_link.h"
#include "channel/imap_session.h"
#include "channel/mail_connect.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_MAILS = 32,
    CHUNK_BYTES = 4 * 1024 * 1024,
    WINDOW_MAILS = 128, /* handed over and not yet stored */
    WINDOW_BYTES = 16 * 1024 * 1024,
    NO_IDLE_SHARE = 4, /* without IDLE the folder is looked at four times as often */
    NAP_MS = 200,      /* before looking again after news that brought nothing */
    START_MAX = 64 * 1024,
    SIZE_SLACK = 8 * 1024 *
                 1024, /* servers' sizes are estimates; what is over EMAIL_SIZE_MAX after all is found on arrival */
};

struct pending { /* handed over, to be marked once stored */
    uint32_t uid;
    size_t size;
};

struct child {
    struct arena *arena;
    struct imap_start start;
    struct mail_server server;
    const char *folder, *move_to; /* as written in commands; move_to NULL: mails stay */
    CURL *curl;
    curl_socket_t sock;
    int64_t pulsed;
    struct imap_session s;
    uint32_t next;   /* uid of the next mail */
    uint32_t stored; /* everything below is committed */
    struct pending pending[WINDOW_MAILS];
    size_t pending_n, pending_bytes;
    bool move_fails;
};

/* ---- to and from the server process ---- */

static void tell(const struct imap_head *head, const void *bytes) {
    if (!child_write(head, sizeof *head) || !child_write(bytes, head->len))
        exit(0); /* it has gone */
}

static void pulse(struct child *c) {
    int64_t now = clock_mono();
    if (now - c->pulsed < IMAP_PULSE_MS)
        return;
    c->pulsed = now;
    tell(&(struct imap_head){.note = IMAP_NOTE_PULSE}, NULL);
}

static int tell_trouble(const char *prefix, const char *code, const char *words) {
    struct buf text = {0};
    buf_printf(&text, "%s%s", prefix, code);
    buf_char(&text, 0);
    buf_str(&text, words);
    tell(&(struct imap_head){.note = IMAP_NOTE_TROUBLE, .len = text.len}, text.at);
    buf_free(&text);
    return 0;
}

/* ---- the stream ---- */

/* False: time is up. Ends the process when the server process has gone. */
static bool wait_for(struct child *c, short events, int64_t until) {
    int64_t left = until - clock_mono();
    if (left <= 0)
        return false;
    struct pollfd p[2] = {{.fd = c->sock, .events = events}, {.fd = CHILD_SOCKET}};
    poll(p, 2, left > IMAP_PULSE_MS ? IMAP_PULSE_MS : (int)left);
    if (p[1].revents)
        exit(0);
    return true;
}

static ssize_t wire_recv(void *arg, void *to, size_t room, int64_t until) {
    struct child *c = arg;
    for (;;) {
        size_t n = 0;
        pulse(c);
        CURLcode result = curl_easy_recv(c->curl, to, room, &n);
        if (result == CURLE_OK)
            return n ? (ssize_t)n : -1;
        if (result != CURLE_AGAIN)
            return -1;
        if (!wait_for(c, POLLIN, until))
            return 0;
    }
}

static bool wire_send(void *arg, const void *from, size_t len, int64_t until) {
    struct child *c = arg;
    for (size_t done = 0; done < len;) {
        size_t n = 0;
        CURLcode result = curl_easy_send(c->curl, (const char *)from + done, len - done, &n);
        if (result == CURLE_AGAIN) {
            if (!wait_for(c, POLLOUT, until))
                return false;
        } else if (result != CURLE_OK) {
            return false;
        }
        done += n;
    }
    return true;
}

/* ---- after COMMIT: \Seen or MOVE ---- */

static void add_uid(struct buf *set, uint32_t uid) { buf_printf(set, "%s%u", set->len ? "," : "", uid); }

#define QUIET IMAP_SMALL_LITERAL_MAX, NULL, NULL

static enum imap_end copy_and_remove(struct child *c, const char *set) {
    enum imap_end end = imap_command(&c->s, QUIET, "UID COPY %s %s", set, c->move_to);
    if (end == IMAP_DONE)
        end = imap_command(&c->s, QUIET, "UID STORE %s +FLAGS.SILENT (\\Seen \\Deleted)", set);
    if (end == IMAP_DONE && c->s.can_uidplus) /* a plain EXPUNGE would remove what others have marked */
        end = imap_command(&c->s, QUIET, "UID EXPUNGE %s", set);
    return end;
}

static enum imap_end move_once(struct child *c, const char *set) {
    return c->s.can_move ? imap_command(&c->s, QUIET, "UID MOVE %s %s", set, c->move_to) : copy_and_remove(c, set);
}

static enum imap_end move_mails(struct child *c, const char *set) {
    enum imap_end end = imap_command(&c->s, QUIET, "UID STORE %s +FLAGS.SILENT (\\Seen)", set);
    if (end == IMAP_LOST || end == IMAP_GARBLED)
        return end;
    end = move_once(c, set);
    if (end != IMAP_REFUSED)
        return end;
    end = imap_command(&c->s, QUIET, "CREATE %s", c->move_to);
    if (end == IMAP_DONE)
        end = move_once(c, set);
    c->move_fails |= end == IMAP_REFUSED;
    return end;
}

/* Marks what is stored by now. A refusal is no trouble of the mail: it is here. */
static enum imap_end settle(struct child *c) {
    struct buf set = {0};
    size_t kept = 0;
    for (size_t i = 0; i < c->pending_n; i++) {
        if (c->pending[i].uid >= c->stored) {
            c->pending[kept++] = c->pending[i];
            continue;
        }
        add_uid(&set, c->pending[i].uid);
        c->pending_bytes -= c->pending[i].size;
    }
    c->pending_n = kept;
    enum imap_end end = IMAP_DONE;
    if (set.len && !c->s.read_only)
        end = c->move_to && !c->move_fails
                  ? move_mails(c, set.at)
                  : imap_command(&c->s, QUIET, "UID STORE %s +FLAGS.SILENT (\\Seen)", set.at);
    buf_free(&set);
    return end == IMAP_REFUSED ? IMAP_DONE : end;
}

static void read_stored(struct child *c) {
    struct imap_head head;
    if (!child_read(&head, sizeof head) || head.note != IMAP_NOTE_STORED)
        exit(0);
    c->stored = head.mark;
}

/* Waits until everything below `mark` is stored, or just takes what has been said (mark 0). The storing takes as
 * long as it takes. */
static enum imap_end wait_stored(struct child *c, uint32_t mark) {
    struct pollfd p = {.fd = CHILD_SOCKET, .events = POLLIN};
    uint32_t before = c->stored;
    while (c->stored < mark || poll(&p, 1, 0) > 0)
        read_stored(c);
    return c->stored != before ? settle(c) : IMAP_DONE;
}

/* ---- fetching ---- */

struct chunk {
    struct child *c;
    struct wanted {
        uint32_t uid;
        uint64_t size;
        bool got, seen, big; /* handed over; the server knows it; larger than it said */
    } at[CHUNK_MAILS];
    size_t n;
    enum imap_how how;
    uint32_t told; /* the last mark */
};

static uint32_t after(uint32_t uid) { return uid == UINT32_MAX ? uid : uid + 1; }

/* Everything below is handed over, or gone. */
static uint32_t mark_of(const struct chunk *k) {
    for (size_t i = 0; i < k->n; i++)
        if (!k->at[i].got)
            return k->at[i].uid;
    return after(k->at[k->n - 1].uid);
}

static void hand_over(struct chunk *k, struct wanted *w, struct bytes mail) {
    struct child *c = k->c;
    int64_t began = clock_mono();
    w->got = true;
    k->told = mark_of(k);
    tell(&(struct imap_head){.note = IMAP_NOTE_MAIL,
                             .how = k->how,
                             .uid_validity = c->s.uid_validity,
                             .uid = w->uid,
                             .mark = k->told,
                             .len = mail.len},
         mail.at);
    c->s.started += clock_mono() - began; /* the server is not to blame for our waiting */
    if (k->how != IMAP_WHOLE)
        return; /* it stays unread, for somebody to look at */
    c->pending[c->pending_n++] = (struct pending){w->uid, mail.len};
    c->pending_bytes += mail.len;
}

static void take_mail(void *arg, const struct imap_response *r) {
    struct chunk *k = arg;
    struct wanted *w = NULL;
    for (size_t i = 0; i < k->n && !w; i++)
        if (k->at[i].uid == r->uid)
            w = &k->at[i];
    if (!w)
        return;
    w->seen |= r->has_body || r->nil_body || r->has_size;
    w->big |= r->has_body && r->body.len > EMAIL_SIZE_MAX;
    if (r->has_body && !w->got && !w->big)
        hand_over(k, w, r->body);
}

/* One mail that did not come with the others, in ever smaller pieces. Never asks again for what has ended a
 * connection. */
static enum imap_end fetch_alone(struct chunk *k, struct wanted *w, bool tried) {
    struct imap_session *s = &k->c->s;
    enum imap_end end = IMAP_DONE;
    bool skip = w->uid == k->c->start.skip_uid;
    w->seen = skip;
    k->how = IMAP_WHOLE;
    if (!skip && !tried && !w->big && w->size <= EMAIL_SIZE_MAX) {
        end = imap_command(s, EMAIL_SIZE_MAX + SIZE_SLACK, take_mail, k, "UID FETCH %u (UID BODY.PEEK[])", w->uid);
        if (end == IMAP_LOST || end == IMAP_GARBLED || w->got)
            return end;
        if (end == IMAP_DONE && !w->seen) { /* somebody has removed it */
            w->got = true;
            return end;
        }
    }
    if (!skip) {
        k->how = IMAP_HEADER_ONLY;
        w->big = false;
        end = imap_command(s, IMAP_HEADER_MAX + 1024, take_mail, k,
                           "UID FETCH %u (UID RFC822.SIZE BODY.PEEK[HEADER]<0.%d>)", w->uid, IMAP_HEADER_MAX);
        if (end == IMAP_LOST || end == IMAP_GARBLED || w->got)
            return end;
        if (end == IMAP_DONE && !w->seen) {
            w->got = true;
            return end;
        }
    }
    k->how = IMAP_MISSING;
    hand_over(k, w, (struct bytes){0});
    return IMAP_DONE;
}

static enum imap_end fetch_chunk(struct chunk *k) {
    struct child *c = k->c;
    enum imap_end end = IMAP_DONE;
    bool special = k->n == 1 && (k->at[0].size > EMAIL_SIZE_MAX || k->at[0].uid == c->start.skip_uid);
    tell(&(struct imap_head){.note = IMAP_NOTE_AT, .uid = k->at[0].uid}, NULL);
    if (!special) {
        struct buf set = {0};
        for (size_t i = 0; i < k->n; i++)
            add_uid(&set, k->at[i].uid);
        k->how = IMAP_WHOLE;
        end = imap_command(&c->s, EMAIL_SIZE_MAX + SIZE_SLACK, take_mail, k, "UID FETCH %s (UID BODY.PEEK[])",
                           set.at);
        buf_free(&set);
    }
    for (size_t i = 0; i < k->n && (end == IMAP_DONE || end == IMAP_REFUSED); i++)
        if (!k->at[i].got)
            end = fetch_alone(k, &k->at[i], special);
    if (end != IMAP_DONE && end != IMAP_REFUSED)
        return end;
    uint32_t last = mark_of(k);
    if (k->told != last)
        tell(&(struct imap_head){.note = IMAP_NOTE_MARK, .uid_validity = c->s.uid_validity, .mark = last}, NULL);
    c->next = last;
    return IMAP_DONE;
}

/* The next mails that fit together; a mail that must be fetched in another way stands alone. */
static size_t fill_chunk(struct child *c, const struct imap_item *item, size_t n, struct chunk *k) {
    size_t bytes = 0, most = c->start.careful ? 1 : CHUNK_MAILS;
    *k = (struct chunk){.c = c};
    for (; k->n < most && k->n < n; k->n++) {
        const struct imap_item *i = &item[k->n];
        bool special = i->size > EMAIL_SIZE_MAX || i->uid == c->start.skip_uid;
        if (k->n && (special || bytes + i->size > CHUNK_BYTES))
            break;
        k->at[k->n] = (struct wanted){.uid = i->uid, .size = i->size};
        bytes += i->size;
        if (special) {
            k->n++;
            break;
        }
    }
    return k->n;
}

/* Fetches all that is new and waits until it is stored. */
static enum imap_end catch_up(struct child *c, bool *found) {
    struct imap_list list;
    struct chunk *k = malloc(sizeof *k);
    enum imap_end end = imap_list(&c->s, c->next, &list);
    if (!k)
        die("out of memory");
    *found = list.n;
    for (size_t i = 0; end == IMAP_DONE && i < list.n;) {
        end = wait_stored(c, 0);
        while (end == IMAP_DONE && (c->pending_n + CHUNK_MAILS > WINDOW_MAILS || c->pending_bytes > WINDOW_BYTES))
            end = wait_stored(c, after(c->pending[0].uid));
        if (end != IMAP_DONE)
            break;
        i += fill_chunk(c, &list.at[i], list.n - i, k);
        end = fetch_chunk(k);
    }
    if (end == IMAP_DONE && list.n)
        end = wait_stored(c, c->next);
    free(k);
    free(list.at);
    return end;
}

/* ---- waiting ---- */

static enum imap_end wait_idle(struct child *c, int64_t until) {
    enum imap_end end = imap_idle_begin(&c->s);
    while (end == IMAP_DONE && !c->s.news && clock_mono() < until) {
        int64_t soon = clock_mono() + IMAP_PULSE_MS;
        end = imap_idle_wait(&c->s, soon < until ? soon : until);
        pulse(c);
    }
    if (end == IMAP_DONE)
        return imap_idle_end(&c->s);
    if (end == IMAP_REFUSED) { /* it does not, after all */
        c->s.can_idle = false;
        end = IMAP_DONE;
    }
    return end;
}

static void sleep_until(struct child *c, int64_t until) {
    struct pollfd p = {.fd = CHILD_SOCKET};
    for (int64_t left; (left = until - clock_mono()) > 0;) {
        if (poll(&p, 1, left > IMAP_PULSE_MS ? IMAP_PULSE_MS : (int)left) > 0)
            exit(0);
        pulse(c);
    }
}

static enum imap_end wait_for_mail(struct child *c) {
    if (c->s.can_idle)
        return wait_idle(c, clock_mono() + c->start.poll_ms);
    sleep_until(c, clock_mono() + c->start.poll_ms / NO_IDLE_SHARE);
    return IMAP_DONE;
}

static enum imap_end keep_reading(struct child *c) {
    for (;;) {
        bool found;
        enum imap_end end = catch_up(c, &found);
        if (end == IMAP_DONE && c->s.news) {
            if (!found)
                sleep_until(c, clock_mono() + NAP_MS);
            continue;
        }
        if (end == IMAP_DONE) {
            tell(&(struct imap_head){.note = IMAP_NOTE_READY, .how = c->move_fails}, NULL);
            end = wait_for_mail(c);
        }
        if (end != IMAP_DONE)
            return end;
    }
}

/* ---- begin and end ---- */

static const char *code_of(const struct child *c, enum imap_end end, const char *when_refused) {
    if (end == IMAP_REFUSED &&
        (strstr(c->s.words, "[UNAVAILABLE]") || strstr(c->s.words, "[INUSE]") || strstr(c->s.words, "[LIMIT]")))
        return "away";
    return end == IMAP_LOST ? "away" : end == IMAP_REFUSED ? when_refused : "protocol";
}

static int read_mailbox(struct child *c) {
    imap_begin(&c->s, (struct imap_wire){c, wire_recv, wire_send}, c->start.answer_ms);
    enum imap_end end = imap_capability(&c->s);
    if (end != IMAP_DONE)
        return tell_trouble("imap_", code_of(c, end, "protocol"), c->s.words);
    end = imap_select(&c->s, c->folder);
    if (end != IMAP_DONE)
        return tell_trouble("imap_", code_of(c, end, "no_folder"), c->s.words);
    if (c->start.only_test) {
        tell(&(struct imap_head){.note = IMAP_NOTE_READY}, NULL);
        return 0;
    }
    c->next = c->stored = c->s.uid_validity == c->start.uid_validity && c->start.uid_next ? c->start.uid_next : 1;
    end = keep_reading(c);
    return tell_trouble("imap_", code_of(c, end, "protocol"), c->s.words);
}

static bool read_start(struct child *c) {
    struct imap_head head;
    if (!child_read(&head, sizeof head) || head.note != IMAP_NOTE_START || head.len < sizeof c->start ||
        head.len > START_MAX)
        return false;
    struct bytes json = {NULL, head.len - sizeof c->start};
    uint8_t *text = arena_alloc(c->arena, json.len + 1);
    json.at = text;
    if (!child_read(&c->start, sizeof c->start) || !child_read(text, json.len))
        return false;
    net_guard_set(&c->start.guard);
    return mail_server_read(c->arena, json, &c->server) == RC_OK;
}

/* What libraries would open later is opened before the sandbox closes. */
static bool close_sandbox(struct child *c) {
    const char *lacking;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (*c->server.ca_file)
        sandbox_let(c->server.ca_file, SANDBOX_READ);
    if (sandbox_enter(SANDBOX_IMAP, &lacking) != RC_BROKEN)
        return true;
    log_error("the sandbox could not be closed: %s", lacking);
    return false;
}

int imap_child_main(void) {
    struct child *c = calloc(1, sizeof *c);
    char words[300];
    log_setup("kept imap", LOG_INFO);
    if (!c)
        die("out of memory");
    c->arena = arena_new(0);
    if (!read_start(c) || !close_sandbox(c))
        return rc_exit(RC_BROKEN);
    tell(&(struct imap_head){.note = IMAP_NOTE_HELLO}, NULL);
    const char *prefix = c->start.protocol == MAIL_IMAP ? "imap_" : "smtp_";
    c->folder = imap_folder(c->arena, *c->server.folder ? c->server.folder : "INBOX");
    c->move_to = *c->server.move_to ? imap_folder(c->arena, c->server.move_to) : NULL;
    if (!c->folder || (*c->server.move_to && !c->move_to))
        return tell_trouble("imap_", "no_folder", "");
    const char *trouble =
        mail_connect(&c->server, c->start.protocol, c->start.connect_ms, &c->curl, words, sizeof words);
    if (trouble)
        return tell_trouble(prefix, trouble, words);
    curl_easy_getinfo(c->curl, CURLINFO_ACTIVESOCKET, &c->sock);
    if (c->start.protocol == MAIL_IMAP)
        return read_mailbox(c);
    tell(&(struct imap_head){.note = IMAP_NOTE_READY}, NULL);
    return 0;
}
