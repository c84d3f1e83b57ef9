/* The rule files: each must be readable, and each example in them must be found, or not found, as it says. */
#include "base/buf.h"
#include "text/reply_rules.h"
#include "text/tone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena *a;

static char *read_rules(enum lang lang) {
    const char *path = arena_printf(a, "%s/lang/rules/%s.rules", SOURCE_DIR, lang_code(lang));
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    struct buf b = {0};
    size_t n;
    do {
        n = fread(buf_reserve(&b, 65536), 1, 65536, f);
        b.len += n;
    } while (n);
    fclose(f);
    char *text = arena_copy_n(a, b.at, b.len);
    buf_free(&b);
    return text;
}

static bool gives(enum lang lang, const struct rules *rules, const struct rule_example *x) {
    struct when_frame f = {.zone = zone_named("Asia/Bangkok"), .now = 1773626400000};
    struct prose *p = prose_read(a, lang, x->text, strlen(x->text));
    struct whens whens = when_find(a, p, &f);
    struct rule_hits hits = rules_find(a, rules, p, &whens);
    if (strcmp(x->rule, "promise") == 0)
        return promise_find(a, p, &whens, &hits).n > 0;
    for (size_t i = 0; i < hits.n; i++) /* the six are weighed by the whole reply first */
        if (strcmp(hits.at[i].rule->name, x->rule) == 0 && tone_named(x->rule) == TONE_FAIR)
            return true;
    struct findings found = reply_check(a, x->text, strlen(x->text), p, &whens, &hits, NULL);
    for (size_t i = 0; i < found.n; i++)
        if (strcmp(found.at[i].rule, x->rule) == 0)
            return true;
    return false;
}

static void check_file(enum lang lang) {
    struct rules *rules;
    const char *why = "";
    const char *file = arena_printf(a, "lang/rules/%s.rules", lang_code(lang));
    if (rules_parse(a, lang, file, read_rules(lang), &rules, &why) != RC_OK)
        fail_msg("%s", why);
    size_t wrong = 0;
    for (size_t i = 0; i < rules->n_examples; i++) {
        const struct rule_example *x = &rules->examples[i];
        if (gives(lang, rules, x) == x->wanted)
            continue;
        wrong++;
        printf("%s:%d: %s %s: %s\n", file, x->line, x->rule, x->wanted ? "not found" : "must not be found",
               x->text);
    }
    assert_int_equal(wrong, 0);
}

static void english(void **state) { check_file(LANG_EN); }
static void vietnamese(void **state) { check_file(LANG_VI); }
static void chinese(void **state) { check_file(LANG_ZH); }
static void thai(void **state) { check_file(LANG_TH); }

static void a_broken_file_says_where(void **state) {
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"rule x amber\n  say y\n  match {nothing} z\n", "t:3: no such list: {nothing}"},
        {"\nmatch a\n", "t:2: a line outside of a block: match a"},
        {"rule x loud\n", "t:1: a strength is red, amber or grey: loud"},
        {"rule x amber\n  say y\n  match (a b\n", "t:3: brackets do not match: (a b"},
        {"rule x amber\n  say y\n  match ..3 b\n",
         "t:3: a pattern must begin with a word, '^', <time> or <number>"},
        {"rule a amber\n  say x\n  match *ing\n", "t:3: a pattern must begin with a word, '^', <time> or <number>"},
        {"let a = *ing\n", "t:1: an ending (*word) stands in patterns only"},
        {"rule x amber\n  say y\n  match <nothing> z\n", "t:3: no such phrase: nothing"},
        {"phrase a = <b>\nphrase b = <a>\nrule x amber\n  say y\n  match <a>\n",
         "t:5: phrases inside phrases go too deep: a"},
        {"rule x amber\n  match b\n", "t:1: a rule needs a line \"say\": x"},
        {"rule x amber\n  say y\n  unless-cue z\n", "t:1: no such cue, or a late one: z"},
        {"rule x amber\n  say y\n  unless-cue z\ncue z late\n  match a\n", "t:1: no such cue, or a late one: z"},
        {"rule x amber\n  say y\n  mach b\n", "t:3: not a line of a rule file: mach b"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rules *rules;
        const char *why = "";
        assert_int_equal(rules_parse(a, LANG_EN, "t", rows[i].text, &rules, &why), RC_INVALID);
        assert_string_equal(why, rows[i].why);
    }
}

