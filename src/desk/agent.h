/* agent.h: the people who answer: agents, leads, admins; their teams, sessions, API tokens and sign-ins. */
#ifndef KEPT_DESK_AGENT_H
#define KEPT_DESK_AGENT_H

#include "store/store.h"

#include <stdbool.h>

enum agent_role { ROLE_NONE, ROLE_AGENT, ROLE_LEAD, ROLE_ADMIN };

enum {
    PASSWORD_MIN = 10,               /* code points; no other rule: length is what helps */
    PASSWORD_MAX = 200,
    SIGN_IN_TRIES = 5,               /* wrong ones for one agent, or from one address … */
    SIGN_IN_TRIES_ADDRESS = 20,
    SIGN_IN_WINDOW_MS = 15 * 60000,  /* … within this time: then wait */
    SESSION_SEEN_EVERY_MS = 60000,   /* how often "last seen" is written */
};

struct agent {
    int64_t id;
    const char *ref, *email, *name, *lang, *zone, *theme, *self_word, *particle;
    enum agent_role role;
    bool single_keys, has_password, totp_on;
    int64_t disabled_at, created_at; /* disabled_at 0: works here */
};

/* RC_NONE when there is none. */
enum rc agent_load(struct view *v, struct arena *a, int64_t id, struct agent *out);
enum rc agent_by_ref(struct view *v, struct arena *a, const char *ref, struct agent *out);
enum rc agent_by_email(struct view *v, struct arena *a, const char *email, struct agent *out);
/* All, by name; disabled ones too when asked. */
enum rc agent_list(struct view *v, struct arena *a, bool disabled_too, struct agent **out, int *n);

/* Fills id and ref. RC_CONFLICT: the address is taken; RC_INVALID: not an address, or no name. */
enum rc agent_create(struct tx *tx, struct agent *agent, int64_t by_agent, int64_t now);
/* Saves name, role, lang, zone, theme, self_word, particle, single_keys and disabled_at. A disabled agent's sessions and
 * tokens end, and so do they when the role falls. RC_CONFLICT when no admin would be left. */
enum rc agent_save(struct tx *tx, const struct agent *agent, int64_t by_agent, int64_t now);
/* NULL, or a sentence's key why this password is refused: "short", "long", "is_email". Pure. */
const char *agent_password_flaw(const char *password, const char *email);
/* `hash` from secret_password_hash, made outside the transaction. Ends the agent's other sessions. */
enum rc agent_set_password(struct tx *tx, int64_t id, const char *hash, int64_t keep_session, int64_t now);

/* TOTP (RFC 6238, SHA-1, 6 digits, 30 s): the sealed seed, and the last accepted step. */
enum rc agent_totp_load(struct view *v, struct arena *a, int64_t id, struct bytes *sealed, int64_t *last_step);
enum rc agent_totp_save(struct tx *tx, int64_t id, struct bytes sealed, bool on);
enum rc agent_totp_step(struct tx *tx, int64_t id, int64_t step); /* RC_CONFLICT: that step was used already */

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

struct sign_in {
    int64_t at;
    const char *agent_name, *agent_ref, *address, *outcome;
};
enum rc sign_in_list(struct view *v, struct arena *a, int64_t before_id, int max, struct sign_in **out, int *n);

struct session {
    int64_t id, agent_id, created_at, seen_at, expires_at;
};
/* *token (arena) goes into the cookie; only its hash is kept. */
enum rc session_create(struct tx *tx, int64_t agent_id, const char *address, const char *program, int64_t now,
                       char **token, int64_t *session_id);
/* RC_NONE when unknown or over. */
enum rc session_by_token(struct view *v, const char *token, int64_t now, struct session *out);
enum rc session_touch(struct tx *tx, int64_t id, int64_t now);
enum rc session_end(struct tx *tx, int64_t id);

/* ---- API tokens ---- */

enum { SCOPE_READ = 1, SCOPE_WRITE = 2 };
struct token {
    int64_t id, agent_id, created_at, used_at;
    unsigned scopes;
    const char *ref, *name, *agent_name;
};
enum rc token_create(struct tx *tx, int64_t agent_id, const char *name, unsigned scopes, int64_t now, char **bearer);
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
enum rc team_create(struct tx *tx, const char *name, int64_t by_agent, int64_t now, struct team *out);
enum rc team_rename(struct tx *tx, int64_t id, const char *name);
enum rc team_join(struct tx *tx, int64_t team_id, int64_t agent_id);
enum rc team_leave(struct tx *tx, int64_t team_id, int64_t agent_id);
enum rc team_has(struct view *v, int64_t team_id, int64_t agent_id, bool *has);

#endif
