/* commands.c: the subcommands that use the database themselves, in short transactions, beside a running server. */
#include "command.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/locale.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "base/secret.h"
#include "base/wall.h"
#include "channel/email.h"
#include "channel/mail_socket.h"
#include "channel/mailbox_mark.h"
#include "desk/account.h"
#include "desk/conversation.h"
#include "desk/event.h"
#include "desk/inbox.h"
#include "desk/starter.h"
#include "desk/job.h"
#include "store/node.h"
#include "desk/privacy.h"
#include "desk/repair.h"
#include "text/batch.h"
#include "text/mask.h"
#include "web/app.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* ---- init ---- */

struct initing {
    struct account account;
    const char *address, *starter; /* starter: a kind of desk/starter.h; NULL: none */
    bool answers_all;              /* what the first steps on the pages would ask */
    int64_t now;
};

static enum rc make_account(struct tx *tx, void *arg) {
    struct initing *x = arg;
    struct account there;
    enum rc rc = account_load(tx_view(tx), tx_arena(tx), &there);
    if (rc != RC_NONE)
        return rc == RC_OK ? RC_DUPLICATE : rc;
    rc = account_create(tx, &x->account);
    struct inbox form = {.name = "Contact form", .kind = "form", .enabled = true, .lang = ""};
    if (rc == RC_OK)
        rc = inbox_save(tx, &form, 0, x->now);
    if (rc == RC_OK && x->address) {
        struct inbox mail = {.name = x->address,
                             .kind = "email",
                             .address = x->address,
                             .enabled = true,
                             .from_name = x->account.name,
                             .lang = ""};
        rc = inbox_save(tx, &mail, 0, x->now);
    }
    if (rc == RC_OK && x->starter)
        rc = starter_fill(tx, x->starter, locale_of(x->account.lang), x->now);
    if (rc == RC_OK && x->answers_all)
        rc = setting_save(tx, SETTING_WIZARD_DONE, "100", 0, x->now);
    if (rc == RC_OK)
        event_add(tx, (struct event){"account.created", {ACTOR_SYSTEM}});
    return rc;
}

static bool make_folders(const char *path) {
    char part[4096];
    snprintf(part, sizeof part, "%s", path);
    for (char *p = part + 1; *p; p++)
        if (*p == '/') {
            *p = 0;
            if (mkdir(part, 0755) != 0 && errno != EEXIST)
                return false;
            *p = '/';
        }
    return mkdir(part, 0711) == 0 || errno == EEXIST;
}

int command_init(struct call *c) {
    enum { DEMO, NAME, LANG, ZONE, INBOX, FOR };
    const char *data = c->conf.values[CONF_DATA], *zone = c->options[ZONE], *why = "";
    struct initing x = {.now = clock_now(), .address = c->options[INBOX], .starter = c->options[FOR]};
    struct starter_place place = {"", ""};
    if (x.starter && !starter_known(x.starter))
        return command_misused("--for %s is not known; %s are", x.starter, starter_kinds);
    if (x.starter)
        place = starter_place(c->arena, x.starter, locale_of(c->options[LANG]));
    if (!zone)
        zone = *place.zone ? place.zone : "UTC";
    x.answers_all = c->options[NAME] && x.address && (c->options[ZONE] || *place.zone);
    if (c->options[LANG] && strcmp(c->options[LANG], locale_tag(locale_of(c->options[LANG]))) != 0)
        return command_fail(RC_INVALID, "the language is en, vi, zh-Hans, zh-Hant or th, not %s", c->options[LANG]);
    if (!wall_zone_known(zone))
        return command_fail(RC_INVALID, "%s is no time zone; one is Asia/Ho_Chi_Minh", zone);
    if (x.address && !strchr(x.address, '@'))
        return command_fail(RC_INVALID, "%s is no e-mail address", x.address);
    if (!make_folders(data))
        return command_fail(RC_AWAY, "cannot make %s: %s", data, strerror(errno));
    struct store *store;
    int code = command_open(c, true, &store);
    if (code)
        return code;
    x.account = (struct account){
        .name = c->options[NAME] ? c->options[NAME] : "Kept",
        .lang = locale_tag(locale_of(c->options[LANG])),
        .zone = zone,
        .country = place.country,
        .created_at = x.now,
    };
    enum rc rc = store_write(store, make_account, &x);
    if (rc == RC_OK && c->options[DEMO])
        rc = demo_fill(store, &why);
    store_close(store);
    if (rc == RC_DUPLICATE) {
        printf("%s is in use already; its schema is up to date, and nothing else was changed.\n", data);
        return 0;
    }
    if (rc != RC_OK)
        return command_fail(rc, "%s could not be filled (%s) %s", data, rc_name(rc), why);
    printf("%s is ready. Next: kept user add you@example.com --role admin --data %s\n", data, data);
    return 0;
}

