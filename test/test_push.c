/* The rules of notifications (desk/push.h). */
#include "base/net_guard.h"
#include "desk/push.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void who_is_told(void **state) {
    const struct {
        struct push_case c;
        const char *verdict;
    } table[] = {
        {{.kinds = PUSH_ANSWERED, .devices = 1, .open = true}, "sent"},
        {{.kinds = PUSH_ANSWERED, .devices = 0, .open = true}, "nobody"},
        {{.kinds = PUSH_ANSWERED, .devices = 1, .disabled = true}, "disabled"},
        {{.kinds = PUSH_ANSWERED, .devices = 1, .off = PUSH_ANSWERED}, "off"},
        {{.kinds = PUSH_ANSWERED, .devices = 1, .off = PUSH_ASSIGNED}, "sent"},
        {{.kinds = PUSH_ANSWERED | PUSH_BROKEN, .devices = 1, .off = PUSH_ANSWERED}, "sent"},
        {{.kinds = PUSH_ANSWERED, .devices = 1, .away = true}, "away"},
        {{.kinds = PUSH_ANSWERED, .devices = 1, .only_open = true, .open = false}, "closed"},
        {{.kinds = PUSH_ANSWERED, .devices = 1, .only_open = true, .open = true}, "sent"},
        {{.kinds = PUSH_ANSWERED, .devices = 1, .only_open = false, .open = false}, "sent"},
        {{.kinds = PUSH_ANSWERED, .devices = 1, .looks = true}, "looks"},
        {{.kinds = PUSH_MENTIONED, .devices = 1, .off = PUSH_CHOICES & ~PUSH_MENTIONED}, "sent"},
        {{.kinds = PUSH_MENTIONED, .devices = 1, .off = PUSH_MENTIONED}, "off"},
        {{.kinds = PUSH_TEST, .devices = 1, .away = true, .only_open = true, .off = PUSH_CHOICES}, "sent"},
        {{.kinds = PUSH_TEST, .devices = 1, .disabled = true}, "disabled"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_string_equal(push_judge(&table[i].c), table[i].verdict);
}

static void which_services_are_asked(void **state) {
    static const char *const fine[] = {"https://fcm.googleapis.com/fcm/send/abc:APA91b-_",
                                       "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
                                       "https://web.push.apple.com/QGuQ",
                                       "https://wns2.notify.windows.com:443/w/?token=a%2b"};
    static const char *const refused[] = {"http://fcm.googleapis.com/x",
                                          "https://push.example.net:8443/x",
                                          "https://push.example.net:4430/x",
                                          "https://me@push.example.net/x",
                                          "https://",
                                          "https:///x",
                                          "ftp://push.example.net/x",
                                          "file:///etc/passwd",
                                          "https://push.example.net/a b",
                                          "https://push.example.net/\r\nHost: x",
                                          "http://127.0.0.1:9000/x",
                                          "https://127.0.0.1:9000/x",
                                          "https://[::1]/x",
                                          "https://pus[./x",
                                          "https://a]b/x",
                                          ""};
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
        assert_null(push_endpoint_flaw(fine[i]));
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_non_null(push_endpoint_flaw(refused[i]));
    char long_one[PUSH_ENDPOINT_MAX + 20] = "https://push.example.net/";
    memset(long_one + 25, 'x', PUSH_ENDPOINT_MAX - 20);
    assert_string_equal(push_endpoint_flaw(long_one), "long");
}

static void the_operators_own_network(void **state) {
    struct arena *a = arena_new(0);
    struct net_guard open;
    const char *why;
    assert_int_equal(net_guard_read(a, "127.0.0.1 fd00::/8", "anywhere", &open, &why), RC_OK);
    net_guard_set(&open);
    assert_null(push_endpoint_flaw("http://127.0.0.1:9000/x"));
    assert_null(push_endpoint_flaw("http://[fd00::7]:9000/x"));
    assert_non_null(push_endpoint_flaw("http://127.0.0.2:9000/x"));
    assert_non_null(push_endpoint_flaw("http://8.8.8.8:9000/x"));
    assert_non_null(push_endpoint_flaw("http://localhost:9000/x")); /* a name may lead elsewhere tomorrow */
    net_guard_set(&(struct net_guard){0});
    arena_free(a);
}

static void whom_the_token_is_for(void **state) {
    struct arena *a = arena_new(0);
    assert_string_equal(push_audience(a, "https://push.example.net/a/b?c"), "https://push.example.net");
    assert_string_equal(push_audience(a, "https://push.example.net:443/c"), "https://push.example.net");
    arena_free(a);
}

static void what_an_answer_means(void **state) {
    static const struct {
        int status;
        enum push_outcome outcome;
    } table[] = {{201, PUSH_TAKEN}, {200, PUSH_TAKEN},   {202, PUSH_TAKEN},   {404, PUSH_OVER},
                 {410, PUSH_OVER},  {429, PUSH_LATER},   {500, PUSH_LATER},   {503, PUSH_LATER},
                 {0, PUSH_LATER},   {400, PUSH_REFUSED}, {403, PUSH_REFUSED}, {301, PUSH_REFUSED}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_int_equal(push_outcome_of(table[i].status), table[i].outcome);
}

static void when_it_is_tried_again(void **state) {
    const int64_t now = 1000000000, minute = 60 * 1000;
    struct push_device d = {.knock_at = now};
    assert_int_equal(push_again_at(&d, 0, now), now + 5000);
    assert_int_equal(push_again_at(&d, 90, now), now + 90 * 1000);
    assert_int_equal(push_again_at(&d, 1, now), now + 5000); /* not sooner than we would */
    d.tries = 3;
    assert_int_equal(push_again_at(&d, 0, now), now + 40000);
    assert_int_equal(push_again_at(&d, 3600, now), 0);
    assert_int_equal(push_again_at(&d, INT64_MAX, now), 0);
    assert_int_equal(push_again_at(&d, 0, now + 60 * minute - 40000), 0);
    assert_true(push_again_at(&d, 0, now + 60 * minute - 40001) > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_told),
        cmocka_unit_test(which_services_are_asked),
        cmocka_unit_test(the_operators_own_network),
        cmocka_unit_test(whom_the_token_is_for),
        cmocka_unit_test(what_an_answer_means),
        cmocka_unit_test(when_it_is_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
