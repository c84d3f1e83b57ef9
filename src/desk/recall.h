/* recall.h: what customers were told turned out wrong: who was told, by the exact texts, and each one put right.
 *
 * It starts from versions of an article. While one of them is the published one, the article is frozen (trust 0).
 * It never decides what is right: people write that, in each language. It never says "recall" to a customer.
 *
 *   draft ──recall_go (approved, when they are many)──▶ pilot ──recall_go──▶ sending ──recall_close──▶ closed
 *     │                                       recall_stop └──▶ stopped ◀──┘ recall_stop
 *     └ recall_withdraw: a false alarm, and nothing went ──▶ withdrawn      (recall_go goes on from stopped)
 *
 * Each person: wait (or next: at her next contact) ──recall_batch──▶ sent ──▶ … as recall_judge says, from what is
 * noted of her and the state of the message. Right: told the right thing already, left out. */
#ifndef KEPT_DESK_RECALL_H
#define KEPT_DESK_RECALL_H

#include "base/locale.h"
#include "desk/article.h"
#include "desk/hours.h"
#include "desk/reply_prepare.h"

enum {
    RECALL_TEXT_MAX = 4000,   /* code points of each of the four texts */
    RECALL_ALONE_MAX = 20,    /* more people than this need a second person's approval */
    RECALL_PILOT = 5,         /* people who get it first */
    RECALL_BATCH = 25,        /* people in one transaction */
    RECALL_TRIES = 3,         /* then somebody may be given up, where everybody is to be reached */
    RECALL_SAMPLE_PART = 10,  /* one in so many is asked whether she understood */
    RECALL_LOOK_ALONE = 2000, /* messages whose people are written down at once; more are a job's */
    RECALL_LOOK_SLICE = 500,  /* people of a transaction of that job */
    RECALL_LOOK_HOLDS_MS =
        10 * 60 * 1000, /* before many are sent to or it is closed, it is looked again after this */
};

struct recall {
    int64_t id, article_id, flag_id, owner_id, approved_by, deadline_at, approved_at, sent_from_at, created_at,
        closed_at, closed_by;
    int64_t look_from, look_all, look_done,
        looked_at; /* look_from: since when it is looked who was told; 0: not now */
    int class;     /* 1 money, safety, law, privacy; 2 cost or time; 3 cosmetic */
    const char *ref, *state, *cause, *prevention, *waiver;
    const char *title, *article_ref, *owner, *approver; /* on loading */
    bool linked; /* set by the caller: our mails carry a link to the case page */
};

struct recall_text {
    const char *lang, *wrong, *correct, *meaning, *remedy;
    int64_t by_agent, changed_at;
};

struct recall_version {
    int64_t version_id, article_id, number;
    const char *lang, *title, *article_ref;
};

struct recall_person {
    int64_t id, recall_id, contact_id, conversation_id, message_id;
    int64_t told_n, told_first, told_last, reviewed_at, tries, marked_at, acknowledged_at, called_at;
    const char *ref, *lang, *mark, *body, *note, *harm, *harm_note, *called;
    /* on loading */
    const char *name, *contact_ref, *conversation_ref, *short_ref;
    const char *channel, *message_state, *message_reason, *message_ref; /* of the correction; "" none */
    int64_t message_at;
};

/* ---- rules (pure) ---- */

