/* rules-try: the batch commands by themselves, for trying rules without the rest of the program.
 *   build/rules-try mask [--contacts] < lines.jsonl      build/rules-try check-reply < lines.jsonl
 *   build/rules-try tone LANG < replies.txt              (one a line: how likely each of the six is,
 * src/text/tone.h) */
#include "text/batch.h"
#include "text/mask.h"
#include "text/tone.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static int cmd_tone(const char *lang, FILE *in, FILE *out) {
    struct arena *a = arena_new(256 * 1024);
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    while ((n = getline(&line, &room, in)) > 0) {
        arena_reset(a);
        struct tone_reading r = tone_read(a, prose_read(a, lang_read(lang, line, (size_t)n), line, (size_t)n));
        for (enum tone t = 0; t < TONES; t++)
            fprintf(out, "%s %.2f%s", tone_name(t), (double)r.share[t], t + 1 < TONES ? "  " : "\n");
    }
    free(line);
    arena_free(a);
    return ferror(in) ? EX_IOERR : 0;
}

int main(int argc, char **argv) {
    if (argc >= 2 && strcmp(argv[1], "mask") == 0)
        return cmd_mask(stdin, stdout, argc > 2 && strcmp(argv[2], "--contacts") == 0 ? MASK_ALL : MASK_PRIVATE);
    if (argc == 2 && strcmp(argv[1], "check-reply") == 0)
        return cmd_check_reply(stdin, stdout);
    if (argc == 3 && strcmp(argv[1], "tone") == 0)
        return cmd_tone(argv[2], stdin, stdout);
    fprintf(stderr, "usage: rules-try mask [--contacts] | check-reply | tone LANG\n");
    return EX_USAGE;
}
