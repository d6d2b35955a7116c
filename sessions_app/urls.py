"""Where each page lives."""

from django.contrib.auth import views as auth
from django.urls import path
from django.views.i18n import JavaScriptCatalog

from sessions_app.api.minutes import TimelineView
from sessions_app.forms.people import LoginForm
from sessions_app.services import sessions as services
from sessions_app.views import (
    accounts,
    calendars,
    co_teachers,
    course_trend,
    courses,
    exports,
    help_pages,
    join,
    language,
    lti,
    lti_platforms,
    mail,
    my_data,
    overlay,
    pages,
    panels,
    parents,
    people,
    policy,
    questions,
    reports,
    saved_views,
    second_factor,
    session_forms,
    sessions,
    sign_on,
    taking_part,
    tokens,
    topics,
    totals,
    try_it,
    webhooks,
)
from sessions_app.web.links import FILE_FORMS

_login = people.Login.as_view(
    authentication_form=LoginForm, redirect_authenticated_user=True
)

urlpatterns = [
    path("", pages.home, name="home"),
    path("privacy/", pages.privacy, name="privacy"),
    path("help/<slug:name>/", help_pages.help_page, name="help"),
    path("try/", try_it.try_it, name="try-it"),
    path("language/", language.language, name="language"),
    path("texts.js", JavaScriptCatalog.as_view(), name="script-texts"),
    # Staff and their passwords
    path("login/", _login, name="login"),
    path("login/school/", sign_on.sign_on, name="sign-on"),
    path("login/school/back/", sign_on.callback, name="sign-on-callback"),
    path("login/school/saml/", sign_on.saml_metadata, name="saml-metadata"),
    path("login/school/saml/back/", sign_on.saml_back, name="saml-back"),
    path("login/school/connect/", sign_on.sign_on_connect, name="sign-on-connect"),
    path(
        "login/school/disconnect/",
        sign_on.sign_on_disconnect,
        name="sign-on-disconnect",
    ),
    path("login/code/", second_factor.second_factor, name="second-factor"),
    path("login/code/new/", second_factor.turn_on, name="second-factor-on"),
    path("login/passkey/new/", second_factor.passkey_add, name="passkey-add"),
    path(
        "login/code/mailed/<int:pk>/<slug:token>/",
        second_factor.mailed,
        name="second-factor-mailed",
    ),
    path("security/code/off/", second_factor.turn_off, name="second-factor-off"),
    path(
        "security/factors/<int:pk>/remove/", second_factor.remove, name="factor-remove"
    ),
    path("lti/login/", lti.login, name="lti-login"),
    path("lti/launch/", lti.launch, name="lti-launch"),
    path("lti/open/<slug:ticket>/", lti.open_ticket, name="lti-open"),
    path("lti/pick/", lti.pick, name="lti-pick"),
    path("lti/connect/", lti.connect, name="lti-connect"),
    path("lti/keys/", lti.keys, name="lti-keys"),
    path("lti/register/<slug:token>/", lti_platforms.register, name="lti-register"),
    path("lti/platforms/", lti_platforms.platform_list, name="lti-platforms"),
    path("lti/platforms/link/", lti_platforms.link_make, name="lti-link"),
    path("lti/platforms/<uuid:pk>/", lti_platforms.platform, name="lti-platform"),
    path(
        "lti/platforms/<uuid:pk>/delete/",
        lti_platforms.platform_delete,
        name="lti-platform-delete",
    ),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("password-reset/", people.PasswordReset.as_view(), name="password_reset"),
    path(
        "password-reset/sent/",
        auth.PasswordResetDoneView.as_view(),
        name="password_reset_done",
    ),
    path(
        "password-reset/<uidb64>/<token>/",
        people.PasswordResetConfirm.as_view(),
        name="password_reset_confirm",
    ),
    path(
        "password-reset/done/",
        auth.PasswordResetCompleteView.as_view(),
        name="password_reset_complete",
    ),
    path("password-change/", people.PasswordChange.as_view(), name="password_change"),
    path(
        "password-change/done/",
        auth.PasswordChangeDoneView.as_view(),
        name="password_change_done",
    ),
    path("people/", people.people, name="people"),
    path(
        "people/invitations/<int:pk>/revoke/",
        people.invitation_revoke,
        name="invitation-revoke",
    ),
    path(
        "people/invitations/<int:pk>/again/",
        people.invitation_again,
        name="invitation-again",
    ),
    path("people/<int:pk>/", accounts.person, name="person"),
    path(
        "people/<int:pk>/close/",
        accounts.person_opened,
        {"opened": False},
        name="person-close",
    ),
    path(
        "people/<int:pk>/open/",
        accounts.person_opened,
        {"opened": True},
        name="person-open",
    ),
    path(
        "people/<int:pk>/log-ins/end/", accounts.log_ins_end, name="person-log-ins-end"
    ),
    path(
        "people/<int:pk>/tokens/revoke/",
        accounts.tokens_revoke,
        name="person-tokens-revoke",
    ),
    path(
        "people/<int:pk>/platforms/end/",
        accounts.platform_end,
        name="person-platform-end",
    ),
    path(
        "people/<int:pk>/code/off/",
        second_factor.person_turn_off,
        name="person-second-factor-off",
    ),
    path("security/", accounts.security, name="security"),
    path("calendar/", calendars.calendar, name="calendar"),
    path("calendar/end/", calendars.calendar_end, name="calendar-end"),
    path("calendar/<slug:token>.ics", calendars.calendar_feed, name="calendar-feed"),
    path("welcome/<slug:token>/", people.invitation_accept, name="invitation-accept"),
    path("api/tokens/", tokens.tokens, name="api-tokens"),
    path("policy/", policy.policy, name="policy"),
    path("policy/records/", policy.records, name="policy-records"),
    path("policy/assessment/", policy.assessment, name="policy-assessment"),
    path("policy/processor/", policy.processor, name="policy-processor"),
    path("audit/", policy.audit, name="audit"),
    path("webhooks/", webhooks.webhook_list, name="webhooks"),
    path("webhooks/<uuid:pk>/", webhooks.webhook, name="webhook"),
    path("webhooks/<uuid:pk>/test/", webhooks.webhook_test, name="webhook-test"),
    path("webhooks/<uuid:pk>/secret/", webhooks.webhook_secret, name="webhook-secret"),
    path("webhooks/<uuid:pk>/delete/", webhooks.webhook_delete, name="webhook-delete"),
    path(
        "webhooks/<uuid:pk>/on/",
        webhooks.webhook_switch,
        {"on": True},
        name="webhook-on",
    ),
    path(
        "webhooks/<uuid:pk>/off/",
        webhooks.webhook_switch,
        {"on": False},
        name="webhook-off",
    ),
    path(
        "webhooks/calls/<uuid:pk>/again/",
        webhooks.webhook_call_again,
        name="webhook-call-again",
    ),
    path("mail/", mail.mail_list, name="mail"),
    path("mail/test/", mail.mail_test, name="mail-test"),
    path("mail/<uuid:pk>/again/", mail.mail_again, name="mail-again"),
    # Courses and class sessions
    path("courses/", courses.course_list, name="course-list"),
    path("courses/new/", courses.course_new, name="course-new"),
    path("courses/<int:pk>/", courses.course_detail, name="course-detail"),
    path(
        "courses/<int:pk>/trend/",
        course_trend.course_trend_page,
        name="course-trend",
    ),
    *(
        path(
            f"courses/<int:pk>/trend/lessons.{form}",
            exports.course_difference_file,
            {"form": form},
            name=f"course-trend-{form}",
        )
        for form in FILE_FORMS
    ),
    path(
        "courses/<int:pk>/lessons.ics",
        calendars.course_calendar,
        name="course-calendar",
    ),
    path("courses/<int:pk>/letter/", parents.letter, name="course-letter"),
    path(
        "courses/<int:pk>/letter/signed/",
        parents.letters_signed,
        name="course-letters-signed",
    ),
    path("courses/<int:pk>/code/", courses.course_code, name="course-code"),
    path("courses/<int:pk>/qr.svg", courses.course_qr, name="course-qr"),
    path(
        "courses/<int:pk>/projector/", courses.course_projector, name="course-projector"
    ),
    path("courses/<int:pk>/edit/", courses.course_edit, name="course-edit"),
    path("courses/<int:pk>/delete/", courses.course_delete, name="course-delete"),
    path(
        "courses/<int:pk>/co-teachers/",
        co_teachers.co_teachers,
        name="course-co-teachers",
    ),
    path(
        "courses/<int:pk>/co-teachers/<int:who>/",
        co_teachers.co_teacher_rights,
        name="course-co-teacher",
    ),
    path(
        "courses/<int:pk>/co-teachers/<int:who>/remove/",
        co_teachers.co_teacher_remove,
        name="course-co-teacher-remove",
    ),
    path("courses/<int:pk>/leave/", co_teachers.course_leave, name="course-leave"),
    path("sessions/", sessions.session_list, name="session-list"),
    path("sessions/totals/", totals.totals, name="totals"),
    path("sessions/totals/compare/", totals.compare, name="totals-compare"),
    *(
        path(
            f"sessions/totals/totals.{form}",
            exports.totals_file,
            {"form": form},
            name=f"totals-{form}",
        )
        for form in FILE_FORMS
    ),
    *(
        path(
            f"sessions/totals/compare/lessons.{form}",
            exports.difference_file,
            {"form": form},
            name=f"totals-compare-{form}",
        )
        for form in FILE_FORMS
    ),
    path("sessions/totals/views/", saved_views.save, name="totals-view-save"),
    path(
        "sessions/totals/views/<int:pk>/delete/",
        saved_views.delete,
        name="totals-view-delete",
    ),
    path("sessions/new/", session_forms.session_new, name="session-new"),
    path("sessions/<uuid:pk>/", sessions.session_detail, name="session-detail"),
    path("sessions/<uuid:pk>/edit/", session_forms.session_edit, name="session-edit"),
    path(
        "sessions/<uuid:pk>/delete/",
        session_forms.session_delete,
        name="session-delete",
    ),
    path(
        "sessions/<uuid:pk>/lesson.ics",
        calendars.session_calendar,
        name="session-calendar",
    ),
    path("sessions/<uuid:pk>/minutes.csv", exports.session_csv, name="session-csv"),
    path(
        "sessions/<uuid:pk>/topics.csv",
        exports.session_topics_csv,
        name="session-topics-csv",
    ),
    path(
        "sessions/<uuid:pk>/minutes.xlsx",
        exports.session_workbook,
        name="session-workbook",
    ),
    path("sessions/<uuid:pk>/minutes.json", exports.session_json, name="session-json"),
    path("sessions/<uuid:pk>/agenda/", topics.session_agenda, name="session-agenda"),
    path("sessions/<uuid:pk>/topics/", topics.session_topics, name="session-topics"),
    path("sessions/<uuid:pk>/report/", reports.report, name="session-report"),
    path(
        "sessions/<uuid:pk>/report.pdf", reports.report_pdf, name="session-report-pdf"
    ),
    path(
        "sessions/<uuid:pk>/report/make/",
        reports.report_make,
        name="session-report-make",
    ),
    path(
        "sessions/<uuid:pk>/question/",
        questions.session_question,
        name="session-question",
    ),
    path("sessions/<uuid:pk>/note/", sessions.session_note, name="session-note"),
    path("sessions/<uuid:pk>/qr.svg", sessions.session_qr, name="session-qr"),
    path(
        "sessions/<uuid:pk>/projector/",
        sessions.session_projector,
        name="session-projector",
    ),
    path(
        "sessions/<uuid:pk>/compact/", sessions.session_compact, name="session-compact"
    ),
    *(
        path(
            f"sessions/<uuid:pk>/{change.__name__}/",
            sessions.session_change,
            {"change": change},
            name=f"session-{change.__name__}",
        )
        for change in (services.start, services.pause, services.resume, services.end)
    ),
    # Students
    path("j/", join.enter, name="join-enter"),
    path("j/<str:code>/", join.join, name="join"),
    path("j/<str:code>/sign-in/", join.sign_in, name="join-sign-in"),
    path("j/<str:code>/class/", taking_part.class_page, name="join-class"),
    path("j/<str:code>/choices/", taking_part.choices, name="join-choices"),
    path("j/<str:code>/pulse/", taking_part.tap, name="join-pulse"),
    path(
        "j/<str:code>/own-result/",
        taking_part.own_result_for_panel,
        name="join-own-result",
    ),
    path("j/<str:code>/leave/", taking_part.leave, name="join-leave"),
    path("j/<str:code>/question/", questions.asked, name="join-question"),
    path("j/<str:code>/answer/", questions.answer, name="join-answer"),
    path("j/<str:code>/my-data/", my_data.my_data, name="join-my-data"),
    path("j/<str:code>/my-data/export/", my_data.export, name="join-my-data-export"),
    path("j/<str:code>/my-data/receipt/", my_data.receipt, name="join-my-data-receipt"),
    # Shown elsewhere: in a frame of another site, or above a stream or slides
    path("panel/texts.js", JavaScriptCatalog.as_view(), name="panel-texts"),
    path("panel/j/<str:code>/", panels.student, name="panel-student"),
    path("panel/j/<str:code>/news/", panels.student_news, name="panel-student-news"),
    path("panel/j/<str:code>/pulse/", taking_part.tap, name="panel-student-pulse"),
    path(
        "panel/j/<str:code>/arrived/",
        panels.student_arrived,
        name="panel-student-arrived",
    ),
    path("panel/sessions/<uuid:pk>/", panels.teacher, name="panel-teacher"),
    path(
        "panel/sessions/<uuid:pk>/arrived/",
        panels.teacher_arrived,
        name="panel-teacher-arrived",
    ),
    path(
        "panel/api/sessions/<uuid:pk>/timeline/",
        TimelineView.as_view(schema=None),
        name="panel-timeline",
    ),
    path("connect/<str:ticket>/", panels.connect, name="panel-connect"),
    path("overlay/<str:token>/", overlay.overlay, name="overlay"),
    path("overlay/<str:token>/news/", overlay.overlay_news, name="overlay-news"),
]
