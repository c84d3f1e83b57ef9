/* The pool of mail readers: real children under the real sandbox, and children that crash, hang and lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/launcher.h"
#include "base/sandbox.h"
#include "channel/charset.h"
#include "channel/parse.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static struct arena *a;

#define MAIL "From: Jane <jane@example.org>\nSubject: hello\n\nIs it there?\n"

static struct bytes bytes_of(const char *s) { return (struct bytes){(const uint8_t *)s, strlen(s)}; }

/* --- false children: this program again, with a word for what to do wrong --------------------------------- */

static void say_hello(void) {
    uint64_t hello = 0x4b4550544d41494c;
    if (write(0, &hello, sizeof hello) < 0)
        _exit(1);
}

/* Reads one request away; returns whether only the headers were asked for. */
static bool swallow_request(void) {
    uint64_t q[2];
    char byte;
    if (read(0, q, sizeof q) != sizeof q)
        _exit(0);
    for (uint64_t i = 0; i < q[0]; i++)
        if (read(0, &byte, 1) != 1)
            _exit(0);
    return q[1];
}

static int false_child(const char *what, const char *path) {
    if (!strcmp(what, "deaf"))
        return 3;
    if (!strcmp(what, "crash-once") && unlink(path))
        return parse_child_main();
    say_hello();
    swallow_request();
    if (!strcmp(what, "hang"))
        for (;;)
            pause();
    if (!strcmp(what, "spin")) { /* what the processor clock does to a real one */
        struct itimerval t = {.it_value = {.tv_usec = 20000}};
        setitimer(ITIMER_PROF, &t, NULL);
        for (volatile unsigned i = 0;; i++)
            ;
    }
    if (!strcmp(what, "lie")) {
        uint64_t reply[2] = {40, 0};
        char junk[40];
        memset(junk, 'x', sizeof junk);
        if (write(0, reply, sizeof reply) < 0 || write(0, junk, sizeof junk) < 0)
            return 1;
        pause();
    }
    if (!strcmp(what, "boast")) { /* an answer of 2^60 bytes */
        uint64_t reply[2] = {1ull << 60, 0};
        if (write(0, reply, sizeof reply) < 0)
            return 1;
        pause();
    }
    raise(SIGABRT); /* SIGSEGV would be the sanitiser's to report */
    return 1;
}

static struct mail *run(struct parser *p, struct bytes raw, enum rc wanted) {
    struct mail *m;
    assert_int_equal(parser_run(p, a, raw, &m), wanted);
    return m;
}

/* --- the pool ---------------------------------------------------------------------------------------------- */

static void real_children_read(void **state) {
    struct parser *p = parser_start(2);
    struct mail *m = run(p, bytes_of(MAIL), RC_OK);
    assert_string_equal(m->from.addr, "jane@example.org");
    assert_string_equal(m->text, "Is it there?\n");
    assert_false(m->unreadable);
    /* every charset that needs a table must be there before the sandbox closes */
    m = run(p,
            bytes_of("Subject: =?tis-620?Q?=CA=C7=D1=CA=B4=D5?= =?gb2312?B?xOO6ww==?= "
                     "=?windows-1258?Q?Ti=EA=ECng?= =?iso-2022-jp?B?GyRCRnxLXBsoQg==?=\n"
                     "Content-Type: application/pdf; name*=gb2312''%B7%A2%C6%B1.pdf\n\nx"),
            RC_OK);
    assert_string_equal(m->subject, "สวัสดี你好Tiếng日本");
    assert_string_equal(m->parts[0].name, "发票.pdf");
    assert_string_equal(run(p, bytes_of("no mail"), RC_INVALID)->trouble, "this is no mail: it has no headers");
    assert_true(run(p, bytes_of(""), RC_INVALID)->unreadable);
    parser_stop(p);
}

static void too_big_keeps_its_headers(void **state) {
    struct parser *p = parser_start(1);
    size_t n = MIME_SIZE_MAX + 1;
    char *raw = malloc(n);
    memset(raw, 'x', n);
    memcpy(raw, MAIL, sizeof MAIL - 1);
    struct mail *m = run(p, (struct bytes){(const uint8_t *)raw, n}, RC_TOO_BIG);
    assert_true(m->unreadable);
    assert_string_equal(m->subject, "hello");
    assert_string_equal(m->trouble, "it is larger than the limit");
    free(raw);
    parser_stop(p);
}

