/* article.h: what customers and agents are told, and how far it can be trusted.
 *
 * An article is one text in one language. Its versions never change; one of them is published. Articles that say
 * the same in other languages are its family, the first of them the source; category, class and audience are the
 * family's. It never sends anything and never decides who was told: message_article and recall do.
 *
 *   draft ──article_publish, or publish_at passes──▶ published ──article_archive──▶ archived
 *     ▲                                                │   ▲                            │
 *     └────────────── (never back: versions stay)      │   └───── article_publish ──────┘
 *                                                      └ expire_at passes: shown to nobody (article_shown judges it
 *                                                        on each read; the job only writes it down)
 *
 *   verified ──a published version changes facts, the source or a linked article did, a lead says so, flags──▶ due
 *      ▲                                                                                                       │
 *      └──────────────────────────── article_verify, by the verifier or the deputy ◀───────────────────────────┘ */
#ifndef KEPT_DESK_ARTICLE_H
#define KEPT_DESK_ARTICLE_H

#include "desk/event.h"
#include "store/store.h"

#include <stdbool.h>

enum {
    ARTICLE_TITLE_MAX = 200,                  /* code points */
    ARTICLE_BODY_MAX = 200 * 1000,            /* code points */
    ARTICLE_NOTE_MAX = 500,                   /* code points */
    ARTICLE_PICTURE_MAX = 5 * 1024 * 1024,    /* bytes */
    ARTICLE_REMIND_MS = 7 * 24 * 3600 * 1000, /* so long before verify-by it is in the verifier's list */
    ARTICLE_FLAGS_TO_DOUBT = 2, /* as many readers must say so before the score falls; one agent is enough */
    ARTICLE_FLAGS_A_DAY = 5,    /* of one reader */
    ARTICLE_OUTCOME_MS = 7 * 24 * 3600 * 1000,
};
#define ARTICLE_OUTCOME_MOST_MS (60LL * 24 * 3600 * 1000) /* then nothing is concluded */
#define ARTICLE_CLASSES "legal price procedure howto contact"
#define ARTICLE_AUDIENCES "public customers internal"

struct article {
    int64_t id, family_id, category_id, owner_id, verifier_id, deputy_id;
    const char *ref, *lang, *class, *audience, *status; /* status as stored; article_shown knows the time */
    const char *import_ref;                             /* NULL: made here */
    const char *title;
    int64_t latest, published, facts, reflects; /* numbers of versions; see sql */
    int64_t published_at, publish_at, publish_number, expire_at;
    int64_t verified_at, verified_by, verified_number, verify_by;
    const char *due_reason; /* "" : the clock alone counts */
    int64_t due_at, reminded_at, recalled_at;
    int64_t ok_micro, bad_micro, evidence_at;
    int64_t created_at, changed_at;
    /* on loading */
    int64_t source_facts;              /* the source's `facts`; its own when it is the source */
    int64_t agent_flags, reader_flags; /* open ones */
    const char *category_ref;
    int64_t rate_milli; /* of its class, a year, in thousandths */
};

struct article_version {
    int64_t id, article_id, number, reflects, author_id, created_at;
    const char *ref, *title, *body, *note;
    bool changes_facts;
    bool untitled;      /* on loading: the title is only the opening words */
    const char *author; /* on loading: the name */
};

/* ---- rules (pure) ---- */

bool article_is_source(const struct article *x);
/* The number of the version that readers see at `now`; 0: none, for it is a draft, archived, expired, or its time
 * has not come. */
int64_t article_shown(const struct article *x, int64_t now);
bool article_expired(const struct article *x, int64_t now);
/* A translation whose source has changed facts since it was written; of one that is still to be written: no. */
bool article_stale(const struct article *x);
/* Is this version of it what is said today? False: facts have changed since, or nothing is shown any more. */
bool article_version_current(const struct article *x, int64_t number, int64_t now);

/* Why it stands in the verifier's list: "never", "late", "soon", one of due_reason, or "" when it does not. */
const char *article_due(const struct article *x, int64_t now);
/* When the verifier of a verified one is reminded. */
int64_t article_notice_at(const struct article *x);
/* When what is verified now is to be verified again: the time in which one in ten of its class goes wrong,
 * -ln(0.9)/rate. */
int64_t article_verify_by(int64_t rate_milli, int64_t now);
/* What a conversation says of an article that was used in it: 1 it stayed resolved for ARTICLE_OUTCOME_MS, -1 it
 * was opened again, 0 nothing yet. */
int article_outcome_of(int64_t resolved_at, bool opened_again, int64_t now);
/* The rate that a class begins with, a year, in thousandths; 0: no such class. */
int64_t article_rate_usual(const char *class);

