"""A lesson is made, alone or each week, changed and deleted."""

import uuid
from dataclasses import asdict
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sessions_app.enums import Right
from sessions_app.forms.classes import LikeForm, SessionForm
from sessions_app.models import ClassSession, User
from sessions_app.models.policy import effective_policy
from sessions_app.selectors.history import newest_of
from sessions_app.selectors.visible import rights_in, visible_session_or_404
from sessions_app.services import audit, plans
from sessions_app.services import sessions as services
from sessions_app.services.plan_times import BadPlan
from sessions_app.services.press import once
from sessions_app.services.sessions import NoSignal, WrongState
from sessions_app.views.press import press_of
from sessions_app.web.access import StaffRequest
from sessions_app.web.requests import require_get_or_post


@require_get_or_post
@login_required
def session_new(request: StaffRequest) -> HttpResponse:
    """`?like=` a class or `?course=` a course begins with the settings of last time."""
    form = SessionForm(request.POST or None, instance=_new_draft(request))
    if form.is_valid():
        made = once(press_of(request), partial(_made, request.user, form))
        return redirect("session-detail", made)
    context = {"session": None, **asdict(effective_policy().promise)}
    return _form_page(request, form, **context)


def _form_page(
    request: StaffRequest, form: SessionForm, **more: object
) -> HttpResponse:
    """Its times are in the reader's zone, which is named."""
    context = {"form": form, "time_zone": timezone.get_current_timezone_name(), **more}
    return render(request, "sessions/form.html", context)


def _new_draft(request: StaffRequest) -> ClassSession:
    """What is asked for and cannot be seen by this user changes nothing."""
    if not request.GET:
        return services.first_draft(teacher=request.user, course=None)
    form = LikeForm(request.GET, user=request.user)
    form.is_valid()
    course = form.cleaned_data.get("course")
    like = form.cleaned_data.get("like") or (course and newest_of(course=course))
    if like:
        audit.opened("Settings", like, by=request.user)
        again = bool(form.cleaned_data.get("like"))
        return services.draft_like(like, teacher=request.user, with_topics=again)
    return services.first_draft(teacher=request.user, course=course)


def _made(teacher: User, form: SessionForm) -> str:
    zone = timezone.get_current_timezone()
    values = form.values() | {"teacher": teacher, "zone": zone}
    return str(plans.create_weekly(weeks=form.weeks(), **values).pk)


@require_get_or_post
@login_required
def session_edit(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    session = _session(request, pk, Right.RUN)
    rights = rights_in(request.user, session)
    form = SessionForm(request.POST or None, instance=session, rights=rights)
    if form.is_valid() and _is_updated(request, pk, form):
        return redirect("session-detail", pk)
    audit.opened("Form", session, by=request.user)
    return _form_page(request, form, session=session)


def _is_updated(request: StaffRequest, pk: uuid.UUID, form: SessionForm) -> bool:
    """Change it, or say on the form what has happened to the lesson meanwhile."""
    try:
        _update(request, pk, form)
    except (BadPlan, NoSignal, WrongState) as error:
        form.add_error(None, str(error))
        return False
    return True


def _update(request: StaffRequest, pk: uuid.UUID, form: SessionForm) -> None:
    """Change the lesson, as it was before the form, or the later ones of its series too."""
    session, values = _session(request, pk, Right.RUN), form.values()
    if form.cleaned_data.get("following"):
        as_it_is = {name: getattr(session, name) for name in form.left_alone()}
        zone = timezone.get_current_timezone()
        plans.update_following(
            session=session, by=request.user, zone=zone, **as_it_is | values
        )
    else:
        services.update(session=session, by=request.user, **values)


@require_get_or_post
@login_required
def session_delete(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    session = _session(request, pk, Right.DELETE)
    if request.method != "POST":
        audit.opened("Deletion", session, by=request.user)
        context = {"session": session, "later": plans.following(session).count()}
        return render(request, "sessions/confirm_delete.html", context)
    delete = plans.delete_following if "following" in request.POST else services.delete
    try:
        delete(session=session, by=request.user)
    except WrongState as error:
        messages.error(request, str(error))
        return redirect("session-detail", pk)
    messages.success(
        request, _("“%(title)s” has been deleted.") % {"title": session.title}
    )
    return redirect("session-list")


def _session(request: StaffRequest, pk: uuid.UUID, right: Right) -> ClassSession:
    return visible_session_or_404(user=request.user, session_id=pk, right=right)
