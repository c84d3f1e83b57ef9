/* lang.h: the five languages of pages and notices. Outside they are BCP 47 tags, inside this number.
 * (What language a customer writes in is another question, with more answers: text/ finds it.) */
#ifndef KEPT_BASE_LANG_H
#define KEPT_BASE_LANG_H

enum lang { LANG_EN, LANG_VI, LANG_ZH_HANS, LANG_ZH_HANT, LANG_TH, LANGS };

/* "en" "vi" "zh-Hans" "zh-Hant" "th". Static. */
const char *lang_tag(enum lang lang);
/* The nearest of the five: zh-TW, zh-HK and zh-MO are zh-Hant, other zh is zh-Hans, "vi-VN" is vi; letter case does
 * not matter. Anything else, and NULL, is English. */
enum lang lang_of(const char *tag);

#endif
