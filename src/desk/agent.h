/* agent.h: the people who answer: agents, leads, admins; those who only read what customers are told; their teams,
 * sessions, API tokens and sign-ins. */
#ifndef KEPT_DESK_AGENT_H
#define KEPT_DESK_AGENT_H

#include "base/buf.h"
#include "store/store.h"

#include <stdbool.h>

/* Numbers are stored, and more may do more. A reader (shop, sales, social) reads articles and changes that must be
 * read, says what is wrong, and sees neither conversation nor contact. */
enum agent_role { ROLE_READER = -1, ROLE_NONE, ROLE_AGENT, ROLE_LEAD, ROLE_ADMIN };
#define ROLE_WORDS "reader agent lead admin"
const char *agent_role_name(enum agent_role role);  /* "" for none */
enum agent_role agent_role_named(const char *word); /* ROLE_NONE: no such role; NULL is none */

enum {
    PASSWORD_MIN = 10, /* code points; no other rule: length is what helps */
    PASSWORD_MAX = 200,
    SIGN_IN_TRIES = 5, /* wrong ones for one agent, or from one address … */
    SIGN_IN_TRIES_ADDRESS = 20,
    SIGN_IN_WINDOW_MS = 15 * 60000, /* … within this time: then wait */
    SESSION_SEEN_EVERY_MS = 60000,  /* how often "last seen" is written */
};

struct agent {
    int64_t id;
    const char *ref, *email, *name, *lang, *zone, *theme, *self_word, *particle;
    enum agent_role role;
    bool single_keys, has_password, totp_on;
    int64_t disabled_at, created_at; /* disabled_at 0: works here */
    int64_t away_since;              /* 0: here */
    int64_t invite_until;            /* 0: no invitation is open */
    bool may_reveal;                 /* may see what was hidden in messages: desk/privacy.h */
};

/* Can she be given work: is she here, and does she answer? */
bool agent_takes_work(const struct agent *x);

/* RC_NONE when there is none. */
enum rc agent_load(struct view *v, struct arena *a, int64_t id, struct agent *out);
enum rc agent_by_ref(struct view *v, struct arena *a, const char *ref, struct agent *out);
enum rc agent_by_email(struct view *v, struct arena *a, const char *email, struct agent *out);
/* All, by name; disabled ones too when asked. */
enum rc agent_list(struct view *v, struct arena *a, bool disabled_too, struct agent **out, int *n);

/* Fills id and ref. RC_CONFLICT: the address is taken; RC_INVALID: not an address, or no name. */
enum rc agent_create(struct tx *tx, struct agent *agent, int64_t by_agent, int64_t now);
/* Saves name, role, lang, zone, theme, self_word, particle, single_keys and disabled_at. A disabled agent's
 * sessions and tokens end, and so do they when the role falls. RC_CONFLICT when no admin would be left. */
enum rc agent_save(struct tx *tx, const struct agent *agent, int64_t by_agent, int64_t now);
/* Whether she may see what was hidden in messages. An admin may from the start, others when an admin says so; it
 * ends when the role falls. */
enum rc agent_set_reveal(struct tx *tx, int64_t id, bool may, int64_t by_agent);
/* Colleagues see it beside the name; nothing is taken from anybody. */
enum rc agent_set_away(struct tx *tx, int64_t id, bool away, int64_t now);
/* When this agent last did something here; 0: never. */
enum rc agent_last_seen(struct view *v, int64_t id, int64_t *at);
/* NULL, or a sentence's key why this password is refused: "short", "long", "is_email". Pure. */
const char *agent_password_flaw(const char *password, const char *email);
/* `hash` from secret_password_hash, made outside the transaction. Ends the agent's other sessions. */
enum rc agent_set_password(struct tx *tx, int64_t id, const char *hash, int64_t keep_session, int64_t now);

/* ---- invitations: for somebody new, or somebody who forgot the password ---- */

