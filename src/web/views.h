/* views.h: what each page shows. One struct a page or part of a page, named by the template's first line; the
 * handler fills it, the template only reads it, and the JSON of the same page comes from the same struct.
 *
 * Rules for everyone who fills one:
 * - Text is UTF-8 and untrusted; the template escapes it. NULL and "" both mean "nothing to show".
 * - Times are UTC milliseconds, 0 for none; the template words them in the reader's language and zone.
 * - An array is a pointer and a count with the suffix _n. Everything lives in the request's arena.
 * - Words that stand in a set ("open", "email") are the program's own words; the template translates them.
 * - A `ref` is a public reference (base/id.h); a `short_ref` is what people read out.
 * - `lang` is a BCP 47 tag of text that is not in the page's language; "" when it is not known. */
#ifndef KEPT_WEB_VIEWS_H
#define KEPT_WEB_VIEWS_H

#include "text/snippet.h"
#include "web/html.h" /* struct safe_html: markup that was made safe by whoever filled it */

#include <stdbool.h>
#include <stdint.h>

/* ---- small things that many pages show ---- */

/* One of several to choose from: <option>, radio button, entry of a menu. */
struct choice {
    const char *value, *label;
    const char *detail; /* a second, quieter line; may be empty */
    bool chosen;
};

struct choices {
    struct choice *items;
    int items_n;
};

struct error_line {
    const char *field; /* id of the field that it links to; "" when it concerns the whole form */
    const char *text;  /* translated: what is wrong and what cures it */
};

struct error_list {
    struct error_line *items;
    int items_n;
};

/* What a form says about one field, beside it. `error` is translated and empty when all is well. */
struct field {
    const char *value; /* what was typed, so that nothing is lost */
    const char *error;
};

/* A message that appears once after an action; announced to screen readers. */
struct toast {
    const char *text; /* translated; empty: no toast */
    bool trouble;     /* stays until closed */
};

/* Statuses: new open pending on_hold snoozed resolved closed spam. */
struct status_view {
    const char *key;
    int64_t until; /* snoozed and on_hold: until when */
};

/* email chat form phone note messenger import */
struct channel_view {
    const char *key;
};

struct tag_view {
    const char *ref, *name;
    bool on; /* in lists of choices: the conversation has it */
};

struct file_view {
    const char *ref, *name, *type; /* type is what the bytes are, not what the sender claimed */
    const char *url, *thumb_url;   /* thumb_url empty: no picture to show */
    int64_t size;                  /* bytes */
    const char *size_text;         /* "120 kB", by locale */
    bool blurred;                  /* a card, paper or slip: shown after a look, which is noted */
    int64_t until, gone_at;        /* of those: kept until then; removed then */
    bool may_mark;                 /* an agent looks, who may say what it is */
    const char *conversation;      /* to go back to */
};

/* ---- signing in ---- */

struct sign_in_view {
    const char *next; /* where to go afterwards, a path of ours */
    struct field email, password;
    const char *error; /* translated: wrong, locked until, session ended */
    bool first_run;    /* nobody has an account yet: shows the command to type */
    bool can_reset;    /* a forgotten password can be helped by mail */
    struct choices langs;
};

struct forgot_view {
    bool can, asked;
    struct field email;
    struct choices langs;
};

struct sign_in_code_view {
    const char *next;
    const char *pending; /* the half-finished sign-in, opaque */
    struct field code;
    const char *error;
    bool recovery; /* asks for a recovery code instead */
};

/* An invitation is taken: a name, a password, a language. */
struct welcome_view {
    const char *token, *company, *email;
    bool returning; /* has had a password before */
    struct field name, password;
    struct choices langs;
    struct error_list errors;
};

/* ---- agents: the frame around every page ---- */

struct agent_shell {
    const char
        *section;       /* inbox articles admin account; title, theme and the agent's own name are in struct page */
    const char *me_ref; /* the agent's own reference */
    bool first;         /* something is to be done before any other page opens: no ways there are shown */
    bool me_away;
    int64_t seq;        /* last event that this page has seen; live updates resume from it */
    int articles_due;   /* that this agent is to verify */
    int must_read;      /* changes that she is to read */
    const char *search; /* what stands in the search box */
    struct toast toast;
};

