#include "web/reply_check.h"

#include "base/json.h"
#include "base/tr.h"
#include "base/wall.h"
#include "desk/finding.h"
#include "desk/prevention.h"
#include "desk/promise.h"
#include "desk/reply_prepare.h"
#include "html_gen.h"
#include "web/conversation_page.h"
#include "web/handlers.h"
#include "web/recovery_page.h"

#include <stdlib.h>
#include <string.h>

enum { BEHIND_SHOWN = 100 };

struct word_form word_form_of(struct request *rq) {
    struct word_form f = {0};
    f.text_n = rq_many(rq, "promise_text", &f.text);
    f.due_n = rq_many(rq, "promise_due", &f.due);
    f.by_hand_n = rq_many(rq, "promise_hand", &f.by_hand);
    f.was_n = rq_many(rq, "promise_was", &f.was);
    f.picked_n = rq_many(rq, "promise", &f.picked);
    f.shown_n = rq_many(rq, "shown", &f.shown);
    f.answer_n = rq_many(rq, "answer", &f.answer);
    f.behind = rq_has(rq, "behind") ? rq_text(rq, "behind") : NULL;
    if (rq_has(rq, "behind") && !f.behind)
        f.behind = "";
    return f;
}

/* ---- kept with the draft ---- */

enum { WORD_MAX = 20000 }; /* bytes: of a long letter with many promises */

struct word_list {
    const char *name;
    const char *const **at;
    size_t *n;
};
enum { WORD_LISTS = 7 };

static void lists_of(struct word_form *f, struct word_list lists[WORD_LISTS]) {
    const struct word_list all[WORD_LISTS] = {
        {"text", &f->text, &f->text_n},       {"due", &f->due, &f->due_n},
        {"hand", &f->by_hand, &f->by_hand_n}, {"was", &f->was, &f->was_n},
        {"picked", &f->picked, &f->picked_n}, {"shown", &f->shown, &f->shown_n},
        {"answer", &f->answer, &f->answer_n},
    };
    memcpy(lists, all, sizeof all);
}

const char *word_form_write(struct arena *a, const struct word_form *form) {
    struct word_form f = *form;
    struct word_list lists[WORD_LISTS];
    struct buf out = {0};
    if (!f.text_n && !f.answer_n && !f.shown_n && !f.behind)
        return "";
    lists_of(&f, lists);
    struct jw j = jw_begin(&out);
    jw_object(&j, NULL);
    for (int k = 0; k < WORD_LISTS; k++) {
        jw_array(&j, lists[k].name);
        for (size_t i = 0; i < *lists[k].n; i++)
            jw_text(&j, NULL, (*lists[k].at)[i]);
        jw_array_end(&j);
    }
    if (f.behind)
        jw_text(&j, "behind", f.behind);
    jw_object_end(&j);
    const char *word = out.len <= WORD_MAX ? arena_copy_n(a, out.at, out.len) : "";
    buf_free(&out);
    return word;
}

struct word_form word_form_read(struct arena *a, const char *word) {
    struct word_form f = {0};
    struct word_list lists[WORD_LISTS];
    json_t *all = NULL;
    const char *why;
    if (word && *word && json_read(a, (struct bytes){(const uint8_t *)word, strlen(word)}, &all, &why) != RC_OK)
        all = NULL;
    lists_of(&f, lists);
    for (int k = 0; all && k < WORD_LISTS; k++) {
        json_t *list = json_object_get(all, lists[k].name);
        size_t n = json_array_size(list);
        const char **at = ARENA_ARRAY(a, n + 1, const char *);
        for (size_t i = 0; i < n; i++) {
            const char *value = json_string_value(json_array_get(list, i));
            at[i] = arena_copy(a, value ? value : "");
        }
        *lists[k].at = at;
        *lists[k].n = n;
    }
    const char *behind = json_string_value(json_object_get(all, "behind"));
    f.behind = behind ? arena_copy(a, behind) : NULL;
    json_decref(all);
    return f;
}

/* ---- chips ---- */

struct chip {
    const char *text;
    int64_t from, to; /* to 0: the field holds no time */
    int64_t found;    /* what the text says now */
    bool picked, by_hand;
    bool seen; /* it stood before her */
};

