/* simplified.c: run by the build: the Simplified form of each Han character, as ICU's transliterator knows it
 * (src/text/simplified.h). Asking that for all of them takes 60 ms, too much for each start and each command.
 *     simplified > simplified_gen.c */
#include <stdio.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

enum { FIRST = 0x3400, LAST = 0x9FFF, N = LAST - FIRST + 1 };

/* Forms that ICU leaves as they are, or gives as another than what is written on the mainland: those that
 * converters and the input methods of Taiwan and Hong Kong write. Each is followed by its Simplified one. */
static const UChar variants[] =
    u"麪面衞卫敍叙峯峰嶽岳諮咨谘咨揹背痺痹嫺娴犛牦糉粽餈糍蹠跖灩滟妳你牠它噁恶矇蒙甦苏疎疏菴庵"
    u"隣邻鑛矿鬪斗竝并旣既敎教値值晩晚査查濶阔輭软躰体鵰雕麴曲覩睹牴抵傚效";

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
    static uint16_t simple[N];
    for (int i = 0; i < N; i++)
        simple[i] = (uint16_t)(all[2 * i] != ' ' ? all[2 * i] : FIRST + i);
    for (const UChar *v = variants; *v; v += 2)
        simple[v[0] - FIRST] = v[1];
    printf("#include \"text/simplified.h\"\n\nconst uint16_t simplified_of[] = {");
    for (int i = 0; i < N; i++)
        printf("%s%d,", i % 16 ? "" : "\n", simple[i]);
    printf("\n};\n");
    return 0;
}
