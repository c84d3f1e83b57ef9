/* admin_log.c: who signed in, and who tried. */
#include "base/tr.h"
#include "html_gen.h"
#include "web/handlers.h"
#include "web/page.h"

#include <stdlib.h>

enum { LINES = 50 };

/* "1773642600000.2": the time of the last line shown, and how many lines of that time were. */
static void read_cursor(const char *cursor, int64_t *until, int *skip) {
    enum { SKIP_MAX = 10000 };
    char *end;
    *until = INT64_MAX;
    *skip = 0;
    if (!cursor)
        return;
    *until = strtoll(cursor, &end, 10);
    long n = *end == '.' ? strtol(end + 1, NULL, 10) : 0;
    *skip = n < 0 ? 0 : n > SKIP_MAX ? SKIP_MAX : (int)n;
}

static const char *cursor_after(struct arena *a, const struct sign_in *list, int n, int64_t until, int skipped) {
    int64_t last = list[n - 1].at;
    int same = last == until ? skipped : 0;
    for (int i = 0; i < n; i++)
        same += list[i].at == last;
    return arena_printf(a, "%lld.%d", (long long)last, same);
}

void get_admin_sign_ins(struct request *rq) {
    struct visit x;
    struct sign_in *list;
    int n;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Sign-ins")))
        return;
    struct admin_log_view v = {.shell = shell_of(&x, "admin"), .nav.section = "log"};
    int64_t until;
    int skip;
    read_cursor(rq_text(rq, "before"), &until, &skip);
    enum rc rc = sign_in_list(x.v, x.a, until, skip, LINES + 1, &list, &n);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.lines = ARENA_ARRAY(x.a, LINES, struct admin_sign_in);
    for (int i = 0; i < n && i < LINES; i++)
        v.lines[v.lines_n++] = (struct admin_sign_in){list[i].at, list[i].agent_name ? list[i].agent_name : "–",
                                                      list[i].address, list[i].outcome};
    if (n > LINES)
        v.older = cursor_after(x.a, list, LINES, until, skip);
    html_admin_log(rs_body(rq), &x.page, &v);
    visit_end(&x);
}
