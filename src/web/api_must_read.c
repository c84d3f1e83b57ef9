/* api_must_read.c: changes that people are to read before they answer, for programs. */
#include "desk/must_read.h"
#include "web/api.h"

#include <string.h>

struct api_must_read {
    const char *ref, *article, *title, *lang, *why, *teams, *asked_by, *ended;
    int64_t number, seats, read, waiting, created_at, reminded_at, ended_at;
};

#define AT(member) offsetof(struct api_must_read, member)
static const struct shape_field must_read_fields[] = {
    {"ref", SHAPE_REF, AT(ref), .of = "mrd"},
    {"article", SHAPE_REF, AT(article), .of = "art"},
    {"title", SHAPE_TEXT, AT(title), "Of the version."},
    {"lang", SHAPE_WORD, AT(lang), .of = "en vi zh-Hans zh-Hant th"},
    {"number", SHAPE_INT, AT(number), "Of the version that is to be read."},
    {"why", SHAPE_TEXT, AT(why), "What to look at.", .nullable = true},
    {"teams", SHAPE_TEXT, AT(teams), "As they were called then; null: everybody.", .nullable = true},
    {"asked_by", SHAPE_TEXT, AT(asked_by), "The name of who asked.", .nullable = true},
    {"seats", SHAPE_INT, AT(seats), "People who were asked."},
    {"read", SHAPE_INT, AT(read)},
    {"waiting", SHAPE_INT, AT(waiting), "Who work here and have not read it."},
    {"created_at", SHAPE_TIME, AT(created_at)},
    {"reminded_at", SHAPE_TIME, AT(reminded_at), .nullable = true},
    {"ended_at", SHAPE_TIME, AT(ended_at), .nullable = true},
    {"ended", SHAPE_WORD, AT(ended), "Why nobody is asked any more.", .nullable = true,
     .of = "read taken_back replaced"},
    {0},
};
#undef AT
const struct shape shape_must_read = {"MustRead", "A change that people are to read before they answer.",
                                      must_read_fields, sizeof(struct api_must_read)};

struct api_seat {
    const char *agent, *name, *state;
    int64_t at, away_since;
};
static const struct shape_field seat_fields[] = {
    {"agent", SHAPE_REF, offsetof(struct api_seat, agent), .of = "agt"},
    {"name", SHAPE_TEXT, offsetof(struct api_seat, name)},
    {"state", SHAPE_WORD, offsetof(struct api_seat, state), "let_off: it ended before.",
     .of = "waits read let_off"},
    {"at", SHAPE_TIME, offsetof(struct api_seat, at), "Of that state."},
    {"away_since", SHAPE_TIME, offsetof(struct api_seat, away_since), "Is asked on coming back.", .nullable = true},
    {0},
};
const struct shape shape_must_read_seat = {"MustReadSeat", "Somebody who was asked to read a change.", seat_fields,
                                           sizeof(struct api_seat)};

static struct api_must_read shown_of(const struct must_read *m) {
    return (struct api_must_read){
        .ref = m->ref,
        .article = m->article_ref,
        .title = m->title,
        .lang = m->lang,
        .why = m->why,
        .teams = m->teams,
        .asked_by = m->author,
        .ended = m->ended_why,
        .number = m->number,
        .seats = m->seats,
        .read = m->read,
        .waiting = m->waiting,
        .created_at = m->created_at,
        .reminded_at = m->reminded_at,
        .ended_at = m->ended_at,
    };
}

static enum rc show(struct api_call *c, const void *row, void *out) {
    *(struct api_must_read *)out = shown_of(row);
    return RC_OK;
}

static enum rc put(struct api_call *c, const struct must_read *m) {
    struct api_must_read shown = shown_of(m);
    api_put(c, &shape_must_read, &shown);
    return RC_OK;
}

static enum rc load(struct api_call *c, struct must_read *m) {
    return must_read_by_ref(c->v, c->a, rq_text(c->rq, "ref"), m);
}

static enum rc load_as_overseer(struct api_call *c, struct must_read *m) {
    enum rc rc = load(c, m);
    bool may = rc == RC_OK && (rq_who(c->rq)->role >= ROLE_LEAD || m->asked_by == c->agent_id);
    return rc == RC_OK && !may ? RC_DENIED : rc;
}

