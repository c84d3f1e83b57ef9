/* locale.h: the five languages of pages and notices. Outside they are BCP 47 tags, inside this number.
 * (Which language a customer wrote in is another question: text/ finds it.) */
#ifndef KEPT_BASE_LOCALE_H
#define KEPT_BASE_LOCALE_H

enum locale { LOCALE_EN, LOCALE_VI, LOCALE_ZH_HANS, LOCALE_ZH_HANT, LOCALE_TH, LOCALES };

/* "en" "vi" "zh-Hans" "zh-Hant" "th". Static. */
const char *locale_tag(enum locale locale);
/* The nearest of the five: zh-TW, zh-HK and zh-MO are zh-Hant, other zh is zh-Hans, "vi-VN" is vi; letter case does
 * not matter. Anything else, and NULL, is English. */
enum locale locale_of(const char *tag);

#endif