/* An entry of the column of views. Built-in keys are translated by the template (agent/view_name):
 * mine unassigned open mentions promises recoveries recalls waiting snoozed pending resolved spam drafts sent.
 * Others (inboxes, teams) carry their label. */
struct view_link {
    const char *key, *label;
    int count; /* 0: no number */
    bool current;
    bool team;  /* a team, else an inbox or a view */
    bool alarm; /* something in it is overdue */
};

struct views_nav {
    int recoveries;          /* open ones, at most as many as are counted; 0: no link is needed */
    int to_correct;          /* where a correction is still to be told, counted likewise */
    struct view_link *views; /* the usual ones */
    int views_n;
    struct view_link *inboxes;
    int inboxes_n;
    struct view_link *teams;
    int teams_n;
};

/* A row of a list of conversations. */
struct row_view {
    const char *ref, *short_ref;
    const char *url; /* of the conversation, with the list that it stands in */
    const char *who, *subject, *preview, *lang;
    struct marked_text found_who, found_subject,
        found; /* of a search, instead of the three: what was found is marked */
    struct channel_view channel;
    struct status_view status;
    int64_t waiting_since; /* the customer waits since then; 0: nobody waits */
    int64_t last_at;
    const char *owner_initials, *owner; /* "" nobody's */
    bool unread, current;
    const char *promise; /* "" open soon late */
    bool recovery, recall, draft, mentioned, failed;
};

struct list_view {
    struct view_link view; /* which list this is */
    const char *search;    /* set: these are hits for it */
    const char *contact;   /* set: only this customer's, by reference */
    const char *trouble;   /* translated: why it cannot be searched for */
    struct choices people; /* customers who are called so: reference, name, address */
    struct row_view *rows;
    int rows_n;
    const char *older_url; /* of the next page; "" at the end */
    struct choices owners; /* of the bulk bar */
    struct choices tags;
};

/* A line of the timeline that is not a message. kinds: assigned unassigned status tagged untagged merged split
 * promise_made promise_kept promise_late promise_moved promise_broken promise_withdrawn recovery_opened
 * recovery_closed refund_to snoozed woke reopened confirmed language revealed erased recall other */
struct system_line {
    const char *kind;
    const char *who;  /* agent or automation that did it; "" the program */
    const char *what; /* name of the agent, tag, conversation; text of the promise */
    const char *to;   /* whom a promise was handed to; "" everybody */
    struct status_view status;
    int64_t at, until;
};

struct message_view {
    const char *ref;
    const char *kind; /* in out note */
    const char *by;   /* person bot automation */
    const char *who, *initials, *lang;
    const char *to, *cc; /* shown when they are not the usual ones */
    struct channel_view channel;
    int64_t at;
    struct safe_html body;
    bool has_quoted; /* an older exchange is quoted below */
    struct safe_html quoted;
    bool has_html; /* the sender wrote HTML: can be shown as it was, in a frame */
    bool erased;   /* its words were taken out for good */
    bool by_mail;  /* hers, by mail: the original is kept for a while */
    bool first_unread, masked;
    bool thanks;              /* hers: nothing but thanks; no clock, nothing reopened */
    bool placeholder;         /* ours: she still waits */
    bool incomplete;          /* too much for the page: the raw mail has all of it */
    bool unreadable;          /* the mail could not be parsed; only the raw file is there */
    const char *delivery;     /* "" queued sent seen failed bounced */
    const char *delivery_why; /* failed, bounced: translated, what happened and what to do */
    int64_t undo_until;       /* queued: can be taken back until then */
    struct file_view *files;
    int files_n;
    struct choices articles; /* ours: what it says; value the address of that text, detail its version; chosen: it
                                is not what is said today */
};

/* One thing of the timeline, in order of time: a message, or system lines folded into one. */
struct timeline_item {
    bool is_message;
    struct message_view message;
    struct system_line *lines;
    int lines_n;
};

