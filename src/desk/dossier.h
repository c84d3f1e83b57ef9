/* dossier.h: everything that is held of one customer, as a ZIP archive for her: who she is, where she is known, her
 * conversations with every message (internal notes too), promises, what happened, and the files. A page to begin
 * with in her language; each conversation as text for people and as JSON for programs.
 *
 * Hidden numbers are hidden here as well: the originals are apart (privacy.h), and README.txt says until when.
 *
 *   dossier_ask ──▶ queued ──dossier_job──▶ ready ──EXPIRES──▶ expired
 *                              └──▶ failed: too large for a page; `kept contact export` writes it to a file */
#ifndef KEPT_DESK_DOSSIER_H
#define KEPT_DESK_DOSSIER_H

#include "desk/event.h"
#include "desk/job.h"
#include "store/store.h"
#include "text/zip.h"

enum { DOSSIER_FILES_MAX = 100 * 1024 * 1024 /* bytes of one that is kept for a page */ };
#define DOSSIER_LIFE_MS (24 * 3600 * (int64_t)1000)

struct dossier {
    int64_t id, contact_id, agent_id, blob_id, size, created_at, expires_at;
    const char *ref, *state;
};

/* Writes all of it; `z` is ended by the caller. RC_GONE: she was erased. RC_TOO_BIG: over `max` bytes of files
 * (0: any), or what zip_add says. */
enum rc dossier_write(struct view *v, int64_t contact_id, int64_t now, int64_t max, struct zip *z);

/* Asks for one, by a page; the line of the log is written with it. */
enum rc dossier_ask(struct tx *tx, int64_t contact_id, struct actor by, int64_t now, struct dossier *out);
enum rc dossier_by_ref(struct view *v, struct arena *a, const char *ref, struct dossier *out);
job_run dossier_job;
/* Drops what is past its time, some at a time. */
enum rc dossier_tidy(struct tx *tx, int64_t now, bool *more);
/* Of a customer who is erased. */
enum rc dossier_drop_all(struct tx *tx, int64_t contact_id);

#endif
