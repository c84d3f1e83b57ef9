/* command.h: the subcommands of kept, one row each in main.c. */
#ifndef KEPT_COMMAND_H
#define KEPT_COMMAND_H

#include "base/arena.h"
#include "base/conf.h"
#include "store/store.h"

#include <stdbool.h>

/* What a subcommand was called with: options that the row declares, and the rest in order. */
struct call {
    struct arena *arena;
    struct conf conf;
    const char *options[32]; /* by the row's order; NULL: not given; "" for a flag that was */
    const char **words;
    int words_n;
};

/* Opens keys and store for a command that uses the database itself. Prints what is wrong and returns the exit code;
 * 0 when all is well. */
int command_open(struct call *c, bool migrate, struct store **out);
/* Prints "kept: " and the sentence, returns the exit code that stands for `rc`. */
int command_fail(enum rc rc, const char *sentence, ...) __attribute__((format(printf, 2, 3)));
/* The same for a command that is not called as it should be (64), and for a file that cannot be made (73). */
int command_misused(const char *sentence, ...) __attribute__((format(printf, 1, 2)));
int command_cannot_create(const char *sentence, ...) __attribute__((format(printf, 1, 2)));
/* Holds a data directory for this process alone, until it ends. Prints why it cannot and returns the exit code. */
int command_lock(const char *data);
/* Does another process hold it? */
bool command_is_served(const char *data);

int command_init(struct call *c);
int command_serve(struct call *c);
int command_user(struct call *c);
int command_token(struct call *c);
int command_webhook(struct call *c);
int command_inbox(struct call *c);
int command_hours(struct call *c);
int command_contact(struct call *c);
int command_mail_in(struct call *c);
int command_doctor(struct call *c);
int command_backup(struct call *c);
int command_restore(struct call *c);
int command_migrate(struct call *c);
int command_routes(struct call *c);
int command_mask(struct call *c);
int command_check_reply(struct call *c);
int command_import(struct call *c);
int command_search(struct call *c);

/* `kept init --demo`: fills a fresh store with conversations, agents and saved replies. */
enum rc demo_fill(struct store *s, const char **why);

#endif
