/* Fetching what somebody else has named: against servers of this test on 127.0.0.1 and 127.0.0.2, with a name
 * service of its own (getaddrinfo below stands before the C library's), so that a name can become another address
 * from one look to the next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "channel/outside.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- a name service ---- */

static _Atomic int looks; /* at rebind.test */

/* rebind.test is 127.0.0.1 at the first look and 127.0.0.2 from then on; metadata.test is 169.254.169.254. */
static const char *number_of(const char *name) {
    if (strcmp(name, "rebind.test") == 0)
        return looks++ == 0 ? "127.0.0.1" : "127.0.0.2";
    return strcmp(name, "metadata.test") == 0 ? "169.254.169.254"
           : strcmp(name, "inner.test") == 0  ? "127.0.0.2"
                                              : name;
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **out) {
    struct {
        struct addrinfo info;
        struct sockaddr_in in;
    } *x = calloc(1, sizeof *x);
    x->in = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)(service ? atoi(service) : 0))};
    if (inet_pton(AF_INET, number_of(name), &x->in.sin_addr) != 1 || (hints && hints->ai_family == AF_INET6)) {
        free(x);
        return EAI_NONAME;
    }
    x->info = (struct addrinfo){.ai_family = AF_INET,
                                .ai_socktype = SOCK_STREAM,
                                .ai_protocol = IPPROTO_TCP,
                                .ai_addrlen = sizeof x->in,
                                .ai_addr = (struct sockaddr *)&x->in};
    *out = &x->info;
    return 0;
}

void freeaddrinfo(struct addrinfo *list) { free(list); }

/* ---- two servers ---- */

struct server {
    int fd, port;
    _Atomic int asked;
    char last[4096];
} open_server, inner_server;

static void answer(struct server *s, int fd) {
    char line[2100], head[8192];
    ssize_t n = recv(fd, s->last, sizeof s->last - 1, 0);
    s->last[n > 0 ? n : 0] = 0;
    s->asked++;
    if (sscanf(s->last, "%*s /to?%2047s", line) == 1) {
        snprintf(head, sizeof head,
                 "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 4\r\nConnection: close\r\n\r\nover", line);
    } else if (strstr(s->last, " /big")) {
        snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%02000d", 7);
    } else if (strstr(s->last, " /drip")) {
        snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\n\r\n");
        (void)!send(fd, head, strlen(head), MSG_NOSIGNAL);
        for (int i = 0; i < 30 && send(fd, "x", 1, MSG_NOSIGNAL) == 1; i++)
            usleep(100 * 1000);
        return;
    } else {
        snprintf(head, sizeof head,
                 "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
    }
    (void)!send(fd, head, strlen(head), MSG_NOSIGNAL);
}

static void *serve(void *arg) {
    struct server *s = arg;
    for (int fd; (fd = accept(s->fd, NULL, NULL)) >= 0; close(fd))
        answer(s, fd);
    return NULL;
}

static void start(struct server *s, const char *address, int port) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    socklen_t len = sizeof at;
    pthread_t thread;
    inet_pton(AF_INET, address, &at.sin_addr);
    s->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(s->fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(s->fd, 8), 0);
    getsockname(s->fd, (struct sockaddr *)&at, &len);
    s->port = ntohs(at.sin_port);
    pthread_create(&thread, NULL, serve, s);
    pthread_detach(thread);
}

static struct buf body;

static enum rc fetch(const char *format, ...) {
    char url[4096];
    va_list ap;
    va_start(ap, format);
    vsnprintf(url, sizeof url, format, ap);
    va_end(ap);
    struct outside_answer out = {.body = &body};
    buf_reset(&body);
    enum rc rc = outside_fetch(
        &(struct outside_ask){.url = url, .use = NET_FETCH, .timeout_ms = 1000, .max = 1000, .redirects = 3}, &out);
    if (rc == RC_OK)
        assert_int_equal(out.status, 200);
    else
        assert_true(*out.why);
    return rc;
}

static void open_network(const char *network) {
    struct arena *a = arena_new(0);
    struct net_guard g;
    const char *why;
    assert_int_equal(net_guard_read(a, network, "anywhere", &g, &why), RC_OK);
    net_guard_set(&g);
    arena_free(a);
}

