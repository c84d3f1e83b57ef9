/* How far an article can be trusted, when it is to be verified, what of it is shown and quoted; and how two texts
 * differ, and are recognised in each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/beta.h"
#include "base/buf.h"
#include "desk/article.h"
#include "desk/knowledge.h"
#include "text/diff.h"
#include "text/fingerprint.h"

#include <math.h>
#include <string.h>

static const int64_t DAY = 24 * 3600 * 1000, NOW = 1773626400000; /* 16 March 2026 */
static struct arena *a;

/* ---- the Beta distribution ---- */

/* Against closed forms: I_x(a,1) = x^a, I_x(1,b) = 1-(1-x)^b, I_x(2,2) = 3x²-2x³; and against R's qbeta. */
static void beta_is_right(void **state) {
    for (double x = 0.05; x < 1; x += 0.05) {
        assert_true(fabs(beta_below(x, 4, 1) - pow(x, 4)) < 1e-12);
        assert_true(fabs(beta_below(x, 1, 7.5) - (1 - pow(1 - x, 7.5))) < 1e-12);
        assert_true(fabs(beta_below(x, 2, 2) - (3 * x * x - 2 * x * x * x)) < 1e-12);
        assert_true(fabs(beta_below(x, 0.5, 0.5) - 2 / M_PI * asin(sqrt(x))) < 1e-11);
        assert_true(fabs(beta_below(x, 40.5, 3.25) + beta_below(1 - x, 3.25, 40.5) - 1) < 1e-12);
    }
    assert_true(beta_below(-1, 2, 3) == 0 && beta_below(0, 2, 3) == 0 && beta_below(1, 2, 3) == 1);
    assert_true(fabs(beta_quantile(0.2, 4, 1) - pow(0.2, 0.25)) < 1e-12); /* 0.66874 */
    assert_true(fabs(beta_quantile(0.5, 2, 2) - 0.5) < 1e-12);
    assert_true(fabs(beta_quantile(0.2, 5, 2) - beta_quantile(0.2, 5, 2)) < 1e-15);
    const double large[][2] = {{1e6, 1}, {1e6, 1e6}, {1e-3, 5}, {4, 100}};
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
        double q = beta_quantile(0.2, large[i][0], large[i][1]);
        assert_true(q >= 0 && q <= 1);
        assert_true(q < 1e-9 || fabs(beta_below(q, large[i][0], large[i][1]) - 0.2) < 1e-6);
    }
}

/* ---- verify-by ---- */

static void each_class_has_its_time(void **state) {
    const struct {
        const char *class;
        double days;
    } table[] = {{"legal", 110}, {"price", 9.6}, {"procedure", 64}, {"howto", 110}, {"contact", 32}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        int64_t by = article_verify_by(article_rate_usual(table[i].class), NOW);
        assert_true(fabs((double)(by - NOW) / (double)DAY - table[i].days) < 0.5);
    }
    assert_int_equal(article_verify_by(100, NOW) / DAY - NOW / DAY, 384); /* 385 days, less the hours */
    assert_int_equal(article_rate_usual("no class"), 0);
    assert_int_equal(article_verify_by(0, NOW), 0);
}

/* ---- an article to judge ---- */

static struct article fresh(void) {
    return (struct article){.id = 1,
                            .family_id = 1,
                            .status = "published",
                            .class = "howto",
                            .audience = "public",
                            .due_reason = "",
                            .latest = 3,
                            .published = 3,
                            .facts = 2,
                            .rate_milli = 350,
                            .published_at = NOW - 10 * DAY,
                            .verified_at = NOW,
                            .verify_by = article_verify_by(350, NOW),
                            .evidence_at = NOW,
                            .created_at = NOW - 20 * DAY};
}

static void trust_is_made_of_its_parts(void **state) {
    struct article x = fresh();
    struct trust t = article_trust(&x, NOW);
    assert_int_equal(t.score, 67); /* fresh, no use yet: the prior alone */
    assert_int_equal(t.band, TRUST_DATE);
    assert_string_equal(t.standing_why, "verified");
    x.ok_micro = 8 * 1000000; /* eight times it helped: 0.2^(1/12) = 0.874 */
    t = article_trust(&x, NOW);
    assert_int_equal(t.score, 87);
    assert_int_equal(t.band, TRUST_FREE);
    x.bad_micro = 3 * 1000000; /* confirmed wrong once */
    assert_int_equal(article_trust(&x, NOW).band, TRUST_DATE);
    x.bad_micro = 0;
    /* At verify-by one in ten may be wrong. */
    t = article_trust(&x, x.verify_by);
    assert_true(fabs(t.fresh - 0.9) < 0.001);
    /* Half a year on, half of the outcomes count. */
    t = article_trust(&x, NOW + 180 * DAY);
    assert_true(fabs(t.ok - 4) < 1e-6);
}