/* At most two at once, weakest first out (rules: docs). */
struct finding_view {
    const char *rule, *level; /* red amber grey */
    const char *text;         /* what reads badly, quoted */
    const char *message;      /* why, in the language of the draft */
    const char *better;       /* how to say it; "" nothing is proposed */
    const char *example;      /* a whole sentence that can be taken over and changed; "" none */
    int start, end;           /* code points in the draft */
};

/* A promise of the draft; the agent may take it out, or give it another time. */
struct promise_chip {
    const char *text;
    const char *due; /* "2026-03-16T17:00", in the agent's zone */
    const char *was; /* the time that the text says, the same way; "" none */
    bool accepted, by_hand;
};

struct promise_view {
    const char *ref, *text;
    int64_t due;
    const char *state; /* open soon late */
    const char *owner;
    const char *conversation; /* its reference; "" this one */
    const char *prevention;   /* the action behind "it will not happen again" of the same reply; "" none */
    const char *answer;       /* of composer_view.owed: what this reply does to it; "" nothing */
};

/* What one writes with. */
struct composer_view {
    const char *ref;  /* the conversation */
    const char *kind; /* reply note */
    const char *text, *to, *cc, *from, *signature;
    bool in_chat;        /* a reply is shown in the chat at once; `to`: where it goes if nobody sees it there */
    const char *lang;    /* of the customer */
    int64_t draft_saved; /* 0: nothing saved yet */
    int64_t seen_seq;    /* goes back with Send; a later event raises the warning */
    const char *blocked; /* translated: why no reply can be sent from here; notes still can */
    const char *error;   /* translated: why the last Send was not accepted */
    const char *warning; /* translated: what changed since the draft was begun */
    struct finding_view *findings;
    int findings_n;
    struct choices shown; /* rules that were shown while this draft was written */
    struct choices left;  /* what she said is fine today: the rule, the words, why they were shown */
    bool ask_red;         /* a red finding waits for a click */
    struct promise_chip *promises;
    int promises_n;
    const char *no_repeat; /* the words that say that it will not happen again; "" none */
    bool behind_nothing, behind_new;
    struct choices behind_here, behind_same, behind_other; /* actions: linked here, of the same cause, all others */
    struct promise_view *owed;                             /* what was promised here before */
    int owed_n;
    struct choices saved;       /* replies, the likeliest first */
    struct choices colleagues;  /* who can be mentioned in a note: what is written behind the @, name, address */
    struct choices corrections; /* whose text can be put in */
    int must_read;              /* changes to read before the next answer */
    struct choices suggested;   /* articles that answer what the customer wrote: reference, title, how reliable */
    struct file_view *files;
    int files_n;
};

/* A reply on its way out that can still be taken back. */
struct undo_view {
    const char *ref, *message_ref;
    int64_t until;
    int seconds; /* left when the page was made */
};

struct past_view {
    const char *ref, *subject;
    struct status_view status;
    int64_t at;
};

struct card_view {
    const char *ref, *name, *address; /* address: form of address, "chị", "คุณ"; "" unknown */
    const char *call_name;
    const char *refund_hint; /* where a refund goes: what may be seen of it; "" not given */
    bool refund_asked;
    const char *lang_name, *phone; /* lang_name: "ภาษาไทย" */
    int64_t since;
    struct choices emails;         /* value the address, detail "does not accept mail" and the like */
    struct promise_view *promises; /* open ones */
    int promises_n;
    struct choices keepers; /* agents whom a promise can be handed to */
    struct past_view *past;
    int past_n, past_more;
    const char *notes;
    const char *conversation;                               /* reference of the one that is open */
    const char *recovery, *recovery_state, *recovery_owner; /* open here: its reference; "" none */
    int recovery_left;                                      /* steps */
    bool recovery_late;
    struct choices preventions; /* linked here; value a reference, detail how it stands */
    bool said_alone;            /* here somebody said that it will not happen again, with nothing behind it */
    bool verified, erased, careful;
};