static void a_killed_child_loses_no_mail(void **state) {
    struct parser *p = parser_start(1);
    pid_t pid = parser_child(p, 0);
    assert_true(pid > 0);
    kill(pid, SIGKILL);
    assert_false(run(p, bytes_of(MAIL), RC_OK)->unreadable);
    assert_int_not_equal(parser_child(p, 0), pid);
    parser_stop(p);
}

static void a_child_is_renewed(void **state) {
    struct parser *p = parser_start(1);
    pid_t pid = parser_child(p, 0);
    for (int i = 0; i < PARSE_MAILS_PER_CHILD; i++) {
        run(p, bytes_of(MAIL), RC_OK);
        arena_reset(a);
    }
    assert_int_equal(parser_child(p, 0), pid);
    run(p, bytes_of(MAIL), RC_OK);
    assert_int_not_equal(parser_child(p, 0), pid);
    parser_stop(p);
}

static void false_children_are_survived(void **state) {
    static const struct {
        const char *what;
        enum rc rc;
        const char *trouble;
    } rows[] = {
        {"crash", RC_INVALID, "it broke the mail reader"},
        {"hang", RC_INVALID, "reading it took too long"},
        {"spin", RC_INVALID, "reading it took too long"},
        {"lie", RC_INVALID, "the reader's answer made no sense"},
        {"boast", RC_INVALID, "the reader's answer made no sense"},
        {"deaf", RC_AWAY, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *argv[] = {"kept", "false-child", (char *)rows[i].what, "", NULL};
        struct parser *p = parser_start_with(1, argv, 400);
        struct mail *m = run(p, bytes_of(MAIL), rows[i].rc);
        assert_int_equal(m == NULL, rows[i].rc == RC_AWAY);
        if (m) {
            assert_true(m->unreadable);
            assert_string_equal(m->trouble, rows[i].trouble);
        }
        parser_stop(p);
    }
}

static void a_crash_by_accident_is_tried_again(void **state) {
    char path[] = "/tmp/kept-crash-XXXXXX";
    close(mkstemp(path));
    char *argv[] = {"kept", "false-child", "crash-once", path, NULL};
    struct parser *p = parser_start_with(1, argv, 5000);
    struct mail *m = run(p, bytes_of(MAIL), RC_OK);
    assert_string_equal(m->text, "Is it there?\n");
    parser_stop(p);
}

enum { THREADS = 6, EACH = 40 };

static void *read_many(void *arg) {
    struct parser *p = arg;
    intptr_t wrong = 0;
    for (int i = 0; i < EACH; i++) {
        struct arena *mine = arena_new(0);
        struct mail *m;
        char *raw =
            arena_printf(mine, "From: a@example.org\nSubject: %d of %lx\n\nx", i, (unsigned long)pthread_self());
        enum rc rc = parser_run(p, mine, bytes_of(raw), &m);
        wrong +=
            rc != RC_OK || strcmp(m->subject, arena_printf(mine, "%d of %lx", i, (unsigned long)pthread_self()));
        arena_free(mine);
    }
    return (void *)wrong;
}

static void threads_share_the_pool(void **state) {
    struct parser *p = parser_start(2);
    pthread_t threads[THREADS];
    void *wrong;
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, read_many, p);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
    parser_stop(p);
}

/* --- the sandbox -------------------------------------------------------------------------------------------- */

static bool status_says(pid_t pid, const char *line) {
    char path[64], text[8192];
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    text[n] = 0;
    if (f)
        fclose(f);
    return strstr(text, line) != NULL;
}

static void a_reader_has_no_rights(void **state) {
    struct parser *p = parser_start(1);
    pid_t pid = parser_child(p, 0);
    assert_true(status_says(pid, "\nNoNewPrivs:\t1\n"));
    assert_true(status_says(pid, "\nSeccomp:\t2\n"));
    assert_true(status_says(pid, "\nCapEff:\t0000000000000000\n"));
    if (geteuid() == 0)
        assert_true(status_says(pid, "\nUid:\t65534\t65534\t65534\t65534\n"));
    else
        print_message("not root: becoming nobody is not tried\n");
    parser_stop(p);
}

static void *nothing(void *arg) { return arg; }

