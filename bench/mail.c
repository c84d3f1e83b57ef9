/* mail.c: raw mails in: kept, read by the parse children, and taken in by the jobs, as in the server.
 *     mail DATA_DIR MAILS         prints one line of JSON
 *     mail - MAILS                writes the same mails to the current folder, as 0.eml, 1.eml …
 * DATA_DIR comes from generate.c and is changed. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "channel/email.h"
#include "channel/parse.h"
#include "desk/account.h"
#include "desk/event.h"
#include "stopwatch.h"
#include "texts.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

QUERY(q_bench_messages, "SELECT count(*) FROM message WHERE account_id = $1");

enum { SENDERS = 16, PARSERS = 2, JOB_THREADS = 4 }; /* the last two: as kept serve has them */

static struct bytes *mails;
static int total;

/* Text and HTML, as most programs send it; a quoted answer below; one in twenty with a file. */
static struct bytes make_mail(struct arena *a, int i) {
    int language = (int)texts_pick(TEXTS_LANGUAGES);
    char *text = texts_sentence(a, language, 30 + (int)texts_pick(60)), *quoted = texts_sentence(a, language, 10);
    struct buf out = {0};
    buf_printf(
        &out,
        "Received: from mx.example.com by mail.kept.test with ESMTPS id %d; Mon, 16 Mar 2026 09:00:00 +0700\r\n"
        "From: Customer %d <customer%u@example.com>\r\nTo: support@kept.test\r\nSubject: =?UTF-8?Q?Order_%d?=\r\n"
        "Date: Mon, 16 Mar 2026 09:00:00 +0700\r\nMessage-ID: <bench-mail-%d@example.com>\r\nMIME-Version: 1.0\r\n",
        i, i, texts_pick(20000), i, i);
    buf_lit(&out, "Content-Type: multipart/mixed; boundary=\"m\"\r\n\r\n--m\r\nContent-Type: "
                  "multipart/alternative; boundary=\"a\"\r\n\r\n");
    buf_printf(&out,
               "--a\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
               "8bit\r\n\r\n%s\r\n\r\nOn Mon, 16 Mar 2026"
               " Support <support@kept.test> wrote:\r\n> %s\r\n",
               text, quoted);
    buf_printf(&out,
               "--a\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: "
               "8bit\r\n\r\n<html><body><div dir=\"ltr\">"
               "<p style=\"margin:0\">%s</p></div><div "
               "class=\"gmail_quote\"><blockquote>%s</blockquote></div></body></html>\r\n--a--\r\n",
               text, quoted);
    if (texts_pick(20) == 0) {
        buf_lit(&out, "--m\r\nContent-Type: application/pdf; name=\"invoice.pdf\"\r\nContent-Transfer-Encoding: "
                      "base64\r\n\r\nJVBERi0x\r\n");
        for (int line = 0; line < 200; line++) {
            for (int k = 0; k < 76; k++)
                buf_char(&out, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[texts_pick(64)]);
            buf_lit(&out, "\r\n");
        }
    }
    buf_lit(&out, "--m--\r\n");
    struct bytes raw = arena_bytes(a, buf_bytes(&out));
    buf_free(&out);
    return raw;
}

static void write_files(void) {
    for (int i = 0; i < total; i++) {
        char name[32];
        snprintf(name, sizeof name, "%d.eml", i);
        FILE *f = fopen(name, "w");
        if (!f || fwrite(mails[i].at, 1, mails[i].len, f) != mails[i].len || fclose(f))
            die("%s cannot be written", name);
    }
}

static struct store *store;
static _Atomic int next;

static void *sender(void *arg) {
    for (int i = next++; i < total; i = next++)
        if (email_accept(store, mails[i], "support@kept.test", 0, clock_now()) != RC_OK)
            die("mail %d was not kept", i);
    return NULL;
}

static int64_t messages_now(void) {
    int64_t n = 0;
    struct view *v = view_open(store);
    if (view_int(v, &q_bench_messages, BIND(ACCOUNT), 0, &n) != RC_OK)
        die("the messages cannot be counted");
    view_close(v);
    return n;
}

static void measure(struct arena *a, const char *dir) {
    static job_run *const runs[JOB_KINDS] = {[JOB_SEND_MAIL] = email_send_job, [JOB_PARSE_MAIL] = email_parse_job};
    const char *why = "";
    signal(SIGPIPE, SIG_IGN);
    struct email_app app = {parser_start(PARSERS)};
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (secret_load(a, dir, &why) != RC_OK || store_open(a, dir, true, &store, &why) != RC_OK)
        die("%s", why);
    struct job_runner *jobs = job_start(store, &app, runs, &(struct job_options){.threads = JOB_THREADS});
    event_listen(job_wake, jobs);
    pthread_t threads[SENDERS];
    int64_t before = messages_now();
    double began = stopwatch_ms();
    for (int i = 0; i < SENDERS; i++)
        pthread_create(&threads[i], NULL, sender, NULL);
    for (int i = 0; i < SENDERS; i++)
        pthread_join(threads[i], NULL);
    double kept_after = stopwatch_ms() - began;
    if (!job_settle(jobs, 600 * 1000))
        die("the mails were not read in ten minutes");
    double took = stopwatch_ms() - began;
    if (messages_now() != before + total)
        die("%d mails became %lld messages", total, (long long)(messages_now() - before));
    printf("{\"kept_ms\":%.3f,\"ms\":%.3f,\"mails\":%d}\n", kept_after, took, total);
    fflush(stdout);
    job_stop(jobs);
    parser_stop(app.parser);
    store_close(store);
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "parse") == 0) /* started by parse.h, as kept starts itself */
        return parse_child_main();
    if (argc != 3)
        die("usage: mail DATA_DIR MAILS, or mail - MAILS");
    struct arena *a = arena_new(1 << 20);
    total = atoi(argv[2]);
    mails = ARENA_ARRAY(a, (size_t)total, struct bytes);
    for (int i = 0; i < total; i++)
        mails[i] = make_mail(a, i);
    if (strcmp(argv[1], "-") == 0)
        write_files();
    else
        measure(a, argv[1]);
    return 0;
}
