#include "base/sandbox.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- the table ------------------------------------------------------------------------------------------- */

#define MEMORY "brk", "mmap", "munmap", "mremap", "mprotect", "madvise", "mincore"
#define RUNTIME                                                                                                    \
    "futex", "futex_waitv", "rt_sigreturn", "rt_sigaction", "rt_sigprocmask", "sigaltstack", "restart_syscall",    \
        "exit", "exit_group", "clock_gettime", "clock_nanosleep", "nanosleep", "gettimeofday", "time",             \
        "getrandom", "rseq", "set_robust_list", "sched_yield", "getpid", "gettid", "membarrier", "getrusage",      \
        "setitimer", "sched_getaffinity", "uname", "sysinfo", "times"
#define DESCRIPTORS                                                                                                \
    "read", "write", "readv", "writev", "close", "lseek", "fstat", "poll", "ppoll", "fcntl", "dup", "dup2", "dup3"
/* With `clone` of threads beside it; `clone3`, whose flags no filter sees, is refused, and libc then takes clone.
 */
#define THREADS                                                                                                    \
    "tgkill", "set_tid_address", "arch_prctl", "prctl", "sched_setaffinity", "sched_getparam",                     \
        "sched_getscheduler", "setpriority", "getpriority", "get_robust_list"
#define FILES                                                                                                      \
    "open", "openat", "openat2", "stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2",      \
        "readlink", "readlinkat", "getcwd", "getdents64", "pread64", "statfs", "fstatfs", "umask"
#define FILE_CHANGES                                                                                               \
    "pwrite64", "ftruncate", "fallocate", "fsync", "fdatasync", "sync_file_range", "rename", "renameat",           \
        "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "chmod", "fchmod", "fchmodat", "fchown",   \
        "flock", "link", "linkat", "utimensat", "msync", "fadvise64", "truncate", "chdir"
#define NETWORK                                                                                                    \
    "socketpair", "connect", "getsockname", "getpeername", "setsockopt", "getsockopt", "sendto", "recvfrom",       \
        "sendmsg", "recvmsg", "sendmmsg", "recvmmsg", "shutdown", "getuid", "geteuid", "getgid", "getegid",        \
        "getppid", "ioctl", "select", "pselect6", "pipe", "pipe2", "eventfd2", "epoll_create1", "epoll_ctl",       \
        "epoll_wait", "epoll_pwait"
#define SERVER                                                                                                     \
    "bind", "listen", "accept", "accept4", "timerfd_create", "timerfd_settime", "timerfd_gettime", "signalfd4",    \
        "inotify_init1", "inotify_add_watch", "inotify_rm_watch", "sendfile", "memfd_create", "mlock", "munlock"
/* To start children, which close themselves in further. */
#define CHILDREN                                                                                                   \
    "clone", "vfork", "execve", "execveat", "wait4", "waitid", "kill", "pidfd_open", "pidfd_send_signal",          \
        "close_range", "prlimit64", "setrlimit", "getrlimit", "setsid", "setpgid", "getpgrp", "setuid", "setgid",  \
        "setresuid", "setresgid", "setgroups", "getgroups", "capget", "seccomp", "landlock_create_ruleset",        \
        "landlock_add_rule", "landlock_restrict_self"

/* Of the roles that read bytes of strangers and answer on their socket. */
#define READS_ONLY                                                                                                 \
    .files = "none",                                                                                               \
    .calls = (const char *const[]){MEMORY, RUNTIME, "read", "write", "close", "poll", "fstat", "lseek", NULL},     \
    .absent = (const char *const[]){"open",       "openat",     "openat2", "stat",      "lstat",                   \
                                    "newfstatat", "statx",      "access",  "faccessat", "faccessat2",              \
                                    "readlink",   "readlinkat", NULL},                                             \
    .refused = (const char *const[]){"clone3", "ioctl", "prlimit64", "getsockname", "prctl", "fcntl", NULL},       \
    .kill = true, .becomes_nobody = true, .dies_with_parent = true, .no_new_code = true, .files_open = 16,         \
    .file_size = 0, .processes = 0

enum { MIB = 1024 * 1024 };

