/* zip.h: writes a ZIP archive, file after file, to wherever it is wanted; never the whole of it in memory. The way
 * back, for what others give us, is unzip.h. */
#ifndef KEPT_TEXT_ZIP_H
#define KEPT_TEXT_ZIP_H

#include "base/buf.h"
#include "base/rc.h"

struct zip {
    enum rc (*put)(void *to, struct bytes piece);
    void *to;
    struct buf directory;
    uint64_t at;
    int files;
};

enum { ZIP_FILES_MAX = 65535 };

void zip_begin(struct zip *z, enum rc (*put)(void *to, struct bytes piece), void *to);
/* `name` is a path with '/', UTF-8, each once. RC_TOO_BIG: over ZIP_FILES_MAX, or 4 GB; else what `put` says. */
enum rc zip_add(struct zip *z, const char *name, struct bytes content);
/* In any case, as the last; frees what it holds. With `rc` not RC_OK nothing more is written, and that is returned.
 */
enum rc zip_end(struct zip *z, enum rc rc);

#endif
