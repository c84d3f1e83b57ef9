/* Which addresses may be connected to, in every notation that a name can become, and what the operator may open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/net_guard.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

/* As libcurl would ask for it: numbers of all kinds are names to getaddrinfo. */
static bool resolve(const char *host, struct sockaddr_storage *to) {
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM}, *list = NULL;
    if (getaddrinfo(host, "80", &hints, &list) != 0)
        return false;
    memcpy(to, list->ai_addr, list->ai_addrlen);
    freeaddrinfo(list);
    return true;
}

static const struct {
    const char *host;
    enum net_scope scope;
} cases[] = {
    {"93.184.216.34", NET_PUBLIC},
    {"8.8.8.8", NET_PUBLIC},
    {"9.255.255.255", NET_PUBLIC},
    {"11.0.0.0", NET_PUBLIC},
    {"100.63.255.255", NET_PUBLIC},
    {"100.128.0.0", NET_PUBLIC},
    {"126.255.255.255", NET_PUBLIC},
    {"128.0.0.1", NET_PUBLIC},
    {"169.253.255.255", NET_PUBLIC},
    {"172.15.255.255", NET_PUBLIC},
    {"172.32.0.0", NET_PUBLIC},
    {"192.167.255.255", NET_PUBLIC},
    {"192.169.0.0", NET_PUBLIC},
    {"223.255.255.255", NET_PUBLIC},
    {"127.0.0.1", NET_PRIVATE},
    {"127.255.255.254", NET_PRIVATE},
    {"10.0.0.0", NET_PRIVATE},
    {"10.255.255.255", NET_PRIVATE},
    {"172.16.0.0", NET_PRIVATE},
    {"172.31.255.255", NET_PRIVATE},
    {"192.168.0.1", NET_PRIVATE},
    {"100.64.0.0", NET_PRIVATE},
    {"100.127.255.255", NET_PRIVATE},
    {"198.18.0.1", NET_PRIVATE},
    {"0.0.0.0", NET_NEVER},
    {"0.1.2.3", NET_NEVER},
    {"169.254.0.1", NET_NEVER},
    {"169.254.169.254", NET_NEVER},
    {"100.100.100.200", NET_NEVER},
    {"168.63.129.16", NET_NEVER},
    {"192.0.0.192", NET_NEVER},
    {"192.0.2.1", NET_NEVER},
    {"224.0.0.1", NET_NEVER},
    {"239.255.255.255", NET_NEVER},
    {"240.0.0.1", NET_NEVER},
    {"255.255.255.255", NET_NEVER},
    /* other notations */
    {"2130706433", NET_PRIVATE}, /* 127.0.0.1 */
    {"0x7f000001", NET_PRIVATE},
    {"0x7f.0.0.1", NET_PRIVATE},
    {"0177.0.0.1", NET_PRIVATE},
    {"017700000001", NET_PRIVATE},
    {"127.1", NET_PRIVATE},
    {"127.0.1", NET_PRIVATE},
    {"0", NET_NEVER},
    {"0xa9fea9fe", NET_NEVER}, /* 169.254.169.254 */
    {"2852039166", NET_NEVER},
    {"0251.0376.0251.0376", NET_NEVER},
    {"169.254.43518", NET_NEVER},
    {"134744072", NET_PUBLIC}, /* 8.8.8.8 */
    {"0x08.8.010.8", NET_PUBLIC},
    /* IPv6 */
    {"2606:4700:4700::1111", NET_PUBLIC},
    {"2a00:1450:4001:80b::200e", NET_PUBLIC},
    {"::1", NET_PRIVATE},
    {"0:0:0:0:0:0:0:1", NET_PRIVATE},
    {"fc00::1", NET_PRIVATE},
    {"fd12:3456::1", NET_PRIVATE},
    {"fec0::1", NET_PRIVATE},
    {"::", NET_NEVER},
    {"fe80::1", NET_NEVER},
    {"febf::1", NET_NEVER},
    {"ff02::1", NET_NEVER},
    {"fd00:ec2::254", NET_NEVER},
    {"2001:db8::1", NET_NEVER},
    {"2001::1", NET_NEVER},
    {"2002:7f00:1::", NET_NEVER},
    {"64:ff9b:1::7f00:1", NET_NEVER},
    {"100::1", NET_NEVER},
    {"5f00::1", NET_NEVER}, /* not given out */
    /* IPv4 within IPv6 */
    {"::ffff:127.0.0.1", NET_PRIVATE},
    {"::ffff:7f00:1", NET_PRIVATE},
    {"::ffff:10.1.2.3", NET_PRIVATE},
    {"::ffff:169.254.169.254", NET_NEVER},
    {"::ffff:0.0.0.0", NET_NEVER},
    {"::ffff:8.8.8.8", NET_PUBLIC},
    {"::127.0.0.1", NET_NEVER},
    {"::8.8.8.8", NET_NEVER},
    {"64:ff9b::127.0.0.1", NET_PRIVATE},
    {"64:ff9b::a9fe:a9fe", NET_NEVER},
    {"64:ff9b::8.8.8.8", NET_PUBLIC},
};

