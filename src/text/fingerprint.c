#include "text/fingerprint.h"

#include "text/normal.h"

#include <string.h>

struct letter {
    uint32_t cp, units; /* units before it */
};

static size_t letters_of(struct arena *a, const char *text, struct letter **out, uint32_t *units) {
    struct normal normal = normalize(a, text, strlen(text));
    size_t n = 0;
    *out = ARENA_ARRAY(a, normal.n + 1, struct letter);
    *units = 0;
    for (size_t i = 0; i < normal.n; i++) {
        enum script script = script_of(normal.cp[i]);
        if (script == SCRIPT_NONE)
            continue;
        (*out)[n++] = (struct letter){normal.cp[i], *units};
        *units += script == SCRIPT_HAN ? 3 : 1;
    }
    (*out)[n] = (struct letter){0, *units};
    return n;
}

static uint64_t hash_of(const struct letter *from, const struct letter *to) {
    uint64_t h = 0xcbf29ce484222325u;
    for (; from < to; from++) {
        h = (h ^ from->cp) * 0x9E3779B97F4A7C15u;
        h ^= h >> 29;
    }
    return h;
}

size_t fingerprints_of(struct arena *a, const char *text, struct fingerprint **out) {
    struct letter *letters;
    uint32_t units;
    size_t n = letters_of(a, text, &letters, &units), stretches = 0, kept = 0, end = 0;
    struct fingerprint *all = ARENA_ARRAY(a, n + 1, struct fingerprint);
    for (size_t i = 0; i < n; i++) {
        while (end < n && letters[end].units - letters[i].units < FINGERPRINT_UNITS)
            end++;
        if (letters[end].units - letters[i].units < FINGERPRINT_UNITS)
            break;
        all[stretches++] =
            (struct fingerprint){hash_of(&letters[i], &letters[end]), letters[i].units, letters[end].units};
    }
    /* The last of equal ones, so that a run of one letter gives few. */
    size_t last = SIZE_MAX,
           windows = stretches < FINGERPRINT_WINDOW ? (stretches ? 1 : 0) : stretches - FINGERPRINT_WINDOW + 1;
    *out = ARENA_ARRAY(a, stretches + 1, struct fingerprint);
    for (size_t w = 0; w < windows; w++) {
        size_t least = w;
        for (size_t i = w; i < w + FINGERPRINT_WINDOW && i < stretches; i++)
            if (all[i].hash <= all[least].hash)
                least = i;
        if (least != last)
            (*out)[kept++] = all[least];
        last = least;
    }
    return kept;
}
