"""The class's result alone, large, for a stream (OBS) or beside slides.

It shows what students of the lesson see, and only where they do: `students_see` stands in what
they read before they decided. Its address is secret, since a program that mixes pictures has no
log-in, and is good for nothing once the lesson is over.
"""

from typing import Any

from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sessions_app.minutes.timeline import students_view_while_running
from sessions_app.models import ClassSession
from sessions_app.web.links import shown_link

_signer = Signer(salt="overlay")


def overlay_link(request: HttpRequest, session: ClassSession) -> str:
    """Where it is, for the lesson's teacher; blank where students see no result."""
    if not session.students_see:
        return ""
    token = _signer.sign(session.pk.hex)
    return shown_link(request, reverse("overlay", args=[token]))


@require_safe
def overlay(request: HttpRequest, token: str) -> HttpResponse:
    session = _shown(token)
    context = {
        "session": session,
        "news_url": reverse("overlay-news", args=[token]),
        "transparent": request.GET.get("background") == "transparent",
    }
    return render(request, "sessions/overlay.html", context)


@require_safe
def overlay_news(request: HttpRequest, token: str) -> HttpResponse:
    session = _shown(token)
    result = students_view_while_running(session)
    news: dict[str, Any] = {"state": session.state, "result": result}
    return JsonResponse(news)


def _shown(token: str) -> ClassSession:
    """The lesson; nobody learns whether there is none, or why it shows nothing."""
    try:
        key = _signer.unsign(token)
    except BadSignature:
        raise Http404 from None
    session = ClassSession.objects.filter(pk=key, students_see=True).first()
    if session is None:
        raise Http404
    return session
