/* The reader of rule files. See docs/rules.md for the form; each line begins with a word that says what it is. */
#include "text/rules.h"

#include "base/buf.h"
#include "base/log.h"
#include "text/fold.h"
#include "text/rules_match.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct phrase { /* a line "phrase name = pattern": "<name>" stands for any of the lines of that name */
    const char *name, *pattern;
};

struct reader {
    struct arena *a;
    enum lang lang;
    const char *file;
    int line;
    const char *why;
    struct rules *out;
    size_t room_rules, room_examples, room_lists, n_lists, room_patterns, n_patterns, room_phrases, n_phrases;
    struct list **lists;
    struct phrase *phrases;
    struct pattern **patterns;
    struct rule *block;
    const char *examples_of; /* "promise" inside "examples promise" */
    int depth;               /* of phrases inside phrases */
};

const char *rule_strength_name(enum rule_strength strength) {
    static const char *const names[] = {[RULE_GREY] = "grey", [RULE_AMBER] = "amber", [RULE_RED] = "red"};
    return names[strength];
}

static bool fail(struct reader *r, const char *what, const char *word) {
    if (!r->why)
        r->why = arena_printf(r->a, "%s:%d: %s%s%s", r->file, r->line, what, word ? ": " : "", word ? word : "");
    return false;
}

#define PUSH(r, list, n, room, value)                                                                              \
    do {                                                                                                           \
        if ((n) == (room)) {                                                                                       \
            (room) = (room) ? 2 * (room) : 16;                                                                     \
            (list) = arena_grow((r)->a, (list), (n), (room), sizeof *(list));                                      \
        }                                                                                                          \
        (list)[(n)++] = (value);                                                                                   \
    } while (0)

/* ---- literals and lists ---- */

static bool read_literal(struct reader *r, const char *s, size_t len, struct literal *l) {
    *l = (struct literal){0};
    if (len && *s == '*')
        return fail(r, "an ending (*word) stands in patterns only", NULL);
    if (len && *s == '=') {
        l->exact = true;
        s++;
        len--;
    }
    if (len && s[len - 1] == '*') {
        l->prefix = true;
        len--;
    }
    if (!len)
        return fail(r, "an empty word", NULL);
    l->c = ARENA_ARRAY(r->a, len + 2, uint32_t);
    l->bare = ARENA_ARRAY(r->a, len + 2, uint32_t);
    l->n = (uint32_t)prose_fold(r->lang, s, len, l->c, len);
    for (uint32_t i = 0; i < l->n; i++)
        l->bare[i] = r->lang == LANG_VI ? fold_bare(l->c[i]) : l->c[i];
    l->head = l->n ? fold_bare(l->c[0]) % PROSE_HEADS : 0;
    return l->n > 0 || fail(r, "an empty word", NULL);
}

static const struct list *list_named(const struct reader *r, const char *name, size_t len) {
    for (size_t i = 0; i < r->n_lists; i++)
        if (strlen(r->lists[i]->name) == len && memcmp(r->lists[i]->name, name, len) == 0)
            return r->lists[i];
    return NULL;
}

static const char *trim(const char *s, const char **end) {
    while (s < *end && (*s == ' ' || *s == '\t'))
        s++;
    while (*end > s && ((*end)[-1] == ' ' || (*end)[-1] == '\t' || (*end)[-1] == '\r'))
        (*end)--;
    return s;
}

static uint32_t head_of(const struct literal *l) { return l->head; }

static int by_head_and_length(const void *x, const void *y) {
    const struct literal *a = x, *b = y;
    uint32_t p = head_of(a), q = head_of(b);
    return p != q ? (p > q) - (p < q) : (a->n < b->n) - (a->n > b->n);
}

static void sort_list(struct list *l) {
    qsort(l->at, l->n, sizeof *l->at, by_head_and_length);
    uint16_t k = 0;
    for (uint32_t h = 0; h <= PROSE_HEADS; h++) {
        while (k < l->n && head_of(&l->at[k]) < h)
            k++;
        l->from[h] = k;
    }
}

