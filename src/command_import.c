/* command_import.c: `kept import` and `kept search`: knowledge in from other programs, and questions asked of it in
 * bulk. Neither needs a server; a server that runs sees the articles at its next search. */
#include "command.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/tr.h"
#include "desk/account.h"
#include "desk/agent.h"
#include "desk/article_import.h"
#include "desk/article_reader.h"
#include "desk/knowledge.h"
#include "text/rank_batch.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- files ---- */

static enum rc read_file(struct arena *a, const char *path, struct bytes *out) {
    FILE *f = fopen(path, "rb");
    struct stat st;
    if (!f || fstat(fileno(f), &st) != 0 || !S_ISREG(st.st_mode)) {
        if (f)
            fclose(f);
        return RC_NONE;
    }
    if (st.st_size > ARTICLE_FILE_SIZE_MAX) {
        fclose(f);
        return RC_TOO_BIG;
    }
    uint8_t *bytes = arena_room(a, (size_t)st.st_size + 1, 1);
    size_t n = fread(bytes, 1, (size_t)st.st_size, f);
    fclose(f);
    *out = (struct bytes){bytes, n};
    return n == (size_t)st.st_size ? RC_OK : RC_AWAY;
}

struct reading {
    struct arena *arena;
    struct foreign_articles list;
    struct article_reader *reader;
    size_t files;
    const char *why;
};

/* Through the reader's child; `given`: it was named by whoever ran the command. */
static enum rc hand_over(struct reading *r, const struct named_file *file, bool given, const char *path) {
    struct file_flaw flaw;
    struct buf why = {0};
    enum rc rc = article_reader_take(r->reader, r->arena, file, given, &r->list, &flaw);
    if (rc != RC_OK) {
        tr_fill(&why, flaw.what, "file", flaw.file, NULL);
        r->why = arena_printf(r->arena, "%s: %s", path, why.at);
    }
    buf_free(&why);
    return rc;
}

static enum rc take_file(struct reading *r, const char *path, const char *name) {
    struct named_file file = {.path = name};
    enum rc rc = read_file(r->arena, path, &file.bytes);
    if (rc != RC_OK) {
        r->why = rc == RC_TOO_BIG ? arena_printf(r->arena, "%s is larger than 256 MB", path)
                                  : arena_printf(r->arena, "%s cannot be read", path);
        return rc;
    }
    if (++r->files > ARTICLE_FILES_MAX) {
        r->why = "there are too many files";
        return RC_TOO_BIG;
    }
    return hand_over(r, &file, false, path);
}

static int by_name(const struct dirent **x, const struct dirent **y) { return strcmp((*x)->d_name, (*y)->d_name); }

/* In the order of names, so that the same folder always gives the same list; links out of it are not followed. */
static enum rc take_folder(struct reading *r, const char *path, const char *name, int depth) {
    enum { DEPTH_MAX = 20 };
    struct dirent **list;
    int n = scandir(path, &list, NULL, by_name);
    enum rc rc = n < 0 || depth > DEPTH_MAX ? RC_NONE : RC_OK;
    if (rc != RC_OK)
        r->why = arena_printf(r->arena, "%s cannot be read", path);
    for (int i = 0; i < n; i++) {
        struct stat st;
        char *inner = arena_printf(r->arena, "%s/%s", path, list[i]->d_name);
        char *called = arena_printf(r->arena, "%s%s%s", name, *name ? "/" : "", list[i]->d_name);
        bool seen = rc == RC_OK && list[i]->d_name[0] != '.' && lstat(inner, &st) == 0;
        if (seen && S_ISDIR(st.st_mode))
            rc = take_folder(r, inner, called, depth + 1);
        else if (seen && S_ISREG(st.st_mode) && article_file_wanted(called))
            rc = take_file(r, inner, called);
        free(list[i]);
    }
    if (n >= 0)
        free(list);
    return rc;
}

static enum rc read_all(struct reading *r, const char *path) {
    struct stat st;
    const char *slash = strrchr(path, '/');
    struct named_file file = {.path = slash && slash[1] ? slash + 1 : path};
    if (stat(path, &st) != 0) {
        r->why = arena_printf(r->arena, "%s: %s", path, strerror(errno));
        return RC_NONE;
    }
    if (S_ISDIR(st.st_mode))
        return take_folder(r, path, "", 0);
    enum rc rc = read_file(r->arena, path, &file.bytes);
    if (rc != RC_OK) {
        r->why = arena_printf(r->arena, "%s cannot be read, or is larger than 256 MB", path);
        return rc;
    }
    return hand_over(r, &file, true, path);
}

