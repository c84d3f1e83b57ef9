#include "channel/mailbox_test.h"

#include "base/utf8.h"

#include <curl/curl.h>
#include <string.h>

struct answer {
    char last[300]; /* the other server's last line */
    size_t len;
};

static size_t note_line(char *data, size_t size, size_t n, void *arg) {
    struct answer *answer = arg;
    size_t len = size * n;
    while (len && (data[len - 1] == '\r' || data[len - 1] == '\n'))
        len--;
    if (len) {
        answer->len = len < sizeof answer->last ? len : sizeof answer->last;
        memcpy(answer->last, data, answer->len);
    }
    return size * n;
}

static size_t drop(char *data, size_t size, size_t n, void *arg) { return size * n; }

static const char *what_went_wrong(CURLcode result) {
    switch (result) {
    case CURLE_OK: return "";
    case CURLE_LOGIN_DENIED: return "sign_in";
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR: return "certificate";
    case CURLE_USE_SSL_FAILED: return "no_tls";
    case CURLE_WEIRD_SERVER_REPLY: return "protocol";
    default: return "away";
    }
}

void mailbox_test(struct arena *a, const struct mail_server *s, enum mail_protocol protocol,
                  struct mailbox_answer *out) {
    const char *word = protocol == MAIL_IMAP ? "imap" : "smtp";
    struct answer answer = {""};
    if (mail_server_flaw(s)) {
        *out = (struct mailbox_answer){arena_printf(a, "%s_settings", word), ""};
        return;
    }
    CURL *curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_URL,
                     arena_printf(a, "%s%s://%s:%d/", word, s->security == MAIL_TLS ? "s" : "", s->host, s->port));
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps,imap,imaps");
    curl_easy_setopt(curl, CURLOPT_USE_SSL, s->security == MAIL_PLAIN ? CURLUSESSL_NONE : CURLUSESSL_ALL);
    if (s->ca_file && *s->ca_file)
        curl_easy_setopt(curl, CURLOPT_CAINFO, s->ca_file);
    if (s->user && *s->user) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, s->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, s->password);
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "NOOP"); /* in place of a mail or a list */
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, note_line);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)MAILBOX_TEST_MS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    CURLcode result = curl_easy_perform(curl);
    const char *wrong = what_went_wrong(result);
    const char *words = answer.len ? utf8_clean(a, answer.last, utf8_fit(answer.last, answer.len, sizeof answer.last))
                                   : arena_copy(a, curl_easy_strerror(result));
    *out = (struct mailbox_answer){*wrong ? arena_printf(a, "%s_%s", word, wrong) : "", *wrong ? words : ""};
    curl_easy_cleanup(curl);
}
