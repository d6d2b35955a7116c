"""Every page in every state that matters: who opens it, of what, and what is done there."""

from dataclasses import dataclass

# URL's name, visitor, what it is reversed with, and what is then done on the page. What says
# `soon` is looked at in `make test`, the others in `make test-long`.
TABLE = """
home                     stranger           -                     -
home                     newcomer           -                     -
home                     teacher            -                     -                      soon
privacy                  stranger           -                     -
help                     stranger           student_guide         -
help                     admin              operators_page        -
login                    stranger           -                     -
login                    stranger           -                     log_in_wrongly
login                    stranger           -                     log_in_locked_out
password_reset           stranger           -                     -
password_reset           stranger           -                     ask_too_often
password_reset_done      stranger           -                     -
password_reset_confirm   stranger           reset                 -
password_reset_confirm   stranger           old_reset             -
password_reset_complete  stranger           -                     -
invitation-accept        stranger           invitation            -
invitation-accept        stranger           old_invitation        -
api-docs                 stranger           -                     open_an_operation
error                    stranger           400                   -
error                    stranger           404                   -
error                    stranger           500                   -
try-it                   stranger           -                     -
join-enter               stranger           -                     -
join-enter               stranger           -                     type_a_wrong_code
join                     stranger           code:numbers          -
join                     stranger           code:numbers          say_yes                soon
join                     stranger           code:ended            -
join                     stranger           code:signed_in        -
join                     teacher            code:numbers          -
join                     asked_student      code:numbers          -
join                     returning_student  code:numbers          -
join                     returning_student  code:numbers          open_the_facts
join                     stranger           code:course           -
join                     stranger           code:planned_course   -
join                     stranger           code:busy_course      -
join                     stranger           code:orphan_course    -
join                     stranger           code:replaced         -
join                     teacher            code:course           -
join-class               early_student      code:draft            -
join-class               student            code:numbers          -                      soon
join-class               student            code:numbers          open_choices
join-class               student            code:numbers          ask_to_leave
join-class               camera_student     code:waiting          let_the_camera_run     soon
join-class               camera_student     code:waiting          pause_the_camera
join-class               camera_student     code:waiting          go_on_in_another_tab
join-class               camera_student     code:waiting          get_its_engine
join-class               camera_student     code:waiting          read_on_this_device
join-class               camera_student     code:waiting          be_offline_and_read
join-class               camera_student     code:waiting          be_unable_to_read
join-class               camera_student     code:waiting          let_the_server_read_instead
join-class               camera_student     code:waiting          be_older_than_the_server
join-class               denied_student     code:too_few          be_denied_the_camera
join-class               pulse_student      code:resumed          tap
join-class               no_camera_student  code:pulse_only       -
join-class               worded_student     code:own_words        -
join                     stranger           code:own_words        open_the_facts
join-class               resting_student    code:paused           -
join-class               late_student       code:ended            -
join-class               seeing_student     code:fifteen          -
join-class               looking_back_student code:summed_up      open_the_facts
join-class               finished_student   code:ended            -
join                     stranger           code:fifteen          open_the_facts
join-my-data             student            code:numbers          -
join-my-data             stranger           code:numbers          -
join-leave               leaving_student    code:resumed          leave
password_change          teacher            -                     -
password_change_done     teacher            -                     -
api-tokens               newcomer           -                     -
api-tokens               teacher            -                     make_a_token           soon
course-list              newcomer           -                     -
course-list              teacher            -                     -                      soon
course-list              co_teacher         -                     -
course-new               teacher            -                     -
course-detail            teacher            full_course           -
course-detail            teacher            course                -
course-detail            teacher            planned_course        -
course-detail            admin              full_course           -
course-detail            co_teacher         full_course           -
course-detail            teacher            minors_course         -
course-letter            teacher            minors_course         -
course-co-teachers       teacher            full_course           -
course-co-teachers       teacher            course                add_nobody
course-trend             teacher            full_course           open_the_tables
course-trend             teacher            course                -
course-trend             admin              full_course           -
course-projector         teacher            full_course           -
course-edit              teacher            course                -
course-edit              teacher            worded_course         -
course-delete            teacher            course                -
session-list             newcomer           -                     -
session-list             teacher            -                     -                      soon
session-list             teacher            -                     search_for_nothing
session-list             teacher            -                     open_the_account_menu  soon
session-list             admin              -                     -
session-new              teacher            -                     -
session-new              teacher            -                     send_it_blank
session-report           teacher            ended                 -
session-report           teacher            summed_up             -
session-report           teacher            ended_empty           -
session-report           admin              hostile               -
session-detail           teacher            draft                 -
session-detail           teacher            waiting               -
session-detail           teacher            numbers               -
session-detail           teacher            numbers               open_all_that_folds    soon
session-detail           watcher            numbers               -
session-detail           watcher            draft_in_course       -
session-detail           teacher            numbers               look_at_one_expression
session-detail           teacher            numbers               ask_to_end
session-detail           teacher            numbers               lose_the_connection
session-detail           teacher            too_few               -                      soon
session-detail           teacher            interrupted           -
session-detail           teacher            interrupted           hear_of_an_interruption
session-detail           teacher            resumed               -
session-detail           teacher            paused                -
session-detail           teacher            paused_empty          -
session-detail           teacher            pulse_only            -
session-detail           teacher            many_lost             -
session-detail           teacher            own_words             -
session-detail           teacher            fifteen               -
session-detail           teacher            ending                -
session-detail           teacher            ended                 open_all_that_folds
session-detail           teacher            summed_up             go_to_the_hard_part    soon
session-detail           admin              summed_up             -
session-detail           teacher            ended_empty           -
session-detail           teacher            hostile               -
session-topics           teacher            summed_up             -
session-topics           teacher            draft                 -
session-agenda           teacher            draft                 -
session-projector        teacher            waiting               -
session-compact          teacher            many_lost             -
session-compact          teacher            pulse_only            -
session-compact          teacher            own_words             -
session-compact          teacher            too_few               -
session-edit             teacher            numbers               -
session-delete           teacher            ended                 -
people                   admin              -                     -
people                   admin              -                     invite_somebody
people                   teacher            -                     -
person                   admin              user                  -
person                   admin              admin                 -
person                   admin              closed                -
calendar                 newcomer           -                     -
calendar                 teacher            -                     make_an_address
session-detail           teacher            planned               -
session-delete           teacher            planned               -
session-edit             teacher            planned               -
course-detail            teacher            weekly_course         -
security                 teacher            -                     -
security                 newcomer           -                     -
second-factor            half_way           -                     -
second-factor            half_way           -                     type_a_wrong_code
second-factor-on         teacher            -                     -
second-factor-mailed     stranger           old_mailed_link       -
second-factor-off        teacher            -                     -
passkey-add              teacher            -                     -
passkey-add              teacher            -                     give_the_password
factor-remove            guarded            factor                -
security                 guarded            -                     -
policy                   admin              -                     -
policy                   admin              -                     preview_a_place
policy-records           admin              -                     -
policy-processor         admin              -                     -
policy-assessment        admin              -                     -
webhooks                 admin              -                     -
webhooks                 admin              -                     register_a_webhook
webhook                  admin              webhook               -
lti-platforms            admin              -                     -
lti-platform             admin              platform              -
lti-register             stranger           registration          -
lti-register             stranger           old_registration      -
lti-open                 stranger           ticket                -
lti-open                 stranger           old_ticket            -
mail                     admin              -                     -
mail                     admin              -                     look_at_what_was_not_sent
audit                    admin              -                     -
audit                    admin              -                     search_for_nothing
totals                   admin              -                     open_all_that_folds
totals                   admin              -                     search_for_nothing
totals                   admin              -                     save_a_view_without_a_name
totals                   admin              -                     turn_the_period_around
totals                   teacher            -                     add_up_by_course
totals-compare           teacher            -                     -
totals-compare           admin              -                     compare_two_courses
admin:index                           admin  -       -
admin:sessions_app_user_changelist    admin  -       -
admin:sessions_app_user_change        admin  user    -
admin:sessions_app_course_changelist  admin  -       -
admin:sessions_app_classsession_changelist  admin  -  -
admin:sessions_app_classminute_changelist   admin  -  -
admin:sessions_app_classminute_change       admin  minute  -
admin:sessions_app_policy_changelist        admin  -  -
admin:sessions_app_policy_change            admin  policy  -
admin:sessions_app_auditentry_changelist    admin  -  -
"""