/* let name = word | two words | {other list} */
static bool read_list(struct reader *r, const char *s, const char *end) {
    const char *eq = memchr(s, '=', (size_t)(end - s));
    if (!eq)
        return fail(r, "let needs a name, '=' and words", NULL);
    const char *name_end = eq;
    const char *name = trim(s, &name_end);
    struct list *old = (struct list *)list_named(r, name, (size_t)(name_end - name));
    struct list *l = old ? old : ARENA_NEW(r->a, struct list); /* a second "let" of the name adds to it */
    size_t room = l->n;
    for (const char *p = eq + 1; p <= end;) {
        const char *bar = memchr(p, '|', (size_t)(end - p));
        const char *stop = bar ? bar : end, *next = bar ? bar + 1 : end + 1;
        p = trim(p, &stop);
        if (p < stop && *p == '{') {
            const struct list *other = list_named(r, p + 1, (size_t)(stop - p - 2));
            if (!other)
                return fail(r, "no such list", arena_copy_n(r->a, p, (size_t)(stop - p)));
            for (size_t i = 0; i < other->n; i++)
                PUSH(r, l->at, l->n, room, other->at[i]);
        } else if (p < stop) {
            struct literal x;
            if (!read_literal(r, p, (size_t)(stop - p), &x))
                return false;
            PUSH(r, l->at, l->n, room, x);
        }
        p = next;
    }
    sort_list(l);
    if (old)
        return true;
    l->name = arena_copy_n(r->a, name, (size_t)(name_end - name));
    PUSH(r, r->lists, r->n_lists, r->room_lists, l);
    return true;
}

/* ---- patterns ---- */

struct source {
    const char *p, *end;
};

static bool compile_alternatives(struct reader *r, struct source *s, struct node *after, char close,
                                 struct node ***branches, size_t *n);

static struct node *new_node(struct reader *r, enum op op, struct node *next) {
    struct node *n = ARENA_NEW(r->a, struct node);
    n->op = op;
    n->next = next;
    n->firsts = n->seconds = UINT64_MAX;
    return n;
}

static uint64_t bit_of(uint32_t letter) { return UINT64_C(1) << fold_bare(letter) % PROSE_HEADS; }

static void add_start(struct node *n, const struct literal *l) {
    n->firsts |= bit_of(l->c[0]);
    n->seconds |= l->n > 1 && l->c[1] != ' ' ? bit_of(l->c[1]) : UINT64_MAX;
}

/* See struct node. Where anything can begin, all bits stay. */
static void note_starts(struct node *n) {
    if (n->op == OP_BEHIND && n->next) {
        note_starts(n->next);
        n->firsts = n->next->firsts, n->seconds = n->next->seconds;
    }
    if (n->op != OP_LIT && n->op != OP_LIST && n->op != OP_ALT)
        return;
    n->firsts = n->seconds = 0;
    if (n->op == OP_LIT)
        add_start(n, n->literal);
    for (size_t i = 0; n->op == OP_LIST && i < n->list->n; i++)
        add_start(n, &n->list->at[i]);
    for (size_t i = 0; n->op == OP_ALT && i < n->n_branches; i++) {
        struct node *b = n->branches[i];
        if (b)
            note_starts(b);
        n->firsts |= b ? b->firsts : UINT64_MAX;
        n->seconds |= b ? b->seconds : UINT64_MAX;
    }
}

enum { ITEMS_MAX = 64 };

static const char *item_end(const char *p, const char *end) {
    int depth = 0;
    for (; p < end; p++) {
        if (*p == '(' || *p == '[' || *p == '{' || *p == '<')
            depth++;
        else if (*p == ')' || *p == ']' || *p == '}' || *p == '>')
            depth--;
        else if (depth == 0 && (*p == ' ' || *p == '|'))
            return p;
        if (depth == 0 && (*p == ')' || *p == ']' || *p == '}' || *p == '>'))
            return p + 1;
        if (depth < 0)
            return p;
    }
    return p;
}

