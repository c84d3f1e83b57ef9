/* api_recall.c: corrections for programs: how they stand, and each of their people. */
#include "desk/recall.h"
#include "web/api.h"

#include <string.h>

struct api_recall {
    const char *ref, *article, *title, *state, *cause, *prevention, *waiver;
    bool looking;
    int64_t class, people, reached, remaining, put_right, deadline_at, ninety_at, approved_at, created_at,
        closed_at;
};

#define AT(member) offsetof(struct api_recall, member)
static const struct shape_field recall_fields[] = {
    {"ref", SHAPE_REF, AT(ref), .of = "rcl"},
    {"article", SHAPE_REF, AT(article), .of = "art"},
    {"title", SHAPE_TEXT, AT(title), "Of the article."},
    {"class", SHAPE_INT, AT(class), "1 money, safety, law, privacy; 2 cost or time; 3 harms nobody."},
    {"state", SHAPE_WORD, AT(state), .of = "draft pilot sending stopped closed withdrawn"},
    {"looking", SHAPE_BOOL, AT(looking),
     "Not everybody who was told is found yet: the numbers still grow, nothing is sent."},
    {"people", SHAPE_INT, AT(people), "Who were told, without those who were put right before."},
    {"reached", SHAPE_INT, AT(reached), "Delivered, told by somebody, or confirmed."},
    {"remaining", SHAPE_INT, AT(remaining), "For whom something is still to be done."},
    {"put_right", SHAPE_INT, AT(put_right), "Who were told the corrected text before this."},
    {"deadline_at", SHAPE_TIME, AT(deadline_at), "null: told at the next contact.", .nullable = true},
    {"ninety_at", SHAPE_TIME, AT(ninety_at), "When nine in ten were reached.", .nullable = true},
    {"approved_at", SHAPE_TIME, AT(approved_at), .nullable = true},
    {"cause", SHAPE_TEXT, AT(cause), .nullable = true},
    {"prevention", SHAPE_TEXT, AT(prevention), .nullable = true},
    {"waiver", SHAPE_TEXT, AT(waiver), "Why it was closed without the check of its effect.", .nullable = true},
    {"created_at", SHAPE_TIME, AT(created_at)},
    {"closed_at", SHAPE_TIME, AT(closed_at), .nullable = true},
    {0},
};
#undef AT
const struct shape shape_recall = {"Recall", "A correction of what customers were told.", recall_fields,
                                   sizeof(struct api_recall)};

struct api_recipient {
    const char *ref, *contact, *conversation, *lang, *state, *message, *harm;
    int64_t told, tries, told_first, told_last, reached_at, acknowledged_at;
};

#define AT(member) offsetof(struct api_recipient, member)
static const struct shape_field recipient_fields[] = {
    {"ref", SHAPE_REF, AT(ref), .of = "rcp"},
    {"contact", SHAPE_REF, AT(contact), .of = "ctc"},
    {"conversation", SHAPE_REF, AT(conversation), "Where the correction goes.", .of = "con"},
    {"lang", SHAPE_WORD, AT(lang), .of = "en vi zh-Hans zh-Hant th"},
    {"state", SHAPE_WORD, AT(state), .of = RECALL_STATE_WORDS},
    {"message", SHAPE_REF, AT(message), "The newest correction.", .nullable = true, .of = "msg"},
    {"told", SHAPE_INT, AT(told), "How often the wrong thing was told."},
    {"told_first", SHAPE_TIME, AT(told_first)},
    {"told_last", SHAPE_TIME, AT(told_last)},
    {"tries", SHAPE_INT, AT(tries)},
    {"harm", SHAPE_WORD, AT(harm), "null: nobody has said.", .nullable = true, .of = "none open repaired"},
    {"reached_at", SHAPE_TIME, AT(reached_at), .nullable = true},
    {"acknowledged_at", SHAPE_TIME, AT(acknowledged_at), "A button was pressed; opening a link is none.",
     .nullable = true},
    {0},
};
#undef AT
const struct shape shape_recall_recipient = {"RecallRecipient", "Somebody who was told what is corrected.",
                                             recipient_fields, sizeof(struct api_recipient)};