/* The honest word about a missed promise, which goes by itself. */
struct news_view {
    const char *ref, *text, *lang; /* ref: of the promise */
    int64_t at;
    int seconds; /* until then, when the page was made */
};

/* Careful mode, and who has it in hand. */
struct careful_view {
    const char *conversation, *state; /* waits late taken */
    int64_t due, taken_at;
    const char *who, *seen_by; /* who has it; seen_by: her reference, for the button; "" nobody */
    const char *told;          /* names of those who are told, joined */
    bool mine, may_take;
};

/* Before the conversations of two customers become one; with NULL: nothing is asked. */
struct merge_ask {
    const char *with, *subject; /* reference and subject of the other one */
    const char *here, *there;   /* whose this is, whose the other */
};

struct conversation_view {
    const char *ref, *short_ref, *subject, *lang;
    const char *back_url; /* the list one came from */
    struct status_view status;
    struct channel_view channel;
    const char *inbox, *owner, *owner_initials, *team;
    bool mine, is_spam;
    int64_t waiting_since;
    struct tag_view *tags;
    int tags_n;
    struct choices owners, teams;
    struct tag_view *all_tags;
    int all_tags_n;
    struct choices snoozes;               /* value: UTC ms; label: "Tomorrow, 9:00" */
    const char *merged_into, *merge_undo; /* merge_undo: reference of a merge that can be taken back */
    struct merge_ask merge_ask;
    const char *older; /* cursor: earlier messages are not shown */
    struct timeline_item *items;
    int items_n;
    struct choices corrections; /* that this customer is to be told: recall_banners */
    bool news_waits;
    struct news_view news;
    bool is_careful;
    struct careful_view careful;
    bool undo_open;
    struct undo_view undo;
    struct composer_view composer;
    struct card_view card;
    const char *prev_url, *next_url; /* neighbours in the list */
};

struct inbox_view {
    struct agent_shell shell;
    struct views_nav nav;
    struct list_view list;
    bool has_conversation;
    struct conversation_view conversation;
};

/* A conversation that we begin: a mail out, or a note of a call or a visit. */
struct new_conversation_view {
    struct agent_shell shell;
    struct field to, subject, text;
    const char *kind; /* reply note */
    bool ask_red;     /* something red is in the text, and waits for a click */
    struct choices inboxes;
    struct error_list errors;
};

/* Who a customer is, and how to speak to her. */
struct contact_edit_view {
    struct agent_shell shell;
    const char *ref, *back; /* where one came from, a path of ours */
    struct field name, address_form, call_name, note, email, phone;
    struct choices langs, forms; /* forms: of address, of the languages in question */
    struct choices points;       /* value the address or number; detail email, phone or site */
    struct error_list errors;
};

struct contact_row {
    const char *ref, *name, *point; /* point: the first address or number besides the name; "" */
    int open;
    int64_t waits_since, promise_due, last_at; /* 0: none */
    bool late, erased;                         /* late: a promise is over its time */
};
struct contacts_view {
    struct agent_shell shell;
    const char *search;
    struct contact_row *rows;
    int rows_n;
    const char *older_url;
};

/* ---- one's own account ---- */

struct session_view {
    const char *ref, *program, *address;
    int64_t since, seen;
    bool current;
};

/* Notifications on her devices. */
struct push_device_view {
    const char *ref, *label;
    int64_t since, told; /* told: 0 never */
    bool current, failing;
};

struct push_view {
    const char *key;     /* ours, as a browser wants it */
    const char *current; /* the device of this session; "" none */
    struct push_device_view *devices;
    int devices_n;
    bool assigned, answered, mentioned, due_soon, broken, careful, open_hours;
};

struct account_view {
    struct agent_shell shell;
    const char *email;
    struct field name, self_word, password_now, password_new, off_password;
    struct choices langs, zones, particles, self_words;
    bool single_keys, totp_on;
    int64_t spare_left; /* recovery codes that still work */
    struct session_view *sessions;
    int sessions_n;
    struct push_view push;
    struct error_list errors;
};