/* (a | b | c) of plain words is a list without a name: one look instead of three. */
static void join_literals(struct reader *r, struct node *n, const struct node *next) {
    for (size_t i = 0; i < n->n_branches; i++)
        if (!n->branches[i] || n->branches[i] == next || n->branches[i]->op != OP_LIT ||
            n->branches[i]->next != next)
            return;
    struct list *l = ARENA_NEW(r->a, struct list);
    l->at = ARENA_ARRAY(r->a, n->n_branches, struct literal);
    for (size_t i = 0; i < n->n_branches; i++)
        l->at[l->n++] = *n->branches[i]->literal;
    sort_list(l);
    n->op = OP_LIST;
    n->list = l;
}

/* phrase name = pattern */
static bool read_phrase(struct reader *r, const char *s, const char *end) {
    const char *eq = memchr(s, '=', (size_t)(end - s));
    if (!eq)
        return fail(r, "phrase needs a name, '=' and a pattern", NULL);
    const char *name_end = eq;
    const char *name = trim(s, &name_end), *pattern = trim(eq + 1, &end);
    struct phrase x = {arena_copy_n(r->a, name, (size_t)(name_end - name)),
                       arena_copy_n(r->a, pattern, (size_t)(end - pattern))};
    PUSH(r, r->phrases, r->n_phrases, r->room_phrases, x);
    return true;
}

/* "<name>" as all the lines of that phrase, each going on with `next`. */
static bool compile_phrase(struct reader *r, const char *name, size_t len, struct node *next, struct node **out) {
    enum { DEPTH_MAX = 4 };
    if (r->depth == DEPTH_MAX)
        return fail(r, "phrases inside phrases go too deep", arena_copy_n(r->a, name, len));
    r->depth++;
    *out = new_node(r, OP_ALT, next);
    for (size_t i = 0; i < r->n_phrases; i++) {
        const char *p = r->phrases[i].pattern;
        struct source inner = {p, p + strlen(p)};
        if (strlen(r->phrases[i].name) != len || memcmp(r->phrases[i].name, name, len) != 0)
            continue;
        struct node **branches = NULL;
        size_t n = 0, room = (*out)->n_branches;
        if (!compile_alternatives(r, &inner, next, 0, &branches, &n))
            return false;
        for (size_t k = 0; k < n; k++)
            PUSH(r, (*out)->branches, (*out)->n_branches, room, branches[k]);
    }
    r->depth--;
    return (*out)->n_branches > 0 || fail(r, "no such phrase", arena_copy_n(r->a, name, len));
}

/* One item, compiled so that it goes on with `next`. */
static bool compile_item(struct reader *r, const char *p, const char *end, struct node *next, struct node **out) {
    char *word = arena_copy_n(r->a, p, (size_t)(end - p));
    if (*p == '(' || *p == '[') {
        struct source inner = {p + 1, end - 1};
        struct node *n = new_node(r, OP_ALT, next);
        if (end[-1] != (*p == '(' ? ')' : ']'))
            return fail(r, "brackets do not match", word);
        if (!compile_alternatives(r, &inner, next, 0, &n->branches, &n->n_branches))
            return false;
        join_literals(r, n, next);
        if (*p == '[' && n->op == OP_LIST) {
            struct node *maybe = new_node(r, OP_ALT, next);
            size_t room = 0;
            PUSH(r, maybe->branches, maybe->n_branches, room, n);
            PUSH(r, maybe->branches, maybe->n_branches, room, next);
            n = maybe;
        } else if (*p == '[') {
            size_t room = n->n_branches;
            PUSH(r, n->branches, n->n_branches, room, next);
        }
        *out = n;
        return true;
    }
    if (*p == '!' || *p == '-') {
        struct node *n = new_node(r, *p == '!' ? OP_NOT : OP_BEHIND, next);
        n->branches = ARENA_ARRAY(r->a, 1, struct node *);
        n->n_branches = 1;
        *out = n;
        return p + 1 < end ? compile_item(r, p + 1, end, NULL, &n->branches[0])
                           : fail(r, "'!' and '-' need a word", NULL);
    }
    if (*p == '{') {
        const struct list *l = list_named(r, p + 1, (size_t)(end - p - 2));
        if (!l)
            return fail(r, "no such list", word);
        *out = new_node(r, OP_LIST, next);
        (*out)->list = l;
        return true;
    }
    if (strcmp(word, "<time>") == 0 || strcmp(word, "<number>") == 0) {
        *out = new_node(r, word[1] == 't' ? OP_TIME : OP_NUMBER, next);
        return true;
    }
    if (strcmp(word, "^") == 0 || strcmp(word, "$") == 0) {
        *out = new_node(r, *word == '^' ? OP_START : OP_END, next);
        return true;
    }
    if (*p == '<')
        return compile_phrase(r, p + 1, (size_t)(end - p - 2), next, out);
    if (word[0] == '.' && word[1] == '.') {
        static const uint32_t usual[LANGS] = {6, 6, 10, 24};
        *out = new_node(r, OP_GAP, next);
        (*out)->gap = word[2] == '.' ? 400 : word[2] ? (uint32_t)atoi(word + 2) : usual[r->lang];
        return (*out)->gap > 0 || fail(r, "a gap needs a number above 0", word);
    }
    struct literal *l = ARENA_NEW(r->a, struct literal);
    bool ending = *p == '*';
    *out = new_node(r, ending ? OP_ENDING : OP_LIT, next);
    (*out)->literal = l;
    return read_literal(r, p + ending, (size_t)(end - p) - ending, l);
}