static enum rc recall_shape_of(struct api_call *c, const struct recall *r, struct api_recall *out) {
    struct recall_counts n;
    enum rc rc = recall_progress(c->v, r, &n);
    if (rc == RC_OK)
        *out = (struct api_recall){
            .ref = r->ref,
            .article = r->article_ref,
            .title = r->title,
            .state = r->state,
            .looking = r->look_from != 0 && !r->closed_at,
            .cause = r->cause,
            .prevention = r->prevention,
            .waiver = r->waiver,
            .class = r->class,
            .people = n.all,
            .reached = n.reached,
            .remaining = n.remains,
            .put_right = n.of[RECALL_RIGHT],
            .deadline_at = r->deadline_at,
            .ninety_at = n.ninety_at,
            .approved_at = r->approved_at,
            .created_at = r->created_at,
            .closed_at = r->closed_at,
        };
    return rc;
}

static enum rc list_recalls(struct api_call *c) {
    struct recall *rows, before = {0};
    const char *cursor = rq_text(c->rq, "cursor");
    int n;
    enum rc rc = cursor ? recall_by_ref(c->v, c->a, cursor, &before) : RC_OK;
    if (rc == RC_NONE)
        return api_blame(c, RC_INVALID, "cursor", "unknown");
    if (rc == RC_OK)
        rc = recall_list(c->v, c->a, rq_flag(c->rq, "open"), before.id, api_list_room(c), &rows, &n);
    if (rc != RC_OK)
        return rc;
    struct api_recall *shown = ARENA_ARRAY(c->a, (size_t)n + 1, struct api_recall);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = recall_shape_of(c, &rows[i], &shown[i]);
    if (rc == RC_OK)
        api_list(c, &shape_recall, shown, n);
    return rc;
}

void api_list_recalls(struct request *rq) { api_read(rq, list_recalls); }

static enum rc get_recall_one(struct api_call *c) {
    struct recall r;
    struct api_recall shown;
    enum rc rc = recall_by_ref(c->v, c->a, rq_text(c->rq, "ref"), &r);
    if (rc == RC_OK)
        rc = recall_shape_of(c, &r, &shown);
    if (rc == RC_OK)
        api_put(c, &shape_recall, &shown);
    return rc;
}

void api_get_recall(struct request *rq) { api_read(rq, get_recall_one); }

static bool written(const struct recall_text *texts, int n, const char *lang) {
    for (int i = 0; i < n; i++)
        if (strcmp(texts[i].lang, lang) == 0)
            return recall_text_whole(&texts[i]);
    return false;
}

static enum rc list_recipients(struct api_call *c) {
    struct recall r;
    struct recall_person *list, after = {0};
    struct recall_text *texts;
    const char *cursor = rq_text(c->rq, "cursor");
    int n, texts_n;
    enum rc rc = recall_by_ref(c->v, c->a, rq_text(c->rq, "ref"), &r);
    if (rc == RC_OK && cursor && (rc = recall_person_by_ref(c->v, c->a, cursor, &after)) == RC_NONE)
        return api_blame(c, RC_INVALID, "cursor", "unknown");
    if (rc == RC_OK)
        rc = recall_texts(c->v, c->a, r.id, &texts, &texts_n);
    if (rc == RC_OK)
        rc = recall_people(c->v, c->a, r.id, after.id, api_list_room(c), &list, &n);
    if (rc != RC_OK)
        return rc;
    struct api_recipient *shown = ARENA_ARRAY(c->a, (size_t)n + 1, struct api_recipient);
    for (int i = 0; i < n; i++) {
        const struct recall_person *p = &list[i];
        enum recall_state s = recall_judge(p, written(texts, texts_n, p->lang));
        shown[i] = (struct api_recipient){
            .ref = p->ref,
            .contact = p->contact_ref,
            .conversation = p->conversation_ref,
            .lang = p->lang,
            .state = recall_state_name(s),
            .message = p->message_ref,
            .harm = p->harm,
            .told = p->told_n,
            .tries = p->tries,
            .told_first = p->told_first,
            .told_last = p->told_last,
            .reached_at = recall_reached_at(p, s),
            .acknowledged_at = p->acknowledged_at,
        };
    }
    api_list(c, &shape_recall_recipient, shown, n);
    return RC_OK;
}

void api_list_recall_recipients(struct request *rq) { api_read(rq, list_recipients); }
