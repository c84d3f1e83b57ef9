/* The short things that strangers and other programs hand us: what somebody copied out of a subject, a push
 * service's address, a website's origin and its token, a colleague called upon, a name, an amount, the pictures of
 * a mail. */
#include "must.h"

#include "base/money.h"
#include "base/net_guard.h"
#include "base/utf8.h"
#include "desk/genuine.h"
#include "desk/push.h"
#include "desk/site.h"
#include "text/markdown.h"
#include "text/mention.h"
#include "text/picture_urls.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void fuzz_genuine(const char *typed) {
    char ref[GENUINE_REF_SIZE], tag[GENUINE_TAG_SIZE];
    if (!genuine_read(typed, ref, tag))
        return;
    must(strlen(ref) >= 6 && (!*tag || strlen(tag) == 8));
    for (const char *p = ref; *p; p++)
        must(isdigit((uint8_t)*p) || (*p >= 'A' && *p <= 'Z'));
    for (const char *p = tag; *p; p++)
        must(isdigit((uint8_t)*p) || (*p >= 'a' && *p <= 'z'));
}

/* What is asked later has a host of its own and nothing that another part of us would read differently. */
static void fuzz_push(struct arena *a, const char *endpoint) {
    if (push_endpoint_flaw(endpoint))
        return;
    const char *origin = push_audience(a, endpoint);
    must(strlen(endpoint) <= PUSH_ENDPOINT_MAX && !strncmp(endpoint, origin, 8));
    must(!strncmp(origin, "https://", 8) && origin[8] && !strpbrk(origin + 8, "/?#@\\[] \t\r\n\"<>"));
}

static void fuzz_site(struct arena *a, const char *text) {
    struct site_user user;
    const char *why = NULL;
    char *rest = arena_copy(a, text), *sites = strsep(&rest, "\1"), *origin = rest ? rest : sites;
    must(!site_allows(sites, origin) || strcasestr(origin, "://"));
    const char *flaw = site_list_flaw(a, sites);
    must(!flaw || *flaw);
    if (site_user_of_token(a, text, "secret", "inb_aaaaaaaaaaaaaaaa", 1773648000000, &user, &why) == RC_OK)
        must(user.id && *user.id && strlen(user.id) <= SITE_ID_MAX && user.name && user.email);
    else
        must(why && *why);
    must(site_user_of_hash(a, origin, sites, "secret", &user, &why) == RC_DENIED); /* nobody guesses it */
}

static void fuzz_mention(struct arena *a, const char *text) {
    static const struct mention_name people[] = {{"Lan", "lan@shop.test"},
                                                 {"Nguyễn Thị Lan", "lan.nt@shop.test"},
                                                 {"小明", "ming@shop.test"},
                                                 {"สมชาย", "som@shop.test"},
                                                 {"", ""}};
    enum { N = sizeof people / sizeof *people };
    bool called[N] = {0};
    struct mention_span *spans;
    size_t n = mention_find(a, text, people, N, called, &spans), before = 0, len = strlen(text);
    for (size_t i = 0; i < n; i++) {
        must(spans[i].start >= before && spans[i].start < spans[i].end && spans[i].end <= len);
        must(utf8_valid(text + spans[i].start, spans[i].end - spans[i].start));
        before = spans[i].end;
    }
    must(!called[N - 1] || n > 0);
    const char *html = markdown_html(a, text), *marked = mention_mark(a, html, people, N);
    must(utf8_valid(marked, strlen(marked)));
    for (bool within = false; *marked; marked++) /* taken out again, nothing has changed */
        if (!within && !strncmp(marked, "<span class=\"mention\">", 22)) {
            within = true;
            marked += 21;
        } else if (within && !strncmp(marked, "</span>", 7)) {
            within = false;
            marked += 6;
        } else {
            must(*marked == *html++);
        }
    must(!*html);
}

static void fuzz_pictures(struct arena *a, const char *html) {
    const char *urls[PICTURE_URLS_MAX];
    size_t n = picture_urls(a, html, urls);
    must(n <= PICTURE_URLS_MAX);
    for (size_t i = 0; i < n; i++) {
        must(!strncasecmp(urls[i], "http://", 7) || !strncasecmp(urls[i], "https://", 8));
        must(strlen(urls[i]) <= PICTURE_URL_MAX && !strpbrk(urls[i], "\r\n\t"));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    if (!n || n > 20000)
        return 0;
    struct arena *a = arena_new(0);
    const char *raw = arena_copy_n(a, (const char *)data + 1, n - 1), *clean = utf8_clean(a, raw, n - 1), *why;
    struct net_guard guard;
    int64_t amount;
    switch (data[0] % 7) {
    case 0: fuzz_genuine(raw); break;
    case 1: fuzz_push(a, raw); break;
    case 2: fuzz_site(a, raw); break;
    case 3: fuzz_mention(a, clean); break;
    case 4: fuzz_pictures(a, clean); break;
    case 5:
        for (const char *const *c = (const char *const[]){"VND", "THB", "USD", NULL}; *c; c++)
            must(!money_read(raw, *c, &amount) || amount >= 0);
        break;
    case 6: must(net_guard_read(a, raw, "anywhere", &guard, &why) == RC_OK || *why); break;
    }
    arena_free(a);
    return 0;
}
