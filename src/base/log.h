/* log.h: lines for the operator on stderr, one a line, and the end of the process.
 * The log carries no personal data: no addresses, names, subjects or texts; ids and codes only.
 * die() is for out of memory, a broken invariant or a bad start-up configuration, never for input. */
#ifndef KEPT_BASE_LOG_H
#define KEPT_BASE_LOG_H

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Lines below `level` are dropped. `part` (static) begins each line: "kept", "kept parse". */
void log_setup(const char *part, enum log_level level);

/* Thread-safe; control characters in the text are shown as '?', so that input cannot forge a line. */
void log_line(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)
#define log_warn(...) log_line(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)

_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
