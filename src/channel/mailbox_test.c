/* mailbox_test.c: tries settings before they are kept (mailbox_test.h). */
#include "channel/mailbox_test.h"

#include "base/clock.h"
#include "channel/imap_link.h"
#include "channel/mail_oauth.h"

#include <stdlib.h>
#include <string.h>

enum { SPARE_MS = 1000 }; /* so that the child's own words come before the deadline */

static void connect_once(struct arena *a, const struct mail_server *s, enum mail_protocol protocol,
                         struct mailbox_answer *out) {
    int64_t until = clock_mono() + MAILBOX_TEST_MS;
    struct imap_start start = {
        .protocol = protocol,
        .only_test = true,
        .poll_ms = MAILBOX_TEST_MS,
        .answer_ms = MAILBOX_TEST_MS / 3 - SPARE_MS,
        .connect_ms = MAILBOX_TEST_MS / 3 * 2 - SPARE_MS,
    };
    struct imap_child_link child;
    struct imap_head head;
    uint8_t *body;
    *out = (struct mailbox_answer){protocol == MAIL_IMAP ? "imap_away" : "smtp_away", ""};
    if (imap_link_open(&start, s, &child) != RC_OK)
        return;
    for (bool waiting = true; waiting && imap_link_hear(&child, -1, until, &head, &body) == IMAP_HEARD;
         free(body)) {
        waiting = head.note == IMAP_NOTE_HELLO || head.note == IMAP_NOTE_PULSE;
        if (head.note == IMAP_NOTE_READY)
            out->code = "";
        else if (head.note == IMAP_NOTE_TROUBLE)
            imap_link_trouble(a, &head, body, &out->code, &out->words);
    }
    imap_link_close(&child);
}

void mailbox_test(struct store *store, struct arena *a, const struct mail_server *settings,
                  enum mail_protocol protocol, struct mailbox_answer *out) {
    const char *refused = NULL, *prefix = protocol == MAIL_IMAP ? "imap_" : "smtp_";
    if (mail_server_flaw(settings)) {
        *out = (struct mailbox_answer){arena_printf(a, "%ssettings", prefix), ""};
        return;
    }
    for (;;) { /* an access token that is at hand may be over: then once more, with a new one */
        struct mail_server server = *settings;
        struct mailbox_answer why;
        if (mail_oauth_sign_in(store, a, &server, refused, &why) != RC_OK) {
            *out = (struct mailbox_answer){arena_printf(a, "%s%s", prefix, why.code), why.words};
            return;
        }
        connect_once(a, &server, protocol, out);
        bool was_refused = strlen(out->code) > 5 && strcmp(out->code + 5, "sign_in") == 0;
        if (!was_refused || settings->auth != MAIL_OAUTH || refused)
            return;
        refused = server.password;
    }
}
