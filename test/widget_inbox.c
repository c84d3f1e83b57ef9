/* For the widget's tests: makes an inbox of kind chat, as the admin page does, and lets the mail inbox send by a
 * server on this machine's PORT (0: leaves it alone). widget_inbox DATA STORE PORT SITE…   →
 * {"ref":"inb_…","secret":"…"} */
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "desk/mailbox.h"
#include "desk/site.h"

#include <stdio.h>
#include <stdlib.h>

struct making {
    struct inbox chat;
    int smtp_port;
};

static enum rc make(struct tx *tx, void *arg) {
    struct making *x = arg;
    struct inbox mail;
    enum rc rc = inbox_save(tx, &x->chat, 0, clock_now());
    if (rc != RC_OK || !x->smtp_port)
        return rc;
    rc = inbox_of_kind(tx_view(tx), tx_arena(tx), "email", &mail);
    if (rc != RC_OK)
        return rc;
    struct mail_server server = {
        .host = "127.0.0.1", .port = x->smtp_port, .security = MAIL_PLAIN, .user = "", .password = ""};
    mail.smtp = mail_server_seal(tx_arena(tx), &server);
    return inbox_save(tx, &mail, 0, clock_now());
}

int main(int argc, char **argv) {
    struct arena *a = arena_new(0);
    struct store *s;
    struct buf sites = {0};
    const char *why = "";
    if (argc < 4 || secret_load(a, argv[1], &why) != RC_OK ||
        store_open(a, *argv[2] ? argv[2] : argv[1], false, &s, &why) != RC_OK)
        die("%s", why);
    for (int i = 4; i < argc; i++)
        buf_printf(&sites, "%s\n", argv[i]);
    if (site_list_flaw(a, sites.at ? sites.at : ""))
        die("no origin: %s", site_list_flaw(a, sites.at));
    struct making x = {.smtp_port = atoi(argv[3])};
    x.chat = (struct inbox){.name = "Shop chat", .kind = "chat", .enabled = true, .lang = "", .sites = sites.at};
    char *secret = site_secret_new(a, &x.chat.site_secret);
    if (store_write(s, make, &x) != RC_OK)
        die("the inbox was not made");
    printf("{\"ref\":\"%s\",\"secret\":\"%s\"}\n", x.chat.ref, secret);
    store_close(s);
    buf_free(&sites);
    arena_free(a);
    return 0;
}
