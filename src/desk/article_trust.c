/* article_trust.c: how far an article can be trusted, and when it is to be looked at again (article.h). Pure rules
 * alone.
 *
 * Why these numbers: a class goes wrong at a rate, so confidence fades by e^(-rate · time); use that ended well
 * earns it and use that ended badly costs it, and with few outcomes little is claimed (the lower fifth of the Beta,
 * not its mean); what is doubted, unverified or recalled is cut down at once, whatever came before. */
#include "base/beta.h"
#include "desk/article.h"

#include <math.h>
#include <string.h>

static const double YEAR_MS = 365.25 * 24 * 3600 * 1000, HALF_LIFE_MS = 180.0 * 24 * 3600 * 1000;
/* One in ten may have gone wrong before it is looked at again. */
static const double STILL_RIGHT = 0.9;
/* Before any outcome: as if it had helped four times and failed once. */
static const double PRIOR_OK = 4, PRIOR_BAD = 1, LOWER = 0.2;

static const struct article_class usual[ARTICLE_CLASSES_N] = {
    {"legal", 350}, {"price", 4000}, {"procedure", 600}, {"howto", 350}, {"contact", 1200},
};

int64_t article_rate_usual(const char *class) {
    for (int i = 0; i < ARTICLE_CLASSES_N; i++)
        if (class && strcmp(usual[i].name, class) == 0)
            return usual[i].rate_milli;
    return 0;
}

int64_t article_verify_by(int64_t rate_milli, int64_t now) {
    if (rate_milli <= 0)
        return 0;
    return now + (int64_t)(-log(STILL_RIGHT) / ((double)rate_milli / 1000) * YEAR_MS);
}

/* ---- what readers see ---- */

bool article_is_source(const struct article *x) { return x->id == x->family_id; }

bool article_expired(const struct article *x, int64_t now) { return x->expire_at && now >= x->expire_at; }

int64_t article_shown(const struct article *x, int64_t now) {
    if (article_expired(x, now))
        return 0;
    if (x->publish_at && now >= x->publish_at)
        return x->publish_number;
    return strcmp(x->status, "published") == 0 ? x->published : 0;
}

bool article_stale(const struct article *x) {
    return !article_is_source(x) && x->latest && x->reflects < x->source_facts;
}

bool article_version_current(const struct article *x, int64_t number, int64_t now) {
    int64_t shown = article_shown(x, now);
    return shown && !x->recalled_at && number <= shown && number >= x->facts;
}

/* ---- what is to be verified ---- */

/* A price is verified every ten days: a week's notice would be for ever. */
int64_t article_notice_at(const struct article *x) {
    int64_t quarter = (x->verify_by - x->verified_at) / 4;
    return x->verify_by - (quarter < ARTICLE_REMIND_MS ? quarter : ARTICLE_REMIND_MS);
}

const char *article_due(const struct article *x, int64_t now) {
    if (!article_shown(x, now))
        return "";
    if (x->agent_flags || x->reader_flags)
        return "flagged";
    if (*x->due_reason)
        return x->due_reason;
    if (article_stale(x))
        return "source";
    if (!x->verified_at)
        return "never";
    if (now >= x->verify_by)
        return "late";
    return now >= article_notice_at(x) ? "soon" : "";
}

/* ---- trust ---- */

int article_outcome_of(int64_t resolved_at, bool opened_again, int64_t now) {
    if (opened_again)
        return -1;
    return resolved_at && now - resolved_at >= ARTICLE_OUTCOME_MS ? 1 : 0;
}

static double standing_of(const struct article *x, int64_t now, const char **why) {
    *why = "recalled";
    if (x->recalled_at)
        return 0;
    *why = "expired";
    if (article_expired(x, now) || strcmp(x->status, "archived") == 0)
        return 0;
    *why = "doubted";
    if (x->agent_flags || x->reader_flags >= ARTICLE_FLAGS_TO_DOUBT)
        return 0.4;
    *why = "unverified";
    if (!x->verified_at || *x->due_reason || article_stale(x))
        return 0.8;
    *why = "verified";
    return 1;
}

struct trust article_trust(const struct article *x, int64_t now) {
    struct trust t = {.since = x->verified_at ? x->verified_at : x->published_at ? x->published_at : x->created_at};
    double left = now > x->evidence_at ? exp2(-(double)(now - x->evidence_at) / HALF_LIFE_MS) : 1;
    double age = now > t.since ? (double)(now - t.since) : 0;
    int64_t rate = x->rate_milli ? x->rate_milli : article_rate_usual(x->class);
    t.ok = (double)x->ok_micro / 1e6 * left;
    t.bad = (double)x->bad_micro / 1e6 * left;
    t.fresh = exp(-(double)rate / 1000 * age / YEAR_MS);
    t.evidence = beta_quantile(LOWER, PRIOR_OK + t.ok, PRIOR_BAD + t.bad);
    t.standing = standing_of(x, now, &t.standing_why);
    t.score = (int)lround(100 * t.fresh * t.evidence * t.standing);
    t.band = t.score >= 80 ? TRUST_FREE : t.score >= 60 ? TRUST_DATE : t.score > 0 ? TRUST_WARN : TRUST_NONE;
    return t;
}

const char *trust_band_name(enum trust_band band) {
    static const char *const names[] = {"none", "warn", "date", "free"};
    return names[band];
}