static bool picked(const struct word_form *f, size_t chip) {
    for (size_t i = 0; i < f->picked_n; i++)
        if (strtoul(f->picked[i], NULL, 10) == chip)
            return true;
    return false;
}

static bool is_by_hand(const struct word_form *f, size_t i) { return i < f->by_hand_n && *f->by_hand[i] == '1'; }

/* The chip of the form with these words; -1: not seen yet. */
static int chip_of(const struct word_form *f, const char *text) {
    for (size_t i = 0; f && i < f->text_n; i++)
        if (!is_by_hand(f, i) && strcmp(f->text[i], text) == 0)
            return (int)i;
    return -1;
}

/* The same when its words went on or were mended meanwhile: the only chip that had found that time and whose words
 * are found no more. */
static int chip_of_time(const struct word_form *f, const struct chip *found, size_t n, size_t k, const char *zone) {
    char was[WALL_FIELD_SIZE];
    int at = -1;
    if (!f || !found[k].found)
        return -1;
    wall_write_field(zone, found[k].found, was);
    for (size_t i = 0; i < f->text_n; i++) {
        bool other = is_by_hand(f, i) || i >= f->was_n || strcmp(f->was[i], was) != 0;
        for (size_t j = 0; j < n && !other; j++)
            other = strcmp(found[j].text, f->text[i]) == 0;
        if (other)
            continue;
        if (at >= 0)
            return -1;
        at = (int)i;
    }
    return at;
}

/* What the agent left as it was means what the text says now: "within half an hour" counts from sending, not from
 * when it was first read. It also keeps its exact end, which the field shows to the minute only. */
static void take_due(const struct word_form *f, size_t i, const char *zone, int64_t now, struct chip *chip) {
    char found[WALL_FIELD_SIZE];
    const char *typed = i < f->due_n ? f->due[i] : "";
    if (chip->to && *typed && i < f->was_n && strcmp(typed, f->was[i]) == 0)
        return;
    wall_write_field(zone, chip->to, found);
    if (chip->to && strncmp(typed, found, strlen(found)) == 0)
        return;
    chip->to = wall_read_field(zone, typed);
    chip->from = chip->to && chip->to < now ? chip->to : now;
}

/* One line, so that it goes through a field and comes back the same. */
static char *words_of(struct arena *a, const char *text, const struct promise_found *p) {
    char *words = draft_words(a, text, p->start, p->end);
    for (char *c = words; *c; c++)
        if (*c == '\n' || *c == '\t')
            *c = ' ';
    return words;
}

/* Those that are found in the text, with what the form says of each; then those added by hand. */
static int chips_of(struct arena *a, const char *text, const struct promises_found *found,
                    const struct word_form *form, const char *zone, int64_t now, struct chip **out) {
    size_t typed = form ? form->text_n : 0, most = found->n + typed;
    int n = 0;
    *out = ARENA_ARRAY(a, most + 1, struct chip);
    for (size_t i = 0; i < found->n && n < PROMISES_A_MESSAGE; i++)
        (*out)[n++] = (struct chip){words_of(a, text, &found->at[i]), found->at[i].from, found->at[i].to,
                                    found->at[i].to, .picked = true};
    for (size_t k = 0, all = (size_t)n; k < all; k++) {
        int at = chip_of(form, (*out)[k].text);
        if (at < 0)
            at = chip_of_time(form, *out, all, k, zone);
        if (at >= 0) {
            (*out)[k].seen = true;
            (*out)[k].picked = picked(form, (size_t)at);
            take_due(form, (size_t)at, zone, now, &(*out)[k]);
        }
    }
    for (size_t i = 0; i < typed && n < PROMISES_A_MESSAGE; i++)
        if (is_by_hand(form, i) && *form->text[i]) {
            struct chip chip = {form->text[i], .picked = picked(form, i), .by_hand = true, .seen = true};
            take_due(form, i, zone, now, &chip);
            (*out)[n++] = chip;
        }
    return n;
}

static int64_t day_began(const char *zone, int64_t now) {
    struct wall w = wall_at(zone, now);
    return now - ((w.hour * 60 + w.minute) * 60 + w.second) * 1000LL;
}

/* ---- for the page ---- */

static bool names(const struct choices *list, const char *rule) {
    for (int i = 0; i < list->items_n; i++)
        if (strcmp(list->items[i].value, rule) == 0)
            return true;
    return false;
}

