/* demo.h: the lines of the files in demo/, as tools/demo_data.py puts them into the program. */
#ifndef KEPT_DEMO_H
#define KEPT_DEMO_H

#include "store/store.h"

#include <jansson.h>

struct demo_line {
    const char *kind; /* agents, articles, categories, conversations, inboxes, people, saved: the file's name up to
                         the first dot … */
    const char *lang; /* … and between that and .jsonl; "" */
    const char *json;
};
extern const struct demo_line demo_lines[];
extern const int demo_lines_n;

/* The help centre of the demo: written at `then`, before everything else, and brought to where it is now. Functions
 * for store_write; the argument is a struct demo_help. */
struct demo;
struct demo_help {
    struct demo *demo;
    json_t **rows; /* of demo_lines, in its order */
    int64_t (*agent_named)(struct demo *d, const char *key);
    int64_t then, now;
};
enum rc demo_help_write(struct tx *tx, void *arg);
enum rc demo_help_age(struct tx *tx, void *arg);

#endif
