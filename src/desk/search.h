/* search.h: conversations found by what is in them, and how that comes into the index.
 *
 * A document of the index is one message: its body, the conversation's subject, the customer's name and addresses
 * and the names of its files, so that "lan refund" finds the refund in Lan's conversation. Quoted history is left
 * out: it is there already, as the messages that it quotes. Texts are as stored: what was masked on arrival cannot
 * be found. Every contact is a document of an index of its own. Both are written in the transaction of what they
 * are about. */
#ifndef KEPT_DESK_SEARCH_H
#define KEPT_DESK_SEARCH_H

#include "desk/contact.h"
#include "desk/conversation.h"
#include "desk/job.h"
#include "text/snippet.h"

/* ---- the index ---- */

/* Each is done once, as the transaction's last work, with what is true then. Repeating one replaces the document.
 */
void search_index_message(struct tx *tx, int64_t message_id);
void search_index_contact(struct tx *tx, int64_t contact_id);
/* After a new subject or name: the newest SEARCH_RENAMED_MAX messages. Older ones are found by what was said then.
 */
enum { SEARCH_RENAMED_MAX = 200 };
enum rc search_index_conversation(struct tx *tx, int64_t conversation_id);
enum rc search_index_renamed(struct tx *tx, int64_t contact_id);

/* Takes a document out with the words it was put in with; `body` is the message's, as it still is. What is left of
 * it in SQLite's index goes by tx_search_scrub. RC_OK when there was none. */
enum rc search_forget(struct tx *tx, enum search_index index, int64_t id, const char *body);

/* Adds every message and contact that is not in the index, newest first, in short transactions beside other work;
 * with `from_scratch` all of them, after emptying it. *done counts documents and may be watched from another
 * thread. */
enum rc search_rebuild(struct store *s, bool from_scratch, _Atomic int64_t *done);

/* The same without emptying, as a job (JOB_INDEX_SEARCH, made by a migration that changes the terms): contacts, and
 * messages before the job's subject (0: all), for some seconds; what is left then is a job of its own. */
job_run search_rebuild_job;

/* Is the document found by its first term? `words` as search_document has them. */
enum rc search_finds(struct view *v, struct arena *a, enum search_index index, int64_t id, const char *words,
                     bool *holds);

/* ---- asking ---- */

enum {
    SEARCH_HITS_MAX = 40,
    SEARCH_TAGS_MAX = 3,      /* in one query */
    SEARCH_CONTACTS_MAX = 50, /* whom "from:lan" may mean */
    SEARCH_LOOKED_MAX = 5000, /* messages looked at for one page, when filters refuse most of them */
};

/* What is wrong with a filter of the query. */
enum search_flaw {
    SEARCH_FINE,
    SEARCH_NO_DAY, /* before:soon */
    SEARCH_NO_STATUS,
    SEARCH_NO_TAG,
    SEARCH_NO_AGENT,
    SEARCH_NO_IS, /* is:blue */
    SEARCH_TOO_MANY_TAGS,
};

struct search_ask {
    const char *query;  /* as typed, with filters: docs/search.md */
    int64_t contact_id; /* only hers; 0: anybody's */
    int64_t agent_id;   /* who asks: "me", unread, drafts */
    const char *zone;   /* of before: and after: */
    const char *cursor; /* `older` of the page before; NULL: the newest */
    int max;            /* at most SEARCH_HITS_MAX - 1 */
};

struct search_hit {
    struct list_row row;
    struct marked_text who, subject, snippet;
    const char *message_ref; /* the newest message that holds it; NULL: found by reference, or by filters alone */
};

struct search_found {
    struct search_hit *hits;
    int n;
    const char *older;        /* NULL: that was all */
    struct contact *contacts; /* who are called so or have this address: at most 3, only with the first page */
    int contacts_n;
    enum search_flaw flaw;
    const char *bad; /* the filter's value as typed */
};

/* Newest hit first, each conversation once, over all pages; a merged conversation is found as the one it was merged
 * into. First of all the conversation with this short reference (#K7M2QX). Spam only when asked for by status:spam.
 * An address of a contact finds her conversations. The last word is taken for the beginning of one when it finds
 * less than a page as it stands; words of Chinese and Thai that were typed together and are nowhere together are
 * looked for one by one. RC_INVALID: `flaw`, or a cursor that is none of ours. */
enum rc search_conversations(struct view *v, struct arena *a, const struct search_ask *ask,
                             struct search_found *out);

#endif