/* ---- mail-in ---- */

/* Opens no database and no keys: it must work for the mail server's user. */
int command_mail_in(struct call *c) {
    struct buf mail = {0};
    ssize_t n = 0;
    do {
        char *to = buf_reserve(&mail, 64 * 1024);
        n = read(STDIN_FILENO, to, 64 * 1024);
        if (n < 0 && errno == EINTR)
            continue;
        mail.len += n > 0 ? (size_t)n : 0;
    } while (n > 0 && mail.len <= EMAIL_SIZE_MAX);
    if (n < 0)
        return EX_TEMPFAIL;
    if (mail.len > EMAIL_SIZE_MAX) {
        fprintf(stderr, "kept: the mail is larger than %d MB\n", EMAIL_SIZE_MAX >> 20);
        return EX_DATAERR;
    }
    enum rc rc = mail_socket_send(c->conf.values[CONF_DATA], buf_bytes(&mail), c->options[0] ? c->options[0] : "");
    buf_free(&mail);
    if (rc == RC_OK)
        return 0;
    fprintf(stderr, rc == RC_TOO_BIG ? "kept: the mail is too large\n" : "kept: the server is away, try later\n");
    return rc == RC_TOO_BIG ? EX_DATAERR : EX_TEMPFAIL;
}

/* ---- doctor ---- */

static int doctor_file(struct call *c, struct store *store, bool mend) {
    const char *why;
    if (store_check(store, c->arena, mend, &why) == RC_OK)
        return 0;
    printf("file     WRONG: %s\n", why);
    if (mend && !command_is_served(c->conf.values[CONF_DATA]) && store_reindex(store) == RC_OK &&
        store_check(store, c->arena, true, &why) == RC_OK) {
        printf("file     mended: its indexes were made anew\n");
        return 0;
    }
    printf(mend ? "file     stays damaged: restore a backup (stop the server first, if it runs)\n"
                : "file     stop the server and try kept doctor --repair; else restore a backup\n");
    return 1;
}

static int doctor_events(struct view *v) {
    int64_t checked, bad;
    const char *what;
    enum rc rc = event_verify(v, &checked, &bad, &what);
    if (rc != RC_OK)
        printf("events   cannot be read (%s)\n", rc_name(rc));
    else if (bad)
        printf("events   WRONG: event %lld is %s; the events before it are whole. Compare with a backup.\n",
               (long long)bad, what);
    else
        printf("events   %lld, the chain is whole\n", (long long)checked);
    return rc != RC_OK || bad;
}

static int doctor_inboxes(struct view *v, struct arena *a) {
    struct inbox *inboxes;
    int n, wrong = 0;
    if (inbox_list(v, a, &inboxes, &n) != RC_OK)
        return 1;
    for (int i = 0; i < n; i++) {
        printf("inbox    %s (%s): %s\n", inboxes[i].name, inboxes[i].kind,
               inboxes[i].trouble   ? inboxes[i].trouble
               : inboxes[i].enabled ? "ok"
                                    : "off");
        /* One that has no sending server yet is not finished, which is nothing that broke. */
        wrong += inboxes[i].trouble && strcmp(inboxes[i].trouble, "smtp_not_set") != 0;
    }
    return wrong;
}

/* What other rows tell as well: desk/repair.h. */
static int doctor_rows(struct store *store, bool mend) {
    struct repair_report report;
    int64_t wrong = 0, left = 0;
    enum rc rc = repair_all(store, mend, &report);
    for (int k = 0; k < REPAIR_KINDS; k++) {
        wrong += report.wrong[k];
        left += report.wrong[k] - report.mended[k];
        if (report.wrong[k] && mend)
            printf("rows     mended: %lld of %lld %s\n", (long long)report.mended[k], (long long)report.wrong[k],
                   repair_name((enum repair_kind)k));
        else if (report.wrong[k])
            printf("rows     WRONG: %lld %s\n", (long long)report.wrong[k], repair_name((enum repair_kind)k));
    }
    if (rc != RC_OK)
        printf("rows     cannot be read (%s)\n", rc_name(rc));
    else if (!wrong)
        printf("rows     %lld, what can be worked out from them fits\n", (long long)report.looked_at);
    else if (!mend)
        printf("rows     kept doctor --repair puts that right, also while the server runs\n");
    return rc != RC_OK || left;
}

