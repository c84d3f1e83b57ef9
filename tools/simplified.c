/* simplified.c: run by the build: the Simplified form of each Han character, as ICU's transliterator knows it
 * (src/text/simplified.h). Asking that for all of them takes 60 ms, too much for each start and each command.
 *     simplified > simplified_gen.c */
#include <stdio.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

enum { FIRST = 0x3400, LAST = 0x9FFF, N = LAST - FIRST + 1 };

int main(void) {
    /* One pass over every character, each between spaces so that no rule sees two of them together. */
    static UChar all[N * 2 + 64];
    for (int i = 0; i < N; i++) {
        all[2 * i] = (UChar)(FIRST + i);
        all[2 * i + 1] = ' ';
    }
    UErrorCode error = U_ZERO_ERROR;
    int32_t length = 2 * N, limit = length;
    UTransliterator *t = utrans_openU(u"Traditional-Simplified", -1, UTRANS_FORWARD, NULL, 0, NULL, &error);
    if (U_SUCCESS(error))
        utrans_transUChars(t, all, &length, 2 * N + 64, 0, &limit, &error);
    if (U_FAILURE(error) || length != 2 * N) {
        fprintf(stderr, "the table of Simplified characters could not be built: %s\n", u_errorName(error));
        return 1;
    }
    utrans_close(t);
    printf("#include \"text/simplified.h\"\n\nconst uint16_t simplified_of[] = {");
    for (int i = 0; i < N; i++)
        printf("%s%d,", i % 16 ? "" : "\n", all[2 * i] != ' ' ? all[2 * i] : FIRST + i);
    printf("\n};\n");
    return 0;
}