static enum rc list_must_reads(struct api_call *c) {
    struct must_read *rows, before = {0};
    const char *cursor = rq_text(c->rq, "cursor");
    int n;
    if (rq_flag(c->rq, "waiting") || rq_who(c->rq)->role == ROLE_READER) {
        enum rc rc = must_read_of_agent(c->v, c->a, c->agent_id, &rows, &n);
        return rc == RC_OK ? api_list_of_all(c, &shape_must_read, rows, n, sizeof *rows, show) : rc;
    }
    enum rc rc = cursor ? must_read_by_ref(c->v, c->a, cursor, &before) : RC_OK;
    if (rc == RC_NONE)
        return api_blame(c, RC_INVALID, "cursor", "unknown");
    if (rc == RC_OK)
        rc = must_read_list(c->v, c->a, before.id, api_list_room(c), &rows, &n);
    if (rc != RC_OK)
        return rc;
    struct api_must_read *shown = ARENA_ARRAY(c->a, (size_t)n + 1, struct api_must_read);
    for (int i = 0; i < n; i++)
        shown[i] = shown_of(&rows[i]);
    api_list(c, &shape_must_read, shown, n);
    return RC_OK;
}
void api_list_must_reads(struct request *rq) { api_read(rq, list_must_reads); }

static enum rc get_must_read_one(struct api_call *c) {
    struct must_read m;
    enum rc rc = load(c, &m);
    return rc == RC_OK ? put(c, &m) : rc;
}
void api_get_must_read(struct request *rq) { api_read(rq, get_must_read_one); }

static enum rc show_seat(struct api_call *c, const void *row, void *out) {
    const struct must_read_seat *s = row;
    *(struct api_seat *)out = (struct api_seat){s->agent_ref, s->name, s->state, s->at, s->away_since};
    return RC_OK;
}

static enum rc list_seats(struct api_call *c) {
    struct must_read m;
    struct must_read_seat *seats;
    int n;
    enum rc rc = load_as_overseer(c, &m);
    if (rc == RC_OK)
        rc = must_read_seats(c->v, c->a, m.id, &seats, &n);
    return rc == RC_OK ? api_list_of_all(c, &shape_must_read_seat, seats, n, sizeof *seats, show_seat) : rc;
}
void api_list_must_read_seats(struct request *rq) { api_read(rq, list_seats); }

static enum rc ask(struct api_call *c) {
    struct article x;
    struct must_read m;
    struct team teams[MUST_READ_TEAMS_MAX];
    const char *const *refs = NULL;
    size_t n = rq_many(c->rq, "teams", &refs);
    int teams_n = 0;
    enum rc rc = article_by_ref(c->v, c->a, rq_text(c->rq, "ref"), &x);
    for (size_t i = 0; rc == RC_OK && i < n && i < MUST_READ_TEAMS_MAX; i++)
        if ((rc = team_by_ref(c->v, c->a, refs[i], &teams[teams_n++])) == RC_NONE)
            return api_blame(c, rc, "teams", "not_found");
    if (rc == RC_OK)
        rc = must_read_ask(c->tx, &x, teams, teams_n, rq_text(c->rq, "why"), c->by, c->now, &m);
    if (rc == RC_INVALID)
        return api_blame(c, rc, "teams", "nobody");
    if (rc == RC_CONFLICT)
        return api_blame(c, rc, "ref", "not_published");
    c->status = 201;
    return rc == RC_OK ? put(c, &m) : rc;
}
void api_ask_must_read(struct request *rq) { api_write(rq, ask); }

static enum rc confirm(struct api_call *c) {
    struct must_read m;
    enum rc rc = load(c, &m);
    if (rc == RC_OK)
        rc = must_read_confirm(c->tx, &m, c->agent_id, c->now);
    return rc == RC_OK ? put(c, &m) : rc;
}
void api_confirm_must_read(struct request *rq) { api_write(rq, confirm); }

static enum rc end(struct api_call *c) {
    struct must_read m;
    enum rc rc = load_as_overseer(c, &m);
    if (rc == RC_OK && (rc = must_read_end(c->tx, &m, c->by, c->now)) == RC_CONFLICT)
        return api_blame(c, rc, "ref", "ended");
    return rc == RC_OK ? put(c, &m) : rc;
}
void api_end_must_read(struct request *rq) { api_write(rq, end); }
