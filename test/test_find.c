/* The index of messages and contacts beside the rows that it is made of: put, renamed, rebuilt, on the store that
 * KEPT_TEST_STORE names (SQLite in a temporary directory without it). What agents see of it is in
 * search_page.test.mjs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/id.h"
#include "base/log.h"
#include "base/secret.h"
#include "desk/account.h"
#include "desk/inbox.h"
#include "desk/message.h"
#include "desk/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOW = 1773630000 };
static const int64_t now = NOW * 1000LL;
static struct store *store;
static struct arena *a;
static int64_t inbox_id;

/* ---- the store's interface alone ---- */

struct documents {
    int64_t first, last;
    const char *terms;
};

static enum rc put_many(struct tx *tx, void *arg) {
    struct documents *d = arg;
    enum rc rc = RC_OK;
    for (int64_t id = d->first; rc == RC_OK && id <= d->last; id++) {
        const char *rare = id % 100 == 0 ? " wrare" : "", *third = id % 3 == 0 ? " wthird wthirdly" : "";
        rc = tx_search_put(tx, SEARCH_CONTACTS, ACCOUNT_ID, id,
                           arena_printf(tx_arena(tx), "%s%s%s", d->terms, rare, third));
    }
    return rc;
}

static enum rc drop_one(struct tx *tx, void *arg) {
    struct documents *d = arg;
    return tx_search_drop(tx, SEARCH_CONTACTS, ACCOUNT_ID, d->first, d->terms);
}

static enum rc clear(struct tx *tx, void *arg) { return tx_search_clear(tx, SEARCH_CONTACTS, ACCOUNT_ID); }

/* "9 8 7": the ids found between after and before, at most max. */
static const char *found_ids(const char *expression, int64_t after, int64_t before, int max) {
    int64_t ids[400];
    int n;
    const char *out = "";
    struct view *v = view_open(store);
    assert_int_equal(view_search(v, SEARCH_CONTACTS, ACCOUNT_ID, expression, after, before, max, ids, &n), RC_OK);
    view_close(v);
    for (int i = 0; i < n; i++)
        out = arena_printf(a, "%s%s%lld", out, i ? " " : "", (long long)ids[i]);
    return out;
}

