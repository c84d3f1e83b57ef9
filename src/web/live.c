/* live.c: the two addresses of live updates. The hub does the work; here it is only said who is asking. */
#include "web/handlers.h"
#include "web/hub.h"
#include "web/page.h"

void get_live(struct request *rq) {
    const struct identity *who = rq_who(rq);
    struct agent me;
    struct view *v = view_open(web_store(rq));
    enum rc rc = agent_load(v, rq_arena(rq), who->agent_id, &me);
    view_close(v);
    if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
        return;
    }
    struct hub_client client = {.agent_id = me.id, .session_id = who->session_id, .ref = me.ref, .name = me.name};
    hub_upgrade(rq, web_of(rq)->hub, &client, rq_int(rq, "after", -1));
}

void get_live_poll(struct request *rq) {
    rs_type(rq, "application/json");
    hub_since(web_of(rq)->hub, rq_int(rq, "after", 0), rs_body(rq));
}