/* ---- import ---- */

enum { DRY_RUN, HOLD, VERIFIER, JSON, LANG };

static void show_progress(void *arg, size_t done, size_t all) {
    bool *shown = arg;
    if (isatty(STDERR_FILENO) && all > 500) {
        fprintf(stderr, "\r%zu of %zu articles", done, all);
        *shown = true;
    }
}

static const char *said(enum rubbish_kind kind) {
    static const char *const words[RUBBISH_KINDS] = {
        [RUBBISH_NO_TITLE] = "no title",
        [RUBBISH_DOUBLED] = "said twice",
        [RUBBISH_PLACEHOLDER] = "a placeholder",
        [RUBBISH_MISSING] = "promised, but not there",
        [RUBBISH_ADVERTISING] = "an advertising link",
        [RUBBISH_DEAD_LINK] = "a link to a page that is not here",
        [RUBBISH_LANGUAGE] = "another language",
    };
    return words[kind];
}

static void print_text(const struct foreign_article *x, const struct import_result *r) {
    if (r->why)
        fprintf(stderr, "%s: refused: %s\n", x->where, r->why);
    for (size_t i = 0; i < r->findings_n; i++)
        fprintf(stderr, "%s (%s): %s%s%s\n", x->where, x->ref, said(r->findings[i].kind),
                *r->findings[i].quote ? ": " : "", r->findings[i].quote);
}

