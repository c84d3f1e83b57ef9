/* upload.h: uploaded files as attachments: the type is what the bytes are, never what the browser claims. */
#ifndef KEPT_WEB_UPLOAD_H
#define KEPT_WEB_UPLOAD_H

#include "desk/message.h"
#include "web/http.h"

/* The files of the field, in the request's arena; their bytes live as long as the request. */
void upload_attachments(struct request *rq, const char *field, struct attachment **out, int *n);

#endif