/* Items are compiled from the last to the first, for each must know what follows it. */
static bool compile_sequence(struct reader *r, struct source *s, struct node *after, struct node **out) {
    const char *from[ITEMS_MAX], *to[ITEMS_MAX];
    int n = 0;
    while (s->p < s->end && *s->p != '|') {
        if (*s->p == ' ') {
            s->p++;
            continue;
        }
        if (n == ITEMS_MAX)
            return fail(r, "a pattern too long", NULL);
        from[n] = s->p;
        s->p = to[n] = item_end(s->p, s->end);
        if (to[n] == from[n])
            return fail(r, "brackets do not match", arena_copy_n(r->a, from[n], (size_t)(s->end - from[n])));
        n++;
    }
    if (n == 0)
        return fail(r, "an empty pattern", NULL);
    struct node *next = after;
    while (n-- > 0) {
        if (!compile_item(r, from[n], to[n], next, &next))
            return false;
        note_starts(next);
    }
    *out = next;
    return true;
}

static bool compile_alternatives(struct reader *r, struct source *s, struct node *after, char close,
                                 struct node ***branches, size_t *n) {
    size_t room = 0;
    for (;;) {
        struct node *first;
        if (!compile_sequence(r, s, after, &first))
            return false;
        PUSH(r, *branches, *n, room, first);
        if (s->p >= s->end)
            return true;
        s->p++;
    }
}

static struct pattern *compile(struct reader *r, const char *s, const char *end) {
    struct source src = {s, end};
    struct node **branches = NULL;
    size_t n = 0;
    if (!compile_alternatives(r, &src, NULL, 0, &branches, &n))
        return NULL;
    struct pattern *x = ARENA_NEW(r->a, struct pattern);
    x->rule = r->block;
    x->line = r->line;
    x->first = branches[0];
    if (n > 1) {
        x->first = new_node(r, OP_ALT, NULL);
        x->first->branches = branches;
        x->first->n_branches = n;
    }
    note_starts(x->first);
    return x;
}

/* ---- which patterns can begin where ---- */

static void add_head(struct reader *r, uint32_t c, struct pattern *x) {
    struct rule_index *index = x->rule->late ? r->out->late : r->out->index;
    uint32_t h = fold_bare(c) % HEADS;
    if (index->n_heads[h] && index->heads[h][index->n_heads[h] - 1] == x)
        return;
    index->heads[h] = arena_grow(r->a, index->heads[h], index->n_heads[h], index->n_heads[h] + 1u, sizeof(void *));
    index->heads[h][index->n_heads[h]++] = x;
}

static void add_to(struct reader *r, struct pattern ***list, size_t *n, struct pattern *x) {
    if (*n && (*list)[*n - 1] == x)
        return;
    *list = arena_grow(r->a, *list, *n, *n + 1, sizeof **list);
    (*list)[(*n)++] = x;
}

