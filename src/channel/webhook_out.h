/* webhook_out.h: the job that tells a program what happened (desk/webhook.h). */
#ifndef KEPT_CHANNEL_WEBHOOK_OUT_H
#define KEPT_CHANNEL_WEBHOOK_OUT_H

#include "desk/job.h"

enum rc webhook_job(struct store *s, void *app, const struct job *job); /* a job_run */

#endif
