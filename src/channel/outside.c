#include "channel/outside.h"

#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

enum {
    CONNECT_MS = 5000,
    PICTURE_MS = 10 * 1000,
    PICTURE_MAX = 5 * 1024 * 1024,
    PICTURE_REDIRECTS = 3,
    PICTURES_AT_ONCE = 6, /* of 16 workers: slow picture servers must not hold up replies */
};

curl_socket_t outside_open(void *arg, curlsocktype purpose, struct curl_sockaddr *addr) {
    struct outside_door *door = arg;
    if (!net_guard_allows(door->guard, door->use, &addr->addr)) {
        door->barred = true;
        return CURL_SOCKET_BAD;
    }
    return socket(addr->family, addr->socktype | SOCK_CLOEXEC, addr->protocol);
}

/* ---- one fetch ---- */

struct fetch {
    struct outside_door door;
    struct buf *body;
    size_t had, max;
    bool too_big;
};

static size_t take_body(char *data, size_t size, size_t n, void *arg) {
    struct fetch *f = arg;
    size_t len = size * n;
    if (len > f->max - (f->body->len - f->had)) {
        f->too_big = true;
        return 0;
    }
    buf_add(f->body, data, len);
    return len;
}

/* Ports of other protocols would read a request as theirs. */
static bool is_web_port(const struct sockaddr *addr) {
    uint16_t port =
        ntohs(addr->sa_family == AF_INET ? ((const struct sockaddr_in *)(const void *)addr)->sin_port
                                         : ((const struct sockaddr_in6 *)(const void *)addr)->sin6_port);
    return port >= 1024 || port == 80 || port == 443;
}

static curl_socket_t open_web(void *arg, curlsocktype purpose, struct curl_sockaddr *addr) {
    struct outside_door *door = arg;
    bool known = addr->family == AF_INET || addr->family == AF_INET6;
    if (known && is_web_port(&addr->addr))
        return outside_open(door, purpose, addr);
    door->barred = true;
    return CURL_SOCKET_BAD;
}

static enum rc judge(CURLcode result, const struct fetch *f) {
    if (f->too_big)
        return RC_TOO_BIG;
    if (f->door.barred && result != CURLE_OK)
        return RC_DENIED;
    switch (result) {
    case CURLE_OK: return RC_OK;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return RC_INVALID;
    case CURLE_FILESIZE_EXCEEDED: return RC_TOO_BIG;
    default: return RC_AWAY;
    }
}

static void set_up(CURL *curl, const struct outside_ask *ask, struct fetch *f, struct curl_slist *headers) {
    curl_easy_setopt(curl, CURLOPT_URL, ask->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, ask->redirects > 0);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)ask->redirects);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_web);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &f->door);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, f);
    curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)ask->max);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "Mozilla/5.0");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    if (ask->post)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, ask->post);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)(ask->timeout_ms < CONNECT_MS ? ask->timeout_ms : CONNECT_MS));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)ask->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
}

/* A sender's URL must not bring a name and a password along. */
static bool has_credentials(const char *url) {
    CURLU *u = curl_url();
    char *user = NULL;
    bool found = !u || curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK ||
                 curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_OK;
    curl_free(user);
    curl_url_cleanup(u);
    return found;
}

enum rc outside_fetch(const struct outside_ask *ask, struct outside_answer *out) {
    struct fetch f = {
        .door = {.guard = net_guard(), .use = ask->use}, .body = out->body, .had = out->body->len, .max = ask->max};
    struct curl_slist *headers = NULL;
    long status = 0;
    curl_off_t retry_after = 0;
    out->status = 0;
    out->why = "";
    if (has_credentials(ask->url)) {
        out->why = "this is no URL that is asked";
        return RC_INVALID;
    }
    CURL *curl = curl_easy_init();
    if (!curl)
        return RC_AWAY;
    for (const char *const *h = ask->headers; h && *h; h++)
        headers = curl_slist_append(headers, *h);
    set_up(curl, ask, &f, headers);
    CURLcode result = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after);
    enum rc rc = judge(result, &f);
    out->status = (int)status;
    out->retry_after_s = retry_after;
    out->why = rc == RC_OK       ? ""
               : rc == RC_DENIED ? "the address may not be connected to"
                                 : curl_easy_strerror(result);
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    return rc;
}

/* ---- pictures ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int pictures_now;

static bool take_turn(int change) {
    pthread_mutex_lock(&lock);
    bool may = change < 0 || pictures_now < PICTURES_AT_ONCE;
    if (may)
        pictures_now += change;
    pthread_mutex_unlock(&lock);
    return may;
}

enum rc outside_picture(const char *url, struct buf *picture) {
    static const char *const headers[] = {"Accept: image/webp,image/png,image/jpeg,image/gif", NULL};
    struct outside_ask ask = {
        .url = url,
        .use = NET_FETCH,
        .headers = headers,
        .timeout_ms = PICTURE_MS,
        .max = PICTURE_MAX,
        .redirects = PICTURE_REDIRECTS,
    };
    struct outside_answer answer = {.body = picture};
    if (!take_turn(1))
        return RC_TOO_MANY;
    enum rc rc = outside_fetch(&ask, &answer);
    take_turn(-1);
    return rc == RC_OK && (answer.status < 200 || answer.status > 299) ? RC_NONE : rc;
}
