#include "text/article_file.h"

#include "base/json.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "text/html_markdown.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static struct foreign_article *add(struct arena *a, struct foreign_articles *out, const char *where) {
    if (out->n == out->room) {
        out->room = out->room ? out->room * 2 : 64;
        out->at = arena_grow(a, out->at, out->n, out->room, sizeof *out->at);
    }
    struct foreign_article *x = &out->at[out->n++];
    *x = (struct foreign_article){"", "", "", "", "", "", "", "", where, NULL};
    return x;
}

static void refuse(struct arena *a, struct foreign_articles *out, const char *where, const char *error) {
    add(a, out, where)->error = error;
}

/* Markdown, whatever it was written in. */
static const char *body_of(struct arena *a, const char *text, size_t len, bool is_html) {
    char *clean = utf8_clean(a, text, len);
    return is_html || html_looks_like(clean, strlen(clean)) ? html_markdown(a, clean, strlen(clean)) : clean;
}

/* ---- JSON ---- */

/* The text under the key; a number as its digits; "" when there is none. */
static const char *text_at(struct arena *a, const json_t *object, const char *key) {
    const json_t *x = json_object_get(object, key);
    if (json_is_string(x))
        return utf8_clean(a, json_string_value(x), json_string_length(x));
    return json_is_integer(x) ? arena_printf(a, "%lld", (long long)json_integer_value(x)) : "";
}

static const char *first_text(struct arena *a, const json_t *object, const char *const *keys) {
    const char *s = "";
    for (; *keys && !*s; keys++)
        s = text_at(a, object, *keys);
    return s;
}

static void take_line(struct arena *a, const json_t *line, const char *where, struct foreign_articles *out) {
    const json_t *body = json_object_get(line, "body"), *title = json_object_get(line, "title");
    if (!json_is_object(line)) {
        refuse(a, out, where, N_("not a JSON object"));
        return;
    }
    struct foreign_article *x = add(a, out, where);
    x->ref = text_at(a, line, "ref");
    x->lang = text_at(a, line, "lang");
    x->status = text_at(a, line, "status");
    x->category = text_at(a, line, "category");
    x->class = text_at(a, line, "class");
    x->audience = text_at(a, line, "audience");
    x->title = text_at(a, line, "title");
    if (!*x->ref)
        x->error = N_("\"ref\" is missing");
    else if (!json_is_string(body))
        x->error = N_("\"body\" must be a text");
    else if (title && !json_is_string(title) && !json_is_null(title))
        x->error = N_("\"title\" must be a text");
    else
        x->body = body_of(a, json_string_value(body), json_string_length(body),
                          strcmp(text_at(a, line, "format"), "html") == 0);
}

static void read_lines(struct arena *a, const struct named_file *file, struct foreign_articles *out) {
    const char *at = (const char *)file->bytes.at, *end = at + file->bytes.len;
    if (file->bytes.len >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0)
        at += 3;
    for (int number = 1; at < end; number++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at)), *stop = newline ? newline : end;
        size_t len = (size_t)(stop - at);
        while (len && isspace((unsigned char)at[len - 1]))
            len--;
        const char *where = len ? arena_printf(a, "%s, line %d", file->path, number) : "", *why = "";
        json_t *line = NULL;
        if (out->n == ARTICLES_READ_MAX) {
            refuse(a, out, where, N_("more articles than one import takes"));
            return;
        }
        if (len > ARTICLE_LINE_MAX)
            refuse(a, out, where, N_("the line is longer than 2 MB"));
        else if (len && json_read(a, (struct bytes){(const uint8_t *)at, len}, &line, &why) != RC_OK)
            refuse(a, out, where, why);
        else if (len)
            take_line(a, line, where, out);
        json_decref(line);
        at = newline ? newline + 1 : end;
    }
}

/* Zendesk and Freshdesk say "body" and "locale", or "description" and no language. */
static void take_helpdesk(struct arena *a, const json_t *x, const char *where, struct foreign_articles *out) {
    const json_t *draft = json_object_get(x, "draft"), *status = json_object_get(x, "status");
    const char *body = first_text(a, x, (const char *const[]){"body", "description", "content", NULL});
    struct foreign_article *y = add(a, out, where);
    y->ref = first_text(a, x, (const char *const[]){"ref", "source_id", "id", NULL});
    y->lang = first_text(a, x, (const char *const[]){"locale", "lang", "language", NULL});
    y->title = first_text(a, x, (const char *const[]){"title", "name", NULL});
    y->category = first_text(a, x, (const char *const[]){"category", "section_name", "folder_name", NULL});
    y->audience = text_at(a, x, "audience");
    y->class = text_at(a, x, "class");
    y->status = json_is_true(draft) ? "draft" : json_is_string(status) ? text_at(a, x, "status") : "published";
    if (json_is_integer(status)) /* Freshdesk: 1 draft, 2 published */
        y->status = json_integer_value(status) == 1 ? "draft" : "published";
    if (!json_is_null(json_object_get(x, "user_segment_id")) && json_object_get(x, "user_segment_id"))
        y->audience = "internal"; /* Zendesk: seen by a segment only; by whom we cannot know */
    y->body = body_of(a, body, strlen(body), true);
    if (!*y->ref)
        y->error = N_("it has no id");
}

