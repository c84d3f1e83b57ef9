/* quote.h: which part of a mail is new and which is the history it quotes.
 * History is folded on the page, never deleted. Knows the marks of Gmail, Outlook, Apple Mail, Yahoo, QQ, 163,
 * Foxmail, Zoho, Thunderbird and phones in English, Vietnamese, Chinese and Thai, the '>' of everybody, and the
 * marks that html_text makes of the same programs' HTML. When in doubt nothing is folded: a customer's words that
 * nobody sees are worse than a long page. So answers between quoted lines stay with the lines that they answer,
 * and a forwarded mail is shown whole. Pure. */
#ifndef KEPT_CHANNEL_QUOTE_H
#define KEPT_CHANNEL_QUOTE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* Lines of their own in the text that html_text makes. utf8_clean drops these from everybody else's text. */
enum { QUOTE_BEGIN = 1, QUOTE_END = 2, QUOTE_REST = 3 };

struct quote_fold {
    size_t start, end; /* bytes of the text; start == end: nothing is folded */
    const char *mark;  /* why: "attribution", "header block", "separator", "html", ">", "signature"; "" */
};

/* Returns the text without marks (in the arena), the span to fold in *fold. `forwarded`: the subject says that
 * somebody passes a mail on, so what looks quoted is the message. */
char *quote_split(struct arena *a, const char *text, bool forwarded, struct quote_fold *fold);

/* "Fwd: …", "FW: …", "转发：…", "Chuyển tiếp: …", "ส่งต่อ: …" */
bool quote_subject_is_forward(const char *subject);

/* The text that is not folded, for search, rules and previews. */
char *quote_new_text(struct arena *a, const char *text, const struct quote_fold *fold);

#endif