static void doubt_cuts_at_once(void **state) {
    struct article x = fresh();
    x.ok_micro = 50 * 1000000;
    int clear = article_trust(&x, NOW).score;
    x.reader_flags = 1; /* one stranger says so: looked at, not believed yet */
    assert_int_equal(article_trust(&x, NOW).score, clear);
    assert_string_equal(article_due(&x, NOW), "flagged");
    x.reader_flags = 2;
    assert_int_equal(article_trust(&x, NOW).band, TRUST_WARN);
    x.reader_flags = 0;
    x.agent_flags = 1;
    assert_string_equal(article_trust(&x, NOW).standing_why, "doubted");
    x.agent_flags = 0;
    x.due_reason = "price";
    assert_string_equal(article_trust(&x, NOW).standing_why, "unverified");
    x.due_reason = "";
    x.recalled_at = NOW;
    assert_int_equal(article_trust(&x, NOW).score, 0);
    assert_int_equal(article_trust(&x, NOW).band, TRUST_NONE);
    x.recalled_at = 0;
    x.expire_at = NOW;
    assert_int_equal(article_trust(&x, NOW - 1).score, clear);
    assert_int_equal(article_trust(&x, NOW).score, 0);
    x.expire_at = 0;
    assert_int_equal(article_trust(&x, NOW).score, clear);
}

static void what_is_shown_is_judged_when_it_is_read(void **state) {
    struct article x = fresh();
    assert_int_equal(article_shown(&x, NOW), 3);
    x.publish_at = NOW + 5;
    x.publish_number = 4;
    assert_int_equal(article_shown(&x, NOW + 4), 3);
    assert_int_equal(article_shown(&x, NOW + 5), 4); /* though no job has run */
    x.expire_at = NOW + 9;
    assert_int_equal(article_shown(&x, NOW + 8), 4);
    assert_int_equal(article_shown(&x, NOW + 9), 0);
    x.publish_at = x.expire_at = 0;
    x.status = "archived";
    assert_int_equal(article_shown(&x, NOW), 0);
    x.status = "draft";
    x.published = 0;
    assert_int_equal(article_shown(&x, NOW), 0);
}

static void a_version_is_of_today_or_not(void **state) {
    struct article x = fresh(); /* 3 is published, 2 changed the facts */
    assert_true(article_version_current(&x, 3, NOW));
    assert_true(article_version_current(&x, 2, NOW)); /* other words, same facts */
    assert_false(article_version_current(&x, 1, NOW));
    assert_int_equal(quote_judge(&x, 1, NOW), QUOTE_OUTDATED);
    assert_int_equal(quote_judge(&x, 3, NOW), QUOTE_DATED);
    x.recalled_at = NOW;
    assert_int_equal(quote_judge(&x, 3, NOW), QUOTE_WRONG);
}

static void a_translation_follows_its_source(void **state) {
    struct article x = fresh();
    assert_false(article_stale(&x)); /* a source follows nobody */
    x.family_id = 9;
    x.source_facts = 4;
    x.reflects = 4;
    assert_false(article_stale(&x));
    x.source_facts = 5;
    assert_true(article_stale(&x));
    struct article begun = x; /* nothing is written yet that could be behind */
    begun.latest = begun.reflects = 0;
    assert_false(article_stale(&begun));
    assert_string_equal(article_due(&x, NOW), "source");
    assert_string_equal(article_trust(&x, NOW).standing_why, "unverified");
}