static void fill_findings(struct visit *x, const char *text, const struct findings *f, const struct word_form *form,
                          struct composer_view *out) {
    size_t before = form ? form->shown_n : 0;
    out->findings = ARENA_ARRAY(x->a, f->n + 1, struct finding_view);
    out->shown.items = ARENA_ARRAY(x->a, f->n + before + 1, struct choice);
    for (size_t i = 0; i < before; i++)
        if (!names(&out->shown, form->shown[i]))
            out->shown.items[out->shown.items_n++] = (struct choice){.value = form->shown[i]};
    for (size_t i = 0; i < f->n; i++) {
        const struct finding *at = &f->at[i];
        bool of_all =
            strcmp(at->rule, "unanswered") == 0; /* no sentence of the reply is to blame for what is missing */
        out->findings[out->findings_n++] = (struct finding_view){
            .rule = at->rule,
            .level = rule_strength_name(at->strength),
            .text = of_all ? "" : draft_words(x->a, text, at->start, at->end),
            .message = at->message,
            .better = at->better ? at->better : "",
            .example = draft_example(x->a, at->better),
            .start = (int)at->start,
            .end = (int)at->end,
        };
        if (!names(&out->shown, at->rule))
            out->shown.items[out->shown.items_n++] = (struct choice){.value = at->rule};
    }
}

/* What she said is fine, by mistake perhaps: it can be shown again. */
static enum rc fill_left(struct visit *x, const struct conversation *c, const char *text, const struct findings *f,
                         struct composer_view *out) {
    enum rc rc = RC_OK;
    out->left.items = ARENA_ARRAY(x->a, f->n + 1, struct choice);
    for (size_t i = 0; rc == RC_OK && i < f->n; i++) {
        const struct finding *at = &f->at[i];
        bool dismissed = false;
        if (at->strength == RULE_AMBER && !names(&out->left, at->rule))
            rc = finding_dismissed(x->v, c->id, x->me.id, at->rule, day_began(x->page.zone, x->page.now),
                                   &dismissed);
        if (dismissed)
            out->left.items[out->left.items_n++] = (struct choice){
                .value = at->rule, .label = draft_words(x->a, text, at->start, at->end), .detail = at->message};
    }
    return rc;
}

/* "kept", "renewed", "agreed", "withdrawn": what the form says of this promise; "": nothing. */
static const char *answer_to(struct arena *a, const struct word_form *form, const char *ref) {
    for (size_t i = 0; form && i < form->answer_n; i++) {
        const char *blank = strchr(form->answer[i], ' ');
        if (blank && strcmp(blank + 1, ref) == 0)
            return arena_copy_n(a, form->answer[i], (size_t)(blank - form->answer[i]));
    }
    return "";
}

static enum rc fill_owed(struct visit *x, const struct conversation *c, const struct word_form *form,
                         struct composer_view *out) {
    struct promise *list;
    int n;
    enum rc rc = promise_of_conversation(x->v, x->a, c->id, true, &list, &n);
    out->owed = ARENA_ARRAY(x->a, (size_t)(rc == RC_OK ? n : 0) + 1, struct promise_view);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (!list[i].short_word)
            out->owed[out->owed_n++] = (struct promise_view){
                .ref = list[i].ref,
                .text = list[i].text,
                .due = list[i].due_to,
                .state = promise_state_name(promise_judge(&list[i], x->page.now)),
                .owner = list[i].owner_name,
                .answer = answer_to(x->a, form, list[i].ref),
            };
    return rc;
}

static bool among(const int64_t *ids, int n, int64_t id) {
    for (int i = 0; i < n; i++)
        if (ids[i] == id)
            return true;
    return false;
}

/* What may stand behind "it will not happen again": linked here, of the same cause, all others that are open. What
 * is linked already is taken for it until the agent says otherwise. */
