/* conversation_page.h: fills the views of a conversation; used by the pages, the fragments and the answers to
 * actions. */
#ifndef KEPT_WEB_CONVERSATION_PAGE_H
#define KEPT_WEB_CONVERSATION_PAGE_H

#include "desk/message.h"
#include "web/page.h"

/* What the page has to say after a Send or an act that was not accepted; fields may be NULL. */
struct composer_note {
    const char *kind, *text, *error, *warning;
    const struct word_form *word; /* what stood in the form about promises and findings; NULL: nothing */
    bool ask_red;
    const char *merge_with; /* the short reference of another customer's conversation, to be asked about */
};

/* before_id: messages before this one; 0: the newest. */
enum rc conversation_view_of(struct visit *x, const struct conversation *c, const char *back_url, int64_t before_id,
                             const struct composer_note *note, struct conversation_view *v);
/* Only the timeline of an earlier page. */
enum rc timeline_before(struct visit *x, const struct conversation *c, int64_t before_id,
                        struct conversation_view *v);

/* `m` has its files; see message_files. */
void message_file_views(struct visit *x, const struct message *m, struct file_view **files, int *n);
struct file_view file_view_of(struct arena *a, const struct attachment *x);
struct safe_html message_body_html(struct arena *a, const struct message *m);

/* ---- lists: inbox_page.c, search_page.c ---- */

struct row_view row_view_of(struct visit *x, const struct list_row *r, const struct list_place *place,
                            const char *current);
/* `current` is the reference of the open conversation, or NULL. RC_NONE: no such list. */
enum rc list_view_of(struct visit *x, const struct list_place *place, const char *cursor, const char *current,
                     struct list_view *out);
/* Marks the rows where something is being put right, or a correction is still to be told; after nav_of. */
enum rc sign_rows(struct visit *x, const struct views_nav *nav, struct list_view *list);
/* Of /inbox/search. A filter that cannot be used is RC_OK, with `trouble`. */
enum rc search_view_of(struct visit *x, const struct list_place *place, const char *cursor, const char *current,
                       struct list_view *out);
/* The whole page, or the rows alone when "Older" asks for them. */
void list_page_out(struct visit *x, struct inbox_view *v, bool rows_alone);

#endif
