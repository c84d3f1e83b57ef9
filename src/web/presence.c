#include "web/presence.h"

#include "base/id.h"
#include "base/log.h"
#include "store/notify.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_ROOM = 32, UNSAID_MAX = 256 * 1024, UNHEARD_MAX = 1024 * 1024 };

struct elsewhere {
    int64_t conversation_id, until; /* until: clock_mono */
    struct person person;
    char node[NAME_ROOM];
};

struct presence {
    struct notifier *notifier;
    int topic;
    void (*wake)(void *arg);
    void *arg;
    char name[NAME_ROOM];

    pthread_mutex_t lock; /* for these three, which the notifier's thread touches */
    struct buf unsaid, unheard;
    bool new_here;

    /* The rest belongs to the hub's thread. A list without an order: a company has hundreds of agents, not
     * millions. */
    struct elsewhere *people;
    int n, room;
};

/* ---- on the notifier's thread ---- */

/* Whole lines only. */
static size_t fitting(const struct buf *lines, size_t room) {
    if (lines->len <= room)
        return lines->len;
    while (room && lines->at[room - 1] != '\n')
        room--;
    return room;
}

static bool say(void *arg, struct buf *out) {
    struct presence *p = arg;
    pthread_mutex_lock(&p->lock);
    if (p->new_here || p->unsaid.len)
        buf_printf(out, "%s\n", p->name);
    if (p->new_here)
        buf_lit(out, "?\n");
    p->new_here = false;
    size_t n = fitting(&p->unsaid, NOTIFY_TEXT_MAX - 64);
    buf_add(out, p->unsaid.at, n);
    p->unsaid.len -= n;
    if (n)
        memmove(p->unsaid.at, p->unsaid.at + n, p->unsaid.len);
    bool more = p->unsaid.len > 0;
    pthread_mutex_unlock(&p->lock);
    return more;
}

static void heard(void *arg, const char *text) {
    struct presence *p = arg;
    pthread_mutex_lock(&p->lock);
    if (!text)
        p->new_here = true;
    else if (p->unheard.len < UNHEARD_MAX) {
        buf_str(&p->unheard, text);
        buf_char(&p->unheard, '\n'); /* an empty line: another may speak now */
    }
    pthread_mutex_unlock(&p->lock);
    p->wake(p->arg);
}

/* ---- on the hub's ---- */

struct presence *presence_start(struct notifier *n, void (*wake)(void *arg), void *arg) {
    if (!n)
        return NULL;
    struct presence *p = calloc(1, sizeof *p);
    struct arena *a = arena_new(0);
    if (!p)
        die("out of memory");
    p->wake = wake;
    p->arg = arg;
    snprintf(p->name, sizeof p->name, "%s", id_ref(a, "run"));
    arena_free(a);
    pthread_mutex_init(&p->lock, NULL);
    p->notifier = n;
    p->topic = notifier_topic(n, (struct notify_topic){"presence", say, heard, p});
    return p;
}

void presence_tell(struct presence *p, int64_t conversation_id, const struct person *who, int n) {
    if (!p)
        return;
    struct buf line = {0};
    buf_printf(&line, "%lld", (long long)conversation_id);
    for (int i = 0; i < n && line.len < NOTIFY_TEXT_MAX - 128; i++)
        buf_printf(&line, " %lld%s", (long long)who[i].agent_id, who[i].typing ? "t" : "");
    buf_char(&line, '\n');
    pthread_mutex_lock(&p->lock);
    if (p->unsaid.len >
        UNSAID_MAX) /* nobody takes it: the database is away, and all is said again when it is back */
        p->unsaid.len = 0;
    buf_add(&p->unsaid, line.at, line.len);
    pthread_mutex_unlock(&p->lock);
    buf_free(&line);
    notifier_raise(p->notifier, p->topic);
}

static void drop(struct presence *p, int i) { p->people[i] = p->people[--p->n]; }

static void add(struct presence *p, const struct elsewhere *e) {
    if (p->n == p->room) {
        int room = p->room ? p->room * 2 : 64;
        struct elsewhere *people =
            room <= PRESENCE_PEOPLE ? realloc(p->people, (size_t)room * sizeof *people) : NULL;
        if (!people)
            return;
        p->people = people;
        p->room = room;
    }
    p->people[p->n++] = *e;
}

/* One node's people of one conversation, as it says; true when that differs from what was known. */
static bool replace(struct presence *p, const char *node, int64_t conversation_id, char *ids, int64_t now) {
    int before = 0, same = 0, said = 0;
    struct elsewhere list[64], *e = list;
    char *save = NULL;
    for (char *id = strtok_r(ids, " ", &save); id && said < 64; id = strtok_r(NULL, " ", &save), said++) {
        char *end;
        *e = (struct elsewhere){.conversation_id = conversation_id, .until = now + PRESENCE_KEEP_MS};
        snprintf(e->node, NAME_ROOM, "%s", node);
        e->person.agent_id = strtoll(id, &end, 10);
        e++->person.typing = *end == 't';
    }
    for (int i = p->n - 1; i >= 0; i--) {
        struct elsewhere *old = &p->people[i];
        if (old->conversation_id != conversation_id || strcmp(old->node, node) != 0)
            continue;
        before++;
        for (int k = 0; k < said; k++)
            same += list[k].person.agent_id == old->person.agent_id && list[k].person.typing == old->person.typing;
        drop(p, i);
    }
    for (int k = 0; k < said; k++)
        add(p, &list[k]);
    return before != said || same != said;
}

bool presence_take(struct presence *p, int64_t now, void (*changed)(void *arg, int64_t conversation_id),
                   void *arg) {
    if (!p)
        return false;
    pthread_mutex_lock(&p->lock);
    struct buf heard_now = p->unheard;
    p->unheard = (struct buf){0};
    bool tell_all = p->new_here;
    pthread_mutex_unlock(&p->lock);
    buf_char(&heard_now, 0);
    char node[NAME_ROOM] = "", *line = heard_now.at;
    for (char *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = 0;
        char *rest = NULL;
        int64_t conversation_id = strtoll(line, &rest, 10);
        if (!*line)
            *node = 0;
        else if (!*node)
            snprintf(node, sizeof node, "%s", line);
        else if (*line == '?')
            tell_all = true;
        else if (conversation_id && replace(p, node, conversation_id, rest, now))
            changed(arg, conversation_id);
    }
    buf_free(&heard_now);
    for (int i = p->n - 1; i >= 0; i--)
        if (p->people[i].until < now) {
            int64_t conversation_id = p->people[i].conversation_id;
            drop(p, i);
            changed(arg, conversation_id);
        }
    return tell_all;
}

const struct person *presence_next(const struct presence *p, int64_t conversation_id, int *at) {
    for (; p && *at < p->n; ++*at)
        if (p->people[*at].conversation_id == conversation_id)
            return &p->people[(*at)++].person;
    return NULL;
}