/* Returns how much is wrong. A lease that has run out: its program died, or is cut off from the database. */
static int print_nodes(struct call *c, struct store *store, struct view *v) {
    enum { CLOCK_OFF_MS = 2000 };
    struct node_row *nodes;
    int n, wrong = 0;
    int64_t off = clock_machine() - store_clock(store), due = 0;
    if (store_shared(store)) {
        bool late = llabs(off) > CLOCK_OFF_MS;
        printf("clock    %s%lld ms from the database's%s\n", late ? "WRONG: " : "", (long long)off,
               late ? ": keep both by NTP, for what happens is dated by this machine's" : "");
        wrong += late;
    }
    if (node_list(v, c->arena, &nodes, &n) != RC_OK)
        return wrong + 1;
    for (int i = 0; i < n; i++) {
        int64_t jobs = 0, mailboxes = 0, left = nodes[i].leased_until - store_clock(store);
        if (job_count(v, nodes[i].holder, &jobs) != RC_OK ||
            mailbox_mark_count(v, nodes[i].holder, &mailboxes) != RC_OK)
            wrong++;
        printf("node     %lld %s: %lld jobs and %lld mailboxes in hand, ", (long long)nodes[i].number,
               nodes[i].name, (long long)jobs, (long long)mailboxes);
        if (left > 0)
            printf("lease of %lld s\n", (long long)left / 1000);
        else
            printf("away: its lease ended %lld s ago\n", (long long)-left / 1000);
    }
    if (job_due(v, clock_now(), &due) == RC_OK)
        printf("jobs     %lld due and in nobody's hand\n", (long long)due);
    return wrong;
}

/* Original mails and how long they stay: desk/privacy.h. */
static int doctor_originals(struct view *v, bool served) {
    enum { LATE_DAYS = 2 }; /* tidying comes round every few hours */
    struct raw_counts raw;
    int64_t days = setting_int(v, SETTING_RAW_DAYS), now = clock_now();
    if (raw_count(v, now, &raw) != RC_OK) {
        printf("mails    cannot be counted\n");
        return 1;
    }
    bool late = served && raw.due && raw_kept_until(raw.oldest_at, days + LATE_DAYS) < now;
    printf("mails    %lld%s originals kept, sealed, %lld days each; ", (long long)raw.kept,
           raw.kept == PRIVACY_COUNT_MAX ? "+" : "", (long long)days);
    printf(late ? "WRONG: %lld are days past their time and nothing removes them\n" : "%lld past their time\n",
           (long long)raw.due);
    return late;
}

int command_doctor(struct call *c) {
    enum { REPAIR };
    struct store *store;
    bool mend = c->options[REPAIR];
    int code = command_open(c, false, &store);
    if (code)
        return code;
    printf("store    %s\n", store_describe(store, c->arena));
    int wrong = doctor_file(c, store, mend);
    struct view *v = view_open(store);
    wrong += doctor_events(v);
    wrong += doctor_rows(store, mend);
    wrong += doctor_inboxes(v, c->arena);
    wrong += doctor_originals(v, command_is_served(c->conf.values[CONF_DATA]));
    wrong += print_nodes(c, store, v);
    view_close(v);
    struct buf roles = {0};
    for (int role = 0; role < SANDBOX_ROLES; role++)
        sandbox_describe((enum sandbox_role)role, &roles);
    printf("%s", roles.at ? roles.at : "");
    buf_free(&roles);
    printf("server   %s\n", command_is_served(c->conf.values[CONF_DATA]) ? "running" : "not running");
    store_close(store);
    printf("%s\n", wrong ? "Something is wrong: see above." : "All is well.");
    return wrong ? EX_SOFTWARE : 0;
}

/* ---- routes ---- */

int command_routes(struct call *c) {
    struct buf out = {0};
    http_describe(web_routes, &out);
    fwrite(out.at, 1, out.len, stdout);
    buf_free(&out);
    return 0;
}

/* ---- batch ---- */

int command_mask(struct call *c) {
    enum { BATCH, KINDS };
    unsigned kinds = MASK_ALL;
    if (!c->options[BATCH])
        return command_misused("mask works with --batch: JSON Lines on standard input");
    if (c->options[KINDS]) {
        char *list = arena_copy(c->arena, c->options[KINDS]), *save = NULL;
        kinds = 0;
        for (char *name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
            unsigned before = kinds;
            for (int k = 0; k < MASK_KINDS; k++)
                if (strcmp(mask_kind_name((enum mask_kind)k), name) == 0)
                    kinds |= 1u << k;
            if (kinds == before)
                return command_fail(RC_INVALID, "there is no kind %s", name);
        }
    }
    return cmd_mask(stdin, stdout, kinds);
}

int command_check_reply(struct call *c) {
    if (!c->options[0])
        return command_misused("check-reply works with --batch: JSON Lines on standard input");
    return cmd_check_reply(stdin, stdout);
}
