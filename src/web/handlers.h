/* handlers.h: the functions that the rows of routes.c name, by file. */
#ifndef KEPT_WEB_HANDLERS_H
#define KEPT_WEB_HANDLERS_H

#include "base/arena.h"
#include "web/http.h"

struct composer_note;
struct error_list;
struct toast;

/* inbox_page.c */
void get_root(struct request *rq);
void get_inbox(struct request *rq);
void get_conversation(struct request *rq);
void get_messages(struct request *rq);
void get_timeline(struct request *rq);
/* The page, or its part, after an action. */
void show_conversation(struct request *rq, const char *ref, const char *view_key, int status,
                       const struct composer_note *note, const struct toast *toast);

/* article_import_page.c */
void get_article_import(struct request *rq);
void post_article_import(struct request *rq);

/* search_page.c */
void get_search(struct request *rq);

/* conversation_actions.c */
void post_reply(struct request *rq);
void get_draft(struct request *rq);
void post_draft(struct request *rq);
void post_insert(struct request *rq);
void post_undo_send(struct request *rq);
void post_retry(struct request *rq);
void post_assign(struct request *rq);
void post_status(struct request *rq);
void post_snooze(struct request *rq);
void post_tags(struct request *rq);
void post_merge(struct request *rq);
void post_unmerge(struct request *rq);
void post_spam(struct request *rq);
void post_careful(struct request *rq);
void post_careful_take(struct request *rq);
void post_seen(struct request *rq);
void post_bulk(struct request *rq);
void get_new(struct request *rq);
void post_new(struct request *rq);

/* recall_page.c */
void get_recalls(struct request *rq);
void get_recall_new(struct request *rq);
void get_recall(struct request *rq);
void get_recall_person(struct request *rq);
/* recall_actions.c */
void post_recalls(struct request *rq);
void post_recall_text(struct request *rq);
void post_recall_act(struct request *rq);
void post_recall_close(struct request *rq);
void post_recall_person_text(struct request *rq);
void post_recall_person(struct request *rq);
void post_case_noted(struct request *rq);
/* promise_actions.c */
void post_promise_kept(struct request *rq);
void post_promise_hand(struct request *rq);
void post_promise_news(struct request *rq);

/* recovery_page.c */
void get_recoveries(struct request *rq);
void get_recovery(struct request *rq);
void get_recovery_new(struct request *rq);
void get_report_recoveries(struct request *rq);
/* recovery_actions.c */
void post_recoveries(struct request *rq);
void post_recovery_change(struct request *rq);
void post_recovery_step(struct request *rq);
void post_recovery_offer(struct request *rq);
void post_recovery_offer_answer(struct request *rq);
void post_recovery_state(struct request *rq);
void post_case_right(struct request *rq);
/* prevention_page.c */
void get_preventions(struct request *rq);
void get_prevention_new(struct request *rq);
void get_prevention(struct request *rq);
void post_preventions(struct request *rq);
void post_prevention(struct request *rq);

/* report_page.c */
void get_report_promises(struct request *rq);
void get_report_rules(struct request *rq);
void post_report_rules(struct request *rq);

/* practice.c */
void get_practice(struct request *rq);
void post_practice(struct request *rq);

/* reply_check.c */
void post_check(struct request *rq);
void post_dismiss(struct request *rq);
void post_restore(struct request *rq);

/* sign.c */
void get_sign_in(struct request *rq);
void post_sign_in(struct request *rq);
void get_code(struct request *rq);
void post_code(struct request *rq);
void post_sign_out(struct request *rq);
/* Opens a session for an agent who has shown, by an invitation, who she is; answers. */
void sign_in_as(struct request *rq, int64_t agent_id);

/* article_page.c */
void get_articles(struct request *rq);
void get_articles_due(struct request *rq);
void get_article(struct request *rq);
void get_article_diff(struct request *rq);
/* Again, with what is wrong with the form of its facts. */
void show_article(struct request *rq, const struct error_list *errors, int status);

/* article_edit.c */
void get_article_new(struct request *rq);
void post_articles(struct request *rq);
void post_article_language(struct request *rq);
void get_article_edit(struct request *rq);
void post_article_draft(struct request *rq);
void post_article_preview(struct request *rq);
void post_article_save(struct request *rq);
void post_article_act(struct request *rq);
void post_article_facts(struct request *rq);
void post_article_flag(struct request *rq);
void post_article_flag_settle(struct request *rq);
void post_article_picture(struct request *rq);

/* must_read_page.c */
void get_must_reads(struct request *rq);
void get_must_read(struct request *rq);
void post_must_read(struct request *rq);
void post_must_read_confirm(struct request *rq);
void post_must_read_act(struct request *rq);

/* as_of_page.c */
void get_articles_as_of(struct request *rq);
void get_article_as_of(struct request *rq);
void get_help_as_of(struct request *rq);
void get_help_article_as_of(struct request *rq);

/* report_failures.c */
void get_report_failures(struct request *rq);
void post_report_failures(struct request *rq);
/* report_knowledge.c */
void get_report_knowledge(struct request *rq);

/* article_settings.c */
void get_article_settings(struct request *rq);
void post_article_categories(struct request *rq);
void post_article_classes(struct request *rq);
void post_article_changed(struct request *rq);