static void test_refused(void **state) {
    int port = open_server.port, before = open_server.asked;
    open_network("");
    static const char *const hosts[] = {"127.0.0.1",  "127.1",       "2130706433", "0x7f.1",
                                        "0177.0.0.1", "0.0.0.0",     "inner.test", "metadata.test",
                                        "localhost",  "a.localhost", "[::1]",      "[::ffff:127.0.0.1]"};
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        enum rc rc = fetch("http://%s:%d/", hosts[i], port);
        if (rc != RC_DENIED)
            fail_msg("%s: %s", hosts[i], rc_name(rc));
    }
    assert_int_equal(open_server.asked, before);
}

static void test_no_url(void **state) {
    open_network("127.0.0.0/8");
    static const char *const urls[] = {"file:///etc/passwd",
                                       "ftp://127.0.0.1/",
                                       "gopher://127.0.0.1:%d/",
                                       "dict://127.0.0.1/",
                                       "javascript:1",
                                       "",
                                       "http://",
                                       "http://user:word@127.0.0.1:%d/",
                                       "http://127.0.0.1:%d@127.0.0.2/"};
    int before = open_server.asked;
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        if (fetch(urls[i], open_server.port) != RC_INVALID)
            fail_msg("%s is asked", urls[i]);
    assert_int_equal(fetch("http://127.0.0.1:22/"), RC_DENIED);
    assert_int_equal(fetch("http://127.0.0.1:25/"), RC_DENIED);
    assert_int_equal(open_server.asked, before);
}

static void test_fetched(void **state) {
    open_network("127.0.0.1");
    assert_int_equal(fetch("http://127.0.0.1:%d/a", open_server.port), RC_OK);
    assert_int_equal(body.len, 5);
    assert_memory_equal(body.at, "hello", 5);
    assert_int_equal(fetch("http://127.0.0.1:%d/b", open_server.port), RC_OK);
    assert_null(strcasestr(open_server.last, "cookie:"));
    assert_null(strcasestr(open_server.last, "referer:"));
    assert_non_null(strstr(open_server.last, "User-Agent: Mozilla/5.0\r\n"));
    assert_int_equal(fetch("http://127.0.0.1:%d/big", open_server.port), RC_TOO_BIG);
    assert_int_equal(fetch("http://127.0.0.1:%d/drip", open_server.port), RC_AWAY);
}

static void test_redirects(void **state) {
    int inner = inner_server.asked;
    open_network("127.0.0.1");
    assert_int_equal(fetch("http://127.0.0.1:%d/to?/a", open_server.port), RC_OK);
    assert_int_equal(body.len, 5); /* not what the redirect said */
    assert_int_equal(fetch("http://127.0.0.1:%d/to?http://127.0.0.2:%d/", open_server.port, inner_server.port),
                     RC_DENIED);
    assert_int_equal(fetch("http://127.0.0.1:%d/to?http://inner.test:%d/", open_server.port, inner_server.port),
                     RC_DENIED);
    assert_int_equal(fetch("http://127.0.0.1:%d/to?http://metadata.test/", open_server.port), RC_DENIED);
    assert_int_equal(fetch("http://127.0.0.1:%d/to?file:///etc/passwd", open_server.port), RC_INVALID);
    assert_int_equal(fetch("http://127.0.0.1:%d/to?/to?/to?/to?/a", open_server.port), RC_AWAY);
    assert_int_equal(inner_server.asked, inner);
    open_network("127.0.0.0/8"); /* the twin: with both open it is followed */
    assert_int_equal(fetch("http://127.0.0.1:%d/to?http://127.0.0.2:%d/", open_server.port, inner_server.port),
                     RC_OK);
    assert_int_equal(inner_server.asked, inner + 1);
}

/* The name was good when it was looked at, and is the inner server's when it is connected to. */
static void test_rebinding(void **state) {
    int inner = inner_server.asked;
    open_network("127.0.0.1");
    looks = 0;
    assert_int_equal(fetch("http://rebind.test:%d/", open_server.port), RC_OK);
    assert_int_equal(fetch("http://rebind.test:%d/", inner_server.port), RC_DENIED);
    assert_true(looks >= 2);
    assert_int_equal(inner_server.asked, inner);
}

static int set_up(void **state) {
    signal(SIGPIPE, SIG_IGN);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    setenv("http_proxy", "http://127.0.0.2:1", 1); /* which nothing may use */
    start(&open_server, "127.0.0.1", 0);
    start(&inner_server, "127.0.0.2", open_server.port);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),   cmocka_unit_test(test_no_url),    cmocka_unit_test(test_fetched),
        cmocka_unit_test(test_redirects), cmocka_unit_test(test_rebinding),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