/* Enters a role and tries something; 0: it was allowed, 1: refused with an error. A kill shows as a signal. */
static int probe(const char *role, const char *what, const char *path) {
    const char *lacking;
    int which = 0;
    while (strcmp(sandbox_role_name((enum sandbox_role)which), role))
        which++;
    if (which == SANDBOX_SERVE)
        sandbox_let(path, SANDBOX_WRITE);
    enum rc rc = sandbox_enter((enum sandbox_role)which, &lacking);
    if (rc == RC_BROKEN)
        return 9;
    bool landlocked = rc == RC_OK;
    char file[256];
    snprintf(file, sizeof file, "%s/probe", path);
    if (!strcmp(what, "read"))
        return open("/etc/passwd", O_RDONLY) < 0;
    if (!strcmp(what, "write-inside"))
        return open(file, O_CREAT | O_WRONLY, 0600) < 0;
    if (!strcmp(what, "write-outside")) /* without landlock this one holds for nobody */
        return open("/tmp/kept-probe-outside", O_CREAT | O_WRONLY, 0600) < 0 || !landlocked;
    if (!strcmp(what, "read-outside"))
        return open("/tmp/kept-probe-secret", O_RDONLY) < 0 || !landlocked;
    if (!strcmp(what, "list-outside"))
        return open("/root", O_RDONLY | O_DIRECTORY) < 0 || !landlocked;
    if (!strcmp(what, "socket"))
        return socket(AF_INET, SOCK_STREAM, 0) < 0;
    if (!strcmp(what, "listen")) {
        struct sockaddr_in any = {.sin_family = AF_INET};
        return bind(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&any, sizeof any) != 0;
    }
    if (!strcmp(what, "raw-packets"))
        return socket(AF_PACKET, SOCK_RAW, 0) < 0;
    if (!strcmp(what, "thread")) {
        pthread_t t;
        return pthread_create(&t, NULL, nothing, NULL) != 0 || pthread_join(t, NULL) != 0;
    }
    if (!strcmp(what, "debug"))
        return ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0;
    if (!strcmp(what, "mount"))
        return mount("none", path, "tmpfs", 0, NULL) != 0;
    if (!strcmp(what, "module"))
        return syscall(SYS_init_module, NULL, 0, "") != 0;
    if (!strcmp(what, "user"))
        return setresuid(0, 0, 0) != 0;
    if (!strcmp(what, "fork"))
        return fork() < 0;
    if (!strcmp(what, "execute"))
        return execl("/bin/true", "true", NULL) != 0;
    if (!strcmp(what, "new-code"))
        return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
    if (!strcmp(what, "kill"))
        return kill(1, 0) != 0;
    if (!strcmp(what, "memory"))
        return malloc(2000ul << 20) == NULL;
    return 8;
}

static int try_probe(const char *role, const char *what, const char *path) {
    char *argv[] = {"kept", "probe", (char *)role, (char *)what, (char *)path, NULL},
         *env[] = {"ASAN_OPTIONS=detect_leaks=0", NULL};
    pid_t pid;
    int status;
    assert_int_equal(posix_spawn(&pid, "/proc/self/exe", NULL, NULL, argv, env), 0);
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status) ? 100 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void roles_hold(void **state) {
    enum { MAY = 0, REFUSED = 1, KILLED = 100 + SIGSYS };
    static const struct {
        const char *role, *what;
        int outcome;
    } rows[] = {
        {"parse", "read", REFUSED},
        {"parse", "write-inside", REFUSED},
        {"parse", "socket", KILLED},
        {"parse", "fork", KILLED},
        {"parse", "execute", KILLED},
        {"parse", "new-code", KILLED},
        {"parse", "kill", KILLED},
        {"parse", "memory", REFUSED},
        {"parse", "thread", KILLED},
        {"parse", "debug", KILLED},
        {"parse", "read-outside", REFUSED},
        {"articles", "read", REFUSED},
        {"articles", "write-inside", REFUSED},
        {"articles", "socket", KILLED},
        {"articles", "execute", KILLED},
        {"articles", "new-code", KILLED},
        {"articles", "memory", REFUSED},
        {"imap", "read", MAY},
        {"imap", "read-outside", REFUSED},
        {"imap", "write-outside", REFUSED},
        {"imap", "socket", MAY},
        {"imap", "thread", MAY},
        {"imap", "listen", REFUSED},
        {"imap", "raw-packets", KILLED},
        {"imap", "fork", KILLED},
        {"imap", "execute", KILLED},
        {"imap", "debug", KILLED},
        {"imap", "mount", KILLED},
        {"launch", "fork", MAY},
        {"launch", "execute", MAY},
        {"launch", "listen", REFUSED},
        {"launch", "raw-packets", REFUSED},
        {"launch", "write-inside", MAY},
        {"launch", "debug", REFUSED},
        {"launch", "mount", REFUSED},
        {"launch", "module", REFUSED},
        {"serve", "read", MAY},
        {"serve", "write-inside", MAY},
        {"serve", "write-outside", REFUSED},
        {"serve", "read-outside", REFUSED},
        {"serve", "list-outside", REFUSED},
        {"serve", "socket", MAY},
        {"serve", "listen", MAY},
        {"serve", "thread", MAY},
        {"serve", "raw-packets", REFUSED},
        {"serve", "fork", REFUSED},
        {"serve", "execute", REFUSED},
        {"serve", "kill", REFUSED},
        {"serve", "debug", REFUSED},
        {"serve", "mount", REFUSED},
        {"serve", "module", REFUSED},
        {"serve", "user", REFUSED},
    };
    char dir[] = "/tmp/kept-sandbox-XXXXXX";
    assert_non_null(mkdtemp(dir));
    int secret = open("/tmp/kept-probe-secret", O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    assert_true(secret >= 0);
    close(secret);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        if (!strcmp(rows[i].what, "memory")) /* the sanitiser needs the address space for itself */
            continue;
#endif
        int got = try_probe(rows[i].role, rows[i].what, dir);
        if (got != rows[i].outcome)
            fail_msg("%s, %s: %d", rows[i].role, rows[i].what, got);
    }
    unlink("/tmp/kept-probe-outside");
    unlink("/tmp/kept-probe-secret");
    char file[256];
    snprintf(file, sizeof file, "%s/probe", dir);
    unlink(file);
    rmdir(dir);
}

