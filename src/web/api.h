/* api.h: what the handlers of /api/v1 share: how objects look, lists in pages, and writing once.
 *
 * An object of the API is a plain C struct and a table that names its fields. The table is the only place where the
 * object's shape is written: it makes the JSON, and the schema in /api/v1/openapi.json. Objects carry public
 * references only. */
#ifndef KEPT_WEB_API_H
#define KEPT_WEB_API_H

#include "base/json.h"
#include "desk/agent.h"
#include "desk/conversation.h"
#include "desk/message.h"
#include "store/store.h"
#include "web/http.h"

#include <stddef.h>

/* ---- shapes ---- */

enum shape_kind {
    SHAPE_TEXT,   /* const char * */
    SHAPE_REF,    /* const char *: a public reference with the prefix `of` */
    SHAPE_WORD,   /* const char *: one of the words in `of` */
    SHAPE_INT,    /* int64_t */
    SHAPE_BOOL,   /* bool */
    SHAPE_TIME,   /* int64_t, UTC milliseconds; in JSON "2026-03-16T02:00:00.000Z" */
    SHAPE_OBJECT, /* a pointer to a struct of `shape` */
    SHAPE_LIST,   /* struct shape_list of structs of `shape`, or of const char * (words in `of`) without one */
};

struct shape_list {
    const void *items;
    int n;
};

struct shape_field {
    const char *name;
    enum shape_kind kind;
    size_t at; /* offset in the struct */
    const char *about;
    bool nullable; /* "", NULL and 0 are null; of the others none may be NULL */
    const char *of;
    const struct shape *shape;
};

struct shape {
    const char *name, *about;         /* "Conversation" */
    const struct shape_field *fields; /* ends with a row without a name */
    size_t size;                      /* of the struct, which begins with its reference when it stands in lists */
};

void shape_write(struct jw *j, const char *key, const struct shape *s, const void *object);
/* {"type":"object",…}, other shapes by $ref to #/components/schemas/…. */
void shape_schema(struct jw *j, const char *key, const struct shape *s);
/* "enum": the words, and null when it may be. */
void shape_words(struct jw *j, const char *words, bool nullable);

/* What a row's success carries. */
struct api_answer {
    int status;
    const struct shape *shape; /* NULL: no body, or a file */
    bool list, file;
};

extern const struct shape shape_agent, shape_article, shape_article_version, shape_attachment, shape_careful,
    shape_category, shape_contact, shape_contact_link, shape_conversation, shape_dossier, shape_events,
    shape_failure_report, shape_hours, shape_import, shape_inbox, shape_inbox_settings, shape_knowledge_report,
    shape_me, shape_message, shape_must_read, shape_must_read_seat, shape_prevention, shape_promise, shape_reading,
    shape_recall, shape_recall_recipient, shape_recovery, shape_refund_to, shape_saved_reply, shape_search_hit,
    shape_special_day, shape_tag, shape_team, shape_webhook, shape_webhook_secret;
extern const struct shape shape_problem; /* of documents only: http_answer.c writes it */

/* The common short form of another object. */
struct api_link {
    const char *ref, *name;
};

/* ---- one call ---- */

struct api_call {
    struct request *rq;
    struct arena *a; /* the request's; in a write the transaction's */
    struct view *v;
    struct tx *tx; /* NULL in a read */
    struct actor by;
    int64_t agent_id, now;
    struct jw j;
    int status;                 /* 0: 200 */
    const char *param, *reason; /* what a refusal blames */
};

/* Does the work and puts the answer with api_put, api_list or not at all (204). May run twice, as store_write says.
 */
typedef enum rc api_work(struct api_call *c);

void api_read(struct request *rq, api_work *work);
/* In one transaction. With a header Idempotency-Key the answer is kept in it too, and the same request gets it
 * again. */
void api_write(struct request *rq, api_work *work);

/* Returns rc; the problem document will name the parameter. RC_NONE becomes RC_INVALID: a reference in a body that
 * leads nowhere is the body's fault, not the address's. */
enum rc api_blame(struct api_call *c, enum rc rc, const char *param, const char *reason);

void api_put(struct api_call *c, const struct shape *s, const void *object);

/* ---- lists: ?limit=&cursor=, a cursor is the reference of the last row seen ---- */

/* Rows to load: one more than is shown tells whether there are others. */
int api_list_room(struct api_call *c);
/* The first rows of `items`, as many as were asked for, with the way to the next page. */
void api_list(struct api_call *c, const struct shape *s, const void *items, int n);
/* The same for lists with a cursor of their own: all `n` are shown; cursor NULL: that was all. */
void api_list_page(struct api_call *c, const struct shape *s, const void *items, int n, const char *cursor);
/* The same for short lists that are loaded whole: `rows` are structs that begin with an int64 id, and are put
 * newest first here; `show` makes the API's struct of one. RC_INVALID: the cursor is none of them. */
enum rc api_list_of_all(struct api_call *c, const struct shape *s, void *rows, int n, size_t row_size,
                        enum rc (*show)(struct api_call *c, const void *row, void *out));

/* ---- what is looked up by more than one noun ---- */

