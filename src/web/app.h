/* app.h: what joins HTTP with the desk: the routes, who is asking, and what every page shares. */
#ifndef KEPT_WEB_APP_H
#define KEPT_WEB_APP_H

#include "store/store.h"
#include "web/http.h"

struct job_runner;
struct web_app;

extern const struct route web_routes[];

struct web_app *web_open(struct store *s, struct job_runner *jobs);
void web_close(struct web_app *w);
struct http_hooks web_hooks(struct web_app *w);

#endif
