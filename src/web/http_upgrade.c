/* The WebSocket handshake (RFC 6455 §4.2). The connection is handed on as a descriptor of its own and leaves
 * libmicrohttpd at once: kept there it would cost 31 kB and count against the limit of connections. */
#include "base/log.h"
#include "web/http_private.h"

#include <fcntl.h>
#include <nettle/base64.h>
#include <nettle/sha1.h>
#include <strings.h>
#include <unistd.h>

static bool is_key(const char *key) {
    if (!key || strlen(key) != 24 || strcmp(key + 22, "=="))
        return false;
    for (int i = 0; i < 22; i++)
        if (!((key[i] >= '0' && key[i] <= '9') || ((key[i] | 32) >= 'a' && (key[i] | 32) <= 'z') || key[i] == '+' ||
              key[i] == '/'))
            return false;
    return true;
}

void rs_upgrade(struct request *rq, void (*take)(void *app, int fd, struct bytes extra_in, void *arg), void *arg) {
    const char *version = rq_header(rq, "Sec-WebSocket-Version"), *upgrade = rq_header(rq, "Upgrade");
    const char *origin = rq_header(rq, "Origin");
    if (!upgrade || !http_list_has(upgrade, "websocket") ||
        !http_list_has(rq_header(rq, "Connection"), "upgrade") || !version || strcmp(version, "13")) {
        answer_refuse(rq, 426, RC_INVALID, "This address speaks WebSocket only.");
        rs_header(rq, "Upgrade", "websocket");
        rs_header(rq, "Sec-WebSocket-Version", "13");
        return;
    }
    if (strcmp(rq->head.version, "HTTP/1.1") || !is_key(rq_header(rq, "Sec-WebSocket-Key"))) {
        answer_refuse(rq, 400, RC_INVALID, "The WebSocket handshake is not complete.");
        return;
    }
    bool allowed = origin && access_same_origin(rq, origin);
    if (!allowed && rq_route(rq)->flags & ROUTE_CROSS)
        allowed = !origin || (rq->server->hooks.allow_origin && rq->server->hooks.allow_origin(rq, origin));
    if (!allowed) {
        rs_error(rq, RC_DENIED, "This site may not open a connection here.");
        return;
    }
    rq->take = take;
    rq->take_arg = arg;
}

static void upgraded(void *cls, struct MHD_Connection *mhd, void *con_cls, const char *extra, size_t extra_n,
                     MHD_socket fd, struct MHD_UpgradeResponseHandle *handle) {
    (void)mhd, (void)con_cls;
    struct request *rq = cls;
    int own = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (own < 0)
        log_warn("no descriptor left for a live connection");
    else
        rq->take(rq->server->hooks.app, own, (struct bytes){(const uint8_t *)extra, extra_n}, rq->take_arg);
    MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
}

enum MHD_Result upgrade_send(struct request *rq) {
    static const char magic[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    struct sha1_ctx sha;
    uint8_t digest[SHA1_DIGEST_SIZE];
    char accept[BASE64_ENCODE_RAW_LENGTH(SHA1_DIGEST_SIZE) + 1] = {0};
    const char *key = rq_header(rq, "Sec-WebSocket-Key");
    sha1_init(&sha);
    sha1_update(&sha, strlen(key), (const uint8_t *)key);
    sha1_update(&sha, sizeof magic - 1, (const uint8_t *)magic);
    sha1_digest(&sha, sizeof digest, digest);
    base64_encode_raw(accept, sizeof digest, digest);

    struct MHD_Response *r = MHD_create_response_for_upgrade(upgraded, rq);
    if (!r)
        return MHD_NO;
    MHD_add_response_header(r, "Upgrade", "websocket");
    MHD_add_response_header(r, "Sec-WebSocket-Accept", accept);
    rq->queued = true;
    rq->status = 101;
    enum MHD_Result result = MHD_queue_response(rq->mhd, MHD_HTTP_SWITCHING_PROTOCOLS, r);
    MHD_destroy_response(r);
    return result;
}
