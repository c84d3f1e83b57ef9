/* conversation_page.h: fills the views of a conversation; used by the pages, the fragments and the answers to actions. */
#ifndef KEPT_WEB_CONVERSATION_PAGE_H
#define KEPT_WEB_CONVERSATION_PAGE_H

#include "desk/message.h"
#include "web/page.h"

/* What the composer has to say after a Send that was not accepted; fields may be NULL. */
struct composer_note {
    const char *kind, *text, *error, *warning;
};

/* before_id: messages before this one; 0: the newest. */
enum rc conversation_view_of(struct visit *x, const struct conversation *c, const char *view_key, int64_t before_id,
                             const struct composer_note *note, struct conversation_view *v);
/* Only the timeline of an earlier page. */
enum rc timeline_before(struct visit *x, const struct conversation *c, int64_t before_id, struct conversation_view *v);

enum rc message_files(struct visit *x, int64_t message_id, struct file_view **files, int *n);
struct file_view file_view_of(struct arena *a, const struct attachment *x);
struct safe_html message_body_html(struct arena *a, const struct message *m);

#endif