/* Setting up the second step: a secret goes to the phone, and a code comes back. */
struct second_step_view {
    struct agent_shell shell;
    bool required;      /* everybody signs in with one: no page opens before */
    const char *secret; /* NULL: not begun */
    const char *typed;  /* the secret in groups of four */
    const char *company, *email;
    struct field code;
};

struct spare_codes_view {
    struct agent_shell shell;
    struct choices codes;
};

/* ---- customers ---- */

struct public_shell {
    const char *brand;    /* the company's name; the title of the document is in struct page */
    const char *home_url; /* of the help centre */
    const char *contact_url;
    struct choices langs;  /* value a path with the language in it */
    bool private_page;     /* not for search engines, no referrer */
    bool searches;         /* the search answers while one types */
    bool writes;           /* letter.js keeps what is written */
    const char *about;     /* what the page is about, for search engines; "" nothing is said */
    struct safe_html head; /* of the document: canonical address, languages, feed, structured data */
};

/* A way to reach people. kind: form chat phone mail callback */
struct contact_choice {
    const char *kind, *url, *text; /* text: the number or address itself */
    const char *until;             /* by locale, while it is open: when it closes; "" not known, or never */
    bool open;
    bool hours_known; /* nothing is claimed about hours that nobody has set */
    bool wait_known;
    int wait_minutes; /* nine in ten are answered within it */
    int wait_hours;   /* set instead when it takes longer than anybody counts minutes */
    int64_t opens_at;
    const char *closed_for; /* a holiday, in the reader's words */
};

struct article_link {
    const char *url, *title;
    const char *lang; /* "": the page's */
};

struct category_view {
    const char *url, *name, *about;
    struct article_link *articles;
    int articles_n;
    int more; /* articles not shown */
};

/* An article that was published, or changed. */
struct help_change {
    const char *url, *title, *note; /* note: what changed, as the author says; "" */
    int64_t at;
    bool is_new;
};

struct help_start_view {
    struct public_shell shell;
    const char *search_url;
    struct contact_choice *contacts;
    int contacts_n;
    struct category_view *categories;
    int categories_n;
    struct help_change *changes;
    int changes_n;
};

struct contact_form_view {
    struct public_shell shell;
    const char *form_time; /* signed; too fast an answer is a machine's */
    struct contact_choice *contacts;
    int contacts_n;
    bool takes; /* some form is in use: what is sent arrives */
    struct field name, email, subject, message;
    struct error_list errors;
    const char *files_error, *files_limit; /* "20 MB" */
    int files_most, files_bytes;
};

struct contact_sent_view {
    struct public_shell shell;
    const char *short_ref, *email, *case_url;
    struct contact_choice now; /* how the way that she wrote by stands */
};

struct case_message {
    const char *who; /* "You" is written by the template */
    bool ours, bot;
    const char *lang;
    int64_t at;
    struct safe_html body;
    struct file_view *files;
    int files_n;
};

struct case_promise {
    const char *text, *lang;
    int64_t due;
    const char *state; /* open late kept gone */
    const char *news;  /* translated: what became of it */
};

/* Something that we told her was wrong; she says when she has read it. */
struct case_correction {
    const char *ref, *lang;
    int64_t at, read_at;
    struct safe_html text; /* empty: not shown to this visitor */
};

/* An account that money goes to. */
struct refund_fields {
    const char *kind; /* bank promptpay iban */
    struct field number, bank, holder;
};

struct case_view {
    bool ask_right;    /* we say that it is put right, and ask whether it is */
    const char *heard; /* her answer: yes, no; "" none */
    struct public_shell shell;
    const char *token; /* of the private link; forms post to /case/{token}/… */
    const char *short_ref, *subject, *lang;
    const char *with; /* who has it: an agent's public name; "" nobody yet */
    int64_t asked_at;
    bool verified; /* false: history is not shown to this visitor */
    struct case_promise *promises;
    int promises_n;
    struct case_correction *corrections;
    int corrections_n;
    bool our_turn, answered;   /* answered: we believe it is solved and ask */
    int64_t word_by;           /* by when we promised the next thing; 0: nothing is promised */
    struct contact_choice now; /* how the way that she wrote by stands */
    bool ask_refund, refund_wrong;
    const char *refund_hint; /* given: what may be seen of it */
    struct refund_fields refund;
    struct case_message *messages; /* oldest first */
    int messages_n;
    bool sent;      /* the answer below has just arrived */
    bool confirmed; /* she has just said that it is solved */
    struct field answer;
    const char *form_time; /* tells two answers from one that is sent twice */
    const char *files_limit;
    int files_most, files_bytes;
};

