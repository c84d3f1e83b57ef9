#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static const char *log_part = "kept";
static enum log_level log_least = LOG_INFO;
static const char *const level_names[] = {"debug", "info", "warn", "error"};

void log_setup(const char *part, enum log_level level) {
    log_part = part;
    log_least = level;
}

/* One write(2) a line: lines of threads and of child processes never mix. */
static void write_line(enum log_level level, const char *fmt, va_list ap) {
    char line[2048];
    struct timespec ts;
    struct tm tm;
    clock_gettime(CLOCK_REALTIME, &ts); /* the log is about this machine's time, not the product's */
    gmtime_r(&ts.tv_sec, &tm);
    size_t n = strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%S", &tm);
    n += (size_t)snprintf(line + n, sizeof line - n, ".%03ldZ %s %s: ", ts.tv_nsec / 1000000, log_part,
                          level_names[level]);
    int m = vsnprintf(line + n, sizeof line - n - 1, fmt, ap);
    size_t room = sizeof line - n - 2;
    size_t end = n + (m < 0 ? 0 : (size_t)m > room ? room : (size_t)m);
    for (size_t i = n; i < end; i++)
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            line[i] = '?';
    line[end++] = '\n';
    ssize_t written = write(STDERR_FILENO, line, end);
    (void)written; /* nowhere left to complain */
}

void log_line(enum log_level level, const char *fmt, ...) {
    if (level < log_least)
        return;
    va_list ap;
    va_start(ap, fmt);
    write_line(level, fmt, ap);
    va_end(ap);
}

void die(const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    write_line(LOG_ERROR, fmt, ap);
    va_end(ap);
    exit(70);
}
