/* recall_page.h: what the handlers of corrections share. */
#ifndef KEPT_WEB_RECALL_PAGE_H
#define KEPT_WEB_RECALL_PAGE_H

#include "desk/recall.h"
#include "web/page.h"

/* The page of the request's {ref} again, with what is wrong; of one that is to begin. */
void show_recall(struct request *rq, const struct error_list *errors, int status);
void show_recall_new(struct request *rq, const struct error_list *errors, int status);

#endif