static enum rc fill_behind(struct visit *x, const struct conversation *c, const char *chosen,
                           struct composer_view *out) {
    struct prevention *linked, *open;
    int64_t *same;
    int linked_n, open_n = 0, same_n = 0;
    enum rc rc = prevention_of_conversation(x->v, x->a, c->id, &linked, &linked_n);
    if (rc == RC_OK)
        rc = prevention_list(x->v, x->a, false, 0, BEHIND_SHOWN, &open, &open_n);
    if (rc == RC_OK)
        rc = prevention_of_cause(x->v, x->a, c->id, &same, &same_n);
    if (rc != RC_OK)
        return rc;
    if (!chosen)
        chosen = linked_n ? linked[0].ref : "";
    out->behind_nothing = !*chosen;
    out->behind_new = strcmp(chosen, "new") == 0;
    out->behind_here.items = ARENA_ARRAY(x->a, (size_t)linked_n + 1, struct choice);
    out->behind_same.items = ARENA_ARRAY(x->a, (size_t)open_n + 1, struct choice);
    out->behind_other.items = ARENA_ARRAY(x->a, (size_t)open_n + 1, struct choice);
    int64_t *here = ARENA_ARRAY(x->a, (size_t)linked_n + 1, int64_t);
    for (int i = 0; i < linked_n; i++) {
        here[i] = linked[i].id;
        out->behind_here.items[out->behind_here.items_n++] =
            (struct choice){linked[i].ref, linked[i].what, "", strcmp(linked[i].ref, chosen) == 0};
    }
    for (int i = 0; i < open_n; i++) {
        struct choices *to = among(same, same_n, open[i].id) ? &out->behind_same : &out->behind_other;
        if (!among(here, linked_n, open[i].id))
            to->items[to->items_n++] =
                (struct choice){open[i].ref, open[i].what, "", strcmp(open[i].ref, chosen) == 0};
    }
    return RC_OK;
}

static const char *field_of(struct visit *x, int64_t ms) { /* 0: "" */
    char *field = arena_alloc(x->a, WALL_FIELD_SIZE);
    *field = 0;
    if (ms)
        wall_write_field(x->page.zone, ms, field);
    return field;
}

enum rc composer_check(struct visit *x, const struct conversation *c, const char *text, bool chat,
                       const struct word_form *form, struct composer_view *out) {
    struct draft_reading r = {0};
    struct findings chosen = {0};
    struct chip *chips;
    struct draft_ask ask = {c, &x->me, text, NULL, chat, web_of(x->rq)->knowledge, form ? form->behind : NULL};
    enum rc rc = fill_owed(x, c, form, out);
    bool reads = strcmp(out->kind, "note") != 0 && *text;
    if (rc == RC_OK && reads)
        rc = reply_prepare(x->v, x->a, &ask, x->page.now, &r);
    if (rc == RC_OK && reads)
        rc = finding_choose(x->v, x->a, &r.findings, r.lang, c->id, day_began(x->page.zone, x->page.now), &chosen);
    if (rc != RC_OK)
        return rc;
    fill_findings(x, text, &chosen, form, out);
    if ((rc = fill_left(x, c, text, &r.findings, out)) != RC_OK)
        return rc;
    out->no_repeat = r.no_repeat ? draft_words(x->a, text, r.no_repeat_start, r.no_repeat_end) : "";
    if (r.no_repeat && (rc = fill_behind(x, c, form ? form->behind : NULL, out)) != RC_OK)
        return rc;
    int n = chips_of(x->a, text, &r.promises, form, x->page.zone, x->page.now, &chips);
    out->promises = ARENA_ARRAY(x->a, (size_t)n + 1, struct promise_chip);
    for (int i = 0; i < n; i++) {
        out->promises[out->promises_n++] =
            (struct promise_chip){chips[i].text, field_of(x, chips[i].to), field_of(x, chips[i].found),
                                  chips[i].picked, chips[i].by_hand};
    }
    return RC_OK;
}

/* ---- at sending ---- */

static enum rc read_answers(struct arena *a, const struct word_form *form, struct word_given *out) {
    static const struct {
        const char *word, *outcome;
        bool agreed;
    } kinds[] = {{"kept ", "kept", false},
                 {"renewed ", "renewed", false},
                 {"agreed ", "renewed", true},
                 {"withdrawn ", "withdrawn", false}};
    bool renews = false, has_new = false;
    out->answers = ARENA_ARRAY(a, form->answer_n + 1, struct promise_answer);
    for (size_t i = 0; i < form->answer_n; i++)
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            size_t n = strlen(kinds[k].word);
            if (strncmp(form->answer[i], kinds[k].word, n) != 0)
                continue;
            out->answers[out->answers_n++] =
                (struct promise_answer){form->answer[i] + n, kinds[k].outcome, kinds[k].agreed};
            renews |= strcmp(kinds[k].outcome, "renewed") == 0;
        }
    for (int i = 0; i < out->promises_n; i++)
        has_new |= !out->promises[i].removed;
    return renews && !has_new ? RC_INVALID : RC_OK;
}

