#include "channel/dsn.h"

#include "base/utf8.h"
#include "channel/header.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct dsn dsn_none(void) {
    return (struct dsn){false, "", "", "", "", "", ""};
}

enum { LINE_MAX_KEPT = 500 }; /* bytes of a diagnostic */

static const char *line_end(const char *s) { return s + strcspn(s, "\n"); }
static const char *next_line(const char *end) { return *end ? end + 1 : end; }

/* One line, spaces squeezed, at most LINE_MAX_KEPT bytes. */
static const char *one_line(struct arena *a, const char *s, size_t n) {
    char *out = arena_alloc(a, n + 1), *to = out;
    for (size_t i = 0; i < n; i++) {
        char c = isspace((unsigned char)s[i]) ? ' ' : s[i];
        if (c != ' ' || (to > out && to[-1] != ' '))
            *to++ = c;
    }
    while (to > out && to[-1] == ' ')
        to--;
    out[utf8_fit(out, (size_t)(to - out), LINE_MAX_KEPT)] = 0;
    return out;
}

/* "5.1.1" at s, not within a longer number: 192.168.5.1.1 is an address. Returns its length or 0. */
static size_t status_at(const char *text, const char *s) {
    if ((s[0] != '5' && s[0] != '4' && s[0] != '2') || s[1] != '.' || !isdigit((unsigned char)s[2]))
        return 0;
    if (s > text && (isalnum((unsigned char)s[-1]) || s[-1] == '.'))
        return 0;
    size_t i = 2, digits = 0;
    for (; isdigit((unsigned char)s[i]); i++)
        digits++;
    if (digits > 3 || s[i] != '.' || !isdigit((unsigned char)s[i + 1]))
        return 0;
    for (i++, digits = 0; isdigit((unsigned char)s[i]); i++)
        digits++;
    return digits > 3 || (s[i] == '.' && isdigit((unsigned char)s[i + 1])) ? 0 : i;
}

static const char *find_status(struct arena *a, const char *text) {
    for (const char *s = text; (s = strpbrk(s, "542")); s++) {
        size_t n = status_at(text, s);
        if (n)
            return arena_copy_n(a, s, n);
    }
    return "";
}

/* An SMTP answer without an enhanced code: "550 User unknown" counts as 5.0.0, "421 …" as 4.0.0. */
static const char *status_of_answer(const char *text) {
    for (const char *s = text; (s = strpbrk(s, "54")); s++) {
        bool alone = s == text || !isalnum((unsigned char)s[-1]);
        if (alone && s[1] >= '0' && s[1] <= '7' && isdigit((unsigned char)s[2]) && (s[3] == ' ' || s[3] == '-') &&
            (s == text || s[-1] != '.'))
            return *s == '5' ? "5.0.0" : "4.0.0";
    }
    return "";
}

static bool is_addr_char(char c) { return (unsigned char)c > 0x20 && !strchr("@<>()[]\",;:\\\x7f", c); }

/* The first address in [s, end). Full-width brackets and quotes end one too: QQ writes （a@qq.com）. */
static const char *find_address(struct arena *a, const char *s, const char *end) {
    for (const char *at = s; at < end && (at = memchr(at, '@', (size_t)(end - at))); at++) {
        const char *from = at, *to = at + 1;
        while (from > s && is_addr_char(from[-1]) && (unsigned char)from[-1] < 0x80)
            from--;
        while (to < end && (isalnum((unsigned char)*to) || *to == '-' || *to == '.'))
            to++;
        while (to > at && (to[-1] == '.' || to[-1] == '-'))
            to--;
        while (from < at && (*from == '\'' || *from == '.'))
            from++;
        if (from < at && memchr(at, '.', (size_t)(to - at)))
            return arena_copy_n(a, from, (size_t)(to - from));
    }
    return "";
}

/* --- message/delivery-status ------------------------------------------------------------------------- */

/* The value behind "rfc822;" or "smtp;". */
static const char *behind_type(const char *v) {
    const char *semi = strchr(v, ';');
    for (v = semi && semi - v < 20 ? semi + 1 : v; *v == ' ';)
        v++;
    return v;
}

