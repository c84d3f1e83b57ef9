/* main.c: the command line: one table of subcommands. Usage, --help and the man page come from it. */
#include "command.h"

#include "base/clock.h"
#include "base/launcher.h"
#include "base/log.h"
#include "base/net_guard.h"
#include "base/rc.h"
#include "base/secret.h"
#include "channel/imap.h"
#include "channel/parse.h"
#include "desk/article_reader.h"
#include "desk/event.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <sysexits.h>
#include <unistd.h>

struct option {
    const char *name;  /* "--role" */
    const char *value; /* what to write after it in the usage; NULL: a flag */
    const char *about;
};

struct command {
    const char *name, *words, *about; /* words: what follows, in the usage */
    int (*run)(struct call *c);
    int words_least, words_most;
    struct option options[32]; /* besides those of kept.conf, which every command takes */
};

static const struct command commands[] = {
    {"init",
     "",
     "Makes the data directory, the database and the account.",
     command_init,
     0,
     0,
     {{"--demo", NULL, "fill it with conversations, agents and saved replies to look at"},
      {"--name", "COMPANY", "the company, as customers see it"},
      {"--lang", "LANG", "en, vi, zh-Hans, zh-Hant or th: of notices to customers"},
      {"--zone", "ZONE", "time zone of the business, such as Asia/Ho_Chi_Minh"},
      {"--inbox", "ADDRESS", "the first e-mail inbox"},
      {"--for", "KIND", "hours, tags and saved replies to begin with: shop, travel, software, clinic or bank"}}},
    {"serve",
     "",
     "Serves pages, API and mail until it is told to stop.",
     command_serve,
     0,
     0,
     {{"--ready-fd", "N", "writes a line with the port to this descriptor when ready"},
      {"--test-control", "SOCKET", "for tests: a socket that holds and moves the clock"}}},
    {"user",
     "add|set|password|enable|disable EMAIL, or list",
     "Adds an agent who can sign in, changes one, gives a new password, or disables one: her sessions and tokens "
     "end.",
     command_user,
     1,
     2,
     {{"--role", "ROLE", "with add and set: reader, agent, lead or admin"},
      {"--name", "NAME", "with add and set: as colleagues and customers see it"},
      {"--lang", "LANG", "with add and set: language of the pages: en, vi, zh-Hans, zh-Hant or th"},
      {"--second-step", "off", "with set: she signs in without it, for her phone and spare codes are lost"},
      {"--password-stdin", NULL, "with add and password: read it from the first line of standard input"}}},
    {"token",
     "add EMAIL|list|revoke REF",
     "Makes an API token that acts as this agent and prints it once; lists them; ends one.",
     command_token,
     1,
     2,
     {{"--scope", "SCOPE", "one or several of read, write and privacy, with commas; else read,write"},
      {"--name", "NAME", "what it is for"}}},
    {"webhook",
     "add URL|list|remove REF",
     "Tells a program what happens, by a signed POST; prints its reference and secret; lists them; ends one.",
     command_webhook,
     1,
     2,
     {{"--kinds", "WORDS", "only events whose kind begins with one of them: \"message.received promise.\""}}},
    {"inbox",
     "add|set|list|test [ADDRESS]",
     "Adds an e-mail inbox, changes what is given, lists all, or tries an inbox's servers.",
     command_inbox,
     1,
     2,
     {{"--name", "NAME", "as agents see it"},
      {"--lang", "LANG", "language of its customers, when a mail does not tell"},
      {"--from", "NAME", "the sender's name that customers see"},
      {"--smtp", "HOST:PORT", "the server that takes our mail"},
      {"--smtp-security", "KIND", "tls, starttls, or plain on this machine"},
      {"--smtp-user", "NAME", "to sign in with"},
      {"--smtp-password-stdin", NULL, "read its password from a line of standard input"},
      {"--imap", "HOST:PORT", "the server whose INBOX is read"},
      {"--imap-security", "KIND", "tls, starttls, or plain on this machine"},
      {"--imap-user", "NAME", "to sign in with"},
      {"--imap-password-stdin", NULL, "read its password from a line of standard input, after SMTP's"},
      {"--ca-file", "FILE", "certificates to trust instead of the system's"},
      {"--smtp-auth", "KIND", "password, oauth, or bearer: an access token in place of the password"},
      {"--imap-auth", "KIND", "the same"},
      {"--imap-folder", "NAME", "the folder that is read, in place of INBOX"},
      {"--imap-move-to", "NAME", "where mail goes once it is stored here"},
      {"--token-url", "URL", "with oauth: where access tokens come from"},
      {"--client-id", "ID", "with oauth: as the provider knows us"},
      {"--client-secret-stdin", NULL,
       "read the client's secret from a line of standard input, after the passwords"},
      {"--refresh-token-stdin", NULL, "read the refresh token from a line of standard input, last"},
      {"--scope", "WORDS", "with oauth: for providers that want it"},
      {"--acknowledge", "on|off", "whether a new conversation is confirmed by mail"}}},
    {"hours",
     "show|set|add|remove|import|holidays [WORD…]",
     "Opening hours: set DAY TIMES, add DATE, remove REF, import FILE.ics, holidays COUNTRY YEAR.",
     command_hours,
     1,
     3,
     {{"--team", "TEAM", "the calendar of this team, by name or reference; else the company's"},
      {"--last", "DATE", "with add: the last day, when there are several"},
      {"--name", "NAME", "with add: what the day is called, as customers read it"},
      {"--works", NULL, "with add: a day on which people work though the week says otherwise"},
      {"--hours", "TIMES", "with add: the times of that day, like \"9-12\""}}},
    {"contact",
     "export|erase CUSTOMER [FILE]",
     "A customer, by reference or e-mail address: export CUSTOMER FILE.zip writes everything that is held; erase "
     "CUSTOMER says what would go, and with --confirm and --why takes it out for good.",
     command_contact,
     2,
     3,
     {{"--why", "asked|unneeded|mistake", "with erase: the customer asked; no longer needed; came by mistake"},
      {"--confirm", "NAME", "with erase: the customer's name, as it is shown"}}},
    {"mail-in",
     "",
     "Hands one mail on standard input to the server; exits 0 when it is stored, 75: try later.",
     command_mail_in,
     0,
     0,
     {{"--rcpt", "ADDRESS", "the envelope recipient"}}},
    {"doctor",
     "",
     "Checks the installation and names what is wrong.",
     command_doctor,
     0,
     0,
     {{"--repair", NULL,
       "put right what can be worked out anew: numbers, lists, jobs, search, indexes; never events"}}},
    {"backup",
     "FILE",
     "Writes a complete copy of the database as a new file, while the server runs.",
     command_backup,
     1,
     1,
     {{NULL}}},
    {"restore", "FILE", "Puts a backup in place of the database.", command_restore, 1, 1, {{NULL}}},
    {"import",
     "articles FILE",
     "Brings in articles of other programs: JSON Lines, a folder or ZIP of Markdown or HTML, JSON of Zendesk or "
     "Freshdesk. The same file again brings in what has changed.",
     command_import,
     2,
     2,
     {{"--dry-run", NULL, "only says what would be done, and what looks wrong in the texts"},
      {"--hold", NULL, "articles that look wrong stay drafts"},
      {"--verifier", "EMAIL", "who verifies the new ones"},
      {"--json", NULL, "one JSON object an article on standard output"},
      {"--lang", "LANG", "of articles that do not tell theirs; else the company's"}}},
    {"search",
     "",
     "Answers questions with articles, the best first: JSON Lines in, JSON Lines out.",
     command_search,
     0,
     0,
     {{"--batch", NULL, "{\"id\",\"lang\",\"q\"} a line"}}},
    {"migrate",
     "",
     "Moves everything into another database: SQLite to PostgreSQL, or back. Goes on where it was stopped.",
     command_migrate,
     0,
     0,
     {{"--to", "ADDRESS", "an empty database: postgresql://…, or a data directory for SQLite"}}},
    {"check-reply",
     "",
     "Reads replies for promises and for what should not be said: JSON Lines in, JSON Lines out.",
     command_check_reply,
     0,
     0,
     {{"--batch", NULL, "{\"id\",\"text\",\"lang\",\"now\",\"tz\"} a line"}}},
    {"routes",
     "",
     "Prints every address that the server answers, one JSON object a line.",
     command_routes,
     0,
     0,
     {{NULL}}},
    {"mask",
     "",
     "Masks private numbers: JSON Lines in, JSON Lines out.",
     command_mask,
     0,
     0,
     {{"--batch", NULL, "{\"id\",\"text\"} a line"}, {"--kinds", "LIST", "only these, separated by commas"}}},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

/* Children of the server, re-executed from this program; not for people. */
static const struct {
    const char *name;
    int (*run)(void);
} children[] = {{"parse", parse_child_main}, {"articles", article_child_main}, {"imap", imap_child_main}};

static void complain(const char *sentence, va_list ap) {
    fputs("kept: ", stderr);
    vfprintf(stderr, sentence, ap);
    fputc('\n', stderr);
}

int command_fail(enum rc rc, const char *sentence, ...) {
    va_list ap;
    va_start(ap, sentence);
    complain(sentence, ap);
    va_end(ap);
    return rc_exit(rc);
}

int command_misused(const char *sentence, ...) {
    va_list ap;
    va_start(ap, sentence);
    complain(sentence, ap);
    va_end(ap);
    return EX_USAGE;
}

int command_cannot_create(const char *sentence, ...) {
    va_list ap;
    va_start(ap, sentence);
    complain(sentence, ap);
    va_end(ap);
    return EX_CANTCREAT;
}

int command_open(struct call *c, bool migrate, struct store **out) {
    const char *data = c->conf.values[CONF_DATA], *why = "", *where = c->conf.values[CONF_STORE];
    struct stat st;
    if (stat(data, &st) != 0 || !S_ISDIR(st.st_mode))
        return command_fail(RC_NONE, "%s is not there: kept init --data %s makes it", data, data);
    enum rc rc = secret_load(c->arena, data, &why);
    if (rc == RC_OK)
        rc = store_open(c->arena, *where ? where : data, migrate, out, &why);
    if (rc != RC_OK)
        return command_fail(rc, "%s", why);
    bool fit;
    struct view *v = view_open(*out);
    rc = event_keys_fit(v, &fit);
    view_close(v);
    if (rc == RC_OK && fit)
        return 0;
    store_close(*out);
    return rc != RC_OK
               ? command_fail(rc, "the events cannot be read (%s)", rc_name(rc))
               : command_fail(RC_DENIED,
                              "the keys in %s/secrets are not those of this database: copy that folder from "
                              "where it was made (another node, or the backup)",
                              data);
}

/* The descriptor, which stays open; -1 with errno, which is EWOULDBLOCK when somebody else has it. */
static int lock_folder(const char *data) {
    char path[4096];
    snprintf(path, sizeof path, "%s/lock", data);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

int command_lock(const char *data) {
    if (lock_folder(data) >= 0)
        return 0;
    return errno == EWOULDBLOCK ? command_fail(RC_AWAY, "another kept serves %s", data)
                                : command_fail(RC_AWAY, "%s cannot be written: %s", data, strerror(errno));
}

bool command_is_served(const char *data) {
    int fd = lock_folder(data);
    bool served = fd < 0 && errno == EWOULDBLOCK;
    if (fd >= 0)
        close(fd);
    return served;
}

static void print_usage(FILE *out) {
    fputs("Kept: customer service that keeps its word\n\nusage: kept COMMAND [OPTIONS]\n\n", out);
    for (int i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].about);
    fputs("\nkept COMMAND --help says more.\n", out);
}

static void option_name(char *to, enum conf_key key) {
    strcpy(to, "--");
    strcat(to, conf_name(key));
    for (char *p = to; *p; p++)
        if (*p == '_')
            *p = '-';
}

static void print_help(const struct command *m) {
    printf("usage: kept %s%s%s [OPTIONS]\n\n%s\n\n", m->name, *m->words ? " " : "", m->words, m->about);
    for (const struct option *o = m->options; o->name; o++)
        printf("  %s%s%s\n        %s\n", o->name, o->value ? " " : "", o->value ? o->value : "", o->about);
    printf("\nSettings, also as KEPT_… in the environment and in kept.conf:\n");
    for (int k = 0; k < CONF_KEYS; k++) {
        char name[64];
        option_name(name, (enum conf_key)k);
        printf("  %s VALUE\n        %s\n", name, conf_about((enum conf_key)k));
    }
}

static int usage_error(const struct command *m, const char *what, const char *word) {
    fprintf(stderr, "kept %s: %s %s\nkept %s --help says what it takes.\n", m->name, what, word, m->name);
    return EX_USAGE;
}

/* Options of the command and of kept.conf, as "--name value" or "--name=value". */
static int read_options(const struct command *m, int argc, char **argv, struct call *c,
                        const char *conf[CONF_KEYS]) {
    for (int i = 0; i < argc; i++) {
        char *word = argv[i], *equals = strncmp(word, "--", 2) == 0 ? strchr(word, '=') : NULL;
        const char **into = NULL;
        bool flag = false;
        if (strncmp(word, "--", 2) != 0) {
            c->words[c->words_n++] = word;
            continue;
        }
        if (equals)
            *equals = 0;
        for (int k = 0; m->options[k].name; k++)
            if (strcmp(m->options[k].name, word) == 0) {
                into = &c->options[k];
                flag = !m->options[k].value;
            }
        for (int k = 0; k < CONF_KEYS && !into; k++) {
            char name[64];
            option_name(name, (enum conf_key)k);
            if (strcmp(name, word) == 0)
                into = &conf[k];
        }
        if (!into)
            return usage_error(m, "there is no option", word);
        if (flag && equals)
            return usage_error(m, "no value goes with", word);
        if (!flag && !equals && i + 1 == argc)
            return usage_error(m, "a value must follow", word);
        *into = flag ? "" : equals ? equals + 1 : argv[++i];
    }
    return 0;
}

static int run_command(const struct command *m, int argc, char **argv) {
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            print_help(m);
            return 0;
        }
    struct call c = {.arena = arena_new(0)};
    const char *conf[CONF_KEYS] = {0}, *why = "";
    c.words = ARENA_ARRAY(c.arena, (size_t)argc + 1, const char *);
    int code = read_options(m, argc, argv, &c, conf);
    if (!code && (c.words_n < m->words_least || c.words_n > m->words_most))
        code = usage_error(m, c.words_n < m->words_least ? "something is missing:" : "too much is said:",
                           c.words_n > m->words_most ? c.words[m->words_most] : m->words);
    if (!code) {
        enum rc rc = conf_load(c.arena, conf, &c.conf, &why);
        code = rc == RC_OK ? 0 : command_fail(rc, "%s", why);
    }
    if (!code) {
        static const char *const levels[] = {"debug", "info", "warn", "error"};
        for (int l = 0; l < 4; l++)
            if (strcmp(levels[l], c.conf.values[CONF_LOG]) == 0)
                log_setup("kept", (enum log_level)l);
        struct net_guard guard;
        enum rc rc = net_guard_read(c.arena, c.conf.values[CONF_OPEN_NETWORKS], c.conf.values[CONF_MAIL_SERVERS],
                                    &guard, &why);
        net_guard_set(&guard);
        code = rc == RC_OK ? m->run(&c) : command_fail(rc, "%s", why);
    }
    arena_free(c.arena);
    return code;
}

int main(int argc, char **argv) {
    umask(077);
    bool help =
        argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0);
    if (argc >= 2 && strcmp(argv[1], "--version") == 0) {
        puts("kept " KEPT_VERSION);
        return 0;
    }
    for (int i = 0; help && argc > 2 && i < COMMANDS; i++)
        if (strcmp(commands[i].name, argv[2]) == 0) {
            print_help(&commands[i]);
            return 0;
        }
    if (argc < 2 || (help && argc == 2)) {
        print_usage(argc < 2 ? stderr : stdout);
        return argc < 2 ? EX_USAGE : 0;
    }
    for (size_t i = 0; i < sizeof children / sizeof *children; i++)
        if (strcmp(children[i].name, argv[1]) == 0)
            return children[i].run();
    if (strcmp(argv[1], "launch") == 0)
        return launcher_main(argv + 2);
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, argv[1]) == 0)
            return run_command(&commands[i], argc - 2, argv + 2);
    fprintf(stderr, "kept: there is no command %s\n", help ? argv[2] : argv[1]);
    print_usage(stderr);
    return EX_USAGE;
}