/* What went wrong. kind: not_found gone denied conflict invalid too_many too_big away broken. Alone it is the
 * fragment that htmx puts in place (agent/error_part). */
struct trouble {
    const char *kind;
    const char *detail;  /* translated, in place of the usual sentence */
    const char *log_ref; /* to be read out on the phone */
};

struct error_view {
    struct public_shell shell;
    struct trouble what;
    const char *back_url;
    bool for_agents; /* she came by an invitation, or a link to a new password */
};

struct agent_error_view {
    struct agent_shell shell;
    struct trouble what;
};

/* ---- administration ---- */

/* Sections: agents teams inboxes tags saved privacy log tokens settings. What one may not see is left out by the
 * role. */
struct admin_nav {
    const char *section;
};

struct admin_agent {
    const char *ref, *name, *email, *role, *teams; /* role: reader agent lead admin */
    bool may_reveal;                               /* sees what was hidden in messages */
    bool active, totp, invited, open_link, away;   /* open_link: an invitation or new-password link of hers works */
    const char *mail;                              /* of the last invitation by mail: queued sent failed; "" */
    const char *mail_why;                          /* why it failed or waits */
    int64_t last_seen;
};

/* A link that lets somebody in: on its way by mail, or shown once, to be handed over. */
struct invite_link {
    const char *email, *url;
    bool mailed; /* and url is not shown */
};

struct admin_agents_view {
    struct agent_shell shell;
    struct admin_nav nav;
    struct admin_agent *agents;
    int agents_n;
    struct field name, email;
    struct choices roles, teams;
    struct error_list errors;
    struct invite_link *links;
    int links_n;
    bool links_mailed;
    bool can_mail;
};

struct admin_team {
    const char *ref, *name;
    int members, open;
};

struct admin_teams_view {
    struct agent_shell shell;
    struct admin_nav nav;
    struct admin_team *teams;
    int teams_n;
    struct field name;
    struct error_list errors;
};

struct admin_team_view {
    struct agent_shell shell;
    struct admin_nav nav;
    const char *ref;
    int open;            /* conversations */
    const char *inboxes; /* by name, that lead to it; NULL: none */
    bool own_hours;      /* a week or days unlike the company's */
    struct field name;
    struct choices members;
    struct error_list errors;
};

struct admin_inbox {
    const char *ref, *name, *address;
    struct channel_view channel;
    const char *state; /* ok waiting failing off */
    const char *state_why;
    int64_t last_in;
};

struct admin_inboxes_view {
    struct agent_shell shell;
    struct admin_nav nav;
    struct admin_inbox *inboxes;
    int inboxes_n;
};

/* How a mailbox is reached, in a form. */
struct mail_fields {
    const char *key; /* imap smtp: names of the fields begin with it */
    struct field host, port, user, password, folder, move_to;
    struct field token_url, client_id, client_secret, refresh_token, scope;
    struct choices securities, auths;
    bool password_set, client_secret_set, refresh_token_set;
    bool in, oauth; /* in: mail comes from here; oauth: the fields of OAuth are open */
};

/* What a connection test found. */
struct mail_test {
    const char *text;  /* translated */
    const char *words; /* the other side's own, as they came */
    bool ok;
};

