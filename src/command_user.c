/* command_user.c: `kept user` and `kept token`: who can sign in, and which programs act for whom. Whoever has the
 * machine is never locked out: a lost password, a lost phone and a last admin who has left are mended here. */
#include "command.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/locale.h"
#include "base/rc.h"
#include "base/say.h"
#include "base/secret.h"
#include "desk/agent.h"
#include "desk/event.h"
#include "desk/leaving.h"

#include <stdio.h>
#include <string.h>

struct adding {
    struct agent agent;
    const char *hash, *bearer_name;
    unsigned scopes;
    int64_t now;
    char *bearer; /* in `out`, which outlives the transaction */
    struct arena *out;
};

/* ---- user ---- */

enum user_option { ROLE, NAME, LANG, SECOND_STEP, FROM_STDIN };

static enum rc add_user(struct tx *tx, void *arg) {
    struct adding *x = arg;
    enum rc rc = agent_create(tx, &x->agent, 0, x->now);
    return rc != RC_OK || !x->hash ? rc : agent_set_password(tx, x->agent.id, x->hash, 0, x->now);
}

static char *first_line(struct arena *a) {
    char line[1024];
    if (!fgets(line, sizeof line, stdin))
        return NULL;
    line[strcspn(line, "\r\n")] = 0;
    return arena_copy(a, line);
}

static char *random_password(struct arena *a) {
    uint8_t random[10];
    secret_random(random, sizeof random);
    return base32(a, (struct bytes){random, sizeof random});
}

/* From standard input, or a new one. NULL: refused, and *code is what the command ends with. */
static char *choose_password(struct call *c, const char *email, int *code) {
    char *password = c->options[FROM_STDIN] ? first_line(c->arena) : random_password(c->arena);
    const char *flaw = password ? agent_password_flaw(password, email) : "missing";
    if (flaw)
        *code =
            command_fail(RC_INVALID, "the password is refused (%s): at least %d characters, and not the address",
                         flaw, PASSWORD_MIN);
    return flaw ? NULL : password;
}

static void print_password(struct call *c, const char *password) {
    if (!c->options[FROM_STDIN])
        printf("Password, shown this once: %s\n", password);
}

static bool lang_known(const char *lang) { return !lang || strcmp(lang, locale_tag(locale_of(lang))) == 0; }

static int user_add(struct call *c, const char *email) {
    struct store *store;
    struct arena *a = c->arena;
    struct adding x = {.now = clock_now()};
    x.agent = (struct agent){
        .email = email,
        .name = c->options[NAME] ? c->options[NAME] : arena_copy_n(a, email, strcspn(email, "@")),
        .role = c->options[ROLE] ? agent_role_named(c->options[ROLE]) : ROLE_AGENT,
        .lang = locale_tag(locale_of(c->options[LANG])),
    };
    int code = 0;
    char *password = choose_password(c, email, &code);
    if (!password || (code = command_open(c, false, &store)))
        return code;
    x.hash = secret_password_hash(a, password);
    enum rc rc = store_write(store, add_user, &x);
    store_close(store);
    if (rc == RC_CONFLICT)
        return command_fail(rc, "%s has an account already; user set, password and enable change it", email);
    if (rc == RC_INVALID)
        return command_fail(rc, "%s is no e-mail address, like name@example.com", email);
    if (rc != RC_OK)
        return command_fail(rc, "%s was not added (%s)", email, rc_name(rc));
    printf("%s can sign in.\n", email);
    print_password(c, password);
    return 0;
}

static int user_list(struct call *c) {
    struct store *store;
    struct agent *agents;
    int n, code = command_open(c, false, &store);
    if (code)
        return code;
    struct view *v = view_open(store);
    enum rc rc = agent_list(v, c->arena, true, &agents, &n);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        const struct agent *x = &agents[i];
        printf("%s\t%s\t%s\t%s\t%s\t%s\n", x->ref, x->email, agent_role_name(x->role), x->name,
               x->disabled_at    ? "disabled"
               : x->has_password ? "can sign in"
                                 : "invited",
               x->totp_on ? "second step" : "-");
    }
    view_close(v);
    store_close(store);
    return rc == RC_OK ? 0 : command_fail(rc, "the users cannot be read (%s)", rc_name(rc));
}

/* Saves what she is from now on; whoever takes no work any more lets go of what she had. */
static enum rc save_user(struct tx *tx, const struct agent *agent, int64_t now) {
    enum rc rc = agent_save(tx, agent, 0, now);
    return rc == RC_OK && !agent_takes_work(agent)
               ? leaving_release(tx, agent->id, (struct actor){ACTOR_SYSTEM}, now)
               : rc;
}