/* ---- trust (pure) ---- */

enum trust_band { TRUST_NONE, TRUST_WARN, TRUST_DATE, TRUST_FREE }; /* 0 · below 60 · below 80 · from 80 */

/* The score with its parts: 100 · fresh · evidence · standing. */
struct trust {
    int score; /* 0 to 100 */
    enum trust_band band;
    double fresh;             /* e^(-rate · time since the last verification) */
    double evidence;          /* what its use so far lets one say, four in five times at least */
    double standing;          /* 1 verified, 0.8 not, 0.4 doubted, 0 recalled or expired */
    const char *standing_why; /* verified unverified doubted recalled expired */
    double ok, bad;           /* the weighted outcomes behind `evidence`, as of now */
    int64_t since;            /* the last verification, or publication when there was none */
};
struct trust article_trust(const struct article *x, int64_t now);
const char *trust_band_name(enum trust_band band); /* "none" "warn" "date" "free" */

/* ---- loading ---- */

enum rc article_load(struct view *v, struct arena *a, int64_t id, struct article *out);
enum rc article_by_ref(struct view *v, struct arena *a, const char *ref, struct article *out);
enum rc article_by_import(struct view *v, struct arena *a, const char *import_ref, struct article *out);
/* The family's other languages, the source first; `x` itself is among them. */
enum rc article_family(struct view *v, struct arena *a, int64_t family_id, struct article **out, int *n);
/* The title, or when there is none the opening words. Pure. */
const char *article_heading(struct arena *a, const char *title, const char *body);
enum rc article_version_load(struct view *v, struct arena *a, int64_t id, struct article_version *out);
enum rc article_version_by_ref(struct view *v, struct arena *a, const char *ref, struct article_version *out);
/* RC_NONE also for number 0. */
enum rc article_version_at(struct view *v, struct arena *a, int64_t article_id, int64_t number,
                           struct article_version *out);
/* Newest first, without their bodies. */
enum rc article_versions(struct view *v, struct arena *a, int64_t article_id, struct article_version **out, int *n);
/* Every article, by id: for the index in memory and for export. After `after_id`, at most `max`. */
enum rc article_each(struct view *v, struct arena *a, int64_t after_id, int max, struct article **out, int *n);
/* Articles that the published version of this one points to; those that point to it. */
enum rc article_links_to(struct view *v, struct arena *a, int64_t id, struct article **out, int *n);
enum rc article_links_from(struct view *v, struct arena *a, int64_t id, struct article **out, int *n);

struct article_ask {
    const char *lang, *status, *class, *audience; /* NULL: any */
    int64_t category_id, owner_id, verifier_id;   /* 0: any; verifier or deputy */
    int64_t before_at, before_id;                 /* keyset: the last row of the page before; 0: from the start */
    int max;
};
/* Last changed first. */
enum rc article_list(struct view *v, struct arena *a, const struct article_ask *ask, struct article **out, int *n);
/* What is to be verified, the most urgent first; `verifier_id` 0: everybody's. */
enum rc article_due_list(struct view *v, struct arena *a, int64_t verifier_id, int64_t now, struct article **out,
                         int *n);
/* How many of them are for this agent. */
enum rc article_due_count(struct view *v, int64_t verifier_id, int64_t now, int *n);
/* What the help centre shows of a category (0: of none), newest verification first. */
enum rc article_list_shown(struct view *v, struct arena *a, int64_t category_id, const char *lang,
                           const char *audience, int64_t now, struct article **out, int *n);

/* ---- verbs ---- */

/* Needs lang, class, audience; fills id, ref. `family` 0 begins a family, else it is a further language of that one
 * and takes its category, class and audience. RC_CONFLICT: the family has that language. RC_INVALID: no such
 * language, class or audience. */
enum rc article_create(struct tx *tx, struct article *x, int64_t family_id, struct actor by, int64_t now);

/* A new version; `text` needs title, body, note, changes_facts, reflects. Fills number, id, ref. RC_CONFLICT:
 * somebody saved a version after number `base`. RC_INVALID: no body, or no title unless it was imported (then the
 * opening words stand for it wherever it is read). The first version changes facts
 * whatever is declared. The author's draft goes. */
enum rc article_save(struct tx *tx, struct article *x, struct article_version *text, int64_t base, struct actor by,
                     int64_t now);
/* Shows that version from now on. What changes facts sets family, linked articles and its own verification in
 * motion. RC_NONE: no such version. */
