"""Where each page lives."""

from django.contrib.auth import views as auth
from django.urls import path
from django.views.i18n import JavaScriptCatalog

from sessions_app.forms.people import LoginForm
from sessions_app.services import sessions as services
from sessions_app.views import (
    accounts,
    courses,
    exports,
    join,
    my_data,
    pages,
    people,
    policy,
    sessions,
    taking_part,
    tokens,
    totals,
    try_it,
)

_login = people.Login.as_view(
    authentication_form=LoginForm, redirect_authenticated_user=True
)

urlpatterns = [
    path("", pages.home, name="home"),
    path("privacy/", pages.privacy, name="privacy"),
    path("try/", try_it.try_it, name="try-it"),
    path("texts.js", JavaScriptCatalog.as_view(), name="script-texts"),
    # Staff and their passwords
    path("login/", _login, name="login"),
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
    path("security/", accounts.security, name="security"),
    path("welcome/<slug:token>/", people.invitation_accept, name="invitation-accept"),
    path("api/tokens/", tokens.tokens, name="api-tokens"),
    path("policy/", policy.policy, name="policy"),
    path("policy/records/", policy.records, name="policy-records"),
    path("policy/assessment/", policy.assessment, name="policy-assessment"),
    path("audit/", policy.audit, name="audit"),
    # Courses and class sessions
    path("courses/", courses.course_list, name="course-list"),
    path("courses/new/", courses.course_new, name="course-new"),
    path("courses/<int:pk>/", courses.course_detail, name="course-detail"),
    path("courses/<int:pk>/code/", courses.course_code, name="course-code"),
    path("courses/<int:pk>/qr.svg", courses.course_qr, name="course-qr"),
    path(
        "courses/<int:pk>/projector/", courses.course_projector, name="course-projector"
    ),
    path("courses/<int:pk>/edit/", courses.course_edit, name="course-edit"),
    path("courses/<int:pk>/delete/", courses.course_delete, name="course-delete"),
    path("sessions/", sessions.session_list, name="session-list"),
    path("sessions/totals/", totals.totals, name="totals"),
    path("sessions/new/", sessions.session_new, name="session-new"),
    path("sessions/<uuid:pk>/", sessions.session_detail, name="session-detail"),
    path("sessions/<uuid:pk>/edit/", sessions.session_edit, name="session-edit"),
    path("sessions/<uuid:pk>/delete/", sessions.session_delete, name="session-delete"),
    path("sessions/<uuid:pk>/minutes.csv", exports.session_csv, name="session-csv"),
    path(
        "sessions/<uuid:pk>/minutes.xlsx",
        exports.session_workbook,
        name="session-workbook",
    ),
    path("sessions/<uuid:pk>/minutes.json", exports.session_json, name="session-json"),
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
    path("j/<str:code>/leave/", taking_part.leave, name="join-leave"),
    path("j/<str:code>/my-data/", my_data.my_data, name="join-my-data"),
    path("j/<str:code>/my-data/export/", my_data.export, name="join-my-data-export"),
    path("j/<str:code>/my-data/receipt/", my_data.receipt, name="join-my-data-receipt"),
]
