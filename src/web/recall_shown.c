/* recall_shown.c: corrections where people meet them: beside the agent's answer, and on the customer's case page.
 */
#include "web/recall_shown.h"

#include "base/tr.h"
#include "text/markdown.h"

#include <string.h>

static enum recall_state recall_state_now(struct visit *x, const struct recall *r, const struct recall_person *p) {
    const char *text = NULL;
    return recall_judge(p, recall_text_for(x->v, x->a, r, p, x->page.now, &text) == RC_OK);
}

/* Until she knows. What went is not shown again, unless it came back. */
enum rc recall_banners(struct visit *x, const struct conversation *c, struct choices *out) {
    struct recall_person *list;
    int n;
    enum rc rc = recall_of_contact(x->v, x->a, c->contact_id, &list, &n);
    out->items = ARENA_ARRAY(x->a, (size_t)(rc == RC_OK ? n : 0) + 1, struct choice);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        struct recall r;
        rc = recall_load(x->v, x->a, list[i].recall_id, &r);
        if (rc != RC_OK)
            return rc;
        enum recall_state s = recall_state_now(x, &r, &list[i]);
        bool next = s == RECALL_NEXT || (!r.closed_at && (s == RECALL_NO_TEXT || s == RECALL_WAITS));
        if (!next && (r.closed_at || !recall_remains(s)))
            continue;
        if (s == RECALL_SENDING || s == RECALL_IN_CHAT)
            continue;
        out->items[out->items_n++] = (struct choice){
            .value = list[i].ref,
            .label = r.title,
            .detail = r.ref,
            .chosen = next && s != RECALL_NO_TEXT,
        };
    }
    return rc;
}

enum rc recall_insertion(struct visit *x, const struct conversation *c, const char *ref, const char **text) {
    struct recall r;
    struct recall_person p;
    enum rc rc = recall_person_by_ref(x->v, x->a, ref, &p);
    if (rc == RC_OK && p.contact_id != c->contact_id)
        return RC_NONE;
    if (rc == RC_OK)
        rc = recall_load(x->v, x->a, p.recall_id, &r);
    return rc == RC_OK ? recall_text_for(x->v, x->a, &r, &p, x->page.now, text) : rc;
}

enum rc recall_corrections(struct visit *x, const struct conversation *c, bool verified,
                           struct case_correction **out, int *out_n) {
    struct recall_person *list;
    int n;
    enum rc rc = recall_of_contact(x->v, x->a, c->contact_id, &list, &n);
    *out = ARENA_ARRAY(x->a, (size_t)(rc == RC_OK ? n : 0) + 1, struct case_correction);
    *out_n = 0;
    for (int i = 0; rc == RC_OK && i < n; i++) {
        struct message m;
        if (!list[i].message_id || list[i].conversation_id != c->id)
            continue;
        rc = message_load(x->v, x->a, list[i].message_id, &m);
        /* what may still be taken back is not there yet */
        if (rc != RC_OK || strcmp(m.state, "cancelled") == 0 || message_may_be_undone(&m, x->page.now))
            continue;
        (*out)[(*out_n)++] = (struct case_correction){
            .ref = list[i].ref,
            .lang = list[i].lang,
            .at = m.created_at,
            .read_at = list[i].acknowledged_at,
            .text = {verified ? markdown_html(x->a, m.body) : ""},
        };
    }
    return rc;
}