static void due_has_a_reason(void **state) {
    struct article x = fresh();
    assert_string_equal(article_due(&x, NOW), "");
    assert_string_equal(article_due(&x, x.verify_by - 8 * DAY), "");
    assert_string_equal(article_due(&x, x.verify_by - 6 * DAY), "soon");
    assert_string_equal(article_due(&x, x.verify_by), "late");
    x.due_reason = "linked";
    assert_string_equal(article_due(&x, NOW), "linked");
    x.due_reason = "";
    x.verified_at = x.verify_by = 0;
    assert_string_equal(article_due(&x, NOW), "never");
    x.status = "draft";
    assert_string_equal(article_due(&x, NOW), ""); /* nobody is shown it */
    struct article price = fresh();
    price.verify_by = article_verify_by(4000, NOW); /* every ten days: not always "soon" */
    assert_string_equal(article_due(&price, NOW + 5 * DAY), "");
    assert_string_equal(article_due(&price, NOW + 8 * DAY), "soon");
}

static void a_conversation_speaks_for_its_articles(void **state) {
    assert_int_equal(article_outcome_of(NOW - 7 * DAY, false, NOW), 1);
    assert_int_equal(article_outcome_of(NOW - 7 * DAY + 1, false, NOW), 0);
    assert_int_equal(article_outcome_of(0, false, NOW), 0);
    assert_int_equal(article_outcome_of(0, true, NOW), -1);
    assert_int_equal(article_outcome_of(NOW - 8 * DAY, true, NOW), -1); /* resolved once more */
}

/* ---- differences ---- */

static const char *told(struct diff d) {
    struct buf out = {0};
    for (int i = 0; i < d.n; i++)
        buf_printf(&out,
                   d.at[i].kind == DIFF_SAME    ? "%s"
                   : d.at[i].kind == DIFF_ADDED ? "{+%s+}"
                                                : "[-%s-]",
                   d.at[i].text);
    const char *text = arena_copy(a, out.at ? out.at : "");
    buf_free(&out);
    return text;
}

