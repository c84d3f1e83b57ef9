/* intake.c: intake_accept by itself: what mails have become after parsing goes through the one way in.
 *     intake DATA_DIR MESSAGES BATCH [CALLERS]
 * BATCH messages a transaction, by one caller; or, with CALLERS, as a server has it: each message its own
 * transaction, by so many callers at once, and the store commits them together. DATA_DIR comes from generate.c and
 * is changed. Prints one line of JSON. Two thirds answer in conversations that are there, a third begin one; half
 * have HTML, one in twenty a file, one in ten a number to mask. */
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "desk/account.h"
#include "desk/contact.h"
#include "desk/inbox.h"
#include "desk/intake.h"
#include "stopwatch.h"
#include "texts.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

QUERY(q_bench_last_mails,
      "SELECT m.mail_id, p.value FROM conversation c"
      " JOIN message m ON m.account_id = c.account_id AND m.conversation_id = c.id"
      " JOIN contact_point p ON p.account_id = c.account_id AND p.contact_id = c.contact_id"
      " WHERE c.account_id = $1 AND m.id = (SELECT max(l.id) FROM message l WHERE l.account_id = $1"
      " AND l.conversation_id = c.id) ORDER BY (c.id * 2654435761) & 1048575, c.id LIMIT $2");

struct known_mail {
    const char *mail_id, *from;
};

static struct inbound *all;
static int total, batch;

static struct attachment *a_file(struct arena *a) {
    struct attachment *x = ARENA_NEW(a, struct attachment);
    size_t n = 4000 + texts_pick(20000);
    uint8_t *bytes = arena_alloc(a, n);
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)texts_pick(256);
    *x = (struct attachment){.name = "photo.jpg", .type = "image/jpeg", .content_id = "", .bytes = {bytes, n}};
    return x;
}

static void make_one(struct arena *a, int i, int64_t inbox_id, const struct known_mail *known, int known_n) {
    struct inbound *in = &all[i];
    int language = (int)texts_pick(TEXTS_LANGUAGES);
    char *text = texts_sentence(a, language, 20 + (int)texts_pick(80));
    bool answers = known_n && texts_pick(3) != 0;
    const struct known_mail *to = answers ? &known[texts_pick((unsigned)known_n)] : NULL;
    const char **refs = ARENA_ARRAY(a, 1, const char *);
    if (texts_pick(10) == 0)
        text = arena_printf(a, "%s 4111 1111 1111 1111", text);
    *in = (struct inbound){
        .channel = "email",
        .inbox_id = inbox_id,
        .from_kind = "email",
        .from = answers ? to->from : arena_printf(a, "writer%u@example.com", texts_pick(20000)),
        .from_name = "Customer",
        .lang = texts_lang(language),
        .subject = texts_sentence(a, language, 5),
        .body = text,
        .quoted = answers ? texts_sentence(a, language, 60) : "",
        .html = texts_pick(2) ? arena_printf(a, "<div dir=\"ltr\"><p>%s</p><blockquote>%s</blockquote></div>", text,
                                             texts_sentence(a, language, 60))
                              : NULL,
        .to = "support@kept.test",
        .cc = "",
        .mail_refs = refs,
        .mail_refs_n = answers,
        .mail_id = arena_printf(a, "in-%d@example.com", i),
        .auto_kind = "",
        .parts_n = texts_pick(20) == 0,
    };
    refs[0] = answers ? to->mail_id : NULL;
    in->parts = in->parts_n ? a_file(a) : NULL;
}

static void make_all(struct store *store, struct arena *a) {
    struct view *v = view_open(store);
    struct inbox inbox;
    struct known_mail *known = ARENA_ARRAY(a, (size_t)total + 1, struct known_mail);
    int known_n = 0;
    if (inbox_of_kind(v, a, "email", &inbox) != RC_OK)
        die("no inbox: fill the directory by bench-generate");
    struct rows r = view_query(v, &q_bench_last_mails, BIND(ACCOUNT, value_int(total)));
    while (known_n < total && rows_next(&r)) {
        known[known_n].mail_id = rows_copy(&r, 0, a);
        known[known_n++].from = rows_copy(&r, 1, a);
    }
    if (rows_end(&r) != RC_OK)
        die("the conversations cannot be read");
    view_close(v);
    all = ARENA_ARRAY(a, (size_t)total, struct inbound);
    for (int i = 0; i < total; i++)
        make_one(a, i, inbox.id, known, known_n);
}

/* ---- what is measured ---- */

struct part {
    int from, to;
};

static enum rc accept_part(struct tx *tx, void *arg) {
    struct part *p = arg;
    struct intake_result result;
    enum rc rc = RC_OK;
    for (int i = p->from; rc == RC_OK && i < p->to; i++)
        rc = intake_accept(tx, &all[i], clock_now(), &result);
    return rc;
}

static struct store *the_store;
static _Atomic int next;

static void *caller(void *arg) {
    for (int i = next++; i < total; i = next++)
        if (store_write(the_store, accept_part, &(struct part){i, i + 1}) != RC_OK)
            die("message %d was not accepted", i);
    return NULL;
}

int main(int argc, char **argv) {
    if (argc < 4)
        die("usage: intake DATA_DIR MESSAGES BATCH [CALLERS]");
    struct arena *a = arena_new(1 << 20);
    const char *why = "";
    int callers = argc > 4 ? atoi(argv[4]) : 0;
    total = atoi(argv[2]);
    batch = atoi(argv[3]);
    if (secret_load(a, argv[1], &why) != RC_OK || store_open(a, argv[1], true, &the_store, &why) != RC_OK)
        die("%s", why);
    make_all(the_store, a);
    pthread_t threads[256];
    double began = stopwatch_ms();
    for (int i = 0; !callers && i < total; i += batch)
        if (store_write(the_store, accept_part, &(struct part){i, i + batch < total ? i + batch : total}) != RC_OK)
            die("messages from %d on were not accepted", i);
    for (int i = 0; i < callers; i++)
        pthread_create(&threads[i], NULL, caller, NULL);
    for (int i = 0; i < callers; i++)
        pthread_join(threads[i], NULL);
    double took = stopwatch_ms() - began;
    printf("{\"ms\":%.3f,\"messages\":%d}\n", took, total);
    store_close(the_store);
    return 0;
}
