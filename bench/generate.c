/* generate.c: fills a fresh data directory with conversations as a busy team would have them, the same for the same
 * numbers. generate DATA_DIR CONVERSATIONS MESSAGES_EACH [postgresql://…] Through the desk's own verbs for what
 * they decide, in batches; four languages; about a tenth is still open. */
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "base/secret.h"
#include "desk/account.h"
#include "desk/agent.h"
#include "desk/contact.h"
#include "desk/conversation.h"
#include "desk/inbox.h"
#include "desk/message.h"
#include "texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { BATCH = 200, AGENTS = 20 };

struct batch {
    int from, to, each;
    int64_t inbox_id, agents[AGENTS], start, step;
};

static enum rc add_conversation(struct tx *tx, const struct batch *b, int n) {
    struct arena *a = tx_arena(tx);
    int language = (int)texts_pick(4);
    int64_t at = b->start + n * b->step;
    bool open = texts_pick(10) == 0;
    struct contact contact;
    clock_hold(at);
    enum rc rc = contact_find_or_create(tx, "email", arena_printf(a, "customer%u@example.com", texts_pick(40000)),
                                        arena_printf(a, "Customer %u", texts_pick(40000)), texts_lang(language), at,
                                        &contact);
    struct conversation c = {.inbox_id = b->inbox_id,
                             .contact_id = contact.id,
                             .subject = texts_sentence(a, language, 5),
                             .lang = texts_lang(language),
                             .assignee_id = texts_pick(4) ? b->agents[texts_pick(AGENTS)] : 0};
    if (rc == RC_OK)
        rc = conversation_create(tx, &c, (struct actor){ACTOR_CONTACT, contact.id}, at);
    for (int i = 0; rc == RC_OK && i < b->each; i++) {
        bool ours = i % 2 == 1;
        struct message m = {
            .conversation_id = c.id,
            .kind = ours ? "agent" : "customer",
            .channel = "email",
            .agent_id = ours ? b->agents[texts_pick(AGENTS)] : 0,
            .contact_id = ours ? 0 : contact.id,
            .body = texts_sentence(a, language, 20 + (int)texts_pick(40)),
            .state = ours ? "sent" : "received",
            .mail_id = arena_printf(a, "%d.%d@bench", n, i),
            .created_at = at + i * 600000,
        };
        rc = message_add(tx, &m);
        c.preview = message_preview(a, m.body);
        c.last_at = m.created_at;
        c.message_count++;
    }
    c.status = open ? "open" : "resolved";
    c.shelf = conversation_shelf(c.status);
    c.waiting_since = open ? c.last_at : 0;
    c.first_reply_at = at + 600000;
    return rc == RC_OK ? conversation_save(tx, &c) : rc;
}

static enum rc add_batch(struct tx *tx, void *arg) {
    const struct batch *b = arg;
    enum rc rc = RC_OK;
    for (int n = b->from; rc == RC_OK && n < b->to; n++)
        rc = add_conversation(tx, b, n);
    return rc;
}

static enum rc add_account(struct tx *tx, void *arg) {
    struct batch *b = arg;
    struct account account = {"Bench", "en", "Asia/Ho_Chi_Minh", "VN", b->start};
    struct inbox inbox = {.name = "Support", .kind = "email", .address = "support@kept.test", .enabled = true};
    struct inbox form = {.name = "Form", .kind = "form", .enabled = true};
    enum rc rc = account_create(tx, &account);
    if (rc == RC_OK)
        rc = inbox_save(tx, &inbox, 0, b->start);
    if (rc == RC_OK)
        rc = inbox_save(tx, &form, 0, b->start);
    b->inbox_id = inbox.id;
    for (int i = 0; rc == RC_OK && i < AGENTS; i++) {
        struct agent agent = {.email = arena_printf(tx_arena(tx), "agent%d@kept.test", i),
                              .role = ROLE_ADMIN,
                              .name = arena_printf(tx_arena(tx), "Agent %d", i),
                              .lang = "en"};
        rc = agent_create(tx, &agent, 0, b->start);
        b->agents[i] = agent.id;
        if (rc == RC_OK && i == 0)
            rc = agent_set_password(tx, agent.id, secret_password_hash(tx_arena(tx), "a long password"), 0,
                                    b->start);
    }
    return rc;
}

int main(int argc, char **argv) {
    if (argc < 4 || argc > 5) {
        fprintf(stderr, "usage: generate DATA_DIR CONVERSATIONS MESSAGES_EACH [postgresql://…]\n");
        return 64;
    }
    struct arena *a = arena_new(0);
    struct store *store;
    const char *why = "";
    int total = atoi(argv[2]);
    struct batch b = {.each = atoi(argv[3]), .step = 300000};
    b.start = 1773642600000 - (int64_t)total * b.step;
    mkdir(argv[1], 0711);
    if (secret_load(a, argv[1], &why) != RC_OK ||
        store_open(a, argc == 5 ? argv[4] : argv[1], true, &store, &why) != RC_OK)
        die("%s", why);
    clock_hold(b.start);
    if (store_write(store, add_account, &b) != RC_OK)
        die("no account");
    for (int n = 0; n < total; n += BATCH) {
        b.from = n;
        b.to = n + BATCH < total ? n + BATCH : total;
        if (store_write(store, add_batch, &b) != RC_OK)
            die("conversation %d could not be written", n);
    }
    store_close(store);
    arena_free(a);
    printf("%d conversations of %d messages in %s\n", total, b.each, argv[1]);
    return 0;
}