enum rc article_publish(struct tx *tx, struct article *x, int64_t number, struct actor by, int64_t now);
/* At a time to come. 0 takes the plan back. RC_INVALID: the time is past. */
enum rc article_schedule(struct tx *tx, struct article *x, int64_t number, int64_t at, struct actor by,
                         int64_t now);
enum rc article_archive(struct tx *tx, struct article *x, struct actor by, int64_t now);
/* The published text is wrong, and those who were told it are being told: from now on nobody may say it. Or not. */
enum rc article_freeze(struct tx *tx, struct article *x, bool frozen, struct actor by, int64_t now);
/* From then on nobody is shown it; 0: it does not expire. */
enum rc article_expire(struct tx *tx, struct article *x, int64_t at, struct actor by, int64_t now);
/* The family's category (0: none), class and audience. RC_INVALID as article_create. */
enum rc article_place(struct tx *tx, struct article *x, int64_t category_id, const char *class,
                      const char *audience, struct actor by, int64_t now);
/* RC_INVALID: verifier and deputy are one. */
enum rc article_people(struct tx *tx, struct article *x, int64_t owner_id, int64_t verifier_id, int64_t deputy_id,
                       struct actor by, int64_t now);
/* The published version is right. RC_DENIED: by somebody who is neither verifier nor deputy; RC_CONFLICT: another
 * version is published than the one that was looked at, or none, or a flag is open. */
enum rc article_verify(struct tx *tx, struct article *x, int64_t number, int64_t agent_id, int64_t now);
/* A release, a price, a policy has changed: articles of that class (NULL: any) and category (0: any) are to be
 * verified again. `reason`: release price policy. *n: how many. */
enum rc article_facts_changed(struct tx *tx, const char *class, int64_t category_id, const char *reason,
                              struct actor by, int64_t now, int *n);
/* What the job of its clock does: publishes what was planned, notes that it expired, reminds the verifier. RC_OK
 * also when there is nothing to do. */
enum rc article_tick(struct tx *tx, int64_t id, int64_t now);
/* What came of its use: 1 it helped, -1 it did not, -3 it was wrong. Kept as a sum that halves in 180 days. */
enum rc article_outcome(struct tx *tx, int64_t id, int outcome, const char *why, int64_t now);

/* ---- as of a day (article_as_of.c) ---- */

/* One text that was shown from a moment until another. */
struct article_span {
    int64_t article_id, version_id, number, from_at, until_at; /* until_at 0: still */
    const char *audience;                                      /* who could read it then; "": not known */
    bool open;                                                 /* everybody may read the article today */
    int64_t verified_at; /* the last verification up to that moment; 0: none */
    int64_t recalled_at; /* since when it is known to have been wrong; 0: it is not */
    /* on loading */
    const char *ref, *lang, *class, *title, *note, *category_ref; /* ref, class, category: of the article today */
};
/* Could everybody read it, then and as far as the article goes today? Pure. */
bool article_span_public(const struct article_span *s);
/* What was shown at that moment. RC_NONE: nothing. */
enum rc article_span_at(struct view *v, struct arena *a, int64_t article_id, int64_t at, struct article_span *out);
/* Newest first. */
enum rc article_spans(struct view *v, struct arena *a, int64_t article_id, struct article_span **out, int *n);
/* All that was shown in a language at that moment, by category and age; NULL class: of any. At most
 * ARTICLE_THEN_MAX. */
enum { ARTICLE_THEN_MAX = 2000 };
enum rc article_spans_at(struct view *v, struct arena *a, const char *lang, const char *class, int64_t at,
                         struct article_span **out, int *n);

/* ---- drafts ---- */

struct article_draft {
    int64_t base, changed_at;
    const char *title, *body;
};
enum rc article_draft_load(struct view *v, struct arena *a, int64_t article_id, int64_t agent_id,
                           struct article_draft *out);
enum rc article_draft_save(struct tx *tx, int64_t article_id, int64_t agent_id, const struct article_draft *d,
                           int64_t now);
enum rc article_draft_drop(struct tx *tx, int64_t article_id, int64_t agent_id);

/* ---- "this is wrong" ---- */

struct article_flag {
    int64_t id, article_id, version_id, agent_id, number, created_at, settled_at; /* agent_id 0: a reader */
    const char *ref, *what, *outcome, *agent;
};
/* `agent_id` 0: a reader, known by `reader_tag`. RC_TOO_MANY: more than ARTICLE_FLAGS_A_DAY of one reader;
 * RC_DUPLICATE: this reader has one open here; RC_INVALID: it does not say what is wrong. */