enum recall_state {
    RECALL_RIGHT,        /* told the right thing already; left out */
    RECALL_NO_TEXT,      /* nobody has written the correction in her language */
    RECALL_WAITS,        /* to be sent */
    RECALL_NEXT,         /* told at her next contact */
    RECALL_SENDING,      /* queued, or on its way */
    RECALL_IN_CHAT,      /* written in the chat; not seen yet */
    RECALL_DELIVERED,    /* her mail server has it and sent nothing back, or she had it on the screen */
    RECALL_TOLD,         /* by somebody: on the phone, in an answer */
    RECALL_ACKNOWLEDGED, /* she pressed the button */
    RECALL_FAILED,       /* it came back, or was taken back: to be tried again */
    RECALL_GIVEN_UP,     /* tried RECALL_TRIES times, or she was erased */
    RECALL_STATES
};
#define RECALL_STATE_WORDS "right no_text waits next sending in_chat delivered told acknowledged failed given_up"
const char *recall_state_name(enum recall_state s);
enum recall_state recall_judge(const struct recall_person *p, bool has_text);
bool recall_reached(enum recall_state s);
/* Was she erased before anybody asked her? Then nobody can be told any more, or asked. */
#define RECALL_ERASED "erased" /* in `called` */
bool recall_erased(const struct recall_person *p);
/* Is something still to be done for her, by us? */
bool recall_remains(enum recall_state s);
/* When she was reached; 0: she was not. */
int64_t recall_reached_at(const struct recall_person *p, enum recall_state s);

/* By when everybody is to be told; 0: at the next contact. Class 1: four hours; 2: two working days, at the same
 * time of day. */
int64_t recall_deadline(int class, const struct hours *hours, const char *zone, int64_t now);

struct recall_counts {
    int of[RECALL_STATES];
    int all; /* without those who were right already */
    int reached, remains, unreviewed;
    int harmed, repaired;        /* harm is open; was repaired */
    int sample, called, unclear; /* to be asked; asked; and had not understood */
    int unaskable;               /* of those reached: erased since */
    int chosen;                  /* of those reached, recall_sampled */
    int64_t ninety_at;           /* when nine in ten were reached; 0: not yet */
};
/* How one of them stands, without name and words: there may be a hundred thousand. */
struct recall_stand {
    int64_t id, reached_at; /* reached_at 0: not reached */
    enum recall_state state;
    enum locale locale;
};
/* Begins at {0}; each person once, then the end. */
void recall_count(struct recall_counts *c, const struct recall_person *p, enum recall_state s);
void recall_count_end(struct recall_counts *c, const struct recall_stand *list, int n, int class);
/* Is she one of the sample? The same every time. */
bool recall_sampled(const struct recall_person *p);

/* Does what was found last still hold, so that it need not be looked again? */
bool recall_looked_lately(const struct recall *r, int64_t now);
/* With what it goes on: "pilot", the first RECALL_PILOT; "sending", everybody who is left. */
const char *recall_next_step(const struct recall_counts *c);
/* NULL, or why the correction may not go: "looking" (not everybody who was told is found yet) "state" "approval"
 * (too many for one person) "text" (in none of their languages it is written) "nobody". */
const char *recall_go_flaw(const struct recall *r, const struct recall_counts *c);
/* NULL, or why the effectiveness check is not done: "remains", "tries" (class 1: somebody was neither reached nor
 * tried RECALL_TRIES times), "sample" (class 2: not all of it asked), "harm" (some is open). */
const char *recall_check_flaw(const struct recall *r, const struct recall_counts *c);

/* What may stand in `wrong` and `correct` to begin with: what the last wrong version in that language said and the
 * shown one does not, and the other way round; "" where nothing is known. Written to {customer.address} where that
 * language says how one addresses somebody. For a person to read and change. */
struct recall_proposal {
    const char *wrong, *correct;
    int64_t from, to; /* numbers of the versions; 0: there is none */
};
enum rc recall_propose(struct view *v, struct arena *a, const struct recall *r, const char *lang, int64_t now,
                       struct recall_proposal *out);
/* Says the text everything that it must? */
bool recall_text_whole(const struct recall_text *t);
/* The correction as it is sent. `address` may be empty; `by_mail`: a link to the case page stands below. Variables
 * of saved replies in the four texts ({customer.address}, {customer.call_name} …) are filled; what is not known is
 * said in the neutral form. */
