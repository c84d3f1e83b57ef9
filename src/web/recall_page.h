/* recall_page.h: what the handlers of corrections share. */
#ifndef KEPT_WEB_RECALL_PAGE_H
#define KEPT_WEB_RECALL_PAGE_H

#include "desk/recall.h"
#include "web/page.h"

/* Our mails carry a link to the case page. */
static inline bool web_linked(struct request *rq) { return web_of(rq)->origin && *web_of(rq)->origin; }
/* The page of the request's {ref} again, with what is wrong; of one that is to begin. */
void show_recall(struct request *rq, const struct error_list *errors, int status);
void show_recall_person(struct request *rq, const struct error_list *errors, int status);
void show_recall_new(struct request *rq, const struct error_list *errors, int status);

#endif