static void add_to_list(struct reader *r, const struct list *l, struct pattern *x) {
    struct rule_index *index = x->rule->late ? r->out->late : r->out->index;
    size_t k = 0;
    while (k < index->n_lists && index->lists[k].list != l)
        k++;
    if (k == index->n_lists) {
        index->lists = arena_grow(r->a, index->lists, k, k + 1, sizeof *index->lists);
        index->lists[index->n_lists++] = (struct list_patterns){.list = l};
    }
    add_to(r, &index->lists[k].at, &index->lists[k].n, x);
}

static bool index_node(struct reader *r, const struct node *n, struct pattern *x) {
    struct rule_index *index = x->rule->late ? r->out->late : r->out->index;
    if (!n)
        return fail(r, "a pattern that can match nothing", NULL);
    switch (n->op) {
    case OP_LIT: add_head(r, n->literal->c[0], x); return true;
    case OP_LIST:
        if (n->list->name)
            add_to_list(r, n->list, x);
        for (size_t i = 0; !n->list->name && i < n->list->n; i++)
            add_head(r, n->list->at[i].c[0], x);
        return true;
    case OP_ALT:
        for (size_t i = 0; i < n->n_branches; i++)
            if (!index_node(r, n->branches[i], x))
                return false;
        return true;
    case OP_START: add_to(r, &index->at_start, &index->n_at_start, x); return true;
    case OP_TIME: add_to(r, &index->at_time, &index->n_at_time, x); return true;
    case OP_NUMBER: add_to(r, &index->at_number, &index->n_at_number, x); return true;
    case OP_BEHIND:
    case OP_NOT: return index_node(r, n->next, x);
    default: return fail(r, "a pattern must begin with a word, '^', <time> or <number>", NULL);
    }
}

/* ---- lines ---- */

static bool starts_with(const char **s, const char *end, const char *word) {
    size_t n = strlen(word);
    if ((size_t)(end - *s) < n || memcmp(*s, word, n) != 0 || (*s + n < end && (*s)[n] != ' '))
        return false;
    *s += n;
    *s = trim(*s, &end);
    return true;
}

static bool is_beside_time(const char *cue) {
    static const char *const cues[] = {"commit",       "promised-time", "not-time", "not-near", "not-clause",
                                       "not-sentence", "contrast",      "harmless", "tag",      "clause"};
    for (size_t i = 0; i < sizeof cues / sizeof *cues; i++)
        if (strcmp(cue, cues[i]) == 0)
            return true;
    return false;
}

static bool open_block(struct reader *r, const char *s, const char *end, bool cue) {
    struct rule *x = ARENA_NEW(r->a, struct rule);
    const char *name_end = memchr(s, ' ', (size_t)(end - s));
    if (!name_end)
        name_end = end;
    x->name = arena_copy_n(r->a, s, (size_t)(name_end - s));
    x->is_cue = cue;
    x->beside_time = cue && is_beside_time(x->name);
    x->number = r->out->n_rules;
    x->line = r->line;
    x->strength = RULE_AMBER;
    const char *how = trim(name_end, &end);
    x->late = cue && starts_with(&how, end, "late");
    bool known = how == end;
    for (enum rule_strength i = RULE_GREY; i <= RULE_RED && !known; i++)
        if ((known = starts_with(&how, end, rule_strength_name(i))))
            x->strength = i;
    if (!known)
        return fail(r, "a strength is red, amber or grey", arena_copy_n(r->a, how, (size_t)(end - how)));
    r->block = x;
    r->examples_of = NULL;
    PUSH(r, r->out->rules, r->out->n_rules, r->room_rules, x);
    return true;
}

static bool add_condition(struct reader *r, struct pattern **list, int *n, const char *s, const char *end) {
    if (*n == RULE_UNLESS_MAX)
        return fail(r, "too many conditions in one block", NULL);
    struct pattern *x = compile(r, s, end);
    if (x)
        list[(*n)++] = x;
    return x != NULL;
}