/* article_compose.c */
void get_articles_find(struct request *rq);
void get_read(struct request *rq);
void get_read_article(struct request *rq);
void post_article_insert(struct request *rq);

/* help_page.c */
void get_help(struct request *rq);
void get_help_category(struct request *rq);
void get_help_search(struct request *rq);
void get_help_find(struct request *rq);
void get_help_article(struct request *rq);
void post_help_vote(struct request *rq);
void get_help_picture(struct request *rq);
void get_help_changes(struct request *rq);
void get_help_feed(struct request *rq);
void get_sitemap(struct request *rq);
void get_robots(struct request *rq);

/* customer_page.c */
void get_genuine(struct request *rq);
void post_genuine(struct request *rq);
void get_contact(struct request *rq);
void post_contact(struct request *rq);
void get_sent(struct request *rq);
void get_case(struct request *rq);
void get_case_file(struct request *rq);
void post_case_answer(struct request *rq);
void post_case_solved(struct request *rq);

/* live.c */
void get_live(struct request *rq);
void get_live_poll(struct request *rq);

/* welcome.c */
void get_welcome(struct request *rq);
void post_welcome(struct request *rq);

/* account_page.c */
void get_account(struct request *rq);
void post_account(struct request *rq);
void post_theme(struct request *rq);
void post_away(struct request *rq);
void post_password(struct request *rq);
void post_push_choice(struct request *rq);
void post_push_device(struct request *rq);
void post_push_device_end(struct request *rq);
void post_push_test(struct request *rq);
void get_push_news(struct request *rq);
void get_service_worker(struct request *rq);
void get_manifest(struct request *rq);
void post_session_end(struct request *rq);
void post_sessions_end(struct request *rq);

/* second_step.c */
void get_second_step(struct request *rq);
void get_second_step_picture(struct request *rq);
void post_second_step(struct request *rq);
void post_second_step_off(struct request *rq);

/* contacts_page.c */
void get_contacts(struct request *rq);

/* contact_edit.c */
void get_contact_edit(struct request *rq);
void post_contact_edit(struct request *rq);

/* admin_*.c */
void get_admin_agents(struct request *rq);
void post_admin_agents(struct request *rq);
void post_admin_agent(struct request *rq);
void get_admin_teams(struct request *rq);
void post_admin_teams(struct request *rq);
void get_admin_team(struct request *rq);
void post_admin_team(struct request *rq);
void post_admin_team_remove(struct request *rq);
void get_admin_inboxes(struct request *rq);
void get_admin_inbox_new(struct request *rq);
void get_admin_inbox(struct request *rq);
void post_admin_inboxes(struct request *rq);
void get_admin_tags(struct request *rq);
void post_admin_tags(struct request *rq);
void post_admin_tag(struct request *rq);
void post_admin_tag_remove(struct request *rq);
void get_admin_replies(struct request *rq);
void post_admin_replies(struct request *rq);
void get_admin_sign_ins(struct request *rq);
void get_admin_tokens(struct request *rq);
void post_admin_tokens(struct request *rq);
void post_admin_token_revoke(struct request *rq);
void get_admin_webhooks(struct request *rq);
void post_admin_webhooks(struct request *rq);
void post_admin_webhook(struct request *rq);
void get_admin_settings(struct request *rq);
void post_admin_settings(struct request *rq);
void get_admin_hours(struct request *rq);
void post_admin_hours(struct request *rq);
void post_admin_days(struct request *rq);
void post_admin_day_remove(struct request *rq);
void post_admin_hours_file(struct request *rq);

/* wizard.c */
void get_wizard(struct request *rq);
void post_wizard(struct request *rq);

/* files.c */
void get_file(struct request *rq);
void post_file(struct request *rq);
void get_mail_html(struct request *rq);
void get_mail_frame(struct request *rq);
void get_health(struct request *rq);

/* contact_privacy.c */
void post_contact_dossier(struct request *rq);
void get_dossier(struct request *rq);
void get_dossier_file(struct request *rq);
void get_contact_erase(struct request *rq);
void post_contact_erase(struct request *rq);

/* privacy_page.c */
void get_refund_to(struct request *rq);
void post_refund_to(struct request *rq);
void post_refund_copy(struct request *rq);
void post_refund_end(struct request *rq);
void post_case_refund(struct request *rq);
void get_reveal(struct request *rq);
void post_reveal(struct request *rq);
void get_admin_privacy(struct request *rq);

/* forgot.c */
void get_forgot(struct request *rq);
void post_forgot(struct request *rq);

/* picture.c */
void get_picture(struct request *rq);

/* widget.c */
void get_widget_script(struct request *rq);
void get_widget(struct request *rq);
void post_widget_start(struct request *rq);
void post_widget_message(struct request *rq);
void get_widget_messages(struct request *rq);
void post_widget_email(struct request *rq);
void post_widget_seen(struct request *rq);
void get_widget_file(struct request *rq);
void get_widget_live(struct request *rq);
/* For the hook allow_origin: may pages of this origin use the widget of the inbox in the path? */
bool widget_allows(struct request *rq, const char *origin);

#endif
