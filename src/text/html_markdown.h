/* html_markdown.h: foreign HTML as the Markdown of our articles. One pass, no tree: nesting cannot hang it, and
 * what it does not know it reads as text. Headings, paragraphs, lists, links, pictures, emphasis, code, quotations
 * and tables are kept; scripts, styles and comments are not. Pure. */
#ifndef KEPT_TEXT_HTML_MARKDOWN_H
#define KEPT_TEXT_HTML_MARKDOWN_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum { HTML_MARKDOWN_MAX = 2 * 1024 * 1024 /* bytes that come out */ };

/* `html` is clean UTF-8 (utf8_clean). */
char *html_markdown(struct arena *a, const char *html, size_t len);

/* Is this text written in HTML rather than Markdown: has it elements that are closed, or line breaks? */
bool html_looks_like(const char *text, size_t len);

#endif
