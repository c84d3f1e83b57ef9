/* The inside of a mail by itself, without the library around it: headers, quoted history, HTML to text, flowed
 * text, bounces, our own signed addresses. What comes out is clean text, and every span lies in it. */
#include "must.h"

#include "base/secret.h"
#include "base/utf8.h"
#include "channel/auto_mail.h"
#include "channel/dsn.h"
#include "channel/header.h"
#include "channel/html_text.h"
#include "channel/mail_token.h"
#include "channel/plain_text.h"
#include "channel/quote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void one_line(const char *text) { must(utf8_valid(text, strlen(text)) && !strpbrk(text, "\r\n")); }

static void fuzz_headers(struct arena *a, const char *raw) {
    static const char *const charsets[] = {NULL, "gb2312", "tis-620", "windows-1258"};
    const char **ids;
    for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++) {
        one_line(header_text(a, raw, charsets[i]));
        one_line(header_param(a, raw, "name", charsets[i]));
        (void)header_words_to_utf8(a, raw, charsets[i]);
    }
    size_t n = header_ids(a, raw, 5, &ids);
    must(n <= 5);
    for (size_t i = 0; i < n; i++)
        must(*ids[i] && !strpbrk(ids[i], "<>\r\n"));
    struct mail_target t = mail_target(a, raw);
    must(!t.bounced_ref && !t.short_ref); /* nobody guesses a signature */
    (void)mail_subject_ref(a, raw);
    struct mail_header h[] = {{"Auto-Submitted", raw}, {"Subject", raw}, {"From", raw}, {"Precedence", raw}};
    (void)mail_auto_kind(a, h, 4, NULL);
    (void)auto_reply_subject(raw);
    (void)quote_subject_is_forward(raw);
}

static void fuzz_text(struct arena *a, const char *text) {
    struct quote_fold fold;
    char *whole = quote_split(a, text, false, &fold);
    must(fold.start <= fold.end && fold.end <= strlen(whole));
    must(utf8_valid(whole, fold.start) && utf8_valid(whole + fold.start, fold.end - fold.start));
    const char marks[] = {QUOTE_BEGIN, QUOTE_END, QUOTE_REST, 0};
    must(!strpbrk(whole, marks));
    must(utf8_valid(quote_new_text(a, whole, &fold), strlen(quote_new_text(a, whole, &fold))));
    char *flowed = flowed_text(a, text, text[0] & 1);
    must(utf8_valid(flowed, strlen(flowed)));
    struct dsn d = dsn_from_text(a, text, text), e = dsn_from_status(a, text);
    dsn_merge(&d, &e);
    one_line(d.diagnostic);
}

static void fuzz_html(struct arena *a, const char *html) {
    struct quote_fold fold;
    for (size_t max = 7; max <= 100000; max *= 23) {
        char *text = html_text(a, html, max);
        must(utf8_valid(text, strlen(text)));
        (void)quote_split(a, text, true, &fold);
    }
}

/* The key of the tokens: new ones, in a folder that is gone at once. */
int LLVMFuzzerInitialize(int *argc, char ***argv) {
    char dir[] = "/tmp/kept-fuzz-XXXXXX", command[64];
    const char *why;
    struct arena *a = arena_new(0);
    must(mkdtemp(dir) && secret_load(a, dir, &why) == RC_OK);
    snprintf(command, sizeof command, "rm -r %s", dir);
    must(system(command) == 0);
    arena_free(a);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    if (!n)
        return 0;
    struct arena *a = arena_new(0);
    const char *raw = arena_copy_n(a, (const char *)data + 1, n - 1);
    const char *clean = utf8_clean(a, raw, n - 1);
    switch (data[0] % 3) {
    case 0: fuzz_headers(a, raw); break;
    case 1: fuzz_text(a, clean); break;
    case 2:
        (void)html_charset(a, (struct bytes){data + 1, n - 1});
        fuzz_html(a, clean);
        break;
    }
    arena_free(a);
    return 0;
}
