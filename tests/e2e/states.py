"""Every page in every state that matters: who opens it, of what, and what is done there."""

from dataclasses import dataclass

# URL's name, visitor, what it is reversed with, and what is then done on the page.
TABLE = """
home                     stranger           -                     -
privacy                  stranger           -                     -
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
join                     stranger           code:numbers          say_yes
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
join-class               student            code:numbers          -
join-class               student            code:numbers          open_choices
join-class               student            code:numbers          ask_to_leave
join-class               camera_student     code:waiting          let_the_camera_run
join-class               camera_student     code:waiting          pause_the_camera
join-class               camera_student     code:waiting          go_on_in_another_tab
join-class               denied_student     code:too_few          be_denied_the_camera
join-class               pulse_student      code:resumed          tap
join-class               no_camera_student  code:pulse_only       -
join-class               resting_student    code:paused           -
join-class               late_student       code:ended            -
join-my-data             student            code:numbers          -
join-my-data             stranger           code:numbers          -
join-leave               leaving_student    code:resumed          leave
password_change          teacher            -                     -
password_change_done     teacher            -                     -
api-tokens               newcomer           -                     -
api-tokens               teacher            -                     make_a_token
course-list              newcomer           -                     -
course-list              teacher            -                     -
course-new               teacher            -                     -
course-detail            teacher            full_course           -
course-detail            teacher            course                -
course-detail            teacher            planned_course        -
course-detail            admin              full_course           -
course-projector         teacher            full_course           -
course-edit              teacher            course                -
course-delete            teacher            course                -
session-list             newcomer           -                     -
session-list             teacher            -                     -
session-list             teacher            -                     search_for_nothing
session-list             teacher            -                     open_the_account_menu
session-list             admin              -                     -
session-new              teacher            -                     -
session-new              teacher            -                     send_it_blank
session-detail           teacher            draft                 -
session-detail           teacher            waiting               -
session-detail           teacher            numbers               -
session-detail           teacher            numbers               open_all_that_folds
session-detail           teacher            numbers               look_at_one_expression
session-detail           teacher            numbers               ask_to_end
session-detail           teacher            numbers               lose_the_connection
session-detail           teacher            too_few               -
session-detail           teacher            interrupted           -
session-detail           teacher            interrupted           hear_of_an_interruption
session-detail           teacher            resumed               -
session-detail           teacher            paused                -
session-detail           teacher            paused_empty          -
session-detail           teacher            pulse_only            -
session-detail           teacher            many_lost             -
session-detail           teacher            fifteen               -
session-detail           teacher            ending                -
session-detail           teacher            ended                 open_all_that_folds
session-detail           teacher            summed_up             go_to_the_hard_part
session-detail           admin              summed_up             -
session-detail           teacher            ended_empty           -
session-detail           teacher            hostile               -
session-projector        teacher            waiting               -
session-compact          teacher            many_lost             -
session-compact          teacher            pulse_only            -
session-compact          teacher            too_few               -
session-edit             teacher            numbers               -
session-delete           teacher            ended                 -
people                   admin              -                     -
people                   admin              -                     invite_somebody
people                   teacher            -                     -
person                   admin              user                  -
person                   admin              admin                 -
person                   admin              closed                -
security                 teacher            -                     -
security                 newcomer           -                     -
policy                   admin              -                     -
policy-records           admin              -                     -
policy-assessment        admin              -                     -
audit                    admin              -                     -
audit                    admin              -                     search_for_nothing
totals                   admin              -                     -
totals                   admin              -                     search_for_nothing
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

# URLs that answer with no page: files, pictures, numbers, and forms' targets.
NO_PAGE = """
course-code course-qr api-course-detail api-course-list api-nothing api-schema api-session-detail
api-session-end api-session-mark api-session-marks api-session-export api-session-list api-session-minutes
api-session-pause api-session-resume api-session-snapshot api-session-start
healthz invitation-again invitation-revoke join-choices join-my-data-export
join-my-data-receipt join-pulse join-sign-in logout metrics person-close
person-log-ins-end person-open person-tokens-revoke readyz session-csv session-end
session-json session-note session-pause session-qr session-resume session-start session-timeline
script-texts session-workbook
"""


@dataclass(frozen=True)
class State:
    url: str
    visitor: str
    place: str
    act: str

    def __str__(self):
        url = self.url.removeprefix("admin:sessions_app_").replace(":", "-")
        parts = [url, self.visitor, self.place, self.act]
        return "-".join(p.removeprefix("code:") for p in parts if p != "-")


STATES = [State(*line.split()) for line in TABLE.strip().splitlines()]
WITHOUT_PAGE = set(NO_PAGE.split())