enum rc word_read(struct view *v, struct arena *a, struct knowledge *knowledge, const struct conversation *c,
                  const struct agent *agent, const char *zone, const char *text, bool chat,
                  const struct word_form *form, int64_t now, struct word_given *out) {
    struct draft_reading r;
    struct chip *chips;
    struct draft_ask ask = {c, agent, text, NULL, chat, knowledge, form->behind};
    *out = (struct word_given){0};
    enum rc rc = reply_prepare(v, a, &ask, now, &r);
    if (rc != RC_OK)
        return rc;
    out->lang = r.lang;
    out->findings = r.findings;
    out->no_repeat = r.no_repeat;
    out->behind = form->behind;
    for (size_t i = 0; i < r.findings.n; i++)
        out->red |= r.findings.at[i].strength == RULE_RED;
    int n = chips_of(a, text, &r.promises, form, zone, now, &chips);
    out->promises = ARENA_ARRAY(a, (size_t)n + 1, struct promise_new);
    for (int i = 0; i < n; i++) {
        if (chips[i].by_hand && !chips[i].picked)
            continue; /* she thought better of it: nothing in the text says so, and nothing was found */
        if (chips[i].picked && chips[i].to < now)
            return RC_INVALID;
        out->promises[out->promises_n++] = (struct promise_new){
            .text = chips[i].text,
            .due_from = chips[i].from < chips[i].to ? chips[i].from : chips[i].to,
            .due_to = chips[i].to,
            .shown = chips[i].picked && chips[i].seen,
            .removed = !chips[i].picked,
        };
    }
    return read_answers(a, form, out);
}

enum rc word_behind(struct tx *tx, const struct word_given *given, const struct conversation *c, const char *what,
                    struct actor by, int64_t now, int64_t *prevention_id) {
    enum { A_FORTNIGHT_MS = 14 * 24 * 3600 * 1000 };
    struct prevention p = {.what = what, .owner_id = by.id, .due_at = now + A_FORTNIGHT_MS}, *linked;
    int n = 0;
    enum rc rc = RC_OK;
    *prevention_id = 0;
    if (!given->no_repeat || (given->behind && !*given->behind))
        return RC_OK;
    if (!given->behind) { /* sent before anybody was asked */
        rc = prevention_of_conversation(tx_view(tx), tx_arena(tx), c->id, &linked, &n);
        *prevention_id = rc == RC_OK && n ? linked[0].id : 0;
        return rc;
    }
    if (strcmp(given->behind, "new") == 0) {
        rc = prevention_add(tx, &p, c->id, by, now);
    } else {
        rc = prevention_by_ref(tx_view(tx), tx_arena(tx), given->behind, &p);
        if (rc == RC_OK)
            rc = prevention_link(tx, &p, c->id, by, now);
    }
    *prevention_id = p.id;
    return rc == RC_NONE ? RC_INVALID : rc;
}

enum rc word_note(struct tx *tx, const struct word_given *given, const struct word_form *form,
                  int64_t conversation_id, int64_t agent_id, int64_t now) {
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < form->shown_n && i < 40; i++) {
        bool left = false;
        for (size_t k = 0; k < given->findings.n; k++)
            left |= strcmp(given->findings.at[k].rule, form->shown[i]) == 0;
        rc = finding_note(tx, conversation_id, agent_id, form->shown[i], given->lang,
                          left ? FINDING_SENT : FINDING_CHANGED, now);
        if (rc == RC_INVALID) /* the draft's language changed meanwhile, or the field is forged: nothing to count */
            rc = RC_OK;
    }
    return rc;
}

/* ---- while writing ---- */