static bool is_article(const json_t *x) {
    return json_object_get(x, "body") || json_object_get(x, "description") || json_object_get(x, "content");
}

static void take_all(struct arena *a, const json_t *list, const char *path, struct foreign_articles *out) {
    size_t i;
    const json_t *x;
    json_array_foreach(list, i, x) {
        if (out->n == ARTICLES_READ_MAX)
            return;
        const json_t *inner = json_object_get(x, "article") ? json_object_get(x, "article") : x;
        const char *where = arena_printf(a, "%s, article %zu", path, i + 1);
        if (is_article(inner))
            take_helpdesk(a, inner, where, out);
        else
            refuse(a, out, where, N_("it has no text"));
    }
}

static bool read_document(struct arena *a, const struct named_file *file, struct foreign_articles *out) {
    static const char *const lists[] = {"articles", "solution_articles", "results", "data", "cards", NULL};
    json_t *doc;
    const char *why;
    if (json_read(a, file->bytes, &doc, &why) != RC_OK) {
        refuse(a, out, file->path, why);
        return true;
    }
    size_t before = out->n;
    const json_t *list = json_is_array(doc) ? doc : NULL;
    for (int i = 0; lists[i] && !list; i++)
        if (json_is_array(json_object_get(doc, lists[i])))
            list = json_object_get(doc, lists[i]);
    if (list)
        take_all(a, list, file->path, out);
    else if (is_article(doc))
        take_helpdesk(a, doc, file->path, out);
    json_decref(doc);
    return out->n > before;
}

/* ---- Markdown ---- */

static const char *without_extension(struct arena *a, const char *path) {
    const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
    return dot && (!slash || dot > slash) ? arena_copy_n(a, path, (size_t)(dot - path)) : path;
}

/* "vi/returns.md" is Vietnamese. */
static const char *lang_of_folder(struct arena *a, const char *path) {
    static const char *const tags[] = {"en", "vi", "zh", "zh-hans", "zh-hant", "zh-cn", "zh-tw", "zh-hk", "th"};
    for (const char *slash; (slash = strchr(path, '/')); path = slash + 1)
        for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
            if ((size_t)(slash - path) == strlen(tags[i]) && !strncasecmp(path, tags[i], strlen(tags[i])))
                return arena_copy(a, tags[i]);
    return "";
}

