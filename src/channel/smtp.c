#include "channel/smtp.h"

#include "base/clock.h"
#include "base/log.h"
#include "channel/mail_oauth.h"
#include "channel/outside.h"
#include "desk/job.h"

#include <sodium.h>
#include <string.h>
#include <time.h>

enum { HEADER_LINE = 76, CONNECT_S = 20, TRANSFER_S = 120 };

/* ---- headers and parts ---- */

void smtp_date_header(struct buf *out, int64_t now) {
    char date[64];
    time_t s = (time_t)(now / 1000);
    struct tm tm;
    gmtime_r(&s, &tm);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &tm);
    buf_printf(out, "Date: %s", date);
}

static bool plain_ascii(const char *s) {
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || (unsigned char)*s >= 0x7f)
            return false;
    return true;
}

/* RFC 2047, base64, in words of at most 45 bytes that never cut a character. */
static void encoded_words(struct buf *out, const char *s) {
    size_t left = strlen(s);
    while (left) {
        size_t n = left < 42 ? left : 42;
        while (n > 1 && n < left && (s[n] & 0xC0) == 0x80)
            n--;
        char b64[80];
        sodium_bin2base64(b64, sizeof b64, (const uint8_t *)s, n, sodium_base64_VARIANT_ORIGINAL);
        buf_printf(out, "=?UTF-8?B?%s?=", b64);
        s += n;
        left -= n;
        if (left)
            buf_lit(out, "\r\n ");
    }
}

void smtp_text_header(struct buf *out, const char *value) {
    if (plain_ascii(value) && strlen(value) < HEADER_LINE - 10)
        buf_str(out, value);
    else
        encoded_words(out, value);
}

void smtp_address_header(struct buf *out, const char *name, const char *address) {
    if (name && *name && !strchr(name, '@')) {
        if (plain_ascii(name)) {
            buf_char(out, '"');
            for (const char *p = name; *p; p++) {
                if (*p == '"' || *p == '\\')
                    buf_char(out, '\\');
                buf_char(out, *p);
            }
            buf_char(out, '"');
        } else {
            encoded_words(out, name);
        }
        buf_lit(out, "\r\n ");
    }
    buf_printf(out, "<%s>", address);
}

struct curl_slist *smtp_add_header(struct curl_slist *list, struct buf *line) {
    list = curl_slist_append(list, line->at);
    buf_reset(line);
    return list;
}

void smtp_text_part(curl_mime *into, const char *text, const char *type) {
    curl_mimepart *part = curl_mime_addpart(into);
    curl_mime_data(part, text, CURL_ZERO_TERMINATED);
    curl_mime_type(part, type);
    curl_mime_encoder(part, "quoted-printable");
}

/* ---- handing over ---- */

struct answer {
    char last[512]; /* the other server's last line */
};

static size_t note_answer(char *data, size_t size, size_t n, void *arg) {
    struct answer *answer = arg;
    size_t len = size * n < sizeof answer->last - 1 ? size * n : sizeof answer->last - 1;
    memcpy(answer->last, data, len);
    answer->last[len] = 0;
    answer->last[strcspn(answer->last, "\r\n")] = 0;
    return size * n;
}

static void set_sign_in(CURL *curl, const struct mail_server *server) {
    if (!*server->user)
        return;
    curl_easy_setopt(curl, CURLOPT_USERNAME, server->user);
    curl_easy_setopt(curl, server->auth == MAIL_PASSWORD ? CURLOPT_PASSWORD : CURLOPT_XOAUTH2_BEARER,
                     server->password);
}

/* Another node may send it from now on. Before the server has the last byte nothing is sent. */
static int stop_when_lost(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    return !job_held(arg);
}

static void set_up(struct arena *a, CURL *curl, const struct mail_server *server, const struct smtp_mail *mail,
                   struct outside_door *door, struct answer *answer) {
    const char *host = strchr(server->host, ':') ? arena_printf(a, "[%s]", server->host) : server->host;
    curl_easy_setopt(curl, CURLOPT_URL,
                     arena_printf(a, "%s://%s:%d/%s", server->security == MAIL_TLS ? "smtps" : "smtp", host,
                                  server->port, mail->domain));
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_USE_SSL, server->security == MAIL_PLAIN ? CURLUSESSL_NONE : CURLUSESSL_ALL);
    if (*server->ca_file)
        curl_easy_setopt(curl, CURLOPT_CAINFO, server->ca_file);
    set_sign_in(curl, server);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, outside_open);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, door);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, arena_printf(a, "<%s>", mail->from));
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, mail->to);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, mail->headers);
    curl_easy_setopt(curl, CURLOPT_MIMEPOST, mail->body);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, note_answer);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, answer);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)TRANSFER_S);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, stop_when_lost);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, mail->job);
}

/* What the outcome of a hand-over means. Pure. 5xx to the recipient or the mail itself is final. */
static enum smtp_verdict judge(CURLcode result, long code, const char **trouble) {
    *trouble = NULL;
    if (result == CURLE_ABORTED_BY_CALLBACK)
        return SMTP_LATER;
    if (result == CURLE_OK)
        return SMTP_SENT;
    if (result == CURLE_LOGIN_DENIED) {
        *trouble = "smtp_sign_in";
        return SMTP_LATER;
    }
    if (result == CURLE_PEER_FAILED_VERIFICATION || result == CURLE_SSL_CONNECT_ERROR ||
        result == CURLE_USE_SSL_FAILED) {
        *trouble = "smtp_certificate";
        return SMTP_LATER;
    }
    if ((result == CURLE_SEND_ERROR || result == CURLE_RECV_ERROR || result == CURLE_WEIRD_SERVER_REPLY) &&
        code >= 500)
        return SMTP_REFUSED;
    if (code < 400)
        *trouble = "smtp_away";
    return SMTP_LATER;
}

/* A token may end early, and a provider may take it back: a refused one is renewed, once. */
static CURLcode perform(struct store *s, struct arena *a, const struct mail_server *settings, CURL *curl,
                        const struct smtp_mail *mail, struct outside_door *door, struct answer *answer,
                        struct mailbox_answer *why) {
    const char *refused = NULL;
    for (;;) {
        struct mail_server server = *settings;
        if (mail_oauth_sign_in(s, a, &server, refused, why) != RC_OK)
            return CURLE_LOGIN_DENIED;
        set_up(a, curl, &server, mail, door, answer);
        CURLcode result = curl_easy_perform(curl);
        if (result != CURLE_LOGIN_DENIED || settings->auth != MAIL_OAUTH || refused)
            return result;
        refused = server.password;
    }
}

enum smtp_verdict smtp_send(struct store *s, struct arena *a, const struct mail_server *server, CURL *curl,
                            const struct smtp_mail *mail, const char **reason, const char **trouble) {
    struct answer answer = {""};
    struct mailbox_answer why = {"", ""};
    struct outside_door door = {.guard = net_guard(), .use = NET_MAIL};
    long code = 0;
    CURLcode result = perform(s, a, server, curl, mail, &door, &answer, &why);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    enum smtp_verdict verdict = judge(result, code, trouble);
    if (*why.code) {
        *trouble = arena_printf(a, "smtp_%s", why.code);
        *reason = *why.words ? why.words : *trouble;
        return SMTP_LATER;
    }
    if (result == CURLE_COULDNT_CONNECT && door.barred)
        *trouble = "smtp_address";
    *reason = verdict == SMTP_SENT          ? ""
              : *answer.last && code >= 400 ? arena_copy(a, answer.last)
                                            : curl_easy_strerror(result);
    return verdict;
}
