#include "channel/mailbox_mark.h"

#include "base/secret.h"
#include "desk/account.h"

#include <string.h>

QUERY(q_mark_add,
      "INSERT INTO mailbox_mark (account_id, inbox_id, folder, uid_validity, uid_next) VALUES ($1, $2, $3, 0, 1)"
      " ON CONFLICT (account_id, inbox_id, folder) DO NOTHING");
QUERY(q_mark_take,
      "UPDATE mailbox_mark SET holder = $4, leased_until = $5 WHERE account_id = $1 AND inbox_id = $2"
      " AND folder = $3 AND (holder = $4 OR leased_until <= $6 OR $7 = 1) RETURNING uid_validity, uid_next");
QUERY(q_mark_release,
      "UPDATE mailbox_mark SET leased_until = 0 WHERE account_id = $1 AND inbox_id = $2 AND folder = $3"
      " AND holder = $4");
QUERY(q_mark_move,
      "UPDATE mailbox_mark SET uid_validity = $5, uid_next = $6 WHERE account_id = $1 AND inbox_id = $2"
      " AND folder = $3 AND holder = $4");

QUERY(q_mark_held, "SELECT count(*) FROM mailbox_mark WHERE account_id = $1 AND leased_until > 0 AND holder = $2");

char *mailbox_place(struct arena *a, const char *host, const char *user, const char *folder) {
    uint8_t digest[SHA256_SIZE];
    char *text = arena_printf(a, "%s\n%s", host, user);
    sha256((struct bytes){(const uint8_t *)text, strlen(text)}, digest);
    return arena_printf(a, "%s %s", folder, hex(a, (struct bytes){digest, 8}));
}

struct taking {
    struct mailbox_mark *m;
    bool alone;
    int64_t lease_ms;
};

static enum rc take(struct tx *tx, void *arg) {
    struct taking *x = arg;
    struct mailbox_mark *m = x->m;
    int64_t clock = store_clock(view_store(tx_view(tx)));
    enum rc rc = tx_exec(tx, &q_mark_add, BIND(ACCOUNT, value_int(m->inbox_id), value_text(m->place)));
    if (rc != RC_OK)
        return rc;
    struct rows r = tx_query(tx, &q_mark_take,
                             BIND(ACCOUNT, value_int(m->inbox_id), value_text(m->place), value_text(m->holder),
                                  value_int(clock + x->lease_ms), value_int(clock), value_int(x->alone)));
    bool taken = rows_next(&r);
    if (taken) {
        m->uid_validity = (uint32_t)rows_int(&r, 0);
        m->uid_next = (uint32_t)rows_int(&r, 1);
    }
    while (rows_next(&r))
        ;
    rc = rows_end(&r);
    return rc == RC_OK && !taken ? RC_CONFLICT : rc;
}

enum rc mailbox_mark_take(struct store *s, struct mailbox_mark *m, bool alone, int64_t lease_ms) {
    struct taking x = {m, alone, lease_ms};
    return store_write(s, take, &x);
}

static enum rc release(struct tx *tx, void *arg) {
    const struct mailbox_mark *m = arg;
    return tx_exec(tx, &q_mark_release,
                   BIND(ACCOUNT, value_int(m->inbox_id), value_text(m->place), value_text(m->holder)));
}

enum rc mailbox_mark_release(struct store *s, const struct mailbox_mark *m) {
    struct mailbox_mark copy = *m;
    return store_write(s, release, &copy);
}

enum rc mailbox_mark_count(struct view *v, const char *holder, int64_t *n) {
    return view_int(v, &q_mark_held, BIND(ACCOUNT, value_text(holder)), 0, n);
}

enum rc mailbox_mark_move(struct tx *tx, const struct mailbox_mark *m) {
    enum rc rc = tx_exec(tx, &q_mark_move,
                         BIND(ACCOUNT, value_int(m->inbox_id), value_text(m->place), value_text(m->holder),
                              value_int(m->uid_validity), value_int(m->uid_next)));
    return rc == RC_OK && !tx_changes(tx) ? RC_GONE : rc;
}
