#include "desk/sensitive.h"

#include "desk/account.h"
#include "desk/blob.h"
#include "desk/conversation.h"
#include "desk/privacy.h"
#include "text/normal.h"

#include <pthread.h>
#include <string.h>

enum { DROPPED_AT_ONCE = 50, MARKED_AT_ONCE = 50, TEXTS_LOOKED_AT = 5 };

/* By the bytes: the same picture sent twice is the same card. */
QUERY(q_sensitive_mark, "UPDATE attachment SET sensitive_at = $3, sensitive_by = $4, harmless_at = NULL"
                        " WHERE account_id = $1 AND blob_id = $2 AND sensitive_at IS NULL AND dropped_at IS NULL");
QUERY(q_sensitive_clear, "UPDATE attachment SET sensitive_at = NULL, sensitive_by = NULL, harmless_at = $3"
                         " WHERE account_id = $1 AND blob_id = $2 AND sensitive_at IS NOT NULL"
                         " AND dropped_at IS NULL");
QUERY(q_sensitive_dropped, "UPDATE attachment SET dropped_at = $3, blob_id = $4, size = 0"
                           " WHERE account_id = $1 AND id = $2 AND dropped_at IS NULL");
#define NEAR " m.account_id = $1 AND m.conversation_id = $2 AND m.kind = 'customer' AND m.created_at >= $3"
/* A logo that somebody said is none stays so in each mail that has it. */
QUERY(q_sensitive_near,
      "SELECT x.blob_id, x.name, x.message_id FROM message m JOIN attachment x"
      " ON x.account_id = m.account_id AND x.message_id = m.id WHERE" NEAR
      " AND x.sensitive_at IS NULL AND x.dropped_at IS NULL AND NOT EXISTS (SELECT 1 FROM attachment h"
      " WHERE h.account_id = x.account_id AND h.blob_id = x.blob_id AND h.harmless_at IS NOT NULL)"
      " AND substr(x.type, 1, 6) = 'image/' ORDER BY m.id DESC LIMIT $4");
QUERY(q_sensitive_said, "SELECT m.body FROM message m WHERE" NEAR " ORDER BY m.id DESC LIMIT $4");
#define PAST(less) " FROM attachment WHERE account_id = $1 AND sensitive_at " less " $2 AND dropped_at IS NULL"
QUERY(q_sensitive_due, "SELECT id, blob_id" PAST("<=") " ORDER BY sensitive_at LIMIT $3");
QUERY(q_sensitive_count, "SELECT count(*) FROM (SELECT 1" PAST("<=") " LIMIT $3) AS kept");
QUERY(q_sensitive_place, "SELECT m.conversation_id, coalesce(m.contact_id, c.contact_id) FROM message m"
                         " JOIN conversation c ON c.account_id = m.account_id AND c.id = m.conversation_id"
                         " WHERE m.account_id = $1 AND m.id = $2");

/* ---- words ---- */

/* Taken out before the others are looked for: they hold their words and mean something else. Simplified, for the
 * text is levelled to it. */
