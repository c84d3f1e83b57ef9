#include "web/upload.h"

#include "base/sniff.h"

void upload_attachments(struct request *rq, const char *field, struct attachment **out, int *n) {
    size_t count = 0;
    const struct upload *files = rq_files(rq, field, &count);
    *out = ARENA_ARRAY(rq_arena(rq), count + 1, struct attachment);
    *n = 0;
    for (size_t i = 0; i < count; i++) {
        const char *type = sniff_type(files[i].bytes);
        (*out)[(*n)++] = (struct attachment){
            .name = files[i].name && *files[i].name ? files[i].name : "file",
            .type = *type ? type : "application/octet-stream",
            .bytes = files[i].bytes,
        };
    }
}