struct changing {
    struct call *c;
    const char *verb, *hash;
};

static enum rc change_user(struct tx *tx, void *arg) {
    const struct changing *x = arg;
    const char *const *options = x->c->options;
    struct agent agent;
    int64_t now = clock_now();
    enum rc rc = agent_by_email(tx_view(tx), tx_arena(tx), x->c->words[1], &agent);
    if (rc != RC_OK)
        return rc;
    if (x->hash) {
        /* A link that was sent before must not undo what the operator does. */
        rc = invite_withdraw(tx, agent.id, 0, now);
        return rc == RC_OK || rc == RC_CONFLICT ? agent_set_password(tx, agent.id, x->hash, 0, now) : rc;
    }
    if (strcmp(x->verb, "disable") == 0)
        agent.disabled_at = agent.disabled_at ? agent.disabled_at : now;
    if (strcmp(x->verb, "enable") == 0)
        agent.disabled_at = 0;
    if (options[ROLE])
        agent.role = agent_role_named(options[ROLE]);
    if (options[NAME])
        agent.name = options[NAME];
    if (options[LANG])
        agent.lang = options[LANG];
    rc = save_user(tx, &agent, now);
    return rc == RC_OK && options[SECOND_STEP] && agent.totp_on ? totp_off(tx, agent.id, 0) : rc;
}

static int user_change(struct call *c, const char *verb, const char *email, const char *done) {
    struct store *store;
    struct changing x = {c, verb, NULL};
    char *password = NULL;
    bool asks = strcmp(verb, "password") == 0;
    int code = 0;
    if (asks && !(password = choose_password(c, email, &code)))
        return code;
    if ((code = command_open(c, false, &store)))
        return code;
    if (asks)
        x.hash = secret_password_hash(c->arena, password);
    enum rc rc = store_write(store, change_user, &x);
    store_close(store);
    if (rc == RC_CONFLICT)
        return command_fail(rc, "%s is the last admin", email);
    if (rc != RC_OK)
        return rc == RC_NONE ? command_fail(rc, "nobody here has the address %s", email)
                             : command_fail(rc, "%s was not changed (%s)", email, rc_name(rc));
    printf("%s %s\n", email, done);
    if (asks)
        print_password(c, password);
    return 0;
}

int command_user(struct call *c) {
    static const struct {
        const char *verb, *done;
    } changes[] = {{"set", "is changed."},
                   {"password", "has a new password; sessions of before have ended."},
                   {"enable", "can sign in again; tokens are made anew."},
                   {"disable", "can no longer sign in; sessions and tokens have ended."}};
    const char *verb = c->words[0], *step = c->options[SECOND_STEP];
    bool list = strcmp(verb, "list") == 0, set = strcmp(verb, "set") == 0;
    if (c->words_n != (list ? 1 : 2))
        return command_misused("user add|set|password|enable|disable EMAIL, or user list");
    if (!set && strcmp(verb, "add") != 0 && (c->options[ROLE] || c->options[NAME] || c->options[LANG]))
        return command_misused("--role, --name and --lang go with user add and user set");
    if (step && (!set || strcmp(step, "off") != 0))
        return command_misused("--second-step off goes with user set; it is switched on by its owner");
    if (set && !c->options[ROLE] && !c->options[NAME] && !c->options[LANG] && !step)
        return command_misused("user set: say what: --role, --name, --lang or --second-step off");
    if (c->options[ROLE] && agent_role_named(c->options[ROLE]) == ROLE_NONE)
        return command_fail(RC_INVALID, "the role is reader, agent, lead or admin, not %s", c->options[ROLE]);
    if (!lang_known(c->options[LANG]))
        return command_fail(RC_INVALID, "the language is en, vi, zh-Hans, zh-Hant or th, not %s", c->options[LANG]);
    if (list)
        return user_list(c);
    if (strcmp(verb, "add") == 0)
        return user_add(c, c->words[1]);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        if (strcmp(changes[i].verb, verb) == 0)
            return user_change(c, verb, c->words[1], changes[i].done);
    return command_misused("user %s is not known; add, list, set, password, enable and disable are", verb);
}

/* ---- token ---- */