static const char *const harmless[] = {
    "pay by credit card",
    "paid by credit card",
    "by credit card",
    "with credit card",
    "with my credit card",
    "by debit card",
    "with my debit card",
    "credit card payment",
    "packing slip",
    "delivery slip",
    "passport holder",
    "passport cover",
    "bằng thẻ tín dụng",
    "bằng thẻ ngân hàng",
    "bằng thẻ atm",
    "quẹt thẻ tín dụng",
    "ví đựng hộ chiếu",
    "bao hộ chiếu",
    "用信用卡",
    "刷信用卡",
    "信用卡付款",
    "信用卡支付",
    "信用卡分期",
    "用银行卡",
    "护照夹",
    "护照套",
    "ด้วยบัตรเครดิต",
    "ผ่านบัตรเครดิต",
    "โดยบัตรเครดิต",
    "บัตรเครดิตได้",
    "รูดบัตรเครดิต",
    "ด้วยบัตรเดบิต",
    "สลิปเปอร์",
    "สลิปออน",
    "ปกพาสปอร์ต",
    "ซองพาสปอร์ต",
};
static const char *const telling[] = {
    "id card",
    "identity card",
    "id document",
    "identity document",
    "national id",
    "passport",
    "driver's license",
    "drivers license",
    "driver's licence",
    "driving licence",
    "driving license",
    "residence permit",
    "bank card",
    "credit card",
    "debit card",
    "photo of my card",
    "picture of my card",
    "front of my card",
    "back of my card",
    "transfer slip",
    "payment slip",
    "bank slip",
    "deposit slip",
    "transfer receipt",
    "proof of payment",
    "proof of transfer",
    "bank statement",
    "bank book",
    "screenshot of the transfer",
    "cccd",
    "căn cước",
    "cmnd",
    "cmt",
    "chứng minh nhân dân",
    "chứng minh thư",
    "hộ chiếu",
    "bằng lái",
    "giấy phép lái xe",
    "giấy tờ tùy thân",
    "giấy tờ tuỳ thân",
    "thẻ ngân hàng",
    "thẻ tín dụng",
    "thẻ atm",
    "thẻ ghi nợ",
    "biên lai chuyển khoản",
    "bill chuyển khoản",
    "bill ck",
    "ảnh chuyển khoản",
    "hình chuyển khoản",
    "chụp màn hình chuyển khoản",
    "sao kê",
    "ủy nhiệm chi",
    "uỷ nhiệm chi",
    "sổ hộ khẩu",
    "身份证",
    "护照",
    "银行卡",
    "信用卡",
    "借记卡",
    "储蓄卡",
    "驾照",
    "驾驶证",
    "行驶证",
    "户口本",
    "居住证",
    "通行证",
    "社保卡",
    "健保卡",
    "医保卡",
    "存折",
    "转账截图",
    "转帐截图",
    "转账凭证",
    "转账记录",
    "汇款单",
    "汇款凭证",
    "付款截图",
    "支付截图",
    "付款凭证",
    "银行回单",
    "转账回单",
    "银行流水",
    "บัตรประชาชน",
    "บัตรประจำตัว",
    "พาสปอร์ต",
    "หนังสือเดินทาง",
    "ใบขับขี่",
    "บัตรเครดิต",
    "บัตรเดบิต",
    "บัตรเอทีเอ็ม",
    "บัตร atm",
    "สลิป",
    "หลักฐานการโอน",
    "หลักฐานโอนเงิน",
    "สมุดบัญชี",
    "บุ๊คแบงก์",
    "ทะเบียนบ้าน",
};
enum { HARMLESS = sizeof harmless / sizeof *harmless, TELLING = sizeof telling / sizeof *telling };

static struct normal levelled[HARMLESS + TELLING], bare[HARMLESS + TELLING];
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Without marks, as people type Vietnamese in a hurry; to the same length, for a mark of its own becomes a space.
 */
static struct normal bared(struct arena *a, struct normal text) {
    struct normal out = {.cp = ARENA_ARRAY(a, text.n + 1, uint32_t)};
    for (size_t i = 0; i < text.n; i++) {
        uint32_t letter = script_of(text.cp[i]) == SCRIPT_WORD ? letter_fold(text.cp[i]) : text.cp[i];
        if (letter)
            out.cp[out.n++] = letter;
    }
    return out;
}

static void load(void) {
    static struct arena *a; /* for the life of the process */
    a = arena_new(0);
    for (size_t i = 0; i < HARMLESS + TELLING; i++) {
        const char *phrase = i < HARMLESS ? harmless[i] : telling[i - HARMLESS];
        levelled[i] = normalize(a, phrase, strlen(phrase));
        bare[i] = bared(a, levelled[i]);
    }
}

static bool is_letter(const struct normal *t, size_t at) {
    return at < t->n && script_of(t->cp[at]) == SCRIPT_WORD;
}