enum {
    INVITE_MS = 7 * 24 * 3600 * 1000,
    RESET_MS = 3600 * 1000,  /* of a forgotten password's link */
    RESET_ASKS = 3,          /* for one agent … */
    RESET_ASKS_ADDRESS = 10, /* or from one address … */
    RESET_WINDOW_MS = 3600 * 1000,
};

/* *token (in the transaction's arena) is for the link; only its hash is kept. The invitation before it stops
 * working. RC_CONFLICT for a disabled agent. */
enum rc invite_create(struct tx *tx, int64_t agent_id, int64_t by_agent, int64_t now, char **token);
/* Also for the link of a forgotten password. RC_NONE: not one of ours, used, replaced, or the agent is disabled.
 * RC_GONE: too old. */
enum rc invite_open(struct view *v, struct arena *a, const char *token, int64_t now, struct agent *out);
/* The open invitation stops working, and its mail is not sent if it still waits. RC_CONFLICT: none was open. */
enum rc invite_withdraw(struct tx *tx, int64_t agent_id, int64_t by_agent, int64_t now);
/* Somebody at `address` says that the password of `email` is forgotten. If that is an agent who has one, a mail
 * with a link below `origin` goes to her; the invitation that she may have stays good. Nothing tells the caller
 * whether: only what came from `address` counts for RC_TOO_MANY, and too many for one agent are RC_OK without a
 * mail. */
enum rc reset_ask(struct tx *tx, const char *email, const char *address, const char *origin, int64_t now);
/* The link of either. Sets the password (`hash` from secret_password_hash), name and language; every session from
 * before ends, and the invitation with it. Else as invite_open. */
enum rc invite_accept(struct tx *tx, const char *token, const char *hash, const char *name, const char *lang,
                      int64_t now, struct agent *out);

/* ---- the second step: TOTP (RFC 6238, SHA-1, 6 digits, 30 s), and spare codes for a lost phone ---- */

enum { TOTP_SEED_SIZE = 20, SPARE_CODES = 10 };

/* A new seed, not yet in force. RC_CONFLICT: the second step is on already. */
enum rc totp_begin(struct tx *tx, int64_t agent_id);
/* The seed, opened, into `seed`; *on: it is in force. RC_NONE: there is none. */
enum rc totp_seed(struct view *v, int64_t agent_id, struct buf *seed, bool *on);
/* The time step whose six digits these are, up to one step before or after `now`; 0: none. Spaces and hyphens do
 * not matter, nor in which script the digits are. Pure. */
int64_t totp_step_of(struct bytes seed, const char *code, int64_t now);
/* The code of that step was given: from now on each sign-in asks. RC_CONFLICT: on already, or no seed. */
enum rc totp_confirm(struct tx *tx, int64_t agent_id, int64_t step);
/* RC_CONFLICT: that step was used already. */
enum rc totp_use(struct tx *tx, int64_t agent_id, int64_t step);
/* Seed and spare codes are forgotten. */
enum rc totp_off(struct tx *tx, int64_t agent_id, int64_t by_agent);

/* Ten new ones (texts in `a`); those before stop working. Only a keyed hash is kept. */
enum rc spare_codes_make(struct tx *tx, int64_t agent_id, struct arena *a, const char *codes[SPARE_CODES]);
enum rc spare_codes_left(struct view *v, int64_t agent_id, int64_t *n);
/* RC_NONE: not one of them, or used. Spaces, dashes and case do not matter. */
enum rc spare_code_use(struct tx *tx, int64_t agent_id, const char *code, int64_t now);

/* ---- sign-in and sessions ---- */

struct agent_secret {
    int64_t id;
    const char *hash; /* NULL: no password yet */
    bool disabled, totp_on;
};
enum rc agent_secret_by_email(struct view *v, struct arena *a, const char *email, struct agent_secret *out);

/* True when too many wrong tries lie in the window; agent_id 0 counts by address only. */
enum rc sign_in_limited(struct view *v, int64_t agent_id, const char *address, int64_t now, bool *limited);
enum rc sign_in_note(struct tx *tx, int64_t agent_id, const char *address, const char *outcome, int64_t now);
/* The log is kept for a year: addresses of people stand in it. Some at a time; *more: others are left. */
enum rc sign_in_tidy(struct tx *tx, int64_t now, bool *more);