static void test_scopes(void **state) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sockaddr_storage addr = {0};
        if (!resolve(cases[i].host, &addr))
            fail_msg("%s is no address", cases[i].host);
        enum net_scope scope = net_scope_of((struct sockaddr *)&addr);
        if (scope != cases[i].scope)
            fail_msg("%s: %d, not %d", cases[i].host, scope, cases[i].scope);
    }
    struct sockaddr_un here = {.sun_family = AF_UNIX};
    assert_int_equal(net_scope_of((struct sockaddr *)&here), NET_NEVER);
}

static bool allows(const struct net_guard *g, enum net_use use, const char *host) {
    struct sockaddr_storage addr = {0};
    assert_true(resolve(host, &addr));
    return net_guard_allows(g, use, (struct sockaddr *)&addr);
}

static void test_uses(void **state) {
    struct net_guard g = {0};
    assert_true(allows(&g, NET_FETCH, "8.8.8.8"));
    assert_true(allows(&g, NET_MAIL, "8.8.8.8"));
    assert_false(allows(&g, NET_FETCH, "10.0.0.1"));
    assert_false(allows(&g, NET_FETCH, "127.0.0.1"));
    assert_false(allows(&g, NET_FETCH, "::1"));
    assert_true(allows(&g, NET_MAIL, "10.0.0.1"));
    assert_true(allows(&g, NET_MAIL, "127.0.0.1"));
    assert_false(allows(&g, NET_MAIL, "169.254.169.254"));
    assert_false(allows(&g, NET_MAIL, "fd00:ec2::254"));
    g.mail_public_only = true;
    assert_false(allows(&g, NET_MAIL, "10.0.0.1"));
    assert_true(allows(&g, NET_MAIL, "8.8.8.8"));
}

static void test_opened(void **state) {
    struct arena *a = arena_new(0);
    struct net_guard g;
    const char *why = NULL;
    assert_int_equal(net_guard_read(a, "10.1.0.0/16, 192.168.7.9 fd12::/16 169.254.0.0/16", "public", &g, &why),
                     RC_OK);
    assert_int_equal(g.open_n, 4);
    assert_true(allows(&g, NET_FETCH, "10.1.255.255"));
    assert_true(allows(&g, NET_FETCH, "::ffff:10.1.2.3"));
    assert_true(allows(&g, NET_FETCH, "64:ff9b::10.1.2.3"));
    assert_true(allows(&g, NET_MAIL, "10.1.2.3"));
    assert_false(allows(&g, NET_FETCH, "10.2.0.0"));
    assert_true(allows(&g, NET_FETCH, "192.168.7.9"));
    assert_false(allows(&g, NET_FETCH, "192.168.7.8"));
    assert_true(allows(&g, NET_FETCH, "fd12:ff::1"));
    assert_false(allows(&g, NET_FETCH, "fd13::1"));
    assert_false(allows(&g, NET_FETCH, "169.254.169.254")); /* nothing opens that */
    static const char *const wrong[] = {"10.1.0.0/33", "10.1/16", "host.example", "10.0.0.1/", "fd::/129",
                                        "10.0.0.1/8x", "/8"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(net_guard_read(a, wrong[i], "anywhere", &g, &why), RC_INVALID);
        assert_non_null(strstr(why, wrong[i]));
    }
    assert_int_equal(net_guard_read(a, "", "nowhere", &g, &why), RC_INVALID);
    assert_int_equal(net_guard_read(a, "", "anywhere", &g, &why), RC_OK);
    arena_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scopes),
        cmocka_unit_test(test_uses),
        cmocka_unit_test(test_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
