#include "channel/mail_token.h"

#include "base/secret.h"
#include "desk/conversation.h"

#include <ctype.h>
#include <string.h>

static char *lower(struct arena *a, const char *s) {
    char *out = arena_copy(a, s);
    for (char *p = out; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return out;
}

static char *upper(struct arena *a, const char *s) {
    char *out = arena_copy(a, s);
    for (char *p = out; *p; p++)
        *p = (char)toupper((unsigned char)*p);
    return out;
}

/* Addresses and subjects lose their capitals on the way, so tags are made of, and compared in, small letters. */
static char *tag_of(struct arena *a, const char *label, const char *small) {
    return secret_tag(a, SECRET_ADDRESS, label, small, MAIL_TAG_CHARS);
}

static const char *bare(const char *message_ref) {
    return strncmp(message_ref, "msg_", 4) ? message_ref : message_ref + 4;
}

static char *plus(struct arena *a, const char *address, const char *part) {
    const char *at = strrchr(address, '@');
    return arena_printf(a, "%.*s+%s%s", (int)(at - address), address, part, at);
}

char *mail_reply_address(struct arena *a, const char *inbox_address, const char *short_ref) {
    char *small = lower(a, short_ref);
    return plus(a, inbox_address, arena_printf(a, "%s.%s", small, tag_of(a, "reply", small)));
}

char *mail_bounce_address(struct arena *a, const char *inbox_address, const char *message_ref) {
    const char *small = bare(message_ref);
    return plus(a, inbox_address, arena_printf(a, "b-%s.%s", small, tag_of(a, "bounce", small)));
}

char *mail_subject_token(struct arena *a, const char *short_ref) {
    return arena_printf(a, "[#%s-%s]", short_ref, conversation_mail_tag(a, short_ref));
}

char *mail_message_id(struct arena *a, const char *inbox_address, const char *message_ref) {
    const char *small = bare(message_ref);
    return arena_printf(a, "%s.%s@%s", small, tag_of(a, "id", small), strrchr(inbox_address, '@') + 1);
}

char *mail_loop_mark(struct arena *a) { return tag_of(a, "loop", "kept"); }

struct mail_target mail_target(struct arena *a, const char *address) {
    char *folded = lower(a, address), *at = strrchr(folded, '@');
    struct mail_target t = {.base = folded};
    char *plus_sign = at ? memchr(folded, '+', (size_t)(at - folded)) : NULL;
    if (!plus_sign)
        return t;
    t.base = arena_printf(a, "%.*s%s", (int)(plus_sign - folded), folded, at);
    char *part = arena_copy_n(a, plus_sign + 1, (size_t)(at - plus_sign - 1)), *dot = strrchr(part, '.');
    if (!dot)
        return t;
    *dot = 0;
    if (strncmp(part, "b-", 2) == 0) {
        if (secret_equal(dot + 1, tag_of(a, "bounce", part + 2)))
            t.bounced_ref = arena_printf(a, "msg_%s", part + 2);
    } else if (secret_equal(dot + 1, tag_of(a, "reply", part))) {
        t.short_ref = upper(a, part);
    }
    return t;
}

char *mail_subject_ref(struct arena *a, const char *subject) {
    for (const char *p = subject; (p = strstr(p, "[#")); p += 2) {
        size_t n = strcspn(p + 2, "-] ");
        if (p[2 + n] != '-' || n > 16)
            continue;
        const char *tag = p + 3 + n;
        size_t tag_n = strcspn(tag, "] ");
        if (tag[tag_n] != ']' || tag_n != MAIL_TAG_CHARS)
            continue;
        char *small = lower(a, arena_copy_n(a, p + 2, n));
        if (secret_equal(lower(a, arena_copy_n(a, tag, tag_n)), conversation_mail_tag(a, small)))
            return upper(a, small);
    }
    return NULL;
}