struct sign_in {
    int64_t at;
    const char *agent_name, *agent_ref, *address, *outcome;
};
/* Newest first, of those at `until` or before; `skip` of them were shown already. (A sign-in has no public
 * reference that a page could go on from; its time and how many share it do as well.) */
enum rc sign_in_list(struct view *v, struct arena *a, int64_t until, int skip, int max, struct sign_in **out,
                     int *n);

struct session {
    int64_t id, agent_id, created_at, seen_at, expires_at;
    const char *ref, *address, *program; /* of session_list only; program: the browser, as it calls itself */
};
/* *token (arena) goes into the cookie; only its hash is kept. */
enum rc session_create(struct tx *tx, int64_t agent_id, const char *address, const char *program, int64_t now,
                       char **token, int64_t *session_id);
/* RC_NONE when unknown or over. */
enum rc session_by_token(struct view *v, const char *token, int64_t now, struct session *out);
enum rc session_touch(struct tx *tx, int64_t id, int64_t now);
/* Ends this one, and its live connections on every node. */
enum rc session_sign_out(struct tx *tx, int64_t agent_id, int64_t id);
/* Those that still work, the last used first. */
enum rc session_list(struct view *v, struct arena *a, int64_t agent_id, int64_t now, struct session **out, int *n);
/* One of this agent's by its reference (RC_NONE: no such), or with `ref` NULL all but `keep_session`. */
enum rc session_end_of(struct tx *tx, int64_t agent_id, const char *ref, int64_t keep_session, int64_t now);

/* ---- API tokens ---- */

enum { SCOPE_READ = 1, SCOPE_WRITE = 2, SCOPE_PRIVACY = 4 /* exports and erases contacts */ };
struct token {
    int64_t id, agent_id, created_at, used_at;
    unsigned scopes;
    const char *ref, *name, *agent_name;
};
enum rc token_create(struct tx *tx, int64_t agent_id, const char *name, unsigned scopes, int64_t now,
                     char **bearer);
enum rc token_by_bearer(struct view *v, struct arena *a, const char *bearer, struct token *out);
enum rc token_touch(struct tx *tx, int64_t id, int64_t now);
enum rc token_list(struct view *v, struct arena *a, struct token **out, int *n);
enum rc token_revoke(struct tx *tx, const char *ref, int64_t by_agent, int64_t now);

/* ---- teams ---- */

struct team {
    int64_t id;
    const char *ref, *name;
    int members;
};
enum rc team_list(struct view *v, struct arena *a, struct team **out, int *n);
enum rc team_by_ref(struct view *v, struct arena *a, const char *ref, struct team *out);
/* RC_CONFLICT: another team has the name, in whatever capitals; RC_INVALID: no name. */
enum rc team_create(struct tx *tx, const char *name, int64_t by_agent, int64_t now, struct team *out);
enum rc team_rename(struct tx *tx, int64_t id, const char *name);
/* Its conversations and inboxes go on without a team. */
enum rc team_delete(struct tx *tx, int64_t id, int64_t by_agent, int64_t now);
enum rc team_join(struct tx *tx, int64_t team_id, int64_t agent_id);
enum rc team_leave(struct tx *tx, int64_t team_id, int64_t agent_id);
/* How many conversations it has to do. */
enum rc team_open(struct view *v, int64_t team_id, int64_t *n);

struct membership {
    int64_t agent_id, team_id;
    const char *team_name;
};
/* The team's leads who are here; without any, all leads who are; told[i] stands for agents[i]. False: there is
 * none. */
bool team_leads_here(const struct agent *agents, int n, const struct membership *members, int members_n,
                     int64_t team_id, bool *told);
/* All, by the team's name. */
enum rc team_memberships(struct view *v, struct arena *a, struct membership **out, int *n);

#endif