static const char *plain_address(struct arena *a, const char *v) {
    v = behind_type(v);
    const char *found = find_address(a, v, v + strlen(v));
    return *found ? found : v;
}

static const char *lower(struct arena *a, const char *s) {
    char *out = arena_copy(a, s);
    for (char *c = out; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return out;
}

/* One field of a group; later groups start afresh, so the caller compares them. */
static void read_field(struct arena *a, struct dsn *d, const char *name, const char *value) {
    if (!strcasecmp(name, "Action"))
        d->action = arena_copy_n(a, lower(a, value), strcspn(value, " ("));
    else if (!strcasecmp(name, "Status")) {
        const char *found = find_status(a, value);
        d->status = *found ? found : d->status;
    } else if (!strcasecmp(name, "Final-Recipient"))
        d->final_recipient = plain_address(a, value);
    else if (!strcasecmp(name, "Original-Recipient") && !*d->final_recipient)
        d->final_recipient = plain_address(a, value);
    else if (!strcasecmp(name, "Diagnostic-Code"))
        d->diagnostic = one_line(a, behind_type(value), strlen(behind_type(value)));
}

static bool is_better(const struct dsn *now, const struct dsn *best) {
    if (!*now->action && !*now->status)
        return false;
    return !best->is_dsn || (!strcmp(now->action, "failed") && strcmp(best->action, "failed"));
}

struct dsn dsn_from_status(struct arena *a, const char *part) {
    struct dsn best = dsn_none(), group = dsn_none();
    for (const char *s = part; *s;) {
        const char *end = line_end(s);
        while (*end && (end[1] == ' ' || end[1] == '\t') && end[1 + strspn(end + 1, " \t")] != '\n') /* folded */
            end = line_end(end + 1);
        size_t blank = strspn(s, " \t");
        const char *colon = memchr(s, ':', (size_t)(end - s));
        if (s + blank >= end) { /* an empty line ends a group */
            if (is_better(&group, &best))
                best = group, best.is_dsn = true;
            group = dsn_none();
        } else if (colon) {
            const char *name = one_line(a, s, (size_t)(colon - s));
            read_field(a, &group, name,
                       header_text(a, arena_copy_n(a, colon + 1, (size_t)(end - colon - 1)), NULL));
        }
        s = next_line(end);
    }
    if (is_better(&group, &best))
        best = group, best.is_dsn = true;
    best.rule = best.is_dsn ? "delivery-status" : "";
    if (!*best.status && *best.diagnostic)
        best.status = find_status(a, best.diagnostic);
    return best;
}

/* --- sentences ---------------------------------------------------------------------------------------- */

/* `sign` must stand in the text (or the subject); the address and the diagnostic are looked for behind
 * `from_here` when that is found too. Special programs first, general phrases last. */
static const struct text_rule {
    const char *rule, *sign, *from_here, *action;
} text_rules[] = {
    {"qmail", "This is the qmail-send program", "gave up", "failed"},
    {"qmail", "I'm afraid I wasn't able to deliver your message", NULL, "failed"},
    {"Postfix", "delivery temporarily suspended", NULL, "delayed"},
    {"Postfix", "THIS IS A WARNING ONLY", NULL, "delayed"},
    {"Postfix", "This is the mail system at host", "<mail system>", "failed"},
    {"Postfix", "This is the Postfix program at host", "The Postfix program", "failed"},
    {"Exim", "has been delayed for more than", NULL, "delayed"},
    {"Exim", "Message delivery has been delayed", NULL, "delayed"},
    {"Exim", "This message was created automatically by mail delivery software", "The following address", "failed"},
    {"sendmail", "WARNING MESSAGE ONLY", NULL, "delayed"},
    {"sendmail", "had permanent fatal errors", "had permanent fatal errors", "failed"},
    {"sendmail", "Transcript of session follows", NULL, "failed"},
    {"Exchange", "Diagnostic information for administrators", NULL, "failed"},
    {"Exchange", "Your message wasn't delivered to", NULL, "failed"},
    {"Exchange", "Your message couldn't be delivered", NULL, "failed"},
    {"Exchange", "did not reach some or all of the intended recipients", "The following recipient", "failed"},
    {"Exchange", "Delivery has failed to these recipients", "Delivery has failed", "failed"},
    {"Exchange", "Không thể gửi tới những người nhận", NULL, "failed"},
    {"Exchange", "未能传递到这些收件人", NULL, "failed"},
    {"Exchange", "邮件无法传递到以下收件人", NULL, "failed"},
    {"Exchange", "การส่งไปยังผู้รับหรือกลุ่มเหล่านี้ล้มเหลว", NULL, "failed"},
    {"Gmail", "Delivery to the following recipient has been delayed", NULL, "delayed"},
    {"Gmail", "Delivery to the following recipient failed permanently", NULL, "failed"},
    {"Gmail", "Message not delivered", NULL, "failed"},
    {"Gmail", "Address not found", NULL, "failed"},
    {"Gmail", "Không tìm thấy địa chỉ", NULL, "failed"},
    {"Gmail", "找不到地址", NULL, "failed"},
    {"Gmail", "ไม่พบที่อยู่", NULL, "failed"},
    {"Yahoo", "Sorry, we were unable to deliver your message to the following address", NULL, "failed"},
    {"QQ", "抱歉，您的邮件被退回来了", NULL, "failed"},
    {"QQ", "您的邮件被退回", NULL, "failed"},
    {"QQ", "邮件无法送达", NULL, "failed"},
    {"163", "您的邮件发送失败", NULL, "failed"},
    {"163", "邮件投递失败", NULL, "failed"},
    {"163", "无法投递", NULL, "failed"},
    {"163", "退信原因", NULL, "failed"},
    {"163", "系統退信", NULL, "failed"},
    {"163", "系统退信", NULL, "failed"},
    {"Domino", "was not delivered to:", "was not delivered to:", "failed"},
    {"general", "could not be delivered", NULL, "failed"},
    {"general", "Undelivered Mail Returned to Sender", NULL, "failed"},
    {"general", "Undeliverable:", NULL, "failed"},
    {"general", "Undeliverable Mail", NULL, "failed"},
    {"general", "Delivery Status Notification (Failure)", NULL, "failed"},
    {"general", "Delivery Status Notification (Delay)", NULL, "delayed"},
    {"general", "Mail delivery failed", NULL, "failed"},
    {"general", "Delivery failure", NULL, "failed"},
    {"general", "failure notice", NULL, "failed"},
    {"general", "Returned mail", NULL, "failed"},
    {"general", "Không gửi được thư", NULL, "failed"},
    {"general", "Không thể gửi được thư", NULL, "failed"},
    {"general", "ส่งอีเมลไม่สำเร็จ", NULL, "failed"},
    {"general", "ไม่สามารถส่งอีเมล", NULL, "failed"},
    {"general", "ไม่สามารถนำส่ง", NULL, "failed"},
};

/* Behind these lines stands the mail that was sent, whose addresses and numbers are not the report's. */
static const char *const copy_marks[] = {
    "\n--- Below this line is a copy of the message",
    "\n------ This is a copy of",
    "\n----- Original message -----",
    "\n   ----- Original message follows",
    "\n----- Unsent message follows",
    "\nOriginal message headers:",
    "\n--- Original message follows",
    "\n--- The message headers",
    "\n------ This is a copy of the message",
    "\nReceived: ",
};

static size_t report_length(const char *text) {
    size_t n = strlen(text);
    for (size_t i = 0; i < sizeof copy_marks / sizeof *copy_marks; i++) {
        const char *at = strcasestr(text, copy_marks[i]);
        if (at && (size_t)(at - text) < n)
            n = (size_t)(at - text);
    }
    return n;
}

/* The line with the other server's answer: one with a status or an SMTP code, or with a verb of saying. */
static const char *find_diagnostic(struct arena *a, const char *text) {
    static const char *const saying[] = {"said:",   "responded:", "error was:", "Remote host said",
                                         "reason:", "原因",       "Reason:"};
    const char *spoken = NULL;
    for (const char *s = text; *s;) {
        const char *end = line_end(s);
        const char *line = one_line(a, s, (size_t)(end - s));
        if (*find_status(a, line) || *status_of_answer(line)) {
            const char *more = next_line(end); /* an answer often runs on */
            while (*more && *more != '\n' && *more != '<' && (size_t)(end - s) < LINE_MAX_KEPT) {
                end = line_end(more);
                more = next_line(end);
            }
            return one_line(a, s, (size_t)(end - s));
        }
        for (size_t i = 0; !spoken && i < sizeof saying / sizeof *saying; i++)
            if (strstr(line, saying[i]))
                spoken = line;
        s = next_line(end);
    }
    return spoken ? spoken : "";
}

/* The line behind the address, when no line says more: Exim's "mailbox is full". */
static const char *line_behind(struct arena *a, const char *text, const char *address) {
    const char *at = *address ? strstr(text, address) : NULL, *s = at ? next_line(line_end(at)) : "";
    return one_line(a, s + strspn(s, " \t"), (size_t)(line_end(s) - s) - strspn(s, " \t"));
}

static const char *original_id(struct arena *a, const char *text) {
    const char *at = strcasestr(text, "\nMessage-ID:");
    if (!at)
        return "";
    const char *s = at + 12, *end = line_end(s), **ids;
    if (*end && isspace((unsigned char)end[1])) /* folded behind the colon */
        end = line_end(end + 1);
    return header_ids(a, arena_copy_n(a, s, (size_t)(end - s)), 2, &ids) ? ids[0] : "";
}

static const struct text_rule *find_rule(const char *subject, const char *text) {
    for (size_t i = 0; i < sizeof text_rules / sizeof *text_rules; i++)
        if (strcasestr(text, text_rules[i].sign) || strcasestr(subject, text_rules[i].sign))
            return &text_rules[i];
    return NULL;
}

struct dsn dsn_from_text(struct arena *a, const char *subject, const char *text) {
    enum { TEXT_READ = 64 * 1024 }; /* a report says it at its beginning */
    struct dsn d = dsn_none();
    const char *all = arena_copy_n(a, text, strnlen(text, TEXT_READ));
    const char *report = arena_copy_n(a, all, report_length(all));
    const struct text_rule *rule = find_rule(subject, report);
    if (!rule)
        return d;
    const char *behind = rule->from_here ? strcasestr(report, rule->from_here) : NULL;
    behind = behind ? behind : report;
    d.is_dsn = true;
    d.rule = rule->rule;
    d.action = rule->action;
    d.final_recipient = find_address(a, behind, behind + strlen(behind));
    d.diagnostic = find_diagnostic(a, behind);
    if (!*d.diagnostic)
        d.diagnostic = line_behind(a, behind, d.final_recipient);
    d.status = find_status(a, d.diagnostic);
    if (!*d.status)
        d.status = find_status(a, report);
    if (!*d.status)
        d.status = status_of_answer(d.diagnostic);
    if (!strcmp(d.action, "failed") && *d.status == '4')
        d.action = "delayed";
    d.original_message_id = original_id(a, all);
    return d;
}

bool dsn_is_candidate(const char *from, bool empty_return_path, const char *failed) {
    static const char *const machines[] = {"mailer-daemon", "mailerdaemon",     "mail-daemon", "postmaster",
                                           "mail delivery", "mail system",      "postman",     "bounce@",
                                           "maildaemon",    "microsoftexchange"};
    if (empty_return_path || *failed)
        return true;
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        if (strcasestr(from, machines[i]))
            return true;
    return false;
}

void dsn_merge(struct dsn *d, const struct dsn *more) {
    if (!more->is_dsn)
        return;
    const char **to[] = {&d->action, &d->status, &d->final_recipient, &d->diagnostic, &d->original_message_id,
                         &d->rule};
    const char *const from[] = {
        more->action, more->status, more->final_recipient, more->diagnostic, more->original_message_id, more->rule};
    for (size_t i = 0; i < sizeof to / sizeof *to; i++)
        if (!**to[i])
            *to[i] = from[i];
    d->is_dsn = true;
}