/* Whole words, in scripts that put spaces between them. */
static bool stands_at(const struct normal *t, size_t at, const struct normal *phrase) {
    if (at + phrase->n > t->n || memcmp(t->cp + at, phrase->cp, phrase->n * sizeof *t->cp) != 0)
        return false;
    bool begins = is_letter(phrase, 0), ends = is_letter(phrase, phrase->n - 1);
    return !(begins && at && is_letter(t, at - 1)) && !(ends && is_letter(t, at + phrase->n));
}

static bool tells(struct normal *t, const struct normal phrases[HARMLESS + TELLING]) {
    for (size_t i = 0; i < t->n; i++)
        if (t->cp[i] == '_' || t->cp[i] == '-' || t->cp[i] == '.' || t->cp[i] == '\n') /* cccd_front.jpg */
            t->cp[i] = ' ';
    for (size_t at = 0; at < t->n; at++)
        for (size_t i = 0; i < HARMLESS; i++)
            if (stands_at(t, at, &phrases[i]))
                for (size_t k = 0; k < phrases[i].n; k++)
                    t->cp[at + k] = '.';
    for (size_t at = 0; at < t->n; at++)
        for (size_t i = HARMLESS; i < HARMLESS + TELLING; i++)
            if (stands_at(t, at, &phrases[i]))
                return true;
    return false;
}

bool sensitive_words(struct arena *a, const char *text) {
    enum { LOOKED_AT = 20000 /* bytes */ };
    size_t len = strlen(text);
    struct normal t = normalize(a, text, len < LOOKED_AT ? len : LOOKED_AT);
    pthread_once(&once, load);
    if (normal_has_diacritics(&t))
        return tells(&t, levelled);
    t = bared(a, t);
    return tells(&t, bare);
}

int64_t sensitive_kept_until(int64_t sensitive_at, int64_t days) {
    return sensitive_at + days * (24 * 3600 * (int64_t)1000);
}

/* ---- verbs ---- */

static enum rc place_of(struct view *v, int64_t message_id, int64_t *conversation_id, int64_t *contact_id) {
    struct rows r = view_query(v, &q_sensitive_place, BIND(ACCOUNT, value_int(message_id)));
    bool found = rows_next(&r);
    if (found) {
        *conversation_id = rows_int(&r, 0);
        *contact_id = rows_int(&r, 1);
    }
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

static enum rc mark(struct tx *tx, int64_t blob_id, int64_t message_id, int64_t conversation_id, struct actor by,
                    int64_t now) {
    enum rc rc =
        tx_exec(tx, &q_sensitive_mark,
                BIND(ACCOUNT, value_int(blob_id), value_int(now), value_id(by.kind == ACTOR_SYSTEM ? 0 : by.id)));
    if (rc == RC_OK && tx_changes(tx))
        event_add(tx, (struct event){"file.sensitive", by, conversation_id, message_id, "on"});
    return rc;
}

static enum rc said_near(struct tx *tx, int64_t conversation_id, int64_t since, bool *said) {
    struct rows r =
        view_query(tx_view(tx), &q_sensitive_said,
                   BIND(ACCOUNT, value_int(conversation_id), value_int(since), value_int(TEXTS_LOOKED_AT)));
    while (!*said && rows_next(&r))
        *said = sensitive_words(tx_arena(tx), rows_text(&r, 0));
    return rows_end(&r);
}

enum rc sensitive_listen(struct tx *tx, int64_t conversation_id, int64_t message_id, const char *text,
                         int64_t now) {
    struct near {
        int64_t blob_id, message_id;
        bool named;
    } found[MARKED_AT_ONCE];
    int n = 0;
    int64_t since = now - SENSITIVE_NEAR_MS;
    bool came = false;
    struct rows r =
        view_query(tx_view(tx), &q_sensitive_near,
                   BIND(ACCOUNT, value_int(conversation_id), value_int(since), value_int(MARKED_AT_ONCE)));
    for (; n < MARKED_AT_ONCE && rows_next(&r); n++) {
        found[n] = (struct near){rows_int(&r, 0), rows_int(&r, 2), sensitive_words(tx_arena(tx), rows_text(&r, 1))};
        came |= found[n].message_id == message_id;
    }
    enum rc rc = rows_end(&r);
    /* Read only where there is a picture: most messages have none near, and this is within their transaction. */
    bool told = n && text && *text && sensitive_words(tx_arena(tx), text), near = told;
    if (rc == RC_OK && came && !near)
        rc = said_near(tx, conversation_id, since, &near);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (told || (found[i].message_id == message_id && (near || found[i].named)))
            rc =
                mark(tx, found[i].blob_id, found[i].message_id, conversation_id, (struct actor){ACTOR_SYSTEM}, now);
    return rc;
}

enum rc sensitive_mark(struct tx *tx, const struct attachment *x, bool on, struct actor by, int64_t now) {
    int64_t conversation_id, contact_id;
    enum rc rc = x->dropped_at ? RC_GONE : place_of(tx_view(tx), x->message_id, &conversation_id, &contact_id);
    if (rc == RC_OK && on)
        return mark(tx, x->blob_id, x->message_id, conversation_id, by, now);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_sensitive_clear, BIND(ACCOUNT, value_int(x->blob_id), value_int(now)));
    if (rc == RC_OK && tx_changes(tx))
        event_add(tx, (struct event){"file.sensitive", by, conversation_id, x->message_id, "off"});
    return rc;
}