static enum rc add_token(struct tx *tx, void *arg) {
    struct adding *x = arg;
    enum rc rc = agent_by_email(tx_view(tx), tx_arena(tx), x->agent.email, &x->agent);
    if (rc == RC_OK)
        rc = token_create(tx, x->agent.id, x->bearer_name, x->scopes, x->now, &x->bearer);
    x->bearer = arena_copy(x->out, x->bearer);
    return rc;
}

static const struct {
    const char *name;
    unsigned scope;
} scope_names[] = {{"read", SCOPE_READ}, {"write", SCOPE_WRITE}, {"privacy", SCOPE_PRIVACY}};
enum { SCOPE_NAMES = sizeof scope_names / sizeof *scope_names };

/* 0: a word is none of them. */
static unsigned scopes_named(const char *words) {
    unsigned scopes = 0;
    for (const char *p = words; *p; p += strcspn(p, ",")) {
        p += *p == ',';
        int k = 0;
        while (k < SCOPE_NAMES && (strncmp(p, scope_names[k].name, strlen(scope_names[k].name)) != 0 ||
                                   strcspn(p, ",") != strlen(scope_names[k].name)))
            k++;
        if (k == SCOPE_NAMES)
            return 0;
        scopes |= scope_names[k].scope;
    }
    return scopes;
}

static const char *scope_words(struct arena *a, unsigned scopes) {
    const char *words = "";
    for (int k = 0; k < SCOPE_NAMES; k++)
        if (scopes & scope_names[k].scope)
            words = arena_printf(a, "%s%s%s", words, *words ? "," : "", scope_names[k].name);
    return words;
}

/* "used 2026-11-23": what nobody uses any more can be revoked. */
static const char *token_used(struct arena *a, int64_t at) {
    struct buf text = {0};
    if (!at)
        return "never used";
    say_iso(&text, at);
    const char *out = arena_printf(a, "used %.10s", text.at);
    buf_free(&text);
    return out;
}

static int token_print(struct call *c) {
    struct store *store;
    struct token *tokens;
    int n, code = command_open(c, false, &store);
    if (code)
        return code;
    struct view *v = view_open(store);
    enum rc rc = token_list(v, c->arena, &tokens, &n);
    for (int i = 0; rc == RC_OK && i < n; i++)
        printf("%s  %s  %s  %s  %s\n", tokens[i].ref, scope_words(c->arena, tokens[i].scopes), tokens[i].agent_name,
               token_used(c->arena, tokens[i].used_at), tokens[i].name);
    view_close(v);
    store_close(store);
    return rc == RC_OK ? 0 : command_fail(rc, "the tokens cannot be read (%s)", rc_name(rc));
}

static enum rc revoke_token(struct tx *tx, void *arg) { return token_revoke(tx, arg, 0, clock_now()); }

static int token_end(struct call *c, char *ref) {
    struct store *store;
    int code = command_open(c, false, &store);
    if (code)
        return code;
    enum rc rc = store_write(store, revoke_token, ref);
    store_close(store);
    if (rc != RC_OK)
        return command_fail(rc, "there is no token %s (kept token list shows them)", ref);
    printf("%s has ended.\n", ref);
    return 0;
}

int command_token(struct call *c) {
    enum { SCOPE, WHAT_FOR };
    struct store *store;
    const char *scope = c->options[SCOPE] ? c->options[SCOPE] : "read,write";
    if (c->words_n == 1 && strcmp(c->words[0], "list") == 0)
        return token_print(c);
    if (c->words_n == 2 && strcmp(c->words[0], "revoke") == 0)
        return token_end(c, arena_copy(c->arena, c->words[1]));
    if (c->words_n != 2)
        return command_misused("token add EMAIL, token list or token revoke REF");
    struct adding x = {.now = clock_now(), .out = c->arena, .agent.email = c->words[1]};
    x.bearer_name = c->options[WHAT_FOR] ? c->options[WHAT_FOR] : "command line";
    x.scopes = scopes_named(scope);
    if (strcmp(c->words[0], "add") != 0)
        return command_misused("token %s is not known; add, list and revoke are", c->words[0]);
    if (!x.scopes)
        return command_fail(RC_INVALID, "the scope is one or several of read, write, privacy, with commas, not %s",
                            scope);
    int code = command_open(c, false, &store);
    if (code)
        return code;
    enum rc rc = store_write(store, add_token, &x);
    store_close(store);
    if (rc != RC_OK)
        return rc == RC_NONE ? command_fail(rc, "nobody here has the address %s", c->words[1])
                             : command_fail(rc, "no token for %s (%s)", c->words[1], rc_name(rc));
    printf("%s\n", x.bearer);
    return 0;
}