static bool found_in(const char *rule, const char *text, enum lang lang, const struct reply_context *c) {
    struct when_frame f = {.zone = zone_named("Asia/Bangkok"), .now = 1773626400000};
    struct reply_reading r = reply_read(a, lang, text, strlen(text), &f, c);
    for (size_t i = 0; i < r.findings.n; i++)
        if (strcmp(r.findings.at[i].rule, rule) == 0)
            return true;
    return false;
}

/* A weak sign counts only where nothing is mended; the sorted sentences decide what no pattern says. */
static void the_whole_reply_decides(void **state) {
    static const struct {
        enum lang lang;
        const char *rule, *text;
        bool wanted;
    } rows[] = {
        {LANG_EN, "policy_wall", "The fee applies to everybody and can't be removed.", true},
        {LANG_EN, "policy_wall", "The fee can't be removed, but I've credited you the same amount.", false},
        {LANG_EN, "script_repetition", "Clear your cache. If that doesn't work, clear your cache again.", true},
        {LANG_EN, "script_repetition", "Clear your cache. If that doesn't work, I'll send a technician.", false},
        {LANG_EN, "insult", "I would have thought that somebody your age could read a timetable.", true},
        {LANG_EN, "insult", "The timetable is hard to read, I had to look twice myself.", false},
        {LANG_ZH, "policy_wall", "这个是总部统一的制度，任何人都不能例外。", true},
        {LANG_ZH, "policy_wall", "票面写着不可退，不过我向航空公司申请了豁免，他们同意了。", false},
        {LANG_ZH, "script_repetition", "建议您重启。如果没用，建议您再次重启。", true},
        {LANG_ZH, "script_repetition", "建议您重启。如果没用，我安排师傅上门。", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (found_in(rows[i].rule, rows[i].text, rows[i].lang, NULL) != rows[i].wanted)
            fail_msg("%s: %s", rows[i].rule, rows[i].text);
}

static void what_is_known_decides(void **state) {
    const char *known[] = {"order"}, *foreign[] = {"lan@example.vn"};
    const char *earlier[] = {"Hello. The parcel left our warehouse on Monday and is on its way."};
    const char *stale[] = {"Returns are free for 60 days"};
    struct reply_words glossary[] = {{"recall", "correction notice"}};
    struct reply_words granted[] = {{"refund", "Returns"}};
    struct reply_context c = {.known = known,
                              .n_known = 1,
                              .foreign = foreign,
                              .n_foreign = 1,
                              .earlier = earlier,
                              .n_earlier = 1,
                              .stale = stale,
                              .n_stale = 1,
                              .glossary = glossary,
                              .n_glossary = 1,
                              .granted = granted,
                              .n_granted = 1,
                              .asked = "Which colours do you have?"};
    static const struct {
        const char *rule, *text;
    } rows[] = {
        {"asks_again", "Could you tell me your order number?"},
        {"leak", "Please write to lan@example.vn."},
        {"script_repetition", "The parcel left our warehouse on Monday and is on its way."},
        {"stale_article", "Good news: returns are free for 60 days."},
        {"glossary", "We sent a recall."},
        {"contradicts_policy", "We cannot give you a refund."},
        {"unanswered", "The parcel is here."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!found_in(rows[i].rule, rows[i].text, LANG_EN, &c))
            fail_msg("%s not found: %s", rows[i].rule, rows[i].text);
        if (found_in(rows[i].rule, rows[i].text, LANG_EN, NULL)) /* the twin: nothing is known */
            fail_msg("%s found without context: %s", rows[i].rule, rows[i].text);
    }
    c.identity_check = true;
    assert_false(found_in("asks_again", rows[0].text, LANG_EN, &c));
    struct reply_context open = {.in_public = true};
    assert_true(found_in("public_sensitive", "We called you on 0912 345 678.", LANG_EN, &open));
    assert_false(found_in("public_sensitive", "We called you on 0912 345 678.", LANG_EN, NULL));
    struct reply_context chat = {.chat = true};
    assert_false(found_in("bare_promise", "I will let you know.", LANG_EN, &chat));
    assert_true(found_in("bare_promise", "I will let you know.", LANG_EN, NULL));
    struct reply_context writer = {.asked = "請問什麼時候發貨?"};
    assert_true(found_in("address", "您好，我们今天发货。", LANG_ZH, &writer));
    assert_false(found_in("address", "您好，我們今天發貨。", LANG_ZH, &writer));
    assert_true(found_in("leak", "Your card 4111 1111 1111 1111 is on file.", LANG_EN, NULL));
}

/* A part of the rules finds itself and nothing else. */
static void only_the_named(void **state) {
    struct when_frame f = {.zone = zone_named("Asia/Bangkok"), .now = 1773626400000};
    for (enum lang lang = 0; lang < LANGS; lang++) {
        const struct rules *all = rules_of(lang), *few = rules_only(a, all, "blame");
        size_t found = 0;
        for (size_t i = 0; i < all->n_examples; i++) {
            const char *text = all->examples[i].text;
            struct prose *p = prose_read(a, lang, text, strlen(text));
            struct whens whens = when_find(a, p, &f);
            struct rule_hits hits = rules_find(a, few, p, &whens);
            for (size_t k = 0; k < hits.n; k++)
                assert_string_equal(hits.at[k].rule->name, "blame");
            found += hits.n;
        }
        assert_true(found > 0);
    }
}

/* A late cue is found when asked for, and only then; any other is found at once. */
static void late_cues(void **state) {
    struct when_frame f = {.zone = zone_named("Asia/Bangkok"), .now = 1773626400000};
    struct rules *rules;
    const char *why;
    static const char file[] = "let we = us\ncue early\n  match one\ncue slow late\n  match two | {we} mend\n";
    assert_int_equal(rules_parse(a, LANG_EN, "t", file, &rules, &why), RC_OK);
    struct prose *p = prose_read(a, LANG_EN, "One and two.", 12);
    struct whens whens = when_find(a, p, &f);
    struct rule_hits hits = rules_find(a, rules, p, &whens), late = rules_find_late(a, rules, p, &whens);
    assert_int_equal(hits.n, 1);
    assert_string_equal(hits.at[0].rule->name, "early");
    assert_int_equal(late.n, 1);
    assert_string_equal(late.at[0].rule->name, "slow");
}

/* Each row gives the rule, its twin does not. */
static void what_the_program_hears(void **state) {
    static const struct {
        enum lang lang;
        const char *rule, *text, *twin;
    } rows[] = {
        /* the same step told twice; told once, and what to do after it */
        {LANG_VI, "script_repetition", "Anh xóa cache giúp em. Chưa được thì anh xóa cache giúp em.",
         "Anh xóa cache giúp em. Sau khi xóa cache, anh nhắn em nhé."},
        {LANG_TH, "script_repetition", "กรุณาออกจากระบบแล้วเข้าใหม่ หากยังไม่ได้ กรุณาออกจากระบบแล้วเข้าใหม่",
         "กรุณาออกจากระบบแล้วเข้าใหม่ หลังออกจากระบบแล้วรบกวนแจ้งผลนะคะ"},
        {LANG_TH, "script_repetition", "รบกวนเสียบสายสีเหลืองที่ช่องแรก ไม่ได้ก็รบกวนลองดู รบกวนเสียบสายสีเหลืองที่ช่องแรกนะคะ",
         "รบกวนเสียบสายสีเหลืองที่ช่องแรก แล้วเสียบสายสีดำที่ช่องสองนะคะ"},
        /* words of somebody else */
        {LANG_VI, "insult", "Anh bị khùng hả?", "Bạn ấy nói “anh bị khùng hả”, em thật sự xin lỗi anh."},
        {LANG_TH, "insult", "อ่านหนังสือไม่ออกเหรอคะ", "ที่พนักงานพูดว่า “อ่านหนังสือไม่ออกเหรอ” ขอโทษจริงๆ ค่ะ"},
        /* chat spellings; a unit, a name of a package */
        {LANG_VI, "refuse_escalation", "k cần gặp ql đâu b", "2 k cần thêm, gói B ạ"},
        /* what stands before decides */
        {LANG_VI, "blame", "Anh không phản hồi tin nhắn nào cả.", "Nếu anh không phản hồi thì đơn tự hủy ạ."},
        /* what helps anyway, or names the fault as ours, is not heard for its tone */
        {LANG_TH, "non_apology", "ขอโทษค่ะ แต่เช้านี้ลูกค้าเยอะ ใครจะตอบทัน", "ขอโทษที่ตอบช้านะคะ เช้านี้ลูกค้าเยอะมากค่ะ"},
        {LANG_VI, "blame", "Máy treo là do anh cài phần mềm linh tinh.",
         "Anh không làm gì sai, máy chủ bên em treo ạ."},
        /* typing */
        {LANG_TH, "policy_wall", "แอดมินช่วยอะไรไม่ได้จริง ๆ ค่ะะะะ", "แอดมินช่วยได้จริง ๆ ค่ะะะะ"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!found_in(rows[i].rule, rows[i].text, rows[i].lang, NULL))
            fail_msg("%s not found: %s", rows[i].rule, rows[i].text);
        if (found_in(rows[i].rule, rows[i].twin, rows[i].lang, NULL))
            fail_msg("%s found: %s", rows[i].rule, rows[i].twin);
    }
}

/* What is written out leads back to what was typed. */
static void places_of_chat_spellings(void **state) {
    struct when_frame f = {.zone = zone_named("Asia/Bangkok"), .now = 1773626400000};
    static const char text[] = "dạ e ko cho gặp ql đâu";
    struct reply_reading r = reply_read(a, LANG_VI, text, sizeof text - 1, &f, NULL);
    bool behind_ql = false;
    for (size_t i = 0; i < r.findings.n; i++) {
        assert_true(r.findings.at[i].start < r.findings.at[i].end && r.findings.at[i].end <= 22);
        behind_ql |= strcmp(r.findings.at[i].rule, "refuse_escalation") == 0 && r.findings.at[i].end == 18;
    }
    assert_true(behind_ql);
}

/* Code points, as promise_find counts them. */
static const char *place(const char *s, size_t at) {
    for (; at; s++)
        at -= (s[1] & 0xC0) != 0x80;
    return s;
}

static void each_act_with_its_time(void **state) {
    static const struct {
        enum lang lang;
        const char *text, *promises; /* separated by " / " */
    } rows[] = {
        {LANG_EN, "We'll call you on Monday and send the part by Friday.",
         "We'll call you on Monday / send the part by Friday"},
        {LANG_EN, "I'll check the order today, call you tomorrow at 10 am and send the invoice by Friday.",
         "I'll check the order today / call you tomorrow at 10 am / send the invoice by Friday"},
        {LANG_EN, "We will call you tomorrow, send the part by Wednesday, and refund the fee by Friday.",
         "We will call you tomorrow / send the part by Wednesday / refund the fee by Friday"},
        {LANG_EN, "Today I'll order the part, on Wednesday I'll pick it up, and on Friday we fit it.",
         "Today I'll order the part / on Wednesday I'll pick it up / on Friday we fit it"},
        {LANG_EN, "It leaves today by express and is with you on Thursday.",
         "It leaves today by express / is with you on Thursday"},
        {LANG_EN, "The parcel left yesterday and is with you on Thursday.",
         "The parcel left yesterday and is with you on Thursday"},
        {LANG_EN, "The shop is closed on Monday and is ready on Friday.", ""},
        {LANG_EN, "But the technician will come on Tuesday.", "the technician will come on Tuesday"},
        {LANG_VI, "Em sẽ gọi lại anh hôm nay, gửi linh kiện trước thứ Tư và hoàn tiền trước thứ Sáu ạ.",
         "Em sẽ gọi lại anh hôm nay / gửi linh kiện trước thứ Tư / hoàn tiền trước thứ Sáu ạ"},
        {LANG_VI, "Chiều nay em gọi lại, mai em gửi hàng và thứ Sáu em hoàn tiền ạ.",
         "Chiều nay em gọi lại / mai em gửi hàng / thứ Sáu em hoàn tiền ạ"},
        {LANG_ZH, "我们今天给您回电，周三前寄出配件，并在周五前退款。",
         "我们今天给您回电 / 周三前寄出配件 / 在周五前退款"},
        {LANG_TH, "เราจะโทรกลับวันนี้ ส่งอะไหล่ภายในวันพุธ และคืนเงินภายในวันศุกร์ค่ะ",
         "เราจะโทรกลับวันนี้ / ส่งอะไหล่ภายในวันพุธ / คืนเงินภายในวันศุกร์ค่ะ"},
        /* one act, one time; what she is asked for; what is denied; what is over */
        {LANG_EN, "We'll check the meter and send the result by Friday.",
         "We'll check the meter and send the result by Friday"},
        {LANG_EN, "We will call you tomorrow, send us the photos by Wednesday.", "We will call you tomorrow"},
        {LANG_EN, "We'll collect it tomorrow, send the label by Friday please.", "We'll collect it tomorrow"},
        {LANG_EN, "We'll call you on Monday and you send the form by Friday.", "We'll call you on Monday"},
        {LANG_EN, "We can't call you on Monday and send the part by Friday.", ""},
        {LANG_EN, "We called you on Monday and send the part by Friday.", ""},
        {LANG_VI, "Em sẽ gọi anh hôm nay và anh gửi giấy tờ trước thứ Sáu giúp em nhé.", "Em sẽ gọi anh hôm nay"},
        {LANG_TH, "เราจะโทรกลับวันนี้และคุณส่งเอกสารภายในวันศุกร์นะคะ", "เราจะโทรกลับวันนี้"},
    };
    struct when_frame f = {.zone = zone_named("Asia/Bangkok"), .now = 1773626400000}; /* a Monday */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct promises_found found = promise_read(a, rows[i].lang, rows[i].text, strlen(rows[i].text), &f);
        struct buf said = {0};
        for (size_t k = 0; k < found.n; k++) {
            const char *from = place(rows[i].text, found.at[k].start), *to = place(rows[i].text, found.at[k].end);
            buf_printf(&said, "%s%.*s", k ? " / " : "", (int)(to - from), from);
        }
        assert_string_equal(said.at ? said.at : "", rows[i].promises);
        buf_free(&said);
    }
}

int main(void) {
    a = arena_new(1 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(english),
        cmocka_unit_test(vietnamese),
        cmocka_unit_test(chinese),
        cmocka_unit_test(thai),
        cmocka_unit_test(a_broken_file_says_where),
        cmocka_unit_test(the_whole_reply_decides),
        cmocka_unit_test(what_is_known_decides),
        cmocka_unit_test(only_the_named),
        cmocka_unit_test(late_cues),
        cmocka_unit_test(what_the_program_hears),
        cmocka_unit_test(places_of_chat_spellings),
        cmocka_unit_test(each_act_with_its_time),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(a);
    return failed;
}
