#include "channel/auto_mail.h"

#include "base/utf8.h"

#include <string.h>
#include <strings.h>

static const char *const kind_names[MAIL_AUTO_KINDS] = {"person", "auto_reply", "list",
                                                        "bounce", "feedback",   "loop"};
const char *mail_auto_name(enum mail_auto_kind kind) { return kind_names[kind]; }

static bool begins(const char *s, const char *with) { return !strncasecmp(s, with, strlen(with)); }

/* How answering machines begin their subject. A colon must follow: "自动回复功能怎么设置?" is a question, and
 * "Re: Automatic reply: …" is a person who answers the machine. */
static const char *const reply_subjects[] = {
    "Automatic reply",
    "Auto reply",
    "Autoreply",
    "Auto-reply",
    "Auto response",
    "Out of office",
    "Out of the office",
    "Out of office reply",
    "Out of office autoreply",
    "Autoreply message",
    "Auto",
    "OOO",
    "Trả lời tự động",
    "Thư trả lời tự động",
    "Tự động trả lời",
    "Phản hồi tự động",
    "Vắng mặt",
    "自动回复",
    "自動回覆",
    "自動回復",
    "自动答复",
    "自動回應",
    "外出自动回复",
    "不在办公室",
    "休假自动回复",
    "系统自动回复",
    "ตอบกลับอัตโนมัติ",
    "การตอบกลับอัตโนมัติ",
    "ตอบอัตโนมัติ",
    "ข้อความตอบกลับอัตโนมัติ",
    "ไม่อยู่ที่สำนักงาน",
};

bool auto_reply_subject(const char *subject) {
    for (size_t i = 0; i < sizeof reply_subjects / sizeof *reply_subjects; i++) {
        if (!begins(subject, reply_subjects[i]))
            continue;
        const char *after = subject + strlen(reply_subjects[i]);
        while (*after == ' ')
            after++;
        bool long_enough = strlen(reply_subjects[i]) > 4; /* "Auto" and "OOO" alone say too little */
        if (*after == ':' || !strncmp(after, "：", 3) || (!*after && long_enough))
            return true;
    }
    return false;
}

/* One row a header: when it is there and its value begins with `value` (NULL: any), the mail is of that kind.
 * The first row that fits decides. */
static const struct rule {
    const char *header, *value;
    enum mail_auto_kind kind;
} rules[] = {
    {"X-Autoreply", NULL, MAIL_AUTO_REPLY},
    {"X-Auto-Reply", NULL, MAIL_AUTO_REPLY},
    {"X-Autorespond", NULL, MAIL_AUTO_REPLY},
    {"X-Autoresponder", NULL, MAIL_AUTO_REPLY},
    {"X-AutoReply-From", NULL, MAIL_AUTO_REPLY},
    {"X-Mail-Autoreply", NULL, MAIL_AUTO_REPLY},
    {"X-QQ-Autoreply", NULL, MAIL_AUTO_REPLY},
    {"X-FC-MachineGenerated", "true", MAIL_AUTO_REPLY},
    {"Delivered-To", "Autoresponder", MAIL_AUTO_REPLY},
    {"Preference", "auto_reply", MAIL_AUTO_REPLY},
    {"Precedence", "auto_reply", MAIL_AUTO_REPLY},
    {"Precedence", "auto-reply", MAIL_AUTO_REPLY},
    {"Auto-Submitted", "auto-replied", MAIL_AUTO_REPLY},
    {"List-Id", NULL, MAIL_LIST},
    {"List-Post", NULL, MAIL_LIST},
    {"List-Unsubscribe", NULL, MAIL_LIST},
    {"List-Help", NULL, MAIL_LIST},
    {"List-Subscribe", NULL, MAIL_LIST},
    {"List-Owner", NULL, MAIL_LIST},
    {"List-Archive", NULL, MAIL_LIST},
    {"Mailing-List", NULL, MAIL_LIST},
    {"Precedence", "bulk", MAIL_LIST},
    {"Precedence", "list", MAIL_LIST},
    {"Precedence", "junk", MAIL_LIST},
};

static const struct mail_header *find(const struct mail_header *h, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (!strcasecmp(h[i].name, name))
            return &h[i];
    return NULL;
}