static const struct role {
    const char *name, *files; /* `files` is for people; sandbox_let and `reads` are what holds */
    const char *const
        *calls; /* allowed; everything else ends the process, or answers EPERM where `kill` is false */
    const char *const *absent;  /* answered "no such file": libraries ask and go on without */
    const char *const *refused; /* answered "not implemented": the library has another way */
    const char *const *reads;   /* beneath these, files may be read */
    bool kill, becomes_nobody, dies_with_parent, no_new_code;
    bool threads;   /* may start threads, not processes */
    bool sockets;   /* of the families below, to anywhere; all else by inheritance only */
    bool all_files; /* no landlock: its children need files that are not known yet, and close themselves in */
    rlim_t memory, cpu_seconds, files_open, file_size, processes; /* RLIM_INFINITY: as inherited */
} roles[SANDBOX_ROLES] = {
    [SANDBOX_SERVE] =
        {
            .name = "serve",
            .files = "its data folder, read and write; the system's libraries, zones and certificates, read",
            .calls = (const char *const[]){MEMORY, RUNTIME, DESCRIPTORS, THREADS, FILES, FILE_CHANGES, NETWORK,
                                           SERVER, NULL},
            .refused = (const char *const[]){"clone3", NULL},
            .reads =
                (const char *const[]){"/usr", "/lib", "/lib64", "/etc", "/proc/self", "/proc/cpuinfo",
                                      "/proc/meminfo", "/sys/devices/system/cpu", "/run/systemd/resolve",
                                      "/run/resolvconf", "/run/NetworkManager", "/dev/urandom", "/dev/null", NULL},
            .threads = true,
            .sockets = true,
            .memory = RLIM_INFINITY,
            .cpu_seconds = RLIM_INFINITY,
            .files_open = RLIM_INFINITY,
            .file_size = RLIM_INFINITY,
            .processes = RLIM_INFINITY,
        },
    [SANDBOX_LAUNCH] =
        {
            .name = "launch",
            .files = "as its user may; it opens none",
            /* Its children inherit this: what any of them needs until it has closed itself in. */
            .calls = (const char *const[]){MEMORY, RUNTIME, DESCRIPTORS, THREADS, FILES, NETWORK, CHILDREN, NULL},
            .refused = (const char *const[]){"clone3", NULL},
            .sockets = true,
            .all_files = true,
            .memory = RLIM_INFINITY,
            .cpu_seconds = RLIM_INFINITY,
            .files_open = RLIM_INFINITY,
            .file_size = RLIM_INFINITY,
            .processes = RLIM_INFINITY,
        },
    [SANDBOX_PARSE] =
        {
            .name = "parse",
            READS_ONLY,
            .memory = 1024ul * MIB,
            .cpu_seconds = 2500,
        },
    [SANDBOX_ARTICLES] =
        {
            .name = "articles",
            READS_ONLY,
            .memory = 1536ul * MIB,
            .cpu_seconds = 180,
        },
    [SANDBOX_IMAP] =
        {
            .name = "imap",
            .files = "the system's certificates and name service, read",
            .calls = (const char *const[]){MEMORY, RUNTIME, DESCRIPTORS, THREADS, FILES, NETWORK, NULL},
            .refused = (const char *const[]){"clone3", "prlimit64", "bind", "listen", NULL},
            .threads = true,
            .sockets = true,
            .reads = (const char *const[]){"/usr", "/lib", "/lib64", "/etc", "/run/systemd/resolve", "/dev/urandom",
                                           "/dev/null", NULL},
            .kill = true,
            .becomes_nobody = true,
            .dies_with_parent = true,
            .memory = 512ul * MIB,
            .cpu_seconds = RLIM_INFINITY,
            .files_open = 64,
            .file_size = 0,
            .processes = RLIM_INFINITY,
        },
};

const char *sandbox_role_name(enum sandbox_role role) { return roles[role].name; }

enum { LET_MAX = 16 };
static struct {
    const char *path;
    enum sandbox_access access;
} let[LET_MAX];
static size_t n_let;

void sandbox_let(const char *path, enum sandbox_access access) {
    if (n_let == LET_MAX)
        die("more than %d folders for the sandbox", LET_MAX);
    let[n_let].path = path;
    let[n_let++].access = access;
}

