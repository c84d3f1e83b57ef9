/* Any bytes as a calendar file and as opening hours: no crash, and what is found keeps its promises. */
#include "base/utf8.h"
#include "desk/hours.h"
#include "text/ics.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds) {
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ics found;
    struct hours_day day, again;
    int32_t from = 20000, until = 21000;
    if (size > 50000)
        return 0;
    struct arena *a = arena_new(0);
    ics_read(a, (struct bytes){data, size}, from, until, &found);
    must(found.n <= ICS_DAYS_MAX);
    for (int i = 0; i < found.n; i++) {
        const struct ics_day *d = &found.days[i];
        must(d->first <= d->last && d->last - d->first < ICS_EVENT_DAYS && d->last >= from && d->first <= until);
        must(utf8_valid(d->name, strlen(d->name)) && utf8_count(d->name, strlen(d->name)) <= ICS_NAME_MAX);
    }
    char *text = arena_copy_n(a, (const char *)data, size);
    if (hours_day_read(text, &day)) {
        must(!hours_day_flaw(&day));
        must(hours_day_read(hours_day_text(a, &day), &again) && memcmp(&day, &again, sizeof day) == 0);
    }
    arena_free(a);
    return 0;
}