/* A line of front matter, "key: value", the value perhaps in quotes. */
static void take_matter(struct arena *a, struct foreign_article *x, const char *line, size_t len) {
    const char *colon = memchr(line, ':', len), *end = line + len;
    if (!colon)
        return;
    const char *value = colon + 1;
    while (value < end && isspace((unsigned char)*value))
        value++;
    while (end > value && isspace((unsigned char)end[-1]))
        end--;
    if (end - value >= 2 && (*value == '"' || *value == '\'') && end[-1] == *value)
        value++, end--;
    const char *text = arena_copy_n(a, value, (size_t)(end - value));
    const struct {
        const char *key;
        const char **into;
    } keys[] = {{"ref", &x->ref},           {"id", &x->ref},           {"slug", &x->ref},
                {"lang", &x->lang},         {"language", &x->lang},    {"locale", &x->lang},
                {"title", &x->title},       {"status", &x->status},    {"class", &x->class},
                {"category", &x->category}, {"audience", &x->audience}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if ((size_t)(colon - line) == strlen(keys[i].key) && !strncasecmp(line, keys[i].key, strlen(keys[i].key)))
            *keys[i].into = text;
    if (colon - line == 5 && !strncasecmp(line, "draft", 5) && strcmp(text, "true") == 0)
        x->status = "draft";
}

static bool read_markdown(struct arena *a, const struct named_file *file, struct foreign_articles *out) {
    const char *at = utf8_clean(a, (const char *)file->bytes.at, file->bytes.len);
    struct foreign_article *x = add(a, out, file->path);
    x->ref = without_extension(a, file->path);
    x->lang = lang_of_folder(a, file->path);
    if (strncmp(at, "\xEF\xBB\xBF", 3) == 0)
        at += 3;
    if (strncmp(at, "---\n", 4) == 0) {
        const char *line = at + 4, *newline;
        while ((newline = strchr(line, '\n')) && strncmp(line, "---", 3) != 0) {
            take_matter(a, x, line, (size_t)(newline - line));
            line = newline + 1;
        }
        if (strncmp(line, "---", 3) == 0)
            at = newline ? newline + 1 : line + strlen(line);
        else
            x->error = N_("the front matter has no end: a line --- is missing");
    }
    at += strspn(at, "\n ");
    if (!*x->title && strncmp(at, "# ", 2) == 0) {
        size_t n = strcspn(at, "\n");
        x->title = arena_copy_n(a, at + 2, n - 2);
        at += n;
    }
    x->body = at + strspn(at, "\n");
    return true;
}

/* ---- HTML ---- */

/* What stands between the first tag that begins with `open` and the last `close` after it. */
static struct bytes between(const char *html, const char *open, const char *close) {
    const char *at = strcasestr(html, open), *from = at ? strchr(at, '>') : NULL;
    const char *to = from ? strcasestr(from, close) : NULL;
    for (const char *next = to; next && (next = strcasestr(next + 1, close));)
        to = next;
    return from ? (struct bytes){(const uint8_t *)from + 1, to ? (size_t)(to - from - 1) : strlen(from + 1)}
                : (struct bytes){NULL, 0};
}

static const char *heading_in(struct arena *a, const char *html, const char *open, const char *close) {
    const char *at = strcasestr(html, open), *from = at ? strchr(at, '>') : NULL;
    const char *to = from ? strcasestr(from, close) : NULL;
    return to ? html_markdown(a, from + 1, (size_t)(to - from - 1)) : "";
}

/* Notion writes "Title 0123…cdef.html": 32 digits that stay when the title changes. */
static const char *notion_id(struct arena *a, const char *name) {
    size_t n = strlen(name), digits = 0;
    while (digits < n && isxdigit((unsigned char)name[n - 1 - digits]))
        digits++;
    return digits == 32 ? arena_copy(a, name + n - 32) : NULL;
}

static bool read_html(struct arena *a, const struct named_file *file, struct foreign_articles *out) {
    const char *html = utf8_clean(a, (const char *)file->bytes.at, file->bytes.len);
    const char *name = without_extension(a, file->path), *id = notion_id(a, name);
    const char *slash = strrchr(name, '/');
    if (!html[strspn(html, " \n\t")])
        return false;
    struct foreign_article *x = add(a, out, file->path);
    x->ref = id ? id : slash && strncmp(name, "cards/", 6) == 0 ? slash + 1 : name;
    x->lang = lang_of_folder(a, file->path);
    x->title = heading_in(a, html, "<h1", "</h1>");
    if (!*x->title)
        x->title = heading_in(a, html, "<title", "</title>");
    struct bytes body = between(html, "class=\"page-body\"", "</div>");
    if (!body.at)
        body = between(html, "<body", "</body>");
    if (!body.at)
        body = (struct bytes){(const uint8_t *)html, strlen(html)};
    const char *text = html_markdown(a, (const char *)body.at, body.len);
    size_t n = strlen(x->title);
    if (n && strncmp(text, "# ", 2) == 0 && strncmp(text + 2, x->title, n) == 0) /* it is the title, not the text */
        text += 2 + n;
    x->body = text + strspn(text, "\n ");
    return true;
}

/* ---- which of them ---- */

static bool ends_with(const char *path, const char *end) {
    size_t n = strlen(path), m = strlen(end);
    return n >= m && strcasecmp(path + n - m, end) == 0;
}

bool article_file_wanted(const char *path) {
    static const char *const ends[] = {".jsonl", ".ndjson", ".json", ".md", ".markdown", ".html", ".htm"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends_with(path, ends[i]))
            return true;
    return false;
}

/* A whole JSON object on the first line, that is an article of ours. */
static bool is_lines(struct bytes b) {
    const char *newline = memchr(b.at, '\n', b.len), *at = (const char *)b.at;
    size_t len = newline ? (size_t)(newline - at) : b.len;
    while (len && isspace((unsigned char)at[len - 1]))
        len--;
    return len && at[0] == '{' && at[len - 1] == '}' && memmem(at, len, "\"ref\"", 5);
}

bool article_file_read(struct arena *a, const struct named_file *file, struct foreign_articles *out) {
    const char *path = file->path;
    bool lines =
        ends_with(path, ".jsonl") || ends_with(path, ".ndjson") || (file->bytes.len && is_lines(file->bytes));
    if (!lines && file->bytes.len > ARTICLE_PAGE_SIZE_MAX) {
        bool ours = ends_with(path, ".json") || ends_with(path, ".md") || ends_with(path, ".html");
        if (ours)
            refuse(a, out, path, N_("the file is larger than 4 MB"));
        return ours;
    }
    if (lines) {
        read_lines(a, file, out);
        return true;
    }
    size_t blank = 0;
    while (blank < file->bytes.len && isspace(file->bytes.at[blank]))
        blank++;
    bool json = blank < file->bytes.len && (file->bytes.at[blank] == '{' || file->bytes.at[blank] == '[');
    if (ends_with(path, ".json") || (json && !strchr(path, '.')))
        return read_document(a, file, out);
    if (ends_with(path, ".md") || ends_with(path, ".markdown"))
        return read_markdown(a, file, out);
    if (ends_with(path, ".html") || ends_with(path, ".htm"))
        return read_html(a, file, out);
    return false;
}
