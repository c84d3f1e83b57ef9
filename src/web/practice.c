/* practice.c: a room to try wordings against the reply check, with each rule's own examples. Nothing is stored. */
#include "base/tr.h"
#include "desk/reply_prepare.h"
#include "html_gen.h"
#include "text/language.h"
#include "web/handlers.h"
#include "web/page.h"
#include "web/views_report.h"

#include <string.h>

enum { EXAMPLES_SHOWN = 4 /* of each sort */ };

static bool seen(const struct practice_view *v, const char *rule) {
    for (int i = 0; i < v->rules_n; i++)
        if (strcmp(v->rules[i].rule, rule) == 0)
            return true;
    return false;
}

static void fill_examples(struct arena *a, const struct rules *all, const char *rule, struct practice_rule *out) {
    out->examples = ARENA_ARRAY(a, 2 * EXAMPLES_SHOWN, struct practice_example);
    for (int wanted = 1; wanted >= 0; wanted--)
        for (size_t i = 0, n = 0; i < all->n_examples && n < EXAMPLES_SHOWN; i++)
            if (strcmp(all->examples[i].rule, rule) == 0 && all->examples[i].wanted == (wanted == 1)) {
                out->examples[out->examples_n++] =
                    (struct practice_example){all->examples[i].text, all->examples[i].wanted};
                n++;
            }
}

static void fill_rules(struct visit *x, enum lang lang, struct practice_view *v) {
    const struct rules *all = rules_of(lang);
    v->rules = ARENA_ARRAY(x->a, all->n_rules + 1, struct practice_rule);
    for (size_t i = 0; i < all->n_rules; i++) {
        const struct rule *r = all->rules[i];
        if (r->is_cue || !r->say || seen(v, r->name))
            continue;
        struct practice_rule out = {r->name, rule_strength_name(r->strength), r->say, r->better ? r->better : ""};
        for (int k = 0; k < v->findings_n; k++)
            out.open |= strcmp(v->findings[k].rule, r->name) == 0;
        fill_examples(x->a, all, r->name, &out);
        v->rules[v->rules_n++] = out;
    }
}

static enum rc try_text(struct visit *x, const char *lang, struct practice_view *v) {
    struct draft_reading r;
    struct draft_ask ask = {.agent = &x->me, .text = v->text, .lang = lang};
    enum rc rc = reply_prepare(x->v, x->a, &ask, x->page.now, &r);
    if (rc != RC_OK)
        return rc;
    v->tried = true;
    v->findings = ARENA_ARRAY(x->a, r.findings.n + 1, struct finding_view);
    v->promises = ARENA_ARRAY(x->a, r.promises.n + 1, struct promise_view);
    for (size_t i = 0; i < r.findings.n; i++) {
        const struct finding *f = &r.findings.at[i];
        v->findings[v->findings_n++] = (struct finding_view){f->rule, rule_strength_name(f->strength),
                                                             draft_words(x->a, v->text, f->start, f->end),
                                                             f->message, f->better ? f->better : ""};
    }
    for (size_t i = 0; i < r.promises.n; i++)
        v->promises[v->promises_n++] =
            (struct promise_view){.text = draft_words(x->a, v->text, r.promises.at[i].start, r.promises.at[i].end),
                                  .due = r.promises.at[i].to};
    return RC_OK;
}

static void show(struct request *rq, const char *text) {
    struct visit x;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Practice room")))
        return;
    struct practice_view v = {.shell = shell_of(&x, "inbox"), .text = text ? text : ""};
    /* As in the composer: read by what stands there, whatever was chosen to see the rules of. */
    const char *asked = rq_text(rq, "lang"), *seen = language_of(v.text, strlen(v.text));
    enum lang lang = lang_read(*seen ? seen : asked ? asked : x.page.lang, v.text, strlen(v.text));
    enum rc rc = *v.text ? try_text(&x, lang_code(lang), &v) : RC_OK;
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.lang = lang_code(lang);
    v.langs.items = ARENA_ARRAY(x.a, LANGS, struct choice);
    for (enum lang l = 0; l < LANGS; l++)
        v.langs.items[v.langs.items_n++] = (struct choice){lang_code(l), rule_lang_name(l), NULL, l == lang};
    fill_rules(&x, lang, &v);
    html_agent_practice(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_practice(struct request *rq) { show(rq, NULL); }

void post_practice(struct request *rq) { show(rq, rq_text(rq, "text")); }