/* Parameter `name`: "me" or the reference of an agent who works here. */
enum rc api_agent_param(struct api_call *c, const char *name, int64_t *id);
enum rc api_team_param(struct api_call *c, const char *name, int64_t *id);
enum rc api_inbox_param(struct api_call *c, const char *name, int64_t *id);
/* The files of the field "files". */
void api_files(struct api_call *c, struct attachment **out, int *n);

/* What shape_conversation shows, in the call's arena. */
enum rc api_conversation_object(struct api_call *c, int64_t id, const void **out);
/* Puts the conversation as it now is; the message. */
enum rc api_put_conversation(struct api_call *c, int64_t id);
enum rc api_put_message(struct api_call *c, int64_t id);
/* The conversation of the path's {ref}; its messages. */
enum rc api_conversation(struct api_call *c, struct conversation *out);
/* Adds the message that the parameters kind, body, … describe to `k`, which the call has just made or loaded. */
enum rc api_add_message(struct api_call *c, struct conversation *k, int64_t *message_id);

/* ---- handlers, by file ---- */

/* api_openapi.c */
void api_get_openapi(struct request *rq);
/* api_conversation.c */
void api_list_conversations(struct request *rq);
void api_create_conversation(struct request *rq);
void api_get_conversation(struct request *rq);
void api_change_conversation(struct request *rq);
void api_merge_conversation(struct request *rq);
void api_unmerge_conversation(struct request *rq);
void api_tag_conversation(struct request *rq);
void api_untag_conversation(struct request *rq);
/* api_search.c */
void api_search(struct request *rq);
/* api_message.c */
void api_list_messages(struct request *rq);
void api_create_message(struct request *rq);
void api_get_message(struct request *rq);
void api_get_attachment(struct request *rq);
/* api_contact.c */
void api_list_contacts(struct request *rq);
void api_create_contact(struct request *rq);
void api_get_contact(struct request *rq);
void api_change_contact(struct request *rq);
void api_add_point(struct request *rq);
enum rc api_put_contact(struct api_call *c, int64_t id);
/* api_privacy.c */
void api_create_dossier(struct request *rq);
void api_get_dossier(struct request *rq);
void api_get_dossier_file(struct request *rq);
void api_erase_contact(struct request *rq);
/* api_article.c */
void api_list_articles(struct request *rq);
void api_create_article(struct request *rq);
void api_get_article(struct request *rq);
void api_change_article(struct request *rq);
void api_list_article_versions(struct request *rq);
void api_create_article_version(struct request *rq);
void api_verify_article(struct request *rq);
void api_flag_article(struct request *rq);
void api_list_categories(struct request *rq);
void api_create_category(struct request *rq);
/* api_webhook.c */
void api_list_webhooks(struct request *rq);
void api_create_webhook(struct request *rq);
void api_get_webhook(struct request *rq);
void api_get_webhook_secret(struct request *rq);
void api_change_webhook(struct request *rq);
void api_delete_webhook(struct request *rq);
/* api_event.c */
void api_list_events(struct request *rq);
/* api_report.c */
void api_report_failures(struct request *rq);
void api_report_knowledge(struct request *rq);
/* api_must_read.c */
void api_list_must_reads(struct request *rq);
void api_get_must_read(struct request *rq);
void api_list_must_read_seats(struct request *rq);
void api_ask_must_read(struct request *rq);
void api_confirm_must_read(struct request *rq);
void api_end_must_read(struct request *rq);
/* api_recall.c */
void api_list_recalls(struct request *rq);
void api_get_recall(struct request *rq);
void api_list_recall_recipients(struct request *rq);
/* api_recovery.c */
void api_get_careful(struct request *rq);
void api_set_careful(struct request *rq);
void api_get_refund_to(struct request *rq);
void api_set_refund_to(struct request *rq);
void api_list_recoveries(struct request *rq);
void api_get_recovery(struct request *rq);
void api_open_recovery(struct request *rq);
void api_recovery_step(struct request *rq);
void api_recovery_right(struct request *rq);
void api_close_recovery(struct request *rq);
void api_list_preventions(struct request *rq);
void api_add_prevention(struct request *rq);
void api_prevention_done(struct request *rq);
/* api_article_import.c */
void api_import_articles(struct request *rq);
/* api_promise.c */
void api_list_promises(struct request *rq);
void api_get_promise(struct request *rq);
void api_create_promise(struct request *rq);
void api_settle_promise(struct request *rq);
void api_hand_promise(struct request *rq);
void api_promise_news(struct request *rq);
void api_check_reply(struct request *rq);
/* api_tag.c */
void api_list_tags(struct request *rq);
void api_create_tag(struct request *rq);
void api_rename_tag(struct request *rq);
void api_delete_tag(struct request *rq);
/* api_agent.c */
void api_get_me(struct request *rq);
void api_list_agents(struct request *rq);
void api_get_agent(struct request *rq);
void api_list_teams(struct request *rq);
/* api_inbox.c */
void api_get_hours(struct request *rq);
void api_change_hours(struct request *rq);
void api_add_special_day(struct request *rq);
void api_remove_special_day(struct request *rq);
void api_list_inboxes(struct request *rq);
void api_get_inbox(struct request *rq);
void api_create_inbox(struct request *rq);
void api_change_inbox(struct request *rq);
void api_list_saved_replies(struct request *rq);
void api_get_saved_reply(struct request *rq);

#endif
