#include "text/stop.h"

#include "base/log.h"
#include "base/utf8.h"
#include "text/analyzer.h"
#include "text/normal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

const float STOP_WEIGHT = 0.4f;

/* Words as ICU cuts them: whole words, for 会 is a function word but not in 会员. Each list is words between
 * spaces. */
static const struct {
    const char *lang, *words;
} lists[] = {
    {"en", "a an the is are was were be been being am do does did done have has had having can could will would "
           "shall should may might must i me my mine myself you your yours we us our ours they them their he him "
           "his she her hers it its this that these those there here what what's which who whom whose who's when "
           "where where's why how how's if then than so as at by for from in into of on onto to with about and or "
           "but not no nor too very just also any some please hi hello hey thanks thank want wanna need get got "
           "gets getting know tell say says still even yet already don't doesn't didn't can't cannot i'm i've "
           "i'd i'll won't isn't aren't wasn't haven't hasn't there's that's it's you're they're we're let's "
           "much many whether during dont cant im ive someone somebody anyone something anything going go goes "
           "make really"},
    {"vi", "tôi em mình tui tớ anh chị shop bạn ad ạ à ơi nhé nha vậy thế thì là mà có không ko k hông được dc đc "
           "cho của và hay hoặc với các những một này đó kia ấy gì nào sao ai đâu đã đang sẽ rồi chưa bị phải cần "
           "muốn ở trong nữa còn cũng chỉ rất quá khi lúc bao nhiêu giờ lâu mấy như làm nếu do vì nên để từ đến "
           "tới theo về mấy cái ra hiện bởi ngoài xin hỏi giúp giùm dùm hoài luôn lỡ bằng cách kiểu tại vẫn cứ đi"},
    {"zh",
     "的 了 吗 呢 吧 啊 呀 么 嘛 我 你 您 我们 你们 他 她 它 他们 是 在 有 没有 没 不 也 都 就 还 还是 要 会 能 "
     "不能 可以 可不可以 能不能 怎么 怎么办 怎样 怎么样 如何 什么 什么样 哪里 哪儿 哪 哪个 哪些 谁 多少 几 "
     "多久 多长 为什么 为啥 请问 想 想要 一下 这 那 这个 那个 给 把 被 跟 和 与 及 之后 以后 的话 时候 时 啥 咋 "
     "需要 应该 是不是 有没有 得 着 过 让 从 到 对 很 太 再 又 才 吗 呗 啦 哦 并 而 但 其 所 何 何时 为何 因何 "
     "何处 是否 几个 两 该 此 向 因为 所以 如果 于 以 由"},
    {"th",
     "ไหม มั้ย ไม ค่ะ คะ ครับ ครับผม นะ น่ะ จ้า จ๊ะ ที่ ของ และ หรือ ได้ ไม่ มี เป็น อยู่ จะ ต้อง ให้ กับ ใน จาก แล้ว "
     "ก็ แต่ ถ้า ว่า นี้ นั้น นี่ อะไร ไหน ทำไม ยังไง ยัง ไง อย่างไร อย่าง ไร เท่าไหร่ เท่าไร เท่า กี่ เมื่อไหร่ เมื่อไร เมื่อ ไหร่ ใคร ผม "
     "ฉัน ดิฉัน เรา หนู คุณ เขา มัน อยาก ขอ ช่วย หน่อย ด้วย เลย มา ไป ทำ ป่าว เปล่า หรือเปล่า บ้าง การ ความ ซึ่ง โดย เพื่อ "
     "คือ เอา รู้ บอก ตรงไหน ตรง ตอน ทาง ถึง ใด เท่าใด เมื่อใด เหตุใด เพราะ เพียงใด เช่นไร แค่ไหน แค่ อัน แห่ง ต่อ กัน จึง ถูก ตาม "
     "เคย กำลัง ทั้ง ที สัก นาน ตั้ง"},
};
enum { LISTS = sizeof lists / sizeof *lists, ROOM = 1024 };

/* Open addressing over the spelled words, and over the folded ones for text typed without diacritics. */
static struct { char *spelled[ROOM], *folded[ROOM]; } sets[LISTS];
static struct arena *keep;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static size_t slot_of(char *const set[ROOM], const char *word) {
    uint32_t h = 2166136261u;
    for (const char *p = word; *p; p++)
        h = (h ^ (unsigned char)*p) * 16777619u;
    size_t at = h % ROOM;
    while (set[at] && strcmp(set[at], word))
        at = (at + 1) % ROOM;
    return at;
}

static void fill(void) {
    keep = arena_new(0);
    for (int l = 0; l < LISTS; l++) {
        for (const char *at = lists[l].words; *at;) {
            size_t len = strcspn(at, " ");
            struct normal n = normalize(keep, at, len);
            struct word w = {n.cp, n.n};
            char *spelled = word_spell(keep, &w), *folded = word_fold(keep, &w);
            sets[l].spelled[slot_of(sets[l].spelled, spelled)] = spelled;
            sets[l].folded[slot_of(sets[l].folded, folded)] = folded;
            at += len + strspn(at + len, " ");
        }
    }
}

float *stop_weights(struct arena *a, const char *lang, const char *text, size_t len, size_t *n) {
    pthread_once(&once, fill);
    *n = utf8_count(text, len) + 1;
    float *weights = ARENA_ARRAY(a, *n, float);
    for (size_t i = 0; i < *n; i++)
        weights[i] = 1;
    int list = 0;
    while (list < LISTS && strcmp(lists[list].lang, lang))
        list++;
    if (list == LISTS)
        return weights;
    struct normal normal = normalize(a, text, len);
    bool spelled = strcmp(lang, "vi") || normal_has_diacritics(&normal);
    struct words words = words_of(a, &normal);
    for (size_t i = 0; i < words.n; i++) {
        const struct word *w = &words.at[i];
        bool stops = spelled ? sets[list].spelled[slot_of(sets[list].spelled, word_spell(a, w))] != NULL
                             : sets[list].folded[slot_of(sets[list].folded, word_fold(a, w))] != NULL;
        for (uint32_t c = w->start; stops && c < w->end && c < *n; c++)
            weights[c] = STOP_WEIGHT;
    }
    return weights;
}
