/* reading.h: what is read and searched, noted without a reader waiting for a write: left here and written by a
 * thread of its own (desk/article_report.h). When it is full some is left out; figures of reports may miss a few.
 */
#ifndef KEPT_WEB_READING_H
#define KEPT_WEB_READING_H

#include "web/page.h"

struct reading_log;
struct reading_log *reading_open(struct store *s);
void reading_close(struct reading_log *l); /* writes what is left; NULL is fine */

/* Somebody who is no agent and no robot read an article in the help centre. */
/* `by`: the customer whose private link brought her, with its conversation; NULL: nobody knows. */
struct reading_customer {
    int64_t contact_id, conversation_id;
};
void reading_of_article(struct request *rq, int64_t article_id, int64_t version_id,
                        const struct reading_customer *by);
/* `place`: help agents. */
void reading_of_search(struct request *rq, const char *words, const char *lang, const char *place, bool nothing,
                       bool unsure);
/* Who reads, as far as it may be kept: a keyed hash of the address. */
const char *reader_tag(struct request *rq);

#endif