struct recall_words {
    const char *name, *zone, *company;
    const char *address, *call_name; /* of her card; NULL: not known */
    int64_t told_at;
    bool by_mail;
};
char *recall_compose(struct arena *a, enum locale locale, const struct recall_text *t,
                     const struct recall_words *w);

/* ---- loading ---- */

enum rc recall_load(struct view *v, struct arena *a, int64_t id, struct recall *out);
enum rc recall_by_ref(struct view *v, struct arena *a, const char *ref, struct recall *out);
/* Newest first; `open`: those under way only. before_id 0: from the start. */
enum rc recall_list(struct view *v, struct arena *a, bool open, int64_t before_id, int max, struct recall **out,
                    int *n);
enum rc recall_versions(struct view *v, struct arena *a, int64_t id, struct recall_version **out, int *n);
enum rc recall_texts(struct view *v, struct arena *a, int64_t id, struct recall_text **out, int *n);
/* By id, from after_id; max 0: all. */
enum rc recall_people(struct view *v, struct arena *a, int64_t id, int64_t after_id, int max,
                      struct recall_person **out, int *n);
enum rc recall_person_by_ref(struct view *v, struct arena *a, const char *ref, struct recall_person *out);
/* These, in this order; who is gone meanwhile is left out. */
enum rc recall_people_of(struct view *v, struct arena *a, const int64_t *ids, int ids_n, struct recall_person **out,
                         int *n);
/* Who waits for her mail (or her next contact) next to this one and may be told: references, NULL: nobody. */
enum rc recall_neighbours(struct view *v, struct arena *a, const struct recall *r, int64_t id, const char **before,
                          const char **after);
/* What this person is still to be told at the next contact, or was sent here and may confirm. */
enum rc recall_of_contact(struct view *v, struct arena *a, int64_t contact_id, struct recall_person **out, int *n);
/* How they all stand, by id. */
enum rc recall_standing(struct view *v, struct arena *a, const struct recall *r, struct recall_stand **out, int *n,
                        struct recall_counts *counts);
/* The counts alone, without room for each of them. */
enum rc recall_progress(struct view *v, const struct recall *r, struct recall_counts *out);

/* The hazard class of the last correction of an article of this class; 0: there was none. */
enum rc recall_usual_class(struct view *v, const char *article_class, int *class);
/* Who was told one of these versions. One row a person, in the order of their ids; n: how often. */
struct recall_told {
    int64_t contact_id, n, first, last;
    int64_t last_message,
        read_in; /* last_message 0: no message said it; she read it, brought by the link of read_in */
    bool right;  /* a later message of ours said the corrected text */
};
enum rc recall_told(struct view *v, struct arena *a, const struct recall_version *wrong, int wrong_n,
                    struct recall_told **out, int *n);
/* The messages that told her, newest first. */
struct recall_message {
    int64_t at, number;
    const char *ref, *channel, *how, *article, *lang;
    bool read;            /* in the help centre; then ref, channel and how are "" */
    const char *standing; /* what the writer was shown of the article; "": not noted then */
    int trust;
};
enum rc recall_messages(struct view *v, struct arena *a, const struct recall_person *p, struct recall_message **out,
                        int *n);

/* The versions of the family that say what `article` says in versions from..to: those whose facts are the same.
 * `all_langs` false: of this article alone. */
enum rc recall_scope(struct view *v, struct arena *a, const struct article *article, int64_t from, int64_t to,
                     bool all_langs, struct recall_version **out, int *n);

/* ---- verbs ---- */

/* The correction of any version of this article that is not closed, the newest; *ref NULL: there is none. */
enum rc recall_running(struct view *v, struct arena *a, int64_t article_id, const char **ref);

struct recall_new {
    int class;
    int64_t from, to; /* numbers of the wrong versions */
    bool all_langs;
    int64_t flag_id; /* 0: none */
};
/* Freezes what is wrong and published, and begins to look who was told. RC_INVALID: no such class or versions.
 * RC_DUPLICATE: one of the versions is being recalled already. */
