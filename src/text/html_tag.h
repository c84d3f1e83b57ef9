/* html_tag.h: where HTML's tags are, for readers that want its text: nothing is checked, nothing is refused, names
 * and values are parts of the input as they stand there (entities unread). Never reads at or behind `end`. */
#ifndef KEPT_TEXT_HTML_TAG_H
#define KEPT_TEXT_HTML_TAG_H

#include <stdbool.h>
#include <stddef.h>

struct html_span {
    const char *at;
    size_t len;
};
bool html_span_is(struct html_span s, const char *word); /* in any case of letters */

enum { HTML_ATTRIBUTES = 32 }; /* of one tag; later ones are passed over */
struct html_tag {
    struct html_span name;
    bool closing;
    int n;
    struct {
        struct html_span name, value;
    } attributes[HTML_ATTRIBUTES];
};

/* Does one begin at `s`: '<' and a letter, or "</" and a letter? */
bool html_tag_begins(const char *s, const char *end);
/* Reads the one that begins there. Where it ends: behind its '>', or `end`. */
const char *html_tag_read(const char *s, const char *end, struct html_tag *out);
/* The first of that name, as in browsers; empty when there is none. */
struct html_span html_attribute(const struct html_tag *tag, const char *name);
/* Behind the comment, "<!…>" or "<?…>" that begins at `s`; `s` itself when none does. */
const char *html_declaration_end(const char *s, const char *end);

#endif