static bool add_cue_name(struct reader *r, const char *s, const char *end) {
    if (r->block->n_unless_cue == RULE_CUES_MAX)
        return fail(r, "too many conditions in one block", NULL);
    r->block->unless_cue[r->block->n_unless_cue++] = arena_copy_n(r->a, s, (size_t)(end - s));
    return true;
}

static bool has_cue(const struct rules *set, const char *name) {
    for (size_t i = 0; i < set->n_rules; i++)
        if (set->rules[i]->is_cue && !set->rules[i]->late && strcmp(set->rules[i]->name, name) == 0)
            return true;
    return false;
}

static bool cues_exist(struct reader *r) {
    for (size_t i = 0; i < r->out->n_rules; i++)
        for (int k = 0; k < r->out->rules[i]->n_unless_cue; k++)
            if (!has_cue(r->out, r->out->rules[i]->unless_cue[k])) {
                r->line = r->out->rules[i]->line;
                return fail(r, "no such cue, or a late one", r->out->rules[i]->unless_cue[k]);
            }
    return true;
}

static bool add_example(struct reader *r, const char *s, const char *end, bool wanted) {
    const char *name = r->examples_of ? r->examples_of : r->block ? r->block->name : NULL;
    if (!name)
        return fail(r, "an example outside of a block", NULL);
    struct rule_example x = {name, arena_copy_n(r->a, s, (size_t)(end - s)), wanted, r->line};
    PUSH(r, r->out->examples, r->out->n_examples, r->room_examples, x);
    return true;
}

static bool read_line(struct reader *r, const char *s, const char *end) {
    s = trim(s, &end);
    if (s == end || *s == '#')
        return true;
    if (starts_with(&s, end, "let"))
        return read_list(r, s, end);
    if (starts_with(&s, end, "phrase"))
        return read_phrase(r, s, end);
    if (starts_with(&s, end, "rule"))
        return open_block(r, s, end, false);
    if (starts_with(&s, end, "cue"))
        return open_block(r, s, end, true);
    if (starts_with(&s, end, "examples")) {
        r->examples_of = arena_copy_n(r->a, s, (size_t)(end - s));
        return true;
    }
    if (starts_with(&s, end, "bad") || starts_with(&s, end, "yes"))
        return add_example(r, s, end, true);
    if (starts_with(&s, end, "good") || starts_with(&s, end, "no"))
        return add_example(r, s, end, false);
    if (!r->block)
        return fail(r, "a line outside of a block", arena_copy_n(r->a, s, (size_t)(end - s)));
    if (starts_with(&s, end, "match")) {
        struct pattern *x = compile(r, s, end);
        if (!x || !index_node(r, x->first, x))
            return false;
        return true;
    }
    if (starts_with(&s, end, "unless-cue"))
        return add_cue_name(r, s, end);
    if (starts_with(&s, end, "unless-reply"))
        return add_condition(r, r->block->unless_reply, &r->block->n_unless_reply, s, end);
    if (starts_with(&s, end, "unless"))
        return add_condition(r, r->block->unless, &r->block->n_unless, s, end);
    if (starts_with(&s, end, "needs"))
        return add_condition(r, r->block->needs, &r->block->n_needs, s, end);
    if (starts_with(&s, end, "say")) {
        r->block->say = arena_copy_n(r->a, s, (size_t)(end - s));
        return true;
    }
    if (starts_with(&s, end, "try")) {
        r->block->better = arena_copy_n(r->a, s, (size_t)(end - s));
        return true;
    }
    return fail(r, "not a line of a rule file", arena_copy_n(r->a, s, (size_t)(end - s)));
}

