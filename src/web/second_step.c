/* second_step.c: setting up, and ending, the second step of one's own sign-in (desk/second_step.c). */
#include "base/secret.h"
#include "base/tr.h"
#include "html_gen.h"
#include "web/account_page.h"
#include "web/handlers.h"
#include "web/page.h"

#include <qrencode.h>
#include <string.h>

/* The secret of a set-up under way. RC_NONE: there is none, or it is in force and is shown to nobody any more. */
static enum rc secret_under_way(struct visit *x, const char **secret) {
    struct buf seed = {0};
    bool on = false;
    enum rc rc = totp_seed(x->v, x->me.id, &seed, &on);
    if (rc == RC_OK && on)
        rc = RC_NONE;
    if (rc == RC_OK) {
        char *letters = base32(x->a, buf_bytes(&seed)); /* apps want capitals */
        for (char *p = letters; *p; p++)
            if (*p >= 'a' && *p <= 'z')
                *p -= 'a' - 'A';
        *secret = letters;
    }
    buf_free(&seed);
    return rc;
}

static const char *url_part(struct arena *a, const char *s) {
    struct buf out = {0};
    html_url_part_str(&out, s);
    const char *text = arena_copy_n(a, out.at ? out.at : "", out.len);
    buf_free(&out);
    return text;
}

static const char *link_of(struct visit *x, const char *secret) {
    const char *company = url_part(x->a, x->account.name), *email = url_part(x->a, x->me.email);
    return arena_printf(x->a, "otpauth://totp/%s:%s?secret=%s&issuer=%s", company, email, secret, company);
}

static const char *in_fours(struct arena *a, const char *secret) {
    struct buf out = {0};
    for (size_t i = 0; secret[i]; i++) {
        if (i && i % 4 == 0)
            buf_char(&out, ' ');
        buf_char(&out, secret[i]);
    }
    const char *text = arena_copy_n(a, out.at ? out.at : "", out.len);
    buf_free(&out);
    return text;
}

static void show_set_up(struct request *rq, const char *error, int status) {
    struct visit x;
    const char *secret;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Set up the second step")))
        return;
    struct second_step_view v = {.shell = shell_of(&x, "account"), .code.error = error};
    enum rc rc = secret_under_way(&x, &secret);
    v.required = v.shell.first;
    if (rc == RC_NONE && v.required) {
        rc = RC_OK;
        secret = NULL;
    }
    if (rc != RC_OK) {
        visit_end(&x);
        if (rc == RC_NONE)
            rs_redirect(rq, "/account");
        else
            rs_error(rq, rc, NULL);
        return;
    }
    v.secret = secret;
    v.typed = secret ? in_fours(x.a, secret) : NULL;
    v.company = x.account.name;
    v.email = x.me.email;
    rs_status(rq, status);
    html_agent_second_step(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_second_step(struct request *rq) { show_set_up(rq, NULL, 200); }

/* Black on white in both themes, with the four modules of quiet that readers need. */
static void draw_qr(struct buf *out, const QRcode *code) {
    enum { QUIET = 4 };
    int size = code->width + 2 * QUIET;
    buf_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
               "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path d=\"",
               size, size, size, size);
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++)
            if (code->data[y * code->width + x] & 1)
                buf_printf(out, "M%d %dh1v1h-1z", x + QUIET, y + QUIET);
    buf_lit(out, "\"/></svg>");
}

void get_second_step_picture(struct request *rq) {
    struct visit x;
    const char *secret;
    if (!visit_begin(&x, rq, NULL))
        return;
    enum rc rc = secret_under_way(&x, &secret);
    QRcode *code = rc == RC_OK ? QRcode_encodeString8bit(link_of(&x, secret), 0, QR_ECLEVEL_M) : NULL;
    visit_end(&x);
    if (!code) {
        rs_error(rq, rc == RC_OK ? RC_BROKEN : rc, NULL);
        return;
    }
    rs_type(rq, "image/svg+xml");
    draw_qr(rs_body(rq), code);
    QRcode_free(code);
}

/* ---- on ---- */

struct step_change {
    struct request *rq;
    int64_t step;
    const char *codes[SPARE_CODES];
};

static void show_codes(struct request *rq, const struct step_change *c) {
    struct visit x;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Your recovery codes")))
        return;
    struct spare_codes_view v = {.shell = shell_of(&x, "account")};
    v.codes = (struct choices){ARENA_ARRAY(x.a, SPARE_CODES, struct choice), SPARE_CODES};
    for (int i = 0; i < SPARE_CODES; i++)
        v.codes.items[i].value = c->codes[i];
    html_agent_spare_codes(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

static enum rc begin(struct tx *tx, void *arg) { return totp_begin(tx, rq_who(arg)->agent_id); }

static enum rc confirm(struct tx *tx, void *arg) {
    struct step_change *x = arg;
    int64_t me = rq_who(x->rq)->agent_id;
    enum rc rc = totp_confirm(tx, me, x->step);
    return rc != RC_OK ? rc : spare_codes_make(tx, me, rq_arena(x->rq), x->codes);
}

void post_second_step(struct request *rq) {
    struct step_change x = {.rq = rq};
    struct buf seed = {0};
    bool on = false;
    const char *code = rq_text(rq, "code");
    if (strcmp(rq_text(rq, "do"), "begin") == 0) {
        enum rc rc = store_write(web_store(rq), begin, rq);
        if (rc == RC_OK || rc == RC_CONFLICT) /* on already: the page says so */
            rs_redirect(rq, rc == RC_OK ? "/account/second-step" : "/account");
        else
            rs_error(rq, rc, NULL);
        return;
    }
    struct view *v = view_open(web_store(rq));
    enum rc rc = totp_seed(v, rq_who(rq)->agent_id, &seed, &on);
    view_close(v);
    if (rc == RC_OK && !on && code)
        x.step = totp_step_of(buf_bytes(&seed), code, rq_now(rq));
    buf_free(&seed);
    if (rc == RC_NONE || on)
        rs_redirect(rq, "/account");
    else if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else if (!x.step)
        show_set_up(rq,
                    tr(locale_of(rq_lang(rq)),
                       "That code is not right. It changes every half minute; the phone’s clock must be right."),
                    422);
    else if (web_write(rq, confirm, &x))
        show_codes(rq, &x);
}

/* ---- off, and new spare codes ---- */

static enum rc turn_off(struct tx *tx, void *arg) {
    int64_t me = rq_who(((struct step_change *)arg)->rq)->agent_id;
    return totp_off(tx, me, me);
}

static enum rc renew_codes(struct tx *tx, void *arg) {
    struct step_change *x = arg;
    return spare_codes_make(tx, rq_who(x->rq)->agent_id, rq_arena(x->rq), x->codes);
}

void post_second_step_off(struct request *rq) {
    struct visit x = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    struct step_change change = {.rq = rq};
    const char *email;
    bool codes = strcmp(rq_text(rq, "do"), "codes") == 0;
    enum rc rc = own_password(rq, rq_text(rq, "password"), &email);
    const char *error = own_password_error(locale_of(rq_lang(rq)), rc);
    if (error) {
        add_error(&x, &errors, "off-password", error);
        show_account(rq, &errors, rc == RC_TOO_MANY ? 429 : 422);
    } else if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
    } else if (web_write(rq, codes ? renew_codes : turn_off, &change)) {
        if (codes)
            show_codes(rq, &change);
        else
            rs_redirect(rq, "/account?done=one_step");
    }
}
