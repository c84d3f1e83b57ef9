/* command_contact.c: `kept contact export|erase`: what the pages of private data do, for scripts and for what is
 * too large for a page. */
#include "command.h"

#include "base/clock.h"
#include "desk/contact.h"
#include "desk/dossier.h"
#include "desk/erase.h"
#include "desk/privacy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WHY, CONFIRM };

static enum rc find(struct view *v, struct arena *a, const char *who, struct contact *out) {
    return strchr(who, '@') ? contact_by_point(v, a, "email", who, out) : contact_by_ref(v, a, who, out);
}

/* ---- export ---- */

static enum rc into_file(void *to, struct bytes piece) {
    return fwrite(piece.at, 1, piece.len, to) == piece.len ? RC_OK : RC_FULL;
}

static enum rc note_export(struct tx *tx, void *arg) {
    return privacy_note(
        tx,
        &(struct privacy_act){
            .kind = PRIVACY_EXPORT, .by = {ACTOR_SYSTEM}, .contact_id = *(int64_t *)arg, .reason = "command"},
        clock_now());
}

/* The log first: what was written out and not noted would be the worse half. */
static int export(struct store *store, struct contact *contact, const char *path) {
    struct zip z;
    FILE *out = fopen(path, "wxe");
    if (!out)
        return command_cannot_create("%s was not written: %s", path, strerror(errno));
    enum rc rc = store_write(store, note_export, &contact->id);
    if (rc == RC_OK) {
        struct view *v = view_open(store);
        zip_begin(&z, into_file, out);
        rc = zip_end(&z, dossier_write(v, contact->id, clock_now(), 0, &z));
        view_close(v);
    }
    if (rc == RC_OK && (fflush(out) != 0 || fsync(fileno(out)) != 0))
        rc = RC_FULL;
    fclose(out);
    if (rc == RC_OK) {
        printf("%s holds everything about %s.\n", path, contact->name);
        return 0;
    }
    unlink(path);
    return command_fail(rc, "nothing was written (%s)", rc_name(rc));
}

/* ---- erase ---- */

struct erasing {
    struct contact *contact;
    const char *why;
};

static enum rc begin(struct tx *tx, void *arg) {
    struct erasing *x = arg;
    return erase_begin(tx, x->contact->id, x->why, (struct actor){ACTOR_SYSTEM}, clock_now());
}

static int tell(struct store *store, const struct contact *contact) {
    struct erase_counts n;
    struct view *v = view_open(store);
    enum rc rc = erase_count(v, contact->id, &n);
    view_close(v);
    if (rc != RC_OK)
        return command_fail(rc, "it cannot be counted (%s)", rc_name(rc));
    printf(
        "%s: %lld addresses and numbers, %lld messages in %lld conversations, %lld files, %lld original mails,\n"
        "%lld promises and %lld drafts would go, for good. Empty frames of the conversations stay, and a line in "
        "the log.\nTo do it: --confirm \"%s\" --why asked|unneeded|mistake\n",
        contact->name, (long long)n.points, (long long)n.messages, (long long)n.conversations, (long long)n.files,
        (long long)n.originals, (long long)n.promises, (long long)n.drafts, contact->name);
    return 0;
}

static int erase(struct call *c, struct store *store, struct contact *contact) {
    struct erasing x = {contact, c->options[WHY]};
    if (!c->options[CONFIRM] && !c->options[WHY])
        return tell(store, contact);
    if (!c->options[CONFIRM] || !erase_confirms(c->arena, contact->name, c->options[CONFIRM]))
        return command_fail(RC_INVALID, "--confirm must be the name, \"%s\"; nothing was erased", contact->name);
    enum rc rc = store_write(store, begin, &x);
    if (rc == RC_OK)
        rc = erase_all(store, contact->id);
    if (rc == RC_INVALID)
        return command_fail(rc, "--why is one of asked, unneeded, mistake; nothing was erased");
    if (rc != RC_OK)
        return command_fail(rc, "not everything is erased yet (%s); the server goes on with it", rc_name(rc));
    printf("%s is erased. Backups hold the data until they are thrown away.\n", contact->ref);
    return 0;
}

int command_contact(struct call *c) {
    struct store *store;
    struct contact contact;
    bool exports = strcmp(c->words[0], "export") == 0;
    if ((!exports && strcmp(c->words[0], "erase") != 0) || c->words_n != (exports ? 3 : 2))
        return command_fail(RC_INVALID, "contact export CUSTOMER FILE, or contact erase CUSTOMER");
    int code = command_open(c, false, &store);
    if (code)
        return code;
    struct view *v = view_open(store);
    enum rc rc = find(v, c->arena, c->words[1], &contact);
    view_close(v);
    if (rc == RC_OK && contact.erased_at)
        code = command_fail(RC_GONE, "%s was erased already", c->words[1]);
    else if (rc != RC_OK)
        code = command_fail(rc, "there is no customer %s", c->words[1]);
    else
        code = exports ? export(store, &contact, c->words[2]) : erase(c, store, &contact);
    store_close(store);
    return code;
}