enum rc rules_parse(struct arena *a, enum lang lang, const char *file, const char *text, struct rules **out,
                    const char **why) {
    struct reader r = {.a = a, .lang = lang, .file = file, .out = ARENA_NEW(a, struct rules)};
    r.out->lang = lang;
    r.out->index = ARENA_NEW(a, struct rule_index);
    r.out->late = ARENA_NEW(a, struct rule_index);
    for (const char *s = text; *s;) {
        const char *end = strchrnul(s, '\n');
        r.line++;
        /* A line that ends in a backslash goes on in the next one. */
        struct buf whole = {0};
        bool joined = false;
        while (end > s && end[-1] == '\\' && *end) {
            buf_add(&whole, s, (size_t)(end - 1 - s));
            s = end + 1;
            end = strchrnul(s, '\n');
            joined = true;
            r.line++;
        }
        bool good;
        if (joined) {
            buf_add(&whole, s, (size_t)(end - s));
            const char *line = arena_copy_n(a, whole.at, whole.len);
            good = read_line(&r, line, line + whole.len);
        } else
            good = read_line(&r, s, end);
        buf_free(&whole);
        if (!good) {
            *why = r.why;
            return RC_INVALID;
        }
        s = *end ? end + 1 : end;
    }
    /* What a rule says may stand in its first block only. */
    for (size_t i = 0; i < r.out->n_rules; i++) {
        struct rule *x = r.out->rules[i];
        for (size_t k = 0; k < i && !x->is_cue; k++)
            if (strcmp(r.out->rules[k]->name, x->name) == 0) {
                x->say = x->say ? x->say : r.out->rules[k]->say;
                x->better = x->better ? x->better : r.out->rules[k]->better;
            }
        if (!x->is_cue && !x->say) {
            r.line = x->line;
            (void)fail(&r, "a rule needs a line \"say\"", x->name);
            *why = r.why;
            return RC_INVALID;
        }
    }
    if (!cues_exist(&r)) {
        *why = r.why;
        return RC_INVALID;
    }
    *out = r.out;
    return RC_OK;
}

/* ---- the embedded sets ---- */

extern const char *const rules_embedded[LANGS]; /* made by tools/embed_rules.py */
static const struct rules *loaded[LANGS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    static struct arena *a; /* for the life of the process */
    a = arena_new(1 << 20);
    for (enum lang l = 0; l < LANGS; l++) {
        struct rules *r;
        const char *why;
        if (rules_parse(a, l, arena_printf(a, "lang/rules/%s.rules", lang_code(l)), rules_embedded[l], &r, &why) !=
            RC_OK)
            die("%s", why);
        loaded[l] = r;
    }
}

static size_t keep_named(struct pattern ***list, size_t n, const char *name, struct arena *a) {
    struct pattern **kept = ARENA_ARRAY(a, n + 1, struct pattern *);
    size_t left = 0;
    for (size_t i = 0; i < n; i++)
        if (strcmp((*list)[i]->rule->name, name) == 0)
            kept[left++] = (*list)[i];
    *list = kept;
    return left;
}

const struct rules *rules_only(struct arena *a, const struct rules *r, const char *name) {
    struct rules *out = ARENA_NEW(a, struct rules);
    struct rule_index *x = ARENA_NEW(a, struct rule_index);
    *out = *r;
    *x = *r->index;
    out->index = x;
    for (int h = 0; h < HEADS; h++)
        if (x->n_heads[h])
            x->n_heads[h] = (uint16_t)keep_named(&x->heads[h], x->n_heads[h], name, a);
    x->lists = ARENA_ARRAY(a, x->n_lists + 1, struct list_patterns);
    x->n_lists = 0;
    for (size_t k = 0; k < r->index->n_lists; k++) {
        struct list_patterns l = r->index->lists[k];
        l.n = keep_named(&l.at, l.n, name, a);
        if (l.n)
            x->lists[x->n_lists++] = l;
    }
    x->n_at_start = keep_named(&x->at_start, x->n_at_start, name, a);
    x->n_at_time = keep_named(&x->at_time, x->n_at_time, name, a);
    x->n_at_number = keep_named(&x->at_number, x->n_at_number, name, a);
    return out;
}

const struct rule *rules_named(const struct rules *r, const char *name) {
    for (size_t i = 0; i < r->n_rules; i++)
        if (!r->rules[i]->is_cue && strcmp(r->rules[i]->name, name) == 0)
            return r->rules[i];
    return NULL;
}

const struct rules *rules_of(enum lang lang) {
    pthread_once(&once, load);
    return loaded[lang];
}
