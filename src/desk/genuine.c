#include "desk/genuine.h"

#include "base/secret.h"
#include "base/wall.h"
#include "desk/account.h"
#include "desk/conversation.h"

#include <ctype.h>
#include <string.h>

/* A merge moves messages: they went out with the reference of the conversation that they were written in. */
#define SENT_IN_TIME                                                                                               \
    " AND m.kind NOT IN ('customer', 'note') AND m.channel = 'email' AND m.state = 'sent'"                         \
    " AND m.state_at >= $3 AND m.state_at < $4"
QUERY(
    q_genuine_here,
    "SELECT count(*) FROM conversation c JOIN message m ON m.account_id = c.account_id"
    " AND m.conversation_id = c.id AND m.home_id = c.id WHERE c.account_id = $1 AND c.short_ref = $2" SENT_IN_TIME);
QUERY(q_genuine_moved,
      "SELECT count(*) FROM conversation c JOIN message m ON m.account_id = c.account_id AND m.home_id = c.id"
      " AND m.home_id <> m.conversation_id WHERE c.account_id = $1 AND c.short_ref = $2" SENT_IN_TIME);

/* ---- rules ---- */

bool genuine_read(const char *typed, char ref[GENUINE_REF_SIZE], char tag[GENUINE_TAG_SIZE]) {
    enum { REF_LEAST = 6 };
    size_t refs = 0, tags = 0;
    bool behind = false; /* the dash */
    for (const unsigned char *p = (const unsigned char *)typed; *p; p++) {
        if (strchr("[]# \t", *p))
            continue;
        if (*p == '-' && !behind) {
            behind = true;
            continue;
        }
        if (!isalnum(*p) || *p > 0x7F || (behind ? tags == GENUINE_TAG_SIZE - 1 : refs == GENUINE_REF_SIZE - 1))
            return false;
        if (behind)
            tag[tags++] = (char)tolower(*p);
        else
            ref[refs++] = (char)toupper(*p);
    }
    ref[refs] = 0;
    tag[tags] = 0;
    return refs >= REF_LEAST && (!behind || tags == GENUINE_TAG_SIZE - 1);
}

void genuine_span(const char *zone, int64_t day, int64_t *from, int64_t *to) {
    enum { DAY_MS = 24 * 3600 * 1000 };
    struct wall w = wall_at(zone, day);
    *from = wall_to_utc(zone, (w.day_number - 1) * (int64_t)DAY_MS);
    *to = wall_to_utc(zone, (w.day_number + 2) * (int64_t)DAY_MS);
}

/* ---- asking ---- */

enum rc genuine_ask(struct view *v, struct arena *a, const char *typed, const char *zone, int64_t day, bool *yes) {
    char ref[GENUINE_REF_SIZE], tag[GENUINE_TAG_SIZE];
    int64_t from, to, here = 0, moved = 0;
    bool readable = genuine_read(typed, ref, tag);
    bool signed_so = readable && (!*tag || secret_equal(tag, conversation_mail_tag(a, ref)));
    genuine_span(zone, day, &from, &to);
    /* Asked in any case: how long it takes tells nothing either. */
    const struct value key = value_text(readable ? ref : "");
    enum rc rc = view_int(v, &q_genuine_here, BIND(ACCOUNT, key, value_int(from), value_int(to)), 0, &here);
    if (rc == RC_OK)
        rc = view_int(v, &q_genuine_moved, BIND(ACCOUNT, key, value_int(from), value_int(to)), 0, &moved);
    *yes = rc == RC_OK && signed_so && here + moved > 0;
    return rc;
}