static void print_json(const struct foreign_article *x, const struct import_result *r, struct buf *out) {
    buf_reset(out);
    struct jw j = jw_begin(out);
    jw_object(&j, NULL);
    jw_text(&j, "ref", x->ref);
    jw_text(&j, "lang", *r->lang ? r->lang : NULL);
    jw_text(&j, "where", x->where);
    jw_text(&j, "outcome", import_outcome_name(r->why ? IMPORT_REFUSED : r->outcome));
    if (r->why)
        jw_text(&j, "error", r->why);
    jw_bool(&j, "held", r->held);
    jw_array(&j, "findings");
    for (size_t i = 0; i < r->findings_n; i++) {
        jw_object(&j, NULL);
        jw_text(&j, "kind", rubbish_name(r->findings[i].kind));
        jw_text(&j, "quote", r->findings[i].quote);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
    buf_char(out, '\n');
    fwrite(out->at, 1, out->len, stdout);
}

/* Prints what became of each, and the sum; returns how many were refused. */
static size_t report(struct call *c, const struct foreign_articles *list, const struct import_result *results) {
    size_t sums[IMPORT_OUTCOMES] = {0}, with_findings = 0, held = 0;
    struct buf out = {0};
    for (size_t i = 0; i < list->n; i++) {
        const struct import_result *r = &results[i];
        sums[r->why ? IMPORT_REFUSED : r->outcome]++;
        with_findings += r->findings_n > 0;
        held += r->held;
        if (c->options[JSON])
            print_json(&list->at[i], r, &out);
        else
            print_text(&list->at[i], r);
    }
    buf_free(&out);
    fprintf(c->options[JSON] ? stderr : stdout,
            "%s%zu articles: %zu new, %zu changed, %zu the same, %zu refused.\n",
            c->options[DRY_RUN] ? "Nothing was written. " : "", list->n, sums[IMPORT_NEW],
            sums[IMPORT_CHANGED] + sums[IMPORT_PUBLISHED], sums[IMPORT_SAME], sums[IMPORT_REFUSED]);
    FILE *rest = c->options[JSON] ? stderr : stdout;
    if (sums[IMPORT_WAITS])
        fprintf(rest, "%zu were changed here since: the text from the file waits as a version.\n",
                sums[IMPORT_WAITS]);
    if (with_findings)
        fprintf(rest, "%zu have something to look at%s.\n", with_findings,
                held ? "; they are drafts until then" : ": with --hold such articles stay drafts");
    return sums[IMPORT_REFUSED];
}

/* What the options and the account say. Returns the exit code. */
static int complete(struct call *c, struct store *store, struct import_ask *ask) {
    struct view *v = view_open(store);
    struct account account;
    struct agent agent = {0};
    const char *email = c->options[VERIFIER], *lang = c->options[LANG];
    enum rc rc = account_load(v, c->arena, &account);
    bool known = rc == RC_OK;
    if (known && email)
        rc = agent_by_email(v, c->arena, email, &agent);
    view_close(v);
    ask->verifier_id = agent.id;
    ask->lang = known && !lang ? account.lang : import_lang(lang ? lang : "", "", "");
    if (!known)
        return command_fail(rc, "the account could not be read");
    if (rc != RC_OK)
        return command_fail(rc, "nobody has the address %s", email);
    return lang && !ask->lang ? command_fail(RC_INVALID, "%s is none of en, vi, zh-Hans, zh-Hant, th", lang) : 0;
}

int command_import(struct call *c) {
    struct store *store;
    struct reading r = {.arena = c->arena, .why = ""};
    bool shown = false;
    struct import_ask ask = {.dry_run = c->options[DRY_RUN] != NULL,
                             .hold = c->options[HOLD] != NULL,
                             .by = {ACTOR_SYSTEM},
                             .progress = show_progress,
                             .arg = &shown};
    if (strcmp(c->words[0], "articles") != 0)
        return command_fail(RC_INVALID, "there is nothing called %s to import: articles", c->words[0]);
    enum rc rc = article_reader_begin(&ARTICLES_COMMANDED, &r.reader);
    if (rc != RC_OK)
        r.why = "the reader of articles could not be started";
    else
        rc = read_all(&r, c->words[1]);
    article_reader_end(r.reader);
    if (rc != RC_OK)
        return command_fail(rc, "%s", r.why);
    int code = command_open(c, false, &store);
    if (code)
        return code;
    code = complete(c, store, &ask);
    struct import_result *results = ARENA_ARRAY(c->arena, r.list.n + 1, struct import_result);
    ask.now = clock_now();
    if (!code && (rc = article_import(store, c->arena, &r.list, &ask, results)) != RC_OK)
        code = command_fail(rc, "not all could be written; the same command goes on where it ended");
    if (shown)
        fputc('\n', stderr);
    if (!code && report(c, &r.list, results))
        code = 1;
    store_close(store);
    return code;
}

/* ---- search ---- */

/* What an article is called in answers, by its reference here. */
struct label_row {
    const char *ref;
    struct rank_label label;
    bool shown;
};
struct labels {
    struct label_row *at;
    size_t n;
};

static int by_ref(const void *x, const void *y) {
    return strcmp(((const struct label_row *)x)->ref, ((const struct label_row *)y)->ref);
}

static bool label_of(void *arg, const char *ref, struct rank_label *out) {
    const struct labels *labels = arg;
    const struct label_row key = {.ref = ref};
    const struct label_row *row = bsearch(&key, labels->at, labels->n, sizeof key, by_ref);
    if (row)
        *out = row->label;
    return row && row->shown;
}

static enum rc load_labels(struct view *v, struct arena *a, int64_t now, struct labels *out) {
    enum { PAGE = 500 };
    struct arena *page = arena_new(1024 * 1024);
    size_t room = 0;
    int64_t after = 0;
    int n = PAGE;
    enum rc rc = RC_OK;
    while (rc == RC_OK && n == PAGE) {
        struct article *list;
        arena_reset(page);
        rc = article_each(v, page, after, PAGE, &list, &n);
        for (int i = 0; rc == RC_OK && i < n; i++) {
            const struct article *x = &list[i];
            after = x->id;
            if (out->n == room) {
                out->at = arena_grow(a, out->at, out->n, room ? room * 2 : 1024, sizeof *out->at);
                room = room ? room * 2 : 1024;
            }
            const char *ref = arena_copy(a, x->ref);
            bool verified = strcmp(article_trust(x, now).standing_why, "verified") == 0;
            out->at[out->n++] = (struct label_row){
                ref, {x->import_ref ? arena_copy(a, x->import_ref) : ref, verified}, article_shown(x, now) != 0};
        }
    }
    arena_free(page);
    if (out->n)
        qsort(out->at, out->n, sizeof *out->at, by_ref);
    return rc;
}

int command_search(struct call *c) {
    struct store *store;
    struct labels labels = {0};
    if (!c->options[0])
        return command_misused("search works with --batch: JSON Lines on standard input");
    int code = command_open(c, false, &store);
    if (code)
        return code;
    struct knowledge *k = knowledge_new();
    struct view *v = view_open(store);
    enum rc rc = knowledge_follow(k, v);
    if (rc == RC_OK)
        rc = load_labels(v, c->arena, clock_now(), &labels);
    view_close(v);
    code = rc == RC_OK ? rank_batch(stdin, stdout, knowledge_rank(k), 0, label_of, &labels)
                       : command_fail(rc, "the articles could not be read");
    knowledge_free(k);
    store_close(store);
    return code;
}
