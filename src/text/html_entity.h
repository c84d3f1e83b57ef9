/* html_entity.h: what "&amp;" stands for. Pure. */
#ifndef KEPT_TEXT_HTML_ENTITY_H
#define KEPT_TEXT_HTML_ENTITY_H

#include <stddef.h>
#include <stdint.h>

/* The letter that the entity at s ("&…") stands for; *len is what it takes up. '&' itself when it is none. */
uint32_t html_entity_at(const char *s, const char *end, size_t *len);

#endif
