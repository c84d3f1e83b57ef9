/* refund_to.h: where a customer's money goes back to. The number never stands in a message: she gives it on her
 * case page, or an agent writes it down while she says it; it is sealed, copied without being shown, each copy is
 * noted (the purpose is known: a refund), and it goes when the money is paid.
 *
 *   ask ──▶ asked ──give──▶ given ──paid──▶ ended
 *             │              │  └─ copied, as often as it takes
 *             └──────────────┴── removed by an agent; expired after REFUND_TO_DAYS; erased with the customer */
#ifndef KEPT_DESK_REFUND_TO_H
#define KEPT_DESK_REFUND_TO_H

#include "base/arena.h"
#include "desk/event.h"
#include "store/store.h"

#include <stdbool.h>

enum {
    REFUND_TO_DAYS = 30,     /* from the last step on; then nobody needs it any more */
    REFUND_TO_TEXT_MAX = 80, /* code points of a bank's or a holder's name */
};

enum refund_kind { REFUND_BANK, REFUND_PROMPTPAY, REFUND_IBAN, REFUND_KINDS };
const char *refund_kind_name(enum refund_kind kind); /* bank promptpay iban */
enum rc refund_kind_named(const char *name, enum refund_kind *out);

/* As it is typed; number: digits and letters in any spacing. */
struct refund_account {
    enum refund_kind kind;
    const char *number, *bank, *holder; /* bank: not of an IBAN or PromptPay */
};

struct refund_to {
    int64_t id, conversation_id, contact_id, asked_at, given_by, given_at, copied_at, ended_at;
    const char *ref, *kind, *hint, *ended_as; /* kind: "" not given yet */
    bool by_customer;                         /* she gave it herself */
};

/* ---- rules (pure) ---- */

/* Without spaces, dots and dashes, in ASCII capitals. */
char *refund_number(struct arena *a, const char *typed);
/* NULL, or why it cannot be one: "none" nothing typed; "card" a payment card's number; "number" no such account;
 * "bank" its bank is missing; "holder"; "long". Thai identity numbers and IBANs are held against their check
 * digits. */
const char *refund_flaw(struct arena *a, const struct refund_account *x);
/* What may be seen: "Vietcombank · •••789". */
char *refund_hint(struct arena *a, const struct refund_account *x);

/* When it goes by itself. */
int64_t refund_to_until(const struct refund_to *r);

/* ---- verbs ---- */

/* Her case page asks for it from now on. RC_OK too when it does already. RC_GONE: her data were erased. */
enum rc refund_to_ask(struct tx *tx, int64_t conversation_id, struct actor by, int64_t now, struct refund_to *out);
/* What was asked for, or, by an agent, unasked. RC_INVALID: refund_flaw. RC_NONE: a customer whom nobody asked.
 * What was given before and is not paid is replaced. */
enum rc refund_to_give(struct tx *tx, int64_t conversation_id, const struct refund_account *x, struct actor by,
                       int64_t now);
/* For the clipboard: number or holder. Noted before it leaves. RC_GONE: it is over. RC_CONFLICT: not given yet. */
enum refund_part { REFUND_NUMBER, REFUND_HOLDER };
enum rc refund_to_copy(struct tx *tx, struct arena *a, const char *ref, enum refund_part part, struct actor by,
                       int64_t now, const char **text);
/* It is paid, or not needed: number and holder are gone for good. RC_GONE: so it was before. RC_CONFLICT: paid, and
 * nothing was given. */
enum rc refund_to_end(struct tx *tx, const char *ref, bool paid, struct actor by, int64_t now);
/* The open ones whose time is over, some at a time; *more: there may be others. */
enum rc refund_to_tidy(struct tx *tx, int64_t now, bool *more);
/* With the customer. */
enum rc refund_to_erase(struct tx *tx, int64_t contact_id, int64_t now);
/* `from` was merged into `into`. */
enum rc refund_to_follow(struct tx *tx, int64_t from_id, int64_t into_id);

/* ---- for pages ---- */

enum rc refund_to_by_ref(struct view *v, struct arena *a, const char *ref, struct refund_to *out);
/* The newest that is not over; RC_NONE. */
enum rc refund_to_open(struct view *v, struct arena *a, int64_t conversation_id, struct refund_to *out);
enum rc refund_to_of_contact(struct view *v, struct arena *a, int64_t contact_id, struct refund_to **out, int *n);

#endif
