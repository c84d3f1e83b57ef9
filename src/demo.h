/* demo.h: the lines of the files in demo/, as tools/demo_data.py puts them into the program. */
#ifndef KEPT_DEMO_H
#define KEPT_DEMO_H

struct demo_line {
    const char *kind; /* agents, conversations, inboxes, people, saved: the file's name up to the first dot … */
    const char *lang; /* … and between that and .jsonl; "" */
    const char *json;
};
extern const struct demo_line demo_lines[];
extern const int demo_lines_n;

#endif