enum rc article_flag_add(struct tx *tx, struct article *x, int64_t number, const char *what, int64_t agent_id,
                         const char *reader_tag, int64_t now, struct article_flag *out);
/* Open ones first, then the newest. */
enum rc article_flags(struct view *v, struct arena *a, int64_t article_id, struct article_flag **out, int *n);
enum rc article_flag_by_ref(struct view *v, struct arena *a, const char *ref, struct article_flag *out);
/* Was the reader right? "wrong": the article was; it counts three times. RC_CONFLICT: settled already. */
enum rc article_flag_settle(struct tx *tx, struct article_flag *f, const char *outcome, struct actor by,
                            int64_t now);
/* One a reader, version and day; RC_DUPLICATE for another one. */
enum rc article_vote(struct tx *tx, int64_t version_id, const char *reader_tag, bool good, int64_t now);
enum rc article_votes(struct view *v, int64_t article_id, int64_t *good, int64_t *all);

/* ---- pictures ---- */

struct article_picture {
    int64_t article_id, blob_id, size;
    const char *ref, *type;
};
/* RC_INVALID: not a picture that browsers show; RC_TOO_BIG. */
enum rc article_picture_add(struct tx *tx, int64_t article_id, struct bytes bytes, int64_t now,
                            struct article_picture *out);
enum rc article_picture_by_ref(struct view *v, struct arena *a, const char *ref, struct article_picture *out);

/* ---- who was told ---- */

struct article_use {
    int64_t article_id, version_id;
    const char *how; /* inserted linked recognised */
    int64_t fingerprint;
    int trust;            /* when it is sent */
    const char *standing; /* why, as of trust.standing_why; not on loading */
};
/* Notes what a message of ours says, once for each version; what comes of it is asked ARTICLE_OUTCOME_MS later. */
enum rc article_use_add(struct tx *tx, int64_t message_id, int64_t conversation_id, const struct article_use *uses,
                        int n, struct actor by, int64_t now);
enum rc article_uses(struct view *v, struct arena *a, int64_t message_id, struct article_use **out, int *n);
/* What this agent was shown of the version when she put it into her answer: the next message of hers that says it
 * here keeps that. One that says it without having put it in keeps what is shown beside the answer when it is sent.
 */
enum rc article_seen_note(struct tx *tx, int64_t conversation_id, int64_t agent_id, int64_t version_id,
                          const struct trust *t, int64_t now);
/* Messages of these two conversations have moved between them, or another contact has them: what they say goes
 * along. */
enum rc article_use_follow(struct tx *tx, int64_t one_id, int64_t other_id);
/* What our messages of a conversation say, from that message on; by message. For showing. */
struct article_said {
    int64_t message_id, number;
    const char *article_ref, *title, *lang, *how; /* title: of the version */
    bool current;                                 /* it is what is said today */
    const char *standing;                         /* what the writer was shown of it; "": not noted then */
    int trust;
};
enum rc article_said_in(struct view *v, struct arena *a, int64_t conversation_id, int64_t from_message_id,
                        int64_t now, struct article_said **out, int *n);
/* What the job does: a conversation that stayed resolved speaks for the articles that this message of it said, one
 * that the customer opened again against them. While it is neither, asks again later. */
enum rc article_ask_outcome(struct tx *tx, int64_t message_id, int64_t now);

/* ---- categories ---- */

struct category {
    int64_t id, position;
    const char *ref, *name, *about; /* in the language asked for, else in any */
    const char *lang;               /* that they are in */
    int64_t articles;               /* of any status */
};
/* In the help centre's order, named in `lang` where they are. */
enum rc category_list(struct view *v, struct arena *a, const char *lang, struct category **out, int *n);
enum rc category_by_ref(struct view *v, struct arena *a, const char *ref, const char *lang, struct category *out);
/* id 0: a new one, id and ref are filled. Sets its name in one language. RC_INVALID: no name. */
enum rc category_save(struct tx *tx, struct category *x, struct actor by, int64_t now);
enum rc category_move(struct tx *tx, int64_t id, int64_t position);
/* RC_CONFLICT: articles are in it. */
enum rc category_remove(struct tx *tx, int64_t id, struct actor by);

/* ---- classes ---- */

struct article_class {
    const char *name;
    int64_t rate_milli;
};
enum { ARTICLE_CLASSES_N = 5 };
enum rc article_classes(struct view *v, struct article_class out[ARTICLE_CLASSES_N]);
/* RC_INVALID: no such class, or not from 0.01 to 100 a year. What is verified already keeps its date. */
enum rc article_class_save(struct tx *tx, const char *name, int64_t rate_milli, struct actor by);

#endif
