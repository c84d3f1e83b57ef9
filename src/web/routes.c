/* routes.c: every address that kept serves: method, path, who may, parameters, handler. Tests and API docs are made
 * of it. */
#include "desk/visitor.h"
#include "text/picture_urls.h"
#include "web/api.h"
#include "web/app.h"
#include "web/company_form.h"
#include "web/handlers.h"
#include "web/mail_form.h"
#include "web/reply_check.h"

#define LANG_PARAM                                                                                                 \
    { "lang", PARAM_WORD, .of = "en vi zh-Hans zh-Hant th", .in_query = true }
#define CONVERSATION_PARAM                                                                                         \
    { "ref", PARAM_REF, .of = "con", .required = true }
#define VIEW_PARAM                                                                                                 \
    {"view", PARAM_TEXT, .max = 40}, {"q", PARAM_TEXT, .max = 300}, { "contact", PARAM_REF, .of = "ctc" }
#define LANG_CHOICE                                                                                                \
    { "lang", PARAM_WORD, .of = "en vi zh-Hans zh-Hant th" }
#define DONE_PARAM                                                                                                 \
    { "done", PARAM_WORD, .of = DONE_WORDS }
#define TOKEN_PARAM                                                                                                \
    { "token", PARAM_TEXT, .max = 60, .required = true }
#define NAME_PARAM(most)                                                                                           \
    { "name", PARAM_TEXT, .max = most }
#define REF_PARAM(kind)                                                                                            \
    { "ref", PARAM_REF, .of = kind, .required = true }
#define END                                                                                                        \
    { NULL }
#define PARAMS(...)                                                                                                \
    (const struct param[]) { __VA_ARGS__, END }
#define NO_PARAMS NULL

/* Of API rows: what a success carries. */
#define ANSWER(...)                                                                                                \
    .answer = &(const struct api_answer) { __VA_ARGS__ }
#define ONE(of) ANSWER(200, &of)
#define MADE(of) ANSWER(201, &of)
#define LIST_OF(of) ANSWER(200, &of, .list = true)
#define NOTHING ANSWER(204)
#define PAGE_PARAMS(prefix)                                                                                        \
    {"limit", PARAM_INT, .min = 1, .max = 100, .about = "Rows of a page; 50 unless said otherwise."}, {            \
        "cursor", PARAM_REF, .of = prefix, .about = "next_cursor of the page before."                              \
    }
#define UNTIL_PARAM                                                                                                \
    { "until", PARAM_TIME, .about = "With snoozed and on_hold: until when." }
#define VERSION_PARAM                                                                                              \
    { "version", PARAM_INT, .about = "409 when the conversation has changed since this version." }
/* What api_add_message reads. */
#define MESSAGE_PARAMS                                                                                             \
    {"kind", PARAM_WORD, .of = "customer agent note", .required = true,                                            \
     .about = "customer: on her behalf; agent: a message of ours, sent at once; note: internal."},                 \
        {"body", PARAM_LINES, .max = 100000, .required = true, .about = "Ours in Markdown, hers in plain text."},  \
        {"cc", PARAM_TEXT, .max = 1000, .about = "Of a message of ours: addresses separated by commas."},          \
        {"status", PARAM_WORD, .of = "open pending on_hold snoozed resolved closed",                               \
         .about = "After a message of ours; pending unless said otherwise."},                                      \
        {"promises", PARAM_WORD, .of = "hidden shown none",                                                        \
         .about =                                                                                                  \
             "What becomes of promises that a message of ours makes: owed; owed and on the case page; ignored."},  \
        UNTIL_PARAM, {                                                                                             \
        "files", PARAM_FILE, .many = true                                                                          \
    }
#define CONTACT_PARAMS                                                                                             \
    {"lang", PARAM_TEXT, .max = 35, .nullable = true}, {"note", PARAM_LINES, .max = 10000, .nullable = true},      \
        {"address_form", PARAM_TEXT, .max = 40, .nullable = true}, {                                               \
        "call_name", PARAM_TEXT, .max = 100, .nullable = true                                                      \
    }
#define WEEKDAY_PARAM(name)                                                                                        \
    { name, PARAM_TEXT, .max = 120, .about = "Times like 9-12, 13-18; empty: closed." }
/* A mail server, as in mail_form.h; what is left out stays as it is. */
#define SERVER_PARAMS(key)                                                                                         \
    {key "_host", PARAM_TEXT, .max = 253, .about = "Empty: no server."},                                           \
        {key "_port", PARAM_INT, .min = 1, .max = 65535},                                                          \
        {key "_security", PARAM_WORD, .of = "tls starttls plain"}, {key "_user", PARAM_TEXT, .max = 254},          \
        {key "_auth", PARAM_WORD, .of = "password bearer oauth"}, {key "_password", PARAM_SECRET, .max = 4000},    \
        {key "_token_url", PARAM_TEXT, .max = 500}, {key "_client_id", PARAM_TEXT, .max = 300},                    \
        {key "_client_secret", PARAM_SECRET, .max = 500}, {key "_refresh_token", PARAM_SECRET, .max = 4000}, {     \
        key "_scope", PARAM_TEXT, .max = 500                                                                       \
    }
#define INBOX_PARAMS                                                                                               \
    {"from_name", PARAM_TEXT, .max = 60}, {"signature", PARAM_LINES, .max = 2000}, LANG_CHOICE,                    \
        {"enabled", PARAM_FLAG}, SERVER_PARAMS("imap"),                                                            \
        {"imap_folder", PARAM_TEXT, .max = MAIL_FOLDER_MAX, .about = "The one that is read; empty: INBOX."},       \
        {"imap_move_to", PARAM_TEXT, .max = MAIL_FOLDER_MAX, .about = "Where mail goes once it is stored here."},  \
        SERVER_PARAMS("smtp")
#define WIDGET_PARAM                                                                                               \
    { "inbox", PARAM_REF, .of = "inb", .required = true }
#define WIDGET_LANG                                                                                                \
    { "lang", PARAM_WORD, .of = "en vi zh-Hans zh-Hant th" }
#define WIDGET (ROUTE_CROSS | ROUTE_NO_CSRF | ROUTE_JSON)

static const char wizard_steps[] = "language hours address test invite done";
static const char statuses[] = "new open pending on_hold snoozed resolved closed spam";