/* What the server does once it may start nothing itself. */
static void a_launcher_starts_the_readers(void **state) {
    char *argv[] = {"kept", "launch", "parse", NULL};
    char line[32];
    int fd;
    pid_t pid;
    assert_true(launcher_start(argv));
    struct parser *p = parser_start(2);
    pid_t first = parser_child(p, 0);
    assert_true(first > 0);
    snprintf(line, sizeof line, "\nPPid:\t%d\n", getpid());
    assert_false(status_says(first, line));
    assert_true(status_says(first, "\nSeccomp:\t2\n"));
    assert_string_equal(run(p, bytes_of(MAIL), RC_OK)->subject, "hello");
    kill(first, SIGKILL);
    for (int i = 0; i < 4; i++)
        assert_false(run(p, bytes_of(MAIL), RC_OK)->unreadable);
    assert_int_equal(launcher_order("imap", &fd, &pid), EPERM); /* a name that it was not given */
    assert_int_equal(launcher_order("../../bin/sh", &fd, &pid), EPERM);
    assert_int_equal(launcher_end(getpid()), 0); /* a process that is not its child lives */
    pid = parser_child(p, 0);
    launcher_stop(); /* and the readers with it */
    for (int i = 0; i < 500 && kill(pid, 0) == 0 && !status_says(pid, "\nState:\tZ"); i++)
        usleep(10000);
    assert_true(kill(pid, 0) != 0 || status_says(pid, "\nState:\tZ"));
    (void)p; /* its children went with the launcher: nothing is left to end */
    free(p);
}

static void doctor_can_print_it(void **state) {
    struct buf out = {0};
    for (int r = 0; r < SANDBOX_ROLES; r++)
        sandbox_describe((enum sandbox_role)r, &out);
    assert_non_null(strstr(out.at, "parse: files: none\n"));
    assert_non_null(strstr(out.at, "imap: "));
    buf_free(&out);
}

static int setup(void **state) { return a = arena_new(0), 0; }
static int teardown(void **state) { return arena_free(a), 0; }

int main(int argc, char **argv) {
    if (argc > 1 && !strcmp(argv[1], "parse"))
        return parse_child_main();
    if (argc > 1 && !strcmp(argv[1], "launch"))
        return launcher_main(argv + 2);
    if (argc > 3 && !strcmp(argv[1], "false-child"))
        return false_child(argv[2], argv[3]);
    if (argc > 4 && !strcmp(argv[1], "probe"))
        return probe(argv[2], argv[3], argv[4]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_children_read),
        cmocka_unit_test(too_big_keeps_its_headers),
        cmocka_unit_test(a_killed_child_loses_no_mail),
        cmocka_unit_test(a_child_is_renewed),
        cmocka_unit_test(false_children_are_survived),
        cmocka_unit_test(a_crash_by_accident_is_tried_again),
        cmocka_unit_test(threads_share_the_pool),
        cmocka_unit_test(a_reader_has_no_rights),
        cmocka_unit_test(roles_hold),
        cmocka_unit_test(a_launcher_starts_the_readers),
        cmocka_unit_test(doctor_can_print_it),
    };
    return cmocka_run_group_tests_name("parse", tests, setup, teardown);
}