# URLs that answer with no page: files, pictures, numbers, and forms' targets. Panels and the
# overlay are looked at where they stand, in test_panel.py.
NO_PAGE = """
sign-on sign-on-callback saml-metadata saml-back sign-on-connect sign-on-disconnect person-second-factor-off
calendar-end calendar-feed course-calendar session-calendar api-course-co-teacher api-course-co-teachers course-co-teacher course-co-teacher-remove course-leave
api-course-comparison api-course-trend course-trend-csv course-trend-json course-trend-xlsx course-code course-qr api-course-detail api-course-list api-nothing api-schema api-session-detail
api-session-agenda api-session-alert api-session-alerts api-session-end api-session-mark api-session-marks api-session-topic
api-session-topic-merge api-session-topics api-session-export api-session-list api-session-minutes
session-question join-question join-answer api-session-question api-session-question-close
api-session-answer api-session-replies api-session-reply api-session-recording api-session-report api-session-report-pdf
api-session-pause api-session-resume api-session-snapshot api-session-start
lti-login lti-launch lti-pick lti-connect lti-keys lti-link lti-platform-delete
healthz mail-again mail-test webhook-test webhook-secret webhook-delete webhook-on webhook-off webhook-call-again
invitation-again invitation-revoke join-choices join-my-data-export
join-my-data-receipt join-own-result join-pulse join-sign-in logout metrics person-close
person-log-ins-end person-open person-platform-end person-tokens-revoke readyz session-csv session-end
session-report-make session-report-pdf course-letters-signed
session-json session-note session-pause session-qr session-resume session-start session-timeline
panel-texts panel-student-news panel-student-pulse panel-student-arrived panel-teacher-arrived panel-timeline overlay-news
panel-student panel-teacher panel-connect overlay
language script-texts session-topics-csv session-workbook
api-totals api-totals-difference totals-csv totals-json totals-xlsx totals-view-delete totals-view-save
api-totals-view-detail api-totals-view-list totals-compare-csv totals-compare-json totals-compare-xlsx
api-webhook-call-again api-webhook-calls api-webhook-detail api-webhook-list api-webhook-secret api-webhook-test
"""


@dataclass(frozen=True)
class State:
    url: str
    visitor: str
    place: str
    act: str
    soon: str = ""

    def __str__(self):
        url = self.url.removeprefix("admin:sessions_app_").replace(":", "-")
        parts = [url, self.visitor, self.place, self.act]
        return "-".join(p.removeprefix("code:") for p in parts if p != "-")


STATES = [State(*line.split()) for line in TABLE.strip().splitlines()]
SOON = [state for state in STATES if state.soon]
LATER = [state for state in STATES if not state.soon]
WITHOUT_PAGE = set(NO_PAGE.split())