enum rc recall_start(struct tx *tx, const struct article *x, const struct recall_new *new, struct actor by,
                     int64_t now, struct recall *out);
/* Looks who was told, again and again: messages may have gone meanwhile. Few are found at once; many by a job, and
 * r->look_from is set until it is done. Nothing when that goes on already. */
enum rc recall_look(struct tx *tx, struct recall *r, int64_t now);
/* What that job does, in transactions of its own, RECALL_LOOK_SLICE people each. Cut off, it is called again and
 * goes on. */
enum rc recall_look_on(struct store *s, int64_t id, int64_t now);
/* Takes an approval back: what was approved has changed. RC_INVALID: not whole, or too long; RC_CONFLICT: closed.
 */
enum rc recall_write(struct tx *tx, struct recall *r, const struct recall_text *t, struct actor by, int64_t now);
/* Her own text; "" takes it back. RC_CONFLICT: it went already. */
enum rc recall_write_to(struct tx *tx, struct recall *r, struct recall_person *p, const char *body, struct actor by,
                        int64_t now);
/* The correction to her as it would go. RC_NONE: nothing is written in her language. */
enum rc recall_text_for(struct view *v, struct arena *a, const struct recall *r, const struct recall_person *p,
                        int64_t now, const char **text);
/* RC_DENIED: by who started it, or who wrote a text. RC_CONFLICT: nothing is
 * written yet, or it is over. */
enum rc recall_approve(struct tx *tx, struct recall *r, struct actor by, int64_t now);
/* Pilot first, then all. RC_CONFLICT with *why (recall_go_flaw). RC_OK with *why "looking": nothing went; who was
 * told is looked up first, by the job. */
enum rc recall_go(struct tx *tx, struct recall *r, struct actor by, int64_t now, const char **why);
enum rc recall_stop(struct tx *tx, struct recall *r, struct actor by, int64_t now);
/* RC_CONFLICT: something went already. */
enum rc recall_withdraw(struct tx *tx, struct recall *r, struct actor by, int64_t now);
/* Before it is closed: everybody who was told is to be known. *why "looking": they are looked up first, by the
 * job. RC_CONFLICT: not under way. */
enum rc recall_before_close(struct tx *tx, struct recall *r, int64_t now, const char **why);
/* By what recall_progress told after that, outside of any transaction: they may be very many, and others are not to
 * wait for it. What changes between is like what changes after the closing: it stays on the page.
 * RC_INVALID with *why: "cause", "prevention", or recall_check_flaw's when there is no waiver. RC_CONFLICT: not
 * under way. RC_OK with *why "looking": it is not closed. */
struct recall_closing {
    const char *cause, *prevention, *waiver;
    const struct recall_counts *counts;
};
enum rc recall_close(struct tx *tx, struct recall *r, const struct recall_closing *x, struct actor by, int64_t now,
                     const char **why);
/* What the job does: the next people of the pilot or of the whole, RECALL_BATCH at a time. Each one's mark and
 * message are one write: who was sent to is never sent to again. */
enum rc recall_batch(struct tx *tx, int64_t id, bool linked, int64_t now);

/* Of one person. `what`: reviewed · again (send once more) · reached, tried (by hand; with a note) · harm_none,
 * harm_open, harm_repaired · understood, unclear (asked, of the sample). RC_INVALID: a note is missing.
 * RC_CONFLICT: it does not fit how she stands. */
#define RECALL_DEEDS "reviewed again reached tried harm_none harm_open harm_repaired understood unclear"
enum rc recall_do(struct tx *tx, struct recall *r, struct recall_person *p, const char *what, const char *note,
                  struct actor by, int64_t now);
/* She pressed the button. RC_OK also the second time. */
enum rc recall_acknowledge(struct tx *tx, const struct recall_person *p, int64_t now);

#endif