static struct mail_auto because(struct arena *a, enum mail_auto_kind kind, const struct mail_header *h) {
    int n = (int)utf8_fit(h->value, strlen(h->value), 120);
    return (struct mail_auto){kind, true, arena_printf(a, "%s: %.*s", h->name, n, h->value)};
}

/* Local parts behind which nobody reads. */
static bool is_machine_address(const char *from) {
    static const char *const whole[] = {"mailer-daemon", "postmaster", "mail-daemon",  "mailerdaemon", "no-reply",
                                        "noreply",       "no_reply",   "do-not-reply", "donotreply",   "bounce",
                                        "bounces",       "daemon",     "listserv",     "majordomo"};
    const char *open = strrchr(from, '<'), *start = open ? open + 1 : from, *at = strchr(start, '@');
    if (!open)
        while (*start == ' ')
            start++;
    size_t len = at ? (size_t)(at - start) : strcspn(start, "> ");
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        size_t n = strlen(whole[i]);
        if (len >= n && !strncasecmp(start, whole[i], n) && (len == n || start[n] == '+' || start[n] == '-'))
            return true;
    }
    return (len > 6 && !strncasecmp(start, "owner-", 6)) ||
           (len > 8 && !strncasecmp(start + len - 8, "-request", 8));
}

static struct mail_auto loop_or_person(struct arena *a, const struct mail_header *h, size_t n,
                                       const char *own_loop) {
    size_t hops = 0;
    for (size_t i = 0; i < n; i++) {
        hops += !strcasecmp(h[i].name, "Received");
        if (own_loop && !strcasecmp(h[i].name, MAIL_LOOP_HEADER) && !strcmp(h[i].value, own_loop))
            return because(a, MAIL_LOOP, &h[i]);
    }
    if (hops > MAIL_HOPS_MAX)
        return (struct mail_auto){MAIL_LOOP, true, arena_printf(a, "Received: %zu times", hops)};
    return (struct mail_auto){MAIL_PERSON, false, ""};
}

/* An empty Return-Path alone does not tell a bounce from an out-of-office reply; dsn_read decides that later. */
static bool is_empty_path(const struct mail_header *path) {
    return path && (!*path->value || !strcmp(path->value, "<>") || !strcmp(path->value, "< >"));
}

struct mail_auto mail_auto_kind(struct arena *a, const struct mail_header *h, size_t n, const char *own_loop) {
    struct mail_auto v = loop_or_person(a, h, n, own_loop);
    if (v.kind == MAIL_LOOP)
        return v;
    const struct mail_header *type = find(h, n, "Content-Type"), *found;
    if (type && begins(type->value, "multipart/report")) {
        bool feedback = strcasestr(type->value, "feedback-report"),
             receipt = strcasestr(type->value, "disposition-notification");
        return because(a, feedback ? MAIL_FEEDBACK : receipt ? MAIL_AUTO_REPLY : MAIL_BOUNCE, type);
    }
    if ((found = find(h, n, "X-Failed-Recipients")))
        return because(a, MAIL_BOUNCE, found);
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        for (size_t k = 0; k < n; k++)
            if (!strcasecmp(h[k].name, rules[i].header) && (!rules[i].value || begins(h[k].value, rules[i].value)))
                return because(a, rules[i].kind, &h[k]);
    if ((found = find(h, n, "Subject")) && auto_reply_subject(found->value))
        return because(a, MAIL_AUTO_REPLY, found);
    /* From here on it may well be a person or a shop's notice that somebody has to read: only the answer is off. */
    if ((found = find(h, n, "Auto-Submitted")) && !begins(found->value, "no"))
        return because(a, MAIL_PERSON, found);
    if ((found = find(h, n, "X-Auto-Response-Suppress")) && !begins(found->value, "none"))
        return because(a, MAIL_PERSON, found);
    if (((found = find(h, n, "X-Spam-Flag")) || (found = find(h, n, "X-Spam-Status"))) &&
        begins(found->value, "yes"))
        return because(a, MAIL_PERSON, found);
    if (is_empty_path(found = find(h, n, "Return-Path")))
        return (struct mail_auto){MAIL_PERSON, true, "Return-Path: <>"};
    if ((found = find(h, n, "From")) && is_machine_address(found->value))
        return because(a, MAIL_PERSON, found);
    return v;
}