/* `settled`: a rule that is settled already, and not counted again at sending. NULL: none. */
static enum rc check_view(struct visit *x, const char *settled, struct conversation *c, struct composer_view *out) {
    const char *channel, *to;
    const char *text = rq_text(x->rq, "text"), *kind = rq_text(x->rq, "kind");
    struct word_form form = word_form_of(x->rq);
    enum rc rc = conversation_by_ref(x->v, x->a, rq_text(x->rq, "ref"), c);
    if (rc == RC_OK)
        rc = reply_channel(x->v, x->a, c, x->page.now, &channel, &to);
    if (rc != RC_OK)
        return rc;
    *out = (struct composer_view){.ref = c->ref, .kind = kind};
    rc = composer_check(x, c, text ? text : "", strcmp(channel, "chat") == 0, &form, out);
    int kept = 0;
    for (int i = 0; i < out->shown.items_n; i++)
        if (!settled || strcmp(out->shown.items[i].value, settled) != 0)
            out->shown.items[kept++] = out->shown.items[i];
    out->shown.items_n = kept;
    return rc;
}

static void show_check(struct request *rq, const char *settled) {
    if (!rq_fragment(rq)) { /* without JavaScript: the whole page, with what was written */
        struct word_form form = word_form_of(rq);
        struct composer_note note = {.kind = rq_text(rq, "kind"), .text = rq_text(rq, "text"), .word = &form};
        show_conversation(rq, rq_text(rq, "ref"), NULL, 200, &note, NULL);
        return;
    }
    struct visit x;
    struct conversation c;
    struct composer_view view;
    if (!visit_begin(&x, rq, NULL))
        return;
    enum rc rc = check_view(&x, settled, &c, &view);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    html_agent_word(rs_body(rq), &x.page, &view);
    visit_end(&x);
}

void post_check(struct request *rq) { show_check(rq, NULL); }

struct dismissal {
    struct request *rq;
    struct conversation c;
    enum lang lang;
    struct finding finding;
    bool found; /* else it is not there any more */
};

static enum rc find_dismissed(struct dismissal *d) {
    struct arena *a = rq_arena(d->rq);
    const char *text = rq_text(d->rq, "text");
    struct word_form form = word_form_of(d->rq);
    struct draft_ask ask = {.conversation = &d->c,
                            .text = text ? text : "",
                            .knowledge = web_of(d->rq)->knowledge,
                            .behind = form.behind};
    struct draft_reading r = {0};
    struct view *v = view_open(web_store(d->rq));
    enum rc rc = conversation_by_ref(v, a, rq_text(d->rq, "ref"), &d->c);
    if (rc == RC_OK)
        rc = reply_prepare(v, a, &ask, rq_now(d->rq), &r);
    view_close(v);
    d->lang = r.lang;
    for (size_t i = 0; i < r.findings.n && !d->found; i++) {
        d->finding = r.findings.at[i];
        d->found = strcmp(d->finding.rule, rq_text(d->rq, "dismiss")) == 0;
    }
    return rc;
}

static enum rc do_dismiss(struct tx *tx, void *arg) {
    struct dismissal *d = arg;
    return finding_note(tx, d->c.id, rq_who(d->rq)->agent_id, d->finding.rule, d->lang, FINDING_DISMISSED,
                        rq_now(d->rq));
}

void post_dismiss(struct request *rq) {
    struct dismissal d = {.rq = rq};
    enum rc rc = find_dismissed(&d);
    if (rc == RC_OK && d.found && d.finding.strength == RULE_RED)
        rc = RC_INVALID; /* it is not dismissed: it asks for a click at sending */
    if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else if (!d.found || web_write(rq, do_dismiss, &d))
        show_check(rq, rq_text(rq, "dismiss"));
}

struct restoring {
    struct request *rq;
    int64_t day_began;
};

static enum rc do_restore(struct tx *tx, void *arg) {
    struct restoring *x = arg;
    struct request *rq = x->rq;
    struct conversation c;
    enum rc rc = conversation_by_ref(tx_view(tx), tx_arena(tx), rq_text(rq, "ref"), &c);
    return rc == RC_OK ? finding_restore(tx, c.id, rq_who(rq)->agent_id, rq_text(rq, "restore"), x->day_began) : rc;
}

void post_restore(struct request *rq) {
    struct restoring x = {rq, day_began(zone_of_writer(rq), rq_now(rq))};
    if (web_write(rq, do_restore, &x))
        show_check(rq, NULL);
}