static void words_differ(void **state) {
    const struct {
        const char *lang, *before, *after, *told;
    } table[] = {
        {"en", "Refunds take 5 days.", "Refunds take 7 days.", "Refunds take [-5-]{+7+} days."},
        {"en", "One.\nTwo.\nThree.", "One.\nThree.", "One.\n[-Two.\n-]Three."},
        {"en", "", "New.", "{+New.+}"},
        {"en", "Gone.", "", "[-Gone.-]"},
        {"en", "Same.", "Same.", "Same."},
        {"vi", "Hoàn tiền trong 5 ngày.", "Hoàn tiền trong 7 ngày làm việc.",
         "Hoàn tiền trong [-5-]{+7+} ngày{+ làm việc+}."},
        {"zh-Hans", "退款需要五个工作日。", "退款需要七个工作日。", "退款需要[-五个-]{+七个+}工作日。"},
        {"th", "คืนเงินภายในห้าวันทำการ", "คืนเงินภายในเจ็ดวันทำการ", "คืนเงินภายใน[-ห้า-]{+เจ็ด+}วันทำการ"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_string_equal(told(diff_words(a, table[i].before, table[i].after, table[i].lang)), table[i].told);
    assert_int_equal(diff_words(a, "", "", "en").n, 0);
}

/* Each by what the other does not say; Markdown, order and what stayed are no difference. */
static void sentences_that_differ(void **state) {
    static const struct {
        const char *lang, *before, *after, *removed, *added;
    } table[] = {
        {"en", "# Returns\n\nWe take it back. It costs **two** euros.",
         "# Returns\n\nWe take it back. It costs three euros.", "It costs two euros.", "It costs three euros."},
        {"en", "- one day\n- two days", "- one day\n- three days", "two days", "three days"},
        {"zh-Hans", "七天内可以退货。运费由我们承担。", "七天内可以退货。运费由您承担。", "运费由我们承担。",
         "运费由您承担。"},
        {"vi", "Đổi trả trong 7 ngày. Miễn phí.", "Miễn phí. Đổi trả trong 7 ngày.", "", ""},
        {"th", "คืนได้ใน 7 วัน\nส่งฟรี", "คืนได้ใน 14 วัน\nส่งฟรี", "คืนได้ใน 7 วัน", "คืนได้ใน 14 วัน"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct diff_sentences d = diff_sentences(a, table[i].before, table[i].after, table[i].lang);
        assert_int_equal(d.removed_n, *table[i].removed ? 1 : 0);
        assert_int_equal(d.added_n, *table[i].added ? 1 : 0);
        if (d.removed_n)
            assert_string_equal(d.removed[0], table[i].removed);
        if (d.added_n)
            assert_string_equal(d.added[0], table[i].added);
    }
    assert_int_equal(diff_sentences(a, "", "", "en").removed_n, 0);
}

/* Whatever the texts: the pieces are both of them. */
static void pieces_are_the_texts(void **state) {
    uint64_t random = 42;
    for (int round = 0; round < 200; round++) {
        struct buf x = {0}, y = {0}, again_x = {0}, again_y = {0};
        for (int i = 0; i < 120; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            const char *words[] = {"a ", "b ", "\n", "ไป", "退款", "là "},
                       *word = words[random >> 60 & 3 ? random >> 40 & 3 : 2];
            if (random >> 33 & 7)
                buf_str(&x, word);
            if (random >> 36 & 7)
                buf_str(&y, word);
        }
        buf_str(&x, "x");
        buf_str(&y, "y");
        struct diff d = diff_words(a, x.at, y.at, "en");
        for (int i = 0; i < d.n; i++) {
            if (d.at[i].kind != DIFF_ADDED)
                buf_str(&again_x, d.at[i].text);
            if (d.at[i].kind != DIFF_REMOVED)
                buf_str(&again_y, d.at[i].text);
            assert_true(!i || d.at[i].kind != d.at[i - 1].kind);
        }
        assert_string_equal(again_x.at, x.at);
        assert_string_equal(again_y.at, y.at);
        buf_free(&x), buf_free(&y), buf_free(&again_x), buf_free(&again_y);
    }
}

static void a_rewritten_text_is_replaced(void **state) {
    struct buf x = {0}, y = {0};
    for (int i = 0; i < 3000; i++)
        buf_printf(&x, "old%d ", i), buf_printf(&y, "new%d ", i);
    struct diff d = diff_words(a, x.at, y.at, "en");
    assert_true(d.n >= 2);
    assert_int_equal(d.at[0].kind, DIFF_REMOVED);
    buf_free(&x), buf_free(&y);
}

/* ---- fingerprints ---- */

static int in_common(const char *x, const char *y) {
    struct fingerprint *p, *q;
    size_t n = fingerprints_of(a, x, &p), m = fingerprints_of(a, y, &q);
    int both = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m; j++)
            both += p[i].hash == q[j].hash;
    return both;
}

static void passages_are_recognised(void **state) {
    assert_true(in_common("You can return any bag within 30 days of delivery, unused and with its label.",
                          "Hi Anna, of course! you can return any bag within 30 DAYS of delivery – unused and with "
                          "its label. Best, Tom") > 2);
    assert_true(in_common("退货须在收到商品后三十天内提出，商品未经使用并保留吊牌。",
                          "您好：退貨須在收到商品後三十天內提出，商品未經使用並保留吊牌。謝謝") > 0);
    assert_true(in_common("ลูกค้าคืนสินค้าได้ภายใน 30 วันนับจากวันที่ได้รับของ โดยสินค้ายังไม่ผ่านการใช้งาน",
                          "สวัสดีค่ะ ลูกค้าคืนสินค้าได้ภายใน 30 วัน นับจากวันที่ได้รับของ โดยสินค้ายังไม่ผ่านการใช้งานนะคะ") > 2);
    assert_int_equal(in_common("You can return any bag within 30 days of delivery.",
                               "Thank you for writing. We look into it and come back to you tomorrow."),
                     0);
    struct fingerprint *none;
    assert_int_equal(fingerprints_of(a, "ok, thanks", &none), 0);
    assert_int_equal(fingerprints_of(a, "", &none), 0);
}

static int setup(void **state) {
    a = arena_new(1024 * 1024);
    return 0;
}
static int teardown(void **state) {
    arena_free(a);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beta_is_right),
        cmocka_unit_test(each_class_has_its_time),
        cmocka_unit_test(trust_is_made_of_its_parts),
        cmocka_unit_test(doubt_cuts_at_once),
        cmocka_unit_test(what_is_shown_is_judged_when_it_is_read),
        cmocka_unit_test(a_version_is_of_today_or_not),
        cmocka_unit_test(a_translation_follows_its_source),
        cmocka_unit_test(due_has_a_reason),
        cmocka_unit_test(a_conversation_speaks_for_its_articles),
        cmocka_unit_test(words_differ),
        cmocka_unit_test(sentences_that_differ),
        cmocka_unit_test(pieces_are_the_texts),
        cmocka_unit_test(a_rewritten_text_is_replaced),
        cmocka_unit_test(passages_are_recognised),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
