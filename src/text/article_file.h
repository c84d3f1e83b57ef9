/* article_file.h: articles as other programs write them down: bytes in, articles out. Pure.
 *   JSON Lines                      {"ref","lang","title","body","status","category","class","audience"} a line
 *   JSON of Zendesk's API           {"articles":[{"id","locale","title","body","draft","section_id",…}]}
 *   JSON of Freshdesk's API         [{"id","title","description","status",…}], or one of them
 *   Markdown                        front matter between --- lines, or a heading as the title
 *   HTML                            pages of Notion's export, cards of Guru's, others by <title> and <body>
 * What a file is, its content says; its name only where that does not tell. Foreign HTML becomes Markdown by one
 * linear pass (html_markdown.h). Nothing is judged here but whether it could be read. */
#ifndef KEPT_TEXT_ARTICLE_FILE_H
#define KEPT_TEXT_ARTICLE_FILE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    ARTICLE_FILE_SIZE_MAX = 256 * 1024 * 1024, /* bytes of one file of JSON Lines, or of an archive */
    ARTICLE_PAGE_SIZE_MAX = 4 * 1024 * 1024,   /* bytes of one JSON document, Markdown or HTML file */
    ARTICLE_FILES_MAX = 50 * 1000,             /* files of a folder or archive */
    ARTICLE_LINE_MAX = 2 * 1024 * 1024,        /* bytes of a line of JSON Lines */
    ARTICLES_READ_MAX = 500 * 1000,
};

/* Every text but `error` is there, "" when the file does not say. */
struct foreign_article {
    const char *ref, *lang, *title, *body; /* Markdown */
    const char *status, *category, *class, *audience;
    const char *where; /* "help.jsonl, line 12" */
    const char *error; /* English, for the operator; NULL: it could be read */
};
struct foreign_articles {
    struct foreign_article *at; /* in the arena */
    size_t n, room;
};

/* Why a whole file could not be read. */
struct file_flaw {
    const char *what; /* an English sentence of the catalogue; {file} stands for: */
    const char *file; /* "": none is meant */
};

struct named_file {
    const char *path; /* inside the folder or archive, with '/' */
    struct bytes bytes;
};

/* By its name: may it hold articles? For folders and archives, where much else lies about. */
bool article_file_wanted(const char *path);
/* Appends what the file holds. What cannot be read is appended with its error; a file that holds no article
 * (a picture, a style sheet) appends nothing and is false. */
bool article_file_read(struct arena *a, const struct named_file *file, struct foreign_articles *out);

#endif
