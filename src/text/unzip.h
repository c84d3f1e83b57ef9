/* unzip.h: what is in a ZIP archive, in memory. Its directory is believed in nothing: every offset is held against
 * the archive, every size against a limit while it is unpacked, names that leave the folder are left out, and
 * archives in archives stay closed. Encrypted files and ZIP64 are refused. Pure; run it in article_reader.h's
 * child. */
#ifndef KEPT_TEXT_UNZIP_H
#define KEPT_TEXT_UNZIP_H

#include "base/rc.h"
#include "text/article_file.h"

#include <stdbool.h>

enum {
    UNZIP_TOTAL_MAX = 512 * 1024 * 1024, /* bytes of all files together */
    UNZIP_RATIO_MAX = 200,               /* so many times larger than packed, and no more */
};

bool unzip_is_archive(struct bytes b);

/* Every file whose name `wanted` likes, in the archive's order; bytes in the arena. RC_INVALID: not an archive that
 * can be read; RC_TOO_BIG: over ARTICLE_FILES_MAX, ARTICLE_FILE_SIZE_MAX or a limit above. *flaw (arena) says why.
 */
enum rc unzip(struct arena *a, struct bytes archive, bool (*wanted)(const char *path), struct named_file **out,
              size_t *n, struct file_flaw *flaw);

/* A file as somebody gives it to us: one of article_file.h's, or an archive of them. RC_INVALID and RC_TOO_BIG as
 * above, and for a file of no known kind. */
enum rc articles_of_file(struct arena *a, const struct named_file *file, struct foreign_articles *out,
                         struct file_flaw *flaw);

#endif
