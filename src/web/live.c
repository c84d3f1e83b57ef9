/* live.c: the two addresses of live updates. The hub does the work; here it is only said who is asking. */
#include "desk/event.h"
#include "web/handlers.h"
#include "web/hub.h"
#include "web/page.h"

void get_live(struct request *rq) {
    struct identity now;
    int64_t seq;
    struct view *v = view_open(web_store(rq));
    enum rc rc = event_last_seq(v, &seq); /* before her session is looked at again: see hub_client */
    view_close(v);
    if (rc == RC_OK)
        rc = web_identify(rq, &now);
    if (rc == RC_OK && !now.agent_id)
        rc = RC_UNKNOWN_USER;
    if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
        return;
    }
    struct hub_client client = {now.agent_id, now.session_id, .ref = now.agent->ref, .name = now.agent->name,
                                .known_seq = seq};
    hub_upgrade(rq, web_of(rq)->hub, &client, rq_int(rq, "after", -1));
}

void get_live_poll(struct request *rq) {
    rs_type(rq, "application/json");
    hub_since(web_of(rq)->hub, rq_int(rq, "after", 0), rs_body(rq));
}
