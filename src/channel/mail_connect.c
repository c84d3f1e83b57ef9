#include "channel/mail_connect.h"

#include "channel/outside.h"

#include <string.h>

enum { CONNECT_MS = 20 * 1000 };

struct attempt {
    char *words;
    size_t room;
    bool refused; /* the server has said no to a sign-in */
    struct outside_door door;
};

static size_t note_line(char *data, size_t size, size_t n, void *arg) {
    struct attempt *t = arg;
    size_t len = size * n;
    while (len && (data[len - 1] == '\n' || data[len - 1] == '\r'))
        len--;
    size_t kept = len < t->room - 1 ? len : t->room - 1;
    if (!kept)
        return size * n;
    memcpy(t->words, data, kept);
    t->words[kept] = 0;
    const char *after_tag = *t->words == '*' ? NULL : strchr(t->words, ' ');
    t->refused |= after_tag && strncmp(after_tag, " NO", 3) == 0;
    return size * n;
}

/* Has it spoken, but another language than this one? */
static bool is_nonsense(const char *words, enum mail_protocol protocol) {
    if (protocol == MAIL_SMTP)
        return *words && (*words < '2' || *words > '5');
    return *words && *words != '*' && *words != '+' && *words != 'A';
}

/* Refused now, not for good (RFC 5530, RFC 5321). */
static bool is_temporary(const char *words) {
    return strstr(words, "[UNAVAILABLE]") || strstr(words, "[INUSE]") || strstr(words, "[LIMIT]") ||
           *words == '4' || strncmp(words, "* BYE", 5) == 0;
}

static const char *judge(CURLcode result, const struct attempt *t, enum mail_protocol protocol) {
    switch (result) {
    case CURLE_OK: return NULL;
    case CURLE_LOGIN_DENIED: return is_temporary(t->words) ? "away" : "sign_in";
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM: return "certificate";
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CONNECT_ERROR: return "no_tls";
    case CURLE_WEIRD_SERVER_REPLY: return is_temporary(t->words) ? "away" : "protocol";
    case CURLE_URL_MALFORMAT: return "address";
    case CURLE_COULDNT_CONNECT: return t->door.barred ? "address" : "away";
    default: return is_nonsense(t->words, protocol) ? "protocol" : "away";
    }
}

static bool set_url(CURL *curl, CURLU *url, const struct mail_server *s, enum mail_protocol protocol) {
    static const char *const schemes[2][2] = {[MAIL_IMAP] = {"imap", "imaps"}, [MAIL_SMTP] = {"smtp", "smtps"}};
    char port[16], host[300];
    snprintf(port, sizeof port, "%d", s->port);
    snprintf(host, sizeof host, strchr(s->host, ':') ? "[%s]" : "%s", s->host);
    return curl_url_set(url, CURLUPART_SCHEME, schemes[protocol][s->security == MAIL_TLS], 0) == CURLUE_OK &&
           curl_url_set(url, CURLUPART_HOST, host, 0) == CURLUE_OK &&
           curl_url_set(url, CURLUPART_PORT, port, 0) == CURLUE_OK &&
           curl_easy_setopt(curl, CURLOPT_CURLU, url) == CURLE_OK;
}

static void set_sign_in(CURL *curl, const struct mail_server *s, const char *how) {
    if (!*s->user)
        return;
    curl_easy_setopt(curl, CURLOPT_USERNAME, s->user);
    if (s->auth != MAIL_PASSWORD) {
        curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, s->password);
        return;
    }
    curl_easy_setopt(curl, CURLOPT_PASSWORD, s->password);
    /* Left to itself libcurl prefers Kerberos and NTLM, for which there is no ticket and no domain here. */
    if (how)
        curl_easy_setopt(curl, CURLOPT_LOGIN_OPTIONS, how);
}

static CURL *set_up(const struct mail_server *s, enum mail_protocol protocol, int64_t timeout_ms, CURLU *url,
                    struct attempt *t, const char *how) {
    CURL *curl = curl_easy_init();
    if (!curl || !set_url(curl, url, s, protocol)) {
        curl_easy_cleanup(curl);
        return NULL;
    }
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "imap,imaps,smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_USE_SSL, s->security == MAIL_PLAIN ? CURLUSESSL_NONE : CURLUSESSL_ALL);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    if (*s->ca_file)
        curl_easy_setopt(curl, CURLOPT_CAINFO, s->ca_file);
    set_sign_in(curl, s, how);
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, outside_open);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &t->door);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, note_line);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)(timeout_ms < CONNECT_MS ? timeout_ms : CONNECT_MS));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    return curl;
}

const char *mail_connect(const struct mail_server *s, enum mail_protocol protocol, int64_t timeout_ms, CURL **out,
                         char *words, size_t room) {
    /* SASL first; some servers know the LOGIN command only, to which libcurl comes only when it may choose freely.
     */
    static const char *const ways[] = {"AUTH=PLAIN;AUTH=LOGIN", NULL};
    struct attempt t = {.words = words, .room = room, .door = {.guard = net_guard(), .use = NET_MAIL}};
    CURLcode result = CURLE_OK;
    *out = NULL;
    for (int i = 0; i < 2; i++) {
        CURLU *url = curl_url();
        *words = 0;
        *out = set_up(s, protocol, timeout_ms, url, &t, ways[i]);
        result = *out ? curl_easy_perform(*out) : CURLE_URL_MALFORMAT;
        if (result != CURLE_OK) {
            curl_easy_cleanup(*out);
            *out = NULL;
        }
        curl_url_cleanup(url);
        /* A second try after a real refusal would only bring a lock-out nearer. */
        if (protocol != MAIL_IMAP || s->auth != MAIL_PASSWORD || result != CURLE_LOGIN_DENIED || t.refused)
            break;
    }
    const char *code = judge(result, &t, protocol);
    bool its_own =
        result == CURLE_LOGIN_DENIED || result == CURLE_WEIRD_SERVER_REPLY || is_nonsense(words, protocol);
    if (code && (!its_own || !*words))
        snprintf(words, room, "%s", t.door.barred ? "" : curl_easy_strerror(result));
    return code;
}