struct admin_inbox_view {
    struct agent_shell shell;
    struct admin_nav nav;
    const char *ref;  /* "" a new one */
    const char *kind; /* email form chat */
    bool enabled;
    bool acknowledges; /* email, form: a new conversation is confirmed by mail */
    bool first_steps;  /* the wizard is under way: a link leads back to it */
    struct field name, from_name, address, signature;
    struct field sites;  /* chat: the origins that show it, one a line */
    const char *snippet; /* chat: the line that goes into their pages */
    const char *secret;  /* chat: just made, shown this once */
    bool has_secret;
    struct mail_fields imap, smtp;
    struct choices langs, teams;
    struct error_list errors;
    struct mail_test *tests;
    int tests_n;
};

struct admin_tag {
    const char *ref, *name;
    int used;
    struct field rename;
};

struct admin_tags_view {
    struct agent_shell shell;
    struct admin_nav nav;
    struct admin_tag *tags;
    int tags_n;
    struct field name;
    struct error_list errors;
};

struct admin_reply {
    const char *ref, *name, *text, *lang, *lang_name;
    int64_t changed;
};

struct admin_replies_view {
    struct agent_shell shell;
    struct admin_nav nav;
    struct admin_reply *replies;
    int replies_n;
    const char *edit_ref; /* the one in the form; "" a new one */
    struct field name, text;
    struct choices langs, variables; /* value {customer.name}; label what it stands for; detail an example */
    const char *sample;              /* the text as a customer would read it */
    bool ask_told, told;             /* a code stands there: is it for customers to read? */
    struct error_list errors;
};

struct admin_sign_in {
    int64_t at;
    const char *who, *address, *what; /* ok wrong_password wrong_code unknown limited */
};

struct admin_log_view {
    struct agent_shell shell;
    struct admin_nav nav;
    struct admin_sign_in *lines;
    int lines_n;
    const char *older;
};

struct admin_token {
    const char *ref, *name, *agent;
    bool reads, writes, exports;
    int64_t created, used;
};

struct admin_tokens_view {
    struct agent_shell shell;
    struct admin_nav nav;
    struct admin_token *tokens;
    int tokens_n;
    const char *bearer; /* just made: shown this once */
    struct field name;
    struct choices scopes, agents;
    struct error_list errors;
};

struct admin_webhook {
    const char *ref, *url, *kinds, *trouble;
    bool off;
    int64_t told;
};

struct admin_webhooks_view {
    struct agent_shell shell;
    struct admin_nav nav;
    struct admin_webhook *webhooks;
    int webhooks_n;
    const char *secret, *secret_of; /* the address whose secret is shown; NULL: none */
    struct field url, kinds;
    struct error_list errors;
};

/* A day of the weekly hours, in a form. */
struct hours_row {
    int day; /* 1 Monday to 7 Sunday */
    const char *label, *text, *error;
};

struct hours_fields {
    struct hours_row *days; /* in the order of the language */
    int days_n;
};

struct admin_settings_view {
    struct agent_shell shell;
    struct admin_nav nav;
    struct field company, undo_s, session_h, raw_days, picture_days;
    struct choices langs, countries, zones;
    struct field goodwill_agent, goodwill_lead, goodwill_admin, careful_h;
    struct choices legal_owners;
    bool no_legal_owner;
    const char *currency;
    bool mask_contacts, news, read_by, second_step;
    struct error_list errors;
};

/* First run. step: language hours address test invite done */
struct wizard_view {
    struct agent_shell shell;
    const char *step;
    int number, steps;
    struct choice *bars; /* one a step; chosen: it is done or being done */
    int bars_n;
    struct choices langs, countries, zones;
    struct choices trades; /* that a starter set is for; none: there are tags or saved replies already */
    struct field company, forward_to, emails, readers;
    struct hours_fields hours;
    struct mail_fields imap, smtp;
    bool fetched;            /* the mail is fetched from the mailbox instead of being forwarded */
    const char *our_address; /* to forward mail to */
    const char *alias_line;  /* for the mail program of this server */
    const char *inbox_ref;   /* "" there is no address for mail yet */
    const char *test;        /* waiting arrived failed */
    const char *test_why;
    struct invite_link *links;
    int links_n;
    bool links_mailed;
    struct error_list errors;
};

#endif