enum rc sensitive_look(struct tx *tx, const struct attachment *x, struct actor by, int64_t now) {
    struct privacy_act act = {.kind = PRIVACY_PICTURE, .by = by, .message_id = x->message_id, .amount = 1};
    if (x->dropped_at || !sensitive_hidden(x))
        return x->dropped_at ? RC_GONE : RC_CONFLICT;
    enum rc rc = place_of(tx_view(tx), x->message_id, &act.conversation_id, &act.contact_id);
    return rc == RC_OK ? privacy_note(tx, &act, now) : rc;
}

/* ---- when its time is over ---- */

static int64_t due_before(struct view *v, int64_t now) {
    return now - sensitive_kept_until(0, setting_int(v, SETTING_PICTURE_DAYS));
}

/* The row stays, with its name, and points to no bytes: the conversation still says that there was a file. */
static enum rc drop(struct tx *tx, int64_t id, int64_t blob_id, int64_t now) {
    int64_t nothing;
    enum rc rc = blob_put(tx, SECRET_FILE, (struct bytes){(const uint8_t *)"", 0}, now, &nothing);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_sensitive_dropped, BIND(ACCOUNT, value_int(id), value_int(now), value_int(nothing)));
    return rc == RC_OK && nothing != blob_id ? blob_drop_unused(tx, blob_id) : rc;
}

enum rc sensitive_tidy(struct tx *tx, int64_t now, bool *more) {
    struct {
        int64_t id, blob_id;
    } due[DROPPED_AT_ONCE];
    int n = 0;
    struct view *v = tx_view(tx);
    struct rows r =
        view_query(v, &q_sensitive_due, BIND(ACCOUNT, value_int(due_before(v, now)), value_int(DROPPED_AT_ONCE)));
    for (; n < DROPPED_AT_ONCE && rows_next(&r); n++) {
        due[n].id = rows_int(&r, 0);
        due[n].blob_id = rows_int(&r, 1);
    }
    enum rc rc = rows_end(&r);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = drop(tx, due[i].id, due[i].blob_id, now);
    if (rc == RC_OK && n)
        event_add(tx, (struct event){"file.dropped", {ACTOR_SYSTEM}, 0, 0, "retention", n});
    *more = n == DROPPED_AT_ONCE;
    return rc;
}

enum rc sensitive_count(struct view *v, int64_t now, int64_t *kept, int64_t *due) {
    enum rc rc =
        view_int(v, &q_sensitive_count, BIND(ACCOUNT, value_int(INT64_MAX), value_int(PRIVACY_COUNT_MAX)), 0, kept);
    return rc == RC_OK
               ? view_int(v, &q_sensitive_count,
                          BIND(ACCOUNT, value_int(due_before(v, now)), value_int(PRIVACY_COUNT_MAX)), 0, due)
               : rc;
}
