"""A lesson's topics, marks and replies: its agenda, and what is edited afterwards."""

import uuid
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from sessions_app.enums import MarkKind, Right
from sessions_app.forms.topics import AgendaForm, MarkForm
from sessions_app.models import ClassSession, Mark, User
from sessions_app.selectors.visible import visible_session_or_404
from sessions_app.services import audit, marks, topics
from sessions_app.services.marks import OutsideClass
from sessions_app.services.press import once
from sessions_app.services.sessions import WrongState
from sessions_app.views.press import press_of
from sessions_app.web.access import StaffRequest
from sessions_app.web.requests import require_get_or_post


@require_get_or_post
@login_required
def session_agenda(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The topics that are to come; its form stands on the lesson's own page, too."""
    session = visible_session_or_404(user=request.user, session_id=pk, right=Right.RUN)
    form = AgendaForm(request.POST or None, session=session)
    if form.is_valid():
        try:
            if changed := form.changed():  # a topic may have begun, and left it, since
                topics.set_agenda(session=session, by=request.user, **changed)
        except WrongState as error:
            messages.error(request, str(error))
        return redirect("session-detail", pk)
    audit.opened("Agenda", session, by=request.user)
    return render(request, "sessions/agenda.html", {"form": form, "session": session})


@require_get_or_post
@login_required
def session_topics(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Name, move, merge, delete and add topics, marks and replies; one form for each."""
    session = visible_session_or_404(user=request.user, session_id=pk, right=Right.RUN)
    sent = _sent(request, session) if request.method == "POST" else None
    if sent and _is_done(request, sent):
        return redirect("session-topics", pk)
    audit.opened("Topics", session, by=request.user)
    context = {
        "session": session,
        "topics": _forms(session, MarkKind.TOPIC, sent),
        "moments": _forms(session, MarkKind.MOMENT, sent),
        "replies": _forms(session, MarkKind.REPLY, sent),
    }
    return render(request, "sessions/topics.html", context)


def _sent(request: StaffRequest, session: ClassSession) -> MarkForm:
    """The form that was sent, of a topic or mark that is there, or of a new one."""
    mark = None
    if known := request.POST.get("mark"):
        mark = get_object_or_404(session.marks, pk=_uuid(known))
    asked = request.POST.get("kind")
    new = asked if asked in MarkKind.values else MarkKind.TOPIC
    kind = MarkKind(mark.kind if mark else new)
    return MarkForm(request.POST, session=session, kind=kind, mark=mark)


def _is_done(request: StaffRequest, form: MarkForm) -> bool:
    """Do what the button says; False with a complaint in the form where it cannot be."""
    do = request.POST.get("do", "save")
    if not form.is_valid() and (do == "save" or not form.mark):
        return False
    try:
        once(press_of(request), partial(_change, form, do, request.user))
    except OutsideClass as error:
        form.add_error("at", str(error))
        return False
    except WrongState as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Saved."))
    return True


def _change(form: MarkForm, do: str, by: User) -> str:
    """What the button says; returns the id of the topic or mark that is there then."""
    mark = form.mark
    if form.kind == MarkKind.TOPIC:
        return _change_topic(form, mark, do, by)
    if mark is None:
        values = form.cleaned_data | {"kind": form.kind}
        return str(marks.add(session=form.session, by=by, **values).pk)
    if do == "merge":
        return str(marks.merge(mark=mark, by=by).pk)
    if do == "delete":
        marks.delete(mark=mark, by=by)
    else:
        marks.update(mark=mark, by=by, **form.values())
    return ""


def _change_topic(form: MarkForm, topic: Mark | None, do: str, by: User) -> str:
    if topic is None:
        return str(topics.begin(session=form.session, by=by, **form.cleaned_data).pk)
    if do == "merge":
        return str(topics.merge(topic=topic, by=by).pk)
    if do == "delete":
        topics.delete(topic=topic, by=by)
    else:
        topics.update(topic=topic, by=by, **form.values())
    return ""


def _forms(
    session: ClassSession, kind: MarkKind, sent: MarkForm | None
) -> list[MarkForm]:
    """A form for each mark of a kind, and one for a new one; the one sent as it was."""
    known = [*session.marks.filter(kind=kind), None]
    forms = [MarkForm(session=session, kind=kind, mark=mark) for mark in known]
    return [sent if sent and sent.place == form.place else form for form in forms]


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