bool sandbox_may_read(enum sandbox_role role, const char *path) {
    for (const char *const *at = roles[role].reads; at && *at; at++) {
        size_t n = strlen(*at);
        if (strncmp(path, *at, n) == 0 && (path[n] == '/' || !path[n]))
            return true;
    }
    return false;
}

/* --- landlock -------------------------------------------------------------------------------------------- */

#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif
#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV
#define LANDLOCK_ACCESS_FS_IOCTL_DEV (1ULL << 15)
#endif

static int landlock_abi(void) {
    return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

/* All that this kernel's landlock can forbid about files. */
static uint64_t landlock_all(int abi) {
    uint64_t all = LANDLOCK_ACCESS_FS_MAKE_SYM | (LANDLOCK_ACCESS_FS_MAKE_SYM - 1);
    if (abi >= 2)
        all |= LANDLOCK_ACCESS_FS_REFER;
    if (abi >= 3)
        all |= LANDLOCK_ACCESS_FS_TRUNCATE;
    return abi >= 5 ? all | LANDLOCK_ACCESS_FS_IOCTL_DEV : all;
}

static bool landlock_let(int rules, const char *path, uint64_t rights) {
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT;      /* what is not there needs no rule */
    if (faccessat(fd, ".", F_OK, 0)) /* a file: rights that only folders have would be refused */
        rights &= LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_EXECUTE |
                  LANDLOCK_ACCESS_FS_TRUNCATE | LANDLOCK_ACCESS_FS_IOCTL_DEV;
    struct landlock_path_beneath_attr under = {.allowed_access = rights, .parent_fd = fd};
    bool ok = !syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &under, 0);
    close(fd);
    return ok;
}

static bool landlock_close(const struct role *role, int abi) {
    uint64_t all = landlock_all(abi), read = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
    struct landlock_ruleset_attr attr = {.handled_access_fs = all};
    int rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr.handled_access_fs, 0);
    bool ok = rules >= 0;
    for (size_t i = 0; ok && role->reads && role->reads[i]; i++)
        ok = landlock_let(rules, role->reads[i], read);
    for (size_t i = 0; ok && i < n_let; i++)
        ok = landlock_let(rules, let[i].path,
                          let[i].access == SANDBOX_WRITE ? all & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE : read);
    ok = ok && !syscall(SYS_landlock_restrict_self, rules, 0);
    if (rules >= 0)
        close(rules);
    return ok;
}

/* --- seccomp --------------------------------------------------------------------------------------------- */

/* Names that this architecture does not have are passed over. */
static bool add_calls(scmp_filter_ctx f, const char *const *names, uint32_t action, bool no_new_code) {
    /* Without PROT_EXEC no new code comes into the process. */
    const struct scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    for (; names && *names; names++) {
        int number = seccomp_syscall_resolve_name(*names);
        bool maps = !strcmp(*names, "mprotect") || !strcmp(*names, "mmap");
        if (number >= 0 && seccomp_rule_add_array(f, action, number, maps && no_new_code, &no_code))
            return false;
    }
    return true;
}

static bool add_threads(scmp_filter_ctx f) {
    return !seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                             SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM));
}

/* No raw packets, no kernel's own languages but the one that lists our addresses. */
static bool add_sockets(scmp_filter_ctx f) {
    static const int families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
    bool ok = true;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        ok = ok && !seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                                     SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i]));
    return ok;
}

static bool seccomp_close(const struct role *r) {
    scmp_filter_ctx f = seccomp_init(r->kill ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO(EPERM));
    bool ok = f && add_calls(f, r->calls, SCMP_ACT_ALLOW, r->no_new_code) && (!r->threads || add_threads(f)) &&
              (!r->sockets || add_sockets(f)) && add_calls(f, r->absent, SCMP_ACT_ERRNO(ENOENT), false) &&
              add_calls(f, r->refused, SCMP_ACT_ERRNO(ENOSYS), false) && !seccomp_load(f);
    if (f)
        seccomp_release(f);
    return ok;
}

/* --- entering -------------------------------------------------------------------------------------------- */

enum { NOBODY = 65534 };

static bool become_nobody(void) {
    if (geteuid() != 0)
        return true;
    return !setgroups(0, NULL) && !setresgid(NOBODY, NOBODY, NOBODY) && !setresuid(NOBODY, NOBODY, NOBODY);
}