static void common_and_rare_words_are_found_from_the_newest_down(void **state) {
    assert_int_equal(store_write(store, put_many, &(struct documents){1, 9000, "wall sall"}), RC_OK);
    static const struct {
        const char *expression;
        int64_t after, before;
        int max;
        const char *ids;
    } table[] = {
        {"wall", 0, INT64_MAX, 3, "9000 8999 8998"},
        {"wall", 0, 3, 10, "2 1"},
        {"wall", 8997, 9000, 10, "8999 8998"},
        {"wrare", 0, INT64_MAX, 3, "9000 8900 8800"}, /* too rare for a walk to fill the page */
        {"wrare", 100, 400, 10, "300 200"},
        {"wrare wthird", 0, INT64_MAX, 2, "9000 8700"},
        {"wnone|wthird", 0, 10, 5, "9 6 3"},
        {"wthird wnone", 0, INT64_MAX, 5, ""},
        {"wnone|snone|sall wrar*", 0, 250, 5, "200 100"},
        {"wthi*", 0, 7, 5, "6 3"}, /* two terms of one document: found once */
        {"wthirdl*|wrare", 8890, 8910, 9, "8907 8904 8901 8900 8898 8895 8892"},
        {"wal", 0, INT64_MAX, 5, ""}, /* a whole word, not the beginning of one */
        {"wall", 0, INT64_MAX, 0, ""},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_string_equal(found_ids(table[i].expression, table[i].after, table[i].before, table[i].max),
                            table[i].ids);
    assert_int_equal(store_write(store, drop_one, &(struct documents){9000, 0, "wall sall wrare wthird wthirdly"}),
                     RC_OK);
    assert_string_equal(found_ids("wall", 8997, INT64_MAX, 5), "8999 8998");
    assert_string_equal(found_ids("wrar*", 8800, INT64_MAX, 5), "8900");
    assert_int_equal(store_write(store, clear, NULL), RC_OK);
    assert_string_equal(found_ids("wall", 0, INT64_MAX, 5), "");
    assert_int_equal(store_write(store, put_many, &(struct documents){5, 5, "wall"}), RC_OK);
    assert_string_equal(found_ids("wall", 0, INT64_MAX, 5), "5");
    assert_int_equal(store_write(store, clear, NULL), RC_OK);
}

/* ---- messages and contacts ---- */

struct said {
    struct contact contact;
    struct conversation conversation;
    struct message message;
    const char *name, *address, *subject, *body;
};

static enum rc say(struct tx *tx, void *arg) {
    struct said *s = arg;
    enum rc rc = contact_find_or_create(tx, "email", s->address, s->name, "vi", now, &s->contact);
    s->conversation =
        (struct conversation){.inbox_id = inbox_id, .contact_id = s->contact.id, .subject = s->subject};
    if (rc == RC_OK)
        rc = conversation_create(tx, &s->conversation, (struct actor){ACTOR_CONTACT, s->contact.id}, now);
    s->message = (struct message){.conversation_id = s->conversation.id,
                                  .kind = "customer",
                                  .channel = "email",
                                  .contact_id = s->contact.id,
                                  .mail_from = s->address,
                                  .body = s->body,
                                  .state = "received",
                                  .created_at = now};
    if (rc == RC_OK)
        rc = message_add(tx, &s->message);
    if (rc == RC_OK)
        rc = attachment_add(tx, s->message.id,
                            &(struct attachment){.name = "hoá đơn tháng 3.pdf",
                                                 .type = "application/pdf",
                                                 .bytes = {(const uint8_t *)"x", 1}},
                            now);
    s->contact.ref = arena_copy(a, s->contact.ref);
    s->conversation.ref = arena_copy(a, s->conversation.ref);
    return rc;
}

static enum rc rename_conversation(struct tx *tx, void *arg) {
    struct said *s = arg;
    struct conversation c;
    enum rc rc = conversation_load(tx_view(tx), tx_arena(tx), s->conversation.id, &c);
    return rc == RC_OK ? conversation_set_subject(tx, &c, s->subject, (struct actor){ACTOR_SYSTEM}) : rc;
}

static enum rc rename_contact(struct tx *tx, void *arg) {
    struct said *s = arg;
    struct contact c;
    enum rc rc = contact_load(tx_view(tx), tx_arena(tx), s->contact.id, &c);
    c.name = s->name;
    return rc == RC_OK ? contact_save(tx, &c, 0, now) : rc;
}

static enum rc add_phone(struct tx *tx, void *arg) {
    return contact_point_add(tx, ((struct said *)arg)->contact.id, "phone", "0901 234 567", now);
}

/* How many conversations the query finds. */
static int count(const char *query) {
    struct search_found found;
    struct view *v = view_open(store);
    assert_int_equal(
        search_conversations(v, a, &(struct search_ask){.query = query, .zone = "UTC", .max = 30}, &found), RC_OK);
    view_close(v);
    return found.n;
}

static void a_message_is_found_by_its_words_its_subject_its_files_and_its_customer(void **state) {
    struct said s = {
        .name = "Lê Thu Hằng", .address = "hang@customer.test", .subject = "Đổi trả", .body = "Giày bị chật quá."};
    assert_int_equal(store_write(store, say, &s), RC_OK);
    static const char *const finding[] = {
        "giày chật", "giay", "đổi trả", "thu hằng", "hang@customer.test", "hóa đơn tháng 3", "chật hằng"};
    for (size_t i = 0; i < sizeof finding / sizeof *finding; i++)
        assert_int_equal(count(finding[i]), 1);
    assert_int_equal(count("giày rộng"), 0);
    assert_int_equal(count("cha"), 1); /* the beginning of a word */
    assert_int_equal(count(arena_printf(a, "c%lld", (long long)s.contact.id)),
                     0); /* the index's own word is nobody's */
}

static void new_names_are_found_and_old_ones_no_more(void **state) {
    struct said s = {.name = "Quy", .address = "quy@customer.test", .subject = "Wardrobe", .body = "A door hangs."};
    assert_int_equal(store_write(store, say, &s), RC_OK);
    s.subject = "Cupboard";
    assert_int_equal(store_write(store, rename_conversation, &s), RC_OK);
    assert_int_equal(count("wardrobe"), 0);
    assert_int_equal(count("cupboard door"), 1);
    s.name = "Phượng";
    assert_int_equal(store_write(store, rename_contact, &s), RC_OK);
    assert_int_equal(store_write(store, rename_contact, &s), RC_OK); /* nothing new: nothing is done */
    assert_int_equal(count("door phuong"), 1);
    assert_int_equal(count("from:phượng"), 1);
    assert_int_equal(count("from:quy"), 1); /* her address */
    assert_int_equal(store_write(store, add_phone, &s), RC_OK);
    assert_int_equal(count("0901234567"), 1);
    assert_int_equal(count("door"), 1);
}

static enum rc live_in(struct tx *tx, void *arg) {
    struct account account;
    enum rc rc = account_load(tx_view(tx), a, &account);
    account.country = arg;
    return rc == RC_OK ? account_save(tx, &account, 0) : rc;
}

struct phone {
    const char *number, *name;
};

static enum rc write_by_phone(struct tx *tx, void *arg) {
    struct phone *p = arg;
    struct contact contact;
    enum rc rc = contact_find_or_create(tx, "phone", p->number, NULL, NULL, now, &contact);
    p->name = rc == RC_OK ? arena_copy(a, contact.name) : NULL;
    return rc;
}

static enum rc add_to_other(struct tx *tx, void *arg) {
    struct phone *p = arg;
    struct contact other = {.name = "Mai"};
    enum rc rc = contact_create(tx, &other, now);
    return rc == RC_OK ? contact_point_add(tx, other.id, "phone", p->number, now) : rc;
}

/* The customer of new_names_are_found_and_old_ones_no_more is known by 0901 234 567. */
static void a_telephone_is_one_however_it_is_written(void **state) {
    static const char *const same[] = {"0901234567",         "+84 901 234 567",  "(+84) 901-234-567",
                                       "+84 (0)901 234 567", "0084 901 234 567", "84901234567",
                                       "901 234 567"};
    static const char *const others[] = {"+66 901 234 567", "0066901234567", "+84 901 234 568", "234567"};
    assert_int_equal(store_write(store, live_in, "VN"), RC_OK);
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct phone p = {same[i]};
        assert_int_equal(count(same[i]), 1);
        assert_int_equal(store_write(store, write_by_phone, &p), RC_OK);
        assert_string_equal(p.name, "Phượng");
        assert_int_equal(store_write(store, add_to_other, &p), RC_CONFLICT);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(count(others[i]), 0);
    assert_int_equal(store_write(store, live_in, ""), RC_OK);
    assert_int_equal(count("+84 901 234 567"), 0); /* of which country it is nobody said */
    assert_int_equal(count("0901.234.567"), 1);
}

static void a_rebuilt_index_finds_the_same(void **state) {
    static const char *const queries[] = {"giày",        "door",    "cupboard",    "wardrobe",
                                          "from:phuong", "hoa don", "0901 234 567"};
    enum { N = sizeof queries / sizeof *queries };
    int before[N];
    _Atomic int64_t done = 0;
    for (int i = 0; i < N; i++)
        before[i] = count(queries[i]);
    assert_int_equal(search_rebuild(store, false, &done), RC_OK);
    assert_int_equal(done, 0); /* all are there */
    assert_int_equal(search_rebuild(store, true, &done), RC_OK);
    assert_int_equal(done, 4);
    for (int i = 0; i < N; i++)
        assert_int_equal(count(queries[i]), before[i]);
}

QUERY(q_test_forget, "DELETE FROM search_document WHERE account_id = $1");

/* As a migration does that changes the terms. */
static enum rc forget(struct tx *tx, void *arg) {
    enum rc rc = tx_search_clear(tx, SEARCH_MESSAGES, ACCOUNT_ID);
    if (rc == RC_OK)
        rc = tx_search_clear(tx, SEARCH_CONTACTS, ACCOUNT_ID);
    return rc == RC_OK ? tx_exec(tx, &q_test_forget, BIND(ACCOUNT)) : rc;
}

static void a_job_puts_in_what_a_migration_has_taken_out(void **state) {
    int before = count("door"), by_name = count("from:phuong");
    assert_int_equal(store_write(store, forget, NULL), RC_OK);
    assert_int_equal(count("door"), 0);
    assert_int_equal(search_rebuild_job(store, NULL, &(struct job){.subject_id = 1}), RC_OK);
    assert_int_equal(count("door"), 0); /* no message is older than that */
    assert_int_equal(search_rebuild_job(store, NULL, &(struct job){0}), RC_OK);
    assert_int_equal(count("door"), before);
    assert_int_equal(count("from:phuong"), by_name);
}

/* One character of Chinese or Thai is a term, and so are two; three are found by their pairs. */
static void single_characters_are_found(void **state) {
    struct said s = {
        .name = "林", .address = "lin@customer.test", .subject = "运费", .body = "我要退款。ขอเงินคืนค่ะ"};
    assert_int_equal(store_write(store, say, &s), RC_OK);
    static const char *const finding[] = {"款", "退", "退款", "要退款", "费", "林", "คื", "เงิน"};
    for (size_t i = 0; i < sizeof finding / sizeof *finding; i++)
        assert_int_equal(count(finding[i]), 1);
    assert_int_equal(count("货"), 0);
    assert_int_equal(count("款退"), 0);
}

/* ---- lists ---- */

struct tagged {
    struct said said[2];
    struct tag tag;
};

static enum rc tag_both(struct tx *tx, void *arg) {
    struct tagged *t = arg;
    enum rc rc = tag_named(tx, "vip", now, &t->tag);
    for (int i = 0; rc == RC_OK && i < 2; i++)
        if ((rc = say(tx, &t->said[i])) == RC_OK)
            rc = conversation_tag(tx, &t->said[i].conversation, t->tag.id, (struct actor){ACTOR_SYSTEM});
    return rc;
}

static enum rc write_again(struct tx *tx, void *arg) {
    struct conversation c, *written = arg;
    enum rc rc = conversation_load(tx_view(tx), tx_arena(tx), written->id, &c);
    c.last_at = now + 1000;
    return rc == RC_OK ? conversation_save(tx, &c) : rc;
}

static const char *subjects_of_tag(const struct tag *tag) {
    struct list_row *rows;
    int n;
    const char *out = "";
    struct view *v = view_open(store);
    assert_int_equal(
        conversation_list(v, a, &(struct list_ask){.view = LIST_TAG, .subject_id = tag->id, .max = 10}, &rows, &n),
        RC_OK);
    view_close(v);
    for (int i = 0; i < n; i++)
        out = arena_printf(a, "%s%s ", out, rows[i].subject);
    return out;
}

static void the_list_of_a_tag_has_the_last_message_first(void **state) {
    struct tagged t = {{{.name = "A", .address = "a@customer.test", .subject = "first", .body = "x"},
                        {.name = "B", .address = "b@customer.test", .subject = "second", .body = "x"}}};
    assert_int_equal(store_write(store, tag_both, &t), RC_OK);
    assert_string_equal(subjects_of_tag(&t.tag), "second first ");
    assert_int_equal(store_write(store, write_again, &t.said[0].conversation), RC_OK);
    assert_string_equal(subjects_of_tag(&t.tag), "first second ");
}

/* ---- snippets ---- */

static const char *shown(struct marked_text t) {
    const char *out = "";
    for (int i = 0; i < t.pieces_n; i++)
        out = arena_printf(a, t.pieces[i].marked ? "%s[%s]" : "%s%s", out, t.pieces[i].text);
    return out;
}

static void a_snippet_is_the_part_with_the_words(void **state) {
    const char *filler = "This sentence says nothing at all and is only long. ";
    const char *long_text = arena_printf(a, "%s%s%sAt last:\n\nthe refund  of my parcel is late. %s%s%s", filler,
                                         filler, filler, filler, filler, filler);
    static const struct {
        const char *text, *query, *snippet;
    } table[] = {
        {"Hello there", "xyz", "Hello there"},
        {"Hello there", "", "Hello there"},
        {"", "xyz", ""},
        {"Hello there", "there", "Hello [there]"},
        {"Tiền hoàn chưa về", "tien", "[Tiền] hoàn chưa về"},
        {"我上周申请的退款", "退款", "我上周申请的[退款]"},
        {"  two\n\n lines ", "lines", "two [lines] "},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_string_equal(shown(marked_snippet(a, table[i].text, table[i].query)), table[i].snippet);
    const char *part = shown(marked_snippet(a, long_text, "refund late"));
    assert_non_null(strstr(part, "At last: the [refund] of my parcel is [late]. This"));
    assert_int_equal(strncmp(part, "…", 3), 0);
    assert_string_equal(part + strlen(part) - 3, "…");
    /* Thai is cut between letters, never before a mark. */
    const char *thai = "";
    for (int i = 0; i < 60; i++)
        thai = arena_printf(a, "%sที่นี่", thai);
    part = shown(marked_snippet(a, arena_printf(a, "%sพัสดุ%s", thai, thai), "พัสดุ"));
    assert_non_null(strstr(part, "[พัสดุ]"));
    assert_memory_not_equal(part + 3, "ี", 3);
    assert_memory_not_equal(part + 3, "่", 3);
}

/* ---- */

static enum rc begin(struct tx *tx, void *arg) {
    struct inbox in = {
        .name = "Support", .kind = "email", .address = "support@kept.test", .enabled = true, .lang = ""};
    enum rc rc = account_create(tx, &(struct account){"Shop", "vi", "UTC", "", now});
    if (rc == RC_OK)
        rc = inbox_save(tx, &in, 0, now);
    inbox_id = in.id;
    return rc;
}

int main(void) {
    char dir[] = "/tmp/kept-test-XXXXXX";
    const char *why = "", *where = getenv("KEPT_TEST_STORE");
    a = arena_new(0);
    if (!mkdtemp(dir) || secret_load(a, dir, &why) != RC_OK ||
        store_open(a, where ? where : dir, true, &store, &why) != RC_OK || store_write(store, begin, NULL) != RC_OK)
        die("%s", why);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(common_and_rare_words_are_found_from_the_newest_down),
        cmocka_unit_test(a_message_is_found_by_its_words_its_subject_its_files_and_its_customer),
        cmocka_unit_test(new_names_are_found_and_old_ones_no_more),
        cmocka_unit_test(a_telephone_is_one_however_it_is_written),
        cmocka_unit_test(a_rebuilt_index_finds_the_same),
        cmocka_unit_test(a_job_puts_in_what_a_migration_has_taken_out),
        cmocka_unit_test(single_characters_are_found),
        cmocka_unit_test(the_list_of_a_tag_has_the_last_message_first),
        cmocka_unit_test(a_snippet_is_the_part_with_the_words),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    store_close(store);
    arena_free(a);
    char *remove = NULL;
    if (asprintf(&remove, "rm -r %s", dir) < 0 || system(remove) != 0)
        failed++;
    free(remove);
    return failed;
}
