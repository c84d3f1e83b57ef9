/* upload.h: files in and out: the type is what the bytes are, never what the browser claims. */
#ifndef KEPT_WEB_UPLOAD_H
#define KEPT_WEB_UPLOAD_H

#include "desk/message.h"
#include "web/http.h"

/* The files of the field, in the request's arena; their bytes live as long as the request. */
void upload_attachments(struct request *rq, const char *field, struct attachment **out, int *n);
/* Answers with the file, so that nothing in it can act as us; with the error when it cannot be read. In files.c. */
/* How a file goes out: saved, unless it may be shown; nothing in it can act as us. */
void file_headers(struct request *rq, const char *name, const char *type, bool inline_shown);
void answer_file(struct request *rq, struct view *v, const struct attachment *x);

#endif
