/* rules.h: rule files (lang/rules/LANG.rules) read, and their patterns found in a reply.
 * docs/rules.md says how a rule is written. The files are embedded in the program; a broken one ends it at start-up
 * with file:line, and the tests read the same files first. A loaded set never changes and is shared by all threads.
 */
#ifndef KEPT_TEXT_RULES_H
#define KEPT_TEXT_RULES_H

#include "base/rc.h"
#include "text/prose.h"
#include "text/when.h"

enum rule_strength { RULE_GREY, RULE_AMBER, RULE_RED };
const char *rule_strength_name(enum rule_strength strength); /* "grey", as pages, the API and rule files name it */

struct pattern;

enum { RULE_UNLESS_MAX = 24, RULE_MATCH_MAX = 64, RULE_CUES_MAX = 4 };

/* A rule, or (strength irrelevant) a cue: patterns under a name that C code asks for. */
struct rule {
    const char *name; /* several blocks may share one name */
    size_t number;    /* its place in the set */
    bool is_cue;
    bool late;        /* a cue that is looked for only when asked for, by rules_find_late */
    bool beside_time; /* a cue of promise_find.h: says nothing in a text without a time */
    enum rule_strength strength;
    const char *say, *better;                      /* in the language of the file */
    struct pattern *unless[RULE_UNLESS_MAX];       /* in the same sentence: silent */
    struct pattern *unless_reply[RULE_UNLESS_MAX]; /* anywhere in the reply: silent */
    struct pattern *needs[RULE_UNLESS_MAX];        /* anywhere in the reply: one of them must be there */
    int n_unless, n_unless_reply, n_needs;
    const char *unless_cue[RULE_CUES_MAX]; /* one of these cues anywhere in the reply: silent */
    int n_unless_cue;
    int line;
};

/* A sentence that the file itself says must, or must not, give the rule. */
struct rule_example {
    const char *rule; /* "promise" for the promise finder */
    const char *text;
    bool wanted;
    int line;
};

struct rules {
    enum lang lang;
    struct rule **rules;
    size_t n_rules;
    struct rule_example *examples;
    size_t n_examples;
    struct rule_index *index, *late;
};

/* Reads a file's text. RC_INVALID with *why ("vi.rules:12: …", in the arena). `a` must live as long as the rules.
 */
enum rc rules_parse(struct arena *a, enum lang lang, const char *file, const char *text, struct rules **out,
                    const char **why);
/* The embedded set. Never fails: what is embedded was tested. */
const struct rules *rules_of(enum lang lang);
/* The patterns of one name alone, for texts in which nothing else is looked for: found many times faster. In the
 * arena, beside `r`. */
const struct rules *rules_only(struct arena *a, const struct rules *r, const char *name);
/* The first rule (no cue) of that name, NULL when there is none. */
const struct rule *rules_named(const struct rules *r, const char *name);

struct rule_hit {
    const struct rule *rule;
    uint32_t start, end, sentence;
};
struct rule_hits {
    size_t n;
    struct rule_hit *at; /* by start; cues, and rules whose unless and needs let them pass */
};
struct rule_hits rules_find(struct arena *a, const struct rules *r, const struct prose *p,
                            const struct whens *whens);
/* The same of the late cues alone. */
struct rule_hits rules_find_late(struct arena *a, const struct rules *r, const struct prose *p,
                                 const struct whens *whens);

#endif