const struct route web_routes[] = {
    {HTTP_GET, "/healthz", PERM_ANYONE, get_health, NO_PARAMS, 0, "Is the server ready, and its database there?"},
    {HTTP_GET, "/", PERM_ANYONE, get_root, NO_PARAMS, 0, "To the inbox, or to the help centre"},

    /* customers */
    {HTTP_GET, "/help", PERM_ANYONE, get_help, PARAMS(LANG_PARAM, {"q", PARAM_TEXT, .max = 200}), 0,
     "Start of the help centre"},
    {HTTP_GET, "/contact", PERM_ANYONE, get_contact, PARAMS(LANG_PARAM), 0, "Contact form"},
    {HTTP_POST, "/contact", PERM_ANYONE, post_contact,
     PARAMS({"name", PARAM_TEXT, .max = 200}, {"email", PARAM_TEXT, .max = 254},
            {"subject", PARAM_TEXT, .max = 200}, {"message", PARAM_LINES, .max = 50000},
            {"website", PARAM_TEXT, .max = 200}, {"form_time", PARAM_TEXT, .max = 80},
            {"inbox", PARAM_TEXT, .max = 40}, {"order", PARAM_TEXT, .max = 60},
            {"kept_file", PARAM_TEXT, .max = 40, .many = true}, {"files", PARAM_FILE, .many = true}),
     ROUTE_UPLOAD, "Send the contact form"},
    {HTTP_GET, "/contact/sent", PERM_ANYONE, get_sent, PARAMS({"case", PARAM_TEXT, .max = 60, .required = true}), 0,
     "After the contact form"},
    {HTTP_GET, "/case/{token}", PERM_ANYONE, get_case,
     PARAMS({"token", PARAM_TEXT, .max = 60, .required = true}, LANG_PARAM, {"sent", PARAM_FLAG}), 0,
     "A customer's case by its private link"},
    {HTTP_POST, "/case/{token}/answer", PERM_ANYONE, post_case_answer,
     PARAMS({"token", PARAM_TEXT, .max = 60, .required = true}, {"text", PARAM_LINES, .max = 50000},
            {"files", PARAM_FILE, .many = true}),
     ROUTE_UPLOAD, "Answer from the case page"},
    {HTTP_POST, "/case/{token}/solved", PERM_ANYONE, post_case_solved,
     PARAMS({"token", PARAM_TEXT, .max = 60, .required = true}, {"solved", PARAM_FLAG}), 0, "Solved or not"},

    /* the chat widget: on other origins, by the visitor's token in "Authorization: Visitor …" */
    {HTTP_GET, "/widget.js", PERM_ANYONE, get_widget_script, NO_PARAMS, 0, "The script that websites load"},
    {HTTP_GET, "/widget/{inbox}", PERM_ANYONE, get_widget, PARAMS(WIDGET_PARAM, WIDGET_LANG), WIDGET,
     "Who answers here, and how long it takes"},
    {HTTP_POST, "/widget/{inbox}/start", PERM_ANYONE, post_widget_start,
     PARAMS(WIDGET_PARAM, WIDGET_LANG, {"jwt", PARAM_SECRET, .max = 4096}, {"identifier", PARAM_SECRET, .max = 200},
            {"identifier_hash", PARAM_TEXT, .max = 64}, {"name", PARAM_TEXT, .max = 200}),
     WIDGET, "A visitor's token; with the website's proof of who she is"},
    {HTTP_POST, "/widget/{inbox}/messages", PERM_ANYONE, post_widget_message,
     PARAMS(WIDGET_PARAM, WIDGET_LANG, {"id", PARAM_TEXT, .max = 40, .required = true},
            {"text", PARAM_LINES, .max = VISITOR_TEXT_MAX},
            {"files", PARAM_FILE, .many = true, .max = 10 * 1024 * 1024}),
     WIDGET | ROUTE_UPLOAD, "A visitor's message", .body_max = 21 * 1024 * 1024},
    {HTTP_GET, "/widget/{inbox}/messages", PERM_ANYONE, get_widget_messages,
     PARAMS(WIDGET_PARAM, {"after", PARAM_REF, .of = "msg"}), WIDGET, "What a visitor may see of her conversation"},
    {HTTP_POST, "/widget/{inbox}/email", PERM_ANYONE, post_widget_email,
     PARAMS(WIDGET_PARAM, {"email", PARAM_TEXT, .max = 254, .required = true}), WIDGET,
     "Where answers go when the visitor has left"},
    {HTTP_POST, "/widget/{inbox}/seen", PERM_ANYONE, post_widget_seen,
     PARAMS(WIDGET_PARAM, {"message", PARAM_REF, .of = "msg"}), WIDGET, "The chat is open, and read up to here"},
    {HTTP_GET, "/widget/{inbox}/live", PERM_ANYONE, get_widget_live,
     PARAMS(WIDGET_PARAM, {"ticket", PARAM_TEXT, .max = 80, .required = true}), ROUTE_CROSS | ROUTE_JSON,
     "Tells that there is something new (WebSocket)"},
    {HTTP_GET, "/widget/{inbox}/f/{ref}", PERM_ANYONE, get_widget_file,
     PARAMS(WIDGET_PARAM, {"ref", PARAM_REF, .of = "att", .required = true},
            {"key", PARAM_TEXT, .max = 40, .required = true}),
     ROUTE_SLOW, "A file of the chat, by its private link"},

    /* signing in */
    {HTTP_GET, "/sign-in", PERM_ANYONE, get_sign_in, PARAMS(LANG_PARAM, {"next", PARAM_TEXT, .max = 500}), 0,
     "Sign in"},
    {HTTP_POST, "/sign-in", PERM_ANYONE, post_sign_in,
     PARAMS({"email", PARAM_TEXT, .max = 254, .required = true},
            {"password", PARAM_SECRET, .max = 200, .required = true}, {"next", PARAM_TEXT, .max = 500}),
     0, "Address and password"},
    {HTTP_GET, "/sign-in/code", PERM_ANYONE, get_code, NO_PARAMS, 0, "Second step"},
    {HTTP_POST, "/sign-in/code", PERM_ANYONE, post_code,
     PARAMS({"pending", PARAM_TEXT, .max = 120, .required = true}, {"code", PARAM_TEXT, .max = 20},
            {"recovery", PARAM_FLAG}, {"next", PARAM_TEXT, .max = 500}),
     0, "Code of the second step"},
    {HTTP_GET, "/forgot", PERM_ANYONE, get_forgot, PARAMS(LANG_PARAM), 0, "A forgotten password"},
    {HTTP_POST, "/forgot", PERM_ANYONE, post_forgot, PARAMS({"email", PARAM_TEXT, .max = 254, .required = true}), 0,
     "Ask for a mail with a link to a new password"},
    {HTTP_POST, "/sign-out", PERM_AGENT, post_sign_out, NO_PARAMS, 0, "Sign out"},

    {HTTP_GET, "/welcome/{token}", PERM_ANYONE, get_welcome, PARAMS(TOKEN_PARAM), 0, "An invitation"},
    {HTTP_POST, "/welcome/{token}", PERM_ANYONE, post_welcome,
     PARAMS(TOKEN_PARAM, NAME_PARAM(100), LANG_CHOICE, {"password", PARAM_SECRET, .max = 1000},
            {"email", PARAM_TEXT, .max = 254}),
     0, "Take an invitation"},

    /* one's own account */
    {HTTP_GET, "/account", PERM_AGENT, get_account, PARAMS(DONE_PARAM), 0, "My account"},
    {HTTP_POST, "/account", PERM_AGENT, post_account,
     PARAMS(NAME_PARAM(100), LANG_CHOICE, {"zone", PARAM_TEXT, .max = 63}, {"self_word", PARAM_TEXT, .max = 30},
            {"particle", PARAM_WORD, .of = "ค่ะ ครับ"}, {"single_keys", PARAM_FLAG}),
     0, "Change name, language and words"},
    {HTTP_POST, "/account/theme", PERM_AGENT, post_theme,
     PARAMS({"theme", PARAM_WORD, .of = "auto light dark", .required = true}), 0, "Choose the colours"},
    {HTTP_POST, "/account/away", PERM_AGENT, post_away, PARAMS({"away", PARAM_FLAG}), 0, "Away, or back"},
    {HTTP_POST, "/account/password", PERM_AGENT, post_password,
     PARAMS({"now", PARAM_SECRET, .max = 1000}, {"new", PARAM_SECRET, .max = 1000},
            {"email", PARAM_TEXT, .max = 254}),
     0, "Change the password"},
    {HTTP_POST, "/account/sessions/end", PERM_AGENT, post_sessions_end, NO_PARAMS, 0, "End all other sessions"},
    {HTTP_POST, "/account/sessions/{ref}/end", PERM_AGENT, post_session_end, PARAMS(REF_PARAM("ses")), 0,
     "End a session"},
    {HTTP_GET, "/account/second-step", PERM_AGENT, get_second_step, NO_PARAMS, 0, "Set up the second step"},
    {HTTP_GET, "/account/second-step/picture", PERM_AGENT, get_second_step_picture, NO_PARAMS, 0,
     "The secret for the authenticator app, as a picture"},
    {HTTP_POST, "/account/second-step", PERM_AGENT, post_second_step,
     PARAMS({"do", PARAM_WORD, .of = "begin confirm", .required = true}, {"code", PARAM_TEXT, .max = 12}), 0,
     "Begin or confirm the second step"},
    {HTTP_POST, "/account/second-step/off", PERM_AGENT, post_second_step_off,
     PARAMS({"do", PARAM_WORD, .of = "off codes", .required = true}, {"password", PARAM_SECRET, .max = 1000}), 0,
     "Switch the second step off, or make new recovery codes"},

    /* agents */
    {HTTP_GET, "/contacts/{ref}/edit", PERM_AGENT, get_contact_edit, PARAMS(REF_PARAM("ctc"), DONE_PARAM), 0,
     "A customer's card, to change"},
    {HTTP_POST, "/contacts/{ref}/edit", PERM_AGENT, post_contact_edit,
     PARAMS(REF_PARAM("ctc"), NAME_PARAM(200), LANG_CHOICE, {"address_form", PARAM_TEXT, .max = 30},
            {"call_name", PARAM_TEXT, .max = 60}, {"note", PARAM_LINES, .max = 5000},
            {"email", PARAM_TEXT, .max = 254}, {"phone", PARAM_TEXT, .max = 40}, {"back", PARAM_TEXT, .max = 500}),
     0, "Change a customer's card"},
    {HTTP_GET, "/inbox/{view}", PERM_AGENT, get_inbox,
     PARAMS({"view", PARAM_TEXT, .max = 40, .required = true}, {"before", PARAM_TEXT, .max = 60}), 0, "A list"},
    {HTTP_GET, "/inbox/search", PERM_AGENT, get_search,
     PARAMS({"q", PARAM_TEXT, .max = 300}, {"contact", PARAM_REF, .of = "ctc"}, {"before", PARAM_TEXT, .max = 60}),
     0, "Conversations that hold these words, or a customer's"},
    {HTTP_POST, "/inbox/bulk", PERM_AGENT, post_bulk,
     PARAMS({"pick", PARAM_REF, .of = "con", .many = true}, VIEW_PARAM, {"status", PARAM_WORD, .of = statuses},
            {"assign", PARAM_TEXT, .max = 40}, {"tag", PARAM_REF, .of = "tag"}, {"merge", PARAM_FLAG}),
     0, "Change several conversations"},
    {HTTP_GET, "/c/{ref}", PERM_AGENT, get_conversation,
     PARAMS(CONVERSATION_PARAM, VIEW_PARAM, {"before", PARAM_REF, .of = "msg"}), 0, "A conversation"},
    {HTTP_GET, "/c/{ref}/messages", PERM_AGENT, get_messages,
     PARAMS(CONVERSATION_PARAM, {"before", PARAM_REF, .of = "msg", .required = true}), 0, "Earlier messages"},
    {HTTP_GET, "/c/{ref}/timeline", PERM_AGENT, get_timeline, PARAMS(CONVERSATION_PARAM), 0, "The timeline alone"},
    {HTTP_POST, "/c/{ref}/reply", PERM_AGENT, post_reply,
     PARAMS(CONVERSATION_PARAM, {"kind", PARAM_WORD, .of = "reply note", .required = true},
            {"text", PARAM_LINES, .max = 100000},
            {"then", PARAM_WORD, .of = "keep note open pending resolved closed"}, {"seen", PARAM_INT},
            {"anyway", PARAM_FLAG}, {"insert", PARAM_REF, .of = "rep"}, REPLY_WORD_PARAMS,
            {"files", PARAM_FILE, .many = true}),
     ROUTE_UPLOAD, "Send a reply, or save a note"},
    {HTTP_POST, "/c/{ref}/check", PERM_AGENT, post_check,
     PARAMS(CONVERSATION_PARAM, {"kind", PARAM_WORD, .of = "reply note", .required = true},
            {"text", PARAM_LINES, .max = 100000}, REPLY_WORD_PARAMS),
     0, "Findings and promises of a draft"},
    {HTTP_POST, "/c/{ref}/check/dismiss", PERM_AGENT, post_dismiss,
     PARAMS(CONVERSATION_PARAM, {"kind", PARAM_WORD, .of = "reply note", .required = true},
            {"text", PARAM_LINES, .max = 100000}, {"dismiss", PARAM_TEXT, .max = 40, .required = true},
            REPLY_WORD_PARAMS, {"seen", PARAM_INT}, {"anyway", PARAM_FLAG}, {"files", PARAM_FILE, .many = true}),
     ROUTE_UPLOAD, "This finding is wrong here"},
    {HTTP_GET, "/c/{ref}/draft", PERM_AGENT, get_draft,
     PARAMS(CONVERSATION_PARAM, {"kind", PARAM_WORD, .of = "reply note", .required = true}), ROUTE_JSON,
     "One's draft"},
    {HTTP_POST, "/c/{ref}/draft", PERM_AGENT, post_draft,
     PARAMS(CONVERSATION_PARAM, {"kind", PARAM_WORD, .of = "reply note", .required = true},
            {"text", PARAM_LINES, .max = 100000}, {"seen", PARAM_INT}),
     0, "Keep a draft"},
    {HTTP_POST, "/c/{ref}/draft/insert", PERM_AGENT, post_insert,
     PARAMS(CONVERSATION_PARAM, {"kind", PARAM_WORD, .of = "reply note", .required = true},
            {"text", PARAM_LINES, .max = 100000}, {"insert", PARAM_REF, .of = "rep", .required = true},
            {"seen", PARAM_INT}, REPLY_WORD_PARAMS, {"anyway", PARAM_FLAG}, {"files", PARAM_FILE, .many = true}),
     ROUTE_UPLOAD, "Put a saved reply into the draft"},
    {HTTP_POST, "/promises/{ref}/kept", PERM_AGENT, post_promise_kept,
     PARAMS(REF_PARAM("prm"), {"reason", PARAM_TEXT, .min = 1, .max = 500, .required = true}), 0,
     "What was promised is done"},
    {HTTP_POST, "/promises/{ref}/hand", PERM_AGENT, post_promise_hand,
     PARAMS(REF_PARAM("prm"), {"to", PARAM_TEXT, .max = 40, .required = true}), 0, "Somebody else keeps a promise"},
    {HTTP_POST, "/c/{ref}/undo-send", PERM_AGENT, post_undo_send,
     PARAMS(CONVERSATION_PARAM, {"message", PARAM_REF, .of = "msg", .required = true}), 0, "Take a reply back"},
    {HTTP_POST, "/m/{ref}/retry", PERM_AGENT, post_retry, PARAMS({"ref", PARAM_REF, .of = "msg", .required = true}),
     0, "Send a failed message again"},
    {HTTP_POST, "/c/{ref}/assign", PERM_AGENT, post_assign,
     PARAMS(CONVERSATION_PARAM, {"to", PARAM_TEXT, .max = 40}, {"team", PARAM_REF, .of = "tem"}), 0,
     "Give to somebody"},
    {HTTP_POST, "/c/{ref}/status", PERM_AGENT, post_status,
     PARAMS(CONVERSATION_PARAM,
            {"status", PARAM_WORD, .of = "open pending resolved closed spam", .required = true}),
     0, "Change the status"},
    {HTTP_POST, "/c/{ref}/snooze", PERM_AGENT, post_snooze,
     PARAMS(CONVERSATION_PARAM, {"until", PARAM_INT}, {"at", PARAM_TEXT, .max = 20},
            {"how", PARAM_WORD, .of = "snoozed on_hold"}),
     0, "Put away until a time"},
    {HTTP_POST, "/c/{ref}/tags", PERM_AGENT, post_tags,
     PARAMS(CONVERSATION_PARAM, {"tag", PARAM_REF, .of = "tag", .many = true}, {"new", PARAM_TEXT, .max = 40}), 0,
     "Set the tags"},
    {HTTP_POST, "/c/{ref}/merge", PERM_AGENT, post_merge,
     PARAMS(CONVERSATION_PARAM, {"with", PARAM_TEXT, .max = 12, .required = true}), 0, "Merge into another"},
    {HTTP_POST, "/c/{ref}/merge/undo", PERM_AGENT, post_unmerge,
     PARAMS(CONVERSATION_PARAM, {"merge", PARAM_TEXT, .max = 40}), 0, "Take the last merge back"},
    {HTTP_POST, "/c/{ref}/spam", PERM_AGENT, post_spam, PARAMS(CONVERSATION_PARAM, {"spam", PARAM_FLAG}), 0,
     "Spam or not"},
    {HTTP_POST, "/c/{ref}/seen", PERM_AGENT, post_seen,
     PARAMS(CONVERSATION_PARAM, {"message", PARAM_REF, .of = "msg", .required = true}), 0, "Read up to here"},
    {HTTP_GET, "/new", PERM_AGENT, get_new, NO_PARAMS, 0, "Begin a conversation"},
    {HTTP_POST, "/new", PERM_AGENT, post_new,
     PARAMS({"kind", PARAM_WORD, .of = "reply note", .required = true}, {"to", PARAM_TEXT, .max = 254},
            {"inbox", PARAM_REF, .of = "inb"}, {"subject", PARAM_TEXT, .max = 200},
            {"text", PARAM_LINES, .max = 100000}, {"files", PARAM_FILE, .many = true}),
     ROUTE_UPLOAD, "Begin a conversation"},

    /* reports, and a room to practise */
    {HTTP_GET, "/reports/promises", PERM_LEAD, get_report_promises,
     PARAMS({"days", PARAM_INT, .min = 1, .max = 1000}), 0, "How promises were kept"},
    {HTTP_GET, "/reports/rules", PERM_LEAD, get_report_rules, NO_PARAMS, 0, "How the rules of the reply check do"},
    {HTTP_POST, "/reports/rules", PERM_LEAD, post_report_rules,
     PARAMS({"rule", PARAM_TEXT, .max = 40, .required = true},
            {"lang", PARAM_WORD, .of = "en vi zh th", .required = true}, {"quiet", PARAM_FLAG}),
     0, "Silence a rule, or show it again"},
    {HTTP_GET, "/practice", PERM_AGENT, get_practice, PARAMS({"lang", PARAM_WORD, .of = "en vi zh th"}), 0,
     "The practice room"},
    {HTTP_POST, "/practice", PERM_AGENT, post_practice,
     PARAMS({"lang", PARAM_WORD, .of = "en vi zh th"}, {"text", PARAM_LINES, .max = 20000}), 0, "Try a wording"},

    /* live updates */
    {HTTP_GET, "/live", PERM_AGENT, get_live, PARAMS({"after", PARAM_INT, .min = 0, .max = INT64_MAX}), ROUTE_JSON,
     "What happens, by WebSocket"},
    {HTTP_GET, "/live/poll", PERM_AGENT, get_live_poll,
     PARAMS({"after", PARAM_INT, .min = 0, .max = INT64_MAX, .required = true}), ROUTE_JSON,
     "What happened since, for pages without WebSocket"},
    /* administration */
    {HTTP_GET, "/admin/agents", PERM_ADMIN, get_admin_agents, PARAMS(DONE_PARAM), 0, "Agents"},
    {HTTP_POST, "/admin/agents", PERM_ADMIN, post_admin_agents,
     PARAMS(NAME_PARAM(100), {"email", PARAM_TEXT, .max = 254},
            {"role", PARAM_WORD, .of = "agent lead admin", .required = true},
            {"team", PARAM_REF, .of = "tem", .many = true}),
     0, "Invite an agent"},
    {HTTP_POST, "/admin/agents/{ref}", PERM_ADMIN, post_admin_agent,
     PARAMS(REF_PARAM("agt"), {"role", PARAM_WORD, .of = "agent lead admin"},
            {"do", PARAM_WORD, .of = "invite mail withdraw on off one_step"}),
     0, "Change an agent's role, or switch the account on or off"},
    {HTTP_GET, "/admin/teams", PERM_ADMIN, get_admin_teams, PARAMS(DONE_PARAM), 0, "Teams"},
    {HTTP_POST, "/admin/teams", PERM_ADMIN, post_admin_teams, PARAMS(NAME_PARAM(60)), 0, "Add a team"},
    {HTTP_GET, "/admin/teams/{ref}", PERM_ADMIN, get_admin_team, PARAMS(REF_PARAM("tem")), 0, "A team"},
    {HTTP_POST, "/admin/teams/{ref}", PERM_ADMIN, post_admin_team,
     PARAMS(REF_PARAM("tem"), NAME_PARAM(60), {"member", PARAM_REF, .of = "agt", .many = true}), 0,
     "Change a team's name and members"},
    {HTTP_POST, "/admin/teams/{ref}/remove", PERM_ADMIN, post_admin_team_remove, PARAMS(REF_PARAM("tem")), 0,
     "Remove a team"},
    {HTTP_GET, "/admin/inboxes", PERM_ADMIN, get_admin_inboxes, PARAMS(DONE_PARAM), 0, "Inboxes"},
    {HTTP_GET, "/admin/inboxes/new", PERM_ADMIN, get_admin_inbox_new,
     PARAMS({"kind", PARAM_WORD, .of = "email form chat"}), 0, "A new inbox"},
    {HTTP_GET, "/admin/inboxes/{ref}", PERM_ADMIN, get_admin_inbox, PARAMS(REF_PARAM("inb")), 0, "An inbox"},
    {HTTP_POST, "/admin/inboxes", PERM_ADMIN, post_admin_inboxes,
     PARAMS({"ref", PARAM_REF, .of = "inb"}, {"kind", PARAM_WORD, .of = "email form chat"},
            {"do", PARAM_WORD, .of = "save test secret"}, NAME_PARAM(60), {"sites", PARAM_LINES, .max = 2000},
            {"address", PARAM_TEXT, .max = 254}, {"from_name", PARAM_TEXT, .max = 60},
            {"signature", PARAM_LINES, .max = 2000}, LANG_CHOICE, {"team", PARAM_REF, .of = "tem"},
            {"enabled", PARAM_FLAG}, {"acknowledges", PARAM_FLAG}, MAIL_IN_PARAMS("imap"), MAIL_PARAMS("smtp")),
     0, "Add or change an inbox, and try its servers"},
    {HTTP_GET, "/admin/tags", PERM_LEAD, get_admin_tags, PARAMS(DONE_PARAM), 0, "Tags"},
    {HTTP_POST, "/admin/tags", PERM_LEAD, post_admin_tags, PARAMS(NAME_PARAM(40)), 0, "Add a tag"},
    {HTTP_POST, "/admin/tags/{ref}", PERM_LEAD, post_admin_tag, PARAMS(REF_PARAM("tag"), NAME_PARAM(40)), 0,
     "Rename a tag"},
    {HTTP_POST, "/admin/tags/{ref}/remove", PERM_LEAD, post_admin_tag_remove, PARAMS(REF_PARAM("tag")), 0,
     "Remove a tag"},
    {HTTP_GET, "/admin/replies", PERM_LEAD, get_admin_replies, PARAMS(DONE_PARAM), 0, "Saved replies"},
    {HTTP_GET, "/admin/replies/{ref}", PERM_LEAD, get_admin_replies, PARAMS(REF_PARAM("rep")), 0, "A saved reply"},
    {HTTP_POST, "/admin/replies", PERM_LEAD, post_admin_replies,
     PARAMS({"ref", PARAM_REF, .of = "rep"}, {"do", PARAM_WORD, .of = "save remove"}, NAME_PARAM(80), LANG_CHOICE,
            {"text", PARAM_LINES, .max = 20000}),
     0, "Add, change or remove a saved reply"},
    {HTTP_GET, "/admin/sign-ins", PERM_ADMIN, get_admin_sign_ins, PARAMS({"before", PARAM_TEXT, .max = 40}), 0,
     "Sign-ins"},
    {HTTP_GET, "/admin/tokens", PERM_ADMIN, get_admin_tokens, PARAMS(DONE_PARAM), 0, "API tokens"},
    {HTTP_POST, "/admin/tokens", PERM_ADMIN, post_admin_tokens,
     PARAMS(NAME_PARAM(80), {"agent", PARAM_REF, .of = "agt"},
            {"scope", PARAM_WORD, .of = "read write", .many = true}),
     0, "Make an API token"},
    {HTTP_POST, "/admin/tokens/{ref}/revoke", PERM_ADMIN, post_admin_token_revoke, PARAMS(REF_PARAM("tok")), 0,
     "Revoke an API token"},
    {HTTP_GET, "/admin/hours", PERM_ADMIN, get_admin_hours, PARAMS(DONE_PARAM, {"team", PARAM_REF, .of = "tem"}), 0,
     "The calendar of the account, or of a team"},
    {HTTP_POST, "/admin/hours", PERM_ADMIN, post_admin_hours,
     PARAMS({"team", PARAM_REF, .of = "tem"}, HOURS_PARAMS), 0, "Change the week"},
    {HTTP_POST, "/admin/hours/days", PERM_ADMIN, post_admin_days,
     PARAMS({"team", PARAM_REF, .of = "tem"}, {"first", PARAM_TEXT, .max = 10}, {"last", PARAM_TEXT, .max = 10},
            NAME_PARAM(100), {"kind", PARAM_WORD, .of = "closed works"}, {"times", PARAM_TEXT, .max = 120},
            {"take", PARAM_FLAG}, {"pick", PARAM_TEXT, .max = 130, .many = true}),
     0, "Add a day unlike the week, or those that were proposed"},
    {HTTP_POST, "/admin/hours/days/{ref}/remove", PERM_ADMIN, post_admin_day_remove,
     PARAMS(REF_PARAM("day"), {"team", PARAM_REF, .of = "tem"}), 0, "Remove a day unlike the week"},
    {HTTP_POST, "/admin/hours/file", PERM_ADMIN, post_admin_hours_file,
     PARAMS({"team", PARAM_REF, .of = "tem"}, {"file", PARAM_FILE, .max = 2 * 1024 * 1024}), ROUTE_UPLOAD,
     "Find days in a calendar file", .body_max = 3 * 1024 * 1024},
    {HTTP_GET, "/admin/settings", PERM_ADMIN, get_admin_settings, PARAMS(DONE_PARAM), 0, "The company"},
    {HTTP_POST, "/admin/settings", PERM_ADMIN, post_admin_settings,
     PARAMS({"company", PARAM_TEXT, .max = 100}, LANG_CHOICE, {"country", PARAM_TEXT, .max = 2},
            {"zone", PARAM_TEXT, .max = 63}, {"undo_s", PARAM_TEXT, .max = 10},
            {"session_h", PARAM_TEXT, .max = 10}, {"mask_contacts", PARAM_FLAG}),
     0, "Change the company's settings"},
    {HTTP_GET, "/start/{step}", PERM_ADMIN, get_wizard,
     PARAMS({"step", PARAM_WORD, .of = wizard_steps, .required = true}), 0,
     "The first steps of a new installation"},
    {HTTP_POST, "/start/{step}", PERM_ADMIN, post_wizard,
     PARAMS({"step", PARAM_WORD, .of = wizard_steps, .required = true}, {"skip", PARAM_FLAG}, {"leave", PARAM_FLAG},
            {"company", PARAM_TEXT, .max = 100}, LANG_CHOICE, {"country", PARAM_TEXT, .max = 2},
            {"zone", PARAM_TEXT, .max = 63}, HOURS_PARAMS, {"forward_to", PARAM_TEXT, .max = 254},
            {"way", PARAM_WORD, .of = "forward fetch"}, MAIL_IN_PARAMS("imap"), MAIL_PARAMS("smtp"),
            {"emails", PARAM_LINES, .max = 5000}),
     0, "A first step is done, skipped or left for later"},

    /* files */
    {HTTP_GET, "/f/{ref}", PERM_AGENT, get_file, PARAMS({"ref", PARAM_REF, .of = "att", .required = true}),
     ROUTE_SLOW, "An attachment"},
    {HTTP_GET, "/m/{ref}/raw", PERM_AGENT, get_raw, PARAMS({"ref", PARAM_REF, .of = "msg", .required = true}),
     ROUTE_SLOW, "The mail as it came"},
    {HTTP_GET, "/m/{ref}/html", PERM_AGENT, get_mail_html,
     PARAMS({"ref", PARAM_REF, .of = "msg", .required = true}), 0, "A mail's own HTML, for the frame"},
    {HTTP_GET, "/m/{ref}/picture/{number}", PERM_AGENT, get_picture,
     PARAMS({"ref", PARAM_REF, .of = "msg", .required = true},
            {"number", PARAM_INT, .min = 0, .max = PICTURE_URLS_MAX - 1, .required = true}),
     ROUTE_SLOW | ROUTE_JSON, "A picture of another server that a mail names, fetched for the reader"},
    {HTTP_GET, "/mail-frame", PERM_AGENT, get_mail_frame, NO_PARAMS, ROUTE_FRAMED,
     "The empty frame for a mail's HTML"},

    /* the API: every row names what a success carries; docs/api.md */
    {HTTP_GET, "/api/v1/openapi.json", PERM_ANYONE, api_get_openapi, NO_PARAMS, ROUTE_JSON,
     "This API as OpenAPI 3.1"},
    {HTTP_GET, "/api/v1/me", PERM_API_READ, api_get_me, NO_PARAMS, ROUTE_JSON, "The token that asks",
     ONE(shape_me)},
    {HTTP_GET, "/api/v1/conversations", PERM_API_READ, api_list_conversations,
     PARAMS({"status", PARAM_WORD, .of = statuses},
            {"assignee", PARAM_TEXT, .max = 40, .about = "An agent's reference, me, or nobody."},
            {"team", PARAM_REF, .of = "tem"}, {"inbox", PARAM_REF, .of = "inb"}, {"tag", PARAM_REF, .of = "tag"},
            {"contact", PARAM_REF, .of = "ctc"},
            {"last_message_since", PARAM_TIME, .about = "The last message is not older than this."},
            PAGE_PARAMS("con")),
     ROUTE_JSON | ROUTE_SLOW, "Conversations, by when they began", LIST_OF(shape_conversation)},
    {HTTP_POST, "/api/v1/conversations", PERM_API_WRITE, api_create_conversation,
     PARAMS(MESSAGE_PARAMS, {"subject", PARAM_TEXT, .max = 200, .required = true},
            {"contact", PARAM_REF, .of = "ctc", .about = "Or email, or phone."}, {"email", PARAM_TEXT, .max = 254},
            {"phone", PARAM_TEXT, .max = 40},
            {"name", PARAM_TEXT, .max = 200, .about = "When her name is not known yet."},
            {"lang", PARAM_TEXT, .max = 35, .about = "Her language, when it is not known yet."},
            {"inbox", PARAM_REF, .of = "inb", .about = "The first of its kind unless said otherwise."}),
     ROUTE_JSON | ROUTE_UPLOAD, "Begin a conversation", MADE(shape_conversation)},
    {HTTP_GET, "/api/v1/conversations/{ref}", PERM_API_READ, api_get_conversation, PARAMS(CONVERSATION_PARAM),
     ROUTE_JSON, "A conversation", ONE(shape_conversation)},
    {HTTP_PATCH, "/api/v1/conversations/{ref}", PERM_API_WRITE, api_change_conversation,
     PARAMS(CONVERSATION_PARAM, {"subject", PARAM_TEXT, .min = 1, .max = 200},
            {"status", PARAM_WORD, .of = statuses}, UNTIL_PARAM,
            {"assignee", PARAM_TEXT, .max = 40, .nullable = true,
             .about = "An agent's reference, or me; null: nobody."},
            {"team", PARAM_REF, .of = "tem", .nullable = true}, VERSION_PARAM),
     ROUTE_JSON, "Change subject, owner, team or status", ONE(shape_conversation)},
    {HTTP_GET, "/api/v1/conversations/{ref}/messages", PERM_API_READ, api_list_messages,
     PARAMS(CONVERSATION_PARAM, PAGE_PARAMS("msg")), ROUTE_JSON, "Messages of a conversation",
     LIST_OF(shape_message)},
    {HTTP_POST, "/api/v1/conversations/{ref}/messages", PERM_API_WRITE, api_create_message,
     PARAMS(CONVERSATION_PARAM, MESSAGE_PARAMS, VERSION_PARAM), ROUTE_JSON | ROUTE_UPLOAD,
     "Reply, note, or a customer's message", MADE(shape_message)},
    {HTTP_POST, "/api/v1/conversations/{ref}/tags", PERM_API_WRITE, api_tag_conversation,
     PARAMS(CONVERSATION_PARAM, {"name", PARAM_TEXT, .max = 40, .required = true}), ROUTE_JSON,
     "Put a tag on, which is made when there is none", ONE(shape_conversation)},
    {HTTP_DELETE, "/api/v1/conversations/{ref}/tags/{tag}", PERM_API_WRITE, api_untag_conversation,
     PARAMS(CONVERSATION_PARAM, {"tag", PARAM_REF, .of = "tag", .required = true}), ROUTE_JSON, "Take a tag off",
     ONE(shape_conversation)},
    {HTTP_POST, "/api/v1/conversations/{ref}/merge", PERM_API_WRITE, api_merge_conversation,
     PARAMS(CONVERSATION_PARAM, {"into", PARAM_REF, .of = "con", .required = true}), ROUTE_JSON,
     "Merge into another", ONE(shape_conversation)},
    {HTTP_POST, "/api/v1/conversations/{ref}/unmerge", PERM_API_WRITE, api_unmerge_conversation,
     PARAMS(CONVERSATION_PARAM), ROUTE_JSON, "Take the last merge into it back", ONE(shape_conversation)},
    {HTTP_POST, "/api/v1/conversations/{ref}/promises", PERM_API_WRITE, api_create_promise,
     PARAMS(CONVERSATION_PARAM,
            {"message", PARAM_REF, .of = "msg", .required = true, .about = "Ours, that says it."},
            {"text", PARAM_TEXT, .min = 1, .max = 500, .required = true}, {"due_from", PARAM_TIME},
            {"due_to", PARAM_TIME, .required = true},
            {"owner", PARAM_TEXT, .max = 40, .about = "me unless said otherwise."}),
     ROUTE_JSON, "Write a promise down", MADE(shape_promise)},
    {HTTP_GET, "/api/v1/promises", PERM_API_READ, api_list_promises,
     PARAMS({"owed", PARAM_FLAG, .about = "Only those that are owed."}, {"owner", PARAM_TEXT, .max = 40},
            PAGE_PARAMS("prm")),
     ROUTE_JSON, "Promises", LIST_OF(shape_promise)},
    {HTTP_GET, "/api/v1/promises/{ref}", PERM_API_READ, api_get_promise, PARAMS(REF_PARAM("prm")), ROUTE_JSON,
     "A promise", ONE(shape_promise)},
    {HTTP_POST, "/api/v1/promises/{ref}/settle", PERM_API_WRITE, api_settle_promise,
     PARAMS(REF_PARAM("prm"), {"outcome", PARAM_WORD, .of = "kept renewed withdrawn", .required = true},
            {"reason", PARAM_TEXT, .max = 500, .about = "With kept: how we know, when no message shows it."},
            {"message", PARAM_REF, .of = "msg", .about = "That shows or tells it; needed with withdrawn."},
            {"renewed_by", PARAM_REF, .of = "prm", .about = "With renewed: the promise in its place."},
            {"agreed", PARAM_FLAG, .about = "With renewed: the customer agreed."}),
     ROUTE_JSON, "Nothing more is owed", ONE(shape_promise)},
    {HTTP_POST, "/api/v1/promises/{ref}/hand", PERM_API_WRITE, api_hand_promise,
     PARAMS(REF_PARAM("prm"),
            {"owner", PARAM_TEXT, .max = 40, .about = "me, an agent's reference, or nothing: everybody."}),
     ROUTE_JSON, "Somebody else keeps it", ONE(shape_promise)},
    {HTTP_POST, "/api/v1/check-reply", PERM_API_READ, api_check_reply,
     PARAMS({"text", PARAM_LINES, .max = 100000, .required = true}, {"lang", PARAM_WORD, .of = "en vi zh th"},
            {"conversation", PARAM_REF, .of = "con"}),
     ROUTE_JSON, "How a reply reads, and what it promises", ONE(shape_reading)},
    {HTTP_GET, "/api/v1/messages/{ref}", PERM_API_READ, api_get_message,
     PARAMS({"ref", PARAM_REF, .of = "msg", .required = true}), ROUTE_JSON, "A message", ONE(shape_message)},
    {HTTP_GET, "/api/v1/attachments/{ref}", PERM_API_READ, api_get_attachment,
     PARAMS({"ref", PARAM_REF, .of = "att", .required = true}), ROUTE_JSON | ROUTE_SLOW, "A file of a message",
     ANSWER(200, .file = true)},
    {HTTP_GET, "/api/v1/contacts", PERM_API_READ, api_list_contacts,
     PARAMS({"email", PARAM_TEXT, .max = 254, .about = "The one who is known by it."},
            {"phone", PARAM_TEXT, .max = 40}, PAGE_PARAMS("ctc")),
     ROUTE_JSON, "Contacts", LIST_OF(shape_contact)},
    {HTTP_POST, "/api/v1/contacts", PERM_API_WRITE, api_create_contact,
     PARAMS({"name", PARAM_TEXT, .max = 200, .required = true}, {"email", PARAM_TEXT, .max = 254},
            {"phone", PARAM_TEXT, .max = 40}, CONTACT_PARAMS),
     ROUTE_JSON, "Add a contact", MADE(shape_contact)},
    {HTTP_GET, "/api/v1/contacts/{ref}", PERM_API_READ, api_get_contact,
     PARAMS({"ref", PARAM_REF, .of = "ctc", .required = true}), ROUTE_JSON, "A contact", ONE(shape_contact)},
    {HTTP_PATCH, "/api/v1/contacts/{ref}", PERM_API_WRITE, api_change_contact,
     PARAMS({"ref", PARAM_REF, .of = "ctc", .required = true}, {"name", PARAM_TEXT, .min = 1, .max = 200},
            CONTACT_PARAMS),
     ROUTE_JSON, "Change a contact", ONE(shape_contact)},
    {HTTP_POST, "/api/v1/contacts/{ref}/points", PERM_API_WRITE, api_add_point,
     PARAMS({"ref", PARAM_REF, .of = "ctc", .required = true},
            {"kind", PARAM_WORD, .of = "email phone", .required = true},
            {"value", PARAM_TEXT, .max = 254, .required = true}),
     ROUTE_JSON, "Add an address or number", MADE(shape_contact)},
    {HTTP_GET, "/api/v1/tags", PERM_API_READ, api_list_tags, PARAMS(PAGE_PARAMS("tag")), ROUTE_JSON, "Tags",
     LIST_OF(shape_tag)},
    {HTTP_POST, "/api/v1/tags", PERM_API_WRITE, api_create_tag,
     PARAMS({"name", PARAM_TEXT, .max = 40, .required = true}), ROUTE_JSON, "Add a tag, or find it",
     ONE(shape_tag)},
    {HTTP_PATCH, "/api/v1/tags/{ref}", PERM_API_WRITE, api_rename_tag,
     PARAMS({"ref", PARAM_REF, .of = "tag", .required = true}, {"name", PARAM_TEXT, .max = 40, .required = true}),
     ROUTE_JSON, "Rename a tag (leads and admins)", ONE(shape_tag)},
    {HTTP_DELETE, "/api/v1/tags/{ref}", PERM_API_WRITE, api_delete_tag,
     PARAMS({"ref", PARAM_REF, .of = "tag", .required = true}), ROUTE_JSON, "Delete a tag (leads and admins)",
     NOTHING},
    {HTTP_GET, "/api/v1/agents", PERM_API_READ, api_list_agents,
     PARAMS({"disabled", PARAM_FLAG, .about = "Those who have left too."}, PAGE_PARAMS("agt")), ROUTE_JSON,
     "Agents", LIST_OF(shape_agent)},
    {HTTP_GET, "/api/v1/agents/{ref}", PERM_API_READ, api_get_agent,
     PARAMS({"ref", PARAM_REF, .of = "agt", .required = true}), ROUTE_JSON, "An agent", ONE(shape_agent)},
    {HTTP_GET, "/api/v1/teams", PERM_API_READ, api_list_teams, PARAMS(PAGE_PARAMS("tem")), ROUTE_JSON, "Teams",
     LIST_OF(shape_team)},
    {HTTP_GET, "/api/v1/hours", PERM_API_READ, api_get_hours, PARAMS({"team", PARAM_REF, .of = "tem"}), ROUTE_JSON,
     "Opening hours of the account, or of a team", ONE(shape_hours)},
    {HTTP_PATCH, "/api/v1/hours", PERM_API_WRITE, api_change_hours,
     PARAMS({"team", PARAM_REF, .of = "tem"}, WEEKDAY_PARAM("monday"), WEEKDAY_PARAM("tuesday"),
            WEEKDAY_PARAM("wednesday"), WEEKDAY_PARAM("thursday"), WEEKDAY_PARAM("friday"),
            WEEKDAY_PARAM("saturday"), WEEKDAY_PARAM("sunday")),
     ROUTE_JSON, "Change days of the week (admins)", ONE(shape_hours)},
    {HTTP_POST, "/api/v1/hours/days", PERM_API_WRITE, api_add_special_day,
     PARAMS({"team", PARAM_REF, .of = "tem"},
            {"first", PARAM_TEXT, .max = 10, .required = true, .about = "Like 2027-02-05."},
            {"last", PARAM_TEXT, .max = 10, .about = "Included; a single day unless said otherwise."},
            {"name", PARAM_TEXT, .min = 1, .max = 100, .required = true, .about = "Customers read it."},
            {"works", PARAM_FLAG, .about = "People work; otherwise it is closed."},
            {"hours", PARAM_TEXT, .max = 120, .about = "Of a working day; as on a usual one unless said."}),
     ROUTE_JSON, "Add a day unlike the week (admins)", MADE(shape_special_day)},
    {HTTP_DELETE, "/api/v1/hours/days/{ref}", PERM_API_WRITE, api_remove_special_day, PARAMS(REF_PARAM("day")),
     ROUTE_JSON, "Remove a day unlike the week (admins)", NOTHING},
    {HTTP_GET, "/api/v1/inboxes", PERM_API_READ, api_list_inboxes, PARAMS(PAGE_PARAMS("inb")), ROUTE_JSON,
     "Inboxes", LIST_OF(shape_inbox)},
    {HTTP_POST, "/api/v1/inboxes", PERM_API_WRITE, api_create_inbox,
     PARAMS({"address", PARAM_TEXT, .max = 254, .required = true},
            {"name", PARAM_TEXT, .min = 1, .max = 60, .required = true}, INBOX_PARAMS),
     ROUTE_JSON, "Add an e-mail inbox (admins)", MADE(shape_inbox_settings)},
    {HTTP_GET, "/api/v1/inboxes/{ref}", PERM_API_READ, api_get_inbox, PARAMS(REF_PARAM("inb")), ROUTE_JSON,
     "An inbox with its mail servers (admins)", ONE(shape_inbox_settings)},
    {HTTP_PATCH, "/api/v1/inboxes/{ref}", PERM_API_WRITE, api_change_inbox,
     PARAMS(REF_PARAM("inb"), {"address", PARAM_TEXT, .max = 254}, {"name", PARAM_TEXT, .min = 1, .max = 60},
            INBOX_PARAMS),
     ROUTE_JSON, "Change an inbox and its mail servers (admins)", ONE(shape_inbox_settings)},
    {HTTP_GET, "/api/v1/saved-replies", PERM_API_READ, api_list_saved_replies, PARAMS(PAGE_PARAMS("rep")),
     ROUTE_JSON, "Saved replies", LIST_OF(shape_saved_reply)},
    {HTTP_GET, "/api/v1/saved-replies/{ref}", PERM_API_READ, api_get_saved_reply,
     PARAMS({"ref", PARAM_REF, .of = "rep", .required = true}), ROUTE_JSON, "A saved reply",
     ONE(shape_saved_reply)},
    {0},
};
