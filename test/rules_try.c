/* rules-try: the batch commands by themselves, for trying rules without the rest of the program.
 *   build/rules-try mask [--contacts] < lines.jsonl      build/rules-try check-reply < lines.jsonl */
#include "text/batch.h"
#include "text/mask.h"

#include <string.h>
#include <sysexits.h>

int main(int argc, char **argv) {
    if (argc >= 2 && strcmp(argv[1], "mask") == 0)
        return cmd_mask(stdin, stdout, argc > 2 && strcmp(argv[2], "--contacts") == 0 ? MASK_ALL : MASK_PRIVATE);
    if (argc == 2 && strcmp(argv[1], "check-reply") == 0)
        return cmd_check_reply(stdin, stdout);
    fprintf(stderr, "usage: rules-try mask [--contacts] | check-reply\n");
    return EX_USAGE;
}
