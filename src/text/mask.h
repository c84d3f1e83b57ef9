/* mask.h: finds what must not lie open in a message: payment cards, secrets named as such, identity numbers.
 * Pure: text in, spans out. Numbers count in any script and with any spacing. A number that is called something
 * else
 * ("order no. …", "mã vận đơn …", "订单号…", "เลขพัสดุ …") stays, even when it passes a card's check digit; a card
 * stays one when such a word only stands before it ("the receipt shows …", "hoàn tiền đơn này vào …").
 *
 *   card      check digit and issuer range
 *   cvv pin otp password    with their word near ("the code" when it was sent), or told as such (mask_ear.h)
 *   iban      country, length and checksum
 *   vn_id     12 digits with province, century-sex and year fields and a word near; 9 digits only with the word
 *   cn_id     18 places with region, birth date and check digit (15 digits only with the word)
 *   th_id     13 digits with check digit
 *   phone email   not private by themselves: only when asked for
 */
#ifndef KEPT_TEXT_MASK_H
#define KEPT_TEXT_MASK_H

#include "base/arena.h"

#include <stddef.h>

enum mask_kind {
    MASK_CARD,
    MASK_CVV,
    MASK_PIN,
    MASK_OTP,
    MASK_PASSWORD,
    MASK_IBAN,
    MASK_VN_ID,
    MASK_CN_ID,
    MASK_TH_ID,
    MASK_PHONE,
    MASK_EMAIL,
    MASK_KINDS,
};

/* Sets of kinds: 1u << kind. */
enum {
    MASK_CONTACTS = 1u << MASK_PHONE | 1u << MASK_EMAIL,
    MASK_ALL = (1u << MASK_KINDS) - 1,
    MASK_PRIVATE = MASK_ALL & ~MASK_CONTACTS
};

struct mask_span {
    enum mask_kind kind;
    size_t start, end;           /* code points, end exclusive */
    size_t byte_start, byte_end; /* the same in bytes */
};

struct mask_spans {
    size_t n;
    const struct mask_span *at; /* in the order of the text, never overlapping; in the arena */
};

/* `text` is valid UTF-8. Looks at no more than MASK_TEXT_MAX code points; what lies behind stays as it is. */
enum { MASK_TEXT_MAX = 1000000 };
struct mask_spans mask_find(struct arena *a, const char *text, size_t len, unsigned kinds);

/* The text with every letter and digit inside the spans as '•'; separators stay, and of a card the last four
 * digits, so that people can still tell which card is meant. The number of code points does not change. */
char *mask_apply(struct arena *a, const char *text, size_t len, struct mask_spans spans);

/* Both in one, for what is no message: a name, a subject, a tag. `text` itself when there is nothing to hide; NULL
 * is "". */
const char *mask_text(struct arena *a, const char *text, unsigned kinds);

/* "card", "vn_id", …: static, as stored and as printed by `kept mask`. */
const char *mask_kind_name(enum mask_kind kind);

#endif
