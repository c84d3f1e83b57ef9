#include "text/chat_spelling.h"

#include "text/fold.h"

#include <string.h>
#include <uchar.h>

/* Only what nobody means otherwise in a message to a customer: "bh" (bảo hành, bây giờ), "gd" (giao dịch, giám đốc)
 * and "h" behind a number stay as they are. */
static const struct {
    const char32_t *typed, *meant;
} words[] = {
    {U"a", U"anh"},           {U"b", U"bạn"},
    {U"c", U"chị"},           {U"e", U"em"},
    {U"h", U"giờ"},           {U"j", U"gì"},
    {U"k", U"không"},         {U"r", U"rồi"},
    {U"s", U"sao"},           {U"v", U"vậy"},
    {U"z", U"vậy"},           {U"ko", U"không"},
    {U"kg", U"không"},        {U"hk", U"không"},
    {U"hok", U"không"},       {U"hem", U"không"},
    {U"hông", U"không"},      {U"hổng", U"không"},
    {U"khg", U"không"},       {U"hong", U"không"},
    {U"đc", U"được"},         {U"dc", U"được"},
    {U"ji", U"gì"},           {U"rùi", U"rồi"},
    {U"rui", U"rồi"},         {U"roài", U"rồi"},
    {U"vs", U"với"},          {U"cx", U"cũng"},
    {U"cũg", U"cũng"},        {U"trc", U"trước"},
    {U"bik", U"biết"},        {U"bít", U"biết"},
    {U"wa", U"quá"},          {U"wá", U"quá"},
    {U"lun", U"luôn"},        {U"nx", U"nữa"},
    {U"ntn", U"như thế nào"}, {U"ns", U"nói"},
    {U"nt", U"nhắn tin"},     {U"ngta", U"người ta"},
    {U"cty", U"công ty"},     {U"nv", U"nhân viên"},
    {U"ql", U"quản lý"},      {U"qđ", U"quy định"},
    {U"qd", U"quy định"},     {U"mn", U"mọi người"},
    {U"mng", U"mọi người"},   {U"hum", U"hôm"},
    {U"bgio", U"bây giờ"},    {U"bjo", U"bây giờ"},
    {U"thui", U"thôi"},       {U"hỉu", U"hiểu"},
    {U"nhìu", U"nhiều"},      {U"mún", U"muốn"},
    {U"mik", U"mình"},        {U"tl", U"trả lời"},
    {U"ktra", U"kiểm tra"},   {U"ck", U"chuyển khoản"},
    {U"đg", U"đang"},         {U"chx", U"chưa"},
    {U"vđ", U"vấn đề"},       {U"tgian", U"thời gian"},
    {U"lm", U"làm"},          {U"pải", U"phải"},
    {U"nge", U"nghe"},        {U"xl", U"xin lỗi"},
    {U"sp", U"sản phẩm"},     {U"hdsd", U"hướng dẫn sử dụng"},
};
enum { TYPED_MAX = 5 };

static uint32_t length(const char32_t *s) {
    uint32_t n = 0;
    while (s[n])
        n++;
    return n;
}

/* "e là", "e rằng": to fear, not "em". */
static bool fears(const struct prose *p, uint32_t end) {
    static const char32_t *const next[] = {U" là", U" la ", U" rằng", U" rang", U" ngại", U" ngai"};
    for (size_t k = 0; k < sizeof next / sizeof *next; k++) {
        uint32_t n = length(next[k]);
        if (end + n <= p->n && memcmp(p->c + end, next[k], n * sizeof(uint32_t)) == 0)
            return true;
    }
    return false;
}

/* What the word from `start` to `end` means; NULL: what it says. */
static const char32_t *meaning(const struct prose *p, uint32_t start, uint32_t end) {
    if (end - start > TYPED_MAX)
        return NULL;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        if ((uint32_t)words[k].typed[0] != p->c[start] || length(words[k].typed) != end - start ||
            memcmp(p->c + start, words[k].typed, (end - start) * sizeof(uint32_t)) != 0)
            continue;
        bool one = end - start == 1;
        uint32_t before = start;
        while (before > 0 && p->c[before - 1] == ' ')
            before--;
        if (before > 0 && fold_is_digit(p->c[before - 1])) /* 2 kg, 9 h */
            return NULL;
        if (one &&
            (p->upper[start] || p->c[end] == '/' || p->c[end] == '.' || (start > 0 && p->c[start - 1] == '/')))
            return NULL; /* gói B, a/c */
        bool last = !(p->c[end] == ' ' && end + 1 < p->n && prose_is_letter(p->c[end + 1]));
        if (one && p->c[start] == 'a' && p->unmarked && last) /* "da a": the polite ạ */
            return NULL;
        if (one && p->c[start] == 'e' && fears(p, end))
            return NULL;
        return words[k].meant;
    }
    return NULL;
}

static uint32_t word_end(const struct prose *p, uint32_t i) {
    while (prose_is_letter(p->c[i]))
        i++;
    return i;
}

/* A word begins here that no digit touches: 30p and 9h are times. */
static bool word_alone(const struct prose *p, uint32_t i) {
    return prose_is_letter(p->c[i]) && !(i > 0 && (prose_is_letter(p->c[i - 1]) || fold_is_digit(p->c[i - 1]))) &&
           !fold_is_digit(p->c[word_end(p, i)]);
}

void chat_write_out(struct arena *a, struct prose *p) {
    uint32_t more = 0;
    for (uint32_t i = 0; i < p->n; i++) {
        const char32_t *meant = word_alone(p, i) ? meaning(p, i, word_end(p, i)) : NULL;
        more += meant ? length(meant) : 0;
    }
    if (!more)
        return;
    uint32_t *c = ARENA_ARRAY(a, p->n + more + 3, uint32_t), n = 0;
    uint32_t *at = ARENA_ARRAY(a, p->n + more + 1, uint32_t);
    bool *upper = ARENA_ARRAY(a, p->n + more + 1, bool);
    *c++ = 0;
    for (uint32_t i = 0; i < p->n;) {
        uint32_t end = word_alone(p, i) ? word_end(p, i) : i + 1;
        const char32_t *meant = word_alone(p, i) ? meaning(p, i, end) : NULL;
        for (uint32_t k = 0; meant && meant[k]; k++) {
            c[n] = p->unmarked ? fold_bare((uint32_t)meant[k]) : (uint32_t)meant[k];
            at[n] = meant[k + 1] ? p->at[i] : p->at[end - 1];
            upper[n++] = k == 0 && p->upper[i];
        }
        for (; i < end; i++) {
            if (meant)
                continue;
            c[n] = p->c[i], at[n] = p->at[i], upper[n] = p->upper[i];
            n++;
        }
    }
    c[n] = 0;
    at[n] = p->at[p->n];
    p->c = c, p->at = at, p->upper = upper, p->n = n;
}