static bool limit(int what, rlim_t value) {
    struct rlimit now, to = {value, value};
    if (value == RLIM_INFINITY)
        return true;
    if (!getrlimit(what, &now) && now.rlim_max < value) /* already stricter */
        return true;
    return !setrlimit(what, &to);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { ADDRESS_SPACE_IS_OURS = false }; /* the sanitiser reserves terabytes of it */
#else
enum { ADDRESS_SPACE_IS_OURS = true };
#endif

static bool set_limits(const struct role *r) {
    struct rlimit no_core = {0, 0};
    return !setrlimit(RLIMIT_CORE, &no_core) && (!ADDRESS_SPACE_IS_OURS || limit(RLIMIT_AS, r->memory)) &&
           limit(RLIMIT_CPU, r->cpu_seconds) && limit(RLIMIT_NOFILE, r->files_open) &&
           limit(RLIMIT_FSIZE, r->file_size) && limit(RLIMIT_NPROC, r->processes);
}

bool sandbox_holds_server(void) { return ADDRESS_SPACE_IS_OURS; }

enum rc sandbox_enter(enum sandbox_role which, const char **lacking) {
    const struct role *r = &roles[which];
    *lacking = "";
    int abi = landlock_abi();
    if (!set_limits(r))
        return *lacking = "resource limits", RC_BROKEN;
    if (r->becomes_nobody && !become_nobody())
        return *lacking = "becoming nobody", RC_BROKEN;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        return *lacking = "no_new_privs", RC_BROKEN;
    if (abi > 0 && !r->all_files && !landlock_close(r, abi))
        return *lacking = "landlock rules", RC_BROKEN;
    if (r->becomes_nobody && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)) /* nobody's other processes may not look in */
        return *lacking = "dumpable", RC_BROKEN;
    /* Follows the thread that started us, not the process; whoever starts children must bear that a child of an
     * ended thread is gone. Set after the change of user, which clears it. */
    if (r->dies_with_parent && prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0))
        return *lacking = "parent death signal", RC_BROKEN;
    if (!seccomp_close(r))
        return *lacking = "seccomp", RC_BROKEN;
    if (abi <= 0 && !r->all_files)
        return *lacking = "landlock (kernel 5.13 or later with landlock switched on)", RC_AWAY;
    return RC_OK;
}

static void describe_limit(struct buf *out, const char *name, rlim_t value, rlim_t unit) {
    if (value != RLIM_INFINITY)
        buf_printf(out, ", %s %llu", name, (unsigned long long)(value / unit));
}

static const char *sandbox_starts(const struct role *r) {
    for (size_t i = 0; r->calls[i]; i++)
        if (strcmp(r->calls[i], "execve") == 0)
            return "starts processes: the roles below";
    return r->threads ? "starts threads, no processes" : "starts nothing";
}

void sandbox_describe(enum sandbox_role which, struct buf *out) {
    const struct role *r = &roles[which];
    size_t n = 0;
    while (r->calls[n])
        n++;
    int abi = landlock_abi();
    buf_printf(out, "%s: files: %s\n", r->name, r->files);
    buf_printf(out, "%s: %zu system calls allowed, others %s%s\n", r->name, n + r->threads + r->sockets,
               r->kill ? "end the process" : "are refused", r->becomes_nobody ? "; runs as nobody" : "");
    buf_printf(out, "%s: %s; %s\n", r->name,
               r->sockets ? "connects to anywhere, no raw packets" : "no network but what it was handed",
               sandbox_starts(r));
    buf_printf(out, "%s: limits: no core dumps", r->name);
    describe_limit(out, "memory MiB", r->memory, MIB);
    describe_limit(out, "CPU seconds", r->cpu_seconds, 1);
    describe_limit(out, "open files", r->files_open, 1);
    describe_limit(out, "written file bytes", r->file_size, 1);
    describe_limit(out, "processes", r->processes, 1);
    buf_char(out, '\n');
    if (r->all_files)
        buf_printf(out, "%s: no landlock\n", r->name);
    else if (abi > 0)
        buf_printf(out, "%s: landlock ABI %d\n", r->name, abi);
    else
        buf_printf(out, "%s: this kernel has no landlock; files are held back by system calls and user only\n",
                   r->name);
}
