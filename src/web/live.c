/* live.c: the two addresses of live updates. The hub does the work; here it is only said who is asking. */
#include "web/handlers.h"
#include "web/hub.h"
#include "web/page.h"

void get_live(struct request *rq) {
    const struct identity *who = rq_who(rq);
    struct hub_client client = {who->agent_id, who->session_id, .ref = who->agent->ref, .name = who->agent->name};
    hub_upgrade(rq, web_of(rq)->hub, &client, rq_int(rq, "after", -1));
}

void get_live_poll(struct request *rq) {
    rs_type(rq, "application/json");
    hub_since(web_of(rq)->hub, rq_int(rq, "after", 0), rs_body(rq));
}
