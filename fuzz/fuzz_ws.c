/* A WebSocket's peer that sends what it likes, in pieces: no message beyond the limit, and an end. */
#include "web/ws.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void got(void *arg, struct bytes text) {
    if (text.len > WS_MESSAGE_MAX)
        abort();
    ++*(size_t *)arg;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    int pair[2];
    struct ws ws;
    size_t messages = 0, step = n ? (size_t)data[0] + 1 : 1;
    if (n > 8000 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair))
        return 0;
    ws_begin(&ws, pair[0], 0);
    for (size_t at = n ? 1 : 0; at < n && !ws.dead; at += step) {
        struct bytes piece = {data + at, n - at < step ? n - at : step};
        if (at % 2) {
            ws_read(&ws, piece, (int64_t)at, got, &messages); /* as what came with the handshake */
        } else if (write(pair[1], piece.at, piece.len) > 0) {
            ws_read(&ws, (struct bytes){0}, (int64_t)at, got, &messages);
        }
        ws_tick(&ws, (int64_t)at);
        char answer[4096];
        while (read(pair[1], answer, sizeof answer) > 0)
            ;
    }
    ws_tick(&ws, WS_HALF_MS * 2);
    ws_flush(&ws);
    ws_end(&ws);
    close(pair[1]);
    return 0;
}
