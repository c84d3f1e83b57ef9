/* push_out.h: the jobs that bring notifications (desk/push.h) to push services: RFC 8030, without a payload. */
#ifndef KEPT_CHANNEL_PUSH_OUT_H
#define KEPT_CHANNEL_PUSH_OUT_H

#include "desk/job.h"

/* Has this agent the conversation open and in sight, on whichever node? */
typedef bool push_looks_hook(void *arg, int64_t agent_id, int64_t conversation_id);
/* Until it is set nobody looks. Before the first request is served. */
void push_set_looks(push_looks_hook *looks, void *arg);

/* job_run functions; app is a struct email_app, for the address of ours in its `origin`. */
enum rc push_note_job(struct store *s, void *app, const struct job *job);
enum rc push_device_job(struct store *s, void *app, const struct job *job);

#endif
